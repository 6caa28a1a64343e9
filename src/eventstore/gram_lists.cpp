#include "eventstore/gram_lists.hpp"

#include <algorithm>
#include <numeric>

#include "eventstore/coding.hpp"
#include "eventstore/rice.hpp"

namespace yagura::eventstore {

namespace {

constexpr unsigned key_bits = 24, page_bits = 8;
constexpr std::uint64_t keys = 1ULL << key_bits;
constexpr std::size_t block_bytes = 2048, lines_per_block = 8;

std::uint32_t key_of(GramHash hash, std::uint32_t salt) {
  hash *= (std::uint64_t{salt} << 1U | 1U) * 0x9E3779B97F4A7C15ULL;
  return static_cast<std::uint32_t>(hash >> (64U - key_bits));
}

// Keys are dealt out to lines in equal parts.
std::uint64_t line_of(std::uint32_t key, std::uint64_t lines) { return key * lines >> key_bits; }
std::uint64_t first_of(std::uint64_t line, std::uint64_t lines) {
  return ((line << key_bits) + lines - 1) / lines;
}

void put_list(std::span<const std::uint32_t> held, std::size_t pages, RiceWriter& out) {
  out.golomb(held.size() - 1);
  const auto width = rice_width(pages, held.size());
  std::uint32_t next = 0;
  for (const auto one : held) {
    const auto page = one & ((1U << page_bits) - 1);
    out.rice(page - next, width);
    next = page + 1;
  }
}

std::unexpected<Error> damaged() {
  return fail("eventstore.damaged", {{"reason", "a list of fragments cannot be read"}});
}

// Goes behind the list that comes next; its pages, where somebody asks for them.
bool take_list(RiceReader& in, std::size_t pages, GramTable::Pages* out) {
  const auto code = in.golomb();
  if (!code || *code >= pages) return false;
  const auto width = rice_width(pages, *code + 1);
  std::uint64_t next = 0;
  for (std::uint64_t i = 0; i <= *code; ++i) {
    const auto step = in.rice(width);
    if (!step || next + *step >= pages) return false;
    next += *step;
    if (out != nullptr) out->set(next);
    ++next;
  }
  return true;
}

// By their keys; of equal ones the order stays.
void sort_by_key(std::vector<std::uint32_t>& held) {
  std::vector<std::uint32_t> other(held.size());
  for (unsigned shift = page_bits; shift < 32; shift += 8) {
    std::array<std::uint32_t, 257> begin{};
    for (const auto one : held) ++begin[(one >> shift & 0xFFU) + 1];
    for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
    for (const auto one : held) other[begin[one >> shift & 0xFFU]++] = one;
    held.swap(other);
  }
}

// visit(key, held) for each key.
template <class F>
void each_key(std::span<const std::uint32_t> held, F&& visit) {
  while (!held.empty()) {
    const auto key = held.front() >> page_bits;
    std::size_t count = 1;
    while (count < held.size() && held[count] >> page_bits == key) ++count;
    visit(key, held.first(count));
    held = held.subspan(count);
  }
}

}  // namespace

void put_grams(std::string& out, const GramTable& table) {
  for (const auto v : {table.pages, table.fragments, table.salt}) put_varint(out, v);
  put_varint(out, table.offset);
  put_varint(out, table.blocks.size());
  for (const auto length : table.blocks) put_varint(out, length);
}
bool take_grams(Reader& in, GramTable& table) {
  table.pages = static_cast<std::uint32_t>(in.varint());
  table.fragments = static_cast<std::uint32_t>(in.varint());
  table.salt = static_cast<std::uint32_t>(in.varint());
  table.offset = in.varint();
  table.blocks.resize(in.count());
  for (auto& length : table.blocks) length = static_cast<std::uint32_t>(in.varint());
  return !in.bad() && table.pages <= GramTable::most_pages && (table.fragments == 0) == table.blocks.empty();
}

std::size_t GramTable::block_of(GramHash hash) const {
  return static_cast<std::size_t>(line_of(key_of(hash, salt), blocks.size() * lines_per_block) /
                                  lines_per_block);
}

Result<GramTable::Pages> GramTable::pages_with(GramHash hash, std::string_view block) const {
  const auto key = key_of(hash, salt);
  const auto lines = blocks.size() * lines_per_block, line = line_of(key, lines);
  Reader in(block);
  std::uint64_t before = 0, length = 0;
  for (std::size_t i = 0; i < lines_per_block; ++i) {
    const auto one = in.varint();
    if (i < line % lines_per_block) before += one;
    if (i == line % lines_per_block) length = one;
  }
  (void)in.bytes(before);
  const auto bytes = in.bytes(length);
  if (in.bad()) return damaged();
  RiceReader bits(bytes.data(), bytes.data() + bytes.size());
  const auto width = rice_width(keys, fragments);
  for (auto next = first_of(line, lines);;) {
    const auto step = bits.rice(width);
    if (!step || next + *step > key) return Pages();
    const bool here = next + *step == key;
    Pages out;
    if (!take_list(bits, pages, here ? &out : nullptr)) return damaged();
    if (here) return out;
    next += *step + 1;
  }
}

void GramTableBuilder::add_page(std::span<const GramHash> fragments) {
  of_page_.fill(0);
  if (pages_ == 0)
    salt_ =
        static_cast<std::uint32_t>(std::accumulate(fragments.begin(), fragments.end(), GramHash{0}) >> 32U);
  const auto page = static_cast<std::uint32_t>(pages_++);
  for (const auto hash : fragments) {
    const auto key = key_of(hash, salt_);
    auto& seen = of_page_[key % of_page_.size()];
    if (seen == key + 1) continue;
    seen = key + 1;
    held_.push_back(key << page_bits | page);
  }
}

GramTable GramTableBuilder::take(std::string& blocks) {
  sort_by_key(held_);
  const auto gone = std::ranges::unique(held_);
  held_.erase(gone.begin(), gone.end());
  GramTable out;
  out.pages = static_cast<std::uint32_t>(pages_);
  out.salt = salt_;
  std::size_t bits = 0;
  each_key(held_, [&](std::uint32_t, std::span<const std::uint32_t> held) {
    ++out.fragments;
    bits += 14 + held.size() * (rice_width(pages_, held.size()) + 2);
  });
  if (out.fragments > 0) out.blocks.resize(bits / 8 / block_bytes + 1);
  const auto lines = out.blocks.size() * lines_per_block;
  const auto width = rice_width(keys, std::max(1U, out.fragments));
  std::span<const std::uint32_t> left(held_);
  for (std::size_t line = 0; line < lines;) {
    std::string lengths, bytes;
    for (std::size_t i = 0; i < lines_per_block; ++i) {
      const auto end = first_of(++line, lines) << page_bits;
      const auto here =
          std::ranges::lower_bound(left, end, {}, [](std::uint32_t one) { return std::uint64_t{one}; });
      const auto count = static_cast<std::size_t>(here - left.begin());
      const auto begin = bytes.size();
      RiceWriter write(bytes);
      auto next = first_of(line - 1, lines);
      each_key(left.first(count), [&](std::uint32_t key, std::span<const std::uint32_t> held) {
        write.rice(key - next, width);
        put_list(held, out.pages, write);
        next = key + 1;
      });
      write.end();
      put_varint(lengths, bytes.size() - begin);
      left = left.subspan(count);
    }
    lengths += bytes;
    out.blocks[line / lines_per_block - 1] = static_cast<std::uint32_t>(lengths.size() + 4);
    put_fixed(lengths, static_cast<std::uint32_t>(checksum(lengths)));
    blocks += lengths;
  }
  held_.clear();
  pages_ = 0;
  return out;
}

}  // namespace yagura::eventstore
