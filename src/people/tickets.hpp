// Tickets of a city's domain (Kerberos): whose is this one?
//
// Purpose: the question People asks when a browser brings a ticket in place of a password. What the ticket's
//          owner may do, whether his account stands, and his second factor are looked at here.
// Threads: accept() is called from any thread; it asks nobody over a network.
// Errors:  people.ticket_refused (why: for the journal, never for the one who asks).
// Follows: requirement A5 (single sign-on with the city's Active Directory).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::people {

struct Ticket {
  std::string login;   // of the domain's own people alone; as the domain wrote it
  std::string answer;  // proves this server to the browser; "" for nothing
};

class Tickets {
 public:
  virtual ~Tickets() = default;
  // token: what the browser sent, once; a second time it is refused.
  // tls_end_point: what ties it to this very connection's server (RFC 5929 4), "" when there is nothing.
  virtual Result<Ticket> accept(std::string_view token, std::string_view tls_end_point) = 0;
};

}  // namespace yagura::people
