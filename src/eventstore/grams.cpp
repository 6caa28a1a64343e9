#include "eventstore/grams.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "eventstore/coding.hpp"
#include "eventstore/rice.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::size_t longest = 7;

// Up to three characters are one number, and their hash is that number well mixed; each further one is mixed
// in.
constexpr unsigned character_bits = 21;
std::uint64_t mix(std::uint64_t h) {
  h *= 0x9E3779B97F4A7C15ULL;
  h ^= h >> 32U;
  h *= 0xBF58476D1CE4E5B9ULL;
  return h ^ (h >> 29U);
}

std::uint64_t mix_in(std::uint64_t hash, char32_t character) {
  hash = (hash ^ character) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29U);
}

// Characters of folded (valid) UTF-8, in memory that is kept. Behind the last one `longest` more can be read.
class Characters {
 public:
  // Texts of so many bytes in all are to be added; what was added before is gone.
  void begin(std::size_t bytes) {
    if (held_.size() < bytes + longest) held_.resize(bytes + longest);
    size_ = 0;
  }
  std::span<const char32_t> add(std::string_view folded) {
    auto* const begin = held_.data() + size_;
    auto* to = begin;
    const auto* at = reinterpret_cast<const unsigned char*>(folded.data());
    const auto* const end = at + folded.size();
    while (at < end) {
      const auto left = end - at;
      if (*at < 0x80) {
        *to++ = *at++;
      } else if (*at < 0xE0 && left > 1) {
        *to++ = (*at & 0x1FU) << 6U | (at[1] & 0x3FU);
        at += 2;
      } else if (*at < 0xF0 && left > 2) {
        *to++ = (*at & 0x0FU) << 12U | (at[1] & 0x3FU) << 6U | (at[2] & 0x3FU);
        at += 3;
      } else if (left > 3) {
        *to++ = (*at & 0x07U) << 18U | (at[1] & 0x3FU) << 12U | (at[2] & 0x3FU) << 6U | (at[3] & 0x3FU);
        at += 4;
      } else {
        ++at;
      }
    }
    const auto count = static_cast<std::size_t>(to - begin);
    size_ += count;
    return {begin, count};
  }

 private:
  std::vector<char32_t> held_;
  std::size_t size_ = 0;
};

bool is_wide(char32_t a, char32_t b) { return a >= 0x2E80 && b >= 0x2E80; }

// The hash of each length from the shortest on, for the fragment that begins at `at`; visit returns false to
// stop.
template <class F>
inline void each_length(std::span<const char32_t> text, std::size_t at, F&& visit) {
  const auto left = text.size() - at;
  if (left < 2) return;
  const auto two = std::uint64_t{text[at]} | std::uint64_t{text[at + 1]} << character_bits;
  if (is_wide(text[at], text[at + 1]) && !visit(mix(two), true)) return;
  if (left < 3) return;
  auto hash = mix(two | std::uint64_t{text[at + 2]} << (2 * character_bits));
  for (std::size_t length = 3;; ++length) {
    if (!visit(hash, false)) return;
    if (length == longest || length == left) return;
    hash = mix_in(hash, text[at + length]);
  }
}

// In how many pages each fragment is. Pages come one after the other. The table is larger than the processor's
// cache: what is counted waits until its cell has come.
class PageCounts {
 public:
  void expect(std::uint64_t hash, std::uint32_t page) {
    __builtin_prefetch(&cells_[hash & (cells_.size() - 1)], 1);
    auto& one = waiting_[next_++ % waiting_.size()];
    if (one.pages > 0) add(one);
    one = {hash, 1, page};
  }
  // visit(hash, pages) for each; empty afterwards.
  template <class F>
  void take(F&& visit) {
    for (std::size_t i = 0; i < waiting_.size(); ++i)
      if (auto& one = waiting_[next_++ % waiting_.size()]; std::exchange(one.pages, 0) > 0) add(one);
    for (auto& cell : cells_)
      if (const auto pages = std::exchange(cell.pages, 0); pages > 0) visit(cell.hash, pages);
    used_ = 0;
  }

 private:
  struct Cell {
    std::uint64_t hash = 0;
    std::uint32_t pages = 0, last = 0;
  };
  void add(const Cell& one) {
    auto& cell = find(cells_, one.hash);
    if (cell.pages > 0 && cell.last == one.last) return;
    cell.hash = one.hash;
    cell.last = one.last;
    if (++cell.pages > 1 || ++used_ * 2 < cells_.size()) return;
    std::vector<Cell> more(cells_.size() * 2);
    for (const auto& held : cells_)
      if (held.pages > 0) find(more, held.hash) = held;
    cells_.swap(more);
  }
  static Cell& find(std::vector<Cell>& cells, std::uint64_t hash) {
    auto at = hash & (cells.size() - 1);
    while (cells[at].pages > 0 && cells[at].hash != hash) at = (at + 1) & (cells.size() - 1);
    return cells[at];
  }
  std::vector<Cell> cells_ = std::vector<Cell>(1U << 14U);
  std::array<Cell, 16> waiting_{};
  std::size_t used_ = 0, next_ = 0;
};

// Which text of the page had the same first or last few characters.
class Alike {
 public:
  static constexpr std::size_t length = 8;  // of characters; shorter texts are like none
  // That text, or none; from now on it is this one.
  std::span<const char32_t> exchange(std::span<const char32_t> few, std::span<const char32_t> text) {
    std::uint64_t hash = 0;
    for (const auto character : few) hash = mix_in(hash, character);
    return std::exchange(texts_[hash >> (64U - bits)], text);
  }

 private:
  static constexpr unsigned bits = 9;
  std::array<std::span<const char32_t>, 1U << bits> texts_{};
};

std::size_t same_first(std::span<const char32_t> a, std::span<const char32_t> b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}
std::size_t same_last(std::span<const char32_t> a, std::span<const char32_t> b) {
  const auto most = std::min(a.size(), b.size());
  std::size_t out = 0;
  while (out < most && a[a.size() - 1 - out] == b[b.size() - 1 - out]) ++out;
  return out;
}

// The texts of a page, with where fragments begin that no text before has: many are alike (the same folder,
// the same program), and what begins far enough within the beginning that it shares with another, or anywhere
// within the end, has been seen already.
template <class F>
void each_text(const std::string& texts, F&& visit) {
  thread_local Characters characters;
  characters.begin(texts.size());
  Alike firsts, lasts;
  std::span<const char32_t> before;
  for (std::size_t at = 0; at < texts.size();) {
    const auto stop = texts.find('\0', at);
    const auto text = characters.add(std::string_view(texts).substr(at, stop - at));
    auto begin = same_first(text, before), end = same_last(text, before);
    if (text.size() >= Alike::length) {
      begin = std::max(begin, same_first(text, firsts.exchange(text.first(Alike::length), text)));
      end = std::max(end, same_last(text, lasts.exchange(text.last(Alike::length), text)));
    }
    visit(text, begin > longest ? begin - longest + 1 : 0, text.size() - end);
    before = text;
    at = stop + 1;
  }
}

}  // namespace

template <unsigned bits>
GramKeys<bits>::GramKeys(std::vector<std::uint32_t> keys)
    : keys_(std::move(keys)),
      places_(std::bit_ceil(std::max<std::size_t>(keys_.size() / 4, 1U << least_place_bits))) {
  for (const auto key : keys_) {
    auto& place = places_[key & (places_.size() - 1)];
    if (const auto free = std::ranges::find(place, 0); free != place.end()) *free = told_by(key);
  }
}

namespace {

template <unsigned bits>
GramKeys<bits> keys_of(std::span<const GramHash> hashes) {
  std::vector<std::uint32_t> out;
  out.reserve(hashes.size());
  for (const auto hash : hashes) out.push_back(GramKeys<bits>::key_of(hash));
  std::ranges::sort(out);
  const auto gone = std::ranges::unique(out);
  out.erase(gone.begin(), gone.end());
  return GramKeys<bits>(std::move(out));
}

template <unsigned bits>
void put_keys(std::string& out, const GramKeys<bits>& held) {
  const auto& keys = held.keys();
  std::string written;
  RiceWriter to(written);
  std::uint32_t next = 0;
  for (const auto key : keys) {
    to.rice(key - next, rice_width(1ULL << bits, keys.size()));
    next = key + 1;
  }
  to.end();
  put_varint(out, keys.size());
  put_text(out, written);
}

// Eight bytes more can be read behind those of `in`.
template <unsigned bits>
std::optional<GramKeys<bits>> take_keys(Reader& in) {
  std::vector<std::uint32_t> keys(in.count());
  const auto written = in.text();
  if (in.bad()) return std::nullopt;
  RiceReader from(written.data(), written.data() + written.size());
  std::uint64_t next = 0;
  for (auto& key : keys) {
    const auto step = from.rice(rice_width(1ULL << bits, keys.size()));
    if (!step || (next += *step) >= 1ULL << bits) return std::nullopt;
    key = static_cast<std::uint32_t>(next++);
  }
  return GramKeys<bits>(std::move(keys));
}

}  // namespace

CommonGrams::CommonGrams(std::span<const GramHash> of_short, std::span<const GramHash> of_long)
    : CommonGrams(keys_of<28>(of_short), keys_of<24>(of_long)) {}

std::string CommonGrams::write() const {
  std::string out;
  put_keys(out, short_);
  put_keys(out, long_);
  return out;
}

std::optional<CommonGrams> CommonGrams::read(std::string_view bytes) {
  const auto padded = std::string(bytes) + std::string(8, '\0');
  Reader in(std::string_view(padded).substr(0, bytes.size()));
  auto of_short = take_keys<28>(in);
  auto of_long = of_short ? take_keys<24>(in) : std::nullopt;
  if (!of_long) return std::nullopt;
  return CommonGrams(*std::move(of_short), *std::move(of_long));
}

namespace {

// The useful fragment that begins here: the hash of its first length that is not common, and that length; one
// more than `most` when all up to it are common. Lengths are looked at some at a time and without a jump
// between them: which it will be, no processor can guess.
class Useful {
 public:
  explicit Useful(const CommonGrams& common) : common_(common) {}

  unsigned find(const char32_t* text, unsigned most, std::uint64_t& hash) const {
    const bool wide = is_wide(text[0], text[1]);
    const auto two = std::uint64_t{text[0]} | std::uint64_t{text[1]} << character_bits;
    std::uint64_t hashes[longest + 1];
    unsigned seen = 0b011;  // by length: common, or too short to be one
    if (wide) {
      hashes[2] = mix(two);
      seen |= common_.has_short(hashes[2]) << 2U;
    } else {
      seen |= 0b100;
    }
    hashes[3] = mix(two | std::uint64_t{text[2]} << (2 * character_bits));
    hashes[4] = mix_in(hashes[3], text[3]);
    seen |= common_.has_short(hashes[3]) << 3U | common_.has_long(hashes[4]) << 4U;
    if (seen == 0b11111 && most > 4) {
      hashes[5] = mix_in(hashes[4], text[4]);
      hashes[6] = mix_in(hashes[5], text[5]);
      hashes[7] = mix_in(hashes[6], text[6]);
      seen |= common_.has_long(hashes[5]) << 5U | common_.has_long(hashes[6]) << 6U |
              common_.has_long(hashes[7]) << 7U;
    }
    const auto length = static_cast<unsigned>(std::countr_one(seen));
    hash = hashes[length & longest];
    return length;
  }

 private:
  const CommonGrams& common_;
};

// Of the useful fragments that begin from `first` on and before `last`, those that hold no other: whoever has
// the one has the other. Which these are is told by their own characters alone, so a question has the same.
// From the end, as only what begins behind can be held; of those that begin from `last` on nothing is known,
// so one that holds such a one may stay.
void minimal(std::span<const char32_t> text, std::size_t first, std::size_t last, const CommonGrams& common,
             std::vector<GramHash>& out) {
  const Useful useful(common);
  const auto begin = out.size();
  out.resize(begin + (last > first ? last - first : 0));
  auto* to = out.data() + begin;
  // Where the first ends of those behind, or one behind the end of the text.
  auto nearest = text.size() + 1;
  for (auto at = last; at-- > first;) {
    const auto most = std::min(longest, nearest - at - 1);
    std::uint64_t hash = 0;
    const auto length = useful.find(text.data() + at, static_cast<unsigned>(most), hash);
    const bool taken = length <= most;
    *to = hash;
    to += taken ? 1 : 0;
    nearest = taken ? at + length : nearest;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace

void grams_of(std::string_view folded, const CommonGrams& common, std::vector<GramHash>& out) {
  thread_local Characters characters;
  characters.begin(folded.size());
  const auto text = characters.add(folded);
  minimal(text, 0, text.size(), common, out);
}

void grams_of_page(const std::string& texts, const CommonGrams& common, std::vector<GramHash>& out) {
  out.clear();
  each_text(texts, [&](auto text, auto first, auto last) { minimal(text, first, last, common, out); });
}

void ShortestGrams::add(const std::string& texts) {
  each_text(texts, [&](std::span<const char32_t> text, std::size_t first, std::size_t last) {
    for (auto at = first; at < last; ++at) {
      const auto left = text.size() - at;
      const auto* const here = text.data() + at;
      const bool wide = left >= 2 && is_wide(here[0], here[1]);
      if (!wide && left < 3) continue;
      const auto two = std::uint64_t{here[0]} | std::uint64_t{here[1]} << character_bits;
      const auto hash = mix(wide ? two : two | std::uint64_t{here[2]} << (2 * character_bits));
      if (std::exchange(seen_[hash % seen_.size()], hash) != hash) held_.push_back(hash);
    }
  });
  constexpr std::size_t enough = 1U << 18U;
  if (held_.size() - settled_ > enough) settle();
}

void ShortestGrams::settle() {
  std::ranges::sort(held_);
  const auto gone = std::ranges::unique(held_);
  held_.erase(gone.begin(), gone.end());
  settled_ = held_.size();
}

std::vector<GramHash> ShortestGrams::take() {
  settle();
  std::ranges::fill(seen_, 0);
  settled_ = 0;
  return std::exchange(held_, {});
}

CommonGrams learn_common(std::span<const std::string> pages, std::size_t share) {
  // A longer fragment is looked at only where its shorter one is common, so lengths are counted one after the
  // other.
  const auto enough = std::max<std::size_t>(2, pages.size() / share + 1);
  PageCounts counts;
  std::vector<GramHash> of_short, of_long;
  CommonGrams common;
  for (std::size_t round = 2; round <= longest; ++round) {
    for (std::uint32_t page = 0; page < pages.size(); ++page)
      each_text(pages[page], [&](std::span<const char32_t> text, std::size_t first, std::size_t last) {
        for (auto at = first; at < last; ++at) {
          std::size_t length = 2;
          each_length(text, at, [&](std::uint64_t hash, bool is_short) {
            if (length == 2 && !is_short) length = 3;
            if (length == round) counts.expect(hash, page);
            const bool known = length <= 3 ? common.has_short(hash) != 0 : common.has_long(hash) != 0;
            return length++ < round && known;
          });
        }
      });
    counts.take([&](std::uint64_t hash, std::uint32_t in) {
      if (in >= enough) (round <= 3 ? of_short : of_long).push_back(hash);
    });
    common = CommonGrams(of_short, of_long);
  }
  return common;
}

}  // namespace yagura::eventstore
