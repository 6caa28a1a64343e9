// What is read from a kind of device: one small file of share/profiles per class (docs in that folder's
// README).
//
// Purpose: a profile names SNMP columns, the metrics made of them, and their thresholds. It knows no device.
// Alternatives: a column may list several objects (a 64-bit counter, else the 32-bit one); for each row the
//          first that exists counts. A device is asked only for what it was seen to have.
// Errors:  faults carry path and line: schema's own, monitor.expression_invalid, monitor.oid_invalid and
//          monitor.profile_* .
// Threads: immutable after reading; query() may be called from any thread.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/guarded.hpp"
#include "monitor/poll/expression.hpp"
#include "monitor/poll/query.hpp"
#include "monitor/poll/threshold.hpp"

namespace yagura::schema {
struct Fault;
}

namespace yagura::monitor::poll {

struct Title {
  std::string ja, en;
};

enum class ColumnKind : std::uint8_t { gauge, counter, text, oid };
enum class Across : std::uint8_t { each, average, sum, min, max };

struct Column {
  std::string name;
  std::vector<snmp::Oid> oids;  // the first that a row has counts
  ColumnKind kind = ColumnKind::gauge;
  std::optional<Expression> limit;  // of a counter: the most per second, from gauges of the same row
  std::vector<std::size_t> limit_columns;
  std::size_t first_bit = 0;  // of Profile::query's mask, for oids[0]; the others follow
};

// Rows stay when the column's value is (or is not) one of these: numbers, texts, or object identifiers.
struct Filter {
  std::size_t column = 0;
  std::vector<std::string> values;
  bool wanted = true;
};

struct Metric {
  std::string id;  // "if.in.bits"
  Title title;
  std::string unit;
  Expression value;  // of column names; a counter stands for its rate per second
  std::vector<std::size_t> columns;
  Across across = Across::each;  // one sample a row, or one of all rows
  std::vector<Threshold> thresholds;
};

struct Group {
  bool table = false;
  std::optional<std::size_t> instance;  // column that names the row; its index does otherwise
  std::optional<std::size_t> restarts;  // column whose change means that the row's counters count anew
  std::vector<Column> columns;
  std::vector<Filter> keep;
  std::vector<Metric> metrics;
};

class Profile {
 public:
  static constexpr std::size_t most_objects = 64;
  std::string id;
  Title title;
  Duration interval = std::chrono::seconds(300);
  std::vector<snmp::Oid> sys_object_ids;  // makers' prefixes this is meant for; empty: any
  std::vector<Group> groups;

  // sysUpTime.0 and the objects whose bit is set; the same mask gives the same query.
  [[nodiscard]] std::shared_ptr<const Query> query(std::uint64_t mask) const;
  [[nodiscard]] std::uint64_t everything() const;
  struct Place {
    const snmp::Oid* oid;
    std::size_t group, column, alternative;
  };
  // All objects in SNMP order.
  [[nodiscard]] const std::vector<Place>& places() const { return places_; }
  void finish();  // after groups are complete

 private:
  std::vector<Place> places_;
  Guarded<std::map<std::uint64_t, std::shared_ptr<const Query>>> mutable queries_;
};

struct ProfileCheck {
  std::shared_ptr<const Profile> profile;  // when there is no fault
  std::vector<schema::Fault> faults;
  ~ProfileCheck();
};
// What `yagura profile check FILE` shows.
ProfileCheck check_profile(const std::filesystem::path& file);
ProfileCheck check_profile_text(std::string_view yaml);

// Every *.yaml of the folder by profile id. The first fault is monitor.profile_faulty (file, line, path,
// code, reason); a metric id in two files is monitor.profile_duplicate.
using Profiles = std::map<std::string, std::shared_ptr<const Profile>>;
Result<Profiles> load_profiles(const std::filesystem::path& folder);

}  // namespace yagura::monitor::poll
