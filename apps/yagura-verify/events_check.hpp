// Checks exported log events against the seals of their days, with nothing of Yagura: the standard library
// and OpenSSL's SHA-256.
//
// Purpose: events.csv says what happened, seals.txt how each of its rows leads to the seal of the day on
//          which it was received (docs/formats/event-proof.md, event-seal.md), and an export of the journal
//          that the seal was made then. Each file alone can be made up; together, with the root that a
//          month's report printed, they cannot.
// Finds:   any changed octet of a proved row, a row that is there more often than it was received, rows that
//          do not belong to the proof.
// Not:     whether events.csv has all events of a search: a proof is of the rows that are there.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace yagura_verify {

struct Seal {
  std::string kind, day;  // of receipt
  std::uint64_t events = 0, sources = 0;
  std::string root;
  std::uint64_t entry = 0;  // of the contract's journal
};

struct EventsOutcome {
  std::string contract;
  std::vector<Seal> seals;
  std::uint64_t rows = 0, proved = 0;  // of events.csv
  std::uint64_t proof_line = 0;        // of seals.txt, where something is wrong
  std::uint64_t row = 0;               // of events.csv, counted from the first event; 0: none or its heading
  std::string fault;                   // "": everything holds
};

// csv: the whole of events.csv; null: the proof of sources alone.
EventsOutcome check_events(std::string_view proof, const std::string_view* csv);

// Whether an entry of the journal, as its export has it, is that seal.
bool is_entry_of(const Seal& seal, std::string_view contract, std::uint64_t seq, std::string_view text);

}  // namespace yagura_verify
