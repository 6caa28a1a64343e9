#include "eventstore/text_filter.hpp"

#include <string>

#include "eventstore/coding.hpp"
#include "eventstore/fold.hpp"
#include "eventstore/grams.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::size_t piece_bytes = 64U << 10U;

// Piece by piece, so that a text of any length takes little memory.
bool walk_folded(std::string_view folded, TextHashes& hashes,
                 const std::function<bool(std::span<const TextHash>)>& use) {
  const auto begins = [&](std::size_t at) {
    return (static_cast<unsigned char>(folded[at]) & 0xC0U) != 0x80;
  };
  for (std::size_t at = 0; at < folded.size();) {
    auto end = std::min(at + piece_bytes, folded.size());
    hashes.clear();
    short_grams_of(folded.substr(at, end - at), hashes);
    if (!use(hashes)) return false;
    if (end == folded.size()) break;
    // Three characters over the seam; what is cut within a character adds a fragment that is none.
    for (end -= 16; !begins(end) && end < folded.size() - 1;) ++end;
    at = end;
  }
  return true;
}

}  // namespace

TextHash hash_of_whole(std::string_view folded) { return checksum(folded); }

void walk_texts(std::span<const std::string_view> texts, TextHashes* wholes,
                const std::function<bool(std::span<const TextHash>)>& use) {
  thread_local std::string folded;
  thread_local TextHashes hashes;
  folded.clear();
  for (const auto text : texts) {
    const auto begin = folded.size();
    fold_into(text, folded);
    if (wholes != nullptr) wholes->push_back(hash_of_whole(std::string_view(folded).substr(begin)));
    folded.push_back('\0');
    if (folded.size() < piece_bytes) continue;
    if (!walk_folded(folded, hashes, use)) return;
    folded.clear();
    if (folded.capacity() > 4 * piece_bytes) std::string().swap(folded);
  }
  walk_folded(folded, hashes, use);
}

TextFilter::TextFilter(std::span<const std::string_view> texts, std::size_t text_bytes, TextHashes& fragments)
    : words_(text_bytes / 32 + 1) {
  TextHashes wholes;
  wholes.reserve(texts.size());
  walk_texts(texts, &wholes, [&](std::span<const TextHash> some) {
    for (const auto one : some) add(one);
    if (fragments.size() <= most_fragments) fragments.insert(fragments.end(), some.begin(), some.end());
    return true;
  });
  for (const auto one : wholes) add(one);
}

AskedText::AskedText(const Leaf& leaf) {
  if (leaf.type == Condition::Type::range || leaf.holds("")) {
    fragments_.emplace_back();
  } else if (leaf.type == Condition::Type::equals) {
    for (const auto& value : leaf.values) {
      short_grams_of(value, fragments_.emplace_back());
      wholes_.push_back(hash_of_whole(value));
    }
  } else {
    fragments_.emplace_back();
    for (const auto fragment : leaf.fragments()) short_grams_of(fragment, fragments_.front());
  }
}

AskedTexts::AskedTexts(const ConditionPlan& plan) : plan_(plan) {
  for (const auto& leaf : plan.leaves()) asked_.emplace_back(leaf);
}

}  // namespace yagura::eventstore
