#include "eventstore/store.hpp"

#include "eventstore/walk.hpp"

namespace yagura::eventstore {

namespace {
constexpr std::size_t rows_at_once = 60'000;
}  // namespace

Result<EventSum> EventStore::sum(const Query& query) {
  EventSum out;
  YAGURA_CHECK(walk(*this, query, rows_at_once, [&](const Event& event) -> Result<void> {
    ++out.rows;
    out.sum += sum_of(event);
    return {};
  }));
  return out;
}

Result<std::unique_ptr<SourceReader>> EventStore::source_reader(const Query& /*query*/) {
  return std::unique_ptr<SourceReader>();
}

Result<void> EventStore::append_together(std::string_view contract, std::string_view kind,
                                         std::vector<Batch> batches) {
  YAGURA_ASSERT(batches.size() == 1);
  return append(contract, kind, std::move(batches.front()));
}

}  // namespace yagura::eventstore
