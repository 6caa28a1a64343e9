#include <algorithm>
#include <set>

#include "contract/pack_archive.hpp"
#include "journal/reads.hpp"
#include "web/api/desk_handlers.hpp"
#include "web/api/desk_json.hpp"

namespace yagura::web {
namespace {

Response one_clock(const DeskApi& api, const Request& request, std::string_view contract,
                   const desk::ClockRow& clock) {
  Value out = clock_value(clock, api.ground.pack(contract).get(), true, request.language);
  out.set("account", clock_account(clock));
  return answer(out);
}

// Who may see where people can be reached.
constexpr std::string_view reach = "contact_call|personal_read";

Result<void> note_read(const DeskApi& api, const Request& request, const std::string& contract,
                       const std::vector<notify::Contact>& calls) {
  journal::Read read{.chain = contract, .actor = who(request).actor, .subject = "calls"};
  read.how = read.of = "calls";
  Value names = Value::array();
  for (const auto& call : calls) read.ids.push_back(call.id), names.push(Value(call.name));
  read.more.set("names", std::move(names));
  return api.ground.database.write([&](store::Session& s) {
    return journal::note_read(s, api.ground.journal, api.ground.clock.now(), std::move(read));
  });
}

Result<Value> call_list(const DeskApi& api, std::string_view contract,
                        const std::vector<notify::Contact>& calls, bool with_address, Language language) {
  const auto pack = api.ground.pack(contract);
  std::set<Id> named;
  for (const auto& call : calls)
    if (const Id id = incident_of_subject(call.subject); id != 0) named.insert(id);
  const std::vector<Id> ids(named.begin(), named.end());
  YAGURA_TRY(const auto incidents, api.incidents.several(contract, ids));
  return Value(each_of(calls, [&](const notify::Contact& c) {
    const auto of = std::ranges::find(incidents, incident_of_subject(c.subject), &desk::Incident::id);
    return contact_value(c, of == incidents.end() ? nullptr : &*of, pack.get(), with_address, language);
  }));
}

}  // namespace

Result<Value> clocks_now(const DeskApi& api, std::string_view contract, Language language) {
  YAGURA_TRY(const auto clocks, api.incidents.running(contract));
  const auto pack = api.ground.pack(contract);
  return Value(
      each_of(clocks, [&](const desk::ClockRow& c) { return clock_value(c, pack.get(), false, language); }));
}

Result<Value> calls_now(const DeskApi& api, std::string_view contract, Language language) {
  YAGURA_TRY(const auto calls, api.contacts.calls(contract));
  return call_list(api, contract, calls, false, language);
}

Result<Response> list_clocks(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read"));
  YAGURA_TRY(auto clocks, clocks_now(api, contract, request.language));
  return answer(items_value(std::move(clocks.items())));
}

Result<Response> get_clock(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read"));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto clock, api.incidents.clock(contract, id));
  return one_clock(api, request, contract, clock);
}

namespace {

Value replayed(const desk::ClockRow& clock, const contract::Pack& pack, Language language) {
  Value out = clock_value(clock, &pack, true, language);
  out.set("account", clock_account(clock));
  return out;
}

bool judged_alike(const desk::ClockRow& a, const desk::ClockRow& b) {
  return a.judged.state == b.judged.state && a.judged.breached == b.judged.breached &&
         a.judged.due == b.judged.due && a.judged.elapsed == b.judged.elapsed;
}

}  // namespace

// As judged then and as judged now: the same events by the pack that judged the clock last, and by the
// present one.
Result<Response> replay_clock(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read"));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto kept, api.incidents.clock(contract, id));
  const auto present = api.ground.pack(contract);
  auto then_pack = api.ground.database.read(
      [&](store::Session& s) { return contract::kept_pack(s, contract, kept.pack_version); });
  // A clock of a time before packs were kept: nothing can be said, and nothing is made up.
  if (!then_pack && then_pack.error().code != "contract.version_not_kept")
    return std::unexpected(std::move(then_pack).error());
  Value out = Value::object({{"version_then", kept.pack_version}, {"version_now", present->version}});
  Result<desk::ClockRow> then = fail("contract.version_not_kept");
  if (then_pack) then = api.incidents.clock_under(contract, id, *then_pack);
  const auto now = api.incidents.clock_under(contract, id, *present);
  out.set("then", then ? replayed(*then, *then_pack, request.language) : Value());
  // A rule that the present pack no longer has.
  out.set("now", now ? replayed(*now, *present, request.language) : Value());
  out.set("differs", !then || !now ? Value() : Value(!judged_alike(*then, *now)));
  return answer(out);
}

Result<Response> give_clock_reason(const DeskApi& api, const Request& request, const ReasonBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, "clock_reason"));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto clock, api.incidents.give_reason(who(request).actor, contract, id, body.reason));
  return one_clock(api, request, contract, clock);
}

Result<Response> list_calls(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read"));
  YAGURA_TRY(const auto incident, id_param(request, "incident"));
  const std::string subject = incident.value_or(0) == 0 ? "" : "incident/" + std::to_string(*incident);
  YAGURA_TRY(const auto calls, api.contacts.calls(contract, subject));
  const bool with_address = may(request, contract, reach);
  if (with_address && !calls.empty()) YAGURA_CHECK(note_read(api, request, contract, calls));
  YAGURA_TRY(auto list, call_list(api, contract, calls, with_address, request.language));
  return answer(items_value(std::move(list.items())));
}

Result<Response> record_call(const DeskApi& api, const Request& request, const CallBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, "contact_call"));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto call,
             api.contacts.record_call(who(request).actor, contract, id, body.result, body.note));
  const auto incident = api.incidents.get(contract, incident_of_subject(call.subject));
  return answer(contact_value(call, incident ? &*incident : nullptr, api.ground.pack(contract).get(), false,
                              request.language));
}

}  // namespace yagura::web
