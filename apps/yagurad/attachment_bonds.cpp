// Files that people sent: who refers to them, and what is done to those that wait or that nobody uses.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace {

constexpr Duration between_scans = std::chrono::seconds(30), between_sweeps = std::chrono::hours(1);
constexpr int scans_at_once = 20, sweep_at_once = 20;

// Every place that keeps the id of an attachment. A room that gets such a table gets a line here: a file
// whose id stands nowhere is removed.
constexpr const char* id_columns[] = {
    "SELECT 1 FROM incident_attachment WHERE attachment = $1 LIMIT 1",
    "SELECT 1 FROM deliverable_file WHERE attachment = $1 LIMIT 1",
};
// The same within texts: ids are of sixteen digits and more, so that they are found as they stand.
constexpr const char* id_texts[] = {
    "SELECT 1 FROM ledger_row WHERE contract = $1 AND CAST(data AS TEXT) LIKE $2 LIMIT 1",
    "SELECT 1 FROM ledger_history h JOIN ledger_row r ON r.id = h.row_id WHERE r.contract = $1 AND h.changes "
    "LIKE $2"
    " LIMIT 1",
    "SELECT 1 FROM flow_request WHERE contract = $1 AND CAST(fields AS TEXT) LIKE $2 LIMIT 1",
    "SELECT 1 FROM flow_round f JOIN flow_request r ON r.id = f.request WHERE r.contract = $1 AND "
    "CAST(f.fields AS"
    " TEXT) LIKE $2 LIMIT 1",
    // Whatever else anybody did with it was written down.
    "SELECT 1 FROM journal WHERE chain = $1 AND data LIKE $2 LIMIT 1",
    "SELECT 1 FROM journal WHERE chain = $1 AND kind <> 'ledger.attached' AND kind <> 'attachment.scanned' "
    "AND"
    " subject LIKE $2 LIMIT 1",
};

}  // namespace

Result<bool> Server::Parts::attachment_used(store::Session& s, const std::string& contract, Id id) {
  for (const auto* sql : id_columns) {
    YAGURA_TRY(const auto there, s.integer(sql, id));
    if (there) return true;
  }
  const auto pattern = "%" + std::to_string(id) + "%";
  for (const auto* sql : id_texts) {
    YAGURA_TRY(const auto there, s.integer(sql, contract, pattern));
    if (there) return true;
  }
  return false;
}

void Server::Parts::tend_attachments(Time now) {
  const auto due = [&](std::optional<Time>& last, Duration between) {
    if (last && now >= *last && now - *last < between) return false;
    last = now;
    return true;
  };
  if (scanner && due(attachments_scanned, between_scans))
    if (auto done = ledgers->scan_waiting(scans_at_once); !done)
      spdlog::warn("attachments: {}", done.error().text());
  if (due(attachments_swept, between_sweeps)) {
    const auto used = [this](store::Session& s, const std::string& contract, Id id) {
      return attachment_used(s, contract, id);
    };
    if (auto gone = ledgers->remove_unused(used, sweep_at_once); !gone)
      spdlog::error("attachments: {}", gone.error().text());
  }
}

}  // namespace yagura::yagurad
