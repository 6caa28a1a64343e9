#include "yagura/pack_commands.hpp"

#include "contract/pack.hpp"
#include "monitor/watch/class_profiles.hpp"
#include "schema/words.hpp"
#include "yagura/arguments.hpp"
#include "yagura/folders.hpp"
#include "yagura/pack_references.hpp"

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

std::filesystem::path share_of(const Arguments& given) {
  return given.has("share") ? std::filesystem::path(given.get("share")) : share_folder();
}

Result<int> check(const std::string& dir, const std::filesystem::path& share, std::ostream& out) {
  YAGURA_TRY(const auto words, schema::Words::load(share_folder() / "errors"));
  auto faults = contract::check_pack(pack_folder(dir));
  // What it names outside packs/ can be looked for only in a pack that can be read as a whole.
  if (faults.empty()) {
    YAGURA_TRY(const auto pack, contract::load_pack(pack_folder(dir)));
    for (auto& found : check_references(pack, share)) {
      if (found.fault.file.empty()) found.fault.file = dir;
      if (found.remark)
        print(out, found.fault, words);
      else
        faults.push_back(std::move(found.fault));
    }
  }
  for (const auto& fault : faults) print(out, fault, words);
  if (faults.empty())
    out << dir << ": OK\n";
  else
    out << dir << ": " << faults.size() << " 件の誤り / faults\n";
  return faults.empty() ? 0 : failed;
}

// device_classes.CLASS.thresholds, or a thing below it: what is in force for each metric, and who says so.
Result<int> explain_thresholds(const std::string& dir, std::string_view key,
                               const std::filesystem::path& share, std::ostream& out) {
  constexpr std::string_view list = "device_classes.";
  if (!key.starts_with(list)) return 0;
  const auto rest = key.substr(list.size());
  const auto dot = rest.find('.');
  if (dot == std::string_view::npos || !rest.substr(dot + 1).starts_with("thresholds")) return 0;
  YAGURA_TRY(const auto pack, contract::load_pack(pack_folder(dir)));
  const auto* c = pack.device_class(rest.substr(0, dot));
  if (!c || c->profile.empty()) return 0;
  YAGURA_TRY(const auto profiles, monitor::watch::ClassProfiles::load(share));
  out << "  有効なしきい値 / thresholds in force (profile: " << c->profile << ")\n";
  for (const auto& line : profiles.list(c->profile, c->thresholds)) {
    std::string own;
    for (const auto& one : line.own) own += (own.empty() ? "" : "; ") + one;
    out << "    " << line.metric << ": ";
    if (line.threshold.empty()) {
      out << own << "  ← share/profiles/" << line.profile << ".yaml\n";
      continue;
    }
    const auto name = "device_classes." + c->id + ".thresholds." + line.threshold;
    const auto* value = pack.tree.find(name);
    out << line.threshold << "  ← " << (value ? shown(pack.tree.place(*value)) : name);
    if (!own.empty())
      out << "  （上書き / overrides share/profiles/" << line.profile << ".yaml: " << own << "）";
    out << "\n";
  }
  return 0;
}

Result<int> explain(const std::string& dir, const std::string& key, const std::filesystem::path& share,
                    std::ostream& out) {
  YAGURA_TRY(const auto found, contract::explain(pack_folder(dir), key));
  out << found.key << " = " << (found.value.empty() ? "(なし / none)" : found.value) << "\n";
  if (!found.place.file.empty()) out << "  " << shown(found.place) << "\n";
  for (const auto& [place, value] : found.replaced)
    out << "  上書きした値 / overrides " << shown(place) << ": " << value << "\n";
  if (!found.meaning.ja.empty()) out << "  " << found.meaning.ja << "\n  " << found.meaning.en << "\n";
  return explain_thresholds(dir, key, share, out);
}

Result<int> run(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"share"}, {}, 3));
  YAGURA_TRY(const auto verb, given.word(0, "check | explain"));
  YAGURA_TRY(const auto dir, given.word(1, "DIR"));
  if (verb == "check") return check(dir, share_of(given), out);
  if (verb != "explain") return fail("apps.word_unexpected", {{"word", verb}});
  YAGURA_TRY(const auto key, given.word(2, "KEY"));
  return explain(dir, key, share_of(given), out);
}

}  // namespace

int run_pack(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const auto code = run(args, out);
  if (code) return *code;
  print_error(err, code.error());
  return code.error().code.starts_with("apps.") ? misused : failed;
}

}  // namespace yagura::apps
