// Alerts, silences, outages and morning rounds on disk: what the state machine decided, for screens, reports
// and the next start.
//
// Threads: safe from any thread; save() from the thread of the watch only.
// Errors:  those of store.
#pragma once

#include <unordered_set>

#include "base/guarded.hpp"
#include "journal/journal.hpp"
#include "monitor/alert/alert.hpp"
#include "monitor/log_rules/engine.hpp"
#include "monitor/watch/alert_words.hpp"
#include "monitor/watch/devices.hpp"
#include "monitor/watch/tables.hpp"
#include "schema/value.hpp"
#include "store/database.hpp"

namespace yagura::monitor::watch {

// Between the Japanese and the English words of an alert's evidence, where it has words of its own.
inline constexpr char evidence_separator = '\x1e';

std::string_view name_of(alert::Severity severity);
alert::Severity severity_named(std::string_view name);  // info for what is not known

struct AlertView {
  Id id = 0;
  std::string contract, state, severity;  // held, open, acknowledged, suppressed, cleared
  contract::Words title;
  std::string kind, object;
  Id device = 0, site = 0;
  std::string device_name, site_name;
  Time first, last;
  std::optional<Time> cleared;
  std::int64_t count = 0;
  bool flapping = false, silenced = false;
  Id parent = 0, incident = 0;
  int children = 0;
  std::string acknowledged_by;
  std::optional<Time> acknowledged_at;
  std::string evidence;
  std::vector<alert::Remark> comments;
};

struct AlertQuery {
  std::string contract, state, severity, search;
  Id device = 0, parent = 0, incident = 0;
  std::optional<Time> from, to;
  Id before = 0;
  int limit = 50;
};

struct SilenceView {
  alert::Silence silence;
  std::string contract, ended_early_by;
  int held = 0;
};

struct RoundView {
  Id id = 0;
  std::string contract;
  Time started;
  std::optional<Time> finished, due;  // nothing finished: it was missed
  std::int64_t answered = 0, silent = 0;
  std::vector<Id> missing;
  // As they were called then: a device that leaves the ledger stays in the record.
  struct Name {
    Id device = 0;
    std::string name, site_name;
    bool operator==(const Name&) const = default;
  };
  std::vector<Name> names{};
  std::int64_t unfinished = 0;  // of the silent ones: time was up before all tries were made
};

class AlertStore {
 public:
  AlertStore(store::Database& database, journal::Journal& journal) : database_(database), journal_(journal) {}

  // One alert as the machine holds it, with the words of the moment.
  struct Saved {
    alert::Alert alert;
    alert::Waits waits;
    std::string contract, device_name, site_name;
    Id site = 0;
    contract::Words title;
    std::string kind, object;
    Id incident = 0;
  };
  Result<void> save(store::Session& s, const Saved& saved);
  // Of the alert and of all that is evidence under it.
  Result<void> set_incident(Id alert, Id incident);
  // It became evidence under its parent, and stands on the incident of that; returns it, 0 for none.
  Result<Id> join_parent(store::Session& s, Id alert, Id parent);
  // It is told on its own now, whatever it was evidence of before.
  Result<void> leave_incident(store::Session& s, Id alert);
  // Outages that ended since then and that people knew of.
  Result<std::vector<alert::EndedOutage>> ended_outages(Time since);
  // Names of ports by device and ifIndex, as polling saw them last.
  Result<std::map<std::pair<Id, int>, std::string>> port_names();
  Result<void> save_port_name(store::Session& s, Id device, int index, std::string_view name);
  // What an earlier run left open.
  Result<std::vector<alert::Alert>> open_alerts();
  Result<std::vector<alert::Snapshot::Quiet>> open_quiets();
  // Changes of conditions as they were kept with alerts that are open or were cleared since then.
  Result<std::vector<alert::Snapshot::Changes>> changes(Time cleared_since);
  Result<std::vector<alert::Silence>> open_silences();
  // From when to when alerts tell of something that a log may say: those open, and those cleared since then.
  Result<std::vector<log_rules::Told>> told_of_logs(Time cleared_since);
  // Announced, not cleared, and no incident knows of them.
  Result<std::set<Id>> without_incident();

  // Newest first. query.search: what one of the texts of an alert (its device, site, title, object) holds,
  // whatever the width, case and kana.
  Result<std::vector<AlertView>> list(const AlertQuery& query);
  // Gives words to some alerts of times before there were any; until all have theirs, a search reads every
  // alert. True when there is more to do.
  Result<bool> index_words();
  Result<AlertView> get(std::string_view contract, Id id);
  Result<std::map<std::string, int>> open_by_severity(std::string_view contract);

  Result<void> save_silence(store::Session& s, std::string_view contract, const alert::Silence& silence);
  Result<void> end_silence(store::Session& s, Id silence, Time at, std::string_view who);
  Result<std::vector<SilenceView>> silences(std::string_view contract, std::string_view state, Time now,
                                            Id before, int limit);
  Result<SilenceView> silence(std::string_view contract, Id id);

  Result<void> begin_outage(store::Session& s, Id id, std::string_view contract, Id device, Time at);
  Result<void> end_outage(store::Session& s, Id device, Time at);

  Result<void> save_round(const RoundView& round);
  // with_due: only those that had to be over by an hour.
  Result<std::vector<RoundView>> rounds(std::string_view contract, Id before, int limit,
                                        bool with_due = false);

 private:
  Result<void> save_new_words(store::Session& s, std::string_view contract, const AlertWords& words);

  store::Database& database_;
  journal::Journal& journal_;
  Guarded<std::unordered_set<Id>> words_;  // some that are on disk
};

}  // namespace yagura::monitor::watch
