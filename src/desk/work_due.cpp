#include "desk/work_due.hpp"

#include <algorithm>

#include "calendar/day_count.hpp"
#include "desk/deliverable_plan.hpp"
#include "desk/waves.hpp"

namespace yagura::desk {

using calendar::Words;
using contract::WorkKind;
using store::Row;
using store::Session;

namespace {

constexpr int regular_days_ahead = 14;  // people hear of regular work so long before, besides remind_days
constexpr auto seldom = std::chrono::days(27);  // what comes round at least so far apart
constexpr std::string_view late_told =
    " AND NOT EXISTS (SELECT 1 FROM work_reminder r WHERE r.contract = $1 AND r.days = -1 AND r.item = ";

void set_roles(WorkDue& due, const WorkKind& kind) {
  due.remind_days = kind.remind_days;
  if (due.what == "approve") {
    due.acts = kind.approved_by;
    due.waits = kind.planned_by;
  } else if (due.what == "accept") {
    due.acts = kind.accepted_by;
    due.waits = kind.planned_by;
  } else if (due.what == "start" || due.what == "finish") {
    due.acts = kind.executed_by;
    due.waits = kind.ordered_by;
  } else {
    due.acts = kind.planned_by;
    due.waits = kind.ordered_by;
  }
}

// Orders of one campaign at one stage are one thing to be told of.
void merge(std::vector<WorkDue>& list) {
  std::map<std::tuple<Id, std::string, Time>, std::size_t> first;
  std::vector<WorkDue> out;
  for (auto& one : list) {
    if (one.campaign != 0 && one.what != "campaign") {
      const auto [at, fresh] = first.try_emplace({one.campaign, one.what, one.due}, out.size());
      if (!fresh) {
        ++out[at->second].orders;
        out[at->second].site_name.clear();
        continue;
      }
    }
    out.push_back(std::move(one));
  }
  list = std::move(out);
}

// Of each kind what is late as one, and the next that is to come.
void add_regular(const std::vector<RegularWork>& occasions, Time now, std::vector<WorkDue>& out) {
  struct OfKind {
    const WorkKind* kind = nullptr;
    Time last_late, next{}, after_next{};
    int late = 0;
  };
  std::map<std::string_view, OfKind> kinds;
  for (const auto& one : occasions) {
    auto& of = kinds[one.kind->id];
    of.kind = one.kind;
    if (one.order != 0) continue;
    if (one.due < now) {
      of.last_late = one.due;
      ++of.late;
    } else if (of.next == Time{}) {
      of.next = one.due;
    } else if (of.after_next == Time{}) {
      of.after_next = one.due;
    }
  }
  for (const auto& [id, of] : kinds) {
    WorkDue due;
    due.what = "regular";
    due.kind = of.kind->id;
    due.title = of.kind->title;
    set_roles(due, *of.kind);
    if (of.late > 0) {
      due.due = of.last_late;
      due.orders = of.late;
      out.push_back(due);
    }
    if (of.next == Time{}) continue;
    due.due = of.next;
    due.orders = 1;
    if (of.after_next == Time{} || of.after_next - of.next >= seldom)
      due.remind_days.push_back(regular_days_ahead);
    out.push_back(std::move(due));
  }
}

}  // namespace

Result<Time> end_of_planned_day(std::string_view text) {
  if (const auto day = calendar::parse_date(text)) return calendar::at(*day, calendar::end_of_day);
  YAGURA_TRY(const auto instant, calendar::parse_instant(text));
  return calendar::at(calendar::date_of(instant), calendar::end_of_day);
}

Result<std::vector<WorkDue>> DueWork::list(std::string_view contract, Time before, int limit) {
  return orders_.ground().database.read([&](Session& s) { return read(s, contract, before, limit, false); });
}

Result<std::vector<WorkDue>> DueWork::untold(Session& s, std::string_view contract, Time before, int limit) {
  return read(s, contract, before, limit, true);
}

Result<std::vector<WorkDue>> DueWork::read(Session& s, std::string_view contract, Time before, int limit,
                                           bool untold) {
  YAGURA_TRY(const auto pack, orders_.pack(contract));
  const Time now = orders_.ground().clock.now();
  const std::string most = " LIMIT " + std::to_string(std::clamp(limit, 1, 2'000));
  const auto untold_of = [&](std::string_view item, std::string_view what, std::string_view due) {
    if (!untold) return std::string();
    return std::string(late_told) + std::string(item) + " AND r.what = " + std::string(what) +
           " AND r.due = " + std::string(due) + ")";
  };
  std::vector<WorkDue> out;
  const auto add_order = [&](const Row& row) {
    WorkDue due;
    due.id = row.integer(0);
    due.number = row.string(1);
    due.kind = row.string(2);
    due.title = {row.string(3), row.string(3)};
    due.site_name = row.string(4);
    due.campaign = row.integer(5);
    due.what = row.string(6);
    due.due = row.time(7);
    const auto* kind = pack->work.kind(due.kind);
    if (kind == nullptr) return;
    set_roles(due, *kind);
    out.push_back(std::move(due));
  };
  YAGURA_CHECK(s.query(
      "SELECT w.id, w.number, w.kind, w.title, w.site_name, w.campaign, w.next_what, w.next_due"
      " FROM work_order w WHERE w.contract = $1 AND w.next_due < $2 AND NOT (w.next_what = 'start' AND " +
          std::string(waits_for_wave) + ")" +
          untold_of("CASE WHEN w.campaign <> 0 THEN w.campaign ELSE w.id END", "w.next_what", "w.next_due") +
          " ORDER BY w.next_due, w.id" + most,
      contract, before, add_order));
  // The orders of a campaign are due with it, and told of with it.
  YAGURA_CHECK(
      s.query("SELECT w.id, w.number, w.kind, w.title, w.site_name, w.campaign, 'order', w.due"
              " FROM work_order w WHERE w.contract = $1 AND w.open = 1 AND w.due < $2 AND w.campaign = 0" +
                  untold_of("w.id", "'order'", "w.due") + " ORDER BY w.due, w.id" + most,
              contract, before, add_order));
  YAGURA_CHECK(
      s.query("SELECT c.id, c.number, c.kind, c.title, c.due, (SELECT count(*) FROM work_order w WHERE "
              "w.campaign = c.id AND"
              " w.open = 1) FROM work_campaign c WHERE c.contract = $1 AND c.due < $2 AND EXISTS (SELECT 1 "
              "FROM work_order w"
              " WHERE w.campaign = c.id AND w.open = 1)" +
                  untold_of("c.id", "'campaign'", "c.due") + " ORDER BY c.due, c.id" + most,
              contract, before, [&](const Row& row) {
                WorkDue due;
                due.what = "campaign";
                due.id = due.campaign = row.integer(0);
                due.number = row.string(1);
                due.kind = row.string(2);
                due.title = {row.string(3), row.string(3)};
                due.due = row.time(4);
                due.orders = static_cast<int>(row.integer(5));
                const auto* kind = pack->work.kind(due.kind);
                if (kind == nullptr) return;
                set_roles(due, *kind);
                out.push_back(std::move(due));
              }));
  if (const auto& rules = pack->work.notices)
    YAGURA_CHECK(
        s.query("SELECT n.id, n.number, n.title, n.assess_due FROM work_notice n WHERE n.contract = $1 AND"
                " n.state = 'received' AND n.assess_due < $2" +
                    untold_of("n.id", "'notice'", "n.assess_due") + " ORDER BY n.assess_due, n.id" + most,
                contract, before, [&](const Row& row) {
                  WorkDue due;
                  due.what = "notice";
                  due.id = row.integer(0);
                  due.number = row.string(1);
                  due.title = {row.string(2), row.string(2)};
                  due.due = row.time(3);
                  due.acts = rules->assessed_by;
                  due.waits = rules->received_by;
                  due.remind_days = {0};
                  out.push_back(std::move(due));
                }));
  YAGURA_TRY(const auto occasions, regular(s, *pack, Time{}, before));
  add_regular(occasions, now, out);
  for (auto& due : out) due.late = due.due < now;
  merge(out);
  std::ranges::sort(out, {}, [](const WorkDue& d) { return std::tuple(d.due, d.id, d.what); });
  if (std::ssize(out) > limit) out.resize(static_cast<std::size_t>(limit));
  return out;
}

// Regular work -------------------------------------------------------------------------------------------

namespace {

struct Done {
  Time at;
  Id order = 0;
};

}  // namespace

Result<std::vector<RegularWork>> DueWork::regular(const contract::Pack& pack, Time from, Time to) {
  return orders_.ground().database.read([&](Session& s) { return regular(s, pack, from, to); });
}

Result<std::vector<RegularWork>> DueWork::regular(Session& s, const contract::Pack& pack, Time from,
                                                  Time to) {
  const Time now = orders_.ground().clock.now();
  YAGURA_TRY(const auto since, s.integer("SELECT at FROM work_since WHERE contract = $1", pack.id));
  const Time served_from = since ? from_micros(*since) : now;
  std::vector<RegularWork> out;
  for (const auto& kind : pack.work.kinds) {
    if (kind.regular.empty()) continue;
    std::vector<Time> dues;
    for (const auto& id : kind.regular)
      if (const auto* rule = pack.deadline(id)) {
        const auto some = dues_of(*rule, pack);
        dues.insert(dues.end(), some.begin(), some.end());
      }
    std::ranges::sort(dues);
    std::vector<Done> done;
    YAGURA_CHECK(
        s.query("SELECT done_at, id FROM work_order WHERE contract = $1 AND kind = $2 AND done_at IS NOT"
                " NULL AND outcome IN ('completed', 'with_findings') ORDER BY done_at, id LIMIT 5000",
                pack.id, kind.id, [&](const Row& row) { done.push_back({row.time(0), row.integer(1)}); }));
    std::size_t next = 0;
    Time begins{};
    for (const Time due : dues) {
      RegularWork one{.kind = &kind, .due = due, .done_at = {}, .order = 0, .late = false};
      const Time begun = std::exchange(begins, due);
      while (next < done.size() && done[next].at <= begun) ++next;
      if (next < done.size() && (due >= served_from || done[next].at <= due)) {
        one.done_at = done[next].at;
        one.order = done[next].order;
        ++next;
      }
      if (due < served_from && one.order == 0) continue;
      one.late = one.order == 0 && due < now;
      if (due >= from && due < to) out.push_back(one);
    }
  }
  std::ranges::sort(out, {}, [](const RegularWork& one) { return std::tuple(one.due, one.kind->id); });
  return out;
}

Result<void> DueWork::renew(std::string_view contract) {
  YAGURA_CHECK(orders_.fill_search(contract));
  YAGURA_CHECK(orders_.renew_due(contract));
  return orders_.ground().database.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(
        s.exec("INSERT INTO work_since (contract, at) VALUES ($1, $2) ON CONFLICT (contract) DO NOTHING",
               contract, orders_.ground().clock.now()));
    return {};
  });
}

// Rotations of passwords ---------------------------------------------------------------------------------

namespace {

// By the contract's own term for that day, where it names one in the same month.
Time term_of(const contract::Pack& pack, const WorkKind& kind, calendar::Date day) {
  Time due = calendar::at(day, calendar::end_of_day);
  const auto month = calendar::format_date(day).substr(0, 7);
  for (const auto& id : kind.regular)
    if (const auto* rule = pack.deadline(id))
      for (const Time term : dues_of(*rule, pack))
        if (calendar::format_date(calendar::date_of(term)).substr(0, 7) == month) due = term;
  return due;
}

Result<bool> opened_before(Session& s, const contract::Pack& pack, const WorkKind& kind, calendar::Date day) {
  YAGURA_TRY(const auto there,
             s.integer("SELECT work FROM work_period WHERE contract = $1 AND kind = $2 AND day = $3", pack.id,
                       kind.id, calendar::format_date(day)));
  return there.has_value();
}

Result<void> remember(Session& s, const contract::Pack& pack, const WorkKind& kind, calendar::Date day,
                      Id work) {
  YAGURA_CHECK(s.exec("INSERT INTO work_period (contract, kind, day, work) VALUES ($1, $2, $3, $4)", pack.id,
                      kind.id, calendar::format_date(day), work));
  return {};
}

NewWorkOrder rotation_order(const contract::Pack& pack, const WorkKind& kind,
                            const contract::PasswordRotation& rotation, calendar::Date day) {
  return {.contract = pack.id,
          .kind = kind.id,
          .title = rotation.title.ja + "　" + kind.title.ja + "（" + calendar::format_date(day) + "）",
          .detail = {},
          .due = term_of(pack, kind, day)};
}

}  // namespace

Result<int> DueWork::open_rotations(std::string_view contract) {
  YAGURA_TRY(const auto pack, orders_.pack(contract));
  auto& ground = orders_.ground();
  const Time now = ground.clock.now();
  YAGURA_TRY(const auto looked, ground.database.read([&](Session& s) {
    return s.integer("SELECT seen FROM work_since WHERE contract = $1", contract);
  }));
  const Time seen = looked ? from_micros(*looked) : now;
  int opened = 0;
  for (const auto& kind : pack->work.kinds) {
    const auto rotation =
        std::ranges::find(pack->password_rotations, kind.rotation, &contract::PasswordRotation::id);
    if (kind.rotation.empty() || rotation == pack->password_rotations.end()) continue;
    YAGURA_TRY(const int late, catch_up(*pack, kind, *rotation, seen));
    YAGURA_TRY(const int some, open_rotation(*pack, kind, *rotation));
    opened += late + some;
  }
  if (!looked || now < seen || now - seen >= std::chrono::hours(1))
    YAGURA_CHECK(ground.database.write([&](Session& s) {
      return s.exec("UPDATE work_since SET seen = $2 WHERE contract = $1", contract, now);
    }));
  return opened;
}

Result<int> DueWork::open_rotation(const contract::Pack& pack, const WorkKind& kind,
                                   const contract::PasswordRotation& rotation) {
  auto& ground = orders_.ground();
  const auto today = calendar::date_of(ground.clock.now());
  // The day for which a change made today counts: the one that makes the next change later than it.
  const auto next =
      contract::next_password_change(pack, kind.rotation, today - std::chrono::days(rotation.early_days + 1));
  if (!next || *next < pack.from || *next > pack.until ||
      *next - today > std::chrono::days(rotation.early_days))
    return 0;
  YAGURA_TRY(const bool there,
             ground.database.read([&](Session& s) { return opened_before(s, pack, kind, *next); }));
  if (there) return 0;
  return ground.database.write([&](Session& s) -> Result<int> {
    YAGURA_CHECK(s.lock("work_period/" + pack.id));
    YAGURA_TRY(const bool by_then, opened_before(s, pack, kind, *next));
    if (by_then) return 0;
    YAGURA_TRY(const auto order, orders_.open(s, {}, {}, rotation_order(pack, kind, rotation, *next), true));
    YAGURA_CHECK(remember(s, pack, kind, *next, order.id));
    return 1;
  });
}

// Days that came and went since somebody looked last. The passwords are changed once, by one order.
Result<int> DueWork::catch_up(const contract::Pack& pack, const WorkKind& kind,
                              const contract::PasswordRotation& rotation, Time seen) {
  auto& ground = orders_.ground();
  const Time now = ground.clock.now();
  const auto today = calendar::date_of(now);
  const auto early = std::chrono::days(rotation.early_days);
  std::vector<calendar::Date> passed;
  for (auto day = contract::next_password_change(pack, kind.rotation,
                                                 calendar::date_of(seen) - early - std::chrono::days(1));
       day && *day < today && *day <= pack.until;
       day = contract::next_password_change(pack, kind.rotation, *day - early))
    if (*day >= pack.from) passed.push_back(*day);
  if (passed.empty()) return 0;
  return ground.database.write([&](Session& s) -> Result<int> {
    YAGURA_CHECK(s.lock("work_period/" + pack.id));
    std::vector<calendar::Date> missed;
    for (const auto day : passed) {
      YAGURA_TRY(const bool there, opened_before(s, pack, kind, day));
      if (!there) missed.push_back(day);
    }
    if (missed.empty()) return 0;
    std::string days;
    for (const auto day : missed) days += (days.empty() ? "" : ", ") + calendar::format_date(day);
    auto wanted = rotation_order(pack, kind, rotation, missed.back());
    wanted.detail = "期限の過ぎた作業です（" + days + "）。サーバーが " + calendar::civil_words(seen).ja +
                    " から " + calendar::civil_words(now).ja +
                    " まで動いていなかったため、遅れて依頼しました。\nLate (" + days +
                    "): the server did not run from " + calendar::civil_words(seen).en + " to " +
                    calendar::civil_words(now).en + ".";
    YAGURA_TRY(const auto order, orders_.open(s, {}, {}, wanted, true));
    for (const auto day : missed) YAGURA_CHECK(remember(s, pack, kind, day, order.id));
    YAGURA_CHECK(orders_.journal(s, pack.id, {}, "work_order.caught_up", "work/" + std::to_string(order.id),
                                 schema::Value::object({{"number", order.number},
                                                        {"title", order.title},
                                                        {"days", days},
                                                        {"from", to_rfc3339(seen)},
                                                        {"to", to_rfc3339(now)}})));
    return 1;
  });
}

}  // namespace yagura::desk
