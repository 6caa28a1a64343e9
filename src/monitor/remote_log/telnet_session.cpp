#include "monitor/remote_log/telnet_session.hpp"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <array>
#include <regex>

#include "base/text.hpp"
#include "monitor/remote_log/tcp_connect.hpp"
#include "monitor/remote_log/telnet_text.hpp"

namespace yagura::monitor::remote_log {
namespace {

constexpr std::size_t longest_question = 240;  // also keeps std::regex shallow
constexpr std::size_t most_greeting = 64U << 10;

std::string last_line(std::string_view bytes) {
  if (bytes.size() > 2048) bytes.remove_prefix(bytes.size() - 2048);
  if (const std::size_t at = bytes.rfind('\n'); at != std::string_view::npos) bytes.remove_prefix(at + 1);
  return clean_output(bytes);
}

const std::regex& question(bool of_password) {
  constexpr auto how = std::regex::icase | std::regex::ECMAScript;
  static const std::regex user(R"((^|.*\W)(login|user ?name|user|account) ?[:>]\s*)", how);
  static const std::regex password(R"((^|.*\W)(password|passwd|passcode)( for \S+)? ?[:>]\s*)", how);
  return of_password ? password : user;
}

}  // namespace

struct TelnetSession::Wire {
  const Clock& clock;
  std::stop_token stop;
  const Mask& mask;
  Socket socket;
  TelnetText telnet{};
  std::string pending{};  // text that nobody has taken yet

  [[nodiscard]] std::unexpected<Error> lost(const char* reason) const {
    return fail("remote_log.connection_lost", {{"step", "command"}, {"reason", reason}});
  }

  Result<> write(std::string_view bytes, Duration deadline) {
    const Patience patience{clock, stop, deadline};
    while (!bytes.empty()) {
      const ssize_t wrote = ::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (wrote > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
      } else if (wrote < 0 && (errno == EAGAIN || errno == EINTR)) {
        YAGURA_TRY(const bool ready, patience.wait(socket.fd(), POLLOUT, "command"));
        (void)ready;
      } else {
        return lost(::strerrordesc_np(errno));
      }
    }
    return {};
  }

  // Until some text has come into `pending`; false at the deadline.
  Result<bool> read(Duration deadline) {
    const Patience patience{clock, stop, deadline};
    std::array<char, 16384> buffer;
    while (pending.empty()) {
      const auto ready = patience.wait(socket.fd(), POLLIN, "command");
      if (!ready && ready.error().code == "remote_log.timeout") return false;
      YAGURA_CHECK(ready);
      if (!*ready) continue;
      const ssize_t got = ::recv(socket.fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (got < 0) return lost(::strerrordesc_np(errno));
      if (got == 0) return lost("closed by the device");
      std::string reply;
      telnet.take({buffer.data(), static_cast<std::size_t>(got)}, pending, reply);
      YAGURA_CHECK(write(reply, deadline));
    }
    return true;
  }
};

TelnetSession::TelnetSession(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}
TelnetSession::~TelnetSession() = default;

Result<std::unique_ptr<TelnetSession>> TelnetSession::open(const Clock& clock, std::stop_token stop,
                                                           const Target& target, const SshLogin& login,
                                                           const Mask& mask, const std::string& prompt,
                                                           Duration deadline) {
  YAGURA_TRY(auto socket, connect_tcp(target, Patience{clock, stop, deadline}));
  std::unique_ptr<TelnetSession> out(
      new TelnetSession(std::unique_ptr<Wire>(new Wire{clock, std::move(stop), mask, std::move(socket)})));
  YAGURA_CHECK(out->log_in(login, prompt, deadline));
  return out;
}

Result<> TelnetSession::log_in(const SshLogin& login, const std::string& prompt, Duration deadline) {
  const std::regex device_prompt(prompt);  // compiled once before, when the file was read
  const auto refused = [&] {
    return fail("remote_log.login_refused",
                {{"user", safe_text(login.user, wire_->mask, 100)}, {"methods", "telnet"}});
  };
  bool user_said = false, password_said = false;
  std::string seen;
  while (true) {
    YAGURA_TRY(const bool came, receive(seen, most_greeting, deadline));
    const std::string line = last_line(seen);
    if (!came) return fail("remote_log.no_prompt", {{"seen", safe_text(line, wire_->mask, 80, true)}});
    if (seen.size() >= most_greeting) return fail("remote_log.no_prompt", {{"seen", ""}});
    if (line.empty() || line.size() > longest_question) continue;
    if (std::regex_match(line, question(true))) {
      if (std::exchange(password_said, true)) return refused();
      YAGURA_CHECK(send(login.password + "\r", deadline));
    } else if (std::regex_match(line, question(false))) {
      if (password_said || std::exchange(user_said, true)) return refused();
      YAGURA_CHECK(send(login.user + "\r", deadline));
    } else if (std::regex_match(line, device_prompt)) {
      // The terminal is to find its prompt.
      wire_->pending.insert(0, seen.substr(seen.rfind('\n') == std::string::npos ? 0 : seen.rfind('\n') + 1));
      return {};
    } else {
      continue;
    }
    seen.clear();
  }
}

Result<> TelnetSession::open_shell(Duration) { return {}; }

Result<> TelnetSession::send(std::string_view bytes, Duration deadline) {
  std::string out = TelnetText::sent(bytes);
  auto done = wire_->write(out, deadline);
  ::explicit_bzero(out.data(), out.size());
  return done;
}

Result<bool> TelnetSession::receive(std::string& out, std::size_t most, Duration deadline) {
  YAGURA_TRY(const bool came, wire_->read(deadline));
  if (!came) return false;
  const std::size_t room = most - std::min(most, out.size());
  out += wire_->pending.substr(0, room);
  wire_->pending.erase(0, room);
  return true;
}

}  // namespace yagura::monitor::remote_log
