#include "ledger/erasure.hpp"

#include "ledger/handover_exports.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace yagura::ledger {

using schema::Value;
using store::Session;

namespace {

constexpr std::size_t longest_reason = 8000;  // 2,000 characters of any writing
// Of no contract: what is left when one is gone.
constexpr auto columns =
    "SELECT id, of_contract, reason, manifest, asked_by, asked_name, asked_at, approved_name, approved_at, "
    "done_at"
    " FROM erasure_agreement WHERE ";

ErasureAgreement agreement_of(const store::Row& row) {
  return {row.integer(0), row.string(1), row.string(2), row.string(3),     row.integer(4),
          row.string(5),  row.time(6),   row.string(7), row.maybe_time(8), row.maybe_time(9)};
}

bool is_sum(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// Files ID.* of exports of logs.
Result<int> remove_exports(Session& s, const std::vector<std::filesystem::path>& folders,
                           const std::string& contract) {
  std::set<std::string> ids;
  YAGURA_CHECK(s.query("SELECT id FROM log_export WHERE contract = $1", contract,
                       [&](const store::Row& row) { ids.insert(std::to_string(row.integer(0))); }));
  int removed = 0;
  for (const auto& folder : folders) {
    std::error_code ec;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ec))
      if (ids.contains(entry.path().stem().string())) files.push_back(entry.path());
    for (const auto& file : files) {
      if (std::filesystem::remove(file, ec)) ++removed;
      if (ec) return fail("handover.file_not_removed", {{"file", file.string()}});
    }
  }
  return removed;
}

}  // namespace

std::span<const store::Migration> Erasures::migrations() {
  static constexpr store::Migration steps[] = {{"erasures", 1,
                                                "CREATE TABLE erasure_agreement (id @id, of_contract TEXT "
                                                "NOT NULL, reason TEXT NOT NULL, manifest TEXT NOT"
                                                " NULL, asked_by BIGINT NOT NULL, asked_name TEXT NOT NULL, "
                                                "asked_at BIGINT NOT NULL, approved_name TEXT NOT"
                                                " NULL, approved_at BIGINT, done_at BIGINT)"}};
  return steps;
}

Result<ErasureAgreement> Erasures::read(Session& s, const std::string& contract, Id id) {
  std::optional<ErasureAgreement> found;
  YAGURA_CHECK(s.query(std::string(columns) + "id = $1 AND of_contract = $2", id, contract,
                       [&](const store::Row& row) { found = agreement_of(row); }));
  if (!found) return fail("handover.erasure_not_found");
  return std::move(*found);
}

Result<ErasureAgreement> Erasures::ask(const journal::Actor& by, const std::string& contract,
                                       const std::string& reason, const std::string& manifest) {
  if (trim(reason).empty()) return fail("handover.erasure_reason_missing");
  if (reason.size() > longest_reason || !is_utf8(reason) || reason.contains('\0'))
    return fail("ledger.reason_invalid", {{"limit", std::to_string(longest_reason)}});
  if (!is_sum(manifest)) return fail("handover.manifest_invalid", {{"reason", manifest.substr(0, 64)}});
  return at_.database.write([&](Session& s) -> Result<ErasureAgreement> {
    const Id id = at_.ids.next();
    YAGURA_CHECK(
        s.exec("INSERT INTO erasure_agreement (id, of_contract, reason, manifest, asked_by, asked_name,"
               " asked_at, approved_name) VALUES ($1, $2, $3, $4, $5, $6, $7, '')",
               id, contract, reason, manifest, by.account, by.name, at_.clock.now()));
    YAGURA_CHECK(at_.journal.append(
        s, {"", by, "erasure.asked", "contract/" + contract,
            Value::object({{"agreement", id}, {"reason", reason}, {"manifest", manifest}})}));
    return read(s, contract, id);
  });
}

Result<ErasureAgreement> Erasures::approve(const journal::Actor& by, const std::string& contract, Id id) {
  return at_.database.write([&](Session& s) -> Result<ErasureAgreement> {
    YAGURA_CHECK(s.lock("erasure_agreement"));
    YAGURA_TRY(const auto before, read(s, contract, id));
    if (before.asked_by == by.account) return fail("handover.erasure_own");
    if (before.approved_at) return fail("handover.erasure_conflict");
    YAGURA_CHECK(s.exec("UPDATE erasure_agreement SET approved_name = $2, approved_at = $3 WHERE id = $1", id,
                        by.name, at_.clock.now()));
    YAGURA_CHECK(
        at_.journal.append(s, {"", by, "erasure.approved", "contract/" + contract,
                               Value::object({{"agreement", id}, {"asked_by", before.asked_name}})}));
    return read(s, contract, id);
  });
}

Result<std::vector<ErasureAgreement>> Erasures::list(const std::string& contract) {
  std::vector<ErasureAgreement> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(std::string(columns) + "of_contract = $1 ORDER BY id DESC LIMIT 100", contract,
                   [&](const store::Row& row) { out.push_back(agreement_of(row)); });
  }));
  return out;
}

// Answers the entry of the erasure that was first begun by this agreement: what there was.
Result<Value> Erasures::begin(const journal::Actor& by, const ErasedBeside& beside,
                              const std::string& contract, Id id) {
  const auto subject = "contract/" + contract;
  YAGURA_TRY(auto counts, beside.counts());
  return at_.database.write([&](Session& s) -> Result<Value> {
    YAGURA_CHECK(s.lock("erasure_agreement"));
    YAGURA_TRY(const auto agreed, read(s, contract, id));
    if (!agreed.approved_at || agreed.done_at) return fail("handover.erasure_conflict");
    YAGURA_CHECK(beside.allowed(s));
    YAGURA_TRY(const auto before,
               at_.journal.list(s, {.subject = subject, .kind_prefix = "erasure.begun", .limit = 1'000}));
    for (const auto& entry : before)
      if (entry.record.data["agreement"].integer() == id) return entry.record.data;
    counts.set("agreement", id);
    YAGURA_CHECK(at_.journal.append(s, {"", by, "erasure.begun", subject, counts}));
    return std::move(counts);
  });
}

Result<Value> Erasures::erase(const journal::Actor& by, const RecordRules& rules, const ErasedBeside& beside,
                              const std::filesystem::path& handovers, const std::string& contract, Id id) {
  YAGURA_TRY(const auto begun, begin(by, beside, contract, id));
  YAGURA_CHECK(beside.erase());
  return at_.database.write([&](Session& s) -> Result<Value> {
    YAGURA_CHECK(s.lock("erasure_agreement"));
    YAGURA_TRY(const auto agreed, read(s, contract, id));
    if (!agreed.approved_at || agreed.done_at) return fail("handover.erasure_conflict");
    // Pages that become free are overwritten, not only forgotten.
    if (s.backend() == store::Backend::sqlite)
      YAGURA_CHECK(s.query("PRAGMA secure_delete = ON", [](const store::Row&) {}));
    YAGURA_TRY(const auto root, at_.journal.root(s, contract, at_.clock.now() + std::chrono::hours(1)));
    YAGURA_TRY(const int files, HandoverExports::remove_files(s, handovers, contract));
    YAGURA_TRY(const int exports, remove_exports(s, beside.exports, contract));
    YAGURA_TRY(const auto erased, erase_records(s, rules, contract));
    const Time now = at_.clock.now();
    Value rows = Value::object();
    for (const auto& [table, count] : erased.rows) rows.set(table, count);
    Value certificate =
        Value::object({{"contract", contract},
                       {"erased_at", to_rfc3339(now)},
                       {"rows", std::move(rows)},
                       {"all", erased.all},
                       {"sha256", erased.sha256},
                       {"log_exports", exports},
                       {"handover_files", files},
                       {"journal_root", root},
                       {"handover_manifest", agreed.manifest},
                       {"reason", agreed.reason},
                       {"asked_by", agreed.asked_name},
                       {"approved_by", agreed.approved_name},
                       {"approved_at", to_rfc3339(*agreed.approved_at)},
                       {"not_covered", "backups, hand-overs and exports taken away, free space of disks"}});
    for (const auto& [name, value] : begun.members())
      if (name != "agreement") certificate.set(name, value);
    YAGURA_CHECK(s.exec("UPDATE erasure_agreement SET done_at = $2 WHERE id = $1", id, now));
    YAGURA_CHECK(at_.journal.append(s, {"", by, "contract.erased", "contract/" + contract, certificate}));
    return certificate;
  });
}

}  // namespace yagura::ledger
