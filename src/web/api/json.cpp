#include "web/api/json.hpp"

#include "schema/json.hpp"

namespace yagura::web {

Response answer(int status, const Value& value) { return Response::json(status, schema::to_json(value)); }

Value text2(std::string_view ja, std::string_view en) {
  return Value::object({{"ja", Value(ja)}, {"en", Value(en)}});
}

Value time_value(Time time) { return to_rfc3339(time); }
Value time_value(const std::optional<Time>& time) { return time ? Value(to_rfc3339(*time)) : Value(); }
Value id_or_null(Id id) { return id == 0 ? Value() : Value(id); }
Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value texts(const std::vector<std::string>& list) {
  return each_of(list, [](const std::string& text) { return Value(text); });
}

Value page_value(std::vector<Value> items, const std::string& next) {
  return Value::object({{"items", Value(std::move(items))}, {"next", text_or_null(next)}});
}

Value items_value(std::vector<Value> items) { return Value::object({{"items", Value(std::move(items))}}); }

}  // namespace yagura::web
