#include "report/archive.hpp"

#include <openssl/evp.h>

#include <array>

#include "base/text.hpp"

namespace yagura::report {

using schema::Value;
using store::Row;
using store::Session;

std::span<const store::Migration> migrations() {
  static constexpr store::Migration steps[] = {
      {"report", 1,
       "CREATE TABLE report (id @id, contract TEXT NOT NULL, kind TEXT NOT NULL, month TEXT NOT NULL,"
       " partial BIGINT NOT NULL, state TEXT NOT NULL, who TEXT NOT NULL, made BIGINT NOT NULL,"
       " journal_root TEXT NOT NULL);"
       "CREATE INDEX report_newest ON report (contract, id);"
       "CREATE TABLE report_file (report BIGINT NOT NULL REFERENCES report (id), format TEXT NOT NULL,"
       " sha256 TEXT NOT NULL, size BIGINT NOT NULL, data @blob NOT NULL, PRIMARY KEY (report, format));"
       "CREATE INDEX report_file_sum ON report_file (sha256)"}};
  return steps;
}

std::span<const std::pair<std::string_view, ArchiveState>> enum_names(ArchiveState) {
  static constexpr std::pair<std::string_view, ArchiveState> names[] = {
      {"making", ArchiveState::making}, {"made", ArchiveState::made}, {"failed", ArchiveState::failed}};
  return names;
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  const int done = EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  YAGURA_ASSERT(done == 1);
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

namespace {

constexpr std::string_view columns =
    "SELECT r.id, r.contract, r.kind, r.month, r.partial, r.state, r.who, r.made, r.journal_root, f.format,"
    " f.sha256 FROM report r LEFT JOIN report_file f ON f.report = r.id WHERE ";

// Rows come as one for each file, those of a report together.
void gather(const Row& row, std::vector<ArchivedReport>& out) {
  if (out.empty() || out.back().id != row.integer(0)) {
    ArchivedReport& r = out.emplace_back();
    r.id = row.integer(0);
    r.contract = row.string(1);
    r.kind = row.string(2);
    r.month = row.string(3);
    r.partial = row.flag(4);
    for (const auto& [name, state] : enum_names(ArchiveState{}))
      if (name == row.text(5)) r.state = state;
    r.by = row.string(6);
    r.made = row.time(7);
    r.journal_root = row.string(8);
  }
  if (!row.is_null(9)) out.back().sha256[row.string(9)] = row.string(10);
}

Result<ArchivedReport> read(Session& s, std::string_view contract, Id id) {
  std::vector<ArchivedReport> found;
  YAGURA_CHECK(s.query(std::string(columns) + "r.id = $1 AND r.contract = $2 ORDER BY f.format", id, contract,
                       [&](const Row& row) { gather(row, found); }));
  if (found.empty()) return fail("report.not_found");
  return std::move(found.front());
}

Result<std::string> read_file(Session& s, std::string_view contract, Id id, std::string_view format) {
  YAGURA_CHECK(read(s, contract, id));
  std::optional<std::string> bytes;
  YAGURA_CHECK(s.query("SELECT data FROM report_file WHERE report = $1 AND format = $2", id, format,
                       [&](const Row& row) { bytes = std::string(row.bytes(0)); }));
  if (!bytes) return fail("report.format_not_found", {{"format", std::string(format.substr(0, 16))}});
  return std::move(*bytes);
}

std::string subject_of(Id id) { return "report/" + std::to_string(id); }

}  // namespace

Result<Id> ReportArchive::begin(const journal::Actor& by, const NewReport& report) {
  const Id id = at_.ids.next();
  YAGURA_CHECK(at_.database.write([&](Session& s) {
    return s.exec(
        "INSERT INTO report (id, contract, kind, month, partial, state, who, made, journal_root)"
        " VALUES ($1, $2, $3, $4, $5, 'making', $6, $7, '')",
        id, report.contract, report.kind, report.month, report.partial, by.name, at_.clock.now());
  }));
  return id;
}

Result<ArchivedReport> ReportArchive::finish(const journal::Actor& by, std::string_view contract, Id id,
                                             const std::vector<ReportFile>& files,
                                             const std::string& journal_root) {
  return at_.database.write([&](Session& s) -> Result<ArchivedReport> {
    YAGURA_TRY(const ArchivedReport report, read(s, contract, id));
    YAGURA_TRY(
        const auto changed,
        s.exec("UPDATE report SET state = 'made', made = $2, journal_root = $3 WHERE id = $1 AND state "
               "= 'making'",
               id, at_.clock.now(), journal_root));
    if (changed != 1) return fail("report.finished_conflict");
    Value sums = Value::object();
    for (const auto& file : files) {
      const std::string sum = sha256_hex(file.bytes);
      YAGURA_CHECK(
          s.exec("INSERT INTO report_file (report, format, sha256, size, data) VALUES ($1, $2, $3, $4, $5)",
                 id, file.format, sum, file.bytes.size(), store::Bytes{file.bytes}));
      sums.set(file.format, Value(sum));
    }
    YAGURA_CHECK(at_.journal.append(s, {std::string(contract), by, "report.made", subject_of(id),
                                        Value::object({{"kind", report.kind},
                                                       {"month", report.month},
                                                       {"partial", report.partial},
                                                       {"sha256", std::move(sums)}})}));
    return read(s, contract, id);
  });
}

Result<void> ReportArchive::give_up(std::string_view contract, Id id) {
  YAGURA_CHECK(at_.database.write([&](Session& s) {
    return s.exec(
        "UPDATE report SET state = 'failed', made = $3 WHERE id = $1 AND contract = $2 AND state = "
        "'making'",
        id, contract, at_.clock.now());
  }));
  return {};
}

Result<int> ReportArchive::give_up_unfinished() {
  YAGURA_TRY(const auto changed, at_.database.write([&](Session& s) {
    return s.exec("UPDATE report SET state = 'failed' WHERE state = 'making'");
  }));
  return static_cast<int>(changed);
}

Result<std::vector<ArchivedReport>> ReportArchive::list(std::string_view contract, int limit) {
  std::vector<ArchivedReport> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(std::string(columns) +
                       "r.id IN (SELECT id FROM report WHERE contract = $1 ORDER BY id DESC LIMIT $2)"
                       " ORDER BY r.id DESC, f.format",
                   contract, limit, [&](const Row& row) { gather(row, out); });
  }));
  return out;
}

Result<ArchivedReport> ReportArchive::get(std::string_view contract, Id id) {
  return at_.database.read([&](Session& s) { return read(s, contract, id); });
}

Result<std::string> ReportArchive::file(std::string_view contract, Id id, std::string_view format) {
  return at_.database.read([&](Session& s) { return read_file(s, contract, id, format); });
}

Result<std::string> ReportArchive::download(const journal::Actor& by, std::string_view contract, Id id,
                                            std::string_view format) {
  return at_.database.write([&](Session& s) -> Result<std::string> {
    YAGURA_TRY(auto bytes, read_file(s, contract, id, format));
    YAGURA_CHECK(at_.journal.append(s, {std::string(contract), by, "report.downloaded", subject_of(id),
                                        Value::object({{"format", format}})}));
    return bytes;
  });
}

Result<std::optional<std::string>> ReportArchive::earlier_pdf(std::string_view contract,
                                                              std::string_view docx) {
  std::optional<std::string> found;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT p.data FROM report_file d JOIN report r ON r.id = d.report"
        " JOIN report_file p ON p.report = d.report AND p.format = 'pdf'"
        " WHERE d.sha256 = $1 AND d.format = 'docx' AND r.contract = $2 ORDER BY r.id LIMIT 1",
        sha256_hex(docx), contract, [&](const Row& row) { found = std::string(row.bytes(0)); });
  }));
  return found;
}

}  // namespace yagura::report
