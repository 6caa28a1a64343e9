#include "eventstore/condition_plan.hpp"

#include <algorithm>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

std::size_t next_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80) ++at;
  return at;
}

// The classic greedy match of * and ?: goes back to the last star only.
bool has_form(std::string_view text, std::string_view pattern) {
  std::size_t t = 0, p = 0, star = std::string_view::npos, from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t = next_character(text, t);
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = from = next_character(text, from);
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

// One name out of several: asked as one.
bool is_list(const Condition& condition, const Kind& kind) {
  if (condition.type != Condition::Type::any || condition.parts.size() < 2) return false;
  const auto& field = condition.parts.front().field;
  const auto at = kind.index_of(field);
  if (!at || (kind.fields[*at].type != FieldType::entity && kind.fields[*at].type != FieldType::category))
    return false;
  return std::ranges::all_of(condition.parts, [&](const Condition& part) {
    return part.type == Condition::Type::equals && part.field == field;
  });
}

// How texts are looked through for it.
void seek(Leaf& leaf) {
  const auto fragments = leaf.fragments();
  if (std::ranges::any_of(fragments, &std::string_view::empty)) return;
  for (const auto fragment : fragments) {
    leaf.sought.emplace_back(fragment);
    leaf.odd |= leaf.sought.back().odd();
  }
  std::ranges::sort(leaf.sought, std::ranges::greater(), &Sought::size);
}

}  // namespace

bool Leaf::holds(std::string_view folded) const {
  switch (type) {
    case Condition::Type::equals:
      return std::ranges::binary_search(values, folded);
    case Condition::Type::contains:
      return folded.find(value) != std::string_view::npos;
    case Condition::Type::like:
      return has_form(folded, value);
    default:
      return false;
  }
}

std::vector<std::string_view> Leaf::fragments() const {
  if (type == Condition::Type::equals)
    return values.size() == 1 ? std::vector<std::string_view>{values.front()}
                              : std::vector<std::string_view>{};
  if (type != Condition::Type::like) return {value};
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < value.size();) {
    const auto end = std::min(value.find_first_of("*?", at), value.size());
    if (end > at) out.push_back(std::string_view(value).substr(at, end - at));
    at = end + 1;
  }
  return out;
}

ConditionPlan::ConditionPlan(const Condition& condition, const Kind& kind) : root_(build(condition, kind)) {}

ConditionPlan::Node ConditionPlan::build(const Condition& condition, const Kind& kind) {
  Node out;
  if (is_list(condition, kind)) {
    out.type = Node::Type::leaf;
    out.leaf = leaves_.size();
    Leaf leaf;
    leaf.type = Condition::Type::equals;
    leaf.fields = {*kind.index_of(condition.parts.front().field)};
    for (const auto& part : condition.parts) leaf.values.push_back(fold(part.value));
    std::ranges::sort(leaf.values);
    leaves_.push_back(std::move(leaf));
    return out;
  }
  switch (condition.type) {
    case Condition::Type::all:
    case Condition::Type::any:
    case Condition::Type::no:
      out.type = condition.type == Condition::Type::all   ? Node::Type::all
                 : condition.type == Condition::Type::any ? Node::Type::any
                                                          : Node::Type::no;
      for (const auto& part : condition.parts) out.parts.push_back(build(part, kind));
      // Names and numbers first: they leave fewer texts to look at.
      std::ranges::partition(out.parts, [&](const Node& part) {
        return part.type == Node::Type::leaf &&
               std::ranges::none_of(leaves_[part.leaf].fields, [&](std::size_t field) {
                 return kind.fields[field].type == FieldType::text;
               });
      });
      return out;
    default:
      break;
  }
  const Node never{Node::Type::any, {}, 0};
  Leaf leaf;
  leaf.type = condition.type;
  if (condition.type == Condition::Type::range) {
    const auto at = kind.index_of(condition.field);
    if (!at || kind.fields[*at].type != FieldType::number || condition.low > condition.high) return never;
    leaf.number = *at;
    leaf.low = condition.low;
    leaf.high = condition.high;
  } else {
    for (std::size_t i = 0; i < kind.fields.size(); ++i)
      if (kind.fields[i].type != FieldType::number &&
          (condition.field.empty() || kind.fields[i].name == condition.field))
        leaf.fields.push_back(i);
    if (leaf.fields.empty()) return never;
    if (leaf.type == Condition::Type::equals)
      leaf.values.push_back(fold(condition.value));
    else
      leaf.value = fold(condition.value);
    seek(leaf);
  }
  out.type = Node::Type::leaf;
  out.leaf = leaves_.size();
  leaves_.push_back(std::move(leaf));
  return out;
}

Result<ConditionPlan::Marks> ConditionPlan::marks(const Node& node, std::size_t places,
                                                  const LeafMarks& of_leaf) const {
  const bool any = node.type == Node::Type::any;
  Marks out;
  if (node.type == Node::Type::leaf) return of_leaf(leaves_[node.leaf]);
  if (node.type == Node::Type::no) return out;
  if (any && node.parts.empty()) return Marks(places, false);
  for (const auto& part : node.parts) {
    YAGURA_TRY(auto one, marks(part, places, of_leaf));
    if (one.empty()) {
      if (any) return one;
      continue;
    }
    if (out.empty()) {
      out = std::move(one);
      continue;
    }
    for (std::size_t p = 0; p < places; ++p) out[p] = any ? out[p] || one[p] : out[p] && one[p];
  }
  return out;
}

}  // namespace yagura::eventstore
