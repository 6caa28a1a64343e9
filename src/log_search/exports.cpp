#include "log_search/exports.hpp"

#include <algorithm>
#include <charconv>

#include "log_search/export_file.hpp"
#include "log_search/export_proof.hpp"
#include "log_search/plain_value.hpp"

namespace yagura::log_search {

namespace es = eventstore;
namespace fs = std::filesystem;
using store::Row;
using store::Session;

namespace {

constexpr std::size_t page_rows = 2'000;
constexpr std::string_view columns =
    "SELECT id, account, contract, who, format, query, purpose, row_count, partial, sha256, entry, size,"
    " made_at, proved FROM log_export WHERE contract = $1 AND account = $2 ";

std::string_view ending(ExportFormat format) { return format == ExportFormat::xlsx ? ".xlsx" : ".zip"; }

Export export_of(const Row& row) {
  Export out;
  out.id = row.integer(0);
  out.account = row.integer(1);
  out.contract = row.string(2);
  out.who = row.string(3);
  out.format = row.string(4) == "csv" ? ExportFormat::csv : ExportFormat::xlsx;
  out.query = row.string(5);
  out.purpose = row.string(6);
  out.rows = row.integer(7);
  out.partial = row.flag(8);
  out.sha256 = row.string(9);
  out.entry = row.integer(10);
  out.size = row.integer(11);
  out.made_at = row.time(12);
  out.proved = row.maybe_integer(13);
  return out;
}

// Time, kind, and every field of the kinds once, in the order of the first that has it.
class Columns {
 public:
  Columns(const es::Kinds& kinds, const std::vector<std::string>& wanted) {
    head_ = {"日時 Time", "種類 Kind"};
    for (const auto& name : wanted) {
      const auto& kind = kinds.find(name)->second;
      auto& places = places_[name];
      for (const auto& field : kind.fields) {
        const auto known = std::ranges::find(names_, field.name);
        places.push_back(static_cast<std::size_t>(known - names_.begin()) + 2);
        if (known != names_.end()) continue;
        names_.push_back(field.name);
        head_.push_back(field.ja + " " + field.name);
      }
    }
  }
  [[nodiscard]] const std::vector<std::string>& head() const { return head_; }
  // Names and headings of the fields.
  [[nodiscard]] ExportProof::Columns fields() const {
    ExportProof::Columns out;
    for (std::size_t i = 0; i < names_.size(); ++i) out.emplace_back(names_[i], head_[i + 2]);
    return out;
  }
  [[nodiscard]] std::vector<std::string> cells(const es::Event& event) const {
    std::vector<std::string> out(head_.size());
    out[0] = plain_time(event.at);
    out[1] = event.kind->ja;
    const auto& places = places_.find(event.kind->kind)->second;
    for (std::size_t i = 0; i < places.size() && i < event.cells.size(); ++i)
      if (const auto* number = std::get_if<std::int64_t>(&event.cells[i])) {
        if (*number != 0) out[places[i]] = std::to_string(*number);
      } else {
        out[places[i]] = plain_value(std::get<std::string_view>(event.cells[i]));
      }
    return out;
  }

 private:
  std::vector<std::string> names_, head_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> places_;
};

struct Written {
  std::int64_t rows = 0;
  bool partial = false;
};

Result<Written> write_rows(es::EventStore& events, const es::Asked& asked, std::int64_t most,
                           const Columns& shown, ExportFile& file, const Exports::Step& step,
                           ExportProof* proof) {
  YAGURA_CHECK(file.row(shown.head()));
  Written out;
  es::Page page{.newest_first = asked.present.newest_first, .limit = page_rows};
  for (;;) {
    page.limit = static_cast<std::size_t>(std::min<std::int64_t>(page_rows, most - out.rows));
    if (page.limit == 0) {
      out.partial = true;
      return out;
    }
    YAGURA_TRY(const auto outcome, events.search(asked.query, page, {.time = std::chrono::seconds(60)},
                                                 [&](const es::Event& event) -> Result<bool> {
                                                   YAGURA_CHECK(file.row(shown.cells(event)));
                                                   if (proof) proof->note(event);
                                                   ++out.rows;
                                                   return true;
                                                 }));
    if (!step(out.rows)) return fail("log_search.export_stopped");
    if (outcome.partial()) out.partial = true;
    if (outcome.partial() || !outcome.next) return out;
    page.after = outcome.next;
  }
}

struct RemovedAtEnd {
  fs::path path;
  ~RemovedAtEnd() {
    std::error_code ignored;
    if (!path.empty()) fs::remove(path, ignored);
  }
};

void add_seals(ProofLines& lines, std::int64_t proved, const std::vector<std::string>& broken) {
  lines.emplace_back("封印で証明できる件数 Rows proved by seals", std::to_string(proved));
  std::string days;
  for (const auto& one : broken) days += (days.empty() ? "" : ", ") + one;
  if (!broken.empty()) lines.emplace_back("封印と一致しない日 Days whose seal does not hold", days);
  lines.emplace_back(
      "封印の確かめ方 How to check the seals",
      "yagura-verify --seals seals.txt --events events.csv 監査記録の書出し EXPORT-OF-THE-JOURNAL");
}

}  // namespace

std::span<const std::pair<std::string_view, ExportFormat>> enum_names(ExportFormat) {
  static constexpr std::pair<std::string_view, ExportFormat> names[] = {{"xlsx", ExportFormat::xlsx},
                                                                        {"csv", ExportFormat::csv}};
  return names;
}

Exports::Exports(Ground ground, Seals& seals) : at_(std::move(ground)), seals_(seals) {
  std::error_code ec;
  fs::create_directories(at_.folder, ec);
  std::vector<fs::path> unfinished;
  for (const auto& entry : fs::directory_iterator(at_.folder, ec))
    if (entry.path().extension() == ".half") unfinished.push_back(entry.path());
  for (const auto& path : unfinished) fs::remove_all(path, ec);
}

fs::path Exports::file_of(const Export& made) const {
  return at_.folder / (std::to_string(made.id) + std::string(ending(made.format)));
}

Result<Export> Exports::make(const journal::Actor& by, const Reading& reading, const std::string& purpose,
                             ExportFormat format, const Step& step, bool with_seals) {
  sweep();
  const auto& query = reading.asked.query;
  Export out{.id = at_.ids.next(),
             .account = by.account,
             .contract = query.contract,
             .who = by.name,
             .format = format,
             .query = reading.canonical,
             .purpose = purpose,
             .made_at = at_.clock.now()};
  const auto path = file_of(out);
  YAGURA_TRY(const auto file, ExportFile::begin(format, path, {.title = "Yagura", .created = out.made_at}));
  const Columns shown(at_.events.kinds(), query.kinds);
  std::optional<ExportProof> proof;
  if (with_seals && format == ExportFormat::csv) proof.emplace(seals_, out.contract);
  const auto most = proof ? ExportProof::most_rows : format == ExportFormat::xlsx ? most_xlsx : most_csv;
  YAGURA_TRY(const auto written,
             write_rows(at_.events, reading.asked, most, shown, *file, step, proof ? &*proof : nullptr));
  const RemovedAtEnd seals{proof ? fs::path(path.string() + ".seals.half") : fs::path()};
  if (proof) {
    YAGURA_TRY(out.proved, proof->write(seals.path, shown.fields(), [&] { return step(written.rows); }));
  }
  out.rows = written.rows;
  out.partial = written.partial;
  out.sha256 = file->sha256();
  // The entry first: a file without one must not exist.
  YAGURA_TRY(const auto entry, at_.database.write([&](Session& s) {
    return at_.journal.append(
        s, {out.contract, by, "log.exported", "log_export/" + std::to_string(out.id),
            schema::Value::object({{"query", out.query},
                                   {"purpose", purpose},
                                   {"format", format == ExportFormat::xlsx ? "xlsx" : "csv"},
                                   {"rows", out.rows},
                                   {"partial", out.partial},
                                   {"proved", out.proved ? schema::Value(*out.proved) : schema::Value()},
                                   {"sha256", out.sha256}})});
  }));
  out.entry = entry.seq;
  const auto cut = file->cut_cells();
  ProofLines lines{
      {"契約 Contract", out.contract},
      {"作成者 Made by", out.who + " (" + std::to_string(by.account) + ")"},
      {"作成日時 Made at", plain_time(out.made_at) + " (JST)"},
      {"目的 Purpose", purpose},
      {"検索文 Search", out.query},
      {"検索の意味 Meaning", reading.explanation.ja + " / " + reading.explanation.en},
      {"件数 Rows", std::to_string(out.rows)},
      {"すべてか Complete", out.partial ? "いいえ（途中まで） No: partial" : "はい Yes"},
      {"切り詰めたセル Cells cut", std::to_string(cut)},
      {"行のSHA-256 SHA-256 of the rows", out.sha256},
      {"監査記録の番号 Journal entry", std::to_string(out.entry)},
      {"確かめ方 How to check",
       "CSV で書き出した events.csv の SHA-256 と同じ値です。同じ値が監査記録のこの番号にあります。 "
       "The SHA-256 of events.csv of the same rows; the journal's entry of that number holds it too."}};
  if (proof) add_seals(lines, *out.proved, proof->broken());
  YAGURA_CHECK(file->finish(lines, seals.path));
  std::error_code ec;
  out.size = static_cast<std::int64_t>(fs::file_size(path, ec));
  out.there = !ec;
  YAGURA_CHECK(at_.database.write([&](Session& s) {
    return s.exec(
        "INSERT INTO log_export (id, contract, account, who, format, query, purpose, row_count, partial,"
        " sha256, entry, size, made_at, proved)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        out.id, out.contract, out.account, out.who, format == ExportFormat::xlsx ? "xlsx" : "csv", out.query,
        purpose, out.rows, out.partial, out.sha256, out.entry, out.size, out.made_at, out.proved);
  }));
  return out;
}

Result<std::vector<Export>> Exports::of(std::string_view contract, Id account) {
  std::vector<Export> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(std::string(columns) + "ORDER BY id DESC LIMIT 100", contract, account,
                   [&](const Row& row) { out.push_back(export_of(row)); });
  }));
  std::error_code ec;
  for (auto& one : out) one.there = fs::exists(file_of(one), ec);
  return out;
}

Result<Export> Exports::get(std::string_view contract, Id account, Id id) {
  std::optional<Export> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(std::string(columns) + "AND id = $3", contract, account, id,
                   [&](const Row& row) { out = export_of(row); });
  }));
  std::error_code ec;
  if (!out || !fs::exists(file_of(*out), ec)) return fail("log_search.export_not_found");
  out->there = true;
  return *out;
}

void Exports::sweep() {
  std::error_code ec;
  std::vector<fs::path> over;
  // The name is the id, which holds when it was made; the file's own time is not the clock's.
  const Id oldest = IdSource::lowest_at(at_.clock.now() - kept_for);
  for (const auto& entry : fs::directory_iterator(at_.folder, ec)) {
    const auto name = entry.path().stem().string();
    Id id = 0;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (bad == std::errc{} && end == name.data() + name.size() && id < oldest) over.push_back(entry.path());
  }
  for (const auto& path : over) fs::remove(path, ec);
}

}  // namespace yagura::log_search
