#include "eventstore/recent.hpp"

#include <algorithm>

#include "eventstore/coding.hpp"

namespace yagura::eventstore {

namespace {
// In the place of the day: the days of all rows follow.
constexpr std::int64_t days_of_rows = INT64_MIN;
}  // namespace

Recent::Recent(std::string own, const Kind& its, Batch rows, std::int64_t received)
    : contract(std::move(own)), kind(&its), batch(std::move(rows)), day(received) {
  const auto [first, last] = std::ranges::minmax(batch.times);
  first_time = first;
  last_time = last;
  bytes = sizeof(Recent) + (batch.times.capacity() + batch.days.capacity()) * 8 +
          batch.strings.capacity() * sizeof(std::string_view) +
          (batch.held ? batch.held->capacity() + TextFilter::bytes_for(batch.held->size()) : 0);
  for (const auto& column : batch.columns)
    bytes += column.ids.capacity() * sizeof(Batch::StringId) + column.numbers.capacity() * 8;
}

const TextFilter& Recent::filter() const {
  TextHashes unused;
  return filter(unused);
}

const TextFilter& Recent::filter(TextHashes& fragments) const {
  std::call_once(filtered_, [&] {
    filter_ =
        std::make_unique<const TextFilter>(batch.strings, batch.held ? batch.held->size() : 0, fragments);
  });
  return *filter_;
}

std::string write_recent(std::string_view contract, const Kind& kind, const Batch& batch, std::int64_t day) {
  std::string out;
  put_text(out, contract);
  put_text(out, kind.kind);
  put_signed(out, batch.days.empty() ? day : days_of_rows);
  if (!batch.days.empty()) {
    put_varint(out, batch.days.size());
    for (const auto one : batch.days) put_signed(out, one);
  }
  write_batch(kind, batch, out);
  return out;
}

Result<std::shared_ptr<const Recent>> read_recent(const Kinds& kinds, std::string_view bytes) {
  Reader in(bytes);
  const auto contract = in.text(), name = in.text();
  const auto day = in.signed_varint();
  std::vector<std::int64_t> days(day == days_of_rows ? in.count() : 0);
  if (days.size() <= Batch::most_rows)
    for (auto& one : days) one = in.signed_varint();
  if (in.bad() || days.size() > Batch::most_rows)
    return fail("eventstore.damaged", {{"reason", "a record of the log"}});
  const auto kind = kinds.find(name);
  if (kind == kinds.end()) return fail("eventstore.kind_unknown", {{"kind", std::string(name)}});
  YAGURA_TRY(auto batch, read_batch(kind->second, in.bytes(in.left())));
  if (batch.rows() == 0 || (day == days_of_rows && days.size() != batch.rows()))
    return fail("eventstore.damaged", {{"reason", "a record of the log"}});
  batch.days = std::move(days);
  return std::make_shared<const Recent>(std::string(contract), kind->second, std::move(batch), day);
}

}  // namespace yagura::eventstore
