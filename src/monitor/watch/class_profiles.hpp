// Profiles with the thresholds that a contract asks for: those of a class of device in the pack stand in
// place of the profile's own, metric by metric; what the pack does not name stays as share/profiles has it.
//
// Form:    share/thresholds.yaml says which metrics a pack's word (cpu_percent) stands for. A length of time
//          (lasting) is so many polls in a row as it takes, at least one.
// Errors:  monitor.threshold_word_unknown, monitor.threshold_metric_unknown (from load); those of profiles.
// Threads: load() before use; of() and list() from any thread.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/guarded.hpp"
#include "contract/pack.hpp"
#include "monitor/poll/profile.hpp"

namespace yagura::monitor::watch {

class ClassProfiles {
 public:
  static Result<ClassProfiles> load(const std::filesystem::path& share);
  ClassProfiles(ClassProfiles&&) noexcept;
  ClassProfiles& operator=(ClassProfiles&&) noexcept;
  ~ClassProfiles();

  [[nodiscard]] const poll::Profiles& profiles() const { return profiles_; }
  // The profiles of a name of share/polling.yaml; nullptr when there is none.
  [[nodiscard]] const std::vector<std::string>* set(std::string_view name) const;
  // One profile as the class has it. The same thresholds give the same object.
  [[nodiscard]] std::shared_ptr<const poll::Profile> of(const std::string& profile,
                                                        std::span<const contract::Threshold> wanted) const;
  // The pack's threshold that an observation went by; nullptr when it was the profile's own.
  [[nodiscard]] const contract::Threshold* behind(std::string_view metric, double limit,
                                                  std::span<const contract::Threshold> wanted) const;

  // What is in force for a metric of the class, for people.
  struct Line {
    std::string metric, profile;
    std::string threshold;         // id of the pack's; "" when the profile's own
    std::vector<std::string> own;  // the profile's own, as "warning above 90, leave 80"
  };
  [[nodiscard]] std::vector<Line> list(const std::string& set_name,
                                       std::span<const contract::Threshold> wanted) const;

 private:
  ClassProfiles();
  [[nodiscard]] bool measures(std::string_view word, std::string_view metric) const;

  std::filesystem::path folder_;
  poll::Profiles profiles_;
  std::map<std::string, std::vector<std::string>, std::less<>> sets_, metrics_;
  struct Made;
  std::unique_ptr<Made> made_;
};

}  // namespace yagura::monitor::watch
