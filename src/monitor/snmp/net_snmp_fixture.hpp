// net-snmp's programs as test peers, on loopback and in a folder of their own. For tests only.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "monitor/snmp/ber.hpp"

namespace yagura::monitor::snmp::test {

inline std::optional<std::string> program(const char* name) {
  for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"})
    if (::access((std::string(folder) + name).c_str(), X_OK) == 0) return std::string(folder) + name;
  return std::nullopt;
}

// A UDP socket on a free port of 127.0.0.1.
class UdpSocket {
 public:
  UdpSocket() : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;
  ~UdpSocket() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return out;
  }
  void send(Bytes datagram, std::uint16_t to) const {
    const sockaddr_in address = loopback(to);
    ::sendto(fd_, datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&address),
             sizeof address);
  }
  // Empty when nothing came within the time.
  std::string receive(int milliseconds, std::uint16_t* from = nullptr) const {
    pollfd ready{fd_, POLLIN, 0};
    if (::poll(&ready, 1, milliseconds) <= 0) return {};
    std::string out(65536, '\0');
    sockaddr_in address{};
    socklen_t size = sizeof address;
    const auto got = ::recvfrom(fd_, out.data(), out.size(), 0, reinterpret_cast<sockaddr*>(&address), &size);
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (from) *from = ntohs(address.sin_port);
    return out;
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

class Process {
 public:
  Process() = default;
  Process(const std::vector<std::string>& arguments, const std::string& folder) {
    std::vector<char*> raw;
    for (const std::string& a : arguments) raw.push_back(const_cast<char*>(a.c_str()));
    raw.push_back(nullptr);
    std::vector<std::string> kept{"SNMP_PERSISTENT_DIR=" + folder, "SNMPCONFPATH=" + folder,
                                  "MIBS=", "HOME=" + folder, "PATH=/usr/bin:/bin"};
    std::vector<char*> environment;
    for (std::string& e : kept) environment.push_back(e.data());
    environment.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, (folder + "/out").c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    if (posix_spawn(&id_, raw[0], &actions, nullptr, raw.data(), environment.data()) != 0) id_ = -1;
    posix_spawn_file_actions_destroy(&actions);
  }
  Process(Process&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Process& operator=(Process&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Process() { stop(); }
  void stop() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    wait();
  }
  int wait() {
    int status = -1;
    if (id_ > 0) ::waitpid(id_, &status, 0);
    id_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t id_ = -1;
};

// A folder that goes away with the test.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/yagura-snmp-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A real snmpd; running() is false when the program is missing or did not come up.
class Snmpd {
 public:
  explicit Snmpd(const std::string& config) : config_(config) { start(); }
  [[nodiscard]] bool running() const { return running_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& folder() const { return folder_.path(); }
  void stop() { process_.stop(); }
  // Again on the same port: boots has grown by one.
  void start() {
    const auto snmpd = program("snmpd");
    if (!snmpd) return;
    if (port_ == 0) port_ = UdpSocket().port();
    std::ofstream(folder_.path() + "/snmpd.conf")
        << "agentAddress udp:127.0.0.1:" << port_ << "\nrocommunity public\n"
        << config_;
    process_ = Process({*snmpd, "-f", "-C", "-c", folder_.path() + "/snmpd.conf", "-Lf",
                        folder_.path() + "/log", "-p", folder_.path() + "/pid", "-I", "-smux"},
                       folder_.path());
    const UdpSocket probe;
    // get sysUpTime.0 of community public
    static constexpr std::uint8_t get[] = {0x30, 0x26, 0x02, 0x01, 0x01, 0x04, 0x06, 'p',  'u',  'b',
                                           'l',  'i',  'c',  0xa0, 0x19, 0x02, 0x01, 0x01, 0x02, 0x01,
                                           0x00, 0x02, 0x01, 0x00, 0x30, 0x0e, 0x30, 0x0c, 0x06, 0x08,
                                           0x2b, 0x06, 0x01, 0x02, 0x01, 0x01, 0x03, 0x00, 0x05, 0x00};
    for (int i = 0; i < 50 && !running_; ++i) {
      probe.send(get, port_);
      running_ = !probe.receive(100).empty();
      if (!running_) ::usleep(50'000);
    }
  }

 private:
  Folder folder_;
  std::string config_;
  Process process_;
  std::uint16_t port_ = 0;
  bool running_ = false;
};

}  // namespace yagura::monitor::snmp::test
