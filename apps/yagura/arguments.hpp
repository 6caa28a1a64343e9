// Options of a command: `--name value`, flags, and words in order.
//
// Errors:  apps.option_unknown, apps.option_without_value, apps.option_missing, apps.word_unexpected.
// Threads: values.
#pragma once

#include <map>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/words.hpp"

namespace yagura::apps {

class Arguments {
 public:
  // with_value and flags are names without dashes; at most `words` words may stand beside them.
  static Result<Arguments> parse(std::span<const std::string> args, std::vector<std::string_view> with_value,
                                 std::vector<std::string_view> flags, std::size_t words);
  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
  // The value, or `standard` when the option was not given.
  [[nodiscard]] std::string get(std::string_view name, std::string standard = "") const;
  [[nodiscard]] Result<std::string> need(std::string_view name) const;
  [[nodiscard]] Result<std::string> word(std::size_t index, std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
  std::vector<std::string> words_;
};

// What the person's environment asks for (LC_ALL, LC_MESSAGES, LANG): Japanese for ja…, else English.
schema::Language spoken_language();
// Prints an error in the words of share/errors, in that language, with what to do.
void print_error(std::ostream& err, const Error& error);

}  // namespace yagura::apps
