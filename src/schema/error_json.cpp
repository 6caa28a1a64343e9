#include "schema/error_json.hpp"

#include "schema/json.hpp"

namespace yagura::schema {

Value error_value(const Error& error) {
  Value args = Value::object();
  for (const auto& [name, value] : error.args) args.set(name, value);
  Value out = Value::object();
  out.set("code", error.code);
  out.set("args", std::move(args));
  return out;
}

Error error_of(const Value& value) {
  Error out{value["code"].text(), {}};
  for (const auto& [name, text] : value["args"].members()) out.args.emplace_back(name, text.text());
  return out;
}

std::string error_text(const Error& error) { return to_json(error_value(error)); }

Error error_from(std::string_view text) {
  const auto value = parse_json(text);
  return value ? error_of(*value) : value.error();
}

}  // namespace yagura::schema
