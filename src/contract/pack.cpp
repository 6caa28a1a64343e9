#include "contract/pack.hpp"

#include <algorithm>
#include <tuple>

#include "contract/pack_build.hpp"
#include "contract/rulebook.hpp"
#include "schema/json.hpp"

namespace yagura::contract {

namespace {

template <class List>
auto by_id(const List& list, std::string_view id) -> decltype(&list.front()) {
  const auto found = std::ranges::find_if(list, [&](const auto& item) { return item.id == id; });
  return found == list.end() ? nullptr : &*found;
}

struct Read {
  Tree tree;
  std::optional<Rulebook> rulebook;
  std::vector<Fault> faults;
};

// Names in faults stay as short as the folder was given; "." and ".." need their real place.
std::filesystem::path named_folder(const std::filesystem::path& dir) {
  const auto named = dir.filename().empty() ? dir.parent_path() : dir;
  const auto last = named.filename();
  std::error_code ec;
  if (last != "." && last != ".." && !named.empty()) return named;
  const auto real = std::filesystem::canonical(named.empty() ? "." : named, ec);
  return ec ? named : real;
}

std::filesystem::path packs_folder(const std::filesystem::path& named) {
  const auto parent = named.parent_path();
  return parent.empty() ? std::filesystem::path(".") : parent;
}

Read read_all(const std::filesystem::path& given) {
  const auto dir = named_folder(given);
  Read read;
  const auto packs = packs_folder(dir);
  auto rulebook = Rulebook::load(packs / "_schema");
  if (!rulebook) {
    read.faults.push_back({(packs / "_schema").string(), 0, rulebook.error()});
    return read;
  }
  read.rulebook = *std::move(rulebook);
  const auto base = Tree::read(packs / "_base", read.faults);
  const auto own = Tree::read(dir, read.faults);
  read.tree = base.with(own, read.faults);
  return read;
}

// The order in which a person would mend them.
void sort(std::vector<Fault>& faults) {
  std::ranges::sort(faults, {}, [](const Fault& f) { return std::tuple(f.file, f.line, f.error.text()); });
}

// Records name a contract by its id, people find it by its folder: the two are one.
void check_folder(const std::filesystem::path& dir, const Pack& pack, std::vector<Fault>& faults) {
  const auto folder = named_folder(dir).filename().string();
  if (pack.id == folder) return;
  const auto place = pack.tree.place(pack.tree.root()["contract"]["id"]);
  faults.push_back(
      {place.file, place.line, {"contract.id_not_folder", {{"id", pack.id}, {"folder", folder}}}});
}

struct Loaded {
  Pack pack;
  std::vector<Fault> faults;
};

Loaded load(const std::filesystem::path& dir) {
  auto read = read_all(dir);
  Loaded loaded;
  loaded.faults = std::move(read.faults);
  if (!read.rulebook) return loaded;
  if (std::ranges::any_of(loaded.faults,
                          [](const Fault& f) { return f.error.code == "contract.folder_missing"; }))
    return loaded;
  for (auto& fault : read.rulebook->check(read.tree)) {
    if (fault.file.empty()) fault.file = dir.string();
    loaded.faults.push_back(std::move(fault));
  }
  // What the values mean together can be judged only when each of them is sound.
  if (loaded.faults.empty()) {
    loaded.pack = build_pack(std::move(read.tree), loaded.faults);
    check_folder(dir, loaded.pack, loaded.faults);
  }
  sort(loaded.faults);
  return loaded;
}

}  // namespace

std::string Clock::target_for(std::string_view site_kind) const {
  const auto found = target_of_site_kind.find(std::string(site_kind));
  return found == target_of_site_kind.end() ? rule.default_target : found->second;
}

const Clock* Pack::clock(std::string_view wanted) const {
  const auto found = std::ranges::find_if(clocks, [&](const Clock& c) { return c.rule.id == wanted; });
  return found == clocks.end() ? nullptr : &*found;
}
const DeadlineRule* Pack::deadline(std::string_view wanted) const { return by_id(deadlines, wanted); }
const DeviceClass* Pack::device_class(std::string_view wanted) const { return by_id(device_classes, wanted); }
const Role* Pack::role(std::string_view wanted) const { return by_id(roles, wanted); }
const Site* Pack::site(std::string_view wanted) const { return by_id(sites, wanted); }
std::optional<calendar::Date> next_password_change(const Pack& pack, std::string_view rotation,
                                                   calendar::Date changed) {
  const auto* of = by_id(pack.password_rotations, rotation);
  if (of == nullptr) return std::nullopt;
  // A change shortly before a day is the change of that day.
  const auto after = calendar::at(changed + std::chrono::days(of->early_days + 1), calendar::Minutes(0));
  std::optional<calendar::Date> next;
  for (auto on : of->by) {
    on.until = calendar::Minutes(0);
    const auto due = calendar::due_at({pack.office_calendar, on}, pack.book, after);
    if (due && (!next || calendar::date_of(*due) < *next)) next = calendar::date_of(*due);
  }
  return next;
}

const Form* Pack::form(std::string_view wanted) const { return by_id(forms, wanted); }
const Equipment* Pack::equipment_of(std::string_view wanted) const { return by_id(equipment, wanted); }
const TrapRule* Pack::trap(std::string_view kind) const {
  const auto found = std::ranges::find(traps, kind, &TrapRule::kind);
  return found == traps.end() ? nullptr : &*found;
}

const ContactTree* Pack::contact_tree(std::string_view severity, Time now) const {
  for (const auto& candidate : contact_trees) {
    if (std::ranges::find(candidate.severities, severity) == candidate.severities.end()) continue;
    if (candidate.hours.empty()) return &candidate;
    const auto hours = book.service_hours(candidate.hours);
    if (hours && (*hours)->contains(now) != candidate.out_of_hours) return &candidate;
  }
  return nullptr;
}

bool Pack::in_office_hours(Time instant) const {
  const auto hours = book.service_hours(office_hours);
  return hours && (*hours)->contains(instant);
}

Result<Pack> load_pack(const std::filesystem::path& dir) {
  auto loaded = load(dir);
  if (loaded.faults.empty()) return std::move(loaded.pack);
  const auto& first = loaded.faults.front();
  return fail("contract.pack_invalid", {{"folder", dir.string()},
                                        {"count", std::to_string(loaded.faults.size())},
                                        {"file", first.file},
                                        {"line", std::to_string(first.line)},
                                        {"first", first.error.text()}});
}

std::vector<Fault> check_pack(const std::filesystem::path& dir) { return load(dir).faults; }

Result<Explanation> explain(const std::filesystem::path& dir, std::string_view key) {
  const auto read = read_all(dir);
  if (!read.rulebook) return std::unexpected(read.faults.front().error);
  if (read.tree.files().empty()) return fail("contract.folder_missing", {{"folder", dir.string()}});
  const auto* value = read.tree.find(key);
  const auto* spec = read.rulebook->meaning(read.tree, key);
  if (value == nullptr && spec == nullptr)
    return fail("contract.key_unknown", {{"key", std::string(key.substr(0, 128))}});
  Explanation out;
  out.key = key;
  if (spec != nullptr) {
    out.meaning = {spec->ja, spec->en};
    out.required = spec->required;
  }
  if (value != nullptr) {
    out.value = schema::to_json(*value);
    out.place = read.tree.place(*value);
  }
  for (const auto& old : read.tree.replaced(out.key))
    out.replaced.emplace_back(old.place, schema::to_json(old.value));
  return out;
}

}  // namespace yagura::contract
