#include "ledger/handover_exports.hpp"

#include <algorithm>

#include "schema/value.hpp"

namespace yagura::ledger {

namespace fs = std::filesystem;
using schema::Value;
using store::Session;

namespace {

HandoverExport export_of(const store::Row& row, const fs::path& folder) {
  HandoverExport out;
  out.id = row.integer(0);
  out.contract = row.string(1);
  out.made_by = row.string(2);
  out.manifest = row.string(3);
  out.sha256 = row.string(4);
  out.made_at = row.time(5);
  out.size = row.integer(6);
  std::error_code ec;
  out.there = fs::exists(folder / (std::to_string(out.id) + ".tar"), ec);
  return out;
}

constexpr std::string_view columns =
    "SELECT id, contract, made_by, manifest, sha256, made_at, size FROM handover_export WHERE ";

// Known as being made, as long as it is.
class InHand {
 public:
  InHand(Guarded<std::set<Id>>& all, Id id) : all_(all), id_(id) {
    all_.with([&](auto& set) { set.insert(id_); });
  }
  InHand(const InHand&) = delete;
  InHand& operator=(const InHand&) = delete;
  ~InHand() {
    all_.with([&](auto& set) { set.erase(id_); });
  }

 private:
  Guarded<std::set<Id>>& all_;
  Id id_;
};

// Removed whatever happens.
struct Scratch {
  fs::path path;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

}  // namespace

std::span<const store::Migration> HandoverExports::migrations() {
  static constexpr store::Migration steps[] = {
      {"handover_exports", 1,
       "CREATE TABLE handover_export (id @id, contract TEXT NOT NULL, made_by TEXT NOT NULL, manifest TEXT "
       "NOT NULL,"
       " sha256 TEXT NOT NULL, made_at BIGINT NOT NULL, size BIGINT NOT NULL);"
       "CREATE INDEX handover_export_of ON handover_export (contract, id)"}};
  return steps;
}

HandoverExports::HandoverExports(Ground ground) : at_(std::move(ground)) {
  std::error_code ec;
  std::vector<fs::path> unfinished;
  for (const auto& entry : fs::directory_iterator(at_.folder, ec))
    if (const auto kind = entry.path().extension(); kind == ".folder" || kind == ".half")
      unfinished.push_back(entry.path());
  for (const auto& path : unfinished) fs::remove_all(path, ec);
}

Result<HandoverExport> HandoverExports::make(const journal::Actor& by, const std::string& contract,
                                             const Fill& fill, const Step& step) {
  HandoverExport out;
  out.id = at_.ids.next();
  out.contract = contract;
  out.made_by = by.name;
  const InHand in_hand(in_hand_, out.id);
  std::error_code ec;
  fs::create_directories(at_.folder, ec);
  fs::permissions(at_.folder, fs::perms::owner_all, ec);
  const Scratch folder{at_.folder / (std::to_string(out.id) + ".folder")};
  const Scratch half{at_.folder / (std::to_string(out.id) + ".half")};
  YAGURA_TRY(out.manifest, fill(folder.path, [&](double done) { return step(done * 0.8); }));
  YAGURA_TRY(const auto packed,
             pack_folder(folder.path, half.path, [&](double done) { return step(0.8 + done * 0.2); }));
  out.sha256 = packed.sha256;
  out.size = packed.size;
  out.made_at = at_.clock.now();
  fs::rename(half.path, file_of(out.id), ec);
  if (ec) return fail("handover.file_not_written", {{"file", half.path.string()}});
  YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(
        s.exec("INSERT INTO handover_export (id, contract, made_by, manifest, sha256, made_at, size) VALUES"
               " ($1, $2, $3, $4, $5, $6, $7)",
               out.id, contract, by.name, out.manifest, out.sha256, out.made_at, out.size));
    YAGURA_CHECK(at_.journal.append(
        s,
        {contract, by, "handover.made", "contract/" + contract,
         Value::object(
             {{"export", out.id}, {"manifest", out.manifest}, {"sha256", out.sha256}, {"size", out.size}})}));
    return {};
  }));
  out.there = true;
  YAGURA_TRY(const auto all, list(contract));
  for (const auto& older : all)
    if (older.id != out.id) fs::remove(file_of(older.id), ec);
  return out;
}

Result<std::vector<HandoverExport>> HandoverExports::list(const std::string& contract) {
  std::vector<HandoverExport> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(std::string(columns) + "contract = $1 ORDER BY id DESC LIMIT 100", contract,
                   [&](const store::Row& row) { out.push_back(export_of(row, at_.folder)); });
  }));
  return out;
}

Result<fs::path> HandoverExports::take(const journal::Actor& by, const std::string& contract, Id id) {
  YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
    std::optional<HandoverExport> found;
    YAGURA_CHECK(s.query(std::string(columns) + "id = $1 AND contract = $2", id, contract,
                         [&](const store::Row& row) { found = export_of(row, at_.folder); }));
    if (!found || !found->there) return fail("handover.export_not_found");
    YAGURA_CHECK(at_.journal.append(s, {contract, by, "handover.taken", "contract/" + contract,
                                        Value::object({{"export", id}, {"sha256", found->sha256}})}));
    return {};
  }));
  return file_of(id);
}

Result<void> HandoverExports::sweep() {
  // Files first, then the records: what is made in between is in neither.
  std::set<fs::path> files;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(at_.folder, ec))
    if (entry.path().extension() == ".tar") files.insert(entry.path());
  in_hand_.with([&](const auto& ids) {
    for (const Id id : ids) files.erase(file_of(id));
  });
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query("SELECT id FROM handover_export WHERE made_at >= $1", at_.clock.now() - kept_for,
                   [&](const store::Row& row) { files.erase(file_of(row.integer(0))); });
  }));
  for (const auto& file : files) fs::remove(file, ec);
  return {};
}

Result<int> HandoverExports::remove_files(Session& s, const fs::path& folder, const std::string& contract) {
  int removed = 0;
  YAGURA_CHECK(s.query("SELECT id FROM handover_export WHERE contract = $1", contract,
                       [&](const store::Row& row) -> Result<void> {
                         const auto file = folder / (std::to_string(row.integer(0)) + ".tar");
                         std::error_code ec;
                         if (fs::remove(file, ec)) ++removed;
                         if (ec) return fail("handover.file_not_removed", {{"file", file.string()}});
                         return {};
                       }));
  return removed;
}

}  // namespace yagura::ledger
