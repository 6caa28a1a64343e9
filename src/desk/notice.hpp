// The mail that tells people of an incident: Japanese first, the same in English beneath.
//
// Threads: a pure function.
#pragma once

#include "desk/incidents.hpp"

namespace yagura::desk {

// next_clock: what the clock of Incident::next_due is called; unused when none runs. Times are Japan's.
notify::Message notice_of(const Incident& incident, const calendar::Words& contract,
                          const calendar::Words& next_clock);

}  // namespace yagura::desk
