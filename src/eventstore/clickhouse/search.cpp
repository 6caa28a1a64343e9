#include "eventstore/clickhouse/search.hpp"

#include <algorithm>
#include <charconv>

#include "eventstore/clickhouse/native_block.hpp"
#include "eventstore/clickhouse/sql.hpp"

namespace yagura::eventstore::clickhouse {

namespace {

constexpr std::int64_t small_store = 20'000, first_stretch = 3'600'000'000;
constexpr std::size_t small_page = 10'000;

}  // namespace

std::string seconds_of(Duration left) {
  return std::to_string(std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(left).count() + 1));
}

Search::Search(const Servers& servers, const Clock& clock, std::vector<const Kind*> kinds, const Query& query,
               const Page& page, const Limits& limits, const EventSink& sink)
    : servers_(servers),
      clock_(clock),
      kinds_(std::move(kinds)),
      query_(query),
      page_(page),
      limits_(limits),
      sink_(sink),
      until_(clock.steady() + limits.time),
      last_(page.after) {
  for (const auto* kind : kinds_) {
    const auto numbers =
        static_cast<std::size_t>(std::ranges::count(kind->fields, FieldType::number, &Field::type));
    numbers_ = std::max(numbers_, numbers);
    texts_ = std::max(texts_, kind->fields.size() - numbers);
    conditions_.push_back(expression(query.where, *kind));
  }
}

Result<Outcome> Search::run() {
  Stretch whole{to_micros(query_.from), to_micros(query_.to)};
  if (whole.first >= whole.last) return outcome_;
  --whole.last;
  if (page_.after && page_.newest_first) whole.last = std::min(whole.last, to_micros(page_.after->at));
  if (page_.after && !page_.newest_first) whole.first = std::max(whole.first, to_micros(page_.after->at));
  YAGURA_TRY(const auto partitions, servers_.partitions(query_.contract, {}));
  std::int64_t rows = 0;
  std::int32_t first_month = INT32_MAX, last_month = INT32_MIN;
  for (const auto& one : partitions) {
    // A contract without a name has no events; asked for, partitions() tells of all.
    if (one.contract != query_.contract || std::ranges::find(kinds_, one.kind, &Kind::kind) == kinds_.end())
      continue;
    rows += one.rows;
    first_month = std::min(first_month, one.month);
    last_month = std::max(last_month, one.month);
  }
  if (rows == 0) return outcome_;
  const auto skip = page_.after ? page_.after->skip : 0;
  if (rows <= small_store || page_.limit > small_page)
    YAGURA_CHECK(give(whole, skip, page_.limit + 1));
  else
    YAGURA_CHECK(by_stretches(whole, first_month, last_month));
  if (broken_) return std::unexpected(*broken_);
  if (enough_ || outcome_.partial()) outcome_.next = last_;
  outcome_.rows_read = std::max(outcome_.rows_read, static_cast<std::int64_t>(given_));
  return std::move(outcome_);
}

Result<void> Search::by_stretches(Stretch whole, std::int32_t first_month, std::int32_t last_month) {
  // Nothing is newer than the last month; events older than the first may have come late.
  const auto begin = begin_of(first_month), end = begin_of(last_month + 1);
  auto left = whole;
  left.last = std::min(left.last, end);
  std::uint64_t skip = page_.after ? page_.after->skip : 0;
  for (auto length = first_stretch; left.first <= left.last && !done();) {
    auto here = left;
    // The rest at once where it is short, or before the first month.
    if (page_.newest_first && left.last > begin && left.last - begin > length)
      here.first = std::max(left.first, left.last - length + 1);
    else if (!page_.newest_first && left.first < begin)
      here.last = std::min(left.last, begin - 1);
    else if (!page_.newest_first && left.last - left.first > length)
      here.last = left.first + length - 1;
    const auto wanted = page_.limit + 1 - given_;
    YAGURA_TRY(const auto some, times(here, skip + wanted));
    if (done()) break;
    if (some.count > skip) YAGURA_CHECK(give(some.stretch, skip, wanted));
    // What is skipped is of the first moment, which is in the first stretch.
    skip = 0;
    if (page_.newest_first) {
      if (here.first == left.first) break;
      left.last = here.first - 1;
    } else {
      if (here.last == left.last) break;
      left.first = here.last + 1;
    }
    length = length > INT64_MAX / 4 ? INT64_MAX : length * 4;
  }
  return {};
}

Result<Search::Times> Search::times(Stretch stretch, std::uint64_t most) {
  const auto table =
      servers_.table(request("SELECT count(), min(at), max(at) FROM (" + statement(stretch, false, most) +
                             order() + " LIMIT " + std::to_string(most) + ")"));
  Times out;
  if (!table) {
    YAGURA_CHECK(refused(table.error()));
    return out;
  }
  if (ended(table->end)) return out;
  outcome_.rows_read += table->rows_read;
  const auto read = [&](std::size_t i) {
    std::int64_t value = 0;
    if (!table->rows.empty() && table->rows[0].size() > i) {
      const auto& text = table->rows[0][i];
      std::from_chars(text.data(), text.data() + text.size(), value);
    }
    return value;
  };
  out.count = static_cast<std::uint64_t>(read(0));
  out.stretch = {read(1), read(2)};
  return out;
}

Result<void> Search::give(Stretch stretch, std::uint64_t skip, std::uint64_t most) {
  RowReader reader(texts_, numbers_ + (page_.days ? 1 : 0));
  auto asked = request(statement(stretch, true, skip + most) + order() + " LIMIT " + std::to_string(skip) +
                       ", " + std::to_string(most) + " FORMAT RowBinary");
  // The answer begins when it is complete at the server: an error cannot come in the middle of rows.
  asked.settings.emplace_back("wait_end_of_query", "1");
  asked.take = [&](std::string_view bytes) {
    return reader.take(bytes, [&](const ReadRow& row) { return take(row); });
  };
  const auto answer = servers_.ask(asked);
  if (!answer) return refused(answer.error());
  // What was ended before its time ends in the middle of a row.
  if (!ended(answer->end) && reader.damaged())
    return fail("eventstore.server_refused",
                {{"server", ""}, {"number", "0"}, {"reason", "rows that cannot be read"}});
  return {};
}

bool Search::take(const ReadRow& row) {
  if (row.kind >= kinds_.size()) return false;
  if (given_ == page_.limit) {
    enough_ = true;
    return false;
  }
  auto event = event_of(*kinds_[row.kind], row);
  if (page_.days) event.day = row.numbers[numbers_];
  const auto go_on = sink_(event);
  if (!go_on) {
    broken_ = go_on.error();
    return false;
  }
  ++given_;
  const bool same = last_ && to_micros(last_->at) == row.at;
  last_ = Cursor{from_micros(row.at), same ? last_->skip + 1 : 1};
  enough_ = !*go_on;
  return *go_on;
}

std::string Search::order() const {
  return page_.newest_first ? " ORDER BY at DESC, kind, batch, row" : " ORDER BY at, kind, batch, row";
}

std::string Search::cells_of(const Kind& kind) const {
  std::string out;
  std::size_t text = 0, number = 0;
  const auto add = [&](std::string_view what, char as, std::size_t nth) {
    out.append(", ").append(what).append(" AS ").append(1, as).append(std::to_string(nth));
  };
  for (const auto& field : kind.fields)
    if (field.type != FieldType::number) add(value_column(field.name), 's', text++);
  while (text < texts_) add("''", 's', text++);
  for (const auto& field : kind.fields)
    if (field.type == FieldType::number) add(value_column(field.name), 'n', number++);
  while (number < numbers_) add("toInt64(0)", 'n', number++);
  if (page_.days) add("toInt64(day)", 'n', number);
  return out;
}

std::string Search::statement(Stretch stretch, bool cells, std::uint64_t most) const {
  std::string inner;
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    const auto& kind = *kinds_[i];
    inner.append(inner.empty() ? "" : " UNION ALL ");
    inner.append("SELECT at, toUInt8(" + std::to_string(i) + ") AS kind, batch, row");
    if (cells) inner += cells_of(kind);
    inner.append(" FROM " + servers_.everywhere(kind.kind) + " WHERE contract = " + literal(query_.contract) +
                 " AND at >= " + number(stretch.first) + " AND at <= " + number(stretch.last) + " AND " +
                 conditions_[i] + order() + " LIMIT " + std::to_string(most));
  }
  std::string columns = "SELECT at, kind";
  if (cells) {
    for (std::size_t i = 0; i < texts_; ++i) columns += ", s" + std::to_string(i);
    for (std::size_t i = 0; i < numbers_ + (page_.days ? 1 : 0); ++i) columns += ", n" + std::to_string(i);
  }
  return columns + " FROM (" + inner + ")";
}

Request Search::request(std::string statement) const {
  Request out;
  out.statement = std::move(statement);
  out.stop = {&clock_, until_, limits_.cancelled};
  const auto rows = std::max<std::int64_t>(1, limits_.rows_read - outcome_.rows_read);
  out.settings = {{"max_query_size", "16777216"},
                  {"max_rows_to_read", std::to_string(rows)},
                  {"max_execution_time", seconds_of(until_ - clock_.steady())}};
  return out;
}

bool Search::ended(Answer::End end) {
  using enum Outcome::Why;
  if (end == Answer::End::out_of_time) outcome_.why = out_of_time;
  if (end == Answer::End::cancelled) outcome_.why = cancelled;
  return end != Answer::End::whole;
}

Result<void> Search::refused(const Failure& failure) {
  if (failure.number != clickhouse::too_many_rows && failure.number != too_slow)
    return std::unexpected(gone(failure));
  outcome_.why = failure.number == too_slow ? Outcome::Why::out_of_time : Outcome::Why::too_many_rows;
  return {};
}

}  // namespace yagura::eventstore::clickhouse
