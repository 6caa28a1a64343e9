#include "monitor/remote_log/retrieval.hpp"

#include <algorithm>
#include <map>
#include <regex>

#include "base/text.hpp"
#include "monitor/remote_log/ssh_session.hpp"
#include "monitor/remote_log/telnet_session.hpp"
#include "monitor/remote_log/terminal.hpp"

namespace yagura::monitor::remote_log {
namespace {

constexpr int most_losses = 2;  // connections broken in the middle of a command before we give up

// Whether one of the first lines says that the device does not know the command.
bool says_refused(const std::string& text, const std::string& expression) {
  if (expression.empty()) return false;
  const std::regex refused(expression);  // compiled once before, when the file was read
  int seen = 0;
  for (const std::string_view line : split(std::string_view(text).substr(0, 2000), '\n')) {
    if (trim(line).empty()) continue;
    if (std::regex_search(std::string(line.substr(0, 240)), refused)) return true;
    if (++seen == 5) break;
  }
  return false;
}

class Retrieval {
 public:
  Retrieval(const Clock& clock, std::stop_token stop, const Target& target, const CommandSet& set,
            const Limits& limits)
      : clock_(clock), stop_(std::move(stop)), target_(target), set_(set), limits_(limits) {}

  Retrieved run(const LoginSource& source) {
    out_.device = target_.device;
    out_.started = clock_.now();
    end_ = clock_.steady() + limits_.whole;
    if (auto worked = work(source); !worked) out_.error = std::move(worked).error();
    out_.finished = clock_.now();
    conclude();
    return std::move(out_);
  }

 private:
  Result<> work(const LoginSource& source) {
    if (stop_.stop_requested()) return fail("remote_log.cancelled");
    auto login = source();
    if (!login) return std::unexpected(std::move(login).error());
    login_ = *std::move(login);
    mask_.add(login_.password);
    mask_.add(login_.passphrase);
    mask_.add(login_.private_key);
    if (target_.telnet) return by_telnet();
    const auto connected = connect();
    out_.host_key_new = trim(target_.host_key).empty() && !out_.host_key.empty();
    YAGURA_CHECK(connected);
    dialect_ = set_.for_model(target_.model);
    if (!dialect_) YAGURA_CHECK(probe());
    if (dialect_->shell == Shell::interactive && !session_->usable()) YAGURA_CHECK(connect());
    out_.dialect = dialect_->id;
    return dialect_->shell == Shell::exec ? by_exec() : by_terminal(*session_);
  }

  Result<> connect() {
    session_.reset();
    Target target = target_;
    // Later connections of this retrieval must meet the device that the first one met.
    if (!out_.host_key.empty()) target.host_key = out_.host_key;
    YAGURA_TRY(session_,
               SshSession::open(clock_, stop_, target, login_, mask_, until(limits_.connect), out_.host_key));
    used_ = false;
    return {};
  }

  // One command on this connection, or on a new one when the device has closed it since the last command
  // (some do so after each).
  Result<ExecEnd> exec(const std::string& command, std::string& raw, std::size_t most, Duration time) {
    if (!session_ || !session_->usable()) YAGURA_CHECK(connect());
    auto end = session_->exec(command, raw, most, until(time));
    if (!end && used_ && end.error().code == "remote_log.connection_lost" &&
        end.error().arg("step") == "channel") {
      YAGURA_CHECK(connect());
      end = session_->exec(command, raw, most, until(time));
    }
    used_ |= end.has_value();
    return end;
  }

  [[nodiscard]] Duration until(Duration most) const {
    return std::min<Duration>(clock_.steady() + most, end_);
  }
  [[nodiscard]] bool over() const { return clock_.steady() >= end_; }

  Result<> probe() {
    std::map<std::string, std::string> answers;
    for (const Dialect& dialect : set_.dialects)
      for (const Probe& probe : dialect.probes) {
        if (!answers.contains(probe.command)) {
          if (over()) return fail("remote_log.time_over");
          std::string raw;
          const auto end = exec(probe.command, raw, 16U << 10, limits_.probe);
          if (!end && end.error().code == "remote_log.cancelled") return std::unexpected(end.error());
          // Hung on a channel: another connection may still do for a terminal.
          if (!end && end.error().code == "remote_log.timeout") YAGURA_CHECK(connect());
          answers[probe.command] = clean_output(raw);
        }
        if (answers[probe.command].find(probe.contains) != std::string::npos) {
          dialect_ = &dialect;
          return {};
        }
      }
    dialect_ = set_.fallback();
    if (!dialect_) return fail("remote_log.dialect_unknown", {{"commands", set_.id}});
    return {};
  }

  // Room for the next command's output; 0 when all is used.
  [[nodiscard]] std::size_t room() const {
    const std::size_t left = limits_.total_bytes - std::min(limits_.total_bytes, total_);
    return std::min(left, static_cast<std::size_t>(set_.max_output_kb) << 10);
  }

  CommandOutput& begin(const std::string& command) {
    CommandOutput& now = out_.commands.emplace_back();
    now.command = command;
    now.started = clock_.now();
    began_ = clock_.steady();
    return now;
  }

  void keep(CommandOutput& now, const std::string& raw, bool timed_out) {
    now.took = clock_.steady() - began_;
    now.raw_bytes = raw.size();
    now.text = safe_text(raw, mask_, room(), now.cut || timed_out || now.error.has_value());
    if (dialect_->shell == Shell::interactive)
      now.text = Terminal::without_echo(std::move(now.text), now.command);
    total_ += std::max(raw.size(), now.text.size());
    if (now.error) return;
    if (timed_out)
      now.error = over()
                      ? Error{"remote_log.time_over", {}}
                      : Error{"remote_log.command_timeout",
                              {{"command", now.command}, {"seconds", std::to_string(set_.command_seconds)}}};
    else if (now.exit_status == 127 || says_refused(now.text, dialect_->refused))
      now.error = Error{"remote_log.command_refused", {{"command", now.command}}};
  }

  Result<> by_exec() {
    int losses = 0;
    for (const std::string& command : dialect_->commands) {
      if (over()) return fail("remote_log.time_over");
      if (room() == 0) return fail("remote_log.output_full");
      CommandOutput& now = begin(command);
      std::string raw;
      const auto end = exec(command, raw, room(), std::chrono::seconds(set_.command_seconds));
      if (end) {
        now.cut = end->cut;
        now.exit_status = end->exit_status;
      } else {
        now.error = end.error();
      }
      keep(now, raw, end && end->timed_out);
      if (end || end.error().code == "remote_log.exec_refused") continue;
      if (end.error().code == "remote_log.cancelled") return std::unexpected(end.error());
      if (++losses == most_losses) return std::unexpected(end.error());
      session_.reset();
    }
    return {};
  }

  // The model alone tells the dialect: there is no channel to probe in.
  Result<> by_telnet() {
    const Dialect* chosen = set_.for_model(target_.model);
    if (!chosen) chosen = set_.fallback();
    if (!chosen) return fail("remote_log.dialect_unknown", {{"commands", set_.id}});
    typed_ = *chosen;
    if (typed_.shell == Shell::exec) {
      // A shell that is otherwise given commands one by one.
      typed_.shell = Shell::interactive;
      typed_.prompt = ".{0,120}[#$%>] ?";
    }
    dialect_ = &typed_;
    out_.dialect = typed_.id;
    YAGURA_TRY(const auto telnet, TelnetSession::open(clock_, stop_, target_, login_, mask_, typed_.prompt,
                                                      until(limits_.connect)));
    return by_terminal(*telnet);
  }

  Result<> by_terminal(ShellWire& wire) {
    Terminal terminal(clock_, wire, *dialect_, mask_);
    YAGURA_CHECK(terminal.start(until(limits_.connect)));
    for (const std::string& command : dialect_->commands) {
      if (over()) return fail("remote_log.time_over");
      if (room() == 0) return fail("remote_log.output_full");
      CommandOutput& now = begin(command);
      std::string raw;
      const auto end = terminal.run(command, raw, room(), until(std::chrono::seconds(set_.command_seconds)));
      if (end)
        now.cut = end->cut;
      else
        now.error = end.error();
      keep(now, raw, end && end->timed_out);
      if (!end) return std::unexpected(end.error());
      if (end->hung)
        return fail("remote_log.connection_lost", {{"step", "command"}, {"reason", "no prompt any more"}});
    }
    return {};
  }

  void conclude() {
    const auto whole = [](const CommandOutput& c) { return !c.error; };
    const auto some = [](const CommandOutput& c) { return !c.error || !c.text.empty(); };
    if (out_.error && out_.error->code == "remote_log.cancelled") {
      out_.state = State::cancelled;
    } else if (!out_.error && std::ranges::all_of(out_.commands, whole)) {
      out_.state = State::done;
    } else if (std::ranges::any_of(out_.commands, some)) {
      out_.state = State::partial;
    } else {
      out_.state = State::failed;
      if (!out_.error && !out_.commands.empty()) out_.error = out_.commands.front().error;
    }
  }

  const Clock& clock_;
  const std::stop_token stop_;
  const Target& target_;
  const CommandSet& set_;
  const Limits limits_;
  Mask mask_;
  SshLogin login_;
  std::unique_ptr<SshSession> session_;
  const Dialect* dialect_ = nullptr;
  Dialect typed_;      // by Telnet
  bool used_ = false;  // a command ended well on this connection
  Duration end_{}, began_{};
  std::size_t total_ = 0;
  Retrieved out_;
};

}  // namespace

Retrieved retrieve(const Clock& clock, std::stop_token stop, const Target& target, const CommandSet& commands,
                   const LoginSource& login, const Limits& limits) {
  return Retrieval(clock, std::move(stop), target, commands, limits).run(login);
}

}  // namespace yagura::monitor::remote_log
