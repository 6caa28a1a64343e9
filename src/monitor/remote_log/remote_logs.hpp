// The logs that were fetched, as records: on the incident or the device they belong to.
//
// Purpose: one row a retrieval and one a command, written with its journal entry in the caller's transaction.
//          Journal: log.purged, and log.requested, log.attached, log.failed on "incident/ID", or "device/ID"
//          when there is no incident. Entries carry counts and error codes, never a device's text.
// Errors:  those of store; remote_log.not_found (id).
// Threads: safe from any thread.
#pragma once

#include "journal/journal.hpp"
#include "monitor/remote_log/retrieved.hpp"

namespace yagura::monitor::remote_log {

struct NewLog {
  std::string contract;
  Id device = 0;
  std::string device_name;
  Id incident = 0;  // 0: none
  journal::Actor actor;
};

struct Log {
  Id id = 0;
  std::string contract;
  Id device = 0;
  std::string device_name;
  Id incident = 0;
  std::string state;  // running, done, partial, failed, cancelled
  std::string dialect;
  Time started;
  std::optional<Time> finished;
  std::optional<Error> error;
  int command_count = 0;
  std::vector<CommandOutput> commands;  // only from get()
};

std::span<const store::Migration> migrations();
std::string_view name_of(State state);

class RemoteLogs {
 public:
  RemoteLogs(const Clock& clock, IdSource& ids, journal::Journal& journal)
      : clock_(clock), ids_(ids), journal_(journal) {}

  // A retrieval begins.
  Result<Id> requested(store::Session& session, const NewLog& log);
  // It ended. Taking the same one twice is remote_log.not_found: it no longer runs.
  Result<> ended(store::Session& session, Id id, const Retrieved& result, const journal::Actor& actor = {});
  // An incident was opened after the retrieval began.
  Result<> join(store::Session& session, Id id, Id incident);
  // After a restart: what still says "running" runs no more. Returns how many.
  Result<std::int64_t> interrupted(store::Session& session);

  // Removes logs that began before then, `most` at once, oldest first, and says so in the journal: how many,
  // and between which times. Returns how many; those that run are left.
  Result<std::int64_t> purge(store::Session& session, const std::string& contract, Time before, int most);

  // Newest first; before: the id of the last one seen, 0 from the newest.
  [[nodiscard]] Result<std::vector<Log>> of_device(store::Session& session, std::string_view contract,
                                                   Id device, int limit = 50, Id before = 0) const;
  [[nodiscard]] Result<std::vector<Log>> of_incident(store::Session& session, std::string_view contract,
                                                     Id incident, int limit = 50, Id before = 0) const;
  [[nodiscard]] Result<Log> get(store::Session& session, std::string_view contract, Id id) const;

 private:
  Result<> note(store::Session& session, const Log& log, const journal::Actor& actor, std::string kind,
                schema::Value data);

  const Clock& clock_;
  IdSource& ids_;
  journal::Journal& journal_;
};

}  // namespace yagura::monitor::remote_log
