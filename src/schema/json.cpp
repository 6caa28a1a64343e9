#include "schema/json.hpp"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <cmath>
#include <unordered_set>

namespace yagura::schema {

namespace {

namespace json = boost::json;

// Builds a Value from the parser's events. Objects under way hold their names, to refuse a second one.
class Builder {
 public:
  static constexpr std::size_t max_object_size = 1U << 20;
  static constexpr std::size_t max_array_size = 1U << 22;
  static constexpr std::size_t max_key_size = 1U << 16;
  static constexpr std::size_t max_string_size = 1U << 26;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return open(Value::object()); }
  bool on_object_end(std::size_t, json::error_code&) { return close(); }
  bool on_array_begin(json::error_code&) { return open(Value::array()); }
  bool on_array_end(std::size_t, json::error_code&) { return close(); }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& ec) {
    key_.append(part.data(), part.size());
    if (!open_.back().names.insert(key_).second) {
      ec = json::error::syntax;
      return false;
    }
    open_.back().key = std::move(key_);
    key_.clear();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    text_.append(part.data(), part.size());
    add(Value(std::move(text_)));
    text_.clear();
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t i, json::string_view, json::error_code&) { return add(Value(i)); }
  bool on_uint64(std::uint64_t u, json::string_view, json::error_code&) {
    return add(Value(static_cast<double>(u)));
  }
  bool on_double(double d, json::string_view, json::error_code&) { return add(Value(d)); }
  bool on_bool(bool b, json::error_code&) { return add(Value(b)); }
  bool on_null(json::error_code&) { return add(Value()); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  Value root;

 private:
  struct Open {
    Value value;
    std::string key;
    std::unordered_set<std::string> names;
  };

  bool open(Value value) {
    open_.push_back({std::move(value), {}, {}});
    return true;
  }
  bool close() {
    Value done = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(done));
  }
  bool add(Value value) {
    if (open_.empty()) {
      root = std::move(value);
    } else if (open_.back().value.is_object()) {
      open_.back().value.members().emplace_back(std::move(open_.back().key), std::move(value));
    } else {
      open_.back().value.push(std::move(value));
    }
    return true;
  }

  std::vector<Open> open_;
  std::string key_;
  std::string text_;
};

}  // namespace

Result<Value> parse_json(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) return fail("schema.too_large", {{"limit", std::to_string(max_bytes)}});
  json::parse_options options;
  options.max_depth = 32;
  json::basic_parser<Builder> parser(options);
  json::error_code ec;
  const auto used = parser.write_some(false, text.data(), text.size(), ec);
  std::size_t at = used;
  while (!ec && at < text.size() &&
         (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t'))
    ++at;
  if (!ec && at != text.size()) ec = json::error::extra_data;
  if (!ec && !parser.done()) ec = json::error::incomplete;
  if (ec) return fail("schema.json_invalid", {{"offset", std::to_string(used)}, {"reason", ec.message()}});
  return std::move(parser.handler().root);
}

void append_json_text(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != 0x7f) continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += digits[c >> 4];
        out += digits[c & 15];
    }
  }
  out.append(text, plain, text.size() - plain);
  out += '"';
}

void append_json(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null:
      out += "null";
      return;
    case Value::Kind::boolean:
      out += value.boolean() ? "true" : "false";
      return;
    case Value::Kind::integer:
      fmt::format_to(std::back_inserter(out), "{}", value.integer());
      return;
    case Value::Kind::real:
      // JSON has no infinity and no NaN.
      if (std::isfinite(value.real()))
        fmt::format_to(std::back_inserter(out), "{}", value.real());
      else
        out += "null";
      return;
    case Value::Kind::text:
      append_json_text(out, value.text());
      return;
    case Value::Kind::array: {
      out += '[';
      bool first = true;
      for (const auto& item : value.items()) {
        if (!std::exchange(first, false)) out += ',';
        append_json(out, item);
      }
      out += ']';
      return;
    }
    case Value::Kind::object: {
      out += '{';
      bool first = true;
      for (const auto& [name, member] : value.members()) {
        if (!std::exchange(first, false)) out += ',';
        append_json_text(out, name);
        out += ':';
        append_json(out, member);
      }
      out += '}';
      return;
    }
  }
}

std::string to_json(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace yagura::schema
