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
constexpr std::size_t piece = 64U << 10;

template <class T>
void append_fixed(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
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

NativeBlock::NativeBlock(const Kind& kind, const Batch& batch, const Common& common, std::size_t first_row)
    : batch_(batch), order_(batch.rows()) {
  folded_.reserve(batch.strings.size());
  for (const auto text : batch.strings) folded_.push_back(fold(text));
  const auto& sources = batch.columns[*kind.index_of(kind.source)].ids;
  std::iota(order_.begin(), order_.end(), 0U);
  std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
    const auto by_name = sources[a] == sources[b] ? 0 : folded_[sources[a]].compare(folded_[sources[b]]);
    if (by_name != 0) return by_name < 0;
    return batch.times[a] != batch.times[b] ? batch.times[a] < batch.times[b] : a < b;
  });
  add("contract", "String",
      [contract = std::string(common.contract)](std::size_t, std::string& out) { put_text(out, contract); });
  add("month", "Int32", [month = common.month](std::size_t, std::string& out) { append_fixed(out, month); });
  add("at", "Int64", [this](std::size_t row, std::string& out) { append_fixed(out, batch_.times[row]); });
  add("batch", "UInt64", [id = common.id](std::size_t, std::string& out) { append_fixed(out, id); });
  add("row", "UInt32", [first_row](std::size_t row, std::string& out) {
    append_fixed(out, static_cast<std::uint32_t>(first_row + row));
  });
  add("day", "Int32", [this, today = common.today](std::size_t row, std::string& out) {
    append_fixed(out, static_cast<std::int32_t>(batch_.days.empty() ? today : batch_.days[row]));
  });
  for (std::size_t i = 0; i < kind.fields.size(); ++i) {
    const auto& field = kind.fields[i];
    const auto& column = batch.columns[i];
    if (field.type == FieldType::number) {
      add(value_column(field.name), "Int64",
          [&column](std::size_t row, std::string& out) { append_fixed(out, column.numbers[row]); });
      continue;
    }
    add(value_column(field.name), "String", [this, &column](std::size_t row, std::string& out) {
      put_text(out, batch_.strings[column.ids[row]]);
    });
    add(folded_column(field.name), "String",
        [this, &column](std::size_t row, std::string& out) { put_text(out, folded_[column.ids[row]]); });
  }
  put_varint(ready_, columns_.size());
  put_varint(ready_, batch.rows());
}

void NativeBlock::add(std::string name, std::string type,
                      std::function<void(std::size_t row, std::string& out)> append) {
  columns_.push_back({std::move(name), std::move(type), std::move(append)});
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
    while (row_ < batch_.rows() && ready_.size() < piece) column.append(order_[row_++], ready_);
    if (row_ == batch_.rows()) {
      ++column_;
      row_ = 0;
      begun_ = false;
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
