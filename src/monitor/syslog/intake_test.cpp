// Over loopback, from sockets and from logger(1), into a store that keeps batches in memory and can be made
// slow or broken.
#include "monitor/syslog/intake.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace yagura::monitor::syslog {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const fs::path kShare = fs::path(YAGURA_SOURCE_DIR) / "share";

class MemoryStore final : public eventstore::EventStore {
 public:
  [[nodiscard]] const eventstore::Kinds& kinds() const override { return kinds_; }

  Result<void> append(std::string_view contract, std::string_view kind, eventstore::Batch batch) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_; });
    if (failures_ > 0) {
      --failures_;
      return fail(code_);
    }
    rows_ += batch.rows();
    const auto& of = kinds_.find(kind)->second;
    for (std::size_t row = 0; row < batch.rows() && texts_.size() < 100'000; ++row) {
      std::string told = std::string(contract) + "/" + std::string(kind);
      for (const auto* name : {"device", "parser", "user", "message", "raw"})
        if (const auto at = of.index_of(name))
          if (const auto text = batch.strings[batch.columns[*at].ids[row]]; !text.empty())
            told.append(" ").append(name).append("=").append(text.substr(0, 200));
      texts_.push_back(std::move(told));
    }
    return {};
  }
  Result<eventstore::Outcome> search(const eventstore::Query&, const eventstore::Page&,
                                     const eventstore::Limits&, const eventstore::EventSink&) override {
    return eventstore::Outcome{};
  }
  Result<eventstore::Counts> count(const eventstore::Query&, const eventstore::Counting&,
                                   const eventstore::Limits&) override {
    return eventstore::Counts{};
  }
  Result<std::vector<eventstore::Extent>> extents() override { return std::vector<eventstore::Extent>{}; }
  Result<eventstore::Seal> seal(std::string_view, std::string_view, std::int64_t,
                                std::span<eventstore::SourceProof>) override {
    return eventstore::Seal{};
  }
  Result<std::vector<Days>> days_received(std::string_view, std::string_view, Time, Time) override {
    return std::vector<Days>{};
  }

  void open(bool open) {
    const std::lock_guard lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }
  void fail_next(int times, std::string code) {
    const std::lock_guard lock(mutex_);
    failures_ = times;
    code_ = std::move(code);
  }
  std::uint64_t rows() {
    const std::lock_guard lock(mutex_);
    return rows_;
  }
  std::vector<std::string> texts() {
    const std::lock_guard lock(mutex_);
    return texts_;
  }

 private:
  eventstore::Kinds kinds_ = eventstore::read_kinds(kShare / "events").value();
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int failures_ = 0;
  std::string code_;
  std::uint64_t rows_ = 0;
  std::vector<std::string> texts_;
};

class File {
 public:
  explicit File(int file) : file_(file) {}
  File(File&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  operator int() const { return file_; }  // NOLINT(google-explicit-constructor)

 private:
  int file_;
};

File connected(int type, std::uint16_t port) {
  File file(::socket(AF_INET, type, 0));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(file, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  return file;
}

void send_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

template <class Condition>
bool eventually(Condition holds, std::chrono::milliseconds within = 10s) {
  for (auto left = within; left > 0ms; left -= 10ms) {
    if (holds()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return holds();
}

class SyslogIntake : public testing::Test {
 protected:
  void start(IntakeOptions options = {}) {
    if (options.udp.empty()) options.udp = {{"127.0.0.1", 0}};
    if (options.tcp.empty()) options.tcp = {{"127.0.0.1", 0}};
    options.delivery.retry = 20ms;
    auto loaded = VendorSet::load(kShare / "syslog", store_.kinds());
    intake_ = std::make_unique<Intake>(clock_, store_, loaded.set, std::move(options));
    const auto done = intake_->start();
    ASSERT_TRUE(done) << done.error().text();
    know("fw-01");
  }
  void know(const std::string& device) {
    intake_->set_directory(SourceDirectory::build(
        {{{trap::from_v4({127, 0, 0, 1})}, "honcho", {device, "", 540min, Encoding::guessed}}},
        std::nullopt));
  }
  bool stored(std::uint64_t rows) {
    return eventually([&] { return store_.rows() >= rows; }) && store_.rows() == rows;
  }
  static void balance(const Accounts& a) {
    EXPECT_EQ(a.received, a.stored + a.waiting + a.refused + a.dropped);
  }

  SystemClock clock_;
  MemoryStore store_;
  std::unique_ptr<Intake> intake_;
};

TEST_F(SyslogIntake, DatagramsAndConnections) {
  start();
  const auto udp = connected(SOCK_DGRAM, intake_->ports().udp[0]);
  send_all(udp, "<189>date=2026-11-22 logid=\"1\" type=\"traffic\" user=\"tanaka\" action=\"deny\"");
  send_all(udp, "no header");
  {
    const auto counted = connected(SOCK_STREAM, intake_->ports().tcp[0]);
    send_all(counted, "38 <13>Nov 22 11:59:58 host app: counted\n");
    const auto lines = connected(SOCK_STREAM, intake_->ports().tcp[0]);
    send_all(lines, "<13>Nov 22 11:59:58 host app: line\n<13>Nov 22 11:59:58 host app: last");
    ASSERT_TRUE(stored(4));
  }
  ASSERT_TRUE(stored(5));  // the end of the connection ends its line
  auto texts = store_.texts();
  std::ranges::sort(texts);
  EXPECT_EQ(texts, (std::vector<std::string>{"honcho/firewall device=fw-01 parser=fortigate user=tanaka",
                                             "honcho/syslog device=fw-01 parser=none raw=no header",
                                             "honcho/syslog device=fw-01 parser=syslog message=counted",
                                             "honcho/syslog device=fw-01 parser=syslog message=last",
                                             "honcho/syslog device=fw-01 parser=syslog message=line"}));
  ASSERT_TRUE(eventually([&] { return intake_->accounts().connections == 0; }));
  const auto accounts = intake_->accounts();
  EXPECT_EQ(accounts.received, 5U);
  EXPECT_EQ(accounts.by_parser.at("fortigate"), 1U);
  EXPECT_EQ(accounts.by_parser.at("none"), 1U);
  EXPECT_EQ(accounts.by_parser.at("syslog"), 3U);
  EXPECT_EQ(accounts.connections_accepted, 2U);
  balance(accounts);
  const auto text = to_prometheus(accounts);
  EXPECT_NE(text.find("yagura_syslog_parsed_total{parser=\"fortigate\"} 1\n"), std::string::npos);
  const auto sources = intake_->sources();
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].second.received, 5U);
  EXPECT_EQ(sources[0].second.none, 1U);
}

TEST_F(SyslogIntake, LoggerOfTheSystem) {
  start();
  const auto run = [](const std::string& command) { return std::system(command.c_str()) == 0; };
  const auto udp = std::to_string(intake_->ports().udp[0]), tcp = std::to_string(intake_->ports().tcp[0]);
  const std::string logger = "logger --id=42 -t yagura-test -n 127.0.0.1 ";
  ASSERT_TRUE(run(logger + "-d -P " + udp + " --rfc3164 'old over udp'"));
  ASSERT_TRUE(run(logger + "-d -P " + udp + " --rfc5424 '障害 over udp'"));
  ASSERT_TRUE(run(logger + "-T -P " + tcp + " --octet-count --rfc5424 'counted over tcp'"));
  ASSERT_TRUE(run(logger + "-T -P " + tcp + " --rfc3164 'lines over tcp'"));
  ASSERT_TRUE(stored(4));
  auto texts = store_.texts();
  std::ranges::sort(texts);
  const std::string begin = "honcho/syslog device=fw-01 parser=syslog message=";
  EXPECT_EQ(texts, (std::vector<std::string>{begin + "counted over tcp", begin + "lines over tcp",
                                             begin + "old over udp", begin + "障害 over udp"}));
  // The same machine, the same clock: logger's old form has whole seconds only.
  const auto skew = intake_->sources()[0].second.skew;
  ASSERT_TRUE(skew);
  EXPECT_LT(std::chrono::abs(*skew), 5s) << "is this machine's zone not Japan's or UTC?";
}

TEST_F(SyslogIntake, StrangersAreRefusedOrKept) {
  start();
  intake_->set_directory(SourceDirectory::build({}, std::nullopt));
  const auto udp = connected(SOCK_DGRAM, intake_->ports().udp[0]);
  send_all(udp, "<13>refused");
  ASSERT_TRUE(eventually([&] { return intake_->accounts().refused == 1; }));
  intake_->set_directory(SourceDirectory::build({}, "common"));
  send_all(udp, "<13>kept");
  ASSERT_TRUE(stored(1));
  EXPECT_EQ(store_.texts()[0], "common/syslog device=127.0.0.1 parser=none raw=<13>kept");
  balance(intake_->accounts());
  // A device that is entered meanwhile has its name from the next line on.
  know("rtx-02");
  send_all(udp, "<13>named");
  ASSERT_TRUE(stored(2));
  EXPECT_EQ(store_.texts()[1], "honcho/syslog device=rtx-02 parser=none raw=<13>named");
}

TEST_F(SyslogIntake, ASlowStoreHoldsBackConnectionsAndLosesNothing) {
  IntakeOptions options;
  options.delivery.most_rows = 1000;
  options.gather.flush_rows = 500;
  start(options);
  store_.open(false);
  const auto tcp = connected(SOCK_STREAM, intake_->ports().tcp[0]);
  const int small = 64 << 10;
  ::setsockopt(tcp, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  ASSERT_EQ(::fcntl(tcp, F_SETFL, O_NONBLOCK), 0);
  const std::string line = "<13>Nov 22 11:59:58 host app: " + std::string(1000, 'x') + "\n";
  std::size_t sent = 0, in_line = 0;
  int stuck = 0;
  while (sent < 200'000 && stuck < 100) {  // a second without a byte taken
    const auto went = ::send(tcp, line.data() + in_line, line.size() - in_line, MSG_NOSIGNAL);
    if (went <= 0) {
      ++stuck;
      std::this_thread::sleep_for(10ms);
      continue;
    }
    stuck = 0;
    in_line += static_cast<std::size_t>(went);
    if (in_line == line.size()) {
      in_line = 0;
      ++sent;
    }
  }
  EXPECT_EQ(stuck, 100) << "nothing held the sender back";
  EXPECT_EQ(store_.rows(), 0U);
  EXPECT_LE(intake_->accounts().waiting, 3000U);
  store_.open(true);
  ASSERT_EQ(::fcntl(tcp, F_SETFL, 0), 0);
  if (in_line > 0) {
    send_all(tcp, std::string_view(line).substr(in_line));
    ++sent;
  }
  ASSERT_TRUE(stored(sent));
  EXPECT_EQ(intake_->accounts().dropped, 0U);
  balance(intake_->accounts());
}

TEST_F(SyslogIntake, AStoreThatFailsIsAskedAgain) {
  start();
  store_.fail_next(5, "eventstore.disk_full");
  const auto udp = connected(SOCK_DGRAM, intake_->ports().udp[0]);
  send_all(udp, "<13>through");
  ASSERT_TRUE(stored(1));
  EXPECT_EQ(intake_->accounts().store_failures, 5U);
  EXPECT_TRUE(eventually([&] { return !intake_->fault(); }));
  // What it can never take must not stop the rest.
  store_.fail_next(1, "eventstore.batch_invalid");
  send_all(udp, "<13>hopeless");
  ASSERT_TRUE(eventually([&] { return intake_->accounts().dropped == 1; }));
  send_all(udp, "<13>after it");
  ASSERT_TRUE(stored(2));
  balance(intake_->accounts());
}

TEST_F(SyslogIntake, EndsWithAStoreThatIsBroken) {
  start();
  store_.fail_next(1 << 30, "eventstore.disk_full");
  const auto udp = connected(SOCK_DGRAM, intake_->ports().udp[0]);
  for (int i = 0; i < 100; ++i) send_all(udp, "<13>lost");
  ASSERT_TRUE(eventually([&] { return intake_->accounts().received == 100; }));
  intake_->stop();
  EXPECT_EQ(intake_->accounts().dropped, 100U);
  balance(intake_->accounts());
}

TEST_F(SyslogIntake, WhatTheKernelDropsIsCounted) {
  IntakeOptions options;
  options.receive_buffer = 16 << 10;
  options.delivery.most_rows = 10;
  options.gather.flush_rows = 10;
  start(options);
  store_.open(false);
  const auto udp = connected(SOCK_DGRAM, intake_->ports().udp[0]);
  const std::string line = "<13>" + std::string(500, 'x');
  for (int i = 0; i < 5000; ++i) send_all(udp, line);
  EXPECT_TRUE(eventually([&] { return intake_->accounts().lost_in_kernel > 0; }));
  store_.open(true);
  EXPECT_TRUE(eventually([&] {
    const auto a = intake_->accounts();
    return a.stored + a.lost_in_kernel == 5000;
  }));
  balance(intake_->accounts());
}

TEST_F(SyslogIntake, LimitsOfConnections) {
  IntakeOptions options;
  options.most_connections_each = 2;
  options.idle = 2s;
  options.most_line = 1000;
  start(options);
  const auto port = intake_->ports().tcp[0];
  const auto first = connected(SOCK_STREAM, port), second = connected(SOCK_STREAM, port);
  ASSERT_TRUE(eventually([&] { return intake_->accounts().connections == 2; }));
  const auto third = connected(SOCK_STREAM, port);
  char byte = 0;
  EXPECT_EQ(::recv(third, &byte, 1, 0), 0);  // closed at once
  EXPECT_EQ(intake_->accounts().connections_refused, 1U);
  send_all(first, "<13>" + std::string(5000, 'x') + "\n<13>short\n");
  ASSERT_TRUE(stored(2));
  EXPECT_EQ(intake_->accounts().cut, 1U);
  ASSERT_TRUE(eventually([&] { return intake_->accounts().connections_idle == 2; }));
  EXPECT_EQ(::recv(second, &byte, 1, 0), 0);
}

// Files of keys and certificates, made anew for each run.
struct Authority {
  Authority() {
    std::string name = (fs::temp_directory_path() / "yagura-syslog-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    const auto at = [&](const char* file) { return "'" + (folder / file).string() + "'"; };
    const std::string make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 ";
    const auto command = make + "-subj /CN=localhost -keyout " + at("key.pem") + " -out " + at("cert.pem") +
                         " 2>/dev/null && " + make + "-subj /CN=sender -keyout " + at("sender-key.pem") +
                         " -out " + at("sender.pem") + " 2>/dev/null";
    made = std::system(command.c_str()) == 0;
  }
  ~Authority() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  fs::path folder;
  bool made = false;
};

// Sends one line; whether the connection was good to the end.
bool send_over_tls(std::uint16_t port, std::string_view line, const fs::path& certificate,
                   const fs::path& key) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  if (!certificate.empty()) {
    SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str());
    SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM);
  }
  const auto file = connected(SOCK_STREAM, port);
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), &SSL_free);
  SSL_set_fd(tls.get(), file);
  if (SSL_connect(tls.get()) != 1) return false;
  if (SSL_write(tls.get(), line.data(), static_cast<int>(line.size())) <= 0) return false;
  return SSL_shutdown(tls.get()) >= 0;
}

TEST_F(SyslogIntake, Tls) {
  const Authority authority;
  ASSERT_TRUE(authority.made) << "openssl could not make keys";
  IntakeOptions options;
  options.tls = {{"127.0.0.1", 0}};
  options.tls_files = {authority.folder / "cert.pem", authority.folder / "key.pem",
                       authority.folder / "sender.pem"};
  options.handshake = 2s;
  start(options);
  const auto port = intake_->ports().tls[0];
  // Longer than one record of TLS, so that what it holds back is read too.
  const auto text = "<13>Nov 22 11:59:58 host app: " + std::string(40'000, 'x');
  EXPECT_TRUE(send_over_tls(port, std::to_string(text.size()) + " " + text, authority.folder / "sender.pem",
                            authority.folder / "sender-key.pem"));
  ASSERT_TRUE(stored(1));
  // Without a certificate, with one of nobody's, without TLS at all, and one who never says anything.
  send_over_tls(port, "<13>stranger\n", {}, {});
  send_over_tls(port, "<13>stranger\n", authority.folder / "cert.pem", authority.folder / "key.pem");
  const auto plain = connected(SOCK_STREAM, port);
  send_all(plain, "<13>in the clear\n");
  const auto silent = connected(SOCK_STREAM, port);
  ASSERT_TRUE(eventually([&] { return intake_->accounts().tls_failed == 4; }));
  EXPECT_EQ(store_.rows(), 1U);
}

TEST_F(SyslogIntake, FaultsOfTheStartAreTold) {
  auto vendors = VendorSet::load(kShare / "syslog", store_.kinds()).set;
  IntakeOptions options;
  options.udp = {{"not an address", 0}};
  EXPECT_EQ(Intake(clock_, store_, vendors, options).start().error().code, "monitor.syslog_listen");
  options.udp.clear();
  options.tls = {{"127.0.0.1", 0}};
  options.tls_files = {"/nowhere/cert.pem", "/nowhere/key.pem", {}};
  EXPECT_EQ(Intake(clock_, store_, vendors, options).start().error().code, "monitor.syslog_tls");
}

TEST(SourceAccount, LinesPerSecondAreThoseOfTheLastMinute) {
  const Time minute = parse_rfc3339("2026-11-22T03:00:00Z").value();
  SourceAccount one;
  for (int i = 0; i < 120; ++i) one.count_in(minute + std::chrono::milliseconds(500 * i));
  EXPECT_DOUBLE_EQ(one.lines_per_second(minute + std::chrono::seconds(59)), 2.0);
  EXPECT_DOUBLE_EQ(one.lines_per_second(minute + std::chrono::seconds(90)), 1.0) << "half of them are older";
  EXPECT_DOUBLE_EQ(one.lines_per_second(minute + std::chrono::minutes(2)), 0.0);
  SourceAccount other;
  other.count_in(minute + std::chrono::seconds(60));
  auto both = other;
  both.add_rate(one);
  EXPECT_EQ(both.in_minute, 1U);
  EXPECT_EQ(both.before_minute, 120U);
  one.add_rate(other);
  EXPECT_EQ(one.in_minute, 1U);
  EXPECT_EQ(one.before_minute, 120U);
}

}  // namespace
}  // namespace yagura::monitor::syslog
