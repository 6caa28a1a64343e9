// Counts over many parts, by the values of fields and by time.
//
// Purpose: a segment answers from the counts it keeps by the hour when the question allows it (CubeCounts);
//          anything else is counted row by row, a block's groups at a time.
// Bounds:  most_groups different groups; whoever asks for more gets a partial answer that says so.
// Threads: one call is one thread's.
#pragma once

#include <span>

#include "eventstore/condition_plan.hpp"
#include "eventstore/find.hpp"
#include "eventstore/segment.hpp"

namespace yagura::eventstore {

constexpr std::size_t most_groups = 1'000'000;

// Groups as they come together: values joined by their lengths, and the bucket.
class Groups {
 public:
  explicit Groups(const Counting& counting) : counting_(counting) {}
  void add(std::int64_t bucket, std::span<const std::string> values, std::int64_t count);
  [[nodiscard]] bool full() const { return counts_.size() >= most_groups; }
  // Where the bucket of a time begins; 0 when it is not counted by time.
  [[nodiscard]] std::int64_t bucket_of(std::int64_t time) const;
  Counts take();

 private:
  const Counting& counting_;
  std::unordered_map<std::string, std::int64_t> counts_;
  std::string key_;
};

struct CountedPart {
  Part part;
  const ConditionPlan* plan = nullptr;
  // Adds what the part's kept counts say; false when they cannot tell.
  std::function<Result<bool>(Groups&)> from_cube;
};

// Whether the counts that a segment keeps answer this; if so they are added.
Result<bool> count_from_cube(const Segment& segment, const Kind& kind, const ConditionPlan& plan,
                             std::int64_t from, std::int64_t to, const Counting& counting, Groups& groups);

// Errors: eventstore.counting_invalid (field) for more than three fields. A field that a kind does not have
//         is empty for its events.
Result<Counts> count_events(std::span<const CountedPart> parts, std::int64_t from, std::int64_t to,
                            const Counting& counting, const Limits& limits, const Clock& clock);

}  // namespace yagura::eventstore
