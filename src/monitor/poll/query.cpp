#include "monitor/poll/query.hpp"

namespace yagura::monitor::poll {

Query::Query(std::vector<snmp::Oid> names, std::vector<std::vector<snmp::Oid>> tables)
    : names_(std::move(names)), tables_(std::move(tables)) {
  offsets_.push_back(0);
  for (const snmp::Oid& name : names_) {
    encoded_ += snmp::encode_names({&name, 1});
    offsets_.push_back(encoded_.size());
  }
  std::erase_if(tables_, [](const auto& columns) { return columns.empty(); });
}

snmp::VarBinds Answer::values() const {
  snmp::VarBinds out;
  const bool fine = snmp::VarBinds::check(snmp::bytes_of(content), out);
  YAGURA_ASSERT(fine);  // only checked bindings are ever put in
  return out;
}

}  // namespace yagura::monitor::poll
