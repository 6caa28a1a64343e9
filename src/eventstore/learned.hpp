// What texts of one column have in common: found out from a sample once, then used for many segments.
//
// Purpose: zstd's dictionary and the fragments that are common. Where they are kept: learned_file.hpp.
// Threads: values, never changed.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "eventstore/coding.hpp"
#include "eventstore/grams.hpp"

namespace yagura::eventstore {

struct SegmentOptions {
  int level = 3;  // zstd's
  std::size_t page_bytes = 72U << 10, dictionary_bytes = 256U << 10;
  std::size_t pages_to_learn_from = 80;
  std::size_t common_share = 5;  // a fragment that more of the pages have than one in so many is common
};

// As the write-ahead log is emptied, and as old segments are merged into large ones.
inline constexpr SegmentOptions fresh_segment{};
inline constexpr SegmentOptions merged_segment{
    .level = 16, .page_bytes = 160U << 10, .pages_to_learn_from = 40, .common_share = 2};

struct Learned {
  std::unique_ptr<const PackDictionary> dictionary;  // none where the sample was too small
  CommonGrams common;
  std::uint64_t id = 0;  // tells what both hold; 0 where that is nothing
};

std::string write_learned(const Learned& learned);
// Never 0.
std::uint64_t id_of_learned(std::string_view written);
// Its parts: most questions want one of them.
struct WrittenLearned {
  explicit WrittenLearned(std::string_view written);
  std::string_view dictionary, common;  // empty where there is none
};
// As it was written, or nothing.
std::optional<Learned> read_learned(std::string_view written, int level);

// texts: as many as some dozen pages have, in the order in which pages would have them.
std::shared_ptr<const Learned> learn(std::span<const std::string_view> texts, const SegmentOptions& options);

}  // namespace yagura::eventstore
