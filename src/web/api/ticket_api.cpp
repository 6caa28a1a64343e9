// The desk's list and what is done with tickets of every kind.
#include <algorithm>

#include "base/text.hpp"
#include "web/api/desk_handlers.hpp"
#include "web/api/ticket_json.hpp"

namespace yagura::web {
namespace {

using schema::Fault;

struct Asked {
  std::string contract;
  Id id = 0;
};
Result<Asked> asked_of(const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_write"));
  YAGURA_TRY(const Id id, id_of(request));
  return Asked{contract, id};
}

enum class Phase { open, done };
std::span<const std::pair<std::string_view, Phase>> enum_names(Phase) {
  static constexpr std::pair<std::string_view, Phase> names[] = {{"open", Phase::open},
                                                                 {"done", Phase::done}};
  return names;
}
enum class Yes { yes };
std::span<const std::pair<std::string_view, Yes>> enum_names(Yes) {
  static constexpr std::pair<std::string_view, Yes> names[] = {{"true", Yes::yes}};
  return names;
}

constexpr std::size_t most_kinds = 20;

Result<std::string> short_param(const Request& request, std::string_view name) {
  auto text = text_param(request, name);
  if (characters(text) > 200 || !is_utf8(text)) return std::unexpected(parameter_invalid(name));
  return text;
}

// me, none, or an account.
Result<std::optional<Id>> owner_param(const Request& request) {
  const auto text = text_param(request, "owner");
  if (text == "me") return std::optional<Id>(who(request).actor.account);
  if (text == "none") return std::optional<Id>(0);
  return id_param(request, "owner");
}

Result<desk::TicketQuery> query_of(const DeskApi& api, const Request& request, const std::string& contract) {
  desk::TicketQuery q;
  q.contract = contract;
  YAGURA_TRY(q.search, short_param(request, "q"));
  YAGURA_TRY(const auto kinds, short_param(request, "kind"));
  for (const auto& kind : split(kinds, ','))
    if (!kind.empty() && q.kinds.size() < most_kinds) q.kinds.emplace_back(kind);
  YAGURA_TRY(q.state, short_param(request, "state"));
  YAGURA_TRY(q.section, short_param(request, "section"));
  YAGURA_TRY(q.severity, short_param(request, "severity"));
  YAGURA_TRY(q.stage, short_param(request, "stage"));
  YAGURA_TRY(const auto phase, word_param<Phase>(request, "phase"));
  if (phase) q.open = *phase == Phase::open;
  YAGURA_TRY(q.owner, owner_param(request));
  YAGURA_TRY(const auto device, id_param(request, "device"));
  YAGURA_TRY(const auto contact, id_param(request, "contact"));
  q.device = device.value_or(0);
  q.contact = contact.value_or(0);
  YAGURA_TRY(q.due_before, time_param(request, "due_before"));
  YAGURA_TRY(const auto overdue, word_param<Yes>(request, "overdue"));
  if (overdue) q.due_before = api.ground.clock.now();
  YAGURA_TRY(const auto sort, word_param<desk::TicketSort>(request, "sort"));
  q.sort = sort.value_or(desk::TicketSort::newest);
  YAGURA_TRY(const auto page, page_of(request));
  q.cursor = page.cursor;
  q.limit = page.limit;
  return q;
}

Value list_value(const DeskApi& api, const Request& request, std::string_view contract,
                 const desk::TicketPage& page) {
  const auto pack = api.ground.pack(contract);
  Value out = page_value(
      each_of(page.rows,
              [&](const desk::TicketRow& row) { return ticket_value(row, pack.get(), request.language); }),
      page.next);
  out.set("total", page.total ? Value(*page.total) : Value());
  out.set("total_is_least", Value(page.total_is_least));
  return out;
}

}  // namespace

Result<desk::Caller> caller_of(const DeskApi& api, std::string_view contract, const CallerBody& body,
                               std::vector<Fault>& faults) {
  desk::Caller out{std::string(trim(body.name)),
                   std::string(trim(body.section)),
                   std::string(trim(body.extension)),
                   std::string(trim(body.mail)),
                   0,
                   0};
  if (body.contact.value_or(0) == 0) return out;
  YAGURA_TRY(const auto row, api.ground.ledgers.find(contract, "contacts", *body.contact));
  if (!row || row->deleted) {
    faults.push_back({"caller.contact", 0, {"desk.contact_unknown", {}}});
    return out;
  }
  out.contact = row->id;
  const auto from_ledger = [&](std::string& text, const char* field) {
    if (text.empty() && row->fields[field].is_text()) text = row->fields[field].text();
  };
  from_ledger(out.name, "name");
  from_ledger(out.section, "organisation");
  from_ledger(out.extension, "extension");
  from_ledger(out.mail, "mail");
  return out;
}

Result<Response> list_tickets(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read"));
  YAGURA_TRY(const auto query, query_of(api, request, contract));
  YAGURA_TRY(const auto page, api.incidents.tickets().page(query));
  return answer(list_value(api, request, contract, page));
}

Result<Response> create_ticket(const DeskApi& api, const Request& request, const NewTicketBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_write"));
  std::vector<Fault> faults;
  YAGURA_TRY(auto place,
             place_of(api, request, contract, body.device.value_or(0), body.site.value_or(0), faults));
  YAGURA_TRY(auto caller, caller_of(api, contract, body.caller, faults));
  const auto pack = api.ground.pack(contract);
  const auto* kind = pack ? pack->desk.kind(body.kind) : nullptr;
  if (!kind) faults.push_back({"kind", 0, {"desk.kind_unknown", {{"kind", body.kind.substr(0, 64)}}}});
  // The watch alone opens what the watch saw, and the portal what came by it.
  if (body.channel != desk::Channel::phone && body.channel != desk::Channel::mail)
    faults.push_back({"channel", 0, parameter_invalid("channel")});
  if (kind && kind->asks("severity") && !body.severity)
    faults.push_back({"severity", 0, {"schema.missing", {{"path", "severity"}}}});
  if (!faults.empty()) return faults_answer(api.ground, request, faults);
  YAGURA_TRY(
      const auto opened,
      api.incidents.open(who(request).actor, {.contract = contract,
                                              .title = body.title,
                                              .severity = body.severity ? name_of(*body.severity) : "info",
                                              .detail = body.detail,
                                              .place = std::move(place),
                                              .detected_at = body.at,
                                              .service_stopped = body.service_stopped,
                                              .title_en = {},
                                              .kind = body.kind,
                                              .channel = body.channel,
                                              .caller = std::move(caller)}));
  return incident_detail(api, request, contract, opened, 201);
}

Result<Response> get_desk(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read|request_write"));
  const auto pack = api.ground.pack(contract);
  if (!pack) return fail("desk.contract_not_found");
  const auto named = [](const auto& one) {
    return Value::object({{"id", one.id}, {"title", text2(one.title)}});
  };
  Value out = Value::object();
  out.set("kinds", Value(each_of(pack->desk.kinds, [&](const contract::TicketKind& k) {
            Value kind = named(k);
            kind.set("fields", texts(k.fields));
            kind.set("from_portal", Value(k.from_portal));
            kind.set("stages", Value(each_of(k.stages, named)));
            kind.set("lends_on", text_or_null(k.lends_on));
            return kind;
          })));
  Value views = Value::array();
  if (may(request, contract, "incident_read")) {
    for (const auto& view : pack->desk.views)
      views.push(Value::object({{"id", Value()},
                                {"title", text2(view.title)},
                                {"query", view.query},
                                {"shared", true},
                                {"own", false}}));
    YAGURA_TRY(const auto kept, api.incidents.views().of(contract, who(request).actor.account));
    for (const auto& view : kept)
      views.push(Value::object({{"id", view.id},
                                {"title", text2(view.name, view.name)},
                                {"query", view.query},
                                {"shared", view.shared},
                                {"own", view.account == who(request).actor.account}}));
  }
  out.set("views", std::move(views));
  return answer(out);
}

Result<Response> change_tickets(const DeskApi& api, const Request& request, const BulkBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_write"));
  const auto& by = who(request).actor;
  if (body.act == BulkAct::acknowledge) {
    YAGURA_CHECK(api.incidents.acknowledge(by, contract, body.tickets));
    return Response::no_content();
  }
  std::string name;
  if (const Id owner = body.owner.value_or(0); owner != 0) {
    YAGURA_TRY(const auto known, owner_name(api, contract, owner));
    if (!known) return faults_answer(api.ground, request, {{"owner", 0, {"desk.owner_unknown", {}}}});
    name = *known;
  }
  YAGURA_CHECK(api.incidents.assign(by, contract, body.tickets, body.owner.value_or(0), name));
  return Response::no_content();
}

Result<Response> merge_incident(const DeskApi& api, const Request& request, const MergeBody& body) {
  YAGURA_TRY(const auto at, asked_of(request));
  YAGURA_TRY(const auto merged,
             api.incidents.merge(who(request).actor, at.contract, at.id, body.into, body.reason));
  return incident_detail(api, request, at.contract, merged);
}

Result<Response> unmerge_incident(const DeskApi& api, const Request& request, const ReasonBody& body) {
  YAGURA_TRY(const auto at, asked_of(request));
  YAGURA_TRY(const auto apart, api.incidents.unmerge(who(request).actor, at.contract, at.id, body.reason));
  return incident_detail(api, request, at.contract, apart);
}

Result<Response> link_incident(const DeskApi& api, const Request& request, const LinkBody& body) {
  YAGURA_TRY(const auto at, asked_of(request));
  YAGURA_CHECK(api.incidents.link(who(request).actor, at.contract, at.id, body.other, body.relation));
  return Response::no_content();
}

Result<Response> unlink_incident(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto at, asked_of(request));
  YAGURA_TRY(const Id other, id_of(request, "other"));
  YAGURA_CHECK(api.incidents.unlink(who(request).actor, at.contract, at.id, other));
  return Response::no_content();
}

Result<Response> reply_to_caller(const DeskApi& api, const Request& request, const ReplyBody& body) {
  YAGURA_TRY(const auto at, asked_of(request));
  YAGURA_TRY(const auto told, api.incidents.reply(who(request).actor, at.contract, at.id, body.text,
                                                  body.answers, body.attachments, body.to_merged));
  return incident_detail(api, request, at.contract, told);
}

// Who may be calling, or about what: people by name, reading or extension, sections by extension, devices by
// name. Nothing personal is shown here; choosing somebody puts it on the ticket.
Result<Response> find_callers(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_write"));
  YAGURA_TRY(const auto search, short_param(request, "q"));
  Value items = Value::array();
  if (trim(search).empty()) return answer(Value::object({{"items", std::move(items)}}));
  struct Source {
    const char *ledger, *kind, *section, *extension;
  };
  constexpr Source sources[] = {{"contacts", "contact", "organisation", "extension"},
                                {"sections", "section", "name", "extension"},
                                {"devices", "device", "", ""}};
  for (const auto& from : sources) {
    YAGURA_TRY(const auto found, api.ground.ledgers.list({who(request).actor, false}, {.contract = contract,
                                                                                       .ledger = from.ledger,
                                                                                       .search = search,
                                                                                       .filters = {},
                                                                                       .sort = {},
                                                                                       .cursor = {},
                                                                                       .limit = 8}));
    for (const auto& row : found.rows) {
      const auto text = [&](const char* field) {
        const auto& value = row.fields[field];
        return value.is_text() ? value.text() : std::string();
      };
      Value one = Value::object({{"kind", from.kind},
                                 {"id", row.id},
                                 {"name", row.title},
                                 {"section", text(from.section)},
                                 {"extension", text(from.extension)}});
      if (std::string_view(from.kind) == "device") {
        one.set("note", Value(text("place")));
        one.set("section", Value(text("model")));
      }
      items.push(std::move(one));
    }
  }
  return answer(Value::object({{"items", std::move(items)}}));
}

Result<Response> save_view(const DeskApi& api, const Request& request, const ViewBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read"));
  // What everybody gets is for those who work at the desk.
  if (body.shared && !may(request, contract, "incident_write"))
    return fail("web.forbidden", {{"permission", "incident_write"}});
  YAGURA_TRY(const auto view, api.incidents.views().save(who(request).actor, contract,
                                                         {0, 0, body.shared, body.name, body.query}));
  return answer(201, Value::object({{"id", view.id},
                                    {"title", text2(view.name, view.name)},
                                    {"query", view.query},
                                    {"shared", view.shared},
                                    {"own", true}}));
}

Result<Response> remove_view(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read"));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_CHECK(api.incidents.views().remove(who(request).actor, contract, id,
                                            may(request, contract, "incident_close")));
  return Response::no_content();
}

}  // namespace yagura::web
