#include "web/api/asked.hpp"

#include <charconv>

#include "schema/json.hpp"

namespace yagura::web {
namespace {

constexpr int page_most = 500;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace

Error parameter_invalid(std::string_view name) {
  return {"web.parameter_invalid", {{"name", std::string(name)}}};
}

Result<Id> id_of(const Request& request, std::string_view name) {
  const auto id = whole_number(request.param(name));
  if (!id || *id <= 0) return fail("web.not_found");
  return *id;
}

std::string text_param(const Request& request, std::string_view name) {
  return std::string(request.query.find(name).value_or(""));
}

Result<std::optional<Id>> id_param(const Request& request, std::string_view name) {
  const auto given = request.query.find(name);
  if (!given || given->empty()) return std::optional<Id>{};
  const auto id = whole_number(*given);
  if (!id || *id < 0) return std::unexpected(parameter_invalid(name));
  return std::optional<Id>{*id};
}

Result<std::optional<Time>> time_param(const Request& request, std::string_view name) {
  const auto given = request.query.find(name);
  if (!given || given->empty()) return std::optional<Time>{};
  const auto time = parse_rfc3339(*given);
  if (!time) return std::unexpected(parameter_invalid(name));
  return std::optional<Time>{*time};
}

Result<PageAsked> page_of(const Request& request) {
  PageAsked page{text_param(request, "cursor"), 50};
  if (const auto given = request.query.find("limit"); given && !given->empty()) {
    const auto limit = whole_number(*given);
    if (!limit || *limit < 1 || *limit > page_most) return std::unexpected(parameter_invalid("limit"));
    page.limit = static_cast<int>(*limit);
  }
  if (page.cursor.size() > 2000) return std::unexpected(parameter_invalid("cursor"));
  return page;
}

Result<std::int64_t> number_cursor(const PageAsked& page) {
  if (page.cursor.empty()) return 0;
  const auto number = whole_number(page.cursor);
  if (!number || *number < 0) return std::unexpected(parameter_invalid("cursor"));
  return *number;
}

Result<schema::Value> json_body(const Request& request) {
  const auto type = request.headers.get("Content-Type");
  // A form of another site cannot send this type, which is one lock more against CSRF.
  if (!same_name(type.substr(0, type.find(';')), kJson)) return fail("web.media_type_unsupported");
  return schema::parse_json(request.body);
}

Response faults_answer(const Api& api, const Request& request, const std::vector<schema::Fault>& faults) {
  return api.problems().of(faults, request.language, request.id);
}

}  // namespace yagura::web
