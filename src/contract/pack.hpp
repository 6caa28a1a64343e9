// A contract pack as the product uses it: all that differs between municipalities, in plain structs.
//
// Purpose: load_pack() reads packs/_base and one pack, checks both against packs/_schema, and builds this.
//          Meaning of each key: packs/_schema; which clause a value comes from: the pack's source.md.
// Ids:     short names of [a-z0-9_] that other files and records refer to; they are kept for ever.
// Errors:  contract.pack_invalid (count, and the first fault's words) from load_pack; check_pack lists them
//          all.
// Lifetime: values. A Pack is immutable after loading: share it as std::shared_ptr<const Pack>, and load a
//          new one when files change; `version` tells them apart, and old clocks are judged by the pack
//          they ran under.
// Threads: pure functions over files.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/sla_clock.hpp"
#include "contract/desk_rules.hpp"
#include "contract/forms.hpp"
#include "contract/obligations.hpp"
#include "contract/pack_tree.hpp"
#include "contract/work_rules.hpp"

namespace yagura::contract {

using calendar::Words;

struct Named {
  std::string id;
  Words title;
};

struct Unit : Named {  // of the organisation tree
  std::string parent;  // "" at the top
};

// What of a kind of equipment stands at a site.
struct EquipmentAt {
  std::string of;  // id of an Equipment
  int count = 0;
};

struct Site : Named {
  std::string kind;
  std::string address;
  std::vector<EquipmentAt> equipment;
};

// A kind of equipment, software or service in scope, as the specification counts it; single machines are rows
// of the ledger.
struct Equipment : Named {
  std::string clause;
  std::string category;  // hardware, software, service
  std::string maker, model;
  std::string device_class;  // "" when it is not watched
  std::optional<int> count;  // in all; nothing where the specification names no number
  bool about = false;        // an approximate number
  int spare = 0;             // of them, standing at no site
};

// A product under maintenance and when it is served.
struct Product : Named {
  std::string category;  // hardware, software
  std::string reception_hours;
  std::string response_hours;
  std::string response;  // on_site, next_open_day, remote
};

struct PingRule {
  Duration interval{};
  Duration timeout{};
  int retries = 0;
};

struct Threshold {
  std::string id;
  std::string metric;  // cpu_percent, memory_percent, …
  double enter = 0;
  double leave = 0;
  Duration lasting{};  // above enter for so long
  std::string severity;
};

struct DeviceClass : Named {
  bool ping_on = true;
  PingRule ping;
  std::string ping_severity;
  bool traps_on = false;
  bool remote_log_on = false;
  std::string remote_log_commands;  // name of the class file of read-only commands; "" when off
  std::string profile;              // SNMP polling profile; "" for none
  std::string
      clock_site_kind;  // counts as this kind of site for clocks, wherever it stands; "" for the site's
  std::string product;  // "" when under no maintenance
  std::vector<Threshold> thresholds;
};

struct TrapRule {
  std::string kind;      // share/traps/kinds/<kind>.yaml
  std::string severity;  // "" leaves what the kind's file says
  int number = 0;        // in the contract's own table; 0 when it has none
};

struct Flapping {
  int changes = 0;
  Duration within{};
  Duration calm{};
};

// A clock of the contract: calendar::ClockRule, and which events of an incident drive it.
struct Clock {
  calendar::ClockRule rule;
  std::string clause;
  std::vector<std::string> starts_on, stops_on, pauses_on, resumes_on, reopens_on, cancels_on;
  std::vector<std::string> kinds;       // of ticket
  std::vector<std::string> severities;  // empty: all
  bool only_service_stopped = false;    // only for incidents that stop the city's work
  std::map<std::string, std::string> target_of_site_kind;

  [[nodiscard]] std::string target_for(std::string_view site_kind) const;
};

// Something that happens to a ticket; `kinds`: of those kinds.
struct IncidentEvent : Named {
  std::vector<std::string> kinds;
};

// Something due after an event that is not measured as a clock: papers, replies.
struct DeadlineRule : Named {
  std::string clause;
  std::string starts_on;
  calendar::Deadline deadline;
};

struct ContactStep {
  std::string channel;  // mail, phone, webhook
  Words title;
  std::vector<std::string> roles;     // people on the roster with that role
  std::vector<std::string> contacts;  // groups of the contacts ledger
  Duration wait{};                    // unanswered for so long: on to the next
};

struct ContactTree : Named {
  std::vector<std::string> severities;
  std::string hours;          // "" at any time
  bool out_of_hours = false;  // in force outside `hours` instead of inside
  std::vector<ContactStep> steps;
};

struct SilenceRules {
  Duration longest{};
  std::vector<std::string> may_create;  // roles
  bool reason_required = true;
  std::vector<Named> kinds;
};

struct Role : Named {
  std::vector<std::string> permissions;
  std::vector<std::string> sources;  // CIDR; empty: from anywhere
  Duration session_timeout{};
  bool needs_roster = true;
};

struct SignIn {
  int password_length = 0;
  int lock_after = 0;
  Duration lock_for{};
  bool second_factor = true;
};

// A paper that an entry of the roster needs.
struct RosterPaper : Named {
  std::string clause;
  std::vector<std::string> roles;  // empty: all
  std::vector<std::string> holds;  // name, affiliation, pledge, …
};

struct Roster {
  std::vector<std::string> submitted_by;  // roles
  std::vector<std::string> approved_by;
  std::vector<RosterPaper> papers;
  bool own_entry_refused = true;
};

struct ReportPart : Named {
  std::vector<std::string> of;  // first, interim, final
  bool required = true;
};

struct Report : Named {
  std::string clause;
  std::string every;     // month, event
  std::string deadline;  // id of a DeadlineRule
  std::vector<std::string> formats;
};

// A meeting that the contract holds again and again; when its papers are due stands with the deliverables.
struct Meeting : Named {
  std::string clause;
  std::string every;                     // once, day, week, month, quarter, half_year, fiscal_year, occasion
  std::vector<std::string> attended_by;  // roles
  std::string material, minutes;         // deliverables; "" for none
  std::string report;                    // "" for none
  std::vector<Named> subjects;
};

struct AvailabilityTarget : Named {
  std::int64_t target_ppm = 0;
  std::vector<std::string> device_classes;  // empty: all
};

// When passwords of administrators are changed: by these days of each year.
struct PasswordRotation : Named {
  std::string clause;
  std::vector<calendar::OnDate> by;
  int early_days = 31;  // from how many days before it a change counts for that day
};

struct Pack {
  std::string id;
  Words name;
  Words client;         // to whom reports are addressed
  std::string version;  // SHA-256 of all its files and the base's
  calendar::Date from, until;
  std::vector<Unit> organisation;
  std::vector<Named> site_kinds;
  std::vector<Site> sites;
  std::vector<Equipment> equipment;
  std::string office_calendar;  // whose open days count where no other is named
  std::string office_hours;     // "in hours"
  calendar::Book book;
  std::vector<Product> products;
  std::vector<DeviceClass> device_classes;
  std::vector<TrapRule> traps;
  Flapping flapping;
  calendar::Minutes morning_round_until{};
  std::vector<IncidentEvent> incident_events;
  std::vector<std::string> incident_severities;  // of alerts that become incidents
  std::vector<Clock> clocks;
  std::vector<DeadlineRule> deadlines;
  std::vector<ContactTree> contact_trees;
  SilenceRules silence;
  std::vector<Named> monitoring_changes;
  std::vector<Role> roles;
  SignIn sign_in;
  Roster roster;
  std::vector<ReportPart> report_parts;
  std::vector<Report> reports;
  std::vector<AvailabilityTarget> availability;
  std::vector<Meeting> meetings;
  Obligations obligations;
  std::vector<Form> forms;
  std::vector<PasswordRotation> password_rotations;
  DeskRules desk;
  WorkRules work;
  Tree tree;  // where each value comes from

  // nullptr when there is none of that id.
  [[nodiscard]] const Clock* clock(std::string_view id) const;
  [[nodiscard]] const DeadlineRule* deadline(std::string_view id) const;
  [[nodiscard]] const DeviceClass* device_class(std::string_view id) const;
  [[nodiscard]] const TrapRule* trap(std::string_view kind) const;
  [[nodiscard]] const Role* role(std::string_view id) const;
  [[nodiscard]] const Site* site(std::string_view id) const;
  [[nodiscard]] const Form* form(std::string_view id) const;
  [[nodiscard]] const Equipment* equipment_of(std::string_view id) const;
  // The first tree that holds for the severity at that instant; nullptr when none does.
  [[nodiscard]] const ContactTree* contact_tree(std::string_view severity, Time now) const;
  [[nodiscard]] bool in_office_hours(Time instant) const;
};

// The day by which a password that was changed on that day is to be changed again; nothing when the pack has
// no such rotation.
std::optional<calendar::Date> next_password_change(const Pack& pack, std::string_view rotation,
                                                   calendar::Date changed);

// dir: packs/<id>; packs/_schema and packs/_base stand beside it.
Result<Pack> load_pack(const std::filesystem::path& dir);
// Every fault of the pack; empty when it is good.
std::vector<Fault> check_pack(const std::filesystem::path& dir);

// Where a value comes from and what it means.
struct Explanation {
  std::string key;
  std::string value;  // as compact JSON
  Place place;
  std::vector<std::pair<Place, std::string>> replaced;  // what it overrode, the nearest first
  Words meaning;
  bool required = false;
};
// Errors: contract.key_unknown, contract.folder_missing. Works on packs with faults too.
Result<Explanation> explain(const std::filesystem::path& dir, std::string_view key);

}  // namespace yagura::contract
