// Retrieval against a real sshd and against servers that misbehave.
#include "monitor/remote_log/retrieval.hpp"

#include "base/text.hpp"
#include "monitor/remote_log/retriever.hpp"
#include "monitor/remote_log/ssh_peers.hpp"

namespace yagura::monitor::remote_log {
namespace {

using namespace std::chrono_literals;

Dialect exec_dialect(std::vector<std::string> commands) {
  Dialect out;
  out.id = "plain";
  out.models = {"plain"};
  out.refused = "not found|^% Unknown";
  out.commands = std::move(commands);
  return out;
}

Dialect terminal_dialect(std::vector<std::string> commands) {
  Dialect out = exec_dialect(std::move(commands));
  out.id = "terminal";
  out.shell = Shell::interactive;
  out.prompt = "[\\w-]+#";
  out.pager = "--More--";
  return out;
}

CommandSet set_of(Dialect dialect) {
  CommandSet out;
  out.id = "test";
  out.command_seconds = 1;
  out.dialects = {std::move(dialect)};
  return out;
}

Target target_at(std::uint16_t port, std::string host_key = {}) {
  Target out;
  out.device = 5;
  out.address = "127.0.0.1";
  out.port = port;
  out.host_key = std::move(host_key);
  out.model = "plain";
  return out;
}

LoginSource password(std::string text = "secret word") {
  return [text] { return SshLogin("monitor", text); };
}

Limits quick() {
  Limits out;
  out.connect = 2s;
  out.probe = 1s;
  out.whole = 8s;
  return out;
}

std::string everything(const Retrieved& result) {
  std::string out = result.error ? result.error->text() : "";
  for (const auto& c : result.commands) out += c.text + (c.error ? c.error->text() : "");
  return out;
}

class RemoteLog : public ::testing::Test {
 protected:
  Retrieved from(std::uint16_t port, Dialect dialect, const Limits& limits = quick()) {
    return retrieve(clock, {}, target_at(port), set_of(std::move(dialect)), password(), limits);
  }
  SystemClock clock;
};

// A real server starts processes for each log-in: seconds on a busy machine.
Limits patient() {
  Limits out;
  out.connect = 20s;
  out.probe = 20s;
  return out;
}
CommandSet patient(CommandSet set) {
  set.command_seconds = 20;
  return set;
}

class RemoteLogRealSshd : public RemoteLog {
 protected:
  static void SetUpTestSuite() {
    if (RealSshd::installed()) sshd = new RealSshd;
  }
  static void TearDownTestSuite() { delete std::exchange(sshd, nullptr); }
  void SetUp() override {
    if (!sshd) GTEST_SKIP() << "openssh-server is not installed";
  }
  Retrieved with_key(const std::string& key, const std::string& host_key, Dialect dialect,
                     const std::string& phrase = {}) {
    return retrieve(
        clock, {}, target_at(sshd->port, host_key), patient(set_of(std::move(dialect))),
        [&] { return SshLogin(RealSshd::user(), "", sshd->key(key), phrase); }, patient());
  }
  static inline RealSshd* sshd = nullptr;
};

TEST_F(RemoteLogRealSshd, RunsTheCommandsAndTimesThem) {
  const Time before = clock.now();
  const auto out = with_key(
      "user_ed25519", "",
      exec_dialect({"printf 'one\\n\\033[31mtwo\\n'", "sleep 0.2", "false", "no-such-program-here"}));
  ASSERT_EQ(out.state, State::partial) << everything(out);
  EXPECT_FALSE(out.error) << out.error->text();
  EXPECT_EQ(out.dialect, "plain");
  EXPECT_TRUE(out.host_key_new);
  EXPECT_EQ(out.host_key, sshd->fingerprint("ed25519"));
  ASSERT_EQ(out.commands.size(), 4U);
  EXPECT_EQ(out.commands[0].text, "one\ntwo\n");
  EXPECT_EQ(out.commands[0].raw_bytes, 13U);
  EXPECT_EQ(out.commands[0].exit_status, 0);
  EXPECT_GE(out.commands[0].started, before);
  EXPECT_GE(out.commands[1].took, 200ms);
  EXPECT_GE(out.commands[1].started, out.commands[0].started + out.commands[0].took);
  EXPECT_EQ(out.commands[2].exit_status, 1);
  EXPECT_FALSE(out.commands[2].error);  // a status is a fact, not a failure
  ASSERT_TRUE(out.commands[3].error);
  EXPECT_EQ(out.commands[3].error->code, "remote_log.command_refused");
}

TEST_F(RemoteLogRealSshd, PinnedKeyOfAnyTypeIsFound) {
  for (const char* type : {"ed25519", "ecdsa", "rsa"}) {
    const auto out = with_key("user_rsa", sshd->fingerprint(type), exec_dialect({"echo hi"}));
    EXPECT_EQ(out.state, State::done) << type << ": " << everything(out);
    EXPECT_FALSE(out.host_key_new);
    EXPECT_EQ(out.host_key, sshd->fingerprint(type));
  }
}

TEST_F(RemoteLogRealSshd, OtherHostKeyIsRefusedBeforeTheLogin) {
  const std::string expected = "SHA256:" + std::string(43, 'A');
  const auto out = with_key("user_ed25519", expected, exec_dialect({"echo hi"}));
  EXPECT_EQ(out.state, State::failed);
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, "remote_log.host_key_changed");
  EXPECT_EQ(out.error->arg("expected"), expected);
  EXPECT_EQ(out.error->arg("seen"), sshd->fingerprint("ed25519"));
  EXPECT_FALSE(out.host_key_new);
  EXPECT_TRUE(out.commands.empty());
}

TEST_F(RemoteLogRealSshd, KeysThatDoNotFit) {
  auto out = with_key("user_stranger", "", exec_dialect({"echo hi"}));
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, "remote_log.login_refused");
  EXPECT_EQ(out.error->arg("methods"), "publickey");
  out = with_key("user_locked", "", exec_dialect({"echo hi"}));
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, "remote_log.key_unreadable");
  out = with_key("user_locked", "", exec_dialect({"echo hi"}), "phrase of a key");
  EXPECT_EQ(out.state, State::done) << everything(out);
}

TEST_F(RemoteLogRealSshd, EndlessAndSlowCommandsAreCut) {
  auto set = set_of(exec_dialect({"yes", "sleep 60", "echo after"}));
  set.max_output_kb = 64;
  set.command_seconds = 6;
  const auto out = retrieve(
      clock, {}, target_at(sshd->port), set,
      [&] { return SshLogin(RealSshd::user(), "", sshd->key("user_ed25519")); }, patient());
  ASSERT_EQ(out.commands.size(), 3U) << everything(out).substr(0, 300);
  EXPECT_TRUE(out.commands[0].cut);
  EXPECT_EQ(out.commands[0].raw_bytes, 64U << 10);
  EXPECT_FALSE(out.commands[0].error);
  ASSERT_TRUE(out.commands[1].error);
  EXPECT_EQ(out.commands[1].error->code, "remote_log.command_timeout");
  EXPECT_LT(out.commands[1].took, 8s);
  EXPECT_EQ(out.commands[2].text, "after\n");
}

TEST_F(RemoteLogRealSshd, ProbesFindTheDialect) {
  CommandSet set = patient(set_of(exec_dialect({"echo wrong"})));
  set.dialects[0].models = {"never"};
  set.dialects[0].probes = {{"show version", "Some OS"}};
  Dialect right = exec_dialect({"echo right"});
  right.id = "right";
  right.models.clear();
  right.probes = {{"uname -s", "Linux"}};
  set.dialects.push_back(right);
  const auto login = [&] { return SshLogin(RealSshd::user(), "", sshd->key("user_ed25519")); };
  auto out = retrieve(clock, {}, target_at(sshd->port), set, login, patient());
  EXPECT_EQ(out.dialect, "right") << everything(out);
  EXPECT_EQ(everything(out), "right\n");
  set.dialects.pop_back();
  out = retrieve(clock, {}, target_at(sshd->port), set, login, patient());
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, "remote_log.dialect_unknown");
}

TEST_F(RemoteLog, RefusedGarbageSilentClosed) {
  std::uint16_t closed = 0;
  ::close(listen_on_loopback(closed));
  auto out = from(closed, exec_dialect({"x"}));
  EXPECT_EQ(out.error.value_or(Error{}).code, "remote_log.refused");

  Limits limits = quick();
  limits.connect = 500ms;
  const RawServer web("HTTP/1.1 400 Bad Request\r\n\r\n\x1b[2Jhello", true);
  out = from(web.port, exec_dialect({"x"}), limits);
  EXPECT_EQ(out.error.value_or(Error{}).code, "remote_log.not_ssh");
  EXPECT_TRUE(out.error->arg("seen").starts_with("HTTP/1.1 400")) << out.error->text();

  const RawServer prompt("login: ");
  out = from(prompt.port, exec_dialect({"x"}), limits);
  EXPECT_EQ(out.error.value_or(Error{}).code, "remote_log.not_ssh");

  const RawServer noise(std::string(20'000, '\xff'));
  out = from(noise.port, exec_dialect({"x"}), limits);
  EXPECT_EQ(out.error.value_or(Error{}).code, "remote_log.not_ssh");
  EXPECT_TRUE(is_utf8(out.error->text()));

  const RawServer silent("");
  out = from(silent.port, exec_dialect({"x"}), limits);
  EXPECT_EQ(out.error.value_or(Error{}).text(), "remote_log.timeout(step=banner)");

  const RawServer gone("", true);
  out = from(gone.port, exec_dialect({"x"}), limits);
  EXPECT_EQ(out.error.value_or(Error{}).code, "remote_log.connection_lost");

  const RawServer half("SSH-2.0-Half\r\n");
  out = from(half.port, exec_dialect({"x"}), limits);
  EXPECT_EQ(out.error.value_or(Error{}).text(), "remote_log.timeout(step=handshake)");

  const RawServer broken("SSH-2.0-Broken\r\n" + std::string(4000, 'Z'));
  out = from(broken.port, exec_dialect({"x"}), limits);
  EXPECT_EQ(out.error.value_or(Error{}).code, "remote_log.handshake_failed");
  EXPECT_EQ(out.state, State::failed);
}

TEST_F(RemoteLog, PasswordAndQuestions) {
  for (const bool questions : {false, true}) {
    ScriptedServer::Script script;
    script.questions = questions;
    script.exec = [](ScriptedServer::Peer& peer, const std::string& command) {
      peer.say("ran " + command);
      peer.end();
    };
    ScriptedServer server(script);
    auto out = from(server.port, exec_dialect({"show log", "show more"}));
    EXPECT_EQ(out.state, State::done) << questions << everything(out);
    EXPECT_EQ(everything(out), "ran show logran show more");
    EXPECT_EQ(server.log_ins, 1);
    out = retrieve(clock, {}, target_at(server.port), set_of(exec_dialect({"x"})), password("wrong password"),
                   quick());
    ASSERT_TRUE(out.error);
    EXPECT_EQ(out.error->code, "remote_log.login_refused");
    EXPECT_EQ(out.error->arg("user"), "monitor");
    EXPECT_EQ(out.error->text().find("wrong password"), std::string::npos);
  }
}

TEST_F(RemoteLog, ChangedHostKeyGetsNoPassword) {
  ScriptedServer::Script script;
  script.exec = [](ScriptedServer::Peer& peer, const std::string&) { peer.end(); };
  std::string first;
  {
    ScriptedServer server(script);
    const auto out = from(server.port, exec_dialect({"x"}));
    EXPECT_TRUE(out.host_key_new);
    first = out.host_key;
  }
  ASSERT_TRUE(first.starts_with("SHA256:"));
  ScriptedServer other(script);
  const auto out =
      retrieve(clock, {}, target_at(other.port, first), set_of(exec_dialect({"x"})), password(), quick());
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, "remote_log.host_key_changed");
  EXPECT_EQ(other.passwords_seen, 0);
}

TEST_F(RemoteLog, HangAfterLogin) {
  ScriptedServer::Script script;
  script.hangs_on_channel = true;
  ScriptedServer server(script);
  Limits limits = quick();
  limits.whole = 3s;
  const Duration before = clock.steady();
  const auto out = from(server.port, exec_dialect({"a", "b", "c", "d", "e"}), limits);
  EXPECT_LT(clock.steady() - before, 4s);
  EXPECT_EQ(out.state, State::failed);
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, "remote_log.timeout") << out.error->text();
}

TEST_F(RemoteLog, DropMidwayKeepsWhatCame) {
  ScriptedServer::Script script;
  script.exec = [](ScriptedServer::Peer& peer, const std::string& command) {
    if (command == "good") {
      peer.say("all of it");
      peer.end();
    } else {
      peer.say("half of");
      peer.pause(200);
      peer.drop();
    }
  };
  ScriptedServer server(script);
  const auto out = from(server.port, exec_dialect({"good", "bad", "good", "bad", "never"}));
  EXPECT_EQ(out.state, State::partial);
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, "remote_log.connection_lost");
  ASSERT_EQ(out.commands.size(), 4U);
  EXPECT_EQ(out.commands[0].text, "all of it");
  EXPECT_EQ(out.commands[1].text, "half of");
  EXPECT_EQ(out.commands[1].error.value_or(Error{}).code, "remote_log.connection_lost");
  EXPECT_EQ(out.commands[2].text, "all of it");  // one more connection was tried
  EXPECT_EQ(server.log_ins, 2);
}

TEST_F(RemoteLog, OneCommandAConnectionIsEnoughForSomeDevices) {
  ScriptedServer::Script script;
  script.exec = [](ScriptedServer::Peer& peer, const std::string& command) {
    peer.say(command);
    peer.end();
    peer.pause(100);
    peer.drop();
  };
  ScriptedServer server(script);
  const auto out = from(server.port, exec_dialect({"a", "b", "c"}));
  EXPECT_EQ(out.state, State::done) << everything(out);
  EXPECT_EQ(everything(out), "abc");
}

TEST_F(RemoteLog, EchoedSecretIsMasked) {
  ScriptedServer::Script script;
  script.exec = [](ScriptedServer::Peer& peer, const std::string& command) {
    if (command == "cut") {
      peer.say(std::string(1020, 'x') + "secret word and more");
    } else {
      peer.say("login: monitor / secret word\nsec\x1b[1mret word\n");
    }
    peer.end();
  };
  ScriptedServer server(script);
  auto set = set_of(exec_dialect({"echo", "cut"}));
  set.max_output_kb = 1;
  const auto out = retrieve(clock, {}, target_at(server.port), set, password(), quick());
  ASSERT_EQ(out.commands.size(), 2U) << everything(out);
  EXPECT_EQ(out.commands[0].text, "login: monitor / ****\n****\n");
  EXPECT_TRUE(out.commands[1].cut);
  EXPECT_EQ(out.commands[1].text, std::string(1020, 'x'));
}

ScriptedServer::Script cli() {
  ScriptedServer::Script script;
  script.shell = [](ScriptedServer::Peer& peer) { peer.say("\r\n** Authorized use only **\r\nsw-1# "); };
  script.line = [](ScriptedServer::Peer& peer, const std::string& typed) {
    peer.say(typed + "\r\n");
    if (typed == "show log") {
      peer.say("line 1\r\nother-9#\r\nline 2\r\n --More-- ");
      peer.state = "page";
      return;
    }
    if (typed == "show endless")
      while (peer.alive() && ssh_channel_is_open(peer.channel) && peer.input.empty()) {
        peer.say(std::string(1000, 'e') + "\r\n");
        ssh_channel_poll(peer.channel, 0);
      }
    if (typed == "show hang") {
      peer.state = "hang";
      return;
    }
    if (typed == "show fan") peer.say("% Unknown command\r\n");
    if (typed == "show drop") return peer.drop();
    if (typed == "show clock") peer.say("12:00\r\n");
    peer.say("sw-1# ");
  };
  script.key = [](ScriptedServer::Peer& peer, char key) {
    if (peer.state == "page" && key == ' ') {
      peer.say("\b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\bline 3\r\nsw-1# ");
      peer.state.clear();
    }
    if (key == '\x03' && peer.state != "hang") peer.say("^C\r\nsw-1# ");
  };
  return script;
}

TEST_F(RemoteLog, TerminalWithPagerAndEcho) {
  ScriptedServer server(cli());
  const auto out = from(server.port, terminal_dialect({"show log", "show fan", "show clock"}));
  ASSERT_EQ(out.commands.size(), 3U) << everything(out);
  EXPECT_EQ(out.commands[0].text, "line 1\nother-9#\nline 2\nline 3\n");
  EXPECT_EQ(out.commands[1].error.value_or(Error{}).code, "remote_log.command_refused");
  EXPECT_EQ(out.commands[2].text, "12:00\n");
  EXPECT_EQ(out.state, State::partial);
  EXPECT_EQ(server.log_ins, 1);
}

TEST_F(RemoteLog, TerminalEndlessOutputIsStoppedAndTheRestStillRuns) {
  ScriptedServer server(cli());
  auto set = set_of(terminal_dialect({"show endless", "show clock"}));
  set.max_output_kb = 32;
  set.command_seconds = 3;
  const auto out = retrieve(clock, {}, target_at(server.port), set, password(), quick());
  ASSERT_EQ(out.commands.size(), 2U) << everything(out).substr(0, 300);
  EXPECT_TRUE(out.commands[0].cut);
  EXPECT_EQ(out.commands[0].raw_bytes, 32U << 10);
  EXPECT_EQ(out.commands[1].text, "12:00\n");
}

// Two prompts after one ^C, the second late: it must not be taken for the answer to the next command.
TEST_F(RemoteLog, LatePromptAfterAnInterruptIsNotTheNextAnswer) {
  ScriptedServer::Script script = cli();
  script.key = [](ScriptedServer::Peer& peer, char key) {
    if (key != '\x03') return;
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
    peer.say("^C\r\nsw-1# ");
  };
  ScriptedServer server(script);
  auto set = set_of(terminal_dialect({"show endless", "show clock"}));
  set.max_output_kb = 32;
  const auto out = retrieve(clock, {}, target_at(server.port), set, password(), quick());
  ASSERT_EQ(out.commands.size(), 2U) << everything(out).substr(0, 300);
  EXPECT_EQ(out.commands[1].text, "12:00\n");
}

TEST_F(RemoteLog, TerminalThatHangsOrDropsEndsTheRetrieval) {
  for (const char* how : {"show hang", "show drop"}) {
    ScriptedServer server(cli());
    const auto out = from(server.port, terminal_dialect({"show clock", how, "show log"}));
    EXPECT_EQ(out.state, State::partial);
    ASSERT_EQ(out.commands.size(), 2U) << how;
    EXPECT_EQ(out.commands[0].text, "12:00\n");
    EXPECT_TRUE(out.commands[1].error);
    EXPECT_EQ(out.error.value_or(Error{}).code, "remote_log.connection_lost") << how;
  }
}

TEST_F(RemoteLog, NoPromptAndNoShell) {
  ScriptedServer::Script script;
  script.shell = [](ScriptedServer::Peer& peer) {
    peer.say("Your password secret word has expired.\r\nNew password: ");
  };
  ScriptedServer server(script);
  auto out = from(server.port, terminal_dialect({"show log"}));
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, "remote_log.no_prompt");
  EXPECT_EQ(out.error->arg("seen"), "New password:");
  ScriptedServer none({});
  out = from(none.port, terminal_dialect({"show log"}));
  EXPECT_EQ(out.error.value_or(Error{}).code, "remote_log.exec_refused");
  out = from(none.port, exec_dialect({"show log"}));
  EXPECT_EQ(out.error.value_or(Error{}).code, "remote_log.exec_refused");
}

TEST_F(RemoteLog, LoginThatCannotBeReadIsTheResult) {
  const auto out = retrieve(
      clock, {}, target_at(1), set_of(exec_dialect({"x"})),
      []() -> Result<SshLogin> { return fail("vault.not_ours"); }, quick());
  EXPECT_EQ(out.error.value_or(Error{}).code, "vault.not_ours");
  EXPECT_EQ(out.state, State::failed);
}

class Results {
 public:
  Retriever::Done taker() {
    return [this](Retrieved&& result) {
      const std::lock_guard lock(mutex_);
      all_.push_back(std::move(result));
      came_.notify_all();
    };
  }
  std::vector<Retrieved> wait(std::size_t count, std::chrono::seconds most = 15s) {
    std::unique_lock lock(mutex_);
    came_.wait_for(lock, most, [&] { return all_.size() >= count; });
    return std::move(all_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Retrieved> all_;
};

Request request_for(std::uint16_t port, Id device, std::shared_ptr<const CommandSet> set) {
  Request out{target_at(port), std::move(set), password()};
  out.target.device = device;
  return out;
}

TEST_F(RemoteLog, RetrieverRunsAFewAtATimeAndAllOfThem) {
  std::atomic<int> now{0}, most{0};
  ScriptedServer::Script script;
  script.exec = [&](ScriptedServer::Peer& peer, const std::string&) {
    const int running = ++now;
    int seen = most;
    while (running > seen && !most.compare_exchange_weak(seen, running)) {
    }
    peer.pause(150);
    --now;
    peer.end();
  };
  ScriptedServer server(script);
  Results results;
  Retriever retriever(clock, {.parallel = 3, .limits = quick()});
  const auto set = std::make_shared<const CommandSet>(set_of(exec_dialect({"x"})));
  for (Id device = 1; device <= 9; ++device)
    ASSERT_TRUE(retriever.request(request_for(server.port, device, set), results.taker()));
  const auto all = results.wait(9);
  ASSERT_EQ(all.size(), 9U);
  for (const auto& result : all) EXPECT_EQ(result.state, State::done) << everything(result);
  EXPECT_LE(most, 3);
  EXPECT_GE(most, 2);
}

TEST_F(RemoteLog, SessionsLeaveNoDescriptorBehind) {
  ScriptedServer::Script script;
  script.exec = [](ScriptedServer::Peer& peer, const std::string&) { peer.end(); };
  const auto open_here = [] {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
  };
  const auto set = std::make_shared<const CommandSet>(set_of(exec_dialect({"x"})));
  const std::size_t before = open_here();
  {
    ScriptedServer server(script);
    for (Id device = 1; device <= 5; ++device) {
      Results results;
      Retriever retriever(clock, {.parallel = 1, .limits = quick()});
      ASSERT_TRUE(retriever.request(request_for(server.port, device, set), results.taker()));
      const auto all = results.wait(1);
      ASSERT_EQ(all.size(), 1U);
      EXPECT_EQ(all.front().state, State::done) << everything(all.front());
    }
  }
  EXPECT_LE(open_here(), before + 1);
}

TEST_F(RemoteLog, RetrieverSpacesADevicesLogins) {
  ManualClock manual;
  const RawServer web("nothing of the kind\n", true);
  Results results;
  Retriever retriever(manual, {.parallel = 1, .limits = quick()});
  const auto set = std::make_shared<const CommandSet>(set_of(exec_dialect({"x"})));
  const auto ask = [&](bool person) {
    Request request = request_for(web.port, 5, set);
    request.by_person = person;
    const auto accepted = retriever.request(std::move(request), results.taker());
    if (accepted) EXPECT_EQ(results.wait(1).size(), 1U);
    return accepted ? std::string() : accepted.error().text();
  };
  EXPECT_EQ(ask(false), "");
  EXPECT_EQ(ask(false), "remote_log.too_soon(minutes=10)");
  manual.advance(9min + 30s);
  EXPECT_EQ(ask(false), "remote_log.too_soon(minutes=1)");
  EXPECT_EQ(ask(true), "");
  manual.advance(30s);
  EXPECT_EQ(ask(false), "remote_log.too_soon(minutes=10)");  // a person's counts as well
  manual.advance(10min);
  EXPECT_EQ(ask(false), "");
}

TEST_F(RemoteLog, RetrieverCancelsWhatRunsAndWhatWaits) {
  const RawServer silent("");
  Results results;
  Retriever retriever(clock, {.parallel = 1});
  const auto set = std::make_shared<const CommandSet>(set_of(exec_dialect({"x"})));
  for (const Id device : {1, 2, 3})
    ASSERT_TRUE(retriever.request(request_for(silent.port, device, set), results.taker()));
  auto again = request_for(silent.port, 1, set);
  again.by_person = true;
  EXPECT_EQ(retriever.request(std::move(again), results.taker()).error().code, "remote_log.running");
  const Duration before = clock.steady();
  EXPECT_TRUE(retriever.cancel(2));
  EXPECT_TRUE(retriever.cancel(1));
  EXPECT_FALSE(retriever.cancel(99));
  auto all = results.wait(2);
  ASSERT_EQ(all.size(), 2U);
  for (const auto& result : all) EXPECT_EQ(result.state, State::cancelled);
  retriever.stop();
  EXPECT_LT(clock.steady() - before, 2s);
  all = results.wait(1);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].device, 3);
  EXPECT_EQ(all[0].state, State::cancelled);
  EXPECT_EQ(retriever.request(request_for(silent.port, 7, set), results.taker()).error().code,
            "remote_log.stopped");
}

}  // namespace
}  // namespace yagura::monitor::remote_log
