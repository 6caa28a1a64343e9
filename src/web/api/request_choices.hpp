// What the fields of a form choose from, and what chosen things are called; for request_api.cpp only.
//
// Purpose: whoever may fill in a form must be able to find the row or the person it asks for, without the
//          right to read that ledger or the people's pages: names only, and only of ledgers that a field of a
//          form names.
// Errors:  flow.form_not_found, flow.not_there (no such field of that kind), those of ledger and people.
// Threads: pure functions over the rooms.
#pragma once

#include "web/api/json.hpp"
#include "web/api/request_api.hpp"

namespace yagura::web {

// {id, name, note} of at most 20 rows of the field's ledger that match q.
Result<std::vector<Value>> row_choices(const Api& api, const Request& request, const std::string& contract,
                                       const contract::Form& form, std::string_view field,
                                       std::string_view q);
// {id, name, note} of people with access to the contract now.
Result<std::vector<Value>> colleague_choices(const Api& api, const std::string& contract, std::string_view q);

// Files that somebody names in a form must be his own: an id is easily guessed, and whoever decides would
// read another's file. `before`: what stood there already is not asked again.
Result<std::vector<schema::Fault>> attachment_faults(const Api& api, const std::string& contract, Id account,
                                                     const std::vector<contract::FormField>& fields,
                                                     const flow::Values& values, const flow::Values& before);

// Field → what its value is called, for rows, people and files; left out as in the values.
Result<Value> shown_value(const Api& api, const std::string& contract, const contract::Form* form,
                          const flow::Values& values, bool personal);

// What was done with the request, oldest first, from the journal: earlier rounds with who sent them back and
// why stand there alone.
Result<Value> history_value(const Api& api, const std::string& contract, Id request,
                            const contract::Form* form);

}  // namespace yagura::web
