// Outlines: what many segments have together, made by the store itself and made anew when it is lost.
#include <algorithm>
#include <unordered_map>

#include "eventstore/embedded_inside.hpp"

namespace yagura::eventstore {

namespace {
constexpr std::size_t bytes_to_read = 4U << 20;  // dictionaries and some pages
}  // namespace

HeldOutline::~HeldOutline() {
  std::error_code ignored;
  if (living == 0) std::filesystem::remove(what->path(), ignored);
}

void EmbeddedStore::Inside::remove_strangers() {
  std::unordered_map<std::string_view, const HeldSegment*> own;
  for (const auto& one : state_.held) own.emplace(one->path.native(), one.get());
  std::error_code ignored;
  std::vector<std::filesystem::path> strangers, outlines, unused;
  std::set<std::filesystem::path> learned;
  for (const auto& one : state_.held)
    for (auto& file : learned_files(*one)) learned.insert(std::move(file));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "segments", ignored)) {
    const auto& path = entry.path();
    const auto extension = path.extension();
    if ((extension == ".seg" && !own.contains(path.native())) || extension == ".new")
      strangers.push_back(path);
    if (extension == ".outline") outlines.push_back(path);
    if (extension == ".learned" && !learned.contains(path)) unused.push_back(path);
  }
  for (const auto& path : unused) remove_learned(path);
  for (const auto& path : strangers) std::filesystem::remove(path, ignored);
  take_outlines(outlines);
}

void EmbeddedStore::Inside::take_outlines(std::span<const std::filesystem::path> files) {
  std::unordered_map<std::uint64_t, HeldSegment*> by_number;
  for (const auto& one : state_.held) by_number.emplace(one->entry.number, one.get());
  for (const auto& file : files) {
    auto opened = Outline::open(file);
    if (!opened) {
      std::error_code ignored;
      std::filesystem::remove(file, ignored);
      continue;
    }
    const auto outline = std::make_shared<HeldOutline>(*std::move(opened));
    const auto& members = outline->what->members();
    for (std::size_t i = 0; i < members.size(); ++i) {
      const auto found = by_number.find(members[i].number);
      if (found == by_number.end() || found->second->outline) continue;
      const auto& entry = found->second->entry;
      if (members[i] != Outline::Member{entry.number, entry.rows, entry.bytes}) continue;
      found->second->outline = outline;
      found->second->member = i;
      ++outline->living;
    }
  }
}

// Those that are not merged soon, when they are enough for a whole outline, the oldest first.
HeldSegments EmbeddedStore::Inside::next_to_outline() {
  std::map<std::pair<std::string_view, std::string_view>, HeldSegments> groups;
  std::vector<std::shared_ptr<HeldOutline>> damaged;  // go outside of the lock
  {
    const std::lock_guard lock(mutex_);
    for (const auto& one : state_.held) {
      if (one->outline && one->outline->what->is_damaged()) {
        --one->outline->living;
        damaged.push_back(std::exchange(one->outline, nullptr));
      }
      const auto& e = one->entry;
      if (!one->outline && !state_.damaged.contains(e.number) && !is_merged_soon(e))
        groups[{e.contract, e.kind}].push_back(one);
    }
  }
  for (auto& [key, segments] : groups) {
    if (segments.size() < Outline::most_members) continue;
    std::ranges::sort(segments, {},
                      [](const auto& one) { return std::pair(one->entry.first_time, one->entry.number); });
    segments.resize(Outline::most_members);
    return segments;
  }
  return {};
}

Result<bool> EmbeddedStore::Inside::outline() {
  const auto working = work_behind_others();
  const auto members = next_to_outline();
  if (members.empty()) return false;
  const Working outlining(*this, &State::outlining);
  if (trim_due_) give_memory_back();
  bool gives_way = false;
  const auto meanwhile = [&] { return urgent(gives_way); };
  OutlineWriter writer;
  for (const auto& one : members) {
    const auto& entry = one->entry;
    const auto added = [&]() -> Result<void> {
      // Past the cache, which is for those who ask.
      Cache own(bytes_to_read);
      YAGURA_TRY(const auto opened, Segment::open(one->path, own));
      return writer.add({entry.number, entry.rows, entry.bytes}, *opened, meanwhile);
    }();
    if (!added && gives_way) return true;
    if (!added && added.error().code == "eventstore.damaged") {
      note_damage({{added.error().text()}});
      const std::lock_guard lock(mutex_);
      state_.damaged.insert(entry.number);
      return true;
    }
    YAGURA_CHECK(added);
  }
  // Beside the months, under a name of its own: one that goes takes its file along when nobody asks it any more.
  const auto& first = *members.front();
  YAGURA_TRY(const auto own, reserve(first.entry.contract, first.entry.kind, first.entry.month));
  const auto file = first.path.parent_path().parent_path() / (std::to_string(own.number) + ".outline");
  YAGURA_CHECK(writer.finish(file));
  give_memory_back();
  YAGURA_TRY(auto made, Outline::open(file));
  const auto held = std::make_shared<HeldOutline>(std::move(made));
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < members.size(); ++i) {
    members[i]->outline = held;
    members[i]->member = i;
    ++held->living;
  }
  return true;
}

}  // namespace yagura::eventstore
