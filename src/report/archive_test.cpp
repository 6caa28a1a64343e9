#include "report/archive.hpp"

#include "support/any_database.hpp"

namespace yagura::report {
namespace {

class ReportArchiveTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(journal::migrations()));
    ASSERT_TRUE(database().migrate(migrations()));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    archive_ = std::make_unique<ReportArchive>(ReportArchive::Ground{database(), *journal_, clock_, ids_});
  }
  Id begun(const std::string& contract = "a", const std::string& month = "2026-04", bool partial = false) {
    return archive_->begin(by_, {contract, "monthly", month, partial}).value();
  }
  std::vector<journal::Entry> entries(const std::string& kind) {
    return database()
        .read([&](store::Session& s) { return journal_->list(s, {.chain = "a", .kind_prefix = kind}); })
        .value();
  }
  ManualClock clock_{parse_rfc3339("2026-05-01T00:00:00Z").value()};
  IdSource ids_{clock_};
  const journal::Actor by_{7, "責任者 花子", "10.0.0.1"};
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<ReportArchive> archive_;
};

// Bytes that text would not survive.
const std::string docx = std::string("PK\x03\x04\0\xff\xfe", 7) + std::string(200'000, '\0');

TEST_P(ReportArchiveTest, KeepsTheBytesAndTheirSums) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const Id id = begun();
  EXPECT_EQ(archive_->list("a")->at(0).state, ArchiveState::making);
  clock_.advance(std::chrono::seconds(5));
  const auto kept = archive_->finish(by_, "a", id, {{"docx", docx}, {"xlsx", "x"}}, "cafe");
  ASSERT_TRUE(kept) << kept.error().text();
  EXPECT_EQ(kept->state, ArchiveState::made);
  EXPECT_EQ(kept->made, clock_.now());
  EXPECT_EQ(kept->by, "責任者 花子");
  EXPECT_EQ(kept->journal_root, "cafe");
  EXPECT_EQ(kept->sha256.at("docx"), sha256_hex(docx));
  reopen();
  archive_ = std::make_unique<ReportArchive>(ReportArchive::Ground{database(), *journal_, clock_, ids_});
  EXPECT_EQ(archive_->file("a", id, "docx").value(), docx);
  EXPECT_EQ(archive_->file("a", id, "pdf").error().code, "report.format_not_found");
  const auto made = entries("report.made");
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].record.data["sha256"]["docx"].text(), sha256_hex(docx));
}

TEST_P(ReportArchiveTest, NeverReplacesAReport) {
  const Id first = begun();
  ASSERT_TRUE(archive_->finish(by_, "a", first, {{"docx", docx}}, ""));
  EXPECT_EQ(archive_->finish(by_, "a", first, {{"docx", "other"}}, "").error().code,
            "report.finished_conflict");
  ASSERT_TRUE(archive_->give_up("a", first));
  EXPECT_EQ(archive_->get("a", first)->state, ArchiveState::made) << "what is made cannot be given up";
  EXPECT_EQ(archive_->file("a", first, "docx").value(), docx);
  const Id second = begun();
  ASSERT_TRUE(archive_->finish(by_, "a", second, {{"docx", docx}}, ""));
  const auto list = archive_->list("a").value();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].id, second) << "newest first";
  EXPECT_EQ(list[0].sha256, list[1].sha256);
}

TEST_P(ReportArchiveTest, AnotherContractsReportIsNotThere) {
  const Id id = begun("a");
  ASSERT_TRUE(archive_->finish(by_, "a", id, {{"docx", docx}, {"pdf", "%PDF"}}, ""));
  EXPECT_EQ(archive_->get("b", id).error().code, "report.not_found");
  EXPECT_EQ(archive_->download(by_, "b", id, "docx").error().code, "report.not_found");
  EXPECT_EQ(archive_->finish(by_, "b", begun("a"), {}, "").error().code, "report.not_found");
  EXPECT_TRUE(archive_->list("b")->empty());
  EXPECT_FALSE(archive_->earlier_pdf("b", docx)->has_value());
  EXPECT_EQ(archive_->earlier_pdf("a", docx)->value(), "%PDF");
  EXPECT_FALSE(archive_->earlier_pdf("a", docx + "x")->has_value());
}

TEST_P(ReportArchiveTest, DownloadsAreJournaledAndFailedOnesAreNot) {
  const Id id = begun();
  ASSERT_TRUE(archive_->finish(by_, "a", id, {{"docx", docx}}, ""));
  EXPECT_EQ(archive_->download(by_, "a", id, "docx").value(), docx);
  EXPECT_FALSE(archive_->download(by_, "a", id, "pdf"));
  const auto taken = entries("report.downloaded");
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].record.subject, "report/" + std::to_string(id));
  EXPECT_EQ(taken[0].record.actor.account, 7);
}

TEST_P(ReportArchiveTest, WhatWasBeingMadeWhenTheMachineStoppedIsSaidToHaveFailed) {
  const Id cut = begun();
  const Id whole = begun("a", "2026-03");
  ASSERT_TRUE(archive_->finish(by_, "a", whole, {{"docx", docx}}, ""));
  EXPECT_EQ(archive_->give_up_unfinished().value(), 1);
  EXPECT_EQ(archive_->get("a", cut)->state, ArchiveState::failed);
  EXPECT_EQ(archive_->get("a", whole)->state, ArchiveState::made);
}

YAGURA_ON_EVERY_DATABASE(ReportArchiveTest);

}  // namespace
}  // namespace yagura::report
