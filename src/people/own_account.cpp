#include <algorithm>

#include "base/text.hpp"
#include "people/account_row.hpp"
#include "people/totp.hpp"

namespace yagura::people {

using schema::Value;
using store::Row;
using store::Session;
using store::Vault;

namespace {
constexpr auto enrolment_lasts = std::chrono::minutes(15);
}

Result<void> People::change_password(const Principal& who, std::string_view current,
                                     std::string_view password) {
  YAGURA_TRY(const Person own, person(who.actor.account));
  if (!own.directory.empty()) return fail("people.password_of_directory", names_of(own.directory));
  YAGURA_CHECK(check_password(who, current));
  YAGURA_CHECK(Passwords::acceptable(password, who.login));
  const auto hash = passwords_.hash(password);
  return at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(
        s.exec("UPDATE account SET password = $2 WHERE id = $1 AND directory = ''", who.actor.account, hash));
    YAGURA_CHECK(
        s.exec("DELETE FROM session WHERE account = $1 AND id <> $2", who.actor.account, who.session));
    YAGURA_CHECK(
        at_.journal.append(s, {"", who.actor, "account.password_set", subject_of(who.actor.account), {}}));
    return {};
  });
}

Result<Enrolment> People::begin_totp(const Principal& who, const OwnerProof& proof) {
  const auto secret = new_totp_secret();
  YAGURA_CHECK(prove_owner(who, proof, [&](Session& s, const Account&) -> Result<void> {
    YAGURA_CHECK(
        s.exec("INSERT INTO pending_totp (account, totp, expires) VALUES ($1, $2, $3) ON CONFLICT (account)"
               " DO UPDATE SET totp = excluded.totp, expires = excluded.expires",
               who.actor.account, at_.vault.seal(secret, totp_purpose(who.actor.account)),
               at_.clock.now() + enrolment_lasts));
    return {};
  }));
  return Enrolment{totp_uri(secret, who.login, "Yagura"), base32(secret)};
}

Result<std::vector<std::string>> People::finish_totp(const Principal& who, std::string_view code) {
  const Id id = who.actor.account;
  return at_.database.write([&](Session& s) -> Result<std::vector<std::string>> {
    YAGURA_TRY(const auto totp, s.text("SELECT totp FROM pending_totp WHERE account = $1 AND expires > $2",
                                       id, at_.clock.now()));
    if (!totp) return fail("people.setup_not_begun");
    YAGURA_TRY(const auto secret, at_.vault.unseal(*totp, totp_purpose(id)));
    const auto step = totp_step(secret, code, at_.clock.now(), 0);
    if (!step) return fail("people.code_wrong");
    YAGURA_CHECK(s.exec("UPDATE account SET totp = $2, totp_step = $3 WHERE id = $1", id, *totp, *step));
    YAGURA_CHECK(s.exec("DELETE FROM pending_totp WHERE account = $1", id));
    YAGURA_CHECK(at_.journal.append(s, {"", who.actor, "account.second_factor_set", subject_of(id), {}}));
    return write_recovery_codes(s, id);
  });
}

Result<void> People::remove_totp(const Principal& who, const OwnerProof& proof) {
  return prove_owner(who, proof, [&](Session& s, const Account& account) -> Result<void> {
    const Id id = account.person.id;
    if (account.totp.empty()) return fail("people.not_found");
    YAGURA_TRY(const auto left, usable_passkeys(s, id));
    if (left == 0) return fail("people.factor_last");
    YAGURA_CHECK(s.exec("UPDATE account SET totp = '' WHERE id = $1", id));
    YAGURA_CHECK(s.exec("DELETE FROM pending_totp WHERE account = $1", id));
    YAGURA_CHECK(at_.journal.append(s, {"", who.actor, "account.authenticator_removed", subject_of(id), {}}));
    return {};
  });
}

Result<std::vector<std::string>> People::renew_recovery_codes(const Principal& who, const OwnerProof& proof) {
  std::vector<std::string> codes;
  YAGURA_CHECK(prove_owner(who, proof, [&](Session& s, const Account& account) -> Result<void> {
    YAGURA_CHECK(at_.journal.append(
        s, {"", who.actor, "account.recovery_codes_made", subject_of(account.person.id), {}}));
    YAGURA_TRY(codes, write_recovery_codes(s, account.person.id));
    return {};
  }));
  return codes;
}

Result<int> People::recovery_codes_left(Id person) {
  YAGURA_TRY(const auto left, at_.database.read([&](Session& s) {
    return s.integer("SELECT count(*) FROM recovery_code WHERE account = $1", person);
  }));
  return static_cast<int>(left.value_or(0));
}

Result<std::vector<OpenSession>> People::sessions(Id person) {
  std::vector<OpenSession> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT id, origin, agent, started, last_seen FROM session WHERE account = $1 AND complete = 1"
        " ORDER BY last_seen DESC",
        person, [&](const Row& row) {
          out.push_back({row.integer(0), row.string(1), row.string(2), row.time(3), row.time(4)});
        });
  }));
  return out;
}

Result<void> People::end_session(const Principal& who, Id session) {
  return at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_TRY(const auto ended,
               s.exec("DELETE FROM session WHERE id = $1 AND account = $2", session, who.actor.account));
    if (ended == 0) return fail("people.not_found");
    YAGURA_CHECK(at_.journal.append(s, {"", who.actor, "session.closed", subject_of(who.actor.account), {}}));
    return {};
  });
}

Result<People::NewToken> People::create_token(const Principal& who, const std::string& name,
                                              std::vector<std::string> scopes, int days) {
  if (who.session == 0) return fail("people.session_needed");
  if (trim(name).empty() || name.size() > 300 || days < 1 || days > 365 || scopes.empty())
    return fail("people.token_invalid");
  std::string joined;
  for (const auto& scope : scopes) {
    // Nobody gives away more than he has.
    if (!who.may_somewhere(scope)) return fail("people.scope_not_yours", {{"scope", scope.substr(0, 64)}});
    joined += (joined.empty() ? "" : " ") + scope;
  }
  const Time now = at_.clock.now();
  NewToken out{{at_.ids.next(), name, std::move(scopes), now, now + std::chrono::days(days), std::nullopt},
               "ygt_" + Vault::random_token()};
  YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(
        s.exec("INSERT INTO api_token (id, fingerprint, account, name, scopes, created, expires)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7)",
               out.token.id, at_.vault.fingerprint(out.secret, "token"), who.actor.account, name, joined, now,
               out.token.expires));
    YAGURA_CHECK(at_.journal.append(s, {"", who.actor, "token.created", subject_of(who.actor.account),
                                        Value::object({{"name", name}, {"scopes", joined}})}));
    return {};
  }));
  return out;
}

Result<std::vector<ApiToken>> People::tokens(Id person) {
  std::vector<ApiToken> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT id, name, scopes, created, expires, last_used FROM api_token WHERE account = $1"
        " ORDER BY id DESC",
        person, [&](const Row& row) {
          ApiToken token{row.integer(0), row.string(1), {}, row.time(3), row.time(4), row.maybe_time(5)};
          for (const auto scope : split(row.text(2), ' ')) token.scopes.emplace_back(scope);
          out.push_back(std::move(token));
        });
  }));
  return out;
}

Result<void> People::revoke_token(const Principal& who, Id token) {
  return at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_TRY(const auto ended,
               s.exec("DELETE FROM api_token WHERE id = $1 AND account = $2", token, who.actor.account));
    if (ended == 0) return fail("people.not_found");
    YAGURA_CHECK(at_.journal.append(s, {"", who.actor, "token.revoked", subject_of(who.actor.account), {}}));
    return {};
  });
}

}  // namespace yagura::people
