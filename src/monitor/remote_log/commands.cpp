#include "monitor/remote_log/commands.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <set>

#include "base/text.hpp"
#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::monitor::remote_log {

inline std::span<const std::pair<std::string_view, Shell>> enum_names(Shell) {
  static constexpr std::pair<std::string_view, Shell> names[] = {{"exec", Shell::exec},
                                                                 {"interactive", Shell::interactive}};
  return names;
}
template <class V>
void shape(V& v, Name& n) {
  v.required("ja", n.ja);
  v.required("en", n.en);
}
template <class V>
void shape(V& v, Probe& p) {
  v.required("command", p.command);
  v.required("contains", p.contains);
}
template <class V>
void shape(V& v, Dialect& d) {
  v.required("id", d.id);
  v.required("name", d.name);
  v.optional("models", d.models);
  v.optional("probes", d.probes);
  v.optional("fallback", d.fallback);
  v.required("shell", d.shell);
  v.optional("prompt", d.prompt);
  v.optional("pager", d.pager);
  v.optional("pager_off", d.pager_off);
  v.optional("refused", d.refused);
  v.required("commands", d.commands);
}
template <class V>
void shape(V& v, CommandSet& s) {
  v.required("id", s.id);
  v.required("name", s.name);
  v.optional("command_seconds", s.command_seconds);
  v.optional("max_output_kb", s.max_output_kb);
  v.required("dialects", s.dialects);
}

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool changes_something(std::string_view command) {
  static constexpr std::array words{
      "apply",  "clear",  "commit", "conf",    "config", "configure", "copy",  "dd",      "debug",
      "delete", "enable", "erase",  "exec",    "format", "install",   "kill",  "mkfs",    "move",
      "mv",     "no",     "reboot", "reload",  "reset",  "restart",   "rm",    "save",    "set",
      "sh",     "bash",   "su",     "sudo",    "tee",    "undo",      "unset", "upgrade", "write",
      "halt",   "import", "export", "restore", "rename", "shutdown",  "start", "stop"};
  // Every part of a pipe or list is a command of its own.
  std::size_t from = 0;
  while (from <= command.size()) {
    const std::size_t end = std::min(command.find_first_of("|;&", from), command.size());
    const std::string_view part = trim(command.substr(from, end - from));
    std::string word(part.substr(0, part.find(' ')));
    std::ranges::transform(word, word.begin(), lower);
    if (std::ranges::find(words, word) != words.end()) return true;
    from = end + 1;
  }
  return command.find_first_of(">`") != std::string_view::npos ||
         command.find("$(") != std::string_view::npos;
}

bool one_line(std::string_view text) {
  return !text.empty() && text.size() <= 400 && is_utf8(text) &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool regular_expression(const std::string& text) {
  try {
    const std::regex compiled(text);
    return true;
  } catch (const std::regex_error&) {
    return false;
  }
}

Result<> check_dialect(const Dialect& dialect, const std::string& file) {
  const auto wrong = [&](std::string reason) {
    return fail("remote_log.commands_invalid", {{"file", file}, {"reason", dialect.id + ": " + reason}});
  };
  if (dialect.id.empty()) return wrong("id is empty");
  if (dialect.commands.empty() || dialect.commands.size() > 40) return wrong("1 to 40 commands");
  if (dialect.models.empty() && dialect.probes.empty() && !dialect.fallback)
    return wrong("models, probes or fallback: otherwise it is never chosen");
  if ((dialect.shell == Shell::interactive) == dialect.prompt.empty())
    return wrong("an interactive shell, and no other, has a prompt");
  for (const auto& expression : {dialect.prompt, dialect.pager, dialect.refused})
    if (expression.size() > 400 || !regular_expression(expression))
      return wrong("not a regular expression: " + expression);
  for (const auto& line : dialect.pager_off)
    if (!one_line(line)) return wrong("pager_off is not one line of text");
  std::vector<std::string> all = dialect.commands;
  for (const auto& probe : dialect.probes) {
    if (probe.contains.empty()) return wrong("a probe that fits every answer");
    all.push_back(probe.command);
  }
  for (const auto& command : all) {
    if (!one_line(command)) return wrong("a command is not one line of text");
    if (changes_something(command))
      return fail("remote_log.not_read_only", {{"file", file}, {"command", command}});
  }
  return {};
}

}  // namespace

bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

const Dialect* CommandSet::for_model(std::string_view model) const {
  if (trim(model).empty()) return nullptr;
  for (const Dialect& dialect : dialects)
    for (const auto& pattern : dialect.models)
      if (fits(pattern, trim(model))) return &dialect;
  return nullptr;
}

const Dialect* CommandSet::fallback() const {
  for (const Dialect& dialect : dialects)
    if (dialect.fallback) return &dialect;
  return nullptr;
}

Result<CommandSet> read_commands(const schema::Value& value, const std::string& file) {
  std::vector<schema::Fault> faults;
  auto set = schema::read<CommandSet>(value, faults);
  const auto wrong = [&](std::string reason) {
    return fail("remote_log.commands_invalid", {{"file", file}, {"reason", std::move(reason)}});
  };
  if (!faults.empty()) return wrong(schema::first_error(faults).text());
  if (set.command_seconds < 1 || set.command_seconds > 60) return wrong("command_seconds: 1 to 60");
  if (set.max_output_kb < 1 || set.max_output_kb > 2048) return wrong("max_output_kb: 1 to 2048");
  if (set.dialects.empty() || set.dialects.size() > 30) return wrong("1 to 30 dialects");
  std::set<std::string> ids;
  int fallbacks = 0;
  for (const Dialect& dialect : set.dialects) {
    YAGURA_CHECK(check_dialect(dialect, file));
    if (!ids.insert(dialect.id).second) return wrong("two dialects " + dialect.id);
    fallbacks += dialect.fallback;
  }
  if (fallbacks > 1) return wrong("more than one fallback");
  return set;
}

Result<CommandCatalogue> CommandCatalogue::load(const std::filesystem::path& folder) {
  CommandCatalogue out;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() != ".yaml") continue;
    YAGURA_TRY(const auto value, schema::read_yaml(entry.path()));
    YAGURA_TRY(auto set, read_commands(value, entry.path().string()));
    if (set.id != entry.path().stem().string())
      return fail("remote_log.commands_invalid",
                  {{"file", entry.path().string()}, {"reason", "id is not the file's name"}});
    std::string id = set.id;
    out.sets_.emplace(std::move(id), std::make_shared<const CommandSet>(std::move(set)));
  }
  if (failed)
    return fail("remote_log.commands_invalid", {{"file", folder.string()}, {"reason", failed.message()}});
  return out;
}

Result<std::shared_ptr<const CommandSet>> CommandCatalogue::find(std::string_view id) const {
  if (const auto found = sets_.find(id); found != sets_.end()) return found->second;
  return fail("remote_log.commands_unknown", {{"id", std::string(id)}});
}

}  // namespace yagura::monitor::remote_log
