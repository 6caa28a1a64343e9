// What must outlive a restart of SNMPv3: the boots and time of senders' engines, and our own engine.
//
// Purpose: a trap replayed after a restart of this server must still be refused (RFC 3414 section 2.2.2); our
//          own snmpEngineBoots must grow with each start (2.2).
// Replays: RFC 3414 3.2 step 7b lets a receiver of traps take what is up to 150 s old, so within that time a
//          replay is not recognised, here as anywhere. It must not become more by a restart, however long
//          that takes: what is kept is the highest time received of each engine, and after a start nothing up
//          to it is taken (EngineTime::resumed). It is saved at a stop, at once for a new engine or boot, and
//          else each second in which a time went on. What is left: traps of the last second before a crash
//          (not a stop) can be replayed until their engine sends its next one. The other side: a trap sent in
//          the very second of the last one received, and delivered after a restart, is refused as out of
//          window.
// Threads: the receiver calls load() before it starts and save() from its committing thread only.
// Errors:  monitor.trap_engines_invalid, monitor.trap_spool_open, _write.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "monitor/snmp/usm.hpp"

namespace yagura::monitor::trap {

struct EngineState {
  std::string engine_id;
  std::uint32_t boots = 0;
  std::uint32_t time = 0;  // the highest received
  bool operator==(const EngineState&) const = default;
};

class EngineStore {
 public:
  virtual ~EngineStore() = default;
  virtual Result<std::vector<EngineState>> load() = 0;
  virtual Result<> save(const std::vector<EngineState>& engines) = 0;
};

// One line an engine: hex id, boots, time. Replaced as a whole.
class FileEngineStore final : public EngineStore {
 public:
  explicit FileEngineStore(std::filesystem::path file) : file_(std::move(file)) {}
  Result<std::vector<EngineState>> load() override;
  Result<> save(const std::vector<EngineState>& engines) override;

 private:
  std::filesystem::path file_;
};

// Our own engine: the id is drawn at the first start and kept; boots are one more than last time, on disk
// before this returns.
Result<snmp::LocalEngine> open_local_engine(const std::filesystem::path& file, const Clock& clock);

// Writes a small file so that after a crash it is the old or the new one.
Result<> replace_file(const std::filesystem::path& file, std::string_view content);

}  // namespace yagura::monitor::trap
