// What polling produces: samples, threshold observations, and how each poll ended.
// Purpose: plain values and the interfaces that take them.
// Threads: sinks are called from the poller's thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "monitor/poll/threshold.hpp"

namespace yagura::monitor::poll {

struct Sample {
  Id device = 0;
  std::string metric;    // "if.in.bits"
  std::string instance;  // "GigabitEthernet1/0/1"; empty for the whole device
  Time at{};
  double value = 0;
};

class SampleSink {
 public:
  virtual ~SampleSink() = default;
  virtual void take(std::vector<Sample>&& batch) = 0;
};

// A threshold was entered or left.
struct Observation {
  Id device = 0;
  std::string metric;
  std::string instance;
  Severity severity = Severity::warning;
  bool entered = true;
  double value = 0;
  double limit = 0;  // the value it is entered at
  Time at{};
};

struct PollResult {
  Id device = 0;
  std::string profile;
  Time at{};
  std::optional<Error> error;  // what went wrong, wholly or in part
  std::size_t samples = 0;
  std::size_t rates_withheld = 0;  // counters whose rate could not be known this time
  bool restarted = false;          // the device started anew since the last poll
  bool nothing = false;            // the device has none of the profile's objects
};

class PollSink {
 public:
  virtual ~PollSink() = default;
  virtual void take(const Observation& observation) = 0;
  virtual void take(const PollResult& result) = 0;
};

}  // namespace yagura::monitor::poll
