// What the watch is bound to: secrets from the vault, incidents of the desk, logs of devices.
#include <spdlog/spdlog.h>

#include "base/text.hpp"
#include "schema/json.hpp"
#include "web/api/json.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

using monitor::watch::WatchedDevice;
using schema::Value;

namespace {
constexpr Duration log_spacing = std::chrono::minutes(10);  // as the retriever's own
}

Result<monitor::watch::SnmpSecret> Server::Parts::snmp_secret(const std::string& contract,
                                                              const std::string& name) {
  YAGURA_TRY(auto opened, credentials->open(contract, name));
  monitor::watch::SnmpSecret out;
  if (opened.about.kind == ledger::CredentialKind::snmp_community) {
    out.community = std::move(opened.secret.secret);
    return out;
  }
  if (opened.about.kind != ledger::CredentialKind::snmp_v3)
    return fail("ledger.credential_kind", {{"name", name}});
  namespace snmp = monitor::snmp;
  // The vault's words are those of the OpenAPI file: sha256, aes128.
  const auto auth_word = [&] {
    const auto& a = opened.secret.auth;
    if (a == "sha1") return std::string("SHA");
    return a.starts_with("sha") ? "SHA-" + a.substr(3) : a;
  }();
  const auto privacy_word = [&] {
    const auto& p = opened.secret.privacy;
    if (p == "aes128") return std::string("AES");
    return p.starts_with("aes") ? "AES-" + p.substr(3) : p;
  }();
  const auto auth = snmp::auth_protocol(auth_word.empty() ? "none" : auth_word);
  const auto privacy = snmp::priv_protocol(privacy_word.empty() ? "none" : privacy_word);
  if (!auth || !privacy) return fail("ledger.credential_kind", {{"name", name}});
  out.usm = {opened.about.user, *auth, std::move(opened.secret.auth_password), *privacy,
             std::move(opened.secret.privacy_password)};
  return out;
}

Result<void> Server::Parts::open_watch() {
  namespace watch_room = monitor::watch;
  book = std::make_unique<watch_room::DeviceBook>(*ledgers, [this](std::string_view id) { return pack(id); });
  std::vector<std::string> ids_of_contracts;
  for (const auto& [id, held] : packs) ids_of_contracts.push_back(id);
  YAGURA_CHECK(book->load(ids_of_contracts));
  logs = std::make_unique<monitor::remote_log::RemoteLogs>(clock, ids, *journal);
  YAGURA_CHECK(database->write([&](store::Session& s) { return logs->interrupted(s); }));
  YAGURA_TRY(auto catalogue, monitor::remote_log::CommandCatalogue::load(options.share / "commands"));
  commands = std::make_unique<monitor::remote_log::CommandCatalogue>(std::move(catalogue));
  retriever = std::make_unique<monitor::remote_log::Retriever>(clock);

  watch_room::Settings settings;
  settings.share = options.share;
  settings.state = options.data;
  settings.trap_listen = {{options.trap_address, options.trap_port}};
  settings.more_mibs = {options.data / "mibs"};
  settings.more_kinds = {options.data / "traps"};
  watch_room::Bonds bonds;
  bonds.snmp_secret = [this](const std::string& contract, const std::string& name) {
    return snmp_secret(contract, name);
  };
  bonds.announced = [this](const WatchedDevice& d, const watch_room::AlertStore::Saved& a) -> Result<Id> {
    YAGURA_TRY(const Id incident,
               incidents->on_alert({a.alert.id,
                                    d.contract,
                                    std::string(watch_room::name_of(a.alert.severity)),
                                    {d.name + " " + a.title.ja, d.name + " " + a.title.en},
                                    {d.id, d.name, d.device_class, d.site, d.site_name, d.site_kind},
                                    a.alert.first}));
    // One alert after the other of one device asks for its log once: the first says what the others would.
    const bool due = logs_begun.with([&](auto& begun) {
      const Duration now = clock.steady();
      const auto last = begun.find(d.id);
      if (last != begun.end() && now - last->second < log_spacing) return false;
      begun[d.id] = now;
      return true;
    });
    if (due && d.remote_log_on && !d.ssh_credential.empty())
      if (auto begun = retrieve_log({}, d, incident, false); !begun)
        spdlog::info("log of {}: {}", d.name, begun.error().text());
    return incident;
  };
  bonds.cleared = [this](const WatchedDevice& d, const watch_room::AlertStore::Saved& a) {
    if (a.incident == 0) return;
    if (auto noted = incidents->on_alert_cleared(d.contract, a.incident, a.alert.id, a.title); !noted)
      spdlog::error("incident {}: {}", a.incident, noted.error().text());
  };
  bonds.evidence = [this](const WatchedDevice& d, const watch_room::AlertStore::Saved& a, Id incident) {
    const calendar::Words title{d.name + " " + a.title.ja, d.name + " " + a.title.en};
    if (auto noted = incidents->on_evidence(d.contract, incident, a.alert.id, title); !noted)
      spdlog::error("incident {}: {}", incident, noted.error().text());
  };
  bonds.trapped = [this](std::span<const monitor::trap::Observation> batch,
                         const monitor::mib::Library& library,
                         bool again) { return keep_traps(batch, library, again); };
  bonds.changed = [this](const std::string& contract, std::string_view topic, Id id) {
    if (topic == "alert") alerts_waiting = true;
    publish(contract, topic, id);
  };
  bonds.log_rule_title = [this](const std::string& contract, std::string_view rule) {
    return log_rule_title(contract, rule);
  };
  bonds.trouble = [](const Error& error) { spdlog::warn("watch: {}", error.text()); };
  YAGURA_TRY(watch, watch_room::Watch::start({*database, *journal, clock, ids, *book}, std::move(settings),
                                             std::move(bonds)));
  ledgers->listen(
      [this](const std::string& contract, const std::string& ledger, const std::vector<Id>& rows) {
        publish(contract, "ledger", rows.empty() ? 0 : rows.front());
        auto concerned = book->changed(contract, ledger, rows);
        if (!concerned) return spdlog::error("devices: {}", concerned.error().text());
        if (concerned->empty()) return;
        watch->devices_changed(*concerned);
        know_syslog_senders();
      });
  credentials->listen([this](const std::string&, const std::string&) { watch->credentials_changed(); });
  return {};
}

Result<void> Server::Parts::accept_sender(const journal::Actor& by, const std::string& contract,
                                          const std::string& address, const std::string& engine_id,
                                          Id device) {
  YAGURA_TRY(const auto row, ledgers->find(contract, "devices", device));
  if (!row || row->deleted) return fail("monitor.device_not_found");
  const std::string field = address.find(':') == std::string::npos ? "address" : "address6";
  Value change = Value::object();
  if (!engine_id.empty())
    change.set("engine_id", engine_id);
  else if (row->fields[field].is_null())
    change.set(field, address);
  else
    return fail("monitor.sender_address");
  YAGURA_CHECK(
      ledgers->change(by, contract, "devices", device, row->version, change,
                      engine_id.empty() ? "ログ・トラップ送信元の受入れ" : "トラップ送信元の受入れ"));
  return database->write([&](store::Session& s) -> Result<void> {
    YAGURA_CHECK(journal->append(s, {contract, by, "device.accepted", "devices/" + std::to_string(device),
                                     Value::object({{"address", address}, {"engine_id", engine_id}})}));
    return {};
  });
}

void Server::Parts::morning_rounds(Time now) {
  using Rounds = monitor::watch::MorningRounds;
  for (const auto& [id, held] : packs) {
    if (!Rounds::may_be_due(*held, now)) continue;
    const auto newest = watch->alerts().rounds(id, 0, 1, true);
    if (!newest) {
      spdlog::error("rounds: {}", newest.error().text());
      continue;
    }
    const auto next = rounds.look(*held, now, watch->round_length(id),
                                  newest->empty() ? std::nullopt : newest->front().due);
    if (next.step == Rounds::Step::missed) {
      spdlog::warn("round of {}: nothing was running when it was due", id);
      if (auto kept = watch->round_missed(id, next.due); !kept)
        spdlog::error("rounds: {}", kept.error().text());
    }
    if (next.step != Rounds::Step::begin) continue;
    (void)jobs->submit(
        {.account = "", .kind = "ping.round", .title_ja = "始業前の死活確認", .title_en = "Morning round"},
        [this, contract = id, due = next.due](web::JobRun&) -> Result<std::string> {
          YAGURA_TRY(const auto round, watch->round(contract, due, {}));
          publish(contract, "round", round.id);
          return std::to_string(round.id);
        });
  }
}

// Once a day: logs of devices that are older than the contract keeps them.
void Server::Parts::purge_logs(Time now) {
  const auto today = calendar::date_of(now);
  for (const auto& [id, held] : packs) {
    if (logs_purged[id] == today) continue;
    const Duration keep = contract::watch_rules(*held).keep_remote_logs;
    auto purged = database->write(
        [&, contract = id](store::Session& s) { return logs->purge(s, contract, now - keep, 500); });
    if (!purged) spdlog::error("logs of {}: {}", id, purged.error().text());
    // More is left: at the next look.
    if (purged && *purged < 500) logs_purged[id] = today;
  }
}

Result<Id> Server::Parts::retrieve_log(const journal::Actor& by, const WatchedDevice& d, Id incident,
                                       bool by_person) {
  namespace rl = monitor::remote_log;
  YAGURA_TRY(auto set, commands->find(d.commands));
  if (d.ssh_credential.empty()) return fail("monitor.no_ssh_credential", {{"device", d.name}});
  YAGURA_TRY(const Id id, database->write([&](store::Session& s) {
    return logs->requested(s, {d.contract, d.id, d.name, incident, by});
  }));
  const auto ended = [this, id, by, contract = d.contract, device = d.id, incident](rl::Retrieved&& result) {
    auto kept = database->write([&](store::Session& s) { return logs->ended(s, id, result, by); });
    if (!kept) spdlog::error("log {}: {}", id, kept.error().text());
    publish(contract, "incident", incident);
    if (!result.host_key_new || result.host_key.empty()) return;
    // The first key seen is pinned; from now on another one is refused.
    const auto row = ledgers->find(contract, "devices", device);
    if (row && *row)
      (void)ledgers->change({}, contract, "devices", device, (*row)->version,
                            Value::object({{"ssh_host_key", result.host_key}}), "最初の接続で記録");
  };
  rl::Request request;
  request.target.device = d.id;
  request.target.address = d.address.empty() ? d.address6 : d.address;
  request.target.telnet = d.telnet;
  request.target.port = static_cast<std::uint16_t>(d.telnet ? d.telnet_port : d.ssh_port);
  request.target.host_key = d.ssh_host_key;
  request.target.model = d.model;
  request.commands = std::move(set);
  request.login = [this, contract = d.contract, name = d.ssh_credential]() -> Result<rl::SshLogin> {
    YAGURA_TRY(auto opened, credentials->open(contract, name));
    const bool key = opened.about.kind == ledger::CredentialKind::ssh_key;
    return key ? rl::SshLogin(opened.about.user, {}, std::move(opened.secret.secret))
               : rl::SshLogin(opened.about.user, std::move(opened.secret.secret));
  };
  request.by_person = by_person;
  if (auto accepted = retriever->request(std::move(request), ended); !accepted) {
    rl::Retrieved refused;
    refused.device = d.id;
    refused.error = accepted.error();
    refused.started = refused.finished = clock.now();
    (void)database->write([&](store::Session& s) { return logs->ended(s, id, refused, by); });
    if (by_person) return std::unexpected(accepted.error());
  }
  return id;
}

Value Server::Parts::log_value(const monitor::remote_log::Log& log, web::Language language) const {
  const std::string state = log.state == "partial" ? "done" : log.state == "cancelled" ? "failed" : log.state;
  Value problem;
  if (log.error) {
    problem = api->problems().kept(*log.error, language);
  }
  std::vector<Value> list;
  for (const auto& c : log.commands)
    list.push_back(Value::object({{"command", c.command},
                                  {"started", web::time_value(c.started)},
                                  {"seconds", static_cast<double>(c.took.count()) / 1e6},
                                  {"output", c.text},
                                  {"cut", c.cut}}));
  return Value::object({{"id", log.id},
                        {"device", log.device},
                        {"device_name", log.device_name},
                        {"incident", web::id_or_null(log.incident)},
                        {"state", state},
                        {"started", web::time_value(log.started)},
                        {"finished", web::time_value(log.finished)},
                        {"problem", std::move(problem)},
                        {"commands", Value(std::move(list))}});
}

Result<std::vector<Value>> Server::Parts::logs_of_incident(std::string_view contract, Id incident,
                                                           web::Language language) {
  return database->read([&](store::Session& s) -> Result<std::vector<Value>> {
    YAGURA_TRY(const auto list, logs->of_incident(s, contract, incident));
    std::vector<Value> out;
    for (const auto& log : list) out.push_back(log_value(log, language));
    return out;
  });
}

}  // namespace yagura::yagurad
