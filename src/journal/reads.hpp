// Reads of personal data, as entries that say who saw whose and when, without an entry for every look.
//
// Bundling: what the same person, from the same address and for the same purpose (`how`), has seen within the
//           last five minutes is not written again; a new entry names only the records that are new, with
//           their number. Nothing waits to be written: the entry is on disk with the answer, so that no read
//           can be lost, and who saw a record is known to within five minutes.
// Errors:  those of store. Threads: as Journal.
// Follows: requirement A6 (each read of personal data is an entry).
#pragma once

#include <vector>

#include "journal/journal.hpp"

namespace yagura::journal {

struct Read {
  std::string chain;
  Actor actor;
  std::string subject;      // "ledger/contacts"; of a single record its own
  std::string how;          // list, row, history, person, calls, import …: what for
  std::string of;           // ledger or list the ids belong to
  std::vector<Id> ids;      // records seen; none: the subject as a whole
  schema::Value more = {};  // further members of the entry's data, taken as they are
};

inline constexpr Duration read_span = std::chrono::minutes(5);

Result<void> note_read(store::Session& session, Journal& journal, Time now, Read read);

}  // namespace yagura::journal
