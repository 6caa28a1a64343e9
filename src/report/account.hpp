// The month counted: availability per device and class, clocks per rule, top lists. Every sum keeps its rows.
//
// Errors:  report.figures_invalid(what, name) for rows that name a device or class that is not there: a
//          report that left them out would be wrong and look right.
// Threads: pure functions over values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "calendar/availability.hpp"
#include "report/figures.hpp"

namespace yagura::report {

struct DeviceAccount {
  const Device* device = nullptr;
  const DeviceClass* device_class = nullptr;
  calendar::Availability availability;
};

struct OutageAccount {
  const Outage* outage = nullptr;
  const DeviceAccount* device = nullptr;
  Duration within{};   // in the month
  Duration counted{};  // less agreed silence
};

struct ClassAccount {
  const DeviceClass* device_class = nullptr;
  std::size_t devices = 0, outages = 0;
  Duration base{}, excluded{}, down{};
  [[nodiscard]] double percent() const;
  [[nodiscard]] bool meets() const;  // true when there is no target
};

struct ClockRuleAccount {
  std::string rule;
  Words title;
  std::size_t kept = 0, missed = 0, running = 0, cancelled = 0;
};

struct TopDevice {
  const DeviceAccount* device = nullptr;
  const Performance* performance = nullptr;
  int rank = 0;
  double mean = 0, peak = 0;
  int peak_day = 0;  // of the month, from 1
};

// Holds pointers into the figures, which must outlive it.
struct Account {
  const MonthFigures* figures = nullptr;
  Span within{};
  int days = 0;
  std::vector<DeviceAccount> devices;      // by class, then name
  std::vector<ClassAccount> classes;       // as the figures name them
  std::vector<OutageAccount> outages;      // by class, device, time
  std::vector<const Alert*> alerts;        // by time
  std::vector<const Incident*> incidents;  // by time
  std::vector<const ClockRecord*> clocks;  // by rule, then time
  std::vector<ClockRuleAccount> rules;
  std::vector<const Silence*> silences;
  std::vector<const Contact*> contacts;
  std::map<std::string, std::vector<TopDevice>> top;  // by metric; all devices, highest mean first
};

Result<Account> count(const MonthFigures& figures);

}  // namespace yagura::report
