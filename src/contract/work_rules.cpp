#include "contract/work_rules.hpp"

#include <algorithm>

#include "contract/deadline_form.hpp"
#include "contract/value_types.hpp"

namespace yagura::contract {
namespace {

using schema::Value;

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const auto& item : list.items()) out.push_back(item.text());
  return out;
}

std::string word_or(const Value& value, const char* standard) {
  return value.is_null() ? std::string(standard) : value.text();
}

std::vector<FormChoice> choices_of(const Value& list) {
  std::vector<FormChoice> out;
  for (const auto& choice : list.items()) out.push_back({choice["id"].text(), words_of(choice["title"])});
  return out;
}

class WorkReader {
 public:
  WorkReader(const Tree& tree, const calendar::Book& book, const std::string& office_calendar,
             std::vector<Fault>& faults)
      : tree_(tree), book_(book), office_calendar_(office_calendar), faults_(faults) {}

  WorkRules read() {
    WorkRules out;
    const auto& root = tree_.root();
    for (const auto& value : root["check_lists"].items()) out.check_lists.push_back(list(value));
    for (const auto& value : root["work_kinds"].items()) out.kinds.push_back(kind(value));
    if (const auto& value = root["work_notices"]; !value.is_null()) out.notices = notices(value);
    return out;
  }

 private:
  void fault(const Value& at, Error error) {
    const auto place = tree_.place(at);
    faults_.push_back({place.file, place.line, std::move(error)});
  }

  std::optional<calendar::Deadline> deadline(const Value& value) {
    if (value.is_null()) return {};
    auto read = read_deadline(value, office_calendar_);
    const auto sound =
        read ? calendar::check_deadline(*read, book_) : Result<>(std::unexpected(read.error()));
    if (sound) return *std::move(read);
    fault(value, sound.error());
    return {};
  }

  CheckItem item(const Value& value) {
    CheckItem made;
    made.id = value["id"].text();
    made.title = words_of(value["title"]);
    if (!value["section"].is_null()) made.section = words_of(value["section"]);
    made.how = word_or(value["how"], "person");
    made.answer = word_or(value["answer"], "ok_ng");
    made.choices = choices_of(value["choices"]);
    made.unit = value["unit"].text();
    made.photograph = value["photograph"].boolean();
    if ((made.answer == "choice") == made.choices.empty())
      fault(value, {"contract.form_choices", {{"id", made.id}}});
    return made;
  }

  CheckList list(const Value& value) {
    CheckList made;
    made.id = value["id"].text();
    made.title = words_of(value["title"]);
    made.clause = value["clause"].text();
    made.device_classes = texts(value["device_classes"]);
    made.once = value["per"].text() == "order";
    made.failure_stops = value["failure"].text() == "stop";
    for (const auto& one : value["items"].items()) made.items.push_back(item(one));
    return made;
  }

  WorkKind kind(const Value& value) {
    WorkKind made;
    made.id = value["id"].text();
    made.title = words_of(value["title"]);
    made.clause = value["clause"].text();
    made.notice = deadline(value["notice"]).value_or(calendar::Deadline{});
    made.emergency = deadline(value["emergency"]);
    made.within = deadline(value["within"]);
    made.report = deadline(value["report"]);
    made.regular = texts(value["regular"]);
    made.check_lists = texts(value["check_lists"]);
    made.ordered_by = texts(value["ordered_by"]);
    made.planned_by = texts(value["planned_by"]);
    made.approved_by = texts(value["approved_by"]);
    made.executed_by = texts(value["executed_by"]);
    made.accepted_by = texts(value["accepted_by"]);
    if (value["photographs"].is_number()) made.photographs = static_cast<int>(value["photographs"].integer());
    if (value["remind_days"].is_array()) {
      made.remind_days.clear();
      for (const auto& days : value["remind_days"].items())
        made.remind_days.push_back(static_cast<int>(std::clamp<std::int64_t>(days.integer(), 0, 365)));
    }
    made.rotation = value["rotation"].text();
    return made;
  }

  WorkNotices notices(const Value& value) {
    WorkNotices made;
    made.clause = value["clause"].text();
    made.sources = choices_of(value["sources"]);
    made.assess = deadline(value["assess"]).value_or(calendar::Deadline{});
    made.received_by = texts(value["received_by"]);
    made.assessed_by = texts(value["assessed_by"]);
    made.work_kinds = texts(value["work_kinds"]);
    return made;
  }

  const Tree& tree_;
  const calendar::Book& book_;
  const std::string& office_calendar_;
  std::vector<Fault>& faults_;
};

}  // namespace

const WorkKind* WorkRules::kind(std::string_view id) const {
  const auto found = std::ranges::find(kinds, id, &WorkKind::id);
  return found == kinds.end() ? nullptr : &*found;
}

const CheckList* WorkRules::check_list(std::string_view id) const {
  const auto found = std::ranges::find(check_lists, id, &CheckList::id);
  return found == check_lists.end() ? nullptr : &*found;
}

WorkRules build_work(const Tree& tree, const calendar::Book& book, const std::string& office_calendar,
                     std::vector<Fault>& faults) {
  return WorkReader(tree, book, office_calendar, faults).read();
}

}  // namespace yagura::contract
