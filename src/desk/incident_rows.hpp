// How incidents stand in their tables; shared by the parts of Incidents, not for other rooms.
#pragma once

#include "desk/incidents.hpp"

namespace yagura::desk {

struct Incidents::Change {
  store::Session& session;
  std::shared_ptr<const contract::Pack> pack;
  journal::Actor by;
  Incident incident;
  std::string said{};  // words of this change by which the ticket is to be found

  // An entry of the incident's time line.
  Result<void> journal(journal::Journal& journal, const char* kind, schema::Value data);
};

// What was said, oldest first, at most 500.
Result<std::vector<Message>> messages_in(store::Session& s, std::string_view contract, Id incident);

// Every column of incident_of(); a condition on `incident i` follows.
extern const std::string_view incident_columns;
Incident incident_of(const store::Row& row);
std::string search_text(const Incident& i);

// Errors: desk.text_invalid, desk.text_missing, desk.mail_invalid. most: in bytes.
Result<void> check_text(std::string_view text, std::size_t most, bool required);
Result<void> check_caller(const Caller& caller);

// Smaller is worse.
std::size_t severity_rank(std::string_view severity);
bool severity_known(std::string_view severity);
// Kinds that are faults: those of whom people are told, and which reports count.
bool of_watch(std::string_view kind);

// A text of the pack with what belongs to the ticket put in. Errors: desk.template_unknown.
Result<calendar::Words> filled_in(const contract::Pack& pack, const Incident& incident,
                                  std::string_view text_id);

// One more event of a clock. The row's judgement is the caller's to renew.
Result<void> add_clock_event(store::Session& s, Id clock, const calendar::ClockEvent& e);

inline std::string subject_of(Id incident) { return "incident/" + std::to_string(incident); }

}  // namespace yagura::desk
