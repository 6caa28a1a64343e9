// Forms and requests as JSON; for request_api.cpp only.
#pragma once

#include "web/api/json.hpp"
#include "web/api/request_api.hpp"

namespace yagura::web {

// start: what a field begins with, by its starts_as; null when only the form's head is asked for.
Value form_value(const contract::Form& form, bool may_submit,
                 const std::map<std::string, std::string>* start = nullptr);
// The row of a list.
Value request_row(const flow::Request& request, const contract::Form* form);
// personal: whether fields with personal data are shown; decidable: steps that the caller may decide now;
// said: an error in words.
Value request_value(const flow::Request& request, const contract::Form* form, bool personal,
                    const std::vector<std::string>& decidable,
                    const std::function<std::string(const Error&)>& said);
Value round_value(const flow::Round& round, const contract::Form* form, bool personal);
Value deputy_value(const flow::Deputy& deputy);

}  // namespace yagura::web
