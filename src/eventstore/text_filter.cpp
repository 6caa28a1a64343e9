#include "eventstore/text_filter.hpp"

#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "eventstore/coding.hpp"
#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::size_t piece_bytes = 64U << 10U;
// So many NULs stand behind folded texts, so that nothing asks where they end.
constexpr std::size_t behind = 16;

// Bytes of the character that begins so.
std::size_t length_of(char lead) {
  return 0x4322111111111111U >> ((static_cast<unsigned char>(lead) >> 4U) * 4U) & 7U;
}
// From U+3000 on.
bool is_wide(char lead) { return static_cast<unsigned char>(lead) >= 0xE3; }

// Of some characters as they are written, up to eight bytes of them.
TextHash hash_of(const char* at, std::size_t length) {
  std::uint64_t out = 0;
  std::memcpy(&out, at, 8);
  out &= ~0ULL >> (64U - 8U * std::min<std::size_t>(length, 8));
  out *= 0x9E3779B97F4A7C15ULL;
  out ^= out >> 32U;
  out *= 0xBF58476D1CE4E5B9ULL;
  return out ^ (out >> 29U);
}

// Most fragments of a batch come again and again: those that came last with the same bits are left out.
class Fragments {
 public:
  using Use = std::function<bool(std::span<const TextHash>)>;
  explicit Fragments(const Use& use) : use_(use) {}

  // Texts with NULs between and behind them. False when no more are wanted. Without a jump for each character:
  // what is next, no processor can guess.
  bool of(const std::string& folded) {
    const auto* a = folded.data();
    const auto* const end = a + folded.size() - behind;
    const auto *b = a + length_of(*a), *c = b + length_of(*b);
    while (a < end) {
      const auto* const d = c + length_of(*c);
      const unsigned two = (is_wide(*a) ? 1U : 0U) & (is_wide(*b) ? 1U : 0U);
      const unsigned whole = (*a != 0 ? 1U : 0U) & (*b != 0 ? 1U : 0U) & ((*c != 0 ? 1U : 0U) | two);
      // One with a NUL is like none without.
      const auto hash = hash_of(a, static_cast<std::size_t>((two != 0 ? c : d) - a));
      const auto before = std::exchange(last_[hash >> 53U], hash);
      some_[count_] = hash;
      count_ += whole & (before != hash ? 1U : 0U);
      if (count_ == some_.size() && !give()) return false;
      // What is cut off within a character ends there.
      a = std::min(b, end), b = std::min(c, end), c = std::min(d, end);
    }
    return true;
  }
  bool give() { return use_({some_.data(), std::exchange(count_, 0)}); }

 private:
  const Use& use_;
  std::array<TextHash, 1U << 11U> last_{};
  std::array<TextHash, 4096> some_;
  std::size_t count_ = 0;
};

TextHashes fragments_of(std::string_view folded) {
  TextHashes out;
  const Fragments::Use use = [&](std::span<const TextHash> some) {
    out.insert(out.end(), some.begin(), some.end());
    return true;
  };
  Fragments fragments(use);
  std::string padded(folded);
  padded.append(behind, '\0');
  if (fragments.of(padded)) fragments.give();
  return out;
}

}  // namespace

TextHash hash_of_whole(std::string_view folded) { return checksum(folded); }

void walk_texts(std::span<const std::string_view> texts, TextHashes* wholes,
                const std::function<bool(std::span<const TextHash>)>& use) {
  Fragments fragments(use);
  thread_local std::string folded;
  folded.clear();
  const auto walk = [&] {
    folded.append(behind, '\0');
    const bool more = fragments.of(folded);
    folded.clear();
    if (folded.capacity() > 4 * piece_bytes) std::string().swap(folded);
    return more;
  };
  for (const auto text : texts) {
    const auto begin = folded.size();
    fold_into(text, folded);
    if (wholes != nullptr) wholes->push_back(hash_of_whole(std::string_view(folded).substr(begin)));
    folded.push_back('\0');
    if (folded.size() >= piece_bytes && !walk()) return;
  }
  if (walk()) fragments.give();
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
      fragments_.push_back(fragments_of(value));
      wholes_.push_back(hash_of_whole(value));
    }
  } else {
    fragments_.emplace_back();
    for (const auto fragment : leaf.fragments())
      for (const auto one : fragments_of(fragment)) fragments_.front().push_back(one);
  }
}

AskedTexts::AskedTexts(const ConditionPlan& plan) : plan_(plan) {
  for (const auto& leaf : plan.leaves()) asked_.emplace_back(leaf);
}

}  // namespace yagura::eventstore
