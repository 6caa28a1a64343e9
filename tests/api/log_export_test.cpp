#include <gmock/gmock.h>

#include <fstream>

#include "api/log_events.hpp"
#include "document/archive.hpp"
#include "document/csv.hpp"
#include "document/xlsx_reader.hpp"
#include "report/archive.hpp"

namespace yagura::api_test {
namespace {

using people::Role;

struct LogExports : testing::Test {
  LogExports() { a_morning(portal); }
  Value made(const char* format, const std::string& q) { return made(manager, format, q); }
  Value made(Browser& browser, const char* format, const std::string& q) {
    auto body = asking(q, because);
    body.set("format", format);
    const auto job = portal.ended_job(browser, browser.post(in(ours, "/log-search/exports"), body));
    EXPECT_EQ(job["state"].text(), "done") << schema::to_json(job);
    const auto list = browser.get(in(ours, "/log-search/exports"));
    for (const auto& one : list.json["items"].items())
      if (one["id"].integer() == job["result"].integer()) return one;
    ADD_FAILURE() << list.body;
    return {};
  }
  Answer file(Browser& browser, const Value& one) {
    return browser.get(in(ours, "/log-search/exports/" + std::to_string(one["id"].integer()) + "/file"));
  }
  Value entry(const Value& one) {
    const auto list = supervisor.get(in(ours, "/journal?kind=log.exported&limit=100"));
    for (const auto& found : list.json["items"].items())
      if (found["seq"].integer() == one["entry"].integer()) return found;
    ADD_FAILURE() << list.body;
    return {};
  }
  Portal portal;
  Browser manager = portal.browser(portal.somebody("manager", ours, Role::contractor_manager));
  Browser supervisor = portal.browser(portal.somebody("supervisor", ours, Role::city_supervisor));
};

TEST_F(LogExports, CsvIsProvedByItsSumInTheJournal) {
  const auto one = made("csv", "user:tanaka kind:operation | sort oldest");
  const auto zip = document::ZipReader::from_bytes(file(manager, one).body);
  ASSERT_TRUE(zip) << zip.error().text();
  auto archive = document::ZipReader::from_bytes(file(manager, one).body).value();
  const auto rows = archive.read("events.csv").value();
  const auto proof = archive.read("proof.txt").value();
  EXPECT_EQ(report::sha256_hex(rows), one["sha256"].text());
  for (const auto* part : {because, "PC操作ログ", "山﨑 manager"})
    EXPECT_THAT(proof, testing::HasSubstr(part));
  EXPECT_THAT(proof, testing::HasSubstr(one["sha256"].text()));
  EXPECT_THAT(proof, testing::HasSubstr(std::to_string(one["entry"].integer())));
  EXPECT_THAT(rows, testing::HasSubstr("usb-copy"));
  EXPECT_EQ(one["rows"].integer(), 2);
  const auto kept = entry(one);
  EXPECT_EQ(kept["data"]["sha256"].text(), one["sha256"].text());
  EXPECT_EQ(kept["data"]["rows"].integer(), 2);
  EXPECT_EQ(kept["data"]["purpose"].text(), because);
}

// The cells of the workbook, written as CSV, have the sum of the journal.
TEST_F(LogExports, TheWorkbookHoldsTheSameRowsAsTheSum) {
  log_event(portal, ours, "operation", minute,
            {{"pc", "=1+1"},
             {"user", "tanaka"},
             {"title", std::string("制御\x01文字\xff\nと改行")},
             {"bytes", "9007199254740993"}});
  const auto one = made("xlsx", "user:tanaka");
  const auto path =
      std::filesystem::temp_directory_path() / ("yagura_export_" + std::to_string(::getpid()) + ".xlsx");
  std::ofstream(path, std::ios::binary) << file(manager, one).body;
  std::vector<std::vector<std::string>> sheet, proof;
  const auto gather = [](auto& into) {
    return [&into](const document::Row& row) -> Result<> {
      std::vector<std::string> cells;
      for (const auto& cell : row.cells) cells.push_back(document::to_text(cell));
      into.push_back(std::move(cells));
      return {};
    };
  };
  auto reader = document::XlsxReader::open(path.string()).value();
  ASSERT_EQ(reader.sheets().size(), 2U);
  ASSERT_TRUE(reader.rows(0, gather(sheet)));
  ASSERT_TRUE(reader.rows(1, gather(proof)));
  std::filesystem::remove(path);
  document::CsvWriter csv;
  for (auto& row : sheet) {
    row.resize(sheet.front().size());
    ASSERT_TRUE(csv.row(row));
  }
  EXPECT_EQ(report::sha256_hex(csv.take()), one["sha256"].text());
  EXPECT_EQ(static_cast<std::int64_t>(sheet.size()), one["rows"].integer() + 1);
  bool named = false;
  for (const auto& row : proof) named = named || (row.size() > 1 && row[1] == one["sha256"].text());
  EXPECT_TRUE(named);
}

TEST_F(LogExports, WhoMadeItTakesItAndNobodyElse) {
  const auto one = made("csv", "kind:syslog");
  EXPECT_EQ(file(manager, one).status, 200);
  EXPECT_EQ(file(supervisor, one).status, 404);
  EXPECT_EQ(supervisor.get(in(ours, "/log-search/exports")).json["items"].items().size(), 0U);
}

TEST_F(LogExports, AnExportNeedsAPurposeAlsoOfDevicesLogs) {
  auto body = asking("kind:syslog");
  body.set("format", "csv");
  EXPECT_EQ(manager.post(in(ours, "/log-search/exports"), body).code(), "log_search.purpose_missing");
  body.set("format", "pdf");
  EXPECT_EQ(manager.post(in(ours, "/log-search/exports"), body).status, 422);
}

TEST_F(LogExports, TheFileGoesAfterADay) {
  const auto one = made("csv", "kind:syslog");
  portal.clock().advance(std::chrono::hours(25));
  auto later = portal.browser(portal.somebody("later", ours, Role::contractor_manager));
  (void)made(later, "csv", "kind:firewall");
  EXPECT_EQ(std::ranges::distance(std::filesystem::directory_iterator(portal.api().folder / "log_exports")),
            1);
}

// Everything as lines, and a last line that says so.
TEST_F(LogExports, AStreamEndsWithItsOutcome) {
  const auto& kind = portal.events().kinds().find("syslog")->second;
  eventstore::BatchBuilder batch(kind);
  for (int i = 0; i < 1'200; ++i) {
    batch.row(portal.clock().now() - minute);  // all of one instant: pages skip within it
    batch.text(*kind.index_of("message"), "line " + std::to_string(i));
  }
  ASSERT_TRUE(portal.events().append(ours, "syslog", batch.take()));
  auto body = asking("kind:syslog");
  body.set("limit", 5'000);
  const auto all = manager.post(in(ours, "/log-search/stream"), body).body;
  std::size_t lines = 0;
  for (auto at = all.find("\"kind\":\"syslog\""); at != std::string::npos;
       at = all.find("\"kind\":\"syslog\"", at + 1))
    ++lines;
  EXPECT_EQ(lines, 1'201U);
  EXPECT_THAT(all, testing::HasSubstr("\"rows\":1201"));
  EXPECT_THAT(all, testing::HasSubstr("\"why\":\"whole\""));
}

}  // namespace
}  // namespace yagura::api_test
