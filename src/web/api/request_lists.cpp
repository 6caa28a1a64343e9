// What is read of forms and requests.
#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "web/api/asked.hpp"
#include "web/api/people_json.hpp"
#include "web/api/request_choices.hpp"
#include "web/api/request_json.hpp"
#include "web/api/request_view.hpp"

namespace yagura::web {
namespace {

Result<std::string> search_of(const Request& request) {
  auto text = text_param(request, "q");
  if (characters(text) > 200) return std::unexpected(parameter_invalid("q"));
  return text;
}

}  // namespace

Result<Response> list_forms(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  const auto pack = api.ground.pack(contract);
  const auto* grant = who(request).grant(contract);
  const std::string role(grant == nullptr ? "" : people::name_of(grant->role));
  return answer(items_value(each_of(pack->forms, [&](const contract::Form& form) {
    return form_value(form, std::ranges::find(form.submitted_by, role) != form.submitted_by.end());
  })));
}

Result<Response> get_form(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  const auto pack = api.ground.pack(contract);
  const auto name = request.param("form");
  const auto* form = form_of(pack, name);
  if (form == nullptr) return fail("flow.form_not_found");
  const auto* grant = who(request).grant(contract);
  const std::string role(grant == nullptr ? "" : people::name_of(grant->role));
  YAGURA_TRY(const auto person, api.ground.people.person(who(request).actor.account));
  const std::map<std::string, std::string> start{{"section", person.organisation}, {"name", person.name}};
  return answer(
      form_value(*form, std::ranges::find(form->submitted_by, role) != form->submitted_by.end(), &start));
}

Result<Response> list_form_rows(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const auto search, search_of(request));
  const auto pack = api.ground.pack(contract);
  const auto* form = form_of(pack, request.param("form"));
  if (form == nullptr) return fail("flow.form_not_found");
  YAGURA_TRY(auto found, row_choices(api.ground, request, contract, *form, request.param("field"), search));
  return answer(items_value(std::move(found)));
}

Result<Response> list_colleagues(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const auto search, search_of(request));
  YAGURA_TRY(auto found, colleague_choices(api.ground, contract, search));
  return answer(items_value(std::move(found)));
}

Result<Response> list_requests(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto before, number_cursor(page));
  YAGURA_TRY(const auto state, word_param<flow::State>(request, "state"));
  flow::RequestQuery query{.contract = contract,
                           .form = text_param(request, "form"),
                           .search = text_param(request, "q"),
                           .state = state,
                           .submitter = 0,
                           .waiting_for = nullptr,
                           .before = before,
                           .limit = page.limit + 1};
  if (characters(query.search) > 200) return std::unexpected(parameter_invalid("q"));
  const auto view = text_param(request, "view");
  YAGURA_TRY(const auto decider, decider_of(api, request, contract));
  if (view == "waiting")
    query.waiting_for = &decider;
  else if (view == "mine" || (view.empty() && !may(request, contract, kSeesAll)))
    query.submitter = decider.account;
  else if (!view.empty() && view != "all")
    return std::unexpected(parameter_invalid("view"));
  else if (!may(request, contract, kSeesAll))
    return fail("web.forbidden", {{"permission", kSeesAll}});
  YAGURA_TRY(auto found, api.requests.list(query));
  std::string next;
  if (found.size() > static_cast<std::size_t>(page.limit)) {
    found.resize(static_cast<std::size_t>(page.limit));
    next = std::to_string(found.back().id);
  }
  const auto pack = api.ground.pack(contract);
  auto out = page_value(
      each_of(found, [&](const flow::Request& r) { return request_row(r, form_of(pack, r.form)); }), next);
  if (before == 0) {  // what is to come is counted once, with the first page
    YAGURA_TRY(const auto total, api.requests.count(query));
    out.set("total", total);
  }
  return answer(out);
}

Result<Response> get_request(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto found, api.requests.get(contract, id));
  return detail(api, request, contract, found);
}

// Always sent as a file to save and never as a page, as every attachment.
Result<Response> get_request_file(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto decider, decider_of(api, request, contract));
  YAGURA_TRY(const auto found, seen(api, request, contract, decider, id));
  const auto pack = api.ground.pack(contract);
  const auto* form = form_of(pack, found.form);
  const auto name = request.param("field");
  const auto* field = form == nullptr ? nullptr : form->field(name);
  const auto value = found.values.find(name);
  if (field == nullptr || field->type != "attachment" || value == found.values.end())
    return fail("web.not_found");
  const bool involved = found.submitter.account == decider.account || !decidable(found, decider).empty() ||
                        decided(found, decider.account);
  if (field->personal && !involved && !may(request, contract, "personal_read")) return fail("web.not_found");
  Id file = 0;
  const auto& text = value->second;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), file);
  if (ec != std::errc{} || end != text.data() + text.size()) return fail("web.not_found");
  YAGURA_TRY(auto sent, api.ground.ledgers.attachment(contract, file, decider.account));
  if (field->personal && found.submitter.account != decider.account)
    YAGURA_CHECK(note_personal_read(api.ground, request, contract, "request/" + std::to_string(found.id),
                                    Value::object({{"number", found.number}})));
  Response response = Response::text(200, std::move(sent.second));
  response.headers.set("Content-Type", "application/octet-stream");
  response.download_as(sent.first.name);
  return response;
}

}  // namespace yagura::web
