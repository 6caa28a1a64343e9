// The mail that tells people of a request: Japanese first, the same in English beneath. It names the form,
// the number and what is to be done, and nothing that was filled in: mail is read by others too.
//
// Threads: pure functions.
#pragma once

#include "flow/requests.hpp"

namespace yagura::flow {

struct Notice {
  std::string subject, body;
};

// topic as Requests::Listener has it. Nothing for topics of which nobody is told by mail.
std::optional<Notice> notice_of(const Request& request, const contract::Form& form,
                                const calendar::Words& contract, std::string_view topic);

// Whom a topic concerns: the submitter, or those who decide the steps that it opened or reminds of.
bool tells_submitter(std::string_view topic);
std::vector<std::size_t> steps_told(const Request& request, std::string_view topic);

}  // namespace yagura::flow
