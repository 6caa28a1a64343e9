// Deliverables as JSON, and as the workbook that is handed round.
//
// Threads: pure functions.
#pragma once

#include "desk/deliverables.hpp"
#include "web/api/context.hpp"
#include "web/api/json.hpp"

namespace yagura::web {

struct DeliverableRights {
  bool hand_in = false, decide = false;
};

// Schema "Deliverable".
Value deliverable_value(const contract::Pack& pack, const desk::DeliverableItem& item,
                        const DeliverableRights& rights, Time now);
// Schema "DeliverableKind".
Value deliverable_kind_value(const contract::Pack& pack, const contract::Deliverable& of);
// Schema "Submission".
Value submission_value(const desk::Submission& submission);
// One line an item, as .xlsx.
Result<std::string> deliverables_workbook(const contract::Pack& pack, const std::string& title,
                                          const std::vector<desk::DeliverableItem>& items, Time now);

}  // namespace yagura::web
