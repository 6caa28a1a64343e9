// How work orders stand in their tables, as JSON; for the parts of WorkOrders and their neighbours, not for
// other rooms.
#pragma once

#include "desk/work_orders.hpp"

namespace yagura::desk {

// One transaction on one order.
struct WorkOrders::Change {
  store::Session& session;
  const contract::Pack& pack;
  const contract::WorkKind& kind;
  const journal::Actor& by;
  WorkOrder& order;
  const char* told = "";                         // the kind of its journal entry
  schema::Value data = schema::Value::object();  // and what it says
};

inline std::string work_subject(Id order) { return "work/" + std::to_string(order); }

schema::Value keep(const std::vector<WorkFile>& files);
std::vector<WorkFile> files_kept(const schema::Value& kept);
schema::Value keep(const std::vector<WorkTarget>& targets);
std::vector<WorkTarget> targets_kept(const schema::Value& kept);
schema::Value keep(const WorkPlan& plan);
WorkPlan plan_kept(const schema::Value& kept);
// People, reasons and executors.
schema::Value keep_people(const WorkOrder& order);
void read_people(const schema::Value& kept, WorkOrder& order);
// What a step asks for, frozen at approval, and what was answered.
schema::Value keep_frozen(const WorkStep& step);
schema::Value keep_done(const WorkStep& step);
WorkStep step_kept(int seq, const schema::Value& frozen, const schema::Value& done);

Result<void> check_work_text(std::string_view text, std::size_t most, bool required);

}  // namespace yagura::desk
