#include "yagura/event_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/text.hpp"
#include "eventstore/clickhouse/clickhouse_store.hpp"
#include "eventstore/embedded.hpp"
#include "eventstore/import/import.hpp"
#include "eventstore/move.hpp"
#include "records/event_places.hpp"
#include "yagura/arguments.hpp"
#include "yagura/database_command.hpp"
#include "yagura/event_keeping_commands.hpp"
#include "yagura/folders.hpp"

namespace yagura::apps {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_files = 10'000;

// Words in the person's language.
const char* said(const char* ja, const char* en) {
  return spoken_language() == schema::Language::ja ? ja : en;
}

Result<std::unique_ptr<eventstore::EmbeddedStore>> open_store(const fs::path& data, const Clock& clock) {
  const auto folder = data / "events";
  std::error_code ec;
  if (!fs::is_directory(folder, ec))
    return fail("apps.folder_unreadable", {{"folder", folder.string()}, {"reason", "not there"}});
  YAGURA_TRY(auto kinds, eventstore::read_kinds(share_folder() / "events"));
  return eventstore::EmbeddedStore::open(folder, std::move(kinds), clock, {.background = false});
}

Result<int> extents(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"data"}, {}, 0));
  YAGURA_TRY(const fs::path data, given.need("data"));
  const SystemClock clock;
  YAGURA_TRY(const auto store, open_store(data, clock));
  YAGURA_TRY(const auto list, store->extents());
  for (const auto& one : list)
    out << fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", one.contract, one.kind, one.rows, one.bytes,
                       to_rfc3339(one.first), to_rfc3339(one.last));
  return 0;
}

int tell(const eventstore::EmbeddedStore::Verified& result, std::ostream& out) {
  out << said("セグメント ", "segments ") << result.segments << said("、件数 ", ", events ") << result.rows
      << said("、バイト ", ", bytes ") << result.bytes << "\n";
  for (const auto& damage : result.damage) out << said("破損：", "damaged: ") << damage << "\n";
  if (result.rows_lost > 0) out << said("失われた件数 ", "events lost ") << result.rows_lost << "\n";
  if (result.damage.empty()) out << "OK\n";
  return result.damage.empty() ? 0 : exit_failed;
}

Result<int> verify(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"data"}, {"repair"}, 0));
  YAGURA_TRY(const fs::path data, given.need("data"));
  const SystemClock clock;
  YAGURA_TRY(const auto store, open_store(data, clock));
  auto result = given.has("repair") ? store->repair() : store->verify([](auto, auto) { return true; });
  if (!result) return std::unexpected(result.error());
  return tell(*result, out);
}

Result<int> backup(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"data", "out"}, {}, 0));
  YAGURA_TRY(const fs::path data, given.need("data"));
  YAGURA_TRY(const fs::path to, given.need("out"));
  std::error_code ec;
  if (fs::exists(to, ec))
    return fail("apps.folder_unreadable", {{"folder", to.string()}, {"reason", "is there already"}});
  const SystemClock clock;
  YAGURA_TRY(const auto store, open_store(data, clock));
  YAGURA_CHECK(store->back_up(to));
  out << to.string() << "\n";
  return 0;
}

Result<int> restore(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"data"}, {}, 1));
  YAGURA_TRY(const fs::path from, given.word(0, "FOLDER"));
  YAGURA_TRY(const fs::path data, given.need("data"));
  const auto to = data / "events";
  const auto failed = [&](const fs::path& folder, std::string reason) {
    return fail("apps.folder_unreadable", {{"folder", folder.string()}, {"reason", std::move(reason)}});
  };
  std::error_code ec;
  if (!fs::is_regular_file(from / "manifest", ec)) return failed(from, "no store of events");
  if (fs::exists(to, ec)) return failed(to, "is there already");
  // Beside its place first: half a copy is never taken for the store.
  const fs::path beside = to.string() + ".restoring";
  fs::remove_all(beside, ec);
  if (fs::create_directories(data, ec); ec) return failed(data, ec.message());
  if (fs::copy(from, beside, fs::copy_options::recursive, ec); ec) return failed(beside, ec.message());
  if (fs::rename(beside, to, ec); ec) return failed(to, ec.message());
  const SystemClock clock;
  YAGURA_TRY(const auto store, open_store(data, clock));
  YAGURA_TRY(const auto result, store->verify([](auto, auto) { return true; }));
  return tell(result, out);
}

// The embedded store's events to ClickHouse; called again, it goes on.
Result<int> move(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"data", "events-clickhouse", "before"}, {}, 0));
  YAGURA_TRY(const fs::path data, given.need("data"));
  YAGURA_TRY(const auto file, given.need("events-clickhouse"));
  YAGURA_TRY(auto to, read_clickhouse(file));
  eventstore::MoveOptions options;
  options.progress = data / "events.move";
  if (given.has("before")) {
    YAGURA_TRY(options.to, parse_rfc3339(given.get("before")));
  }
  options.report = [&](const eventstore::MoveStep& step) {
    if (step.verified)
      err << fmt::format("{} {} {}  {} / {}\n", step.contract, step.kind, step.month, step.rows, step.of);
  };
  const SystemClock clock;
  YAGURA_TRY(const auto from, open_store(data, clock));
  YAGURA_TRY(const auto target, eventstore::ClickHouseStore::open(std::move(to), from->kinds(), clock));
  YAGURA_TRY(const auto moved, eventstore::move_events(*from, *target, options));
  out << fmt::format("{} {}, {} {}\n", moved.rows, said("件を移動", "events moved"), moved.months,
                     said("か月分を照合", "months compared"));
  return 0;
}

// One line for each tenth, so that a log of it can be read.
auto progress_to(std::ostream& err) {
  return [&err, last = std::uint64_t{0}](const eventstore::ImportProgress& p) mutable {
    const auto tenths = p.bytes_in_all == 0 ? 10 : p.bytes * 10 / p.bytes_in_all;
    if (tenths == last) return true;
    last = tenths;
    err << fmt::format("{} %  {} {}\n", tenths * 10, p.rows, said("件", "events"));
    return true;
  };
}

class Importing {
 public:
  static Result<Importing> open(const Arguments& given) {
    Importing out;
    YAGURA_TRY(out.contract_, given.need("contract"));
    YAGURA_TRY(const auto address, given.need("database"));
    YAGURA_TRY(out.database_, open_existing(address));
    YAGURA_TRY(out.journal_, open_journal(*out.clock_));
    // A name that was mistyped would take the events where nobody finds them.
    YAGURA_TRY(const auto chains, out.database_->read([](store::Session& s) { return chains_of(s); }));
    if (out.contract_.empty() || std::ranges::find(chains, out.contract_) == chains.end())
      return fail("apps.chain_unknown", {{"contract", out.contract_}});
    YAGURA_TRY(out.data_, given.need("data"));
    std::error_code ec;
    fs::create_directories(out.data_ / "events", ec);
    YAGURA_TRY(out.store_, open_store(out.data_, *out.clock_));
    YAGURA_TRY(const auto mapping, given.need("mapping"));
    out.mapping_ = mapping.find('/') == std::string::npos && !mapping.ends_with(".yaml")
                       ? share_folder() / "imports" / (mapping + ".yaml")
                       : fs::path(mapping);
    return out;
  }

  Result<void> take(const fs::path& file, std::ostream& out, std::ostream& err) {
    YAGURA_TRY(auto mapping, eventstore::Mapping::read(mapping_, store_->kinds()));
    const auto kind = mapping.kind().kind, name = mapping.file().import;
    YAGURA_TRY(const auto done,
               eventstore::import_file(
                   *store_, std::move(mapping), file,
                   {.contract = contract_, .state = data_ / "imports", .progress = progress_to(err)}));
    const auto& n = done.counts;
    out << fmt::format("{}: {} {}, {} {}{}\n", file.string(), n.rows, said("件を保存", "events kept"),
                       n.rejected, said("件は対象外", "rejected"),
                       done.before    ? said("（取込み済み）", " (imported before)")
                       : done.resumed ? said("（続きから）", " (gone on with)")
                                      : "");
    if (!done.rejects.empty()) out << "  " << done.rejects.string() << "\n";
    if (done.before) return {};
    YAGURA_CHECK(database_->write([&](store::Session& s) {
      return journal_->append(s,
                              {contract_, console(), "log.imported", "events/" + kind,
                               schema::Value::object({{"file", file.filename().string()},
                                                      {"mapping", name},
                                                      {"events", static_cast<std::int64_t>(n.rows)},
                                                      {"rejected", static_cast<std::int64_t>(n.rejected)}})});
    }));
    return {};
  }

  // The next start finds segments and not a long log.
  Result<void> end() { return store_->flush(); }

 private:
  std::unique_ptr<SystemClock> clock_ = std::make_unique<SystemClock>();
  std::string contract_;
  fs::path data_, mapping_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<eventstore::EmbeddedStore> store_;
};

Result<int> import(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  YAGURA_TRY(const auto given,
             Arguments::parse(args, {"mapping", "contract", "data", "database"}, {}, most_files));
  YAGURA_CHECK(given.word(0, "FILE"));
  YAGURA_TRY(auto importing, Importing::open(given));
  int code = 0;
  // A file that cannot be read does not keep the others from being imported.
  for (std::size_t i = 0;; ++i) {
    const auto file = given.word(i, "FILE");
    if (!file) break;
    if (auto taken = importing.take(*file, out, err); !taken) code = report_error(err, taken.error());
  }
  YAGURA_CHECK(importing.end());
  return code;
}

}  // namespace

int run_events(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const std::string what = args.empty() ? "" : args[0];
  const auto rest = args.empty() ? args : args.subspan(1);
  const auto done = [&]() -> Result<int> {
    if (is_keeping_command(what)) return run_event_keeping(what, rest, out);
    if (what == "import") return import(rest, out, err);
    if (what == "extents") return extents(rest, out);
    if (what == "verify") return verify(rest, out);
    if (what == "backup") return backup(rest, out);
    if (what == "restore") return restore(rest, out);
    if (what == "move") return move(rest, out, err);
    return fail("apps.word_unexpected", {{"word", what}});
  }();
  return done ? *done : report_error(err, done.error());
}

}  // namespace yagura::apps
