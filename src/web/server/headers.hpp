// Header fields of a request or a response: ordered, names compared without case (RFC 9110 5.1).
//
// Purpose: small vectors searched in line; a request has about fifteen of them. Not a map.
// Threads: values.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yagura::web {

bool same_name(std::string_view a, std::string_view b);  // ASCII, without case

class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  void add(std::string_view name, std::string_view value) { fields_.emplace_back(name, value); }
  // Replaces every field of that name.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  // The first value of that name, or "" when there is none.
  [[nodiscard]] std::string_view get(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return count(name) != 0; }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }
  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }

 private:
  std::vector<Field> fields_;
};

}  // namespace yagura::web
