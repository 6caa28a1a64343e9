#include <algorithm>

#include "base/text.hpp"
#include "people/account_row.hpp"
#include "people/totp.hpp"
#include "schema/json.hpp"

namespace yagura::people {

using schema::Value;
using store::Row;
using store::Session;
using store::Vault;

namespace {

constexpr int failures_allowed = 5;
constexpr auto lock_lasts = std::chrono::minutes(15);
constexpr auto half_session_lasts = std::chrono::minutes(10);
constexpr int second_factor_tries = 5;
constexpr auto seen_granularity = std::chrono::minutes(1);

std::string cut(std::string_view text, std::size_t most) { return std::string(text.substr(0, most)); }

}  // namespace

Result<void> People::refuse(const Account* account, std::string_view login, std::string_view origin,
                            std::string why) {
  return at_.database.write([&](Session& s) -> Result<void> {
    const Id id = account ? account->person.id : 0;
    const journal::Actor actor{id, account ? account->person.name : cut(login, 64), std::string(origin)};
    YAGURA_CHECK(at_.journal.append(s, {"", actor, "session.refused", id ? subject_of(id) : "account/unknown",
                                        Value::object({{"why", why}})}));
    // What a directory says of an account whose password was right, or does not say, is no guess; nor is a
    // ticket.
    const bool directory_said =
        (why.starts_with("directory: ") && why != "directory: locked") || why.starts_with("ticket: ");
    if (!account || why == "locked" || why == "source" || directory_said) return {};
    // Counted in the row, not from what was read before: two wrong tries at once are two.
    YAGURA_CHECK(s.exec("UPDATE account SET failures = failures + 1 WHERE id = $1", id));
    YAGURA_TRY(const auto failures, s.integer("SELECT failures FROM account WHERE id = $1", id));
    if (failures.value_or(0) < failures_allowed) return {};
    YAGURA_CHECK(s.exec("UPDATE account SET failures = 0, locked_until = $2 WHERE id = $1", id,
                        at_.clock.now() + lock_lasts));
    YAGURA_CHECK(at_.journal.append(s, {"", actor, "account.locked", subject_of(id), {}}));
    return {};
  });
}

Result<SignedIn> People::sign_in(std::string_view login, std::string_view password, std::string_view origin,
                                 std::string_view agent) {
  auto done = check_first_step(login, password, origin, agent);
  // While a directory is away, a stranger hears the same of every name: whether it is there, here or known to
  // nobody.
  if (!done && done.error().code == "people.sign_in_refused" && directory_was_away())
    return fail("people.directory_away");
  // Nor is he told by a wait for a turn whose accounts ask for one.
  if (!done && done.error().code == "people.sign_in_refused" && asks_directories())
    YAGURA_CHECK(outside_.take());
  return done;
}

Result<SignedIn> People::check_first_step(std::string_view login, std::string_view password,
                                          std::string_view origin, std::string_view agent) {
  auto found = at_.database.read([&](Session& s) { return account_where(s, "login = $1", login); });
  if (!found && found.error().code != "people.not_found") return std::unexpected(found.error());
  Account* account = found ? &*found : nullptr;
  // The same work for whom a directory knows as for nobody: its time must not tell the two apart.
  const bool right = passwords_.verify(password, account ? account->password : std::string());
  if (account && !account->person.directory.empty())
    return sign_in_by_directory(*account, password, origin, agent);
  const auto sign_in_refused = [&](std::string why) -> Result<SignedIn> {
    YAGURA_CHECK(refuse(account, login, origin, std::move(why)));
    return fail("people.sign_in_refused");
  };
  if (!account) return sign_in_refused("unknown");
  if (account->person.locked_until && *account->person.locked_until > at_.clock.now()) {
    YAGURA_CHECK(refuse(account, login, origin, "locked"));
    // Only who knows the password learns that the account is locked.
    return right ? Result<SignedIn>(
                       fail("people.locked", {{"until", to_rfc3339(*account->person.locked_until)}}))
                 : fail("people.sign_in_refused");
  }
  if (!right) return sign_in_refused("password");
  if (account->person.disabled || !account->person.second_factor) return sign_in_refused("disabled");
  return at_.database.write([&](Session& s) -> Result<SignedIn> {
    YAGURA_TRY(auto cookie, open_session(s, *account, origin, agent, false));
    return SignedIn{std::move(cookie), true};
  });
}

Result<std::string> People::open_session(Session& s, const Account& a, std::string_view origin,
                                         std::string_view agent, bool complete) {
  std::string token = Vault::random_token();
  const Time now = at_.clock.now();
  YAGURA_CHECK(s.exec("DELETE FROM session WHERE started < $1", now - longest_session));
  YAGURA_CHECK(
      s.exec("INSERT INTO session (id, fingerprint, account, csrf, origin, agent, complete, tries, started,"
             " last_seen) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $8)",
             at_.ids.next(), at_.vault.fingerprint(token, "session"), a.person.id, Vault::random_token(),
             origin, cut(agent, 200), complete, now));
  if (complete) {
    YAGURA_CHECK(s.exec("UPDATE account SET failures = 0, last_seen = $2 WHERE id = $1", a.person.id, now));
    YAGURA_CHECK(at_.journal.append(s, {"",
                                        {a.person.id, a.person.name, std::string(origin)},
                                        "session.opened",
                                        subject_of(a.person.id),
                                        {}}));
  }
  return token;
}

Result<std::string> People::complete_session(std::string_view cookie, std::string_view origin,
                                             const std::function<Result<void>(Session&, Account&)>& check,
                                             const std::string& why) {
  const auto fingerprint = at_.vault.fingerprint(cookie, "session");
  std::optional<Account> refused;
  Error said;
  auto done = at_.database.write([&](Session& s) -> Result<std::string> {
    Id session = 0, account_id = 0;
    std::string agent;
    YAGURA_CHECK(
        s.query("SELECT id, account, agent FROM session WHERE fingerprint = $1 AND complete = 0"
                " AND started > $2 AND tries < $3",
                fingerprint, at_.clock.now() - half_session_lasts, second_factor_tries, [&](const Row& row) {
                  session = row.integer(0);
                  account_id = row.integer(1);
                  agent = row.string(2);
                }));
    if (session == 0) return fail("people.not_signed_in");
    YAGURA_TRY(Account account, account_where(s, "id = $1", account_id));
    if (account.person.disabled) return fail("people.not_signed_in");
    // Here the password is known: that the account is locked may be told.
    if (account.person.locked_until && *account.person.locked_until > at_.clock.now())
      return fail("people.locked", {{"until", to_rfc3339(*account.person.locked_until)}});
    if (auto right = check(s, account); !right) {
      said = right.error();
      if (said.code != "people.code_wrong" && !said.code.starts_with("people.passkey_"))
        return std::unexpected(said);
      YAGURA_CHECK(s.exec("UPDATE session SET tries = tries + 1 WHERE id = $1", session));
      refused = std::move(account);
      return std::string();
    }
    YAGURA_CHECK(check_access(s, account, origin));
    // A fresh token at each change of rights: one that was planted before sign-in is worth nothing.
    YAGURA_CHECK(s.exec("DELETE FROM session WHERE id = $1", session));
    return open_session(s, account, origin, agent, true);
  });
  if (done && refused) {
    YAGURA_CHECK(refuse(&*refused, refused->person.login, origin, why));
    return std::unexpected(said);
  }
  return done;
}

// The roster and the source address.
Result<void> People::check_access(Session& s, const Account& account, std::string_view origin) {
  int idle = 0;
  YAGURA_TRY(const auto granted, grants(s, account, origin, idle));
  if (!granted.empty()) return {};
  YAGURA_TRY(const auto anywhere,
             s.integer("SELECT count(*) FROM roster WHERE account = $1 AND state = 'approved'"
                       " AND from_day <= $2 AND (until_day IS NULL OR until_day >= $2)",
                       account.person.id, today()));
  return fail(anywhere.value_or(0) > 0 || account.person.administrator ? "people.source_not_allowed"
                                                                       : "people.no_roster");
}

Result<void> People::check_code(Session& s, const Account& account, std::string_view code) {
  // Who has only passkeys has no code that could be right.
  if (account.totp.empty()) return fail("people.code_wrong");
  YAGURA_TRY(const auto secret, at_.vault.unseal(account.totp, totp_purpose(account.person.id)));
  const auto step = totp_step(secret, code, at_.clock.now(), account.totp_step);
  if (!step) return fail("people.code_wrong");
  // The condition makes one code serve one of two requests that come at once.
  YAGURA_TRY(const auto used, s.exec("UPDATE account SET totp_step = $2 WHERE id = $1 AND totp_step < $2",
                                     account.person.id, *step));
  return used == 1 ? Result<void>{} : fail("people.code_wrong");
}

Result<std::string> People::second_factor(std::string_view cookie, std::string_view code,
                                          std::string_view origin) {
  return complete_session(cookie, origin,
                          [&](Session& s, Account& account) { return check_code(s, account, code); });
}

Result<void> People::use_recovery_code(Session& s, const Account& account, std::string_view code,
                                       std::string_view origin) {
  std::string plain;
  for (const char c : code)
    if (c != '-' && c != ' ') plain += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 32) : c;
  YAGURA_TRY(const auto used,
             s.exec("DELETE FROM recovery_code WHERE account = $1 AND fingerprint = $2", account.person.id,
                    at_.vault.fingerprint(plain, "recovery/" + std::to_string(account.person.id))));
  if (used != 1) return fail("people.code_wrong");
  YAGURA_CHECK(at_.journal.append(s, {"",
                                      {account.person.id, account.person.name, std::string(origin)},
                                      "account.recovery_code_used",
                                      subject_of(account.person.id),
                                      {}}));
  return {};
}

Result<std::string> People::recovery_code(std::string_view cookie, std::string_view code,
                                          std::string_view origin) {
  return complete_session(cookie, origin, [&](Session& s, Account& account) {
    return use_recovery_code(s, account, code, origin);
  });
}

Result<void> People::sign_out(std::string_view cookie) {
  return at_.database.write([&](Session& s) -> Result<void> {
    Id account_id = 0;
    YAGURA_CHECK(s.query("DELETE FROM session WHERE fingerprint = $1 RETURNING account",
                         at_.vault.fingerprint(cookie, "session"),
                         [&](const Row& row) { account_id = row.integer(0); }));
    if (account_id == 0) return {};
    YAGURA_TRY(const Account account, account_where(s, "id = $1", account_id));
    YAGURA_CHECK(at_.journal.append(
        s, {"", {account_id, account.person.name, ""}, "session.closed", subject_of(account_id), {}}));
    return {};
  });
}

Result<std::vector<Grant>> People::grants(Session& s, const Account& a, std::string_view origin,
                                          int& idle_minutes) {
  const auto all = rules();
  std::map<std::string, std::set<Role>, std::less<>> roles;
  if (a.person.administrator)
    for (const auto& [contract, rule] : *all) roles[contract].insert(Role::administrator);
  YAGURA_CHECK(
      s.query("SELECT contract, role FROM roster WHERE account = $1 AND state = 'approved'"
              " AND from_day <= $2 AND (until_day IS NULL OR until_day >= $2)",
              a.person.id, today(), [&](const Row& row) {
                if (const auto role = role_named(row.text(1))) roles[row.string(0)].insert(*role);
              }));
  std::vector<Grant> out;
  idle_minutes = 24 * 60;
  for (const auto& [contract, held] : roles) {
    const auto contract_rules = all->find(contract);
    if (contract_rules == all->end()) continue;
    Grant grant{contract, Role::employee, {}};
    bool any = false;
    // Several roles add up; the first in the order of Role is the one shown.
    for (const Role role : held) {
      const auto rule = contract_rules->second.find(role);
      if (rule == contract_rules->second.end() || !address_allowed(origin, rule->second.sources)) continue;
      if (!any) grant.role = role;
      any = true;
      grant.permissions.insert(rule->second.permissions.begin(), rule->second.permissions.end());
      idle_minutes = std::min(idle_minutes, rule->second.idle_minutes);
    }
    if (any) out.push_back(std::move(grant));
  }
  return out;
}

std::chrono::minutes People::session_lasts(const Person& person) const {
  const auto known = directories_.find(person.directory);
  return known == directories_.end()
             ? longest_session
             : std::min<std::chrono::minutes>(known->second.session_lasts, longest_session);
}

Result<Principal> People::principal(std::string_view cookie, std::string_view origin) {
  if (cookie.empty()) return fail("people.not_signed_in");
  const auto fingerprint = at_.vault.fingerprint(cookie, "session");
  const Time now = at_.clock.now();
  Time last_seen;
  auto who = at_.database.read([&](Session& s) -> Result<Principal> {
    Principal p;
    Id account_id = 0;
    bool complete = false;
    Time started;
    YAGURA_CHECK(
        s.query("SELECT id, account, csrf, complete, started, last_seen FROM session WHERE fingerprint = $1",
                fingerprint, [&](const Row& row) {
                  p.session = row.integer(0);
                  account_id = row.integer(1);
                  p.csrf = row.string(2);
                  complete = row.flag(3);
                  started = row.time(4);
                  last_seen = row.time(5);
                }));
    if (account_id == 0) return fail("people.not_signed_in");
    if (!complete)
      return started + half_session_lasts > now ? fail("people.second_factor_missing")
                                                : fail("people.not_signed_in");
    YAGURA_TRY(const Account account, account_where(s, "id = $1", account_id));
    if (account.person.disabled) return fail("people.not_signed_in");
    int idle = 0;
    YAGURA_TRY(p.grants, grants(s, account, origin, idle));
    p.expires = std::min(started + session_lasts(account.person), last_seen + std::chrono::minutes(idle));
    if (p.expires <= now || p.grants.empty()) return fail("people.not_signed_in");
    p.actor = {account_id, account.person.name, std::string(origin)};
    p.login = account.person.login;
    p.mail = account.person.mail;
    p.directory = account.person.directory;
    p.language = account.person.language;
    p.administrator = account.person.administrator;
    return p;
  });
  if (who && now - last_seen > seen_granularity) {
    YAGURA_CHECK(at_.database.write([&](Session& s) {
      return s.exec("UPDATE session SET last_seen = $2, origin = $3 WHERE id = $1", who->session, now,
                    origin);
    }));
  }
  return who;
}

Result<Principal> People::principal_of_token(std::string_view token, std::string_view origin) {
  const auto fingerprint = at_.vault.fingerprint(token, "token");
  const Time now = at_.clock.now();
  Id id = 0;
  std::optional<Time> last_used;
  auto who = at_.database.read([&](Session& s) -> Result<Principal> {
    Principal p;
    Id account_id = 0;
    std::string scopes;
    YAGURA_CHECK(
        s.query("SELECT id, account, scopes, expires, last_used FROM api_token WHERE fingerprint = $1"
                " AND expires > $2",
                fingerprint, now, [&](const Row& row) {
                  id = row.integer(0);
                  account_id = row.integer(1);
                  scopes = row.string(2);
                  p.expires = row.time(3);
                  last_used = row.maybe_time(4);
                }));
    if (account_id == 0) return fail("people.not_signed_in");
    YAGURA_TRY(const Account account, account_where(s, "id = $1", account_id));
    if (account.person.disabled) return fail("people.not_signed_in");
    int idle = 0;
    YAGURA_TRY(p.grants, grants(s, account, origin, idle));
    for (const auto scope : split(scopes, ' ')) p.scopes.insert(std::string(scope));
    p.actor = {account_id, account.person.name, std::string(origin)};
    p.login = account.person.login;
    p.language = account.person.language;
    return p;
  });
  if (who && (!last_used || now - *last_used > seen_granularity)) {
    YAGURA_CHECK(at_.database.write(
        [&](Session& s) { return s.exec("UPDATE api_token SET last_used = $2 WHERE id = $1", id, now); }));
  }
  return who;
}

}  // namespace yagura::people
