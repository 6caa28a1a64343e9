// Handlers of the desk by operation; for desk_*.cpp only.
#pragma once

#include "web/api/asked.hpp"
#include "web/api/desk_api.hpp"
#include "web/api/desk_bodies.hpp"

namespace yagura::web {

Result<Response> list_incidents(const DeskApi& api, const Request& request);
Result<Response> create_incident(const DeskApi& api, const Request& request, const NewIncidentBody& body);
Result<Response> get_incident(const DeskApi& api, const Request& request);
Result<Response> change_incident(const DeskApi& api, const Request& request);
Result<Response> list_owners(const DeskApi& api, const Request& request);
Result<Response> get_timeline(const DeskApi& api, const Request& request);

Result<Response> add_note(const DeskApi& api, const Request& request, const NoteBody& body);
Result<Response> record_incident_event(const DeskApi& api, const Request& request, const EventBody& body);
Result<Response> add_incident_report(const DeskApi& api, const Request& request, const ReportBody& body);
Result<Response> hand_over(const DeskApi& api, const Request& request, const HandOverBody& body);
Result<Response> close_incident(const DeskApi& api, const Request& request, const ReasonBody& body);
Result<Response> reopen_incident(const DeskApi& api, const Request& request, const ReasonBody& body);

Result<Response> list_clocks(const DeskApi& api, const Request& request);
Result<Response> get_clock(const DeskApi& api, const Request& request);
Result<Response> replay_clock(const DeskApi& api, const Request& request);
Result<Response> give_clock_reason(const DeskApi& api, const Request& request, const ReasonBody& body);
Result<Response> list_calls(const DeskApi& api, const Request& request);
Result<Response> record_call(const DeskApi& api, const Request& request, const CallBody& body);

// Schema IncidentDetail, as an answer.
Result<Response> incident_detail(const DeskApi& api, const Request& request, std::string_view contract,
                                 const desk::Incident& incident);

}  // namespace yagura::web
