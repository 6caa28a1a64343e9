#include "desk/work_reminders.hpp"

#include <algorithm>

namespace yagura::desk {

using calendar::Words;
using schema::Value;
using store::Session;

namespace {

constexpr Duration between_looks = std::chrono::minutes(1);
constexpr int when_late = -1;
constexpr int most_at_once = 500;

// Under which it is remembered what was told.
std::pair<Id, std::string> key_of(const WorkDue& due) {
  if (due.what == "regular") return {0, "regular/" + due.kind};
  return {due.campaign != 0 ? due.campaign : due.id, due.what};
}

std::string subject_of(const WorkDue& due) {
  if (due.what == "regular") return "work_kind/" + due.kind;
  if (due.what == "notice") return "notice/" + std::to_string(due.id);
  return due.campaign != 0 ? "campaign/" + std::to_string(due.campaign) : "work/" + std::to_string(due.id);
}

Words words_of(const WorkDue& due) {
  const auto doing = work_due_words(due.what);
  const std::string number = due.number.empty() ? "" : due.number + " ";
  Words out{doing.ja + "　" + number + due.title.ja, doing.en + " " + number + due.title.en};
  if (!due.site_name.empty()) {
    out.ja += "（" + due.site_name + "）";
    out.en += " (" + due.site_name + ")";
  }
  if (due.orders > 1) {
    const auto count = std::to_string(due.orders);
    out.ja += "（" + count + " 件）";
    out.en += " (" + count + " orders)";
  }
  return out;
}

// Late is told in office hours, as everything here is.
std::vector<int> come(const WorkDue& due, const contract::Pack& pack, Time now) {
  auto out = reached(reminders_before(due.remind_days, pack, due.due), pack, now);
  if (due.due < now && pack.in_office_hours(now)) out.push_back(when_late);
  return out;
}

Result<bool> told(Session& s, std::string_view contract, const WorkDue& due, int days) {
  const auto [item, what] = key_of(due);
  YAGURA_TRY(const auto there,
             s.integer("SELECT 1 FROM work_reminder WHERE contract = $1 AND item = $2 AND what = $3"
                       " AND due = $4 AND days = $5",
                       contract, item, what, due.due, days));
  return there.has_value();
}

}  // namespace

Words work_due_words(std::string_view what) {
  if (what == "plan") return {"計画の提出", "hand in the plan of"};
  if (what == "approve") return {"計画の承認", "approve the plan of"};
  if (what == "start") return {"作業の実施", "carry out"};
  if (what == "finish") return {"作業の終了", "finish"};
  if (what == "accept") return {"結果の確認", "accept the result of"};
  if (what == "campaign") return {"一斉作業", "campaign"};
  if (what == "notice") return {"通知の判断", "assess notice"};
  if (what == "regular") return {"定例の作業", "regular work"};
  return {"作業", "work"};
}

Result<int> WorkReminders::tick(std::string_view contract) {
  YAGURA_TRY(const auto pack, work_.orders.pack(contract));
  const Time now = work_.orders.ground().clock.now();
  auto& last = looked_[std::string(contract)];
  if (now >= last && now - last < between_looks) return 0;
  last = now;
  YAGURA_TRY(const int opened, work_.due.open_rotations(contract));
  YAGURA_TRY(const int reminded, remind(*pack, now));
  return opened + reminded;
}

Result<int> WorkReminders::remind(const contract::Pack& pack, Time now) {
  if (pack.work.kinds.empty()) return 0;
  int ahead = 14;
  for (const auto& kind : pack.work.kinds)
    for (const int days : kind.remind_days) ahead = std::max(ahead, days);
  const Time horizon = now + std::chrono::days(ahead + 14);  // with the longest row of closed days
  // What is new is looked for without a lock; told again within the transaction that tells it.
  const auto fresh = [&](Session& s) -> Result<std::vector<WorkDue>> {
    YAGURA_TRY(const auto all, work_.due.untold(s, pack.id, horizon, most_at_once));
    std::vector<WorkDue> out;
    for (const auto& due : all)
      for (const int days : come(due, pack, now)) {
        YAGURA_TRY(const bool before, told(s, pack.id, due, days));
        if (before) continue;
        out.push_back(due);
        break;
      }
    return out;
  };
  YAGURA_TRY(const auto seen, work_.orders.ground().database.read(fresh));
  if (seen.empty()) return 0;
  return work_.orders.ground().database.write([&](Session& s) -> Result<int> {
    YAGURA_CHECK(s.lock("work_reminder/" + pack.id));
    YAGURA_TRY(const auto items, fresh(s));
    Telling telling(pack, "work", {"作業の期限", "Work and its dates"});
    for (const auto& due : items) {
      const auto [item, what] = key_of(due);
      int newest = 0;
      for (const int days : come(due, pack, now)) {
        YAGURA_TRY(const auto added,
                   s.exec("INSERT INTO work_reminder (contract, item, what, due, days, at) VALUES"
                          " ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                          pack.id, item, what, due.due, days, now));
        if (added > 0) newest = days;
      }
      const bool late = newest == when_late;
      const auto urgency = late ? overdue_words() : days_before(newest);
      for (const auto& role : due.acts) telling.line(role, urgency, words_of(due), due.due);
      if (late)
        for (const auto& role : due.waits) telling.line(role, urgency, words_of(due), due.due);
      YAGURA_CHECK(work_.orders.journal(s, pack.id, {}, late ? "work_due.late" : "work_due.reminded",
                                        subject_of(due),
                                        Value::object({{"what", due.what},
                                                       {"number", due.number},
                                                       {"title", due.title.ja},
                                                       {"due", to_rfc3339(due.due)},
                                                       {"days", newest}})));
      if (due.id != 0) work_.orders.tell(s, pack.id, "work", due.id);
    }
    YAGURA_CHECK(telling.send(s, contacts_, people_));
    return static_cast<int>(items.size());
  });
}

}  // namespace yagura::desk
