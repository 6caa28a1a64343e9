#include "schema/shape.hpp"

namespace yagura::schema {

namespace detail {

void wrong_kind(const Value& value, const std::string& path, const char* wanted, std::vector<Fault>& faults) {
  faults.push_back({path, value.line(), {"schema.wrong_kind", {{"path", path}, {"wanted", wanted}}}});
}

void out_of_range(const Value& value, const std::string& path, std::vector<Fault>& faults) {
  faults.push_back({path, value.line(), {"schema.out_of_range", {{"path", path}}}});
}

void not_a_choice(const Value& value, const std::string& path, std::string choices,
                  std::vector<Fault>& faults) {
  faults.push_back(
      {path, value.line(), {"schema.not_a_choice", {{"path", path}, {"choices", std::move(choices)}}}});
}

}  // namespace detail

std::string Reader::inside(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void Reader::missing(std::string_view name) {
  const auto path = inside(name);
  faults_.push_back({path, value_.line(), {"schema.missing", {{"path", path}}}});
}

void Reader::fault(std::string_view name, Error error) {
  const Value* found = value_.find(name);
  faults_.push_back({inside(name), found ? found->line() : value_.line(), std::move(error)});
}

void Reader::unknown_keys() {
  for (const auto& [name, member] : value_.members()) {
    if (std::ranges::find(known_, std::string_view(name)) != known_.end()) continue;
    std::string choices;
    for (const auto known : known_) choices.append(choices.empty() ? "" : ", ").append(known);
    const auto path = inside(name);
    const int line = member.line() ? member.line() : value_.line();
    faults_.push_back(
        {path, line, {"schema.unknown_key", {{"path", path}, {"choices", std::move(choices)}}}});
  }
}

Error first_error(const std::vector<Fault>& faults) {
  YAGURA_ASSERT(!faults.empty());
  Error error = faults.front().error;
  if (error.arg("path").empty()) error.args.emplace_back("path", faults.front().path);
  if (faults.front().line > 0) error.args.emplace_back("line", std::to_string(faults.front().line));
  return error;
}

}  // namespace yagura::schema
