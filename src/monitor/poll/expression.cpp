#include "monitor/poll/expression.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace yagura::monitor::poll {

namespace {

using Op = Expression::Op;
constexpr int deepest = 32;

struct Binary {
  std::string_view sign;
  Op op;
};
// Weakest first; within a level longer signs first, so that <= is not read as <.
constexpr int levels = 6;
std::span<const Binary> level(int n) {
  static constexpr Binary either[] = {{"||", Op::either}}, both[] = {{"&&", Op::both}},
                          equal[] = {{"==", Op::equal}, {"!=", Op::unequal}},
                          order[] = {{"<=", Op::less_equal},
                                     {">=", Op::greater_equal},
                                     {"<", Op::less},
                                     {">", Op::greater}},
                          sum[] = {{"+", Op::add}, {"-", Op::subtract}},
                          product[] = {{"*", Op::multiply}, {"/", Op::divide}};
  const std::span<const Binary> all[levels] = {either, both, equal, order, sum, product};
  return all[n];
}

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  Parser(std::string_view text, std::vector<Expression::Step>& steps, std::vector<std::string>& names)
      : text_(text), steps_(steps), names_(names) {}
  bool whole() { return binary(0, 0) && (space(), at_ == text_.size()); }
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }
  bool take(std::string_view sign) {
    space();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  bool binary(int n, int depth) {
    if (n == levels) return unary(depth);
    if (!binary(n + 1, depth)) return false;
    while (true) {
      const auto operators = level(n);
      const auto found =
          std::find_if(operators.begin(), operators.end(), [&](const Binary& b) { return take(b.sign); });
      if (found == operators.end()) return true;
      if (!binary(n + 1, depth)) return false;
      steps_.push_back({found->op});
    }
  }
  bool unary(int depth) {
    if (depth > deepest) return false;
    for (const auto& [sign, op] : {Binary{"-", Op::negate}, Binary{"!", Op::invert}})
      if (take(sign)) {
        if (!unary(depth + 1)) return false;
        steps_.push_back({op});
        return true;
      }
    return primary(depth);
  }
  bool primary(int depth) {
    if (take("(")) return binary(0, depth + 1) && take(")");
    space();
    if (at_ == text_.size()) return false;
    if (starts_name(text_[at_])) return name(depth);
    if (!digit(text_[at_])) return false;
    double number = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), number);
    if (error != std::errc{}) return false;
    at_ = static_cast<std::size_t>(end - text_.data());
    steps_.push_back({Op::number, number});
    return true;
  }
  bool name(int depth) {
    const std::size_t start = at_;
    while (at_ < text_.size() && (starts_name(text_[at_]) || digit(text_[at_]))) ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    if (take("(")) {
      const Op op = word == "min"   ? Op::min
                    : word == "max" ? Op::max
                    : word == "or"  ? Op::first_known
                                    : Op::number;
      if (op == Op::number || !binary(0, depth + 1) || !take(",") || !binary(0, depth + 1) || !take(")"))
        return false;
      steps_.push_back({op});
      return true;
    }
    auto known = std::find(names_.begin(), names_.end(), word);
    if (known == names_.end()) known = names_.insert(names_.end(), std::string(word));
    steps_.push_back({Op::name, 0, static_cast<std::size_t>(known - names_.begin())});
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Expression::Step>& steps_;
  std::vector<std::string>& names_;
};

std::optional<double> apply(Op op, std::optional<double> a, std::optional<double> b) {
  if (op == Op::first_known) return a ? a : b;
  if (!a || !b) return std::nullopt;
  switch (op) {
    case Op::add:
      return *a + *b;
    case Op::subtract:
      return *a - *b;
    case Op::multiply:
      return *a * *b;
    case Op::divide:
      return *b == 0 ? std::nullopt : std::optional(*a / *b);
    case Op::less:
      return *a < *b;
    case Op::less_equal:
      return *a <= *b;
    case Op::greater:
      return *a > *b;
    case Op::greater_equal:
      return *a >= *b;
    case Op::equal:
      return *a == *b;
    case Op::unequal:
      return *a != *b;
    case Op::both:
      return *a != 0 && *b != 0;
    case Op::either:
      return *a != 0 || *b != 0;
    case Op::min:
      return std::min(*a, *b);
    case Op::max:
      return std::max(*a, *b);
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<Expression> Expression::parse(std::string_view text) {
  Expression out;
  Parser parser(text.substr(0, 1000), out.steps_, out.names_);
  if (text.size() > 1000 || !parser.whole())
    return fail("monitor.expression_invalid",
                {{"text", std::string(text.substr(0, 100))}, {"column", std::to_string(parser.at() + 1)}});
  return out;
}

std::optional<double> Expression::evaluate(std::span<const std::optional<double>> values) const {
  YAGURA_ASSERT(values.size() == names_.size());
  std::vector<std::optional<double>> stack;
  stack.reserve(8);
  for (const Step& step : steps_) {
    switch (step.op) {
      case Op::number:
        stack.emplace_back(step.number);
        break;
      case Op::name:
        stack.push_back(values[step.name]);
        break;
      case Op::negate:
        if (stack.back()) stack.back() = -*stack.back();
        break;
      case Op::invert:
        if (stack.back()) stack.back() = *stack.back() == 0;
        break;
      default: {
        const auto b = stack.back();
        stack.pop_back();
        stack.back() = apply(step.op, stack.back(), b);
      }
    }
  }
  const auto result = stack.back();
  return result && std::isfinite(*result) ? result : std::nullopt;
}

}  // namespace yagura::monitor::poll
