#include "monitor/watch/class_profiles.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace yagura::monitor::watch {
namespace {

const std::filesystem::path share = YAGURA_SOURCE_DIR "/share";

const poll::Metric& metric(const poll::Profile& profile, std::string_view id) {
  for (const auto& group : profile.groups)
    for (const auto& one : group.metrics)
      if (one.id == id) return one;
  ADD_FAILURE() << id;
  static const poll::Metric none;
  return none;
}

contract::Threshold cpu(double enter, double leave, const char* severity = "major") {
  return {"cpu", "cpu_percent", enter, leave, std::chrono::minutes(10), severity};
}

TEST(ClassProfiles, TheContractsThresholdStandsInPlaceOfTheProfiles) {
  const auto all = ClassProfiles::load(share);
  ASSERT_TRUE(all) << all.error().text();
  const std::vector<contract::Threshold> wanted{cpu(70, 60)};
  const auto plain = all->of("cisco", {});
  const auto own = all->of("cisco", wanted);
  ASSERT_NE(own, plain);
  EXPECT_EQ(own, all->of("cisco", wanted)) << "the same thresholds give the same object";
  EXPECT_EQ(own->id, "cisco") << "what is remembered of the device stays";
  const auto& thresholds = metric(*own, "cisco.cpu.used").thresholds;
  ASSERT_EQ(thresholds.size(), 1U);
  EXPECT_EQ(thresholds[0].above, 70);
  EXPECT_EQ(thresholds[0].leave, 60);
  EXPECT_EQ(thresholds[0].hold, 2) << "ten minutes are two polls of five";
  EXPECT_EQ(metric(*plain, "cisco.cpu.used").thresholds[0].above, 90);
  EXPECT_EQ(metric(*own, "cisco.memory.used").thresholds[0].above, 90) << "what is not named stays";
  EXPECT_EQ(all->of("interfaces", wanted), all->of("interfaces", {}));
}

TEST(ClassProfiles, BelowWhereTheValueFalls) {
  const auto all = ClassProfiles::load(share);
  ASSERT_TRUE(all) << all.error().text();
  const std::vector<contract::Threshold> wanted{
      {"battery", "ups_battery_percent", 40, 60, std::chrono::seconds(0), "critical"}};
  const auto& thresholds = metric(*all->of("ups", wanted), "ups.charge").thresholds;
  ASSERT_EQ(thresholds.size(), 1U);
  EXPECT_FALSE(thresholds[0].above);
  EXPECT_EQ(thresholds[0].below, 40);
  EXPECT_EQ(thresholds[0].hold, 1);
}

TEST(ClassProfiles, TheSeverityIsTheContracts) {
  const auto all = ClassProfiles::load(share);
  ASSERT_TRUE(all) << all.error().text();
  const std::vector<contract::Threshold> wanted{cpu(70, 60, "minor"), cpu(90, 80, "major")};
  EXPECT_EQ(all->behind("host.cpu.used", 90, wanted)->severity, "major");
  EXPECT_EQ(all->behind("host.cpu.used", 70, wanted)->severity, "minor");
  EXPECT_EQ(all->behind("host.cpu.used", 95, wanted), nullptr);
  EXPECT_EQ(all->behind("if.errors", 90, wanted), nullptr);
}

TEST(ClassProfiles, AWordForAMetricThatNobodyMeasuresIsRefused) {
  const auto copy =
      std::filesystem::temp_directory_path() / ("yagura_class_profiles_" + std::to_string(::getpid()));
  std::filesystem::create_directories(copy);
  std::filesystem::copy(share / "profiles", copy / "profiles", std::filesystem::copy_options::recursive);
  std::filesystem::copy(share / "polling.yaml", copy / "polling.yaml");
  std::ofstream(copy / "thresholds.yaml") << "cpu_percent: [no.such.metric]\n";
  EXPECT_EQ(ClassProfiles::load(copy).error().code, "monitor.threshold_metric_unknown");
  std::filesystem::remove_all(copy);
}

}  // namespace
}  // namespace yagura::monitor::watch
