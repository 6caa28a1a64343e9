// What people change of rules: kept, judged at once, refused when somebody was faster; what goes on counting.
#include "monitor/log_rules/rule_book.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "contract/scratch_packs.hpp"
#include "monitor/log_rules/rule_ground.hpp"
#include "support/any_database.hpp"

namespace yagura::monitor::log_rules {
namespace {

using schema::Value;

RuleGround& ground() {
  static RuleGround ground;
  return ground;
}

Value said(const std::string& yaml) { return schema::parse_yaml(yaml).value(); }

class Books : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {journal::migrations(), migrations()}) ASSERT_TRUE(database().migrate(steps));
    packs_.write("yukino/log_rules.yaml",
                 "log_rules:\n  - {id: logon-failures, times: 3, severity: major}\n");
    loaded_["a"] = std::make_shared<const contract::Pack>(contract::load_pack(packs_.pack("yukino")).value());
    start();
  }
  // The engine knows nothing at first, as after a restart.
  void start() {
    engine_ = std::make_unique<Engine>(clock_, ground().kinds, [this](Hits&& hits) {
      hits_.with([&](auto& held) { held += hits.size(); });
    });
    engine_->set_devices({{"a", std::make_shared<const DeviceNames>(DeviceNames{{"fw-01", 7}})}});
    book_ = std::make_unique<RuleBook>(RuleBook::Ground{database(), journal_, clock_, *engine_,
                                                        [this](const std::string&, const LogRule* before) {
                                                          changed_.push_back(before ? before->id : "-");
                                                        }},
                                       ground().standard.rules, ground().vocabulary);
    ASSERT_TRUE(book_->open(loaded_));
  }
  Result<StandingRule> change(const std::string& id, std::int64_t version, const std::string& yaml) {
    return book_->change({5, "田中", ""}, "a", id, version, yaml.empty() ? Value() : said(yaml),
                         "点検のため");
  }
  std::size_t failures(int lines) {
    hits_.with([](auto& held) { held = 0; });
    for (int i = 0; i < lines; ++i)
      for (const auto& [kind, batch] :
           ground().batches({"<86>Nov 22 11:59:58 web-01 sshd[4713]: Failed password for root from "
                             "203.0.113.66 port 4711 ssh2"}))
        engine_->judge("a", kind->kind, batch);
    return hits_.with([](const auto& held) { return held; });
  }

  contract::ScratchPacks packs_;
  RuleBook::Packs loaded_;
  ManualClock clock_{ground().received};
  journal::Journal journal_{clock_, journal::load_kinds(ground().share / "journal/kinds.yaml").value()};
  Guarded<std::size_t> hits_{0};
  std::vector<std::string> changed_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<RuleBook> book_;
};

TEST_P(Books, LayersLieOverEachOtherAndSurviveARestart) {
  EXPECT_EQ(book_->find("a", "logon-failures")->rule->times, 3U) << "the pack's";
  ASSERT_TRUE(change("logon-failures", 0, "{times: 2}"));
  ASSERT_TRUE(
      change("bell", 0,
             "{title: {ja: 鐘, en: Bell}, text: {ja: a, en: b}, severity: info, when: 'kind:syslog bell'}"));
  ASSERT_TRUE(change("sender-silent", 0, "{off: true}"));
  for (int round = 0; round < 2; ++round) {
    const auto one = book_->find("a", "logon-failures").value();
    EXPECT_EQ(one.rule->times, 2U);
    EXPECT_EQ(one.rule->severity, alert::Severity::major) << "of the pack";
    EXPECT_EQ(one.beneath["times"].integer(), 3);
    EXPECT_TRUE(one.product && one.pack);
    EXPECT_EQ(one.last.who, "田中");
    EXPECT_NE(engine_->rules("a")->find("bell"), nullptr);
    EXPECT_EQ(engine_->rules("a")->find("sender-silent"), nullptr);
    EXPECT_EQ(book_->title("a", "bell")->en, "Bell");
    EXPECT_TRUE(book_->faults().empty());
    start();
  }
  ASSERT_TRUE(change("bell", 1, ""));
  EXPECT_EQ(engine_->rules("a")->find("bell"), nullptr);
  EXPECT_EQ(book_->title("a", "bell")->en, "Bell") << "its alerts of before keep their name";
  EXPECT_EQ(book_->find("a", "bell").error().code, "monitor.log_rule_not_found");
  EXPECT_EQ(book_->history("a", "bell")->size(), 2U);
  EXPECT_EQ(changed_, (std::vector<std::string>{"logon-failures", "-", "sender-silent", "bell"}));
}

TEST_P(Books, RulesThatStayTheSameGoOnCounting) {
  EXPECT_EQ(failures(2), 0U);
  ASSERT_TRUE(
      change("bell", 0,
             "{title: {ja: 鐘, en: Bell}, text: {ja: a, en: b}, severity: info, when: 'kind:syslog bell'}"));
  ASSERT_TRUE(change("logon-failures", 0, "{severity: info, text: {ja: x, en: y}}"));
  EXPECT_EQ(failures(1), 1U) << "the third";
  EXPECT_EQ(engine_->counters().events, 3U);
  ASSERT_TRUE(change("logon-failures", 1, "{within: 10 min}"));
  EXPECT_EQ(failures(2), 0U) << "another rule counts anew";
  EXPECT_EQ(failures(1), 1U);
}

TEST_P(Books, WhoIsSilentStaysKnown) {
  ASSERT_EQ(book_->find("a", "sender-silent")->rule->silent, std::chrono::hours(1));
  for (const auto& [kind, batch] : ground().batches(
           {"<134>PP[01] Rejected at IN(1012) filter: TCP 203.0.113.66:55555 > 198.51.100.2:23"}))
    engine_->judge("a", kind->kind, batch);
  ASSERT_TRUE(change("sender-silent", 0, "{silent: 2 h}"));
  clock_.advance(std::chrono::minutes(90));
  engine_->tick();
  EXPECT_EQ(hits_.with([](const auto& held) { return held; }), 0U);
  clock_.advance(std::chrono::minutes(31));
  engine_->tick();
  EXPECT_EQ(hits_.with([](const auto& held) { return held; }), 1U);
}

TEST_P(Books, OfMoreThanOneAtOnceOneIsFirst) {
  std::atomic<int> done = 0, late = 0;
  std::vector<std::jthread> people;
  for (int i = 0; i < 4; ++i)
    people.emplace_back([&, i] {
      const auto now = change("hardware", 0, "{times: " + std::to_string(i + 2) + ", within: 1 h}");
      if (now) ++done;
      if (!now && now.error().code == "monitor.log_rule_conflict") ++late;
    });
  people.emplace_back([&] { failures(200); });
  people.clear();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(late, 3);
  EXPECT_EQ(book_->history("a", "hardware")->size(), 1U);
}

TEST_P(Books, ARuleThatNoLongerWorksIsLeftOutAloneAndSaid) {
  ASSERT_TRUE(
      change("bell", 0,
             "{title: {ja: 鐘, en: Bell}, text: {ja: a, en: b}, severity: info, when: 'kind:syslog bell'}"));
  // As after an upgrade that does without the field.
  ASSERT_TRUE(database().write([](store::Session& s) {
    return s.exec(
        "UPDATE log_rule SET said = $1 WHERE contract = $2 AND rule = $3 AND version = 1",
        R"({"title":{"ja":"a","en":"b"},"text":{"ja":"a","en":"b"},"severity":"info","when":"colour:red"})",
        "a", "bell");
  }));
  start();
  EXPECT_EQ(engine_->rules("a")->find("bell"), nullptr);
  EXPECT_NE(engine_->rules("a")->find("hardware"), nullptr);
  ASSERT_EQ(book_->faults().size(), 1U);
  EXPECT_EQ(book_->find("a", "bell")->fault->code, "eventstore.query_field_unknown");
  ASSERT_TRUE(change("bell", 1, ""));
  EXPECT_TRUE(book_->faults().empty());
}

TEST_P(Books, NotMoreThanSoManyOfOnesOwn) {
  const std::string rule =
      "{title: {ja: a, en: b}, text: {ja: a, en: b}, severity: info, when: 'kind:syslog bell'}";
  for (std::size_t i = 0; i < RuleBook::most_own; ++i) ASSERT_TRUE(change("r" + std::to_string(i), 0, rule));
  EXPECT_EQ(change("more", 0, rule).error().code, "monitor.log_rule_too_many");
  EXPECT_TRUE(change(
      "r0", 1, "{title: {ja: c, en: d}, text: {ja: a, en: b}, severity: info, when: 'kind:syslog bell'}"));
}

YAGURA_ON_EVERY_DATABASE(Books);

}  // namespace
}  // namespace yagura::monitor::log_rules
