#include "monitor/syslog/pattern.hpp"

#include <algorithm>

namespace yagura::monitor::syslog {
namespace {

constexpr int kMostTries = 64;
constexpr int kMostChoices = 4;

std::unexpected<Error> invalid(std::string_view text, std::string reason) {
  return fail("monitor.syslog_pattern_invalid",
              {{"pattern", std::string(text)}, {"reason", std::move(reason)}});
}

bool digit(char c) { return c >= '0' && c <= '9'; }
bool of_address(char c) {
  return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '.' || c == ':' || c == '%';
}

// Whether it may be written so; not whether each number is below 256.
bool is_address(std::string_view text) {
  const auto dots = std::ranges::count(text, '.');
  const auto colons = std::ranges::count(text, ':');
  return (dots == 3 && colons == 0 && text.size() >= 7 && text.size() <= 15) ||
         (colons >= 2 && text.size() <= 45);
}

}  // namespace

Result<std::vector<Pattern>> Pattern::compile(std::string_view text) {
  std::vector<std::string> variants{std::string(text)};
  for (int choice = 0;; ++choice) {
    const auto open = variants.front().find("[[");
    if (open == std::string::npos) break;
    if (choice == kMostChoices) return invalid(text, "too many [[");
    std::vector<std::string> next;
    for (const auto& variant : variants) {
      const auto begin = variant.find("[[");
      const auto end = variant.find("]]", begin);
      if (begin == std::string::npos || end == std::string::npos) return invalid(text, "[[ without ]]");
      next.push_back(variant.substr(0, begin) + variant.substr(end + 2));
      next.push_back(variant.substr(0, begin) + variant.substr(begin + 2, end - begin - 2) +
                     variant.substr(end + 2));
    }
    variants = std::move(next);
  }
  std::vector<Pattern> out;
  for (const auto& variant : variants) {
    auto made = compile_one(variant);
    if (!made) return invalid(text, std::string(made.error().arg("reason")));
    out.push_back(std::move(*made));
  }
  return out;
}

Result<Pattern> Pattern::compile_one(std::string_view text) {
  Pattern out;
  bool has_text = false;
  auto rest = text;
  while (true) {
    const auto open = rest.find('{');
    Part part;
    part.literal = std::string(rest.substr(0, open));
    if (open == std::string_view::npos) {
      out.parts_.push_back(std::move(part));
      return out;
    }
    const auto close = rest.find('}', open);
    if (close == std::string_view::npos) return invalid(text, "{ without }");
    const auto value = rest.substr(open + 1, close - open - 1);
    const auto colon = value.find(':');
    part.name = std::string(value.substr(0, colon));
    const auto type = colon == std::string_view::npos ? "word" : value.substr(colon + 1);
    if (type == "word")
      part.type = Type::word;
    else if (type == "int")
      part.type = Type::integer;
    else if (type == "ip")
      part.type = Type::ip;
    else if (type == "rest")
      part.type = Type::rest;
    else if (type == "text")
      part.type = Type::text;
    else if (type == "short")
      part.type = Type::brief;
    else
      return invalid(text, "no such type: " + std::string(type));
    if (part.name.empty()) return invalid(text, "a value without a name");
    if (!out.parts_.empty() && part.literal.empty()) return invalid(text, "two values with nothing between");
    if (part.type == Type::text && std::exchange(has_text, true)) return invalid(text, "more than one :text");
    rest.remove_prefix(close + 1);
    if (part.type == Type::rest && !rest.empty()) return invalid(text, "something behind :rest");
    if ((part.type == Type::text || part.type == Type::brief) && (rest.empty() || rest.front() == '{'))
      return invalid(text, "nothing behind :text or :short");
    out.parts_.push_back(std::move(part));
  }
}

std::vector<std::string> Pattern::names() const {
  std::vector<std::string> out;
  for (const auto& part : parts_)
    if (!part.name.empty()) out.push_back(part.name);
  return out;
}

bool Pattern::match(std::string_view line, Pairs& out) const {
  const auto before = out.list.size();
  if (match_from(0, line, out)) return true;
  out.list.resize(before);
  return false;
}

bool Pattern::match_from(std::size_t index, std::string_view line, Pairs& out) const {
  for (; index < parts_.size(); ++index) {
    const auto& part = parts_[index];
    if (!line.starts_with(part.literal)) return false;
    line.remove_prefix(part.literal.size());
    if (part.type == Type::end) return line.empty();
    if (part.type == Type::rest) return out.add(part.name, line);
    // Where the pattern goes on with a character that a word may have, the word ends before it.
    const auto& next = parts_[index + 1].literal;
    std::size_t n = 0;
    if (part.type == Type::text) {
      const auto mark = out.list.size();
      auto at = line.size();
      for (int tries = 0; tries < kMostTries; ++tries) {
        at = at == 0 ? std::string_view::npos : line.rfind(next, at - 1);
        if (at == std::string_view::npos) return false;
        if (out.add(part.name, line.substr(0, at)) && match_from(index + 1, line.substr(at), out))
          return true;
        out.list.resize(mark);
      }
      return false;
    }
    if (part.type == Type::brief) {
      n = std::min(line.find(next), line.size());
    } else if (part.type == Type::integer) {
      while (n < line.size() && n < 20 && digit(line[n])) ++n;
    } else if (part.type == Type::ip) {
      while (n < line.size() && n < 46 && of_address(line[n])) ++n;
      while (n > 0 && line[n - 1] == ':' && next.starts_with(':')) --n;
      // "192.0.2.1:80": the port is not of the address.
      if (n > 0 && next.starts_with(':') && line.substr(0, n).find('.') != std::string_view::npos)
        n = std::min(n, line.find(':'));
      if (!is_address(line.substr(0, n))) return false;
    } else {
      const char stop = next.empty() ? ' ' : next.front();
      while (n < line.size() && line[n] != ' ' && line[n] != stop) ++n;
    }
    if (n == 0 || !out.add(part.name, line.substr(0, n))) return false;
    line.remove_prefix(n);
  }
  return false;
}

}  // namespace yagura::monitor::syslog
