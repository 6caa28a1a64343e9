#include "yagura/journal_commands.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "calendar/civil.hpp"
#include "yagura/arguments.hpp"
#include "yagura/database_command.hpp"

namespace yagura::apps {

namespace cal = calendar;
namespace fs = std::filesystem;

namespace {

struct Days {
  cal::Date first, behind;
};

// "2026-04" or "2026-04-28": the days it covers.
Result<Days> days_of(const std::string& option, const std::string& text) {
  const bool month = text.size() == 7;
  auto first = cal::parse_date(month ? text + "-01" : text);
  if (!first)
    return fail("apps.option_invalid",
                {{"option", option}, {"value", text}, {"wanted", "2026-04, 2026-04-28"}});
  if (!month) return Days{*first, *first + std::chrono::days(1)};
  const std::chrono::year_month_day day(*first);
  const auto next = day.year() / day.month() / 1 + std::chrono::months(1);
  return Days{*first, std::chrono::local_days(next)};
}

Result<int> verify(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"database", "contract"}, {}, 0));
  YAGURA_TRY(const auto address, given.need("database"));
  YAGURA_TRY(const auto database, open_existing(address));
  const SystemClock clock;
  YAGURA_TRY(const auto journal, open_journal(clock));
  return database->read([&](store::Session& s) -> Result<int> {
    YAGURA_TRY(auto chains, chains_of(s));
    if (given.has("contract")) {
      const auto wanted = given.get("contract");
      if (std::ranges::find(chains, wanted) == chains.end())
        return fail("apps.chain_unknown", {{"contract", wanted}});
      chains = {wanted};
    }
    int code = 0;
    for (const auto& chain : chains) {
      YAGURA_TRY(const auto verdict, journal->verify(s, chain));
      out << shown_chain(chain) << ": entries " << verdict.entries << ", root " << verdict.root << ", ";
      if (verdict.first_broken == 0) {
        out << "OK\n";
      } else {
        out << "BROKEN: entry " << verdict.first_broken << "\n";
        code = exit_failed;
      }
    }
    return code;
  });
}

// A file written beside its name and renamed, so that nobody takes half an export for a whole one.
Result<std::int64_t> to_file(const fs::path& file,
                             const std::function<Result<std::int64_t>(std::ostream&)>& write) {
  const fs::path part = file.string() + ".part-" + std::to_string(::getpid());
  std::ofstream opened(part, std::ios::binary | std::ios::trunc);
  auto count = opened ? write(opened) : fail("apps.file_not_written", {{"file", file.string()}});
  opened.close();
  std::error_code ec;
  if (count && opened) fs::rename(part, file, ec);
  if (count && opened && !ec) return count;
  std::error_code ignored;
  fs::remove(part, ignored);
  if (!count) return count;
  return fail("apps.file_not_written", {{"file", file.string()}});
}

Result<int> write_export(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"database", "contract", "from", "to", "out"}, {}, 0));
  YAGURA_TRY(const auto address, given.need("database"));
  YAGURA_TRY(const auto from_text, given.need("from"));
  YAGURA_TRY(const auto from, days_of("--from", from_text));
  const auto to_text = given.get("to", from_text);
  YAGURA_TRY(const auto to, days_of("--to", to_text));
  if (to.behind <= from.first)
    return fail("apps.option_invalid",
                {{"option", "--to"}, {"value", to_text}, {"wanted", "≥ " + from_text}});
  YAGURA_TRY(const auto database, open_existing(address));
  const SystemClock clock;
  YAGURA_TRY(const auto journal, open_journal(clock));
  const auto write = [&](std::ostream& to_stream) {
    return database->read([&](store::Session& s) {
      return journal->export_chain(s, given.get("contract"), cal::at(from.first, {}), cal::at(to.behind, {}),
                                   to_stream);
    });
  };
  if (!given.has("out")) {
    YAGURA_CHECK(write(out));
    return 0;
  }
  YAGURA_TRY(const auto count, to_file(given.get("out"), write));
  err << given.get("out") << ": entries " << count << "\n";
  return 0;
}

}  // namespace

int run_journal(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const std::string verb = args.empty() ? "" : args.front();
  if (verb != "verify" && verb != "export")
    return report_error(err, {"apps.option_missing", {{"option", "verify | export"}}});
  const auto code = verb == "verify" ? verify(args.subspan(1), out) : write_export(args.subspan(1), out, err);
  return code ? *code : report_error(err, code.error());
}

}  // namespace yagura::apps
