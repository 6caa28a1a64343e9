// How an account stands in its table; shared by the parts of People, not for other rooms.
#pragma once

#include "people/people.hpp"

namespace yagura::people {

struct People::Account {
  Person person;
  std::string password, totp;  // argon2id text; sealed secret
  std::int64_t totp_step = 0;
  int failures = 0;
};

inline constexpr std::string_view account_columns =
    "id, login, name, kana, mail, organisation, language, administrator, disabled, password, totp, totp_step,"
    " failures, locked_until, last_seen, directory, subject,"
    " (SELECT count(*) FROM passkey WHERE passkey.account = account.id)";

inline Person person_of(const store::Row& row) {
  Person p;
  p.id = row.integer(0);
  p.login = row.string(1);
  p.name = row.string(2);
  p.kana = row.string(3);
  p.mail = row.string(4);
  p.organisation = row.string(5);
  p.language = row.string(6);
  p.administrator = row.flag(7);
  p.disabled = row.flag(8);
  p.passkeys = static_cast<int>(row.integer(17));
  p.authenticator = !row.text(10).empty();
  p.second_factor = p.authenticator || p.passkeys > 0;
  p.locked_until = row.maybe_time(13);
  p.last_seen = row.maybe_time(14);
  p.directory = row.string(15);
  p.linked = !row.text(16).empty();
  p.has_password = !row.text(9).empty() || (!p.directory.empty() && p.second_factor);
  return p;
}

inline std::string totp_purpose(Id account) { return "totp/" + std::to_string(account); }
inline std::string subject_of(Id account) { return "account/" + std::to_string(account); }

}  // namespace yagura::people
