// The logs of a contract in a hand-over: events/KIND/YEAR-MONTH.jsonl, one object a line.
//
// Form:    "at" is the event's time (RFC 3339, UTC), then its fields that are not empty, texts as UTF-8 without
//          control characters (log_search/plain_value.hpp). Months by UTC; within one by source, then time.
// Bounds:  memory of some ten thousand events. Ends with an error before the disk is full: as much as was
//          written must still be free, since the folder becomes one file beside itself.
// Errors:  handover.no_room (free, written), handover.stopped, handover.file_not_written; those of the store.
// Threads: each call for itself.
#pragma once

#include "eventstore/store.hpp"
#include "ledger/contract_records.hpp"

namespace yagura::apps {

// step: how far it is, 0 to 1; false stops it.
Result<void> add_events(ledger::HandoverFolder& folder, const std::filesystem::path& target,
                        eventstore::EventStore& events, const std::string& contract,
                        const std::function<bool(double)>& step);

}  // namespace yagura::apps
