// What an outsider needs beside the events to prove them by their seal, as text.
//
// Form:    docs/formats/event-proof.md; checked by apps/yagura-verify.
// Threads: pure functions.
#pragma once

#include <string>

#include "log_search/seals.hpp"

namespace yagura::log_search {

// A text as one word of a line.
std::string proof_word(std::string_view bytes);

std::string proof_head(std::string_view contract);
// Which fields a kind has, in the order of its seal, and what it is called in events.csv.
std::string proof_kind(const eventstore::Kind& kind);
std::string proof_seal(const SealedDay& sealed);
// Of the seal before it.
std::string proof_source(const eventstore::SourceProof& proof);
// The last line, over all before it.
std::string proof_end(std::string_view sha256_hex);

}  // namespace yagura::log_search
