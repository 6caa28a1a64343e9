// Who may send traps, and which device each sender is.
//
// Purpose:  an immutable snapshot made from the ledger and the vault; the receiver swaps it atomically, so a
//           change of 50,000 devices is in force between two datagrams. A changed device makes a new snapshot
//           that shares the other ones with the one before. Who is who: v1/v2c by source address; behind NAT
//           by the agent address (v1's own field, or snmpTrapAddress.0 of RFC 3584 in v2c); v3 traps by
//           engine id, whatever address they come from; v3 informs by user and key, preferring the source
//           address and the context engine id.
// Secrets:  holds communities and localized keys; nothing here prints them.
// Errors:   build() never fails as a whole: a user whose password cannot be used is a fault of that device.
// Threads:  immutable after build(); share by pointer.
// Lifetime: pointers returned live as long as the snapshot.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/shared_map.hpp"
#include "monitor/snmp/usm.hpp"
#include "monitor/trap/record.hpp"

namespace yagura::monitor::trap {

struct Sender {
  Id device = 0;
  std::vector<Address> addresses;        // where its datagrams come from; a NAT gateway's may serve many
  bool behind_nat = false;               // the source address is not the device's own
  std::vector<Address> agent_addresses;  // what it calls itself, where that differs
  std::vector<std::string> communities;
  std::vector<snmp::UsmCredentials> users;
  std::vector<std::string> engine_ids;  // approved engines, as octets
  std::vector<std::uint32_t> flapping;  // ifIndex of links that flap by design
};

struct KeyedUser {
  const Sender* sender = nullptr;
  snmp::UsmKeys keys;
};

class SenderDirectory {
 public:
  struct Fault {
    Id device = 0;
    std::string user;
    Error error;
  };

  // local_engine: the receiver's own engine id, for which users send informs. The cache may be kept between
  // builds; only new passwords cost their milliseconds.
  static std::shared_ptr<const SenderDirectory> build(std::vector<Sender> senders, snmp::Bytes local_engine,
                                                      snmp::UsmKeyCache& cache,
                                                      std::vector<Fault>* faults = nullptr);
  // The same as build() of this one's senders without those of `changed`, and with `now`. Each device of
  // `now` must be in `changed`; one that is only in `changed` is taken out.
  [[nodiscard]] std::shared_ptr<const SenderDirectory> with(std::span<const Id> changed,
                                                            std::vector<Sender> now, snmp::Bytes local_engine,
                                                            snmp::UsmKeyCache& cache,
                                                            std::vector<Fault>* faults = nullptr) const;

  enum class Found : std::uint8_t { sender, unknown_sender, wrong_community };
  struct Community {
    Found found = Found::unknown_sender;
    const Sender* sender = nullptr;  // of wrong_community: whose address it is
  };
  // agent: all zero where the trap names none.
  [[nodiscard]] Community by_community(const Address& source, std::string_view community,
                                       const Address& agent) const;

  [[nodiscard]] const Sender* by_device(Id device) const;
  [[nodiscard]] const std::vector<const Sender*>& by_address(const Address& source) const;
  // The approved device of a foreign engine (of several the one that was there first), or nullptr.
  [[nodiscard]] const Sender* by_engine(snmp::Bytes engine_id) const;
  // Users of that engine by name; empty for none.
  [[nodiscard]] const std::vector<KeyedUser>& users_of_engine(snmp::Bytes engine_id) const;
  // Users that may send us informs, by name.
  [[nodiscard]] const std::vector<KeyedUser>& local_users(std::string_view user) const;
  [[nodiscard]] bool flaps_by_design(Id device, std::uint32_t interface) const;
  [[nodiscard]] std::size_t size() const { return devices_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  // Lists are in the order of device ids, so that it does not matter in which order senders came.
  template <class T>
  using Index = SharedMap<std::string, std::vector<T>, Hash>;

  void put(Sender sender, snmp::Bytes local_engine, snmp::UsmKeyCache& cache, std::vector<Fault>* faults);
  void take_out(Id device);

  SharedMap<Id, std::shared_ptr<const Sender>> devices_;
  Index<const Sender*> addresses_;
  Index<const Sender*> agents_;
  Index<const Sender*> engines_;
  Index<KeyedUser> engine_users_;
  Index<KeyedUser> local_users_;
};

}  // namespace yagura::monitor::trap
