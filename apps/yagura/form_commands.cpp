#include "yagura/form_commands.hpp"

#include "flow/form_scenario.hpp"
#include "yagura/arguments.hpp"
#include "yagura/folders.hpp"

namespace yagura::apps {

namespace {

constexpr int failed = 1;
constexpr int misused = 2;

Result<bool> replay(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"packs", "share"}, {}, 1));
  YAGURA_TRY(const auto file, given.word(0, "FILE"));
  const auto packs = given.has("packs") ? std::filesystem::path(given.get("packs")) : packs_folder();
  const auto share = given.has("share") ? std::filesystem::path(given.get("share")) : share_folder();
  YAGURA_TRY(const auto outcome, flow::run_form_scenario(file, packs, share));
  out << outcome.title << "\n";
  bool right = true;
  for (const auto& one : outcome.cases) {
    out << (one.differences.empty() ? "ok   " : "DIFF ") << file << ":" << one.line << " " << one.form << ": "
        << one.title << "\n";
    for (const auto& difference : one.differences) out << "  ! " << difference << "\n";
    for (const auto& line : one.account) out << "  " << line << "\n";
    right = right && one.differences.empty();
  }
  return right;
}

}  // namespace

int run_form(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  auto right = args.empty() || args.front() != "replay"
                   ? Result<bool>(fail("apps.option_missing", {{"option", "replay"}}))
                   : replay(args.subspan(1), out);
  if (right) return *right ? 0 : failed;
  print_error(err, right.error());
  return right.error().code.starts_with("apps.") ? misused : failed;
}

}  // namespace yagura::apps
