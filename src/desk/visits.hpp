// Visits: several work orders at one site, done with one arrival and one departure.
//
// Purpose: groups orders of a site on a day and keeps when the workers came and went. Orders keep their own
//          course; leaving while one of them is not done needs a note that says why.
// Errors:  desk.visit_*, desk.work_*; those of store. Keys of acts: as for WorkOrders.
// Threads: safe from any thread.
// Follows: requirements D4, D9; sapporo 4 (several works in one visit).
#pragma once

#include "desk/work_orders.hpp"

namespace yagura::desk {

struct Visit {
  Id id = 0;
  std::int64_t version = 0;
  std::string contract, number, site_name, day, workers, state;  // planned, there, left; day: ISO date, Japan
  Id site = 0;
  std::optional<Time> arrived_at, left_at;
  std::string arrived_by, left_by, note;
  std::vector<WorkOrder> orders;  // without their steps
};

class Visits {
 public:
  explicit Visits(WorkOrders& orders) : orders_(orders) {}

  // Orders that are planned or further, all at that site, and in no other visit that is not over.
  Result<Visit> plan(const journal::Actor& by, const WorkPerson& who, std::string_view contract, Id site,
                     const std::string& day, const std::string& workers, const std::vector<Id>& orders);
  Result<Visit> get(std::string_view contract, Id id);
  // Those of a day and later, or all newest first; past: those before it.
  Result<std::vector<Visit>> list(std::string_view contract, const std::string& from_day, bool open_only,
                                  int limit);
  struct Act {
    Id visit = 0;
    std::string key, note;
    std::optional<Time> at;
  };
  // A second time changes nothing.
  Result<Visit> arrive(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                       const Act& act);
  Result<Visit> leave(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                      const Act& act);

 private:
  Result<Visit> read(store::Session& s, std::string_view contract, Id id);
  Result<void> may_execute(const Visit& visit, const WorkPerson& who) const;
  WorkOrders& orders_;
};

}  // namespace yagura::desk
