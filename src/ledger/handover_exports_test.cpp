#include "ledger/handover_exports.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "support/any_database.hpp"

namespace yagura::ledger {
namespace {

namespace fs = std::filesystem;

class HandoverExportsTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {journal::migrations(), HandoverExports::migrations()})
      ASSERT_TRUE(database().migrate(steps));
    folder_ = fs::temp_directory_path() / ("yagura_exports_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    exports_ = std::make_unique<HandoverExports>(
        HandoverExports::Ground{database(), journal_, clock_, ids_, folder_});
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
    AnyDatabase::TearDown();
  }
  static Result<std::string> fill(const fs::path& folder, const HandoverExports::Step& step) {
    YAGURA_TRY(auto made, HandoverFolder::make(folder));
    YAGURA_CHECK(made.write("ledgers/short.csv", "a,b\n"));
    YAGURA_CHECK(made.write("pack/" + std::string(60, 'd') + "/" + std::string(70, 'f') + ".yaml", "x: 1\n"));
    YAGURA_CHECK(made.write("records/empty.jsonl", ""));
    YAGURA_CHECK(made.write("records/large.bin", std::string(700'000, 'z')));
    if (!step(1)) return fail("handover.stopped");
    return made.write_manifest("sapporo", from_micros(0));
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  static std::string said(const std::string& command) {
    std::string out;
    if (auto* pipe = ::popen(command.c_str(), "r")) {
      for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out += static_cast<char>(c);
      ::pclose(pipe);
    }
    return out;
  }

  ManualClock clock_;
  IdSource ids_{clock_};
  journal::Journal journal_{clock_,
                            journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value()};
  const journal::Actor by_{1, "山﨑", ""};
  fs::path folder_;
  std::unique_ptr<HandoverExports> exports_;
};

TEST_P(HandoverExportsTest, OneFileThatOthersUnpackAndThatIsWhatItsSumSays) {
  const auto made = exports_->make(by_, "sapporo", fill, [](double) { return true; });
  ASSERT_TRUE(made) << made.error().text();
  const auto path = exports_->take(by_, "sapporo", made->id).value();
  EXPECT_EQ(static_cast<std::int64_t>(fs::file_size(path)), made->size);
  EXPECT_EQ(said("sha256sum " + path.string()).substr(0, 64), made->sha256);
  const auto to = folder_ / "unpacked";
  fs::create_directories(to);
  EXPECT_EQ(said("tar -C " + to.string() + " -xf " + path.string() + " 2>&1"), "");
  const auto checked = verify_handover(to);
  ASSERT_TRUE(checked) << checked.error().text();
  EXPECT_EQ(checked->files.size(), 4U);
  EXPECT_EQ(exports_->take(by_, "sendai", made->id).error().code, "handover.export_not_found")
      << "of another";
  const auto entries = database().read([&](store::Session& s) {
    return journal_.list(s, {.chain = "sapporo", .kind_prefix = "handover.", .limit = 10});
  });
  ASSERT_EQ(entries->size(), 2U) << "made, and taken once";
  EXPECT_EQ(entries->front().record.kind, "handover.taken");
  EXPECT_EQ(entries->front().record.data["sha256"].text(), made->sha256);
}

TEST_P(HandoverExportsTest, AStopLeavesNothingAndTheNewestAloneIsKept) {
  int steps = 0;
  const auto stopped = exports_->make(by_, "sapporo", fill, [&](double) { return ++steps < 3; });
  EXPECT_EQ(stopped.error().code, "handover.stopped");
  EXPECT_EQ(files(), 0U);
  EXPECT_TRUE(exports_->list("sapporo")->empty());
  const auto go_on = [](double) { return true; };
  const auto first = exports_->make(by_, "sapporo", fill, go_on).value();
  const auto other = exports_->make(by_, "sendai", fill, go_on).value();
  const auto second = exports_->make(by_, "sapporo", fill, go_on).value();
  EXPECT_EQ(files(), 2U);
  const auto all = exports_->list("sapporo").value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_TRUE(all[0].there);
  EXPECT_FALSE(all[1].there) << "known, and gone";
  EXPECT_EQ(exports_->take(by_, "sapporo", first.id).error().code, "handover.export_not_found");
  EXPECT_TRUE(exports_->take(by_, "sendai", other.id));
  // A sudden end in the middle of one.
  fs::create_directories(folder_ / "7.folder/records");
  std::ofstream(folder_ / "7.half") << "x";
  exports_ =
      std::make_unique<HandoverExports>(HandoverExports::Ground{database(), journal_, clock_, ids_, folder_});
  EXPECT_EQ(files(), 2U) << "what is finished stays";
  clock_.advance(HandoverExports::kept_for + std::chrono::hours(1));
  ASSERT_TRUE(exports_->sweep());
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(exports_->take(by_, "sapporo", second.id).error().code, "handover.export_not_found");
}

// A contract was erased while the server stood still: what its records no longer know goes.
TEST_P(HandoverExportsTest, AFileThatNoRecordKnowsIsRemoved) {
  const auto go_on = [](double) { return true; };
  const auto erased = exports_->make(by_, "sapporo", fill, go_on).value();
  const auto kept = exports_->make(by_, "sendai", fill, go_on).value();
  ASSERT_TRUE(exports_->sweep());
  EXPECT_EQ(files(), 2U);
  ASSERT_TRUE(database().write(
      [](store::Session& s) { return s.exec("DELETE FROM handover_export WHERE contract = 'sapporo'"); }));
  // What is being packed is in no record yet, and stays.
  const auto third = exports_->make(by_, "okayama", fill, [&](double) {
    EXPECT_TRUE(exports_->sweep());
    return true;
  });
  ASSERT_TRUE(third);
  EXPECT_FALSE(fs::exists(folder_ / (std::to_string(erased.id) + ".tar")));
  EXPECT_TRUE(exports_->take(by_, "sendai", kept.id));
  EXPECT_TRUE(exports_->take(by_, "okayama", third->id));
  const auto removed = database().write(
      [&](store::Session& s) { return HandoverExports::remove_files(s, folder_, "sendai"); });
  EXPECT_EQ(removed.value(), 1);
  EXPECT_EQ(files(), 1U);
}

YAGURA_ON_EVERY_DATABASE(HandoverExportsTest);

}  // namespace
}  // namespace yagura::ledger
