#include "store/fragments.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

namespace yagura::store {
namespace {

constexpr std::size_t most_pieces_of_query = 16;  // more do not narrow it further
constexpr std::size_t rows_at_once = 64;
constexpr int code_bits = 21;

std::vector<char32_t> code_points(std::string_view utf8) {
  std::vector<char32_t> out;
  out.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t c = length == 1 ? lead : lead & (0xffU >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < utf8.size(); ++k)
      c = c << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3fU);
    out.push_back(c & 0x1fffffU);
    i += length;
  }
  return out;
}

std::int64_t piece_of(char32_t first, char32_t second) {
  return static_cast<std::int64_t>(first) << code_bits | static_cast<std::int64_t>(second);
}

// Of a text that is kept: also its last character with nothing behind it, so that each begins a piece.
std::set<std::int64_t> pieces_of(std::string_view text, bool kept) {
  std::set<std::int64_t> out;
  const auto points = code_points(text);
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    if (points[i] <= ' ') continue;
    out.insert(piece_of(points[i], kept && points[i + 1] <= ' ' ? 0 : points[i + 1]));
  }
  if (kept && !points.empty() && points.back() > ' ') out.insert(piece_of(points.back(), 0));
  return out;
}

}  // namespace

Words::Words(std::string_view folded_query) {
  for (std::size_t i = 0; i < folded_query.size();) {
    const auto end = std::min(folded_query.find_first_of(" \t\r\n", i), folded_query.size());
    if (end > i) words_.emplace_back(folded_query.substr(i, end - i));
    i = end + 1;
  }
}

bool Words::in(std::string_view folded_text) const {
  return std::ranges::all_of(
      words_, [&](const auto& word) { return folded_text.find(word) != std::string_view::npos; });
}

Result<void> Fragments::add(Session& s, std::string_view contract, std::int64_t number,
                            std::string_view folded_text) const {
  const auto pieces = pieces_of(folded_text, true);
  if (pieces.empty()) return {};
  YAGURA_CHECK(s.lock("fragments/" + table_ + "/" + std::string(contract)));
  const std::int64_t block = number / 64;
  const auto bit = std::bit_cast<std::int64_t>(std::uint64_t{1} << (number % 64));
  // In the order of the key, so that two writers never wait for each other crosswise.
  for (auto at = pieces.begin(); at != pieces.end();) {
    std::vector<Param> params{contract, block, bit};
    std::string sql = "INSERT INTO " + table_ + " (contract, piece, block, bits) VALUES ";
    for (std::size_t n = 0; n < rows_at_once && at != pieces.end(); ++n, ++at) {
      params.emplace_back(*at);
      sql += (n ? ", ($1, $" : "($1, $") + std::to_string(params.size()) + ", $2, $3)";
    }
    sql += " ON CONFLICT (contract, piece, block) DO UPDATE SET bits = " + table_ + ".bits | excluded.bits";
    auto done = s.run(sql, params, {});
    if (!done) return std::unexpected(std::move(done).error());
  }
  return {};
}

Result<std::vector<std::int64_t>> Fragments::find(Session& s, std::string_view contract,
                                                  const Words& words) const {
  std::vector<std::int64_t> wanted;
  for (const auto& word : words.list())
    for (const auto piece : pieces_of(word, false))
      if (wanted.size() < most_pieces_of_query && std::ranges::find(wanted, piece) == wanted.end())
        wanted.push_back(piece);
  std::vector<Param> params{contract};
  std::string sql = "SELECT block, bits FROM " + table_ + " WHERE contract = $1 AND piece ";
  std::size_t needed = wanted.size();
  if (wanted.empty()) {
    // A single character: whatever begins with it.
    if (words.empty()) return std::vector<std::int64_t>{};
    const auto points = code_points(words.list().front());
    params.emplace_back(piece_of(points.front(), 0));
    params.emplace_back(piece_of(points.front(), (1U << code_bits) - 1));
    sql += "BETWEEN $2 AND $3";
  } else {
    sql += "IN (";
    for (const auto piece : wanted) {
      params.emplace_back(piece);
      sql += (params.size() > 2 ? ", $" : "$") + std::to_string(params.size());
    }
    sql += ")";
  }
  struct Block {
    std::uint64_t all = ~std::uint64_t{0}, any = 0;
    std::size_t seen = 0;
  };
  std::map<std::int64_t, Block, std::greater<>> blocks;
  auto ran = s.run(sql, params, [&](const Row& row) -> Result<void> {
    auto& block = blocks[row.integer(0)];
    const auto bits = std::bit_cast<std::uint64_t>(row.integer(1));
    block.all &= bits;
    block.any |= bits;
    ++block.seen;
    return {};
  });
  if (!ran) return std::unexpected(std::move(ran).error());
  std::vector<std::int64_t> out;
  for (const auto& [number, block] : blocks) {
    const auto bits = needed == 0 ? block.any : block.seen == needed ? block.all : 0;
    for (int bit = 63; bit >= 0; --bit)
      if (bits >> bit & 1U) out.push_back(number * 64 + bit);
  }
  return out;
}

}  // namespace yagura::store
