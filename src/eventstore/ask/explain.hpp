// What a query was understood as, in a sentence people can check: 利用者が「tanaka」で、「人事」を含み、…
//
// Threads: pure functions.
#pragma once

#include "calendar/civil.hpp"
#include "eventstore/ask/language.hpp"

namespace yagura::eventstore {

calendar::Words explain(const Asked& asked, const Vocabulary& vocabulary);

}  // namespace yagura::eventstore
