// What the syslog intake is bound to: the store of events, and the ledger that knows whose address it is.
#include <fmt/format.h>

#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace syslog_room = monitor::syslog;

namespace {

syslog_room::KnownSource source_of(const monitor::watch::WatchedDevice& d) {
  syslog_room::KnownSource out{.addresses = {}, .contract = d.contract, .source = {}};
  out.source.device = d.name;
  if (d.log_zone == "utc") out.source.offset = std::chrono::minutes(0);
  for (const auto& [name, encoding] : enum_names(syslog_room::Encoding{}))
    if (name == d.log_encoding) out.source.encoding = encoding;
  for (const auto& text : d.addresses())
    if (const auto address = monitor::trap::parse_address(text)) out.addresses.push_back(*address);
  return out;
}

}  // namespace

Result<void> Server::Parts::open_syslog() {
  const auto& o = options;
  if (!o.syslog_strangers.empty() && !packs.contains(o.syslog_strangers))
    return fail("apps.option_invalid", {{"option", "--syslog-strangers"}, {"value", o.syslog_strangers}});
  auto vendors = syslog_room::VendorSet::load(o.share / "syslog", events->kinds());
  syslog_broken.with([&](auto& held) {
    for (const auto& fault : vendors.faults) held.push_back(fault.error);
  });
  syslog_room::IntakeOptions settings;
  if (o.syslog_port != 0) settings.udp = settings.tcp = {{o.syslog_address, o.syslog_port}};
  if (o.syslog_tls_port != 0) settings.tls = {{o.syslog_tls_address, o.syslog_tls_port}};
  settings.tls_files = {o.syslog_certificate.empty() ? o.data / "certificate.pem" : o.syslog_certificate,
                        o.syslog_key.empty() ? o.data / "certificate.key" : o.syslog_key,
                        o.syslog_authorities};
  syslog = std::make_unique<syslog_room::Intake>(clock, *watched_events, std::move(vendors.set),
                                                 std::move(settings));
  know_syslog_senders();
  return {};
}

// The server is of use without it, so ports that are taken are shown and do not end the start.
void Server::Parts::listen_for_syslog() {
  if (auto begun = syslog->start(); !begun)
    syslog_broken.with([&](auto& held) { held.push_back(begun.error()); });
}

void Server::Parts::know_syslog_senders() {
  if (!syslog) return;
  std::vector<syslog_room::KnownSource> known;
  // Two cities may use the same private address. Whose line it is cannot be told then, and one city's logs
  // must not come to lie with the other's.
  std::map<syslog_room::Address, std::string> owners;
  std::set<syslog_room::Address> shared;
  std::map<std::string, std::shared_ptr<monitor::log_rules::DeviceNames>, std::less<>> names;
  book->picture()->devices.each([&](Id id, const auto& device) {
    auto& of_contract = names[device->contract];
    if (!of_contract) of_contract = std::make_shared<monitor::log_rules::DeviceNames>();
    of_contract->emplace(device->name, id);
    auto source = source_of(*device);
    for (const auto& address : source.addresses)
      if (const auto [at, first] = owners.emplace(address, source.contract);
          !first && at->second != source.contract)
        shared.insert(address);
    if (!source.addresses.empty()) known.push_back(std::move(source));
  });
  log_rules->set_devices({names.begin(), names.end()});
  if (!shared.empty())
    for (auto& source : known)
      std::erase_if(source.addresses, [&](const auto& address) { return shared.contains(address); });
  std::optional<std::string> strangers;
  if (!options.syslog_strangers.empty())
    strangers = options.syslog_strangers;
  else if (packs.size() == 1)
    strangers = packs.begin()->first;
  syslog->set_directory(syslog_room::SourceDirectory::build(known, std::move(strangers)));
}

std::vector<Error> Server::Parts::syslog_faults() const {
  auto out = syslog_broken.with([](const auto& held) { return held; });
  if (auto fault = syslog->fault()) out.push_back(*fault);
  if (auto away = remote_events ? remote_events->away() : std::nullopt)
    if (out.empty() || out.back().text() != away->text()) out.push_back(*std::move(away));
  if (remote_events)
    for (auto& server : remote_events->missing()) out.push_back(std::move(server));
  log_rules_broken.with([&](const auto& held) { out.insert(out.end(), held.begin(), held.end()); });
  log_rules_unread.with([&](const auto& held) {
    if (held) out.push_back(*held);
  });
  for (auto& fault : rule_book->faults()) out.push_back(std::move(fault));
  return out;
}

// One search of the newest event for each: a look into an index, also where there is none.
web::SyslogApi::Earlier Server::Parts::heard_before(const std::string& contract,
                                                    const std::set<std::string>& heard) {
  constexpr Duration at_most = std::chrono::seconds(1);
  web::SyslogApi::Earlier out;
  const auto end = clock.steady() + at_most;
  const auto devices = log_rules->devices(contract);
  for (const auto& [name, id] : *devices) {
    if (heard.contains(name)) continue;
    if (clock.steady() > end) out.whole = false;
    if (!out.whole) break;
    const eventstore::Query query{
        .contract = contract,
        .kinds = {"firewall", "syslog"},
        .from = clock.now() - std::chrono::days(7),
        .where = {.type = eventstore::Condition::Type::equals, .field = "device", .value = name}};
    const auto found = events->search(query, {.newest_first = true, .limit = 1}, {.time = at_most},
                                      [&](const eventstore::Event& event) -> Result<bool> {
                                        out.last.emplace_back(name, event.at);
                                        return false;
                                      });
    if (!found) out.whole = false;
  }
  return out;
}

std::string Server::Parts::metrics() const {
  auto out = syslog_room::to_prometheus(syslog->accounts());
  const auto state = embedded_events ? embedded_events->state() : eventstore::EmbeddedState();
  const auto one = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
    out += fmt::format("# HELP yagura_events_{0} {2}\n# TYPE yagura_events_{0} {1}\nyagura_events_{0} {3}\n",
                       name, type, help, value);
  };
  one("segments", "gauge", "Segments on disk.", state.segments);
  one("recent_batches", "gauge", "Batches on disk and in no segment yet.", state.recent_batches);
  one("recent_bytes", "gauge", "Memory of these batches.", state.recent_bytes);
  one("cache_bytes", "gauge", "Memory of what was read.", state.cache_bytes);
  one("flushes_total", "counter", "Times batches became segments.", state.flushes);
  one("merges_total", "counter", "Merges of segments.", state.merges);
  one("damage", "gauge", "Damage found since the start.", state.damage.size());
  const auto rules = log_rules->counters();
  const auto of_rules = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
    out += fmt::format(
        "# HELP yagura_log_rules{0} {2}\n# TYPE yagura_log_rules{0} {1}\nyagura_log_rules{0} {3}\n", name,
        type, help, value);
  };
  of_rules("", "gauge", "Rules in force, of all contracts.", rules.rules);
  of_rules("_events_total", "counter", "Events judged.", rules.events);
  of_rules("_matches_total", "counter", "Events that fulfil a rule's condition.", rules.matches);
  of_rules("_hits_total", "counter", "What was raised or ended.", rules.hits);
  of_rules("_no_device_total", "counter", "Matches of senders in no ledger: they raise nothing.",
           rules.no_device);
  of_rules("_things", "gauge", "Things that are counted.", rules.keys);
  of_rules("_forgotten_total", "counter", "Things pushed out because there were too many.", rules.forgotten);
  const auto ago = ticked.load() == Duration{} ? Duration{} : clock.steady() - ticked.load();
  out += fmt::format(
      "# HELP yagura_round_begun_seconds Since the server's round of clocks and deadlines last began.\n"
      "# TYPE yagura_round_begun_seconds gauge\nyagura_round_begun_seconds {:.3f}\n",
      std::chrono::duration<double>(ago).count());
  return out;
}

}  // namespace yagura::yagurad
