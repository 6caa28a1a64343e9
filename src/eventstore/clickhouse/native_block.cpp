#include "eventstore/clickhouse/native_block.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "eventstore/clickhouse/sql.hpp"
#include "eventstore/coding.hpp"
#include "eventstore/fold.hpp"

namespace yagura::eventstore::clickhouse {

namespace {

using namespace std::chrono;
constexpr int last_year = 30'000;
constexpr std::size_t piece = 64U << 10, rows_of_piece = 1024;

// A number for each row.
template <class T, class F>
void append_fixed(std::string& out, std::span<const std::uint32_t> rows, F&& value_of) {
  put_up_to(out, rows.size() * sizeof(T), [&](char* to) {
    for (const auto row : rows) {
      const auto value = static_cast<T>(value_of(row));
      std::memcpy(to, &value, sizeof value);
      to += sizeof value;
    }
    return to;
  });
}

// A text for each row.
template <class F>
void append_texts(std::string& out, std::span<const std::uint32_t> rows, F&& text_of) {
  std::size_t most = 0;
  for (const auto row : rows) most += text_of(row).size() + longest_varint;
  put_up_to(out, most, [&](char* to) {
    for (const auto row : rows) {
      const std::string_view text = text_of(row);
      to = put_varint(to, text.size());
      std::memcpy(to, text.data(), text.size());
      to += text.size();
    }
    return to;
  });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> columns_of(const Kind& kind) {
  std::vector<std::pair<std::string, std::string>> out = {{"contract", "String"}, {"month", "Int32"},
                                                          {"at", "Int64"},        {"batch", "UInt64"},
                                                          {"row", "UInt32"},      {"day", "Int32"}};
  for (const auto& field : kind.fields) {
    const bool is_number = field.type == FieldType::number;
    out.emplace_back(value_column(field.name), is_number ? "Int64" : "String");
    if (!is_number) out.emplace_back(folded_column(field.name), "String");
  }
  return out;
}

std::int32_t month_of(std::int64_t at) {
  const auto day = floor<days>(from_micros(at));
  if (day >= sys_days(year(last_year) / 1 / 1)) return last_year * 12;
  if (day < sys_days(year(-last_year) / 1 / 1)) return -last_year * 12 - 1;
  const year_month_day date(day);
  return static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
}

std::int64_t begin_of(std::int32_t month) {
  if (month > last_year * 12) return INT64_MAX;
  if (month < -last_year * 12) return INT64_MIN;
  const int y = month >= 0 ? month / 12 : -((-month + 11) / 12);
  const auto m = static_cast<unsigned>(month - y * 12 + 1);
  const std::chrono::month in_year(m);
  return to_micros(Time(sys_days(year(y) / in_year / 1)));
}

NativeBlock::NativeBlock(const Kind& kind, std::span<const Batch> batches, const Common& common)
    : common_(common) {
  std::size_t rows = 0;
  for (const auto& batch : batches) {
    parts_.push_back(part_of(kind, batch, rows));
    rows += batch.rows();
  }
  columns_ = {
      {"contract", "String", What::contract}, {"month", "Int32", What::month}, {"at", "Int64", What::at},
      {"batch", "UInt64", What::batch},       {"row", "UInt32", What::row},    {"day", "Int32", What::day}};
  for (std::size_t i = 0; i < kind.fields.size(); ++i) {
    const auto& field = kind.fields[i];
    const bool is_number = field.type == FieldType::number;
    columns_.push_back({value_column(field.name), is_number ? "Int64" : "String",
                        is_number ? What::number : What::value, i});
    if (!is_number) columns_.push_back({folded_column(field.name), "String", What::folded, i});
  }
  put_varint(ready_, columns_.size());
  put_varint(ready_, rows);
}

NativeBlock::Part NativeBlock::part_of(const Kind& kind, const Batch& batch, std::size_t first_row) {
  Part out{&batch, first_row, {}, {}, {}};
  std::vector<std::size_t> ends;
  ends.reserve(batch.strings.size());
  for (const auto text : batch.strings) {
    fold_into(text, out.held);
    ends.push_back(out.held.size());
  }
  // Beyond what a string keeps in itself: moving it must not move its bytes.
  out.held.reserve(std::max<std::size_t>(out.held.size(), 64));
  out.folded.reserve(ends.size());
  std::size_t begin = 0;
  for (const auto end : ends) {
    out.folded.push_back(std::string_view(out.held).substr(begin, end - begin));
    begin = end;
  }
  // The place of each source among them: rows are put in order by numbers alone.
  const auto& sources = batch.columns[*kind.index_of(kind.source)].ids;
  auto names = sources;
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  std::ranges::sort(names, {}, [&](Batch::StringId id) { return out.folded[id]; });
  std::vector<std::uint32_t> places(batch.strings.size());
  std::uint32_t place = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0 && out.folded[names[i]] != out.folded[names[i - 1]]) ++place;
    places[names[i]] = place;
  }
  // Into the place of their source, then by time where they do not come so.
  std::vector<std::size_t> ends_of(place + 2);
  for (const auto source : sources) ++ends_of[places[source] + 1];
  std::partial_sum(ends_of.begin(), ends_of.end(), ends_of.begin());
  out.order.resize(batch.rows());
  for (std::uint32_t row = 0; row < batch.rows(); ++row) out.order[ends_of[places[sources[row]]]++] = row;
  begin = 0;
  for (std::size_t i = 0; i <= place; ++i) {
    const auto rows = std::span(out.order).subspan(begin, ends_of[i] - begin);
    begin = ends_of[i];
    const auto time = [&](std::uint32_t row) { return std::pair(batch.times[row], row); };
    if (!std::ranges::is_sorted(rows, {}, time)) std::ranges::sort(rows, {}, time);
  }
  return out;
}

void NativeBlock::append(const Column& column, const Part& part, std::span<const std::uint32_t> rows) {
  const auto& batch = *part.batch;
  switch (column.what) {
    case What::contract:
      return append_texts(ready_, rows, [&](std::uint32_t) { return common_.contract; });
    case What::month:
      return append_fixed<std::int32_t>(ready_, rows, [&](std::uint32_t) { return common_.month; });
    case What::at:
      return append_fixed<std::int64_t>(ready_, rows, [&](std::uint32_t row) { return batch.times[row]; });
    case What::batch:
      return append_fixed<std::uint64_t>(ready_, rows, [&](std::uint32_t) { return common_.id; });
    case What::row:
      return append_fixed<std::uint32_t>(ready_, rows,
                                         [&](std::uint32_t row) { return part.first_row + row; });
    case What::day:
      return append_fixed<std::int32_t>(ready_, rows, [&](std::uint32_t row) {
        return batch.days.empty() ? common_.today : batch.days[row];
      });
    case What::number:
      return append_fixed<std::int64_t>(
          ready_, rows, [&](std::uint32_t row) { return batch.columns[column.field].numbers[row]; });
    case What::value:
      return append_texts(ready_, rows, [&, ids = batch.columns[column.field].ids.data()](std::uint32_t row) {
        return batch.strings[ids[row]];
      });
    case What::folded:
      return append_texts(ready_, rows, [&, ids = batch.columns[column.field].ids.data()](std::uint32_t row) {
        return part.folded[ids[row]];
      });
  }
}

std::size_t NativeBlock::fill(char* to, std::size_t size) {
  if (from_ == ready_.size()) {
    ready_.clear();
    from_ = 0;
  }
  while (ready_.size() < piece && column_ < columns_.size()) {
    const auto& column = columns_[column_];
    if (!std::exchange(begun_, true)) {
      put_text(ready_, column.name);
      put_text(ready_, column.type);
    }
    if (part_ == parts_.size()) {
      ++column_;
      part_ = 0;
      begun_ = false;
      continue;
    }
    const auto& part = parts_[part_];
    const auto rows = std::span(part.order).subspan(row_, std::min(rows_of_piece, part.order.size() - row_));
    append(column, part, rows);
    row_ += rows.size();
    if (row_ == part.order.size()) {
      ++part_;
      row_ = 0;
    }
  }
  const auto given = std::min(size, ready_.size() - from_);
  std::memcpy(to, ready_.data() + from_, given);
  from_ += given;
  return given;
}

std::size_t cells_bytes(const Batch& batch) {
  std::size_t out = batch.rows() * 64;
  for (const auto& column : batch.columns) {
    out += column.numbers.size() * 8;
    for (const auto id : column.ids) out += 2 * batch.strings[id].size() + 16;
  }
  return out;
}

}  // namespace yagura::eventstore::clickhouse
