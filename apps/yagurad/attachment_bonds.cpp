// Files that people sent: who refers to them, and what is done to those that wait or that nobody uses.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace {

constexpr Duration between_scans = std::chrono::seconds(30), between_sweeps = std::chrono::hours(1);
constexpr int scans_at_once = 20, sweep_at_once = 20;

// Of itself it is no use, and journals are long: they are looked into apart.
constexpr std::string_view apart[] = {"attachment", "journal"};

}  // namespace

// Any row of the contract that has its id, of whatever room: a file is removed only when nothing knows it.
Result<bool> Server::Parts::attachment_used(store::Session& s, const std::string& contract, Id id,
                                            bool thorough) {
  YAGURA_TRY(const bool there, ledger::mentions(s, record_rules, contract, id, apart));
  if (there || !thorough) return there;
  YAGURA_TRY(
      const auto written,
      s.integer("SELECT 1 FROM journal WHERE chain = $1 AND (data LIKE $2 OR (subject LIKE $2 AND kind <>"
                " 'ledger.attached' AND kind <> 'attachment.scanned')) LIMIT 1",
                contract, "%" + std::to_string(id) + "%"));
  return written.has_value();
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
  if (due(exports_swept, between_sweeps))
    if (auto done = exports->sweep(); !done) spdlog::error("hand-overs: {}", done.error().text());
  if (due(attachments_swept, between_sweeps)) {
    const auto used = [this](store::Session& s, const std::string& contract, Id id, bool thorough) {
      return attachment_used(s, contract, id, thorough);
    };
    if (auto gone = ledgers->remove_unused(used, sweep_at_once); !gone)
      spdlog::error("attachments: {}", gone.error().text());
  }
}

}  // namespace yagura::yagurad
