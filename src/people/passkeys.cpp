#include "people/passkeys.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "people/account_row.hpp"

namespace yagura::people {

using schema::Value;
using store::Row;
using store::Session;
using store::Vault;

namespace {

constexpr auto challenge_lasts = std::chrono::minutes(5);
constexpr std::int64_t most_passkeys = 20;
constexpr std::size_t most_name_bytes = 200;

// What a challenge was given for: that of one step serves no other, nor that of one session another's.
constexpr const char* for_sign_in = "sign-in";
std::string for_factor(std::string_view session) { return "factor/" + std::string(session); }
std::string for_new(Id session) { return "new/" + std::to_string(session); }
std::string for_setup(std::string_view invitation) { return "setup/" + std::string(invitation); }

constexpr std::string_view passkey_columns =
    "SELECT id, name, rp, copied, made, last_used FROM passkey WHERE ";

Value about(std::string_view name, std::string_view address) {
  return Value::object({{"name", Value(name)}, {"address", Value(address)}});
}

Result<std::string> name_from(const std::string& name) {
  const auto kept = trim(name);
  if (kept.empty() || kept.size() > most_name_bytes || !is_utf8(kept)) return fail("people.passkey_name");
  return std::string(kept);
}

}  // namespace

std::span<const std::pair<std::string_view, PasskeyState>> enum_names(PasskeyState) {
  static constexpr std::pair<std::string_view, PasskeyState> names[] = {
      {"usable", PasskeyState::usable},
      {"other_address", PasskeyState::other_address},
      {"copied", PasskeyState::copied}};
  return names;
}

struct People::StoredPasskey {
  Id id = 0, account = 0;
  webauthn::Key key;
  std::int64_t counter = 0;
  std::string rp, name;
  bool copied = false;
};

void People::set_relying_party(std::optional<webauthn::RelyingParty> rp) { rp_ = std::move(rp); }

Result<void> People::passkeys_possible() const {
  return rp_ ? Result<void>{} : fail("people.passkeys_unavailable");
}

// Tells nothing of the account to whom an authenticator shows it (WebAuthn 14.6.1).
std::string People::user_handle(Id account) const {
  return at_.vault.fingerprint(std::to_string(account), "passkey/user").substr(0, 64);
}

Result<PasskeyQuestion> People::ask(const std::string& purpose, const Person* person, bool make,
                                    bool user_verified) {
  YAGURA_CHECK(passkeys_possible());
  PasskeyQuestion out{.challenge = Vault::random_token(), .rp = rp_->id, .user_verified = user_verified};
  if (make) {
    out.user = user_handle(person->id);
    out.login = person->login;
    out.name = person->name;
  }
  YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
    const Time now = at_.clock.now();
    out.credentials.clear();
    YAGURA_CHECK(s.exec("DELETE FROM passkey_challenge WHERE expires <= $1", now));
    YAGURA_CHECK(s.exec("INSERT INTO passkey_challenge (fingerprint, purpose, expires) VALUES ($1, $2, $3)",
                        at_.vault.fingerprint(out.challenge, "passkey/challenge"), purpose,
                        now + challenge_lasts));
    if (!person) return {};
    // One that is stopped may not be used, nor made again.
    const std::string listed = "SELECT credential FROM passkey WHERE account = $1 AND rp = $2";
    return s.query(listed + (make ? " ORDER BY id" : " AND copied = 0 ORDER BY id"), person->id, rp_->id,
                   [&](const Row& row) { out.credentials.push_back(row.string(0)); });
  }));
  return out;
}

// It is gone whatever becomes of the message that names it.
Result<std::string> People::take_challenge(const std::string& purpose, std::string_view client_data) {
  YAGURA_CHECK(passkeys_possible());
  const auto challenge = webauthn::challenge_of(client_data);
  if (!challenge) return fail("people.passkey_refused");
  std::int64_t taken = 0;
  YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_TRY(taken,
               s.exec("DELETE FROM passkey_challenge WHERE fingerprint = $1 AND purpose = $2 AND"
                      " expires > $3",
                      at_.vault.fingerprint(*challenge, "passkey/challenge"), purpose, at_.clock.now()));
    return {};
  }));
  if (taken != 1) return fail("people.passkey_too_late");
  return *challenge;
}

Result<std::optional<People::StoredPasskey>> People::find_passkey(Session& s, const std::string& credential) {
  std::optional<StoredPasskey> found;
  YAGURA_CHECK(s.query(
      "SELECT id, account, algorithm, public_key, counter, rp, name, copied FROM passkey WHERE credential = "
      "$1",
      credential, [&](const Row& row) {
        found =
            StoredPasskey{row.integer(0), row.integer(1), {static_cast<int>(row.integer(2)), row.string(3)},
                          row.integer(4), row.string(5),  row.string(6),
                          row.flag(7)};
      }));
  return found;
}

// Why a use of it is not to be believed; "" when it is.
std::string People::fault_of(const StoredPasskey& passkey, Id account, const webauthn::Assertion& used,
                             std::string_view challenge, bool user_verified, std::uint32_t& counter) const {
  if (passkey.account != account) return "passkey: of another account";
  if (passkey.rp != rp_->id) return "passkey: of another address";
  // A sign-in without a login must name the user; beside the password it may.
  if ((user_verified || !used.user.empty()) && !Vault::same(used.user, user_handle(account)))
    return "passkey: user handle";
  const auto said = webauthn::verify(*rp_, challenge, passkey.key, used, user_verified);
  if (!said) return "passkey: " + std::string(webauthn::name_of(said.error()));
  counter = *said;
  return passkey.copied ? "passkey: copied" : "";
}

// False when the counter did not go on: there are two of them (7.2 step 21). Authenticators that do not count
// say 0 always.
Result<bool> People::record_use(Session& s, const StoredPasskey& passkey, const Person& owner,
                                std::uint32_t counter, std::string_view origin) {
  YAGURA_TRY(const auto recorded,
             s.exec("UPDATE passkey SET counter = $2, last_used = $3 WHERE id = $1 AND copied = 0"
                    " AND (counter < $2 OR (counter = 0 AND $2 = 0))",
                    passkey.id, static_cast<std::int64_t>(counter), at_.clock.now()));
  if (recorded == 1) return true;
  YAGURA_CHECK(s.exec("UPDATE passkey SET copied = 1 WHERE id = $1", passkey.id));
  YAGURA_CHECK(at_.journal.append(s, {"",
                                      {owner.id, owner.name, std::string(origin)},
                                      "passkey.copied",
                                      subject_of(owner.id),
                                      about(passkey.name, passkey.rp)}));
  return false;
}

// Second factor ------------------------------------------------------------------------------------

Result<std::int64_t> People::usable_passkeys(Session& s, Id account) {
  YAGURA_TRY(const auto usable,
             s.integer("SELECT count(*) FROM passkey WHERE account = $1 AND rp = $2 AND copied = 0", account,
                       rp_ ? rp_->id : ""));
  return usable.value_or(0);
}

Result<SecondFactors> People::second_factors(std::string_view cookie) {
  return at_.database.read([&](Session& s) -> Result<SecondFactors> {
    YAGURA_TRY(const auto id, s.integer("SELECT account FROM session WHERE fingerprint = $1 AND complete = 0",
                                        at_.vault.fingerprint(cookie, "session")));
    if (!id) return fail("people.not_signed_in");
    YAGURA_TRY(const Account account, account_where(s, "id = $1", *id));
    YAGURA_TRY(const auto usable, usable_passkeys(s, *id));
    return SecondFactors{!account.totp.empty(), usable > 0};
  });
}

Result<PasskeyQuestion> People::begin_passkey_factor(std::string_view cookie) {
  const auto session = at_.vault.fingerprint(cookie, "session");
  YAGURA_TRY(const auto account, at_.database.read([&](Session& s) -> Result<Account> {
    YAGURA_TRY(const auto id,
               s.integer("SELECT account FROM session WHERE fingerprint = $1 AND complete = 0", session));
    if (!id) return fail("people.not_signed_in");
    return account_where(s, "id = $1", *id);
  }));
  YAGURA_TRY(auto question, ask(for_factor(session), &account.person, false, false));
  // Without a list a browser would offer whatever it has.
  if (question.credentials.empty()) return fail("people.passkey_none");
  return question;
}

Result<void> People::use_passkey(Session& s, const Account& account, const webauthn::Assertion& used,
                                 std::string_view challenge, std::string_view origin, std::string& why) {
  YAGURA_TRY(const auto passkey, find_passkey(s, used.credential));
  std::uint32_t counter = 0;
  why = passkey ? fault_of(*passkey, account.person.id, used, challenge, false, counter) : "passkey: unknown";
  if (why == "passkey: copied") return fail("people.passkey_copied");
  if (!why.empty()) return fail("people.passkey_refused");
  YAGURA_TRY(const bool recorded, record_use(s, *passkey, account.person, counter, origin));
  if (recorded) return {};
  why = "passkey: copied";
  return fail("people.passkey_copied");
}

Result<std::string> People::passkey_factor(std::string_view cookie, const webauthn::Assertion& used,
                                           std::string_view origin) {
  YAGURA_TRY(const auto challenge,
             take_challenge(for_factor(at_.vault.fingerprint(cookie, "session")), used.client_data));
  std::string why;
  return complete_session(
      cookie, origin,
      [&](Session& s, Account& account) { return use_passkey(s, account, used, challenge, origin, why); },
      why);
}

// In place of password and code --------------------------------------------------------------------

Result<PasskeyQuestion> People::begin_passkey_sign_in() { return ask(for_sign_in, nullptr, false, true); }

Result<std::string> People::sign_in_by_passkey(const webauthn::Assertion& used, std::string_view origin,
                                               std::string_view agent) {
  YAGURA_TRY(const auto challenge, take_challenge(for_sign_in, used.client_data));
  std::optional<StoredPasskey> passkey;
  std::optional<Account> account;
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    YAGURA_TRY(passkey, find_passkey(s, used.credential));
    if (!passkey) return {};
    YAGURA_TRY(account, account_where(s, "id = $1", passkey->account));
    return {};
  }));
  const auto refused = [&](std::string why, Error said) -> Result<std::string> {
    YAGURA_CHECK(refuse(account ? &*account : nullptr, "", origin, std::move(why)));
    return std::unexpected(std::move(said));
  };
  if (!account) return refused("passkey: unknown", {"people.passkey_refused", {}});
  const Person& person = account->person;
  std::uint32_t counter = 0;
  const auto why = fault_of(*passkey, person.id, used, challenge, true, counter);
  // Only who has the passkey learns how the account stands.
  if (person.locked_until && *person.locked_until > at_.clock.now())
    return refused("locked", why.empty()
                                 ? Error{"people.locked", {{"until", to_rfc3339(*person.locked_until)}}}
                                 : Error{"people.passkey_refused", {}});
  if (why == "passkey: copied") return refused(why, {"people.passkey_copied", {}});
  if (!why.empty()) return refused(why, {"people.passkey_refused", {}});
  if (person.disabled || !person.has_password) return refused("disabled", {"people.passkey_refused", {}});
  if (!person.directory.empty()) YAGURA_CHECK(check_standing(*account, origin));
  bool copied = false;
  auto cookie = at_.database.write([&](Session& s) -> Result<std::string> {
    copied = false;
    // What changed while the directory was asked holds.
    YAGURA_TRY(const Account now, account_where(s, "id = $1", person.id));
    YAGURA_TRY(const auto still, find_passkey(s, used.credential));
    if (!still || still->id != passkey->id || now.person.disabled || !now.person.has_password ||
        now.person.directory != person.directory || now.person.locked_until > at_.clock.now())
      return fail("people.passkey_refused");
    YAGURA_TRY(const bool recorded, record_use(s, *still, now.person, counter, origin));
    if (!recorded) {
      copied = true;
      return std::string();
    }
    YAGURA_CHECK(check_access(s, now, origin));
    return open_session(s, now, origin, agent, true);
  });
  if (cookie && copied) return refused("passkey: copied", {"people.passkey_copied", {}});
  return cookie;
}

// The owner's list ---------------------------------------------------------------------------------

Result<std::vector<Passkey>> People::passkeys(Id person) {
  std::vector<Passkey> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(std::string(passkey_columns) + "account = $1 ORDER BY id", person, [&](const Row& row) {
      out.push_back({row.integer(0), row.string(1), row.string(2),
                     row.flag(3)                     ? PasskeyState::copied
                     : rp_ && row.text(2) == rp_->id ? PasskeyState::usable
                                                     : PasskeyState::other_address,
                     row.time(4), row.maybe_time(5)});
    });
  }));
  return out;
}

Result<PasskeyQuestion> People::begin_passkey(const Principal& who, const OwnerProof& proof) {
  YAGURA_CHECK(passkeys_possible());
  Person own;
  YAGURA_CHECK(prove_owner(who, proof, [&](Session&, const Account& account) -> Result<void> {
    if (account.person.passkeys >= most_passkeys) return fail("people.passkeys_too_many");
    own = account.person;
    return {};
  }));
  return ask(for_new(who.session), &own, true, false);
}

Result<Passkey> People::insert_passkey(Session& s, const journal::Actor& by, const Person& owner,
                                       const std::string& name, std::string_view challenge,
                                       const webauthn::Creation& made) {
  const auto believed = webauthn::verify(*rp_, challenge, made);
  if (!believed) return fail("people.passkey_wrong");
  const Passkey out{.id = at_.ids.next(), .name = name, .address = rp_->id, .made = at_.clock.now()};
  YAGURA_TRY(const auto there,
             s.integer("SELECT count(*) FROM passkey WHERE credential = $1", believed->credential));
  if (there.value_or(0) > 0) return fail("people.passkey_exists");
  YAGURA_TRY(const auto held, s.integer("SELECT count(*) FROM passkey WHERE account = $1", owner.id));
  if (held.value_or(0) >= most_passkeys) return fail("people.passkeys_too_many");
  YAGURA_CHECK(s.exec(
      "INSERT INTO passkey (id, account, credential, algorithm, public_key, counter, rp, name, made)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      out.id, owner.id, believed->credential, static_cast<std::int64_t>(believed->key.algorithm),
      believed->key.bytes, static_cast<std::int64_t>(believed->counter), out.address, out.name, out.made));
  YAGURA_CHECK(at_.journal.append(
      s, {"", by, "passkey.registered", subject_of(owner.id), about(out.name, out.address)}));
  return out;
}

Result<Passkey> People::finish_passkey(const Principal& who, const std::string& name,
                                       const webauthn::Creation& made) {
  if (who.session == 0) return fail("people.session_needed");
  YAGURA_TRY(const auto kept, name_from(name));
  auto challenge = take_challenge(for_new(who.session), made.client_data);
  if (!challenge && challenge.error().code == "people.passkey_refused") return fail("people.passkey_wrong");
  YAGURA_CHECK(challenge);
  YAGURA_TRY(const Person own, person(who.actor.account));
  return at_.database.write(
      [&](Session& s) { return insert_passkey(s, who.actor, own, kept, *challenge, made); });
}

Result<Passkey> People::rename_passkey(const Principal& who, Id passkey, const std::string& name) {
  YAGURA_TRY(const auto kept, name_from(name));
  YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_TRY(const auto before,
               s.text("SELECT name FROM passkey WHERE id = $1 AND account = $2", passkey, who.actor.account));
    if (!before) return fail("people.not_found");
    YAGURA_CHECK(s.exec("UPDATE passkey SET name = $2 WHERE id = $1", passkey, kept));
    YAGURA_CHECK(at_.journal.append(s, {"", who.actor, "passkey.renamed", subject_of(who.actor.account),
                                        Value::object({{"before", *before}, {"after", kept}})}));
    return {};
  }));
  YAGURA_TRY(const auto all, passkeys(who.actor.account));
  const auto found = std::ranges::find(all, passkey, &Passkey::id);
  return found == all.end() ? Result<Passkey>(fail("people.not_found")) : *found;
}

Result<void> People::remove_passkey(const Principal& who, Id passkey, const OwnerProof& proof) {
  return prove_owner(who, proof, [&](Session& s, const Account& account) -> Result<void> {
    const Id id = account.person.id;
    std::string name, address;
    YAGURA_CHECK(s.query("DELETE FROM passkey WHERE id = $1 AND account = $2 RETURNING name, rp", passkey, id,
                         [&](const Row& row) { name = row.string(0), address = row.string(1); }));
    if (name.empty()) return fail("people.not_found");
    YAGURA_TRY(const auto left, usable_passkeys(s, id));
    if (account.totp.empty() && left == 0) return fail("people.factor_last");
    YAGURA_CHECK(
        at_.journal.append(s, {"", who.actor, "passkey.removed", subject_of(id), about(name, address)}));
    return {};
  });
}

Result<void> People::remove_passkeys(Session& s, const journal::Actor& by, Id account) {
  std::vector<std::pair<std::string, std::string>> gone;
  YAGURA_CHECK(s.query("DELETE FROM passkey WHERE account = $1 RETURNING name, rp", account,
                       [&](const Row& row) { gone.emplace_back(row.string(0), row.string(1)); }));
  for (const auto& [name, address] : gone)
    YAGURA_CHECK(
        at_.journal.append(s, {"", by, "passkey.removed", subject_of(account), about(name, address)}));
  return {};
}

// Set-up -------------------------------------------------------------------------------------------

Result<PasskeyQuestion> People::begin_setup_passkey(std::string_view token) {
  YAGURA_TRY(const Invited invited, look(token));
  const auto fingerprint = at_.vault.fingerprint(token, "invitation");
  YAGURA_TRY(const auto begun, at_.database.read([&](Session& s) {
    return s.text("SELECT totp FROM invitation WHERE fingerprint = $1", fingerprint);
  }));
  if (begun.value_or("").empty()) return fail("people.setup_not_begun");
  // Those the account has end with the set-up: an authenticator that has one makes another in its place.
  YAGURA_TRY(auto question, ask(for_setup(fingerprint), &invited.person, true, false));
  question.credentials.clear();
  return question;
}

Result<People::Finished> People::finish_setup_by_passkey(std::string_view token, const std::string& name,
                                                         const webauthn::Creation& made,
                                                         std::string_view origin, std::string_view agent) {
  YAGURA_TRY(const auto kept, name_from(name));
  YAGURA_CHECK(look(token));
  auto challenge = take_challenge(for_setup(at_.vault.fingerprint(token, "invitation")), made.client_data);
  if (!challenge && challenge.error().code == "people.passkey_refused") return fail("people.passkey_wrong");
  YAGURA_CHECK(challenge);
  return complete_setup(
      token, origin, agent,
      [&](Session& s, const Person& person, std::string& totp, std::int64_t&) -> Result<void> {
        totp.clear();  // the app's secret was never proven
        const journal::Actor self{person.id, person.name, std::string(origin)};
        YAGURA_CHECK(insert_passkey(s, self, person, kept, *challenge, made));
        return {};
      });
}

// The public address -------------------------------------------------------------------------------

Result<std::vector<MovedPasskey>> People::note_address() {
  const std::string now = rp_ ? rp_->id : "";
  return at_.database.write([&](Session& s) -> Result<std::vector<MovedPasskey>> {
    struct Moved {
      Id id = 0, account = 0;
      MovedPasskey said;
    };
    std::vector<Moved> moved;
    YAGURA_CHECK(s.query(
        "SELECT p.id, p.account, a.login, p.name, p.rp FROM passkey p JOIN account a ON a.id = p.account"
        " WHERE p.copied = 0 AND ((p.rp = $1 AND p.other_address = 1) OR"
        " (p.rp <> $1 AND p.other_address = 0))"
        " ORDER BY a.login, p.id",
        now, [&](const Row& row) {
          moved.push_back({row.integer(0),
                           row.integer(1),
                           {row.string(2), row.string(3), row.string(4), row.text(4) == now}});
        }));
    std::vector<MovedPasskey> out;
    for (const auto& one : moved) {
      YAGURA_CHECK(s.exec("UPDATE passkey SET other_address = $2 WHERE id = $1", one.id, !one.said.usable));
      YAGURA_CHECK(at_.journal.append(
          s, {"",
              {},
              one.said.usable ? "passkey.address_back" : "passkey.address_changed",
              subject_of(one.account),
              Value::object({{"name", one.said.name}, {"address", one.said.address}, {"now", now}})}));
      out.push_back(one.said);
    }
    return out;
  });
}

}  // namespace yagura::people
