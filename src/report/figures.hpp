// What a month was, as plain values: all that a monthly report is made of.
//
// Purpose: the seam between those who know (monitor, desk, journal) and the report. The application binds a
//          MonthSource; nothing here asks a database or reads a clock.
// Meaning: rows carry facts, never sums: the report counts for itself, so that each figure leads to its rows.
// Order:   rows may come in any order.
// Threads: values. A MonthSource is called from one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "calendar/availability.hpp"
#include "calendar/civil.hpp"

namespace yagura::report {

using calendar::Span;
using calendar::Words;

struct DeviceClass {
  std::string id;
  Words title;
  std::int64_t target_ppm = 0;  // availability promised; 0: none
};

struct Device {
  Id id = 0;
  std::string name, address, site;
  std::string device_class;  // DeviceClass::id
};

struct Alert {
  Id id = 0;
  Time opened{};
  std::optional<Time> closed;
  std::string severity;  // a key of the layout's labels
  std::string state;
  std::string site, device;
  Words kind;
  std::string incident;  // its number, "" when it led to none
};

struct Incident {
  std::string number;
  Time opened{};
  std::optional<Time> closed;
  std::string severity, state, site, device, title;
  std::string result;  // cause and what was done, as written when it was closed
};

enum class ClockOutcome { running, kept, missed, cancelled };

struct ClockRecord {
  std::string incident;
  std::string rule;
  Words rule_title;
  Time started{};
  std::optional<Time> due, stopped;
  Duration counted{};  // by the contract's way of counting
  ClockOutcome outcome = ClockOutcome::running;
  std::string reason;  // why it was missed
};

struct Outage {
  Id device = 0;
  Span span{};  // may reach out of the month
  std::string cause, incident;
};

struct Silence {
  Span span{};
  std::string target;       // as people call it
  std::vector<Id> devices;  // all it covered
  std::string who, why;
  bool agreed = false;  // agreed beforehand: its time does not count against availability
};

struct Contact {
  Time at{};
  std::string incident, person, way, result;
};

struct DayPoint {
  double mean = 0, peak = 0;
  std::int64_t samples = 0;
};

struct Performance {
  Id device = 0;
  std::string metric;          // a metric of the layout
  std::vector<DayPoint> days;  // one for each day of the month, in order
};

struct JournalRoot {
  std::string hash;  // hexadecimal; "" when the month is not sealed yet
  std::uint64_t entries = 0;
};

struct MonthFigures {
  calendar::Month month{};
  Time as_of{};  // facts up to here: the end of the month, or earlier while it lasts
  Words contract, client, contractor;
  std::vector<DeviceClass> classes;
  std::vector<Device> devices;
  std::vector<Alert> alerts;
  std::vector<Incident> incidents;
  std::vector<ClockRecord> clocks;
  std::vector<Outage> outages;
  std::vector<Silence> silences;
  std::vector<Contact> contacts;
  std::vector<Performance> performance;
  JournalRoot journal;
};

class MonthSource {
 public:
  virtual ~MonthSource() = default;
  virtual Result<MonthFigures> figures(const std::string& contract, calendar::Month month) = 0;
};

}  // namespace yagura::report
