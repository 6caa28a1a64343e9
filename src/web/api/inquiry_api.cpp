// The portal's side of the desk: employees file an inquiry, see their own and its answers, and write back.
#include <algorithm>

#include "web/api/desk_handlers.hpp"
#include "web/api/ticket_json.hpp"

namespace yagura::web {
namespace {

constexpr const char* kAsks = "request_write";

// His own alone; another's is not there.
Result<desk::Incident> own(const DeskApi& api, const Request& request, const std::string& contract) {
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(auto found, api.incidents.get(contract, id));
  if (found.caller.account == 0 || found.caller.account != who(request).actor.account)
    return fail("desk.incident_not_found");
  return found;
}

Result<Response> shown(const DeskApi& api, const std::string& contract, const desk::Incident& i,
                       int status = 200) {
  YAGURA_TRY(const auto messages, api.incidents.messages(contract, i.id));
  Value out = Value::object({{"id", i.id},
                             {"number", i.number},
                             {"kind", i.kind},
                             {"title", i.title},
                             {"state", desk::name_of(i.state)},
                             {"detail", i.detail},
                             {"opened_at", time_value(i.detected_at)},
                             {"device_name", i.place.device_name}});
  const auto pack = api.ground.pack(contract);
  const auto* kind = pack ? pack->desk.kind(i.kind) : nullptr;
  Value stage;
  if (kind)
    for (const auto& one : kind->stages)
      if (one.id == i.stage) stage = text2(one.title);
  out.set("stage", std::move(stage));
  out.set("messages",
          Value(each_of(messages, [](const desk::Message& m) { return message_value(m, true); })));
  return answer(status, out);
}

}  // namespace

Result<Response> list_inquiries(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const auto page, page_of(request));
  desk::TicketQuery query;
  query.contract = contract;
  query.person = who(request).actor.account;
  query.requests = false;
  query.cursor = page.cursor;
  query.limit = page.limit;
  YAGURA_TRY(const auto found, api.incidents.tickets().page(query));
  const auto pack = api.ground.pack(contract);
  Value out = page_value(
      each_of(found.rows,
              [&](const desk::TicketRow& row) { return ticket_value(row, pack.get(), request.language); }),
      found.next);
  out.set("total", found.total ? Value(*found.total) : Value());
  return answer(out);
}

Result<Response> file_inquiry(const DeskApi& api, const Request& request, const InquiryBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  const auto pack = api.ground.pack(contract);
  if (!pack) return fail("desk.contract_not_found");
  const auto kind = std::ranges::find_if(pack->desk.kinds, &contract::TicketKind::from_portal);
  if (kind == pack->desk.kinds.end()) return fail("desk.kind_unknown", {{"kind", ""}});
  std::vector<schema::Fault> faults;
  YAGURA_TRY(auto place, place_of(api, request, contract, body.device.value_or(0), 0, faults));
  if (!faults.empty()) return faults_answer(api.ground, request, faults);
  const auto& actor = who(request).actor;
  desk::Caller caller;
  caller.name = actor.name;
  caller.account = actor.account;
  const auto person = api.ground.people.person(actor.account);
  if (person) {
    caller.section = person->organisation;
    caller.mail = person->mail;
  }
  YAGURA_TRY(const auto opened, api.incidents.open(actor, {.contract = contract,
                                                           .title = body.title,
                                                           .severity = "info",
                                                           .detail = body.detail,
                                                           .place = std::move(place),
                                                           .detected_at = {},
                                                           .service_stopped = false,
                                                           .title_en = {},
                                                           .kind = kind->id,
                                                           .channel = desk::Channel::portal,
                                                           .caller = std::move(caller)}));
  if (!body.attachments.empty())
    YAGURA_CHECK(api.incidents.note(actor, contract, opened.id, body.title, body.attachments));
  return shown(api, contract, opened, 201);
}

Result<Response> get_inquiry(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const auto found, own(api, request, contract));
  return shown(api, contract, found);
}

Result<Response> write_inquiry(const DeskApi& api, const Request& request, const NoteBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const auto found, own(api, request, contract));
  desk::Message message;
  message.channel = "portal";
  message.sender = message.who = who(request).actor.name;
  message.subject = found.title;
  message.body = body.text;
  YAGURA_TRY(const auto told,
             api.incidents.receive(who(request).actor, contract, found.id, std::move(message)));
  // What went on where his was merged into is another's.
  if (told.id != found.id) return shown(api, contract, found);
  return shown(api, contract, told);
}

}  // namespace yagura::web
