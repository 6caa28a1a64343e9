// The desk's records as the JSON of share/openapi.yaml, for its own handlers and for getToday.
//
// pack may be null (a contract that is not loaded): names are then their ids.
// Threads: pure functions.
#pragma once

#include "contract/pack.hpp"
#include "desk/incidents.hpp"
#include "notify/contacts.hpp"
#include "web/api/json.hpp"
#include "web/server/language.hpp"

namespace yagura::web {

using PackRef = const contract::Pack*;

// A title in the language of the request; one that a person wrote has one language only.
const std::string& title_in(const std::string& ja, const std::string& en, Language language);
// A step of a contact tree by the Japanese title it was kept under.
std::string step_name(PackRef pack, const std::string& title, Language language);
// A rule in a sentence for people: from what on, how long, counted when, what pauses it.
calendar::Words rule_sentence(const contract::Pack& pack, const contract::Clock& clock,
                              const calendar::Judgement& judged);
// Schema Incident.
Value incident_value(const desk::Incident& incident, PackRef pack, Language language);
// Schema Clock. judged_now: counted_s and account are of this moment, not of the last time it was judged.
Value clock_value(const desk::ClockRow& clock, PackRef pack, bool judged_now, Language language);
Value clock_account(const desk::ClockRow& clock);
// Schema IncidentReport.
Value incident_report_value(const desk::Report& report);
// Schema Contact; incident may be null. with_address: says where the person can be reached.
Value contact_value(const notify::Contact& contact, const desk::Incident* incident, PackRef pack,
                    bool with_address, Language language);
// The incident that a subject "incident/123" names; 0 for another subject.
Id incident_of_subject(std::string_view subject);
// Events that mean something to the incident now, as schema Choice: those that move one of its clocks, and
// those that move none and are only written down. Opening, closing, reopening and reports have their own
// ways.
Value recordable_events(const desk::Incident& incident, const std::vector<desk::ClockRow>& clocks,
                        const contract::Pack& pack);

}  // namespace yagura::web
