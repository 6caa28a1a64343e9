#include "yagura/calendar_commands.hpp"

#include <charconv>

#include "calendar/holidays.hpp"
#include "contract/pack.hpp"
#include "contract/scenario.hpp"
#include "yagura/arguments.hpp"
#include "yagura/clock_commands.hpp"
#include "yagura/folders.hpp"

namespace yagura::apps {

namespace cal = calendar;

namespace {

constexpr int failed = 1;
constexpr int misused = 2;

int report(std::ostream& err, const Error& error) {
  print_error(err, error);
  return error.code.starts_with("apps.") ? misused : failed;
}

Result<int> year_of(const std::string& option, const std::string& text) {
  int year = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), year);
  if (ec != std::errc{} || end != text.data() + text.size() || year < cal::first_year ||
      year > cal::last_year)
    return fail("apps.option_invalid", {{"option", option}, {"value", text}, {"wanted", "1948–2050"}});
  return year;
}

Result<> holidays(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"from", "to", "format"}, {}, 0));
  YAGURA_TRY(const auto from_text, given.need("from"));
  YAGURA_TRY(const int from, year_of("--from", from_text));
  YAGURA_TRY(const int to, year_of("--to", given.get("to", from_text)));
  if (given.get("format", "csv") != "csv")
    return fail("apps.option_invalid",
                {{"option", "--format"}, {"value", given.get("format")}, {"wanted", "csv"}});
  out << "date,name\n";
  for (int year = from; year <= to; ++year)
    for (const auto& holiday : cal::holidays_of(year))
      out << cal::format_date(holiday.date) << "," << holiday.ja << "\n";
  return {};
}

void print(std::ostream& out, const cal::Account& account) {
  for (const auto& line : account) out << "  " << line.text.ja << "\n    " << line.text.en << "\n";
}

// The deadline of that name, or the target of the clock of that name.
Result<const cal::Deadline*> rule_of(const contract::Pack& pack, const Arguments& given,
                                     const std::string& name) {
  if (const auto* rule = pack.deadline(name);
      rule != nullptr && !given.has("site-kind") && !given.has("target"))
    return &rule->deadline;
  if (const auto* clock = pack.clock(name)) {
    const auto target = given.has("target") ? given.get("target") : clock->target_for(given.get("site-kind"));
    const auto found = clock->rule.targets.find(target);
    if (found == clock->rule.targets.end())
      return fail("calendar.unknown_target", {{"rule", name}, {"target", target}});
    return &found->second;
  }
  std::string choices;
  for (const auto& rule : pack.deadlines) choices += rule.id + " ";
  for (const auto& clock : pack.clocks) choices += clock.rule.id + " ";
  return fail("apps.rule_unknown", {{"rule", name}, {"choices", choices}});
}

Result<> deadline(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given,
             Arguments::parse(args, {"pack", "rule", "at", "site-kind", "target"}, {"explain"}, 0));
  YAGURA_TRY(const auto pack_name, given.need("pack"));
  YAGURA_TRY(const auto name, given.need("rule"));
  YAGURA_TRY(const auto at_text, given.need("at"));
  YAGURA_TRY(const auto at, cal::parse_instant(at_text));
  YAGURA_TRY(const auto pack, contract::load_pack(pack_folder(pack_name)));
  YAGURA_TRY(const auto* rule, rule_of(pack, given, name));
  YAGURA_TRY(const auto due, cal::explain_due(*rule, pack.book, at));
  out << cal::format_civil(due.at) << "\n";
  if (given.has("explain")) {
    const auto words = cal::describe(*rule);
    out << "  " << words.ja << "\n    " << words.en << "\n";
    print(out, due.account);
  }
  return {};
}

Result<bool> replay(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"packs"}, {}, 1));
  YAGURA_TRY(const auto file, given.word(0, "FILE"));
  const auto packs = given.has("packs") ? std::filesystem::path(given.get("packs")) : packs_folder();
  YAGURA_TRY(const auto outcome, contract::run_scenario(file, packs));
  out << outcome.title << "\n";
  bool right = true;
  for (const auto& one : outcome.cases) {
    out << (one.differences.empty() ? "ok   " : "DIFF ") << file << ":" << one.line << " " << one.title
        << "\n";
    for (const auto& difference : one.differences) out << "  ! " << difference << "\n";
    print(out, one.account);
    right = right && one.differences.empty();
  }
  return right;
}

}  // namespace

int run_calendar(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const std::string verb = args.empty() ? "" : args.front();
  if (verb != "holidays" && verb != "deadline")
    return report(err, {"apps.option_missing", {{"option", "holidays | deadline"}}});
  const auto done = verb == "holidays" ? holidays(args.subspan(1), out) : deadline(args.subspan(1), out);
  return done ? 0 : report(err, done.error());
}

int run_clock(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const std::string verb = args.empty() ? "" : args.front();
  if (verb == "recount") {
    const auto code = recount_clocks(args.subspan(1), out);
    return code ? *code : report(err, code.error());
  }
  if (verb != "replay") return report(err, {"apps.option_missing", {{"option", "replay | recount"}}});
  const auto right = replay(args.subspan(1), out);
  if (!right) return report(err, right.error());
  return *right ? 0 : failed;
}

}  // namespace yagura::apps
