#include "yagurad/server.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "contract/pack_archive.hpp"
#include "records/all_steps.hpp"
#include "records/handover_export.hpp"
#include "schema/json.hpp"
#include "schema/yaml.hpp"
#include "web/api/job_json.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace {

constexpr Duration directories_asked_every = std::chrono::minutes(5);

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

}  // namespace

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
  auto& p = *parts_;
  // One that is away must hold up none of the others.
  if (p.remote_events && p.remote_events->away()) p.remote_events->end();
  for (auto* thread :
       {&p.ticking, &p.sending, &p.mailing, &p.asking_directories, &p.feeding_events, &p.keeping_events}) {
    thread->request_stop();
    if (thread->joinable()) thread->join();
  }
  if (p.https) p.https->stop(std::chrono::seconds(5));
  p.syslog->stop();
  p.retriever.reset();
  p.watch.reset();
  if (auto given = p.give_traps(); !given) spdlog::error("traps among the logs: {}", given.error().text());
  p.https.reset();
  p.jobs.reset();
}

std::string Server::address() const {
  const auto& o = parts_->options;
  const bool anywhere =
      o.listen_address == "::" || o.listen_address == "0.0.0.0" || o.listen_address == "127.0.0.1";
  return "https://" + (anywhere ? std::string("localhost") : o.listen_address) + ":" +
         std::to_string(parts_->https->port());
}

std::string Server::first_link() const { return parts_->first_link; }

Result<std::unique_ptr<Server>> Server::start(const Options& options) {
  auto parts = std::make_unique<Parts>();
  parts->options = options;
  auto& p = *parts;
  YAGURA_TRY(p.words, schema::Words::load(options.share / "errors"));
  YAGURA_CHECK(p.open_records());
  YAGURA_TRY(const auto of_events, p.open_events());
  for (const auto& said : of_events) spdlog::error("store of events: {}", said);
  YAGURA_CHECK(p.load_packs());
  YAGURA_CHECK(p.open_rooms());
  YAGURA_CHECK(p.fill_from_lab());
  YAGURA_CHECK(p.open_watch());
  YAGURA_CHECK(p.open_log_rules());
  YAGURA_CHECK(p.open_syslog());
  YAGURA_CHECK(p.open_work());
  YAGURA_CHECK(p.open_requests());
  YAGURA_CHECK(p.open_deliverables());
  YAGURA_CHECK(p.open_log_search());
  YAGURA_CHECK(p.open_web());
  p.start_threads();
  YAGURA_CHECK(p.database->write([&](store::Session& s) {
    return p.journal->append(
        s, {"", {}, "system.started", "system", schema::Value::object({{"version", "0.1.0"}})});
  }));
  std::unique_ptr<Server> server(new Server(std::move(parts)));
  YAGURA_TRY(const auto invitation, server->parts_->people->first_administrator());
  if (invitation) server->parts_->first_link = server->address() + "/setup#" + invitation->token;
  return server;
}

Result<void> Server::Parts::open_records() {
  std::error_code ec;
  std::filesystem::create_directories(options.data, ec);
  YAGURA_TRY(auto opened_vault, store::Vault::open(options.data / "vault.key"));
  vault = std::make_unique<store::Vault>(std::move(opened_vault));
  YAGURA_TRY(database, store::Database::open(options.database));
  YAGURA_CHECK(database->migrate(apps::all_steps()));
  YAGURA_TRY(auto kinds, journal::load_kinds(options.share / "journal" / "kinds.yaml"));
  journal = std::make_unique<journal::Journal>(clock, std::move(kinds));
  return {};
}

Result<void> Server::Parts::load_packs() {
  auto wanted = options.contracts;
  if (wanted.empty()) {
    std::error_code ec;
    for (const auto& entry : std::filesystem::directory_iterator(options.packs, ec))
      if (entry.is_directory() && !entry.path().filename().string().starts_with('_'))
        wanted.push_back(entry.path().filename().string());
  }
  std::ranges::sort(wanted);
  for (const auto& id : wanted) {
    YAGURA_TRY(auto pack, contract::load_pack(options.packs / id));
    if (!options.ping_interval.empty()) {
      int seconds = 0;
      const auto& text = options.ping_interval;
      std::from_chars(text.data(), text.data() + text.size(), seconds);
      if (seconds < 1) return fail("apps.option_invalid", {{"option", "--ping-interval"}, {"value", text}});
      for (auto& c : pack.device_classes) {
        c.ping.interval = std::chrono::seconds(seconds);
        c.ping.timeout = std::min<Duration>(c.ping.timeout, std::chrono::seconds(1));
      }
    }
    const std::string version = pack.version;
    // The watch does not wait for the archive: without it a clock of this version is only not judged as then.
    if (auto kept = database->write(
            [&](store::Session& s) { return contract::keep_pack(s, pack, options.packs, clock.now()); });
        !kept)
      spdlog::error("pack {}: {}", id, kept.error().text());
    packs[id] = std::make_shared<const contract::Pack>(std::move(pack));
    YAGURA_CHECK(database->write([&](store::Session& s) -> Result<void> {
      // A line in the journal for each new version, not for each start.
      journal::Query last{.chain = id, .kind_prefix = "contract.loaded", .limit = 1};
      YAGURA_TRY(const auto entries, journal->list(s, last));
      if (!entries.empty() && entries.front().record.data["version"].text() == version) return {};
      YAGURA_CHECK(journal->append(
          s, {id, {}, "contract.loaded", "contract/" + id, schema::Value::object({{"version", version}})}));
      return {};
    }));
  }
  return {};
}

std::shared_ptr<const contract::Pack> Server::Parts::pack(std::string_view id) const {
  const auto found = packs.find(id);
  return found == packs.end() ? nullptr : found->second;
}

Result<void> Server::Parts::open_rooms() {
  std::vector<std::shared_ptr<const contract::Pack>> all;
  for (const auto& [id, pack] : packs) all.push_back(pack);
  people = std::make_unique<people::People>(people::People::Ground{*database, *journal, clock, ids, *vault},
                                            web::rules_of(all));
  YAGURA_TRY(auto definitions, ledger::load_definitions(options.share / "ledgers"));
  std::map<std::string, ledger::Definitions, std::less<>> own;
  std::vector<std::string> ids_of_contracts;
  for (const auto& [id, pack] : packs) {
    ids_of_contracts.push_back(id);
    if (const auto* list = pack->tree.find("ledgers")) {
      YAGURA_TRY(own[id], ledger::with_own(definitions, *list));
    }
  }
  YAGURA_TRY(record_rules, ledger::load_record_rules(options.share / "handover_tables.yaml"));
  if (!options.clamd.empty()) scanner = std::make_unique<ledger::ClamdScanner>(options.clamd, clock);
  ledgers = std::make_unique<ledger::Ledgers>(
      ledger::Ledgers::Ground{*database, *journal, clock, ids, scanner.get()}, std::move(definitions),
      [this](std::string_view contract, std::string_view source) {
        const auto held = pack(contract);
        return held ? web::choices_of(*held, source) : std::vector<ledger::Choice>{};
      },
      std::move(own));
  YAGURA_CHECK(ledgers->renew_expiries(ids_of_contracts));
  YAGURA_CHECK(ledgers->index_large());
  credentials =
      std::make_unique<ledger::Credentials>(ledger::Credentials::Ground{*database, *journal, clock, *vault});
  YAGURA_CHECK(open_directories());
  YAGURA_CHECK(open_passkeys());
  erasures = std::make_unique<ledger::Erasures>(ledger::Erasures::Ground{*database, *journal, clock, ids});
  exports = std::make_unique<ledger::HandoverExports>(
      ledger::HandoverExports::Ground{*database, *journal, clock, ids, options.data / "handover"});
  passwords = std::make_unique<ledger::PasswordVault>(
      ledger::PasswordVault::Ground{*database, *journal, clock, ids, *vault, *ledgers},
      [this](std::string_view contract, const std::string& rotation, calendar::Date changed) {
        const auto held = pack(contract);
        return held ? contract::next_password_change(*held, rotation, changed) : std::nullopt;
      });
  contacts = std::make_unique<notify::Contacts>(notify::Contacts::Ground{*database, *journal, clock, ids});
  notify::SenderSettings mail{.smtp = options.smtp,
                              .from = options.smtp_from,
                              .user = options.smtp_user,
                              .require_tls = options.smtp_tls,
                              .ca_file = options.mail_ca,
                              .portal = options.public_address};
  if (!options.smtp_password_file.empty()) {
    YAGURA_TRY(const auto password, schema::read_file(options.smtp_password_file, 4096));
    mail.password = trim(password);
  }
  sender = std::make_unique<notify::CurlSender>(mail);
  incidents = std::make_unique<desk::Incidents>(
      desk::Incidents::Ground{*database, *journal, clock, ids, *contacts, ledgers.get(),
                              options.smtp_from.substr(options.smtp_from.find('@') + 1)},
      [this](std::string_view id) { return pack(id); },
      [this](std::string_view contract,
             const contract::ContactStep& step) -> Result<std::vector<notify::Recipient>> {
        YAGURA_TRY(const auto found, people_of_step(contract, step));
        std::vector<notify::Recipient> out;
        for (const auto& person : found) out.push_back({person.name, person.to});
        return out;
      });
  YAGURA_CHECK(incidents->tickets().fill());
  YAGURA_CHECK(open_mailboxes(mail));
  hub = std::make_unique<web::EventHub>(clock);
  jobs = std::make_unique<web::JobBoard>(clock, ids, web::JobBoard::Limits{}, web::job_events(*hub));
  contacts->listen([this](const std::string& contract, Id id) { publish(contract, "call", id); });
  incidents->listen(
      [this](const std::string& contract, std::string_view topic, Id id) { publish(contract, topic, id); });
  archive =
      std::make_unique<report::ReportArchive>(report::ReportArchive::Ground{*database, *journal, clock, ids});
  YAGURA_CHECK(archive->give_up_unfinished());
  YAGURA_TRY(layout, report::load_layout(options.share / "reports" / "monthly.yaml"));
  return {};
}

void Server::Parts::publish(const std::string& contract, std::string_view topic, Id id,
                            std::string_view change) {
  hub->publish("contract:" + contract, topic,
               schema::to_json(schema::Value::object({{"id", id}, {"change", change}})));
}

Result<std::vector<web::StepPerson>> Server::Parts::people_of_step(std::string_view contract,
                                                                   const contract::ContactStep& step) {
  std::vector<web::StepPerson> out;
  const auto reach = [&](const schema::Value& f) -> std::string {
    if (step.channel == "mail") return f["mail"].text();
    if (step.channel == "webhook") return f["webhook"].text();
    const auto held = pack(contract);
    const bool out_of_hours = held && !held->in_office_hours(clock.now());
    const auto& other = f["phone_out_of_hours"].text();
    return out_of_hours && !other.empty() ? other : f["phone"].text();
  };
  std::vector<std::pair<std::int64_t, web::StepPerson>> listed;
  YAGURA_CHECK(ledgers->each(contract, "contacts", [&](ledger::Row&& row) {
    for (const auto& duty : row.fields["duty"].items())
      if (std::ranges::find(step.contacts, duty.text()) != step.contacts.end()) {
        if (auto to = reach(row.fields); !to.empty())
          listed.emplace_back(row.fields["order"].is_null() ? 1'000'000 : row.fields["order"].integer(),
                              web::StepPerson{row.id, row.title, std::move(to)});
        return;
      }
  }));
  std::ranges::sort(listed, {}, [](const auto& entry) { return std::pair(entry.first, entry.second.id); });
  for (auto& [order, person] : listed) out.push_back(std::move(person));
  if (step.channel != "mail" || step.roles.empty()) return out;
  // People of the roster are reached by the mail address of their account.
  YAGURA_TRY(const auto roster, people->roster(contract, people::RosterState::approved));
  const auto today = calendar::format_date(calendar::date_of(clock.now()));
  for (const auto& entry : roster) {
    if (entry.from > today || (entry.until && *entry.until < today)) continue;
    if (std::ranges::find(step.roles, people::name_of(entry.role)) == step.roles.end()) continue;
    YAGURA_TRY(const auto person, people->person(entry.person));
    if (person.mail.empty() || person.disabled) continue;
    if (std::ranges::none_of(out, [&](const auto& p) { return p.to == person.mail; }))
      out.push_back({person.id, person.name, person.mail});
  }
  return out;
}

void Server::Parts::start_threads() {
  begin_events();
  // The server is of use without it, and tells of it until it is there.
  if (const auto why = remote_events ? remote_events->away() : std::nullopt)
    spdlog::error("store of events: {}", why->text());
  listen_for_syslog();
  for (const auto& fault : syslog_faults()) spdlog::error("syslog: {}", fault.text());
  ticking = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      tick();
      for (int i = 0; i < 10 && !stop.stop_requested(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  sending = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (auto sent = contacts->send_waiting(*sender); !sent) spdlog::error("mail: {}", sent.error().text());
      for (int i = 0; i < 10 && !stop.stop_requested(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  // Apart: a mail server that does not answer must not keep anybody from being called.
  mailing = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (auto done = mail_round(); !done) spdlog::error("mail of the desk: {}", done.error().text());
      for (int i = 0; i < 50 && !stop.stop_requested(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  keeping_events = std::jthread([this](const std::stop_token& stop) {
    for (calendar::Date done{}; !stop.stop_requested();) {
      // Some minutes into the day, so that what was sent at midnight is in.
      const auto day = calendar::date_of(clock.now() - std::chrono::minutes(10));
      if (day != done) {
        if (auto kept = keep_events(); !kept) spdlog::error("logs: {}", kept.error().text());
        done = day;
      }
      for (int i = 0; i < 50 && !stop.stop_requested(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  // Apart, too: a store on another machine that does not answer keeps nobody waiting but this one.
  feeding_events = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (auto done = feed_events(); !done)
        spdlog::error("traps and alerts among the logs: {}", done.error().text());
      for (int i = 0; i < 10 && !stop.stop_requested(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  if (people->directories().empty()) return;
  asking_directories = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (auto done = directory_round(); !done) spdlog::error("directories: {}", done.error().text());
      const auto next = clock.steady() + directories_asked_every;
      while (clock.steady() < next && !stop.stop_requested())
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
}

void Server::Parts::tick() {
  ticked = clock.steady();
  if (auto done = incidents->tick(); !done) spdlog::error("clocks: {}", done.error().text());
  if (auto done = contacts->tick(); !done) spdlog::error("contacts: {}", done.error().text());
  if (auto done = requests->tick(); !done) spdlog::error("requests: {}", done.error().text());
  for (const auto& [id, pack] : packs) {
    if (auto done = plan_meetings(*pack); !done) spdlog::error("meetings: {}", done.error().text());
    if (auto done = deliverables->tick(id); !done) spdlog::error("deliverables: {}", done.error().text());
    if (auto done = work_reminders->tick(id); !done) spdlog::error("work: {}", done.error().text());
  }
  tend_attachments(clock.now());
  streams.sweep(clock.now(), *hub);
  morning_rounds(clock.now());
  purge_logs(clock.now());
  log_rules->tick();
  if (auto done = keep_log_rules(clock.now()); !done) spdlog::error("log rules: {}", done.error().text());
}

Result<void> Server::Parts::open_web() {
  namespace w = web;
  // Of the vault's key, so that screens that are open go on after a restart.
  YAGURA_TRY(const std::string csrf_key, from_hex(vault->fingerprint("csrf", "web")));
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
             .status = [this](const people::Principal&, web::Language language) -> Result<schema::Value> {
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
             },
             .csrf_key = csrf_key,
             .public_address = options.public_address,
             .folder = options.data});
  YAGURA_TRY(auto said_of_evidence, w::Evidence::load(options.share / "alerts" / "evidence.yaml", words));
  evidence = std::make_unique<w::Evidence>(std::move(said_of_evidence));
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
                                    .faults = [](std::string_view text) { spdlog::error("{}", text); }}));
  return {};
}

}  // namespace yagura::yagurad
