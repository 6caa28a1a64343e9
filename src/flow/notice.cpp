#include "flow/notice.hpp"

#include <algorithm>
#include <array>

#include "calendar/day_count.hpp"

namespace yagura::flow {

namespace {

using calendar::Words;

struct Said {
  std::string_view topic;
  Words happened;
};

const std::array<Said, 7>& all_said() {
  static const std::array<Said, 7> said{{
      {"submitted", {"承認・処理をお願いします", "Please decide"}},
      {"opened", {"承認・処理をお願いします", "Please decide"}},
      {"rerouted",
       {"承認者が変わりました。承認・処理をお願いします", "The approver has changed; please decide"}},
      {"reminded", {"期限が近づいています。承認・処理をお願いします", "Nearly due; please decide"}},
      {"sent_back",
       {"差し戻されました。直して出し直せます", "Sent back; it can be corrected and handed in again"}},
      {"approved", {"承認されました", "Approved"}},
      {"rejected", {"却下されました", "Rejected"}},
  }};
  return said;
}

}  // namespace

bool tells_submitter(std::string_view topic) {
  return topic == "sent_back" || topic == "approved" || topic == "rejected";
}

std::vector<std::size_t> steps_told(const Request& request, std::string_view topic) {
  std::vector<std::size_t> out;
  const bool all = topic == "reminded" || topic == "rerouted";
  if (!all && topic != "submitted" && topic != "opened") return out;
  for (std::size_t i = 0; i < request.route.size(); ++i) {
    const auto& step = request.at.steps[i];
    // What was open before is known already to those who decide it.
    if (step.state == StepState::open && (all || step.opened == request.changed_at)) out.push_back(i);
  }
  return out;
}

std::optional<Notice> notice_of(const Request& request, const contract::Form& form, const Words& contract,
                                std::string_view topic) {
  const auto said = std::ranges::find(all_said(), topic, &Said::topic);
  if (said == all_said().end()) return std::nullopt;
  std::string ja = contract.ja + "\n\n" + said->happened.ja + "。\n", en = said->happened.en + ".\n";
  const auto line = [&](const Words& name, const Words& value) {
    ja += name.ja + "：" + value.ja + "\n";
    en += name.en + ": " + value.en + "\n";
  };
  const auto plain = [](const std::string& text) { return Words{text, text}; };
  line({"申請", "Request"}, {form.title.ja + " " + request.number, form.title.en + " " + request.number});
  line({"申請者", "Submitted by"}, plain(request.submitter.name));
  line({"申請日時", "Submitted"}, calendar::civil_words(request.submitted_at));
  for (const auto i : steps_told(request, topic)) {
    const auto& id = request.route[i].step;
    const auto* rule = form.step(id);
    line({"手順", "Step"}, rule == nullptr ? plain(id) : rule->title);
    const auto open = std::ranges::find(request.open, id, &OpenStep::step);
    if (open != request.open.end() && open->due) line({"期限", "Due"}, calendar::civil_words(*open->due));
  }
  return Notice{"[" + request.number + "] " + said->happened.ja + "：" + form.title.ja, ja + "\n" + en};
}

}  // namespace yagura::flow
