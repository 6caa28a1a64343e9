// What the planning and the carrying out of an import share: its row and the names of its outcomes.
#pragma once

#include "ledger/file_links.hpp"
#include "ledger/writing.hpp"

namespace yagura::ledger {

// Rows in one transaction of a preview, and between two looks at whether somebody stopped it.
inline constexpr std::size_t import_batch_rows = 500;

inline constexpr std::string_view import_columns =
    "id, contract, ledger, file, state, who, at, created, updated, unchanged, rejected, ignored";

std::string_view name_of(Outcome outcome);

// Which row refers to which, in one field of a ledger.
Result<Edges> edges_of(store::Session& s, std::string_view contract, const Definition& d, const Field& field);

}  // namespace yagura::ledger
