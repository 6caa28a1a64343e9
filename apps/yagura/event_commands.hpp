// yagura events …: the store of log events of an installation whose server does not run.
//
// The store has one writer: while yagurad has the folder, every command here is refused (eventstore.in_use).
// Exit:    0 done, 1 refused, failed or damage found, 2 misused.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace yagura::apps {

// import --mapping NAME|FILE --contract ID --data DIR --database ADDRESS FILE…   into DIR/events; see
//        docs/operations/log-import.md
// extents --data DIR                 what is kept of each contract and kind
// verify --data DIR [--repair]       reads all of it; repair keeps what can be read of damaged segments
// backup --data DIR --out FOLDER     a new folder, by hard links where the file system allows
// restore FOLDER --data DIR          where there is no store yet; verified afterwards
// move --data DIR --events-clickhouse FILE [--before TIME]
//                                    to ClickHouse; goes on where it was ended, compares each month
// kept, holds, hold, ask-release, release, seals, check, proof: of a running server
// (event_keeping_commands.hpp)
int run_events(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace yagura::apps
