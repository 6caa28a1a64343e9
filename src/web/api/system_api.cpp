#include <charconv>

#include "schema/json.hpp"
#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/job_json.hpp"

namespace yagura::web {

Value problem_value(const Api& api, const Request& request, const Error& error) {
  const auto said = api.problems().of(error, request.language, request.id);
  return schema::parse_json(said.body_text()).value_or(Value());
}

namespace {

std::string_view state_word(JobState state) {
  switch (state) {
    case JobState::waiting:
    case JobState::running:
      return "running";
    case JobState::done:
      return "done";
    case JobState::failed:
      return "failed";
    case JobState::cancelled:
      return "cancelled";
  }
  return "failed";
}

}  // namespace

Value job_value(const Api& api, const Request& request, const JobView& job) {
  std::int64_t result = 0;
  std::from_chars(job.result.data(), job.result.data() + job.result.size(), result);
  const bool silent = job.message_ja.empty();
  return Value::object({{"id", job.id},
                        {"kind", job.wish.kind},
                        {"state", Value(state_word(job.state))},
                        {"progress", job.progress},
                        {"message", text2(silent ? job.wish.title_ja : job.message_ja,
                                          silent ? job.wish.title_en : job.message_en)},
                        {"result", id_or_null(result)},
                        {"problem", job.error ? problem_value(api, request, *job.error) : Value()}});
}

Result<Response> job_answer(const Api& api, const Request& request, Id id) {
  YAGURA_TRY(const auto job, api.jobs.get(id, request.caller.account));
  return answer(202, job_value(api, request, job));
}

std::string account_topic(std::string_view account) { return "account:" + std::string(account); }
std::string contract_topic(std::string_view contract) { return "contract:" + std::string(contract); }
std::string role_topic(std::string_view contract, std::string_view role) {
  return "role:" + std::string(contract) + ":" + std::string(role);
}

JobBoard::Listener job_events(EventHub& hub) {
  return [&hub](const JobView& job) {
    hub.publish(account_topic(job.wish.account), "job",
                schema::to_json(Value::object({{"id", job.id}, {"change", Value(state_word(job.state))}})));
  };
}

namespace {

Result<Response> get_job(const Api& api, const Request& request) {
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_TRY(const auto job, api.jobs.get(id, request.caller.account));
  return answer(job_value(api, request, job));
}

Result<Response> cancel_job(const Api& api, const Request& request) {
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_CHECK(api.jobs.cancel(id, request.caller.account));
  return Response::no_content();
}

Result<Response> get_status(const Api& api, const Request& request) {
  YAGURA_TRY(const auto value, api.status(who(request), request.language));
  return answer(value);
}

Result<Response> stream_events(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  const auto& p = who(request);
  const auto key = stream_key(p);
  std::vector<std::string> topics{account_topic(request.caller.account)};
  if (const auto* grant = p.grant(contract))
    topics.push_back(role_topic(contract, people::name_of(grant->role)));
  // What happens in the network and at the desk is for those who may see it.
  if (may(request, contract, "watch_read|incident_read")) topics.push_back(contract_topic(contract));
  auto stream = api.events.subscribe({.topics = std::move(topics),
                                      .session = key,
                                      .last_event_id = std::string(request.headers.get("Last-Event-ID"))});
  api.streams.opened(key, p.expires);
  return Response::events(std::move(stream));
}

}  // namespace

void add_system_routes(Router& router, const Api& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/jobs/{id}",
              .operation = "getJob",
              .handler = plain(api, get_job),
              .permission = kSignedIn});
  router.add({.method = Method::del,
              .pattern = "/api/v1/jobs/{id}",
              .operation = "cancelJob",
              .handler = plain(api, cancel_job),
              .permission = kSignedIn,
              .rate = RateClass::write});
  router.add({.method = Method::get,
              .pattern = "/api/v1/status",
              .operation = "getStatus",
              .handler = plain(api, get_status),
              .permission = "watch_read|system_manage"});
  router.add({.method = Method::get,
              .pattern = "/api/v1/events",
              .operation = "streamEvents",
              .handler = plain(api, stream_events),
              .permission = "watch_read|incident_read|request_write"});
}

}  // namespace yagura::web
