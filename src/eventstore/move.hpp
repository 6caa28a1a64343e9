// Copies everything from one event store to another: contract by contract, kind by kind, month by month.
//
// Purpose: from embedded to ClickHouse, or back, or to other shards; in bounded memory, ended and begun again
//          as often as it must be.
// How:     a month is read source by source (PC by PC: so it lies on disk), in batches of at most 60,000
//          events, of which as many go together as the target takes whole or not at all, while the next are
//          read. Whole sources come from source_reader.hpp where the store has one; a source with more is read
//          in stretches of time, and where one instant has more, by a search. A file of progress is written before and says what the target has when they are in and when
//          they are not, so counting tells which after a sudden end. A month that is done is compared: how
//          many, and the checksum of event_sum.hpp, which the target makes of what it has.
// Rules:   both stores have the same kinds. Meanwhile nobody adds events of the time that is moved, to
//          neither store; what the target had before of that month is left alone and counted out.
// Errors:  those of the stores; eventstore.move_unclear, eventstore.move_differs (contract, kind, month),
//          eventstore.move_progress (file, reason).
// Threads: one move is one thread's; `cancelled` may be set from any.
#pragma once

#include <filesystem>
#include <functional>

#include "eventstore/store.hpp"

namespace yagura::eventstore {

struct MoveStep {
  std::string contract, kind, month;  // "2026-04"
  std::int64_t rows = 0;              // moved so far, of all
  std::int64_t of = 0;                // of so many
  bool verified = false;              // this month is done and was compared
};

struct MoveOptions {
  std::filesystem::path progress;      // the file; it stays, so that nothing is moved twice
  std::vector<std::string> contracts;  // empty: all
  Time to = Time::max();               // only what happened before
  std::size_t batch_rows = 60'000;
  const std::atomic<bool>* cancelled = nullptr;
  std::function<void(const MoveStep&)> report;
};

struct Moved {
  std::int64_t rows = 0, months = 0;  // by this call
  bool cancelled = false;             // the same call goes on
};

Result<Moved> move_events(EventStore& from, EventStore& to, const MoveOptions& options);

}  // namespace yagura::eventstore
