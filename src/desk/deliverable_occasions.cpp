// What the journal does to deliverables: occasions that open, and move with what they count from.
#include <algorithm>
#include <charconv>

#include "desk/deliverable_rows.hpp"
#include "schema/json.hpp"

namespace yagura::desk {

using schema::Value;
using store::Session;

namespace {

constexpr int entries_at_once = 200;
constexpr std::string_view of_row = "row.";

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
  if (const auto civil = calendar::parse_instant(value.text())) return *civil;
  return std::nullopt;
}

// "{kind}_work_begins" with what the entry says put in place.
std::string filled_in(std::string_view pattern, const Value& data) {
  std::string out;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = pattern.find('}', open);
    if (close == std::string_view::npos) break;
    out += at_path(data, pattern.substr(open + 1, close - open - 1)).text();
    pattern.remove_prefix(close + 1);
  }
  return out;
}

bool looks_at_row(const EventSource& source) {
  return source.at.starts_with(of_row) || source.deliverable.starts_with(of_row) || !source.meeting.empty() ||
         source.period.starts_with(of_row) || source.again.starts_with(of_row) ||
         std::ranges::any_of(source.where, [](const auto& w) { return w.first.starts_with(of_row); });
}

// The row that an entry tells of, by its subject "meetings/123".
std::optional<Id> row_of(std::string_view subject) {
  const auto slash = subject.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  Id id = 0;
  const auto text = subject.substr(slash + 1);
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), id);
  return ec == std::errc{} && end == text.data() + text.size() ? std::optional(id) : std::nullopt;
}

// What happened, and of which deliverables it speaks.
struct Happened {
  std::string event;  // "" where `only` says which
  Time at;
  std::optional<std::string> only;  // this deliverable alone; "" none
  std::string period, again;
};

std::optional<Happened> happened(const EventSource& source, const journal::Entry& entry, const Value& data,
                                 const contract::Pack& pack) {
  for (const auto& [path, values] : source.where)
    if (std::ranges::find(values, at_path(data, path)) == values.end()) return std::nullopt;
  Happened out{
      source.event_from.empty() ? filled_in(source.event, data) : at_path(data, source.event_from).text(),
      entry.time,
      {},
      at_path(data, source.period).text(),
      at_path(data, source.again).text()};
  if (source.period.empty()) out.period.clear();
  if (source.again.empty()) out.again.clear();
  if (!source.at.empty()) {
    const auto at = time_in(at_path(data, source.at));
    if (!at) return std::nullopt;
    out.at = *at;
  }
  if (source.after_start && calendar::date_of(out.at) <= pack.from) return std::nullopt;
  if (!source.deliverable.empty()) out.only = at_path(data, source.deliverable).text();
  if (!source.meeting.empty()) {
    const auto held = std::ranges::find(pack.meetings, data["row"]["kind"].text(), &contract::Meeting::id);
    if (held == pack.meetings.end()) return std::nullopt;
    out.only = source.meeting == "minutes" ? held->minutes : held->material;
  }
  return out;
}

}  // namespace

Result<bool> Deliverables::move(Session& s, const contract::Pack& pack, const contract::Deliverable& of,
                                DeliverableItem item, Time event, const std::string& subject) {
  if (item.event_by_hand || !to_be_handed_in(item.state) || item.event == event) return false;
  const auto due = deliverable_due(of, pack, event);
  if (item.due != due) item.due_before = item.due;
  Value data = Value::object({{"event", of.starts_on},
                              {"at", to_rfc3339(event)},
                              {"before", item.due ? Value(to_rfc3339(*item.due)) : Value()},
                              {"after", due ? Value(to_rfc3339(*due)) : Value()},
                              {"of", subject}});
  item.event = event;
  item.due = due;
  ++item.version;
  YAGURA_CHECK(write(s, item));
  YAGURA_CHECK(journal(s, {}, pack, item, "deliverable.moved", std::move(data)));
  tell(s, pack.id, item.id);
  return true;
}

Result<int> Deliverables::open_occasions(Session& s, const contract::Pack& pack,
                                         const journal::Entry& entry) {
  int opened = 0;
  for (const auto& source : sources_) {
    const auto& record = entry.record;
    if (record.kind != source.kind) continue;
    Value data = record.data;
    if (!source.ledger.empty() && data["ledger"].text() != source.ledger) continue;
    if (looks_at_row(source)) {
      const auto id = row_of(record.subject);
      if (!id) continue;
      YAGURA_TRY(const auto row, s.text("SELECT data FROM ledger_row WHERE id = $1 AND contract = $2 AND"
                                        " ledger = $3 AND deleted = 0",
                                        *id, pack.id, source.ledger));
      if (!row) continue;  // taken away since
      YAGURA_TRY(auto fields, schema::parse_json(*row));
      data.set("row", std::move(fields));
    }
    const auto what = happened(source, entry, data, pack);
    if (!what) continue;
    for (const auto& of : pack.obligations.deliverables) {
      if (what->only ? of.id != *what->only : of.starts_on != what->event) continue;
      const bool occasion = of.every == "occasion";
      DeliverableItem item;
      item.period = occasion
                        ? record.subject + ":" + of.starts_on + (what->again.empty() ? "" : "@" + what->again)
                        : (what->period.empty() ? period_of(of, calendar::date_of(what->at)) : what->period);
      const store::Param params[] = {store::to_param(pack.id), store::to_param(of.id),
                                     store::to_param(item.period)};
      YAGURA_TRY(auto there, read_where(s, "contract = $1 AND deliverable = $2 AND period = $3", params));
      if (!there.empty()) {
        // One of each month has no day until this happens.
        if (!source.moves && (occasion || there.front().event)) continue;
        YAGURA_TRY(const bool moved, move(s, pack, of, std::move(there.front()), what->at, record.subject));
        opened += moved ? 1 : 0;
        continue;
      }
      if (!occasion) continue;
      item.id = at_.ids.next();
      item.version = 1;
      item.contract = pack.id;
      item.deliverable = of.id;
      item.event = what->at;
      item.due = deliverable_due(of, pack, what->at);
      item.subject = record.subject;
      item.note = data["number"].is_text() ? data["number"].text() + " " + data["title"].text()
                                           : data["title"].text();
      YAGURA_CHECK(insert(s, pack, item));
      YAGURA_CHECK(journal(s, {}, pack, item, "deliverable.opened",
                           Value::object({{"event", of.starts_on},
                                          {"at", to_rfc3339(what->at)},
                                          {"due", item.due ? Value(to_rfc3339(*item.due)) : Value()},
                                          {"of", item.subject}})));
      if (data["files"].is_array()) YAGURA_CHECK(hand_in_with(s, pack, of, item, entry));
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

}  // namespace yagura::desk
