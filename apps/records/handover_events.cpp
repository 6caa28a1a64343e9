#include "records/handover_events.hpp"

#include <ostream>

#include "eventstore/walk.hpp"
#include "log_search/plain_value.hpp"
#include "schema/json.hpp"

namespace yagura::apps {

namespace es = eventstore;
using schema::Value;

namespace {

constexpr std::size_t at_once = 20'000;
constexpr std::int64_t left_free = 256LL << 20;

std::string line_of(const es::Event& event) {
  Value out = Value::object({{"at", to_rfc3339(event.at)}});
  for (std::size_t i = 0; i < event.cells.size(); ++i) {
    const auto& name = event.kind->fields[i].name;
    if (const auto* number = std::get_if<std::int64_t>(&event.cells[i])) {
      if (*number != 0) out.set(name, *number);
    } else if (const auto text = std::get<std::string_view>(event.cells[i]); !text.empty()) {
      out.set(name, log_search::plain_value(text));
    }
  }
  return schema::to_json(out) + "\n";
}

}  // namespace

Result<void> add_events(ledger::HandoverFolder& folder, const std::filesystem::path& target,
                        es::EventStore& events, const std::string& contract,
                        const std::function<bool(double)>& step) {
  YAGURA_TRY(auto extents, events.extents());
  std::erase_if(extents, [&](const es::Extent& one) { return one.contract != contract; });
  std::int64_t all = 0, rows = 0, written = 0;
  for (const auto& one : extents) all += one.rows;
  // Now and then, so that neither costs anything.
  const auto go_on = [&]() -> Result<void> {
    if (!step(static_cast<double>(rows) / static_cast<double>(std::max<std::int64_t>(1, all))))
      return fail("handover.stopped");
    std::error_code ec;
    const auto space = std::filesystem::space(target, ec);
    if (!ec && static_cast<std::int64_t>(space.available) < written + left_free)
      return fail("handover.no_room",
                  {{"free", std::to_string(space.available)}, {"written", std::to_string(written)}});
    return {};
  };
  for (const auto& extent : extents)
    for (std::int64_t from = INT64_MIN;;) {
      YAGURA_TRY(const auto month, es::next_month(events, contract, extent.kind, from, Time::max()));
      if (!month) break;
      YAGURA_CHECK(folder.write_with(
          "events/" + extent.kind + "/" + month->name + ".jsonl", [&](std::ostream& out) -> Result<void> {
            const es::Query query{
                contract, {extent.kind}, from_micros(month->begin), from_micros(month->end), {}};
            return es::walk(events, query, at_once, [&](const es::Event& event) -> Result<void> {
              const auto line = line_of(event);
              out.write(line.data(), static_cast<std::streamsize>(line.size()));
              written += std::ssize(line);
              if (++rows % static_cast<std::int64_t>(at_once) == 0) YAGURA_CHECK(go_on());
              return {};
            });
          }));
      YAGURA_CHECK(go_on());
      if (month->end == INT64_MAX) break;
      from = month->end;
    }
  return {};
}

}  // namespace yagura::apps
