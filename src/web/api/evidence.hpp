// What an alert's evidence says to people, in both languages.
//
// Purpose: evidence is kept as it was seen: a code of the ping engine, a code of an error, "92 (limit 90)",
//          or the words of a trap. Words of codes: share/alerts/evidence.yaml and share/errors. What is in
//          neither is shown as it stands.
// Threads: immutable after loading.
// Errors:  those of schema.
#pragma once

#include <filesystem>
#include <map>

#include "schema/words.hpp"
#include "web/api/json.hpp"

namespace yagura::web {

class Evidence {
 public:
  // errors must outlive this.
  static Result<Evidence> load(const std::filesystem::path& file, const schema::Words& errors);

  // Schema Text2.
  [[nodiscard]] Value words(const std::string& evidence) const;
  // As it was seen: the code, or the Japanese words.
  static std::string plain(const std::string& evidence);

 private:
  struct Said {
    std::string ja, en;
  };
  explicit Evidence(const schema::Words& errors) : errors_(&errors) {}

  const schema::Words* errors_;
  std::map<std::string, Said, std::less<>> said_;
};

}  // namespace yagura::web
