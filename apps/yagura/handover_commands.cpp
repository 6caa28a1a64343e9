#include "yagura/handover_commands.hpp"

#include <charconv>
#include <fstream>

#include "contract/pack.hpp"
#include "ledger/contract_records.hpp"
#include "ledger/erasure.hpp"
#include "ledger/ledgers.hpp"
#include "log_search/holds.hpp"
#include "records/event_places.hpp"
#include "records/handover_export.hpp"
#include "records/log_leftovers.hpp"
#include "schema/json.hpp"
#include "yagura/arguments.hpp"
#include "yagura/database_command.hpp"
#include "yagura/folders.hpp"

namespace yagura::apps {

namespace fs = std::filesystem;

namespace {

template <class List>
std::vector<ledger::Choice> named(const List& list) {
  std::vector<ledger::Choice> out;
  for (const auto& item : list) out.push_back({item.id, {item.title.ja, item.title.en}});
  return out;
}

Result<int> export_command(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(
      const auto given,
      Arguments::parse(args, {"database", "contract", "out", "packs", "data", "events-clickhouse"}, {}, 0));
  YAGURA_TRY(const auto address, given.need("database"));
  YAGURA_TRY(const auto contract, given.need("contract"));
  YAGURA_TRY(const auto target, given.need("out"));
  const fs::path pack_path = (given.has("packs") ? fs::path(given.get("packs")) : packs_folder()) / contract;
  YAGURA_TRY(const auto pack, contract::load_pack(pack_path));
  YAGURA_TRY(const auto rules, ledger::load_record_rules(share_folder() / "handover_tables.yaml"));
  YAGURA_TRY(const auto database, open_existing(address));
  const SystemClock clock;
  IdSource ids(clock);
  YAGURA_TRY(const auto journal, open_journal(clock));
  YAGURA_TRY(auto definitions, ledger::load_definitions(share_folder() / "ledgers"));
  if (const auto* own = pack.tree.find("ledgers")) {
    YAGURA_TRY(definitions, ledger::with_own(definitions, *own));
  }
  ledger::Ledgers ledgers({*database, *journal, clock, ids}, std::move(definitions),
                          [&](std::string_view, std::string_view source) -> std::vector<ledger::Choice> {
                            if (source == "site_kinds") return named(pack.site_kinds);
                            if (source == "sites") return named(pack.sites);
                            if (source == "device_classes") return named(pack.device_classes);
                            if (source == "products") return named(pack.products);
                            if (source == "password_rotations") return named(pack.password_rotations);
                            if (source == "deliverables") return named(pack.obligations.deliverables);
                            if (source == "meetings") return named(pack.meetings);
                            return {};
                          });
  EventPlaces events;
  if (given.has("data") || given.has("events-clickhouse")) {
    YAGURA_TRY(events, EventPlaces::open(given.get("data"), given.get("events-clickhouse"),
                                         share_folder() / "events", clock));
  }
  // After a move both have the same; the server's own is the newer one.
  std::vector<eventstore::EventStore*> read = events.all();
  if (read.size() > 1) read.erase(read.begin());
  YAGURA_TRY(const auto sum, export_contract({*database, *journal, ledgers, clock, rules, pack_path, read},
                                             console(), contract, target, [](double) { return true; }));
  YAGURA_TRY(const auto manifest, ledger::verify_handover(target));
  std::int64_t rows = 0;
  for (const auto& [table, count] : manifest.rows) rows += count;
  out << target << ": files " << manifest.files.size() << ", rows " << rows << ", manifest " << sum << "\n";
  if (read.empty())
    out << (spoken_language() == schema::Language::ja
                ? "ログ（操作ログ・syslog 等）は含まれていません。サーバーを止めて --data "
                  "を付けるか、画面で作成してください。\n"
                : "Without the logs: give --data while the server is stopped, or make it in the portal.\n");
  return 0;
}

Result<int> verify(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"dir"}, {}, 0));
  YAGURA_TRY(const auto folder, given.need("dir"));
  YAGURA_TRY(const auto manifest, ledger::verify_handover(folder));
  out << manifest.contract << ", " << manifest.made << ": files " << manifest.files.size() << ", OK\n";
  return 0;
}

Result<int> erase(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given,
             Arguments::parse(args, {"database", "data", "contract", "agreement", "events-clickhouse"},
                              {"really"}, 0));
  YAGURA_TRY(const auto address, given.need("database"));
  YAGURA_TRY(const auto contract, given.need("contract"));
  YAGURA_TRY(const auto number, given.need("agreement"));
  // The server's own folder, where hand-overs lie.
  YAGURA_TRY(const auto data, given.need("data"));
  std::error_code absent;
  if (!fs::is_directory(data, absent))
    return fail("apps.option_invalid", {{"option", "--data"}, {"value", data}});
  Id id = 0;
  const auto [end, ec] = std::from_chars(number.data(), number.data() + number.size(), id);
  if (ec != std::errc{} || end != number.data() + number.size())
    return fail("apps.option_invalid", {{"option", "--agreement"}, {"value", number}});
  YAGURA_TRY(const auto rules, ledger::load_record_rules(share_folder() / "handover_tables.yaml"));
  YAGURA_TRY(const auto database, open_existing(address));
  const SystemClock clock;
  IdSource ids(clock);
  YAGURA_TRY(const auto journal, open_journal(clock));
  if (!given.has("really")) return fail("handover.really_missing", {{"contract", contract}});
  ledger::Erasures erasures({*database, *journal, clock, ids});
  YAGURA_TRY(const auto events,
             EventPlaces::open(data, given.get("events-clickhouse"), share_folder() / "events", clock));
  const ledger::ErasedBeside logs{
      .allowed = [&](store::Session& s) { return log_search::none_stands(s, contract); },
      .counts = [&]() -> Result<schema::Value> {
        YAGURA_TRY(auto kinds, events.counts(contract));
        YAGURA_TRY(auto left, leftovers_of(data, contract));
        return schema::Value::object({{"logs", std::move(kinds)}, {"log_imports", std::move(left)}});
      },
      .erase = [&]() -> Result<void> {
        YAGURA_CHECK(events.erase(contract));
        return erase_leftovers(data, contract);
      },
      .exports = {fs::path(data) / "log_exports"}};
  YAGURA_TRY(const auto certificate,
             erasures.erase(console(), rules, logs, fs::path(data) / "handover", contract, id));
  out << schema::to_json(certificate) << "\n";
  return 0;
}

}  // namespace

int run_handover(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const std::string verb = args.empty() ? "" : args.front();
  const auto rest = args.empty() ? args : args.subspan(1);
  if (verb != "export" && verb != "verify" && verb != "erase")
    return report_error(err, {"apps.option_missing", {{"option", "export | verify | erase"}}});
  const auto code = verb == "export"   ? export_command(rest, out)
                    : verb == "verify" ? verify(rest, out)
                                       : erase(rest, out);
  return code ? *code : report_error(err, code.error());
}

}  // namespace yagura::apps
