// Which steps an order of a kind has when its plan is approved.
#include <algorithm>

#include "desk/work_course.hpp"

namespace yagura::desk {

namespace {

WorkStep step_of(const contract::CheckList& list, const contract::CheckItem& item, const WorkTarget* target) {
  WorkStep made;
  made.list = list.id;
  made.item = item.id;
  made.section = item.section;
  if (made.section.ja.empty()) made.section = list.title;
  made.title = item.title;
  made.how = item.how;
  made.answer = item.answer;
  made.choices = item.choices;
  made.unit = item.unit;
  made.photograph = item.photograph;
  made.stops = list.failure_stops;
  if (target != nullptr) {
    made.target = target->row;
    made.target_title = target->title;
  }
  return made;
}

WorkStep step_of(const PasswordOfWork& password) {
  WorkStep made;
  made.list = "passwords";
  made.item = std::to_string(password.row);
  made.section = {"パスワードの変更", "Passwords changed"};
  made.title = {"変更して金庫に記録する", "Changed and recorded in the vault"};
  made.how = "both";
  made.answer = "vault";
  made.target = password.row;
  made.target_title = password.name;
  if (password.changed.empty()) return made;
  made.result = StepResult::ok;
  made.value = password.changed;
  made.by_name = password.changed_by;
  return made;
}

bool concerns(const contract::CheckList& list, const WorkTarget& target) {
  return list.device_classes.empty() ||
         std::ranges::find(list.device_classes, target.device_class) != list.device_classes.end();
}

}  // namespace

std::vector<WorkStep> steps_of(const contract::WorkRules& rules, const contract::WorkKind& kind,
                               const std::vector<std::string>& procedure,
                               const std::vector<WorkTarget>& targets,
                               const std::vector<PasswordOfWork>& passwords) {
  std::vector<WorkStep> out;
  for (const auto& text : procedure) {
    WorkStep made;
    made.title = {text, text};
    made.how = "person";
    made.answer = "done";
    out.push_back(std::move(made));
  }
  const auto lists_for = [&](const WorkTarget* target, bool once) {
    for (const auto& id : kind.check_lists) {
      const auto* list = rules.check_list(id);
      if (list == nullptr || list->once != once || (target != nullptr && !concerns(*list, *target))) continue;
      if (target == nullptr && !once && !list->device_classes.empty()) continue;
      for (const auto& item : list->items) out.push_back(step_of(*list, item, target));
    }
  };
  lists_for(nullptr, true);
  if (targets.empty()) lists_for(nullptr, false);
  for (const auto& target : targets) lists_for(&target, false);
  for (const auto& password : passwords) out.push_back(step_of(password));
  for (std::size_t i = 0; i < out.size(); ++i) out[i].seq = static_cast<int>(i) + 1;
  return out;
}

}  // namespace yagura::desk
