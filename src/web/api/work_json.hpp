// Writers of the schemas of tag work; for work_*.cpp only.
#pragma once

#include "web/api/json.hpp"
#include "web/api/work_api.hpp"

namespace yagura::web {

Value work_kind_value(const contract::WorkKind& kind, const contract::WorkRules& rules,
                      const std::string& role);
// Schema WorkOrder; steps and plan with `whole`.
Value work_order_value(const desk::WorkOrder& order, const contract::WorkRules& rules,
                       const desk::WorkPerson& who, Time now, bool whole);
Value campaign_value(const desk::Campaign& campaign, const contract::WorkRules& rules,
                     const desk::WorkPerson& who);
Value visit_value(const desk::Visit& visit, const contract::WorkRules& rules, const desk::WorkPerson& who,
                  Time now);
Value work_notice_value(const desk::WorkNotice& notice, const contract::WorkRules& rules,
                        const desk::WorkPerson& who, Time now);
Value site_progress_value(const desk::SiteProgress& progress);

}  // namespace yagura::web
