#include "log_search/kept.hpp"

#include <algorithm>
#include <set>

#include "calendar/civil.hpp"
#include "log_search/holds.hpp"

namespace yagura::log_search {

using schema::Value;
using store::Session;

namespace {

void add(Files& to, const eventstore::SegmentEntry& file) {
  ++to.files;
  to.events += file.rows;
  to.bytes += file.bytes;
}

}  // namespace

Result<KeptKind> Kept::of(std::string_view contract, std::string_view kind, Duration keep) {
  KeptKind out;
  out.kind = kind;
  out.keep = keep;
  YAGURA_TRY(const auto extents, at_.events.extents());
  for (const auto& one : extents)
    if (one.contract == contract && one.kind == kind && one.rows > 0) {
      out.events = one.rows;
      out.bytes = one.bytes;
      out.first = one.first;
      out.last = one.last;
    }
  if (!at_.store) return out;
  const auto holds = at_.store->holds();
  std::set<Id> covering;
  const auto before = to_micros(at_.clock.now() - keep);
  for (const auto& file : at_.store->files(contract, kind)) {
    bool held = false;
    for (const auto& hold : holds)
      if (covers(hold, file)) {
        held = true;
        if (const Id id = hold_of(hold); id != 0) covering.insert(id);
      }
    const bool over = file.last_time < before;
    if (over) add(held ? out.held : out.over, file);
    if (over || held) continue;
    // By time: the first that is not held is the next to go.
    const Time goes = from_micros(file.last_time) + keep;
    if (!out.next_at) out.next_at = goes;
    if (calendar::date_of(goes) == calendar::date_of(*out.next_at)) add(out.next, file);
  }
  out.holds.assign(covering.begin(), covering.end());
  return out;
}

// Once for each hold and kind: it is the same every night.
Result<void> Kept::note_held(std::string_view contract, std::string_view kind, Time before) {
  const auto holds = at_.store->holds();
  std::map<Id, Files> kept;
  for (const auto& file : at_.store->files(contract, kind))
    for (const auto& hold : holds)
      if (file.last_time < to_micros(before) && covers(hold, file) && hold_of(hold) != 0)
        add(kept[hold_of(hold)], file);
  for (const auto& [id, files] : kept)
    YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
      const auto subject = "log_hold/" + std::to_string(id);
      YAGURA_TRY(const auto said, at_.journal.list(s, {.chain = std::string(contract),
                                                       .subject = subject,
                                                       .kind_prefix = "log.expiry_held",
                                                       .limit = 1'000}));
      if (std::ranges::any_of(said, [&](const auto& e) { return e.record.data["kind"].text() == kind; }))
        return {};
      YAGURA_CHECK(at_.journal.append(s, {std::string(contract),
                                          {},
                                          "log.expiry_held",
                                          subject,
                                          Value::object({{"kind", std::string(kind)},
                                                         {"events", files.events},
                                                         {"bytes", files.bytes},
                                                         {"before", to_rfc3339(before)}})}));
      return {};
    }));
  return {};
}

Result<void> Kept::expire(std::string_view contract, std::string_view kind, Duration keep) {
  if (!at_.store) return {};
  const auto before = at_.clock.now() - keep;
  YAGURA_CHECK(note_held(contract, kind, before));
  YAGURA_TRY(const auto gone, at_.store->expire(contract, kind, before));
  if (gone == 0) return {};
  return at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(at_.journal.append(
        s, {std::string(contract),
            {},
            "log.expired",
            "logs/" + std::string(kind),
            Value::object({{"kind", std::string(kind)}, {"events", gone}, {"before", to_rfc3339(before)}})}));
    return {};
  });
}

}  // namespace yagura::log_search
