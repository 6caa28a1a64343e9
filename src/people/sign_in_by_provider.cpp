// Accounts whose people sign in at a provider of identities of the city.
#include "people/account_row.hpp"
#include "schema/json.hpp"

namespace yagura::people {

using schema::Value;
using store::Row;
using store::Session;
using store::Vault;

namespace {

constexpr std::string_view cookie_purpose = "sign-on";
constexpr std::size_t most_cookie = 4096, most_response = 192 * 1024;
constexpr std::string_view response_purpose = "sign-on response";
constexpr auto response_lasts = std::chrono::minutes(2);
constexpr auto fresh_lasts = std::chrono::minutes(10);

// A provider that speaks SAML need not bring back more than 80 bytes (Bindings 3.4.3).
std::string state_mark(const std::string& fingerprint) { return fingerprint.substr(0, 32); }
std::string state_purpose(std::string_view id) { return "sign-on state/" + std::string(id); }

}  // namespace

SignOn* People::provider(std::string_view id) const {
  const auto known = directories_.find(id);
  return known == directories_.end() ? nullptr : known->second.sign_on.get();
}

Result<Outside::Turn> People::turn_for(const SignOn& there) {
  return there.asks_outside() ? outside_.take() : Result<Outside::Turn>(nullptr);
}

Result<People::SignOnStart> People::begin_sign_on(std::string_view id, std::string_view setup_token) {
  auto* const there = provider(id);
  if (!there) return fail("people.directory_unknown", {{"directory", std::string(id.substr(0, 64))}});
  if (!setup_token.empty()) {
    YAGURA_TRY(const Invited invited, look(setup_token));
    if (invited.person.directory != id) return fail("people.invitation_invalid");
  }
  const std::string state = new_state(id);
  YAGURA_TRY(const auto turn, turn_for(*there));
  YAGURA_TRY(auto begun, there->begin(state));
  const Value kept = Value::object({{"provider", id},
                                    {"state", state},
                                    {"kept", begun.kept},
                                    {"setup", setup_token},
                                    {"expires", to_micros(at_.clock.now() + sign_on_lasts)}});
  return SignOnStart{std::move(begun.address), at_.vault.seal(schema::to_json(kept), cookie_purpose)};
}

Result<People::SignOnEnd> People::finish_sign_on(std::string_view id, std::string_view cookie,
                                                 const SignOnAnswer& answer, std::string_view origin,
                                                 std::string_view agent) {
  const auto expired = [] { return fail("people.sign_on_expired"); };
  if (cookie.empty() || cookie.size() > most_cookie) return expired();
  const auto opened = at_.vault.unseal(cookie, cookie_purpose);
  if (!opened) return expired();
  YAGURA_TRY(const Value kept, schema::parse_json(*opened));
  const Time expires = from_micros(kept["expires"].integer());
  if (kept["provider"].text() != id || expires <= at_.clock.now() ||
      !Vault::same(kept["state"].text(), answer.state))
    return expired();
  auto* const there = provider(id);
  if (!there) return fail("people.directory_unknown", {{"directory", std::string(id.substr(0, 64))}});
  // Before the attempt is used up: who is told to try again can.
  YAGURA_TRY(auto turn, turn_for(*there));
  // Once, whatever comes of it: kept for as long as the cookie opens.
  YAGURA_TRY(const auto first, at_.database.write([&](Session& s) -> Result<std::int64_t> {
    YAGURA_CHECK(s.exec("DELETE FROM sign_on_used WHERE expires < $1", at_.clock.now()));
    return s.exec("INSERT INTO sign_on_used (fingerprint, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                  at_.vault.fingerprint(answer.state, cookie_purpose), expires);
  }));
  if (first != 1) return expired();
  SignOnAnswer brought = answer;
  if (brought.code.empty() && brought.error.empty() && brought.response.empty()) {
    YAGURA_TRY(brought.response, take_response(answer.state));
  }
  const auto said = there->finish(kept["kept"].text(), brought);
  turn.reset();
  if (!said) {
    if (said.error().code == "people.sign_on_not_believed")
      YAGURA_CHECK(refuse(nullptr, id, origin, "provider: not believed"));
    return std::unexpected(said.error());
  }
  if (said->issuer.empty() || said->subject.empty()) return fail("people.sign_on_not_believed");
  if (const auto& setup = kept["setup"].text(); !setup.empty()) {
    YAGURA_CHECK(link(setup, id, *said));
    return SignOnEnd{{}, setup};
  }
  YAGURA_TRY(auto signed_in, sign_in_by_provider(id, *said, origin, agent));
  return SignOnEnd{std::move(signed_in), {}};
}

// A state tells whether it was made here: nobody fills the table with what belongs to no attempt.
std::string People::new_state(std::string_view id) const {
  std::string random = Vault::random_token();
  return random + "." + state_mark(at_.vault.fingerprint(random, state_purpose(id)));
}

bool People::is_state(std::string_view state, std::string_view id) const {
  const auto dot = state.find('.');
  return state.size() <= 200 && dot != std::string_view::npos &&
         Vault::same(state.substr(dot + 1),
                     state_mark(at_.vault.fingerprint(state.substr(0, dot), state_purpose(id))));
}

Result<void> People::keep_response(std::string_view id, std::string_view state, std::string_view response) {
  if (response.empty() || response.size() > most_response || !provider(id) || !is_state(state, id))
    return fail("people.sign_on_expired");
  return at_.database.write([&](Session& s) -> Result<void> {
    const Time now = at_.clock.now();
    YAGURA_CHECK(s.exec("DELETE FROM sign_on_response WHERE expires < $1", now));
    YAGURA_CHECK(
        s.exec("INSERT INTO sign_on_response (fingerprint, response, expires) VALUES ($1, $2, $3)"
               " ON CONFLICT DO NOTHING",
               at_.vault.fingerprint(state, cookie_purpose), at_.vault.seal(response, response_purpose),
               now + response_lasts));
    return {};
  });
}

Result<std::string> People::take_response(std::string_view state) {
  std::string sealed;
  YAGURA_CHECK(at_.database.write([&](Session& s) {
    return s.query("DELETE FROM sign_on_response WHERE fingerprint = $1 AND expires > $2 RETURNING response",
                   at_.vault.fingerprint(state, cookie_purpose), at_.clock.now(),
                   [&](const Row& row) { sealed = row.string(0); });
  }));
  return sealed.empty() ? Result<std::string>(std::string()) : at_.vault.unseal(sealed, response_purpose);
}

Result<void> People::check_not_taken(Session& s, Id account, std::string_view issuer,
                                     std::string_view subject) {
  if (subject.empty()) return {};
  YAGURA_TRY(const auto others,
             s.integer("SELECT count(*) FROM account WHERE issuer = $1 AND subject = $2 AND id <> $3", issuer,
                       subject, account));
  return others.value_or(0) == 0 ? Result<void>{} : fail("people.sign_on_taken");
}

// Holds when the set-up is finished.
Result<void> People::link(std::string_view setup_token, std::string_view id, const SignedOn& there) {
  YAGURA_TRY(const Invited invited, look(setup_token));
  if (invited.person.directory != id) return fail("people.invitation_invalid");
  return at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(check_not_taken(s, invited.person.id, there.issuer, there.subject));
    YAGURA_CHECK(
        s.exec("UPDATE invitation SET issuer = $2, subject = $3, password = '', totp = ''"
               " WHERE fingerprint = $1",
               at_.vault.fingerprint(setup_token, "invitation"), there.issuer, there.subject));
    return {};
  });
}

Result<SignedIn> People::sign_in_by_provider(std::string_view id, const SignedOn& there,
                                             std::string_view origin, std::string_view agent) {
  std::optional<Id> linked;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query("SELECT id FROM account WHERE issuer = $1 AND subject = $2 AND directory = $3",
                   there.issuer, there.subject, id, [&](const Row& row) { linked = row.integer(0); });
  }));
  if (!linked) {
    YAGURA_CHECK(refuse(nullptr, id, origin, "provider: nobody is linked"));
    return fail("people.sign_on_unknown");
  }
  YAGURA_TRY(const Account account,
             at_.database.read([&](Session& s) { return account_where(s, "id = $1", *linked); }));
  // Who comes from the provider has proven who he is, and may hear why he does not come in.
  if (account.person.locked_until && *account.person.locked_until > at_.clock.now()) {
    YAGURA_CHECK(refuse(&account, account.person.login, origin, "locked"));
    return fail("people.locked", {{"until", to_rfc3339(*account.person.locked_until)}});
  }
  if (account.person.disabled || !account.person.second_factor) {
    YAGURA_CHECK(refuse(nullptr, account.person.login, origin, "disabled"));
    return fail("people.sign_on_unknown");
  }
  if (const auto stopped = stopped_beside(account.person)) {
    YAGURA_CHECK(refuse(
        nullptr, account.person.login, origin,
        *stopped == DirectoryVerdict::disabled ? "directory: disabled" : "directory: account expired"));
    return fail("people.directory_account_ended");
  }
  YAGURA_TRY(auto half, at_.database.write([&](Session& s) -> Result<std::string> {
    // What changed meanwhile holds.
    YAGURA_TRY(const Account now, account_where(s, "id = $1", *linked));
    if (now.person.directory != id || !now.person.linked || now.person.disabled)
      return fail("people.sign_on_unknown");
    return open_session(s, now, origin, agent, false);
  }));
  if (!there.second_factor) return SignedIn{std::move(half), true};
  YAGURA_TRY(auto whole, complete_session(half, origin, [](Session&, Account&) { return Result<void>{}; }));
  return SignedIn{std::move(whole), false};
}

Result<void> People::check_signed_in_just_now(const Principal& who) {
  YAGURA_TRY(const auto started, at_.database.read([&](Session& s) {
    return s.integer("SELECT started FROM session WHERE id = $1 AND complete = 1", who.session);
  }));
  if (started && from_micros(*started) + fresh_lasts > at_.clock.now()) return {};
  return fail("people.sign_on_again");
}

}  // namespace yagura::people
