// What is asked of a device in one go, and what came back.
//
// Purpose: Query lists single objects and tables, encoded once and shared by every device it is put to.
//          Answer holds the bindings that came back, as they travelled.
// Threads: Query is immutable; Answer is a value.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "monitor/snmp/message.hpp"

namespace yagura::monitor::poll {

class Query {
 public:
  // names: asked by GET, with their instance (sysUpTime.0). tables: each a list of columns that are walked
  // together, row by row; columns of one table belong in one list.
  Query(std::vector<snmp::Oid> names, std::vector<std::vector<snmp::Oid>> tables);

  [[nodiscard]] const std::vector<snmp::Oid>& names() const { return names_; }
  [[nodiscard]] const std::vector<std::vector<snmp::Oid>>& tables() const { return tables_; }
  // The encoded bindings of names[first, first + count).
  [[nodiscard]] snmp::Bytes encoded(std::size_t first, std::size_t count) const {
    return snmp::bytes_of(encoded_).subspan(offsets_[first], offsets_[first + count] - offsets_[first]);
  }

 private:
  std::vector<snmp::Oid> names_;
  std::vector<std::vector<snmp::Oid>> tables_;
  std::string encoded_;
  std::vector<std::size_t> offsets_;
};

struct Answer {
  Id device = 0;
  // Bindings in no promised order; a table's rows of one column are in order. What the device does not have
  // is absent or carries an exception value.
  std::string content;
  std::optional<Error> error;      // with it, content is what came before
  std::uint32_t engine_boots = 0;  // v3: of the device, 0 when not known
  Duration asked{}, answered{};    // steady clock, first request and last response

  // Valid while content is unchanged.
  [[nodiscard]] snmp::VarBinds values() const;
};

}  // namespace yagura::monitor::poll
