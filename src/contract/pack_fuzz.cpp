// A file of a pack from outside: parsed, its values read as every simple type and as a deadline. Never a
// crash, never a hang, and what reads as a deadline that holds can be computed.
#include <cstdint>

#include "contract/deadline_form.hpp"
#include "contract/value_types.hpp"
#include "schema/yaml.hpp"

using namespace yagura;

namespace {

const calendar::Book& book() {
  static const calendar::Book made = [] {
    calendar::CalendarRule rule;
    rule.id = "office";
    calendar::Book b;
    const auto office = std::make_shared<const calendar::Calendar>(*calendar::Calendar::make(rule));
    b.calendars["office"] = office;
    b.hours.emplace("office", *calendar::ServiceHours::make(
                                  {"office", {}, {*calendar::parse_window("open 08:30-17:15")}}, office));
    return b;
  }();
  return made;
}

void visit(const schema::Value& value) {
  for (const auto* type :
       {"text", "id", "date", "month_day", "hour", "duration", "window", "on_date", "cidr", "file"})
    if (!value.is_object() && !value.is_array()) (void)contract::check_simple(value, type);
  if (value.is_object()) {
    (void)contract::check_simple(value, "words");
    if (const auto deadline = contract::read_deadline(value, "office")) {
      const auto event = *calendar::parse_instant("2026-04-28T17:10");
      const auto due = calendar::due_at(*deadline, book(), event);
      // Long accounts are slow and prove nothing more.
      if (due && *due - event < std::chrono::hours(24 * 60) && event - *due < std::chrono::hours(24 * 60))
        YAGURA_ASSERT(calendar::explain_due(*deadline, book(), event)->at == *due);
    }
  }
  for (const auto& item : value.items()) visit(item);
  for (const auto& [name, member] : value.members()) visit(member);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto value = schema::parse_yaml({reinterpret_cast<const char*>(data), size}, 1U << 16))
    visit(*value);
  return 0;
}
