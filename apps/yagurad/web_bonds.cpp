// What the screens and the API are bound to: each part of the API is given the rooms it shows, and the HTTPS
// server all of their routes. Handlers run on the web's own workers.
#include <unistd.h>

#include <array>

#include "base/text.hpp"
#include "records/handover_export.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace w = web;

namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

}  // namespace

Result<void> Server::Parts::open_web() {
  // Of the vault's key, so that screens that are open go on after a restart.
  YAGURA_TRY(const std::string csrf_key, from_hex(vault->fingerprint("csrf", "web")));
  YAGURA_TRY(auto said_of_evidence, web::Evidence::load(options.share / "alerts" / "evidence.yaml", words));
  evidence = std::make_unique<web::Evidence>(std::move(said_of_evidence));
  bind_ground(csrf_key);
  bind_desk();
  bind_watch();
  bind_others();
  return serve(csrf_key);
}

Result<schema::Value> Server::Parts::status(web::Language language) {
  const auto totals = watch->ping_totals();
  std::error_code ec;
  const auto space = std::filesystem::space(options.data, ec);
  schema::Value problems = schema::Value::array();
  for (const auto& fault : watch->faults()) problems.push(api->problems().kept(fault, language));
  for (const auto& fault : syslog_faults()) problems.push(api->problems().kept(fault, language));
  return schema::Value::object(
      {{"version", "0.1.0"},
       {"uptime_s", (clock.now() - started).count() / 1'000'000},
       {"now", to_rfc3339(clock.now())},
       {"database", database->backend() == store::Backend::sqlite ? "sqlite" : "postgresql"},
       {"disk_free", ec ? std::int64_t{0} : static_cast<std::int64_t>(space.available)},
       {"targets", static_cast<std::int64_t>(totals.targets)},
       {"ping_late_ms", static_cast<double>(totals.probes.worst_delay.count()) / 1000.0},
       {"problems", std::move(problems)}});
}

void Server::Parts::bind_ground(const std::string& csrf_key) {
  api = std::make_unique<w::Api>(
      w::Api{.people = *people,
             .ledgers = *ledgers,
             .credentials = *credentials,
             .journal = *journal,
             .database = *database,
             .vault = *vault,
             .clock = clock,
             .ids = ids,
             .jobs = *jobs,
             .events = *hub,
             .streams = streams,
             .words = words,
             .pack = [this](std::string_view id) { return pack(id); },
             .people_of_step = [this](std::string_view c,
                                      const contract::ContactStep& step) { return people_of_step(c, step); },
             .status = [this](const people::Principal&, web::Language language) { return status(language); },
             .csrf_key = csrf_key,
             .public_address = options.public_address,
             .folder = options.data});
}

void Server::Parts::bind_desk() {
  desk_api = std::make_unique<w::DeskApi>(w::DeskApi{
      .ground = *api,
      .incidents = *incidents,
      .contacts = *contacts,
      .logs_of_incident = [this](std::string_view c, Id id,
                                 web::Language language) { return logs_of_incident(c, id, language); },
      .alerts_of_incident = [this](std::string_view c, Id id,
                                   web::Language) -> Result<std::vector<schema::Value>> {
        YAGURA_TRY(const auto list,
                   watch->alerts().list({.contract = std::string(c), .incident = id, .limit = 200}));
        std::vector<schema::Value> out;
        for (const auto& a : list) out.push_back(web::alert_value(a, *evidence));
        return out;
      }});
}

void Server::Parts::bind_watch() {
  watch_api = std::make_unique<w::WatchApi>(w::WatchApi{
      .api = *api,
      .watch = *watch,
      .book = *book,
      .evidence = *evidence,
      .retrieve_log = [this](const journal::Actor& by, const std::string& c, Id device, Id incident,
                             web::Language language) -> Result<schema::Value> {
        const auto picture = book->picture();
        const auto* d = picture->find(c, device);
        if (!d) return fail("monitor.device_not_found");
        if (incident != 0) YAGURA_CHECK(incidents->get(c, incident));
        YAGURA_TRY(const Id id, retrieve_log(by, *d, incident, true));
        return database->read([&](store::Session& s) -> Result<schema::Value> {
          YAGURA_TRY(const auto log, logs->get(s, c, id));
          return log_value(log, language);
        });
      },
      .logs_of_device = [this](const std::string& c, Id device, Id before, int limit,
                               web::Language language) -> Result<schema::Value> {
        return database->read([&](store::Session& s) -> Result<schema::Value> {
          YAGURA_TRY(const auto list, logs->of_device(s, c, device, limit, before));
          std::vector<schema::Value> items;
          for (const auto& log : list) items.push_back(log_value(log, language));
          const bool more = static_cast<int>(list.size()) == limit;
          return web::page_value(std::move(items), more ? std::to_string(list.back().id) : "");
        });
      },
      .log = [this](const std::string& c, Id id, web::Language language) -> Result<schema::Value> {
        return database->read([&](store::Session& s) -> Result<schema::Value> {
          YAGURA_TRY(const auto log, logs->get(s, c, id));
          return log_value(log, language);
        });
      },
      .clocks_now = [this](const std::string& c,
                           web::Language language) { return web::clocks_now(*desk_api, c, language); },
      .calls_now = [this](const std::string& c,
                          web::Language language) { return web::calls_now(*desk_api, c, language); },
      .incidents_now = [this](const std::string& c,
                              web::Language language) { return web::incidents_now(*desk_api, c, language); },
      .accept_sender = [this](const journal::Actor& by, const std::string& c,
                              const monitor::trap::PendingSender& stranger, Id device) -> Result<void> {
        return accept_sender(by, c, monitor::trap::to_text(stranger.source), to_hex(stranger.engine_id),
                             device);
      },
      .log_question =
          [this](const monitor::watch::AlertView& a) { return w::log_question_of(a, *log_rules); }});
}

void Server::Parts::bind_others() {
  syslog_api.reset(new w::SyslogApi{
      .api = *api,
      .intake = *syslog,
      .faults = [this] { return syslog_faults(); },
      .metrics = [this] { return metrics(); },
      .accept_sender = [this](const journal::Actor& by, const std::string& c, const std::string& address,
                              Id device) { return accept_sender(by, c, address, "", device); },
      .heard_before = [this](const std::string& c,
                             const std::set<std::string>& heard) { return heard_before(c, heard); }});
  months = std::make_unique<RunningMonths>(
      RunningMonths::Ground{.database = *database,
                            .journal = *journal,
                            .clock = clock,
                            .ledgers = *ledgers,
                            .people = *people,
                            .incidents = *incidents,
                            .contacts = *contacts,
                            .alerts = watch->alerts(),
                            .samples = &watch->samples(),
                            .packs = [this](std::string_view id) { return pack(id); },
                            .layout = layout});
  request_api.reset(new w::RequestApi{.ground = *api, .requests = *requests});
  erasure_api.reset(new w::ErasureApi{
      .ground = *api,
      .erasures = *erasures,
      .exports = *exports,
      .hand_over = [this](const journal::Actor& by, const std::string& contract,
                          const std::filesystem::path& folder, const ledger::HandoverExports::Step& step) {
        return apps::export_contract(
            {*database, *journal, *ledgers, clock, record_rules, options.packs / contract, {events.get()}},
            by, contract, folder, step);
      }});
  password_api.reset(new w::PasswordApi{.ground = *api, .passwords = *passwords});
  deliverable_api.reset(
      new w::DeliverableApi{.ground = *api, .deliverables = *deliverables, .archive = *archive});
  work_api = std::make_unique<w::WorkApi>(*api, *work, *requests);
  log_api.reset(new w::LogApi{.ground = *api, .logs = *event_search});
  log_rule_api.reset(new w::LogRuleApi{.logs = *log_api, .engine = *log_rules, .book = *rule_book});
  report_api.reset(
      new w::ReportApi{.ground = *api, .archive = *archive, .months = *months, .layout = layout});
}

Result<void> Server::Parts::serve(const std::string& csrf_key) {
  w::Router router;
  w::add_ground_routes(router, *api);
  w::add_desk_routes(router, *desk_api);
  w::add_watch_routes(router, *watch_api);
  w::add_syslog_routes(router, *syslog_api);
  w::add_report_routes(router, *report_api);
  w::add_request_routes(router, *request_api);
  w::add_deliverable_routes(router, *deliverable_api);
  w::add_password_routes(router, *password_api);
  w::add_erasure_routes(router, *erasure_api);
  w::add_work_routes(router, *work_api);
  w::add_log_routes(router, *log_api);
  w::add_log_rule_routes(router, *log_rule_api);
  if (!options.ui.empty()) {
    YAGURA_TRY(auto files, w::StaticFiles::load(options.ui));
    router.set_fallback({.method = w::Method::get,
                         .pattern = "/",
                         .handler = [files](w::Request& request) { return files->answer(request); },
                         .runs = w::Runs::on_io_thread});
  }
  w::ServerOptions server_options;
  server_options.address = options.listen_address;
  server_options.port = options.listen_port;
  server_options.certificate = {options.data / "certificate.pem", options.data / "certificate.key"};
  auto names = options.hosts;
  names.push_back(host_name());
  server_options.hosts.insert(server_options.hosts.end(), names.begin(), names.end());
  server_options.upload_folder = options.data;
  YAGURA_CHECK(w::ensure_certificate(server_options.certificate, names, clock));
  YAGURA_TRY(https,
             w::HttpsServer::start({.options = server_options,
                                    .router = std::move(router),
                                    .words = words,
                                    .clock = clock,
                                    .csrf_key = csrf_key,
                                    .gate = w::make_gate(*api),
                                    .access = {},
                                    .faults = [](std::string_view text) { report_fault("web", text); }}));
  return {};
}

}  // namespace yagura::yagurad
