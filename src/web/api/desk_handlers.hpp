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
                                 const desk::Incident& incident, int status = 200);
// Where it happened: the device with its site, or a site alone; a site that is named goes before the
// device's. What is not there is a fault.
Result<desk::Place> place_of(const DeskApi& api, const Request& request, std::string_view contract, Id device,
                             Id site, std::vector<schema::Fault>& faults);
// The name of somebody who can own a ticket.
Result<std::optional<std::string>> owner_name(const DeskApi& api, std::string_view contract, Id owner);
// Who calls, with what the contacts ledger knows of him where the body says nothing.
Result<desk::Caller> caller_of(const DeskApi& api, std::string_view contract, const CallerBody& body,
                               std::vector<schema::Fault>& faults);

Result<Response> list_tickets(const DeskApi& api, const Request& request);
Result<Response> create_ticket(const DeskApi& api, const Request& request, const NewTicketBody& body);
Result<Response> get_desk(const DeskApi& api, const Request& request);
Result<Response> change_tickets(const DeskApi& api, const Request& request, const BulkBody& body);
Result<Response> merge_incident(const DeskApi& api, const Request& request, const MergeBody& body);
Result<Response> unmerge_incident(const DeskApi& api, const Request& request, const ReasonBody& body);
Result<Response> link_incident(const DeskApi& api, const Request& request, const LinkBody& body);
Result<Response> unlink_incident(const DeskApi& api, const Request& request);
Result<Response> reply_to_caller(const DeskApi& api, const Request& request, const ReplyBody& body);
Result<Response> find_callers(const DeskApi& api, const Request& request);
Result<Response> save_view(const DeskApi& api, const Request& request, const ViewBody& body);
Result<Response> remove_view(const DeskApi& api, const Request& request);

Result<Response> list_inquiries(const DeskApi& api, const Request& request);
Result<Response> file_inquiry(const DeskApi& api, const Request& request, const InquiryBody& body);
Result<Response> get_inquiry(const DeskApi& api, const Request& request);
Result<Response> get_inquiry_file(const DeskApi& api, const Request& request);
Result<Response> write_inquiry(const DeskApi& api, const Request& request, const NoteBody& body);

}  // namespace yagura::web
