#include "yagurad/server.hpp"

#include <spdlog/spdlog.h>

#include "records/all_steps.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

void report_fault(std::string_view part, std::string_view why) { spdlog::error("{}: {}", part, why); }

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
  for (const auto& said : of_events) report_fault("store of events", said);
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

}  // namespace yagura::yagurad
