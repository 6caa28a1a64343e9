#include "desk/campaigns.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "calendar/deadline.hpp"
#include "desk/work_record.hpp"

namespace yagura::desk {

using schema::Value;
using store::Row;
using store::Session;

namespace {

constexpr std::size_t most_machines = 2'000, most_orders = 500;

template <class T>
bool allows(const std::vector<T>& list, const T& value) {
  return list.empty() || std::ranges::find(list, value) != list.end();
}

Campaign campaign_of(const Row& row) {
  Campaign c;
  c.id = row.integer(0);
  c.contract = row.string(1);
  c.number = row.string(2);
  c.kind = row.string(3);
  c.title = row.string(4);
  c.detail = row.string(5);
  c.notice = row.integer(6);
  c.due = row.maybe_time(7);
  c.opened_at = row.time(8);
  c.opened_by = row.string(9);
  c.per = row.string(10);
  c.version = row.integer(11);
  return c;
}

constexpr std::string_view columns =
    "SELECT id, contract, number, kind, title, detail, notice, due, opened_at, opened_by, per, version"
    " FROM work_campaign WHERE ";

}  // namespace

Progress Campaign::whole() const {
  Progress out;
  for (const auto& site : sites) {
    out.orders += site.orders;
    out.finished += site.finished;
    out.stopped += site.stopped;
    out.overdue += site.overdue;
    out.steps += site.steps;
    out.answered += site.answered;
    out.failed += site.failed;
  }
  return out;
}

Result<std::vector<Machine>> Campaigns::machines(std::string_view contract, const MachineFilter& filter) {
  auto& ledgers = orders_.ground().ledgers;
  const auto wanted = fold_for_search(trim(filter.text));
  std::vector<Machine> out;
  YAGURA_CHECK(ledgers.each(contract, "devices", [&](ledger::Row&& row) {
    const auto& f = row.fields;
    const Id site = f["site"].integer();
    if (!allows(filter.classes, f["class"].text()) || !allows(filter.sites, site)) return;
    if (!wanted.empty() &&
        fold_for_search(row.title + "\n" + f["maker"].text() + "\n" + f["model"].text()).find(wanted) ==
            std::string::npos)
      return;
    out.push_back({row.id, row.title, f["class"].text(), f["model"].text(), site, {}});
  }));
  if (out.size() > most_machines)
    return fail("desk.work_targets_many", {{"limit", std::to_string(most_machines)}});
  std::vector<Id> ids;
  for (const auto& machine : out) ids.push_back(machine.site);
  YAGURA_TRY(const auto names, ledgers.titles(contract, "sites", std::move(ids)));
  for (auto& machine : out)
    if (const auto found = names.find(machine.site); found != names.end()) machine.site_name = found->second;
  std::ranges::sort(out, {}, [](const Machine& m) { return std::tie(m.site_name, m.name); });
  return out;
}

Result<Campaign> Campaigns::open(const journal::Actor& by, const WorkPerson& who, const NewCampaign& wanted) {
  return orders_.ground().database.write([&](Session& s) { return open(s, by, who, wanted, false); });
}

Result<Campaign> Campaigns::open(Session& s, const journal::Actor& by, const WorkPerson& who,
                                 const NewCampaign& wanted, bool approved) {
  YAGURA_TRY(const auto pack, orders_.pack(wanted.contract));
  const auto* kind = pack->work.kind(wanted.kind);
  if (kind == nullptr) return fail("desk.work_kind_unknown", {{"kind", wanted.kind.substr(0, 64)}});
  YAGURA_CHECK(check_work_text(wanted.title, 200, true));
  YAGURA_CHECK(check_work_text(wanted.detail, 10'000, false));
  YAGURA_TRY(const auto found, machines(wanted.contract, wanted.filter));
  if (found.empty()) return fail("desk.campaign_empty");
  Campaign c;
  auto& ground = orders_.ground();
  c.id = ground.ids.next();
  c.opened_at = ground.clock.now();
  c.due = wanted.due;
  if (!c.due && kind->within) {
    YAGURA_TRY(c.due, calendar::due_at(*kind->within, pack->book, c.opened_at));
  }
  YAGURA_TRY(c.number, orders_.next_number(s, wanted.contract, "CP"));
  YAGURA_CHECK(
      s.exec("INSERT INTO work_campaign (id, contract, number, kind, title, detail, notice, due, opened_at, "
             "opened_by, per,"
             " version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)",
             c.id, wanted.contract, c.number, wanted.kind, wanted.title, wanted.detail, wanted.notice, c.due,
             c.opened_at, who.name, wanted.per_site ? "site" : "device"));
  std::vector<std::size_t> wave_of(found.size());
  if (!wanted.waves.empty()) {
    YAGURA_TRY(wave_of, waves_of(wanted.waves, found));
    YAGURA_CHECK(insert_waves(s, c.id, wanted.waves, who.name, c.opened_at));
  }
  // A change of passwords is one work: its steps are the ids, which belong to no site.
  const bool whole = !kind->rotation.empty();
  // Machines are sorted by site; an order has those of one site and one wave.
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::size_t>> groups;
  for (std::size_t i = 0, first = 0; i < found.size(); ++i) {
    if (!whole && (!wanted.per_site || found[i].site != found[first].site)) first = i;
    groups[{wave_of[i], first}].push_back(i);
  }
  const std::size_t orders = groups.size();
  if (orders > most_orders) return fail("desk.work_targets_many", {{"limit", std::to_string(most_orders)}});
  for (const auto& [key, members] : groups) {
    const auto wave = key.first;
    NewWorkOrder order{.contract = wanted.contract,
                       .kind = wanted.kind,
                       .title = wanted.title,
                       .detail = wanted.detail,
                       .site = found[members.front()].site,
                       .due = c.due,
                       .campaign = c.id,
                       .request = wanted.request,
                       .request_number = wanted.request_number};
    for (const auto i : members) order.devices.push_back(found[i].id);
    YAGURA_TRY(const auto made, orders_.open(s, by, who, order, approved));
    if (!wanted.waves.empty()) YAGURA_CHECK(insert_wave_order(s, c.id, wave, made.id));
  }
  YAGURA_CHECK(orders_.journal(s, wanted.contract, by, "campaign.opened", "campaign/" + std::to_string(c.id),
                               Value::object({{"number", c.number},
                                              {"kind", wanted.kind},
                                              {"title", wanted.title},
                                              {"machines", static_cast<std::int64_t>(found.size())},
                                              {"waves", static_cast<std::int64_t>(wanted.waves.size())},
                                              {"orders", static_cast<std::int64_t>(orders)}})));
  orders_.tell(s, wanted.contract, "work", c.id);
  return read(s, wanted.contract, c.id);
}

Result<Campaign> Campaigns::read(Session& s, std::string_view contract, Id id) {
  std::optional<Campaign> found;
  YAGURA_CHECK(s.query(std::string(columns) + "id = $1 AND contract = $2", id, contract,
                       [&](const Row& row) { found = campaign_of(row); }));
  if (!found) return fail("desk.campaign_not_found");
  YAGURA_CHECK(read_progress(s, {&*found, 1}));
  YAGURA_TRY(found->waves, read_waves(s, id, orders_.ground().clock.now()));
  return *std::move(found);
}

// Of all of them in one statement.
Result<void> Campaigns::read_progress(Session& s, std::span<Campaign> campaigns) {
  if (campaigns.empty()) return {};
  std::vector<store::Param> params{store::to_param(orders_.ground().clock.now())};
  std::string ids;
  for (const auto& campaign : campaigns) {
    params.push_back(store::to_param(campaign.id));
    ids += (ids.empty() ? "$" : ", $") + std::to_string(params.size());
  }
  auto ran = s.run(
      "SELECT site, site_name, count(*), sum(CASE WHEN open = 0 THEN 1 ELSE 0 END),"
      " sum(CASE WHEN state = 'stopped' THEN 1 ELSE 0 END), sum(CASE WHEN open = 1 AND due < $1 THEN 1 ELSE "
      "0 END),"
      " sum(steps_total), sum(steps_answered), sum(steps_failed), campaign FROM work_order WHERE campaign IN "
      "(" +
          ids + ") GROUP BY campaign, site, site_name ORDER BY site_name",
      params, [&](const Row& row) -> Result<void> {
        const auto count = [&](int column) { return static_cast<int>(row.integer(column)); };
        const auto of = std::ranges::find(campaigns, row.integer(9), &Campaign::id);
        of->sites.push_back({{count(2), count(3), count(4), count(5), count(6), count(7), count(8)},
                             row.integer(0),
                             row.string(1)});
        return {};
      });
  if (!ran) return std::unexpected(std::move(ran).error());
  return {};
}

Result<Campaign> Campaigns::get(std::string_view contract, Id id) {
  return orders_.ground().database.read([&](Session& s) { return read(s, contract, id); });
}

Result<std::vector<Campaign>> Campaigns::list(std::string_view contract, Id before, int limit) {
  return orders_.ground().database.read([&](Session& s) -> Result<std::vector<Campaign>> {
    std::vector<Campaign> out;
    YAGURA_CHECK(s.query(std::string(columns) +
                             "contract = $1 AND (CAST($2 AS BIGINT) = 0 OR id < $2) ORDER BY id DESC LIMIT " +
                             std::to_string(std::clamp(limit, 1, 500)),
                         contract, before, [&](const Row& row) { out.push_back(campaign_of(row)); }));
    YAGURA_CHECK(read_progress(s, out));
    return out;
  });
}

Result<void> Campaigns::belongs(Session& s, std::string_view contract, Id campaign,
                                const std::vector<Slot>& slots) {
  if (slots.empty() || slots.size() > most_orders) return fail("desk.campaign_empty");
  for (const auto& slot : slots) {
    YAGURA_TRY(const auto its, s.integer("SELECT campaign FROM work_order WHERE id = $1 AND contract = $2",
                                         slot.order, contract));
    if (its != campaign) return fail("desk.work_not_found");
  }
  return {};
}

Result<Campaign> Campaigns::plan(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                                 Id id, const WorkPlan& plan, const std::vector<Slot>& slots) {
  return orders_.ground().database.write([&](Session& s) -> Result<Campaign> {
    YAGURA_CHECK(read(s, contract, id));
    YAGURA_CHECK(belongs(s, contract, id, slots));
    for (const auto& slot : slots) {
      auto own = plan;
      own.from = slot.from;
      own.until = slot.until;
      YAGURA_CHECK(orders_.plan(s, by, who, contract, {.order = slot.order, .version = slot.version}, own));
    }
    return read(s, contract, id);
  });
}

Result<Campaign> Campaigns::decide(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                                   Id id, const std::vector<Slot>& slots, WorkOrders::PlanDecision decision,
                                   const std::string& reason) {
  return orders_.ground().database.write([&](Session& s) -> Result<Campaign> {
    YAGURA_CHECK(read(s, contract, id));
    YAGURA_CHECK(belongs(s, contract, id, slots));
    for (const auto& slot : slots)
      YAGURA_CHECK(orders_.decide_plan(s, by, who, contract, {.order = slot.order, .version = slot.version},
                                       decision, reason));
    return read(s, contract, id);
  });
}

Result<Campaign> Campaigns::open_wave(const journal::Actor& by, const WorkPerson& who,
                                      std::string_view contract, Id id, int seq, const std::string& finding) {
  auto& ground = orders_.ground();
  return ground.database.write([&](Session& s) -> Result<Campaign> {
    YAGURA_TRY(const auto c, read(s, contract, id));
    YAGURA_TRY(const auto pack, orders_.pack(contract));
    const auto* kind = pack->work.kind(c.kind);
    if (kind == nullptr) return fail("desk.work_kind_unknown", {{"kind", c.kind}});
    if (std::ranges::find(kind->approved_by, who.role) == kind->approved_by.end())
      return fail("desk.work_role_forbidden");
    YAGURA_TRY(const auto wave, desk::open_wave(s, id, seq, who.name, finding, ground.clock.now()));
    YAGURA_CHECK(orders_.journal(
        s, contract, by, "campaign.wave_opened", "campaign/" + std::to_string(id),
        Value::object({{"number", c.number}, {"wave", wave.title}, {"seq", seq}, {"finding", wave.note}})));
    orders_.tell(s, contract, "work", id);
    return read(s, contract, id);
  });
}

}  // namespace yagura::desk
