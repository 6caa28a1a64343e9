// Ledgers, rows and their changes as JSON.
#pragma once

#include "web/api/context.hpp"
#include "web/api/json.hpp"

namespace yagura::web {

Value ledger_value(const Api& api, const Request& request, const std::string& contract,
                   const ledger::Definition& d, std::int64_t count);
// Rows with what their references and choices are called, in the language of the request.
Result<std::vector<Value>> row_values(const Api& api, const Request& request, const std::string& contract,
                                      const ledger::Definition& d, const std::vector<ledger::Row>& rows);
// {field: {before, after}} as a list [{field, before, after}]; personal fields without values unless asked.
Value changes_value(const ledger::Definition& d, const Value& changes, bool personal);

}  // namespace yagura::web
