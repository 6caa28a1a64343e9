// What of work is due: papers, plans to approve, work to begin or to end, results to accept, campaigns,
// notices, and work that comes round.
//
// Purpose: one list of what somebody has to do, by when, and who: for the page of today, and for the mails of
//          WorkReminders. Orders of a campaign in the same state stand in it as one.
// Regular: a kind of work with `regular` deadlines is due at each of them. A finished order of that kind
//          covers the earliest one that none covers yet and whose time had begun (when the one before it was
//          due); so what was missed stays late until it is made up for. What was due before the contract was
//          first served here is not counted. In the list what is late of one kind is one item with its
//          number, and of what is to come the next stands for all: daily work would hide everything else.
// Passwords: open_rotations() opens the order of a kind with `rotation` as soon as a change counts for its
//          day, once for each day, also after a crash between. A day that passed while nobody looked (the
//          server stood still) is made up for: one order, due on the last such day, that says so.
// Errors:  desk.contract_not_found; those of store.
// Threads: safe from any thread.
// Follows: requirements D4, D5, D8, C15; sapporo 4, moriguchi 5-2(2)②.
#pragma once

#include "desk/campaigns.hpp"
#include "desk/work_notices.hpp"

namespace yagura::desk {

struct WorkDue {
  std::string
      what;   // plan, approve, start, finish, accept (an order's next_due); order, campaign, notice, regular
  Id id = 0;  // of the order, campaign or notice; 0 of regular work
  Id campaign = 0;  // several orders of this one, at the same stage
  std::string number, kind, site_name;
  calendar::Words title;
  Time due;
  bool late = false;
  int orders = 1;                        // or, of regular work, how many occasions are late
  std::vector<std::string> acts, waits;  // roles: who has to act, and who waits for it
  std::vector<int> remind_days;
};

// The end of the day that a date or an instant names: by when is done what is planned for it. The plan of
// such an order is due so many days before as its kind has in `notice` (next_due of work_course.hpp).
Result<Time> end_of_planned_day(std::string_view text);

// An occasion of regular work.
struct RegularWork {
  const contract::WorkKind* kind = nullptr;  // of the pack it was asked of
  Time due;
  std::optional<Time> done_at;
  Id order = 0;  // that covers it
  bool late = false;
};

class DueWork {
 public:
  DueWork(WorkOrders& orders) : orders_(orders) {}

  // Due before that instant, the most urgent first.
  Result<std::vector<WorkDue>> list(std::string_view contract, Time before, int limit);
  // The same, without what it was already told of that it is late; within a transaction.
  Result<std::vector<WorkDue>> untold(store::Session& s, std::string_view contract, Time before, int limit);

  // In [from, to) by their due dates. Points into `pack`.
  Result<std::vector<RegularWork>> regular(const contract::Pack& pack, Time from, Time to);
  // After a start: what is due counted anew.
  Result<void> renew(std::string_view contract);
  // Returns how many orders it opened.
  Result<int> open_rotations(std::string_view contract);

 private:
  Result<std::vector<WorkDue>> read(store::Session& s, std::string_view contract, Time before, int limit,
                                    bool untold);
  Result<std::vector<RegularWork>> regular(store::Session& s, const contract::Pack& pack, Time from, Time to);
  Result<int> open_rotation(const contract::Pack& pack, const contract::WorkKind& kind,
                            const contract::PasswordRotation& rotation);
  Result<int> catch_up(const contract::Pack& pack, const contract::WorkKind& kind,
                       const contract::PasswordRotation& rotation, Time seen);

  WorkOrders& orders_;
};

}  // namespace yagura::desk
