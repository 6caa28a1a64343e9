#include "api/openapi.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "schema/json.hpp"
#include "schema/yaml.hpp"

namespace yagura::api_test {

using schema::Value;

namespace {

constexpr std::string_view base = "/api/v1";

bool is_of_type(const Value& value, std::string_view type) {
  switch (value.kind()) {
    case Value::Kind::null:
      return type == "null";
    case Value::Kind::boolean:
      return type == "boolean";
    case Value::Kind::integer:
      return type == "integer" || type == "number";
    case Value::Kind::real:
      return type == "number";
    case Value::Kind::text:
      return type == "string";
    case Value::Kind::array:
      return type == "array";
    case Value::Kind::object:
      return type == "object";
  }
  return false;
}

bool fits(std::string_view pattern, std::string_view path) {
  const auto a = split(pattern, '/');
  const auto b = split(path, '/');
  return std::ranges::equal(a, b,
                            [](auto x, auto y) { return x == y || (x.starts_with('{') && !y.empty()); });
}

}  // namespace

const Openapi& Openapi::shared() {
  static const Openapi one(schema::read_yaml(YAGURA_SOURCE_DIR "/share/openapi.yaml").value());
  return one;
}

Openapi::Openapi(Value document) : document_(std::move(document)) {
  for (const auto& [path, methods] : document_["paths"].members())
    for (const auto& [method, operation] : methods.members()) {
      std::string upper;
      for (const char c : method) upper += static_cast<char>(c - 'a' + 'A');
      const auto id = operation["operationId"].text();
      operations_[id] = {id, upper, std::string(base) + path, operation["tags"].items().front().text(),
                         &operation};
    }
}

const Operation* Openapi::find(std::string_view method, std::string_view path) const {
  const Operation* found = nullptr;
  for (const auto& [id, operation] : operations_)
    if (operation.method == method && fits(operation.path, path))
      // A literal segment goes before {name}.
      if (!found || operation.path == path) found = &operation;
  return found;
}

const Value& Openapi::resolved(const Value& value) const {
  const auto& reference = value["$ref"];
  if (!reference.is_text()) return value;
  const Value* at = &document_;
  for (const auto part : split(reference.text().substr(2), '/')) at = &(*at)[part];
  YAGURA_ASSERT(!at->is_null());
  return resolved(*at);
}

std::vector<std::string> Openapi::faults_of_answer(const Operation& operation, int status,
                                                   const std::string& content_type,
                                                   const std::string& body) const {
  const auto& said = *operation.description;
  if (status >= 400) {
    std::vector<std::string> out;
    if (content_type != "application/problem+json") out.push_back("content type " + content_type);
    const auto value = schema::parse_json(body);
    if (!value) return {"not JSON: " + body};
    check(document_["components"]["schemas"]["Problem"], *value, "problem", out);
    if ((*value)["status"].integer() != status) out.push_back("problem.status is another");
    return out;
  }
  const auto* response = said["responses"].find(std::to_string(status));
  if (!response) return {"status " + std::to_string(status) + " is not described"};
  const auto& content = resolved(*response)["content"];
  if (content.is_null()) return body.empty() ? std::vector<std::string>{} : std::vector{"a body: " + body};
  const auto type = content_type.substr(0, content_type.find(';'));
  const auto* json = content.find("application/json");
  if (!json) return {};  // files and streams are looked at by their own tests
  if (type != "application/json") return {"content type " + content_type};
  const auto value = schema::parse_json(body);
  if (!value) return {"not JSON: " + body};
  return faults((*json)["schema"], *value);
}

std::vector<std::string> Openapi::faults(const Value& schema, const Value& value) const {
  std::vector<std::string> out;
  check(schema, value, "", out);
  return out;
}

void Openapi::check(const Value& unresolved, const Value& value, const std::string& path,
                    std::vector<std::string>& out) const {
  const auto& schema = resolved(unresolved);
  const auto fault = [&](const std::string& what) { out.push_back(path + ": " + what); };
  for (const auto& [keyword, wanted] : schema.members()) {
    if (keyword == "type") {
      const bool one = wanted.is_array()
                           ? std::ranges::any_of(wanted.items(),
                                                 [&](const Value& t) { return is_of_type(value, t.text()); })
                           : is_of_type(value, wanted.text());
      if (!one) fault("is no " + schema::to_json(wanted) + ": " + schema::to_json(value));
    } else if (keyword == "enum") {
      if (std::ranges::none_of(wanted.items(), [&](const Value& v) { return v.text() == value.text(); }))
        fault("is none of " + schema::to_json(wanted) + ": " + schema::to_json(value));
    } else if (keyword == "required") {
      for (const auto& name : wanted.items())
        if (value.is_object() && !value.find(name.text())) fault("lacks " + name.text());
    } else if (keyword == "properties") {
      for (const auto& [name, inner] : wanted.members())
        if (const auto* member = value.find(name)) check(inner, *member, path + "." + name, out);
    } else if (keyword == "additionalProperties") {
      for (const auto& [name, member] : value.members()) {
        if (schema["properties"].find(name)) continue;
        if (wanted.is_object())
          check(wanted, member, path + "." + name, out);
        else if (!wanted.boolean())
          fault("has " + name + ", which is not described");
      }
    } else if (keyword == "items") {
      for (std::size_t i = 0; i < value.items().size(); ++i)
        check(wanted, value.items()[i], path + "[" + std::to_string(i) + "]", out);
    } else if (keyword == "allOf") {
      for (const auto& part : wanted.items()) check(part, value, path, out);
    } else if (keyword == "oneOf") {
      int fitting = 0;
      for (const auto& part : wanted.items()) {
        std::vector<std::string> inner;
        check(part, value, path, inner);
        fitting += inner.empty();
      }
      if (fitting != 1) fault("fits " + std::to_string(fitting) + " of oneOf: " + schema::to_json(value));
    } else if (keyword == "minimum") {
      if (value.real() < wanted.real()) fault("is below the minimum");
    } else if (keyword == "maximum") {
      if (value.real() > wanted.real()) fault("is above the maximum");
    } else if (keyword != "description" && keyword != "format" && keyword != "default") {
      fault("unknown keyword " + keyword);
    }
  }
}

}  // namespace yagura::api_test
