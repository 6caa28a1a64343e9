// The kinds of rows a report can show, with the columns each offers. Layouts pick from them by name.
//
//   devices classes outages alerts alert_days incidents clocks clock_rules missed_clocks silences contacts
//   daily (measured days of the devices in the top lists); top_devices (through a section's metrics)
//
// To add a column: one line in the list of its rows in row_sets.cpp. To add rows: one entry in
// all_row_sets(). Threads: pure functions over values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "document/cell.hpp"
#include "report/account.hpp"
#include "report/layout.hpp"

namespace yagura::report {

// How a value is shown: aligned, rounded, and formatted in a workbook.
enum class Shown { text, count, number, percent, minutes, when, day };

struct Entry {
  document::Cell value;
  std::string_view rows_behind = {};  // the rows it leads to, "" for none
  std::size_t first_behind = 0;
};

struct Rows {
  std::vector<Shown> shown;  // by column
  std::vector<std::vector<Entry>> rows;
};

struct DailyRow {
  const TopDevice* top;
  int day;  // from 1
};

// The account with what is needed to find the rows behind a figure.
struct Facts {
  const Account& account;
  const Layout& layout;
  Language language;
  std::map<std::string, std::size_t> first_device_of_class, first_outage_of_class, first_alert_of_incident,
      first_clock_of_rule;
  std::map<std::string, std::size_t> alerts_of_incident;
  std::map<Id, std::size_t> first_outage_of_device, outages_of_device;
  std::vector<std::size_t> first_alert_of_day, alerts_of_day;  // index 0 is the first day
  std::vector<DailyRow> daily;
  std::map<const TopDevice*, std::size_t> first_daily;

  Facts(const Account& of, const Layout& by, Language in);
};

bool has_rows(std::string_view rows);
bool has_column(std::string_view rows, std::string_view column);

// `columns` must have been checked.
Rows fill(const Facts& facts, std::string_view rows, const std::vector<LayoutColumn>& columns);
Rows fill_top(const Facts& facts, const LayoutMetric& metric, const std::vector<LayoutColumn>& columns);

document::DateTime civil_cell(Time instant);
double floor_percent(double percent);  // three digits, rounded down: 99.9999 is not 100
double minutes_of(Duration length);

}  // namespace yagura::report
