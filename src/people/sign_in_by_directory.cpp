// Accounts whose password a directory of the city knows.
#include <algorithm>
#include <set>

#include "people/account_row.hpp"

namespace yagura::people {

using store::Session;

namespace {

constexpr auto away_remembered = std::chrono::minutes(2);

// For the journal, where only administrators read.
std::string_view word_for(DirectoryVerdict verdict) {
  switch (verdict) {
    case DirectoryVerdict::right:
      return "right";
    case DirectoryVerdict::wrong:
      return "password";
    case DirectoryVerdict::locked:
      return "directory: locked";
    case DirectoryVerdict::must_change:
      return "directory: must change password";
    case DirectoryVerdict::password_expired:
      return "directory: password expired";
    case DirectoryVerdict::disabled:
      return "directory: disabled";
    case DirectoryVerdict::account_expired:
      return "directory: account expired";
    case DirectoryVerdict::not_now:
      return "directory: not at this time or place";
  }
  return "password";
}

// What the person is told. A directory says "locked" to who does not know the password as well, so that it is
// told as little as a wrong password.
std::string_view error_for(DirectoryVerdict verdict) {
  switch (verdict) {
    case DirectoryVerdict::must_change:
    case DirectoryVerdict::password_expired:
      return "people.directory_password_expired";
    case DirectoryVerdict::disabled:
    case DirectoryVerdict::account_expired:
      return "people.directory_account_ended";
    case DirectoryVerdict::not_now:
      return "people.directory_not_now";
    case DirectoryVerdict::right:
    case DirectoryVerdict::wrong:
    case DirectoryVerdict::locked:
      break;
  }
  return "people.sign_in_refused";
}

}  // namespace

void People::set_directories(Directories directories) { directories_ = std::move(directories); }

ErrorArgs People::names_of(std::string_view directory) const {
  const auto known = directories_.find(directory);
  const bool found = known != directories_.end();
  return {{"ja", found ? known->second.name_ja : std::string(directory)},
          {"en", found ? known->second.name_en : std::string(directory)}};
}

Result<void> People::check_directory_change(const Person& before, const Person& after) const {
  if (after.directory == before.directory || after.directory.empty()) return {};
  if (!directories_.contains(after.directory))
    return fail("people.directory_unknown", {{"directory", after.directory.substr(0, 64)}});
  return {};
}

Result<DirectoryVerdict> People::ask_directory(const Person& person, std::string_view password) {
  const auto known = directories_.find(person.directory);
  // Not only the directory refuses it: one that takes an empty password for "anonymous" must never be asked.
  if (password.empty() || password.size() > Passwords::max_bytes) return DirectoryVerdict::wrong;
  YAGURA_TRY(const auto turn, outside_.take());
  // A directory that is no longer configured is one that does not answer.
  auto said = known == directories_.end() || !known->second.directory
                  ? Result<DirectoryVerdict>(fail("people.directory_away"))
                  : known->second.directory->check(person.login, password);
  if (!said) away_at_ = std::max<std::int64_t>(at_.clock.steady().count(), 1);
  return said;
}

bool People::asks_directories() const {
  return std::ranges::any_of(directories_,
                             [](const auto& known) { return known.second.directory != nullptr; });
}

bool People::directory_was_away() const {
  const auto at = away_at_.load();
  return at != 0 && at_.clock.steady() - Duration(at) < away_remembered;
}

Result<SignedIn> People::sign_in_by_directory(const Account& account, std::string_view password,
                                              std::string_view origin, std::string_view agent) {
  const Person& person = account.person;
  // No password opens it, so that none can be guessed either: it is not locked by tries.
  if (provider(person.directory)) {
    YAGURA_CHECK(refuse(&account, person.login, origin, "directory: no password, signs in at its provider"));
    return fail("people.sign_in_refused");
  }
  // While it is locked here the directory is not asked: nobody guesses on through us, nor locks the city's
  // account.
  if (person.locked_until && *person.locked_until > at_.clock.now()) {
    YAGURA_CHECK(refuse(&account, person.login, origin, "locked"));
    return fail("people.sign_in_refused");
  }
  // Nor for whom no right password would let in.
  if (person.disabled || !person.second_factor) {
    YAGURA_CHECK(refuse(&account, person.login, origin, "disabled"));
    return fail("people.sign_in_refused");
  }
  const auto verdict = ask_directory(person, password);
  if (!verdict) {
    if (verdict.error().code != "people.directory_away") return std::unexpected(verdict.error());
    YAGURA_CHECK(refuse(&account, person.login, origin, "directory: away"));
    return std::unexpected(verdict.error());
  }
  if (*verdict != DirectoryVerdict::right) {
    YAGURA_CHECK(refuse(&account, person.login, origin, std::string(word_for(*verdict))));
    return fail(std::string(error_for(*verdict)));
  }
  YAGURA_TRY(auto cookie, begin_session_of_directory(person, origin, agent));
  return SignedIn{std::move(cookie), true};
}

Result<std::string> People::begin_session_of_directory(const Person& asked, std::string_view origin,
                                                       std::string_view agent) {
  return at_.database.write([&](Session& s) -> Result<std::string> {
    // The answer took its time: what changed meanwhile holds.
    YAGURA_TRY(const Account now, account_where(s, "id = $1", asked.id));
    if (now.person.disabled || now.person.directory != asked.directory ||
        now.person.locked_until > at_.clock.now())
      return fail("people.sign_in_refused");
    return open_session(s, now, origin, agent, false);
  });
}

People::Reader People::reader_of(const Person& person) const {
  const auto own = directories_.find(person.directory);
  if (own == directories_.end()) return {};
  if (own->second.directory) return {own->first, own->second.directory.get(), false};
  const auto beside = directories_.find(own->second.also_in);
  if (beside == directories_.end()) return {};
  return {beside->first, beside->second.directory.get(), true};
}

std::optional<DirectoryVerdict> People::stopped_beside(const Person& person) {
  const auto reader = reader_of(person);
  if (!reader.directory || !reader.beside) return std::nullopt;
  const auto turn = outside_.take();
  if (!turn) return std::nullopt;
  const auto standing = reader.directory->standing(person.login);
  if (!standing || !*standing) return std::nullopt;
  const bool stopped =
      **standing == DirectoryVerdict::disabled || **standing == DirectoryVerdict::account_expired;
  return stopped ? *standing : std::nullopt;
}

Result<std::vector<Id>> People::end_sessions_of_gone() {
  std::vector<Person> asked;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query("SELECT " + std::string(account_columns) +
                       " FROM account WHERE directory <> '' AND (id IN (SELECT account FROM session)"
                       " OR id IN (SELECT account FROM api_token WHERE expires > $1)) ORDER BY id",
                   at_.clock.now(), [&](const store::Row& row) { asked.push_back(person_of(row)); });
  }));
  std::vector<Id> ended;
  std::set<std::string, std::less<>> away;
  for (const auto& person : asked) {
    const auto reader = reader_of(person);
    if (!reader.directory || away.contains(reader.id)) continue;
    const auto standing = reader.directory->standing(person.login);
    if (!standing) {
      // The others of it wait for the next round.
      away.insert(reader.id);
      continue;
    }
    if (!*standing || **standing == DirectoryVerdict::right) continue;
    if (reader.beside && **standing == DirectoryVerdict::wrong) continue;
    YAGURA_TRY(const auto sessions, end_everything_of(person, std::string(word_for(**standing))));
    ended.insert(ended.end(), sessions.begin(), sessions.end());
  }
  return ended;
}

Result<std::vector<Id>> People::end_everything_of(const Person& person, std::string why) {
  return at_.database.write([&](Session& s) -> Result<std::vector<Id>> {
    std::vector<Id> ended;
    // Moved to a password of ours in the meantime: what the directory said is about nobody.
    YAGURA_TRY(const Account now, account_where(s, "id = $1", person.id));
    if (now.person.directory != person.directory) return ended;
    YAGURA_CHECK(s.query("DELETE FROM session WHERE account = $1 RETURNING id", person.id,
                         [&](const store::Row& row) { ended.push_back(row.integer(0)); }));
    YAGURA_TRY(const auto tokens, s.exec("DELETE FROM api_token WHERE account = $1", person.id));
    if (ended.empty() && tokens == 0) return ended;
    YAGURA_CHECK(at_.journal.append(
        s, {"",
            {},
            "session.ended_by_directory",
            subject_of(person.id),
            schema::Value::object({{"why", why == "password" ? "directory: no such account" : why},
                                   {"tokens", static_cast<std::int64_t>(tokens)}})}));
    return ended;
  });
}

Result<void> People::check_standing(const Account& account, std::string_view origin) {
  const Person& person = account.person;
  const auto known = directories_.find(person.directory);
  using Standing = Result<std::optional<DirectoryVerdict>>;
  YAGURA_TRY(const auto turn, outside_.take());
  // A provider of identities says who came in, not whether somebody still may.
  const auto standing = known == directories_.end() ? Standing(fail("people.directory_away"))
                        : !known->second.directory  ? Standing(std::nullopt)
                                                    : known->second.directory->standing(person.login);
  const auto refused = [&](std::string_view why, Error said) -> Result<void> {
    YAGURA_CHECK(refuse(&account, person.login, origin, std::string(why)));
    return std::unexpected(std::move(said));
  };
  if (!standing) return refused("directory: away", {"people.directory_away", {}});
  if (!*standing)
    return refused("directory: standing unknown",
                   {"people.passkey_directory_unknown", names_of(person.directory)});
  if (**standing == DirectoryVerdict::right) return {};
  if (**standing == DirectoryVerdict::wrong)
    return refused("directory: no such account", {"people.directory_account_ended", {}});
  return refused(word_for(**standing), {std::string(error_for(**standing)), {}});
}

Result<void> People::check_setup_password(const Person& person, std::string_view token,
                                          std::string_view password) {
  YAGURA_TRY(const auto verdict, ask_directory(person, password));
  if (verdict == DirectoryVerdict::right) return {};
  // The link is no way to guess the city's password: its tries are counted with those of the code.
  YAGURA_CHECK(at_.database.write([&](Session& s) {
    return s.exec("UPDATE invitation SET tries = tries + 1 WHERE fingerprint = $1",
                  at_.vault.fingerprint(token, "invitation"));
  }));
  const auto error = error_for(verdict);
  return error == "people.sign_in_refused"
             ? fail("people.directory_password_wrong", names_of(person.directory))
             : fail(std::string(error));
}

}  // namespace yagura::people
