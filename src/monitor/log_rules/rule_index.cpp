#include "monitor/log_rules/rule_index.hpp"

#include <algorithm>
#include <bit>
#include <optional>

#include "eventstore/fold.hpp"
#include "monitor/log_rules/fragments.hpp"

namespace yagura::monitor::log_rules {

namespace es = eventstore;
using Type = es::Condition::Type;

namespace {

constexpr std::size_t longest_fragment = 64;

// What an event must have: a folded name in a field, or, without one, a folded fragment anywhere.
struct Need {
  std::optional<std::size_t> field;
  std::string text;
};
// One of these; nothing: it may be any event.
using Needs = std::optional<std::vector<Need>>;

// Fewer places to look at are better, names better than fragments.
std::size_t cost(const std::vector<Need>& needs) {
  const bool names = std::ranges::all_of(needs, [](const Need& one) { return one.field.has_value(); });
  return needs.size() + (names ? 0 : 1000);
}

Need fragment(std::string_view folded) {
  return {std::nullopt, std::string(folded.substr(0, longest_fragment))};
}

Needs needs_of(const es::Condition& condition, const es::Kind& kind) {
  switch (condition.type) {
    case Type::all: {
      Needs best;
      for (const auto& part : condition.parts)
        if (auto one = needs_of(part, kind); one && (!best || cost(*one) < cost(*best)))
          best = std::move(one);
      return best;
    }
    case Type::any: {
      std::vector<Need> out;
      for (const auto& part : condition.parts) {
        auto one = needs_of(part, kind);
        if (!one) return std::nullopt;
        out.insert(out.end(), std::make_move_iterator(one->begin()), std::make_move_iterator(one->end()));
      }
      return out;
    }
    case Type::no:
    case Type::range:
      return std::nullopt;
    default:
      break;
  }
  std::optional<std::size_t> field;
  if (!condition.field.empty()) {
    field = kind.index_of(condition.field);
    if (!field || kind.fields[*field].type == es::FieldType::number) return std::vector<Need>{};
  }
  const auto folded = es::fold(condition.value);
  if (condition.type == Type::equals && (field || folded.empty()))
    return field ? Needs(std::vector<Need>{{field, folded}}) : std::nullopt;
  if (condition.type != Type::like)
    return folded.empty() ? Needs() : Needs(std::vector<Need>{fragment(folded)});
  std::string_view longest, rest = folded;
  while (!rest.empty()) {
    const auto end = std::min(rest.find_first_of("*?"), rest.size());
    if (end > longest.size()) longest = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return longest.empty() ? Needs() : Needs(std::vector<Need>{fragment(longest)});
}

}  // namespace

RuleIndex::RuleIndex(const es::Kind& kind, const std::vector<es::Condition>& conditions)
    : fragments_(std::make_unique<Fragments>()) {
  for (std::size_t i = 0; i < kind.fields.size(); ++i)
    if (kind.fields[i].type != es::FieldType::number) texts_.push_back(i);
  plans_.reserve(conditions.size());
  for (std::uint32_t place = 0; place < conditions.size(); ++place) add(conditions[place], kind, place);
  fragments_->build();
}

RuleIndex::~RuleIndex() = default;
RuleIndex::RuleIndex(RuleIndex&&) noexcept = default;

void RuleIndex::add(const es::Condition& condition, const es::Kind& kind, std::uint32_t place) {
  first_leaf_.push_back(leaves_);
  leaves_ += plans_.emplace_back(condition, kind).leaves().size();
  const auto needs = needs_of(condition, kind);
  if (!needs) return everywhere_.push_back(place);
  for (const auto& need : *needs) {
    if (!need.field) {
      fragments_->add(need.text, place);
      continue;
    }
    auto into = std::ranges::find(named_, *need.field, &Named::field);
    if (into == named_.end()) into = named_.insert(into, Named{*need.field, {}});
    into->conditions[need.text].push_back(place);
  }
}

struct RuleIndex::Judging {
  const RuleIndex& index;
  const es::Batch& batch;
  const std::size_t words = (index.plans_.size() + 63) / 64;  // of one row's bits
  std::vector<std::uint64_t> asked{};                         // row by row a bit for each condition
  std::vector<std::vector<std::uint8_t>> known{};  // of each leaf, what is known of each string: 1 no, 2 yes
  std::string folded{};

  void add(std::size_t row, std::uint32_t condition) {
    if (asked.empty()) asked.resize(batch.rows() * words);
    asked[row * words + condition / 64] |= std::uint64_t{1} << condition % 64;
  }

  void names(const Named& named) {
    const auto& ids = batch.columns[named.field].ids;
    std::vector<const std::vector<std::uint32_t>*> of(batch.strings.size(), nullptr);
    std::vector<std::uint8_t> looked(batch.strings.size(), 0);
    for (std::size_t row = 0; row < ids.size(); ++row) {
      const auto id = ids[row];
      if (looked[id] == 0) {
        looked[id] = 1;
        folded.clear();
        es::fold_into(batch.strings[id], folded);
        const auto found = named.conditions.find(folded);
        if (found != named.conditions.end()) of[id] = &found->second;
      }
      if (of[id] != nullptr)
        for (const auto condition : *of[id]) add(row, condition);
    }
  }

  void fragments() {
    if (index.fragments_->empty()) return;
    std::vector<std::vector<std::uint32_t>> of(batch.strings.size());
    bool any = false;
    for (std::size_t id = 0; id < batch.strings.size(); ++id) {
      folded.clear();
      es::fold_into(batch.strings[id], folded);
      index.fragments_->find(folded, [&](std::uint32_t condition) {
        if (std::ranges::find(of[id], condition) == of[id].end()) of[id].push_back(condition);
        any = true;
      });
    }
    if (!any) return;
    for (const auto field : index.texts_) {
      const auto& ids = batch.columns[field].ids;
      for (std::size_t row = 0; row < ids.size(); ++row)
        for (const auto condition : of[ids[row]]) add(row, condition);
    }
  }

  bool verdict(std::size_t place, const es::Leaf& leaf, std::size_t row) {
    if (leaf.type == Type::range) {
      const auto number = batch.columns[leaf.number].numbers[row];
      return leaf.low <= number && number <= leaf.high;
    }
    auto& verdicts = known[place];
    if (verdicts.empty()) verdicts.assign(batch.strings.size(), 0);
    return std::ranges::any_of(leaf.fields, [&](std::size_t field) {
      const auto id = batch.columns[field].ids[row];
      if (verdicts[id] == 0) {
        folded.clear();
        es::fold_into(batch.strings[id], folded);
        verdicts[id] = leaf.holds(folded) ? 2 : 1;
      }
      return verdicts[id] == 2;
    });
  }
};

void RuleIndex::each_match(const es::Batch& batch, const Use& use) const {
  Judging judging{*this, batch};
  for (const auto condition : everywhere_)
    for (std::size_t row = 0; row < batch.rows(); ++row) judging.add(row, condition);
  for (const auto& named : named_) judging.names(named);
  judging.fragments();
  if (judging.asked.empty()) return;
  judging.known.resize(leaves_);
  for (std::size_t at = 0; at < judging.asked.size(); ++at)
    for (auto bits = judging.asked[at]; bits != 0; bits &= bits - 1) {
      const auto row = at / judging.words;
      const auto place = at % judging.words * 64 + static_cast<std::size_t>(std::countr_zero(bits));
      const auto& plan = plans_[place];
      if (plan.evaluate([&](std::size_t leaf) {
            return judging.verdict(first_leaf_[place] + leaf, plan.leaves()[leaf], row);
          }))
        use(row, place);
    }
}

}  // namespace yagura::monitor::log_rules
