// The words by which states, results and decisions of work are kept and sent.
#include "desk/work_course.hpp"

namespace yagura::desk {

std::span<const std::pair<std::string_view, WorkState>> enum_names(WorkState) {
  static constexpr std::pair<std::string_view, WorkState> names[] = {
      {"ordered", WorkState::ordered},    {"planned", WorkState::planned},
      {"approved", WorkState::approved},  {"executing", WorkState::executing},
      {"stopped", WorkState::stopped},    {"done", WorkState::done},
      {"accepted", WorkState::accepted},  {"rejected", WorkState::rejected},
      {"withdrawn", WorkState::withdrawn}};
  return names;
}

std::span<const std::pair<std::string_view, StepResult>> enum_names(StepResult) {
  static constexpr std::pair<std::string_view, StepResult> names[] = {
      {"open", StepResult::open},
      {"ok", StepResult::ok},
      {"failed", StepResult::failed},
      {"not_applicable", StepResult::not_applicable}};
  return names;
}

std::span<const std::pair<std::string_view, WorkOutcome>> enum_names(WorkOutcome) {
  static constexpr std::pair<std::string_view, WorkOutcome> names[] = {
      {"none", WorkOutcome::none},
      {"completed", WorkOutcome::completed},
      {"with_findings", WorkOutcome::with_findings},
      {"put_back", WorkOutcome::put_back},
      {"given_up", WorkOutcome::given_up}};
  return names;
}

std::span<const std::pair<std::string_view, StopDecision>> enum_names(StopDecision) {
  static constexpr std::pair<std::string_view, StopDecision> names[] = {{"again", StopDecision::again},
                                                                        {"go_on", StopDecision::go_on},
                                                                        {"put_back", StopDecision::put_back},
                                                                        {"give_up", StopDecision::give_up}};
  return names;
}

namespace {

template <class E>
std::string_view word_of(E value) {
  for (const auto& [name, one] : enum_names(value))
    if (one == value) return name;
  return {};
}

}  // namespace

std::string_view name_of(WorkState state) { return word_of(state); }
std::string_view name_of(StepResult result) { return word_of(result); }
std::string_view name_of(WorkOutcome outcome) { return word_of(outcome); }
std::string_view name_of(StopDecision decision) { return word_of(decision); }

bool is_over(WorkState state) {
  return state == WorkState::accepted || state == WorkState::rejected || state == WorkState::withdrawn;
}

}  // namespace yagura::desk
