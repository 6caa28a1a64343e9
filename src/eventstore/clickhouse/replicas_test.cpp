// Two replicas of one shard, servers of their own that this test kills and starts again: each event is there once on
// both, whichever of the two dies, hangs or comes back.
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "eventstore/clickhouse/test_ground.hpp"
#include "support/broken_line.hpp"

namespace yagura::eventstore::clickhouse {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// What tests/support/clickhouse.sh starts, in a folder of its own; stopped with the suite.
class OwnServers {
 public:
  OwnServers() {
    if (there()) start();
  }
  ~OwnServers() {
    if (!given_.empty()) (void)run("stop");
  }
  static bool there() {
    return fs::exists("/usr/share/java/zookeeper.jar") && std::getenv("YAGURA_TEST_CLICKHOUSE") != nullptr;
  }
  // Both, unless they run.
  void start() { given_ = run("start"); }
  [[nodiscard]] const std::string& given() const { return given_; }
  void signal(int server, int what) const {
    std::ifstream file(folder_ / std::to_string(server) / "pid");
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
  std::string run(const std::string& action) const {
    const auto command =
        std::string(YAGURA_SOURCE_DIR) + "/tests/support/clickhouse.sh " + action + " " + folder_.string();
    std::string out;
    if (auto* pipe = ::popen(command.c_str(), "r")) {
      char line[512];
      while (std::fgets(line, sizeof line, pipe) != nullptr) out += line;
      ::pclose(pipe);
    }
    return out;
  }

  const fs::path folder_ = fs::temp_directory_path() / ("yagura-replicas-" + std::to_string(::getpid()));
  std::string given_;
};

class Replicas : public testing::Test {
 protected:
  static void SetUpTestSuite() { servers_ = std::make_unique<OwnServers>(); }
  static void TearDownTestSuite() { servers_.reset(); }
  void SetUp() override {
    if (!OwnServers::there()) GTEST_SKIP() << "no ZooKeeper or no ClickHouse: no replicas to test on";
    ASSERT_FALSE(servers_->given().empty()) << "the servers do not start";
    ground_ = std::make_unique<TestGround>(Together::replicas, servers_->given().c_str());
    ASSERT_EQ(ground_->missing(), "");
    open(ground_->settings());
  }
  void TearDown() override { store_.reset(); }

  void open(const Settings& settings) {
    auto opened = ClickHouseStore::open(settings, example_kinds(), clock_);
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
  // A way to a server that a test breaks.
  static int port_of(const std::string& address) { return std::stoi(address.substr(address.rfind(':') + 1)); }
  static std::string at_port(int port) { return "http://127.0.0.1:" + std::to_string(port); }

  static inline std::unique_ptr<OwnServers> servers_;
  ManualClock clock_{from_micros(at(0))};
  std::unique_ptr<TestGround> ground_;
  std::unique_ptr<ClickHouseStore> store_;
};

TEST_F(Replicas, BothHaveEachEventOnceAndOneSealAndNothingOnceErased) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(give(i));
  const auto seal = store_->seal("city", "operation", today(), {});
  ASSERT_TRUE(seal) << seal.error().text();
  EXPECT_EQ(seal->rows, 40);
  expect_both(40);
  for (const auto& node : ground_->settings().nodes) {
    auto settings = ground_->settings();
    settings.nodes = {node};
    open(settings);
    EXPECT_EQ(total(), 40) << node;
    const auto same = store_->seal("city", "operation", today(), {});
    ASSERT_TRUE(same) << same.error().text();
    EXPECT_EQ(same->root, seal->root) << node;
  }
  open(ground_->settings());
  const auto erased = store_->erase("city");
  ASSERT_TRUE(erased) << erased.error().text();
  EXPECT_EQ(*erased, 40);
  expect_both(0);
  EXPECT_EQ(store_->erase("city").value_or(-1), 0);
}

TEST_F(Replicas, ABatchWhoseAnswerWasLostIsThereOnceThoughTheOtherTookItToo) {
  BrokenLine first(port_of(ground_->settings().nodes[0])), second(port_of(ground_->settings().nodes[1]));
  auto settings = ground_->settings();
  settings.nodes = {at_port(first.port()), at_port(second.port())};
  open(settings);
  for (int i = 0; i < 6; ++i) {
    first.lose_answers_to("INSERT", 1);
    second.lose_answers_to("INSERT", 1);
    const auto done = give(i);
    EXPECT_TRUE(done) << done.error().text();
  }
  EXPECT_GE(first.lost() + second.lost(), 6);
  expect_both(12);
}

TEST_F(Replicas, OneThatIsDeadHoldsNothingUpAndCatchesUp) {
  const auto before = total();
  servers_->signal(1, SIGKILL);
  for (int i = 0; i < 10; ++i) {
    const auto done = give(i);
    EXPECT_TRUE(done) << done.error().text();
  }
  EXPECT_EQ(total(), before + 20);
  EXPECT_FALSE(store_->seal("city", "operation", today(), {}))
      << "the dead one may have what the other lacks";
  servers_->start();
  ASSERT_TRUE(store_->reachable());
  expect_both(before + 20);
  const auto seal = store_->seal("city", "operation", today(), {});
  ASSERT_TRUE(seal) << seal.error().text();
  EXPECT_EQ(seal->rows, before + 20);
}

// It takes connections and never answers.
TEST_F(Replicas, AFirstNodeThatHangsIsLeftForTheOther) {
  ASSERT_TRUE(give(1));
  servers_->signal(1, SIGSTOP);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(store_->reachable()) << "the other answers";
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 8s);
  const auto after = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(give(i + 2));
  EXPECT_GE(total(), 20);
  EXPECT_TRUE(store_->extents());
  EXPECT_LT(std::chrono::steady_clock::now() - after, 5s);
  servers_->signal(1, SIGCONT);
  expect_both(22);
}

}  // namespace
}  // namespace yagura::eventstore::clickhouse
