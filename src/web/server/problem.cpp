#include "web/server/problem.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "schema/json.hpp"

namespace yagura::web {
namespace {

constexpr auto kStatus = std::to_array<std::pair<std::string_view, int>>({
    {"web.request_invalid", 400},
    {"web.target_invalid", 400},
    {"web.query_invalid", 400},
    {"web.multipart_invalid", 400},
    {"schema.json_invalid", 400},
    {"schema.yaml_invalid", 422},
    {"web.sign_in_needed", 401},
    {"web.cross_site", 403},
    {"web.csrf_invalid", 403},
    {"web.not_found", 404},
    {"web.method_not_allowed", 405},
    {"web.too_slow", 408},
    {"web.body_too_large", 413},
    {"web.upload_too_many_parts", 413},
    {"web.media_type_unsupported", 415},
    {"web.host_unknown", 421},
    {"web.rate_limited", 429},
    {"web.header_too_large", 431},
    {"web.internal", 500},
    {"web.file_unreadable", 500},
    {"web.disk_failed", 503},
    {"web.method_unknown", 501},
    {"web.coding_unsupported", 501},
    {"web.busy", 503},
    {"store.disk_full", 507},
    {"web.version_unsupported", 505},
    {"schema.file_unreadable", 500},
    {"people.not_signed_in", 401},
    {"people.second_factor_missing", 401},
    {"people.sign_in_refused", 401},
    {"people.locked", 401},
    {"people.directory_password_expired", 401},
    {"people.directory_account_ended", 401},
    {"people.directory_not_now", 401},
    {"people.directory_away", 503},
    {"people.ticket_missing", 401},
    {"people.ticket_refused", 401},
    {"people.directory_password_wrong", 400},
    {"people.directory_unknown", 400},
    {"people.password_of_directory", 409},
    {"people.sign_on_away", 503},
    {"people.sign_on_not_believed", 401},
    {"people.sign_on_cancelled", 401},
    {"people.sign_on_expired", 401},
    {"people.sign_on_unknown", 401},
    {"people.sign_on_again", 403},
    {"people.sign_on_taken", 409},
    {"people.sign_on_first", 400},
    {"web.second_factor_wrong", 401},
    {"people.session_needed", 403},
    {"people.no_roster", 403},
    {"log_search.hold_own", 403},
    {"people.scope_not_yours", 403},
    {"people.not_on_own", 403},
    {"people.last_administrator", 409},
    {"people.password_too_short", 400},
    {"people.password_too_long", 400},
    {"people.password_like_login", 400},
    {"people.password_common", 400},
    {"people.password_wrong", 400},
    {"people.invitation_invalid", 400},
    {"people.setup_not_begun", 400},
    {"people.code_wrong", 400},
    {"people.recovery_code_wrong", 400},
    {"people.factor_missing", 400},
    {"people.passkey_refused", 401},
    {"people.passkey_copied", 401},
    {"people.passkey_directory_unknown", 401},
    {"people.passkey_wrong", 400},
    {"people.passkey_too_late", 400},
    {"people.passkey_name", 400},
    {"people.passkey_none", 409},
    {"people.factor_last", 409},
    {"people.passkeys_too_many", 409},
    {"people.passkeys_unavailable", 409},
    {"ledger.cursor_invalid", 400},
    {"desk.cursor_invalid", 400},
    {"web.parameter_invalid", 400},
    {"log_search.too_many_running", 429},
    {"web.contract_missing", 400},
});

constexpr auto kEndings = std::to_array<std::pair<std::string_view, int>>({
    {"not_found", 404},
    {"_forbidden", 403},
    {".forbidden", 403},
    {"_not_allowed", 403},
    {"_conflict", 409},
    {".conflict", 409},
    {"_taken", 409},
    {"_exists", 409},
    {"_changed_since", 412},
    {"_gone", 410},
    {"too_large", 413},
    {"_busy", 503},
    {".busy", 503},
    {"_unavailable", 503},
    {"rate_limited", 429},
});

schema::Value problem_value(const Error& error, const schema::Words::Said& said, int status,
                            std::string_view request_id) {
  auto value = schema::Value::object();
  value.set("type", fmt::format("urn:yagura:error:{}", error.code));
  value.set("title", reason_phrase(status));
  value.set("status", status);
  value.set("detail", said.message);
  value.set("code", error.code);
  value.set("advice", said.advice);
  value.set("request_id", request_id);
  return value;
}

Response problem_response(int status, const schema::Value& value, Language language) {
  auto response = Response::json(status, schema::to_json(value));
  response.headers.set("Content-Type", kProblem);
  response.headers.set("Content-Language", name_of(language));
  return response;
}

}  // namespace

int Problems::status_of(std::string_view code) const {
  for (const auto& [known, status] : kStatus)
    if (known == code) return status;
  for (const auto& [ending, status] : kEndings)
    if (code.ends_with(ending)) return status;
  if (code.starts_with("store.")) return 503;
  return words_.entries().contains(std::string(code)) ? 422 : 500;
}

schema::Value Problems::kept(const Error& error, Language language) const {
  const auto said = words_.say(error, language);
  auto value = schema::Value::object();
  value.set("type", fmt::format("urn:yagura:error:{}", error.code));
  value.set("title", said.message);
  value.set("status", status_of(error.code));
  value.set("detail", said.message);
  value.set("code", error.code);
  value.set("advice", said.advice);
  return value;
}

Response Problems::of(const Error& error, Language language, std::string_view request_id) const {
  const int status = status_of(error.code);
  Error shown = error;
  if (status >= 500) {
    shown.args.clear();
    // Codes that say no more than "try later" or "not here" may be told; the rest is ours alone.
    constexpr std::array<std::string_view, 5> told{"store.disk_full", "store.locked", "people.directory_away",
                                                   "people.sign_on_away", "people.outside_busy"};
    if (shown.code == "store.gone")
      shown.code = "web.records_gone";
    else if (std::ranges::find(told, shown.code) == told.end() &&
             (!shown.code.starts_with("web.") || shown.code == "web.file_unreadable" ||
              shown.code == "web.disk_failed"))
      shown.code = status == 503 ? "web.unavailable" : "web.internal";
  }
  shown.args.emplace_back("request_id", request_id);
  auto response = problem_response(
      status, problem_value(shown, words_.say(shown, language), status, request_id), language);
  if (const auto wait = error.arg("retry_after"); !wait.empty()) response.headers.set("Retry-After", wait);
  if (const auto allow = error.arg("allow"); !allow.empty()) response.headers.set("Allow", allow);
  return response;
}

Response Problems::of(const std::vector<schema::Fault>& faults, Language language,
                      std::string_view request_id) const {
  const auto first = schema::first_error(faults);
  auto value = problem_value(first, words_.say(first, language), 422, request_id);
  auto list = schema::Value::array();
  for (const auto& fault : faults) {
    const auto said = words_.say(fault.error, language);
    auto entry = schema::Value::object();
    entry.set("path", fault.path);
    entry.set("code", fault.error.code);
    entry.set("message", said.message);
    entry.set("advice", said.advice);
    list.push(std::move(entry));
  }
  value.set("errors", std::move(list));
  return problem_response(422, value, language);
}

}  // namespace yagura::web
