#include "eventstore/clickhouse/count.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/text.hpp"
#include "eventstore/clickhouse/native_block.hpp"
#include "eventstore/clickhouse/search.hpp"
#include "eventstore/clickhouse/sql.hpp"

namespace yagura::eventstore::clickhouse {

namespace {

using namespace std::chrono_literals;
constexpr int halvings = 24;

std::int64_t integer(std::string_view text) {
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::string bucket_of(const Counting& counting) {
  // Of a column, though it is the same for all: a Distributed table over one shard takes no constants (18.16).
  if (counting.bucket.count() <= 0) return "toInt64(bitAnd(at, 0))";
  const auto size = number(counting.bucket.count());
  const auto rest = "(at - " + number(counting.offset.count()) + ") % " + size;
  return "toInt64(at - (" + rest + " + " + size + ") % " + size + ")";
}

std::string value_of(const Kind& kind, const std::string& field) {
  const auto at = kind.index_of(field);
  if (!at) return "substring(contract, 1, 0)";
  return kind.fields[*at].type == FieldType::number ? "toString(" + value_column(field) + ")"
                                                    : value_column(field);
}

std::string statement(const Servers& servers, const std::vector<const Kind*>& kinds, const Query& query,
                      const Counting& counting, std::int64_t first, std::int64_t last) {
  std::string groups = "bucket", shown = "bucket";
  for (std::size_t i = 0; i < counting.by.size(); ++i) {
    groups += ", g" + std::to_string(i);
    shown += ", hex(g" + std::to_string(i) + ")";
  }
  std::string inner;
  for (const auto* kind : kinds) {
    inner.append(inner.empty() ? "SELECT " : " UNION ALL SELECT ").append(bucket_of(counting) + " AS bucket");
    for (std::size_t i = 0; i < counting.by.size(); ++i)
      inner += ", " + value_of(*kind, counting.by[i]) + " AS g" + std::to_string(i);
    inner += ", count() AS c FROM " + servers.everywhere(kind->kind) +
             " WHERE contract = " + literal(query.contract) + " AND at >= " + number(first) +
             " AND at <= " + number(last) + " AND " + expression(query.where, *kind) + " GROUP BY " + groups;
  }
  return "SELECT " + shown + ", sum(c) AS n FROM (" + inner + ") GROUP BY " + groups +
         " WITH TOTALS ORDER BY n DESC, " + groups + " LIMIT " + std::to_string(counting.top + 1);
}

void read(const Table& table, const Counting& counting, Counts& out) {
  const auto fields = counting.by.size();
  for (const auto& row : table.rows) {
    if (row.size() != fields + 2) continue;
    Group group;
    group.bucket = from_micros(integer(row[0]));
    for (std::size_t i = 0; i < fields; ++i) group.values.push_back(from_hex(row[i + 1]).value_or(""));
    group.count = integer(row.back());
    if (group.count == 0) continue;  // of nothing at all
    out.groups.push_back(std::move(group));
  }
  if (!table.totals.empty() && !table.rows.empty()) out.total = integer(table.totals.back());
  out.more_groups = out.groups.size() > counting.top;
  if (out.more_groups) out.groups.resize(counting.top);
  if (counting.bucket.count() > 0)
    std::ranges::sort(out.groups, {},
                      [](const Group& g) { return std::tuple(g.bucket, -g.count, g.values); });
  out.outcome.rows_read = table.rows_read;
}

}  // namespace

Result<Counts> count(const Servers& servers, const Clock& clock, const std::vector<const Kind*>& kinds,
                     const Query& query, const Counting& counting, const Limits& limits) {
  using enum Outcome::Why;
  const auto until = clock.steady() + limits.time;
  Counts out;
  if (query.contract.empty() || query.from >= query.to) return out;
  auto first = to_micros(query.from);
  auto last = to_micros(query.to) - 1;
  for (int i = 0; i < halvings; ++i) {
    const auto left = until - clock.steady();
    Request request;
    request.statement = statement(servers, kinds, query, counting, first, last);
    // The server ends it in time and gives what it has; less than a second is too short for that.
    const auto seconds = std::max<std::int64_t>(1, left / 1s);
    request.stop = {&clock, left < 1s ? until : until + 2s, limits.cancelled};
    request.settings = {{"max_query_size", "16777216"},
                        {"max_rows_to_read", std::to_string(std::max<std::int64_t>(1, limits.rows_read))},
                        {"max_execution_time", std::to_string(seconds)},
                        {"timeout_overflow_mode", "break"}};
    const auto table = servers.table(std::move(request));
    if (table) {
      if (table->end == Answer::End::cancelled) out.outcome.why = cancelled;
      if (table->end == Answer::End::out_of_time || table->elapsed >= static_cast<double>(seconds))
        out.outcome.why = out_of_time;
      if (table->end == Answer::End::whole) read(*table, counting, out);
      return out;
    }
    if (table.error().number == too_slow) {
      out.outcome.why = out_of_time;
      return out;
    }
    if (table.error().number != clickhouse::too_many_rows) return std::unexpected(gone(table.error()));
    out.outcome.why = Outcome::Why::too_many_rows;
    if (i == 0) {
      YAGURA_TRY(const auto partitions, servers.partitions(query.contract, {}));
      std::int32_t oldest = INT32_MAX, newest = INT32_MIN;
      for (const auto& one : partitions) {
        oldest = std::min(oldest, one.month);
        newest = std::max(newest, one.month);
      }
      if (partitions.empty()) break;
      first = std::max(first, begin_of(oldest));
      last = std::min(last, begin_of(newest + 1) - 1);
    }
    // The newer half of the time that is left.
    if (first >= last) break;
    first = last / 2 + first / 2 + 1;
  }
  return out;
}

Result<EventSum> sum(const Servers& servers, const Clock& clock, const Kind& kind, const Query& query) {
  YAGURA_CHECK(servers.even(kind.kind));
  const auto times = [](std::size_t place) {
    return "toUInt64('" + std::to_string(sum_factor(place)) + "') * ";
  };
  std::string row = times(sum_time) + "toUInt64(at) + " + times(sum_day) + "toUInt64(toInt64(day))";
  const auto empty = "toUInt64('" + std::to_string(sip_hash("")) + "')";
  for (std::size_t f = 0; f < kind.fields.size(); ++f) {
    const auto column = value_column(kind.fields[f].name);
    row += " + " + times(sum_fields + f);
    row += kind.fields[f].type == FieldType::number ? "toUInt64(" + column + ")"
                                                    : "(sipHash64(" + column + ") - " + empty + ")";
  }
  Request request;
  request.statement = "SELECT count(), sum(intHash64(toUInt64(" + row + "))) FROM " +
                      servers.everywhere(kind.kind) + " WHERE contract = " + literal(query.contract) +
                      " AND at >= " + number(to_micros(query.from)) + " AND at < " +
                      number(to_micros(query.to));
  request.stop = {&clock, clock.steady() + std::chrono::hours(6), nullptr};
  const auto table = servers.table(std::move(request));
  if (!table) return std::unexpected(gone(table.error()));
  EventSum out;
  if (table->rows.empty() || table->rows[0].size() < 2) return out;
  out.rows = integer(table->rows[0][0]);
  const auto& text = table->rows[0][1];
  std::from_chars(text.data(), text.data() + text.size(), out.sum);
  return out;
}

}  // namespace yagura::eventstore::clickhouse
