// What stands behind the pipes of a query: | count by section top 20, | histogram 1h, | sort oldest.
//
// Purpose: the ways of showing a result; Japanese words too: | 集計 所属、操作 上位20, | 推移 1時間, | 並び
// 古い順. Threads: pure functions.
#pragma once

#include <string_view>

#include "eventstore/ask/language.hpp"
#include "eventstore/ask/place.hpp"

namespace yagura::eventstore {

// One stage, without its pipe; query is the whole text, place where the stage is. asked.query has its times.
Result<void> read_stage(std::string_view query, Place place, const Vocabulary& vocabulary, Time now,
                        Asked& asked);

}  // namespace yagura::eventstore
