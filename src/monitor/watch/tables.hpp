// The tables of alerts, silences, outages and morning rounds, and how lists stand in their columns.
//
// Threads: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "monitor/alert/alert.hpp"
#include "store/database.hpp"

namespace yagura::monitor::watch {

std::span<const store::Migration> migrations();

// ,1,2,3, so that one id can be found in it.
std::string ids_text(const std::vector<Id>& ids);
std::vector<Id> ids_of(std::string_view text);

std::string remarks_text(const std::vector<alert::Remark>& remarks);
std::vector<alert::Remark> remarks_of(std::string_view text);

}  // namespace yagura::monitor::watch
