// What one change carries through the parts of Ledgers; not for other rooms.
#pragma once

#include "ledger/ledgers.hpp"

namespace yagura::ledger {

struct Ledgers::Writing {
  journal::Actor by;
  std::string contract;
  const Definition& definition;
  std::string why;
  Time now;
  Id import = 0;
};

inline constexpr std::string_view row_columns = "id, version, title, data, changed, deleted";

// The row with its fields in the order of the definition (JSONB does not keep order).
Row row_of(const store::Row& row, const Definition& definition);
std::string cursor_of(std::string_view sort_value, Id id);
// field -> {before, after} for every field that differs.
schema::Value differences(const Definition& definition, const schema::Value& before,
                          const schema::Value& after);
// What a search of the row looks at, folded; without `personal` only what everybody may read.
std::string search_text(const Ledgers& ledgers, std::string_view contract, const Definition& definition,
                        const schema::Value& fields, bool personal);
// Faults of choices that only an approved request enters (a closed issue) and that were not there before.
void refuse_by_request(const Definition& definition, const schema::Value& before, const schema::Value& after,
                       std::vector<schema::Fault>& faults);
// Fields marked personal become null.
void mask_personal(const Definition& definition, schema::Value& fields);

}  // namespace yagura::ledger
