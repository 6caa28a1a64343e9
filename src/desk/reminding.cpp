#include "desk/reminding.hpp"

#include <algorithm>

#include "calendar/day_count.hpp"

namespace yagura::desk {

using calendar::Date;
using calendar::Words;

namespace {
constexpr std::size_t most_lines = 100;  // in one mail; how many more there are is said
}

std::vector<Reminder> reminders_before(const std::vector<int>& days_ahead, const contract::Pack& pack,
                                       Time due) {
  const auto office = pack.book.calendars.find(pack.office_calendar);
  // Due at 24:00 is due on that day, not on the next.
  const Date last = calendar::date_of(due - std::chrono::microseconds(1));
  std::vector<Reminder> out;
  for (const int before : days_ahead) {
    Date on = last - std::chrono::days(before);
    if (office != pack.book.calendars.end() && calendar::Calendar::covers(on) && !office->second->is_open(on))
      if (const auto open = office->second->prev_open(on)) on = *open;
    out.push_back({before, on});
  }
  std::ranges::sort(out, {}, &Reminder::on);
  return out;
}

std::vector<int> reached(const std::vector<Reminder>& reminders, const contract::Pack& pack, Time now) {
  const auto today = calendar::date_of(now);
  const bool office = pack.in_office_hours(now);
  std::vector<int> out;
  for (const auto& reminder : reminders)
    if (reminder.on < today || (reminder.on == today && office)) out.push_back(reminder.days);
  return out;
}

void Telling::line(const std::string& role, const Words& urgency, const Words& thing, Time due) {
  const auto when = calendar::civil_words(due);
  Words words{"・" + urgency.ja + "　" + thing.ja + "　期限 " + when.ja,
              "- " + urgency.en + ": " + thing.en + ", due " + when.en};
  auto& lines = by_role_[role];
  if (std::ranges::find(lines, words) == lines.end()) lines.push_back(std::move(words));
}

Result<void> Telling::send(store::Session& s, notify::Contacts& contacts, const PeopleOfRole& people) const {
  for (const auto& [role, lines] : by_role_) {
    std::string ja = pack_.name.ja + "\n\n" + title_.ja + "をお知らせします。\n", en = title_.en + ":\n";
    for (std::size_t i = 0; i < std::min(lines.size(), most_lines); ++i) {
      ja += lines[i].ja + "\n";
      en += lines[i].en + "\n";
    }
    if (lines.size() > most_lines) {
      const auto more = std::to_string(lines.size() - most_lines);
      ja += "ほか " + more + " 件\n";
      en += "and " + more + " more\n";
    }
    YAGURA_TRY(const auto to, people(pack_.id, role));
    notify::Walk walk{pack_.id,
                      subject_,
                      "info",
                      {"【" + title_.ja + "】" + std::to_string(lines.size()) + " 件", ja + "\n" + en},
                      {}};
    walk.steps.push_back({notify::Channel::mail, title_.ja + "のお知らせ", Duration{}, to});
    YAGURA_CHECK(contacts.start(s, walk));
  }
  return {};
}

Words days_before(int days) {
  if (days == 0) return {"本日", "today"};
  return {std::to_string(days) + " 日前", std::to_string(days) + " days before"};
}

Words overdue_words() { return {"【期限超過】", "OVERDUE"}; }

}  // namespace yagura::desk
