#include "eventstore/batch.hpp"

#include <algorithm>
#include <utility>

#include "eventstore/coding.hpp"

namespace yagura::eventstore {

BatchBuilder::BatchBuilder(const Kind& kind) : kind_(kind) { columns_.resize(kind.fields.size()); }

void BatchBuilder::row(Time at) {
  times_.push_back(to_micros(at));
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (kind_.fields[i].type == FieldType::number)
      columns_[i].numbers.push_back(0);
    else
      columns_[i].ids.push_back(0);
  }
  bytes_ += 8 + columns_.size() * 4;
}

void BatchBuilder::row(Time at, std::int64_t day) {
  YAGURA_ASSERT(days_.size() == times_.size());
  row(at);
  days_.push_back(day);
}

void BatchBuilder::text(std::size_t field, std::string_view value) {
  YAGURA_ASSERT(field < columns_.size() && !columns_[field].ids.empty());
  const auto known = strings_.size();
  const auto place = strings_.place_of(value);
  if (strings_.size() > known) {
    YAGURA_ASSERT(known < Batch::most_strings);
    bytes_ += value.size();
  }
  columns_[field].ids.back() = static_cast<Batch::StringId>(place);
}

void BatchBuilder::number(std::size_t field, std::int64_t value) {
  YAGURA_ASSERT(field < columns_.size() && !columns_[field].numbers.empty());
  columns_[field].numbers.back() = value;
}

bool BatchBuilder::full() const {
  return times_.size() >= Batch::most_rows || strings_.size() + columns_.size() > Batch::most_strings ||
         bytes_ >= Batch::most_bytes / 2;
}

Batch BatchBuilder::take() {
  Batch out;
  auto strings = strings_.take();
  out.strings = std::move(strings.strings);
  out.held = std::move(strings.held);
  out.times = std::exchange(times_, {});
  out.days = std::exchange(days_, {});
  out.columns = std::exchange(columns_, std::vector<Batch::Column>(columns_.size()));
  bytes_ = 0;
  return out;
}

namespace {

constexpr char version = 1;

std::unexpected<Error> invalid(std::string reason) {
  return fail("eventstore.batch_invalid", {{"reason", std::move(reason)}});
}

}  // namespace

void write_batch(const Kind& kind, const Batch& batch, std::string& out) {
  std::size_t texts = 0;
  for (const auto text : batch.strings) texts += text.size();
  out.reserve(out.size() + texts + batch.strings.size() * 2 + batch.rows() * (12 + batch.columns.size() * 2) +
              1024);
  const auto put_all = [&](const auto& values, auto&& number) {
    put_up_to(out, values.size() * longest_varint, [&](char* to) {
      for (const auto value : values) to = put_varint(to, number(value));
      return to;
    });
  };
  out.push_back(version);
  put_varint(out, batch.rows());
  put_varint(out, batch.strings.size());
  put_all(batch.strings, [](std::string_view text) { return text.size(); });
  for (const auto text : batch.strings) out.append(text);
  put_all(batch.times, [last = std::uint64_t{0}](std::int64_t time) mutable {
    const auto now = static_cast<std::uint64_t>(time);
    return zigzag(static_cast<std::int64_t>(now - std::exchange(last, now)));
  });
  put_varint(out, batch.columns.size());
  for (std::size_t i = 0; i < batch.columns.size(); ++i) {
    const auto& column = batch.columns[i];
    put_text(out, kind.fields[i].name);
    const bool number = kind.fields[i].type == FieldType::number;
    out.push_back(number ? 'n' : 't');
    if (number)
      put_all(column.numbers, zigzag);
    else
      put_all(column.ids, [](Batch::StringId id) { return std::uint64_t{id}; });
  }
}

std::string write_batch(const Kind& kind, const Batch& batch) {
  std::string out;
  write_batch(kind, batch, out);
  return out;
}

Result<Batch> read_batch(const Kind& kind, std::string_view bytes) {
  if (bytes.size() > Batch::most_bytes)
    return fail("eventstore.batch_too_large", {{"bytes", std::to_string(bytes.size())}});
  Batch out;
  auto held = std::make_shared<const std::string>(bytes);
  Reader in(*held);
  out.held = held;
  if (in.fixed<char>() != version) return invalid("unknown version");
  const auto rows = in.count();
  if (rows > Batch::most_rows) return invalid("too many rows");
  const auto strings = in.count();
  if (strings > Batch::most_strings) return invalid("too many different strings");
  std::vector<std::size_t> sizes;
  sizes.reserve(strings);
  for (std::size_t i = 0; i < strings; ++i) sizes.push_back(static_cast<std::size_t>(in.varint()));
  out.strings.reserve(strings);
  for (const auto size : sizes) {
    if (size > Batch::most_string) return invalid("a string is too long");
    out.strings.push_back(in.bytes(size));
  }
  if (in.bad() || strings == 0 || !out.strings.front().empty()) return invalid("strings");
  std::uint64_t time = 0;
  out.times.resize(rows);
  for (auto& at : out.times)
    at = static_cast<std::int64_t>(time += static_cast<std::uint64_t>(in.signed_varint()));
  out.columns.resize(kind.fields.size());
  const auto columns = in.count();
  for (std::size_t c = 0; c < columns && !in.bad(); ++c) {
    const auto name = in.text();
    const auto type = in.fixed<char>();
    const auto at = kind.index_of(name);
    if (in.bad()) break;
    if (!at) return fail("eventstore.field_unknown", {{"kind", kind.kind}, {"field", std::string(name)}});
    const bool number = kind.fields[*at].type == FieldType::number;
    if (type != (number ? 'n' : 't')) return invalid("field " + std::string(name) + " has another type");
    auto& column = out.columns[*at];
    if (!column.ids.empty() || !column.numbers.empty())
      return invalid("field " + std::string(name) + " twice");
    if (number) {
      column.numbers.resize(rows);
      for (auto& value : column.numbers) value = in.signed_varint();
      continue;
    }
    column.ids.resize(rows);
    std::uint64_t last = 0;
    for (auto& to : column.ids) {
      const auto id = in.varint();
      last = std::max(last, id);
      to = static_cast<Batch::StringId>(id);
    }
    if (last >= strings) return invalid("a string that is not there");
  }
  if (in.bad() || in.left() != 0) return invalid("cut off, or bytes behind its end");
  for (std::size_t i = 0; i < out.columns.size(); ++i) {
    auto& column = out.columns[i];
    if (kind.fields[i].type == FieldType::number)
      column.numbers.resize(rows);
    else
      column.ids.resize(rows);
  }
  return out;
}

}  // namespace yagura::eventstore
