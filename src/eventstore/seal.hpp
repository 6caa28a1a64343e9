// The seal of a day: one hash over all events of a contract and kind that were received on it.
//
// Purpose: it goes into the journal the day after, so that an event shown years later can be proved to be
//          what was received then, and none to be missing. It does not depend on how the events lie on disk:
//          flushing, merging and moving to another back end leave it as it is; anything else changes it.
// Form:    docs/formats/event-seal.md. A tree after RFC 6962 (SHA-256) whose leaves are the sources of the
//          day (PCs, devices) in order of their bytes; a leaf is over the hashes of the source's events.
// Made by: seal_maker.hpp, of what segment_seal.hpp or clickhouse/day_seal.hpp reads.
// Threads: values and pure functions; a LeafHash is one thread's.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "eventstore/query.hpp"

struct evp_md_ctx_st;

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

// A leaf, event by event in ascending order of their hashes: a day may have more than can be held.
class LeafHash {
 public:
  explicit LeafHash(std::string_view source);
  void add(const Digest& event);
  Digest end();

 private:
  struct Freed {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Freed> context_;
};
Digest root_of(std::span<const Digest> leaves);
void path_of(std::span<const Digest> leaves, std::size_t place, std::vector<Digest>& out);

// So many events of a day can be proved at once: their hashes are held in memory.
constexpr std::size_t most_proved = 2'000'000;

// Whether the proof leads to this root.
bool proves(const SourceProof& proof, const Digest& root);

}  // namespace yagura::eventstore
