// Jobs as JSON, and their changes as events.
#pragma once

#include "web/api/context.hpp"
#include "web/api/json.hpp"

namespace yagura::web {

// Schema "Problem" of an error.
Value problem_value(const Api& api, const Request& request, const Error& error);
Value job_value(const Api& api, const Request& request, const JobView& job);
// 202 with the job as it is now.
Result<Response> job_answer(const Api& api, const Request& request, Id job);

// The board's listener: tells whose job it is, on the topic of his account.
JobBoard::Listener job_events(EventHub& hub);
std::string account_topic(std::string_view account);
std::string contract_topic(std::string_view contract);
// What concerns whoever has a role (as people::name_of) in a contract.
std::string role_topic(std::string_view contract, std::string_view role);

}  // namespace yagura::web
