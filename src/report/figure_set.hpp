// The single figures a report can state, each with the rows it was counted from.
//
//   devices, alerts, alerts_open, alerts:<severity>, incidents, incidents_open, incidents:<severity>, clocks,
//   clocks_kept, clocks_missed, clocks_running, availability, classes_missed, outages, downtime, silences,
//   contacts, journal_entries, journal_root
#pragma once

#include <string>
#include <string_view>

#include "report/row_sets.hpp"

namespace yagura::report {

struct FigureValue {
  Entry entry;
  Shown shown = Shown::count;
};

bool has_figure(std::string_view id);
FigureValue figure(const Facts& facts, std::string_view id);  // `id` must have been checked

}  // namespace yagura::report
