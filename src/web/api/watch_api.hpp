// The routes of the watch: devices, map, series, logs, alerts, silences, traps, rounds, today.
//
// Each function adds the operations of one group of share/openapi.yaml; what WatchApi refers to must outlive
// the router's server.
#pragma once

#include "monitor/watch/watch.hpp"
#include "web/api/context.hpp"
#include "web/api/evidence.hpp"
#include "web/api/json.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

struct WatchApi {
  const Api& api;
  monitor::watch::Watch& watch;
  monitor::watch::DeviceBook& book;
  const Evidence& evidence;

  // Retrieved logs (schemas LogFile, LogFileList of the OpenAPI file), bound by the application.
  std::function<Result<Value>(const journal::Actor& by, const std::string& contract, Id device, Id incident,
                              Language)>
      retrieve_log;
  std::function<Result<Value>(const std::string& contract, Id device, Id before, int limit, Language)>
      logs_of_device;
  std::function<Result<Value>(const std::string& contract, Id log, Language)> log;
  // Parts of "Today" that belong to the desk, bound by the application: clocks, calls, incidents.
  std::function<Result<Value>(const std::string& contract, Language)> clocks_now, calls_now, incidents_now;
  // A refused sender becomes this device's: its address or engine id goes to the ledger.
  std::function<Result<void>(const journal::Actor& by, const std::string& contract,
                             const monitor::trap::PendingSender&, Id device)>
      accept_sender;
  // The search that shows an alert's events of logs; null for an alert of anything else.
  std::function<Value(const monitor::watch::AlertView&)> log_question{};
};

void add_device_routes(Router& router, const WatchApi& api);
void add_alert_routes(Router& router, const WatchApi& api);
void add_silence_routes(Router& router, const WatchApi& api);
void add_trap_routes(Router& router, const WatchApi& api);
void add_today_routes(Router& router, const WatchApi& api);

inline void add_watch_routes(Router& router, const WatchApi& api) {
  add_device_routes(router, api);
  add_alert_routes(router, api);
  add_silence_routes(router, api);
  add_trap_routes(router, api);
  add_today_routes(router, api);
}

// Shapes that several groups show.
Value alert_value(const monitor::watch::AlertView& alert, const Evidence& evidence);
Value silence_value(const WatchApi& api, const monitor::watch::SilenceView& silence);
Value round_value(const WatchApi& api, const monitor::watch::RoundView& round);
Value device_value(const monitor::watch::WatchedDevice& device, const monitor::watch::DeviceStatus& status);

}  // namespace yagura::web
