// Declared shapes: one function says which fields a struct has; it reads, checks and writes.
//
//   struct Site { std::string id; std::optional<std::string> kind; std::vector<Window> windows; };
//   template <class V> void shape(V& v, Site& s) {
//     v.required("id", s.id);
//     v.optional("kind", s.kind);
//     v.optional("windows", s.windows);
//   }
//   std::vector<Fault> faults;
//   Site site = read<Site>(value, faults);       // faults name the path and the line
//   Value value = write(site);
//
// Fields may be bool, integers, double, std::string, enums with enum_names(), Value, std::optional,
// std::vector, std::map<std::string, T> and other structs with a shape(). An unknown key is a fault.
// An optional field that is missing or null keeps the value the struct had.
//
// Enums:   inline std::span<const std::pair<std::string_view, E>> enum_names(E) beside the enum.
// Threads: pure functions.
#pragma once

#include <algorithm>
#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "schema/value.hpp"

namespace yagura::schema {

// What is wrong with one value: codes schema.missing, schema.unknown_key, schema.wrong_kind,
// schema.not_a_choice, schema.out_of_range, or what a check of the caller's says.
struct Fault {
  std::string path;  // sites[2].kind
  int line = 0;
  Error error;
  bool operator==(const Fault&) const = default;
};

class Reader;
class Writer;

namespace detail {
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_map : std::false_type {};
template <class T>
struct is_map<std::map<std::string, T>> : std::true_type {};
template <class T>
void read_into(const Value& value, const std::string& path, std::vector<Fault>& faults, T& out);
template <class T>
Value write_from(const T& in);

void wrong_kind(const Value& value, const std::string& path, const char* wanted, std::vector<Fault>& faults);
void out_of_range(const Value& value, const std::string& path, std::vector<Fault>& faults);
void not_a_choice(const Value& value, const std::string& path, std::string choices,
                  std::vector<Fault>& faults);
}  // namespace detail

// Reads one object; made by read(), used by shape().
class Reader {
 public:
  static constexpr bool reading = true;
  Reader(const Value& value, const std::string& path, std::vector<Fault>& faults)
      : value_(value), path_(path), faults_(faults) {}

  template <class T>
  void required(std::string_view name, T& field) {
    if (!take(name, field)) missing(name);
  }
  template <class T>
  void optional(std::string_view name, T& field) {
    take(name, field);
  }

  // A fault the shape itself finds, at one of its fields.
  void fault(std::string_view name, Error error);
  // The line the object stands on, for structs that keep it.
  void line(int& field) { field = value_.line(); }
  void unknown_keys();

 private:
  template <class T>
  bool take(std::string_view name, T& field) {
    known_.push_back(name);
    const Value* found = value_.find(name);
    if (!found || found->is_null()) return false;
    detail::read_into(*found, inside(name), faults_, field);
    return true;
  }
  [[nodiscard]] std::string inside(std::string_view name) const;
  void missing(std::string_view name);

  const Value& value_;
  const std::string& path_;
  std::vector<Fault>& faults_;
  std::vector<std::string_view> known_;
};

// Writes one object. Empty optionals are left out.
class Writer {
 public:
  static constexpr bool reading = false;
  template <class T>
  void required(std::string_view name, T& field) {
    value.set(name, detail::write_from(field));
  }
  template <class T>
  void optional(std::string_view name, T& field) {
    if constexpr (detail::is_optional<T>::value) {
      if (!field) return;
    }
    required(name, field);
  }
  void fault(std::string_view, const Error&) {}
  void line(int&) {}

  Value value = Value::object();
};

template <class T>
T read(const Value& value, std::vector<Fault>& faults, std::string path = {}) {
  T out{};
  detail::read_into(value, path, faults, out);
  return out;
}

// The first fault as an error (schema.body_invalid with path, line and the fault's own words), for callers
// that need a yes or no.
Error first_error(const std::vector<Fault>& faults);

template <class T>
Result<T> read(const Value& value) {
  std::vector<Fault> faults;
  T out = read<T>(value, faults);
  if (!faults.empty()) return std::unexpected(first_error(faults));
  return out;
}

template <class T>
Value write(const T& in) {
  return detail::write_from(in);
}

namespace detail {

template <class T>
void read_into(const Value& value, const std::string& path, std::vector<Fault>& faults, T& out) {
  if constexpr (std::same_as<T, Value>) {
    out = value;
  } else if constexpr (std::same_as<T, bool>) {
    if (value.kind() != Value::Kind::boolean) return wrong_kind(value, path, "true/false", faults);
    out = value.boolean();
  } else if constexpr (std::integral<T>) {
    const bool whole = value.kind() == Value::Kind::real && value.real() > -9e15 && value.real() < 9e15 &&
                       value.real() == static_cast<double>(static_cast<std::int64_t>(value.real()));
    if (value.kind() != Value::Kind::integer && !whole) return wrong_kind(value, path, "integer", faults);
    const std::int64_t wide = whole ? static_cast<std::int64_t>(value.real()) : value.integer();
    if (!std::in_range<T>(wide)) return out_of_range(value, path, faults);
    out = static_cast<T>(wide);
  } else if constexpr (std::floating_point<T>) {
    if (!value.is_number()) return wrong_kind(value, path, "number", faults);
    out = static_cast<T>(value.real());
  } else if constexpr (std::same_as<T, std::string>) {
    // A YAML scalar such as 1.10 or 0120 is text when text is wanted, exactly as written.
    if (!value.is_text() && value.text().empty()) return wrong_kind(value, path, "text", faults);
    if (value.is_array() || value.is_object()) return wrong_kind(value, path, "text", faults);
    out = value.text();
  } else if constexpr (std::is_enum_v<T>) {
    if (value.is_text())
      for (const auto& [name, choice] : enum_names(T{}))
        if (name == value.text()) {
          out = choice;
          return;
        }
    std::string choices;
    for (const auto& [name, choice] : enum_names(T{}))
      choices.append(choices.empty() ? "" : ", ").append(name);
    not_a_choice(value, path, std::move(choices), faults);
  } else if constexpr (is_optional<T>::value) {
    read_into(value, path, faults, out.emplace());
  } else if constexpr (is_vector<T>::value) {
    if (!value.is_array()) return wrong_kind(value, path, "list", faults);
    out.clear();
    out.reserve(value.items().size());
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      typename T::value_type item{};
      read_into(value.items()[i], path + "[" + std::to_string(i) + "]", faults, item);
      out.push_back(std::move(item));
    }
  } else if constexpr (is_map<T>::value) {
    if (!value.is_object()) return wrong_kind(value, path, "object", faults);
    for (const auto& [name, member] : value.members())
      read_into(member, path.empty() ? name : path + "." + name, faults, out[name]);
  } else {
    if (!value.is_object()) return wrong_kind(value, path, "object", faults);
    Reader reader(value, path, faults);
    shape(reader, out);
    reader.unknown_keys();
  }
}

template <class T>
Value write_from(const T& in) {
  if constexpr (std::same_as<T, Value>) {
    return in;
  } else if constexpr (std::same_as<T, bool>) {
    return Value(in);
  } else if constexpr (std::integral<T>) {
    return Value(static_cast<std::int64_t>(in));
  } else if constexpr (std::floating_point<T>) {
    return Value(static_cast<double>(in));
  } else if constexpr (std::same_as<T, std::string>) {
    return Value(in);
  } else if constexpr (std::is_enum_v<T>) {
    for (const auto& [name, choice] : enum_names(T{}))
      if (choice == in) return Value(name);
    return {};
  } else if constexpr (is_optional<T>::value) {
    return in ? write_from(*in) : Value();
  } else if constexpr (is_vector<T>::value) {
    Value out = Value::array();
    for (const auto& item : in) out.push(write_from(item));
    return out;
  } else if constexpr (is_map<T>::value) {
    Value out = Value::object();
    for (const auto& [name, member] : in) out.set(name, write_from(member));
    return out;
  } else {
    Writer writer;
    // One declaration serves reading and writing; writing changes nothing.
    shape(writer, const_cast<T&>(in));
    return std::move(writer.value);
  }
}

}  // namespace detail
}  // namespace yagura::schema
