// Two replicas of one shard, servers of their own that tests kill, stop and start again.
#pragma once

#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "eventstore/clickhouse/test_ground.hpp"

namespace yagura::eventstore::clickhouse {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// What tests/support/clickhouse.sh starts, in a folder of its own; stopped with the suite.
class OwnServers {
 public:
  explicit OwnServers(int servers = 2)
      : begin_("YAGURA_CLICKHOUSE_SERVERS=" + std::to_string(servers) + " ") {
    if (there()) start();
  }
  ~OwnServers() {
    if (!given_.empty()) (void)run("stop", "");
  }
  static bool there() {
    return fs::exists("/usr/share/java/zookeeper.jar") && std::getenv("YAGURA_TEST_CLICKHOUSE") != nullptr;
  }
  // What does not run; or of the servers only that one.
  void start() { given_ = run("start", ""); }
  void start(int server) const { (void)run("start", " " + std::to_string(server)); }
  [[nodiscard]] const std::string& given() const { return given_; }
  void signal(int server, int what) const { signal(std::to_string(server), what); }
  void signal(const std::string& server, int what) const {
    std::ifstream file(folder_ / server / "pid");
    pid_t pid = 0;
    if (!(file >> pid)) return;
    ::kill(pid, what);
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (what == SIGKILL && runs(pid) && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(10ms);
  }

 private:
  static bool runs(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
    std::string number, name, state;
    return (status >> number >> name >> state) && state != "Z" && state != "X";
  }
  std::string run(const std::string& action, const std::string& which) const {
    const auto command = begin_ + std::string(YAGURA_SOURCE_DIR) + "/tests/support/clickhouse.sh " + action +
                         " " + folder_.string() + which;
    std::string out;
    if (auto* pipe = ::popen(command.c_str(), "r")) {
      char line[512];
      while (std::fgets(line, sizeof line, pipe) != nullptr) out += line;
      ::pclose(pipe);
    }
    return out;
  }

  const fs::path folder_ = fs::temp_directory_path() / ("yagura-replicas-" + std::to_string(::getpid()));
  const std::string begin_;
  std::string given_;
};

class Replicas : public testing::Test {
 protected:
  explicit Replicas(Together together = Together::replicas) : together_(together) {}
  static void SetUpTestSuite() { servers_ = std::make_unique<OwnServers>(); }
  static void TearDownTestSuite() { servers_.reset(); }
  void SetUp() override {
    if (!OwnServers::there()) GTEST_SKIP() << "no ZooKeeper or no ClickHouse: no replicas to test on";
    servers_->start();
    ASSERT_FALSE(servers_->given().empty()) << "the servers do not start";
    ground_ = std::make_unique<TestGround>(together_, servers_->given().c_str());
    ASSERT_EQ(ground_->missing(), "");
    open(ground_->settings());
  }
  void TearDown() override { store_.reset(); }

  void open(const Settings& settings, const Kinds& kinds = example_kinds()) {
    auto opened = ClickHouseStore::open(settings, kinds, clock_);
    ASSERT_TRUE(opened) << opened.error().text();
    store_ = *std::move(opened);
  }
  Result<void> give(std::int64_t number) {
    const auto& kind = store_->kinds().at("operation");
    return store_->append("city", kind.kind,
                          batch_of(kind, {{at(number), {{"pc", "a"}}}, {at(number), {{"pc", "b"}}}}));
  }
  // What one server has in its own table.
  std::string on(std::size_t server, const std::string& what = "count()") const {
    Request request;
    request.statement = "SELECT " + what + " FROM " + ground_->settings().database + ".k_operation";
    const auto answer = Http(ground_->settings().nodes.at(server), ground_->settings().account).send(request);
    return answer ? answer->body : answer.error().error.text();
  }
  void expect_both(std::int64_t count) const {
    const auto wanted = std::to_string(count) + "\n";
    const auto end = std::chrono::steady_clock::now() + 30s;
    while ((on(0) != wanted || on(1) != wanted) && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(50ms);
    EXPECT_EQ(on(0), wanted);
    EXPECT_EQ(on(1), wanted);
    EXPECT_EQ(on(0, "sum(cityHash64(*))"), on(1, "sum(cityHash64(*))"));
  }
  std::int64_t total() {
    const auto counts = store_->count({.contract = "city"}, {}, {});
    EXPECT_TRUE(counts) << counts.error().text();
    return counts ? counts->total : -1;
  }
  std::int64_t today() const {
    return std::chrono::floor<std::chrono::days>(clock_.now() + 9h).time_since_epoch().count();
  }
  static inline std::unique_ptr<OwnServers> servers_;
  const Together together_;
  ManualClock clock_{from_micros(at(0))};
  std::unique_ptr<TestGround> ground_;
  std::unique_ptr<ClickHouseStore> store_;
};

}  // namespace yagura::eventstore::clickhouse
