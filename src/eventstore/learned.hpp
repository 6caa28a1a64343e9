// What texts of one column have in common: found out from a sample once, then used for many segments.
//
// Purpose: zstd's dictionary and the fragments that are common. Each segment holds what it was written with, so it can be read alone.
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
  std::size_t page_bytes = 72U << 10, dictionary_bytes = 64U << 10;
};

// As the write-ahead log is emptied, and as old segments are merged into large ones.
inline constexpr SegmentOptions fresh_segment{};
inline constexpr SegmentOptions merged_segment{
    .level = 16, .page_bytes = 160U << 10, .dictionary_bytes = 256U << 10};

struct Learned {
  std::unique_ptr<const PackDictionary> dictionary;  // none where the sample was too small
  CommonGrams common;
};

// texts: as many as some dozen pages have, in the order in which pages would have them.
std::shared_ptr<const Learned> learn(std::span<const std::string_view> texts, const SegmentOptions& options);
constexpr std::size_t pages_to_learn_from = 40;

}  // namespace yagura::eventstore
