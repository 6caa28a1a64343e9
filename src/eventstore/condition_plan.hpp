// A condition made ready for one kind: its leaves with folded words and the fields each asks.
//
// Purpose: evaluation of rows without looking at strings twice. Rows are given as places in dictionaries; for
//          each leaf and field the verdict on a dictionary entry is worked out once and kept (Verdicts).
// Meaning: that of ask/matches.hpp, which the tests hold this to.
// Threads: a plan is a value; verdicts belong to one search.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "eventstore/query.hpp"
#include "eventstore/written.hpp"

namespace yagura::eventstore {

struct Leaf {
  Condition::Type type = Condition::Type::contains;
  std::vector<std::size_t> fields;  // of the kind, none of them a number; empty for range
  std::size_t number = 0;           // the field of a range
  std::string value;                // folded; of contains and like
  std::vector<std::string> values;  // of equals: any of these, folded, ascending
  std::vector<Sought> sought;       // the same as fragments(), the longest first; none if one is empty
  Odd odd = 0;                      // of all of these
  std::int64_t low = 0, high = 0;
  // Whether a folded text or name fulfils it.
  [[nodiscard]] bool holds(std::string_view folded) const;
  // Fragments without wildcards that every text fulfilling it has.
  [[nodiscard]] std::vector<std::string_view> fragments() const;
};

class ConditionPlan {
 public:
  ConditionPlan(const Condition& condition, const Kind& kind);

  struct Node {
    enum class Type : std::uint8_t { all, any, no, leaf };
    Type type = Type::all;
    std::vector<Node> parts;
    std::size_t leaf = 0;
  };
  [[nodiscard]] const Node& root() const { return root_; }
  [[nodiscard]] const std::vector<Leaf>& leaves() const { return leaves_; }
  // Of so many places (blocks, batches) those that can hold rows fulfilling the whole: a mark each, joined from
  // those of its leaves. Empty: cannot tell.
  using Marks = std::vector<bool>;
  using LeafMarks = std::function<Result<Marks>(const Leaf&)>;
  [[nodiscard]] Result<Marks> marks(std::size_t places, const LeafMarks& of_leaf) const {
    return marks(root_, places, of_leaf);
  }
  [[nodiscard]] bool always() const { return root_.type == Node::Type::all && root_.parts.empty(); }
  // verdict(leaf): whether the row in question fulfils that leaf; asked only where it matters.
  template <class F>
  bool evaluate(F&& verdict) const {
    return evaluate(root_, verdict);
  }

 private:
  template <class F>
  static bool evaluate(const Node& node, F& verdict) {
    switch (node.type) {
      case Node::Type::leaf:
        return verdict(node.leaf);
      case Node::Type::no:
        return !evaluate(node.parts.front(), verdict);
      case Node::Type::any:
        for (const auto& part : node.parts)
          if (evaluate(part, verdict)) return true;
        return false;
      case Node::Type::all:
        break;
    }
    for (const auto& part : node.parts)
      if (!evaluate(part, verdict)) return false;
    return true;
  }
  [[nodiscard]] Result<Marks> marks(const Node& node, std::size_t places, const LeafMarks& of_leaf) const;
  Node build(const Condition& condition, const Kind& kind);
  std::vector<Leaf> leaves_;
  Node root_;
};

}  // namespace yagura::eventstore
