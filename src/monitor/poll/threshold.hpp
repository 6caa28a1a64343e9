// Thresholds with separate enter and leave values and hold counts, so that a value swinging about a limit
// makes one observation and not a hundred.
// Purpose: pure state machine per metric and instance. Threads: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace yagura::monitor::poll {

enum class Severity : std::uint8_t { notice, warning, critical };

struct Threshold {
  Severity severity = Severity::warning;
  // Exactly one: entered at or beyond this value.
  std::optional<double> above, below;
  double leave = 0;    // left when the value is back beyond this (below it for `above`)
  int hold = 1;        // polls in a row that must agree before it is entered
  int leave_hold = 1;  // ... and left
};

class ThresholdState {
 public:
  enum class Change : std::uint8_t { none, entered, left };

  // One new value. A poll without a value changes nothing: silence is not recovery.
  Change take(const Threshold& threshold, double value);
  [[nodiscard]] bool entered() const { return entered_; }
  // For state kept over a restart of ours.
  void restore(bool entered) { entered_ = entered; }

 private:
  bool entered_ = false;
  int agreeing_ = 0;
};

}  // namespace yagura::monitor::poll
