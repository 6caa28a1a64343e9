// Waves of a campaign: a few machines first, to verify; the rest only when that was judged good.
//
// Purpose: keeps which order belongs to which wave, and when each wave was opened, by whom and on what
//          finding. Rules: A machine belongs to the first wave that names it or its site; what none names is
//          the last wave's. The first wave is open at once. The next one opens when every order of the wave
//          before has come to its end and somebody who approves plans of that kind says so. Orders of a wave
//          that is not open can be planned and approved, not begun (desk.wave_waits).
// Errors:  desk.wave_*; those of store.
// Threads: safe from any thread.
// Follows: requirement D11; sendai 5(5)オ (verification machines before the others).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "desk/work_orders.hpp"

namespace yagura::desk {

struct Machine;

struct NewWave {
  std::string title;
  std::vector<Id> devices, sites;  // both empty: what is left; of the last wave alone
};

struct Progress {
  int orders = 0, finished = 0, stopped = 0, overdue = 0;  // finished: done, accepted, or taken back
  int steps = 0, answered = 0, failed = 0;
};

struct Wave {
  int seq = 0;  // from 1
  std::string title, opened_by, note;
  std::optional<Time> opened_at;
  Progress progress;
};

// Which wave each machine belongs to (index of `waves`), in the order of `machines`.
Result<std::vector<std::size_t>> waves_of(const std::vector<NewWave>& waves,
                                          const std::vector<Machine>& machines);

Result<void> insert_waves(store::Session& s, Id campaign, const std::vector<NewWave>& waves,
                          const std::string& opened_by, Time now);
Result<void> insert_wave_order(store::Session& s, Id campaign, std::size_t wave, Id order);
Result<std::vector<Wave>> read_waves(store::Session& s, Id campaign, Time now);

// Opens the next wave; `finding`: what the one before showed.
Result<Wave> open_wave(store::Session& s, Id campaign, int seq, const std::string& opened_by,
                       const std::string& finding, Time now);

// Of an order `w`, in SQL: its wave is not open yet.
inline constexpr std::string_view waits_for_wave =
    "EXISTS (SELECT 1 FROM work_wave_order o JOIN work_wave v ON v.campaign = o.campaign AND v.seq = o.seq"
    " WHERE o.work = w.id AND v.opened_at IS NULL)";

// desk.wave_waits where the order's wave is not open yet.
Result<void> check_wave(store::Session& s, const WorkOrder& order);

}  // namespace yagura::desk
