#include "records/log_leftovers.hpp"

#include "eventstore/file.hpp"
#include "eventstore/import/position.hpp"
#include "eventstore/move_progress.hpp"

namespace yagura::apps {

namespace fs = std::filesystem;

namespace {

// The progress of a move that stopped in this contract: it names a source of it.
Result<std::optional<eventstore::MoveProgress>> move_within(const fs::path& file,
                                                            const std::string& contract) {
  YAGURA_TRY(auto found, eventstore::read_progress(file));
  if (found && found->contract != contract) found.reset();
  return found;
}

}  // namespace

Result<schema::Value> leftovers_of(const fs::path& data, const std::string& contract) {
  YAGURA_TRY(const auto imports, eventstore::import_files(data / "imports", contract));
  YAGURA_TRY(const auto move, move_within(data / "events.move", contract));
  return schema::Value::object(
      {{"files", std::ssize(imports.files) + (move ? 1 : 0)}, {"rejected", imports.rejected}});
}

Result<void> erase_leftovers(const fs::path& data, const std::string& contract) {
  YAGURA_TRY(const auto imports, eventstore::import_files(data / "imports", contract));
  std::error_code ec;
  for (const auto& file : imports.files) {
    fs::remove(file, ec);
    if (ec) return fail("handover.file_not_removed", {{"file", file.string()}});
  }
  if (!imports.files.empty()) YAGURA_CHECK(eventstore::sync_folder(data / "imports"));
  const auto file = data / "events.move";
  fs::remove(file.string() + ".new", ec);
  YAGURA_TRY(const auto move, move_within(file, contract));
  if (!move) return {};
  // As before its first month: of a contract that has no events a move asks no more.
  eventstore::MoveProgress rest;
  rest.finished = move->finished;
  rest.contract = move->contract;
  rest.kind = move->kind;
  rest.month = INT64_MIN;
  rest.moved = move->moved + move->rows;
  rest.batch_rows = move->batch_rows;
  return eventstore::write_progress(file, rest);
}

}  // namespace yagura::apps
