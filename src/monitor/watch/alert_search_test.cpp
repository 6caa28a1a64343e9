// Alerts found by words: the same on every database, and the same as reading all of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/text.hpp"
#include "monitor/watch/alert_store.hpp"
#include "support/any_database.hpp"

namespace yagura::monitor::watch {
namespace {

using namespace std::chrono_literals;

class AlertSearch : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    migrate(1'000'000);
  }
  void migrate(int up_to) {
    for (const auto steps : {journal::migrations(), migrations()})
      ASSERT_TRUE(database().migrate(steps, up_to));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    store_ = std::make_unique<AlertStore>(database(), *journal_);
  }
  AlertStore::Saved alert(const std::string& device, const std::string& site, contract::Words title,
                          const std::string& object, alert::Severity severity, bool over = true) {
    clock_.advance(1min);
    AlertStore::Saved v;
    v.alert.id = ids_.next();
    v.contract = "m";
    v.device_name = device;
    v.site_name = site;
    v.site = 3;
    v.title = std::move(title);
    v.object = object;
    v.kind = "fan";
    v.alert.key = {static_cast<Id>(std::hash<std::string>{}(device) % 1000 + 1), 0, "fan"};
    v.alert.severity = severity;
    v.alert.standing = alert::Standing::announced;
    v.alert.first = v.alert.last = clock_.now();
    if (over) v.alert.closed_at = clock_.now();
    return v;
  }
  Id save(const AlertStore::Saved& v) {
    EXPECT_TRUE(database().write([&](store::Session& s) { return store_->save(s, v); }));
    return v.alert.id;
  }
  std::vector<Id> found(AlertQuery q) {
    if (q.contract.empty()) q.contract = "m";
    auto out = store_->list(q);
    EXPECT_TRUE(out) << out.error().text();
    std::vector<Id> ids;
    if (out)
      for (const auto& a : *out) ids.push_back(a.id);
    return ids;
  }

  ManualClock clock_{from_micros(1'770'000'000'000'000)};
  IdSource ids_{clock_};
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<AlertStore> store_;
};

TEST_P(AlertSearch, FindsPartsOfWordsWhateverTheWidthCaseAndKana) {
  const Id fan =
      save(alert("Ｃｏｒｅ-１", "本庁舎", {"ファン故障", "Fan failed"}, "", alert::Severity::major));
  const Id port = save(alert("edge%2", "ｶﾗｽ公民館", {"リンクダウン（Gi1/0/7）", "Link down (Gi1/0/7)"},
                             "Gi1/0/7", alert::Severity::major));
  using Ids = std::vector<Id>;
  EXPECT_EQ(found({.search = "core-1"}), Ids{fan});
  EXPECT_EQ(found({.search = "ＣＯＲＥ"}), Ids{fan});
  EXPECT_EQ(found({.search = "庁"}), Ids{fan}) << "one character";
  EXPECT_EQ(found({.search = "ふぁん"}), Ids{fan}) << "kana";
  EXPECT_EQ(found({.search = "からす"}), Ids{port}) << "half-width kana in the record";
  EXPECT_EQ(found({.search = "gi1/0/7"}), Ids{port}) << "once, though title and object both hold it";
  EXPECT_EQ(found({.search = "%"}), Ids{port}) << "no wildcard";
  EXPECT_EQ(found({.search = "_"}), Ids{});
  EXPECT_EQ(found({.search = "'; DROP TABLE alert; --"}), Ids{});
  EXPECT_EQ(found({.search = "fan failed 本庁舎"}), Ids{}) << "not over the end of a text";
  EXPECT_EQ(found({.search = "  "}), (Ids{port, fan})) << "nothing asked for";
  EXPECT_EQ(found({.contract = "other", .search = "core"}), Ids{});
}

TEST_P(AlertSearch, SeverityThatChangesIsFoundAsItIsNow) {
  auto v = alert("core-1", "本庁舎", {"ファン故障", "Fan failed"}, "", alert::Severity::minor, false);
  save(v);
  v.alert.severity = alert::Severity::critical;
  save(v);
  EXPECT_EQ(found({.severity = "minor", .search = "ファン"}), std::vector<Id>{});
  EXPECT_EQ(found({.severity = "critical", .search = "ファン"}), std::vector<Id>{v.alert.id});
}

// Every page of every query must be what reading all alerts gives.
TEST_P(AlertSearch, PagesAreThoseOfReadingAll) {
  std::mt19937 random(11);
  const std::vector<std::string> devices{"機器-01", "機器-02", "機器-03", "core-1", "core-2", "ups"};
  const std::vector<contract::Words> titles{
      {"ファン故障", "Fan failed"}, {"応答なし", "No answer"}, {"再起動", "Cold start"}, {"故障", "Fault"}};
  const std::array severities{alert::Severity::critical, alert::Severity::major, alert::Severity::minor,
                              alert::Severity::warning, alert::Severity::info};
  struct Kept {
    Id id;
    std::string text, severity, state;
    Time first;
  };
  std::vector<Kept> all;
  for (int i = 0; i < 400; ++i) {
    const auto& title = titles[random() % titles.size()];
    auto v = alert(devices[random() % devices.size()], random() % 2 != 0 ? "本庁舎" : "公民館", title,
                   random() % 3 == 0 ? "port " + std::to_string(random() % 9) : "",
                   random() % 4 == 0 ? severities[random() % 5] : severities[title.ja.size() % 5],
                   random() % 5 != 0);
    save(v);
    all.push_back({v.alert.id,
                   fold_for_search(v.device_name + "\n" + v.site_name + "\n" + v.title.ja + "\n" +
                                   v.title.en + "\n" + v.object),
                   std::string(name_of(v.alert.severity)), v.alert.closed_at ? "cleared" : "open",
                   v.alert.first});
  }
  std::ranges::reverse(all);
  for (const std::string search :
       {"機器", "core", "故障", "fan", "port 3", "庁", "cold", "1", "nothing", "ups"})
    for (const std::string severity : {"", "critical", "info"})
      for (const std::string state : {"", "cleared", "open"})
        for (const bool dated : {false, true})
          for (const int limit : {7, 50}) {
            const auto from = dated ? std::optional(all[200].first) : std::nullopt;
            std::vector<Id> wanted, got;
            for (const auto& a : all)
              if (a.text.find(fold_for_search(search)) != std::string::npos &&
                  (severity.empty() || a.severity == severity) && (state.empty() || a.state == state) &&
                  (!from || a.first >= *from))
                wanted.push_back(a.id);
            for (Id before = 0;;) {
              const auto page = found({.state = state,
                                       .severity = severity,
                                       .search = search,
                                       .from = from,
                                       .before = before,
                                       .limit = limit});
              if (page.empty()) break;
              got.insert(got.end(), page.begin(), page.end());
              before = page.back();
              ASSERT_LE(got.size(), wanted.size());
            }
            ASSERT_EQ(got, wanted) << search << " " << severity << " " << state << " " << limit;
          }
}

// Words that hundreds of devices hold, ends of time, and alerts that came late.
TEST_P(AlertSearch, PagesOfManyDevicesAndOfTimesAreThoseOfReadingAll) {
  std::mt19937 random(23);
  struct Kept {
    Id id;
    std::string text, severity;
    Time first;
  };
  std::vector<Kept> all;
  ASSERT_TRUE(database().write([&](store::Session& s) -> Result<void> {
    for (int i = 0; i < 1600; ++i) {
      const int device = static_cast<int>(random() % 450);
      auto v = alert((device < 430 ? "機器-" : "予備-") + std::to_string(device), "本庁舎",
                     {"ファン故障", "Fan failed"}, "",
                     random() % 4 == 0 ? alert::Severity::major : alert::Severity::info);
      if (random() % 20 == 0) v.alert.first -= std::chrono::minutes(random() % 6000);
      YAGURA_CHECK(store_->save(s, v));
      all.push_back({v.alert.id, fold_for_search(v.device_name + "\n" + v.site_name + "\n" + v.title.ja),
                     std::string(name_of(v.alert.severity)), v.alert.first});
    }
    return {};
  }));
  std::ranges::reverse(all);
  for (const std::string search : {"", "機器", "機器-1", "予備", "庁", "nothing"})
    for (const std::string severity : {"", "major", "critical"})
      for (const int to : {-1, 3, 300, 900, 1590})
        for (const int from : {-1, 1000}) {
          const auto end = to < 0 ? std::nullopt : std::optional(all[static_cast<std::size_t>(to)].first);
          const auto begin =
              from < 0 ? std::nullopt : std::optional(all[static_cast<std::size_t>(from)].first);
          std::vector<Id> wanted, got;
          for (const auto& a : all)
            if (a.text.find(fold_for_search(search)) != std::string::npos &&
                (severity.empty() || a.severity == severity) && (!end || a.first < *end) &&
                (!begin || a.first >= *begin))
              wanted.push_back(a.id);
          for (Id before = 0;;) {
            const auto page = found({.severity = severity,
                                     .search = search,
                                     .from = begin,
                                     .to = end,
                                     .before = before,
                                     .limit = 200});
            if (page.empty()) break;
            got.insert(got.end(), page.begin(), page.end());
            before = page.back();
            ASSERT_LE(got.size(), wanted.size());
          }
          ASSERT_EQ(got, wanted) << search << " " << severity << " " << to << " " << from;
        }
}

TEST_P(AlertSearch, AlertsOfTimesBeforeWordsAreFoundToo) {
  ASSERT_TRUE(database().write([&](store::Session& s) -> Result<void> {
    for (int i = 1; i <= 1500; ++i) {
      auto v = alert("機器-" + std::to_string(i), "本庁舎", {"ファン故障", "Fan failed"}, "",
                     alert::Severity::major);
      YAGURA_CHECK(store_->save(s, v));
    }
    // As an earlier version left them.
    YAGURA_CHECK(s.exec("UPDATE alert SET device_word = 0, site_word = 0, title_word = 0, object_word = 0"));
    YAGURA_CHECK(s.exec("DELETE FROM alert_word"));
    return {};
  }));
  store_ = std::make_unique<AlertStore>(database(), *journal_);
  EXPECT_EQ(found({.search = "機器-777"}).size(), 1U) << "by reading all";
  EXPECT_TRUE(store_->index_words().value());
  EXPECT_EQ(found({.search = "機器-777"}).size(), 1U) << "half way";
  while (store_->index_words().value()) {
  }
  EXPECT_EQ(found({.search = "機器-777"}).size(), 1U) << "by words";
  EXPECT_EQ(found({.search = "機器-77"}).size(), 11U);
  EXPECT_FALSE(store_->index_words().value());
}

YAGURA_ON_EVERY_DATABASE(AlertSearch);

}  // namespace
}  // namespace yagura::monitor::watch
