#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "people/account_row.hpp"
#include "people/totp.hpp"

namespace yagura::people {

using schema::Value;
using store::Row;
using store::Session;
using store::Vault;

std::span<const store::Migration> migrations() {
  static constexpr store::Migration steps[] = {
      {"people", 1,
       "CREATE TABLE account (id @id, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kana TEXT NOT NULL,"
       " mail TEXT NOT NULL, organisation TEXT NOT NULL, language TEXT NOT NULL, administrator BIGINT NOT "
       "NULL,"
       " disabled BIGINT NOT NULL, password TEXT NOT NULL, totp TEXT NOT NULL, totp_step BIGINT NOT NULL,"
       " failures BIGINT NOT NULL, locked_until BIGINT, last_seen BIGINT, search TEXT NOT NULL);"
       "CREATE TABLE invitation (fingerprint TEXT PRIMARY KEY, account BIGINT NOT NULL REFERENCES account "
       "(id),"
       " expires BIGINT NOT NULL, password TEXT NOT NULL, totp TEXT NOT NULL, tries BIGINT NOT NULL);"
       "CREATE TABLE recovery_code (account BIGINT NOT NULL REFERENCES account (id), fingerprint TEXT NOT "
       "NULL,"
       " PRIMARY KEY (account, fingerprint));"
       "CREATE TABLE session (id @id, fingerprint TEXT NOT NULL UNIQUE, account BIGINT NOT NULL REFERENCES "
       "account (id),"
       " csrf TEXT NOT NULL, origin TEXT NOT NULL, agent TEXT NOT NULL, complete BIGINT NOT NULL,"
       " tries BIGINT NOT NULL, started BIGINT NOT NULL, last_seen BIGINT NOT NULL);"
       "CREATE INDEX session_account ON session (account);"
       "CREATE TABLE api_token (id @id, fingerprint TEXT NOT NULL UNIQUE, account BIGINT NOT NULL"
       " REFERENCES account (id), name TEXT NOT NULL, scopes TEXT NOT NULL, created BIGINT NOT NULL,"
       " expires BIGINT NOT NULL, last_used BIGINT);"
       "CREATE INDEX api_token_account ON api_token (account);"
       "CREATE TABLE pending_totp (account BIGINT PRIMARY KEY REFERENCES account (id), totp TEXT NOT NULL,"
       " expires BIGINT NOT NULL);"
       "CREATE TABLE roster (id @id, contract TEXT NOT NULL, account BIGINT NOT NULL REFERENCES account (id),"
       " role TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT, state TEXT NOT NULL, note TEXT NOT NULL,"
       " submitter BIGINT NOT NULL, submitted_by TEXT NOT NULL, submitted_at BIGINT NOT NULL,"
       " decided_by TEXT NOT NULL, decided_at BIGINT, reason TEXT NOT NULL);"
       "CREATE INDEX roster_contract ON roster (contract, state);"
       "CREATE INDEX roster_account ON roster (account, state)"},
      {"people", 2,
       "CREATE TABLE roster_paper (contract TEXT NOT NULL, entry BIGINT NOT NULL, "
       "paper TEXT NOT "
       "NULL, day TEXT NOT NULL, attachment BIGINT NOT NULL, file_name TEXT NOT NULL, who TEXT NOT NULL, at "
       "BIGINT NOT "
       "NULL, PRIMARY KEY (entry, paper))"},
      {"people", 3, "ALTER TABLE account ADD COLUMN directory TEXT NOT NULL DEFAULT ''"},
      // Who an account is at a provider of identities; what a start link has proven of it.
      {"people", 4,
       "ALTER TABLE account ADD COLUMN issuer TEXT NOT NULL DEFAULT '';"
       "ALTER TABLE account ADD COLUMN subject TEXT NOT NULL DEFAULT '';"
       "CREATE UNIQUE INDEX account_subject ON account (issuer, subject) WHERE subject <> '';"
       "ALTER TABLE invitation ADD COLUMN issuer TEXT NOT NULL DEFAULT '';"
       "ALTER TABLE invitation ADD COLUMN subject TEXT NOT NULL DEFAULT '';"
       "CREATE TABLE sign_on_used (fingerprint TEXT PRIMARY KEY, expires BIGINT NOT NULL)"},
      {"people", 5,
       "CREATE TABLE sign_on_response (fingerprint TEXT PRIMARY KEY, response TEXT NOT NULL, expires BIGINT "
       "NOT "
       "NULL)"},
      // credential: base64url. other_address: the journal says already that it is of no use at this one.
      {"people", 6,
       "CREATE TABLE passkey (id @id, account BIGINT NOT NULL REFERENCES account (id), credential TEXT NOT "
       "NULL"
       " UNIQUE, algorithm BIGINT NOT NULL, public_key TEXT NOT NULL, counter BIGINT NOT NULL, rp TEXT NOT "
       "NULL,"
       " name TEXT NOT NULL, made BIGINT NOT NULL, last_used BIGINT, copied BIGINT NOT NULL DEFAULT 0,"
       " other_address BIGINT NOT NULL DEFAULT 0);"
       "CREATE INDEX passkey_account ON passkey (account);"
       "CREATE TABLE passkey_challenge (fingerprint TEXT PRIMARY KEY, purpose TEXT NOT NULL, expires BIGINT "
       "NOT"
       " NULL);"
       "CREATE INDEX passkey_challenge_expires ON passkey_challenge (expires)"}};
  return steps;
}

std::span<const std::pair<std::string_view, PersonState>> enum_names(PersonState) {
  static constexpr std::pair<std::string_view, PersonState> names[] = {{"active", PersonState::active},
                                                                       {"invited", PersonState::invited},
                                                                       {"no_roster", PersonState::no_roster},
                                                                       {"locked", PersonState::locked},
                                                                       {"disabled", PersonState::disabled}};
  return names;
}

namespace {

constexpr auto invitation_lasts = std::chrono::hours(72);
constexpr int code_tries = 10;

bool login_acceptable(std::string_view login) {
  return login.size() >= 2 && login.size() <= 64 && std::ranges::all_of(login, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
                  c == '@';
         });
}

std::string search_text(const Person& p) {
  return fold_for_search(p.login + " " + p.name + " " + p.kana + " " + p.organisation + " " + p.mail);
}

void apply(Person& p, const PersonChange& c) {
  if (c.name) p.name = *c.name;
  if (c.kana) p.kana = *c.kana;
  if (c.mail) p.mail = *c.mail;
  if (c.organisation) p.organisation = *c.organisation;
  if (c.language) p.language = *c.language;
  if (c.disabled) p.disabled = *c.disabled;
  if (c.directory) p.directory = *c.directory;
  if (c.administrator) p.administrator = *c.administrator;
}

Result<void> check_person(const Person& p) {
  for (const auto* text : {&p.name, &p.kana, &p.mail, &p.organisation})
    if (text->size() > 400 || !is_utf8(*text)) return fail("people.field_invalid", {{"login", p.login}});
  if (trim(p.name).empty()) return fail("people.name_missing");
  if (p.language != "ja" && p.language != "en") return fail("people.field_invalid", {{"login", p.login}});
  // A line break in an address would let its owner add headers to mail.
  if (p.mail.find_first_of("\r\n ,;<>") != std::string::npos ||
      (!p.mail.empty() && p.mail.find('@') == std::string::npos))
    return fail("people.mail_invalid");
  return {};
}

// What a search of who may not read what is personal looks at.
std::string public_text(const Person& p) {
  return fold_for_search(p.login + " " + p.name + " " + p.organisation);
}

Person new_person(Id id, const std::string& login, const PersonChange& fields, bool administrator) {
  Person p;
  p.id = id;
  p.login = login;
  p.administrator = administrator;
  apply(p, fields);
  return p;
}

Value before_and_after(const Person& before, const Person& after) {
  Value out = Value::object();
  const auto put = [&](std::string_view name, const auto& a, const auto& b) {
    if (a != b) out.set(name, Value::object({{"before", Value(a)}, {"after", Value(b)}}));
  };
  put("name", before.name, after.name);
  put("kana", before.kana, after.kana);
  put("mail", before.mail, after.mail);
  put("organisation", before.organisation, after.organisation);
  put("language", before.language, after.language);
  put("disabled", before.disabled, after.disabled);
  put("directory", before.directory, after.directory);
  put("administrator", before.administrator, after.administrator);
  return out;
}

}  // namespace

People::People(Ground ground, RoleRules rules) : at_(ground) { set_rules(std::move(rules)); }

void People::set_rules(RoleRules rules) {
  rules_.with([&](auto& held) { held = std::make_shared<const RoleRules>(std::move(rules)); });
}

std::shared_ptr<const RoleRules> People::rules() const {
  return rules_.with([](const auto& held) { return held; });
}

Result<People::Account> People::account_where(Session& s, std::string_view condition,
                                              const store::Param& value) {
  std::optional<Account> found;
  const store::Param params[] = {value};
  const auto ran =
      s.run("SELECT " + std::string(account_columns) + " FROM account WHERE " + std::string(condition),
            params, [&](const Row& row) -> Result<void> {
              found.emplace();
              found->person = person_of(row);
              found->password = row.string(9);
              found->totp = row.string(10);
              found->totp_step = row.integer(11);
              found->failures = static_cast<int>(row.integer(12));
              return {};
            });
  if (!ran) return std::unexpected(ran.error());
  if (!found) return fail("people.not_found");
  return std::move(*found);
}

Result<Person> People::create(const journal::Actor& by, const std::string& login, const PersonChange& fields,
                              bool administrator) {
  if (!login_acceptable(login)) return fail("people.login_invalid", {{"login", login.substr(0, 64)}});
  const Person p = new_person(at_.ids.next(), login, fields, administrator);
  YAGURA_CHECK(check_person(p));
  YAGURA_CHECK(check_directory_change({}, p));
  return at_.database.write([&](Session& s) -> Result<Person> {
    YAGURA_CHECK(insert_account(s, by, p));
    return p;
  });
}

Result<Person> People::create_on_roster(const journal::Actor& by, const std::string& login,
                                        const PersonChange& fields, RosterEntry entry, bool manages_people) {
  if (!login_acceptable(login)) return fail("people.login_invalid", {{"login", login.substr(0, 64)}});
  const Person p = new_person(at_.ids.next(), login, fields, false);
  YAGURA_CHECK(check_person(p));
  YAGURA_CHECK(check_directory_change({}, p));
  entry.person = p.id;
  YAGURA_TRY(const bool at_once, check_entry(by, entry, manages_people));
  return at_.database.write([&](Session& s) -> Result<Person> {
    YAGURA_CHECK(insert_account(s, by, p));
    YAGURA_CHECK(insert_entry(s, by, std::move(entry), at_once));
    return p;
  });
}

Result<void> People::insert_account(Session& s, const journal::Actor& by, const Person& p) {
  auto added = s.exec(
      "INSERT INTO account (id, login, name, kana, mail, organisation, language, administrator,"
      " disabled, password, totp, totp_step, failures, search, directory)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', 0, 0, $10, $11)",
      p.id, p.login, p.name, p.kana, p.mail, p.organisation, p.language, p.administrator, p.disabled,
      search_text(p), p.directory);
  if (!added && added.error().code == "store.conflict")
    return fail("people.login_taken", {{"login", p.login}});
  YAGURA_CHECK(added);
  Value about = Value::object({{"login", p.login}, {"name", p.name}});
  if (p.administrator) about.set("administrator", true);
  if (!p.directory.empty()) about.set("directory", p.directory);
  YAGURA_CHECK(at_.journal.append(s, {"", by, "account.created", subject_of(p.id), std::move(about)}));
  return {};
}

Result<void> People::check_administrator_change(Session& s, const journal::Actor& by, const Person& before,
                                                const Person& after) {
  if (before.administrator != after.administrator && by.account == before.id)
    return fail("people.not_on_own");
  // Whose password a directory knows does not count: on the day it is away, somebody must get in.
  const auto comes_in = [](const Person& p) { return p.administrator && !p.disabled && p.directory.empty(); };
  if (!comes_in(before) || comes_in(after)) return {};
  // Two administrators who take each other's right at once must not both succeed.
  YAGURA_CHECK(s.lock("people.administrators"));
  YAGURA_TRY(const auto others,
             s.integer("SELECT count(*) FROM account WHERE administrator = 1 AND disabled"
                       " = 0 AND directory = '' AND password <> '' AND (totp <> '' OR id IN"
                       " (SELECT account FROM passkey)) AND id <> $1",
                       before.id));
  return others.value_or(0) > 0 ? Result<void>{} : fail("people.last_administrator");
}

Result<Person> People::change(const journal::Actor& by, Id id, const PersonChange& fields) {
  return at_.database.write([&](Session& s) -> Result<Person> {
    YAGURA_TRY(const Account account, account_where(s, "id = $1", id));
    Person p = account.person;
    apply(p, fields);
    YAGURA_CHECK(check_person(p));
    YAGURA_CHECK(check_directory_change(account.person, p));
    YAGURA_CHECK(check_administrator_change(s, by, account.person, p));
    YAGURA_CHECK(
        s.exec("UPDATE account SET name = $2, kana = $3, mail = $4, organisation = $5, language = $6,"
               " disabled = $7, search = $8, administrator = $9, directory = $10 WHERE id = $1",
               id, p.name, p.kana, p.mail, p.organisation, p.language, p.disabled, search_text(p),
               p.administrator, p.directory));
    const bool moved = p.directory != account.person.directory;
    // The password of before opens nothing any more, and none is there until the next link.
    if (moved)
      YAGURA_CHECK(s.exec("UPDATE account SET password = '', issuer = '', subject = '' WHERE id = $1", id));
    if (p.administrator != account.person.administrator || (p.disabled && !account.person.disabled) || moved)
      YAGURA_CHECK(s.exec("DELETE FROM session WHERE account = $1", id));
    if ((p.disabled && !account.person.disabled) || moved)
      YAGURA_CHECK(s.exec("DELETE FROM invitation WHERE account = $1", id));
    Value changes = before_and_after(account.person, p);
    if (!changes.members().empty())
      YAGURA_CHECK(at_.journal.append(s, {"", by, "account.changed", subject_of(id), std::move(changes)}));
    return p;
  });
}

Result<Person> People::person(Id id) {
  return at_.database.read([&](Session& s) -> Result<Person> {
    YAGURA_TRY(Account a, account_where(s, "id = $1", id));
    return std::move(a.person);
  });
}

Result<Person> People::person_with_login(std::string_view login) {
  return at_.database.read([&](Session& s) -> Result<Person> {
    YAGURA_TRY(Account a, account_where(s, "login = $1", login));
    return std::move(a.person);
  });
}

Result<std::vector<Person>> People::list(std::string_view contract, std::string_view search, Id after,
                                         int limit, bool personal) {
  const auto folded = fold_for_search(search);
  const auto pattern = store::like_anywhere(folded);
  const bool narrowed = !personal && !folded.empty();
  // What is thrown away afterwards must not count against the page.
  const int most = narrowed ? std::numeric_limits<int>::max() : limit;
  std::vector<Person> out;
  const auto sink = [&](const Row& row) {
    if (static_cast<int>(out.size()) >= limit) return;
    Person p = person_of(row);
    if (!narrowed || public_text(p).find(folded) != std::string::npos) out.push_back(std::move(p));
  };
  const std::string select = "SELECT " + std::string(account_columns) +
                             " FROM account WHERE id > $1 AND search LIKE $2" +
                             std::string(store::like_escape);
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    if (contract.empty()) return s.query(select + " ORDER BY id LIMIT $3", after, pattern, most, sink);
    return s.query(select +
                       " AND (administrator = 1 OR id IN (SELECT account FROM roster WHERE contract = $4))"
                       " ORDER BY id LIMIT $3",
                   after, pattern, most, contract, sink);
  }));
  return out;
}

Result<Invitation> People::invite(const journal::Actor& by, Id id, bool lost) {
  Invitation invitation{Vault::random_token(), at_.clock.now() + invitation_lasts};
  YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_TRY(const Account account, account_where(s, "id = $1", id));
    if (account.person.disabled) return fail("people.disabled", {{"login", account.person.login}});
    // A new link ends the older ones.
    YAGURA_CHECK(s.exec("DELETE FROM invitation WHERE account = $1", id));
    YAGURA_CHECK(
        s.exec("INSERT INTO invitation (fingerprint, account, expires, password, totp, tries)"
               " VALUES ($1, $2, $3, '', '', 0)",
               at_.vault.fingerprint(invitation.token, "invitation"), id, invitation.expires));
    YAGURA_CHECK(at_.journal.append(s, {"", by, "account.invited", subject_of(id), {}}));
    if (lost) {
      YAGURA_CHECK(remove_passkeys(s, by, id));
      YAGURA_CHECK(s.exec("DELETE FROM session WHERE account = $1", id));
    }
    return {};
  }));
  return invitation;
}

Result<std::optional<Invitation>> People::first_administrator() {
  YAGURA_TRY(const auto ready, at_.database.read([](Session& s) {
    return s.integer("SELECT count(*) FROM account WHERE administrator = 1 AND password <> ''");
  }));
  if (ready.value_or(0) > 0) return std::optional<Invitation>{};
  auto admin = person_with_login("admin");
  if (!admin && admin.error().code == "people.not_found")
    admin = create({}, "admin", {.name = "管理者 Administrator"}, true);
  YAGURA_CHECK(admin);
  YAGURA_TRY(auto invitation, invite({}, admin->id));
  return std::optional<Invitation>{std::move(invitation)};
}

Result<void> People::unlock(const journal::Actor& by, Id id) {
  return at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_TRY(const Account account, account_where(s, "id = $1", id));
    YAGURA_CHECK(s.exec("UPDATE account SET failures = 0, locked_until = NULL WHERE id = $1", id));
    YAGURA_CHECK(at_.journal.append(s, {"", by, "account.unlocked", subject_of(account.person.id), {}}));
    return {};
  });
}

Result<People::Invited> People::look(std::string_view token) {
  const auto fingerprint = at_.vault.fingerprint(token, "invitation");
  return at_.database.read([&](Session& s) -> Result<Invited> {
    Id account = 0;
    Time expires;
    bool proven = false;
    YAGURA_CHECK(
        s.query("SELECT account, expires, subject FROM invitation WHERE fingerprint = $1 AND expires > $2"
                " AND tries < $3",
                fingerprint, at_.clock.now(), code_tries, [&](const Row& row) {
                  account = row.integer(0);
                  expires = row.time(1);
                  proven = !row.text(2).empty();
                }));
    if (account == 0) return fail("people.invitation_invalid");
    YAGURA_TRY(Account a, account_where(s, "id = $1", account));
    if (a.person.disabled) return fail("people.invitation_invalid");
    return Invited{std::move(a.person), expires, proven};
  });
}

Result<Enrolment> People::begin_setup(std::string_view token, std::string_view password) {
  YAGURA_TRY(const Invited invited, look(token));
  std::string hash;
  if (invited.person.directory.empty()) {
    YAGURA_CHECK(Passwords::acceptable(password, invited.person.login));
    hash = passwords_.hash(password);
  } else if (provider(invited.person.directory)) {
    if (!invited.proven) return fail("people.sign_on_first", names_of(invited.person.directory));
  } else {
    YAGURA_CHECK(check_setup_password(invited.person, token, password));
  }
  const auto secret = new_totp_secret();
  YAGURA_CHECK(at_.database.write([&](Session& s) {
    return s.exec("UPDATE invitation SET password = $2, totp = $3 WHERE fingerprint = $1",
                  at_.vault.fingerprint(token, "invitation"), hash,
                  at_.vault.seal(secret, totp_purpose(invited.person.id)));
  }));
  return Enrolment{totp_uri(secret, invited.person.login, "Yagura"), base32(secret)};
}

Result<People::Finished> People::finish_setup(std::string_view token, std::string_view code,
                                              std::string_view origin, std::string_view agent) {
  return complete_setup(
      token, origin, agent,
      [&](Session&, const Person& person, std::string& totp, std::int64_t& used) -> Result<void> {
        YAGURA_TRY(const auto secret, at_.vault.unseal(totp, totp_purpose(person.id)));
        const auto step = totp_step(secret, code, at_.clock.now(), 0);
        if (!step) return fail("people.code_wrong");
        used = *step;
        return {};
      });
}

Result<People::Finished> People::complete_setup(
    std::string_view token, std::string_view origin, std::string_view agent,
    const std::function<Result<void>(Session&, const Person&, std::string&, std::int64_t&)>& check) {
  YAGURA_TRY(const Invited invited, look(token));
  const auto fingerprint = at_.vault.fingerprint(token, "invitation");
  auto finished = at_.database.write([&](Session& s) -> Result<Finished> {
    std::string password, totp, issuer, subject;
    YAGURA_CHECK(s.query("SELECT password, totp, issuer, subject FROM invitation WHERE fingerprint = $1",
                         fingerprint, [&](const Row& row) {
                           password = row.string(0), totp = row.string(1);
                           issuer = row.string(2), subject = row.string(3);
                         }));
    if (totp.empty()) return fail("people.setup_not_begun");
    const Id id = invited.person.id;
    if (provider(invited.person.directory) && subject.empty()) return fail("people.setup_not_begun");
    YAGURA_CHECK(check_not_taken(s, id, issuer, subject));
    const journal::Actor self{id, invited.person.name, std::string(origin)};
    // Whoever held the account before the link was made is out, with all he could sign in by.
    YAGURA_CHECK(remove_passkeys(s, self, id));
    std::int64_t step = 0;
    if (auto right = check(s, invited.person, totp, step); !right) return std::unexpected(right.error());
    YAGURA_CHECK(
        s.exec("UPDATE account SET password = $2, totp = $3, totp_step = $4, failures = 0,"
               " locked_until = NULL, issuer = $5, subject = $6 WHERE id = $1",
               id, password, totp, step, issuer, subject));
    YAGURA_CHECK(s.exec("DELETE FROM invitation WHERE account = $1", id));
    YAGURA_CHECK(s.exec("DELETE FROM session WHERE account = $1", id));
    if (!password.empty())
      YAGURA_CHECK(at_.journal.append(s, {"", self, "account.password_set", subject_of(id), {}}));
    if (!subject.empty())
      YAGURA_CHECK(at_.journal.append(
          s, {"", self, "account.linked", subject_of(id),
              Value::object({{"directory", invited.person.directory}, {"issuer", issuer}})}));
    YAGURA_CHECK(at_.journal.append(s, {"", self, "account.second_factor_set", subject_of(id), {}}));
    Finished out;
    YAGURA_TRY(out.recovery_codes, write_recovery_codes(s, id));
    YAGURA_TRY(const Account account, account_where(s, "id = $1", id));
    YAGURA_TRY(out.cookie, open_session(s, account, origin, agent, true));
    return out;
  });
  if (!finished &&
      (finished.error().code == "people.code_wrong" || finished.error().code.starts_with("people.passkey_")))
    YAGURA_CHECK(at_.database.write([&](Session& s) {
      return s.exec("UPDATE invitation SET tries = tries + 1 WHERE fingerprint = $1", fingerprint);
    }));
  return finished;
}

Result<std::vector<std::string>> People::write_recovery_codes(Session& s, Id account) {
  YAGURA_CHECK(s.exec("DELETE FROM recovery_code WHERE account = $1", account));
  std::vector<std::string> codes;
  for (int i = 0; i < 10; ++i) {
    // 50 bits each; letters that are easily confused do not occur in base32.
    std::string code = base32(Vault::random_bytes(7)).substr(0, 10);
    YAGURA_CHECK(s.exec("INSERT INTO recovery_code (account, fingerprint) VALUES ($1, $2)", account,
                        at_.vault.fingerprint(code, "recovery/" + std::to_string(account))));
    codes.push_back(code.substr(0, 5) + "-" + code.substr(5));
  }
  return codes;
}

}  // namespace yagura::people
