// What the store of events needs once a day: seals of the days that are over, and an end to what was kept
// long enough.
#include <algorithm>

#include "calendar/civil.hpp"
#include "contract/watch_rules.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace {

// A server that stood still makes up for so many days.
constexpr std::chrono::days most_days{40};
constexpr std::size_t generations = 3;  // of backups

}  // namespace

Result<void> Server::Parts::keep_events() {
  // What is held must be known to the store before anything is dropped.
  YAGURA_CHECK(event_search->holds.enforce());
  YAGURA_TRY(const auto extents, events->extents());
  for (const auto& one : extents) {
    const auto held = pack(one.contract);
    if (!held) continue;
    YAGURA_CHECK(seal_events(one.contract, one.kind));
    YAGURA_CHECK(expire_events(*held, one.kind));
  }
  return back_up_events();
}

// Hard links where it is the same file system, so that a night's costs what came in the day.
Result<void> Server::Parts::back_up_events() {
  const auto& to = options.events_backup;
  if (to.empty()) return {};
  const auto today = to / ("events-" + calendar::format_date(calendar::date_of(clock.now())));
  std::error_code failed;
  if (std::filesystem::exists(today / "manifest", failed)) return {};
  std::filesystem::remove_all(today, failed);  // one that did not come to its end
  YAGURA_CHECK(events->back_up(today));
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::directory_iterator(to, failed))
    if (entry.path().filename().string().starts_with("events-")) all.push_back(entry.path());
  std::ranges::sort(all, std::greater());
  for (std::size_t i = generations; i < all.size(); ++i) std::filesystem::remove_all(all[i], failed);
  return {};
}

Result<void> Server::Parts::seal_events(const std::string& contract, const std::string& kind) {
  const auto today = calendar::date_of(clock.now() - std::chrono::minutes(10));
  const journal::Query last{
      .chain = contract, .subject = "logs/" + kind, .kind_prefix = "log.sealed", .limit = 1};
  YAGURA_TRY(const auto entries, database->read([&](store::Session& s) { return journal->list(s, last); }));
  auto day = today - most_days;
  if (!entries.empty()) {
    YAGURA_TRY(const auto sealed, calendar::parse_date(entries.front().record.data["day"].text()));
    day = std::max(day, sealed + std::chrono::days(1));
  }
  for (; day < today; day += std::chrono::days(1)) {
    YAGURA_TRY(const auto seal, events->seal(contract, kind, day.time_since_epoch().count()));
    if (seal.rows == 0) continue;
    YAGURA_CHECK(database->write([&](store::Session& s) -> Result<void> {
      YAGURA_CHECK(journal->append(s, {contract,
                                       {},
                                       "log.sealed",
                                       "logs/" + kind,
                                       schema::Value::object({{"kind", kind},
                                                              {"day", calendar::format_date(day)},
                                                              {"events", seal.rows},
                                                              {"sources", seal.sources},
                                                              {"root", eventstore::to_hex(seal.root)}})}));
      return {};
    }));
  }
  return {};
}

Result<void> Server::Parts::expire_events(const contract::Pack& pack, const std::string& kind) {
  const auto before = clock.now() - contract::watch_rules(pack).events_kept(kind);
  YAGURA_TRY(const auto gone, events->expire(pack.id, kind, before));
  if (gone == 0) return {};
  return database->write([&](store::Session& s) -> Result<void> {
    YAGURA_CHECK(journal->append(
        s, {pack.id,
            {},
            "log.expired",
            "logs/" + kind,
            schema::Value::object({{"kind", kind}, {"events", gone}, {"before", to_rfc3339(before)}})}));
    return {};
  });
}

}  // namespace yagura::yagurad
