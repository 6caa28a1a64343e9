#include "web/api/ticket_json.hpp"

#include "web/api/people_json.hpp"

namespace yagura::web {

Value ticket_value(const desk::TicketRow& t, PackRef pack, Language language) {
  Value out = Value::object({{"id", t.id},
                             {"request", t.request},
                             {"kind", t.kind},
                             {"number", t.number},
                             {"title", title_in(t.title, t.title_en, language)},
                             {"state", t.state},
                             {"open", t.open},
                             {"acknowledged", t.acknowledged},
                             {"severity", text_or_null(t.severity)},
                             {"owner", id_or_null(t.owner)},
                             {"owner_name", t.owner_name},
                             {"section", t.section},
                             {"device", id_or_null(t.device)},
                             {"device_name", t.device_name},
                             {"site_name", t.site_name},
                             {"stage", text_or_null(t.stage)},
                             {"opened_at", time_value(t.opened_at)},
                             {"changed_at", time_value(t.changed_at)},
                             {"next_due", time_value(t.due)},
                             {"breached", t.breached}});
  const auto* clock = pack && !t.rule.empty() ? pack->clock(t.rule) : nullptr;
  out.set("next_clock", clock ? text2(clock->rule.title) : Value());
  return out;
}

Value message_value(const desk::Message& m, bool personal) {
  Value files = Value::array();
  for (const Id file : m.attachments) files.push(Value(file));
  return Value::object({{"id", m.id},
                        {"incoming", m.incoming},
                        {"channel", m.channel},
                        {"sender", personal || !m.incoming ? Value(m.sender) : Value()},
                        {"recipient", personal ? Value(m.recipient) : Value()},
                        {"subject", m.subject},
                        {"body", m.body},
                        {"attachments", std::move(files)},
                        {"state", text_or_null(m.state)},
                        {"at", time_value(m.at)}});
}

namespace {

Value caller_value(const desk::Caller& c, bool personal) {
  const auto masked = [&](const std::string& text) { return personal ? Value(text) : Value(); };
  return Value::object({{"name", masked(c.name)},
                        {"section", c.section},
                        {"extension", masked(c.extension)},
                        {"mail", masked(c.mail)},
                        {"contact", id_or_null(c.contact)},
                        {"from_portal", c.account != 0},
                        {"masked", !personal}});
}

bool has_person(const desk::Caller& c) { return !c.name.empty() || !c.extension.empty() || !c.mail.empty(); }

}  // namespace

Result<void> add_ticket_parts(const DeskApi& api, const Request& request, std::string_view contract,
                              const desk::Incident& i, PackRef pack, Value& out) {
  YAGURA_TRY(const auto messages, api.incidents.messages(contract, i.id));
  const bool personal = may(request, contract, "personal_read");
  if (personal && (has_person(i.caller) || !messages.empty()))
    YAGURA_CHECK(note_personal_read(api.ground, request, contract, "incident/" + std::to_string(i.id),
                                    Value::object({{"how", "row"}, {"number", i.number}})));
  out.set("channel", word(i.channel));
  out.set("stage", text_or_null(i.stage));
  out.set("caller", caller_value(i.caller, personal));
  out.set("acknowledged_at", time_value(i.acknowledged_at));
  out.set("acknowledged_by", Value(i.acknowledged_by));
  out.set("loan", id_or_null(i.loan));
  out.set("loan_name", Value(i.loan_name));
  out.set("merged_into", id_or_null(i.merged_into));
  if (i.merged_into != 0) {
    YAGURA_TRY(const auto target, api.incidents.get(contract, i.merged_into));
    out.set("merged_number", Value(target.number));
  }
  YAGURA_TRY(const auto merged, api.incidents.merged_from(contract, i.id));
  out.set("merged_from", Value(each_of(merged, [](const auto& one) {
            return Value::object({{"id", one.first}, {"number", one.second}});
          })));
  YAGURA_TRY(const auto links, api.incidents.links(contract, i.id));
  out.set("links", Value(each_of(links, [&](const desk::Link& l) {
            return Value::object({{"id", l.other},
                                  {"request", l.request},
                                  {"number", l.number},
                                  {"title", title_in(l.title, l.title_en, request.language)},
                                  {"state", l.state},
                                  {"kind", l.kind},
                                  {"relation", l.relation}});
          })));
  out.set("messages",
          Value(each_of(messages, [&](const desk::Message& m) { return message_value(m, personal); })));
  Value texts = Value::array();
  if (pack && may(request, contract, "incident_write"))
    for (const auto& text : pack->desk.templates) {
      auto filled = desk::Incidents::text_for(*pack, i, text.id);
      if (!filled) continue;  // of another kind
      if (!personal && !i.caller.name.empty())
        for (auto* words : {&filled->ja, &filled->en})
          if (const auto at = words->find(i.caller.name); at != std::string::npos)
            words->replace(at, i.caller.name.size(), "ご担当者");
      texts.push(Value::object({{"id", text.id}, {"title", text2(text.title)}, {"text", text2(*filled)}}));
    }
  out.set("texts", std::move(texts));
  return {};
}

}  // namespace yagura::web
