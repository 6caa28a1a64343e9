// application/problem+json (RFC 9457) from the errors of the house.
//
// Purpose: the one form in which this server says no. `code` is stable and for programs; `detail` and
//          `advice` are for the person, in his language; `request_id` finds the log line.
//          What is our own fault (5xx) is said in general words: file names, SQL and peers stay in the log.
// Status:  status_of() knows the web's own codes and the endings that codes of all rooms share
//          (..._not_found 404, ..._forbidden 403, ..._conflict, ..._taken, ..._exists 409, ..._gone 410,
//          ..._too_large 413, ..._busy, ..._unavailable 503, room store 503); other codes that have words
//          in the catalogue are 422, those without are 500.
// Threads: immutable after making.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/shape.hpp"
#include "schema/words.hpp"
#include "web/server/language.hpp"
#include "web/server/response.hpp"

namespace yagura::web {

class Problems {
 public:
  explicit Problems(const schema::Words& words) : words_(words) {}

  [[nodiscard]] Response of(const Error& error, Language language, std::string_view request_id) const;
  // 422 with one entry for each fault of a body: {path, code, message, advice}.
  [[nodiscard]] Response of(const std::vector<schema::Fault>& faults, Language language,
                            std::string_view request_id) const;
  // A fault of something else (a device, a peer) that is kept with a record and shown later, in full words:
  // the title is what happened.
  [[nodiscard]] schema::Value kept(const Error& error, Language language) const;
  [[nodiscard]] int status_of(std::string_view code) const;

 private:
  const schema::Words& words_;
};

}  // namespace yagura::web
