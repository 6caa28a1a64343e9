// Senders that were refused, kept until an operator accepts or forgets them.
//
// Purpose: "accept this device" on a screen, with nothing to type: what was seen of a stranger (address,
//          engine id, user, community, what it sent) and which device it probably is.
// Bounds:  a fixed number of entries; a new stranger takes the place of one of the oldest, so a flood of
//          forged addresses can push out strangers but costs no memory and stops nothing.
// Secrets: `community` is what the stranger sent: show it to administrators only, never log it.
// Threads: safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/guarded.hpp"
#include "monitor/trap/directory.hpp"

namespace yagura::monitor::trap {

// Why a datagram was not stored as a trap.
enum class Refusal : std::uint8_t {
  unknown_sender,   // no device has this address
  wrong_community,  // the device is known, the community is not its own
  unknown_engine,   // a v3 trap from an engine nobody approved
  unknown_user,     // the engine is known, the user is not
  bad_digest,       // authentication does not match: wrong password or forged
  wrong_level,      // less security than the user is set to
  undecryptable,    // authentic, but the privacy key is wrong
  out_of_window,    // replayed, or the engine's clock is wrong (RFC 3414 section 3.2 step 7)
  malformed,        // no SNMP message
  not_a_trap,       // SNMP, but a request for an agent
  not_stored,       // the disk would not take it
};
inline constexpr std::size_t kRefusals = 11;
std::string_view name_of(Refusal refusal);

struct PendingSender {
  std::uint64_t id = 0;
  Refusal why = Refusal::unknown_sender;
  snmp::Version version = snmp::Version::v2c;
  Address source{};
  Address agent{};  // zero where none was said
  std::string community;
  std::string engine_id;
  std::string user;
  std::uint8_t level = 0;  // snmp::flag
  std::string trap;        // the last trap's OID, dotted; "" where it could not be read
  Id suggested = 0;        // a device with this source address, or 0
  bool proven = false;     // v3: the digest is right with the suggested device's user and password
  std::uint64_t count = 0;
  Time first{};
  Time last{};
};

class PendingSenders {
 public:
  explicit PendingSenders(std::size_t most = 1000) : most_(most) {}

  // Counts a sighting; `is_new` tells whether to spend time on proving who it is.
  struct Noted {
    std::uint64_t id = 0;
    bool is_new = false;
  };
  Noted note(const PendingSender& seen);
  void prove(std::uint64_t id, Id device);
  void forget(std::uint64_t id);
  [[nodiscard]] std::vector<PendingSender> list() const;  // last seen first
  [[nodiscard]] std::uint64_t pushed_out() const;

 private:
  struct State {
    std::vector<PendingSender> entries;
    std::unordered_map<std::string, std::size_t> where;
    std::uint64_t next_id = 1;
    std::uint64_t pushed_out = 0;
  };
  std::size_t most_;
  Guarded<State> state_;
};

// The sender's entry with what is needed for this stranger to be known from now on: its address, and its
// community or engine id. The caller writes that to the ledger and the vault and swaps the directory.
Sender accept(const PendingSender& pending, Sender sender);

}  // namespace yagura::monitor::trap
