// People and roster entries as one contract may see them.
#pragma once

#include "web/api/context.hpp"
#include "web/api/json.hpp"

namespace yagura::web {

// Who may look at people with what is personal in them (mail, reading of the name, last seen).
inline constexpr const char* kSeesPeople = "people_manage|roster_submit|roster_approve";

Value roster_entry_value(const Api& api, const people::RosterEntry& e);
// entries: the person's own, of this contract only: what he does for others is theirs alone.
Value person_value(const Api& api, const people::Person& p, const std::vector<people::RosterEntry>& entries,
                   bool personal);

struct Seen {
  people::Person person;
  std::vector<people::RosterEntry> entries;  // of this contract
  bool personal = false;                     // the asker may see what is personal
};
Result<Seen> seen_in(const Api& api, const Request& request, std::string_view contract, Id person);

// The person's entries in the contract. Errors: people.not_found when he has none there.
Result<std::vector<people::RosterEntry>> entries_in(const Api& api, std::string_view contract, Id person);
Result<void> note_personal_read(const Api& api, const Request& request, std::string_view contract,
                                std::string subject, Value data);

}  // namespace yagura::web
