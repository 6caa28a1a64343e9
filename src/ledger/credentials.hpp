// Secrets that ledger rows name: log-ins of devices, SNMP communities and users; and the account that
// searches a city's directory, and what this server proves itself with to a provider of identities.
//
// Purpose: a row holds the name of a credential, never the secret. Secrets are sealed by the vault and come
//          out only through open(), for the engines that log in; no list, journal entry or error holds one.
// Errors:  ledger.credential_not_found (name), ledger.credential_name, ledger.credential_incomplete (field),
//          vault.not_ours, and those of store.
// Threads: safe from any thread. Listeners run on the thread that changed, after it is on disk.
// Follows: requirement B7 (log-ins from an encrypted vault), B2 (SNMPv3 users).
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/guarded.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"
#include "store/vault.hpp"

namespace yagura::ledger {

enum class CredentialKind : unsigned char {
  ssh_password,
  ssh_key,
  snmp_community,
  snmp_v3,
  directory,
  sign_on
};
std::span<const std::pair<std::string_view, CredentialKind>> enum_names(CredentialKind);

// What is sealed. auth: md5, sha1, sha224 ... sha512; privacy: des, aes128, aes192, aes256; both of snmp_v3.
struct Secret {
  std::string secret;  // password, private key (PEM) or community
  std::string auth, auth_password, privacy, privacy_password;
};

struct Credential {
  std::string name;
  CredentialKind kind = CredentialKind::ssh_password;
  std::string user;
  Time changed;
  std::string changed_by;
  std::int64_t used_by = 0;  // devices whose row names it
};

struct OpenedCredential {
  Credential about;
  Secret secret;
};

class Credentials {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    const store::Vault& vault;
  };
  using Listener = std::function<void(const std::string& contract, const std::string& name)>;

  explicit Credentials(Ground ground) : at_(ground) {}
  void listen(Listener listener);  // before serving

  // By name, without secrets.
  Result<std::vector<Credential>> list(std::string_view contract);
  // Stores or replaces.
  Result<void> put(const journal::Actor& by, std::string_view contract, const std::string& name,
                   CredentialKind kind, const std::string& user, const Secret& secret);
  Result<void> remove(const journal::Actor& by, std::string_view contract, const std::string& name);
  // For engines only: the secret itself.
  Result<OpenedCredential> open(std::string_view contract, const std::string& name);

 private:
  void tell(store::Session& s, std::string_view contract, const std::string& name);

  Ground at_;
  Guarded<std::vector<Listener>> listeners_;
};

}  // namespace yagura::ledger
