#include "records/handover_export.hpp"

#include "schema/yaml.hpp"

namespace yagura::apps {

namespace fs = std::filesystem;

namespace {

// Every YAML of the pack and of what it builds on, so that it can be read as it was in force.
Result<void> add_pack(ledger::HandoverFolder& folder, const fs::path& pack) {
  const auto packs = pack.parent_path();
  std::error_code ec;
  for (const auto& part : {pack.filename().string(), std::string("_base"), std::string("_schema")})
    for (const auto& entry : fs::recursive_directory_iterator(packs / part, ec)) {
      if (!entry.is_regular_file(ec)) continue;
      YAGURA_TRY(const auto text, schema::read_file(entry.path(), 16U << 20));
      YAGURA_CHECK(folder.write("pack/" + entry.path().lexically_relative(packs).generic_string(), text));
    }
  return {};
}

Result<void> add_ledgers(ledger::HandoverFolder& folder, ledger::Ledgers& ledgers, const journal::Actor& by,
                         const std::string& contract, const std::function<bool(double)>& step) {
  using Format = ledger::Ledgers::Format;
  const auto& all = ledgers.definitions(contract);
  double done = 0;
  for (const auto& [id, definition] : all) {
    for (const auto& [format, end] : {std::pair(Format::csv, "csv"), std::pair(Format::xlsx, "xlsx")}) {
      ledger::ListQuery query;
      query.contract = contract;
      query.ledger = id;
      YAGURA_TRY(const auto bytes, ledgers.export_rows({by, true}, query, format));
      YAGURA_CHECK(folder.write("ledgers/" + id + "." + end, bytes));
    }
    if (!step(0.1 + 0.5 * ++done / static_cast<double>(all.size()))) return fail("handover.stopped");
  }
  return {};
}

Result<std::string> fill(ledger::HandoverFolder& folder, const HandoverGround& ground,
                         const journal::Actor& by, const std::string& contract, const fs::path& target,
                         const std::function<bool(double)>& step) {
  YAGURA_CHECK(add_pack(folder, ground.pack));
  if (!step(0.1)) return fail("handover.stopped");
  YAGURA_CHECK(add_ledgers(folder, ground.ledgers, by, contract, step));
  YAGURA_CHECK(ground.database.read([&](store::Session& s) -> Result<void> {
    YAGURA_CHECK(folder.write_with("journal.txt", [&](std::ostream& to) -> Result<void> {
      YAGURA_CHECK(ground.journal.export_chain(s, contract, from_micros(0),
                                               ground.clock.now() + std::chrono::hours(1), to));
      return {};
    }));
    if (!step(0.8)) return fail("handover.stopped");
    return folder.write_records(s, ground.rules, contract);
  }));
  for (auto* events : ground.events)
    YAGURA_CHECK(
        add_events(folder, target, *events, contract, [&](double done) { return step(0.8 + 0.19 * done); }));
  YAGURA_TRY(const auto sum, folder.write_manifest(contract, ground.clock.now()));
  YAGURA_CHECK(ground.database.write([&](store::Session& s) {
    return ground.journal.append(s, {contract, by, "handover.exported", "contract/" + contract,
                                     schema::Value::object({{"manifest", sum}})});
  }));
  if (!step(1)) return fail("handover.stopped");
  return sum;
}

}  // namespace

Result<std::string> export_contract(const HandoverGround& ground, const journal::Actor& by,
                                    const std::string& contract, const fs::path& target,
                                    const std::function<bool(double)>& step) {
  YAGURA_TRY(auto folder, ledger::HandoverFolder::make(target));
  auto sum = fill(folder, ground, by, contract, target, step);
  if (!sum) folder.discard();
  return sum;
}

}  // namespace yagura::apps
