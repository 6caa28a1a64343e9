// What the store of events needs once a day: seals of the days that are over, and an end to what was kept
// long enough.
#include <algorithm>

#include "calendar/civil.hpp"
#include "contract/watch_rules.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace {

constexpr std::size_t generations = 3;  // of backups

}  // namespace

Result<void> Server::Parts::keep_events() {
  // What is held must be known to the store before anything is dropped.
  YAGURA_CHECK(event_search->holds.enforce());
  YAGURA_TRY(const auto extents, events->extents());
  for (const auto& one : extents) {
    const auto held = pack(one.contract);
    if (!held) continue;
    YAGURA_CHECK(event_search->seals.seal_days(one.contract, one.kind));
    YAGURA_CHECK(event_search->kept.expire(one.contract, one.kind,
                                           contract::watch_rules(*held).events_kept(one.kind)));
  }
  return back_up_events();
}

// Hard links where it is the same file system, so that a night's costs what came in the day.
Result<void> Server::Parts::back_up_events() {
  const auto& to = options.events_backup;
  if (to.empty() || !embedded_events) return {};
  const auto today = to / ("events-" + calendar::format_date(calendar::date_of(clock.now())));
  std::error_code failed;
  if (std::filesystem::exists(today / "manifest", failed)) return {};
  std::filesystem::remove_all(today, failed);  // one that did not come to its end
  YAGURA_CHECK(embedded_events->back_up(today));
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::directory_iterator(to, failed))
    if (entry.path().filename().string().starts_with("events-")) all.push_back(entry.path());
  std::ranges::sort(all, std::greater());
  for (std::size_t i = generations; i < all.size(); ++i) std::filesystem::remove_all(all[i], failed);
  return {};
}

}  // namespace yagura::yagurad
