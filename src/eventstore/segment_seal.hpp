// The seal of a day, of the segments that hold its events.
//
// Errors:  eventstore.damaged: what cannot be read cannot be sealed; those of seal_maker.hpp.
// Threads: pure but for reading.
#pragma once

#include "eventstore/seal_maker.hpp"
#include "eventstore/segment.hpp"

namespace yagura::eventstore {

// segments: those of one contract and kind that hold events of the day.
Result<Seal> seal_of(std::span<const std::shared_ptr<const Segment>> segments, const Kind& kind,
                     std::int64_t day, const SealRoom& room, const std::function<bool()>& stopped,
                     std::span<SourceProof> prove = {});

}  // namespace yagura::eventstore
