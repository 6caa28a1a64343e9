#include <thread>

#include "ledger/ledger_test_ground.hpp"
#include "support/counting_database.hpp"

namespace yagura::ledger {
namespace {

TEST_P(LedgerTest, RowsAreKeptInTheirUsualForm) {
  const auto hq = site("松阪市役所 本庁舎").value();
  const auto device = ledgers_->create(by_, "m", "devices",
                                       Value::object({{"name", " core-1 "},
                                                      {"class", "コアスイッチ"},
                                                      {"site", "松阪市役所 本庁舎"},
                                                      {"address", "１０.0.0.1"},
                                                      {"monitored", "○"},
                                                      {"introduced", "令和6年4月1日"},
                                                      {"snmp_port", "１６１"}}),
                                       "");
  ASSERT_TRUE(device) << device.error().text();
  EXPECT_EQ(device->title, "core-1");
  EXPECT_EQ(device->fields["site"].integer(), hq.id);
  EXPECT_EQ(device->fields["address"].text(), "10.0.0.1");
  EXPECT_TRUE(device->fields["monitored"].boolean());
  EXPECT_EQ(device->fields["introduced"].text(), "2024-04-01");
  EXPECT_EQ(device->fields["snmp_port"].integer(), 161);
  const auto again = ledgers_->get(reader_, "m", "devices", device->id).value();
  EXPECT_EQ(again.fields, device->fields);
  EXPECT_EQ(ledgers_
                ->list(reader_, {.contract = "m",
                                 .ledger = "devices",
                                 .filters = {{"monitored", "true"}, {"site", std::to_string(hq.id)}}})
                ->rows.size(),
            1U);
}

TEST_P(LedgerTest, FaultsNameEveryField) {
  const auto faults = ledgers_->check("m", "devices", 0,
                                      Value::object({{"class", "何か"},
                                                     {"site", "無い"},
                                                     {"address", "10.0.0"},
                                                     {"colour", "x"},
                                                     {"introduced", "令和6年13月1日"}}));
  ASSERT_TRUE(faults);
  std::vector<std::string> seen;
  for (const auto& f : *faults) seen.push_back(f.path + "=" + f.error.code);
  EXPECT_EQ(seen,
            (std::vector<std::string>{"colour=ledger.field_unknown", "name=ledger.value_missing",
                                      "class=ledger.choice_unknown", "site=ledger.reference_unknown",
                                      "address=ledger.value_invalid", "introduced=ledger.value_invalid"}));
  EXPECT_EQ(ledgers_->create(by_, "m", "nonsense", Value::object(), "").error().code, "ledger.not_found");
}

TEST_P(LedgerTest, NamesAreFoundWhateverTheirWidthAndKana) {
  ASSERT_TRUE(site("マツサカ地域振興局"));
  ASSERT_TRUE(site("嬉野地域振興局"));
  for (const auto* wanted : {"ﾏﾂｻｶ", "まつさか", "マツサカ"})
    EXPECT_EQ(names("sites", wanted).size(), 1U) << wanted;
  EXPECT_EQ(names("sites", "main OFFICE").size(), 2U) << "a choice is found by its words";
  EXPECT_EQ(names("sites", "100%").size(), 0U);
  EXPECT_EQ(site("ﾏﾂｻｶ地域振興局").error().code, "ledger.value_taken");
}

TEST_P(LedgerTest, AContractSeesOnlyItsOwn) {
  const auto mine = site("本庁").value();
  ASSERT_TRUE(site("本庁", "o")) << "uniqueness is per contract";
  EXPECT_EQ(ledgers_->get(reader_, "o", "sites", mine.id).error().code, "ledger.row_not_found");
  EXPECT_EQ(ledgers_->change(by_, "o", "sites", mine.id, 1, Value::object({{"name", "x"}}), "").error().code,
            "ledger.row_not_found");
  EXPECT_EQ(ledgers_->remove(by_, "o", "sites", mine.id, 1, "").error().code, "ledger.row_not_found");
  EXPECT_EQ(ledgers_->history(reader_, "o", "sites", mine.id).error().code, "ledger.row_not_found");
  EXPECT_EQ(ledgers_
                ->create(by_, "o", "devices",
                         Value::object({{"name", "a"}, {"class", "core_switch"}, {"site", mine.id}}), "")
                .error()
                .code,
            "ledger.reference_unknown")
      << "a reference cannot reach another contract";
}

TEST_P(LedgerTest, HistoryTellsEveryChangeAndNobodyOverwritesAnother) {
  const auto row = site("本庁").value();
  clock_.advance(std::chrono::minutes(1));
  ASSERT_TRUE(ledgers_->change(by_, "m", "sites", row.id, 1,
                               Value::object({{"place", "殿町"}, {"kind", "branch"}}), "移転"));
  EXPECT_EQ(ledgers_->change(by_, "m", "sites", row.id, 1, Value::object({{"place", "x"}}), "").error().code,
            "ledger.version_conflict");
  EXPECT_EQ(ledgers_->change(by_, "m", "sites", row.id, 2, Value::object({{"place", "殿町"}}), "")->version,
            2)
      << "nothing changed";
  ASSERT_TRUE(ledgers_->change(by_, "m", "sites", row.id, 2, Value::object({{"place", Value()}}), ""));
  const auto history = ledgers_->history(reader_, "m", "sites", row.id).value();
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[1].why, "移転");
  EXPECT_EQ(history[1].fields["kind"]["before"].text(), "main");
  EXPECT_EQ(history[0].fields["place"]["before"].text(), "殿町");
  EXPECT_TRUE(history[0].fields["place"]["after"].is_null());
  const auto verdict = database().read([&](store::Session& s) { return journal_->verify(s, "m"); });
  EXPECT_EQ(verdict->entries, 3);
}

TEST_P(LedgerTest, WhatIsReferredToStays) {
  const auto hq = site("本庁").value();
  const auto device =
      ledgers_
          ->create(by_, "m", "devices",
                   Value::object({{"name", "a"}, {"class", "core_switch"}, {"site", hq.id}}), "")
          .value();
  EXPECT_EQ(ledgers_->remove(by_, "m", "sites", hq.id, 1, "").error().code, "ledger.referenced_conflict");
  ASSERT_TRUE(ledgers_->remove(by_, "m", "devices", device.id, 1, "撤去"));
  ASSERT_TRUE(ledgers_->remove(by_, "m", "sites", hq.id, 1, "閉鎖"));
  EXPECT_TRUE(names("sites").empty());
  EXPECT_EQ(ledgers_->history(reader_, "m", "sites", hq.id)->size(), 2U) << "its history stays";
  EXPECT_TRUE(site("本庁")) << "its name is free again";
}

TEST_P(LedgerTest, PersonalFieldsAreMaskedOrJournaled) {
  const auto row =
      ledgers_
          ->create(by_, "m", "contacts",
                   Value::object({{"name", "山﨑"}, {"phone", "090-0000-1111"}, {"duty", "市担当"}}), "")
          .value();
  EXPECT_TRUE(ledgers_->get(reader_, "m", "contacts", row.id)->fields["phone"].is_null());
  EXPECT_TRUE(ledgers_->history(reader_, "m", "contacts", row.id)->front().fields["phone"].is_null());
  EXPECT_EQ(
      ledgers_
          ->list(reader_, {.contract = "m", .ledger = "contacts", .filters = {{"phone", "090-0000-1111"}}})
          .error()
          .code,
      "ledger.field_unknown");
  const Reader entitled{by_, true};
  EXPECT_EQ(ledgers_->get(entitled, "m", "contacts", row.id)->fields["phone"].text(), "090-0000-1111");
  EXPECT_EQ(ledgers_->list(entitled, {.contract = "m", .ledger = "contacts"})->rows.size(), 1U);
  const auto reads = database()
                         .read([&](store::Session& s) {
                           return journal_->list(s, {.chain = "m", .kind_prefix = "personal."});
                         })
                         .value();
  EXPECT_EQ(reads.size(), 2U);
  std::string all;
  for (const auto& e :
       database().read([&](store::Session& s) { return journal_->list(s, {.chain = "m"}); }).value())
    all += schema::to_json(e.record.data);
  EXPECT_EQ(all.find("090-0000-1111"), std::string::npos);
}

TEST_P(LedgerTest, PagesByCursorInEveryOrder) {
  for (int i = 0; i < 25; ++i)
    ASSERT_TRUE(ledgers_->create(by_, "m", "contacts",
                                 Value::object({{"name", "c" + std::to_string(100 + i)},
                                                {"order", i % 4 == 3 ? Value() : Value((i * 7) % 25)}}),
                                 ""));
  for (const auto* sort : {"", "-name", "order", "-order", "organisation"}) {
    std::vector<std::string> seen;
    std::string cursor;
    do {
      const auto page = ledgers_->list(
          reader_, {.contract = "m", .ledger = "contacts", .sort = sort, .cursor = cursor, .limit = 4});
      ASSERT_TRUE(page) << sort << page.error().text();
      for (const auto& row : page->rows) seen.push_back(row.title);
      cursor = page->next;
    } while (!cursor.empty() && seen.size() < 100);
    std::set<std::string> different(seen.begin(), seen.end());
    EXPECT_EQ(seen.size(), 25U) << sort;
    EXPECT_EQ(different.size(), 25U) << sort;
    EXPECT_EQ(seen, names("contacts", "", sort)) << sort;
  }
  EXPECT_EQ(names("contacts", "", "-name").front(), "c124");
  EXPECT_EQ(ledgers_->list(reader_, {.contract = "m", .ledger = "contacts", .sort = "x' OR 1"}).error().code,
            "ledger.field_unknown");
  EXPECT_EQ(ledgers_->list(reader_, {.contract = "m", .ledger = "contacts", .cursor = "zz"}).error().code,
            "ledger.cursor_invalid");
}

TEST_P(LedgerTest, ASearchTellsNothingPersonalToWhoMayNotReadIt) {
  for (int i = 0; i < 7; ++i)
    ASSERT_TRUE(ledgers_->create(by_, "m", "contacts",
                                 Value::object({{"name", "山﨑 " + std::to_string(i)},
                                                {"phone", "090-0000-111" + std::to_string(i)},
                                                {"organisation", "情報 " + std::to_string(i % 2)}}),
                                 ""));
  const auto found = [&](const Reader& reader, const std::string& search) {
    std::vector<std::string> out;
    std::string cursor;
    do {
      const auto page = ledgers_->list(
          reader, {.contract = "m", .ledger = "contacts", .search = search, .cursor = cursor, .limit = 2});
      EXPECT_TRUE(page) << page.error().text();
      for (const auto& row : page->rows) out.push_back(row.title);
      cursor = page->next;
    } while (!cursor.empty());
    return out.size();
  };
  const Reader entitled{by_, true};
  EXPECT_EQ(found(entitled, "090-0000"), 7U);
  EXPECT_EQ(found(reader_, "090-0000"), 0U);
  EXPECT_EQ(found(reader_, "0"), 4U) << "what is public is found, although every telephone number has it";
  EXPECT_EQ(found(reader_, "山崎"), 7U);
  EXPECT_EQ(ledgers_->list(reader_, {.contract = "m", .ledger = "contacts", .sort = "phone"}).error().code,
            "ledger.field_unknown");
}

TEST_P(LedgerTest, AttachmentsBelongToTheirContract) {
  const auto a = ledgers_->attach(by_, "m", "写真.png", "image/png", std::string("\x89PNG\0x", 6));
  ASSERT_TRUE(a) << a.error().text();
  EXPECT_EQ(ledgers_->attachment("m", a->id)->second.size(), 6U);
  EXPECT_EQ(ledgers_->attachment("o", a->id).error().code, "ledger.row_not_found");
  EXPECT_EQ(ledgers_->attach(by_, "m", "../x", "", "x").error().code, "ledger.attachment_name");
}

TEST_P(LedgerTest, TwoPeopleAtOnceMakeOneRowOfOneName) {
  std::atomic<int> made{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { made += site("同時").has_value(); });
  }
  EXPECT_EQ(made, 1);
}

TEST_P(LedgerTest, WhatRunsOutIsSaidInTimeAndNoLongerThanItMatters) {
  const auto licence = [&](const std::string& name, const std::string& until, const std::string& state) {
    return ledgers_->create(by_, "m", "licences",
                            Value::object({{"name", name},
                                           {"procured_by", "this_contract"},
                                           {"metric", "device"},
                                           {"entitled", 770},
                                           {"until", until},
                                           {"state", state}}),
                            "");
  };
  const auto soon = licence("A", "2026-05-10", "valid");
  ASSERT_TRUE(soon) << soon.error().text();
  ASSERT_TRUE(licence("B", "2026-04-01", "valid"));    // ran out
  ASSERT_TRUE(licence("C", "2027-04-01", "valid"));    // not yet
  ASSERT_TRUE(licence("D", "2026-04-02", "renewed"));  // no longer matters
  ASSERT_TRUE(ledgers_->create(by_, "m", "media",
                               Value::object({{"label", "U-1"},
                                              {"kind", "hdd"},
                                              {"policy", "read_only"},
                                              {"until", "2026-05-20"},
                                              {"state", "in_use"}}),
                               ""));
  const auto titles = [&](const std::string& contract = "m") {
    std::string out;
    for (const auto& e : ledgers_->expiring(contract, "2026-05-01", 100).value()) out += e.title + " ";
    return out;
  };
  EXPECT_EQ(titles(), "B A U-1 ");
  EXPECT_EQ(titles("other"), "");
  // Renewed, it is no longer said; taken out, neither.
  ASSERT_TRUE(
      ledgers_->change(by_, "m", "licences", soon->id, 1, Value::object({{"until", "2028-03-31"}}), ""));
  EXPECT_EQ(titles(), "B U-1 ");
  // Made anew from the rows it is the same.
  const std::vector<std::string> contracts{"m"};
  ASSERT_TRUE(database().write([&](Session& s) { return s.exec("DELETE FROM ledger_expiry"); }));
  EXPECT_EQ(titles(), "");
  ASSERT_TRUE(ledgers_->renew_expiries(contracts));
  EXPECT_EQ(titles(), "B U-1 ");
}

TEST_P(LedgerTest, WhatAPageAsksDoesNotGrowWithItsRows) {
  CountingDatabase counted(database());
  Ledgers page(Ledgers::Ground{counted, *journal_, clock_, ids_},
               load_definitions(YAGURA_SOURCE_DIR "/share/ledgers").value(),
               [](std::string_view, std::string_view) -> std::vector<Choice> {
                 return {{"main", {"本庁舎", "Main office"}}};
               });
  std::vector<Id> ids;
  const auto asked = [&](int rows) {
    while (std::ssize(ids) < rows)
      ids.push_back(
          ledgers_
              ->create(by_, "m", "sites",
                       Value::object({{"name", "拠点 " + std::to_string(ids.size())}, {"kind", "本庁舎"}}),
                       "")
              ->id);
    (void)counted.taken();
    EXPECT_EQ(page.list({by_, false},
                        {.contract = "m", .ledger = "sites", .search = "拠点", .sort = "name", .limit = 100})
                  ->rows.size(),
              static_cast<std::size_t>(rows));
    EXPECT_EQ(counted.taken(), 1);
    EXPECT_EQ(page.titles("m", "sites", ids)->size(), static_cast<std::size_t>(rows));
    EXPECT_EQ(counted.taken(), 1);
    EXPECT_TRUE(page.counts("m"));
    EXPECT_EQ(counted.taken(), 1);
    EXPECT_TRUE(page.expiring("m", "2026-05-01", 100));
    EXPECT_EQ(counted.taken(), 1);
    EXPECT_TRUE(page.get({by_, false}, "m", "sites", ids.front()));
    EXPECT_EQ(counted.taken(), 1);
  };
  asked(2);
  asked(60);
}

TEST_P(LedgerTest, LargeLedgersAnswerTheSameWithTheirIndexes) {
  ASSERT_TRUE(database().write([&](Session& s) -> Result<void> {
    for (int i = 0; i < 2'100; ++i)
      YAGURA_CHECK(ledgers_->create(s, by_, "m", "software",
                                    Value::object({{"name", "製品 " + std::to_string(i)},
                                                   {"maker", i % 3 ? "甲" : "乙"},
                                                   {"kind", i % 2 ? "office" : "tool"},
                                                   {"allowed", "standard"}}),
                                    ""));
    return {};
  }));
  const auto walked = [&](const std::string& sort, const std::string& search) {
    std::vector<std::string> titles;
    ListQuery query{.contract = "m",
                    .ledger = "software",
                    .search = search,
                    .filters = {{"kind", "tool"}},
                    .sort = sort,
                    .cursor = {},
                    .limit = 300};
    do {
      const auto page = ledgers_->list(reader_, query);
      EXPECT_TRUE(page) << page.error().text();
      if (!page) break;
      for (const auto& row : page->rows) titles.push_back(row.title);
      query.cursor = page->next;
    } while (!query.cursor.empty());
    return titles;
  };
  std::vector<std::vector<std::string>> before;
  for (const auto* sort : {"", "-name", "maker", "-maker"})
    for (const auto* search : {"", "製品 1", "乙"}) before.push_back(walked(sort, search));
  EXPECT_EQ(before.front().size(), 1'050U);
  const auto made = ledgers_->index_large();
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_GT(*made, 3);
  EXPECT_TRUE(ledgers_->index_large());
  std::size_t at = 0;
  for (const auto* sort : {"", "-name", "maker", "-maker"})
    for (const auto* search : {"", "製品 1", "乙"})
      EXPECT_EQ(walked(sort, search), before[at++]) << sort << search;
}

YAGURA_ON_EVERY_DATABASE(LedgerTest);

}  // namespace
}  // namespace yagura::ledger
