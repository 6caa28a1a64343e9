// A tree of values as JSON and YAML have them, with the line each came from.
//
// Purpose: the one shape in which data from outside travels until a declared shape (shape.hpp) turns it
//          into a plain struct. Members of an object keep their order.
// Threads: a plain value.
// Units:   line counts from 1; 0 where the source has no lines (JSON, built by hand).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace yagura::schema {

class Value {
 public:
  enum class Kind : std::uint8_t { null, boolean, integer, real, text, array, object };
  using Members = std::vector<std::pair<std::string, Value>>;

  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool b) : kind_(Kind::boolean), integer_(b) {}
  Value(int i) : kind_(Kind::integer), integer_(i) {}
  Value(std::int64_t i) : kind_(Kind::integer), integer_(i) {}
  Value(std::uint64_t i) : kind_(Kind::integer), integer_(static_cast<std::int64_t>(i)) {}
  Value(double d) : kind_(Kind::real), real_(d) {}
  Value(std::string s) : kind_(Kind::text), text_(std::move(s)) {}
  Value(std::string_view s) : kind_(Kind::text), text_(s) {}
  Value(const char* s) : kind_(Kind::text), text_(s) {}
  Value(std::vector<Value> items) : kind_(Kind::array), items_(std::move(items)) {}
  static Value array() { return Value(std::vector<Value>{}); }
  static Value object(Members members = {});

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_null() const { return kind_ == Kind::null; }
  [[nodiscard]] bool is_text() const { return kind_ == Kind::text; }
  [[nodiscard]] bool is_array() const { return kind_ == Kind::array; }
  [[nodiscard]] bool is_object() const { return kind_ == Kind::object; }
  [[nodiscard]] bool is_number() const { return kind_ == Kind::integer || kind_ == Kind::real; }

  // Each answers with a neutral value when the kind is another; readers that must tell use kind().
  [[nodiscard]] bool boolean() const { return kind_ == Kind::boolean && integer_ != 0; }
  [[nodiscard]] std::int64_t integer() const { return kind_ == Kind::integer ? integer_ : 0; }
  [[nodiscard]] double real() const;
  // The text; for a YAML scalar that reads as a number or a boolean, the characters as written.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<Value>& items() const { return items_; }
  [[nodiscard]] std::vector<Value>& items() { return items_; }
  [[nodiscard]] const Members& members() const { return members_; }
  [[nodiscard]] Members& members() { return members_; }

  // The member of that name, or nullptr.
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] Value* find(std::string_view name);
  // The member of that name, or a null value: for reading optional paths without fuss.
  [[nodiscard]] const Value& operator[](std::string_view name) const;
  // Sets or replaces a member (a null becomes an object).
  Value& set(std::string_view name, Value value);
  // Appends an item (a null becomes an array).
  Value& push(Value value);

  [[nodiscard]] int line() const { return line_; }
  Value& at_line(int line) {
    line_ = line;
    return *this;
  }
  Value& written_as(std::string text) {
    text_ = std::move(text);
    return *this;
  }

  // Same kind and content; lines and spelling do not matter.
  bool operator==(const Value& other) const;

 private:
  Kind kind_ = Kind::null;
  int line_ = 0;
  std::int64_t integer_ = 0;
  double real_ = 0;
  std::string text_;
  std::vector<Value> items_;
  Members members_;
};

}  // namespace yagura::schema
