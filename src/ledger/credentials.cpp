#include "ledger/credentials.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "schema/json.hpp"
#include "schema/shape.hpp"

namespace yagura::ledger {

using schema::Value;
using store::Session;

std::span<const std::pair<std::string_view, CredentialKind>> enum_names(CredentialKind) {
  static constexpr std::pair<std::string_view, CredentialKind> names[] = {
      {"ssh_password", CredentialKind::ssh_password},     {"ssh_key", CredentialKind::ssh_key},
      {"snmp_community", CredentialKind::snmp_community}, {"snmp_v3", CredentialKind::snmp_v3},
      {"directory", CredentialKind::directory},           {"sign_on", CredentialKind::sign_on}};
  return names;
}

template <class V>
void shape(V& v, Secret& s) {
  v.optional("secret", s.secret);
  v.optional("auth", s.auth);
  v.optional("auth_password", s.auth_password);
  v.optional("privacy", s.privacy);
  v.optional("privacy_password", s.privacy_password);
}

namespace {

constexpr std::size_t secret_most = 32 * 1024;  // a private key
constexpr std::array<std::string_view, 6> digests{"md5", "sha1", "sha224", "sha256", "sha384", "sha512"};
constexpr std::array<std::string_view, 4> ciphers{"des", "aes128", "aes192", "aes256"};
constexpr std::size_t usm_password_least = 8;  // RFC 3414 11.2

std::string_view name_of(CredentialKind kind) {
  for (const auto& [name, k] : enum_names(kind))
    if (k == kind) return name;
  return {};
}

// A sealed value moved to another contract, name or kind does not open there.
std::string purpose_of(std::string_view contract, std::string_view name, std::string_view kind) {
  return "credential/" + std::string(contract) + "/" + std::string(name) + "/" + std::string(kind);
}

bool name_usable(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
}

Result<void> check(CredentialKind kind, const std::string& user, const Secret& s) {
  const auto lacks = [](const char* field) {
    return fail("ledger.credential_incomplete", {{"field", field}});
  };
  if (s.secret.size() > secret_most) return lacks("secret");
  if (user.size() > 200 || user.find_first_of("\r\n") != std::string::npos) return lacks("user");
  if (kind != CredentialKind::snmp_community && user.empty()) return lacks("user");
  if (kind != CredentialKind::snmp_v3) return s.secret.empty() ? lacks("secret") : Result<void>{};
  if (!s.auth.empty() && std::ranges::find(digests, s.auth) == digests.end()) return lacks("auth");
  if (!s.privacy.empty() && std::ranges::find(ciphers, s.privacy) == ciphers.end()) return lacks("privacy");
  if (!s.privacy.empty() && s.auth.empty()) return lacks("auth");  // USM has no privacy without a digest
  if (!s.auth.empty() && s.auth_password.size() < usm_password_least) return lacks("auth_password");
  if (!s.privacy.empty() && s.privacy_password.size() < usm_password_least) return lacks("privacy_password");
  return {};
}

Credential credential_of(const store::Row& row) {
  Credential c{row.string(0), {}, row.string(2), row.time(3), row.string(4), 0};
  for (const auto& [name, kind] : enum_names(CredentialKind{}))
    if (name == row.text(1)) c.kind = kind;
  return c;
}

}  // namespace

void Credentials::listen(Listener listener) {
  listeners_.with([&](auto& all) { all.push_back(std::move(listener)); });
}

void Credentials::tell(Session& s, std::string_view contract, const std::string& name) {
  s.after_commit([this, c = std::string(contract), name] {
    const auto all = listeners_.with([](const auto& listeners) { return listeners; });
    for (const auto& listener : all) listener(c, name);
  });
}

Result<std::vector<Credential>> Credentials::list(std::string_view contract) {
  std::vector<Credential> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    YAGURA_CHECK(
        s.query("SELECT name, kind, login, changed, changed_by FROM credential WHERE contract = $1"
                " ORDER BY name",
                contract, [&](const store::Row& row) { out.push_back(credential_of(row)); }));
    if (out.empty()) return {};
    std::map<std::string, std::int64_t, std::less<>> uses;
    YAGURA_CHECK(
        s.query("SELECT data->>'snmp_credential', data->>'ssh_credential' FROM ledger_row"
                " WHERE contract = $1 AND ledger = 'devices' AND deleted = 0",
                contract, [&](const store::Row& row) {
                  const auto snmp = row.is_null(0) ? "" : row.string(0);
                  const auto ssh = row.is_null(1) ? "" : row.string(1);
                  if (!snmp.empty()) ++uses[snmp];
                  if (!ssh.empty() && ssh != snmp) ++uses[ssh];
                }));
    for (auto& c : out)
      if (const auto use = uses.find(c.name); use != uses.end()) c.used_by = use->second;
    return {};
  }));
  return out;
}

Result<void> Credentials::put(const journal::Actor& by, std::string_view contract, const std::string& name,
                              CredentialKind kind, const std::string& user, const Secret& secret) {
  if (!name_usable(name)) return fail("ledger.credential_name");
  YAGURA_CHECK(check(kind, user, secret));
  const auto sealed =
      at_.vault.seal(schema::to_json(schema::write(secret)), purpose_of(contract, name, name_of(kind)));
  return at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(
        s.exec("INSERT INTO credential (contract, name, kind, login, sealed, changed, changed_by)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (contract, name) DO UPDATE SET"
               " kind = excluded.kind, login = excluded.login, sealed = excluded.sealed,"
               " changed = excluded.changed, changed_by = excluded.changed_by",
               contract, name, name_of(kind), user, sealed, at_.clock.now(), by.name));
    YAGURA_CHECK(at_.journal.append(
        s, {std::string(contract), by, "secret.stored", "credential/" + name,
            Value::object({{"name", Value(name)}, {"kind", Value(name_of(kind))}, {"user", Value(user)}})}));
    tell(s, contract, name);
    return {};
  });
}

Result<void> Credentials::remove(const journal::Actor& by, std::string_view contract,
                                 const std::string& name) {
  return at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_TRY(const auto gone,
               s.exec("DELETE FROM credential WHERE contract = $1 AND name = $2", contract, name));
    if (gone == 0) return fail("ledger.credential_not_found", {{"name", name.substr(0, 64)}});
    YAGURA_CHECK(at_.journal.append(s, {std::string(contract), by, "secret.removed", "credential/" + name,
                                        Value::object({{"name", Value(name)}})}));
    tell(s, contract, name);
    return {};
  });
}

Result<OpenedCredential> Credentials::open(std::string_view contract, const std::string& name) {
  std::optional<OpenedCredential> found;
  std::string sealed;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT name, kind, login, changed, changed_by, sealed FROM credential"
        " WHERE contract = $1 AND name = $2",
        contract, name, [&](const store::Row& row) {
          found.emplace(OpenedCredential{credential_of(row), {}});
          sealed = row.string(5);
        });
  }));
  if (!found) return fail("ledger.credential_not_found", {{"name", name.substr(0, 64)}});
  YAGURA_TRY(const auto text,
             at_.vault.unseal(sealed, purpose_of(contract, name, name_of(found->about.kind))));
  YAGURA_TRY(const auto value, schema::parse_json(text));
  YAGURA_TRY(found->secret, schema::read<Secret>(value));
  return std::move(*found);
}

}  // namespace yagura::ledger
