#include "monitor/poll/threshold.hpp"

namespace yagura::monitor::poll {

ThresholdState::Change ThresholdState::take(const Threshold& threshold, double value) {
  const bool beyond = threshold.above ? value >= *threshold.above : value <= threshold.below.value_or(0);
  const bool back = threshold.above ? value < threshold.leave : value > threshold.leave;
  const bool agrees = entered_ ? back : beyond;
  if (!agrees) {
    agreeing_ = 0;
    return Change::none;
  }
  if (++agreeing_ < (entered_ ? threshold.leave_hold : threshold.hold)) return Change::none;
  agreeing_ = 0;
  entered_ = !entered_;
  return entered_ ? Change::entered : Change::left;
}

}  // namespace yagura::monitor::poll
