// What is read of work orders: one, lists, searches and their counts.
#include <algorithm>

#include "base/text.hpp"
#include "desk/waves.hpp"
#include "desk/work_record.hpp"
#include "schema/json.hpp"

namespace yagura::desk {

using store::Row;
using store::Session;

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

}  // namespace

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
  if (q.wave_open) where.append(" AND NOT ").append(waits_for_wave);
  if (q.without_visit) where += " AND w.visit = 0";
  if (q.overdue) {
    const auto now = add(store::to_param(at_.clock.now()));
    where += " AND ((w.open = 1 AND w.due < " + now + ") OR w.next_due < " + now + ")";
  }
  if (q.device != 0)
    where += " AND w.id IN (SELECT t.work FROM work_target t WHERE t.ledger = 'devices' AND t.row_id = " +
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
    // The places lead, whatever the filters and the order are: SQLite joins a CROSS JOIN as it is written.
    auto ran = s.run(
        "SELECT w.id, w.search FROM work_order p CROSS JOIN work_order w WHERE p.contract = $1 AND "
        "p.place IN (" +
            in + ") AND w.id = p.id AND " + where + " ORDER BY w.id DESC",
        some, [&](const Row& row) -> Result<void> {
          if (std::ssize(ids) < limit && words.in(row.text(1))) ids.push_back(store::Param(row.integer(0)));
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
    const auto add = [&](const Row& row) {
      out.by_state[row.string(0)] = static_cast<int>(row.integer(1));
      out.overdue += static_cast<int>(row.integer(2));
    };
    YAGURA_CHECK(s.query(
        "SELECT state, count(*), sum(CASE WHEN (open = 1 AND due < $2) OR next_due < $2 THEN 1 ELSE 0 END)"
        " FROM work_order WHERE contract = $1 GROUP BY state",
        contract, at_.clock.now(), add));
    return out;
  });
}

}  // namespace yagura::desk
