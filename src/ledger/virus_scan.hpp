// Whether bytes that people send are infected, asked of a scanner that runs beside us.
//
// Purpose: what is uploaded is looked at before anybody else can fetch it. The scanner and its definitions
//          are the operator's; here is only how it is asked.
// Clamd:   its unix socket, command INSTREAM. Only the exact answer "stream: OK" is clean; whatever cannot be
//          read, comes late or is anything else is no answer.
// Errors:  ledger.scanner_unavailable (reason).
// Threads: safe from any thread; each call has its own connection.
// Follows: okayama 3.3(1)②⑤, sapporo 5(6)ウ.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace yagura::ledger {

class VirusScanner {
 public:
  virtual ~VirusScanner() = default;
  // The name of what was found; nothing when the bytes are clean.
  virtual Result<std::optional<std::string>> scan(std::string_view bytes) = 0;
};

class ClamdScanner final : public VirusScanner {
 public:
  // limit: for one file from connecting to the answer.
  ClamdScanner(std::filesystem::path socket, const Clock& clock, Duration limit = std::chrono::seconds(60))
      : socket_(std::move(socket)), clock_(clock), limit_(limit) {}
  Result<std::optional<std::string>> scan(std::string_view bytes) override;

 private:
  const std::filesystem::path socket_;
  const Clock& clock_;
  const Duration limit_;
};

// What clamd said, up to its NUL; for scan() and its tests.
Result<std::optional<std::string>> clamd_verdict(std::string_view answer);

}  // namespace yagura::ledger
