#include <algorithm>

#include "monitor/syslog/scan.hpp"

namespace yagura::monitor::syslog {
namespace {

constexpr int kDeepest = 16;

class JsonScanner {
 public:
  JsonScanner(std::string_view text, Pairs& out) : at_(text.data()), end_(at_ + text.size()), out_(out) {}

  bool run() {
    spaces();
    if (!object({}, 0)) return false;
    spaces();
    return at_ == end_;
  }

 private:
  void spaces() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) ++at_;
  }
  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool object(std::string_view path, int level) {
    if (level > kDeepest || !take('{')) return false;
    spaces();
    if (take('}')) return true;
    do {
      spaces();
      std::string_view name;
      if (!string(name)) return false;
      spaces();
      if (!take(':')) return false;
      spaces();
      if (!value(join(path, name), level)) return false;
      spaces();
    } while (take(','));
    return take('}');
  }

  std::string_view join(std::string_view path, std::string_view name) {
    if (path.empty()) return name;
    char* const to = out_.arena.take(path.size() + 1 + name.size());
    std::memcpy(to, path.data(), path.size());
    to[path.size()] = '.';
    if (!name.empty()) std::memcpy(to + path.size() + 1, name.data(), name.size());
    return {to, path.size() + 1 + name.size()};
  }

  bool value(std::string_view path, int level) {
    if (at_ == end_) return false;
    if (*at_ == '{') return object(path, level + 1);
    if (*at_ == '[') {
      const char* const begin = at_;
      if (!skip(level + 1)) return false;
      return out_.add(path, {begin, static_cast<std::size_t>(at_ - begin)});
    }
    if (*at_ == '"') {
      std::string_view text;
      return string(text) && out_.add(path, text);
    }
    std::string_view word;
    if (!scalar(word)) return false;
    return word == "null" || out_.add(path, word);
  }

  // Numbers, true, false, null.
  bool scalar(std::string_view& out) {
    const char* const begin = at_;
    while (at_ < end_ && ((*at_ >= '0' && *at_ <= '9') || (*at_ >= 'a' && *at_ <= 'z') || *at_ == '-' ||
                          *at_ == '+' || *at_ == '.' || *at_ == 'E'))
      ++at_;
    out = {begin, static_cast<std::size_t>(at_ - begin)};
    if (out.empty()) return false;
    if (out[0] == '-' || (out[0] >= '0' && out[0] <= '9'))
      return std::ranges::none_of(out, [](char c) { return c >= 'a' && c <= 'z' && c != 'e'; });
    return out == "true" || out == "false" || out == "null";
  }

  // Any value, checked for its form, its content not looked at.
  bool skip(int level) {
    if (level > kDeepest || at_ == end_) return false;
    if (*at_ == '"') {
      std::string_view text;
      return string(text);
    }
    const char open = *at_;
    if (open != '{' && open != '[') {
      std::string_view word;
      return scalar(word);
    }
    const char close = open == '{' ? '}' : ']';
    ++at_;
    spaces();
    if (take(close)) return true;
    do {
      spaces();
      if (open == '{') {
        std::string_view name;
        if (!string(name)) return false;
        spaces();
        if (!take(':')) return false;
        spaces();
      }
      if (!skip(level + 1)) return false;
      spaces();
    } while (take(','));
    return take(close);
  }

  bool string(std::string_view& out) {
    if (!take('"')) return false;
    const char* const begin = at_;
    while (at_ < end_ && *at_ != '"' && *at_ != '\\') ++at_;
    if (at_ == end_) return false;
    if (*at_ == '"') {
      out = {begin, static_cast<std::size_t>(at_++ - begin)};
      return true;
    }
    const char* close = at_;
    while (close < end_ && *close != '"') close += *close == '\\' ? 2 : 1;
    if (close >= end_) return false;
    const auto room = static_cast<std::size_t>(close - begin);  // no escape is shorter than what it means
    char* const to = out_.arena.take(room);
    char* made = std::copy(begin, at_, to);
    while (at_ < close) {
      if (*at_ != '\\') {
        *made++ = *at_++;
        continue;
      }
      ++at_;
      if (!escape(made)) return false;
    }
    ++at_;
    out = {to, static_cast<std::size_t>(made - to)};
    return true;
  }

  bool escape(char*& made) {
    static constexpr std::string_view letters = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    const char c = *at_++;
    if (const auto found = letters.find(c); found != std::string_view::npos) {
      *made++ = meant[found];
      return true;
    }
    std::uint32_t code = 0;
    if (c != 'u' || !hex(code)) return false;
    if (code >= 0xd800 && code < 0xdc00 && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
      const char* const before = at_;
      std::uint32_t low = 0;
      at_ += 2;
      if (hex(low) && low >= 0xdc00 && low < 0xe000)
        code = 0x10000 + ((code - 0xd800) << 10U) + (low - 0xdc00);
      else
        at_ = before;
    }
    if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
    put(code, made);
    return true;
  }

  bool hex(std::uint32_t& out) {
    if (end_ - at_ < 4) return false;
    out = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = *at_;
      const int lower = c | 0x20;
      const int digit = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
      if (digit < 0) return false;
      out = out * 16 + static_cast<std::uint32_t>(digit);
    }
    return true;
  }

  static void put(std::uint32_t code, char*& made) {
    const auto byte = [&](std::uint32_t value) { *made++ = static_cast<char>(value); };
    if (code < 0x80) return byte(code);
    if (code < 0x800) {
      byte(0xc0 | code >> 6U);
    } else if (code < 0x10000) {
      byte(0xe0 | code >> 12U);
      byte(0x80 | (code >> 6U & 0x3fU));
    } else {
      byte(0xf0 | code >> 18U);
      byte(0x80 | (code >> 12U & 0x3fU));
      byte(0x80 | (code >> 6U & 0x3fU));
    }
    byte(0x80 | (code & 0x3fU));
  }

  const char* at_;
  const char* end_;
  Pairs& out_;
};

}  // namespace

bool scan_json(std::string_view text, Pairs& out) { return JsonScanner(text, out).run(); }

}  // namespace yagura::monitor::syslog
