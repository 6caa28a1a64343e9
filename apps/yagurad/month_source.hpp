// A month's facts out of the running system: ledgers, alerts, incidents, clocks, outages, measurements,
// journal.
//
//   RunningMonths months({.database = db, .journal = journal, .clock = clock, .ledgers = ledgers,
//                         .people = people, .incidents = incidents, .contacts = contacts, .alerts = alerts,
//                         .samples = samples.get(), .packs = pack_of, .layout = layout});
//   ReportApi{..., .months = months, ...};
//
// Meaning: everything is told as it stood at as_of (the month's end, or now while it lasts): what was closed
//          or cleared later was open then. A month that is over therefore comes out the same whenever it is
//          made, as long as nobody corrects its records.
// Devices: those that stood in the ledger at some time of the month and were watched, and those that have an
//          outage in it whatever became of them.
// Alerts:  those that began in the month; what was explained by a device upstream is left out, as nobody was
//          told of it. Contacts: those made; calls that became needless are left out.
// Silences: agreed when they were entered before they began; who may enter one is the pack's word.
// Tops:    of each device the one series of a metric with the highest mean; series are taken by the last part
//          of their names ("cpu.used"), so that a new profile needs no edit here.
// Errors:  desk.contract_not_found, those of the rooms asked.
// Threads: one at a time, as MonthSource says; what it refers to is safe from any thread.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "desk/incidents.hpp"
#include "ledger/ledgers.hpp"
#include "monitor/poll/sample_store.hpp"
#include "monitor/watch/alert_store.hpp"
#include "notify/contacts.hpp"
#include "people/people.hpp"
#include "report/figures.hpp"
#include "report/layout.hpp"

namespace yagura::yagurad {

class RunningMonths final : public report::MonthSource {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    ledger::Ledgers& ledgers;
    people::People& people;
    desk::Incidents& incidents;
    notify::Contacts& contacts;
    monitor::watch::AlertStore& alerts;
    monitor::poll::SampleStore* samples = nullptr;  // null: no top lists
    std::function<std::shared_ptr<const contract::Pack>(std::string_view contract)> packs;
    const report::Layout& layout;  // whose metrics and lengths of top lists are wanted
  };
  explicit RunningMonths(Ground ground) : at_(std::move(ground)) {}

  Result<report::MonthFigures> figures(const std::string& contract, calendar::Month month) override;

 private:
  Ground at_;
};

}  // namespace yagura::yagurad
