#include "yagurad/month_source.hpp"

#include <filesystem>

#include "report/monthly.hpp"
#include "support/any_database.hpp"

namespace yagura::yagurad {
namespace {

using namespace std::chrono_literals;
using schema::Value;

Time japan(std::string_view text) { return calendar::parse_instant(text).value(); }

class MonthSourceTest : public AnyDatabase {
 protected:
  static constexpr auto contract = "matsusaka";

  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    for (const auto steps :
         {journal::migrations(), people::migrations(), ledger::migrations(), notify::migrations(),
          desk::migrations(), monitor::watch::migrations(), monitor::poll::SampleStore::migrations()})
      ASSERT_TRUE(database().migrate(steps));
    const std::filesystem::path source = YAGURA_SOURCE_DIR;
    pack_ = std::make_shared<const contract::Pack>(contract::load_pack(source / "packs/matsusaka").value());
    layout_ = report::load_layout(source / "share/reports/monthly.yaml").value();
    key_ = std::filesystem::temp_directory_path() / ("yagura_month_key_" + std::to_string(::getpid()));
    vault_ = std::make_unique<store::Vault>(store::Vault::open(key_).value());
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(source / "share/journal/kinds.yaml").value());
    people_ = std::make_unique<people::People>(
        people::People::Ground{database(), *journal_, clock_, ids_, *vault_}, people::RoleRules{});
    ledgers_ = std::make_unique<ledger::Ledgers>(ledger::Ledgers::Ground{database(), *journal_, clock_, ids_},
                                                 ledger::load_definitions(source / "share/ledgers").value(),
                                                 [this](std::string_view, std::string_view list) {
                                                   std::vector<ledger::Choice> out;
                                                   if (list == "site_kinds")
                                                     for (const auto& k : pack_->site_kinds)
                                                       out.push_back({k.id, {k.title.ja, k.title.en}});
                                                   if (list == "device_classes")
                                                     for (const auto& c : pack_->device_classes)
                                                       out.push_back({c.id, {c.title.ja, c.title.en}});
                                                   return out;
                                                 });
    contacts_ =
        std::make_unique<notify::Contacts>(notify::Contacts::Ground{database(), *journal_, clock_, ids_});
    const auto packs = [this](std::string_view id) { return id == contract ? pack_ : nullptr; };
    incidents_ = std::make_unique<desk::Incidents>(
        desk::Incidents::Ground{database(), *journal_, clock_, ids_, *contacts_}, packs,
        [](std::string_view, const contract::ContactStep&) -> Result<std::vector<notify::Recipient>> {
          return std::vector<notify::Recipient>{{"当番", "000"}};
        });
    alerts_ = std::make_unique<monitor::watch::AlertStore>(database(), *journal_);
    samples_ = monitor::poll::SampleStore::open(database(), clock_).value();
    months_ = std::make_unique<RunningMonths>(RunningMonths::Ground{.database = database(),
                                                                    .journal = *journal_,
                                                                    .clock = clock_,
                                                                    .ledgers = *ledgers_,
                                                                    .people = *people_,
                                                                    .incidents = *incidents_,
                                                                    .contacts = *contacts_,
                                                                    .alerts = *alerts_,
                                                                    .samples = samples_.get(),
                                                                    .packs = packs,
                                                                    .layout = layout_});
    site_ = ledgers_
                ->create(by_, contract, "sites",
                         Value::object({{"name", "本庁舎"}, {"kind", pack_->site_kinds.front().id}}), "")
                .value()
                .id;
  }
  void TearDown() override {
    months_.reset();
    samples_.reset();
    if (!key_.empty()) std::filesystem::remove(key_);
    AnyDatabase::TearDown();
  }
  ledger::Row device(const std::string& name) {
    auto row = ledgers_->create(
        by_, contract, "devices",
        Value::object({{"name", name}, {"class", pack_->device_classes.front().id}, {"site", site_}}), "");
    EXPECT_TRUE(row) << row.error().text();
    return *row;
  }
  void outage(Id device, Time began, std::optional<Time> ended) {
    ASSERT_TRUE(database().write([&](store::Session& s) -> Result<void> {
      YAGURA_CHECK(alerts_->begin_outage(s, ids_.next(), contract, device, began));
      if (ended) YAGURA_CHECK(alerts_->end_outage(s, device, *ended));
      return {};
    }));
  }
  report::MonthFigures april() {
    auto out = months_->figures(contract, {2026, 4});
    EXPECT_TRUE(out) << out.error().text();
    return out.value_or(report::MonthFigures{});
  }
  std::string docx(const report::MonthFigures& figures) {
    auto made = report::make_report(figures, layout_);
    EXPECT_TRUE(made) << made.error().text();
    return made ? made->docx + made->xlsx : "";
  }

  ManualClock clock_{japan("2026-04-01T09:00")};
  IdSource ids_{clock_};
  const journal::Actor by_{7, "運用 次郎", "10.0.0.1"};
  std::filesystem::path key_;
  std::shared_ptr<const contract::Pack> pack_;
  report::Layout layout_;
  std::unique_ptr<store::Vault> vault_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<people::People> people_;
  std::unique_ptr<ledger::Ledgers> ledgers_;
  std::unique_ptr<notify::Contacts> contacts_;
  std::unique_ptr<desk::Incidents> incidents_;
  std::unique_ptr<monitor::watch::AlertStore> alerts_;
  std::unique_ptr<monitor::poll::SampleStore> samples_;
  std::unique_ptr<RunningMonths> months_;
  Id site_ = 0;
};

TEST_P(MonthSourceTest, AMonthThatIsOverStaysAsItWas) {
  const auto core = device("core-1");
  const auto old = device("old-1");
  clock_.jump_to(japan("2026-04-28T17:10"));
  const auto incident = incidents_->open(by_, {.contract = contract,
                                               .title = "応答なし",
                                               .severity = "critical",
                                               .detail = "",
                                               .place = {core.id, "core-1", "", site_, "本庁舎", ""},
                                               .detected_at = {}});
  ASSERT_TRUE(incident) << incident.error().text();
  outage(core.id, japan("2026-04-28T17:05"), japan("2026-04-28T17:35"));
  outage(old.id, japan("2026-04-30T23:00"), {});
  clock_.jump_to(japan("2026-05-01T00:10"));
  const auto first = april();
  EXPECT_EQ(first.as_of, japan("2026-05-01T00:00"));
  ASSERT_EQ(first.incidents.size(), 1U);
  EXPECT_EQ(first.incidents[0].state, "open");
  EXPECT_FALSE(first.clocks.empty());
  ASSERT_EQ(first.outages.size(), 2U);
  EXPECT_EQ(first.outages[0].span.to - first.outages[0].span.from, 30min);
  EXPECT_EQ(first.outages[1].span.to, japan("2026-05-01T00:00")) << "still down at the month's end";
  EXPECT_FALSE(first.journal.hash.empty());
  EXPECT_GT(first.journal.entries, 0U);
  ASSERT_EQ(first.classes.size(), 1U);

  // In May all of it goes on: closed, up again, one device removed, another new.
  clock_.jump_to(japan("2026-05-12T10:00"));
  for (const auto& clock : incidents_->clocks(contract, incident->id).value())
    if (incidents_->clock(contract, clock.id)->judged.breached)
      ASSERT_TRUE(incidents_->give_reason(by_, contract, clock.id, "部品待ち"));
  ASSERT_TRUE(incidents_->tick());
  (void)incidents_->close(by_, contract, incident->id, "交換");
  ASSERT_TRUE(
      database().write([&](store::Session& s) { return alerts_->end_outage(s, old.id, clock_.now()); }));
  ASSERT_TRUE(ledgers_->remove(by_, contract, "devices", old.id, old.version, "撤去"));
  device("new-1");
  const auto again = april();
  EXPECT_EQ(again.contacts.size(), first.contacts.size());
  EXPECT_TRUE(docx(again) == docx(first)) << "the same bytes";
}

TEST_P(MonthSourceTest, AMonthUnderWayGoesUpToNowAndIsNotSealed) {
  device("core-1");
  clock_.jump_to(japan("2026-04-10T12:00"));
  const auto figures = april();
  EXPECT_EQ(figures.as_of, clock_.now());
  EXPECT_EQ(figures.journal.hash, "");
  EXPECT_EQ(figures.contract.ja, pack_->name.ja);
  EXPECT_EQ(months_->figures("nowhere", {2026, 4}).error().code, "desk.contract_not_found");
}

TEST_P(MonthSourceTest, OnlyASilenceEnteredBeforehandIsAgreed) {
  const auto core = device("core-1");
  const auto enter = [&](Time from, Time to, std::vector<Id> devices, std::vector<Id> sites) {
    const monitor::alert::Silence silence{ids_.next(),      from,        to,        std::move(devices),
                                          std::move(sites), "運用 次郎", "計画停止"};
    ASSERT_TRUE(database().write([&](store::Session& s) -> Result<void> {
      YAGURA_CHECK(alerts_->save_silence(s, contract, silence));
      YAGURA_CHECK(journal_->append(
          s, {contract, by_, "silence.created", "silence/" + std::to_string(silence.id), Value::object()}));
      return {};
    }));
  };
  enter(japan("2026-04-02T09:00"), japan("2026-04-02T10:00"), {core.id}, {});
  enter(japan("2026-03-31T09:00"), japan("2026-04-01T12:00"), {}, {site_});
  enter(japan("2026-05-02T09:00"), japan("2026-05-02T10:00"), {core.id}, {});
  clock_.jump_to(japan("2026-05-01T09:00"));
  auto silences = april().silences;
  std::ranges::sort(silences, {}, [](const auto& s) { return s.span.from; });
  ASSERT_EQ(silences.size(), 2U) << "the third is May's";
  EXPECT_FALSE(silences[0].agreed) << "entered while it ran";
  EXPECT_EQ(silences[0].target, "本庁舎");
  EXPECT_EQ(silences[0].devices, std::vector<Id>{core.id});
  EXPECT_TRUE(silences[1].agreed);
  EXPECT_EQ(silences[1].target, "core-1");
}

TEST_P(MonthSourceTest, TopListsTakeTheBusiestSeriesOfEachDevice) {
  const auto a = device("a"), b = device("b");
  const auto take = [&](Id device, const char* metric, const char* instance, double value) {
    samples_->take({{device, metric, instance, clock_.now(), value}});
  };
  for (int hour = 0; hour < 49; ++hour) {
    take(a.id, "cisco.cpu.used", "1", 10);
    take(a.id, "cisco.cpu.used", "2", 60);
    take(b.id, "host.cpu.used", "", hour < 24 ? 80 : 20);
    take(b.id, "if.in.used", "eth0", 5);
    take(4711, "host.cpu.used", "", 99);  // another contract's
    clock_.advance(1h);
    ASSERT_TRUE(samples_->write());
  }
  while (samples_->maintain().value()) {
  }
  clock_.jump_to(japan("2026-05-01T09:00"));
  std::map<std::pair<std::string, Id>, report::Performance> found;
  for (auto& one : april().performance) found[{one.metric, one.device}] = one;
  EXPECT_EQ(found.size(), 3U);
  const auto& cpu = found[{"cpu", a.id}];
  ASSERT_EQ(cpu.days.size(), 30U);
  EXPECT_DOUBLE_EQ(cpu.days[0].mean, 60) << "the busiest processor";
  EXPECT_DOUBLE_EQ((found[{"cpu", b.id}].days[0].mean), 80);
  EXPECT_EQ(cpu.days[29].samples, 0);
  EXPECT_TRUE(found.contains({"traffic", b.id}));
}

YAGURA_ON_EVERY_DATABASE(MonthSourceTest);

}  // namespace
}  // namespace yagura::yagurad
