// Tables as the database itself describes them, and their rows as lines of text.
//
// Purpose: the one portable form both back ends share: COPY's text format of PostgreSQL (tabs between values,
//          \N for null, \\ \t \n \r escaped; bytes as \\x and hex; numbers in digits that read back exactly).
// Strict:  decode_line() takes exactly what append_line() writes.
// Errors:  store.backup_type_unknown (table, column, type): rather refuse than lose.
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/backup.hpp"

namespace yagura::store {

// Of the current schema, by name; without the versions of the rooms.
Result<std::vector<BackupTable>> tables_of(Session& session);
Result<std::map<std::string, int>> versions_of(Session& session);
std::string in_quotes(std::string_view name);

void append_line(std::string& out, const Row& row, const BackupTable& table);

// One value; text and bytes own what Param can only point to.
struct Cell {
  std::string owned;
  std::variant<std::nullptr_t, std::int64_t, double, bool> value;  // bool: owned, true for bytes
  [[nodiscard]] Param param() const;
};
// A line without its line feed; nullopt when it is not one of this table.
std::optional<std::vector<Cell>> decode_line(std::string_view line, const std::vector<BackupColumn>& columns);

}  // namespace yagura::store
