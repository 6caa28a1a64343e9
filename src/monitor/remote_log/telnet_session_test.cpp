// Telnet against Debian's own telnetd on loopback, and against peers that misbehave.
#include "monitor/remote_log/telnet_session.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "monitor/remote_log/retrieval.hpp"
#include "monitor/remote_log/telnet_text.hpp"

extern char** environ;

namespace yagura::monitor::remote_log {
namespace {

using namespace std::chrono_literals;

constexpr const char* telnetd = "/usr/sbin/telnetd";

// What a device shows behind its telnet server; the arguments of read go to a file for the test.
constexpr const char* device = R"(#!/bin/bash
heard() { printf '%s\n' "$1" >> "$(dirname "$0")/heard"; }
ask() { printf 'core-1 login: '; read -r u; heard "$u"; stty -echo; printf 'Password: '; read -r p; heard "$p"; stty echo; echo; }
printf 'Authorised use only\n\n'
ask
if [ "$u" != monitor ] || [ "$p" != 'secret word' ]; then echo 'Login incorrect'; ask; exit 1; fi
printf 'Last login: yesterday\n'
while printf 'core-1#' && IFS= read -r line; do
  case "$line" in
    'show version') echo 'Model C-1'; stty size ;;
    'show log') seq 1 300; head -c 300 /dev/zero | tr '\0' x; echo ;;
    'show bytes') printf 'a\377b\n' ;;
    'show secret') echo 'username monitor password secret word' ;;
    'hang') sleep 20 ;;
    *) echo '% Unknown command' ;;
  esac
done
)";

// Listens on loopback and hands each connection to a program, as inetd does.
class Peer {
 public:
  explicit Peer(std::vector<std::string> program, std::string says = {})
      : program_(std::move(program)), says_(std::move(says)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&at), size), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port = ntohs(at.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~Peer() {
    thread_.request_stop();
    thread_.join();
    ::close(socket_);
    for (const int fd : open_) ::close(fd);
    for (const pid_t child : children_) {
      ::kill(child, SIGTERM);
      ::waitpid(child, nullptr, 0);
    }
  }
  std::uint16_t port = 0;

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd ready{socket_, POLLIN, 0};
      if (::poll(&ready, 1, 50) <= 0) continue;
      const int fd = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      if (program_.empty()) {
        (void)::send(fd, says_.data(), says_.size(), MSG_NOSIGNAL);
        open_.push_back(fd);
        continue;
      }
      posix_spawn_file_actions_t actions;
      posix_spawn_file_actions_init(&actions);
      for (const int to : {0, 1, 2}) posix_spawn_file_actions_adddup2(&actions, fd, to);
      std::vector<char*> words;
      for (auto& word : program_) words.push_back(word.data());
      words.push_back(nullptr);
      pid_t child = 0;
      if (::posix_spawn(&child, words[0], &actions, nullptr, words.data(), environ) == 0)
        children_.push_back(child);
      posix_spawn_file_actions_destroy(&actions);
      ::close(fd);
    }
  }
  std::vector<std::string> program_;
  std::string says_;
  int socket_ = -1;
  std::vector<int> open_;
  std::vector<pid_t> children_;
  std::jthread thread_;
};

class TelnetTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("yagura_telnet_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "device") << device;
    std::filesystem::permissions(folder_ / "device", std::filesystem::perms::owner_all);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::vector<std::string> real() const { return {telnetd, "-E", (folder_ / "device").string()}; }
  std::string heard() const {
    std::ifstream in(folder_ / "heard");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  Retrieved fetch(std::uint16_t port, std::vector<std::string> commands, bool telnet = true,
                  const std::string& password = "secret word") {
    Dialect dialect;
    dialect.id = "plain";
    dialect.models = {"plain"};
    dialect.refused = "^% Unknown";
    dialect.shell = Shell::interactive;
    dialect.prompt = "[\\w-]+#";
    dialect.commands = std::move(commands);
    CommandSet set;
    set.id = "test";
    set.command_seconds = 2;
    set.dialects = {std::move(dialect)};
    Target target;
    target.device = 5;
    target.address = "127.0.0.1";
    target.port = port;
    target.telnet = telnet;
    target.model = "plain";
    Limits limits;
    limits.connect = 3s;
    limits.whole = 10s;
    return retrieve(clock_, {}, target, set, [&] { return SshLogin("monitor", password); }, limits);
  }
  SystemClock clock_;
  std::filesystem::path folder_;
};

TEST_F(TelnetTest, LogsInToARealServerAndKeepsWhatItSays) {
  if (!std::filesystem::exists(telnetd)) GTEST_SKIP() << "inetutils-telnetd is not installed";
  Peer peer(real());
  const auto got =
      fetch(peer.port, {"show version", "show log", "show bytes", "show secret", "show nothing"});
  ASSERT_FALSE(got.error) << got.error->text();
  ASSERT_EQ(got.commands.size(), 5U);
  EXPECT_EQ(got.commands[0].text, "Model C-1\n1000 511\n") << "a terminal so wide that no line is folded";
  std::string log;
  for (int i = 1; i <= 300; ++i) log += std::to_string(i) + "\n";
  EXPECT_EQ(got.commands[1].text, log + std::string(300, 'x') + "\n");
  EXPECT_TRUE(got.commands[2].text.starts_with("a")) << got.commands[2].text;
  EXPECT_FALSE(got.commands[3].text.contains("secret word")) << got.commands[3].text;
  ASSERT_TRUE(got.commands[4].error);
  EXPECT_EQ(got.commands[4].error->code, "remote_log.command_refused");
  EXPECT_EQ(got.state, State::partial);
  EXPECT_EQ(got.dialect, "plain");
  EXPECT_TRUE(got.host_key.empty());
  EXPECT_EQ(heard(), "monitor\nsecret word\n");
}

TEST_F(TelnetTest, AWrongPasswordIsAFactAndIsTriedOnce) {
  if (!std::filesystem::exists(telnetd)) GTEST_SKIP() << "inetutils-telnetd is not installed";
  Peer peer(real());
  const auto got = fetch(peer.port, {"show version"}, true, "wrong");
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->code, "remote_log.login_refused") << got.error->text();
  EXPECT_EQ(got.state, State::failed);
  std::this_thread::sleep_for(200ms);
  EXPECT_TRUE(heard().starts_with("monitor\nwrong\n")) << heard();
  EXPECT_EQ(heard().find("wrong", 10), std::string::npos) << heard();
}

TEST_F(TelnetTest, ACommandThatHangsIsStopped) {
  if (!std::filesystem::exists(telnetd)) GTEST_SKIP() << "inetutils-telnetd is not installed";
  Peer peer(real());
  const auto got = fetch(peer.port, {"show version", "hang"});
  ASSERT_EQ(got.commands.size(), 2U);
  EXPECT_FALSE(got.commands[0].error);
  ASSERT_TRUE(got.commands[1].error);
  EXPECT_EQ(got.commands[1].error->code, "remote_log.command_timeout");
  EXPECT_EQ(got.state, State::partial);
}

TEST_F(TelnetTest, NoPasswordGoesOutInClearUnlessTheDeviceSaysTelnet) {
  if (!std::filesystem::exists(telnetd)) GTEST_SKIP() << "inetutils-telnetd is not installed";
  Peer peer(real());
  const auto got = fetch(peer.port, {"show version"}, false);
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->code, "remote_log.not_ssh") << got.error->text();
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(heard().find("secret"), std::string::npos) << heard();
}

TEST_F(TelnetTest, PeersThatMisbehaveEndAsFacts) {
  const auto code = [&](std::string says) {
    Peer peer({}, std::move(says));
    const auto got = fetch(peer.port, {"show version"});
    EXPECT_TRUE(got.error && got.commands.empty());
    return got.error ? got.error->code : "";
  };
  EXPECT_EQ(code(""), "remote_log.no_prompt");
  EXPECT_EQ(code("login: "), "remote_log.no_prompt") << "asks and then says nothing";
  EXPECT_EQ(code("Password: \r\nPassword: "), "remote_log.no_prompt");
  EXPECT_EQ(code(std::string(200'000, 'x')), "remote_log.no_prompt");
  EXPECT_EQ(code("\xff\xfa\x18\x01"), "remote_log.no_prompt");
  Peer gone({"/bin/true"});
  const auto got = fetch(gone.port, {"show version"});
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->code, "remote_log.connection_lost");
}

TEST(TelnetText, AgreesToLittleAndNeverTwice) {
  TelnetText telnet;
  std::string text, reply;
  const auto take = [&](std::string_view in) {
    reply.clear();
    telnet.take(in, text, reply);
    return reply;
  };
  using namespace std::string_view_literals;
  EXPECT_EQ(take("\xff\xfb\x01"sv), "\xff\xfd\x01"sv) << "it may echo";
  EXPECT_EQ(take("\xff\xfb\x01"sv), ""sv) << "that stands already";
  EXPECT_EQ(take("\xff\xfb\x22"sv), "\xff\xfe\x22"sv);
  EXPECT_EQ(take("\xff\xfd\x01"sv), "\xff\xfc\x01"sv) << "we do not echo";
  EXPECT_EQ(take("\xff\xfd\x1f"sv), "\xff\xfb\x1f\xff\xfa\x1f\x01\xff\xff\x03\xe8\xff\xf0"sv);
  EXPECT_EQ(take("\xff\xfa\x18\x01\xff\xf0"sv), ""sv) << "nobody agreed to say a type";
  EXPECT_EQ(take("\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0"sv), "\xff\xfb\x18\xff\xfa\x18\x00\x44UMB\xff\xf0"sv);
  EXPECT_EQ(take("a\xff\xff\r\0b\r\nc\xff\xf1z"sv), ""sv);
  EXPECT_EQ(text, "a\xff\rb\r\ncz"sv);
  EXPECT_EQ(TelnetText::sent("show\xff\r"sv), "show\xff\xff\r\0"sv);
}

}  // namespace
}  // namespace yagura::monitor::remote_log
