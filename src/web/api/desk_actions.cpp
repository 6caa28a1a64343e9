#include "web/api/desk_handlers.hpp"

namespace yagura::web {
namespace {

struct Asked {
  std::string contract;
  Id id = 0;
};

Result<Asked> asked_of(const Request& request, std::string_view permission) {
  YAGURA_TRY(const auto contract, contract_of(request, permission));
  YAGURA_TRY(const Id id, id_of(request));
  return Asked{contract, id};
}

}  // namespace

Result<Response> add_note(const DeskApi& api, const Request& request, const NoteBody& body) {
  YAGURA_TRY(const auto at, asked_of(request, "incident_write"));
  YAGURA_CHECK(api.incidents.note(who(request).actor, at.contract, at.id, body.text, body.attachments));
  return Response::no_content();
}

Result<Response> record_incident_event(const DeskApi& api, const Request& request, const EventBody& body) {
  YAGURA_TRY(const auto at, asked_of(request, "incident_write"));
  YAGURA_TRY(const auto incident, api.incidents.event(who(request).actor, at.contract, at.id, body.event,
                                                      body.at, body.note, body.loan.value_or(0)));
  return incident_detail(api, request, at.contract, incident);
}

Result<Response> add_incident_report(const DeskApi& api, const Request& request, const ReportBody& body) {
  YAGURA_TRY(const auto at, asked_of(request, "incident_write"));
  YAGURA_TRY(const auto incident, api.incidents.report(who(request).actor, at.contract, at.id, body.kind,
                                                       body.parts, body.submit));
  return incident_detail(api, request, at.contract, incident);
}

Result<Response> hand_over(const DeskApi& api, const Request& request, const HandOverBody& body) {
  YAGURA_TRY(const auto at, asked_of(request, "incident_write"));
  YAGURA_TRY(const auto incident, api.incidents.hand_over(who(request).actor, at.contract, at.id, body.to,
                                                          body.reason, body.reference));
  return incident_detail(api, request, at.contract, incident);
}

Result<Response> close_incident(const DeskApi& api, const Request& request, const ReasonBody& body) {
  YAGURA_TRY(const auto at, asked_of(request, "incident_close"));
  YAGURA_TRY(const auto incident, api.incidents.close(who(request).actor, at.contract, at.id, body.reason));
  return incident_detail(api, request, at.contract, incident);
}

Result<Response> reopen_incident(const DeskApi& api, const Request& request, const ReasonBody& body) {
  YAGURA_TRY(const auto at, asked_of(request, "incident_close"));
  YAGURA_TRY(const auto incident, api.incidents.reopen(who(request).actor, at.contract, at.id, body.reason));
  return incident_detail(api, request, at.contract, incident);
}

}  // namespace yagura::web
