// Which device a line of syslog comes from, by the address it was sent from.
//
// Purpose: an immutable snapshot made from the register of devices; the intake swaps it as a whole.
// Limits:  a source address of UDP can be invented by anyone on the network; TLS with client certificates is
//          the way to be sure. Behind a relay every line is the relay's, and the field host says whose.
// Threads: immutable; share by pointer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "monitor/syslog/reader.hpp"
#include "monitor/trap/record.hpp"

namespace yagura::monitor::syslog {

using Address = trap::Address;

struct KnownSource {
  std::vector<Address> addresses;
  std::string contract;
  Source source;  // its address is filled in for each line
};

class SourceDirectory {
 public:
  // contract_of_strangers: where lines of unknown senders are kept (their device is their address); nothing:
  // they are refused and counted.
  static std::shared_ptr<const SourceDirectory> build(const std::vector<KnownSource>& sources,
                                                      std::optional<std::string> contract_of_strangers);

  struct Found {
    std::string contract;
    Source source;
    bool stranger = false;
  };
  [[nodiscard]] std::optional<Found> find(const Address& address) const;

 private:
  struct Hash {
    std::size_t operator()(const Address& address) const {
      return std::hash<std::string_view>{}({reinterpret_cast<const char*>(address.data()), address.size()});
    }
  };
  std::unordered_map<Address, Found, Hash> known_;
  std::optional<std::string> strangers_;
};

}  // namespace yagura::monitor::syslog
