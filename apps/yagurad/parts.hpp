// What the server consists of, in the order in which it is made; shared by the .cpp files of this program.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "desk/deliverables.hpp"
#include "desk/desk_mail.hpp"
#include "desk/incidents.hpp"
#include "desk/work_reminders.hpp"
#include "eventstore/clickhouse/reached_store.hpp"
#include "eventstore/embedded.hpp"
#include "flow/requests.hpp"
#include "ledger/contract_records.hpp"
#include "ledger/credentials.hpp"
#include "ledger/erasure.hpp"
#include "ledger/handover_exports.hpp"
#include "ledger/password_vault.hpp"
#include "ledger/virus_scan.hpp"
#include "monitor/log_rules/rule_book.hpp"
#include "monitor/log_rules/watched_store.hpp"
#include "monitor/remote_log/remote_logs.hpp"
#include "monitor/remote_log/retriever.hpp"
#include "monitor/syslog/intake.hpp"
#include "monitor/watch/rounds.hpp"
#include "monitor/watch/watch.hpp"
#include "notify/curl_sender.hpp"
#include "notify/mailbox.hpp"
#include "people/people.hpp"
#include "report/archive.hpp"
#include "web/api/deliverable_api.hpp"
#include "web/api/desk_api.hpp"
#include "web/api/erasure_api.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/log_api.hpp"
#include "web/api/log_rule_api.hpp"
#include "web/api/pack_bindings.hpp"
#include "web/api/password_api.hpp"
#include "web/api/report_api.hpp"
#include "web/api/request_api.hpp"
#include "web/api/syslog_api.hpp"
#include "web/api/watch_api.hpp"
#include "web/api/work_api.hpp"
#include "web/server/https_server.hpp"
#include "web/server/static_files.hpp"
#include "yagurad/month_source.hpp"
#include "yagurad/server.hpp"

namespace yagura::yagurad {

using Packs = std::map<std::string, std::shared_ptr<const contract::Pack>, std::less<>>;

// Into the server's own log: what went wrong in a part of it, and of what came to its end nothing.
void report_fault(std::string_view part, std::string_view why);
template <class T>
void report_failure(std::string_view part, const Result<T>& done) {
  if (!done) report_fault(part, done.error().text());
}

struct Server::Parts {
  Options options;
  SystemClock clock;
  IdSource ids{clock};
  Time started = clock.now();
  schema::Words words;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::Vault> vault;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<eventstore::EventStore> events;  // logs: what devices and PCs say
  // What `events` is: one of them is null.
  eventstore::EmbeddedStore* embedded_events = nullptr;
  eventstore::ReachedStore* remote_events = nullptr;
  Packs packs;  // immutable after loading
  std::unique_ptr<people::People> people;
  std::unique_ptr<ledger::VirusScanner> scanner;  // null: none was named
  std::unique_ptr<ledger::Ledgers> ledgers;
  std::unique_ptr<ledger::Credentials> credentials;
  std::unique_ptr<ledger::PasswordVault> passwords;
  std::unique_ptr<ledger::Erasures> erasures;
  std::unique_ptr<ledger::HandoverExports> exports;
  std::unique_ptr<notify::Contacts> contacts;
  std::unique_ptr<notify::CurlSender> sender;
  std::unique_ptr<desk::Incidents> incidents;
  std::unique_ptr<desk::Deliverables> deliverables;
  std::map<std::string, calendar::Date, std::less<>> meetings_planned;  // the day on which they last were
  std::unique_ptr<desk::DeskMail> desk_mail;
  std::vector<std::pair<std::string, std::unique_ptr<notify::Mailbox>>> mailboxes;  // by contract
  std::unique_ptr<flow::Requests> requests;
  std::unique_ptr<desk::WorkDesk> work;
  std::unique_ptr<desk::WorkReminders> work_reminders;
  std::unique_ptr<web::EventHub> hub;
  std::unique_ptr<web::JobBoard> jobs;
  web::LiveStreams streams;

  std::unique_ptr<monitor::watch::DeviceBook> book;
  std::unique_ptr<monitor::remote_log::RemoteLogs> logs;
  std::unique_ptr<monitor::remote_log::CommandCatalogue> commands;
  std::unique_ptr<monitor::watch::Watch> watch;
  std::unique_ptr<monitor::remote_log::Retriever> retriever;
  std::unique_ptr<monitor::log_rules::Engine> log_rules;
  std::unique_ptr<monitor::log_rules::RuleBook> rule_book;
  std::unique_ptr<monitor::log_rules::WatchedStore> watched_events;  // what events are fed to
  std::unique_ptr<monitor::syslog::Intake> syslog;
  Guarded<std::vector<Error>> syslog_broken;  // ports not opened, files of vendors not read

  std::unique_ptr<report::ReportArchive> archive;
  report::Layout layout;
  std::unique_ptr<RunningMonths> months;
  std::unique_ptr<log_search::LogSearch> event_search;

  std::unique_ptr<web::Api> api;
  std::unique_ptr<web::Evidence> evidence;
  std::unique_ptr<web::DeskApi> desk_api;
  std::unique_ptr<web::WatchApi> watch_api;
  std::unique_ptr<web::SyslogApi> syslog_api;
  std::unique_ptr<web::ReportApi> report_api;
  std::unique_ptr<web::RequestApi> request_api;
  std::unique_ptr<web::DeliverableApi> deliverable_api;
  std::unique_ptr<web::PasswordApi> password_api;
  std::unique_ptr<web::ErasureApi> erasure_api;
  std::unique_ptr<web::WorkApi> work_api;
  std::unique_ptr<web::LogApi> log_api;
  std::unique_ptr<web::LogRuleApi> log_rule_api;
  std::unique_ptr<web::HttpsServer> https;
  std::string first_link;
  std::jthread ticking, sending, mailing, asking_directories, keeping_events, feeding_events;

  Result<void> open_records();
  Result<std::vector<std::string>> open_events();  // answers what the log must say of it
  Result<void> load_packs();
  Result<void> open_rooms();
  Result<void> open_desk();
  Result<void> open_watch();
  Result<void> open_log_rules();
  Result<void> open_syslog();
  Result<void> open_requests();
  Result<void> open_deliverables();
  Result<void> open_work();
  Result<void> open_log_search();
  Result<std::vector<notify::Recipient>> people_of_role(std::string_view contract, const std::string& role);
  Result<void> plan_meetings(const contract::Pack& pack);
  Result<void> fill_from_lab();

  // The API (web_bonds.cpp)
  Result<void> open_web();
  void bind_ground(const std::string& csrf_key);
  void bind_desk();
  void bind_watch();
  void bind_others();
  Result<void> serve(const std::string& csrf_key);
  Result<schema::Value> status(web::Language language);

  // What is done again and again (rounds.cpp)
  void start_threads();
  void tick();
  std::atomic<Duration> ticked{Duration{}};  // when it last began, by clock.steady()

  // What Yagura itself sees, as events (event_feeds.cpp)
  std::map<std::string, std::int64_t, std::less<>> alerts_kept;  // up to which entry of the journal
  std::atomic<bool> alerts_waiting{true};
  Result<void> feed_events();
  Result<void> keep_traps(std::span<const monitor::trap::Observation> batch,
                          const monitor::mib::Library& library, bool again);
  Result<void> keep_alerts(const contract::Pack& pack);
  Result<std::int64_t> last_alert_kept(const std::string& contract);
  // Which of a contract's are in the store already, by their numbers.
  Result<std::set<std::int64_t>> traps_kept(const std::string& contract,
                                            std::span<const monitor::trap::Observation> batch);
  // Of the days that are over: sealed in the journal; and what is older than its contract keeps it goes.
  Result<void> keep_events();
  Result<void> back_up_events();

  [[nodiscard]] std::shared_ptr<const contract::Pack> pack(std::string_view id) const;
  // Who stands in a step of a contact tree now: people of its roles, and groups of the contacts ledger.
  Result<std::vector<web::StepPerson>> people_of_step(std::string_view contract,
                                                      const contract::ContactStep& step);
  Result<monitor::watch::SnmpSecret> snmp_secret(const std::string& contract, const std::string& name);
  void publish(const std::string& contract, std::string_view topic, Id id,
               std::string_view change = "changed");

  // What becomes of a sender that nobody knew (watch_bonds.cpp): its address or engine id goes to the ledger.
  Result<void> accept_sender(const journal::Actor& by, const std::string& contract,
                             const std::string& address, const std::string& engine_id, Id device);

  // Syslog (syslog_bonds.cpp)
  void listen_for_syslog();
  void know_syslog_senders();
  std::vector<Error> syslog_faults() const;
  std::string metrics() const;
  web::SyslogApi::Earlier heard_before(const std::string& contract, const std::set<std::string>& heard);

  // Rules that make alerts of logs (log_rule_bonds.cpp)
  void begin_events();
  void rebuild_log_rules(eventstore::EventStore& store);
  void retry_log_rules();
  std::atomic<bool> log_rules_rebuilt{false};
  std::optional<Time> log_rules_begun;             // when rebuilding was first tried
  Guarded<std::optional<Error>> log_rules_unread;  // why it could not be done; tried again
  Result<void> keep_log_rules(Time now);
  void end_alerts_of(const std::string& contract, const monitor::log_rules::LogRule& before);
  std::optional<calendar::Words> log_rule_title(const std::string& contract, std::string_view rule) const;
  Guarded<std::vector<Error>> log_rules_broken;
  Time log_rules_kept = Time::min();
  std::atomic<bool> log_rules_changed{false};
  std::map<std::string, Time, std::less<>> log_rules_since;  // by contract, rule and digest

  // Logs of devices (device_logs.cpp)
  Result<Id> retrieve_log(const journal::Actor& by, const monitor::watch::WatchedDevice& device, Id incident,
                          bool by_person);
  Guarded<std::map<Id, Duration>> logs_begun;  // by the watch itself, per device, by clock.steady()
  schema::Value log_value(const monitor::remote_log::Log& log, web::Language language) const;
  Result<std::vector<schema::Value>> logs_of_incident(std::string_view contract, Id incident,
                                                      web::Language language);

  // Requests (flow_bonds.cpp)
  Result<std::optional<flow::Person>> person_of(std::string_view contract, Id account);
  Result<std::optional<flow::Person>> head_of(std::string_view contract, Id account);
  Result<void> put_in_list(store::Session& s, const flow::Request& request);
  Result<void> list_old_requests();
  Result<std::string> run_effect(store::Session& s, const flow::EffectCall& call);
  Result<void> mail_of(store::Session& s, const flow::Request& request, std::string_view topic);

  // Attachments (attachment_bonds.cpp): scanned late, removed when unused
  Result<bool> attachment_used(store::Session& s, const std::string& contract, Id id, bool thorough);
  ledger::RecordRules record_rules;
  void tend_attachments(Time now);
  std::optional<Time> attachments_scanned, attachments_swept, exports_swept;

  // The desk's mail (desk_mailboxes.cpp)
  Result<void> open_mailboxes(const notify::SenderSettings& mail_settings);
  Result<void> mail_round();

  // The cities' directories (directories.cpp)
  Result<void> open_directories();
  Result<void> open_sign_on(const schema::Value& entries, const std::set<std::string>& searching,
                            people::Directories& found);
  Result<void> directory_round();

  // Passkeys are the public address's (directories.cpp)
  Result<void> open_passkeys();

  void morning_rounds(Time now);
  monitor::watch::MorningRounds rounds;
  void purge_logs(Time now);
  std::map<std::string, calendar::Date> logs_purged;  // contract -> day
};

}  // namespace yagura::yagurad
