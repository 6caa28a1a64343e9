// Active Directory by LDAP: is this the person's password?
//
// Purpose: one simple bind by LDAPS or StartTLS as the person himself. Reads no more of anybody than the name
//          to bind with and whether the account was disabled or has expired.
// Rules:   the server's certificate and name are always verified; without TLS only to this machine, and only
//          when allow_plain says so; referrals are not followed (they would carry the password elsewhere);
//          an empty password, or one with a zero byte, is wrong without asking. The servers are asked in
//          their order, the next one only when the one before gave no answer at all; one that gave none
//          within the last minute comes last, and when none of them answered within the last 10 s, nobody is
//          asked again.
// Errors:  directory.settings_invalid (directory, what); people.directory_away (what happened is told to
//          `report`; it holds no secret). directory.unreachable never comes out of check().
// Threads: safe from any thread. check() takes at most 2 x timeout for each server, besides what the resolver
//          takes for its name; how many ask at once is the caller's to bound (people/outside.hpp).
// Follows: RFC 4511-4515, RFC 4513 5.1.2 and 6.3.1; for what a refused bind says, the codes of winerror.h.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "people/directory.hpp"

namespace yagura::directory {

struct ServiceAccount {
  std::string name, password;  // a DN or a UPN
};

struct LdapSettings {
  std::string name;                  // of the directory, for errors
  std::vector<std::string> servers;  // ldaps://host[:port], or ldap://host[:port] with StartTLS
  std::string ca_file;               // whose certificates are believed, PEM; "": the system's
  std::string principal;             // "{login}@city.example.jp"; or "": search
  // Without a principal: search by a service account, then bind with the DN found. With one: only to see
  // whose account has ended (standing()). The service account is asked for at each search, so that a new
  // password of it holds at once.
  std::string base;  // "DC=city,DC=example,DC=jp"
  std::string filter = "(&(objectCategory=person)(sAMAccountName={login}))";
  std::function<Result<ServiceAccount>()> service;
  std::chrono::milliseconds timeout{5000};
  std::function<void(std::string_view)> report;  // why no server answered; on the thread of check()
  bool allow_plain = false;                      // ldap:// without TLS, to this machine only
};

// The clock must outlive it. Errors: directory.settings_invalid.
Result<std::unique_ptr<people::Directory>> open_ldap(LdapSettings settings, const Clock& clock);

// What a refused bind of Active Directory says ("... AcceptSecurityContext error, data 775, v1db1").
people::DirectoryVerdict verdict_of(std::string_view diagnostic);
// Whether the account stands, by what its entry has as userAccountControl and accountExpires; nothing when
// they cannot be read. A lock is no end: anybody could bring it about.
std::optional<people::DirectoryVerdict> standing_of(std::string_view user_account_control,
                                                    std::string_view account_expires, Time now);
// A value inside a filter (RFC 4515 3).
std::string escape_filter(std::string_view value);

}  // namespace yagura::directory
