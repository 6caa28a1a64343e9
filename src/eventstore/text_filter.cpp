#include "eventstore/text_filter.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "eventstore/coding.hpp"
#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

std::uint32_t hash_of_three(const char* at) {
  const auto byte = [&](int i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(at[i])); };
  return (byte(0) | byte(1) << 8U | byte(2) << 16U) * 0x9E3779B1U;
}
std::uint32_t hash_of_whole(std::string_view folded) { return static_cast<std::uint32_t>(checksum(folded)); }

}  // namespace

TextFilter::TextFilter(std::span<const std::string_view> texts) {
  std::string folded;
  std::vector<std::size_t> ends;
  for (const auto text : texts) {
    fold_into(text, folded);
    ends.push_back(folded.size());
  }
  size_ = folded.size() * 2 + 64;
  bits_.resize(size_ / 64 + 1);
  const auto set = [&](std::uint32_t hash) {
    const auto bit = std::uint64_t{hash} * size_ >> 32U;
    bits_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  };
  std::size_t begin = 0;
  for (const auto end : ends) {
    for (auto at = begin; at + 3 <= end; ++at) set(hash_of_three(folded.data() + at));
    set(hash_of_whole(std::string_view(folded).substr(begin, end - begin)));
    begin = end;
  }
}

bool TextFilter::may_hold(std::string_view folded) const {
  for (std::size_t at = 0; at + 3 <= folded.size(); ++at)
    if (!has(hash_of_three(folded.data() + at))) return false;
  return true;
}

bool TextFilter::may_equal(std::string_view folded) const { return has(hash_of_whole(folded)); }

}  // namespace yagura::eventstore
