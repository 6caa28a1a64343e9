// The watch bound to a real database, with real traps sent by net-snmp's program over loopback.
#include "monitor/watch/watch.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

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
  void start() {
    Settings settings;
    settings.share = YAGURA_SOURCE_DIR "/share";
    settings.state = state_;
    settings.trap_listen = {{"127.0.0.1", 0}};
    settings.ping = settings.poll = false;
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
    bonds.cleared = [this](const WatchedDevice&, const AlertStore::Saved& a) {
      told_.with([&](auto& all) { all.push_back("cleared " + std::to_string(a.incident)); });
    };
    auto started =
        Watch::start({database(), *journal_, clock_, ids_, *book_}, std::move(settings), std::move(bonds));
    ASSERT_TRUE(started) << started.error().text();
    watch_ = std::move(*started);
    ASSERT_TRUE(watch_->receiver()) << watch_->faults().front().text();
  }
  void send(const std::string& trap, const std::string& from = "127.0.0.1") {
    const auto port = std::to_string(watch_->receiver()->ports().front());
    ASSERT_EQ(std::system(("snmptrap --clientaddr=" + from + " -v2c -c himitsu 127.0.0.1:" + port + " '' " +
                           trap + " >/dev/null 2>&1")
                              .c_str()),
              0);
  }
  template <class Until>
  bool wait(Until until) {
    for (int i = 0; i < 400; ++i) {
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
  std::filesystem::path state_;
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
  start();
  send(link_up);
  ASSERT_TRUE(wait([&] { return alerts().front().state == "cleared"; }));
  ASSERT_TRUE(wait([&] { return told().size() == 2; })) << ::testing::PrintToString(told());
  EXPECT_EQ(told().back(), "cleared 77");
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

YAGURA_ON_EVERY_DATABASE(WatchTest);

}  // namespace
}  // namespace yagura::monitor::watch
