// Passwords of administrators: changed on time, kept sealed, shown only when two people agree.
//
// Purpose: a row of the ledger privileged_ids says which id it is, on which machine, who changed it when and
//          when next; here lies the secret itself. Whoever needs it asks with a reason, somebody else who is
//          entitled approves, and it is shown once, within minutes. A new password takes the place of the old
//          one.
// Never:   in a log, an address, a journal entry, an error, a list or an export. Not for the log-ins of
//          devices that the engines use (credentials.hpp).
// Change:  a new secret, the row's dates and the journal are one transaction.
// Errors:  ledger.password_*, ledger.release_*; those of ledger, vault and store.
// Threads: safe from any thread.
// Follows: requirement C15; sapporo 4(2)イ, 別紙1-3, sendai 5(4)ウ(ウ).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "calendar/civil.hpp"
#include "ledger/ledgers.hpp"
#include "store/vault.hpp"

namespace yagura::ledger {

// A privileged id as the rotation sees it.
struct PasswordTarget {
  Id row = 0;
  std::int64_t row_version = 0;
  std::string name, machine, kind, login, rotation;
  std::string changed, changed_by, next_change;  // days, ISO; "" when never
  bool late = false;
  bool kept = false;  // a secret lies here
};

struct PasswordProgress {
  std::int64_t all = 0, late = 0, never = 0;
};

enum class ReleaseState : unsigned char { asked, approved, refused, shown, expired };
std::span<const std::pair<std::string_view, ReleaseState>> enum_names(ReleaseState);

struct Release {
  Id id = 0;
  std::string contract;
  Id row = 0;
  std::string name;  // of the id
  ReleaseState state = ReleaseState::asked;
  Id asked_by = 0;
  std::string asked_name, reason;
  Time asked_at;
  std::string decided_name, refusal;
  std::optional<Time> decided_at, until, shown_at;  // until: what was asked or approved lapses then
};

class PasswordVault {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
    const store::Vault& vault;
    Ledgers& ledgers;
  };
  // The day by which a password that was changed on that day is to be changed again; nothing without a
  // rotation.
  using NextChange = std::function<std::optional<calendar::Date>(
      std::string_view contract, const std::string& rotation, calendar::Date changed)>;

  // Told within the transaction that records a change, so that what hangs on it shares its fate. Never the
  // secret.
  using Changed = std::function<Result<void>(store::Session&, const journal::Actor& by,
                                             std::string_view contract, Id row, calendar::Date on)>;

  static constexpr std::string_view ledger = "privileged_ids";
  static constexpr Duration asked_for = std::chrono::hours(24);
  static constexpr Duration approved_for = std::chrono::minutes(10);

  static std::span<const store::Migration> migrations();

  PasswordVault(Ground ground, NextChange next) : at_(ground), next_(std::move(next)) {}

  void on_change(Changed changed) { changed_ = std::move(changed); }  // before serving

  // Ids in use, the most urgent first.
  struct Targets {
    std::vector<PasswordTarget> items;
    std::string next;
  };
  Result<Targets> targets(std::string_view contract, const std::string& cursor, int limit);
  Result<PasswordProgress> progress(std::string_view contract);

  // The password was changed on the machine on that day, and is this from now on.
  Result<PasswordTarget> change(const journal::Actor& by, std::string_view contract, Id row,
                                const std::string& secret, calendar::Date on);

  Result<Release> ask(const journal::Actor& by, std::string_view contract, Id row, const std::string& reason);
  Result<Release> decide(const journal::Actor& by, std::string_view contract, Id release, bool approve,
                         const std::string& reason);
  // To who asked, once.
  Result<std::string> show(const journal::Actor& by, std::string_view contract, Id release);
  // Newest first; before: ids smaller than this, 0 from the newest.
  Result<std::vector<Release>> releases(std::string_view contract, Id before, int limit);

 private:
  Result<std::optional<PasswordTarget>> target(std::string_view contract, Id row);
  Result<Release> read(store::Session& s, std::string_view contract, Id release);
  Result<void> journal(store::Session& s, const journal::Actor& by, const Release& release, const char* kind,
                       schema::Value data);
  [[nodiscard]] Release judged(Release release) const;

  Ground at_;
  NextChange next_;
  Changed changed_;
};

}  // namespace yagura::ledger
