// Small arithmetic over named numbers, for the values of profile files: "used / size * 100".
//
// Grammar: numbers, names, ( ), unary - and !, * /, + -, < <= > >= == !=, &&, ||, and min(a, b), max(a, b),
//          or(a, b) (a where it is known, else b). Comparisons give 1 or 0.
// Unknown: an operand that is not known, or a division by zero, makes the result unknown (or() apart).
// Errors:  monitor.expression_invalid (text, column: counting from 1).
// Threads: immutable after parse.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::monitor::poll {

class Expression {
 public:
  static Result<Expression> parse(std::string_view text);
  // The names in order of first use; evaluate() takes their values in the same order.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] std::optional<double> evaluate(std::span<const std::optional<double>> values) const;

  enum class Op : unsigned char {
    number,
    name,
    negate,
    invert,
    add,
    subtract,
    multiply,
    divide,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    unequal,
    both,
    either,
    min,
    max,
    first_known
  };
  struct Step {
    Op op;
    double number = 0;
    std::size_t name = 0;
  };

 private:
  std::vector<Step> steps_;  // reverse Polish
  std::vector<std::string> names_;
};

}  // namespace yagura::monitor::poll
