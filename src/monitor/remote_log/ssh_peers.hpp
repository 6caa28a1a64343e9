// Test peers: a real sshd of our own on loopback, and a scripted SSH server that misbehaves as told.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "schema/yaml.hpp"

namespace yagura::monitor::remote_log {

// A listening socket on a free port of 127.0.0.1.
inline int listen_on_loopback(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(fd, 16), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port = ntohs(address.sin_port);
  return fd;
}

inline std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[512];
  while (pipe && ::fgets(buffer, sizeof buffer, pipe)) out += buffer;
  if (pipe) ::pclose(pipe);
  return out;
}

// OpenSSH's server with keys of its own, for the account that runs the test.
class RealSshd {
 public:
  RealSshd() {
    static std::atomic<int> count{0};
    folder_ = std::filesystem::temp_directory_path() /
              ("yagura_sshd_" + std::to_string(::getpid()) + "_" + std::to_string(++count));
    std::filesystem::create_directories(folder_);
    if (::geteuid() == 0) std::filesystem::create_directories("/run/sshd");
    for (const char* type : {"ed25519", "rsa", "ecdsa"}) make_key(std::string("host_") + type, type, "");
    make_key("user_ed25519", "ed25519", "");
    make_key("user_rsa", "rsa", "");
    make_key("user_locked", "ed25519", "phrase of a key");
    make_key("user_stranger", "ed25519", "");
    std::ofstream authorized(folder_ / "authorized");
    for (const char* name : {"user_ed25519", "user_rsa", "user_locked"})
      authorized << schema::read_file(folder_ / (std::string(name) + ".pub")).value();
    authorized.close();
    ::close(listen_on_loopback(port));
    std::ofstream(folder_ / "config")
        << "Port " << port << "\nListenAddress 127.0.0.1\nPidFile none\n"
        << "HostKey " << file("host_ed25519") << "\nHostKey " << file("host_rsa") << "\nHostKey "
        << file("host_ecdsa") << "\nAuthorizedKeysFile " << file("authorized")
        << "\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
        << "PasswordAuthentication no\nKbdInteractiveAuthentication no\n";
    process_ = ::fork();
    if (process_ == 0) {
      const std::string config = file("config"), log = file("log");
      ::execl("/usr/sbin/sshd", "/usr/sbin/sshd", "-D", "-f", config.c_str(), "-E", log.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 100 && !answers(); ++i) ::usleep(50'000);
  }
  ~RealSshd() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }
  static bool installed() { return std::filesystem::exists("/usr/sbin/sshd"); }
  std::string fingerprint(const std::string& type) const {
    const std::string line = output_of("ssh-keygen -lf " + file("host_" + type + ".pub"));
    const std::size_t at = line.find("SHA256:");
    return line.substr(at, line.find(' ', at) - at);
  }
  std::string key(const std::string& name) const { return schema::read_file(folder_ / name).value(); }
  static std::string user() { return ::getpwuid(::geteuid())->pw_name; }

  std::uint16_t port = 0;

 private:
  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  void make_key(const std::string& name, const std::string& type, const std::string& phrase) {
    output_of("ssh-keygen -q -t " + type + (type == "rsa" ? " -b 2048" : "") + " -N '" + phrase + "' -f " +
              file(name));
  }
  bool answers() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool out = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return out;
  }
  std::filesystem::path folder_;
  pid_t process_ = -1;
};

// A TCP server that says some bytes and then nothing, or closes.
class RawServer {
 public:
  explicit RawServer(std::string says, bool closes = false) : says_(std::move(says)), closes_(closes) {
    fd_ = listen_on_loopback(port);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      std::list<int> open;
      while (!stop.stop_requested()) {
        pollfd ready{fd_, POLLIN, 0};
        if (::poll(&ready, 1, 20) <= 0) continue;
        const int peer = ::accept(fd_, nullptr, nullptr);
        (void)!::write(peer, says_.data(), says_.size());
        if (closes_)
          ::close(peer);
        else
          open.push_back(peer);
      }
      for (const int peer : open) ::close(peer);
    });
  }
  ~RawServer() {
    thread_.request_stop();
    thread_.join();
    ::close(fd_);
  }
  std::uint16_t port = 0;

 private:
  const std::string says_;
  const bool closes_;
  int fd_ = -1;
  std::jthread thread_;
};

class ScriptedServer {
 public:
  class Peer;
  struct Script {
    std::string password = "secret word";
    bool questions = false;                                       // keyboard-interactive instead of password
    bool hangs_on_channel = false;                                // lets in, then answers nothing more
    std::function<void(Peer&, const std::string& command)> exec;  // none: refuses exec
    std::function<void(Peer&)> shell;                             // none: refuses a shell
    std::function<void(Peer&, const std::string& typed)> line;    // a line typed into the shell
    std::function<void(Peer&, char key)> key;                     // any other single key
  };

  explicit ScriptedServer(Script script) : script_(std::move(script)) {
    ssh_key key = nullptr;
    EXPECT_EQ(ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key), SSH_OK);
    ssh_pki_export_privkey_base64(key, nullptr, nullptr, nullptr, &key_text_);
    ssh_key_free(key);
    fd_ = listen_on_loopback(port);
    thread_ = std::jthread([this](const std::stop_token& stop) { accept_loop(stop); });
  }
  ~ScriptedServer() {
    thread_.request_stop();
    thread_.join();
    ::close(fd_);
    ssh_string_free_char(key_text_);
  }
  std::uint16_t port = 0;
  std::atomic<int> log_ins{0}, connections{0}, passwords_seen{0};

 private:
  void accept_loop(const std::stop_token& stop);
  void serve(int fd, const std::stop_token& stop);

  const Script script_;
  char* key_text_ = nullptr;
  int fd_ = -1;
  std::jthread thread_;
};

class ScriptedServer::Peer {
 public:
  void say(std::string_view text) {
    while (!text.empty() && alive()) {
      const int wrote = ssh_channel_write(
          channel, text.data(), static_cast<std::uint32_t>(std::min<std::size_t>(text.size(), 30'000)));
      if (wrote <= 0) {
        over = true;
        return;
      }
      text.remove_prefix(static_cast<std::size_t>(wrote));
    }
  }
  void end(int status = 0) {
    ssh_channel_request_send_exit_status(channel, status);
    ssh_channel_send_eof(channel);
    ssh_channel_close(channel);
  }
  void drop() {
    ::shutdown(fd, SHUT_RDWR);
    over = true;
  }
  void pause(int milliseconds) {
    for (int i = 0; i < milliseconds && alive(); i += 10) ::usleep(10'000);
  }
  bool alive() const { return !over && !stop.stop_requested(); }

  const Script* script = nullptr;
  ScriptedServer* server = nullptr;
  ssh_session session = nullptr;
  ssh_channel channel = nullptr;
  int fd = -1;
  std::stop_token stop;
  bool over = false, shell_wanted = false, asked = false;
  std::string command, input, state;
  ssh_channel_callbacks_struct channel_callbacks{};
};

inline void ScriptedServer::accept_loop(const std::stop_token& stop) {
  std::list<std::jthread> peers;
  while (!stop.stop_requested()) {
    pollfd ready{fd_, POLLIN, 0};
    if (::poll(&ready, 1, 20) <= 0) continue;
    const int peer = ::accept(fd_, nullptr, nullptr);
    ++connections;
    peers.emplace_back([this, peer, stop](const std::stop_token&) { serve(peer, stop); });
  }
}

inline void ScriptedServer::serve(int fd, const std::stop_token& stop) {
  Peer peer;
  peer.script = &script_;
  peer.server = this;
  peer.fd = fd;
  peer.stop = stop;
  ssh_bind bind = ssh_bind_new();
  const bool no = false;
  ssh_key key = nullptr;
  ssh_pki_import_privkey_base64(key_text_, nullptr, nullptr, nullptr, &key);
  ssh_bind_options_set(bind, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no);
  ssh_bind_options_set(bind, SSH_BIND_OPTIONS_IMPORT_KEY, key);
  peer.session = ssh_new();
  ssh_server_callbacks_struct callbacks{};
  ssh_callbacks_init(&callbacks);
  callbacks.userdata = &peer;
  callbacks.auth_password_function = [](ssh_session, const char*, const char* password, void* at) -> int {
    auto& p = *static_cast<Peer*>(at);
    ++p.server->passwords_seen;
    if (p.script->questions || p.script->password != password) return SSH_AUTH_DENIED;
    ++p.server->log_ins;
    return SSH_AUTH_SUCCESS;
  };
  callbacks.channel_open_request_session_function = [](ssh_session session, void* at) -> ssh_channel {
    auto& p = *static_cast<Peer*>(at);
    while (p.script->hangs_on_channel && p.alive()) ::usleep(10'000);
    p.channel = ssh_channel_new(session);
    ssh_channel_callbacks_struct& c = p.channel_callbacks;
    c = {};
    ssh_callbacks_init(&c);
    c.userdata = at;
    c.channel_pty_request_function = [](ssh_session, ssh_channel, const char*, int, int, int, int, void*) {
      return 0;
    };
    c.channel_exec_request_function = [](ssh_session, ssh_channel, const char* command, void* peer_at) {
      auto& q = *static_cast<Peer*>(peer_at);
      if (!q.script->exec) return 1;
      q.command = command;
      return 0;
    };
    c.channel_shell_request_function = [](ssh_session, ssh_channel, void* peer_at) {
      auto& q = *static_cast<Peer*>(peer_at);
      q.shell_wanted = true;
      return q.script->shell ? 0 : 1;
    };
    c.channel_data_function = [](ssh_session, ssh_channel, void* data, std::uint32_t size, int,
                                 void* peer_at) {
      static_cast<Peer*>(peer_at)->input.append(static_cast<const char*>(data), size);
      return static_cast<int>(size);
    };
    ssh_set_channel_callbacks(p.channel, &c);
    return p.channel;
  };
  ssh_set_server_callbacks(peer.session, &callbacks);
  // One question at a time: libssh has no callback for keyboard-interactive, messages are read by hand.
  const auto on_message = [](ssh_session session, ssh_message message, void* at) -> int {
    auto& p = *static_cast<Peer*>(at);
    if (!p.script->questions || ssh_message_type(message) != SSH_REQUEST_AUTH ||
        ssh_message_subtype(message) != SSH_AUTH_METHOD_INTERACTIVE)
      return 1;
    if (!ssh_message_auth_kbdint_is_response(message)) {
      const char* prompts[] = {"Name? ", "Password: "};
      char echo[] = {1, 0};
      ssh_message_auth_interactive_request(message, "", "", 2, prompts, echo);
      return 0;
    }
    const char* answer = ssh_userauth_kbdint_getanswer(session, 1);
    if (answer && p.script->password == answer) {
      ++p.server->log_ins;
      ssh_message_auth_reply_success(message, 0);
      return 0;
    }
    return 1;
  };
  ssh_set_message_callback(peer.session, on_message, &peer);
  ssh_set_auth_methods(peer.session,
                       script_.questions ? SSH_AUTH_METHOD_INTERACTIVE : SSH_AUTH_METHOD_PASSWORD);
  if (ssh_bind_accept_fd(bind, peer.session, fd) == SSH_OK &&
      ssh_handle_key_exchange(peer.session) == SSH_OK) {
    ssh_event event = ssh_event_new();
    ssh_event_add_session(event, peer.session);
    while (peer.alive() && ssh_is_connected(peer.session)) {
      if (ssh_event_dopoll(event, 20) == SSH_ERROR) break;
      if (std::string command = std::exchange(peer.command, {}); !command.empty())
        script_.exec(peer, command);
      if (std::exchange(peer.shell_wanted, false) && script_.shell) script_.shell(peer);
      while (!peer.input.empty() && peer.alive()) {
        const std::size_t end = peer.input.find('\r');
        if (end == std::string::npos) {
          for (const char c : std::exchange(peer.input, {}))
            if (script_.key) script_.key(peer, c);
          break;
        }
        const std::string typed = peer.input.substr(0, end);
        peer.input.erase(0, end + 1);
        if (script_.line) script_.line(peer, typed);
      }
    }
    ssh_event_remove_session(event, peer.session);
    ssh_event_free(event);
  }
  ssh_disconnect(peer.session);
  ssh_free(peer.session);
  ssh_bind_free(bind);
}

}  // namespace yagura::monitor::remote_log
