#include "eventstore/ask/stages.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

#include "eventstore/ask/letters.hpp"
#include "eventstore/ask/moments.hpp"

namespace yagura::eventstore {

namespace {

struct Piece {
  Place place;
  std::string word;  // narrow, lower case; a comma is a word of its own
};

std::vector<Piece> pieces(std::string_view query, Place place) {
  std::vector<Piece> out;
  bool open = false;
  for (auto at = place.begin; at < place.end;) {
    const auto letter = letter_at(query, at);
    const bool comma = letter.plain == ',' || letter.c == U'、';
    if (comma || letter.plain == ' ') {
      open = false;
      if (comma) out.push_back({{at, at + letter.bytes}, ","});
    } else {
      if (!open) out.push_back({{at, at}, ""});
      open = true;
      out.back().place.end = at + letter.bytes;
    }
    at += letter.bytes;
  }
  for (auto& piece : out)
    if (piece.word.empty())
      piece.word = lower(narrow(query.substr(piece.place.begin, piece.place.end - piece.place.begin)));
  return out;
}

bool is_any(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

class Stage {
 public:
  Stage(std::string_view query, Place place, const Vocabulary& vocabulary, Time now, Asked& asked)
      : query_(query),
        place_(place),
        vocabulary_(vocabulary),
        now_(now),
        asked_(asked),
        pieces_(pieces(query, place)) {}

  Result<void> read() {
    if (pieces_.empty()) return unknown(place_);
    const auto& first = pieces_[at_++];
    if (is_any(first.word, {"count", "集計", "件数"})) return count();
    if (is_any(first.word, {"histogram", "推移", "ヒストグラム"})) return histogram();
    if (is_any(first.word, {"sort", "並び", "並べ替え"})) return sort();
    return unknown(first.place);
  }

 private:
  std::unexpected<Error> unknown(Place place) const {
    return refuse("eventstore.query_stage_unknown", query_, place, {{"word", written(place)}});
  }
  std::unexpected<Error> invalid(Place place) const {
    return refuse("eventstore.query_stage_invalid", query_, place, {{"word", written(place)}});
  }
  [[nodiscard]] std::string written(Place place) const {
    return shortened(query_.substr(place.begin, place.end - place.begin));
  }
  [[nodiscard]] const Piece* peek() const { return at_ < pieces_.size() ? &pieces_[at_] : nullptr; }
  [[nodiscard]] Place here() const {
    return peek() != nullptr ? peek()->place : Place{place_.end, place_.end};
  }

  Counting& counting() {
    auto& out = asked_.present.counting;
    if (!out) out.emplace();
    return *out;
  }

  Result<void> count() {
    auto& counts = counting();
    if (counted_before()) return invalid(pieces_.front().place);
    if (peek() != nullptr && is_any(peek()->word, {"by", "別"})) {
      ++at_;
      if (peek() == nullptr) return invalid(here());
    }
    for (bool first = true; peek() != nullptr && !is_top(peek()->word); first = false) {
      if (!first) {
        if (peek()->word != ",") return invalid(here());
        ++at_;
      }
      if (peek() == nullptr) return invalid(here());
      YAGURA_CHECK(add_field(counts, *peek()));
      ++at_;
    }
    if (peek() != nullptr) {
      YAGURA_CHECK(top(counts));
    }
    if (peek() != nullptr) return invalid(here());
    return {};
  }

  // A second count would silently replace the first.
  [[nodiscard]] bool counted_before() const {
    const auto& counts = *asked_.present.counting;
    return !counts.by.empty() || counts.top != Counting{}.top;
  }

  Result<void> add_field(Counting& counts, const Piece& piece) const {
    const auto* meaning = vocabulary_.find(piece.word);
    if (meaning == nullptr || meaning->terms.empty())
      return refuse("eventstore.query_field_unknown", query_, piece.place,
                    {{"field", written(piece.place)}, {"nearest", vocabulary_.nearest_fields(piece.word)}});
    auto terms = vocabulary_.of_kinds(*meaning, asked_.query.kinds).terms;
    if (terms.empty()) terms = meaning->terms;
    if (terms.size() > 1) {
      std::string names;
      for (const auto place : terms) names += (names.empty() ? "" : ", ") + vocabulary_.terms()[place].name;
      return refuse("eventstore.query_field_ambiguous", query_, piece.place,
                    {{"field", written(piece.place)}, {"fields", names}});
    }
    const auto& name = vocabulary_.terms()[terms.front()].name;
    if (counts.by.size() == 3 || std::ranges::find(counts.by, name) != counts.by.end())
      return invalid(piece.place);
    counts.by.push_back(name);
    return {};
  }

  static bool is_top(std::string_view word) { return word.starts_with("top") || word.starts_with("上位"); }

  Result<void> top(Counting& counts) {
    auto place = here();
    std::string_view word = pieces_[at_++].word;
    word.remove_prefix(word.starts_with("top") ? 3 : std::string_view("上位").size());
    if (word.empty()) {
      if (peek() == nullptr) return invalid(here());
      place = here();
      word = pieces_[at_++].word;
    }
    constexpr std::string_view pieces_of = "件";
    if (word.ends_with(pieces_of)) word.remove_suffix(pieces_of.size());
    std::size_t n = 0;
    const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), n);
    if (failed != std::errc{} || end != word.data() + word.size() || n == 0 || n > most_query_groups)
      return invalid(place);
    counts.top = n;
    return {};
  }

  Result<void> histogram() {
    auto& counts = counting();
    if (counts.bucket != Duration(0)) return invalid(pieces_.front().place);
    const auto place = here();
    const auto from = asked_.query.from, to = std::min(asked_.query.to, now_);
    const bool bounded = from != Time::min() && from < to;
    if (peek() == nullptr || is_any(peek()->word, {"auto", "自動"})) {
      asked_.present.automatic = true;
      counts.bucket = bounded ? bucket_for(from, to) : Duration(std::chrono::days(1));
    } else {
      const auto length = read_length(peek()->word);
      if (!length || *length < std::chrono::seconds(1) || *length > std::chrono::days(366))
        return invalid(place);
      if (bounded && (to - from) / *length > most_query_bars)
        return refuse("eventstore.query_too_many_bars", query_, place,
                      {{"most", std::to_string(most_query_bars)}});
      counts.bucket = *length;
    }
    counts.offset = bucket_offset(counts.bucket);
    if (peek() != nullptr) ++at_;
    if (peek() != nullptr) return invalid(here());
    return {};
  }

  Result<void> sort() {
    if (peek() == nullptr) return invalid(here());
    if (is_any(peek()->word, {"oldest", "古い順"}))
      asked_.present.newest_first = false;
    else if (is_any(peek()->word, {"newest", "新しい順"}))
      asked_.present.newest_first = true;
    else
      return invalid(here());
    ++at_;
    if (peek() != nullptr) return invalid(here());
    return {};
  }

  std::string_view query_;
  Place place_;
  const Vocabulary& vocabulary_;
  Time now_;
  Asked& asked_;
  std::vector<Piece> pieces_;
  std::size_t at_ = 0;
};

}  // namespace

Result<void> read_stage(std::string_view query, Place place, const Vocabulary& vocabulary, Time now,
                        Asked& asked) {
  return Stage(query, place, vocabulary, now, asked).read();
}

Duration bucket_for(Time from, Time to) {
  using namespace std::chrono;
  constexpr std::array<Duration, 14> lengths = {seconds(1),  seconds(10), minutes(1), minutes(5), minutes(10),
                                                minutes(30), hours(1),    hours(3),   hours(6),   hours(12),
                                                days(1),     days(7),     days(28),   days(364)};
  for (const auto length : lengths)
    if ((to - from) / length <= 150) return length;
  return lengths.back();
}

Duration bucket_offset(Duration bucket) {
  using namespace std::chrono;
  const Duration japan = -hours(9);
  // 1970 began on a Thursday: the Monday before is three days earlier.
  return bucket % Duration(days(7)) == Duration(0) ? japan - days(3) : japan;
}

}  // namespace yagura::eventstore
