// The batches of one contract and kind that stand in one file of the log, and what finds them.
//
// Purpose: what was just acknowledged is found about as fast as what stands in segments, for little work as it
//          comes: of each batch its times and the names that its entities and categories have. From when they are
//          first asked for also the short fragments of texts, and counts by the hour, as a segment keeps them.
//          Batches are never taken out: all go with the file.
// Threads: any. Whoever adds waits for nothing that is made of the batches: this goes on beside the lock, by those
//          who have added (keep_up), a few at a time, or by the first who asks.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "eventstore/condition_plan.hpp"
#include "eventstore/recent.hpp"
#include "eventstore/recent_counts.hpp"
#include "eventstore/recent_grams.hpp"

namespace yagura::eventstore {

class RecentIndex {
 public:
  explicit RecentIndex(const Kind& kind) : kind_(kind), names_(kind.fields.size()), counts_(kind) {}

  // Answers how much memory it takes more.
  std::size_t add(std::shared_ptr<const Recent> recent);
  // Whoever has added sees to what searches or counts want. Of the batch that has this place the fragments, which
  // its filter gave; of some batches their counts, unless another thread is at it.
  void keep_up_texts(std::size_t place, const Recent& recent, const TextHashes& fragments);
  void keep_up_counts();
  // How many batches there are, and the times between which they lie.
  struct Extent {
    std::size_t batches = 0;
    std::int64_t first_time = INT64_MAX, last_time = INT64_MIN;
  };
  [[nodiscard]] Extent extent() const;

  // Of the first `batches` those with rows between the times that can have what the plan asks, as far as names
  // tell, and of most the short fragments of all together. They live as long as this.
  [[nodiscard]] std::vector<const Recent*> with(const ConditionPlan& plan, const AskedTexts& asked,
                                                std::int64_t from, std::int64_t to, std::size_t batches);
  // Whether names tell everything that the node asks.
  static bool tells(const Kind& kind, const ConditionPlan& plan, const ConditionPlan::Node& node);
  // Whether some row may fulfil the plan where may(leaf) says it of a leaf; what names tell is not asked.
  template <class F>
  static bool may_fulfil(const Kind& kind, const ConditionPlan& plan, F&& may) {
    return tells(kind, plan, plan.root()) || may_fulfil(kind, plan, plan.root(), may);
  }
  // The counts of all that were added when it is asked, and cells with their names where they are wanted. Nothing
  // when there are none.
  std::optional<CubeSums> counts(std::vector<CubeCell>* cells = nullptr);

 private:
  struct Name {  // stands in this batch
    std::uint32_t hash = 0, batch = 0;
  };
  template <class F>
  static bool may_fulfil(const Kind& kind, const ConditionPlan& plan, const ConditionPlan::Node& node,
                         F& may) {
    using Type = ConditionPlan::Node::Type;
    const auto part_may = [&](const ConditionPlan::Node& part) { return may_fulfil(kind, plan, part, may); };
    if (node.type == Type::all)
      return std::ranges::all_of(node.parts,
                                 [&](const auto& part) { return tells(kind, plan, part) || part_may(part); });
    if (node.type == Type::any) return std::ranges::any_of(node.parts, part_may);
    return node.type == Type::no || may(plan.leaves()[node.leaf]);
  }
  static bool tells(const Kind& kind, const Leaf& leaf);
  [[nodiscard]] ConditionPlan::Marks marks_of(const Leaf& leaf, std::size_t batches) const;
  void add_names(const Batch& batch);
  const Recent& at(std::size_t place) const;
  void make_texts(std::size_t until);
  void note_texts(std::size_t place, const Recent& recent,
                  const TextHashes& fragments);  // making_texts_ is held
  void make_counts(std::size_t until);           // counting_ is held
  // So many of the first batches have nothing that the plan asks.
  std::size_t first_that_may(const ConditionPlan& plan, const AskedTexts& asked, std::size_t batches);
  [[nodiscard]] std::size_t bytes() const;

  const Kind& kind_;
  mutable std::mutex mutex_;
  Extent extent_;
  std::vector<std::shared_ptr<const Recent>> batches_;
  std::vector<std::vector<Name>> names_;  // by field, in order of batches; of texts and numbers none
  std::size_t bytes_ = 0;
  std::vector<std::uint64_t> fields_of_;  // kept for their memory

  std::mutex making_texts_;                 // held for one batch at a time
  std::vector<bool> noted_;                 // which batches are in grams_; guarded by making_texts_
  std::atomic<std::size_t> with_texts_{0};  // so many of the first are
  RecentGrams grams_;
  std::mutex counting_;
  RecentCounts counts_;  // guarded by counting_
  std::size_t counted_ = 0;
  std::atomic<std::size_t> grams_bytes_{0}, counts_bytes_{0};
};

}  // namespace yagura::eventstore
