// Journal entries as JSON; time lines of other groups use it, too.
#pragma once

#include "web/api/context.hpp"
#include "web/api/json.hpp"

namespace yagura::web {

// Schema "JournalEntry".
Value journal_entry_value(const journal::Journal& journal, const journal::Entry& entry);

}  // namespace yagura::web
