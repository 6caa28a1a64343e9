#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "monitor/syslog/vendor.hpp"

namespace yagura::monitor::syslog {
namespace {

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  for (const auto word : split(text, ' '))
    if (!word.empty()) out.emplace_back(word);
  return out;
}

}  // namespace

std::uint64_t KeyTable::hash(std::string_view key) {
  std::uint64_t first = 0, last = 0;
  const auto n = key.size();
  if (n >= 8) {
    std::memcpy(&first, key.data(), 8);
    std::memcpy(&last, key.data() + n - 8, 8);
  } else if (n >= 4) {
    std::uint32_t a = 0, b = 0;
    std::memcpy(&a, key.data(), 4);
    std::memcpy(&b, key.data() + n - 4, 4);
    first = a;
    last = b;
  } else if (n > 0) {
    first = static_cast<std::uint8_t>(key[0]) |
            static_cast<std::uint64_t>(static_cast<std::uint8_t>(key[n / 2])) << 8U;
    last = static_cast<std::uint8_t>(key[n - 1]);
  }
  const auto mixed = (first ^ n) * 0x9e3779b97f4a7c15ULL + last * 0xc2b2ae3d27d4eb4fULL;
  return mixed >> 32U ^ mixed >> 17U;
}

int KeyTable::add(std::string_view key) {
  const auto found = std::ranges::find(keys_, key);
  if (found != keys_.end()) return static_cast<int>(found - keys_.begin());
  keys_.emplace_back(key);
  return static_cast<int>(keys_.size()) - 1;
}

void KeyTable::finish() {
  std::size_t size = 16;
  while (size < keys_.size() * 4) size *= 2;
  places_.assign(size, -1);
  mask_ = size - 1;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    auto at = hash(keys_[i]) & mask_;
    while (places_[at] >= 0) at = (at + 1) & mask_;
    places_[at] = static_cast<std::int16_t>(i);
  }
}

std::string_view Vendor::ValueMap::of(std::string_view value) const {
  if (const auto found = whole.find(value); found != whole.end()) return found->second;
  for (const auto& [prefix, meaning] : prefixes)
    if (value.starts_with(prefix)) return meaning;
  return value;
}

Result<std::unique_ptr<const Vendor>> Vendor::make(VendorFile file, const eventstore::Kinds& kinds) {
  std::unique_ptr<Vendor> out(new Vendor(std::move(file)));
  auto built = out->build(kinds);
  if (!built) {
    auto error = std::move(built).error();
    if (error.code == "monitor.syslog_vendor_invalid")
      error.args.insert(error.args.begin(), {"file", out->file_.vendor + ".yaml"});
    return std::unexpected(std::move(error));
  }
  return out;
}

Result<Vendor::Mapping> Vendor::mapping(const eventstore::Kind& kind,
                                        const std::map<std::string, std::string>& fields,
                                        const std::map<std::string, std::string>& set, bool lenient) {
  const auto unknown = [&](const std::string& name) {
    return fail("monitor.syslog_vendor_invalid", {{"reason", kind.kind + " has no field " + name}});
  };
  Mapping out;
  out.kind = &kind;
  out.other = kind.index_of("other");
  out.message = kind.index_of("message");
  for (const auto& [name, keys] : fields) {
    const auto field = kind.index_of(name);
    if (!field) {
      if (lenient) continue;
      return unknown(name);
    }
    Target target{*field, kind.fields[*field].type == eventstore::FieldType::number, {}, nullptr};
    for (const auto& key : words(keys)) target.from.push_back(keys_.add(key));
    if (const auto found = values_.find(name); found != values_.end()) target.values = &found->second;
    out.targets.push_back(std::move(target));
  }
  for (const auto& [name, text] : set) {
    const auto field = kind.index_of(name);
    if (field && kind.fields[*field].type != eventstore::FieldType::number)
      out.constants.emplace_back(*field, text);
    else if (!lenient)
      return unknown(name);
  }
  return out;
}

// The file's own mapping into a kind that one of its cases names, made once.
Result<std::size_t> Vendor::base(const std::string& kind, const eventstore::Kinds& kinds) {
  const auto& name = kind.empty() ? file_.kind : kind;
  const auto known = std::ranges::find_if(bases_, [&](const Mapping& one) { return one.kind->kind == name; });
  if (known != bases_.end()) return static_cast<std::size_t>(known - bases_.begin());
  const auto found = kinds.find(name);
  if (found == kinds.end()) return fail("monitor.syslog_vendor_invalid", {{"reason", "no kind " + name}});
  YAGURA_TRY(auto made, mapping(found->second, file_.fields, file_.set, !bases_.empty()));
  bases_.push_back(std::move(made));
  return bases_.size() - 1;
}

Result<> Vendor::build(const eventstore::Kinds& kinds) {
  for (const auto& [field, map] : file_.values)
    for (const auto& [value, meaning] : map) {
      if (value.ends_with('*'))
        values_[field].prefixes.emplace_back(value.substr(0, value.size() - 1), meaning);
      else
        values_[field].whole.emplace(value, meaning);
    }
  for (auto& [field, map] : values_)  // the longest prefix first
    std::ranges::sort(map.prefixes, std::greater<>(), [](const auto& one) { return one.first.size(); });
  YAGURA_CHECK(base(file_.kind, kinds));
  for (const auto& one : file_.cases) {
    YAGURA_TRY(const auto at, base(one.kind, kinds));
    Case made;
    made.base = at;
    for (const auto& [key, values] : one.when) made.when.emplace_back(keys_.add(key), values);
    YAGURA_TRY(made.mapping, mapping(*bases_[at].kind, one.fields, one.set, false));
    cases_.push_back(std::move(made));
  }
  for (const auto& time : file_.time) {
    auto& keys = times_.emplace_back();
    for (const auto& key : words(time)) keys.push_back(keys_.add(key));
  }
  for (const auto& key : file_.recognise.keys) needed_.push_back(keys_.add(key));
  for (const auto& key : file_.drop) keys_.add(key);
  YAGURA_CHECK(build_lines(kinds));
  for (const auto& [name, columns] : file_.columns) {
    auto& slots = columns_[name];
    for (const auto& column : columns) slots.push_back(column == "-" ? -1 : keys_.add(column));
  }
  dropped_.resize(keys_.size());
  for (const auto& key : file_.drop) dropped_[static_cast<std::size_t>(keys_.add(key))] = true;
  if (keys_.size() > 2000) return fail("monitor.syslog_vendor_invalid", {{"reason", "more than 2000 keys"}});
  keys_.finish();
  return {};
}

Result<> Vendor::build_lines(const eventstore::Kinds& kinds) {
  for (const auto& one : file_.lines) {
    YAGURA_TRY(const auto at, base(one.kind, kinds));
    YAGURA_TRY(auto patterns, Pattern::compile(one.line));
    for (auto& pattern : patterns) {
      // A value that is called like a field is that field.
      std::map<std::string, std::string> fields;
      for (const auto& name : pattern.names()) {
        keys_.add(name);
        if (bases_[at].kind->index_of(name)) fields[name] = name;
      }
      YAGURA_TRY(auto made, mapping(*bases_[at].kind, fields, one.set, false));
      lines_.push_back({std::move(pattern), std::move(made), at});
    }
  }
  return {};
}

}  // namespace yagura::monitor::syslog
