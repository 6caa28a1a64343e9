// Kerberos: whose ticket did the browser bring?
//
// Purpose: takes one SPNEGO token and says whose it is. Nothing else of GSS-API: no second round, no
//          delegation, no sealing, no NTLM, no IAKERB, no anonymous principals.
// Rules:   the ticket must open with this service's key, whatever else the keytab holds (a further name of
//          the same account has the same key, and passes); its owner must be of the service's own realm, with
//          a name of one part; a token serves once (a replay cache on disk, so that a restart forgets
//          nothing); it must have been made for this server's TLS certificate (RFC 5929), unless `unbound`
//          lets those pass that say nothing of it. One made for another is always refused.
// Errors:  directory.settings_invalid (directory, what); people.ticket_refused (why; no secret).
// Threads: safe from any thread; reads the keytab at each token, so that a new key holds at once.
// Follows: RFC 4120, RFC 4121, RFC 4178; MIT krb5 1.19 or later.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "people/tickets.hpp"

namespace yagura::directory {

struct KerberosSettings {
  std::string name;               // of the directory, for errors
  std::filesystem::path keytab;   // nobody but the service may read it, nobody else write it
  std::string service;            // HTTP/yagura.city.example.jp@CITY.EXAMPLE.JP
  std::filesystem::path replays;  // file of tokens that were used; made when it is not there
  bool unbound = false;           // also tokens that are bound to no TLS connection
};

// Errors: directory.settings_invalid.
Result<std::unique_ptr<people::Tickets>> open_kerberos(KerberosSettings settings);

// "taro" of "taro@CITY.EXAMPLE.JP"; nothing for another realm, a name of several parts or with anything in it
// that has to be escaped.
std::optional<std::string> login_of_principal(std::string_view principal, std::string_view realm);

}  // namespace yagura::directory
