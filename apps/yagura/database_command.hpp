// What commands on a running or stopped installation share: its database, its journal, who acts.
//
// Errors:  apps.database_missing, apps.kinds_missing, and those of store.
// Threads: call before others start (finds folders).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"

namespace yagura::apps {

// Opens what is there: unlike Database::open a SQLite file that is missing is not made.
Result<std::unique_ptr<store::Database>> open_existing(const std::string& address);
Result<std::unique_ptr<journal::Journal>> open_journal(const Clock& clock);
// Somebody with a shell on the server.
journal::Actor console();
// The file of a SQLite address; "" for others.
std::filesystem::path sqlite_file(const std::string& address);
// The chains a journal has, "" first.
Result<std::vector<std::string>> chains_of(store::Session& session);
// "installation" for "".
std::string shown_chain(const std::string& chain);

constexpr int exit_failed = 1;
constexpr int exit_misused = 2;
// Prints the error; misuse exits 2, anything else 1.
int report_error(std::ostream& err, const Error& error);

}  // namespace yagura::apps
