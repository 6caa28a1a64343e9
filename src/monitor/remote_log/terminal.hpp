// A device's own command line inside an SSH terminal or a Telnet connection: prompt, pager, echo.
//
// Purpose: for devices that run no commands by `exec`. The first prompt that fits the dialect's expression is
//          learnt by letter; after that only the same prompt ends a command's output, so that a line of
//          output that looks like one does not.
// Pager:   answered with a blank; its line is not kept. Every device's own way to switch it off comes first.
// Errors:  remote_log.no_prompt (seen), and those of the session.
// Threads: one at a time.
#pragma once

#include <memory>

#include "monitor/remote_log/commands.hpp"
#include "monitor/remote_log/output_text.hpp"
#include "monitor/remote_log/shell_wire.hpp"

namespace yagura::monitor::remote_log {

struct TerminalEnd {
  bool cut = false;
  bool timed_out = false;
  bool hung = false;  // the prompt did not come back even after ^C: the terminal is of no more use
};

class Terminal {
 public:
  Terminal(const Clock& clock, ShellWire& session, const Dialect& dialect, const Mask& mask);
  ~Terminal();

  // Opens the shell, waits for its prompt, switches the pager off.
  Result<> start(Duration deadline);
  // `out` gets the raw output, without the prompt at its end.
  Result<TerminalEnd> run(const std::string& command, std::string& out, std::size_t most, Duration deadline);
  // Cleaned output without the echo of its command.
  static std::string without_echo(std::string text, std::string_view command);

 private:
  enum class Ended : std::uint8_t { prompt, timed_out, cut };
  Result<Ended> collect(std::string& out, std::size_t most, Duration deadline);
  Result<bool> recover();

  const Clock& clock_;
  ShellWire& session_;
  const Dialect& dialect_;
  const Mask& mask_;
  struct Expressions;
  std::unique_ptr<Expressions> expressions_;
  std::string prompt_;        // as learnt
  bool recovered_ = false;    // the last command was stopped with ^C
  std::string awaited_echo_;  // after that: the next command, until its echo was seen
};

}  // namespace yagura::monitor::remote_log
