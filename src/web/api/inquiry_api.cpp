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

Value file_value(const desk::AttachedFile& file) {
  return Value::object({{"id", file.id}, {"name", file.name}, {"size", file.size}, {"type", file.type}});
}

Value stage_value(const contract::Pack* pack, const desk::Incident& i) {
  const auto* kind = pack ? pack->desk.kind(i.kind) : nullptr;
  if (kind)
    for (const auto& one : kind->stages)
      if (one.id == i.stage) return text2(one.title);
  return {};
}

Result<Response> shown(const DeskApi& api, const std::string& contract, Id id, int status = 200) {
  YAGURA_TRY(const auto view, api.incidents.callers_view(contract, id));
  const auto& i = view.incident;
  const auto pack = api.ground.pack(contract);
  Value out = Value::object({{"id", i.id},
                             {"number", i.number},
                             {"kind", i.kind},
                             {"title", i.title},
                             {"state", desk::name_of(i.state)},
                             {"detail", i.detail},
                             {"opened_at", time_value(i.detected_at)},
                             {"device_name", i.place.device_name},
                             {"stage", stage_value(pack.get(), i)}});
  out.set("files", Value(each_of(view.files, file_value)));
  out.set("merged", view.merged ? Value::object({{"number", view.merged->number},
                                                 {"state", desk::name_of(view.merged->state)},
                                                 {"stage", stage_value(pack.get(), *view.merged)}})
                                : Value());
  out.set("messages", Value(each_of(view.said, [](const desk::CallersView::Said& said) {
            Value one = message_value(said.message, true);
            one.set("files", Value(each_of(said.files, file_value)));
            return one;
          })));
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
                                                           .caller = std::move(caller),
                                                           .attachments = body.attachments}));
  return shown(api, contract, opened.id, 201);
}

Result<Response> get_inquiry(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const auto found, own(api, request, contract));
  return shown(api, contract, found.id);
}

// Always sent as a file to save and never as a page, as every attachment.
Result<Response> get_inquiry_file(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const auto found, own(api, request, contract));
  YAGURA_TRY(const Id file, id_of(request, "file"));
  YAGURA_TRY(const auto view, api.incidents.callers_view(contract, found.id));
  const auto among = [&](const std::vector<desk::AttachedFile>& files) {
    return std::ranges::find(files, file, &desk::AttachedFile::id) != files.end();
  };
  if (!among(view.files) && std::ranges::none_of(view.said, among, &desk::CallersView::Said::files))
    return fail("web.not_found");
  YAGURA_TRY(auto sent, api.ground.ledgers.attachment(contract, file, who(request).actor.account));
  Response response = Response::text(200, std::move(sent.second));
  response.headers.set("Content-Type", "application/octet-stream");
  response.download_as(sent.first.name);
  return response;
}

Result<Response> write_inquiry(const DeskApi& api, const Request& request, const NoteBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const auto found, own(api, request, contract));
  desk::Message message;
  message.channel = "portal";
  message.sender = message.who = who(request).actor.name;
  message.subject = found.title;
  message.body = body.text;
  message.attachments = body.attachments;
  message.account = who(request).actor.account;
  YAGURA_CHECK(api.incidents.receive(who(request).actor, contract, found.id, std::move(message)));
  return shown(api, contract, found.id);
}

}  // namespace yagura::web
