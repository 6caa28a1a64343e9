#include "desk/work_orders.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "calendar/deadline.hpp"
#include "desk/work_record.hpp"
#include "schema/json.hpp"

namespace yagura::desk {

using schema::Value;
using store::Row;
using store::Session;

std::span<const store::Migration> work_migrations() {
  static constexpr store::Migration steps[] = {
      {"work", 1,
       "CREATE TABLE work_order (id @id, contract TEXT NOT NULL, number TEXT NOT NULL, kind TEXT NOT NULL,"
       " title TEXT NOT NULL, detail TEXT NOT NULL, state TEXT NOT NULL, outcome TEXT NOT NULL, open BIGINT "
       "NOT NULL,"
       " site BIGINT NOT NULL, site_name TEXT NOT NULL, ordered_at BIGINT NOT NULL, due BIGINT, plan_due "
       "BIGINT,"
       " report_due BIGINT, planned_at BIGINT, approved_at BIGINT, started_at BIGINT, done_at BIGINT,"
       " accepted_at BIGINT, version BIGINT NOT NULL, campaign BIGINT NOT NULL, visit BIGINT NOT NULL,"
       " request BIGINT NOT NULL, request_number TEXT NOT NULL, steps_total BIGINT NOT NULL,"
       " steps_answered BIGINT NOT NULL, steps_failed BIGINT NOT NULL, people @json NOT NULL, plan @json,"
       " targets @json NOT NULL, search TEXT NOT NULL, UNIQUE (contract, number));"
       "CREATE INDEX work_order_newest ON work_order (contract, id);"
       "CREATE INDEX work_order_state ON work_order (contract, state, id);"
       "CREATE INDEX work_order_site ON work_order (contract, site, id);"
       "CREATE INDEX work_order_due ON work_order (contract, open, due);"
       "CREATE INDEX work_order_campaign ON work_order (campaign, id);"
       "CREATE INDEX work_order_visit ON work_order (visit, id);"
       "CREATE TABLE work_step (work BIGINT NOT NULL REFERENCES work_order (id), seq BIGINT NOT NULL,"
       " target BIGINT NOT NULL, result TEXT NOT NULL, version BIGINT NOT NULL, frozen @json NOT NULL,"
       " done @json NOT NULL, PRIMARY KEY (work, seq));"
       "CREATE TABLE work_target (work BIGINT NOT NULL REFERENCES work_order (id), ledger TEXT NOT NULL,"
       " row_id BIGINT NOT NULL, PRIMARY KEY (work, ledger, row_id));"
       "CREATE INDEX work_target_row ON work_target (ledger, row_id, work);"
       "CREATE TABLE work_act (contract TEXT NOT NULL, act_key TEXT NOT NULL, subject BIGINT NOT NULL,"
       " account BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (contract, act_key));"
       "CREATE TABLE work_number (contract TEXT NOT NULL, letters TEXT NOT NULL, year BIGINT NOT NULL,"
       " last BIGINT NOT NULL, PRIMARY KEY (contract, letters, year))"},
      {"work", 2,
       "CREATE TABLE work_visit (id @id, contract TEXT NOT NULL, number TEXT NOT NULL, site BIGINT NOT NULL,"
       " site_name TEXT NOT NULL, day TEXT NOT NULL, workers TEXT NOT NULL, state TEXT NOT NULL, arrived_at "
       "BIGINT,"
       " left_at BIGINT, arrived_by TEXT NOT NULL, left_by TEXT NOT NULL, note TEXT NOT NULL,"
       " version BIGINT NOT NULL, UNIQUE (contract, number));"
       "CREATE INDEX work_visit_day ON work_visit (contract, day, id);"
       "CREATE TABLE work_campaign (id @id, contract TEXT NOT NULL, number TEXT NOT NULL, kind TEXT NOT NULL,"
       " title TEXT NOT NULL, detail TEXT NOT NULL, notice BIGINT NOT NULL, due BIGINT, opened_at BIGINT NOT "
       "NULL,"
       " opened_by TEXT NOT NULL, per TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (contract, number));"
       "CREATE INDEX work_campaign_newest ON work_campaign (contract, id);"
       "CREATE TABLE work_notice (id @id, contract TEXT NOT NULL, number TEXT NOT NULL, source TEXT NOT NULL,"
       " reference TEXT NOT NULL, title TEXT NOT NULL, content TEXT NOT NULL, files @json NOT NULL,"
       " received_at BIGINT NOT NULL, received_by TEXT NOT NULL, assess_due BIGINT NOT NULL, state TEXT NOT "
       "NULL,"
       " urgency TEXT NOT NULL, reason TEXT NOT NULL, assessed_at BIGINT, assessed_by TEXT NOT NULL,"
       " filter @json NOT NULL, machines BIGINT NOT NULL, campaign BIGINT NOT NULL, version BIGINT NOT NULL,"
       " search TEXT NOT NULL, UNIQUE (contract, number));"
       "CREATE INDEX work_notice_newest ON work_notice (contract, id);"
       "CREATE INDEX work_notice_state ON work_notice (contract, state, assess_due)"},
      {"work_wave", 1,
       "CREATE TABLE work_wave (campaign BIGINT NOT NULL REFERENCES work_campaign (id), seq BIGINT NOT NULL,"
       " title TEXT NOT NULL, opened_at BIGINT, opened_by TEXT NOT NULL, note TEXT NOT NULL,"
       " PRIMARY KEY (campaign, seq));"
       "CREATE TABLE work_wave_order (work BIGINT NOT NULL REFERENCES work_order (id),"
       " campaign BIGINT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (work));"
       "CREATE INDEX work_wave_order_of ON work_wave_order (campaign, seq)"},
      {"work", 3,
       "ALTER TABLE work_order ADD COLUMN next_what TEXT NOT NULL DEFAULT '';"
       "ALTER TABLE work_order ADD COLUMN next_due BIGINT;"
       "CREATE INDEX work_order_next ON work_order (contract, next_due);"
       "CREATE INDEX work_order_kind ON work_order (contract, kind, id);"
       "CREATE INDEX work_order_kind_done ON work_order (contract, kind, done_at);"
       "CREATE INDEX work_step_target ON work_step (target);"
       "CREATE INDEX work_campaign_due ON work_campaign (contract, due);"
       "CREATE TABLE work_reminder (contract TEXT NOT NULL, item BIGINT NOT NULL, what TEXT NOT NULL,"
       " due BIGINT NOT NULL, days BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (contract, item, what, "
       "due, "
       "days));"
       "CREATE TABLE work_since (contract TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL);"
       "CREATE TABLE work_period (contract TEXT NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL, work BIGINT "
       "NOT "
       "NULL, PRIMARY KEY (contract, kind, day));"
       "ALTER TABLE work_order ADD COLUMN place BIGINT NOT NULL DEFAULT 0;"
       "CREATE INDEX work_order_place ON work_order (contract, place);"
       "CREATE TABLE work_place (contract TEXT NOT NULL PRIMARY KEY, last BIGINT NOT "
       "NULL);" YAGURA_FRAGMENT_TABLE("work_piece")}};
  return steps;
}

namespace {

// Of a search: rows whose texts are looked at in one statement, and from how many on filters lead instead.
constexpr std::size_t places_at_once = 500, many_places = 2'000;

constexpr std::string_view columns =
    "SELECT w.id, w.contract, w.number, w.kind, w.title, w.detail, w.state, w.outcome, w.site, w.site_name,"
    " w.ordered_at, w.due, w.plan_due, w.report_due, w.planned_at, w.approved_at, w.started_at, w.done_at,"
    " w.accepted_at, w.version, w.campaign, w.visit, w.request, w.request_number, w.steps_total, "
    "w.steps_answered,"
    " w.steps_failed, w.people, w.plan, w.targets, w.next_what, w.next_due FROM work_order w WHERE ";

template <class E>
void read_word(std::string_view word, E& out) {
  for (const auto& [name, value] : enum_names(E{}))
    if (name == word) out = value;
}

Result<WorkOrder> order_of(const Row& row) {
  WorkOrder o;
  o.id = row.integer(0);
  o.contract = row.string(1);
  o.number = row.string(2);
  o.kind = row.string(3);
  o.title = row.string(4);
  o.detail = row.string(5);
  read_word(row.text(6), o.state);
  read_word(row.text(7), o.outcome);
  o.site = row.integer(8);
  o.site_name = row.string(9);
  o.ordered_at = row.time(10);
  o.due = row.maybe_time(11);
  o.plan_due = row.maybe_time(12);
  o.report_due = row.maybe_time(13);
  o.planned_at = row.maybe_time(14);
  o.approved_at = row.maybe_time(15);
  o.started_at = row.maybe_time(16);
  o.done_at = row.maybe_time(17);
  o.accepted_at = row.maybe_time(18);
  o.version = row.integer(19);
  o.campaign = row.integer(20);
  o.visit = row.integer(21);
  o.request = row.integer(22);
  o.request_number = row.string(23);
  o.steps_total = static_cast<int>(row.integer(24));
  o.steps_answered = static_cast<int>(row.integer(25));
  o.steps_failed = static_cast<int>(row.integer(26));
  YAGURA_TRY(const auto people, schema::parse_json(row.text(27)));
  read_people(people, o);
  if (!row.is_null(28)) {
    YAGURA_TRY(const auto plan, schema::parse_json(row.text(28)));
    o.plan = plan_kept(plan);
  }
  YAGURA_TRY(const auto targets, schema::parse_json(row.text(29)));
  o.targets = targets_kept(targets);
  o.next_what = row.string(30);
  o.next_due = row.maybe_time(31);
  return o;
}

std::string search_text(const WorkOrder& o) {
  std::string text =
      o.number + "\n" + o.title + "\n" + o.detail + "\n" + o.site_name + "\n" + o.request_number;
  for (const auto& target : o.targets) text += "\n" + target.title;
  return fold_for_search(text);
}

bool is_open(WorkState state) { return !is_over(state) && state != WorkState::done; }

// Fiscal years of 令和: R8 runs from April 2026 to March 2027.
int fiscal_era_year(Time at) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(calendar::to_japan(at)));
  return int(day.year()) - (unsigned(day.month()) < 4 ? 1 : 0) - 2018;
}

void set_next(WorkOrder& o, const contract::WorkKind* kind, const calendar::Book& book) {
  const auto next = kind == nullptr ? std::nullopt : next_due(o, *kind, book);
  o.next_what = next ? next->what : "";
  o.next_due = next ? std::optional(next->due) : std::nullopt;
}

std::optional<std::string> plan_text(const WorkOrder& o) {
  if (!o.plan) return {};
  return schema::to_json(keep(*o.plan));
}

}  // namespace

Result<std::shared_ptr<const contract::Pack>> WorkOrders::pack(std::string_view contract) const {
  auto found = packs_(contract);
  if (!found) return fail("desk.contract_not_found");
  return found;
}

Result<std::string> WorkOrders::next_number(Session& s, std::string_view contract, std::string_view letters) {
  const int year = fiscal_era_year(at_.clock.now());
  YAGURA_CHECK(s.lock("work_number"));
  YAGURA_TRY(
      const auto number,
      s.integer(
          "INSERT INTO work_number (contract, letters, year, last) VALUES ($1, $2, $3, 1)"
          " ON CONFLICT (contract, letters, year) DO UPDATE SET last = work_number.last + 1 RETURNING last",
          contract, letters, year));
  return fmt::format("R{}-{}-{:04}", year, letters, number.value_or(0));
}

void WorkOrders::tell(Session& s, std::string_view contract, std::string_view topic, Id id) {
  s.after_commit([this, contract = std::string(contract), topic = std::string(topic), id] {
    if (listener_) listener_(contract, topic, id);
  });
}

Result<void> WorkOrders::journal(Session& s, std::string_view contract, const journal::Actor& by,
                                 const char* kind, const std::string& subject, Value data) {
  auto entry = at_.journal.append(s, {std::string(contract), by, kind, subject, std::move(data)});
  if (!entry) return std::unexpected(std::move(entry).error());
  return {};
}

// Reading ------------------------------------------------------------------------------------------------

Result<std::vector<WorkOrder>> WorkOrders::read_where(Session& s, std::string_view condition,
                                                      std::span<const store::Param> params) {
  std::vector<WorkOrder> out;
  auto ran =
      s.run(std::string(columns) + std::string(condition), params, [&](const Row& row) -> Result<void> {
        YAGURA_TRY(auto order, order_of(row));
        out.push_back(std::move(order));
        return {};
      });
  if (!ran) return std::unexpected(std::move(ran).error());
  return out;
}

Result<WorkOrder> WorkOrders::read(Session& s, std::string_view contract, Id id) {
  const std::vector<store::Param> params{store::to_param(id), store::to_param(contract)};
  YAGURA_TRY(auto found, read_where(s, "w.id = $1 AND w.contract = $2", params));
  if (found.empty()) return fail("desk.work_not_found");
  auto& order = found.front();
  YAGURA_CHECK(s.query("SELECT seq, frozen, done FROM work_step WHERE work = $1 ORDER BY seq", id,
                       [&](const Row& row) -> Result<void> {
                         YAGURA_TRY(const auto frozen, schema::parse_json(row.text(1)));
                         YAGURA_TRY(const auto done, schema::parse_json(row.text(2)));
                         order.steps.push_back(step_kept(static_cast<int>(row.integer(0)), frozen, done));
                         return {};
                       }));
  return std::move(order);
}

Result<WorkOrder> WorkOrders::get(std::string_view contract, Id id) {
  return at_.database.read([&](Session& s) { return read(s, contract, id); });
}

Result<std::vector<WorkOrder>> WorkOrders::list(const WorkQuery& q) {
  std::vector<std::string> kept;  // what params point into
  const store::Words words(fold_for_search(q.search));
  kept.reserve(20 + words.list().size());
  std::vector<store::Param> params{store::to_param(q.contract)};
  std::string where = "w.contract = $1";
  const auto add = [&](store::Param param) {
    params.push_back(param);
    return "$" + std::to_string(params.size());
  };
  const auto text = [&](std::string value) {
    return add(store::to_param(kept.emplace_back(std::move(value))));
  };
  if (!q.kind.empty()) where += " AND w.kind = " + text(q.kind);
  if (!q.states.empty()) {
    std::string list;
    for (const auto state : q.states) list += (list.empty() ? "" : ", ") + text(std::string(name_of(state)));
    where += " AND w.state IN (" + list + ")";
  }
  if (q.site != 0) where += " AND w.site = " + add(store::to_param(q.site));
  if (q.campaign != 0) where += " AND w.campaign = " + add(store::to_param(q.campaign));
  if (q.visit != 0) where += " AND w.visit = " + add(store::to_param(q.visit));
  if (q.wave_open)
    where +=
        " AND NOT EXISTS (SELECT 1 FROM work_wave_order o JOIN work_wave v ON v.campaign = o.campaign AND"
        " v.seq = o.seq WHERE o.work = w.id AND v.opened_at IS NULL)";
  if (q.without_visit) where += " AND w.visit = 0";
  if (q.overdue) {
    const auto now = add(store::to_param(at_.clock.now()));
    where += " AND ((w.open = 1 AND w.due < " + now + ") OR w.next_due < " + now + ")";
  }
  if (q.device != 0)
    where +=
        " AND EXISTS (SELECT 1 FROM work_target t WHERE t.work = w.id AND t.ledger = 'devices' AND t.row_id "
        "= " +
        add(store::to_param(q.device)) + ")";
  const bool filtered = params.size() > 1;
  if (q.before != 0) where += " AND w.id < " + add(store::to_param(q.before));
  const int limit = std::clamp(q.limit, 1, 2'000);
  const std::string newest = " ORDER BY w.id DESC LIMIT " + std::to_string(limit);
  return at_.database.read([&](Session& s) -> Result<std::vector<WorkOrder>> {
    if (words.empty()) return read_where(s, where + newest, params);
    YAGURA_TRY(const auto places, fragments_.find(s, q.contract, words));
    // Where the filters leave less to look at than the words do.
    if (filtered && places.size() > many_places) {
      for (const auto& word : words.list())
        where += " AND w.search LIKE " + text(store::like_anywhere(word)) + std::string(store::like_escape);
      return read_where(s, where + newest, params);
    }
    return searched(s, words, places, where, params, limit);
  });
}

// The texts first, then the orders that are shown.
Result<std::vector<WorkOrder>> WorkOrders::searched(Session& s, const store::Words& words,
                                                    const std::vector<std::int64_t>& places,
                                                    const std::string& where,
                                                    const std::vector<store::Param>& params, int limit) {
  std::vector<store::Param> ids;
  for (std::size_t at = 0; at < places.size() && std::ssize(ids) < limit; at += places_at_once) {
    auto some = params;
    std::string in;
    for (std::size_t i = at; i < std::min(places.size(), at + places_at_once); ++i) {
      some.push_back(store::to_param(places[i]));
      in += (i > at ? ", $" : "$") + std::to_string(some.size());
    }
    auto ran = s.run("SELECT w.id, w.search FROM work_order w WHERE " + where + " AND w.place IN (" + in +
                         ") ORDER BY w.id DESC",
                     some, [&](const Row& row) -> Result<void> {
                       if (std::ssize(ids) < limit && words.in(row.text(1)))
                         ids.push_back(store::Param(row.integer(0)));
                       return {};
                     });
    if (!ran) return std::unexpected(std::move(ran).error());
  }
  if (ids.empty()) return std::vector<WorkOrder>{};
  std::string in;
  for (std::size_t i = 1; i <= ids.size(); ++i) in += (i > 1 ? ", $" : "$") + std::to_string(i);
  return read_where(s, "w.id IN (" + in + ") ORDER BY w.id DESC", ids);
}

Result<WorkOrders::Counts> WorkOrders::counts(std::string_view contract) {
  return at_.database.read([&](Session& s) -> Result<Counts> {
    Counts out;
    YAGURA_CHECK(
        s.query("SELECT state, count(*) FROM work_order WHERE contract = $1 GROUP BY state", contract,
                [&](const Row& row) { out.by_state[row.string(0)] = static_cast<int>(row.integer(1)); }));
    YAGURA_TRY(const auto late, s.integer("SELECT count(*) FROM work_order WHERE contract = $1 AND ((open = "
                                          "1 AND due < $2) OR next_due < $2)",
                                          contract, at_.clock.now()));
    out.overdue = static_cast<int>(late.value_or(0));
    return out;
  });
}

Result<std::int64_t> WorkOrders::next_place(Session& s, std::string_view contract) {
  YAGURA_CHECK(s.lock("work_place"));
  YAGURA_TRY(const auto next,
             s.integer("INSERT INTO work_place (contract, last) VALUES ($1, 1) ON CONFLICT (contract) DO "
                       "UPDATE SET last = work_place.last + 1 RETURNING last",
                       contract));
  return next.value_or(0);
}

Result<void> WorkOrders::fill_search(std::string_view contract) {
  constexpr int at_once = 200;
  for (;;) {
    YAGURA_TRY(const auto done, at_.database.write([&](Session& s) -> Result<int> {
      std::vector<std::pair<Id, std::string>> some;
      YAGURA_CHECK(
          s.query("SELECT id, search FROM work_order WHERE contract = $1 AND place = 0 ORDER BY id LIMIT " +
                      std::to_string(at_once),
                  contract, [&](const Row& row) { some.emplace_back(row.integer(0), row.string(1)); }));
      for (const auto& [id, search] : some) {
        YAGURA_TRY(const auto place, next_place(s, contract));
        YAGURA_CHECK(s.exec("UPDATE work_order SET place = $2 WHERE id = $1", id, place));
        YAGURA_CHECK(fragments_.add(s, contract, place, search));
      }
      return static_cast<int>(some.size());
    }));
    if (done < at_once) return {};
  }
}

Result<int> WorkOrders::renew_due(std::string_view contract) {
  constexpr int at_once = 200;
  YAGURA_TRY(const auto held, pack(contract));
  int changed = 0;
  for (Id after = 0;;) {
    YAGURA_TRY(const Id last, at_.database.write([&](Session& s) -> Result<Id> {
      const std::vector<store::Param> params{store::to_param(contract), store::to_param(after)};
      YAGURA_TRY(const auto some, read_where(s,
                                             "w.contract = $1 AND w.id > $2 AND w.state NOT IN ('accepted', "
                                             "'rejected', 'withdrawn') ORDER BY w.id LIMIT " +
                                                 std::to_string(at_once),
                                             params));
      for (auto order : some) {
        const auto before = std::pair(order.next_what, order.next_due);
        set_next(order, held->work.kind(order.kind), held->book);
        if (before == std::pair(order.next_what, order.next_due)) continue;
        ++changed;
        YAGURA_CHECK(s.exec("UPDATE work_order SET next_what = $2, next_due = $3 WHERE id = $1", order.id,
                            order.next_what, order.next_due));
      }
      return some.size() < at_once ? Id{0} : some.back().id;
    }));
    if (last == 0) return changed;
    after = last;
  }
}

// Writing ------------------------------------------------------------------------------------------------

Result<std::vector<WorkTarget>> WorkOrders::targets_of(std::string_view contract,
                                                       const std::vector<Id>& devices, Id& site,
                                                       std::string& site_name) {
  if (devices.size() > 500) return fail("desk.work_targets_many", {{"limit", "500"}});
  std::vector<WorkTarget> out;
  std::set<Id> sites;
  for (const Id device : devices) {
    if (std::ranges::find(out, device, &WorkTarget::row) != out.end()) continue;
    YAGURA_TRY(const auto row, at_.ledgers.find(contract, "devices", device));
    if (!row || row->deleted) return fail("desk.device_unknown");
    out.push_back({"devices", row->id, row->title, row->fields["class"].text()});
    sites.insert(row->fields["site"].integer());
  }
  // Where its machines stand, when that is one place.
  if (sites.size() == 1) site = *sites.begin();
  if (sites.size() > 1) site = 0;
  site_name.clear();
  if (site == 0) return out;
  YAGURA_TRY(const auto row, at_.ledgers.find(contract, "sites", site));
  if (!row || row->deleted) return fail("desk.site_unknown");
  site_name = row->title;
  return out;
}

// Attachments of this contract, with the names they have there.
Result<std::vector<WorkFile>> WorkOrders::files_of(Session& s, std::string_view contract,
                                                   const std::vector<WorkFile>& given) {
  std::vector<WorkFile> out;
  for (const auto& file : given) {
    YAGURA_TRY(const auto name,
               s.text("SELECT name FROM attachment WHERE id = $1 AND contract = $2", file.id, contract));
    if (!name) return fail("desk.work_file_unknown");
    out.push_back({file.id, *name});
  }
  return out;
}

Result<void> WorkOrders::write_targets(Session& s, const WorkOrder& o) {
  YAGURA_CHECK(s.exec("DELETE FROM work_target WHERE work = $1", o.id));
  for (const auto& target : o.targets)
    YAGURA_CHECK(s.exec("INSERT INTO work_target (work, ledger, row_id) VALUES ($1, $2, $3)", o.id,
                        target.ledger, target.row));
  return {};
}

Result<void> WorkOrders::insert(Session& s, const WorkOrder& o) {
  YAGURA_TRY(const auto place, next_place(s, o.contract));
  const auto search = search_text(o);
  YAGURA_CHECK(s.exec(
      "INSERT INTO work_order (id, contract, number, kind, title, detail, state, outcome, open, site, "
      "site_name,"
      " ordered_at, due, version, campaign, visit, request, request_number, steps_total, steps_answered,"
      " steps_failed, people, targets, search, next_what, next_due, place) VALUES ($1, $2, $3, $4, $5, $6, "
      "$7, "
      "'none', 1, $8, $9, $10, "
      "$11, $12,"
      " $13, 0, $14, $15, 0, 0, 0, $16, $17, $18, $19, $20, $21)",
      o.id, o.contract, o.number, o.kind, o.title, o.detail, name_of(o.state), o.site, o.site_name,
      o.ordered_at, o.due, o.version, o.campaign, o.request, o.request_number,
      schema::to_json(keep_people(o)), schema::to_json(keep(o.targets)), search, o.next_what, o.next_due,
      place));
  YAGURA_CHECK(fragments_.add(s, o.contract, place, search));
  return write_targets(s, o);
}

Result<void> WorkOrders::write(Session& s, const WorkOrder& before, WorkOrder& o) {
  ++o.version;
  const auto plan = plan_text(o);
  const auto search = search_text(o);
  YAGURA_CHECK(s.exec(
      "UPDATE work_order SET state = $2, outcome = $3, open = $4, site = $5, site_name = $6, due = "
      "$7, plan_due = $8,"
      " report_due = $9, planned_at = $10, approved_at = $11, started_at = $12, done_at = $13, "
      "accepted_at = $14,"
      " version = $15, visit = $16, steps_total = $17, steps_answered = $18, steps_failed = $19, "
      "people = $20,"
      " plan = $21, targets = $22, search = $23, next_what = $24, next_due = $25 WHERE id = $1",
      o.id, name_of(o.state), name_of(o.outcome), is_open(o.state) ? 1 : 0, o.site, o.site_name, o.due,
      o.plan_due, o.report_due, o.planned_at, o.approved_at, o.started_at, o.done_at, o.accepted_at,
      o.version, o.visit, o.steps_total, o.steps_answered, o.steps_failed, schema::to_json(keep_people(o)),
      plan, schema::to_json(keep(o.targets)), search, o.next_what, o.next_due));
  if (search != search_text(before)) {
    YAGURA_TRY(const auto place, s.integer("SELECT place FROM work_order WHERE id = $1", o.id));
    YAGURA_CHECK(fragments_.add(s, o.contract, place.value_or(0), search));
  }
  if (o.targets.size() != before.targets.size() ||
      !std::ranges::equal(o.targets, before.targets, {}, &WorkTarget::row, &WorkTarget::row))
    YAGURA_CHECK(write_targets(s, o));
  for (std::size_t i = 0; i < o.steps.size(); ++i) {
    const auto& step = o.steps[i];
    if (i < before.steps.size() && before.steps[i].version == step.version &&
        before.steps[i].task == step.task)
      continue;
    YAGURA_CHECK(s.exec(
        "INSERT INTO work_step (work, seq, target, result, version, frozen, done) VALUES ($1, $2, $3, $4, $5,"
        " $6, $7) ON CONFLICT (work, seq) DO UPDATE SET result = $4, version = $5, done = $7",
        o.id, step.seq, step.target, name_of(step.result), step.version, schema::to_json(keep_frozen(step)),
        schema::to_json(keep_done(step))));
  }
  return {};
}

Result<WorkOrder> WorkOrders::open(const journal::Actor& by, const WorkPerson& who,
                                   const NewWorkOrder& wanted) {
  return at_.database.write([&](Session& s) { return open(s, by, who, wanted, false); });
}

Result<WorkOrder> WorkOrders::open(Session& s, const journal::Actor& by, const WorkPerson& who,
                                   const NewWorkOrder& wanted, bool approved) {
  YAGURA_TRY(const auto held, pack(wanted.contract));
  const auto* kind = held->work.kind(wanted.kind);
  if (kind == nullptr) return fail("desk.work_kind_unknown", {{"kind", wanted.kind.substr(0, 64)}});
  if (!approved && std::ranges::find(kind->ordered_by, who.role) == kind->ordered_by.end())
    return fail("desk.work_role_forbidden");
  YAGURA_CHECK(check_work_text(wanted.title, 200, true));
  YAGURA_CHECK(check_work_text(wanted.detail, 10'000, false));
  WorkOrder o;
  o.site = wanted.site;
  YAGURA_TRY(o.targets, targets_of(wanted.contract, wanted.devices, o.site, o.site_name));
  o.id = at_.ids.next();
  o.version = 1;
  o.contract = wanted.contract;
  o.kind = wanted.kind;
  o.title = wanted.title;
  o.detail = wanted.detail;
  o.orderer = who;
  o.ordered_at = at_.clock.now();
  o.due = wanted.due;
  if (!o.due && kind->within) {
    YAGURA_TRY(o.due, calendar::due_at(*kind->within, held->book, o.ordered_at));
  }
  o.campaign = wanted.campaign;
  o.request = wanted.request;
  o.request_number = wanted.request_number;
  YAGURA_TRY(o.number, next_number(s, o.contract, "WK"));
  set_next(o, kind, held->book);
  YAGURA_CHECK(insert(s, o));
  YAGURA_CHECK(journal(s, o.contract, by, "work_order.ordered", work_subject(o.id),
                       Value::object({{"number", o.number},
                                      {"kind", o.kind},
                                      {"title", o.title},
                                      {"site", o.site_name},
                                      {"request", o.request_number}})));
  tell(s, o.contract, "work", o.id);
  return o;
}

Result<bool> WorkOrders::done_before(Session& s, std::string_view contract, const std::string& key,
                                     Id subject, Id account) {
  if (key.empty()) return false;
  if (key.size() > 80 || !std::ranges::all_of(key, [](char c) { return c > ' ' && c < 127; }))
    return fail("desk.work_key_invalid");
  Id whose = 0, what = 0;
  YAGURA_CHECK(s.query("SELECT subject, account FROM work_act WHERE contract = $1 AND act_key = $2", contract,
                       key, [&](const Row& row) {
                         what = row.integer(0);
                         whose = row.integer(1);
                       }));
  if (what == 0) {
    YAGURA_CHECK(
        s.exec("INSERT INTO work_act (contract, act_key, subject, account, at) VALUES ($1, $2, $3, $4, $5)",
               contract, key, subject, account, at_.clock.now()));
    return false;
  }
  if (what != subject || whose != account) return fail("desk.work_key_used");
  return true;
}

Result<void> WorkOrders::change(Session& s, const journal::Actor& by, std::string_view contract,
                                const WorkAct& act, const std::function<Result<void>(Change&)>& work) {
  YAGURA_TRY(const auto held, pack(contract));
  YAGURA_CHECK(s.lock(work_subject(act.order)));
  YAGURA_TRY(auto order, read(s, contract, act.order));
  YAGURA_TRY(const bool before, done_before(s, contract, act.key, act.order, by.account));
  if (before) return {};
  if (act.version && *act.version != order.version)
    return fail("desk.work_conflict", {{"number", order.number}});
  const auto* kind = held->work.kind(order.kind);
  if (kind == nullptr) return fail("desk.work_kind_unknown", {{"kind", order.kind}});
  const WorkOrder was = order;
  Change change{s, *held, *kind, by, order};
  YAGURA_CHECK(work(change));
  set_next(order, kind, held->book);
  YAGURA_CHECK(write(s, was, order));
  change.data.set("number", order.number);
  change.data.set("number", order.number);
  change.data.set("kind", order.kind);
  change.data.set("title", order.title);
  YAGURA_CHECK(journal(s, contract, by, change.told, work_subject(order.id), std::move(change.data)));
  tell(s, contract, "work", order.id);
  return {};
}

Result<WorkOrder> WorkOrders::within(const journal::Actor& by, std::string_view contract, const WorkAct& act,
                                     const std::function<Result<void>(Change&)>& work) {
  return at_.database.write([&](Session& s) -> Result<WorkOrder> {
    YAGURA_CHECK(change(s, by, contract, act, work));
    return read(s, contract, act.order);
  });
}

}  // namespace yagura::desk
