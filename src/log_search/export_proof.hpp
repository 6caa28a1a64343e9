// The proof by seals that goes along with an export.
//
// Purpose: rows are noted as they are written to events.csv; afterwards, day by day, it is found on which day
//          each was received and sealed, and seals.txt says how each row leads to the seal in the journal.
// How:     an event does not say when it was received. Of the days that were sealed the nearest are tried
//          first, each by reading all its events once; it ends as soon as every row has its day.
// Bounds:  most_rows; about 400 bytes of memory a row, and what eventstore::most_proved allows.
// Errors:  eventstore.proof_too_large, log_search.export_stopped, log_search.file_not_written (file), those
//          of seals.hpp. A day whose seal does not hold is no error: its rows are not proved.
// Threads: one export is one thread's.
#pragma once

#include <filesystem>
#include <set>

#include "log_search/seals.hpp"

namespace yagura::log_search {

class ExportProof {
 public:
  static constexpr std::int64_t most_rows = 100'000;

  ExportProof(Seals& seals, std::string contract) : seals_(seals), contract_(std::move(contract)) {}

  void note(const eventstore::Event& event);
  // columns: the names and headings of events.csv, from the third on. Answers how many rows are proved.
  using Columns = std::vector<std::pair<std::string, std::string>>;
  Result<std::int64_t> write(const std::filesystem::path& file, const Columns& columns,
                             const std::function<bool()>& go_on);
  // Of days whose seal did not hold when it was made anew.
  [[nodiscard]] const std::vector<std::string>& broken() const { return broken_; }

 private:
  struct Noted {
    const eventstore::Kind* kind;
    std::int64_t time;
    std::string source, fields, shown_otherwise;  // the last: its lines `cell`
    std::optional<calendar::Date> day;
  };
  Result<void> match(const eventstore::Kind& kind, const SealedDay& sealed, std::string& out);
  Result<void> match_kind(const eventstore::Kind& kind, const std::function<bool()>& go_on, std::string& out);

  Seals& seals_;
  const std::string contract_;
  std::vector<Noted> rows_;
  std::vector<std::string> broken_;
};

}  // namespace yagura::log_search
