// Counts over many parts, by the values of fields and by time.
//
// Purpose: a part answers from the counts it keeps by the hour when the question allows it (cube.hpp); that is
//          asked of all parts first. Anything else is counted row by row, the newest part and in it the newest
//          block first, all counts in one walk, a block's groups at a time.
// Bounds:  most_groups different groups; whoever asks for more gets a partial answer that says so. One part is
//          open at a time.
// Threads: one call at a time.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "eventstore/condition_plan.hpp"
#include "eventstore/find.hpp"
#include "eventstore/groups.hpp"
#include "eventstore/tally.hpp"

namespace yagura::eventstore {

struct CountedPart {
  Part part;
  const ConditionPlan* plan = nullptr;
  // Adds what the part's kept counts say; false when they cannot tell.
  std::function<Result<bool>(const Counting&, Groups&)> from_cube;
};

class PartTally final : public Tally {
 public:
  using OnDamage = std::function<void(const std::vector<std::string>&)>;
  // held: what the parts refer to. A field that a kind does not have is empty for its events.
  // Errors: eventstore.counting_invalid (field) for more than three fields.
  static Result<std::unique_ptr<PartTally>> make(std::vector<CountedPart> parts,
                                                 std::shared_ptr<const void> held, std::int64_t from,
                                                 std::int64_t to, std::vector<CountingOf> countings,
                                                 const Clock& clock, OnDamage on_damage);
  ~PartTally() override;
  Result<bool> go_on(const Limits& limits) override;
  std::vector<Counts> counts() override;

 private:
  class BlockGroups;
  struct ToCount {
    CountedPart part;
    std::vector<bool> open;  // which counts still want it
  };
  PartTally(std::vector<CountedPart> parts, std::shared_ptr<const void> held, std::int64_t from,
            std::int64_t to, std::vector<CountingOf> countings, const Clock& clock, OnDamage on_damage);
  void ask_kept(ToCount& part);
  void step();
  void open(const ToCount& part);
  void close();
  void note(const Error& error);
  [[nodiscard]] bool full() const;
  [[nodiscard]] std::int64_t rows_read() const;
  [[nodiscard]] Time complete_from(std::size_t counting) const;

  const std::shared_ptr<const void> held_;
  const std::int64_t from_, to_;
  const std::vector<CountingOf> countings_;
  const Clock& clock_;
  const OnDamage on_damage_;
  std::deque<Groups> groups_;   // one for each counting
  std::vector<ToCount> parts_;  // newest first
  std::size_t kept_asked_ = 0;  // so many parts were asked for what they keep
  std::size_t at_ = 0;          // the part that is walked through
  std::unique_ptr<PartSearch> search_;
  std::vector<PartSearch::Candidate> blocks_;
  std::size_t block_ = 0;
  std::vector<BlockGroups> block_groups_;
  std::vector<std::size_t> counted_;  // which countings these are of
  std::int64_t rows_read_ = 0;        // of parts that are closed
  Outcome::Why why_ = Outcome::Why::out_of_time;
  std::vector<std::string> damage_;
};

}  // namespace yagura::eventstore
