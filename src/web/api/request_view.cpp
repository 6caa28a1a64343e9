#include "web/api/request_view.hpp"

#include <algorithm>

#include "web/api/asked.hpp"
#include "web/api/people_json.hpp"
#include "web/api/request_choices.hpp"
#include "web/api/request_json.hpp"

namespace yagura::web {

Result<std::set<std::string, std::less<>>> roles_of(const Api& api, std::string_view contract, Id person) {
  std::set<std::string, std::less<>> out;
  YAGURA_TRY(const auto roster, api.people.roster_of(person));
  const auto today = calendar::format_date(calendar::date_of(api.clock.now()));
  for (const auto& entry : roster)
    if (entry.contract == contract && entry.state == people::RosterState::approved && entry.from <= today &&
        (!entry.until || *entry.until >= today))
      out.emplace(people::name_of(entry.role));
  return out;
}

Result<flow::Decider> decider_of(const RequestApi& api, const Request& request, std::string_view contract) {
  const auto& principal = who(request);
  flow::Decider out;
  out.account = principal.actor.account;
  out.name = principal.actor.name;
  if (const auto* grant = principal.grant(contract)) out.roles.emplace(people::name_of(grant->role));
  YAGURA_TRY(const auto others, api.requests.stands_in_for(contract, out.account));
  for (const auto& other : others) {
    out.stands_in_for[other.account] = other.name;
    YAGURA_TRY(out.roles_of_those[other.account], roles_of(api.ground, contract, other.account));
  }
  return out;
}

std::vector<std::string> decidable(const flow::Request& r, const flow::Decider& who) {
  std::vector<std::string> out;
  if (r.at.state != flow::State::running) return out;
  for (std::size_t i = 0; i < r.route.size(); ++i)
    if (flow::standing(r.route, r.at, i, who)) out.push_back(r.route[i].step);
  return out;
}

bool decided(const flow::Request& r, Id account) {
  return std::ranges::any_of(r.at.steps, [&](const flow::StepRecord& step) {
    return std::ranges::any_of(step.decisions, [&](const flow::Decision& d) { return d.who == account; });
  });
}

const contract::Form* form_of(const std::shared_ptr<const contract::Pack>& pack, std::string_view form) {
  return pack ? pack->form(form) : nullptr;
}

Result<Response> detail(const RequestApi& api, const Request& request, const std::string& contract,
                        const flow::Request& r, int status) {
  YAGURA_TRY(const auto decider, decider_of(api, request, contract));
  const auto steps = decidable(r, decider);
  const Id me = decider.account;
  const bool own = r.submitter.account == me;
  const bool involved = own || !steps.empty() || decided(r, me);
  // What he may not see is not there for him.
  if (!involved && !may(request, contract, kSeesAll)) return fail("flow.request_not_found");
  const bool personal = involved || may(request, contract, "personal_read");
  const auto pack = api.ground.pack(contract);
  const auto* form = form_of(pack, r.form);
  const bool has_personal = std::ranges::any_of(r.values, [&](const auto& pair) {
    const auto* field = form == nullptr ? nullptr : form->field(pair.first);
    return !pair.second.empty() && field != nullptr && field->personal;
  });
  if (personal && has_personal && !own)
    YAGURA_CHECK(note_personal_read(api.ground, request, contract, "request/" + std::to_string(r.id),
                                    Value::object({{"number", r.number}})));
  auto out = request_value(r, form, personal, steps, [&](const Error& error) {
    const auto words = api.ground.words.say(error, request.language);
    return words.message + " " + words.advice;
  });
  YAGURA_TRY(auto shown, shown_value(api.ground, contract, form, r.values, personal));
  out.set("shown", std::move(shown));
  YAGURA_TRY(const auto rounds, api.requests.rounds(contract, r.id));
  Value told = Value::array();
  for (const auto& round : rounds) {
    auto value = round_value(round, form, personal);
    YAGURA_TRY(auto called, shown_value(api.ground, contract, form, round.values, personal));
    told.push(std::move(value.set("shown", std::move(called))));
  }
  out.set("rounds", std::move(told));
  out.set("own", own);
  YAGURA_TRY(auto history, history_value(api.ground, contract, r.id, form));
  out.set("history", std::move(history));
  return answer(status, out);
}

Result<flow::Request> seen(const RequestApi& api, const Request& request, const std::string& contract,
                           const flow::Decider& decider, Id id) {
  YAGURA_TRY(auto found, api.requests.get(contract, id));
  if (found.submitter.account != decider.account && decidable(found, decider).empty() &&
      !decided(found, decider.account) && !may(request, contract, kSeesAll))
    return fail("flow.request_not_found");
  return found;
}

}  // namespace yagura::web
