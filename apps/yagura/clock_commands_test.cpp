#include "yagura/clock_commands.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "desk/incidents.hpp"
#include "records/all_steps.hpp"
#include "support/any_database.hpp"
#include "yagura/calendar_commands.hpp"

namespace yagura::apps {
namespace {

const std::string root = YAGURA_SOURCE_DIR;

class ClockRecount : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    setenv("YAGURA_SHARE", (root + "/share").c_str(), 1);
    setenv("YAGURA_PACKS", (root + "/packs").c_str(), 1);
    setenv("LC_ALL", "C", 1);
    const auto steps = all_steps();
    ASSERT_TRUE(database().migrate(steps));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(root + "/share/journal/kinds.yaml").value());
    const auto pack =
        std::make_shared<const contract::Pack>(contract::load_pack(root + "/packs/matsusaka").value());
    notify::Contacts contacts({database(), *journal_, clock_, ids_});
    desk::Incidents incidents(
        {database(), *journal_, clock_, ids_, contacts}, [&](std::string_view) { return pack; },
        [](std::string_view, const contract::ContactStep&) -> Result<std::vector<notify::Recipient>> {
          return std::vector<notify::Recipient>{};
        });
    desk::NewIncident wanted;
    wanted.contract = "matsusaka";
    wanted.title = "停止";
    wanted.severity = "critical";
    wanted.place.site_kind = "main_office";
    const auto opened = incidents.open({1, "当番", ""}, wanted);
    ASSERT_TRUE(opened) << opened.error().text();
    number_ = opened->number;
  }
  struct Ran {
    int code;
    std::string out, err;
  };
  Ran recount(std::vector<std::string> more = {}) {
    std::vector<std::string> args{"recount", "--database", address(), "--contract", "matsusaka"};
    args.insert(args.end(), more.begin(), more.end());
    std::ostringstream out, err;
    const int code = run_clock(args, out, err);
    return {code, out.str(), err.str()};
  }
  std::int64_t count(const std::string& sql) {
    return database().read([&](store::Session& s) { return s.integer(sql); }).value().value_or(-1);
  }

  SystemClock clock_;
  IdSource ids_{clock_};
  std::unique_ptr<journal::Journal> journal_;
  std::string number_;
};

TEST_P(ClockRecount, SaysHowManyThereAreAndHowManyDifferAndPutsThemRightWhenAsked) {
  const auto clocks = count("SELECT count(*) FROM incident_clock");
  ASSERT_GT(clocks, 1);
  const auto counted = "clocks counted: " + std::to_string(clocks) + "\n";
  const auto fine = recount();
  EXPECT_EQ(fine.code, 0) << fine.err;
  EXPECT_EQ(fine.out, counted + "differ: 0\n");
  ASSERT_TRUE(database().write([](store::Session& s) {
    return s.exec("UPDATE incident_clock SET due = 5 WHERE id = (SELECT max(id) FROM incident_clock)");
  }));
  const auto wrong = recount();
  EXPECT_EQ(wrong.code, 1);
  EXPECT_TRUE(wrong.out.starts_with(counted + "differ: 1\n")) << wrong.out;
  EXPECT_NE(wrong.out.find(number_), std::string::npos) << "whose it is";
  EXPECT_EQ(count("SELECT count(*) FROM incident_clock WHERE due = 5"), 1) << "asked only, not written";
  const auto mended = recount({"--write"});
  EXPECT_EQ(mended.code, 0) << mended.err;
  EXPECT_TRUE(mended.out.starts_with(counted + "differ: 1\nput right: 1\n")) << mended.out;
  EXPECT_EQ(count("SELECT count(*) FROM incident_clock WHERE due = 5"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM journal WHERE kind = 'clock.recounted'"), 1);
  EXPECT_EQ(recount().out, counted + "differ: 0\n");
}

TEST_P(ClockRecount, SaysWhatItLacks) {
  std::ostringstream out, err;
  EXPECT_EQ(run_clock(std::vector<std::string>{"recount", "--contract", "matsusaka"}, out, err), 2);
  EXPECT_NE(err.str().find("database"), std::string::npos) << err.str();
  EXPECT_NE(recount({"--packs", "/nowhere"}).code, 0);
  EXPECT_EQ(recount({"--wrong"}).code, 2);
}

YAGURA_ON_EVERY_DATABASE(ClockRecount);

}  // namespace
}  // namespace yagura::apps
