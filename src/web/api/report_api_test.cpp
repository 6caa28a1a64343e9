#include "web/api/report_api.hpp"

#include "web/api/desk_test_ground.hpp"
#include "web/api/job_json.hpp"

namespace yagura::web {
namespace {

using people::Role;

// Facts that the test sets.
class FixedMonths final : public report::MonthSource {
 public:
  Result<report::MonthFigures> figures(const std::string& contract, calendar::Month month) override {
    if (broken) return fail("store.gone");
    report::MonthFigures out;
    out.month = month;
    out.as_of = std::min(calendar::span_of(month).to, now());
    out.contract = {contract, contract};
    out.classes = {{"core", {"基幹", "Core"}, 999'000}};
    out.devices = {{1, "﨑-1", "192.0.2.1", "本庁", "core"}};
    out.journal.hash = out.as_of == calendar::span_of(month).to ? "cafe" : "";
    return out;
  }
  bool broken = false;
  std::function<Time()> now;
};

class ReportApiTest : public DeskGround {
 protected:
  void SetUp() override {
    DeskGround::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(report::migrations()));
    layout_ = report::load_layout(YAGURA_SOURCE_DIR "/share/reports/monthly.yaml").value();
    months_.now = [this] { return clock_.now(); };
    archive_ = std::make_unique<report::ReportArchive>(
        report::ReportArchive::Ground{database(), *journal_, clock_, ids_});
    // A program that is not there: no LibreOffice in these tests.
    document::PdfOptions no_pdf;
    no_pdf.program = "/nonexistent/soffice";
    reports_ = std::unique_ptr<ReportApi>(new ReportApi{*api_, *archive_, months_, layout_, no_pdf});
    add_report_routes(router_, *reports_);
  }
  // Makes a month's report and waits for its job; the report's id.
  Id made(const Person& by, const std::string& month, JobState expected = JobState::done) {
    const auto job = post(by, "/reports", R"({"kind":"monthly","month":")" + month + "\"}");
    EXPECT_EQ(job.status, 202) << job.response.body_text();
    for (int i = 0; i < 1000; ++i) {
      const auto view = jobs_.get(job.body["id"].integer(), std::to_string(by.id));
      EXPECT_TRUE(view);
      if (!view) return 0;
      if (view->ended) {
        EXPECT_EQ(view->state, expected) << (view->error ? view->error->text() : "");
        return view->result.empty() ? 0 : std::stoll(view->result);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "the job does not end";
    return 0;
  }
  report::Layout layout_;
  FixedMonths months_;
  std::unique_ptr<report::ReportArchive> archive_;
  std::unique_ptr<ReportApi> reports_;
};

TEST_P(ReportApiTest, MakesAMonthTwiceWithTheSameBytes) {
  const auto manager = person("manager", Role::contractor_manager);
  const Id first = made(manager, "2026-03"), second = made(manager, "2026-03");
  ASSERT_NE(first, second);
  const auto list = get(manager, "/reports");
  ASSERT_EQ(list.body["items"].items().size(), 2U);
  const auto& newest = list.body["items"].items()[0];
  EXPECT_EQ(newest["id"].integer(), second);
  EXPECT_EQ(newest["state"].text(), "made");
  EXPECT_EQ(newest["month"].text(), "2026-03");
  EXPECT_EQ(newest["name"]["ja"].text(), "月次報告書");
  EXPECT_EQ(newest["by"].text(), "山﨑 manager");
  EXPECT_EQ(newest["journal_root"].text(), "cafe");
  EXPECT_EQ(newest["formats"], Value(std::vector<Value>{Value("docx"), Value("xlsx")})) << "no LibreOffice";
  EXPECT_EQ(newest["sha256"]["docx"].text().size(), 64U);
  EXPECT_EQ(newest["sha256"], list.body["items"].items()[1]["sha256"]);
  EXPECT_EQ(entries("report.made").size(), 2U);
}

TEST_P(ReportApiTest, TheFileHasAJapaneseNameAndItsDownloadIsJournaled) {
  const auto manager = person("manager", Role::contractor_manager),
             auditor = person("auditor", Role::auditor);
  const Id id = made(manager, "2026-03");
  const auto address = "/reports/" + std::to_string(id) + "/file?format=";
  const auto file = get(auditor, address + "docx");
  ASSERT_EQ(file.status, 200);
  EXPECT_EQ(file.response.headers.get("Content-Type"), kDocx);
  EXPECT_TRUE(file.response.body_text().starts_with("PK"));
  EXPECT_EQ(report::sha256_hex(file.response.body_text()), archive_->get(contract, id)->sha256.at("docx"));
  const auto name = file.response.headers.get("Content-Disposition");
  EXPECT_TRUE(name.contains(percent_encode(contract + std::string("_月次報告書_2026-03.docx")))) << name;
  ASSERT_EQ(entries("report.downloaded").size(), 1U);
  EXPECT_EQ(entries("report.downloaded")[0].record.actor.account, auditor.id);
  EXPECT_EQ(get(auditor, address + "pdf").code(), "report.format_not_found");
  EXPECT_EQ(get(auditor, address + "exe").status, 400);
  EXPECT_EQ(get(auditor, "/reports/4711/file?format=docx").status, 404);
}

TEST_P(ReportApiTest, AMonthUnderWaySaysSoAndAMonthToComeIsRefused) {
  const auto manager = person("manager", Role::contractor_manager);
  const Id id = made(manager, "2026-04");
  EXPECT_TRUE(archive_->get(contract, id)->partial);
  EXPECT_EQ(get(manager, "/reports").body["items"].items()[0]["name"]["ja"].text(), "月次報告書（途中経過）");
  const auto name = get(manager, "/reports/" + std::to_string(id) + "/file?format=xlsx")
                        .response.headers.get("Content-Disposition");
  EXPECT_TRUE(std::string(name).contains(percent_encode("（途中経過）")));
  const auto asked = [&](const std::string& month) {
    return post(manager, "/reports", R"({"kind":"monthly","month":")" + month + "\"}").code();
  };
  EXPECT_EQ(asked("2026-05"), "report.month_in_future");
  EXPECT_EQ(asked("9999-12"), "report.month_in_future");
  for (const char* bad : {"2026-13", "2026-00", "2026-4", "202604", "-026-04", "2026-04-01", "2026-0x", ""})
    EXPECT_EQ(asked(bad), "report.month_invalid") << bad;
  EXPECT_EQ(post(manager, "/reports", R"({"kind":"weekly","month":"2026-03"})").status, 422);
  EXPECT_EQ(archive_->list(contract)->size(), 1U) << "what was refused is in no list";
}

TEST_P(ReportApiTest, AReportThatCannotBeMadeIsSaidToHaveFailed) {
  const auto manager = person("manager", Role::contractor_manager);
  months_.broken = true;
  made(manager, "2026-03", JobState::failed);
  EXPECT_EQ(get(manager, "/reports").body["items"].items().at(0)["state"].text(), "failed");
  EXPECT_EQ(entries("report.made").size(), 0U);
}

TEST_P(ReportApiTest, OnlyWhoMayMakesAndOnlyTheContractReads) {
  const auto manager = person("manager", Role::contractor_manager), op = person("op", Role::operator_),
             other = person("other", Role::contractor_manager, "other"), nobody = Person{};
  const Id id = made(manager, "2026-03");
  const auto address = "/reports/" + std::to_string(id) + "/file?format=docx";
  EXPECT_EQ(post(op, "/reports", R"({"kind":"monthly","month":"2026-03"})").status, 403);
  EXPECT_EQ(get(op, address).status, 200);
  EXPECT_EQ(get(nobody, "/reports").status, 401);
  EXPECT_EQ(get(other, address).status, 404);
  EXPECT_EQ(get(other, address + "&contract=other").status, 404);
  EXPECT_TRUE(get(other, "/reports?contract=other").body["items"].items().empty());
}

YAGURA_ON_EVERY_DATABASE(ReportApiTest);

}  // namespace
}  // namespace yagura::web
