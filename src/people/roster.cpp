#include <algorithm>

#include "base/text.hpp"
#include "people/account_row.hpp"

namespace yagura::people {

using schema::Value;
using store::Row;
using store::Session;

std::span<const std::pair<std::string_view, RosterState>> enum_names(RosterState) {
  static constexpr std::pair<std::string_view, RosterState> names[] = {{"submitted", RosterState::submitted},
                                                                       {"approved", RosterState::approved},
                                                                       {"refused", RosterState::refused},
                                                                       {"ended", RosterState::ended}};
  return names;
}

std::span<const std::pair<std::string_view, People::Decision>> enum_names(People::Decision) {
  static constexpr std::pair<std::string_view, People::Decision> names[] = {
      {"approve", People::Decision::approve},
      {"refuse", People::Decision::refuse},
      {"end", People::Decision::end}};
  return names;
}

namespace {

std::string_view name_of(RosterState state) {
  for (const auto& [name, s] : enum_names(state))
    if (s == state) return name;
  return {};
}

bool is_day(std::string_view text) {
  return text.size() == 10 && parse_rfc3339(std::string(text) + "T00:00:00Z").has_value();
}

constexpr std::string_view roster_columns =
    "SELECT r.id, r.contract, r.account, a.name, a.organisation, r.role, r.from_day, r.until_day, r.state, "
    "r.note,"
    " r.submitter, r.submitted_by, r.submitted_at, r.decided_by, r.decided_at, r.reason"
    " FROM roster r JOIN account a ON a.id = r.account WHERE ";

RosterEntry entry_of(const Row& row) {
  RosterEntry e;
  e.id = row.integer(0);
  e.contract = row.string(1);
  e.person = row.integer(2);
  e.person_name = row.string(3);
  e.organisation = row.string(4);
  if (const auto role = role_named(row.text(5))) e.role = *role;
  e.from = row.string(6);
  if (!row.is_null(7)) e.until = row.string(7);
  for (const auto& [name, state] : enum_names(RosterState{}))
    if (name == row.text(8)) e.state = state;
  e.note = row.string(9);
  e.submitter = row.integer(10);
  e.submitted_by = row.string(11);
  e.submitted_at = row.time(12);
  e.decided_by = row.string(13);
  e.decided_at = row.maybe_time(14);
  e.reason = row.string(15);
  return e;
}

constexpr std::string_view paper_columns =
    "SELECT entry, paper, day, attachment, file_name, who FROM roster_paper WHERE ";

RosterPaper paper_of(const Row& row) {
  return {row.string(1), row.string(2), row.integer(3), row.string(4), row.string(5)};
}

Result<RosterEntry> read_entry(Session& s, std::string_view contract, Id id) {
  std::optional<RosterEntry> found;
  YAGURA_CHECK(s.query(std::string(roster_columns) + "r.contract = $1 AND r.id = $2", contract, id,
                       [&](const Row& row) { found = entry_of(row); }));
  if (!found) return fail("people.not_found");
  YAGURA_CHECK(s.query(std::string(paper_columns) + "entry = $1 ORDER BY paper", id,
                       [&](const Row& row) { found->papers.push_back(paper_of(row)); }));
  return std::move(*found);
}

}  // namespace

namespace {

Result<void> write_papers(Session& s, const journal::Actor& by, std::string_view contract, Id entry,
                          const std::vector<RosterPaper>& papers, Time now) {
  YAGURA_CHECK(s.exec("DELETE FROM roster_paper WHERE entry = $1", entry));
  for (const auto& one : papers)
    YAGURA_CHECK(
        s.exec("INSERT INTO roster_paper (contract, entry, paper, day, attachment, file_name, who, at) VALUES"
               " ($1, $2, $3, $4, $5, $6, $7, $8)",
               contract, entry, one.paper, one.day, one.file, one.file_name, by.name, now));
  return {};
}

}  // namespace

std::vector<PaperRule> People::papers_needed(std::string_view contract, Role role) const {
  const auto all = rules();
  const auto of = all->find(contract);
  if (of == all->end()) return {};
  const auto rule = of->second.find(role);
  return rule == of->second.end() ? std::vector<PaperRule>{} : rule->second.papers;
}

// Each one that the role needs, once, with a day or a file.
Result<void> People::check_papers(const RosterEntry& e) const {
  const auto needed = papers_needed(e.contract, e.role);
  for (std::size_t i = 0; i < e.papers.size(); ++i) {
    const auto& one = e.papers[i];
    const bool known = std::ranges::find(needed, one.paper, &PaperRule::id) != needed.end();
    const bool twice = std::ranges::count(e.papers, one.paper, &RosterPaper::paper) > 1;
    if (!known || twice) return fail("people.roster_paper_unknown", {{"paper", one.paper.substr(0, 64)}});
    if ((one.day.empty() && one.file == 0) || (!one.day.empty() && (!is_day(one.day) || one.day > today())))
      return fail("people.roster_paper_day");
  }
  return {};
}

Result<RosterEntry> People::set_papers(const journal::Actor& by, std::string_view contract, Id id,
                                       const std::vector<RosterPaper>& papers) {
  return at_.database.write([&](Session& s) -> Result<RosterEntry> {
    YAGURA_CHECK(s.lock("roster/" + std::to_string(id)));
    YAGURA_TRY(RosterEntry e, read_entry(s, contract, id));
    if (e.state != RosterState::submitted) return fail("people.roster_conflict");
    e.papers = papers;
    YAGURA_CHECK(check_papers(e));
    YAGURA_CHECK(write_papers(s, by, contract, id, papers, at_.clock.now()));
    Value listed = Value::array();
    for (const auto& one : papers) listed.push(one.paper);
    YAGURA_CHECK(
        at_.journal.append(s, {std::string(contract), by, "roster.papers", "roster/" + std::to_string(id),
                               Value::object({{"person", e.person_name}, {"papers", std::move(listed)}})}));
    return read_entry(s, contract, id);
  });
}

std::string People::today() const {
  // Japan keeps UTC+9 all year.
  return to_rfc3339(at_.clock.now() + std::chrono::hours(9)).substr(0, 10);
}

Result<bool> People::check_entry(const journal::Actor& by, const RosterEntry& e, bool manages_people) const {
  if (!is_day(e.from) || (e.until && (!is_day(*e.until) || *e.until < e.from)))
    return fail("people.roster_days_invalid");
  if (e.note.size() > 4000 || !is_utf8(e.note)) return fail("people.field_invalid");
  const auto all = rules();
  const auto contract = all->find(e.contract);
  if (contract == all->end()) return fail("people.not_found");
  // Administrators belong to the installation, and a role the pack does not have grants nothing.
  if (e.role == Role::administrator || !contract->second.contains(e.role))
    return fail("people.role_unknown", {{"role", std::string(people::name_of(e.role))}});
  YAGURA_CHECK(check_papers(e));
  return manages_people && !contract->second.find(e.role)->second.needs_roster && by.account != e.person;
}

Result<RosterEntry> People::submit(const journal::Actor& by, RosterEntry e, bool manages_people) {
  YAGURA_TRY(const bool at_once, check_entry(by, e, manages_people));
  return at_.database.write([&](Session& s) { return insert_entry(s, by, std::move(e), at_once); });
}

Result<RosterEntry> People::insert_entry(Session& s, const journal::Actor& by, RosterEntry e, bool at_once) {
  e.id = at_.ids.next();
  YAGURA_TRY(const Account account, account_where(s, "id = $1", e.person));
  YAGURA_CHECK(
      s.exec("INSERT INTO roster (id, contract, account, role, from_day, until_day, state, note, submitter,"
             " submitted_by, submitted_at, decided_by, reason)"
             " VALUES ($1, $2, $3, $4, $5, $6, 'submitted', $7, $8, $9, $10, '', '')",
             e.id, e.contract, e.person, people::name_of(e.role), e.from, e.until, e.note, by.account,
             by.name, at_.clock.now()));
  YAGURA_CHECK(at_.journal.append(
      s, {e.contract, by, "roster.submitted", "roster/" + std::to_string(e.id),
          Value::object(
              {{"person", account.person.name}, {"role", people::name_of(e.role)}, {"from", e.from}})}));
  YAGURA_CHECK(write_papers(s, by, e.contract, e.id, e.papers, at_.clock.now()));
  if (at_once) {
    YAGURA_CHECK(
        s.exec("UPDATE roster SET state = 'approved', decided_by = $2, decided_at = $3 WHERE id = $1", e.id,
               by.name, at_.clock.now()));
    YAGURA_CHECK(at_.journal.append(s, {e.contract, by, "roster.approved", "roster/" + std::to_string(e.id),
                                        Value::object({{"person", account.person.name},
                                                       {"role", people::name_of(e.role)},
                                                       {"from", e.from},
                                                       {"needs_roster", false}})}));
  }
  return read_entry(s, e.contract, e.id);
}

Result<RosterEntry> People::decide(const journal::Actor& by, std::string_view contract, Id id,
                                   Decision decision, std::string reason) {
  if (reason.size() > 4000 || !is_utf8(reason)) return fail("people.field_invalid");
  return at_.database.write([&](Session& s) -> Result<RosterEntry> {
    YAGURA_CHECK(s.lock("roster/" + std::to_string(id)));
    YAGURA_TRY(const RosterEntry e, read_entry(s, contract, id));
    const bool ending = decision == Decision::end;
    if (e.state != (ending ? RosterState::approved : RosterState::submitted))
      return fail("people.roster_conflict");
    if (!ending && (by.account == e.submitter || by.account == e.person)) return fail("people.not_on_own");
    if (decision == Decision::approve) {
      std::string missing, missing_en;
      for (const auto& paper : papers_needed(contract, e.role)) {
        if (std::ranges::find(e.papers, paper.id, &RosterPaper::paper) != e.papers.end()) continue;
        missing += (missing.empty() ? "" : "、") + paper.title;
        missing_en += (missing_en.empty() ? "" : ", ") + paper.title_en;
      }
      if (!missing.empty())
        return fail("people.roster_papers_missing", {{"papers", missing}, {"papers_en", missing_en}});
    }
    if (decision == Decision::refuse && trim(reason).empty()) return fail("people.reason_missing");
    const auto state = ending                          ? RosterState::ended
                       : decision == Decision::approve ? RosterState::approved
                                                       : RosterState::refused;
    YAGURA_TRY(const auto changed,
               s.exec("UPDATE roster SET state = $3, decided_by = $4, decided_at = $5, reason = $6"
                      " WHERE id = $1 AND state = $2",
                      id, name_of(e.state), name_of(state), by.name, at_.clock.now(), reason));
    if (changed != 1) return fail("people.roster_conflict");
    if (ending) YAGURA_CHECK(s.exec("DELETE FROM session WHERE account = $1", e.person));
    const char* kind = ending                          ? "roster.ended"
                       : decision == Decision::approve ? "roster.approved"
                                                       : "roster.refused";
    YAGURA_CHECK(at_.journal.append(s, {std::string(contract), by, kind, "roster/" + std::to_string(id),
                                        Value::object({{"person", e.person_name},
                                                       {"role", people::name_of(e.role)},
                                                       {"from", e.from},
                                                       {"until", e.until ? Value(*e.until) : Value()},
                                                       {"reason", reason}})}));
    return read_entry(s, contract, id);
  });
}

Result<std::vector<RosterEntry>> People::roster(std::string_view contract, std::optional<RosterState> state) {
  std::vector<RosterEntry> out;
  const auto sink = [&](const Row& row) { out.push_back(entry_of(row)); };
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    if (state)
      return s.query(std::string(roster_columns) + "r.contract = $1 AND r.state = $2 ORDER BY r.id DESC",
                     contract, name_of(*state), sink);
    return s.query(std::string(roster_columns) + "r.contract = $1 ORDER BY r.id DESC", contract, sink);
  }));
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(std::string(paper_columns) + "contract = $1 ORDER BY paper", contract,
                   [&](const Row& row) {
                     const auto entry = std::ranges::find(out, row.integer(0), &RosterEntry::id);
                     if (entry != out.end()) entry->papers.push_back(paper_of(row));
                   });
  }));
  return out;
}

Result<std::vector<RosterEntry>> People::roster_of(Id person) {
  std::vector<RosterEntry> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(std::string(roster_columns) + "r.account = $1 ORDER BY r.id DESC", person,
                   [&](const Row& row) { out.push_back(entry_of(row)); });
  }));
  return out;
}

PersonState People::state_of(const Person& p, std::span<const RosterEntry> entries) const {
  if (p.disabled) return PersonState::disabled;
  if (p.locked_until && *p.locked_until > at_.clock.now()) return PersonState::locked;
  const auto day = today();
  const bool listed = std::ranges::any_of(entries, [&](const RosterEntry& e) {
    return e.state == RosterState::approved && e.from <= day && (!e.until || *e.until >= day);
  });
  if (!p.administrator && !listed) return PersonState::no_roster;
  return p.has_password ? PersonState::active : PersonState::invited;
}

}  // namespace yagura::people
