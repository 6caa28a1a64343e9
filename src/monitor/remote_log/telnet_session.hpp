// One Telnet connection to a device that speaks nothing better: user, password, command line.
//
// Purpose: for devices whose ledger row says `telnet`, and for no others. All of it, the password too,
//          crosses the network in clear text, and nothing tells whether the device is the one it claims to
//          be: the threat model says so. Ends like SshSession in all else (deadlines, stop within 50 ms,
//          masked words).
// Log-in:  answers one question for a user and one for a password, each once; a second one is a refusal.
// Errors:  remote_log.refused, unreachable, timeout (step), login_refused (user, methods), no_prompt (seen),
//          connection_lost (step, reason), cancelled.
// Threads: one at a time; the stop token may be triggered from any.
#pragma once

#include <memory>
#include <stop_token>

#include "monitor/remote_log/output_text.hpp"
#include "monitor/remote_log/retrieved.hpp"
#include "monitor/remote_log/shell_wire.hpp"

namespace yagura::monitor::remote_log {

class TelnetSession final : public ShellWire {
 public:
  // prompt: expression of the device's own prompt, which ends the log-in.
  static Result<std::unique_ptr<TelnetSession>> open(const Clock& clock, std::stop_token stop,
                                                     const Target& target, const SshLogin& login,
                                                     const Mask& mask, const std::string& prompt,
                                                     Duration deadline);
  ~TelnetSession() override;
  Result<> open_shell(Duration deadline) override;
  Result<> send(std::string_view bytes, Duration deadline) override;
  Result<bool> receive(std::string& out, std::size_t most, Duration deadline) override;

 private:
  struct Wire;
  explicit TelnetSession(std::unique_ptr<Wire> wire);
  Result<> log_in(const SshLogin& login, const std::string& prompt, Duration deadline);
  std::unique_ptr<Wire> wire_;
};

}  // namespace yagura::monitor::remote_log
