#include "yagura/arguments.hpp"

#include <algorithm>
#include <cstdlib>

#include "yagura/folders.hpp"

namespace yagura::apps {

Result<Arguments> Arguments::parse(std::span<const std::string> args,
                                   std::vector<std::string_view> with_value,
                                   std::vector<std::string_view> flags, std::size_t words) {
  Arguments out;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const auto& arg = args[i];
    if (!arg.starts_with("--")) {
      if (out.words_.size() == words) return fail("apps.word_unexpected", {{"word", arg}});
      out.words_.push_back(arg);
      continue;
    }
    const auto equals = arg.find('=');
    const auto name = arg.substr(2, equals == std::string::npos ? std::string::npos : equals - 2);
    if (std::ranges::find(flags, name) != flags.end() && equals == std::string::npos) {
      out.values_[name] = "";
    } else if (std::ranges::find(with_value, name) == with_value.end()) {
      return fail("apps.option_unknown", {{"option", arg}});
    } else if (equals != std::string::npos) {
      out.values_[name] = arg.substr(equals + 1);
    } else if (i + 1 == args.size()) {
      return fail("apps.option_without_value", {{"option", arg}});
    } else {
      out.values_[name] = args[++i];
    }
  }
  return out;
}

std::string Arguments::get(std::string_view name, std::string standard) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::move(standard) : found->second;
}

Result<std::string> Arguments::need(std::string_view name) const {
  if (!has(name)) return fail("apps.option_missing", {{"option", "--" + std::string(name)}});
  return get(name);
}

Result<std::string> Arguments::word(std::size_t index, std::string_view name) const {
  if (index >= words_.size()) return fail("apps.option_missing", {{"option", std::string(name)}});
  return words_[index];
}

schema::Language spoken_language() {
  for (const auto* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
      return std::string_view(value).starts_with("ja") ? schema::Language::ja : schema::Language::en;
  return schema::Language::en;
}

void print_error(std::ostream& err, const Error& error) {
  const auto words = schema::Words::load(share_folder() / "errors");
  if (!words) {
    err << error.text() << "\n";
    return;
  }
  const auto said = words->say(error, spoken_language());
  err << said.message << "\n";
  if (!said.advice.empty()) err << "  → " << said.advice << "\n";
}

}  // namespace yagura::apps
