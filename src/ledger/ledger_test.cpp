#include "ledger/ledgers.hpp"

#include <fstream>
#include <thread>

#include "schema/json.hpp"
#include "support/any_database.hpp"
#include "support/counting_database.hpp"

namespace yagura::ledger {
namespace {

using schema::Value;
using store::Session;

class LedgerTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(journal::migrations()));
    ASSERT_TRUE(database().migrate(migrations()));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    auto definitions = load_definitions(YAGURA_SOURCE_DIR "/share/ledgers");
    ASSERT_TRUE(definitions) << definitions.error().text();
    ledgers_ = std::make_unique<Ledgers>(
        Ledgers::Ground{database(), *journal_, clock_, ids_}, std::move(*definitions),
        [](std::string_view, std::string_view source) -> std::vector<Choice> {
          if (source == "site_kinds")
            return {{"main", {"本庁舎", "Main office"}}, {"branch", {"出先", "Branch"}}};
          if (source == "device_classes") return {{"core_switch", {"コアスイッチ", "Core switch"}}};
          if (source == "contact_duties") return {{"city", {"市担当", "City"}}};
          return {};
        });
    folder_ = std::filesystem::temp_directory_path() / ("yagura_ledger_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override {
    ledgers_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
    AnyDatabase::TearDown();
  }
  Result<Row> site(const std::string& name, const std::string& contract = "m") {
    return ledgers_->create(by_, contract, "sites", Value::object({{"name", name}, {"kind", "本庁舎"}}),
                            "初期登録");
  }
  std::filesystem::path file(const std::string& name, const std::string& bytes) {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::vector<std::string> names(const std::string& ledger, const std::string& search = "",
                                 const std::string& sort = "") {
    std::vector<std::string> out;
    const auto page =
        ledgers_->list(reader_, {.contract = "m", .ledger = ledger, .search = search, .sort = sort});
    EXPECT_TRUE(page) << page.error().text();
    if (page)
      for (const auto& row : page->rows) out.push_back(row.title);
    return out;
  }
  Result<Import> planned(const std::string& bytes, const std::string& ledger = "sites",
                         const std::string& name = "x.csv") {
    return ledgers_->plan(by_, "m", ledger, file(name, bytes), name, {});
  }
  std::vector<std::string> outcomes(Id import) {
    std::vector<std::string> out;
    const auto rows = ledgers_->import_rows("m", import, {}, 0, 1000);
    EXPECT_TRUE(rows);
    for (const auto& row : *rows) {
      std::string text = std::to_string(row.line) + ":";
      for (const auto& [word, o] : enum_names(row.outcome))
        if (o == row.outcome) text += word;
      for (const auto& [field, why] : row.reasons) text += " " + field + "=" + why.code;
      out.push_back(text);
    }
    return out;
  }

  ManualClock clock_{parse_rfc3339("2026-04-28T00:00:00Z").value()};
  IdSource ids_{clock_};
  std::filesystem::path folder_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Ledgers> ledgers_;
  const journal::Actor by_{7, "担当 花子", "10.0.0.1"};
  const Reader reader_{by_, false};
};

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

TEST_P(LedgerTest, AFileBringsWhatWasClosedAndClosesNothing) {
  const std::string head = "件名,区分,優先度,発生日,対応状況\r\n";
  const auto first = planned(
      head + "漏水,課題,高,2026-04-01,対応中\r\n昔の件,課題,低,2024-04-01,完了（承認済み）\r\n", "issues");
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(outcomes(first->id), (std::vector<std::string>{"2:created", "3:created"}));
  ASSERT_TRUE(ledgers_->execute(by_, "m", first->id, {}));
  const auto rows = ledgers_->list(reader_, {.contract = "m", .ledger = "issues"})->rows;
  ASSERT_EQ(rows.size(), 2U);
  std::string file = "ID,対応状況\r\n";
  for (const auto& row : rows) file += std::to_string(row.id) + ",完了（承認済み）\r\n";
  const auto second = planned(file, "issues");
  ASSERT_TRUE(second) << second.error().text();
  auto found = outcomes(second->id);
  for (auto& one : found) one = one.substr(one.find(':') + 1);
  std::ranges::sort(found);
  EXPECT_EQ(found, (std::vector<std::string>{"rejected state=ledger.by_request", "unchanged"}));
}

TEST_P(LedgerTest, AnImportDoesWhatItsPreviewSays) {
  ASSERT_TRUE(site("本庁"));
  ASSERT_TRUE(site("変わらず"));
  const auto import = planned(
      "拠点名,種別,所在地,色\r\n本庁,出先,殿町,赤\r\n変わらず,main,,\r\n新設,出先,\"二\r\n行\",\r\n,出先,,"
      "\r\n新設,出先,,\r\n誤り,城,,\r\n");
  ASSERT_TRUE(import) << import.error().text();
  EXPECT_EQ(outcomes(import->id),
            (std::vector<std::string>{
                "2:updated", "3:unchanged", "4:created", "6:rejected name=ledger.value_missing",
                "7:rejected name=ledger.import_twice", "8:rejected kind=ledger.choice_unknown"}));
  EXPECT_EQ(import->ignored_columns, std::vector<std::string>{"色"});
  EXPECT_EQ(names("sites").size(), 2U) << "a preview writes nothing";
  int told = 0;
  ledgers_->listen([&](const std::string&, const std::string&, const std::vector<Id>& ids) {
    told += static_cast<int>(ids.size());
  });
  ASSERT_TRUE(ledgers_->execute(by_, "m", import->id, {}));
  EXPECT_EQ(told, 2);
  EXPECT_EQ(names("sites").size(), 3U);
  EXPECT_EQ(ledgers_->execute(by_, "m", import->id, {}).error().code, "ledger.import_conflict");
  EXPECT_EQ(ledgers_->import("o", import->id).error().code, "ledger.import_not_found");
  ASSERT_TRUE(ledgers_->undo(by_, "m", import->id, {}));
  EXPECT_EQ(names("sites").size(), 2U);
  const auto hq = ledgers_->list(reader_, {.contract = "m", .ledger = "sites", .filters = {{"name", "本庁"}}})
                      ->rows.front();
  EXPECT_EQ(hq.fields["kind"].text(), "main");
  EXPECT_EQ(hq.version, 3);
}

// Fields of the reference of a row as titles, "、" between them.
std::string above(Ledgers& ledgers, const Reader& reader, const std::string& ledger, const std::string& field,
                  const std::string& name) {
  const auto page = ledgers.list(reader, {.contract = "m", .ledger = ledger, .filters = {{"name", name}}});
  if (!page || page->rows.size() != 1) return "?";
  std::string out;
  const Value value = page->rows.front().fields[field];
  std::vector<Id> ids;
  if (value.kind() == Value::Kind::integer) ids.push_back(value.integer());
  for (const auto& item : value.items()) ids.push_back(item.integer());
  for (const Id id : ids) out += (out.empty() ? "" : "、") + ledgers.titles("m", ledger, {id}).value()[id];
  return out;
}

TEST_P(LedgerTest, RowsOfOneFileReferToEachOtherInAnyOrder) {
  ASSERT_TRUE(site("本庁"));
  ASSERT_TRUE(ledgers_->create(by_, "m", "devices",
                               Value::object({{"name", "core"}, {"class", "core_switch"}, {"site", "本庁"}}),
                               ""));
  const auto import = planned(
      "機器名,機器種別,拠点,上位機器\n"
      "access-2,core_switch,本庁,dist-1、dist-2\n"  // both below
      "dist-1,core_switch,本庁,core\n"              // of the ledger
      "dist-2,core_switch,本庁,core\n"
      "core,core_switch,本庁,edge\n"  // an update that refers to a new row
      "edge,core_switch,本庁,\n"
      "lost,core_switch,本庁,nowhere\n"            // no such row anywhere
      "bad,core_switch,どこ,\n"                    // refused for its site,
      "below-bad,core_switch,本庁,bad\n"           // and so what refers to it,
      "below-below,core_switch,本庁,below-bad\n",  // and what refers to that
      "devices");
  ASSERT_TRUE(import) << import.error().text();
  EXPECT_EQ(outcomes(import->id),
            (std::vector<std::string>{"2:created", "3:created", "4:created", "5:updated", "6:created",
                                      "7:rejected upstream=ledger.reference_unknown",
                                      "8:rejected site=ledger.reference_unknown",
                                      "9:rejected upstream=ledger.import_reference_rejected",
                                      "10:rejected upstream=ledger.import_reference_rejected"}));
  EXPECT_EQ(import->created, 4);
  EXPECT_EQ(import->updated, 1);
  EXPECT_EQ(import->rejected, 4);
  const auto rows = ledgers_->import_rows("m", import->id, {}, 0, 1).value();
  EXPECT_EQ(schema::to_json(rows.front().changes["upstream"]["after"]), "[-3,-4]");
  EXPECT_EQ(ledgers_->import_titles("m", import->id, {3, 4}).value(),
            (std::map<std::int64_t, std::string>{{3, "dist-1"}, {4, "dist-2"}}));
  const auto done = ledgers_->execute(by_, "m", import->id, {});
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(above(*ledgers_, reader_, "devices", "upstream", "access-2"), "dist-1、dist-2");
  EXPECT_EQ(above(*ledgers_, reader_, "devices", "upstream", "dist-2"), "core");
  EXPECT_EQ(above(*ledgers_, reader_, "devices", "upstream", "core"), "edge");
  const auto again = planned(
      ledgers_->export_rows(reader_, {.contract = "m", .ledger = "devices"}, Ledgers::Format::csv).value(),
      "devices");
  EXPECT_EQ(again->unchanged, 5) << ::testing::PrintToString(outcomes(again->id));
  const auto undone = ledgers_->undo(by_, "m", import->id, {});
  ASSERT_TRUE(undone) << undone.error().text();
  EXPECT_EQ(names("devices"), std::vector<std::string>{"core"});
  EXPECT_EQ(above(*ledgers_, reader_, "devices", "upstream", "core"), "");
}

TEST_P(LedgerTest, ARenamedRowIsCalledByTheNameTheFileGivesIt) {
  const auto old = site("旧名").value();
  const auto import =
      planned("ID,拠点名,種別,上位拠点\n,新設,出先,新名\n" + std::to_string(old.id) + ",新名,本庁舎,\n");
  ASSERT_TRUE(import) << import.error().text();
  EXPECT_EQ(outcomes(import->id), (std::vector<std::string>{"2:created", "3:updated"}));
  ASSERT_TRUE(ledgers_->execute(by_, "m", import->id, {}));
  EXPECT_EQ(above(*ledgers_, reader_, "sites", "parent", "新設"), "新名");
}

TEST_P(LedgerTest, CyclesAreRefusedRowByRow) {
  const auto a = site("a").value();
  const auto b =
      ledgers_
          ->create(by_, "m", "sites", Value::object({{"name", "b"}, {"kind", "出先"}, {"parent", "a"}}), "")
          .value();
  EXPECT_EQ(ledgers_->change(by_, "m", "sites", a.id, 1, Value::object({{"parent", a.id}}), "").error().code,
            "ledger.reference_cycle");
  EXPECT_EQ(ledgers_->change(by_, "m", "sites", a.id, 1, Value::object({{"parent", b.id}}), "").error().code,
            "ledger.reference_cycle");
  const auto import = planned(
      "拠点名,種別,上位拠点\n"
      "x,出先,y\ny,出先,z\nz,出先,x\n"  // three new ones in a ring
      "self,出先,self\n"
      "tail,出先,x\n"  // not on the ring, but what it refers to is refused
      "a,本庁舎,b\n"   // closes a ring with a row that is not in the file
      "fine,出先,b\n");
  ASSERT_TRUE(import) << import.error().text();
  const std::string ring = ":rejected parent=ledger.reference_cycle";
  EXPECT_EQ(outcomes(import->id),
            (std::vector<std::string>{"2" + ring, "3" + ring, "4" + ring, "5" + ring,
                                      "6:rejected parent=ledger.import_reference_rejected", "7" + ring,
                                      "8:created"}));
  ASSERT_TRUE(ledgers_->execute(by_, "m", import->id, {}));
  // Turned round as a whole there is no ring, in whichever order the rows stand.
  const auto turned = planned("拠点名,種別,上位拠点\na,本庁舎,b\nb,出先,\n");
  EXPECT_EQ(outcomes(turned->id), (std::vector<std::string>{"2:updated", "3:updated"}));
  ASSERT_TRUE(ledgers_->execute(by_, "m", turned->id, {}));
  EXPECT_EQ(above(*ledgers_, reader_, "sites", "parent", "a"), "b");
}

TEST_P(LedgerTest, WhatTheFileRefersToMayChangeBeforeItIsExecuted) {
  const auto a = site("a").value();
  const auto b = site("b").value();
  const auto gone = planned("拠点名,種別,上位拠点\nc,出先,a\n").value();
  ASSERT_TRUE(ledgers_->remove(by_, "m", "sites", a.id, 1, ""));
  EXPECT_EQ(ledgers_->execute(by_, "m", gone.id, {}).error().code, "ledger.plan_reference_conflict");
  const auto c = site("c").value();
  const auto ring = planned("拠点名,種別,上位拠点\nb,本庁舎,c\n").value();
  ASSERT_TRUE(ledgers_->change(by_, "m", "sites", c.id, 1, Value::object({{"parent", b.id}}), ""));
  EXPECT_EQ(ledgers_->execute(by_, "m", ring.id, {}).error().code, "ledger.plan_reference_conflict");
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

TEST_P(LedgerTest, AnOldPlanOrALaterChangeStopsEverything) {
  const auto hq = site("本庁").value();
  const auto old = planned("拠点名,種別\n新設,出先\n本庁,出先\n").value();
  ASSERT_TRUE(ledgers_->change(by_, "m", "sites", hq.id, 1, Value::object({{"place", "x"}}), ""));
  EXPECT_EQ(ledgers_->execute(by_, "m", old.id, {}).error().code, "ledger.plan_conflict");
  EXPECT_EQ(names("sites").size(), 1U) << "all or nothing";
  const auto fresh = planned("拠点名,種別\n新設,出先\n本庁,出先\n").value();
  ASSERT_TRUE(ledgers_->execute(by_, "m", fresh.id, {}));
  ASSERT_TRUE(ledgers_->change(by_, "m", "sites", hq.id, 3, Value::object({{"place", "y"}}), ""));
  EXPECT_EQ(ledgers_->undo(by_, "m", fresh.id, {}).error().code, "ledger.undo_conflict");
  EXPECT_EQ(names("sites").size(), 2U);
}

TEST_P(LedgerTest, StoppingAnImportLeavesNothing) {
  std::string csv = "拠点名,種別\n";
  for (int i = 0; i < 2000; ++i) csv += "s" + std::to_string(i) + ",出先\n";
  EXPECT_EQ(ledgers_->plan(by_, "m", "sites", file("x.csv", csv), "x.csv", [](double) { return false; })
                .error()
                .code,
            "ledger.stopped");
  const auto import = planned(csv).value();
  EXPECT_EQ(ledgers_->execute(by_, "m", import.id, [](double done) { return done < 0.5; }).error().code,
            "ledger.stopped");
  EXPECT_TRUE(names("sites").empty());
  ASSERT_TRUE(ledgers_->drop(by_, "m", import.id));
  EXPECT_EQ(database()
                .read([](store::Session& s) { return s.integer("SELECT count(*) FROM ledger_import_row"); })
                .value(),
            0);
}

TEST_P(LedgerTest, BrokenFilesAreClearErrors) {
  EXPECT_EQ(planned("PK\x03\x04 not a workbook", "sites", "x.xlsx").error().code.substr(0, 9), "document.");
  EXPECT_EQ(planned("").error().code, "ledger.import_empty");
  EXPECT_EQ(planned("拠点名,種別\n").error().code, "ledger.import_empty");
  EXPECT_EQ(planned("何,か\n1,2\n").error().code, "ledger.import_headings");
  EXPECT_EQ(planned("拠点名,Name\n1,2\n").error().code, "ledger.import_heading_twice");
  EXPECT_EQ(planned("拠点名,種別\n\"開いたまま").error().code, "document.csv_invalid");
  EXPECT_EQ(ledgers_->plan(by_, "m", "sites", folder_ / "none", "none", {}).error().code.substr(0, 9),
            "document.");
}

TEST_P(LedgerTest, WhatIsExportedImportsUnchanged) {
  const auto hq = site("=本庁").value();
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(ledgers_->create(by_, "m", "devices",
                                 Value::object({{"name", "d" + std::to_string(i)},
                                                {"class", "core_switch"},
                                                {"site", hq.id},
                                                {"monitored", i == 0 ? Value(true) : Value()},
                                                {"note", "+81\n二行"},
                                                {"snmp_port", 161}}),
                                 ""));
  for (const auto format : {Ledgers::Format::csv, Ledgers::Format::xlsx})
    for (const auto* ledger : {"sites", "devices"}) {
      const auto bytes = ledgers_->export_rows(reader_, {.contract = "m", .ledger = ledger}, format);
      ASSERT_TRUE(bytes) << bytes.error().text();
      const auto import = planned(*bytes, ledger, format == Ledgers::Format::csv ? "e.csv" : "e.xlsx");
      ASSERT_TRUE(import) << import.error().text();
      EXPECT_EQ(import->unchanged, std::string_view(ledger) == "sites" ? 1 : 3)
          << ledger << ::testing::PrintToString(outcomes(import->id));
      EXPECT_EQ(import->rejected + import->created + import->updated, 0);
    }
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
