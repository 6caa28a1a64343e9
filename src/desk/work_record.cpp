#include "desk/work_record.hpp"

#include "base/text.hpp"

namespace yagura::desk {

using schema::Value;

namespace {

Value keep(const WorkPerson& who) {
  return Value::object(
      {{"account", who.account}, {"name", who.name}, {"role", who.role}, {"for", who.for_name}});
}

WorkPerson person_kept(const Value& kept) {
  return {kept["account"].integer(), kept["name"].text(), kept["role"].text(), kept["for"].text()};
}

Value keep(const calendar::Words& words) { return Value::object({{"ja", words.ja}, {"en", words.en}}); }
calendar::Words words_kept(const Value& kept) { return {kept["ja"].text(), kept["en"].text()}; }

}  // namespace

Value keep(const std::vector<WorkFile>& files) {
  Value out = Value::array();
  for (const auto& file : files) out.push(Value::object({{"id", file.id}, {"name", file.name}}));
  return out;
}

std::vector<WorkFile> files_kept(const Value& kept) {
  std::vector<WorkFile> out;
  for (const auto& file : kept.items()) out.push_back({file["id"].integer(), file["name"].text()});
  return out;
}

Value keep(const std::vector<WorkTarget>& targets) {
  Value out = Value::array();
  for (const auto& t : targets)
    out.push(
        Value::object({{"ledger", t.ledger}, {"row", t.row}, {"title", t.title}, {"class", t.device_class}}));
  return out;
}

std::vector<WorkTarget> targets_kept(const Value& kept) {
  std::vector<WorkTarget> out;
  for (const auto& t : kept.items())
    out.push_back({t["ledger"].text(), t["row"].integer(), t["title"].text(), t["class"].text()});
  return out;
}

Value keep(const WorkPlan& plan) {
  Value procedure = Value::array();
  for (const auto& step : plan.procedure) procedure.push(step);
  return Value::object({{"from", to_micros(plan.from)},
                        {"until", to_micros(plan.until)},
                        {"workers", plan.workers},
                        {"influence", plan.influence},
                        {"procedure", std::move(procedure)},
                        {"papers", keep(plan.papers)},
                        {"emergency", plan.emergency},
                        {"emergency_reason", plan.emergency_reason}});
}

WorkPlan plan_kept(const Value& kept) {
  WorkPlan out;
  out.from = from_micros(kept["from"].integer());
  out.until = from_micros(kept["until"].integer());
  out.workers = kept["workers"].text();
  out.influence = kept["influence"].text();
  for (const auto& step : kept["procedure"].items()) out.procedure.push_back(step.text());
  out.papers = files_kept(kept["papers"]);
  out.emergency = kept["emergency"].boolean();
  out.emergency_reason = kept["emergency_reason"].text();
  return out;
}

Value keep_people(const WorkOrder& order) {
  Value executors = Value::array();
  for (const Id one : order.executors) executors.push(one);
  return Value::object({{"orderer", keep(order.orderer)},
                        {"planner", keep(order.planner)},
                        {"approver", keep(order.approver)},
                        {"acceptor", keep(order.acceptor)},
                        {"executors", std::move(executors)},
                        {"stopped_step", order.stopped_step},
                        {"reason", order.reason},
                        {"result", order.result}});
}

void read_people(const Value& kept, WorkOrder& order) {
  order.orderer = person_kept(kept["orderer"]);
  order.planner = person_kept(kept["planner"]);
  order.approver = person_kept(kept["approver"]);
  order.acceptor = person_kept(kept["acceptor"]);
  for (const auto& one : kept["executors"].items()) order.executors.insert(one.integer());
  order.stopped_step = static_cast<int>(kept["stopped_step"].integer());
  order.reason = kept["reason"].text();
  order.result = kept["result"].text();
}

Value keep_frozen(const WorkStep& step) {
  Value choices = Value::array();
  for (const auto& choice : step.choices)
    choices.push(Value::object({{"id", choice.id}, {"title", keep(choice.title)}}));
  return Value::object({{"list", step.list},
                        {"item", step.item},
                        {"section", keep(step.section)},
                        {"title", keep(step.title)},
                        {"how", step.how},
                        {"answer", step.answer},
                        {"choices", std::move(choices)},
                        {"unit", step.unit},
                        {"photograph", step.photograph},
                        {"stops", step.stops},
                        {"target", step.target},
                        {"target_title", step.target_title}});
}

Value keep_done(const WorkStep& step) {
  Value out = Value::object({{"result", name_of(step.result)},
                             {"passed_over", step.passed_over},
                             {"value", step.value},
                             {"note", step.note},
                             {"photographs", keep(step.photographs)},
                             {"by", step.by},
                             {"by_name", step.by_name},
                             {"task", step.task},
                             {"version", step.version}});
  if (step.at) out.set("at", to_micros(*step.at));
  return out;
}

WorkStep step_kept(int seq, const Value& frozen, const Value& done) {
  WorkStep out;
  out.seq = seq;
  out.list = frozen["list"].text();
  out.item = frozen["item"].text();
  out.section = words_kept(frozen["section"]);
  out.title = words_kept(frozen["title"]);
  out.how = frozen["how"].text();
  out.answer = frozen["answer"].text();
  for (const auto& choice : frozen["choices"].items())
    out.choices.push_back({choice["id"].text(), words_kept(choice["title"])});
  out.unit = frozen["unit"].text();
  out.photograph = frozen["photograph"].boolean();
  out.stops = frozen["stops"].boolean();
  out.target = frozen["target"].integer();
  out.target_title = frozen["target_title"].text();
  for (const auto& [name, result] : enum_names(StepResult{}))
    if (name == done["result"].text()) out.result = result;
  out.passed_over = done["passed_over"].boolean();
  out.value = done["value"].text();
  out.note = done["note"].text();
  out.photographs = files_kept(done["photographs"]);
  out.by = done["by"].integer();
  out.by_name = done["by_name"].text();
  out.task = done["task"].integer();
  out.version = done["version"].integer();
  if (const auto& at = done["at"]; !at.is_null()) out.at = from_micros(at.integer());
  return out;
}

Result<void> check_work_text(std::string_view text, std::size_t most, bool required) {
  if (characters(text) > most || !is_utf8(text) || text.find('\0') != std::string_view::npos)
    return fail("desk.text_invalid", {{"limit", std::to_string(most)}});
  if (required && trim(text).empty()) return fail("desk.text_missing");
  return {};
}

}  // namespace yagura::desk
