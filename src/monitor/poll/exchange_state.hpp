// What Exchange keeps: devices, runs (one per query), jobs (one per request) and what is in flight.
// Purpose: for exchange*.cpp only.
#pragma once

#include "monitor/poll/exchange.hpp"

namespace yagura::monitor::poll {

constexpr std::uint32_t no_table = 0xffffffff;

// One request's worth of a run: names [first, first + count), or the next step of walk `table`.
struct Exchange::Job {
  std::uint32_t run = 0;
  std::uint32_t table = no_table;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

// Columns of a table that are still being walked, and the last name each gave.
struct Exchange::Walk {
  struct Column {
    const snmp::Oid* column;  // of the query
    snmp::Oid last;
    bool over = false;
  };
  std::vector<Column> columns;
  std::int64_t values = 0;
};

struct Exchange::Run {
  std::shared_ptr<const Query> query;
  Done done;
  Answer answer;
  std::vector<Walk> walks;
  std::uint32_t jobs_left = 0;
  bool given_up = false;
};

struct Exchange::Device {
  Target target;
  std::deque<Job> waiting;
  int in_flight = 0;
  bool in_ready = false;
  std::uint32_t varbinds = 1, bulk_values = 1;  // shrink by tooBig

  // v3
  bool discovering = false;
  bool keyed = false;  // engine id and keys are known
  std::string engine_id;
  snmp::UsmKeys keys;
  snmp::EngineTime time;
  snmp::EngineTime guess;  // from Reports in the clear: good to send with, never to judge by
  std::uint64_t salt = 0;

  [[nodiscard]] bool v3() const { return target.access.version == snmp::Version::v3; }
  [[nodiscard]] bool may_start() const {
    return !waiting.empty() && !discovering && in_flight < target.limits.in_flight;
  }
  void forget_engine() {
    keyed = false;
    engine_id.clear();
    time = guess = snmp::EngineTime{};
  }
};

struct Exchange::Pending {
  Device* device = nullptr;  // nullptr: free
  Job job;
  std::uint32_t generation = 0;
  bool discovery = false;
  int tries = 0, reports = 0;
  bool bad_digest = false, out_of_window = false;
  Duration deadline{};
};

inline std::int32_t request_id(std::uint32_t slot, std::uint32_t generation) {
  return static_cast<std::int32_t>((generation & 0x7fff) << 16 | slot);
}

}  // namespace yagura::monitor::poll
