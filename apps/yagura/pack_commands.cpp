#include "yagura/pack_commands.hpp"

#include "contract/pack.hpp"
#include "schema/words.hpp"
#include "yagura/arguments.hpp"
#include "yagura/folders.hpp"

namespace yagura::apps {

namespace {

constexpr int failed = 1;
constexpr int misused = 2;

std::string shown(const contract::Place& place) {
  return place.line > 0 ? place.file + ":" + std::to_string(place.line) : place.file;
}

void print(std::ostream& out, const contract::Fault& fault, const schema::Words& words) {
  const auto said = words.say(fault.error, spoken_language());
  out << shown({fault.file, fault.line}) << ": " << said.message << "\n  → " << said.advice << "\n";
}

Result<int> check(const std::string& dir, std::ostream& out) {
  YAGURA_TRY(const auto words, schema::Words::load(share_folder() / "errors"));
  const auto faults = contract::check_pack(pack_folder(dir));
  for (const auto& fault : faults) print(out, fault, words);
  if (faults.empty())
    out << dir << ": OK\n";
  else
    out << dir << ": " << faults.size() << " 件の誤り / faults\n";
  return faults.empty() ? 0 : failed;
}

Result<int> explain(const std::string& dir, const std::string& key, std::ostream& out) {
  YAGURA_TRY(const auto found, contract::explain(pack_folder(dir), key));
  out << found.key << " = " << (found.value.empty() ? "(なし / none)" : found.value) << "\n";
  if (!found.place.file.empty()) out << "  " << shown(found.place) << "\n";
  for (const auto& [place, value] : found.replaced)
    out << "  上書きした値 / overrides " << shown(place) << ": " << value << "\n";
  if (!found.meaning.ja.empty()) out << "  " << found.meaning.ja << "\n  " << found.meaning.en << "\n";
  return 0;
}

Result<int> run(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {}, {}, 3));
  YAGURA_TRY(const auto verb, given.word(0, "check | explain"));
  YAGURA_TRY(const auto dir, given.word(1, "DIR"));
  if (verb == "check") return check(dir, out);
  if (verb != "explain") return fail("apps.word_unexpected", {{"word", verb}});
  YAGURA_TRY(const auto key, given.word(2, "KEY"));
  return explain(dir, key, out);
}

}  // namespace

int run_pack(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const auto code = run(args, out);
  if (code) return *code;
  print_error(err, code.error());
  return code.error().code.starts_with("apps.") ? misused : failed;
}

}  // namespace yagura::apps
