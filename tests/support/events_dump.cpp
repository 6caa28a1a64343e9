// For tests: prints every event of a store that no server has open, one JSON object a line, oldest first.
//   events_dump FOLDER SHARE CONTRACT
#include <iostream>

#include "eventstore/embedded.hpp"
#include "schema/json.hpp"

using namespace yagura;

namespace {

Result<void> dump(const std::string& folder, const std::string& share, const std::string& contract) {
  const SystemClock clock;
  YAGURA_TRY(auto kinds, eventstore::read_kinds(share + "/events"));
  YAGURA_TRY(const auto store,
             eventstore::EmbeddedStore::open(folder, std::move(kinds), clock, {.background = false}));
  const auto line = [](const eventstore::Event& event) -> Result<bool> {
    auto out = schema::Value::object({{"kind", event.kind->kind}, {"at", to_rfc3339(event.at)}});
    for (std::size_t i = 0; i < event.cells.size(); ++i)
      if (const auto* text = std::get_if<std::string_view>(&event.cells[i])) {
        if (!text->empty()) out.set(event.kind->fields[i].name, std::string(*text));
      } else if (const auto number = std::get<std::int64_t>(event.cells[i]); number != 0) {
        out.set(event.kind->fields[i].name, number);
      }
    std::cout << schema::to_json(out) << "\n";
    return true;
  };
  eventstore::Query query;
  query.contract = contract;
  YAGURA_TRY(const auto outcome,
             store->search(query, {.newest_first = false, .limit = 1'000'000, .after = {}}, {}, line));
  return outcome.partial() ? fail("eventstore.damaged", {{"reason", "a partial result"}}) : Result<void>{};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto done = dump(argv[1], argv[2], argv[3]);
  if (!done) std::cerr << done.error().text() << "\n";
  return done ? 0 : 1;
}
