#include <charconv>

#include "base/text.hpp"
#include "calendar/civil.hpp"
#include "flow/requests.hpp"

namespace yagura::flow {
namespace {

constexpr std::size_t longest_text = 400, longest_long_text = 20'000;  // characters

template <class Number>
bool is_number(std::string_view text) {
  Number value{};
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  return ec == std::errc{} && end == text.data() + text.size();
}

// What is wrong with the form of one value; nothing when it reads as its type.
std::optional<Error> wrong(const contract::FormField& field, const std::string& value) {
  const auto most = field.type == "long_text" ? longest_long_text : longest_text;
  if (characters(value) > most || !is_utf8(value) || value.find('\0') != std::string::npos)
    return Error{"flow.text_invalid", {{"limit", std::to_string(most)}}};
  if (field.type == "integer" && !is_number<std::int64_t>(value)) return Error{"flow.not_a_number", {}};
  if (field.type == "number" && !is_number<double>(value)) return Error{"flow.not_a_number", {}};
  if (field.type == "date" && !calendar::parse_date(value)) return Error{"flow.not_a_date", {}};
  if (field.type == "time" && !calendar::parse_instant(value)) return Error{"flow.not_a_time", {}};
  if (field.type == "bool" && value != "true" && value != "false") return Error{"flow.not_a_choice", {}};
  if (field.type == "choice" &&
      std::ranges::find(field.choices, value, &contract::FormChoice::id) == field.choices.end())
    return Error{"flow.not_a_choice", {}};
  return std::nullopt;
}

}  // namespace

Result<std::vector<schema::Fault>> Requests::check(std::string_view contract, const contract::Form& form,
                                                   std::string_view step, const Values& values) const {
  const auto* at_step = form.step(step);
  if (!step.empty() && at_step == nullptr)
    return fail("flow.step_unknown", {{"step", std::string(step.substr(0, 64))}});
  const auto& fields = step.empty() ? form.fields : at_step->fills;
  std::vector<schema::Fault> faults;
  for (const auto& [name, value] : values)
    if (step.empty() ? std::ranges::find(fields, name, &contract::FormField::id) == fields.end()
                     : form.field(name) == nullptr)
      faults.push_back({name, 0, {"schema.unknown_key", {{"path", name.substr(0, 64)}, {"choices", ""}}}});
  for (const auto& field : fields) {
    const auto found = values.find(field.id);
    const std::string value = found == values.end() ? "" : found->second;
    const auto fault = [&](Error error) { faults.push_back({field.id, 0, std::move(error)}); };
    if (trim(value).empty()) {
      if (field.required && holds(field.when, values)) fault({"schema.missing", {{"path", field.id}}});
      continue;
    }
    if (auto bad = wrong(field, value)) {
      fault(*std::move(bad));
      continue;
    }
    if (field.type != "ledger_row" && field.type != "person") continue;
    Id id = 0;
    const auto [end, ec] = std::from_chars(value.data(), value.data() + value.size(), id);
    bool there = ec == std::errc{} && end == value.data() + value.size();
    if (there && field.type == "ledger_row") {
      YAGURA_TRY(there, bonds_.row_exists(contract, field.ledger, id));
    } else if (there) {
      YAGURA_TRY(const auto person, bonds_.person(contract, id));
      there = person.has_value();
    }
    if (!there) fault({"flow.not_there", {{"field", field.id}}});
  }
  return faults;
}

}  // namespace yagura::flow
