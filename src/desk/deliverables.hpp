// Deliverables in force: what a contract's papers are, when each is due, and what became of it.
//
// Purpose: every item of the contract's time is there before it is due, people are told before, and whoever
//          looks sees what is late. An item goes from planned to preparing, submitted, accepted; or returned
//          with a reason and submitted again; or waived by who would accept it. Which deliverables there are
//          stands in the contract pack.
// Kept:    a submission is written once and never changed: its files (bytes are the ledger's, with their
//          SHA-256), formats, copies, by whom, and the due date it was judged by.
// Plan:    plan() lays the pack out anew, after a start or a changed calendar. An item whose due date moved
//          keeps the one before, and a line of the journal says so; what was submitted is judged as it was
//          then. Items that were due before the contract was first planned here are marked and never counted
//          late. Occasions open by hand, or from the journal by share/deliverable_events.yaml, each entry
//          once, also after a crash between. What the journal says later of the same matter (the meeting is
//          on another day) moves the date, unless somebody said it by hand. A deliverable of each month whose
//          event has no day until it happens (a meeting) gets it the same way.
// Forms:   a paper that hangs on an approved form (`files` of an event) is handed in with it, on the day and
//          by whom the form was submitted, and accepted by its approval.
// Change:  an act names the version it was made on; who was slower gets desk.deliverable_conflict.
// Errors:  desk.deliverable_* and those of store, calendar.
// Threads: safe from any thread; tick() from one.
// Follows: requirement G2; moriguchi 表1, sapporo 6, sendai 7-8, okayama 2.8, 4.1, 4.3, matsusaka 2.5.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "contract/pack.hpp"
#include "desk/reminding.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"

namespace yagura::desk {

enum class DeliverableState : unsigned char {
  planned,
  preparing,
  submitted,
  returned,
  accepted,
  waived,
  dropped
};
std::span<const std::pair<std::string_view, DeliverableState>> enum_names(DeliverableState);
std::string_view name_of(DeliverableState state);

struct DeliverableItem {
  Id id = 0;
  std::int64_t version = 0;
  std::string contract, deliverable, period;
  DeliverableState state = DeliverableState::planned;
  std::optional<Time> event, due, due_before;  // due_before: as it stood before it last moved
  bool event_by_hand = false;                  // somebody said when; planning anew leaves it
  bool before_start = false;                   // was due before the contract was first planned here
  int submissions = 0;
  std::optional<Time> submitted_at, closed_at, accept_due;
  std::string subject;  // "incident/123": what opened the occasion; "" otherwise
  std::string note, opened_by;

  // Not handed in though it should be.
  [[nodiscard]] bool late(Time now) const;
};

struct DeliverableFile {
  Id attachment = 0;
  std::string name, type, sha256;
  std::int64_t size = 0;
};

struct Submission {
  int number = 1;
  Time at;
  Id account = 0;
  std::string who, note;
  std::vector<std::string> formats;
  int copies = 1;
  std::optional<Time> due;  // as it stood then
  bool late = false;
  std::string state;  // waiting, accepted, returned
  std::optional<Time> decided_at;
  std::string decided_by, reason;
  std::vector<DeliverableFile> files;
};

struct DeliverableQuery {
  std::string contract, deliverable;
  std::optional<Time> from, to;  // due in [from, to), or of `period` while it has no due date
  std::string period;
  std::string view;  // "": all; open: to be handed in; late; waiting: for acceptance
  std::optional<DeliverableState> state;
  std::string cursor;
  int limit = 50;
};

struct DeliverablePage {
  std::vector<DeliverableItem> items;
  std::string next;
};

struct DeliverableCounts {
  std::int64_t late = 0, soon = 0, waiting = 0, late_acceptance = 0;
};

// What in the journal opens an occasion (share/deliverable_events.yaml, which tells of each key).
struct EventSource {
  std::string kind, event, event_from, ledger, at, deliverable, meeting, period, again;
  bool moves = false, after_start = false;
  std::map<std::string, std::vector<schema::Value>> where;
};
Result<std::vector<EventSource>> load_event_sources(const std::filesystem::path& file);

class Deliverables {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
    notify::Contacts& contacts;
  };
  struct Bonds {
    std::function<std::shared_ptr<const contract::Pack>(std::string_view contract)> pack;
    PeopleOfRole people;
  };
  // After it is on disk; id 0: several.
  using Listener = std::function<void(const std::string& contract, Id id)>;

  static std::span<const store::Migration> migrations();

  Deliverables(Ground ground, Bonds bonds, std::vector<EventSource> sources)
      : at_(ground), bonds_(std::move(bonds)), sources_(std::move(sources)) {}
  void listen(Listener listener) { listener_ = std::move(listener); }  // before serving

  // Lays the contract's deliverables out; doing it again changes nothing unless the pack did. Returns how
  // many items came, moved or were dropped.
  Result<int> plan(std::string_view contract);
  // Opens occasions that the journal tells of, and reminds. Returns how many.
  Result<int> tick(std::string_view contract);

  Result<DeliverablePage> list(const DeliverableQuery& query);
  Result<DeliverableCounts> counts(std::string_view contract);
  Result<DeliverableItem> get(std::string_view contract, Id id);
  Result<std::vector<Submission>> submissions(std::string_view contract, Id id);

  Result<DeliverableItem> open(const journal::Actor& by, std::string_view contract,
                               const std::string& deliverable, Time event, const std::string& note);
  // When the event happens that it counts from: a meeting, a work.
  Result<DeliverableItem> set_event(const journal::Actor& by, std::string_view contract, Id id,
                                    std::int64_t version, Time event);
  Result<DeliverableItem> prepare(const journal::Actor& by, std::string_view contract, Id id,
                                  std::int64_t version);
  struct HandIn {
    std::vector<std::string> formats;
    int copies = 1;
    std::vector<Id> files;
    std::string note;
  };
  Result<DeliverableItem> submit(const journal::Actor& by, std::string_view contract, Id id,
                                 std::int64_t version, const HandIn& what);
  enum class Decision : unsigned char { accept, give_back, waive };
  // give_back and waive need a reason; nobody decides what he handed in himself.
  Result<DeliverableItem> decide(const journal::Actor& by, std::string_view contract, Id id,
                                 std::int64_t version, Decision decision, const std::string& reason);

 private:
  struct Change;
  Result<DeliverableItem> within(const journal::Actor& by, std::string_view contract, Id id,
                                 std::int64_t version, const std::function<Result<void>(Change&)>& work);
  Result<std::vector<DeliverableItem>> read_where(store::Session& s, std::string_view condition,
                                                  std::span<const store::Param> params);
  Result<DeliverableItem> read(store::Session& s, std::string_view contract, Id id);
  Result<void> insert(store::Session& s, const contract::Pack& pack, const DeliverableItem& item);
  Result<void> write(store::Session& s, const DeliverableItem& item);
  Result<void> journal(store::Session& s, const journal::Actor& by, const contract::Pack& pack,
                       const DeliverableItem& item, const char* kind, schema::Value data);
  Result<int> lay_out(store::Session& s, const contract::Pack& pack);
  Result<int> follow_journal(std::string_view contract);
  Result<int> open_occasions(store::Session& s, const contract::Pack& pack, const journal::Entry& entry);
  Result<bool> move(store::Session& s, const contract::Pack& pack, const contract::Deliverable& of,
                    DeliverableItem item, Time event, const std::string& subject);
  struct HandedIn;  // one submission
  Result<schema::Value> put_submission(store::Session& s, DeliverableItem& item, const HandedIn& what);
  Result<void> hand_in_with(store::Session& s, const contract::Pack& pack, const contract::Deliverable& of,
                            DeliverableItem item, const journal::Entry& entry);
  Result<int> remind(std::string_view contract);
  Result<std::vector<DeliverableFile>> files_of(store::Session& s, std::string_view contract,
                                                const HandIn& what);
  void tell(store::Session& s, std::string_view contract, Id id);

  Ground at_;
  Bonds bonds_;
  const std::vector<EventSource> sources_;
  std::map<std::string, Time, std::less<>> reminded_;  // of tick()'s thread: when it last looked
  Listener listener_;
};

// The pack's description of an item; null when the pack has it no more.
const contract::Deliverable* deliverable_of(const contract::Pack& pack, std::string_view id);

}  // namespace yagura::desk
