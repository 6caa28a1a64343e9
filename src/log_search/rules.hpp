// What is said once for all about looking into logs: share/log_search.yaml.
//
// Purpose: which right a kind of log needs and whether a purpose is asked for; what a time line can follow;
//          what people choose as purpose; searches to begin with.
// Meaning: a kind that the file does not name is held to be personal.
// Errors:  log_search.rules_invalid (reason), those of schema.
// Threads: values.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "calendar/civil.hpp"
#include "eventstore/kind.hpp"

namespace yagura::log_search {

inline constexpr std::string_view personal_right = "operation_log_read", device_right = "log_read";

// What one time line follows across kinds of logs: a person, a PC, a file, an address.
struct Subject {
  std::string id;
  calendar::Words title;
  std::vector<std::string> fields;  // in which of them its name stands
  bool part = false;                // the name is a part of the field (a file in its path)
};

struct Example {
  calendar::Words title, text;
  std::string kind;  // shown to those who may see it
};

struct Rules {
  std::vector<std::string> device_kinds;  // no personal data: log_read is enough, no purpose is asked
  std::vector<Subject> subjects;
  std::vector<calendar::Words> purposes;
  std::vector<Example> examples;

  static Result<Rules> load(const std::filesystem::path& file);
  [[nodiscard]] bool is_personal(std::string_view kind) const;
  [[nodiscard]] std::string_view right_of(std::string_view kind) const {
    return is_personal(kind) ? personal_right : device_right;
  }
  [[nodiscard]] const Subject* subject(std::string_view id) const;
};

}  // namespace yagura::log_search
