// The watch bound to a real database, with real traps sent by net-snmp's program over loopback.
#include "monitor/watch/watch.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include "monitor/poll/simulated_agent.hpp"
#include "schema/yaml.hpp"
#include "support/any_database.hpp"

namespace yagura::monitor::watch {
namespace {

using namespace std::chrono_literals;
using schema::Value;

constexpr auto link_down =
    "1.3.6.1.6.3.1.1.5.3 1.3.6.1.2.1.2.2.1.1.7 i 7 1.3.6.1.2.1.2.2.1.7.7 i 1 1.3.6.1.2.1.2.2.1.8.7 i 2";
constexpr auto link_up =
    "1.3.6.1.6.3.1.1.5.4 1.3.6.1.2.1.2.2.1.1.7 i 7 1.3.6.1.2.1.2.2.1.7.7 i 1 1.3.6.1.2.1.2.2.1.8.7 i 1";

constexpr auto cold_start = "1.3.6.1.6.3.1.1.5.1";

class WatchTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    if (std::system("command -v snmptrap >/dev/null") != 0)
      GTEST_SKIP() << "the program snmptrap is not installed";
    for (const auto steps :
         {journal::migrations(), ledger::migrations(), migrations(), poll::SampleStore::migrations()})
      ASSERT_TRUE(database().migrate(steps));
    state_ = std::filesystem::temp_directory_path() / ("yagura_watch_" + std::to_string(::getpid()));
    std::filesystem::remove_all(state_);
    auto pack = contract::load_pack(YAGURA_SOURCE_DIR "/packs/matsusaka");
    ASSERT_TRUE(pack) << pack.error().text();
    pack_ = std::make_shared<const contract::Pack>(std::move(*pack));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    ledgers_ = std::make_unique<ledger::Ledgers>(
        ledger::Ledgers::Ground{database(), *journal_, clock_, ids_},
        ledger::load_definitions(YAGURA_SOURCE_DIR "/share/ledgers").value(),
        [this](std::string_view, std::string_view source) {
          std::vector<ledger::Choice> out;
          if (source == "device_classes")
            for (const auto& c : pack_->device_classes) out.push_back({c.id, {c.title.ja, c.title.en}});
          if (source == "site_kinds")
            for (const auto& k : pack_->site_kinds) out.push_back({k.id, {k.title.ja, k.title.en}});
          return out;
        });
    book_ = std::make_unique<DeviceBook>(*ledgers_,
                                         [this](std::string_view id) { return id == "m" ? pack_ : nullptr; });
    const auto site =
        ledgers_->create({}, "m", "sites", Value::object({{"name", "本庁舎"}, {"kind", "main_office"}}), "");
    ASSERT_TRUE(site) << site.error().text();
    const auto device = ledgers_->create({}, "m", "devices",
                                         Value::object({{"name", "core-1"},
                                                        {"class", "core_switch_a"},
                                                        {"site", site->id},
                                                        {"address", "127.0.0.1"},
                                                        {"snmp_version", "v2c"},
                                                        {"snmp_credential", "c"}}),
                                         "");
    ASSERT_TRUE(device) << device.error().text();
    site_ = site->id;
    device_ = device->id;
    ASSERT_TRUE(book_->load({"m"}));
    start();
  }
  void TearDown() override {
    watch_.reset();
    book_.reset();
    ledgers_.reset();
    if (!state_.empty()) std::filesystem::remove_all(state_);
    AnyDatabase::TearDown();
  }
  void start(bool polls = false) {
    Settings settings;
    settings.share = share_;
    settings.state = state_;
    settings.trap_listen = {{"127.0.0.1", 0}};
    settings.ping = false;
    settings.poll = polls;
    Bonds bonds;
    bonds.snmp_secret = [](const std::string&, const std::string&) -> Result<SnmpSecret> {
      return SnmpSecret{"himitsu", {}};
    };
    bonds.announced = [this](const WatchedDevice& d, const AlertStore::Saved& a) -> Result<Id> {
      told_.with([&](auto& all) {
        all.push_back(d.name + " " + a.title.ja + " " + std::string(name_of(a.alert.severity)));
      });
      return refuse_people_ ? Result<Id>(fail("store.gone")) : Result<Id>(Id{77});
    };
    bonds.evidence = [this](const WatchedDevice& d, const AlertStore::Saved& a, Id incident) {
      evidence_.with(
          [&](auto& all) { all.push_back(d.name + " " + a.kind + " " + std::to_string(incident)); });
    };
    bonds.log_rule_title = [](const std::string&, std::string_view id) {
      return id == "bell" ? std::optional(contract::Words{"鐘", "Bell"}) : std::nullopt;
    };
    bonds.cleared = [this](const WatchedDevice&, const AlertStore::Saved& a) {
      told_.with([&](auto& all) { all.push_back("cleared " + std::to_string(a.incident)); });
    };
    auto started =
        Watch::start({database(), *journal_, clock_, ids_, *book_}, std::move(settings), std::move(bonds));
    ASSERT_TRUE(started) << started.error().text();
    watch_ = std::move(*started);
    ASSERT_TRUE(watch_->receiver()) << watch_->faults().front().text();
  }
  // As after kill -9: nothing is kept but the disk. With `polls`, devices are polled from here on.
  void restart(bool polls = false) {
    watch_.reset();
    reopen();
    // Rooms hold the old handle of the database; a new process would make them anew.
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    ledgers_ = std::make_unique<ledger::Ledgers>(
        ledger::Ledgers::Ground{database(), *journal_, clock_, ids_},
        ledger::load_definitions(YAGURA_SOURCE_DIR "/share/ledgers").value(),
        [](std::string_view, std::string_view) { return std::vector<ledger::Choice>{}; });
    book_ = std::make_unique<DeviceBook>(*ledgers_,
                                         [this](std::string_view id) { return id == "m" ? pack_ : nullptr; });
    ASSERT_TRUE(book_->load({"m"}));
    start(polls);
  }
  void send(const std::string& trap, const std::string& from = "127.0.0.1") {
    const auto port = std::to_string(watch_->receiver()->ports().front());
    ASSERT_EQ(std::system(("snmptrap --clientaddr=" + from + " -v2c -c himitsu 127.0.0.1:" + port + " '' " +
                           trap + " >/dev/null 2>&1")
                              .c_str()),
              0);
  }
  template <class Until>
  bool wait(Until until, int quarters = 40) {
    for (int i = 0; i < quarters * 10; ++i) {
      if (until()) return true;
      std::this_thread::sleep_for(25ms);
    }
    return false;
  }
  std::vector<AlertView> alerts() { return watch_->alerts().list({.contract = "m"}).value(); }
  std::vector<std::string> told() {
    return told_.with([](const auto& all) { return all; });
  }

  SystemClock clock_;
  IdSource ids_{clock_};
  std::filesystem::path state_, share_ = YAGURA_SOURCE_DIR "/share";
  std::shared_ptr<const contract::Pack> pack_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<ledger::Ledgers> ledgers_;
  std::unique_ptr<DeviceBook> book_;
  std::unique_ptr<Watch> watch_;
  Guarded<std::vector<std::string>> told_, evidence_;
  std::atomic<bool> refuse_people_{false};
  Id site_ = 0, device_ = 0;
};

TEST_P(WatchTest, ATrapBecomesOneAlertThatPeopleHearOfOnceAndThatSurvivesARestart) {
  for (int i = 0; i < 5; ++i) send(link_down);
  ASSERT_TRUE(wait([&] {
    return alerts().size() == 1 && alerts().front().count == 5 && alerts().front().incident == 77;
  }));
  EXPECT_EQ(told().size(), 1U) << ::testing::PrintToString(told());
  const auto alert = alerts().front();
  EXPECT_EQ(alert.device, device_);
  EXPECT_EQ(alert.object, "7");
  EXPECT_EQ(alert.state, "open");
  EXPECT_NE(alert.evidence.find("down(2)"), std::string::npos) << alert.evidence;
  restart();
  send(link_up);
  ASSERT_TRUE(wait([&] { return alerts().front().state == "cleared"; }));
  ASSERT_TRUE(wait([&] { return told().size() == 2; })) << ::testing::PrintToString(told());
  EXPECT_EQ(told().back(), "cleared 77");
}

TEST_P(WatchTest, ChangesSeenAndTheEndOfAnEventOutliveARestart) {
  for (int i = 0; i < 2; ++i) {
    send(link_down);
    ASSERT_TRUE(
        wait([&] { return alerts().size() == std::size_t(i) + 1 && alerts().front().state == "open"; }));
    send(link_up);
    ASSERT_TRUE(wait([&] { return alerts().front().state == "cleared"; }));
  }
  // A fan of a device that never says when it turns again: the kind lets it end after 24 hours.
  send("1.3.6.1.4.1.12356.100.1.3.0.108 1.3.6.1.4.1.12356.100.1.1.1 s FG1");
  ASSERT_TRUE(wait([&] { return alerts().size() == 3 && alerts().front().kind == "fan-failed"; }));
  const auto fan = alerts().front();
  const auto until = [&] { return watch_->alerts().open_quiets().value(); };
  ASSERT_TRUE(wait([&] { return until().size() == 1; }));
  const Time due = until().front().until;
  EXPECT_NEAR(std::chrono::duration<double>(due - fan.last).count(), 24.0 * 3600, 5);
  restart();
  ASSERT_TRUE(watch_->acknowledge({}, "m", fan.id)) << "which writes the alert anew, as it is held now";
  ASSERT_TRUE(wait([&] { return watch_->alerts().get("m", fan.id)->state == "acknowledged"; }));
  EXPECT_NEAR(std::chrono::duration<double>(until().front().until - due).count(), 0, 1);
  send(link_down);
  ASSERT_TRUE(wait([&] { return alerts().size() == 4; }));
  EXPECT_FALSE(alerts().front().flapping);
  send(link_up);
  ASSERT_TRUE(wait([&] { return alerts().front().flapping; })) << "the sixth change in ten minutes";
  EXPECT_NE(alerts().front().state, "cleared");
}

// An agent whose only processor is as busy as the test says.
class BusyAgent {
 public:
  explicit BusyAgent(int load) {
    mib_.set("1.3.6.1.2.1.1.3.0", snmp::tag::time_ticks, 100'000);
    set(load);
    socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&at), size), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port_ = ntohs(at.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~BusyAgent() {
    thread_.request_stop();
    thread_.join();
    ::close(socket_);
  }
  void set(int load) {
    const std::lock_guard lock(mutex_);
    mib_.set("1.3.6.1.2.1.25.3.3.1.2.1", snmp::tag::integer, static_cast<std::uint64_t>(load));
  }
  [[nodiscard]] int port() const { return port_; }
  // How often for its load.
  [[nodiscard]] int asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void serve(const std::stop_token& stop) {
    agent_.community = "himitsu";
    std::array<std::uint8_t, 65536> in, out;
    while (!stop.stop_requested()) {
      pollfd ready{socket_, POLLIN, 0};
      if (::poll(&ready, 1, 50) <= 0) continue;
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const auto got =
          ::recvfrom(socket_, in.data(), in.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (got <= 0) continue;
      const std::lock_guard lock(mutex_);
      constexpr std::string_view load = "\x2b\x06\x01\x02\x01\x19\x03\x03\x01\x02";
      asked_ += std::string_view(reinterpret_cast<const char*>(in.data()), static_cast<std::size_t>(got))
                    .contains(load);
      const auto said = agent_.answer({in.data(), static_cast<std::size_t>(got)}, Duration{}, out);
      (void)::sendto(socket_, said.data(), said.size(), 0, reinterpret_cast<const sockaddr*>(&from), size);
    }
  }
  poll::SimulatedMib mib_;
  poll::SimulatedAgent agent_{mib_};
  std::mutex mutex_;
  int socket_ = -1, port_ = 0, asked_ = 0;
  std::jthread thread_;
};

TEST_P(WatchTest, AThresholdsAlertEndsInTheNextRunAndIsNotRaisedTwice) {
  BusyAgent agent(97);
  // The pack's threshold, polled as often as may be and judged at once.
  share_ = state_ / "share";
  std::filesystem::create_directories(state_);
  std::filesystem::copy(YAGURA_SOURCE_DIR "/share", share_, std::filesystem::copy_options::recursive);
  ASSERT_EQ(
      std::system(("sed -i 's/^interval: .*/interval: 10/' " + share_.string() + "/profiles/*.yaml").c_str()),
      0);
  auto quick = std::make_shared<contract::Pack>(*pack_);
  for (auto& c : quick->device_classes)
    for (auto& t : c.thresholds) t.lasting = {};
  pack_ = quick;
  const auto row = ledgers_->get({{}, false}, "m", "devices", device_).value();
  ASSERT_TRUE(ledgers_->change({}, "m", "devices", device_, row.version,
                               Value::object({{"snmp_port", agent.port()}}), ""));
  restart(true);
  const auto cpu = [&] {
    std::vector<AlertView> out;
    for (auto& a : alerts())
      if (a.kind == "metric:host.cpu.used") out.push_back(std::move(a));
    return out;
  };
  ASSERT_TRUE(wait([&] { return cpu().size() == 1 && cpu().front().incident == 77; }, 80));
  EXPECT_EQ(cpu().front().severity, "warning");
  const auto id = cpu().front().id;
  const auto told_before = told().size();
  // Still beyond it: known, no second alert.
  agent.set(99);
  restart(true);
  const auto asked = agent.asked();
  ASSERT_TRUE(wait([&] { return agent.asked() >= asked + 2; }, 120));
  ASSERT_EQ(cpu().size(), 1U);
  EXPECT_EQ(told().size(), told_before);
  // It came back while nobody looked.
  watch_.reset();
  agent.set(20);
  restart(true);
  ASSERT_TRUE(wait([&] { return cpu().front().state == "cleared"; }, 80));
  EXPECT_EQ(cpu().front().id, id);
  ASSERT_TRUE(wait([&] { return told().size() == told_before + 1; })) << ::testing::PrintToString(told());
  EXPECT_EQ(told().back(), "cleared 77");
}

TEST_P(WatchTest, ARoundIsARecordThatOutlivesItsDevicesAndARestart) {
  ASSERT_TRUE(ledgers_->create(
      {}, "m", "devices",
      Value::object(
          {{"name", "gone-1"}, {"class", "core_switch_a"}, {"site", site_}, {"address", "127.255.255.255"}}),
      ""));
  ASSERT_TRUE(book_->load({"m"}));
  RoundView kept{ids_.next(), "m",  clock_.now() - 60s,        clock_.now(), clock_.now() + 60s, 1,
                 1,           {42}, {{42, "gone-1", "本庁舎"}}};
  kept.unfinished = 1;
  ASSERT_TRUE(watch_->alerts().save_round(kept));
  ASSERT_TRUE(watch_->round_missed("m", clock_.now() + 24h));
  restart();
  const auto rounds = watch_->alerts().rounds("m", 0, 10).value();
  ASSERT_EQ(rounds.size(), 2U);
  EXPECT_FALSE(rounds[0].finished);
  EXPECT_EQ(rounds[1].names, kept.names);
  EXPECT_EQ(rounds[1].unfinished, 1);
  EXPECT_EQ(rounds[1].finished, kept.finished);
  EXPECT_EQ(rounds[1].missing, kept.missing);
  EXPECT_EQ(watch_->alerts().rounds("m", rounds[0].id, 10)->size(), 1U);
}

TEST_P(WatchTest, PeopleAreToldLaterWhenTheyCouldNotBeToldNow) {
  refuse_people_ = true;
  send(link_down);
  ASSERT_TRUE(wait([&] { return told().size() >= 2; }));
  refuse_people_ = false;
  EXPECT_TRUE(wait([&] { return !alerts().empty() && alerts().front().incident == 77; }));
}

TEST_P(WatchTest, ASilenceRecordsAndTellsNobodyUntilItEnds) {
  const Time now = clock_.now();
  EXPECT_EQ(watch_->add_silence({1, "担当", ""}, {"other", {device_}, {}, now, now + 1h, "x"}).error().code,
            "monitor.device_not_found");
  EXPECT_EQ(watch_->add_silence({1, "担当", ""}, {"m", {}, {}, now, now + 1h, "x"}).error().code,
            "monitor.silence_invalid");
  EXPECT_EQ(watch_->add_silence({1, "担当", ""}, {"m", {device_}, {}, now - 2h, now - 1h, "x"}).error().code,
            "monitor.silence_over");
  const auto silence = watch_->add_silence({1, "担当", ""}, {"m", {}, {site_}, now, now + 1h, "法定点検"});
  ASSERT_TRUE(silence) << silence.error().text();
  send(link_down);
  ASSERT_TRUE(wait([&] { return alerts().size() == 1 && alerts().front().silenced; }));
  EXPECT_TRUE(told().empty());
  EXPECT_EQ(watch_->end_silence({1, "担当", ""}, "other", *silence).error().code,
            "monitor.silence_not_found");
  ASSERT_TRUE(watch_->end_silence({1, "担当", ""}, "m", *silence));
  EXPECT_TRUE(wait([&] { return told().size() == 1; })) << "what is still on is told when the silence ends";
}

TEST_P(WatchTest, AcknowledgementAndCommentsAreKeptWithTheirPeople) {
  send(link_down);
  ASSERT_TRUE(wait([&] { return alerts().size() == 1; }));
  const Id id = alerts().front().id;
  EXPECT_EQ(watch_->acknowledge({5, "運用", ""}, "other", id).error().code, "monitor.alert_not_found");
  ASSERT_TRUE(watch_->acknowledge({5, "運用 次郎", ""}, "m", id));
  ASSERT_TRUE(watch_->comment({5, "運用 次郎", ""}, "m", id, "現地確認中"));
  EXPECT_EQ(watch_->comment({5, "", ""}, "m", id, "  ").error().code, "monitor.comment_invalid");
  const auto view = watch_->alerts().get("m", id).value();
  EXPECT_EQ(view.state, "acknowledged");
  EXPECT_EQ(view.acknowledged_by, "運用 次郎");
  ASSERT_EQ(view.comments.size(), 1U);
  EXPECT_EQ(view.comments.front().text, "現地確認中");
}

TEST_P(WatchTest, ADeviceThatLeavesTheLedgerIsWatchedNoMore) {
  const auto row = ledgers_->find("m", "devices", device_).value();
  ASSERT_TRUE(ledgers_->remove({}, "m", "devices", device_, row->version, "撤去"));
  const auto changed = book_->changed("m", "devices", {device_}).value();
  watch_->devices_changed(changed);
  EXPECT_TRUE(watch_->status("m").empty());
  send(link_down);
  ASSERT_TRUE(wait([&] { return watch_->receiver()->accounts().received == 1; }));
  EXPECT_EQ(watch_->receiver()->accounts().refused_in_all(), 1U);
  EXPECT_TRUE(alerts().empty());
}

TEST_P(WatchTest, ASecondProcessOnTheSameFolderIsRefusedInWords) {
  Settings settings;
  settings.share = YAGURA_SOURCE_DIR "/share";
  settings.state = state_;
  settings.ping = settings.poll = settings.traps = false;
  const auto second = Watch::start({database(), *journal_, clock_, ids_, *book_}, settings, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "monitor.watch_running");
  EXPECT_NE(second.error().text().find(std::to_string(::getpid())), std::string::npos)
      << second.error().text();
  watch_.reset();
  EXPECT_TRUE(Watch::start({database(), *journal_, clock_, ids_, *book_}, settings, {}));
}

TEST_P(WatchTest, APortIsNamedByPollingAndItsAlertEndsThereWhenTheTrapIsLost) {
  const auto polled = [&](int index, const std::string& name, double oper, Duration later = 0s) {
    const Time at = clock_.now() + later;
    static_cast<poll::SampleSink&>(*watch_).take({{device_, "if.admin", name, at, 1},
                                                  {device_, "if.oper", name, at, oper},
                                                  {device_, "if.index", name, at, double(index)}});
  };
  polled(7, "ge3", 1);
  polled(8, "ge4", 1);
  ASSERT_TRUE(wait([&] { return watch_->alerts().port_names()->size() == 2; }));
  send(link_down);
  ASSERT_TRUE(wait([&] { return alerts().size() == 1 && alerts().front().incident == 77; }));
  EXPECT_EQ(alerts().front().object, "ge3");
  EXPECT_NE(alerts().front().title.ja.find("ge3"), std::string::npos) << alerts().front().title.ja;
  EXPECT_NE(alerts().front().evidence.find("ge3"), std::string::npos) << alerts().front().evidence;
  polled(7, "ge3", 1);  // read while the trap was under way: says nothing
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(alerts().front().state, "open");
  polled(7, "ge3", 1, 1min);
  ASSERT_TRUE(wait([&] { return alerts().front().state == "cleared"; }));
  EXPECT_NE(alerts().front().evidence.find("down(2)"), std::string::npos) << "why it was raised stays";
  EXPECT_NE(alerts().front().evidence.find("ifOperStatus up"), std::string::npos)
      << alerts().front().evidence;
  // Names are known from the start of the next run on.
  EXPECT_EQ((watch_->alerts().port_names().value()[{device_, 7}]), "ge3");
}

TEST_P(WatchTest, APolledPortRaisesTheAlertOfItsTrapWhenTheLedgerHasIt) {
  const auto row = ledgers_->create(
      {}, "m", "interfaces",
      Value::object({{"name", "core-1 ge3"}, {"device", device_}, {"port", "ge3"}, {"peer", "プリンター"}}),
      "");
  ASSERT_TRUE(row) << row.error().text();
  watch_->devices_changed(book_->changed("m", "interfaces", {row->id}).value());
  const Time at = clock_.now();
  static_cast<poll::SampleSink&>(*watch_).take({{device_, "if.admin", "ge3", at, 1},
                                                {device_, "if.oper", "ge3", at, 2},
                                                {device_, "if.index", "ge3", at, 7},
                                                {device_, "if.admin", "free", at, 1},
                                                {device_, "if.oper", "free", at, 2},
                                                {device_, "if.index", "free", at, 9}});
  ASSERT_TRUE(wait([&] { return alerts().size() == 1 && alerts().front().incident == 77; }));
  EXPECT_EQ(alerts().front().kind, "link-down");
  EXPECT_EQ(alerts().front().object, "ge3");
  send(link_down);
  ASSERT_TRUE(wait([&] { return alerts().front().count == 2; }));
  EXPECT_EQ(alerts().size(), 1U) << "one alert, whichever saw it first";
  send(link_up);
  EXPECT_TRUE(wait([&] { return alerts().front().state == "cleared"; }));
}

TEST_P(WatchTest, APortThatGoesUpAndDownByDesignIsKnownByItsNameToo) {
  const auto row = ledgers_->create(
      {}, "m", "interfaces",
      Value::object(
          {{"name", "core-1 ge3"}, {"device", device_}, {"port", "ge3"}, {"flapping_by_design", true}}),
      "");
  ASSERT_TRUE(row) << row.error().text();
  watch_->devices_changed(book_->changed("m", "interfaces", {row->id}).value());
  const Time at = clock_.now();
  static_cast<poll::SampleSink&>(*watch_).take({{device_, "if.admin", "ge3", at, 1},
                                                {device_, "if.oper", "ge3", at, 2},
                                                {device_, "if.index", "ge3", at, 7}});
  ASSERT_TRUE(wait([&] { return watch_->alerts().port_names()->size() == 1; }));
  send(link_down);  // carries the ifIndex alone
  ASSERT_TRUE(wait([&] { return watch_->receiver()->accounts().stored == 1; }));
  std::this_thread::sleep_for(300ms);
  EXPECT_TRUE(alerts().empty());
}

TEST_P(WatchTest, APowerCutOfABranchIsOneNotice) {
  const auto branch = ledgers_->create({}, "m", "devices",
                                       Value::object({{"name", "branch-1"},
                                                      {"class", "core_switch_a"},
                                                      {"site", site_},
                                                      {"address", "127.0.0.2"},
                                                      {"upstream", Value(std::vector<Value>{Value(device_)})},
                                                      {"snmp_version", "v2c"},
                                                      {"snmp_credential", "c"}}),
                                       "");
  ASSERT_TRUE(branch) << branch.error().text();
  const auto port = ledgers_->create(
      {}, "m", "interfaces",
      Value::object({{"name", "core-1 7"}, {"device", device_}, {"port", "7"}, {"peer", "branch-1 ge1"}}),
      "");
  ASSERT_TRUE(port) << port.error().text();
  (void)book_->changed("m", "devices", {branch->id});
  watch_->devices_changed(book_->changed("m", "interfaces", {port->id}).value());
  auto& pings = static_cast<ping::Sink&>(*watch_);
  const auto ping = [&](ping::State from, ping::State to) {
    const ping::Transition t{.id = branch->id, .from = from, .to = to, .at = clock_.now()};
    pings.on_transitions(std::span(&t, 1));
  };
  ping(ping::State::unknown, ping::State::failed);
  ASSERT_TRUE(wait([&] { return told().size() == 1; }));
  send(link_down);
  ASSERT_TRUE(wait([&] { return alerts().size() == 2 && alerts().front().state == "suppressed"; }));
  ASSERT_TRUE(wait([&] { return evidence_.with([](const auto& all) { return all.size(); }) == 1; }));
  EXPECT_EQ(alerts().front().incident, 77) << "it stands on the incident of the outage";
  // Power is back: the start is reported before and after the next ping.
  send(cold_start, "127.0.0.2");
  ASSERT_TRUE(wait([&] { return alerts().size() == 3; }));
  send(link_up);
  ping(ping::State::failed, ping::State::ok);
  ASSERT_TRUE(wait([&] {
    return std::ranges::all_of(alerts(), [](const AlertView& a) { return a.state == "cleared"; });
  }));
  watch_.reset();
  start();  // a restart of ours does not forget the outage
  send(cold_start, "127.0.0.2");
  ASSERT_TRUE(wait([&] { return alerts().size() == 4 && alerts().front().state == "cleared"; }));
  EXPECT_EQ(alerts().front().incident, 77);
  EXPECT_EQ(std::ranges::count_if(told(), [](const auto& one) { return !one.starts_with("cleared"); }), 1)
      << ::testing::PrintToString(told());
}

TEST_P(WatchTest, OfTwoAddressesOneThatFailsIsALesserAlert) {
  const auto row = ledgers_->find("m", "devices", device_).value();
  ASSERT_TRUE(
      ledgers_->change({}, "m", "devices", device_, row->version, Value::object({{"address6", "::1"}}), ""));
  watch_->devices_changed(book_->changed("m", "devices", {device_}).value());
  auto& pings = static_cast<ping::Sink&>(*watch_);
  const auto ping = [&](std::size_t address, ping::State to) {
    const ping::Transition t{.id = target_id(device_, address), .to = to, .at = clock_.now()};
    pings.on_transitions(std::span(&t, 1));
  };
  const auto state = [&](std::string_view kind) {
    for (const auto& a : alerts())
      if (a.kind == kind) return a.state;
    return std::string();
  };
  ping(0, ping::State::ok);
  ping(1, ping::State::failed);
  ASSERT_TRUE(wait([&] { return state("address_unreachable") == "open"; }));
  EXPECT_EQ(state("ping"), "");
  EXPECT_EQ(alerts().front().object, "::1");
  EXPECT_EQ(alerts().front().severity, "warning");
  ping(0, ping::State::failed);
  ASSERT_TRUE(wait([&] { return state("ping") == "open"; }));
  ping(1, ping::State::ok);
  ASSERT_TRUE(wait([&] { return state("ping") == "cleared"; }));
  EXPECT_TRUE(wait([&] {
    return std::ranges::any_of(
        alerts(), [](const AlertView& a) { return a.object == "127.0.0.1" && a.state == "open"; });
  })) << "the other one is still silent";
  ping(0, ping::State::ok);
  EXPECT_TRUE(wait([&] {
    return std::ranges::all_of(alerts(), [](const AlertView& a) { return a.state == "cleared"; });
  }));
}

// All that may differ between two readings of one device.
std::string text_of(const WatchedDevice& d) {
  std::string out =
      fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", d.id, d.name, d.contract,
                  d.device_class, d.class_name.ja, d.site, d.site_name, d.site_kind, d.address, d.address6,
                  d.watched, d.ping_on, d.traps_on, d.snmp_credential, d.engine_id, d.model, d.search);
  for (const Id up : d.upstream) out += fmt::format(" <{}", up);
  for (const auto& port : d.ports) out += fmt::format(" {}>{}{}", port.name, port.peer, port.watched);
  for (const auto& port : d.ports_flapping_by_design) out += " ~" + port;
  return out;
}

TEST_P(WatchTest, APictureChangedRowByRowIsTheOneReadAnew) {
  std::mt19937 random(5);
  const auto upto = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const auto create = [&](const char* ledger, Value fields) {
    const auto row = ledgers_->create({}, "m", ledger, std::move(fields), "");
    EXPECT_TRUE(row) << row.error().text();
    return row ? row->id : Id{0};
  };
  std::vector<Id> sites{site_}, devices{device_};
  sites.push_back(create("sites", Value::object({{"name", "支所"}, {"kind", "main_office"}})));
  int number = 0;
  const auto check = [&](const char* ledger, std::vector<Id> rows) {
    const auto before = book_->picture();
    std::map<Id, std::string> before_said;
    before->devices.each([&](Id id, const auto& d) { before_said[id] = text_of(*d); });
    const auto concerned = book_->changed("m", ledger, rows);
    ASSERT_TRUE(concerned);
    watch_->devices_changed(*concerned);
    DeviceBook anew(*ledgers_, [this](std::string_view id) { return id == "m" ? pack_ : nullptr; });
    ASSERT_TRUE(anew.load({"m"}));
    const auto now = book_->picture(), want = anew.picture();
    ASSERT_EQ(now->of_contract.at("m"), want->of_contract.at("m"));
    ASSERT_EQ(now->devices.size(), want->devices.size());
    want->devices.each([&](Id id, const auto& d) {
      ASSERT_TRUE(now->find(id));
      ASSERT_EQ(text_of(*now->find(id)), text_of(*d));
    });
    before->devices.each([&](Id id, const auto& d) {
      ASSERT_EQ(text_of(*d), before_said[id]) << "a picture in use must not change";
      // What was not read again is the very same object.
      if (std::ranges::find(*concerned, id) == concerned->end()) ASSERT_EQ(before->find(id), now->find(id));
    });
  };
  for (int round = 0; round < 60; ++round) {
    const auto what = upto(8);
    if (what == 0 || devices.size() < 3) {
      devices.push_back(create("devices", Value::object({{"name", fmt::format("d-{}", random() % 10'000)},
                                                         {"class", "core_switch_a"},
                                                         {"site", sites[upto(2)]},
                                                         {"address", fmt::format("192.0.2.{}", ++number)}})));
      check("devices", {devices.back()});
    } else if (what == 1) {
      const auto at = upto(devices.size() - 1) + 1;
      const auto row = ledgers_->find("m", "devices", devices[at]).value();
      if (!row || !ledgers_->remove({}, "m", "devices", devices[at], row->version, "")) continue;
      check("devices", {devices[at]});
      devices.erase(devices.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (what == 2) {
      const auto row = ledgers_->find("m", "sites", sites[1]).value();
      ASSERT_TRUE(ledgers_->change({}, "m", "sites", sites[1], row->version,
                                   Value::object({{"name", fmt::format("支所{}", round)}}), ""));
      check("sites", {sites[1]});
    } else {
      const Id id = devices[upto(devices.size())];
      const auto row = ledgers_->find("m", "devices", id).value();
      Value fields = Value::object();
      if (what == 3) fields.set("name", fmt::format("n-{}", random() % 10'000));
      if (what == 4) fields.set("address", fmt::format("192.0.2.{}", ++number));
      if (what == 5) fields.set("site", sites[upto(2)]);
      if (what == 6) fields.set("monitored", upto(2) == 0);
      if (what == 7) {
        const Id up = devices[upto(devices.size())];
        fields.set("upstream", Value(std::vector<Value>{Value(up)}));
      }
      if (!ledgers_->change({}, "m", "devices", id, row->version, std::move(fields), "")) continue;
      check("devices", {id});
    }
    if (HasFatalFailure()) return;
  }
}

TEST_P(WatchTest, RulesOfLogsMakeAlertsThatEndAndAreKnownAfterARestart) {
  const auto kinds = eventstore::read_kinds(share_ / "events").value();
  const eventstore::Vocabulary vocabulary(kinds);
  const auto rule = [&](const char* yaml) {
    auto made =
        log_rules::make_rule(log_rules::read_rule_file(schema::parse_yaml(yaml).value()).value(), vocabulary);
    EXPECT_TRUE(made) << made.error().text();
    return log_rules::RuleSet::alone(std::move(*made));
  };
  const auto of_thing = rule(
      "{id: bell, title: {ja: 鐘, en: Bell}, text: {ja: a, en: b}, severity: major, when: 'message:bell', "
      "clears: 'message:calm', by: [user]}");
  const auto of_port = rule(
      "{id: link, title: {ja: 線, en: Link}, text: {ja: a, en: b}, severity: major, when: 'state:down', "
      "clears: 'state:up', by: [interface], as: link-down}");
  const auto hit = [&](const auto& set, const std::string& object, bool cleared, Duration after) {
    const Time at = clock_.now() - 1h + after;
    return log_rules::Hit{"m", set, &set->rules().front(), device_, object, cleared, at,
                          at,  3,   {"言葉", "words"}};
  };
  const auto take = [&](const log_rules::Hit& one) {
    log_rules::Hits hits{one};
    hits.push_back(one);
    hits.back().device = 12345;  // of no ledger
    watch_->take_logs(std::move(hits));
  };
  take(hit(of_thing, "root", false, 0s));
  ASSERT_TRUE(wait([&] { return alerts().size() == 1 && alerts().front().incident == 77; }));
  EXPECT_EQ(alerts().front().kind, "log:bell");
  EXPECT_EQ(alerts().front().object, "root");
  EXPECT_EQ(alerts().front().count, 3);
  EXPECT_EQ(alerts().front().severity, "major");
  EXPECT_EQ(told(), std::vector<std::string>{"core-1 鐘（root） major"});
  auto on_record = watch_->told_of_logs(clock_.now() - 1h).value();
  ASSERT_EQ(on_record.size(), 1U);
  EXPECT_EQ(on_record.front().condition, "log:bell root");
  EXPECT_TRUE(on_record.front().open);
  restart();
  take(hit(of_thing, "root", true, 1s));
  ASSERT_TRUE(wait([&] { return alerts().front().state == "cleared"; }));
  EXPECT_EQ(watch_->told_of_logs(clock_.now() - 1h)->size(), 1U);
  EXPECT_TRUE(watch_->told_of_logs(clock_.now() + 1h)->empty());

  // A port is one that the ledger watches, under the name the ledger has.
  EXPECT_EQ(watch_->condition_of(hit(of_port, "GigabitEthernet1/0/7", false, 0s)), "");
  ASSERT_TRUE(ledgers_->create(
      {}, "m", "interfaces",
      Value::object({{"device", device_}, {"name", "core-1 Gi1/0/7"}, {"port", "Gi1/0/7"}}), ""));
  ASSERT_TRUE(book_->changed("m", "interfaces", {}));
  EXPECT_EQ(watch_->condition_of(hit(of_port, "GigabitEthernet1/0/7", false, 0s)), "link-down Gi1/0/7");
  EXPECT_EQ(watch_->condition_of(hit(of_port, "GigabitEthernet1/0/70", false, 0s)), "");
  EXPECT_EQ(watch_->condition_of(hit(of_port, "TenGigabitEthernet1/0/7", false, 0s)), "");
}

YAGURA_ON_EVERY_DATABASE(WatchTest);

}  // namespace
}  // namespace yagura::monitor::watch
