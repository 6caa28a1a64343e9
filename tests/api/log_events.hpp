// Events for the tests of looking into logs.
#pragma once

#include "api/portal.hpp"

namespace yagura::api_test {

using Fields = std::vector<std::pair<std::string, std::string>>;

// One event, `ago` before the portal's now.
inline void log_event(Portal& portal, const char* contract, const std::string& kind, Duration ago,
                      const Fields& fields) {
  const auto& declared = portal.events().kinds().find(kind)->second;
  eventstore::BatchBuilder batch(declared);
  batch.row(portal.clock().now() - ago);
  for (const auto& [name, value] : fields) {
    const auto place = declared.index_of(name);
    ASSERT_TRUE(place) << name;
    if (declared.fields[*place].type == eventstore::FieldType::number)
      batch.number(*place, std::stoll(value));
    else
      batch.text(*place, value);
  }
  ASSERT_TRUE(portal.events().append(contract, kind, batch.take()));
}

constexpr Duration minute = std::chrono::minutes(1);

// A morning: two people at their PCs, a firewall, a server; and a neighbour's.
inline void a_morning(Portal& portal) {
  log_event(portal, ours, "operation", 50 * minute,
            {{"pc", "PC-0042"},
             {"user", "tanaka"},
             {"section", "総務課"},
             {"action", "file-open"},
             {"path", "\\\\fs01\\人事\\見積 令和8年.xlsx"},
             {"bytes", "20480"}});
  log_event(portal, ours, "operation", 40 * minute,
            {{"pc", "PC-0042"},
             {"user", "tanaka"},
             {"section", "総務課"},
             {"action", "usb-copy"},
             {"path", "E:\\見積 令和8年.xlsx"},
             {"usb", "USB-9"},
             {"bytes", "20480"}});
  log_event(portal, ours, "operation", 30 * minute,
            {{"pc", "PC-0043"},
             {"user", "suzuki"},
             {"section", "税務課"},
             {"action", "print"},
             {"title", "通知書"}});
  log_event(portal, ours, "firewall", 35 * minute,
            {{"device", "FW-01"},
             {"user", "tanaka"},
             {"action", "deny"},
             {"source_ip", "10.1.0.42"},
             {"destination_ip", "203.0.113.9"},
             {"destination_port", "443"}});
  log_event(
      portal, ours, "syslog", 20 * minute,
      {{"device", "SV-01"}, {"severity", "error"}, {"parser", "linux_auth"}, {"message", "disk failing"}});
  log_event(portal, theirs, "operation", 10 * minute,
            {{"pc", "YUKINO-1"}, {"user", "secret-of-yukino"}, {"action", "print"}});
}

inline Value asking(const std::string& q) { return Value::object({{"q", q}}); }
inline Value asking(const std::string& q, const std::string& purpose) {
  return Value::object({{"q", q}, {"purpose", purpose}});
}

inline constexpr const char* search = "/log-search/rows";
inline constexpr const char* because = "情報漏えいの調査 第12号";

}  // namespace yagura::api_test
