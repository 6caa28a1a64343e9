// The seal of a day: one hash over all events of a contract and kind that were received on it.
//
// Purpose: it goes into the journal the day after, so that an event shown years later can be proved to be
//          what was received then, and none to be missing. It does not depend on how the events lie on disk:
//          flushing, merging and moving to another back end leave it as it is; anything else changes it.
// Form:    docs/formats/event-seal.md. A tree after RFC 6962 (SHA-256) whose leaves are the sources of the
//          day (PCs, devices) in order of their bytes; a leaf is over the hashes of the source's events.
// Errors:  eventstore.damaged: what cannot be read cannot be sealed; eventstore.proof_too_large (most).
// Threads: pure but for reading.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "eventstore/query.hpp"
#include "eventstore/segment.hpp"

namespace yagura::eventstore {

using Digest = std::array<unsigned char, 32>;
std::string to_hex(const Digest& digest);

struct Seal {
  std::int64_t day = 0;  // of receipt, days since 1970 in Japan
  std::int64_t rows = 0, sources = 0;
  Digest root{};  // SHA-256 of nothing when there are no rows
};

// What proves that a source's events of a day are all of them and unchanged: its neighbours up to the root.
struct SourceProof {
  std::string source;
  std::vector<Digest> events;         // ascending
  std::size_t place = 0, places = 0;  // of the leaf
  std::vector<Digest> path;           // from the leaf's neighbour upwards
};

Digest digest_of(const Kind& kind, std::string_view contract, std::int64_t day, std::int64_t time,
                 std::span<const Event::Cell> cells);
// The same in two steps, for who does not know the day yet.
std::string sealed_fields(const Kind& kind, std::span<const Event::Cell> cells);
Digest digest_of(const Kind& kind, std::string_view contract, std::int64_t day, std::int64_t time,
                 std::string_view fields);

// So many events of a day can be proved at once: their hashes are held in memory.
constexpr std::size_t most_proved = 2'000'000;

// How much memory the hashes of one source of the day may take, and where the others stand meanwhile.
struct SealRoom {
  std::filesystem::path folder;
  std::size_t memory = 32U << 20;
};

// segments: those of one contract and kind that hold events of the day. prove: sources to prove, each named
// once; one without events of the day stays without.
// stopped, asked now and then, ends it with eventstore.closed.
Result<Seal> seal_of(std::span<const std::shared_ptr<const Segment>> segments, const Kind& kind,
                     std::int64_t day, const SealRoom& room, const std::function<bool()>& stopped,
                     std::span<SourceProof> prove = {});

// Whether the proof leads to this root.
bool proves(const SourceProof& proof, const Digest& root);

}  // namespace yagura::eventstore
