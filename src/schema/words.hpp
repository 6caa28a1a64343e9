// The words of errors: what happened and what to do, in Japanese and English, by code.
//
// Purpose: one catalogue for screens, command line and logs, loaded from share/errors/*.yaml.
//          {name} in a text stands for the error's argument of that name.
// Errors:  load() gives the first fault of a file. say() never fails: an unknown code is said as itself.
// Threads: immutable after load; share freely.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.hpp"

namespace yagura::schema {

enum class Language : unsigned char { ja, en };

class Words {
 public:
  struct Entry {
    std::string ja, en, do_ja, do_en;
  };
  struct Said {
    std::string message;  // what happened
    std::string advice;   // what to do
  };

  static Result<Words> load(const std::filesystem::path& folder);
  [[nodiscard]] Said say(const Error& error, Language language) const;
  [[nodiscard]] const std::map<std::string, Entry>& entries() const { return entries_; }

 private:
  std::map<std::string, Entry> entries_;
};

}  // namespace yagura::schema
