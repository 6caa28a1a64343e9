#include "events_check.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <optional>
#include <utility>

#include "shown_text.hpp"

namespace yagura_verify {

namespace {

using Digest = std::string;  // 32 octets
using Words = std::vector<std::string_view>;

Digest sha256(std::string_view bytes) {
  Digest out(32, '\0');
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, EVP_sha256(),
             nullptr);
  return out;
}

int digit_of(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

std::optional<Digest> from_hex(std::string_view text) {
  if (text.size() != 64) return std::nullopt;
  Digest out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit_of(text[i]), low = digit_of(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

void put_varint(std::string& out, std::uint64_t v) {
  for (; v >= 0x80; v >>= 7U) out += static_cast<char>(v | 0x80U);
  out += static_cast<char>(v);
}
void put_signed(std::string& out, std::int64_t v) {
  put_varint(out, (static_cast<std::uint64_t>(v) << 1U) ^ static_cast<std::uint64_t>(v >> 63));
}
void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

template <class N>
std::optional<N> number(std::string_view text) {
  N out = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (bad != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// What proof_word() wrote: one way to write each text, and no other.
std::optional<std::string> text_of(std::string_view word) {
  if (word == "%") return "";
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto byte = static_cast<unsigned char>(word[i]);
    if (word[i] != '%') {
      if (byte <= 0x20 || byte >= 0x7F) return std::nullopt;
      out += word[i];
      continue;
    }
    if (i + 2 >= word.size()) return std::nullopt;
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto high = digits.find(word[i + 1]), low = digits.find(word[i + 2]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    const auto value = static_cast<unsigned char>(high * 16 + low);
    if (value > 0x20 && value < 0x7F && value != '%') return std::nullopt;
    out += static_cast<char>(value);
    i += 2;
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

Digest node_of(std::string_view left, std::string_view right) {
  std::string bytes(1, '\1');
  bytes.append(left).append(right);
  return sha256(bytes);
}

// RFC 6962 2.1: the largest power of two below the number of leaves stands on the left.
std::optional<Digest> climbed(const Digest& leaf, std::uint64_t place, std::uint64_t places,
                              const std::vector<Digest>& path, std::size_t used) {
  if (places <= 1) return used == 0 ? std::optional(leaf) : std::nullopt;
  if (used == 0) return std::nullopt;
  const auto left = std::bit_floor(places - 1);
  const bool first = place < left;
  const auto below = first ? climbed(leaf, place, left, path, used - 1)
                           : climbed(leaf, place - left, places - left, path, used - 1);
  if (!below) return std::nullopt;
  const auto& beside = path[used - 1];
  return first ? node_of(*below, beside) : node_of(beside, *below);
}

struct Kind {
  std::string title, source;
  std::vector<std::string> fields;
};
struct Source {
  std::string name;
  std::uint64_t place = 0, places = 0;
  std::vector<Digest> events, path;
};
struct Row {
  std::string kind, day;  // day "": not proved
  std::int64_t time = 0;
  std::map<std::string, std::string> exact;  // of cells that events.csv shows otherwise
};

class Check {
 public:
  Check(std::string_view proof, const std::string_view* csv) : proof_(proof), csv_(csv) {}

  EventsOutcome run() {
    if (!lines() || !csv_) return std::move(out_);
    if (!rest_.empty() && out_.fault.empty())
      fault_in_csv("rows that the proof does not have / 証明にない行があります");
    return std::move(out_);
  }

 private:
  bool fault(std::string_view why) {
    out_.proof_line = line_;
    out_.fault = why;
    return false;
  }
  bool fault_in_csv(std::string_view why) {
    out_.row = out_.rows;
    out_.fault = why;
    return false;
  }

  bool lines() {
    std::size_t at = 0;
    while (at < proof_.size()) {
      ++line_;
      const auto end = proof_.find('\n', at);
      if (end == std::string_view::npos) return fault("the line is cut off / 行が途中で切れています");
      const auto text = proof_.substr(at, end - at);
      if (text.starts_with("end ")) return last(text.substr(4), at, end + 1);
      if (!line(text)) return false;
      at = end + 1;
    }
    ++line_;
    return fault("the end is missing / 終わりの行がありません");
  }

  bool last(std::string_view sum, std::size_t at, std::size_t after) {
    if (after != proof_.size()) return fault("something follows the end / 終わりの後に行があります");
    const auto digest = from_hex(sum);
    if (!digest || *digest != sha256(proof_.substr(0, at)))
      return fault("the sum of the proof is wrong / 証明のチェックサムが一致しません");
    return close_source() && close_row();
  }

  bool line(std::string_view text) {
    if (line_ == 1)
      return text == "yagura-events 1" || fault("not a proof of events / ログの証明ではありません");
    Words words;
    for (std::size_t from = 0; from <= text.size();) {
      const auto to = std::min(text.find(' ', from), text.size());
      words.push_back(text.substr(from, to - from));
      from = to + 1;
    }
    const auto what = words[0];
    if (what == "hash" || what == "path") return digest(words);
    if (!close_source()) return false;
    if (what == "cell") return cell(words);
    if (!close_row()) return false;
    bool known = false;
    if (what == "contract") known = contract(words);
    if (what == "column") known = column(words);
    if (what == "kind") known = kind(words);
    if (what == "seal") known = seal(words);
    if (what == "source") known = source(words);
    if (what == "row") known = row(words);
    if (known) return true;
    return out_.fault.empty() ? fault("not a line of a proof / 証明の行ではありません") : false;
  }

  bool contract(const Words& w) {
    const auto name = w.size() == 2 ? text_of(w[1]) : std::nullopt;
    if (!name || !out_.contract.empty()) return false;
    out_.contract = *name;
    return true;
  }
  bool column(const Words& w) {
    const auto name = w.size() == 3 ? text_of(w[1]) : std::nullopt,
               title = w.size() == 3 ? text_of(w[2]) : name;
    if (!name || !title || begun_ || !title->ends_with(" " + *name)) return false;
    columns_.emplace_back(*name, *title);
    return true;
  }
  bool kind(const Words& w) {
    if (w.size() < 5) return false;
    std::vector<std::string> texts;
    for (std::size_t i = 1; i < w.size(); ++i) {
      auto text = text_of(w[i]);
      if (!text) return false;
      texts.push_back(*std::move(text));
    }
    Kind one{texts[1], texts[2], {texts.begin() + 3, texts.end()}};
    if (std::ranges::find(one.fields, one.source) == one.fields.end()) return false;
    return kinds_.emplace(texts[0], std::move(one)).second;
  }
  bool seal(const Words& w) {
    if (w.size() != 7) return false;
    const auto kind = text_of(w[1]);
    const auto events = number<std::uint64_t>(w[3]), sources = number<std::uint64_t>(w[4]),
               entry = number<std::uint64_t>(w[6]);
    if (!kind || !kinds_.contains(*kind) || !day_number(w[2]) || !events || !sources || !entry ||
        !from_hex(w[5]))
      return false;
    out_.seals.push_back({*kind, std::string(w[2]), *events, *sources, std::string(w[5]), *entry});
    return true;
  }
  bool source(const Words& w) {
    const auto name = w.size() == 4 ? text_of(w[1]) : std::nullopt;
    if (!name || out_.seals.empty()) return false;
    const auto place = number<std::uint64_t>(w[2]), places = number<std::uint64_t>(w[3]);
    if (!place || !places || *place >= *places || *places != out_.seals.back().sources) return false;
    source_ = Source{*name, *place, *places, {}, {}};
    return true;
  }
  bool digest(const Words& w) {
    auto value = w.size() == 2 && source_ ? from_hex(w[1]) : std::nullopt;
    if (!value) return fault("not a hash of a source / 送信元のハッシュ値ではありません");
    auto& to = w[0] == "hash" ? source_->events : source_->path;
    if (w[0] == "hash" && (!source_->path.empty() || (!to.empty() && *value < to.back())))
      return fault("hashes out of order / ハッシュ値の順序が正しくありません");
    to.push_back(*std::move(value));
    return true;
  }

  // The hashes of a source lead to the root of its seal.
  bool close_source() {
    if (!source_) return true;
    const auto one = *std::exchange(source_, std::nullopt);
    std::string leaf(1, '\0');
    put_text(leaf, one.name);
    for (const auto& event : one.events) leaf += event;
    const auto root = climbed(sha256(leaf), one.place, one.places, one.path, one.path.size());
    const auto& seal = out_.seals.back();
    if (!root || *root != from_hex(seal.root)) {
      --line_;
      return fault("does not lead to the root of the seal / 封印のルートに至りません");
    }
    auto& held = proved_[seal.kind + "\n" + seal.day + "\n" + one.name];
    for (const auto& event : one.events) ++held[event];
    return true;
  }

  bool row(const Words& w) {
    if (w.size() != 4 || !csv_) return false;
    const auto kind = text_of(w[1]);
    const auto time = number<std::int64_t>(w[3]);
    if (!kind || !kinds_.contains(*kind) || !time || (w[2] != "-" && !day_number(w[2]))) return false;
    row_ = Row{*kind, w[2] == "-" ? "" : std::string(w[2]), *time, {}};
    return true;
  }
  bool cell(const Words& w) {
    const auto field = w.size() == 3 && row_ ? text_of(w[1]) : std::nullopt,
               value = field ? text_of(w[2]) : std::nullopt;
    if (!value || !row_->exact.emplace(*field, *value).second)
      return fault("not a cell of a row / 行のセルではありません");
    return true;
  }

  bool head() {
    if (begun_) return true;
    begun_ = true;
    constexpr std::string_view bom = "\xEF\xBB\xBF";
    rest_ = *csv_;
    if (!rest_.starts_with(bom)) return fault_in_csv("not an export of events / ログの書出しではありません");
    rest_.remove_prefix(bom.size());
    const auto cells = take_csv_row(rest_);
    bool same = cells && cells->size() == columns_.size() + 2 && (*cells)[0] == "日時 Time" &&
                (*cells)[1] == "種類 Kind";
    for (std::size_t i = 0; same && i < columns_.size(); ++i) same = (*cells)[i + 2] == columns_[i].second;
    return same || fault_in_csv("the heading is not that of the proof / 見出しの行が証明と一致しません");
  }

  // The row of events.csv that belongs to the row of the proof.
  bool close_row() {
    if (!row_) return true;
    const auto one = *std::exchange(row_, std::nullopt);
    if (!head()) return false;
    ++out_.rows;
    const auto cells = take_csv_row(rest_);
    if (!cells || cells->size() != columns_.size() + 2)
      return fault_in_csv("the row is missing or not whole / 行がないか、壊れています");
    const auto& kind = kinds_.find(one.kind)->second;
    if ((*cells)[0] != shown_time(one.time) || (*cells)[1] != kind.title)
      return fault_in_csv("its time or kind is not that of the proof / 日時か種類が証明と一致しません");
    std::string fields;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (const auto& shown = (*cells)[i + 2];
          !shown.empty() && std::ranges::find(kind.fields, columns_[i].first) == kind.fields.end())
        return fault_in_csv("a cell that this kind does not have / この種類にない項目に値があります");
    std::string source;
    for (const auto& field : kind.fields) {
      const auto at = std::ranges::find(columns_, field, &std::pair<std::string, std::string>::first);
      if (at == columns_.end()) return fault_in_csv("a column is missing / 列がありません");
      const auto& shown = (*cells)[static_cast<std::size_t>(at - columns_.begin()) + 2];
      const auto exact = one.exact.find(field);
      if (exact != one.exact.end() && shown_text(exact->second) != shown)
        return fault_in_csv("a cell is not as the proof shows it / 値が証明と一致しません");
      const auto& value = exact == one.exact.end() ? shown : exact->second;
      if (field == kind.source) source = value;
      if (value.empty()) continue;
      put_text(fields, field);
      put_text(fields, value);
    }
    return one.day.empty() || is_proved(one, source, fields);
  }

  bool is_proved(const Row& row, const std::string& source, std::string_view fields) {
    std::string bytes;
    put_text(bytes, out_.contract);
    put_text(bytes, row.kind);
    put_signed(bytes, *day_number(row.day));
    put_signed(bytes, row.time);
    bytes += fields;
    const auto held = proved_.find(row.kind + "\n" + row.day + "\n" + source);
    if (held == proved_.end()) return fault_in_csv("its source was not sealed / 送信元が封印にありません");
    const auto left = held->second.find(sha256(bytes));
    if (left == held->second.end())
      return fault_in_csv("not as it was sealed / 封印したときの内容と一致しません");
    if (left->second-- == 0)
      return fault_in_csv("more often than it was received / 受け取った数より多くあります");
    ++out_.proved;
    return true;
  }

  const std::string_view proof_;
  const std::string_view* csv_;
  EventsOutcome out_;
  std::uint64_t line_ = 0;
  std::map<std::string, Kind> kinds_;
  std::vector<std::pair<std::string, std::string>> columns_;
  std::optional<Source> source_;
  std::optional<Row> row_;
  std::map<std::string, std::map<Digest, std::uint64_t>> proved_;  // by kind, day, source: how often each
  std::string_view rest_;
  bool begun_ = false;
};

}  // namespace

EventsOutcome check_events(std::string_view proof, const std::string_view* csv) {
  return Check(proof, csv).run();
}

// In JSON a quotation mark within a text stands behind a backslash, so what is looked for are members.
bool is_entry_of(const Seal& seal, std::string_view contract, std::uint64_t seq, std::string_view text) {
  const auto has = [&](const std::string& part) { return text.find(part) != std::string_view::npos; };
  return seq == seal.entry && has(",\"chain\":\"" + std::string(contract) + "\",\"account\":") &&
         has(",\"kind\":\"log.sealed\",\"subject\":\"logs/" + seal.kind + "\",\"data\":{") &&
         has("\"kind\":\"" + seal.kind + "\"") && has("\"day\":\"" + seal.day + "\"") &&
         has("\"events\":" + std::to_string(seal.events) + ",") &&
         has("\"sources\":" + std::to_string(seal.sources) + ",") && has("\"root\":\"" + seal.root + "\"");
}

}  // namespace yagura_verify
