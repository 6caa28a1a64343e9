#include "monitor/syslog/scan.hpp"

#include <algorithm>

namespace yagura::monitor::syslog {
namespace {

constexpr std::size_t kBlock = 16U << 10U;

consteval std::array<bool, 256> key_characters() {
  std::array<bool, 256> out{};
  for (int c = 0; c < 256; ++c)
    out[static_cast<std::size_t>(c)] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  return out;
}
constexpr auto kKey = key_characters();
bool is_key(char c) { return kKey[static_cast<std::uint8_t>(c)]; }

const char* find(const char* at, const char* end, char c) {
  const auto* found = static_cast<const char*>(std::memchr(at, c, static_cast<std::size_t>(end - at)));
  return found ? found : end;
}

bool escaped(const char* quote, const char* begin) {
  bool odd = false;
  for (const char* at = quote; at > begin && at[-1] == '\\'; --at) odd = !odd;
  return odd;
}

// The text without the backslashes that stand before one of `which`.
std::string_view unescape(std::string_view text, std::string_view which, Arena& arena) {
  char* const begin = arena.take(text.size());
  char* to = begin;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && which.find(text[i + 1]) != std::string_view::npos) ++i;
    *to++ = text[i];
  }
  const auto made = static_cast<std::size_t>(to - begin);
  arena.give_back(text.size() - made);
  return {begin, made};
}

}  // namespace

char* Arena::take(std::size_t size) {
  while (block_ < blocks_.size() && blocks_[block_].size - used_ < size) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) {
    const auto bytes = std::max(kBlock, size);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(bytes), bytes});
    used_ = 0;
  }
  char* const out = blocks_[block_].bytes.get() + used_;
  used_ += size;
  return out;
}

std::string_view Arena::copy(std::string_view text) {
  char* const to = take(text.size());
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  return {to, text.size()};
}

void Arena::reset() {
  // What one monstrous line needed is not kept for ever.
  if (blocks_.size() > 4) blocks_.resize(1);
  block_ = used_ = 0;
}

bool scan_kv(std::string_view text, Pairs& out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    while (at < end && *at == ' ') ++at;
    if (at == end) return !out.list.empty();
    const char* const key = at;
    while (at < end && is_key(*at)) ++at;
    if (at == end || at == key || *at != '=') return false;
    const std::string_view name(key, static_cast<std::size_t>(at - key));
    ++at;
    if (at < end && *at == '"') {
      const char* const value = ++at;
      bool escapes = false;
      for (at = find(at, end, '"'); at < end && escaped(at, value); at = find(at + 1, end, '"'))
        escapes = true;
      if (at == end) return false;
      const std::string_view raw(value, static_cast<std::size_t>(at - value));
      ++at;
      if (at < end && *at != ' ') return false;
      if (!out.add(name, escapes ? unescape(raw, "\"", out.arena) : raw)) return false;
    } else {
      const char* const value = at;
      while (at < end && *at != ' ') {
        if (*at == '"') return false;
        ++at;
      }
      if (!out.add(name, {value, static_cast<std::size_t>(at - value)})) return false;
    }
  }
}

bool scan_csv(std::string_view text, char separator, Pairs& out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    if (at < end && *at == '"') {
      const char* const value = ++at;
      bool doubled = false;
      for (at = find(at, end, '"'); at + 1 < end && at[1] == '"'; at = find(at + 2, end, '"')) doubled = true;
      if (at == end) return false;
      std::string_view raw(value, static_cast<std::size_t>(at - value));
      ++at;
      if (at < end && *at != separator) return false;
      if (doubled) {
        char* const begin = out.arena.take(raw.size());
        char* to = begin;
        for (std::size_t i = 0; i < raw.size(); ++i) {
          *to++ = raw[i];
          if (raw[i] == '"') ++i;
        }
        const auto made = static_cast<std::size_t>(to - begin);
        out.arena.give_back(raw.size() - made);
        raw = {begin, made};
      }
      if (!out.add({}, raw)) return false;
    } else {
      const char* const value = at;
      at = find(at, end, separator);
      if (!out.add({}, {value, static_cast<std::size_t>(at - value)})) return false;
    }
    if (at == end) return true;
    ++at;
  }
}

namespace {

// The header's parts between bars, "\|" and "\\" undone; false when there are fewer than `names`.
bool take_bars(std::string_view& text, std::span<const std::string_view> names, Pairs& out) {
  for (const auto name : names) {
    std::size_t bar = 0;
    bool escapes = false;
    while (bar < text.size() && text[bar] != '|') {
      if (text[bar] == '\\' && bar + 1 < text.size()) {
        escapes = true;
        ++bar;
      }
      ++bar;
    }
    if (bar >= text.size()) return false;
    const auto raw = text.substr(0, bar);
    if (!out.add(name, escapes ? unescape(raw, "|\\", out.arena) : raw)) return false;
    text.remove_prefix(bar + 1);
  }
  return true;
}

// Of "a=b c d=e": where the key before the equals sign at `equals` begins.
std::size_t key_before(std::string_view text, std::size_t equals) {
  std::size_t at = equals;
  while (at > 0 && (is_key(text[at - 1]) || text[at - 1] == '[' || text[at - 1] == ']')) --at;
  return at;
}

std::string_view extension_value(std::string_view raw, Arena& arena) {
  while (!raw.empty() && raw.back() == ' ') raw.remove_suffix(1);
  if (raw.find('\\') == std::string_view::npos) return raw;
  char* const begin = arena.take(raw.size());
  char* to = begin;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char next = i + 1 < raw.size() ? raw[i + 1] : '\0';
    if (raw[i] == '\\' && (next == '=' || next == '\\' || next == '|'))
      *to++ = raw[++i];
    else if (raw[i] == '\\' && (next == 'n' || next == 'r'))
      *to++ = raw[++i] == 'n' ? '\n' : '\r';
    else
      *to++ = raw[i];
  }
  const auto made = static_cast<std::size_t>(to - begin);
  arena.give_back(raw.size() - made);
  return {begin, made};
}

}  // namespace

bool scan_cef(std::string_view text, Pairs& out) {
  if (!text.starts_with("CEF:")) return false;
  text.remove_prefix(4);
  static constexpr std::array<std::string_view, 7> header{
      "cef.version",        "cef.device_vendor", "cef.device_product", "cef.device_version",
      "cef.event_class_id", "cef.name",          "cef.severity"};
  if (!take_bars(text, header, out)) return false;
  // A key is the word right before an equals sign that is not escaped; a value lasts until the next key.
  std::string_view key;
  std::size_t value = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
      continue;
    }
    if (text[at] != '=') continue;
    const auto begin = key_before(text, at);
    // "a==b": the second belongs to the value.
    if (begin == at || (begin > 0 && text[begin - 1] != ' ') || begin < value) {
      if (key.empty()) return false;
      continue;
    }
    if (key.empty() && text.substr(0, begin).find_first_not_of(' ') != std::string_view::npos) return false;
    if (!key.empty() && !out.add(key, extension_value(text.substr(value, begin - value), out.arena)))
      return false;
    key = text.substr(begin, at - begin);
    value = at + 1;
  }
  if (key.empty()) return text.find_first_not_of(' ') == std::string_view::npos;
  return out.add(key, extension_value(text.substr(value), out.arena));
}

bool scan_leef(std::string_view text, Pairs& out) {
  if (!text.starts_with("LEEF:")) return false;
  text.remove_prefix(5);
  static constexpr std::array<std::string_view, 5> header{
      "leef.version", "leef.device_vendor", "leef.device_product", "leef.device_version", "leef.event_id"};
  if (!take_bars(text, header, out)) return false;
  char separator = '\t';
  if (out.list.front().value.starts_with('2')) {
    const auto bar = text.find('|');
    if (bar == std::string_view::npos) return false;
    const auto named = text.substr(0, bar);
    if (named.size() == 1) {
      separator = named[0];
    } else if (named.size() == 3 || named.size() == 4) {  // x09, 0x09
      int code = 0;
      for (const char c : named.substr(named.size() - 2)) {
        const int digit = c >= '0' && c <= '9'                     ? c - '0'
                          : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                                   : -1;
        if (digit < 0) return false;
        code = code * 16 + digit;
      }
      separator = static_cast<char>(code);
    } else if (!named.empty()) {
      return false;
    }
    text.remove_prefix(bar + 1);
  }
  while (!text.empty()) {
    const auto cut = text.find(separator);
    const auto pair = text.substr(0, cut);
    text.remove_prefix(cut == std::string_view::npos ? text.size() : cut + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    if (equals == 0 || equals == std::string_view::npos ||
        !std::ranges::all_of(pair.substr(0, equals), is_key))
      return false;
    if (!out.add(pair.substr(0, equals), pair.substr(equals + 1))) return false;
  }
  return true;
}

bool scan_structured_data(std::string_view text, Pairs& out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end && *at == '[') {
    const char* const id = ++at;
    while (at < end && *at != ' ' && *at != ']') ++at;
    if (at == end || !out.add("sd.id", {id, static_cast<std::size_t>(at - id)})) return false;
    while (*at == ' ') {
      const char* const key = ++at;
      while (at < end && *at != '=' && *at != ' ' && *at != ']' && *at != '"') ++at;
      if (end - at < 2 || at == key || at[0] != '=' || at[1] != '"') return false;
      const std::string_view name(key, static_cast<std::size_t>(at - key));
      const char* const value = at += 2;
      bool escapes = false;
      for (at = find(at, end, '"'); at < end && escaped(at, value); at = find(at + 1, end, '"'))
        escapes = true;
      if (end - at < 2) return false;
      const std::string_view raw(value, static_cast<std::size_t>(at - value));
      const bool backslash = escapes || raw.find('\\') != std::string_view::npos;
      if (!out.add(name, backslash ? unescape(raw, "\"\\]", out.arena) : raw)) return false;
      ++at;
    }
    if (*at != ']') return false;
    ++at;
  }
  return at == end && !out.list.empty();
}

}  // namespace yagura::monitor::syslog
