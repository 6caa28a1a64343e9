// What time does to deliverables: people who are told before they are due, and when they are late.
#include <algorithm>

#include "calendar/day_count.hpp"
#include "desk/deliverable_rows.hpp"

namespace yagura::desk {

using schema::Value;
using store::Session;

namespace {

constexpr Duration between_looks = std::chrono::minutes(1);
// Reminders on either side of their days: what is told when it is late, and when the city is late with
// accepting.
constexpr int when_late = -1, when_accepting_is_late = -2;

calendar::Words words_of(const contract::Deliverable& of, const DeliverableItem& item) {
  const std::string period = item.subject.empty() && item.period != "once" ? item.period : item.note;
  if (period.empty()) return of.title;
  return {of.title.ja + "（" + period + "）", of.title.en + " (" + period + ")"};
}

calendar::Words said(int days) {
  if (days == when_late) return overdue_words();
  if (days == when_accepting_is_late) return {"【受領・検査の期限超過】", "acceptance OVERDUE"};
  return days_before(days);
}

}  // namespace

Result<int> Deliverables::remind(std::string_view contract) {
  const auto pack = bonds_.pack(contract);
  if (!pack) return fail("desk.contract_not_found");
  const Time now = at_.clock.now();
  auto& last = reminded_[std::string(contract)];
  if (now >= last && now - last < between_looks) return 0;
  last = now;
  // As far ahead as anybody is reminded, with the longest row of closed days.
  int ahead = 0;
  for (const auto& of : pack->obligations.deliverables)
    for (const int days : of.remind_days) ahead = std::max(ahead, days);
  const Time horizon = now + std::chrono::days(ahead + 14);
  // Of whom it has been told that he is late, there is nothing more to tell.
  const auto due_items = [&](Session& s) {
    const store::Param params[] = {store::to_param(contract), store::to_param(horizon), store::to_param(now)};
    return read_where(
        s,
        "contract = $1 AND before_start = 0 AND ((state IN ('planned', 'preparing', 'returned') AND due < $2 "
        "AND"
        " NOT EXISTS (SELECT 1 FROM deliverable_reminder r WHERE r.item = deliverable.id AND r.due ="
        " deliverable.due AND r.days = -1)) OR (state = 'submitted' AND accept_due < $3 AND NOT EXISTS "
        "(SELECT 1"
        " FROM deliverable_reminder r WHERE r.item = deliverable.id AND r.due = deliverable.accept_due AND "
        "r.days"
        " = -2))) ORDER BY due LIMIT 500",
        params);
  };
  const auto reached_by = [&](const contract::Deliverable& of, const DeliverableItem& item) {
    if (item.state == DeliverableState::submitted) return std::vector{when_accepting_is_late};
    auto come = reached(reminders_of(of, *pack, *item.due), *pack, now);
    if (*item.due < now) come.push_back(when_late);
    return come;
  };
  YAGURA_TRY(const auto looked_at, at_.database.read(due_items));
  const bool any_reached = std::ranges::any_of(looked_at, [&](const DeliverableItem& item) {
    const auto* of = deliverable_of(*pack, item.deliverable);
    return of != nullptr && !reached_by(*of, item).empty();
  });
  if (!any_reached) return 0;
  return at_.database.write([&](Session& s) -> Result<int> {
    YAGURA_TRY(const auto items, due_items(s));
    Telling telling(*pack, "deliverables", {"提出期限", "Deliverables and their due dates"});
    int told = 0;
    for (const auto& item : items) {
      const auto* of = deliverable_of(*pack, item.deliverable);
      if (of == nullptr) continue;
      const Time due = item.state == DeliverableState::submitted ? *item.accept_due : *item.due;
      int newest = 0;
      bool any = false;
      for (const int days : reached_by(*of, item)) {
        YAGURA_TRY(const auto added,
                   s.exec("INSERT INTO deliverable_reminder (item, due, days, at) VALUES ($1, $2,"
                          " $3, $4) ON CONFLICT (item, due, days) DO NOTHING",
                          item.id, due, days, now));
        if (added > 0) {
          newest = days;
          any = true;
        }
      }
      if (!any) continue;
      ++told;
      const bool late = newest == when_late, accepting = newest == when_accepting_is_late;
      if (!accepting) telling.line(of->submitted_by, said(newest), words_of(*of, item), due);
      // Whoever waits for it hears when it is late.
      if (late || accepting) telling.line(of->accepted_by, said(newest), words_of(*of, item), due);
      YAGURA_CHECK(journal(s, {}, *pack, item,
                           late || accepting ? "deliverable.late" : "deliverable.reminded",
                           Value::object({{"due", to_rfc3339(due)}, {"days", newest}})));
      tell(s, contract, item.id);
    }
    YAGURA_CHECK(telling.send(s, at_.contacts, bonds_.people));
    return told;
  });
}

Result<int> Deliverables::tick(std::string_view contract) {
  YAGURA_TRY(const int opened, follow_journal(contract));
  YAGURA_TRY(const int told, remind(contract));
  return opened + told;
}

}  // namespace yagura::desk
