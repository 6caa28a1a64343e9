// Mails about work that is due or late: once for each date, in office hours, to the roles that have to act
// and – when it is late – to those that wait for it.
//
// Purpose: what time does to work. The same way of telling as for deliverables (reminding.hpp); what is due
//          is DueWork's. It also opens the orders of password rotations on their days.
// Kept:    what was told (work_reminder), with the mail and its journal entry in one transaction.
// Errors:  desk.contract_not_found; those of notify and store.
// Threads: tick() from one.
// Follows: requirements D4, D5, G2.
#pragma once

#include "desk/reminding.hpp"
#include "desk/work_desk.hpp"

namespace yagura::desk {

class WorkReminders {
 public:
  WorkReminders(WorkDesk& work, notify::Contacts& contacts, PeopleOfRole people)
      : work_(work), contacts_(contacts), people_(std::move(people)) {}

  // Once after a start, before tick().
  Result<void> renew(std::string_view contract) { return work_.due.renew(contract); }
  // Returns how many orders were opened and things told of.
  Result<int> tick(std::string_view contract);

 private:
  Result<int> remind(const contract::Pack& pack, Time now);

  WorkDesk& work_;
  notify::Contacts& contacts_;
  PeopleOfRole people_;
  std::map<std::string, Time, std::less<>> looked_;  // when it last looked
};

// What has to be done, in words: 計画の提出.
calendar::Words work_due_words(std::string_view what);

}  // namespace yagura::desk
