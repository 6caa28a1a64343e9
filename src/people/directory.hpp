// A directory of the city (Active Directory) that knows the passwords of some accounts.
//
// Purpose: the question People asks when an account's password is not its own. What a person may do, on which
//          roster he stands and his second factor stay here; a directory only says whether a password is
//          right.
// Threads: check() is called from any thread and blocks for as long as its implementation bounds.
// Errors:  people.directory_away when no server answered: nobody is let in then. It carries nothing else, for
//          a stranger sees it; what happened goes to the log of whoever implements this.
// Follows: requirement A5 (sign-on with the city's Active Directory).
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "people/sign_on.hpp"
#include "people/tickets.hpp"

namespace yagura::people {

// wrong: no such person or not his password; a stranger must not learn which.
// locked: said by a directory without looking at the password, so that it must not be told to a stranger
//         either. All that follow it are said only to who knows the password.
enum class DirectoryVerdict : unsigned char {
  right,
  wrong,
  locked,
  must_change,
  password_expired,
  disabled,
  account_expired,
  not_now  // outside the hours or machines that the directory allows
};

class Directory {
 public:
  virtual ~Directory() = default;
  // The password is neither kept nor written anywhere. An empty one is wrong without asking: a bind with a
  // name and no password succeeds without proving anything (RFC 4513 5.1.2).
  virtual Result<DirectoryVerdict> check(std::string_view login, std::string_view password) = 0;
  // Whether the account still stands, without its password: right, wrong (there is none), disabled or
  // account_expired. Nothing where the directory was not given what it takes to look.
  virtual Result<std::optional<DirectoryVerdict>> standing(std::string_view login) {
    (void)login;
    return std::optional<DirectoryVerdict>{};
  }
};

// What people and forms call it. It knows passwords (directory), or has people sign in at its own place
// (sign_on): one of the two.
inline constexpr auto longest_session = std::chrono::hours(12);  // of anybody

struct KnownDirectory {
  std::string name_ja, name_en;
  std::vector<std::string> contracts;  // whose people it may know; empty: of every contract
  std::shared_ptr<Directory> directory = {};
  std::shared_ptr<SignOn> sign_on = {};
  std::shared_ptr<Tickets> tickets = {};  // beside directory; null: it takes none
  // How long a session of its people lasts at most: then they sign in again, there.
  std::chrono::minutes session_lasts = longest_session;
  // Of a provider: the directory here that has its people too, by the same login; "" for none. Whoever is
  // stopped there is stopped here. It does not end whom it does not know.
  std::string also_in = {};
};
using Directories = std::map<std::string, KnownDirectory, std::less<>>;

}  // namespace yagura::people
