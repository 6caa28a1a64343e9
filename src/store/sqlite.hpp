// The SQLite back end of Database (store/database.hpp); only database.cpp includes this.
#pragma once

#include "store/database.hpp"

namespace yagura::store {

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path);

}  // namespace yagura::store
