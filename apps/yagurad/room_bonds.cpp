// The packs, and the rooms that stand on them: people, ledgers, the desk and its notices, reports. Each is
// given what it asks of others as a function.
#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "contract/pack_archive.hpp"
#include "schema/json.hpp"
#include "schema/yaml.hpp"
#include "web/api/job_json.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

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
    report_failure("pack " + id, database->write([&](store::Session& s) {
      return contract::keep_pack(s, pack, options.packs, clock.now());
    }));
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
  return open_desk();
}

// The desk, and whom it tells.
Result<void> Server::Parts::open_desk() {
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

}  // namespace yagura::yagurad
