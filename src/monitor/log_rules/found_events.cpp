#include "monitor/log_rules/found_events.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace yagura::monitor::log_rules {

namespace es = eventstore;

namespace {

constexpr std::size_t rows_at_once = 4096, most_bytes = 32U << 20U;

struct Kept {
  const es::Kind* kind = nullptr;
  Time at;
  std::vector<std::variant<std::string, std::int64_t>> cells;
};

// Rows of the same kind in a row; another kind begins another batch, so that the order of time is kept.
class Pieces {
 public:
  explicit Pieces(const BatchUse& use) : use_(use) {}

  template <class Cells>
  Result<void> add(const es::Kind& kind, Time at, const Cells& cells) {
    if (kind_ != &kind || builder_->full() || builder_->rows() >= rows_at_once) {
      YAGURA_CHECK(flush());
      kind_ = &kind;
      builder_.emplace(kind);
    }
    builder_->row(at);
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (const auto* number = std::get_if<std::int64_t>(&cells[i]))
        builder_->number(i, *number);
      else
        builder_->text(i, std::get<0>(cells[i]));
    return {};
  }
  Result<void> flush() {
    if (!builder_ || builder_->rows() == 0) return {};
    return use_(*kind_, builder_->take());
  }

 private:
  const BatchUse& use_;
  const es::Kind* kind_ = nullptr;
  std::optional<es::BatchBuilder> builder_;
};

}  // namespace

Result<es::Outcome> read_batches(es::EventStore& store, const es::Query& query, bool newest, std::size_t most,
                                 const es::Limits& limits, const BatchUse& use) {
  Pieces pieces(use);
  std::vector<Kept> kept;
  std::size_t bytes = 0, rows = 0;
  const auto keep = [&](const es::Event& event) {
    Kept one{event.kind, event.at, {}};
    for (const auto& cell : event.cells)
      if (const auto* number = std::get_if<std::int64_t>(&cell)) {
        one.cells.emplace_back(*number);
      } else {
        one.cells.emplace_back(std::string(std::get<std::string_view>(cell)));
        bytes += std::get<std::string_view>(cell).size();
      }
    kept.push_back(std::move(one));
  };
  es::Page page{.newest_first = newest, .limit = rows_at_once};
  es::Outcome outcome;
  do {
    page.limit = std::min(rows_at_once, most - rows);
    YAGURA_TRY(auto part, store.search(query, page, limits, [&](const es::Event& event) -> Result<bool> {
      ++rows;
      if (newest)
        keep(event);
      else
        YAGURA_CHECK(pieces.add(*event.kind, event.at, event.cells));
      return true;
    }));
    part.rows_read += outcome.rows_read;
    outcome = std::move(part);
    page.after = outcome.next;
  } while (!outcome.partial() && outcome.next && rows < most && bytes < most_bytes);
  if (!outcome.partial() && outcome.next) outcome.why = es::Outcome::Why::too_many_rows;
  for (auto one = kept.rbegin(); one != kept.rend(); ++one)
    YAGURA_CHECK(pieces.add(*one->kind, one->at, one->cells));
  YAGURA_CHECK(pieces.flush());
  return outcome;
}

}  // namespace yagura::monitor::log_rules
