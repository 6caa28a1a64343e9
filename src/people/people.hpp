// Accounts, the roster, sign-in with second factor, sessions and API tokens.
//
// Purpose: who may come in. Access to a contract lasts exactly as long as an approved roster entry
//          (従事者名簿); the installation's administrators stand outside the roster.
// Errors:  people.*, and those of store. Sign-in never tells whether login or password was wrong.
// Directories: the password of an account with `directory` is the city's: it is asked for there and never
//          kept here, not even as a hash. The second factor, the lock after failures and the roster hold as
//          for others. A directory that does not answer lets nobody in (people.directory_away); at least one
//          administrator keeps a password here. Only a few are asked at once (outside.hpp): whoever finds no
//          turn hears people.outside_busy, and nothing is counted against him. Of the same kind are providers
//          of identities (sign_on.hpp): an account belongs to one person there, by issuer and subject, which
//          its start link links once.
// Passkeys: a passkey stands beside the password as the second factor, or, with its user verified, in
//          place of password and code. For an account with `directory` the latter asks whether the account
//          there still stands, and is refused where that cannot be known. Lock, roster and source addresses
//          hold alike.
// Threads: safe from any thread. Journal: every change and every refused sign-in is an entry of the chain
//          "" (installation); roster entries are of their contract's chain.
// Follows: requirement A5; matsusaka 3.9(4) (second factor), 3.7, 5.3.3; okayama 2.7 (roster).
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "base/id.hpp"
#include "people/access.hpp"
#include "people/directory.hpp"
#include "people/outside.hpp"
#include "people/passkeys.hpp"
#include "people/passwords.hpp"
#include "store/database.hpp"
#include "store/vault.hpp"

namespace yagura::people {

std::span<const store::Migration> migrations();

enum class PersonState : unsigned char { active, invited, no_roster, locked, disabled };
std::span<const std::pair<std::string_view, PersonState>> enum_names(PersonState);

struct Person {
  Id id = 0;
  std::string login, name, kana, mail, organisation, language = "ja";
  std::string directory;  // whose the password is; "": kept here
  bool linked = false;    // a person of the provider that `directory` names
  // has_password: the set-up is done, wherever the password is.
  bool administrator = false, disabled = false, second_factor = false, has_password = false;
  bool authenticator = false;  // an app for codes
  int passkeys = 0;            // of any state
  std::optional<Time> locked_until, last_seen;
};

enum class RosterState : unsigned char { submitted, approved, refused, ended };
std::span<const std::pair<std::string_view, RosterState>> enum_names(RosterState);

// What of a paper lies here: the day on which it was handed over, a file, or both.
struct RosterPaper {
  std::string paper;  // PaperRule::id
  std::string day;    // ISO date; ""
  Id file = 0;        // an attachment of the contract; 0 for none
  std::string file_name, by;
};

struct RosterEntry {
  Id id = 0;
  std::string contract;
  Id person = 0;
  std::string person_name, organisation;
  Role role = Role::employee;
  std::string from;                  // ISO date, Japan
  std::optional<std::string> until;  // last day of access
  RosterState state = RosterState::submitted;
  std::string note, submitted_by, decided_by, reason;
  Id submitter = 0;
  Time submitted_at;
  std::optional<Time> decided_at;
  std::vector<RosterPaper> papers;  // filled by roster() and acts
};

struct Invitation {
  std::string token;  // shown once; only its fingerprint is kept
  Time expires;
};

struct Enrolment {
  std::string uri, secret;  // otpauth:// and base32
};

struct SignedIn {
  std::string cookie;  // the session's token; only its fingerprint is kept
  bool second_factor_missing = false;
};

struct OpenSession {
  Id id = 0;
  std::string origin, agent;
  Time started, last_seen;
};

struct ApiToken {
  Id id = 0;
  std::string name;
  std::vector<std::string> scopes;
  Time created, expires;
  std::optional<Time> last_used;
};

// What a new or changed account carries; absent fields stay as they are.
struct PersonChange {
  std::optional<std::string> name, kana, mail, organisation, language;
  std::optional<bool> disabled;
  // The name of a directory known here, or "": the password is kept here (and set by a new link).
  std::optional<std::string> directory;
  std::optional<bool> administrator;  // of the installation; the caller has asked whether `by` may give it
};

class People {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
    const store::Vault& vault;
  };
  People(Ground ground, RoleRules rules);

  void set_rules(RoleRules rules);
  void set_directories(Directories directories);  // before serving
  [[nodiscard]] const Directories& directories() const { return directories_; }
  // Before serving; without one no passkey is made or used (people.passkeys_unavailable).
  void set_relying_party(std::optional<webauthn::RelyingParty> rp);
  [[nodiscard]] const std::optional<webauthn::RelyingParty>& relying_party() const { return rp_; }

  // Accounts -------------------------------------------------------------------------------------------
  // The very first administrator, while nobody has signed in yet: an invitation for it.
  Result<std::optional<Invitation>> first_administrator();
  Result<Person> create(const journal::Actor& by, const std::string& login, const PersonChange& fields,
                        bool administrator = false);
  // A new account together with its first roster entry (entry.person is filled in), or neither.
  // manages_people: as for submit().
  Result<Person> create_on_roster(const journal::Actor& by, const std::string& login,
                                  const PersonChange& fields, RosterEntry entry, bool manages_people = false);
  // Nobody makes himself an administrator or takes it from himself (people.not_on_own), and the last
  // administrator who can sign in stays one (people.last_administrator).
  Result<Person> change(const journal::Actor& by, Id person, const PersonChange& fields);
  Result<Person> person(Id id);
  Result<Person> person_with_login(std::string_view login);
  // People with a roster entry of any state in the contract, and the installation's administrators, who reach
  // every contract; all when contract is "". Without `personal` a search looks at login, name and
  // organisation alone: a hit would tell what the asker may not read.
  Result<std::vector<Person>> list(std::string_view contract, std::string_view search, Id after, int limit,
                                   bool personal = true);
  // remove_passkeys: at once, with all sessions, for a device that is lost; else the finished set-up removes
  // them.
  Result<Invitation> invite(const journal::Actor& by, Id person, bool remove_passkeys = false);
  Result<void> unlock(const journal::Actor& by, Id person);

  // Set-up by invitation: look, begin (password, enrolment), finish (code). Nothing holds before finish.
  struct Invited {
    Person person;
    Time expires;
    bool proven = false;  // who he is at the provider of his account: the password's step is done
  };
  Result<Invited> look(std::string_view token);
  Result<Enrolment> begin_setup(std::string_view token, std::string_view password);
  struct Finished {
    std::vector<std::string> recovery_codes;
    std::string cookie;
  };
  Result<Finished> finish_setup(std::string_view token, std::string_view code, std::string_view origin,
                                std::string_view agent);
  // The same with a passkey in place of the authenticator app.
  Result<PasskeyQuestion> begin_setup_passkey(std::string_view token);
  Result<Finished> finish_setup_by_passkey(std::string_view token, const std::string& name,
                                           const webauthn::Creation& made, std::string_view origin,
                                           std::string_view agent);

  // Sign-in --------------------------------------------------------------------------------------------
  Result<SignedIn> sign_in(std::string_view login, std::string_view password, std::string_view origin,
                           std::string_view agent);
  // By a ticket of the city's domain in place of the password: the second factor is still missing. A ticket
  // alone opens nothing: the account must be one of that domain's directory, and stand there now
  // (standing()). Errors: people.ticket_refused, people.locked, people.directory_account_ended,
  // people.directory_away.
  struct TicketSignedIn {
    SignedIn signed_in;
    std::string answer;  // Ticket::answer
  };
  [[nodiscard]] bool takes_tickets() const;
  Result<TicketSignedIn> sign_in_by_ticket(std::string_view token, std::string_view tls_end_point,
                                           std::string_view origin, std::string_view agent);
  // Answers with a new cookie; the one of the first step ends.
  Result<std::string> second_factor(std::string_view cookie, std::string_view code, std::string_view origin);
  Result<std::string> recovery_code(std::string_view cookie, std::string_view code, std::string_view origin);
  // With what the session of this cookie can be completed. Errors: people.not_signed_in.
  Result<SecondFactors> second_factors(std::string_view cookie);
  Result<PasskeyQuestion> begin_passkey_factor(std::string_view cookie);
  Result<std::string> passkey_factor(std::string_view cookie, const webauthn::Assertion& used,
                                     std::string_view origin);
  // In place of password and code; answers with the cookie.
  Result<PasskeyQuestion> begin_passkey_sign_in();
  Result<std::string> sign_in_by_passkey(const webauthn::Assertion& used, std::string_view origin,
                                         std::string_view agent);
  Result<void> sign_out(std::string_view cookie);
  // At a provider. With the token of a start link it links the account, else it is the first step of signing
  // in. Errors: those of sign_on.hpp; people.sign_on_expired (not begun at this browser, too late, or a
  // second time), people.sign_on_unknown (nobody here is linked), people.sign_on_taken (somebody else is),
  // people.directory_unknown.
  struct SignOnStart {
    std::string address, cookie;  // the cookie is sealed; for ten minutes
  };
  static constexpr std::chrono::minutes sign_on_lasts{10};
  Result<SignOnStart> begin_sign_on(std::string_view provider, std::string_view setup_token);
  // Keeps for two minutes what a provider's page posts here, for finish_sign_on() of the same attempt, which
  // is the one to judge it. Only for an attempt that was begun here, and the first one only.
  Result<void> keep_response(std::string_view provider, std::string_view state, std::string_view response);
  struct SignOnEnd {
    SignedIn signed_in;
    std::string setup_token;  // of the start link, which goes on; then nobody is signed in
  };
  Result<SignOnEnd> finish_sign_on(std::string_view provider, std::string_view cookie,
                                   const SignOnAnswer& answer, std::string_view origin,
                                   std::string_view agent);
  // Whoever holds this cookie. Errors: people.not_signed_in, people.second_factor_missing.
  Result<Principal> principal(std::string_view cookie, std::string_view origin);
  Result<Principal> principal_of_token(std::string_view token, std::string_view origin);

  // Directories ----------------------------------------------------------------------------------------
  // Asks for everybody of a directory, or of a provider with one beside it, who is signed in or holds API
  // tokens, and ends the sessions and tokens of whose account there was disabled, ended or removed. Answers
  // with the sessions that ended. A directory that is away ends nobody's. Blocks as long as the directories
  // do.
  Result<std::vector<Id>> end_sessions_of_gone();

  // Own account ----------------------------------------------------------------------------------------
  // What changes the ways into the account takes an OwnerProof (owner_proof.cpp). Wrong ones count like wrong
  // tries at sign-in; what a right one has used up is given back where the act itself is refused. Errors:
  // people.session_needed, people.password_wrong, people.sign_on_again, people.locked, people.factor_missing,
  // people.code_wrong, people.recovery_code_wrong, people.passkey_wrong, people.passkey_too_late.
  Result<void> change_password(const Principal& who, std::string_view current, std::string_view password);
  Result<Enrolment> begin_totp(const Principal& who, const OwnerProof& proof);
  Result<std::vector<std::string>> finish_totp(const Principal& who, std::string_view code);
  // people.factor_last: nobody is left without a second factor; people.not_found: there is no app.
  Result<void> remove_totp(const Principal& who, const OwnerProof& proof);
  Result<std::vector<std::string>> renew_recovery_codes(const Principal& who, const OwnerProof& proof);
  Result<int> recovery_codes_left(Id person);
  Result<std::vector<OpenSession>> sessions(Id person);
  Result<void> end_session(const Principal& who, Id session);
  struct NewToken {
    ApiToken token;
    std::string secret;
  };
  Result<NewToken> create_token(const Principal& who, const std::string& name,
                                std::vector<std::string> scopes, int days);
  Result<std::vector<ApiToken>> tokens(Id person);
  Result<void> revoke_token(const Principal& who, Id token);

  // Passkeys -------------------------------------------------------------------------------------------
  Result<std::vector<Passkey>> passkeys(Id person);
  // The question whose answer is OwnerProof::passkey.
  Result<PasskeyQuestion> begin_passkey_proof(const Principal& who);
  Result<PasskeyQuestion> begin_passkey(const Principal& who, const OwnerProof& proof);
  Result<Passkey> finish_passkey(const Principal& who, const std::string& name,
                                 const webauthn::Creation& made);
  Result<Passkey> rename_passkey(const Principal& who, Id passkey, const std::string& name);
  // people.factor_last, as for the app.
  Result<void> remove_passkey(const Principal& who, Id passkey, const OwnerProof& proof);
  // At start: which passkeys the public address has ended since the last one, or given back.
  Result<std::vector<MovedPasskey>> note_address();

  // Roster ---------------------------------------------------------------------------------------------
  // manages_people: the submitter may manage people; then a role that needs no roster (RoleRule) is given at
  // once, to anybody but himself.
  Result<RosterEntry> submit(const journal::Actor& by, RosterEntry entry, bool manages_people = false);
  // Takes the place of the papers that the entry had; while it waits for its approval. The caller has seen to
  // it that files are the contract's, and fills in their names.
  Result<RosterEntry> set_papers(const journal::Actor& by, std::string_view contract, Id entry,
                                 const std::vector<RosterPaper>& papers);
  // Papers that somebody with that role needs in the contract.
  std::vector<PaperRule> papers_needed(std::string_view contract, Role role) const;
  // approve: refused with people.roster_papers_missing while a paper is missing.
  enum class Decision : unsigned char { approve, refuse, end };
  Result<RosterEntry> decide(const journal::Actor& by, std::string_view contract, Id entry, Decision decision,
                             std::string reason);
  Result<std::vector<RosterEntry>> roster(std::string_view contract, std::optional<RosterState> state = {});
  Result<std::vector<RosterEntry>> roster_of(Id person);
  PersonState state_of(const Person& person, std::span<const RosterEntry> entries) const;

 private:
  struct Account;
  struct StoredPasskey;
  Result<void> insert_account(store::Session& s, const journal::Actor& by, const Person& p);
  Result<void> check_administrator_change(store::Session& s, const journal::Actor& by, const Person& before,
                                          const Person& after);
  Result<bool> check_entry(const journal::Actor& by, const RosterEntry& e, bool manages_people) const;
  Result<void> check_papers(const RosterEntry& e) const;
  Result<RosterEntry> insert_entry(store::Session& s, const journal::Actor& by, RosterEntry e, bool at_once);
  Result<Account> account_where(store::Session& s, std::string_view condition, const store::Param& value);
  Result<void> refuse(const Account* account, std::string_view login, std::string_view origin,
                      std::string why);
  Result<std::string> open_session(store::Session& s, const Account& a, std::string_view origin,
                                   std::string_view agent, bool complete);
  // check: people.code_wrong and people.passkey_* are wrong tries, told to the journal as `why`.
  Result<std::string> complete_session(std::string_view cookie, std::string_view origin,
                                       const std::function<Result<void>(store::Session&, Account&)>& check,
                                       const std::string& why = "second factor");
  Result<void> check_code(store::Session& s, const Account& account, std::string_view code);
  Result<void> use_recovery_code(store::Session& s, const Account& account, std::string_view code,
                                 std::string_view origin);
  // The proof and what it was given for are one transaction.
  using Act = std::function<Result<void>(store::Session&, const Account&)>;
  Result<void> prove_owner(const Principal& who, const OwnerProof& proof, const Act& act);
  Result<std::int64_t> usable_passkeys(store::Session& s, Id account);
  Result<void> check_access(store::Session& s, const Account& account, std::string_view origin);
  Result<Finished> complete_setup(
      std::string_view token, std::string_view origin, std::string_view agent,
      const std::function<Result<void>(store::Session&, const Person&, std::string& totp,
                                       std::int64_t& step)>& check);
  Result<std::vector<Grant>> grants(store::Session& s, const Account& a, std::string_view origin,
                                    int& idle_minutes);
  Result<std::vector<std::string>> write_recovery_codes(store::Session& s, Id account);
  Result<void> check_password(const Principal& who, std::string_view password);
  Result<void> check_signed_in_just_now(const Principal& who);  // in place of a password that nobody has here
  Result<SignedIn> check_first_step(std::string_view login, std::string_view password,
                                    std::string_view origin, std::string_view agent);
  [[nodiscard]] bool asks_directories() const;    // there is one that knows passwords
  [[nodiscard]] bool directory_was_away() const;  // a moment ago
  Result<void> check_setup_password(const Person& person, std::string_view token, std::string_view password);
  Result<void> check_directory_change(const Person& before, const Person& after) const;
  [[nodiscard]] ErrorArgs names_of(std::string_view directory) const;
  // Of an account with a directory.
  // Who can say whether the person's account stands: his directory, or the one that his provider names.
  struct Reader {
    std::string id;
    Directory* directory = nullptr;  // null: nobody
    bool beside = false;             // the provider's
  };
  [[nodiscard]] Reader reader_of(const Person& person) const;
  // What of a provider's person his directory says against him; an error is no reason to keep him out.
  [[nodiscard]] std::optional<DirectoryVerdict> stopped_beside(const Person& person);
  Result<DirectoryVerdict> ask_directory(const Person& person, std::string_view password);
  Result<std::vector<Id>> end_everything_of(const Person& person, std::string why);
  Result<SignedIn> sign_in_by_directory(const Account& account, std::string_view password,
                                        std::string_view origin, std::string_view agent);
  [[nodiscard]] SignOn* provider(std::string_view id) const;  // null: there is none
  Result<Outside::Turn> turn_for(const SignOn& there);
  [[nodiscard]] std::string new_state(std::string_view provider) const;
  [[nodiscard]] bool is_state(std::string_view state, std::string_view provider) const;
  Result<std::string> take_response(std::string_view state);
  Result<void> link(std::string_view setup_token, std::string_view provider, const SignedOn& there);
  Result<void> check_not_taken(store::Session& s, Id account, std::string_view issuer,
                               std::string_view subject);
  Result<SignedIn> sign_in_by_provider(std::string_view provider, const SignedOn& there,
                                       std::string_view origin, std::string_view agent);
  Result<void> check_standing(const Account& account, std::string_view origin);
  Result<PasskeyQuestion> ask(const std::string& purpose, const Person* person, bool make,
                              bool user_verified);
  Result<std::string> take_challenge(const std::string& purpose, std::string_view client_data);
  Result<std::optional<StoredPasskey>> find_passkey(store::Session& s, const std::string& credential);
  [[nodiscard]] std::string fault_of(const StoredPasskey& passkey, Id account,
                                     const webauthn::Assertion& used, std::string_view challenge,
                                     bool user_verified, std::uint32_t& counter) const;
  Result<bool> record_use(store::Session& s, const StoredPasskey& passkey, const Person& owner,
                          std::uint32_t counter, std::string_view origin);
  Result<void> use_passkey(store::Session& s, const Account& account, const webauthn::Assertion& used,
                           std::string_view challenge, std::string_view origin, std::string& why);
  Result<Passkey> insert_passkey(store::Session& s, const journal::Actor& by, const Person& owner,
                                 const std::string& name, std::string_view challenge,
                                 const webauthn::Creation& made);
  Result<void> remove_passkeys(store::Session& s, const journal::Actor& by, Id account);
  [[nodiscard]] Result<void> passkeys_possible() const;
  [[nodiscard]] std::string user_handle(Id account) const;
  Result<std::string> begin_by_ticket(std::string_view id, const KnownDirectory& known,
                                      std::string_view login, std::string_view origin,
                                      std::string_view agent);
  Result<std::string> begin_session_of_directory(const Person& asked, std::string_view origin,
                                                 std::string_view agent);
  [[nodiscard]] std::chrono::minutes session_lasts(const Person& person) const;
  std::shared_ptr<const RoleRules> rules() const;
  std::string today() const;

  Ground at_;
  Guarded<std::shared_ptr<const RoleRules>> rules_;
  Passwords passwords_;
  Directories directories_;
  std::optional<webauthn::RelyingParty> rp_;
  Outside outside_;
  std::atomic<std::int64_t> away_at_{0};  // by clock.steady(), of a directory; 0: never
};

std::span<const std::pair<std::string_view, People::Decision>> enum_names(People::Decision);

}  // namespace yagura::people
