// A TCP connection that ends at its deadline, whatever is being waited for on it.
//
// Purpose: libldap bounds most waits, but not the TLS handshake of ldaps:// with a server that accepts a
//          connection and says nothing more: 2.5 with GnuTLS was seen spinning there for a minute with a
//          time-out of 3 s. So the socket is ours, it blocks, and at the deadline it is shut down: every read
//          ends at once.
// Threads: one owner; a thread of its own waits for the deadline.
// Errors:  directory.unreachable (why). Units: milliseconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include "base/result.hpp"

namespace yagura::directory {

// Connects to the first address of host that answers within the limit; a blocking socket. Looking up the name
// is bounded by the system's resolver, not by the limit.
Result<int> dial(const std::string& host, std::uint16_t port, std::chrono::milliseconds limit);

// Shuts the socket down when the limit is over. It must end before the socket is closed: its number may be
// another's by then.
class Deadline {
 public:
  Deadline(int socket, std::chrono::milliseconds limit);
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  std::jthread waiting_;
};

}  // namespace yagura::directory
