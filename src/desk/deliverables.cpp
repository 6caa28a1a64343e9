#include "desk/deliverables.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "desk/deliverable_rows.hpp"
#include "schema/json.hpp"
#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::desk {

using schema::Value;
using store::Row;
using store::Session;
using State = DeliverableState;

std::span<const store::Migration> Deliverables::migrations() {
  static constexpr store::Migration steps[] = {
      {"deliverables", 1,
       "CREATE TABLE deliverable (id @id, version BIGINT NOT NULL, contract TEXT NOT NULL, deliverable TEXT "
       "NOT"
       " NULL, period TEXT NOT NULL, state TEXT NOT NULL, event_at BIGINT, due BIGINT, due_before BIGINT,"
       " event_by_hand BIGINT NOT NULL, before_start BIGINT NOT NULL, submissions BIGINT NOT NULL,"
       " submitted_at BIGINT, closed_at BIGINT, accept_due BIGINT, subject TEXT NOT NULL, note TEXT NOT NULL,"
       " opened_by TEXT NOT NULL, pack_version TEXT NOT NULL, UNIQUE (contract, deliverable, period));"
       "CREATE INDEX deliverable_due ON deliverable (contract, due, id);"
       "CREATE INDEX deliverable_state ON deliverable (contract, state, due);"
       "CREATE TABLE deliverable_submission (item BIGINT NOT NULL REFERENCES deliverable (id), number BIGINT "
       "NOT"
       " NULL, at BIGINT NOT NULL, account BIGINT NOT NULL, who TEXT NOT NULL, formats TEXT NOT NULL, copies"
       " BIGINT NOT NULL, note TEXT NOT NULL, due BIGINT, late BIGINT NOT NULL, state TEXT NOT NULL, "
       "decided_at"
       " BIGINT, decided_by TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (item, number));"
       "CREATE TABLE deliverable_file (item BIGINT NOT NULL REFERENCES deliverable (id), number BIGINT NOT "
       "NULL,"
       " attachment BIGINT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, sha256 "
       "TEXT"
       " NOT NULL, PRIMARY KEY (item, number, attachment));"
       "CREATE INDEX deliverable_file_of ON deliverable_file (attachment);"
       "CREATE TABLE deliverable_reminder (item BIGINT NOT NULL REFERENCES deliverable (id), due BIGINT NOT "
       "NULL,"
       " days BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (item, due, days));"
       "CREATE TABLE deliverable_follow (contract TEXT NOT NULL PRIMARY KEY, seq BIGINT NOT NULL)"}};
  return steps;
}

std::span<const std::pair<std::string_view, State>> enum_names(State) {
  static constexpr std::pair<std::string_view, State> names[] = {
      {"planned", State::planned},   {"preparing", State::preparing}, {"submitted", State::submitted},
      {"returned", State::returned}, {"accepted", State::accepted},   {"waived", State::waived},
      {"dropped", State::dropped}};
  return names;
}

std::string_view name_of(State state) {
  for (const auto& [name, s] : enum_names(state))
    if (s == state) return name;
  return {};
}

bool to_be_handed_in(State state) {
  return state == State::planned || state == State::preparing || state == State::returned;
}

bool DeliverableItem::late(Time now) const {
  return to_be_handed_in(state) && !before_start && due && *due < now;
}

const contract::Deliverable* deliverable_of(const contract::Pack& pack, std::string_view id) {
  const auto& all = pack.obligations.deliverables;
  const auto found = std::ranges::find(all, id, &contract::Deliverable::id);
  return found == all.end() ? nullptr : &*found;
}

template <class V>
void shape(V& v, EventSource& e) {
  v.required("kind", e.kind);
  v.optional("event", e.event);
  v.optional("event_from", e.event_from);
  v.optional("ledger", e.ledger);
  v.optional("deliverable", e.deliverable);
  v.optional("meeting", e.meeting);
  v.optional("period", e.period);
  v.optional("again", e.again);
  v.optional("moves", e.moves);
  v.optional("after_start", e.after_start);
  v.optional("where", e.where);
  v.optional("at", e.at);
}

Result<std::vector<EventSource>> load_event_sources(const std::filesystem::path& file) {
  YAGURA_TRY(const auto value, schema::read_yaml(file));
  return schema::read<std::vector<EventSource>>(value);
}

void Deliverables::tell(Session& s, std::string_view contract, Id id) {
  s.after_commit([this, c = std::string(contract), id] {
    if (listener_) listener_(c, id);
  });
}

Result<void> Deliverables::journal(Session& s, const journal::Actor& by, const contract::Pack& pack,
                                   const DeliverableItem& item, const char* kind, Value data) {
  const auto* of = deliverable_of(pack, item.deliverable);
  data.set("deliverable", item.deliverable);
  data.set("title", of != nullptr ? of->title.ja : item.deliverable);
  data.set("period", item.period);
  auto entry = at_.journal.append(
      s, {item.contract, by, kind, "deliverable/" + std::to_string(item.id), std::move(data)});
  if (!entry) return std::unexpected(std::move(entry).error());
  return {};
}

// Reading ------------------------------------------------------------------------------------------------

Result<std::vector<DeliverableItem>> Deliverables::read_where(Session& s, std::string_view condition,
                                                              std::span<const store::Param> params) {
  std::vector<DeliverableItem> out;
  auto ran = s.run(
      "SELECT id, version, contract, deliverable, period, state, event_at, due, due_before, event_by_hand,"
      " before_start, submissions, submitted_at, closed_at, accept_due, subject, note, opened_by FROM"
      " deliverable WHERE " +
          std::string(condition),
      params, [&](const Row& row) -> Result<void> {
        DeliverableItem item;
        item.id = row.integer(0);
        item.version = row.integer(1);
        item.contract = row.string(2);
        item.deliverable = row.string(3);
        item.period = row.string(4);
        for (const auto& [name, state] : enum_names(State{}))
          if (name == row.text(5)) item.state = state;
        item.event = row.maybe_time(6);
        item.due = row.maybe_time(7);
        item.due_before = row.maybe_time(8);
        item.event_by_hand = row.flag(9);
        item.before_start = row.flag(10);
        item.submissions = static_cast<int>(row.integer(11));
        item.submitted_at = row.maybe_time(12);
        item.closed_at = row.maybe_time(13);
        item.accept_due = row.maybe_time(14);
        item.subject = row.string(15);
        item.note = row.string(16);
        item.opened_by = row.string(17);
        out.push_back(std::move(item));
        return {};
      });
  if (!ran) return std::unexpected(std::move(ran).error());
  return out;
}

Result<DeliverableItem> Deliverables::read(Session& s, std::string_view contract, Id id) {
  const store::Param params[] = {store::to_param(id), store::to_param(contract)};
  YAGURA_TRY(auto found, read_where(s, "id = $1 AND contract = $2", params));
  if (found.empty()) return fail("desk.deliverable_not_found");
  return std::move(found.front());
}

Result<DeliverableItem> Deliverables::get(std::string_view contract, Id id) {
  return at_.database.read([&](Session& s) { return read(s, contract, id); });
}

namespace {

// Whatever has no due date yet comes last.
constexpr std::string_view due_or_last = "COALESCE(due, 9000000000000000000)";

struct Cursor {
  std::int64_t due = 0;
  Id id = 0;
};

Result<Cursor> read_cursor(std::string_view text) {
  Cursor out;
  const auto dash = text.find('-', 1);
  const auto number = [&](std::string_view part, std::int64_t& into) {
    const auto [end, ec] = std::from_chars(part.data(), part.data() + part.size(), into);
    return ec == std::errc{} && end == part.data() + part.size();
  };
  if (dash == std::string_view::npos || !number(text.substr(0, dash), out.due) ||
      !number(text.substr(dash + 1), out.id))
    return fail("desk.cursor_invalid");
  return out;
}

constexpr std::string_view open_states = "state IN ('planned', 'preparing', 'returned')";
constexpr int limit_most = 500;

}  // namespace

Result<DeliverablePage> Deliverables::list(const DeliverableQuery& q) {
  std::vector<store::Param> params{store::to_param(q.contract)};
  std::string where = "contract = $1";
  const auto mark = [&](store::Param param) {
    params.push_back(param);
    return "$" + std::to_string(params.size());
  };
  if (!q.deliverable.empty()) where += " AND deliverable = " + mark(store::to_param(q.deliverable));
  if (q.from && q.to) {
    where += " AND ((due >= " + mark(store::to_param(*q.from)) + " AND due < " +
             mark(store::to_param(*q.to)) + ")";
    if (!q.period.empty()) where += " OR (due IS NULL AND period = " + mark(store::to_param(q.period)) + ")";
    where += ")";
  }
  const std::string state = q.state ? std::string(name_of(*q.state)) : std::string();
  if (q.state) where += " AND state = " + mark(store::to_param(state));
  if (q.view == "open") where += " AND " + std::string(open_states) + " AND before_start = 0";
  if (q.view == "late")
    where += " AND " + std::string(open_states) + " AND before_start = 0 AND due < " +
             mark(store::to_param(at_.clock.now()));
  if (q.view == "waiting") where += " AND state = 'submitted'";
  if (!q.cursor.empty()) {
    YAGURA_TRY(const Cursor cursor, read_cursor(q.cursor));
    where += " AND (" + std::string(due_or_last) + ", id) > (" + mark(store::to_param(cursor.due)) + ", " +
             mark(store::to_param(cursor.id)) + ")";
  }
  const int limit = std::clamp(q.limit, 1, limit_most);
  where += " ORDER BY " + std::string(due_or_last) + ", id LIMIT " + std::to_string(limit + 1);
  DeliverablePage page;
  YAGURA_TRY(page.items, at_.database.read([&](Session& s) { return read_where(s, where, params); }));
  if (static_cast<int>(page.items.size()) > limit) {
    page.items.pop_back();
    const auto& last = page.items.back();
    page.next = std::to_string(last.due ? to_micros(*last.due) : 9'000'000'000'000'000'000) + "-" +
                std::to_string(last.id);
  }
  return page;
}

Result<DeliverableCounts> Deliverables::counts(std::string_view contract) {
  const Time now = at_.clock.now(), soon = now + std::chrono::days(14);
  DeliverableCounts out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT COALESCE(SUM(CASE WHEN " + std::string(open_states) +
            " AND before_start = 0 AND due < $2 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN " +
            std::string(open_states) +
            " AND before_start = 0 AND due >= $2 AND due < $3 THEN 1 ELSE 0 END), 0),"
            " COALESCE(SUM(CASE WHEN state = 'submitted' THEN 1 ELSE 0 END), 0),"
            " COALESCE(SUM(CASE WHEN state = 'submitted' AND accept_due < $2 THEN 1 ELSE 0 END), 0)"
            " FROM deliverable WHERE contract = $1 AND state IN ('planned', 'preparing', 'returned', "
            "'submitted')",
        contract, now, soon,
        [&](const Row& row) { out = {row.integer(0), row.integer(1), row.integer(2), row.integer(3)}; });
  }));
  return out;
}

Result<std::vector<Submission>> Deliverables::submissions(std::string_view contract, Id id) {
  return at_.database.read([&](Session& s) -> Result<std::vector<Submission>> {
    YAGURA_CHECK(read(s, contract, id));
    std::vector<Submission> out;
    YAGURA_CHECK(
        s.query("SELECT number, at, account, who, note, formats, copies, due, late, state, decided_at, "
                "decided_by, reason"
                " FROM deliverable_submission WHERE item = $1 ORDER BY number",
                id, [&](const Row& row) {
                  Submission one;
                  one.number = static_cast<int>(row.integer(0));
                  one.at = row.time(1);
                  one.account = row.integer(2);
                  one.who = row.string(3);
                  one.note = row.string(4);
                  if (const auto formats = schema::parse_json(row.text(5)))
                    for (const auto& format : formats->items()) one.formats.push_back(format.text());
                  one.copies = static_cast<int>(row.integer(6));
                  one.due = row.maybe_time(7);
                  one.late = row.flag(8);
                  one.state = row.string(9);
                  one.decided_at = row.maybe_time(10);
                  one.decided_by = row.string(11);
                  one.reason = row.string(12);
                  out.push_back(std::move(one));
                }));
    YAGURA_CHECK(
        s.query("SELECT number, attachment, name, type, sha256, size FROM deliverable_file WHERE item ="
                " $1 ORDER BY number, name, attachment",
                id, [&](const Row& row) {
                  const auto n = static_cast<std::size_t>(row.integer(0));
                  if (n >= 1 && n <= out.size())
                    out[n - 1].files.push_back(
                        {row.integer(1), row.string(2), row.string(3), row.string(4), row.integer(5)});
                }));
    return out;
  });
}

// Planning -----------------------------------------------------------------------------------------------

Result<void> Deliverables::insert(Session& s, const contract::Pack& pack, const DeliverableItem& i) {
  YAGURA_CHECK(s.exec(
      "INSERT INTO deliverable (id, version, contract, deliverable, period, state, event_at, due, due_before,"
      " event_by_hand, before_start, submissions, submitted_at, closed_at, accept_due, subject, note, "
      "opened_by,"
      " pack_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9, $10, 0, NULL, NULL, NULL, $11, $12, "
      "$13,"
      " $14)",
      i.id, i.version, i.contract, i.deliverable, i.period, name_of(i.state), i.event, i.due, i.event_by_hand,
      i.before_start, i.subject, i.note, i.opened_by, pack.version));
  return {};
}

Result<void> Deliverables::write(Session& s, const DeliverableItem& i) {
  YAGURA_CHECK(s.exec(
      "UPDATE deliverable SET version = $2, state = $3, event_at = $4, due = $5, due_before = $6,"
      " event_by_hand = $7, submissions = $8, submitted_at = $9, closed_at = $10, accept_due = $11 WHERE"
      " id = $1",
      i.id, i.version, name_of(i.state), i.event, i.due, i.due_before, i.event_by_hand, i.submissions,
      i.submitted_at, i.closed_at, i.accept_due));
  return {};
}

Result<int> Deliverables::lay_out(Session& s, const contract::Pack& pack) {
  YAGURA_CHECK(s.lock("deliverables/" + pack.id));
  const Time now = at_.clock.now();
  YAGURA_TRY(const auto followed,
             s.integer("SELECT seq FROM deliverable_follow WHERE contract = $1", pack.id));
  if (!followed) {
    YAGURA_TRY(const auto newest, at_.journal.list(s, {.chain = pack.id, .limit = 1}));
    YAGURA_CHECK(s.exec("INSERT INTO deliverable_follow (contract, seq) VALUES ($1, $2)", pack.id,
                        newest.empty() ? std::int64_t{0} : newest.front().seq));
  }
  const store::Param of_contract[] = {store::to_param(pack.id)};
  YAGURA_TRY(auto held, read_where(s, "contract = $1", of_contract));
  std::map<std::pair<std::string, std::string>, DeliverableItem*> by_period;
  for (auto& item : held) by_period[{item.deliverable, item.period}] = &item;

  int added = 0, moved = 0, dropped = 0;
  const auto renew = [&](DeliverableItem& item, const contract::Deliverable& of,
                         std::optional<Time> event) -> Result<void> {
    if (item.state == State::accepted || item.state == State::waived) return {};
    if (!item.event_by_hand) item.event = event;
    const auto due = item.event ? deliverable_due(of, pack, *item.event) : std::nullopt;
    const bool back = item.state == State::dropped;
    if (due == item.due && !back) return {};
    Value data = Value::object({{"before", item.due ? Value(to_rfc3339(*item.due)) : Value()},
                                {"after", due ? Value(to_rfc3339(*due)) : Value()},
                                {"pack", pack.version}});
    if (due != item.due) item.due_before = item.due;
    item.due = due;
    if (back) item.state = State::planned;
    ++item.version;
    ++moved;
    YAGURA_CHECK(write(s, item));
    return journal(s, {}, pack, item, "deliverable.moved", std::move(data));
  };

  for (const auto& planned : planned_deliverables(pack)) {
    const auto found = by_period.find({planned.of->id, planned.period});
    if (found != by_period.end()) {
      YAGURA_CHECK(renew(*found->second, *planned.of, planned.event));
      by_period.erase(found);
      continue;
    }
    DeliverableItem item;
    item.id = at_.ids.next();
    item.version = 1;
    item.contract = pack.id;
    item.deliverable = planned.of->id;
    item.period = planned.period;
    item.event = planned.event;
    if (item.event) item.due = deliverable_due(*planned.of, pack, *item.event);
    item.before_start = !followed && item.due && *item.due < now;
    YAGURA_CHECK(insert(s, pack, item));
    ++added;
  }
  // What is left: occasions, and what the pack has no more.
  for (auto& [key, item] : by_period) {
    const auto* of = deliverable_of(pack, item->deliverable);
    if (of != nullptr && of->every == "occasion") {
      YAGURA_CHECK(renew(*item, *of, item->event));
    } else if (item->state == State::planned || item->state == State::preparing) {
      item->state = State::dropped;
      ++item->version;
      ++dropped;
      YAGURA_CHECK(write(s, *item));
      YAGURA_CHECK(
          journal(s, {}, pack, *item, "deliverable.dropped", Value::object({{"pack", pack.version}})));
    }
  }
  if (added + moved + dropped > 0) {
    YAGURA_CHECK(at_.journal.append(
        s,
        {pack.id,
         {},
         "deliverable.planned",
         "contract/" + pack.id,
         Value::object({{"added", added}, {"moved", moved}, {"dropped", dropped}, {"pack", pack.version}})}));
    tell(s, pack.id, 0);
  }
  return added + moved + dropped;
}

Result<int> Deliverables::plan(std::string_view contract) {
  const auto pack = bonds_.pack(contract);
  if (!pack) return fail("desk.contract_not_found");
  return at_.database.write([&](Session& s) { return lay_out(s, *pack); });
}

}  // namespace yagura::desk
