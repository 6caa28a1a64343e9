// Requests on forms: submitted, decided step by step, and followed by their effects, each exactly once.
//
// Purpose: keeps what route.hpp decides, with numbers by fiscal year, due dates and reminders, deputies, and
//          the history of every round. Which forms there are stands in the contract pack; who people are,
//          what rows there are and what an effect does is asked of the application (Bonds).
// Change:  an act writes the request, its open steps, the effects to come and its journal entry in one
//          transaction. An act names the version it was made on: who was slower is refused
//          (flow.version_conflict), and nothing is lost.
// Effects: run after the step is on disk, each in one transaction with the mark that it is done; one that
//          fails is tried again five times at growing distances, then stands as failed until somebody asks
//          again. What lies outside the database gets a key that is the same at every try.
// Errors:  flow.*, those of store.
// Threads: safe from any thread; tick() from one.
// Follows: requirement D3; okayama 3.3(1)②–⑤, moriguchi 6-3(10)④, matsusaka 5.3.2.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "contract/pack.hpp"
#include "flow/route.hpp"
#include "journal/journal.hpp"
#include "schema/shape.hpp"
#include "store/database.hpp"

namespace yagura::flow {

std::span<const store::Migration> migrations();

struct Person {
  Id account = 0;
  std::string name;
};

// An effect that is to happen now, inside that transaction.
struct EffectCall {
  std::string contract, request_number, key;  // key: the same at every try
  Id request = 0;
  Person submitter;
  const contract::FormEffect& effect;
  std::map<std::string, std::string> values;  // with what was filled in put in place
  std::set<std::string> rows;  // of the values: those that are the number of a chosen ledger row
  Values fields;
  Time submitted_at{};
};

struct EffectRow {
  std::string step, effect, state;  // pending, done, failed
  std::string outcome;              // what came of it; once a try failed, why (schema::error_text)
  int tries = 0;
};

struct OpenStep {
  std::string step;
  std::optional<Time> due, remind_at;
};

struct Request {
  Id id = 0;
  std::int64_t version = 0;
  std::string contract, form, number;
  Person submitter;
  Time submitted_at, changed_at;
  Values values;
  Route route;
  Case at;
  std::vector<OpenStep> open;
  std::vector<EffectRow> effects;  // filled by get() only
};

// What was handed in at each submission.
struct Round {
  int round = 1;
  Time at;
  Values values;
};

struct Deputy {
  Id id = 0;
  std::string contract;
  Person person, deputy;
  std::string from, until;  // ISO dates, Japan, both days included
};

struct RequestQuery {
  std::string contract, form, search;
  std::optional<State> state;
  Id submitter = 0;
  const Decider* waiting_for = nullptr;  // a step of it is open that he may decide
  Id before = 0;
  int limit = 50;
};

class Requests {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
  };
  struct Bonds {
    std::function<std::shared_ptr<const contract::Pack>(std::string_view contract)> pack;
    // Somebody with access to the contract; nothing when there is no such person, or not any more.
    std::function<Result<std::optional<Person>>(std::string_view contract, Id account)> person;
    // The head of his section; of the section above where he is the head himself.
    std::function<Result<std::optional<Person>>(std::string_view contract, Id account)> head;
    std::function<Result<bool>(std::string_view contract, const std::string& ledger, Id row)> row_exists;
    // What came of it, in words for the form.
    std::function<Result<std::string>(store::Session&, const EffectCall&)> effect;
    // Told of every change within its transaction, so that what is written of it (a mail to send, a place in
    // a list) shares its fate; may be left out.
    std::function<Result<void>(store::Session&, const Request&, std::string_view topic)> changed;
  };
  // The same, after it is on disk. topic: submitted, opened, rerouted, reminded, sent_back, approved,
  // rejected, withdrawn, effect_done, effect_failed.
  using Listener = std::function<void(const Request&, std::string_view topic)>;

  Requests(Ground ground, Bonds bonds) : ground_(ground), bonds_(std::move(bonds)) {}
  void listen(Listener listener) { listener_ = std::move(listener); }  // before serving

  // Every fault of what is filled in: of the form itself (step "") or of a step's own fields.
  Result<std::vector<schema::Fault>> check(std::string_view contract, const contract::Form& form,
                                           std::string_view step, const Values& values) const;

  Result<Request> submit(const journal::Actor& by, const Decider& who, std::string_view contract,
                         std::string_view form, const Values& values);
  Result<Request> get(std::string_view contract, Id id);
  Result<std::vector<Request>> list(const RequestQuery& query);
  // How many there are in all of what list() shows page by page.
  Result<std::int64_t> count(const RequestQuery& query);
  Result<std::vector<Round>> rounds(std::string_view contract, Id id);

  struct Act {
    Id request = 0;
    std::int64_t version = 0;
    std::string step, note;
    Values values;  // fields of the step, or the changed ones of a submission anew
  };
  Result<Request> approve(const journal::Actor& by, const Decider& who, std::string_view contract,
                          const Act& act);
  Result<Request> send_back(const journal::Actor& by, const Decider& who, std::string_view contract,
                            const Act& act);
  Result<Request> reject(const journal::Actor& by, const Decider& who, std::string_view contract,
                         const Act& act);
  Result<Request> withdraw(const journal::Actor& by, std::string_view contract, const Act& act);
  Result<Request> resubmit(const journal::Actor& by, std::string_view contract, const Act& act);
  // Another person for a step; the reason is act.note.
  Result<Request> reroute(const journal::Actor& by, std::string_view contract, const Act& act, Id person);
  // A failed effect is tried again.
  Result<Request> retry(const journal::Actor& by, std::string_view contract, const Act& act,
                        std::string_view effect);

  Result<Deputy> add_deputy(const journal::Actor& by, Deputy deputy);
  Result<void> end_deputy(const journal::Actor& by, std::string_view contract, Id id);
  Result<std::vector<Deputy>> deputies(std::string_view contract);
  // For whom this person stands in today.
  Result<std::vector<Person>> stands_in_for(std::string_view contract, Id account);

  // Runs effects that are due and reminds of steps. Returns how many.
  Result<int> tick();

 private:
  struct Change;
  Result<Request> within(const journal::Actor& by, std::string_view contract, const Act& act,
                         const std::function<Result<void>(Change&)>& work);
  Result<Request> read(store::Session& s, std::string_view contract, Id id);
  Result<std::vector<Request>> read_where(store::Session& s, std::string_view condition,
                                          std::span<const store::Param> params);
  Result<Route> frozen_route(std::string_view contract, const contract::Form& form, const Decider& who,
                             const Values& values) const;
  Result<void> write(store::Session& s, Request& request, const contract::Form& form, const Outcome& outcome);
  Result<void> open_steps(store::Session& s, const contract::Pack& pack, const contract::Form& form,
                          Request& request, const Outcome& outcome);
  Result<std::string> next_number(store::Session& s, std::string_view contract, const contract::Form& form);
  Result<void> journal(store::Session& s, const journal::Actor& by, const Request& request, const char* kind,
                       schema::Value data);
  Result<int> run_effects();
  Result<int> remind();
  Result<void> tell(store::Session& s, const Request& request, std::string_view topic);

  Ground ground_;
  Bonds bonds_;
  Listener listener_;
};

}  // namespace yagura::flow
