// Work orders on disk: opened, planned, approved, carried out step by step, and accepted by the city.
//
// Purpose: keeps what work_course.hpp decides. Which kinds of work and check lists there are stands in the
//          contract's pack; machines and sites are rows of the ledgers.
// Change:  an act writes the order, its steps and its journal entry in one transaction. Acts at a desk name
//          the version of the order they were made on, answers to a step the version of the step: who was
//          slower is refused (desk.work_conflict, desk.work_step_conflict) and nothing is lost.
// Keys:    an act may carry a key that its sender chose. The same key again, by the same person on the same
//          order, answers with the order as it is and does nothing: what a telephone sends twice is done
//          once. A key that was used for something else is desk.work_key_used.
// Failures: a failed step that does not stop its order becomes a row of the ledger `issues` when the order is
//           done, in the same transaction, once.
// Errors:  desk.work_*; those of ledger, calendar and store.
// Threads: safe from any thread.
// Follows: requirements D4, D9, C14, C15.
#pragma once

#include <functional>
#include <memory>

#include "contract/pack.hpp"
#include "desk/work_course.hpp"
#include "journal/journal.hpp"
#include "ledger/ledgers.hpp"
#include "schema/value.hpp"
#include "store/database.hpp"
#include "store/fragments.hpp"

namespace yagura::desk {

std::span<const store::Migration> work_migrations();

struct WorkQuery {
  std::string contract, kind, search;
  std::vector<WorkState> states;  // empty: any
  Id site = 0, campaign = 0, visit = 0, device = 0;
  bool overdue = false;
  bool without_visit = false;
  bool wave_open = false;  // not those that wait for their wave (waves.hpp)
  Id before = 0;           // cursor: ids smaller than this
  int limit = 50;
};

struct NewWorkOrder {
  std::string contract, kind, title, detail;
  std::vector<Id> devices;
  Id site = 0;  // where no device is named
  std::optional<Time> due;
  Id campaign = 0, request = 0;
  std::string request_number;
};

// Who asked for an act, on what he saw, and when it happened.
struct WorkAct {
  Id order = 0;
  std::optional<std::int64_t> version = {};
  std::string key = {};
  std::optional<Time> at = {};
};

class WorkOrders {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
    ledger::Ledgers& ledgers;
  };
  using PackSource = std::function<std::shared_ptr<const contract::Pack>(std::string_view contract)>;
  // topic: work; after it is on disk.
  using Listener = std::function<void(const std::string& contract, std::string_view topic, Id id)>;

  WorkOrders(Ground ground, PackSource packs) : at_(ground), packs_(std::move(packs)) {}
  void listen(Listener listener) { listener_ = std::move(listener); }  // before serving

  Result<WorkOrder> open(const journal::Actor& by, const WorkPerson& who, const NewWorkOrder& wanted);
  // The same within a transaction of the caller's; `approved`: what asks for it was approved by those who may
  // order, so that the role of `who` is not asked.
  Result<WorkOrder> open(store::Session& s, const journal::Actor& by, const WorkPerson& who,
                         const NewWorkOrder& wanted, bool approved);

  Result<WorkOrder> get(std::string_view contract, Id id);
  Result<std::vector<WorkOrder>> list(const WorkQuery& query);
  struct Counts {
    std::map<std::string, int> by_state;
    int overdue = 0;
  };
  Result<Counts> counts(std::string_view contract);

  // devices: the machines it concerns, where the plan names them; the order's own otherwise.
  Result<WorkOrder> plan(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                         const WorkAct& act, const WorkPlan& plan,
                         const std::optional<std::vector<Id>>& devices);
  enum class PlanDecision : unsigned char { approve, give_back, reject };
  Result<WorkOrder> decide_plan(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                                const WorkAct& act, PlanDecision decision, const std::string& reason);
  Result<WorkOrder> withdraw(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                             const WorkAct& act, const std::string& reason);
  Result<WorkOrder> start(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                          const WorkAct& act);
  Result<WorkOrder> answer(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                           const WorkAct& act, StepAnswer given);
  Result<WorkOrder> stop(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                         const WorkAct& act, const std::string& reason);
  Result<WorkOrder> decide_stop(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                                const WorkAct& act, StopDecision decision, const std::string& reason);
  Result<WorkOrder> finish(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                           const WorkAct& act, const std::string& result);
  Result<WorkOrder> accept(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                           const WorkAct& act, bool accepted, const std::string& note);
  // A privileged id (a row of privileged_ids) got another password on that day: completes the steps that wait
  // for it, within the transaction that records the change.
  Result<void> password_changed(store::Session& s, const journal::Actor& by, std::string_view contract,
                                Id row, const std::string& day);

  // Orders of a database from before the search had its index.
  Result<void> fill_search(std::string_view contract);

  // For what stands beside it (campaigns, visits, notices) ------------------------------------------------
  [[nodiscard]] Ground& ground() { return at_; }
  [[nodiscard]] Result<std::shared_ptr<const contract::Pack>> pack(std::string_view contract) const;
  // "R8-WK-0001"
  Result<std::string> next_number(store::Session& s, std::string_view contract, std::string_view letters);
  Result<WorkOrder> read(store::Session& s, std::string_view contract, Id id);
  // What has to happen next to orders that are not over, counted anew (another pack, a calendar that
  // changed).
  Result<int> renew_due(std::string_view contract);
  Result<std::vector<WorkOrder>> read_where(store::Session& s, std::string_view condition,
                                            std::span<const store::Param> params);
  Result<void> plan(store::Session& s, const journal::Actor& by, const WorkPerson& who,
                    std::string_view contract, const WorkAct& act, const WorkPlan& plan);
  Result<void> decide_plan(store::Session& s, const journal::Actor& by, const WorkPerson& who,
                           std::string_view contract, const WorkAct& act, PlanDecision decision,
                           const std::string& reason);
  Result<void> journal(store::Session& s, std::string_view contract, const journal::Actor& by,
                       const char* kind, const std::string& subject, schema::Value data);
  void tell(store::Session& s, std::string_view contract, std::string_view topic, Id id);
  // Whether this act was done before; else it is remembered with this transaction.
  Result<bool> done_before(store::Session& s, std::string_view contract, const std::string& key, Id subject,
                           Id account);

 private:
  struct Change;
  Result<WorkOrder> within(const journal::Actor& by, std::string_view contract, const WorkAct& act,
                           const std::function<Result<void>(Change&)>& work);
  Result<void> change(store::Session& s, const journal::Actor& by, std::string_view contract,
                      const WorkAct& act, const std::function<Result<void>(Change&)>& work);
  Result<std::vector<WorkTarget>> targets_of(std::string_view contract, const std::vector<Id>& devices,
                                             Id& site, std::string& site_name);
  Result<std::vector<WorkFile>> files_of(store::Session& s, std::string_view contract,
                                         const std::vector<WorkFile>& given);
  Result<void> insert(store::Session& s, const WorkOrder& order);
  Result<void> write(store::Session& s, const WorkOrder& before, WorkOrder& after);
  Result<void> write_targets(store::Session& s, const WorkOrder& order);
  Result<void> make_tasks(Change& c);
  Result<std::int64_t> next_place(store::Session& s, std::string_view contract);
  Result<std::vector<WorkOrder>> searched(store::Session& s, const store::Words& words,
                                          const std::vector<std::int64_t>& places, const std::string& where,
                                          const std::vector<store::Param>& params, int limit);
  Result<std::vector<PasswordOfWork>> passwords_of(std::string_view contract, const contract::WorkKind& kind,
                                                   const WorkOrder& order);

  Ground at_;
  PackSource packs_;
  const store::Fragments fragments_{"work_piece"};
  Listener listener_;
};

}  // namespace yagura::desk
