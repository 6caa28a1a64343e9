#include "log_search/log_search.hpp"

#include <gmock/gmock.h>

#include "base/text.hpp"
#include "eventstore/plain_store.hpp"
#include "log_search/plain_value.hpp"
#include "schema/json.hpp"
#include "support/any_database.hpp"

namespace yagura::log_search {
namespace {

const std::filesystem::path source = YAGURA_SOURCE_DIR;

TEST(PlainValue, KeepsTextAndReplacesWhatProgramsCannotTake) {
  EXPECT_EQ(plain_value("人事 見積.xlsx\t𠮷"), "人事 見積.xlsx\t𠮷");
  EXPECT_EQ(plain_value(std::string_view("a\0b", 3)),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(plain_value("\x82\xB1"), "\xEF\xBF\xBD\xEF\xBF\xBD") << "Shift_JIS is no UTF-8";
  EXPECT_EQ(plain_value("人\xE4\xBA"), "人\xEF\xBF\xBD\xEF\xBF\xBD") << "a character cut in two";
  EXPECT_EQ(plain_value("\x1B[31mred\x7F"), "\xEF\xBF\xBD[31mred\xEF\xBF\xBD");
  EXPECT_EQ(plain_value("a\r\nb\rc\nd"), "a\nb\nc\nd");
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_TRUE(is_utf8(plain_value(all)));
}

TEST(PlainTime, IsJapansToTheMicrosecond) {
  EXPECT_EQ(plain_time(from_micros(0)), "1970-01-01 09:00:00.000000");
  EXPECT_EQ(plain_time(parse_rfc3339("2026-04-28T15:04:05.678901Z").value()), "2026-04-29 00:04:05.678901");
}

TEST(Rules, AKindThatNobodyNamedIsPersonal) {
  const auto rules = Rules::load(source / "share/log_search.yaml").value();
  EXPECT_TRUE(rules.is_personal("operation"));
  EXPECT_TRUE(rules.is_personal("something_new"));
  EXPECT_FALSE(rules.is_personal("firewall"));
  EXPECT_EQ(rules.right_of("something_new"), personal_right);
  const auto kinds = eventstore::read_kinds(source / "share/events").value();
  for (const auto& name : rules.device_kinds) EXPECT_TRUE(kinds.contains(name)) << name;
  for (const auto& subject : rules.subjects)
    for (const auto& field : subject.fields)
      EXPECT_TRUE(std::ranges::any_of(kinds, [&](const auto& k) {
        return k.second.index_of(field).has_value();
      })) << field;
  const eventstore::Vocabulary vocabulary(kinds);
  for (const auto& example : rules.examples)
    for (const auto* text : {&example.text.ja, &example.text.en}) {
      const auto read =
          eventstore::read_query(*text, vocabulary, parse_rfc3339("2026-11-20T03:00:00Z").value());
      EXPECT_TRUE(read) << *text << " " << read.error().text();
    }
}

class Kept : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {journal::migrations(), migrations()}) ASSERT_TRUE(database().migrate(steps));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(source / "share/journal/kinds.yaml").value());
    folder_ = std::filesystem::temp_directory_path() / ("yagura_log_search_" + std::to_string(::getpid()));
    logs_ =
        std::make_unique<LogSearch>(Exports::Ground{database(), *journal_, events_, clock_, ids_, folder_},
                                    Rules::load(source / "share/log_search.yaml").value());
  }
  void TearDown() override {
    logs_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
    AnyDatabase::TearDown();
  }
  std::size_t entries(const std::string& kind) {
    std::size_t out = 0;
    EXPECT_TRUE(database().read([&](store::Session& s) -> Result<void> {
      YAGURA_TRY(const auto list, journal_->list(s, {.chain = "a", .kind_prefix = kind, .limit = 100}));
      out = list.size();
      return {};
    }));
    return out;
  }
  // What the entries of a kind say, newest first.
  std::vector<schema::Value> said(const std::string& kind) {
    std::vector<schema::Value> out;
    EXPECT_TRUE(database().read([&](store::Session& s) -> Result<void> {
      YAGURA_TRY(const auto list, journal_->list(s, {.chain = "a", .kind_prefix = kind, .limit = 100}));
      for (const auto& one : list) out.push_back(one.record.data);
      return {};
    }));
    return out;
  }
  Result<Reading> read(const std::string& text) {
    return read_question(
        {.text = text}, "a", logs_->vocabulary, logs_->rules, [](std::string_view) { return true; },
        clock_.now());
  }

  ManualClock clock_{parse_rfc3339("2026-11-20T03:00:00Z").value()};
  IdSource ids_{clock_};
  std::unique_ptr<journal::Journal> journal_;
  eventstore::PlainStore events_{eventstore::read_kinds(source / "share/events").value(), clock_,
                                 std::make_shared<eventstore::PlainRows>()};
  std::filesystem::path folder_;
  std::unique_ptr<LogSearch> logs_;
  const journal::Actor tanaka_{7, "田中", "10.0.0.1"}, suzuki_{8, "鈴木", "10.0.0.2"};
};

TEST_P(Kept, APurposeIsOnesOwnAndEndsByItself) {
  auto& purposes = logs_->purposes;
  EXPECT_EQ(purposes.current("a", 7).value(), std::nullopt);
  EXPECT_EQ(purposes.state("a", 7, "   ").error().code, "log_search.purpose_invalid");
  EXPECT_EQ(purposes.state("a", 7, std::string(501, 'x')).error().code, "log_search.purpose_invalid");
  EXPECT_EQ(purposes.state("a", 7, " 情報漏えいの調査 ").value().said, "情報漏えいの調査");
  EXPECT_EQ(purposes.current("b", 7).value(), std::nullopt) << "another contract";
  EXPECT_EQ(purposes.current("a", 8).value(), std::nullopt) << "another person";
  clock_.advance(Purposes::kept_for - std::chrono::seconds(1));
  ASSERT_TRUE(purposes.current("a", 7).value());
  ASSERT_TRUE(purposes.state("a", 7, "別の調査です"));
  clock_.advance(std::chrono::minutes(2));
  EXPECT_EQ(purposes.current("a", 7).value()->said, "別の調査です");
  clock_.advance(Purposes::kept_for);
  EXPECT_EQ(purposes.current("a", 7).value(), std::nullopt);
}

TEST_P(Kept, SearchesOfOthersAreSeenOnlyWhenShared) {
  auto& saved = logs_->saved;
  const auto own = saved.save(tanaka_, "a", {.name = " 持出し ", .text = "action:usb-copy"}).value();
  EXPECT_EQ(own.name, "持出し");
  EXPECT_EQ(saved.of("a", 8).value().size(), 0U);
  auto shared = own;
  shared.shared = true;
  ASSERT_TRUE(saved.save(tanaka_, "a", shared));
  ASSERT_EQ(saved.of("a", 8).value().size(), 1U);
  EXPECT_EQ(saved.of("b", 8).value().size(), 0U) << "another contract";
  EXPECT_EQ(entries("log.search_shared"), 1U);
  EXPECT_EQ(saved.save(suzuki_, "a", shared).error().code, "log_search.saved_not_found");
  EXPECT_EQ(saved.remove(suzuki_, "a", own.id, false).error().code, "log_search.saved_not_found");
  EXPECT_EQ(saved.remove(suzuki_, "b", own.id, true).error().code, "log_search.saved_not_found");
  EXPECT_TRUE(saved.remove(suzuki_, "a", own.id, true)) << "who tidies up may";
  EXPECT_EQ(entries("log.search_removed"), 1U);
  for (int i = 0; i < SavedSearches::most; ++i)
    ASSERT_TRUE(saved.save(tanaka_, "a", {.name = std::to_string(i), .text = "x"}));
  EXPECT_EQ(saved.save(tanaka_, "a", {.name = "more", .text = "x"}).error().code,
            "log_search.saved_too_many");
  EXPECT_TRUE(saved.save(suzuki_, "a", {.name = "more", .text = "x"}));
}

TEST_P(Kept, ALookIsWrittenOnceInFiveMinutes) {
  const Look look{.contract = "a",
                  .by = tanaka_,
                  .text = "tanaka",
                  .meaning = "tanaka",
                  .kinds = {"operation"},
                  .whose = {},
                  .purpose = "調査です"};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(logs_->looks.note(look));
  EXPECT_EQ(entries("log.searched"), 1U);
  auto other = look;
  other.by = suzuki_;
  ASSERT_TRUE(logs_->looks.note(other));
  other = look;
  other.text = "tanaka2";
  ASSERT_TRUE(logs_->looks.note(other));
  EXPECT_EQ(entries("log.searched"), 3U);
  clock_.advance(Looks::bundled_for);
  ASSERT_TRUE(logs_->looks.note(look));
  EXPECT_EQ(entries("log.searched"), 4U);
}

TEST_P(Kept, WhatIsTypedInOneWindowIsOneEntryOfAllThatWasAnswered) {
  Look look{.contract = "a",
            .by = tanaka_,
            .text = "t",
            .meaning = "t",
            .kinds = {"operation"},
            .whose = {},
            .purpose = "調査です",
            .window = "w1"};
  const auto type = [&](const char* text, std::vector<std::string> whose) {
    look.text = look.meaning = text;
    look.whose = std::move(whose);
    const auto noted = logs_->looks.note(look);
    ASSERT_TRUE(noted) << text << ": " << noted.error().text();
    clock_.advance(std::chrono::milliseconds(200));
  };
  type("user:t", {"user=t"});
  type("user:ta", {"user=ta"});
  type("user:tanaka", {"user=tanaka"});
  ASSERT_TRUE(logs_->looks.settle());
  EXPECT_EQ(entries("log.searched"), 0U) << "more may be typed";
  clock_.advance(Looks::rests);
  ASSERT_TRUE(logs_->looks.settle());
  ASSERT_TRUE(logs_->looks.settle());
  ASSERT_EQ(entries("log.searched"), 1U);
  const auto entry = said("log.searched").front();
  EXPECT_EQ(entry["query"].text(), "user:tanaka");
  EXPECT_EQ(schema::to_json(entry["typed"]), R"(["user:t","user:ta"])");
  EXPECT_EQ(schema::to_json(entry["whose"]), R"(["user=t","user=ta","user=tanaka"])");
  // What was left to rest is another look; so is another window, another purpose.
  type("user:suzuki", {});
  clock_.advance(Looks::rests);
  type("user:sato", {});
  EXPECT_EQ(entries("log.searched"), 2U) << "the one that had rested";
  look.window = "w2";
  type("user:kato", {});
  look.purpose = "別の調査";
  type("user:ito", {});
  clock_.advance(Looks::rests);
  ASSERT_TRUE(logs_->looks.settle());
  EXPECT_EQ(entries("log.searched"), 5U);
  // Whoever never rests is written, too.
  for (int i = 0; i < 300; ++i) type(std::to_string(i).c_str(), {});
  EXPECT_GE(entries("log.searched"), 5U + 300 / Looks::most_texts - 1);
  clock_.advance(Looks::longest);
  ASSERT_TRUE(logs_->looks.settle());
  std::size_t told = 0;
  for (const auto& one : said("log.searched")) told += 1 + one["typed"].items().size();
  EXPECT_EQ(told, 7U + 300U) << "every text that was answered stands somewhere";
}

TEST_P(Kept, AnExportSaysWhenItIsOnlyAPartAndIsStoppedCleanly) {
  const auto& kind = events_.kinds().find("syslog")->second;
  for (int batch = 0; batch < 2; ++batch) {
    eventstore::BatchBuilder rows(kind);
    for (int i = 0; i < 6'000; ++i) {
      rows.row(clock_.now() - std::chrono::seconds(i));
      rows.text(*kind.index_of("message"), "line");
    }
    ASSERT_TRUE(events_.append("a", "syslog", rows.take()));
  }
  const auto reading = read("kind:syslog").value();
  const auto go_on = [](std::int64_t) { return true; };
  const auto stopped = logs_->exports.make(tanaka_, reading, "調査です", ExportFormat::csv,
                                           [](std::int64_t rows) { return rows < 4'000; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, "log_search.export_stopped");
  EXPECT_EQ(entries("log.exported"), 0U) << "nothing came of it";
  EXPECT_TRUE(std::filesystem::is_empty(folder_)) << "and nothing is left";
  const auto few = read("kind:syslog from:1h").value();
  const auto made = logs_->exports.make(tanaka_, few, "調査です", ExportFormat::xlsx, go_on).value();
  EXPECT_EQ(made.rows, 2 * 3'601) << "both of each second, the ends included";
  EXPECT_FALSE(made.partial);
  EXPECT_EQ(logs_->exports.of("a", 7).value().size(), 1U);
  EXPECT_EQ(logs_->exports.of("a", 8).value().size(), 0U);
  EXPECT_EQ(logs_->exports.get("b", 7, made.id).error().code, "log_search.export_not_found");
  EXPECT_TRUE(logs_->exports.get("a", 7, made.id));
  clock_.advance(Exports::kept_for + std::chrono::minutes(1));
  logs_->exports.sweep();
  EXPECT_EQ(logs_->exports.get("a", 7, made.id).error().code, "log_search.export_not_found");
  EXPECT_FALSE(logs_->exports.of("a", 7).value().front().there);
}

YAGURA_ON_EVERY_DATABASE(Kept);

}  // namespace
}  // namespace yagura::log_search
