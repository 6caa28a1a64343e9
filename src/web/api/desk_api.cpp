#include "web/api/desk_api.hpp"

#include "web/api/desk_handlers.hpp"

namespace yagura::web {
namespace {

template <class Handle>
Handler asked(const DeskApi& api, Handle handle) {
  return [&api, handle](Request& request) -> Result<Response> { return handle(api, request); };
}

template <class T, class Handle>
Handler sent(const DeskApi& api, Handle handle) {
  return with_body<T>(api.ground, [&api, handle](const Api&, Request& request, const T& body) {
    return handle(api, request, body);
  });
}

// A body of 10,000 characters of four bytes, escaped, with room to spare.
constexpr std::uint64_t long_text = 256 * 1024;

void write_route(Router& router, Method method, const char* pattern, const char* operation, Handler handler,
                 const char* permission) {
  router.add({.method = method,
              .pattern = pattern,
              .operation = operation,
              .handler = std::move(handler),
              .permission = permission,
              .rate = RateClass::write,
              .body_limit = long_text});
}

}  // namespace

void add_desk_routes(Router& router, const DeskApi& api) {
  const auto get = [&](const char* pattern, const char* operation, auto handle, const char* permission) {
    router.add({.method = Method::get,
                .pattern = pattern,
                .operation = operation,
                .handler = asked(api, handle),
                .permission = permission});
  };
  get("/api/v1/incidents", "listIncidents", list_incidents, "incident_read");
  get("/api/v1/incidents/{id}", "getIncident", get_incident, "incident_read");
  get("/api/v1/incidents/{id}/timeline", "getTimeline", get_timeline, "incident_read");
  get("/api/v1/tickets", "listTickets", list_tickets, "incident_read");
  get("/api/v1/desk", "getDesk", get_desk, "incident_read|request_write");
  get("/api/v1/callers", "findCallers", find_callers, "incident_write");
  get("/api/v1/inquiries", "listInquiries", list_inquiries, "request_write");
  get("/api/v1/inquiries/{id}", "getInquiry", get_inquiry, "request_write");
  get("/api/v1/inquiries/{id}/files/{file}", "getInquiryFile", get_inquiry_file, "request_write");
  get("/api/v1/owners", "listOwners", list_owners, "incident_write");
  get("/api/v1/clocks", "listClocks", list_clocks, "incident_read");
  get("/api/v1/clocks/{id}", "getClock", get_clock, "incident_read");
  get("/api/v1/clocks/{id}/replay", "replayClock", replay_clock, "incident_read");
  get("/api/v1/calls", "listCalls", list_calls, "incident_read");

  const auto post = [&](const char* pattern, const char* operation, Handler handler, const char* permission) {
    write_route(router, Method::post, pattern, operation, std::move(handler), permission);
  };
  post("/api/v1/incidents", "createIncident", sent<NewIncidentBody>(api, create_incident), "incident_write");
  write_route(router, Method::patch, "/api/v1/incidents/{id}", "changeIncident", asked(api, change_incident),
              "incident_write");
  post("/api/v1/incidents/{id}/notes", "addNote", sent<NoteBody>(api, add_note), "incident_write");
  post("/api/v1/incidents/{id}/events", "recordIncidentEvent", sent<EventBody>(api, record_incident_event),
       "incident_write");
  post("/api/v1/incidents/{id}/reports", "addIncidentReport", sent<ReportBody>(api, add_incident_report),
       "incident_write");
  post("/api/v1/incidents/{id}/handover", "handOver", sent<HandOverBody>(api, hand_over), "incident_write");
  post("/api/v1/incidents/{id}/close", "closeIncident", sent<ReasonBody>(api, close_incident),
       "incident_close");
  post("/api/v1/incidents/{id}/reopen", "reopenIncident", sent<ReasonBody>(api, reopen_incident),
       "incident_close");
  post("/api/v1/tickets", "createTicket", sent<NewTicketBody>(api, create_ticket), "incident_write");
  post("/api/v1/tickets/changes", "changeTickets", sent<BulkBody>(api, change_tickets), "incident_write");
  post("/api/v1/incidents/{id}/merge", "mergeIncident", sent<MergeBody>(api, merge_incident),
       "incident_write");
  post("/api/v1/incidents/{id}/unmerge", "unmergeIncident", sent<ReasonBody>(api, unmerge_incident),
       "incident_write");
  post("/api/v1/incidents/{id}/links", "linkIncident", sent<LinkBody>(api, link_incident), "incident_write");
  write_route(router, Method::del, "/api/v1/incidents/{id}/links/{other}", "unlinkIncident",
              asked(api, unlink_incident), "incident_write");
  post("/api/v1/incidents/{id}/replies", "replyToCaller", sent<ReplyBody>(api, reply_to_caller),
       "incident_write");
  post("/api/v1/ticket-views", "saveTicketView", sent<ViewBody>(api, save_view), "incident_read");
  write_route(router, Method::del, "/api/v1/ticket-views/{id}", "removeTicketView", asked(api, remove_view),
              "incident_read");
  post("/api/v1/inquiries", "fileInquiry", sent<InquiryBody>(api, file_inquiry), "request_write");
  post("/api/v1/inquiries/{id}/messages", "writeInquiry", sent<NoteBody>(api, write_inquiry),
       "request_write");
  post("/api/v1/clocks/{id}/reason", "giveClockReason", sent<ReasonBody>(api, give_clock_reason),
       "clock_reason");
  post("/api/v1/calls/{id}", "recordCall", sent<CallBody>(api, record_call), "contact_call");
}

}  // namespace yagura::web
