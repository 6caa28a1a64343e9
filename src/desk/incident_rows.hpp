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

// A text of the pack with what belongs to the ticket put in. Errors: desk.template_unknown.
Result<calendar::Words> filled_in(const contract::Pack& pack, const Incident& incident,
                                  std::string_view text_id);

// One more event of a clock. The row's judgement is the caller's to renew.
Result<void> add_clock_event(store::Session& s, Id clock, const calendar::ClockEvent& e);

inline std::string subject_of(Id incident) { return "incident/" + std::to_string(incident); }

}  // namespace yagura::desk
