// Everything about work orders that belongs together, made in its order: what an application holds.
#pragma once

#include "desk/campaigns.hpp"
#include "desk/visits.hpp"
#include "desk/work_due.hpp"
#include "desk/work_notices.hpp"

namespace yagura::desk {

struct WorkDesk {
  WorkDesk(WorkOrders::Ground ground, WorkOrders::PackSource packs) : orders(ground, std::move(packs)) {}
  WorkDesk(const WorkDesk&) = delete;
  WorkDesk& operator=(const WorkDesk&) = delete;

  WorkOrders orders;
  Campaigns campaigns{orders};
  Visits visits{orders};
  WorkNotices notices{orders, campaigns};
  DueWork due{orders};
};

}  // namespace yagura::desk
