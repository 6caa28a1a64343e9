// Tickets and their clocks: from an alert, a call or a mail to a closed case whose every limit is accounted
// for.
//
// Purpose: one mechanism for every kind of ticket that the pack has: incidents of the watch, faults called
//          in, inquiries, repairs. Opens or joins them, records the events that drive the contract's clocks,
//          keeps reports, hand-over and closing. Which clocks there are, what starts and stops them and which
//          parts a report needs comes from the contract pack.
// Clocks:  the events are the truth; the judgement in a clock's row is how it was judged last, by the pack's
//          version named there. judge_now() judges the same events by the present pack.
// Time line: the journal entries whose subject is "incident/ID".
// Caller:  name, extension and mail are personal data: they stand in the ticket alone, neither in its time
//          line nor in the list; who may see them is the web's to decide.
// List:    tickets() is the desk's list of every kind; list() is that of incidents and faults, for the watch
//          and the reports.
// Errors:  desk.*, those of calendar, contract, ledger and store.
// Threads: safe from any thread. tick() warns and breaches; run it every few seconds from one thread.
// Follows: requirements A4, B6, D1, D2; okayama 3.3(3); matsusaka 2.3.1, 2.5, 3.6, 3.9(3); moriguchi 表3,
//          5-3(7), 6-3(1)④.
#pragma once

#include <functional>
#include <memory>

#include "contract/pack.hpp"
#include "desk/saved_views.hpp"
#include "desk/ticket_list.hpp"
#include "journal/journal.hpp"
#include "ledger/ledgers.hpp"
#include "notify/contacts.hpp"
#include "schema/value.hpp"
#include "store/database.hpp"

namespace yagura::desk {

std::span<const store::Migration> migrations();

enum class State : unsigned char { open, handed_over, restored, closed };
std::span<const std::pair<std::string_view, State>> enum_names(State);
std::string_view name_of(State state);

// Where and on what it happened, as the ledger has it at that moment.
struct Place {
  Id device = 0;
  std::string device_name, device_class;
  Id site = 0;
  std::string site_name, site_kind;
};

// An alert as the desk needs to know it.
struct AlertFacts {
  Id alert = 0;
  std::string contract, severity;
  calendar::Words title;
  Place place;
  Time first;
};

// Who asks. The account of somebody who asked by the portal, and the row of the contacts ledger where known.
struct Caller {
  std::string name{}, section{}, extension{}, mail{};
  Id account = 0, contact = 0;
};

enum class Channel : unsigned char { phone, mail, portal, monitoring };
std::span<const std::pair<std::string_view, Channel>> enum_names(Channel);
std::string_view name_of(Channel channel);

struct Incident {
  Id id = 0;
  std::string contract, number, title, severity;
  std::string kind;  // of the pack's ticket kinds
  Channel channel = Channel::monitoring;
  Caller caller;
  std::string stage;   // of its kind; "" where the kind has none
  Id merged_into = 0;  // closed, for the same is told there
  Id loan = 0;         // row of the ledger loans that is out for it
  std::string loan_name;
  std::optional<Time> acknowledged_at;
  std::string acknowledged_by;
  std::vector<std::string> happened;  // events so far, oldest first; filled by get() and by changes
  std::string title_en;               // of a title that came from data; "" when a person wrote the title
  State state = State::open;
  Time detected_at;
  std::optional<Time> restored_at, closed_at;
  Place place;
  Id owner = 0;
  std::string owner_name;
  bool service_stopped = false;
  std::string detail, close_reason, handed_to, handed_reference;
  std::vector<Id> alerts;  // filled by get() and by what changes an incident, not by list()
  int alert_count = 0;
  std::optional<Time> next_due;  // of the running clock that is due soonest
  std::string next_rule;
  int breached = 0;
};

struct ClockRow {
  Id id = 0;
  std::string contract, rule;
  Id incident = 0;
  std::string incident_number, incident_title, incident_title_en;
  calendar::Judgement judged;
  std::string pack_version;
};

enum class ReportKind : unsigned char { first, interim, final };
std::span<const std::pair<std::string_view, ReportKind>> enum_names(ReportKind);

struct Report {
  ReportKind kind = ReportKind::first;
  bool submitted = false;
  std::map<std::string, std::string> parts;
  std::string by;
  Time at;
};

// A file that a note brought: a photograph, a maker's answer. The bytes are the ledger's.
struct AttachedFile {
  Id id = 0;
  std::string name, type, sha256;
  std::int64_t size = 0;
  std::string who;
  Time at;
};

struct NewIncident {
  std::string contract, title, severity, detail;
  Place place;
  std::optional<Time> detected_at;
  bool service_stopped = false;
  std::string title_en{};
  std::string kind = "incident";
  Channel channel = Channel::phone;
  Caller caller{};
  std::vector<Id> attachments{};  // sent with it by the caller's account
};

// Another ticket or request that this one has to do with.
struct Link {
  Id other = 0;
  bool request = false;
  std::string number, title, title_en, state, kind;
  std::string relation;  // related, duplicate, caused_by, causes
  std::string who;
  Time at;
};

// What was written to or by the caller.
struct Message {
  Id id = 0, incident = 0;
  bool incoming = false;
  std::string channel, sender, recipient, subject, body, message_id, who;
  std::string state;  // of an outgoing mail: queued, sent, failed; "" of others
  Time at;
  std::vector<Id> attachments{};
  bool automatic = false;  // a machine wrote it: it moves nothing
  Id account = 0;          // that wrote it in the portal; its files must be its own
};

// What a caller may see of his ticket in the portal: what he wrote, also where it went when his ticket was
// merged, and what was written to him, with the files. Never notes, never what others wrote or were told.
struct CallersView {
  Incident incident;
  std::optional<Incident> merged;  // goes on there: number, state and stage are for him, nothing else
  struct Said {
    Message message;
    std::vector<AttachedFile> files{};
  };
  std::vector<Said> said;           // oldest first
  std::vector<AttachedFile> files;  // that he sent when he asked
};

struct IncidentChange {
  std::optional<std::string> title, severity;
  std::optional<Id> owner;
  std::string owner_name;
  std::optional<bool> service_stopped;
  std::optional<Caller> caller;
  std::optional<Place> place;
  std::string reason;  // a must where title or severity change
};

struct IncidentQuery {
  std::string contract, search;
  std::optional<State> state;
  Id device = 0;
  Id before = 0;  // cursor: ids smaller than this; 0 from the newest
  int limit = 50;
  std::optional<Time> from, to;  // detected in [from, to)
};

class Incidents {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
    notify::Contacts& contacts;
    ledger::Ledgers* ledgers = nullptr;              // of loan machines; without it none can be lent
    std::string mail_domain = "yagura.localdomain";  // of the ids of mail that is sent
  };
  using PackSource = std::function<std::shared_ptr<const contract::Pack>(std::string_view contract)>;
  // Who stands in a step of a contact tree now: people of its roles and groups of the contacts ledger.
  using StepPeople = std::function<Result<std::vector<notify::Recipient>>(std::string_view contract,
                                                                          const contract::ContactStep& step)>;
  // Told of incidents and clocks that came or changed, after they are on disk.
  using Listener = std::function<void(const std::string& contract, std::string_view topic, Id id)>;

  Incidents(Ground ground, PackSource packs, StepPeople people);
  void listen(Listener listener) { listener_ = std::move(listener); }

  // An announced alert: opens an incident with its clocks and begins the contact walk, or joins the open
  // incident of its device. Returns 0 for severities that the contract does not make incidents of.
  Result<Id> on_alert(const AlertFacts& alert);
  Result<void> on_alert_cleared(std::string_view contract, Id incident, Id alert,
                                const calendar::Words& title);
  // An alert of another device, or a start, that belongs to what the incident is about: told on the time line
  // only.
  Result<void> on_evidence(std::string_view contract, Id incident, Id alert, const calendar::Words& title);
  Result<Incident> open(const journal::Actor& by, const NewIncident& incident);

  Result<Incident> get(std::string_view contract, Id id);
  Result<std::vector<Incident>> list(const IncidentQuery& query);
  // Those of these that there are, in one statement, as list() has them.
  Result<std::vector<Incident>> several(std::string_view contract, std::span<const Id> ids);
  [[nodiscard]] TicketList& tickets() { return tickets_; }
  [[nodiscard]] SavedViews& views() { return views_; }
  Result<Incident> change(const journal::Actor& by, std::string_view contract, Id id,
                          const IncidentChange& change);
  Result<void> note(const journal::Actor& by, std::string_view contract, Id id, const std::string& text,
                    const std::vector<Id>& attachments);
  // All that notes brought, oldest first.
  Result<std::vector<AttachedFile>> attachments(std::string_view contract, Id id);
  // One of the pack's incident events, at a time not in the future.
  Result<Incident> event(const journal::Actor& by, std::string_view contract, Id id, const std::string& event,
                         std::optional<Time> at, const std::string& note, Id loan = 0);
  Result<Incident> report(const journal::Actor& by, std::string_view contract, Id id, ReportKind kind,
                          const std::map<std::string, std::string>& parts, bool submit);
  Result<std::vector<Report>> reports(std::string_view contract, Id id);
  Result<Incident> hand_over(const journal::Actor& by, std::string_view contract, Id id,
                             const std::string& to, const std::string& reason, const std::string& reference);
  Result<Incident> close(const journal::Actor& by, std::string_view contract, Id id,
                         const std::string& reason);
  Result<Incident> reopen(const journal::Actor& by, std::string_view contract, Id id,
                          const std::string& reason);

  // Tickets (tickets.cpp) ------------------------------------------------------------------------------
  // Taken note of by somebody; handling begins with it where it had not.
  Result<void> acknowledge(const journal::Actor& by, std::string_view contract, const std::vector<Id>& ids);
  Result<void> assign(const journal::Actor& by, std::string_view contract, const std::vector<Id>& ids,
                      Id owner, const std::string& owner_name);
  // Closes the ticket in favour of another; its clocks are cancelled, and what reaches it goes there.
  Result<Incident> merge(const journal::Actor& by, std::string_view contract, Id id, Id into,
                         const std::string& reason);
  // Takes a merge back: the ticket is open again and its clocks go on.
  Result<Incident> unmerge(const journal::Actor& by, std::string_view contract, Id id,
                           const std::string& reason);
  Result<void> link(const journal::Actor& by, std::string_view contract, Id id, Id other,
                    const std::string& relation);
  Result<void> unlink(const journal::Actor& by, std::string_view contract, Id id, Id other);
  Result<std::vector<Link>> links(std::string_view contract, Id id);
  // Those that were merged into it, with their numbers.
  Result<std::vector<std::pair<Id, std::string>>> merged_from(std::string_view contract, Id id);
  // A template of the pack with {number}, {caller} and {title} filled in.
  Result<calendar::Words> text_for(std::string_view contract, Id id, std::string_view text_id);
  static Result<calendar::Words> text_for(const contract::Pack& pack, const Incident& incident,
                                          std::string_view text_id);
  // To the caller: by mail where an address is known, else shown in the portal. answers: it is the answer.
  // to_merged: also to the callers of merged tickets, each in his own ticket.
  Result<Incident> reply(const journal::Actor& by, std::string_view contract, Id id, const std::string& text,
                         bool answers, const std::vector<Id>& attachments, bool to_merged = false);
  // From the caller. Opens again what was closed; ends a wait for the caller.
  Result<Incident> receive(const journal::Actor& by, std::string_view contract, Id id, Message message);
  Result<std::vector<Message>> messages(std::string_view contract, Id id);
  Result<CallersView> callers_view(std::string_view contract, Id id);
  // Opens a ticket with its first message, and tells the caller so by that text of the pack, in one
  // transaction.
  Result<Incident> open_with(const journal::Actor& by, const NewIncident& incident, Message first,
                             std::string_view text_id);
  // An attempt to send a message: state queued (again at that time), sent or failed.
  Result<void> message_tried(std::string_view contract, Id incident, Id message, std::string_view state,
                             std::optional<Time> again, std::string_view why);

  // Clocks ---------------------------------------------------------------------------------------------
  Result<std::vector<ClockRow>> clocks(std::string_view contract, Id incident);
  // The same with their accounts line by line, judged at this moment.
  Result<std::vector<ClockRow>> clocks_now(std::string_view contract, Id incident);
  Result<std::vector<ClockRow>> running(std::string_view contract);
  // Clocks that started in [from, to), for reports; as_of: judged as they stood then, by the present pack.
  Result<std::vector<ClockRow>> clocks_between(std::string_view contract, Time from, Time to,
                                               std::optional<Time> as_of = {});
  // The same events under another pack: the one that was in force then, or the present one. A rule that the
  // pack does not have is desk.clock_not_found.
  Result<ClockRow> clock_under(std::string_view contract, Id id, const contract::Pack& pack);
  // With its account line by line, judged at this moment.
  Result<ClockRow> clock(std::string_view contract, Id id);
  Result<ClockRow> give_reason(const journal::Actor& by, std::string_view contract, Id clock,
                               const std::string& reason);
  // Judges every clock of the contract anew by its events; write: puts what differs into its row, with an
  // entry of the ticket's time line for each.
  struct Recount {
    std::int64_t clocks = 0, differ = 0, changed = 0;
    std::vector<std::pair<std::string, std::string>> which;  // number of the ticket and rule; the first 50
  };
  Result<Recount> recount(std::string_view contract, const journal::Actor& by = {}, bool write = true);
  // Warns of clocks that are due soon and marks those that are overdue. Returns how many changed.
  Result<int> tick();

 private:
  struct Change;  // one transaction on one incident
  Result<Incident> within(const journal::Actor& by, std::string_view contract, Id id,
                          const std::function<Result<void>(Change&)>& work);
  Result<Incident> read(store::Session& s, std::string_view contract, Id id);
  Result<Id> insert(store::Session& s, const contract::Pack& pack, const journal::Actor& by,
                    const NewIncident& incident, Time detected, Id alert);
  Result<void> apply_event(Change& c, const std::string& event, Time at, const std::string& text);
  Result<void> start_walk(Change& c);
  Result<void> drive_clocks(Change& c, const std::string& event, Time at, const std::string& text);
  Result<void> lend(Change& c, const contract::TicketKind& kind, const std::string& event, Id loan);
  Result<void> write_message(Change& c, Message message);
  // owner: the account that must have uploaded them; 0: anybody of the contract. Errors:
  // desk.attachment_unknown, desk.attachments_too_many.
  Result<std::vector<AttachedFile>> keep_files(Change& c, const std::vector<Id>& files,
                                               const std::string& who, Id owner);
  Result<void> say(Change& c, const std::string& text, const std::vector<Id>& attachments,
                   bool automatic = false);
  Result<void> say_to_merged(Change& c, const std::string& text, const std::vector<Id>& attachments);
  Result<void> open_again(Change& c, const std::string& reason);
  Result<void> check_new(const contract::Pack& pack, const NewIncident& incident) const;
  Result<void> judge(store::Session& s, const contract::Pack& pack, const contract::Clock& rule,
                     ClockRow& row, bool tell);
  Result<std::vector<calendar::ClockEvent>> clock_events(store::Session& s, Id clock);
  Result<std::vector<ClockRow>> clocks_where(store::Session& s, std::string_view condition,
                                             std::span<const store::Param> params);
  Result<std::string> next_number(store::Session& s, std::string_view contract, Time at);
  void tell(store::Session& s, std::string_view contract, std::string_view topic, Id id);

  Ground at_;
  PackSource packs_;
  StepPeople people_;
  Listener listener_;
  TicketList tickets_{at_.database};
  SavedViews views_{at_.database, at_.journal, at_.ids};
};

}  // namespace yagura::desk
