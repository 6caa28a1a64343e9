#include "ledger/ledger_test_ground.hpp"

namespace yagura::ledger {
namespace {

class ImportTest : public LedgerTest {};

TEST_P(ImportTest, AFileBringsWhatWasClosedAndClosesNothing) {
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

TEST_P(ImportTest, AnImportDoesWhatItsPreviewSays) {
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

TEST_P(ImportTest, RowsOfOneFileReferToEachOtherInAnyOrder) {
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

TEST_P(ImportTest, ARenamedRowIsCalledByTheNameTheFileGivesIt) {
  const auto old = site("旧名").value();
  const auto import =
      planned("ID,拠点名,種別,上位拠点\n,新設,出先,新名\n" + std::to_string(old.id) + ",新名,本庁舎,\n");
  ASSERT_TRUE(import) << import.error().text();
  EXPECT_EQ(outcomes(import->id), (std::vector<std::string>{"2:created", "3:updated"}));
  ASSERT_TRUE(ledgers_->execute(by_, "m", import->id, {}));
  EXPECT_EQ(above(*ledgers_, reader_, "sites", "parent", "新設"), "新名");
}

TEST_P(ImportTest, CyclesAreRefusedRowByRow) {
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

TEST_P(ImportTest, WhatTheFileRefersToMayChangeBeforeItIsExecuted) {
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

TEST_P(ImportTest, AnOldPlanOrALaterChangeStopsEverything) {
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

TEST_P(ImportTest, StoppingAnImportLeavesNothing) {
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

TEST_P(ImportTest, BrokenFilesAreClearErrors) {
  EXPECT_EQ(planned("PK\x03\x04 not a workbook", "sites", "x.xlsx").error().code.substr(0, 9), "document.");
  EXPECT_EQ(planned("").error().code, "ledger.import_empty");
  EXPECT_EQ(planned("拠点名,種別\n").error().code, "ledger.import_empty");
  EXPECT_EQ(planned("何,か\n1,2\n").error().code, "ledger.import_headings");
  EXPECT_EQ(planned("拠点名,Name\n1,2\n").error().code, "ledger.import_heading_twice");
  EXPECT_EQ(planned("拠点名,種別\n\"開いたまま").error().code, "document.csv_invalid");
  EXPECT_EQ(ledgers_->plan(by_, "m", "sites", folder_ / "none", "none", {}).error().code.substr(0, 9),
            "document.");
}

TEST_P(ImportTest, WhatIsExportedImportsUnchanged) {
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

YAGURA_ON_EVERY_DATABASE(ImportTest);

}  // namespace
}  // namespace yagura::ledger
