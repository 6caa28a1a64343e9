#include "monitor/remote_log/ssh_session.hpp"

#include <fcntl.h>
#include <libssh/libssh.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/text.hpp"
#include "monitor/remote_log/tcp_connect.hpp"

namespace yagura::monitor::remote_log {
namespace {

struct SessionEnd {
  void operator()(ssh_session session) const { ssh_free(session); }
};
struct ChannelEnd {
  void operator()(ssh_channel channel) const { ssh_channel_free(channel); }
};
struct KeyEnd {
  void operator()(ssh_key key) const { ssh_key_free(key); }
};
using SessionPointer = std::unique_ptr<std::remove_pointer_t<ssh_session>, SessionEnd>;
using ChannelPointer = std::unique_ptr<std::remove_pointer_t<ssh_channel>, ChannelEnd>;
using KeyPointer = std::unique_ptr<std::remove_pointer_t<ssh_key>, KeyEnd>;

// Host key types in the order we ask for them. One group is asked for at a time when a pinned key is sought.
struct KeyGroup {
  const char* name;  // how libssh calls the type
  const char* algorithms;
};
constexpr std::array key_groups{
    KeyGroup{"ssh-ed25519", "ssh-ed25519"},
    KeyGroup{"ecdsa", "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521"},
    KeyGroup{"ssh-rsa", "rsa-sha2-512,rsa-sha2-256"},
};
constexpr const char* all_keys =
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256";
constexpr const char* old_exchange =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
    "diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256,diffie-hellman-group14-sha1,"
    "diffie-hellman-group1-sha1";
constexpr const char* old_ciphers =
    "aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr,aes256-cbc,aes192-cbc,"
    "aes128-cbc,3des-cbc";
constexpr const char* old_macs = "hmac-sha2-256-etm@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1";

std::string fingerprint(ssh_key key) {
  unsigned char* hash = nullptr;
  std::size_t length = 0;
  if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) != 0) return {};
  char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length);
  ssh_clean_pubkey_hash(&hash);
  std::string out = text ? text : "";
  ssh_string_free_char(text);
  return out;
}

// A fingerprint as people paste it: with or without "SHA256:" and the padding.
std::string normal(std::string_view pinned) {
  std::string out(trim(pinned));
  if (!out.starts_with("SHA256:")) out.insert(0, "SHA256:");
  while (out.ends_with('=')) out.pop_back();
  return out;
}

}  // namespace

// The members end in the order channel, session, socket, as libssh needs it.
class SshSession::Wire {
 public:
  Wire(const Clock& clock, std::stop_token stop, const Mask& mask, Socket socket)
      : clock_(clock), stop_(std::move(stop)), mask_(mask), socket_(std::move(socket)) {}
  ~Wire() {
    shell.reset();
    if (session_) ssh_silent_disconnect(session_.get());
  }

  Result<> handshake(const Target& target, const SshLogin& login, const char* keys, Duration deadline);
  Result<> log_in(const SshLogin& login, Duration deadline);
  Result<ChannelPointer> channel(Duration deadline);
  Result<std::optional<std::size_t>> take(ssh_channel channel, std::string& out, std::size_t most);

  // Repeats a call of libssh until it is more than "again"; `again` is what it answers then.
  template <class F>
  Result<int> until_done(int again, const char* step, Duration deadline, F&& call) {
    const Patience patience{clock_, stop_, deadline};
    while (true) {
      const int answer = call();
      if (answer != again) return answer;
      YAGURA_CHECK(wait(patience, step));
    }
  }
  Result<> wait(const Patience& patience, const char* step) {
    const int flags = ssh_get_poll_flags(session_.get());
    const auto events = static_cast<short>(POLLIN | ((flags & SSH_WRITE_PENDING) ? POLLOUT : 0));
    YAGURA_TRY(const bool ready, patience.wait(socket_.fd(), events, step));
    (void)ready;
    return {};
  }
  Result<> wait_until(Duration deadline, const char* step) {
    return wait(Patience{clock_, stop_, deadline}, step);
  }
  // What libssh says of its last failure. Part of it may be a device's own words.
  std::string words() { return safe_text(ssh_get_error(session_.get()), mask_, 200); }
  std::unexpected<Error> lost(const char* step) {
    return fail("remote_log.connection_lost", {{"step", step}, {"reason", words()}});
  }
  [[nodiscard]] Duration now() const { return clock_.steady(); }
  bool usable() { return ssh_is_connected(session_.get()) == 1; }

  std::string key;       // fingerprint
  std::string key_type;  // "ssh-ed25519"
  ChannelPointer shell;

 private:
  Result<bool> with_key(const SshLogin& login, Duration deadline);
  Result<bool> with_password(const SshLogin& login, Duration deadline);
  Result<bool> with_questions(const SshLogin& login, Duration deadline);

  const Clock& clock_;
  const std::stop_token stop_;
  const Mask& mask_;
  Socket socket_;
  SessionPointer session_;
};

Result<> SshSession::Wire::handshake(const Target& target, const SshLogin& login, const char* keys,
                                     Duration deadline) {
  session_.reset(ssh_new());
  if (!session_) return fail("remote_log.handshake_failed", {{"reason", "no memory"}});
  ssh_session s = session_.get();
  const bool no_config = false;
  const int quiet = SSH_LOG_NOLOG;
  bool set = ssh_options_set(s, SSH_OPTIONS_PROCESS_CONFIG, &no_config) == 0;
  set = set && ssh_options_set(s, SSH_OPTIONS_LOG_VERBOSITY, &quiet) == 0;
  set = set && ssh_options_set(s, SSH_OPTIONS_HOST, target.address.c_str()) == 0;
  set = set && ssh_options_set(s, SSH_OPTIONS_USER, login.user.c_str()) == 0;
  set = set && ssh_options_set(s, SSH_OPTIONS_SSH_DIR, "/nonexistent") == 0;
  set = set && ssh_options_set(s, SSH_OPTIONS_KNOWNHOSTS, "/dev/null") == 0;
  set = set && ssh_options_set(s, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") == 0;
  const std::string host_keys = target.old_algorithms ? std::string(keys) + ",ssh-rsa" : keys;
  set = set && ssh_options_set(s, SSH_OPTIONS_HOSTKEYS, host_keys.c_str()) == 0;
  if (target.old_algorithms) {
    set = set && ssh_options_set(s, SSH_OPTIONS_KEY_EXCHANGE, old_exchange) == 0;
    for (const auto way : {SSH_OPTIONS_CIPHERS_C_S, SSH_OPTIONS_CIPHERS_S_C})
      set = set && ssh_options_set(s, way, old_ciphers) == 0;
    for (const auto way : {SSH_OPTIONS_HMAC_C_S, SSH_OPTIONS_HMAC_S_C})
      set = set && ssh_options_set(s, way, old_macs) == 0;
  }
  // libssh closes the descriptor it is given when it ends, so it gets one of its own: closing the same number
  // twice would close what another thread has opened meanwhile.
  const int fd = set ? ::fcntl(socket_.fd(), F_DUPFD_CLOEXEC, 0) : -1;
  set = fd >= 0 && ssh_options_set(s, SSH_OPTIONS_FD, &fd) == 0;
  if (!set) {
    if (fd >= 0) ::close(fd);
    return fail("remote_log.handshake_failed", {{"reason", words()}});
  }
  ssh_set_blocking(s, 0);

  YAGURA_TRY(const int connected,
             until_done(SSH_AGAIN, "handshake", deadline, [&] { return ssh_connect(s); }));
  if (connected != SSH_OK) return fail("remote_log.handshake_failed", {{"reason", words()}});
  ssh_key raw = nullptr;
  if (ssh_get_server_publickey(s, &raw) != SSH_OK)
    return fail("remote_log.handshake_failed", {{"reason", words()}});
  const KeyPointer server_key(raw);
  key = fingerprint(raw);
  const char* type = ssh_key_type_to_char(ssh_key_type(raw));
  key_type = type ? type : "";
  return {};
}

Result<bool> SshSession::Wire::with_key(const SshLogin& login, Duration deadline) {
  ssh_key raw = nullptr;
  const char* phrase = login.passphrase.empty() ? nullptr : login.passphrase.c_str();
  // Without a function of ours libssh would ask the terminal for a missing passphrase.
  const auto no_phrase = [](const char*, char*, std::size_t, int, int, void*) { return -1; };
  if (ssh_pki_import_privkey_base64(login.private_key.c_str(), phrase, no_phrase, nullptr, &raw) != SSH_OK)
    return fail("remote_log.key_unreadable");
  const KeyPointer private_key(raw);
  YAGURA_TRY(const int answer, until_done(SSH_AUTH_AGAIN, "login", deadline, [&] {
               return ssh_userauth_publickey(session_.get(), nullptr, raw);
             }));
  return answer == SSH_AUTH_SUCCESS;
}

Result<bool> SshSession::Wire::with_password(const SshLogin& login, Duration deadline) {
  YAGURA_TRY(const int answer, until_done(SSH_AUTH_AGAIN, "login", deadline, [&] {
               return ssh_userauth_password(session_.get(), nullptr, login.password.c_str());
             }));
  return answer == SSH_AUTH_SUCCESS;
}

// Keyboard-interactive (RFC 4256): the password answers the first question that hides what is typed; a second
// such question (a one-time code, a new password) gets nothing.
Result<bool> SshSession::Wire::with_questions(const SshLogin& login, Duration deadline) {
  bool answered = false;
  for (int round = 0; round < 6; ++round) {
    YAGURA_TRY(const int answer, until_done(SSH_AUTH_AGAIN, "login", deadline, [&] {
                 return ssh_userauth_kbdint(session_.get(), nullptr, nullptr);
               }));
    if (answer != SSH_AUTH_INFO) return answer == SSH_AUTH_SUCCESS;
    const int questions = ssh_userauth_kbdint_getnprompts(session_.get());
    for (int i = 0; i < questions; ++i) {
      char shown = 0;
      (void)ssh_userauth_kbdint_getprompt(session_.get(), static_cast<unsigned>(i), &shown);
      const bool ours = !shown && !answered;
      if (ssh_userauth_kbdint_setanswer(session_.get(), static_cast<unsigned>(i),
                                        ours ? login.password.c_str() : "") < 0)
        return false;
      answered |= ours;
    }
  }
  return false;
}

Result<> SshSession::Wire::log_in(const SshLogin& login, Duration deadline) {
  YAGURA_TRY(const int open, until_done(SSH_AUTH_AGAIN, "login", deadline,
                                        [&] { return ssh_userauth_none(session_.get(), nullptr); }));
  if (open == SSH_AUTH_SUCCESS) return {};
  if (open == SSH_AUTH_ERROR) return lost("login");
  const int methods = ssh_userauth_list(session_.get(), nullptr);
  std::string offered;
  const auto offer = [&](int method, const char* name) {
    if (methods & method) offered.append(offered.empty() ? "" : ", ").append(name);
    return (methods & method) != 0;
  };
  const bool by_key = offer(SSH_AUTH_METHOD_PUBLICKEY, "publickey");
  const bool by_password = offer(SSH_AUTH_METHOD_PASSWORD, "password");
  const bool by_questions = offer(SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive");
  const auto tried = [&](bool offered_one, const std::string& secret,
                         Result<bool> (Wire::*way)(const SshLogin&, Duration)) -> Result<bool> {
    if (!offered_one || secret.empty() || !usable()) return false;
    return (this->*way)(login, deadline);
  };
  YAGURA_TRY(bool in, tried(by_key, login.private_key, &Wire::with_key));
  if (in) return {};
  YAGURA_TRY(in, tried(by_password, login.password, &Wire::with_password));
  if (in) return {};
  YAGURA_TRY(in, tried(by_questions, login.password, &Wire::with_questions));
  if (in) return {};
  // Devices close after a wrong password, often before they say so.
  return fail("remote_log.login_refused",
              {{"user", safe_text(login.user, mask_, 100)}, {"methods", offered}});
}

Result<ChannelPointer> SshSession::Wire::channel(Duration deadline) {
  ChannelPointer out(ssh_channel_new(session_.get()));
  if (!out) return lost("channel");
  YAGURA_TRY(const int opened,
             until_done(SSH_AGAIN, "channel", deadline, [&] { return ssh_channel_open_session(out.get()); }));
  if (opened != SSH_OK) return lost("channel");
  return out;
}

// Takes what is there; nullopt at the end of the output.
Result<std::optional<std::size_t>> SshSession::Wire::take(ssh_channel channel, std::string& out,
                                                          std::size_t most) {
  std::array<char, 16384> buffer;
  std::size_t taken = 0;
  for (const int error_output : {0, 1}) {
    if (out.size() >= most) break;
    const auto room = static_cast<std::uint32_t>(std::min(buffer.size(), most - out.size()));
    const int got = ssh_channel_read_nonblocking(channel, buffer.data(), room, error_output);
    if (got > 0) {
      out.append(buffer.data(), static_cast<std::size_t>(got));
      taken += static_cast<std::size_t>(got);
    } else if (got == SSH_ERROR && usable() && !ssh_channel_is_closed(channel)) {
      return lost("command");
    }
  }
  if (taken > 0) return taken;
  if (ssh_channel_is_eof(channel) || ssh_channel_is_closed(channel) || !usable()) return std::nullopt;
  return taken;
}

SshSession::SshSession(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}
SshSession::~SshSession() = default;

Result<std::unique_ptr<SshSession>> SshSession::open(const Clock& clock, std::stop_token stop,
                                                     const Target& target, const SshLogin& login,
                                                     const Mask& mask, Duration deadline,
                                                     std::string& key_seen) {
  const std::string expected = trim(target.host_key).empty() ? "" : normal(target.host_key);
  const auto attempt = [&](const char* keys) -> Result<std::unique_ptr<Wire>> {
    YAGURA_TRY(auto socket, connect_to_ssh(target, Patience{clock, stop, deadline}, mask));
    auto wire = std::make_unique<Wire>(clock, stop, mask, std::move(socket));
    YAGURA_CHECK(wire->handshake(target, login, keys, deadline));
    return wire;
  };
  YAGURA_TRY(auto wire, attempt(all_keys));
  key_seen = wire->key;
  if (!expected.empty() && wire->key != expected) {
    const std::string type = wire->key_type;
    wire.reset();
    for (const KeyGroup& group : key_groups) {
      if (type.starts_with(group.name)) continue;
      auto other = attempt(group.algorithms);
      if (!other && other.error().code == "remote_log.cancelled") return std::unexpected(other.error());
      if (!other || (*other)->key != expected) continue;
      wire = *std::move(other);
      key_seen = wire->key;
      break;
    }
    if (!wire) return fail("remote_log.host_key_changed", {{"expected", expected}, {"seen", key_seen}});
  }
  YAGURA_CHECK(wire->log_in(login, deadline));
  return std::unique_ptr<SshSession>(new SshSession(std::move(wire)));
}

Result<ExecEnd> SshSession::exec(const std::string& command, std::string& out, std::size_t most,
                                 Duration deadline) {
  YAGURA_TRY(auto opened, wire_->channel(deadline));
  ssh_channel channel = opened.get();
  YAGURA_TRY(const int started, wire_->until_done(SSH_AGAIN, "command", deadline, [&] {
    return ssh_channel_request_exec(channel, command.c_str());
  }));
  if (started != SSH_OK) {
    if (!wire_->usable()) return wire_->lost("command");
    return fail("remote_log.exec_refused");
  }
  ExecEnd end;
  while (true) {
    YAGURA_TRY(const auto taken, wire_->take(channel, out, most));
    if (!taken) break;
    if (out.size() >= most) {
      end.cut = true;
      (void)ssh_channel_close(channel);
      return end;
    }
    if (*taken > 0) continue;
    auto waited = wire_->wait_until(deadline, "command");
    if (waited) continue;
    if (waited.error().code != "remote_log.timeout") return std::unexpected(waited.error());
    end.timed_out = true;
    (void)ssh_channel_close(channel);
    return end;
  }
  // libssh calls the output ended when the connection breaks, too: only a status tells that the command did.
  if (!wire_->usable() && ssh_channel_get_exit_status(channel) < 0) return wire_->lost("command");
  // The status may come after the end of output; half a second is enough for one that comes at all.
  const Duration patience = std::min<Duration>(deadline, wire_->now() + std::chrono::milliseconds(500));
  while (ssh_channel_get_exit_status(channel) < 0 && !ssh_channel_is_closed(channel) && wire_->usable())
    if (!wire_->wait_until(patience, "command")) break;
  if (const int status = ssh_channel_get_exit_status(channel); status >= 0) end.exit_status = status;
  return end;
}

Result<> SshSession::open_shell(Duration deadline) {
  YAGURA_TRY(auto opened, wire_->channel(deadline));
  ssh_channel channel = opened.get();
  YAGURA_TRY(const int terminal, wire_->until_done(SSH_AGAIN, "shell", deadline, [&] {
    return ssh_channel_request_pty_size(channel, "dumb", 511, 1000);
  }));
  (void)terminal;  // a device without terminals may still have a shell
  YAGURA_TRY(const int started, wire_->until_done(SSH_AGAIN, "shell", deadline,
                                                  [&] { return ssh_channel_request_shell(channel); }));
  if (started != SSH_OK) {
    if (!wire_->usable()) return wire_->lost("shell");
    return fail("remote_log.exec_refused");
  }
  wire_->shell = std::move(opened);
  return {};
}

Result<> SshSession::send(std::string_view bytes, Duration deadline) {
  while (!bytes.empty()) {
    const int wrote =
        ssh_channel_write(wire_->shell.get(), bytes.data(), static_cast<std::uint32_t>(bytes.size()));
    if (wrote < 0) return wire_->lost("command");
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
    if (!bytes.empty()) YAGURA_CHECK(wire_->wait_until(deadline, "command"));
  }
  return {};
}

Result<bool> SshSession::receive(std::string& out, std::size_t most, Duration deadline) {
  while (true) {
    YAGURA_TRY(const auto taken, wire_->take(wire_->shell.get(), out, most));
    if (!taken) return wire_->lost("command");
    if (*taken > 0 || out.size() >= most) return true;
    auto waited = wire_->wait_until(deadline, "command");
    if (!waited && waited.error().code == "remote_log.timeout") return false;
    YAGURA_CHECK(waited);
  }
}

bool SshSession::usable() { return wire_->usable(); }

}  // namespace yagura::monitor::remote_log
