#include "desk/work_orders.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "calendar/deadline.hpp"
#include "calendar/fiscal_year.hpp"
#include "desk/work_record.hpp"
#include "schema/json.hpp"

namespace yagura::desk {

using schema::Value;
using store::Row;
using store::Session;

namespace {

std::string search_text(const WorkOrder& o) {
  std::string text =
      o.number + "\n" + o.title + "\n" + o.detail + "\n" + o.site_name + "\n" + o.request_number;
  for (const auto& target : o.targets) text += "\n" + target.title;
  return fold_for_search(text);
}

bool is_open(WorkState state) { return !is_over(state) && state != WorkState::done; }

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
  const int year = calendar::reiwa(calendar::fiscal_year(at_.clock.now()));
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
