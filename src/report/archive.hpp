// Reports that were made, kept as they were handed over: their bytes, their SHA-256, and the journal's root
// that they print.
//
//   YAGURA_TRY(const Id id, archive.begin(by, {"matsusaka", "monthly", "2026-04", ...}));
//   YAGURA_TRY(const auto kept, archive.finish(by, "matsusaka", id, {files, root}));
//
// Purpose: what the city was given can be fetched again for the length of the contract, byte for byte. Making
//          a month again adds a report and never replaces one; the sums show whether it came out the same.
//          PDF: two runs of LibreOffice differ in dates and ids. earlier_pdf() finds the PDF of the same
//          document, so that a report made twice has one PDF too.
// Journal: finish() writes report.made, download() report.downloaded, in the transaction of what they do.
// Errors:  report.not_found, report.format_not_found(format), report.finished_conflict, those of store.
// Threads: safe from any thread.
// Follows: requirements D1, D2; the contract's clauses on monthly reports (packs: reports.yaml).
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"

namespace yagura::report {

std::span<const store::Migration> migrations();

enum class ArchiveState : unsigned char { making, made, failed };
std::span<const std::pair<std::string_view, ArchiveState>> enum_names(ArchiveState);

struct NewReport {
  std::string contract;
  std::string kind;      // "monthly"
  std::string month;     // "2026-04"
  bool partial = false;  // the month was still under way: it goes up to the moment it was begun
};

struct ArchivedReport {
  Id id = 0;
  std::string contract, kind, month;
  bool partial = false;
  ArchiveState state = ArchiveState::making;
  std::string by;
  Time made;                                  // begun while making, finished otherwise
  std::map<std::string, std::string> sha256;  // by format: docx, xlsx, pdf
  std::string journal_root;                   // "" when the month was not sealed yet
};

struct ReportFile {
  std::string format;  // docx, xlsx, pdf
  std::string bytes;
};

class ReportArchive {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
  };
  explicit ReportArchive(Ground ground) : at_(ground) {}

  Result<Id> begin(const journal::Actor& by, const NewReport& report);
  Result<ArchivedReport> finish(const journal::Actor& by, std::string_view contract, Id id,
                                const std::vector<ReportFile>& files, const std::string& journal_root);
  // It could not be made; the list says so.
  Result<void> give_up(std::string_view contract, Id id);
  // Those that were being made when the machine stopped. Returns how many; call it before serving.
  Result<int> give_up_unfinished();

  // Newest first.
  Result<std::vector<ArchivedReport>> list(std::string_view contract, int limit = 500);
  Result<ArchivedReport> get(std::string_view contract, Id id);
  Result<std::string> file(std::string_view contract, Id id, std::string_view format);
  // file(), and an entry in the journal of who took it.
  Result<std::string> download(const journal::Actor& by, std::string_view contract, Id id,
                               std::string_view format);
  // The PDF that was made of a document with exactly these bytes.
  Result<std::optional<std::string>> earlier_pdf(std::string_view contract, std::string_view docx);

 private:
  Ground at_;
};

// Lower-case hexadecimal.
std::string sha256_hex(std::string_view bytes);

}  // namespace yagura::report
