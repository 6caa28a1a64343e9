// What a retrieval of a device's log is asked with and what comes of it: plain values.
//
// Purpose: the words between the caller (who knows devices, vault and incidents) and the collector's side.
// Secrets: SshLogin is the one value here that holds any; it is asked for when a log-in begins and wiped
//          after it. Nothing of it is in Retrieved: text and errors are masked (output_text.hpp).
// Follows: requirement B5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"

namespace yagura::monitor::remote_log {

// Password, private key (PEM or OpenSSH text) or both; the key is tried first. Overwrites its secrets when
// it goes.
struct SshLogin {
  std::string user, password, private_key, passphrase;

  SshLogin() = default;
  SshLogin(std::string user_name, std::string password_text, std::string key = {}, std::string phrase = {});
  SshLogin(SshLogin&&) noexcept;
  SshLogin& operator=(SshLogin&&) noexcept;
  ~SshLogin();

 private:
  void wipe();
};

struct Target {
  Id device = 0;
  std::string address;  // IPv4 or IPv6 in digits
  std::uint16_t port = 22;
  std::string host_key;  // "SHA256:..."; empty: trust the first one seen and report it
  bool telnet = false;   // only where the ledger says so: everything crosses the network in clear text
  std::string model;     // maker and model as the ledger has them; chooses the dialect
  bool old_algorithms =
      false;  // also SHA-1 key exchange, CBC ciphers, ssh-rsa: for devices that have no other
};

struct CommandOutput {
  std::string command;
  Time started;
  Duration took{};
  std::string text;             // valid UTF-8, no controls but line feed and tab
  std::uint64_t raw_bytes = 0;  // taken from the device before cleaning
  bool cut = false;             // there was more than was kept
  std::optional<int> exit_status;
  std::optional<Error> error;
};

enum class State : std::uint8_t {
  done,       // every command gave its output
  partial,    // some did
  failed,     // none did; error says why
  cancelled,  // stopped by the caller; what was there until then is kept
};

struct Retrieved {
  Id device = 0;
  State state = State::failed;
  std::optional<Error> error;  // of the retrieval as a whole
  std::string dialect;         // id of the dialect spoken
  std::string host_key;        // the key seen, "SHA256:..."; empty when it did not come so far
  bool host_key_new = false;   // none was pinned: store host_key
  Time started, finished;
  std::vector<CommandOutput> commands;
};

}  // namespace yagura::monitor::remote_log
