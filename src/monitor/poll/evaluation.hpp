// From an answer to samples: one device under one profile, with what has to be remembered between polls.
//
// Purpose: rates, filters, expressions, thresholds. Rows are followed by their name where the profile has
//          one, so that an ifIndex that changes with a restart does not mix two interfaces.
// Threads: one at a time. Time: answers come in order.
#pragma once

#include <map>
#include <memory>

#include "monitor/poll/profile.hpp"
#include "monitor/poll/rate.hpp"
#include "monitor/poll/sample.hpp"

namespace yagura::monitor::poll {

struct Evaluated {
  std::vector<Sample> samples;
  std::vector<Observation> observations;
  PollResult result;
};

class Evaluation {
 public:
  Evaluation(Id device, std::shared_ptr<const Profile> profile);
  // What to ask next: all at first and now and then (and after a restart), else what the device has.
  [[nodiscard]] std::shared_ptr<const Query> query() const { return profile_->query(mask_); }
  Evaluated take(const Answer& answer, Time at);
  // Before the first answer: thresholds of the metric up to that severity were entered in an earlier run.
  void restore(const std::string& metric, const std::string& instance, Severity upto);
  [[nodiscard]] const Profile& profile() const { return *profile_; }

 private:
  struct Cell {
    snmp::Value value;
    std::size_t alternative;
  };
  struct Row {
    std::vector<std::optional<Cell>> cells;
  };
  using Rows = std::map<std::string, Row>;  // by instance octets
  struct Kept {                             // of a row, between polls
    std::vector<std::optional<Reading>> readings;
    std::optional<UpTime> up;
    Duration at{};
    std::uint64_t discontinuity = 0;
  };

  std::vector<Rows> sort(const Answer& answer, std::optional<UpTime>& up);
  void group(std::size_t index, const Rows& rows, const Answer& answer, const std::optional<UpTime>& up,
             Evaluated& out);
  std::vector<std::optional<double>> numbers(std::size_t group, const Row& row, const std::string& name,
                                             const Answer& answer, const std::optional<UpTime>& up,
                                             Evaluated& out);
  void sample(std::size_t group, std::size_t metric, const std::string& name, double value, Evaluated& out);
  void learn(const Answer& answer, const std::vector<Rows>& groups, bool restarted);

  Id device_;
  std::shared_ptr<const Profile> profile_;
  std::uint64_t mask_;
  int polls_until_all_ = 0;
  std::optional<UpTime> up_;
  std::vector<std::map<std::string, Kept>> kept_;                  // per group, by row name
  std::map<std::string, std::vector<ThresholdState>> thresholds_;  // by metric id, NUL, row name
};

}  // namespace yagura::monitor::poll
