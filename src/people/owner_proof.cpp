// That whoever sits at a signed-in screen is the owner of the account: asked before anything that changes the
// ways into it. A borrowed screen and a known password are not enough.
#include "people/account_row.hpp"

namespace yagura::people {

using store::Session;

namespace {

std::string for_proof(Id session) { return "proof/" + std::to_string(session); }

Error said_of(const Error& wrong, const OwnerProof& proof) {
  if (proof.passkey) return {"people.passkey_wrong", {}};
  return proof.recovery_code.empty() ? wrong : Error{"people.recovery_code_wrong", {}};
}

}  // namespace

// Wrong tries here count like wrong tries at sign-in: a borrowed screen does not help to guess.
Result<void> People::check_password(const Principal& who, std::string_view password) {
  if (who.session == 0) return fail("people.session_needed");
  YAGURA_TRY(const Account account,
             at_.database.read([&](Session& s) { return account_where(s, "id = $1", who.actor.account); }));
  if (account.person.locked_until && *account.person.locked_until > at_.clock.now())
    return fail("people.locked", {{"until", to_rfc3339(*account.person.locked_until)}});
  if (provider(account.person.directory)) return check_signed_in_just_now(who);
  if (!account.person.directory.empty()) {
    YAGURA_TRY(const auto verdict, ask_directory(account.person, password));
    if (verdict == DirectoryVerdict::right) return {};
  } else if (passwords_.verify(password, account.password)) {
    return {};
  }
  YAGURA_CHECK(refuse(&account, account.person.login, who.actor.origin, "password"));
  return fail("people.password_wrong");
}

Result<PasskeyQuestion> People::begin_passkey_proof(const Principal& who) {
  if (who.session == 0) return fail("people.session_needed");
  YAGURA_TRY(const Person own, person(who.actor.account));
  YAGURA_TRY(auto question, ask(for_proof(who.session), &own, false, false));
  if (question.credentials.empty()) return fail("people.passkey_none");
  return question;
}

Result<void> People::prove_owner(const Principal& who, const OwnerProof& proof, const Act& act) {
  YAGURA_CHECK(check_password(who, proof.password));
  std::string challenge;
  if (proof.passkey) {
    auto taken = take_challenge(for_proof(who.session), proof.passkey->client_data);
    if (!taken && taken.error().code == "people.passkey_refused") return fail("people.passkey_wrong");
    YAGURA_CHECK(taken);
    challenge = std::move(*taken);
  }
  std::optional<Account> account;
  std::optional<Error> wrong;
  std::string why = "second factor";
  YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
    wrong.reset();
    // Two second factors that are removed at once must not both be the last but one.
    YAGURA_CHECK(s.lock("owner/" + std::to_string(who.actor.account)));
    YAGURA_TRY(account, account_where(s, "id = $1", who.actor.account));
    // Guesses that came side by side, all before the lock.
    if (account->person.locked_until && *account->person.locked_until > at_.clock.now())
      return fail("people.locked", {{"until", to_rfc3339(*account->person.locked_until)}});
    if (!account->person.second_factor) return act(s, *account);
    if (!proof.passkey && proof.recovery_code.empty() && proof.code.empty())
      return fail("people.factor_missing");
    const auto proven =
        proof.passkey ? use_passkey(s, *account, *proof.passkey, challenge, who.actor.origin, why)
        : !proof.recovery_code.empty() ? use_recovery_code(s, *account, proof.recovery_code, who.actor.origin)
                                       : check_code(s, *account, proof.code);
    if (proven) return act(s, *account);
    if (!proven.error().code.starts_with("people.")) return std::unexpected(proven.error());
    wrong = proven.error();  // and what was learnt of a copied passkey is kept
    return {};
  }));
  if (!wrong) return {};
  YAGURA_CHECK(refuse(&*account, account->person.login, who.actor.origin, why));
  return std::unexpected(said_of(*wrong, proof));
}

}  // namespace yagura::people
