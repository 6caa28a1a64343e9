// What the alert state takes in and what it holds: plain values, ready to be stored by others.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"

namespace yagura::monitor::alert {

// Stable numbers: they are stored.
enum class Severity : std::uint8_t { info = 0, warning = 1, minor = 2, major = 3, critical = 4 };

// One condition of one thing. At most one alert is open for a key.
struct Key {
  Id device = 0;
  Id object = 0;          // an interface, a fan, a volume; 0: the device itself
  std::string condition;  // "ping", "link", "fan", "cpu"
  auto operator<=>(const Key&) const = default;
};

// How a condition depends on the way to its device.
enum class Nature : std::uint8_t {
  local = 0,         // the device says so itself (a trap, a polled value)
  reachability = 1,  // the device does not answer: explained when every upstream is down
  through_path = 2,  // something could not be asked of the device: explained when the device is down
  link = 3,          // a port lost its link: explained when the device at its far end is down
  restart = 4,       // the device says that it started: explained by its outage, on or just over
};

enum class Happened : std::uint8_t {
  raised,   // the condition is on
  cleared,  // the condition is off
  event,    // something that has no end (a restart): its alert ends when it has not come again for a while
};

struct Observation {
  Key key;
  Happened happened = Happened::raised;
  Severity severity = Severity::warning;
  Nature nature = Nature::local;
  Time at{};
  std::string evidence;  // what was seen, for people
  // Of an event: its alert ends when it has not come again for so long; 0: Parameters::event_quiet.
  Duration ends_after{};
  // Of a restart: how long after the end of the device's outage it still belongs to that.
  Duration join_within{};
  std::uint64_t times = 1;  // sightings that it stands for
};

// Where an open alert stands between being recorded and people being told.
enum class Standing : std::uint8_t {
  held = 0,        // waits for the check of what it may be explained by
  suppressed = 1,  // explained by `parent`: evidence under it
  silenced = 2,    // an agreed silence: recorded, nobody told
  announced = 3,   // people are told
};

struct Remark {
  Time at{};
  std::string who;
  std::string text;
  bool operator==(const Remark&) const = default;
};

struct Alert {
  Id id = 0;
  Key key;
  Severity severity = Severity::warning;
  Nature nature = Nature::local;
  bool event = false;  // it was opened by an event
  bool on = true;      // the condition holds now; a flapping alert may be off and still open
  bool flapping = false;
  Standing standing = Standing::held;
  Id parent = 0;         // alert under which it is suppressed (or was, when it closed), 0: none
  Time first{}, last{};  // observations
  std::uint64_t count = 0;
  std::string evidence;                // of the latest that raised it, and a line of what cleared it
  std::optional<Time> announced_at{};  // kept when it closes: only an announced alert needs an all-clear
  std::optional<Time> closed_at{};
  std::optional<Remark> acknowledged{};
  std::vector<Remark> comments{};
  bool operator==(const Alert&) const = default;
};

// An agreed time in which alerts of devices or whole sites are recorded and not announced.
struct Silence {
  Id id = 0;
  Time from{}, to{};
  std::vector<Id> devices{};
  std::vector<Id> sites{};
  std::string who;
  std::string why;
  bool operator==(const Silence&) const = default;
};

enum class Verdict : std::uint8_t {
  opened,            // a new alert, recorded; not yet announced
  counted,           // seen again
  worsened,          // seen again with a higher severity
  held,              // announcement waits for the check of the way
  suppressed,        // evidence under alert.parent
  silenced,          // would be announced but for Decision::silence
  announced,         // tell people
  cleared,           // closed; tell people when alert.announced_at is set
  flapping_started,  // changes are counted from here on, and not told one by one
  flapping_stopped,
  acknowledged,
  commented,
};
std::string_view to_text(Verdict verdict);

struct Decision {
  Verdict verdict = Verdict::opened;
  Time at{};
  Id silence = 0;
  std::string why;  // of cleared: "recovered", "calm", "quiet", "closed", "removed", "explained"
};

// What of an alert runs by time and must outlast us: it is kept with the alert, in wall time.
struct Waits {
  std::optional<Time> quiet_until{};  // of one opened by an event: it ends then, unless it comes again
  std::vector<Time> changes{};        // recent ones of its condition, for flap damping
  bool operator==(const Waits&) const = default;
};

// An outage of a device that people knew of and that is over.
struct EndedOutage {
  Id device = 0;
  Id alert = 0;  // what was told: the device's own, or the one above under which it was evidence
  Time at{};
  bool operator==(const EndedOutage&) const = default;
};

// Everything that must survive a restart.
struct Snapshot {
  struct Changes {
    Key key;
    std::vector<Time> at;  // recent changes of a condition, for flap damping
  };
  struct Quiet {
    Id alert = 0;
    Time until{};
  };
  std::vector<Alert> alerts;  // open ones
  std::vector<Changes> changes;
  std::vector<EndedOutage> ended{};  // not long ago, for restarts that are reported late
  std::vector<Silence> silences;     // not yet over
  std::vector<Quiet> quiet{};        // of open alerts opened by events; the usual time for one not here
};

}  // namespace yagura::monitor::alert
