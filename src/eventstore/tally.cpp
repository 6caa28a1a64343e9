#include "eventstore/tally.hpp"

#include <utility>

#include "eventstore/store.hpp"

namespace yagura::eventstore {

namespace {

class TallyAtOnce final : public Tally {
 public:
  TallyAtOnce(EventStore& store, Query query, std::vector<CountingOf> countings)
      : store_(store), query_(std::move(query)), countings_(std::move(countings)) {
    Counts nothing;
    nothing.outcome.why = Outcome::Why::out_of_time;
    nothing.complete_from = Time::max();
    counts_.assign(countings_.size(), nothing);
  }

  Result<bool> go_on(const Limits& limits) override {
    if (next_ == countings_.size()) return false;
    const auto& [counting, kinds] = countings_[next_];
    auto query = query_;
    if (!kinds.empty()) query.kinds = kinds;
    YAGURA_TRY(counts_[next_], store_.count(query, counting, limits));
    return ++next_ < countings_.size();
  }
  std::vector<Counts> counts() override { return counts_; }

 private:
  EventStore& store_;
  const Query query_;
  const std::vector<CountingOf> countings_;
  std::vector<Counts> counts_;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<Tally> tally_at_once(EventStore& store, Query query, std::vector<CountingOf> countings) {
  return std::make_unique<TallyAtOnce>(store, std::move(query), std::move(countings));
}

Result<std::unique_ptr<Tally>> EventStore::tally(const Query& query, std::vector<CountingOf> countings) {
  return tally_at_once(*this, query, std::move(countings));
}

}  // namespace yagura::eventstore
