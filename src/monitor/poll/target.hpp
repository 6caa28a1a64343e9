// How a device is spoken to by SNMP: address, version and secrets, and how gently.
// Purpose: plain values that the ledger and the vault fill. Threads: values.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "monitor/poll/endpoint.hpp"
#include "monitor/snmp/usm.hpp"

namespace yagura::monitor::poll {

struct Access {
  snmp::Version version = snmp::Version::v2c;
  std::string community;     // v1, v2c
  snmp::UsmCredentials usm;  // v3
  std::string context_name;  // v3
};

struct Limits {
  Duration timeout = std::chrono::seconds(2);
  int retries = 2;        // after the first request
  int in_flight = 2;      // requests a device is given at once
  int varbinds = 40;      // objects of one GET
  int bulk_values = 100;  // values one GETBULK asks for (columns × repetitions)
  int rows = 50'000;      // of one table, against agents that never end
};

struct Target {
  Id device = 0;
  Endpoint endpoint;
  Access access;
  Limits limits;
};

}  // namespace yagura::monitor::poll
