// One work over many places: an order for each machine or each site, planned and approved together, followed
// by site.
//
// Purpose: opens the orders of a campaign in one transaction, and tells how far each site is. What happens to
//          an order afterwards is its own course (work_course.hpp); a campaign has no state beside theirs.
// Limits:  2,000 machines and 500 orders; more is desk.work_targets_many.
// Errors:  desk.campaign_not_found, desk.work_*; those of ledger and store.
// Threads: safe from any thread.
// Follows: requirements D4, D5, C14, C15; sapporo 4 (all places within two weeks).
#pragma once

#include "desk/waves.hpp"

namespace yagura::desk {

// Machines of the ledger `devices`: all that is said must hold; what is empty holds for all.
struct MachineFilter {
  std::vector<std::string> classes;
  std::vector<Id> sites;
  std::string text;  // in name, maker or model
};

struct Machine {
  Id id = 0;
  std::string name, device_class, model;
  Id site = 0;
  std::string site_name;
};

struct SiteProgress : Progress {
  Id site = 0;
  std::string site_name;
};

struct Campaign {
  Id id = 0;
  std::int64_t version = 0;
  std::string contract, number, kind, title, detail, opened_by, per;
  Id notice = 0;
  std::optional<Time> due;
  Time opened_at;
  std::vector<SiteProgress> sites;  // in the order of their names
  std::vector<Wave> waves;          // none: all at once. Filled in by get(), not by list()
  [[nodiscard]] Progress whole() const;
};

struct NewCampaign {
  std::string contract, kind, title, detail;
  bool per_site = true;  // one order for each site with all its machines; else one for each machine
  MachineFilter filter;
  std::vector<NewWave> waves;  // none: all at once
  std::optional<Time> due;
  Id notice = 0, request = 0;
  std::string request_number;
};

class Campaigns {
 public:
  explicit Campaigns(WorkOrders& orders) : orders_(orders) {}

  Result<std::vector<Machine>> machines(std::string_view contract, const MachineFilter& filter);
  Result<Campaign> open(const journal::Actor& by, const WorkPerson& who, const NewCampaign& wanted);
  // Within a transaction of the caller's; `approved` as for WorkOrders::open.
  Result<Campaign> open(store::Session& s, const journal::Actor& by, const WorkPerson& who,
                        const NewCampaign& wanted, bool approved);
  Result<Campaign> get(std::string_view contract, Id id);
  Result<std::vector<Campaign>> list(std::string_view contract, Id before, int limit);

  struct Slot {
    Id order = 0;
    std::int64_t version = 0;
    Time from, until;
  };
  // One plan for many of its orders, each at its own time: all of them or none.
  Result<Campaign> plan(const journal::Actor& by, const WorkPerson& who, std::string_view contract, Id id,
                        const WorkPlan& plan, const std::vector<Slot>& slots);
  Result<Campaign> decide(const journal::Actor& by, const WorkPerson& who, std::string_view contract, Id id,
                          const std::vector<Slot>& slots, WorkOrders::PlanDecision decision,
                          const std::string& reason);
  // The next wave, by whoever approves plans of this kind.
  Result<Campaign> open_wave(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                             Id id, int seq, const std::string& finding);

 private:
  Result<Campaign> read(store::Session& s, std::string_view contract, Id id);
  Result<void> read_progress(store::Session& s, std::span<Campaign> campaigns);
  Result<void> belongs(store::Session& s, std::string_view contract, Id campaign,
                       const std::vector<Slot>& slots);

  WorkOrders& orders_;
};

}  // namespace yagura::desk
