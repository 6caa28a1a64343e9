// What segments learned together: who learns, who takes it from others, and when its file goes.
#include <algorithm>
#include <set>
#include <tuple>

#include "eventstore/embedded_inside.hpp"

namespace yagura::eventstore {

std::vector<std::filesystem::path> learned_files(const HeldSegment& held) {
  std::vector<std::filesystem::path> out;
  for (const auto id : held.entry.learned) out.push_back(learned_file(held.path.parent_path(), id));
  return out;
}

// What a repair could not read may be read by somebody else, with it.
void remove_learned(const std::filesystem::path& file) {
  std::error_code ignored;
  for (const auto& other : std::filesystem::directory_iterator(file.parent_path(), ignored))
    if (other.path().extension() == ".damaged") return;
  std::filesystem::remove(file, ignored);
}

// The largest of those segments that may() takes, of the same contract and kind, knows it; how many rows that has. Only a hint:
// what cannot be read is learned anew.
std::pair<LearnedOf, std::int64_t> EmbeddedStore::Inside::learned_by(
    const SegmentEntry& entry, const Kind& kind, int level,
    const std::function<bool(const SegmentEntry&)>& may) {
  std::shared_ptr<HeldSegment> largest;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& one : state_.held)
      if (const auto& e = one->entry; e.contract == entry.contract && e.kind == entry.kind && may(e) &&
                                      (!largest || e.rows > largest->entry.rows))
        largest = one;
  }
  if (!largest) return {};
  LearnedOf out(kind.fields.size());
  const auto opened = segment(*largest);
  if (!opened) return {std::move(out), largest->entry.rows};
  const auto& columns = (*opened)->directory().columns;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto field = kind.index_of(columns[c].name);
    if (!field || columns[c].type != FieldType::text || kind.fields[*field].type != FieldType::text) continue;
    // Where it had learned nothing there may be more to learn from now.
    if (columns[c].learned == 0) continue;
    if (auto one = (*opened)->learned(c, level)) out[*field] = *std::move(one);
  }
  return {std::move(out), largest->entry.rows};
}

LearnedOf& EmbeddedStore::Inside::learned_for(const SegmentEntry& entry, const Kind& kind,
                                              std::int64_t rows) {
  auto& [learned, learned_from] = learned_[{entry.contract, entry.kind}];
  if (learned.empty())
    std::tie(learned, learned_from) =
        learned_by(entry, kind, fresh_segment.level, [](const SegmentEntry& e) { return !e.merged; });
  // What was learned of few is learned again of more.
  if (learned.size() != kind.fields.size() || rows > 2 * learned_from) {
    learned.clear();
    learned_from = rows;
  }
  return learned;
}

// Whoever still searches what was dropped needs it, too. work_ is held: nobody writes a segment meanwhile that would find
// there what goes.
void EmbeddedStore::Inside::remove_unused_learned() {
  std::set<std::filesystem::path> used, gone;
  {
    const std::lock_guard lock(mutex_);
    if (state_.leaving.empty()) return;
    std::erase_if(state_.leaving, [&](const Leaving& one) {
      const bool is_searched = !one.segment.expired();
      (is_searched ? used : gone).insert(one.learned.begin(), one.learned.end());
      return !is_searched;
    });
    for (const auto& one : state_.held)
      for (auto& file : learned_files(*one)) used.insert(std::move(file));
  }
  for (const auto& file : gone)
    if (!used.contains(file)) remove_learned(file);
}

}  // namespace yagura::eventstore
