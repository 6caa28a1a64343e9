#include "ledger/password_vault.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yagura::ledger {

using schema::Value;
using store::Session;

namespace {

constexpr std::size_t longest_secret = 1000, longest_reason = 8000;  // 2,000 characters of any writing

std::string purpose_of(std::string_view contract, Id row) {
  return "password/" + std::string(contract) + "/" + std::to_string(row);
}

Result<void> check_reason(const std::string& reason) {
  if (trim(reason).empty()) return fail("ledger.release_reason_missing");
  if (reason.size() > longest_reason || !is_utf8(reason) || reason.contains('\0'))
    return fail("ledger.reason_invalid", {{"limit", std::to_string(longest_reason)}});
  return {};
}

PasswordTarget target_of(const Row& row, const std::string& today) {
  PasswordTarget out;
  out.row = row.id;
  out.row_version = row.version;
  out.name = row.title;
  out.machine = row.fields["machine"].text();
  out.kind = row.fields["kind"].text();
  out.login = row.fields["login"].text();
  out.rotation = row.fields["rotation"].text();
  out.changed = row.fields["changed"].text();
  out.changed_by = row.fields["changed_by"].text();
  out.next_change = row.fields["next_change"].text();
  out.late = !out.next_change.empty() && out.next_change < today;
  return out;
}

std::string_view name_of(ReleaseState state) {
  for (const auto& [name, s] : enum_names(state))
    if (s == state) return name;
  return {};
}

}  // namespace

std::span<const std::pair<std::string_view, ReleaseState>> enum_names(ReleaseState) {
  static constexpr std::pair<std::string_view, ReleaseState> names[] = {{"asked", ReleaseState::asked},
                                                                        {"approved", ReleaseState::approved},
                                                                        {"refused", ReleaseState::refused},
                                                                        {"shown", ReleaseState::shown},
                                                                        {"expired", ReleaseState::expired}};
  return names;
}

std::span<const store::Migration> PasswordVault::migrations() {
  static constexpr store::Migration steps[] = {
      {"passwords", 1,
       "CREATE TABLE password (row_id BIGINT NOT NULL PRIMARY KEY, contract TEXT NOT NULL, sealed TEXT NOT "
       "NULL,"
       " changes BIGINT NOT NULL, at BIGINT NOT NULL, account BIGINT NOT NULL, who TEXT NOT NULL);"
       "CREATE INDEX password_of ON password (contract);"
       "CREATE TABLE password_release (id @id, contract TEXT NOT NULL, row_id BIGINT NOT NULL, name TEXT NOT "
       "NULL,"
       " changes BIGINT NOT NULL, state TEXT NOT NULL, asked_by BIGINT NOT NULL, asked_name TEXT NOT NULL, "
       "reason"
       " TEXT NOT NULL, asked_at BIGINT NOT NULL, decided_name TEXT NOT NULL, refusal TEXT NOT NULL, "
       "decided_at"
       " BIGINT, until BIGINT, shown_at BIGINT);"
       "CREATE INDEX password_release_of ON password_release (contract, id)"}};
  return steps;
}

Result<PasswordVault::Targets> PasswordVault::targets(std::string_view contract, const std::string& cursor,
                                                      int limit) {
  ListQuery query;
  query.contract = contract;
  query.ledger = ledger;
  query.filters = {{"state", "in_use"}};
  query.sort = "next_change";
  query.cursor = cursor;
  query.limit = limit;
  YAGURA_TRY(const auto page, at_.ledgers.list({}, query));
  const auto today = calendar::format_date(calendar::date_of(at_.clock.now()));
  Targets out;
  out.next = page.next;
  for (const auto& row : page.rows) out.items.push_back(target_of(row, today));
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query("SELECT row_id FROM password WHERE contract = $1", contract, [&](const store::Row& row) {
      const Id id = row.integer(0);
      if (const auto found = std::ranges::find(out.items, id, &PasswordTarget::row); found != out.items.end())
        found->kept = true;
    });
  }));
  return out;
}

Result<PasswordProgress> PasswordVault::progress(std::string_view contract) {
  PasswordProgress out;
  const auto today = calendar::format_date(calendar::date_of(at_.clock.now()));
  YAGURA_CHECK(at_.ledgers.each(contract, ledger, [&](Row&& row) {
    if (row.fields["state"].text() != "in_use") return;
    const auto target = target_of(row, today);
    ++out.all;
    out.late += target.late;
    out.never += target.changed.empty();
  }));
  return out;
}

Result<std::optional<PasswordTarget>> PasswordVault::target(std::string_view contract, Id row) {
  YAGURA_TRY(const auto found, at_.ledgers.find(contract, ledger, row));
  if (!found || found->deleted) return std::optional<PasswordTarget>{};
  return std::optional(target_of(*found, calendar::format_date(calendar::date_of(at_.clock.now()))));
}

Result<PasswordTarget> PasswordVault::change(const journal::Actor& by, std::string_view contract, Id row,
                                             const std::string& secret, calendar::Date on) {
  if (secret.empty() || secret.size() > longest_secret || !is_utf8(secret) || secret.contains('\0'))
    return fail("ledger.password_invalid", {{"limit", std::to_string(longest_secret)}});
  if (on > calendar::date_of(at_.clock.now())) return fail("ledger.password_day_invalid");
  YAGURA_TRY(const auto before, target(contract, row));
  if (!before) return fail("ledger.row_not_found");
  const auto next = next_(contract, before->rotation, on);
  const auto sealed = at_.vault.seal(secret, purpose_of(contract, row));
  YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(s.exec(
        "INSERT INTO password (row_id, contract, sealed, changes, at, account, who) VALUES ($1, $2, $3, 1, "
        "$4, $5, $6)"
        " ON CONFLICT (row_id) DO UPDATE SET sealed = excluded.sealed, changes = password.changes + 1, at ="
        " excluded.at, account = excluded.account, who = excluded.who",
        row, contract, sealed, at_.clock.now(), by.account, by.name));
    Value fields = Value::object({{"changed", calendar::format_date(on)},
                                  {"changed_by", by.name},
                                  {"next_change", next ? Value(calendar::format_date(*next)) : Value()}});
    YAGURA_CHECK(at_.ledgers.change(s, by, contract, ledger, row, 0, fields, "パスワード変更"));
    YAGURA_CHECK(at_.journal.append(
        s, {std::string(contract), by, "password.changed", std::string(ledger) + "/" + std::to_string(row),
            Value::object({{"name", before->name}, {"on", calendar::format_date(on)}})}));
    if (changed_) YAGURA_CHECK(changed_(s, by, contract, row, on));
    return {};
  }));
  YAGURA_TRY(auto after, target(contract, row));
  if (!after) return fail("ledger.row_not_found");
  after->kept = true;
  return std::move(*after);
}

// Releases -----------------------------------------------------------------------------------------------

Release PasswordVault::judged(Release release) const {
  const bool waits = release.state == ReleaseState::asked || release.state == ReleaseState::approved;
  if (waits && release.until && *release.until < at_.clock.now()) release.state = ReleaseState::expired;
  return release;
}

namespace {

constexpr std::string_view release_columns =
    "SELECT id, contract, row_id, name, state, asked_by, asked_name, reason, asked_at, decided_name, refusal,"
    " decided_at, until, shown_at FROM password_release WHERE ";

Release release_of(const store::Row& row) {
  Release r;
  r.id = row.integer(0);
  r.contract = row.string(1);
  r.row = row.integer(2);
  r.name = row.string(3);
  for (const auto& [name, state] : enum_names(ReleaseState{}))
    if (name == row.text(4)) r.state = state;
  r.asked_by = row.integer(5);
  r.asked_name = row.string(6);
  r.reason = row.string(7);
  r.asked_at = row.time(8);
  r.decided_name = row.string(9);
  r.refusal = row.string(10);
  r.decided_at = row.maybe_time(11);
  r.until = row.maybe_time(12);
  r.shown_at = row.maybe_time(13);
  return r;
}

}  // namespace

Result<Release> PasswordVault::read(Session& s, std::string_view contract, Id release) {
  std::optional<Release> found;
  YAGURA_CHECK(s.query(std::string(release_columns) + "id = $1 AND contract = $2", release, contract,
                       [&](const store::Row& row) { found = release_of(row); }));
  if (!found) return fail("ledger.release_not_found");
  return judged(std::move(*found));
}

Result<void> PasswordVault::journal(Session& s, const journal::Actor& by, const Release& release,
                                    const char* kind, Value data) {
  data.set("name", release.name);
  data.set("release", release.id);
  YAGURA_CHECK(
      at_.journal.append(s, {release.contract, by, kind,
                             std::string(ledger) + "/" + std::to_string(release.row), std::move(data)}));
  return {};
}

Result<Release> PasswordVault::ask(const journal::Actor& by, std::string_view contract, Id row,
                                   const std::string& reason) {
  YAGURA_CHECK(check_reason(reason));
  YAGURA_TRY(const auto wanted, target(contract, row));
  if (!wanted) return fail("ledger.row_not_found");
  return at_.database.write([&](Session& s) -> Result<Release> {
    YAGURA_TRY(const auto changes,
               s.integer("SELECT changes FROM password WHERE row_id = $1 AND contract = $2", row, contract));
    if (!changes) return fail("ledger.password_not_found", {{"name", wanted->name}});
    const Time now = at_.clock.now();
    const Id id = at_.ids.next();
    YAGURA_CHECK(
        s.exec("INSERT INTO password_release (id, contract, row_id, name, changes, state, asked_by, "
               "asked_name, reason,"
               " asked_at, decided_name, refusal, until) VALUES ($1, $2, $3, $4, $5, 'asked', $6, $7, $8, "
               "$9, '', '', $10)",
               id, contract, row, wanted->name, *changes, by.account, by.name, reason, now, now + asked_for));
    YAGURA_TRY(auto release, read(s, contract, id));
    YAGURA_CHECK(journal(s, by, release, "password.asked", Value::object({{"reason", reason}})));
    return release;
  });
}

Result<Release> PasswordVault::decide(const journal::Actor& by, std::string_view contract, Id id,
                                      bool approve, const std::string& reason) {
  if (!approve || !reason.empty()) YAGURA_CHECK(check_reason(reason));
  return at_.database.write([&](Session& s) -> Result<Release> {
    YAGURA_CHECK(s.lock("password_release"));
    YAGURA_TRY(const auto before, read(s, contract, id));
    if (before.asked_by == by.account) return fail("ledger.release_own");
    if (before.state != ReleaseState::asked)
      return fail("ledger.release_conflict", {{"state", std::string(name_of(before.state))}});
    const Time now = at_.clock.now();
    YAGURA_CHECK(s.exec(
        "UPDATE password_release SET state = $2, decided_name = $3, refusal = $4, decided_at = $5,"
        " until = $6 WHERE id = $1",
        id, approve ? "approved" : "refused", by.name, approve ? "" : reason, now, now + approved_for));
    YAGURA_TRY(auto after, read(s, contract, id));
    YAGURA_CHECK(journal(s, by, after, approve ? "password.approved" : "password.refused",
                         Value::object({{"reason", reason}})));
    return after;
  });
}

Result<std::string> PasswordVault::show(const journal::Actor& by, std::string_view contract, Id id) {
  return at_.database.write([&](Session& s) -> Result<std::string> {
    YAGURA_CHECK(s.lock("password_release"));
    YAGURA_TRY(auto release, read(s, contract, id));
    // Of somebody else's release there is nothing to be seen here.
    if (release.asked_by != by.account) return fail("ledger.release_not_found");
    if (release.state != ReleaseState::approved)
      return fail("ledger.release_conflict", {{"state", std::string(name_of(release.state))}});
    // What was approved was that password, not one that came afterwards.
    YAGURA_TRY(
        const auto sealed,
        s.text(
            "SELECT p.sealed FROM password p JOIN password_release r ON r.row_id = p.row_id AND r.changes ="
            " p.changes WHERE r.id = $1 AND p.contract = $2",
            id, contract));
    if (!sealed) return fail("ledger.release_conflict", {{"state", "changed"}});
    YAGURA_TRY(auto secret, at_.vault.unseal(*sealed, purpose_of(contract, release.row)));
    YAGURA_CHECK(s.exec("UPDATE password_release SET state = 'shown', shown_at = $2 WHERE id = $1", id,
                        at_.clock.now()));
    YAGURA_CHECK(
        journal(s, by, release, "password.shown", Value::object({{"approved_by", release.decided_name}})));
    return secret;
  });
}

Result<std::vector<Release>> PasswordVault::releases(std::string_view contract, Id before, int limit) {
  std::vector<Release> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(std::string(release_columns) +
                       "contract = $1 AND (CAST($2 AS BIGINT) = 0 OR id < $2) ORDER BY id DESC LIMIT $3",
                   contract, before, std::clamp(limit, 1, 501),
                   [&](const store::Row& row) { out.push_back(judged(release_of(row))); });
  }));
  return out;
}

}  // namespace yagura::ledger
