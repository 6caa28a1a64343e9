// One SSH connection to a device: connect, compare the host key, log in, run commands.
//
// Purpose: SSH-2 (RFC 4251-4254) as a client, with a deadline on every step and a stop that works in all of
//          them. Not for files, forwarding or agents. libssh stands behind it, in the .cpp alone; no file of
//          the account that runs us (~/.ssh) is read.
// Host key: compared before any credential is sent. Where the pinned key is of another type than the one the
//          device chose, the device is asked for its other keys before it counts as changed.
// Errors:  remote_log.refused, unreachable (reason), timeout (step), not_ssh (seen), handshake_failed
//          (reason), host_key_changed (expected, seen), login_refused (user, methods), key_unreadable,
//          connection_lost (step, reason), exec_refused, cancelled. What a device says in them is masked.
// Threads: one at a time; the stop token may be triggered from any. Stops within 50 ms.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "monitor/remote_log/output_text.hpp"
#include "monitor/remote_log/retrieved.hpp"
#include "monitor/remote_log/shell_wire.hpp"

namespace yagura::monitor::remote_log {

struct ExecEnd {
  std::optional<int> exit_status;
  bool cut = false;        // the device had more than `most`
  bool timed_out = false;  // the deadline came first
};

class SshSession final : public ShellWire {
 public:
  // Deadlines are of clock.steady(). key_seen gets the fingerprint as soon as it is known, also when the
  // rest fails.
  static Result<std::unique_ptr<SshSession>> open(const Clock& clock, std::stop_token stop,
                                                  const Target& target, const SshLogin& login,
                                                  const Mask& mask, Duration deadline, std::string& key_seen);
  ~SshSession() override;
  SshSession(const SshSession&) = delete;
  SshSession& operator=(const SshSession&) = delete;

  // Runs one command in a channel of its own; its output and error output are added to `out`. An error means
  // that the connection is of no more use, except remote_log.exec_refused.
  Result<ExecEnd> exec(const std::string& command, std::string& out, std::size_t most, Duration deadline);

  // A terminal (dumb, 511 columns) with the account's shell.
  Result<> open_shell(Duration deadline) override;
  Result<> send(std::string_view bytes, Duration deadline) override;
  // Adds what comes next to `out`; false when nothing came before the deadline.
  Result<bool> receive(std::string& out, std::size_t most, Duration deadline) override;

  // False once the device has closed: some do so after each command.
  [[nodiscard]] bool usable();

 private:
  class Wire;
  explicit SshSession(std::unique_ptr<Wire> wire);
  std::unique_ptr<Wire> wire_;
};

}  // namespace yagura::monitor::remote_log
