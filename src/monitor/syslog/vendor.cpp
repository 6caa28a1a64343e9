#include "monitor/syslog/vendor.hpp"

#include <algorithm>
#include <charconv>

#include "monitor/syslog/device_time.hpp"

namespace yagura::monitor::syslog {
namespace {

enum State : std::uint8_t { absent, present, used };

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  // "12.5" is 12: fields of numbers are whole.
  const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (rest.empty()) return value;
  if (rest[0] != '.' || rest.find_first_not_of("0123456789", 1) != std::string_view::npos)
    return std::nullopt;
  return value;
}

}  // namespace

bool Vendor::may_be(const Header& header) const {
  const auto& [starts, apps, keys] = file_.recognise;
  if (!apps.empty() && std::ranges::find(apps, header.app) == apps.end()) return false;
  const auto text = text_of(header);
  if (text.empty()) return false;
  if (!starts.empty() &&
      std::ranges::none_of(starts, [&](const std::string& one) { return text.starts_with(one); }))
    return false;
  // Scanning JSON for nothing costs more than looking for the names.
  return file_.format != VendorFile::Format::json || std::ranges::all_of(keys, [&](const std::string& key) {
           return text.find(std::string_view(key).substr(key.rfind('.') + 1)) != std::string_view::npos;
         });
}

std::string_view Vendor::text_of(const Header& header) const {
  const auto text = file_.part == VendorFile::Part::content   ? header.content
                    : file_.part == VendorFile::Part::message ? header.message
                                                              : header.structured_data;
  return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

bool Vendor::scan(std::string_view text, Pairs& pairs) const {
  using enum VendorFile::Format;
  switch (file_.format) {
    case kv:
      return scan_kv(text, pairs);
    case csv:
      return scan_csv(text, file_.separator.front(), pairs);
    case json:
      return scan_json(text, pairs);
    case cef:
      return scan_cef(text, pairs);
    case leef:
      return scan_leef(text, pairs);
    case structured_data:
      return scan_structured_data(text, pairs);
    case pattern:
      return false;
  }
  return false;
}

// Values by slot; false when a key that means something comes twice.
bool Vendor::take_slots(VendorSet::Scratch& scratch) const {
  const auto& pairs = scratch.pairs.list;
  scratch.slots.resize(pairs.size());
  bool once = true;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const int slot = keys_.find(pairs[i].key);
    scratch.slots[i] = static_cast<std::int16_t>(slot);
    if (slot < 0) continue;
    const auto at = static_cast<std::size_t>(slot);
    once = once && scratch.state[at] == absent;
    scratch.state[at] = present;
    scratch.values[at] = pairs[i].value;
  }
  return once;
}

bool Vendor::take_columns(VendorSet::Scratch& scratch) const {
  auto& pairs = scratch.pairs.list;
  const auto by = static_cast<std::size_t>(file_.columns_by);
  if (by >= pairs.size()) return false;
  auto columns = columns_.find(pairs[by].value);
  if (columns == columns_.end()) columns = columns_.find("*");
  if (columns == columns_.end()) return false;
  scratch.slots.assign(pairs.size(), -1);
  const auto& slots = columns->second;
  for (std::size_t i = 0; i < pairs.size() && i < slots.size(); ++i) {
    scratch.slots[i] = static_cast<std::int16_t>(slots[i]);
    if (slots[i] < 0) {
      pairs[i].value = {};  // a column that says nothing
      continue;
    }
    const auto at = static_cast<std::size_t>(slots[i]);
    scratch.state[at] = present;
    scratch.values[at] = pairs[i].value;
    pairs[i].key = std::string_view(file_.columns.find(columns->first)->second[i]);
  }
  return true;
}

bool Vendor::holds(const Case& one, const VendorSet::Scratch& scratch) {
  return std::ranges::all_of(one.when, [&](const auto& condition) {
    const auto value = scratch.values[static_cast<std::size_t>(condition.first)];
    return std::ranges::any_of(condition.second, [&](const std::string& wanted) {
      return wanted.ends_with('*') ? value.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1))
                                   : value == wanted;
    });
  });
}

void Vendor::apply(const Mapping& mapping, VendorSet::Scratch& scratch, Fields& out) const {
  for (const auto& target : mapping.targets) {
    for (const int slot : target.from) {
      const auto at = static_cast<std::size_t>(slot);
      const auto value = scratch.values[at];
      if (value.empty()) continue;
      if (target.number) {
        if (out.numbers[target.field] != 0) break;
        const auto number = whole_number(value);
        if (!number) continue;
        out.numbers[target.field] = *number;
      } else {
        if (!out.texts[target.field].empty()) break;
        out.texts[target.field] = target.values ? target.values->of(value) : value;
      }
      scratch.state[at] = used;
      break;
    }
  }
  for (const auto& [field, text] : mapping.constants)
    if (out.texts[field].empty()) out.texts[field] = text;
}

// What no field took, as key=value, quoted where it has spaces.
void Vendor::keep_others(std::size_t field, VendorSet::Scratch& scratch, Fields& out) const {
  auto& pairs = scratch.pairs;
  const auto kept = [&](std::size_t i) {
    if (pairs.list[i].value.empty()) return false;
    const auto slot = scratch.slots[i];
    return slot < 0 || (scratch.state[static_cast<std::size_t>(slot)] != used &&
                        !dropped_[static_cast<std::size_t>(slot)]);
  };
  std::size_t size = 0;
  for (std::size_t i = 0; i < pairs.list.size(); ++i)
    if (kept(i)) size += pairs.list[i].key.size() + pairs.list[i].value.size() * 2 + 4;
  if (size == 0) return;
  char* const begin = pairs.arena.take(size);
  char* to = begin;
  const auto put = [&](std::string_view text) { to = std::copy(text.begin(), text.end(), to); };
  for (std::size_t i = 0; i < pairs.list.size(); ++i) {
    if (!kept(i)) continue;
    const auto& [key, value] = pairs.list[i];
    if (to != begin) *to++ = ' ';
    put(key);
    if (!key.empty()) *to++ = '=';
    if (value.find_first_of(" \"") == std::string_view::npos) {
      put(value);
      continue;
    }
    *to++ = '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') *to++ = '\\';
      *to++ = c;
    }
    *to++ = '"';
  }
  out.texts[field] = {begin, static_cast<std::size_t>(to - begin)};
}

void Vendor::take_time(Time received, std::chrono::minutes offset, VendorSet::Scratch& scratch,
                       Fields& out) const {
  std::array<char, 80> joined{};
  for (const auto& keys : times_) {
    std::size_t size = 0;
    bool whole = true;
    for (const int slot : keys) {
      const auto at = static_cast<std::size_t>(slot);
      const auto value = scratch.values[at];
      if (value.empty() || size + value.size() + 1 > joined.size()) {
        whole = false;
        break;
      }
      if (size > 0) joined[size++] = ' ';
      std::memcpy(joined.data() + size, value.data(), value.size());
      size += value.size();
    }
    if (!whole) continue;
    out.at = read_time({joined.data(), size}, received, offset);
    if (!out.at) continue;
    for (const int slot : keys) scratch.state[static_cast<std::size_t>(slot)] = used;
    return;
  }
}

Outcome Vendor::read(const Header& header, Time received, std::chrono::minutes offset,
                     VendorSet::Scratch& scratch, Fields& out) const {
  const auto text = text_of(header);
  scratch.pairs.clear();
  scratch.values.assign(keys_.size(), {});
  scratch.state.assign(keys_.size(), absent);
  const Line* line = nullptr;
  if (file_.format == VendorFile::Format::pattern) {
    for (const auto& one : lines_)
      if (one.pattern.match(text, scratch.pairs)) {
        line = &one;
        break;
      }
    // A sentence that no pattern knows is no damage.
    if (!line) return Outcome::not_theirs;
  } else if (!scan(text, scratch.pairs)) {
    return file_.recognise.starts.empty() || file_.format == VendorFile::Format::json ? Outcome::not_theirs
                                                                                      : Outcome::unreadable;
  }
  const bool good = file_.format == VendorFile::Format::csv ? take_columns(scratch) : take_slots(scratch);
  const bool theirs = std::ranges::all_of(
      needed_, [&](int slot) { return scratch.state[static_cast<std::size_t>(slot)] != absent; });
  if (!theirs) return Outcome::not_theirs;
  if (!good) return Outcome::unreadable;

  std::size_t base = line ? line->base : 0;
  if (!line)
    for (const auto& one : cases_)
      if (one.base != 0 && holds(one, scratch)) base = one.base;
  out.begin(*bases_[base].kind);
  if (line) apply(line->mapping, scratch, out);
  for (const auto& one : cases_)
    if (one.base == base && holds(one, scratch)) apply(one.mapping, scratch, out);
  apply(bases_[base], scratch, out);
  take_time(received, offset, scratch, out);
  if (line)
    out.set(bases_[base].message, text);
  else if (bases_[base].other)
    keep_others(*bases_[base].other, scratch, out);
  return Outcome::read;
}

}  // namespace yagura::monitor::syslog
