// What the house itself sees goes to the store of events too: traps as they come, and what becomes of alerts.
// A search then shows them beside what devices and PCs said at the time.
#include <algorithm>

#include "base/text.hpp"
#include "contract/watch_rules.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace {

constexpr int entries_at_once = 500;
constexpr std::size_t most_found = 100'000;  // traps between two; rather more than there can be
constexpr std::string_view alerts_of_journal = "alert.";

// From 1: a number that is 0 is none.
std::int64_t number_of(std::uint64_t sequence) { return static_cast<std::int64_t>(sequence) + 1; }

void add_trap(eventstore::BatchBuilder& rows, const eventstore::Kind& kind,
              const monitor::watch::WatchedDevice& device, const monitor::trap::Observation& one,
              const monitor::mib::Library& library) {
  const auto said = monitor::trap::describe(one, library);
  std::string values;
  for (const auto& [name, value] : said.varbinds)
    values += (values.empty() ? "" : ", ") + name + ": " + value;
  const auto version = one.record.version;
  using monitor::snmp::Version;
  rows.row(one.at);
  for (const auto& [field, text] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"device", device.name},
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
  rows.number(*kind.index_of("number"), number_of(one.sequence));
}

}  // namespace

Result<void> Server::Parts::feed_events() {
  // The status tells of a store that is away; a line each second would not.
  if (remote_events && remote_events->away()) return {};
  if (watch) YAGURA_CHECK(watch->copy_traps());
  if (!alerts_waiting.exchange(false)) return {};
  for (const auto& [id, pack] : packs)
    if (auto done = keep_alerts(*pack); !done) {
      alerts_waiting = true;
      return done;
    }
  return {};
}

// A trap is known by its number in the spool and its time; so what may be there already is asked for, and is
// there once in the end.
Result<std::set<std::int64_t>> Server::Parts::traps_kept(const std::string& contract,
                                                         std::span<const monitor::trap::Observation> batch) {
  const auto [first, last] = std::ranges::minmax(batch, {}, &monitor::trap::Observation::at);
  eventstore::Query query;
  query.contract = contract;
  query.kinds = {"trap"};
  query.from = first.at;
  query.to = last.at + std::chrono::microseconds(1);
  query.where.type = eventstore::Condition::Type::range;
  query.where.field = "number";
  query.where.low = number_of(batch.front().sequence);
  query.where.high = number_of(batch.back().sequence);
  const auto number = *events->kinds().at("trap").index_of("number");
  std::set<std::int64_t> out;
  YAGURA_TRY(const auto outcome, events->search(query, {.limit = most_found}, {},
                                                [&](const eventstore::Event& event) -> Result<bool> {
                                                  out.insert(std::get<std::int64_t>(event.cells[number]));
                                                  return true;
                                                }));
  if (outcome.partial()) return fail("eventstore.no_answer");
  return out;
}

// Called by copy_traps(): an error has them come again, from the spool.
Result<void> Server::Parts::keep_traps(std::span<const monitor::trap::Observation> batch,
                                       const monitor::mib::Library& library, bool again) {
  const auto& kind = events->kinds().at("trap");
  const auto picture = book->picture();
  std::map<std::string, eventstore::BatchBuilder, std::less<>> by_contract;
  std::map<std::string, std::set<std::int64_t>, std::less<>> kept;
  std::optional<std::uint64_t> last;
  for (const auto& one : batch) {
    const auto* device = picture->find(one.device);
    // What several kinds know is one trap.
    if (device == nullptr || one.sequence == last) continue;
    last = one.sequence;
    if (again && !kept.contains(device->contract)) {
      YAGURA_TRY(kept[device->contract], traps_kept(device->contract, batch));
    }
    if (again && kept[device->contract].contains(number_of(one.sequence))) continue;
    auto& rows = by_contract.try_emplace(device->contract, kind).first->second;
    add_trap(rows, kind, *device, one, library);
    if (rows.full()) YAGURA_CHECK(events->append(device->contract, "trap", rows.take()));
  }
  for (auto& [contract, rows] : by_contract)
    if (rows.rows() > 0) YAGURA_CHECK(events->append(contract, "trap", rows.take()));
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
    if (auto done = events->append(pack.id, "alert", rows.take()); !done) {
      alerts_kept.erase(known);  // they may be there all the same: the store is asked again
      return done;
    }
    known->second = entries.back().seq;
    if (entries.size() < entries_at_once) return {};
  }
}

}  // namespace yagura::yagurad
