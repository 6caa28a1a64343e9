// What time and the journal do to deliverables: occasions that open, people who are told.
#include <algorithm>

#include "calendar/day_count.hpp"
#include "desk/deliverable_rows.hpp"

namespace yagura::desk {

using schema::Value;
using store::Row;
using store::Session;

namespace {

constexpr int entries_at_once = 200;
constexpr Duration between_looks = std::chrono::minutes(1);
// Reminders on either side of their days: what is told when it is late, and when the city is late with
// accepting.
constexpr int when_late = -1, when_accepting_is_late = -2;

const Value& at_path(const Value& data, std::string_view path) {
  const Value* here = &data;
  while (!path.empty()) {
    const auto dot = path.find('.');
    here = &(*here)[path.substr(0, dot)];
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return *here;
}

// A day, or an instant.
std::optional<Time> time_in(const Value& value) {
  if (const auto instant = parse_rfc3339(value.text())) return *instant;
  if (const auto day = calendar::parse_date(value.text()))
    return calendar::at(*day, std::chrono::hours(23) + std::chrono::minutes(59));
  return std::nullopt;
}

struct Happened {
  std::string event;
  Time at;
};

std::optional<Happened> happened(const EventSource& source, const journal::Entry& entry) {
  if (entry.record.kind != source.kind) return std::nullopt;
  const auto& data = entry.record.data;
  if (!source.ledger.empty() && data["ledger"].text() != source.ledger) return std::nullopt;
  for (const auto& [path, values] : source.where)
    if (std::ranges::find(values, at_path(data, path)) == values.end()) return std::nullopt;
  Happened out{source.event_from.empty() ? source.event : at_path(data, source.event_from).text(),
               entry.time};
  if (!source.at.empty()) {
    const auto at = time_in(at_path(data, source.at));
    if (!at) return std::nullopt;
    out.at = *at;
  }
  return out;
}

}  // namespace

Result<int> Deliverables::open_occasions(Session& s, const contract::Pack& pack,
                                         const journal::Entry& entry) {
  int opened = 0;
  for (const auto& source : sources_) {
    const auto what = happened(source, entry);
    if (!what) continue;
    for (const auto& of : pack.obligations.deliverables) {
      if (of.every != "occasion" || of.starts_on != what->event) continue;
      DeliverableItem item;
      item.period = entry.record.subject + ":" + what->event;
      YAGURA_TRY(const auto there,
                 s.integer("SELECT id FROM deliverable WHERE contract = $1 AND deliverable = $2"
                           " AND period = $3",
                           pack.id, of.id, item.period));
      if (there) continue;
      item.id = at_.ids.next();
      item.version = 1;
      item.contract = pack.id;
      item.deliverable = of.id;
      item.event = what->at;
      item.due = deliverable_due(of, pack, what->at);
      item.subject = entry.record.subject;
      const auto& data = entry.record.data;
      item.note = data["number"].is_text() ? data["number"].text() + " " + data["title"].text()
                                           : data["title"].text();
      YAGURA_CHECK(insert(s, pack, item));
      YAGURA_CHECK(journal(s, {}, pack, item, "deliverable.opened",
                           Value::object({{"event", what->event},
                                          {"at", to_rfc3339(what->at)},
                                          {"due", item.due ? Value(to_rfc3339(*item.due)) : Value()},
                                          {"of", item.subject}})));
      tell(s, pack.id, item.id);
      ++opened;
    }
  }
  return opened;
}

Result<int> Deliverables::follow_journal(std::string_view contract) {
  const auto pack = bonds_.pack(contract);
  if (!pack) return fail("desk.contract_not_found");
  int opened = 0;
  for (;;) {
    const auto newer = [&](Session& s) -> Result<std::vector<journal::Entry>> {
      YAGURA_TRY(const auto seq,
                 s.integer("SELECT seq FROM deliverable_follow WHERE contract = $1", contract));
      if (!seq) return std::vector<journal::Entry>{};
      journal::Query query;
      query.chain = contract;
      query.before_seq = *seq;
      query.limit = entries_at_once;
      query.oldest_first = true;
      return at_.journal.list(s, query);
    };
    YAGURA_TRY(const auto seen, at_.database.read(newer));
    if (seen.empty()) return opened;
    YAGURA_TRY(const int more, at_.database.write([&](Session& s) -> Result<int> {
      YAGURA_CHECK(s.lock("deliverables/" + pack->id));
      YAGURA_TRY(const auto entries, newer(s));
      int count = 0;
      for (const auto& entry : entries) {
        YAGURA_TRY(const int one, open_occasions(s, *pack, entry));
        count += one;
      }
      if (!entries.empty())
        YAGURA_CHECK(s.exec("UPDATE deliverable_follow SET seq = $2 WHERE contract = $1", contract,
                            entries.back().seq));
      return count;
    }));
    opened += more;
    // The entries that opening wrote are read the next time round.
    if (seen.size() < static_cast<std::size_t>(entries_at_once)) return opened;
  }
}

namespace {

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
