// What a request asks: its parameters, its page of a list, its body in a declared shape.
//
// Errors:  web.parameter_invalid (name), web.media_type_unsupported, schema.json_invalid; faults of a body
//          are answered as 422 with one entry for each. A path's id that is no number is web.not_found.
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema/shape.hpp"
#include "web/api/context.hpp"
#include "web/api/json.hpp"

namespace yagura::web {

// {name} of the path as an id.
Result<Id> id_of(const Request& request, std::string_view name = "id");
std::string text_param(const Request& request, std::string_view name);  // "" when absent
Result<std::optional<Id>> id_param(const Request& request, std::string_view name);
Result<std::optional<Time>> time_param(const Request& request, std::string_view name);
template <class E>
Result<std::optional<E>> word_param(const Request& request, std::string_view name);

struct PageAsked {
  std::string cursor;
  int limit = 50;
};
Result<PageAsked> page_of(const Request& request);
// A cursor that is a number (an id, a line, a sequence number); 0 from the beginning.
Result<std::int64_t> number_cursor(const PageAsked& page);

Result<schema::Value> json_body(const Request& request);
Response faults_answer(const Api& api, const Request& request, const std::vector<schema::Fault>& faults);

// A handler whose body has the shape of T:
//   .handler = with_body<SignIn>(api, [](const Api&, Request&, SignIn body) -> Result<Response> {...})
template <class T, class Handle>
Handler with_body(const Api& api, Handle handle) {
  return [&api, handle](Request& request) -> Result<Response> {
    YAGURA_TRY(const auto value, json_body(request));
    std::vector<schema::Fault> faults;
    T body = schema::read<T>(value, faults);
    if (!faults.empty()) return faults_answer(api, request, faults);
    return handle(api, request, std::move(body));
  };
}
// A handler without a body.
template <class Handle>
Handler plain(const Api& api, Handle handle) {
  return [&api, handle](Request& request) -> Result<Response> { return handle(api, request); };
}

Error parameter_invalid(std::string_view name);

template <class E>
Result<std::optional<E>> word_param(const Request& request, std::string_view name) {
  const auto given = request.query.find(name);
  if (!given || given->empty()) return std::optional<E>{};
  for (const auto& [known, value] : enum_names(E{}))
    if (known == *given) return std::optional<E>{value};
  return std::unexpected(parameter_invalid(name));
}

}  // namespace yagura::web
