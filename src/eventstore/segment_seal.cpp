#include "eventstore/segment_seal.hpp"

#include <algorithm>
#include <queue>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

// The rows of one chunk of a segment that were received on the day, by source.
class ChunkRows {
 public:
  ChunkRows(std::shared_ptr<const Segment> segment, std::size_t chunk, const Kind& kind, std::int64_t day)
      : segment_(std::move(segment)), chunk_(chunk), kind_(kind), day_(day) {
    const auto& columns = segment_->directory().columns;
    columns_.resize(kind.fields.size());
    for (std::size_t f = 0; f < kind.fields.size(); ++f)
      for (std::size_t c = 0; c < columns.size(); ++c)
        if (columns[c].name == kind.fields[f].name && columns[c].type == kind.fields[f].type) columns_[f] = c;
    source_ = *columns_[*kind.index_of(kind.source)];
    ids_.resize(columns.size());
    numbers_.resize(columns.size());
  }

  // Goes to the next row of the day; false at the end.
  Result<bool> next() {
    for (++row_;; row_ = 0) {
      for (; row_ < days_.size(); ++row_)
        if (days_[row_] == day_) {
          YAGURA_TRY(const auto value, segment_->value(source_, ids_[source_][row_]));
          source_name_ = value.first;
          return true;
        }
      YAGURA_TRY(const auto more, next_block());
      if (!more) return false;
    }
  }
  [[nodiscard]] const std::string& source() const { return source_name_; }

  Result<Digest> digest() const {
    std::vector<Event::Cell> cells;
    std::vector<std::shared_ptr<const Texts>> alive;
    for (std::size_t f = 0; f < columns_.size(); ++f) {
      if (!columns_[f]) {
        cells.push_back(kind_.fields[f].type == FieldType::number ? Event::Cell(std::int64_t{0})
                                                                  : Event::Cell(std::string_view()));
      } else if (kind_.fields[f].type == FieldType::number) {
        cells.emplace_back(numbers_[*columns_[f]][row_]);
      } else {
        YAGURA_TRY(auto value, segment_->value(*columns_[f], ids_[*columns_[f]][row_]));
        cells.emplace_back(value.first);
        alive.push_back(std::move(value.second));
      }
    }
    return digest_of(kind_, segment_->directory().contract, day_, times_[row_], cells);
  }

 private:
  Result<bool> next_block() {
    YAGURA_TRY(const auto table, segment_->blocks(chunk_));
    for (;;) {
      if (block_ == table->entries.size()) return false;
      const auto& block = table->entries[block_++];
      YAGURA_CHECK(segment_->days(block, days_));
      if (std::ranges::find(days_, day_) == days_.end()) continue;
      YAGURA_CHECK(segment_->times(block, times_));
      YAGURA_TRY(const auto order, segment_->order(block));
      for (const auto& column : columns_) {
        if (!column) continue;
        if (segment_->directory().columns[*column].type == FieldType::number)
          YAGURA_CHECK(segment_->numbers(block, *column, order, numbers_[*column]));
        else
          YAGURA_CHECK(segment_->ids(block, *column, order, ids_[*column]));
      }
      return true;
    }
  }

  const std::shared_ptr<const Segment> segment_;
  const std::size_t chunk_;
  const Kind& kind_;
  const std::int64_t day_;
  std::vector<std::optional<std::size_t>> columns_;
  std::size_t source_ = 0, block_ = 0, row_ = SIZE_MAX;
  std::string source_name_;
  std::vector<std::int64_t> days_, times_;
  std::vector<std::vector<std::uint32_t>> ids_;
  std::vector<std::vector<std::int64_t>> numbers_;
};

}  // namespace

Result<Seal> seal_of(std::span<const std::shared_ptr<const Segment>> segments, const Kind& kind,
                     std::int64_t day, const SealRoom& room, const std::function<bool()>& stopped,
                     std::span<SourceProof> prove) {
  std::vector<std::unique_ptr<ChunkRows>> chunks;
  for (const auto& segment : segments)
    if (segment->directory().first_day <= day && day <= segment->directory().last_day)
      for (std::size_t c = 0; c < segment->directory().chunks.size(); ++c)
        chunks.push_back(std::make_unique<ChunkRows>(segment, c, kind, day));
  // In a chunk sources stand in order of their folded form, then of their bytes.
  using Waiting = std::pair<std::pair<std::string, std::string>, ChunkRows*>;
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> waiting;
  const auto go_on = [&](ChunkRows* at) -> Result<void> {
    YAGURA_TRY(const auto more, at->next());
    if (more) waiting.push({{fold(at->source()), at->source()}, at});
    return {};
  };
  for (const auto& one : chunks) YAGURA_CHECK(go_on(one.get()));
  SealMaker seal(day, room, stopped, prove);
  while (!waiting.empty()) {
    const auto source = waiting.top().first;
    while (!waiting.empty() && waiting.top().first == source) {
      auto* const at = waiting.top().second;
      waiting.pop();
      bool same = true;
      while (same) {
        YAGURA_TRY(const auto one, at->digest());
        YAGURA_CHECK(seal.add(one));
        YAGURA_TRY(const auto more, at->next());
        same = more && at->source() == source.second;
        if (more && !same) waiting.push({{fold(at->source()), at->source()}, at});
        if (!more) break;
      }
    }
    YAGURA_CHECK(seal.end_source(source.second));
  }
  return seal.finish();
}

}  // namespace yagura::eventstore
