// The tables of all rooms: the server brings them up to date when it starts, and a backup that holds more is
// refused as one of a newer version. A room that gets tables adds its migrations() here and nowhere else.
//
// Threads: pure.
#pragma once

#include <vector>

#include "store/database.hpp"

namespace yagura::apps {

std::vector<store::Migration> all_steps();

}  // namespace yagura::apps
