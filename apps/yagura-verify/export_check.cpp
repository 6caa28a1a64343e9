#include "export_check.hpp"

#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <istream>

namespace yagura_verify {

namespace {

constexpr std::size_t hash_size = 64;
constexpr std::string_view header = "yagura-journal 1";
constexpr std::string_view root_word = "root ";
const std::string no_hash(hash_size, '0');

bool is_hash(std::string_view text) {
  return text.size() == hash_size && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string hash_of(std::string_view previous, std::string_view text) {
  std::string input(previous);
  input.append("\n").append(text);
  std::array<unsigned char, 32> digest{};
  if (EVP_Digest(input.data(), input.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) return "";
  std::string hex;
  for (const unsigned char byte : digest) {
    constexpr char digits[] = "0123456789abcdef";
    hex += digits[byte >> 4U];
    hex += digits[byte & 15U];
  }
  return hex;
}

bool take(std::string_view& rest, std::string_view wanted) {
  if (!rest.starts_with(wanted)) return false;
  rest.remove_prefix(wanted.size());
  return true;
}

// The inside of a JSON text whose opening mark was taken.
std::optional<std::string_view> take_text(std::string_view& rest) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '\\') {
      ++i;
    } else if (rest[i] == '"') {
      const auto inside = rest.substr(0, i);
      rest.remove_prefix(i + 1);
      return inside;
    }
  }
  return std::nullopt;
}

class Walk {
 public:
  Walk(const Expected& expected, const std::function<void(const Line&)>& each)
      : expected_(expected), each_(each) {}
  // What is wrong with the line, or "".
  std::string_view entry(std::string_view text) {
    const auto line = parse_line(text);
    if (!line) return "not an entry / 記録の行ではありません";
    if (out.entries == 0) {
      if ((line->seq == 1) != (line->previous == no_hash))
        return "the chain does not begin here / 連鎖の始まりが正しくありません";
      if (!expected_.previous.empty() && line->previous != expected_.previous)
        return "entries before it are missing / この前の記録がありません";
      out.first = line->seq;
      chain_ = line->chain;
    } else {
      if (line->previous != out.root) return "does not follow the line before / 前の行と続いていません";
      if (line->seq != out.last + 1) return "a number is missing or moved / 番号が続いていません";
      if (line->chain != chain_) return "of another chain / 別の連鎖の記録です";
    }
    if (hash_of(line->previous, line->text) != line->hash)
      return "its hash is wrong / ハッシュ値が一致しません";
    ++out.entries;
    out.last = line->seq;
    out.root = line->hash;
    if (each_) each_(*line);
    return "";
  }
  std::string_view root(std::string_view hash) {
    if (!is_hash(hash)) return "not a root / ルートの行ではありません";
    if (out.entries > 0 && hash != out.root)
      return "the root is not that of the last entry / ルートが最後の記録と一致しません";
    out.root = hash;
    if (!expected_.root.empty() && hash != expected_.root)
      return "another root was expected / 指定されたルートと一致しません";
    return "";
  }
  Outcome out;

 private:
  const Expected& expected_;
  const std::function<void(const Line&)>& each_;
  std::string chain_;
};

}  // namespace

std::optional<Line> parse_line(std::string_view line) {
  constexpr std::size_t text_at = 2 * (hash_size + 1);
  if (line.size() <= text_at || line[hash_size] != ' ' || line[text_at - 1] != ' ') return std::nullopt;
  Line out{line.substr(0, hash_size), line.substr(hash_size + 1, hash_size), line.substr(text_at), 0, {}};
  if (!is_hash(out.hash) || !is_hash(out.previous)) return std::nullopt;
  auto rest = out.text;
  if (!rest.ends_with('}') || !take(rest, "{\"seq\":")) return std::nullopt;
  const auto [end, bad] = std::from_chars(rest.data(), rest.data() + rest.size(), out.seq);
  if (bad != std::errc{} || out.seq == 0) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (!take(rest, ",\"time\":\"") || !take_text(rest)) return std::nullopt;
  if (!take(rest, ",\"chain\":\"")) return std::nullopt;
  const auto chain = take_text(rest);
  if (!chain || !take(rest, ",\"account\":")) return std::nullopt;
  out.chain = *chain;
  return out;
}

Outcome check(std::istream& in, const Expected& expected, const std::function<void(const Line&)>& each) {
  Walk walk(expected, each);
  std::uint64_t number = 0;
  bool ended = false;
  const auto stop = [&](std::string_view why) {
    walk.out.fault_line = number;
    walk.out.fault = why;
    return walk.out;
  };
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (in.eof()) return stop("the line is cut off / 行が途中で切れています");
    if (ended) return stop("something follows the root / ルートの後に行があります");
    if (number == 1) {
      if (line != header) return stop("not an export of a journal / 監査記録の書出しではありません");
      continue;
    }
    const std::string_view text = line;
    ended = text.starts_with(root_word);
    const auto why = ended ? walk.root(text.substr(root_word.size())) : walk.entry(text);
    if (!why.empty()) return stop(why);
  }
  if (!ended) {
    ++number;
    return stop("the end is missing / 終わりの行がありません");
  }
  return walk.out;
}

}  // namespace yagura_verify
