#include "eventstore/clickhouse/day_seal.hpp"

#include <algorithm>
#include <charconv>

#include "eventstore/clickhouse/row_reader.hpp"
#include "eventstore/clickhouse/sql.hpp"

namespace yagura::eventstore::clickhouse {

namespace {

// So many events are sorted by a server at once; a source with more comes alone and needs no order.
constexpr std::int64_t most_sorted = 200'000;
constexpr auto longest = std::chrono::hours(6);

struct Source {
  std::string folded, name;
  std::int64_t rows = 0;
};

class DaySeal {
 public:
  DaySeal(const Servers& servers, const Clock& clock, std::string_view contract, const Kind& kind,
          std::int64_t day, SealMaker& maker)
      : servers_(servers),
        clock_(clock),
        contract_(contract),
        kind_(kind),
        day_(day),
        maker_(maker),
        source_(*kind.index_of(kind.source)) {}

  Result<void> run() {
    YAGURA_TRY(const auto sources, read_sources());
    for (auto first = sources.begin(); first != sources.end();) {
      auto end = first + 1;
      auto rows = first->rows;
      // What is folded alike comes together.
      while (end != sources.end() && (end->folded == (end - 1)->folded || rows + end->rows <= most_sorted)) {
        rows += end->rows;
        ++end;
      }
      YAGURA_CHECK(add({first, end}, rows));
      first = end;
    }
    return {};
  }

 private:
  [[nodiscard]] std::string from() const {
    return " FROM " + servers_.everywhere(kind_.kind) + " WHERE contract = " + literal(contract_) +
           " AND day = " + std::to_string(day_);
  }

  // Each row goes to `use` whole, or nothing of an answer that is an error.
  Result<void> read(std::string statement, std::size_t texts, std::size_t numbers,
                    const std::function<Result<void>(const ReadRow&)>& use) {
    RowReader reader(texts, numbers);
    Result<void> used;
    Request request;
    request.statement = std::move(statement) + " FORMAT RowBinary";
    request.settings = {{"wait_end_of_query", "1"}, {"max_query_size", "16777216"}};
    request.stop = {&clock_, clock_.steady() + longest, nullptr};
    request.take = [&](std::string_view bytes) {
      return reader.take(bytes, [&](const ReadRow& row) {
        used = use(row);
        return used.has_value();
      });
    };
    const auto answer = servers_.ask(request);
    if (!answer) return std::unexpected(gone(answer.error()));
    YAGURA_CHECK(used);
    if (reader.damaged() || answer->end != Answer::End::whole) return changed();
    return {};
  }
  static std::unexpected<Error> changed() {
    return fail("eventstore.damaged",
                {{"reason", "the events of the day changed, or were not read in time"}});
  }

  Result<std::vector<Source>> read_sources() {
    const auto folded = folded_column(kind_.source), name = value_column(kind_.source);
    std::vector<Source> out;
    YAGURA_CHECK(read("SELECT min(at), toUInt8(0), " + folded + ", " + name + ", toInt64(count()), max(at)" +
                          from() + " GROUP BY " + folded + ", " + name + " ORDER BY " + folded + ", " + name,
                      2, 2, [&](const ReadRow& row) -> Result<void> {
                        out.push_back({std::string(row.texts[0]), std::string(row.texts[1]), row.numbers[0]});
                        first_ = std::min(first_, row.at);
                        last_ = std::max(last_, row.numbers[1]);
                        return {};
                      }));
    return out;
  }

  // The events of sources that stand side by side.
  Result<void> add(std::span<const Source> sources, std::int64_t rows) {
    std::string statement = "SELECT at, toUInt8(0)";
    std::size_t texts = 0;
    for (const auto& field : kind_.fields)
      if (field.type != FieldType::number) {
        statement += ", " + value_column(field.name);
        ++texts;
      }
    for (const auto& field : kind_.fields)
      if (field.type == FieldType::number) statement += ", " + value_column(field.name);
    const auto folded = folded_column(kind_.source);
    statement += from() + " AND at >= " + number(first_) + " AND at <= " + number(last_) + " AND " + folded +
                 " >= " + literal(sources.front().folded) + " AND " + folded +
                 " <= " + literal(sources.back().folded);
    if (sources.size() > 1) statement += " ORDER BY " + value_column(kind_.source);
    std::optional<std::string> source;
    YAGURA_CHECK(read(std::move(statement), texts, kind_.fields.size() - texts,
                      [&](const ReadRow& row) -> Result<void> {
                        const auto event = event_of(kind_, row);
                        const auto name = std::get<std::string_view>(event.cells[source_]);
                        if (source && *source != name) YAGURA_CHECK(maker_.end_source(*source));
                        if (!source || *source != name) source = name;
                        --rows;
                        return maker_.add(digest_of(kind_, contract_, day_, row.at, event.cells));
                      }));
    if (rows != 0 || !source) return changed();
    return maker_.end_source(*source);
  }

  const Servers& servers_;
  const Clock& clock_;
  const std::string_view contract_;
  const Kind& kind_;
  const std::int64_t day_;
  SealMaker& maker_;
  const std::size_t source_;
  std::int64_t first_ = INT64_MAX, last_ = INT64_MIN;
};

}  // namespace

Result<Seal> seal_of(const Servers& servers, const Clock& clock, std::string_view contract, const Kind& kind,
                     std::int64_t day, SealMaker& maker) {
  YAGURA_CHECK(servers.even(kind.kind));
  YAGURA_CHECK(DaySeal(servers, clock, contract, kind, day, maker).run());
  return maker.finish();
}

Result<std::vector<std::int64_t>> days_of(const Servers& servers, const Clock& clock,
                                          std::string_view contract, const Kind& kind, std::int64_t first,
                                          std::int64_t last) {
  Request request;
  request.statement = "SELECT day FROM " + servers.everywhere(kind.kind) +
                      " WHERE contract = " + literal(contract) + " AND at >= " + number(first) +
                      " AND at <= " + number(last) + " GROUP BY day ORDER BY day";
  request.stop = {&clock, clock.steady() + longest, nullptr};
  const auto table = servers.table(std::move(request));
  if (!table) return std::unexpected(gone(table.error()));
  std::vector<std::int64_t> out;
  for (const auto& row : table->rows) {
    auto& day = out.emplace_back();
    if (!row.empty()) std::from_chars(row[0].data(), row[0].data() + row[0].size(), day);
  }
  return out;
}

}  // namespace yagura::eventstore::clickhouse
