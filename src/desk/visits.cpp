#include "desk/visits.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "desk/work_record.hpp"

namespace yagura::desk {

using schema::Value;
using store::Row;
using store::Session;

namespace {

constexpr std::string_view columns =
    "SELECT id, contract, number, site, site_name, day, workers, state, arrived_at, left_at, arrived_by, "
    "left_by,"
    " note, version FROM work_visit WHERE ";

Visit visit_of(const Row& row) {
  Visit v;
  v.id = row.integer(0);
  v.contract = row.string(1);
  v.number = row.string(2);
  v.site = row.integer(3);
  v.site_name = row.string(4);
  v.day = row.string(5);
  v.workers = row.string(6);
  v.state = row.string(7);
  v.arrived_at = row.maybe_time(8);
  v.left_at = row.maybe_time(9);
  v.arrived_by = row.string(10);
  v.left_by = row.string(11);
  v.note = row.string(12);
  v.version = row.integer(13);
  return v;
}

std::string subject_of(Id visit) { return "visit/" + std::to_string(visit); }

constexpr auto clocks_differ = std::chrono::minutes(5);

}  // namespace

// Whoever may carry out one of its orders.
Result<void> Visits::may_execute(const Visit& visit, const WorkPerson& who) const {
  YAGURA_TRY(const auto pack, orders_.pack(visit.contract));
  for (const auto& order : visit.orders)
    if (const auto* kind = pack->work.kind(order.kind);
        kind != nullptr && std::ranges::find(kind->executed_by, who.role) != kind->executed_by.end())
      return {};
  return fail("desk.work_role_forbidden");
}

Result<Visit> Visits::read(Session& s, std::string_view contract, Id id) {
  std::optional<Visit> found;
  YAGURA_CHECK(s.query(std::string(columns) + "id = $1 AND contract = $2", id, contract,
                       [&](const Row& row) { found = visit_of(row); }));
  if (!found) return fail("desk.visit_not_found");
  const std::vector<store::Param> params{store::to_param(id), store::to_param(contract)};
  YAGURA_TRY(found->orders, orders_.read_where(s, "w.visit = $1 AND w.contract = $2 ORDER BY w.id", params));
  return *std::move(found);
}

Result<Visit> Visits::get(std::string_view contract, Id id) {
  return orders_.ground().database.read([&](Session& s) { return read(s, contract, id); });
}

Result<std::vector<Visit>> Visits::list(std::string_view contract, const std::string& from_day,
                                        bool open_only, int limit) {
  return orders_.ground().database.read([&](Session& s) -> Result<std::vector<Visit>> {
    std::vector<Visit> out;
    // Who is still there is shown whatever the day.
    YAGURA_CHECK(s.query(std::string(columns) + "contract = $1 AND (day >= $2 OR state = 'there')" +
                             (open_only ? " AND state <> 'left'" : "") + " ORDER BY day, id LIMIT " +
                             std::to_string(std::clamp(limit, 1, 200)),
                         contract, from_day, [&](const Row& row) { out.push_back(visit_of(row)); }));
    for (auto& visit : out) {
      const std::vector<store::Param> params{store::to_param(visit.id), store::to_param(contract)};
      YAGURA_TRY(visit.orders,
                 orders_.read_where(s, "w.visit = $1 AND w.contract = $2 ORDER BY w.id", params));
    }
    return out;
  });
}

Result<Visit> Visits::plan(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                           Id site, const std::string& day, const std::string& workers,
                           const std::vector<Id>& orders) {
  YAGURA_TRY(const auto date, calendar::parse_date(day));
  if (date < calendar::date_of(orders_.ground().clock.now())) return fail("desk.work_in_the_past");
  YAGURA_CHECK(check_work_text(workers, 400, false));
  if (orders.empty() || orders.size() > 50) return fail("desk.visit_empty");
  YAGURA_TRY(const auto pack, orders_.pack(contract));
  return orders_.ground().database.write([&](Session& s) -> Result<Visit> {
    YAGURA_CHECK(s.lock("visits/" + std::string(contract)));
    Visit v;
    v.id = orders_.ground().ids.next();
    YAGURA_TRY(v.number, orders_.next_number(s, contract, "VS"));
    for (const Id id : orders) {
      YAGURA_CHECK(s.lock(work_subject(id)));
      YAGURA_TRY(const auto order, orders_.read(s, contract, id));
      const auto* kind = pack->work.kind(order.kind);
      if (kind == nullptr || (std::ranges::find(kind->planned_by, who.role) == kind->planned_by.end() &&
                              std::ranges::find(kind->executed_by, who.role) == kind->executed_by.end()))
        return fail("desk.work_role_forbidden");
      if (order.state == WorkState::ordered || order.state == WorkState::done || is_over(order.state))
        return fail("desk.work_state",
                    {{"number", order.number}, {"state", std::string(name_of(order.state))}});
      if (order.site != site || site == 0)
        return fail("desk.visit_other_site", {{"number", order.number}, {"site", order.site_name}});
      if (order.visit != 0) {
        YAGURA_TRY(const auto before, read(s, contract, order.visit));
        if (before.state != "left")
          return fail("desk.visit_taken", {{"number", order.number}, {"visit", before.number}});
      }
      v.site_name = order.site_name;
    }
    YAGURA_CHECK(
        s.exec("INSERT INTO work_visit (id, contract, number, site, site_name, day, workers, state, "
               "arrived_by, left_by,"
               " note, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 'planned', '', '', '', 1)",
               v.id, contract, v.number, site, v.site_name, day, workers));
    // The order's version is the same: what is done when does not change what is done.
    for (const Id id : orders) {
      YAGURA_CHECK(s.exec("UPDATE work_order SET visit = $2 WHERE id = $1", id, v.id));
      orders_.tell(s, contract, "work", id);
    }
    YAGURA_CHECK(orders_.journal(s, contract, by, "visit.planned", subject_of(v.id),
                                 Value::object({{"number", v.number},
                                                {"site", v.site_name},
                                                {"day", day},
                                                {"orders", static_cast<std::int64_t>(orders.size())}})));
    return read(s, contract, v.id);
  });
}

Result<Visit> Visits::arrive(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                             const Act& act) {
  return orders_.ground().database.write([&](Session& s) -> Result<Visit> {
    YAGURA_CHECK(s.lock(subject_of(act.visit)));
    YAGURA_TRY(const auto visit, read(s, contract, act.visit));
    YAGURA_CHECK(may_execute(visit, who));
    YAGURA_TRY(const bool before, orders_.done_before(s, contract, act.key, act.visit, by.account));
    if (before || visit.state == "there") return visit;
    if (visit.state != "planned") return fail("desk.visit_over", {{"number", visit.number}});
    const Time now = orders_.ground().clock.now(), at = act.at.value_or(now);
    if (at > now + clocks_differ || at < now - std::chrono::days(7))
      return fail("desk.work_time", {{"at", to_rfc3339(at)}});
    YAGURA_CHECK(s.exec(
        "UPDATE work_visit SET state = 'there', arrived_at = $2, arrived_by = $3, version = version + 1"
        " WHERE id = $1",
        act.visit, at, who.name));
    YAGURA_CHECK(orders_.journal(s, contract, by, "visit.arrived", subject_of(act.visit),
                                 Value::object({{"number", visit.number}, {"at", to_rfc3339(at)}})));
    orders_.tell(s, contract, "work", act.visit);
    return read(s, contract, act.visit);
  });
}

Result<Visit> Visits::leave(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                            const Act& act) {
  YAGURA_CHECK(check_work_text(act.note, 4'000, false));
  return orders_.ground().database.write([&](Session& s) -> Result<Visit> {
    YAGURA_CHECK(s.lock(subject_of(act.visit)));
    YAGURA_TRY(const auto visit, read(s, contract, act.visit));
    YAGURA_CHECK(may_execute(visit, who));
    YAGURA_TRY(const bool before, orders_.done_before(s, contract, act.key, act.visit, by.account));
    if (before || visit.state == "left") return visit;
    if (visit.state != "there") return fail("desk.visit_not_arrived", {{"number", visit.number}});
    const Time now = orders_.ground().clock.now(), at = act.at.value_or(now);
    if (at > now + clocks_differ || at < *visit.arrived_at)
      return fail("desk.work_time", {{"at", to_rfc3339(at)}});
    const auto undone = std::ranges::find_if(
        visit.orders, [](const WorkOrder& o) { return o.state != WorkState::done && !is_over(o.state); });
    if (undone != visit.orders.end() && trim(act.note).empty())
      return fail("desk.visit_unfinished", {{"number", undone->number}});
    YAGURA_CHECK(
        s.exec("UPDATE work_visit SET state = 'left', left_at = $2, left_by = $3, note = $4,"
               " version = version + 1 WHERE id = $1",
               act.visit, at, who.name, act.note));
    YAGURA_CHECK(orders_.journal(
        s, contract, by, "visit.left", subject_of(act.visit),
        Value::object({{"number", visit.number}, {"at", to_rfc3339(at)}, {"note", act.note}})));
    orders_.tell(s, contract, "work", act.visit);
    return read(s, contract, act.visit);
  });
}

}  // namespace yagura::desk
