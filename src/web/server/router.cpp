#include "web/server/router.hpp"

#include <array>
#include <map>

#include "base/text.hpp"

namespace yagura::web {

// One node per segment; a literal is tried before the parameter.
struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::array<const Route*, kMethods> routes{};

  [[nodiscard]] bool used() const {
    for (const auto* route : routes)
      if (route) return true;
    return false;
  }
};

namespace {

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

std::size_t index_of(Method method) { return static_cast<std::size_t>(method); }

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Route route) {
  YAGURA_ASSERT(route.pattern.starts_with('/') && route.handler);
  YAGURA_ASSERT(route.method != Method::head && route.method != Method::options);
  const Route& kept = routes_.emplace_back(std::move(route));
  Node* node = root_.get();
  for (const auto segment : split(std::string_view(kept.pattern).substr(1), '/')) {
    if (is_parameter(segment)) {
      if (!node->parameter) node->parameter = std::make_unique<Node>();
      node = node->parameter.get();
    } else {
      YAGURA_ASSERT(segment.find_first_of("{}") == std::string_view::npos);
      auto& next = node->literals[std::string(segment)];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
  }
  YAGURA_ASSERT(node->routes[index_of(kept.method)] == nullptr);
  node->routes[index_of(kept.method)] = &kept;
}

void Router::set_fallback(Route route) { fallback_ = std::make_unique<Route>(std::move(route)); }

namespace {

template <class Node>
const Node* find_node(const Node& node, std::string_view rest, std::vector<std::string_view>& values) {
  const auto slash = rest.find('/');
  const auto segment = rest.substr(0, slash);
  const bool last = slash == std::string_view::npos;
  const auto step = [&](const Node& next) -> const Node* {
    if (last) return next.used() ? &next : nullptr;
    return find_node(next, rest.substr(slash + 1), values);
  };
  if (const auto literal = node.literals.find(segment); literal != node.literals.end())
    if (const auto* found = step(*literal->second)) return found;
  if (node.parameter && !segment.empty()) {
    values.push_back(segment);
    if (const auto* found = step(*node.parameter)) return found;
    values.pop_back();
  }
  return nullptr;
}

void name_params(const Route& route, const std::vector<std::string_view>& values, Router::Match& match) {
  std::size_t at = 0;
  for (const auto segment : split(std::string_view(route.pattern).substr(1), '/'))
    if (is_parameter(segment)) match.params.emplace_back(segment.substr(1, segment.size() - 2), values[at++]);
}

}  // namespace

Router::Match Router::match(Method method, std::string_view path) const {
  Match match;
  std::vector<std::string_view> values;
  const Node* node = path.empty() ? nullptr : find_node(*root_, path.substr(1), values);
  const auto wanted = method == Method::head ? Method::get : method;
  if (node && method != Method::options) match.route = node->routes[index_of(wanted)];
  if (match.route) {
    if (!values.empty()) name_params(*match.route, values, match);
    return match;
  }
  if (!node) {
    if (fallback_ && wanted == Method::get) match.route = fallback_.get();
    return match;
  }
  for (std::size_t i = 0; i < kMethods; ++i) {
    if (!node->routes[i]) continue;
    match.allowed.push_back(static_cast<Method>(i));
    if (static_cast<Method>(i) == Method::get) match.allowed.push_back(Method::head);
  }
  match.allowed.push_back(Method::options);
  return match;
}

std::string allow_text(const std::vector<Method>& methods) {
  std::string text;
  for (const auto method : methods) {
    if (!text.empty()) text += ", ";
    text += name_of(method);
  }
  return text;
}

}  // namespace yagura::web
