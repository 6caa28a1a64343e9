// What the house itself sees goes to the store of events too: traps as they come, and what becomes of alerts.
// A search then shows them beside what devices and PCs said at the time.
#include <algorithm>

#include "base/text.hpp"
#include "contract/watch_rules.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace {

constexpr int entries_at_once = 500;
constexpr std::size_t most_traps_waiting = 200'000;
constexpr std::string_view alerts_of_journal = "alert.";

}  // namespace

Result<void> Server::Parts::feed_events() {
  // The status tells of a store that is away; a line each second would not.
  if (remote_events && remote_events->away()) return {};
  YAGURA_CHECK(give_traps());
  if (!alerts_waiting.exchange(false)) return {};
  for (const auto& [id, pack] : packs)
    if (auto done = keep_alerts(*pack); !done) {
      alerts_waiting = true;
      return done;
    }
  return {};
}

Result<void> Server::Parts::give_traps() {
  for (;;) {
    std::optional<std::pair<std::string, eventstore::Batch>> next;
    traps_waiting.with([&](const TrapsWaiting& held) {
      if (!held.batches.empty()) next = held.batches.front();
    });
    if (!next) return {};
    const auto rows = next->second.rows();
    YAGURA_CHECK(events->append(next->first, "trap", std::move(next->second)));
    const auto lost = traps_waiting.with([&](TrapsWaiting& held) {
      held.batches.pop_front();
      held.rows -= rows;
      return std::exchange(held.lost, 0);
    });
    if (lost > 0) return fail("eventstore.traps_lost", {{"count", std::to_string(lost)}});
  }
}

// Called before traps count as consumed: an error has them come again. After a crash the last quarter of a
// second may stand twice, as the spool gives it again. For a store on other machines they wait in memory:
// alerts of the traps behind them must not wait for it.
Result<void> Server::Parts::keep_traps(std::span<const monitor::trap::Observation> batch,
                                       const monitor::mib::Library& library) {
  const auto& kind = events->kinds().at("trap");
  const auto picture = book->picture();
  const auto give = [this](const std::string& contract, eventstore::Batch rows) -> Result<void> {
    if (!remote_events) return events->append(contract, "trap", std::move(rows));
    traps_waiting.with([&](TrapsWaiting& held) {
      if (held.rows + rows.rows() > most_traps_waiting) {
        held.lost += static_cast<std::int64_t>(rows.rows());
        return;
      }
      held.rows += rows.rows();
      held.batches.emplace_back(contract, std::move(rows));
    });
    return {};
  };
  std::map<std::string, eventstore::BatchBuilder, std::less<>> by_contract;
  std::uint64_t last = 0;
  for (const auto& one : batch) {
    const auto* device = picture->find(one.device);
    // What several kinds know is one trap.
    if (device == nullptr || one.sequence == std::exchange(last, one.sequence)) continue;
    auto& rows = by_contract.try_emplace(device->contract, kind).first->second;
    const auto said = monitor::trap::describe(one, library);
    std::string values;
    for (const auto& [name, value] : said.varbinds)
      values += (values.empty() ? "" : ", ") + name + ": " + value;
    const auto version = one.record.version;
    using monitor::snmp::Version;
    rows.row(one.at);
    for (const auto& [field, text] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"device", device->name},
             {"address", monitor::trap::to_text(one.record.source)},
             {"type", one.kind == nullptr ? std::string_view() : one.kind->id},
             {"trap", library.text_of(one.record.trap.arcs())},
             {"severity", one.kind == nullptr
                              ? std::string_view()
                              : enum_names(one.severity)[static_cast<std::size_t>(one.severity)].first},
             {"object", one.key},
             {"version", version == Version::v1    ? "1"
                         : version == Version::v2c ? "2c"
                                                   : "3"},
             {"message", said.ja},
             {"values", values}})
      rows.text(*kind.index_of(field), text);
    if (rows.full()) YAGURA_CHECK(give(device->contract, rows.take()));
  }
  for (auto& [contract, rows] : by_contract)
    if (rows.rows() > 0) YAGURA_CHECK(give(contract, rows.take()));
  return {};
}

// The store itself says how far it has the journal: each entry is taken once, whatever ended the server
// between.
Result<std::int64_t> Server::Parts::last_alert_kept(const std::string& contract) {
  eventstore::Query query;
  query.contract = contract;
  query.kinds = {"alert"};
  const auto entry = *events->kinds().at("alert").index_of("entry");
  std::int64_t out = 0;
  // Those of one instant come in any order.
  YAGURA_TRY(const auto outcome,
             events->search(query, {true, 100, {}}, {}, [&](const eventstore::Event& event) -> Result<bool> {
               out = std::max(out, std::get<std::int64_t>(event.cells[entry]));
               return true;
             }));
  // Without the last one, all would be taken again.
  if (outcome.partial()) return fail("eventstore.no_answer");
  return out;
}

Result<void> Server::Parts::keep_alerts(const contract::Pack& pack) {
  const auto& kind = events->kinds().at("alert");
  auto known = alerts_kept.find(pack.id);
  if (known == alerts_kept.end()) {
    YAGURA_TRY(const auto last, last_alert_kept(pack.id));
    known = alerts_kept.emplace(pack.id, last).first;
  }
  journal::Query query{.chain = pack.id,
                       .kind_prefix = std::string(alerts_of_journal),
                       .limit = entries_at_once,
                       .oldest_first = true};
  query.from = clock.now() - contract::watch_rules(pack).events_kept("alert");
  for (;;) {
    query.before_seq = known->second;
    YAGURA_TRY(const auto entries,
               database->read([&](store::Session& s) { return journal->list(s, query); }));
    if (entries.empty()) return {};
    eventstore::BatchBuilder rows(kind);
    for (const auto& [seq, time, record, hash] : entries) {
      const auto said = [&](std::string_view key) {
        const auto& value = record.data[key];
        return value.is_text() ? value.text() : std::string();
      };
      rows.row(time);
      for (const auto& [field, text] : std::initializer_list<std::pair<std::string_view, std::string>>{
               {"device", said("device")},
               {"action", record.kind.substr(alerts_of_journal.size())},
               {"severity", said("severity")},
               {"alert", record.subject.substr(record.subject.find('/') + 1)},
               {"title", said("title")},
               {"user", record.actor.account == 0 ? "" : record.actor.name},
               {"reason", said("why")},
               {"message", said("text")}})
        rows.text(*kind.index_of(field), text);
      rows.number(*kind.index_of("entry"), seq);
    }
    YAGURA_CHECK(events->append(pack.id, "alert", rows.take()));
    known->second = entries.back().seq;
    if (entries.size() < entries_at_once) return {};
  }
}

}  // namespace yagura::yagurad
