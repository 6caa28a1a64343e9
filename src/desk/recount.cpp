// All clocks of a contract judged anew, in one pass over their events.
#include "desk/incident_rows.hpp"

namespace yagura::desk {

using calendar::ClockEvent;
using schema::Value;
using store::Row;
using store::Session;

namespace {

constexpr std::size_t most_named = 50;

struct Kept {
  Id clock = 0;
  std::string rule, state, target, reason;
  bool breached = false;
  std::optional<Time> started, stopped, due, breached_at;
};

bool same(const Kept& kept, const calendar::Judgement& j) {
  return kept.state == calendar::name_of(j.state) && kept.target == j.target && kept.reason == j.reason &&
         kept.breached == j.breached && kept.started == j.started && kept.stopped == j.stopped &&
         kept.due == j.due && kept.breached_at == j.breached_at;
}

}  // namespace

Result<Incidents::Recount> Incidents::recount(std::string_view contract, const journal::Actor& by,
                                              bool write) {
  const auto pack = packs_(contract);
  if (!pack) return fail("desk.contract_not_found");
  const Time now = at_.clock.now();
  Recount out;
  std::vector<std::pair<Id, std::string>> differ;
  Kept kept;
  std::vector<ClockEvent> events;
  const auto judge_one = [&]() -> Result<void> {
    if (kept.clock == 0) return {};
    ++out.clocks;
    const auto* rule = pack->clock(kept.rule);
    if (!rule) return {};  // keeps its last judgement
    YAGURA_TRY(const auto judged, calendar::judge(rule->rule, pack->book, events, now));
    if (!same(kept, judged)) differ.emplace_back(kept.clock, kept.rule);
    return {};
  };
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    YAGURA_CHECK(
        s.query("SELECT c.id, c.rule, c.state, c.target, c.reason, c.breached, c.started, c.stopped, c.due, "
                "c.breached_at,"
                " e.at, e.kind, e.target, e.cause, e.text, e.corrects FROM incident_clock c"
                " JOIN incident_clock_event e ON e.clock = c.id WHERE c.contract = $1 ORDER BY c.id, e.seq",
                contract, [&](const Row& row) -> Result<void> {
                  if (row.integer(0) != kept.clock) {
                    YAGURA_CHECK(judge_one());
                    events.clear();
                    kept = {row.integer(0),    row.string(1),    row.string(2),     row.string(3),
                            row.string(4),     row.flag(5),      row.maybe_time(6), row.maybe_time(7),
                            row.maybe_time(8), row.maybe_time(9)};
                  }
                  YAGURA_TRY(const auto kind, calendar::parse_event_kind(row.text(11)));
                  events.push_back(
                      {row.time(10), kind, row.string(12), row.string(13), row.string(14), row.flag(15)});
                  return {};
                }));
    return judge_one();
  }));
  out.differ = std::ssize(differ);
  for (std::size_t i = 0; i < std::min(differ.size(), most_named); ++i)
    YAGURA_CHECK(at_.database.read([&](Session& s) {
      return s.query(
          "SELECT i.number FROM incident_clock c JOIN incident i ON i.id = c.incident WHERE c.id = $1",
          differ[i].first, [&](const Row& row) { out.which.emplace_back(row.string(0), differ[i].second); });
    }));
  if (!write) return out;
  constexpr std::size_t at_once = 500;
  for (std::size_t at = 0; at < differ.size(); at += at_once)
    YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
      for (std::size_t i = at; i < std::min(differ.size(), at + at_once); ++i) {
        // Judged again inside the transaction: it may have moved since.
        const store::Param params[] = {store::to_param(differ[i].first)};
        YAGURA_TRY(auto rows, clocks_where(s, "c.id = $1", params));
        if (rows.empty()) continue;
        const auto before = rows.front().judged.state;
        const auto* rule = pack->clock(differ[i].second);
        YAGURA_CHECK(judge(s, *pack, *rule, rows.front(), true));
        Value data = Value::object({{"clock", rule->rule.title.ja},
                                    {"before", calendar::name_of(before)},
                                    {"after", calendar::name_of(rows.front().judged.state)}});
        if (rows.front().judged.due) data.set("due", Value(to_rfc3339(*rows.front().judged.due)));
        YAGURA_CHECK(at_.journal.append(s, {std::string(contract), by, "clock.recounted",
                                            subject_of(rows.front().incident), std::move(data)}));
        YAGURA_CHECK(tickets_.put_ticket(s, rows.front().incident));
        ++out.changed;
      }
      return {};
    }));
  return out;
}

}  // namespace yagura::desk
