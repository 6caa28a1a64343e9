// Roles, what each may do, and the person behind a request.
//
// Purpose: the answer to "may this person do that in this contract, from there?". What a role may do comes
//          from the contract pack (RoleRules), never from code.
// Threads: values.
// Follows: requirement A5; matsusaka 3.7, 5.3.3 (source addresses of remote operators).
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "journal/journal.hpp"

namespace yagura::people {

enum class Role : unsigned char {
  administrator,
  city_supervisor,
  city_staff,
  contractor_manager,
  operator_,
  analyst,
  auditor,
  employee
};
std::span<const std::pair<std::string_view, Role>> enum_names(Role);
std::string_view name_of(Role role);
Result<Role> role_named(std::string_view name);  // people.role_unknown

// A paper that an entry of the roster needs, as the pack names it.
struct PaperRule {
  std::string id, title, title_en, clause;
};

struct RoleRule {
  std::set<std::string, std::less<>> permissions;  // "incident.write"
  std::vector<std::string> sources;                // CIDR blocks; empty: from anywhere
  int idle_minutes = 30;                           // a session ends after so long without a request
  bool needs_roster = true;       // false: city roles, which whoever manages people may give without approval
  std::vector<PaperRule> papers;  // that an entry must have before it is approved
};

// What each contract's pack says of roles.
using RoleRules = std::map<std::string, std::map<Role, RoleRule>, std::less<>>;

// True when the address (IPv4, IPv6, or IPv4 in IPv6) lies in one of the blocks, or there are none.
bool address_allowed(std::string_view address, std::span<const std::string> blocks);
// True when the text is a CIDR block or an address.
bool is_address_block(std::string_view text);

// One contract in which somebody has a role now.
struct Grant {
  std::string contract;
  Role role = Role::employee;
  std::set<std::string, std::less<>> permissions;
};

// The person behind a request.
struct Principal {
  journal::Actor actor;
  std::string login, mail, language = "ja";
  std::string directory;  // whose the password is; "": kept here
  bool administrator = false;
  std::vector<Grant> grants;
  Id session = 0;  // 0 for an API token
  std::string csrf;
  Time expires;
  std::set<std::string, std::less<>> scopes;  // of an API token: it may do no more than these

  [[nodiscard]] const Grant* grant(std::string_view contract) const;
  // A contract without a grant is as if it were not there.
  [[nodiscard]] bool may(std::string_view contract, std::string_view permission) const;
  // A permission in any contract; for what belongs to the installation.
  [[nodiscard]] bool may_somewhere(std::string_view permission) const;
};

}  // namespace yagura::people
