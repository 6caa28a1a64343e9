// Reads the spool and says what happened: traps become observations.
//
// Purpose: match each stored trap against the kinds and hand over what it means, at least once: the cursor is
//          saved after the sink took a batch, four times a second at most, so after a crash the last quarter
//          of a second comes again (repeats join their alert).
// Not for: alert state, damping of flapping links, notices: that is monitor/alert.
// Threads: one consumer belongs to one thread; kinds and directory are snapshots set from any thread.
// Lifetime: an Observation lives until the sink returns; copy what is kept.
// Errors:  the sink's, and monitor.trap_spool_*: nothing is skipped for a sink that fails; it is asked again.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/guarded.hpp"
#include "monitor/trap/directory.hpp"
#include "monitor/trap/kinds.hpp"
#include "monitor/trap/record.hpp"
#include "monitor/trap/spool.hpp"

namespace yagura::monitor::trap {

struct Observation {
  std::uint64_t sequence = 0;  // of the trap in the spool
  Id device = 0;
  const Kind* kind = nullptr;  // nullptr: a trap that no kind knows
  Effect effect = Effect::event;
  Severity severity = Severity::info;
  std::string_view target;  // id of the kind whose alert is raised or cleared
  std::string key;          // which object of the device, or ""
  Duration ends_after{};    // see Match
  Time at{};
  TrapRecord record;
};

// Words for people, made only when wanted: repeated traps of one alert need none.
struct Description {
  std::string ja;  // インターフェースのダウン（ifDescr: Gi1/0/1、ifOperStatus: down）
  std::string en;
  std::vector<std::pair<std::string, std::string>> varbinds;  // all, by name
};
Description describe(const Observation& observation, const mib::Library& library);
// One value as a person reads it: labels, text, times, addresses; octets in hex.
std::string format_value(const snmp::VarBind& varbind, const mib::Library& library);

class Consumer {
 public:
  using Sink = std::function<Result<>(std::span<const Observation>)>;

  struct Counts {
    std::uint64_t traps = 0;
    std::uint64_t observations = 0;
    std::uint64_t unknown = 0;
    std::uint64_t left_out_flapping = 0;  // of links that flap by design
    std::uint64_t unreadable = 0;         // spool damage, by records where known
  };
  struct UnknownTrap {
    std::string oid;
    std::uint64_t count = 0;
    Id last_device = 0;
    Time first{};
    Time last{};
  };

  // cursor_file: where to go on after a restart. Counts of unknown traps are kept beside it, in a file of the
  // same name with ".unknown", and written just before the cursor: a crash between the two counts a quarter
  // of a second twice and loses nothing; keep_unknown: whether there is that file. A file that cannot be read is left alone, and counting begins anew:
  // monitor.trap_unknown_invalid is told by run_once() once.
  static Result<std::unique_ptr<Consumer>> open(const Clock& clock, const Spool& spool,
                                                std::filesystem::path cursor_file, Sink sink,
                                                bool keep_unknown = true);
  // Saves the cursor.
  ~Consumer();
  Consumer(const Consumer&) = delete;

  void set_kinds(std::shared_ptr<const KindSet> kinds);
  void set_directory(std::shared_ptr<const SenderDirectory> directory);

  // Handles up to `most` traps that are stored; how many it handled. 0: nothing to do now.
  Result<std::size_t> run_once(std::size_t most = 1000);

  [[nodiscard]] Counts counts() const;
  // Unknown traps since the first start, by OID, most frequent first; at most 1000 OIDs are told apart (""
  // holds the rest).
  [[nodiscard]] std::vector<UnknownTrap> unknown() const;
  // Behind the last trap the sink took; of the consuming thread.
  [[nodiscard]] Cursor cursor() const { return taken_; }

 private:
  Consumer(const Clock& clock, const Spool& spool, std::filesystem::path cursor_file, Cursor cursor,
           Sink sink, bool keep_unknown);
  Result<> save();
  Result<> save_unknown();
  struct Held {
    std::shared_ptr<const KindSet> kinds;
    std::shared_ptr<const SenderDirectory> directory;
  };
  using Unknown = std::map<std::string, UnknownTrap, std::less<>>;
  struct Seen {
    Counts counts;
    Unknown unknown;
  };
  static Result<Unknown> load_unknown(const std::filesystem::path& file);
  void observe(std::uint64_t sequence, const TrapRecord& record, const Held& held, Seen& seen);
  void merge(const Seen& seen);

  const Clock& clock_;
  const Spool& spool_;
  std::filesystem::path cursor_file_, unknown_file_;
  const bool keep_unknown_;
  std::uint64_t unknown_saved_ = 0;  // how many of counts.unknown stand in the file
  std::optional<Error> unknown_fault_;
  Sink sink_;
  Cursor taken_;
  Cursor saved_;
  Duration saved_at_{};
  std::unique_ptr<SpoolReader> reader_;
  Guarded<Held> held_;
  Guarded<Seen> seen_;
  std::vector<std::string> bytes_;
  std::vector<Observation> observations_;
  std::vector<Match> matches_;
};

}  // namespace yagura::monitor::trap
