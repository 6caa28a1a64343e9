#include "web/server/multipart.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "web/server/headers.hpp"
#include "web/server/target.hpp"

namespace yagura::web {
namespace {

constexpr std::size_t kMaxPartHead = 8 * 1024;

auto invalid(std::string_view reason) {
  return fail("web.multipart_invalid", {{"reason", std::string(reason)}});
}

// The value of `name=` among the parameters of a header field, quoted or not (RFC 9110 5.6.6).
// Browsers escape a quote in a name as %22 (WHATWG form-data); a backslash pair is taken too.
std::optional<std::string> parameter_of(std::string_view field, std::string_view name) {
  std::size_t at = field.find(';');
  while (at < field.size()) {
    ++at;
    while (at < field.size() && (field[at] == ' ' || field[at] == '\t')) ++at;
    const auto equals = field.find_first_of("=;", at);
    if (equals == std::string_view::npos) return std::nullopt;
    if (field[equals] == ';') {
      at = equals;
      continue;
    }
    const auto key = trim(field.substr(at, equals - at));
    std::string value;
    at = equals + 1;
    if (at < field.size() && field[at] == '"') {
      for (++at; at < field.size() && field[at] != '"'; ++at) {
        if (field[at] == '\\' && at + 1 < field.size() && (field[at + 1] == '"' || field[at + 1] == '\\'))
          ++at;
        value += field[at];
      }
      if (at == field.size()) return std::nullopt;
      at = std::min(field.find(';', at), field.size());
    } else {
      const auto end = std::min(field.find(';', at), field.size());
      value = trim(field.substr(at, end - at));
      at = end;
    }
    if (same_name(key, name)) return value;
  }
  return std::nullopt;
}

std::string unescape_name(std::string value) {
  for (const auto& [from, to] : {std::pair{"%22", "\""}, std::pair{"%0D", " "}, std::pair{"%0A", " "}})
    for (auto at = value.find(from); at != std::string::npos; at = value.find(from, at + 1))
      value.replace(at, 3, to);
  return value;
}

std::string base_name(std::string name) {
  const auto slash = name.find_last_of("/\\");
  if (slash != std::string::npos) name.erase(0, slash + 1);
  return name == "." || name == ".." ? std::string() : name;
}

Result<PartHead> parse_part_head(std::string_view text) {
  PartHead head;
  bool disposition = false;
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return invalid("header");
    const auto name = line.substr(0, colon);
    const auto value = trim(line.substr(colon + 1));
    if (same_name(name, "content-disposition")) {
      if (disposition || !same_name(trim(value.substr(0, value.find(';'))), "form-data"))
        return invalid("disposition");
      disposition = true;
      auto field_name = parameter_of(value, "name");
      if (!field_name || field_name->empty()) return invalid("name");
      head.name = unescape_name(*std::move(field_name));
      if (auto filename = parameter_of(value, "filename")) {
        head.is_file = true;
        head.filename = base_name(unescape_name(*std::move(filename)));
      }
    } else if (same_name(name, "content-type")) {
      head.content_type = value;
    }
  }
  if (!disposition) return invalid("disposition");
  if (!is_utf8(head.name) || !is_utf8(head.filename)) return invalid("encoding");
  return head;
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  if (!same_name(trim(content_type.substr(0, content_type.find(';'))), "multipart/form-data"))
    return std::nullopt;
  auto boundary = parameter_of(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > 70) return std::nullopt;
  const auto good = [](char c) { return c >= 0x20 && c < 0x7f; };
  if (!std::ranges::all_of(*boundary, good) || boundary->back() == ' ') return std::nullopt;
  return boundary;
}

MultipartParser::MultipartParser(std::string_view boundary, PartSink& sink)
    : delimiter_("\r\n--" + std::string(boundary)), sink_(sink), held_("\r\n") {}

Result<void> MultipartParser::feed(std::string_view bytes) {
  held_ += bytes;
  for (;;) {
    YAGURA_TRY(const bool progress, step());
    if (!progress) return {};
  }
}

Result<void> MultipartParser::finish() const {
  if (state_ != State::done) return invalid("unfinished");
  return {};
}

Result<bool> MultipartParser::step() {
  switch (state_) {
    case State::before_first:
      return step_first();
    case State::after_boundary:
      return step_boundary();
    case State::head:
      return step_head();
    case State::body:
      return step_body();
    case State::done:
      held_.clear();
      return false;  // an epilogue means nothing (RFC 2046 5.1.1)
  }
  return false;
}

Result<bool> MultipartParser::step_first() {
  const auto compared = std::min(held_.size(), delimiter_.size());
  if (held_.compare(0, compared, delimiter_, 0, compared) != 0) return invalid("preamble");
  if (held_.size() < delimiter_.size()) return false;
  held_.erase(0, delimiter_.size());
  state_ = State::after_boundary;
  return true;
}

Result<bool> MultipartParser::step_boundary() {
  if (held_.size() < 2) return false;
  if (held_.starts_with("--")) {
    state_ = State::done;
  } else if (held_.starts_with("\r\n")) {
    held_.erase(0, 2);
    state_ = State::head;
  } else {
    return invalid("boundary");
  }
  return true;
}

Result<bool> MultipartParser::step_head() {
  const auto end = held_.find("\r\n\r\n");
  if (end == std::string::npos || end > kMaxPartHead) {
    if (held_.size() > kMaxPartHead) return invalid("header");
    return false;
  }
  YAGURA_TRY(auto head, parse_part_head(std::string_view(held_).substr(0, end)));
  held_.erase(0, end + 4);
  YAGURA_CHECK(sink_.begin(std::move(head)));
  state_ = State::body;
  return true;
}

Result<bool> MultipartParser::step_body() {
  const auto end = held_.find(delimiter_);
  if (end != std::string::npos) {
    if (end > 0) YAGURA_CHECK(sink_.data(std::string_view(held_).substr(0, end)));
    YAGURA_CHECK(sink_.end());
    held_.erase(0, end + delimiter_.size());
    state_ = State::after_boundary;
    return true;
  }
  // All but what could be the beginning of a delimiter can go.
  if (held_.size() >= delimiter_.size()) {
    const auto safe = held_.size() - delimiter_.size() + 1;
    YAGURA_CHECK(sink_.data(std::string_view(held_).substr(0, safe)));
    held_.erase(0, safe);
  }
  return false;
}

}  // namespace yagura::web
