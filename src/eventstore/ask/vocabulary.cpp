#include "eventstore/ask/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <ranges>

#include "base/text.hpp"
#include "eventstore/ask/letters.hpp"

namespace yagura::eventstore {

namespace {

// Steps of writing (a letter more, less, other, or two changed about) from one word to another.
std::size_t distance(std::u32string_view a, std::u32string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

struct Candidate {
  std::string shown;
  std::vector<std::string> words;
};

std::string nearest(std::string_view wanted, const std::vector<Candidate>& candidates) {
  const auto target = letters(fold_for_search(wanted.substr(0, 120)));
  std::vector<std::pair<std::size_t, const Candidate*>> near;
  for (const auto& candidate : candidates) {
    auto best = std::size_t{1000};
    for (const auto& word : candidate.words) {
      const auto folded = letters(fold_for_search(word));
      auto steps = distance(target, folded);
      if (target.size() > 1 && folded.starts_with(target)) steps = 1;
      if (steps <= std::max<std::size_t>(1, target.size() / 2)) best = std::min(best, steps);
    }
    if (best < 1000) near.emplace_back(best, &candidate);
  }
  std::ranges::sort(near);
  std::string out;
  const auto add = [&](const Candidate& candidate) {
    if (!out.empty()) out += ", ";
    out += candidate.shown;
  };
  for (const auto& found : near | std::views::take(3)) add(*found.second);
  if (near.empty())
    for (const auto& candidate : candidates | std::views::take(12)) add(candidate);
  return out;
}

// Blanks of a label cannot stand before a colon.
std::string hyphened(std::string text) {
  std::ranges::replace(text, ' ', '-');
  return text;
}

constexpr std::array specials = {Special::kind, Special::from, Special::to, Special::time, Special::any};

}  // namespace

std::vector<std::string_view> words_of(Special special) {
  switch (special) {
    case Special::kind:
      return {"kind", "種類"};
    case Special::from:
      return {"from", "から", "since"};
    case Special::to:
      return {"to", "まで", "until"};
    case Special::time:
      return {"time", "期間", "日時"};
    case Special::any:
      return {"*"};
    case Special::none:
      break;
  }
  return {};
}

Vocabulary::Vocabulary(const Kinds& kinds) : kinds_(kinds) {
  for (const auto& [name, kind] : kinds_) {
    for (const auto& word : {kind.kind, kind.ja, kind.en, hyphened(kind.en)})
      if (!word.empty()) kind_words_.try_emplace(fold_for_search(word), kind.kind);
    for (const auto& field : kind.fields) {
      auto found = std::ranges::find(terms_, field.name, &Term::name);
      if (found == terms_.end())
        found = terms_.insert(terms_.end(), {field.name, field.ja, field.en, 0, {field.name}});
      found->types = static_cast<std::uint8_t>(found->types | 1U << static_cast<unsigned>(field.type));
      auto words = field.aliases;
      words.insert(words.begin(), {field.ja, hyphened(field.en)});
      for (auto& word : words)
        if (!word.empty() && std::ranges::find(found->words, word) == found->words.end())
          found->words.push_back(word);
    }
  }
  for (const auto special : specials)
    for (const auto word : words_of(special)) meanings_[fold_for_search(word)].special = special;
  for (std::size_t i = 0; i < terms_.size(); ++i)
    meanings_.try_emplace(fold_for_search(terms_[i].name)).first->second.terms = {
        static_cast<std::uint16_t>(i)};
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    auto& own = terms_[i];
    // A word that is the name of another field, or stands for kind, from, to, time, cannot be this one's.
    std::erase_if(own.words, [&](const auto& word) {
      const auto folded = fold_for_search(word);
      const auto* other = term(folded);
      if (other != nullptr) return other != &own;
      auto& meaning = meanings_[folded];
      if (meaning.special != Special::none) return true;
      const auto place = static_cast<std::uint16_t>(i);
      if (std::ranges::find(meaning.terms, place) == meaning.terms.end()) meaning.terms.push_back(place);
      return false;
    });
  }
}

const Vocabulary::Meaning* Vocabulary::find(std::string_view word) const {
  const auto found = meanings_.find(fold_for_search(word));
  return found == meanings_.end() ? nullptr : &found->second;
}

Vocabulary::Meaning Vocabulary::of_kinds(const Meaning& meaning,
                                         const std::vector<std::string>& kinds) const {
  Meaning out{meaning.special, {}};
  std::ranges::copy_if(meaning.terms, std::back_inserter(out.terms), [&](auto place) {
    return std::ranges::any_of(kinds, [&](const auto& name) {
      const auto kind = kinds_.find(name);
      return kind != kinds_.end() && kind->second.index_of(terms_[place].name).has_value();
    });
  });
  return out;
}

const Vocabulary::Term* Vocabulary::term(std::string_view name) const {
  const auto found = std::ranges::find(terms_, name, &Term::name);
  return found == terms_.end() ? nullptr : &*found;
}

std::optional<std::string_view> Vocabulary::find_kind(std::string_view word) const {
  const auto found = kind_words_.find(fold_for_search(word));
  if (found == kind_words_.end()) return std::nullopt;
  return found->second;
}

std::string Vocabulary::nearest_fields(std::string_view word) const {
  std::vector<Candidate> candidates;
  for (const auto& term : terms_)
    candidates.push_back({term.ja.empty() ? term.name : term.name + "（" + term.ja + "）", term.words});
  for (const auto special : {Special::kind, Special::from, Special::to, Special::time}) {
    const auto words = words_of(special);
    candidates.push_back({std::string(words[0]) + "（" + std::string(words[1]) + "）",
                          std::vector<std::string>(words.begin(), words.end())});
  }
  return nearest(word, candidates);
}

std::string Vocabulary::nearest_kinds(std::string_view word) const {
  std::vector<Candidate> candidates;
  for (const auto& [name, kind] : kinds_)
    candidates.push_back({name + "（" + kind.ja + "）", {name, kind.ja, kind.en}});
  return nearest(word, candidates);
}

}  // namespace yagura::eventstore
