// Telling people of what comes due: when, and to whom in one mail each. Shared by papers and by work.
//
// Purpose: which of its days of reminder has come, and a mail by role with a line for each thing. What was
//          told is remembered by whoever tells, in the transaction in which the mail is put out.
// Errors:  those of notify and of asking who has a role.
// Threads: a Telling belongs to one transaction.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "contract/pack.hpp"
#include "notify/contacts.hpp"

namespace yagura::desk {

// So many days before the day it is due, on the open day before when that one is closed.
struct Reminder {
  int days = 0;
  calendar::Date on;
};
std::vector<Reminder> reminders_before(const std::vector<int>& days, const contract::Pack& pack, Time due);
// Those of them that have come, the newest last; a day has come when its office hours begin.
std::vector<int> reached(const std::vector<Reminder>& reminders, const contract::Pack& pack, Time now);

// People of a role who are reached by mail today.
using PeopleOfRole =
    std::function<Result<std::vector<notify::Recipient>>(std::string_view contract, const std::string& role)>;

class Telling {
 public:
  // subject: of the walk, "work"; title: "提出期限".
  Telling(const contract::Pack& pack, std::string subject, calendar::Words title)
      : pack_(pack), subject_(std::move(subject)), title_(std::move(title)) {}

  // urgency: 本日, 【期限超過】; a role hears of the same thing once.
  void line(const std::string& role, const calendar::Words& urgency, const calendar::Words& thing, Time due);
  Result<void> send(store::Session& s, notify::Contacts& contacts, const PeopleOfRole& people) const;

 private:
  const contract::Pack& pack_;
  std::string subject_;
  calendar::Words title_;
  std::map<std::string, std::vector<calendar::Words>> by_role_;
};

calendar::Words days_before(int days);  // 本日, 3 日前
calendar::Words overdue_words();

}  // namespace yagura::desk
