#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "document/archive.hpp"
#include "document/pdf.hpp"
#include "document/xlsx_reader.hpp"
#include "report/figure_set.hpp"
#include "report/monthly.hpp"
#include "report/pages.hpp"
#include "report/sample_month.hpp"

namespace yagura::report {
namespace {

using namespace std::chrono_literals;

const std::string layout_file = YAGURA_SOURCE_DIR "/share/reports/monthly.yaml";

Layout monthly() {
  auto layout = load_layout(layout_file);
  EXPECT_TRUE(layout) << layout.error().text();
  return layout ? *std::move(layout) : Layout{};
}

// Two devices of one class in a month of 30 days, for sums that can be done by hand.
MonthFigures small() {
  MonthFigures m;
  m.month = {2026, 4};
  m.as_of = calendar::span_of(m.month).to;
  m.classes = {{"core", {"基幹", "Core"}, 999'000}, {"none", {"無し", "None"}, 0}};
  m.devices = {{2, "b", "", "支所", "core"}, {1, "a", "", "本庁", "core"}};
  return m;
}
const Time april = calendar::span_of({2026, 4}).from;

TEST(Account, leaves_agreed_silence_out_and_cuts_at_the_month) {
  auto m = small();
  m.outages = {{1, {april - 60min, april + 30min}, "跨ぎ", ""},
               {1, {april + 48h, april + 50h}, "計画", ""},
               {2, {april + 49h, april + 50h}, "勝手", ""}};
  m.silences = {{{april + 48h, april + 49h}, "", {1}, "", "", true},
                {{april + 49h, april + 50h}, "", {2}, "", "", false}};
  const auto account = count(m);
  ASSERT_TRUE(account) << account.error().text();
  ASSERT_EQ(account->devices[0].device->name, "a");
  EXPECT_EQ(account->devices[0].availability.down, 90min);  // 30 at the start, 60 after the silence
  EXPECT_EQ(account->devices[0].availability.excluded, 60min);
  EXPECT_EQ(account->devices[1].availability.down, 60min);  // a silence nobody agreed to excuses nothing
  EXPECT_EQ(account->classes[0].down, 150min);
  EXPECT_EQ(account->classes[0].base, 2 * 720h - 60min);
  EXPECT_EQ(account->outages[0].within, 30min);
  EXPECT_EQ(account->outages[1].counted, 60min);
  EXPECT_FALSE(account->classes[0].meets());  // 86.3 of 1440 hours are allowed in thousandths: 86.3 min
  EXPECT_TRUE(account->classes[1].meets());
  EXPECT_EQ(account->classes[1].percent(), 100);
}

TEST(Account, counts_an_unfinished_month_up_to_its_facts) {
  auto m = small();
  m.as_of = april + 24h;
  m.outages = {{1, {april + 23h, april + 72h}, "", ""}};
  const auto account = count(m);
  ASSERT_TRUE(account);
  EXPECT_EQ(account->devices[0].availability.base, 24h);
  EXPECT_EQ(account->devices[0].availability.down, 1h);
}

TEST(Account, refuses_rows_that_name_what_is_not_there) {
  auto m = small();
  m.outages = {{7, {april, april + 1h}, "", ""}};
  EXPECT_EQ(count(m).error().text(), "report.figures_invalid(what=device of an outage, name=7)");
  m = small();
  m.silences = {{{april, april + 1h}, "", {8}, "", "", true}};
  EXPECT_EQ(count(m).error().arg("what"), "device of a silence");
  m = small();
  m.devices[0].device_class = "ghost";
  EXPECT_EQ(count(m).error().arg("name"), "ghost");
  m = small();
  m.devices[0].id = 1;
  EXPECT_EQ(count(m).error().arg("what"), "device twice");
  m = small();
  m.performance = {{1, "cpu", std::vector<DayPoint>(31)}};
  EXPECT_EQ(count(m).error().arg("what"), "days of a measurement");
  m.month.month = 13;
  EXPECT_EQ(make_report(m, Layout{}).error().arg("what"), "month");
}

TEST(Account, weights_days_by_their_samples) {
  auto m = small();
  Performance one{1, "cpu", std::vector<DayPoint>(30)}, two = one;
  one.days[0] = {10, 50, 1};
  one.days[9] = {40, 45, 3};
  two.device = 2;
  two.days[0] = {33, 99, 1};
  two.days[1] = {1000, 1000, 0};  // not measured
  m.performance = {one, two, {1, "memory", std::vector<DayPoint>(30)}};
  const auto account = count(m);
  ASSERT_TRUE(account);
  const auto& top = account->top.at("cpu");
  EXPECT_EQ(top[0].device->device->id, 2);
  EXPECT_DOUBLE_EQ(top[1].mean, 32.5);
  EXPECT_EQ(top[1].peak_day, 1);
  EXPECT_FALSE(account->top.contains("memory"));
}

TEST(Pages, rounds_availability_down) {
  EXPECT_EQ(floor_percent(99.99999), 99.999);
  EXPECT_EQ(floor_percent(100), 100);
  EXPECT_EQ(shown_text({document::Cell{99.999}}, Shown::percent), "99.999");
  EXPECT_EQ(shown_text({document::Cell{1234567.0}}, Shown::count), "1,234,567");
  EXPECT_EQ(shown_text({document::Cell{1234.96}}, Shown::minutes), "1,235.0");
  EXPECT_EQ(shown_text({document::Cell{-0.25}}, Shown::number), "-0.3");
  EXPECT_EQ(shown_text({document::Cell{civil_cell(april + 8h + 5min)}}, Shown::when), "2026/04/01 08:05");
  EXPECT_EQ(shown_text({}, Shown::when), "");
}

TEST(Pages, writes_the_month_in_both_calendars) {
  const auto m = small();
  const auto account = *count(m);
  const auto layout = monthly();
  const auto pages = make_pages(Facts(account, layout, Language::ja));
  EXPECT_EQ(pages.month, "2026年4月（令和8年4月）");
  EXPECT_EQ(pages.period, "令和8年4月1日（水）～令和8年4月30日（木）");
  EXPECT_EQ(make_pages(Facts(account, layout, Language::en)).month, "2026-04");
}

TEST(Pages, says_of_a_month_under_way_up_to_when_it_goes) {
  auto m = small();
  const auto layout = monthly();
  EXPECT_EQ(make_pages(Facts(*count(m), layout, Language::ja)).partial, "");
  m.as_of = april + 24h + 30min;
  const auto account = *count(m);
  EXPECT_NE(make_pages(Facts(account, layout, Language::ja)).partial.find("2026-04-02（木）00:30 まで"),
            std::string::npos);
  EXPECT_NE(make_pages(Facts(account, layout, Language::en)).partial.find("up to 2026-04-02 (Thu) 00:30"),
            std::string::npos);
}

TEST(Pages, leads_each_figure_to_rows_that_add_up) {
  const auto m = sample_month(60, 400);
  const auto account = *count(m);
  const auto layout = monthly();
  const auto pages = make_pages(Facts(account, layout, Language::ja));
  std::map<std::string, const PageTable*> tables;
  for (const auto& section : pages.sections)
    for (const auto& table : section.tables) tables[table.rows_id] = &table;
  int links = 0;
  const auto leads = [&](const Entry& entry) {
    if (entry.rows_behind.empty()) return;
    ++links;
    const auto found = tables.find(std::string(entry.rows_behind));
    ASSERT_NE(found, tables.end()) << entry.rows_behind;
    EXPECT_LE(entry.first_behind, found->second->rows.rows.size());
  };
  for (const auto& section : pages.sections)
    for (const auto& one : section.figures) {
      leads(one.entry);
      if (std::holds_alternative<double>(one.entry.value) && one.title != "記録") {
        EXPECT_FALSE(one.entry.rows_behind.empty()) << one.title;
      }
    }
  for (const auto& [id, table] : tables)
    for (const auto& row : table->rows.rows)
      for (const auto& entry : row) leads(entry);
  EXPECT_GT(links, 200);

  // A class's down time is the sum of the counted minutes of its outages, which begin where its link leads.
  const auto& classes = tables.at("classes")->rows.rows;
  const auto& outages = tables.at("outages")->rows.rows;
  for (const auto& row : classes) {
    const auto& down = row[5];
    double sum = 0;
    for (auto i = down.first_behind; i < outages.size() && outages[i][0].value == row[0].value; ++i)
      sum += std::get<double>(outages[i][7].value);
    if (!down.rows_behind.empty()) {
      EXPECT_NEAR(std::get<double>(down.value), sum, 0.1 * static_cast<double>(outages.size()));
    }
  }
  double by_day = 0;
  for (const auto& row : tables.at("alert_days")->rows.rows) by_day += std::get<double>(row[1].value);
  EXPECT_EQ(by_day, 400);
}

TEST(Monthly, gives_the_same_bytes_twice_in_any_order_of_rows) {
  auto m = sample_month(40, 200);
  const auto layout = monthly();
  const auto first = make_report(m, layout);
  ASSERT_TRUE(first) << first.error().text();
  std::ranges::reverse(m.alerts);
  std::ranges::reverse(m.devices);
  std::ranges::reverse(m.outages);
  std::ranges::reverse(m.clocks);
  std::ranges::reverse(m.contacts);
  std::ranges::reverse(m.performance);
  const auto second = make_report(m, layout);
  EXPECT_EQ(first->docx, second->docx);
  EXPECT_EQ(first->xlsx, second->xlsx);
  EXPECT_EQ(first->name, "月次報告書_2026-04");
  EXPECT_NE(first->docx, make_report(m, layout, Language::en)->docx);
}

TEST(Monthly, puts_every_row_into_the_workbook) {
  const auto report = make_report(sample_month(40, 300), monthly());
  ASSERT_TRUE(report) << report.error().text();
  auto book = document::XlsxReader::from_bytes(report->xlsx);
  ASSERT_TRUE(book) << book.error().text();
  std::size_t rows = 0;
  ASSERT_TRUE(book->rows("警報", [&](const document::Row& row) -> Result<> {
    if (row.number > 4) ++rows;
    return {};
  }));
  EXPECT_EQ(rows, 300);
  auto zip = *document::ZipReader::from_bytes(report->xlsx);
  EXPECT_NE(zip.read("xl/worksheets/sheet1.xml")->find("location=\"'警報'!A5\""), std::string::npos);
  auto word = *document::ZipReader::from_bytes(report->docx);
  const auto body = *word.read("word/document.xml");
  EXPECT_NE(body.find("ほか 200 件は、別添の Excel ブックのシート「警報」に記載しています。"),
            std::string::npos);
  EXPECT_NE(body.find("大雨による通行止め"), std::string::npos);
  EXPECT_NE(body.find("9f86d081884c7d65"), std::string::npos);
}

TEST(Monthly, stands_a_month_in_which_nothing_happened) {
  auto m = small();
  m.devices.clear();
  const auto report = make_report(m, monthly());
  ASSERT_TRUE(report) << report.error().text();
  const auto body = *document::ZipReader::from_bytes(report->docx)->read("word/document.xml");
  EXPECT_NE(body.find("該当はありません。"), std::string::npos);
  EXPECT_NE(body.find("未封印"), std::string::npos);
}

TEST(Monthly, becomes_pdf) {
  if (!document::pdf_available()) GTEST_SKIP() << "LibreOffice is not installed";
  const auto report = *make_report(sample_month(8, 20), monthly());
  for (const auto& [bytes, kind] : {std::pair(&report.docx, "docx"), std::pair(&report.xlsx, "xlsx")}) {
    const auto pdf = document::to_pdf(*bytes, kind);
    ASSERT_TRUE(pdf) << pdf.error().text();
    EXPECT_GT(pdf->size(), 20'000);
  }
}

TEST(LayoutFile, tells_where_it_is_wrong) {
  std::ifstream in(layout_file);
  const std::string good{std::istreambuf_iterator<char>(in), {}};
  const auto file = std::string(testing::TempDir()) + "/layout.yaml";
  const auto reason = [&](const std::string& from, const std::string& to) -> std::string {
    std::string text = good;
    const auto at = text.find(from);
    if (at == std::string::npos) return "not found: " + from;
    text.replace(at, from.size(), to);
    std::ofstream(file) << text;
    const auto layout = load_layout(file);
    return layout ? "fine"
                  : layout.error().code + ": " + std::string(layout.error().arg("path")) + " " +
                        std::string(layout.error().arg("reason"));
  };
  EXPECT_EQ(reason("id: monthly", "id: monthly"), "fine");
  EXPECT_EQ(reason("{id: downtime,", "{id: uptime,"),
            "report.layout_invalid: sections[0].figures[3].id no such figure: uptime");
  EXPECT_EQ(reason("rows: incidents", "rows: accidents"),
            "report.layout_invalid: sections[1].tables[0].rows no such rows: accidents");
  EXPECT_EQ(reason("{id: number, title", "{id: numbre, title"),
            "report.layout_invalid: sections[1].tables[0].columns[0].id no such column: numbre");
  EXPECT_EQ(reason("rows: contacts", "rows: alerts\n        no: 1").substr(0, 21), "report.layout_invalid");
  EXPECT_EQ(reason("category: day", "category: night"),
            "report.layout_invalid: sections[2].tables[0].chart not a column of the table: night");
  EXPECT_EQ(reason("rows: daily", "rows: silences").substr(0, 21), "report.layout_invalid");
  EXPECT_EQ(reason("drawn: 5", "drawn: 50"),
            "report.layout_invalid: sections[5].metrics[0] top must be 1 to 100 and drawn 1 to 6");
  EXPECT_FALSE(load_layout("/nonexistent.yaml"));
}

}  // namespace
}  // namespace yagura::report
