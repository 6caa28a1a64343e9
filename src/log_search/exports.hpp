// Found events as a file that can be shown in an inquiry: rows, and beside them the proof where they come
// from.
//
// Purpose: xlsx with a second sheet, or a zip of events.csv and proof.txt. The proof says who asked when for
//          what purpose, the search, the number of rows, their SHA-256, whether all were found, and the
//          number of the journal's entry that holds the same. SHA-256: of the rows as events.csv (UTF-8 with
//          BOM, CR LF): `sha256sum events.csv` gives it; the cells of the xlsx are the same texts (one over
//          32,767 characters is cut there, and the proof says so).
// Kept:    the file for a day, for whoever made it; what was made stays in the records and the journal.
// Seals:   on request, which events of the rows were sealed on which day, so that yagura-verify proves them.
// Bounds:  100,000 rows in xlsx and with seals, 1,000,000 in csv; what is beyond is left out and said.
// Errors:  log_search.export_not_found, log_search.export_stopped, log_search.file_not_written (file), those
//          of eventstore, document and store.
// Threads: safe from any thread. make() blocks until it is done: run it as a job.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "eventstore/embedded.hpp"
#include "journal/journal.hpp"
#include "log_search/reading.hpp"
#include "log_search/seals.hpp"

namespace yagura::log_search {

enum class ExportFormat : std::uint8_t { xlsx, csv };
std::span<const std::pair<std::string_view, ExportFormat>> enum_names(ExportFormat);

struct Export {
  Id id = 0, account = 0;
  std::string contract, who;
  ExportFormat format = ExportFormat::xlsx;
  std::string query, purpose;
  std::int64_t rows = 0;
  bool partial = false;
  std::optional<std::int64_t> proved;  // so many rows lead to a seal; nothing: it was not asked for
  std::string sha256;
  std::int64_t entry = 0;  // of the contract's journal
  std::int64_t size = 0;
  Time made_at;
  bool there = false;  // the file is still kept
};

class Exports {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    eventstore::EventStore& events;
    const Clock& clock;
    IdSource& ids;
    std::filesystem::path folder;                   // for the files
    eventstore::EmbeddedStore* embedded = nullptr;  // `events`, where that keeps, seals and drops by itself
  };
  using Step = std::function<bool(std::int64_t rows)>;  // false: stop
  static constexpr Duration kept_for = std::chrono::hours(24);
  static constexpr std::int64_t most_xlsx = 100'000, most_csv = 1'000'000;

  // Removes what a sudden end left unfinished: nobody makes anything yet.
  Exports(Ground ground, Seals& seals);

  // with_seals: csv alone, with seals.txt beside events.csv (export_proof.hpp).
  Result<Export> make(const journal::Actor& by, const Reading& reading, const std::string& purpose,
                      ExportFormat format, const Step& step, bool with_seals = false);
  // One's own, newest first, the last hundred.
  Result<std::vector<Export>> of(std::string_view contract, Id account);
  Result<Export> get(std::string_view contract, Id account, Id id);
  // Where the file of an export is.
  [[nodiscard]] std::filesystem::path file_of(const Export& made) const;
  // Removes files whose time is over.
  void sweep();

 private:
  Ground at_;
  Seals& seals_;
};

}  // namespace yagura::log_search
