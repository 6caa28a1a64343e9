// How people sign in besides a password of ours: the cities' directories and providers of identities as the
// file of --directories names them, and passkeys.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>

#include "directory/kerberos.hpp"
#include "directory/ldap_directory.hpp"
#include "schema/yaml.hpp"
#include "sign_on/oidc.hpp"
#include "sign_on/saml.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace {

// A day's work: whoever was stopped at a provider is out by the next day, unless he is stopped here before.
constexpr auto default_session = std::chrono::hours(8);

std::vector<std::string> texts_of(const schema::Value& list) {
  std::vector<std::string> out;
  for (const auto& item : list.items()) out.push_back(item.text());
  return out;
}

// A word that is misspelt must not silently leave a rule out.
Result<void> check_words(const std::string& id, const schema::Value& entry,
                         std::initializer_list<std::string_view> known) {
  for (const auto& [word, value] : entry.members())
    if (std::ranges::find(known, word) == known.end())
      return fail("directory.settings_invalid", {{"directory", id}, {"what", word}});
  return {};
}

}  // namespace

Result<void> Server::Parts::open_directories() {
  if (options.directories.empty()) return {};
  YAGURA_TRY(const auto file, schema::read_yaml(options.directories));
  YAGURA_CHECK(check_words("", file, {"directories", "sign_on"}));
  people::Directories found;
  std::set<std::string> searching;  // can say whether an account stands
  for (const auto& [id, entry] : file["directories"].members()) {
    const auto invalid = [&of = id](std::string what) {
      return fail("directory.settings_invalid", {{"directory", of}, {"what", std::move(what)}});
    };
    YAGURA_CHECK(check_words(id, entry,
                             {"name", "contracts", "servers", "ca_file", "principal", "base", "filter",
                              "service", "timeout_seconds", "allow_plain", "kerberos"}));
    directory::LdapSettings settings{.name = id,
                                     .servers = texts_of(entry["servers"]),
                                     .ca_file = entry["ca_file"].text(),
                                     .principal = entry["principal"].text(),
                                     .base = entry["base"].text(),
                                     .allow_plain = entry["allow_plain"].boolean()};
    if (const auto* filter = entry.find("filter")) settings.filter = filter->text();
    if (const auto* seconds = entry.find("timeout_seconds"))
      settings.timeout = std::chrono::seconds(seconds->integer());
    if (const auto* service = entry.find("service")) {
      YAGURA_CHECK(check_words(id, *service, {"contract", "credential"}));
      settings.service = [this, contract = (*service)["contract"].text(),
                          name = (*service)["credential"].text()]() -> Result<directory::ServiceAccount> {
        YAGURA_TRY(auto opened, credentials->open(contract, name));
        if (opened.about.kind != ledger::CredentialKind::directory)
          return fail("ledger.credential_not_found", {{"name", name}});
        return directory::ServiceAccount{opened.about.user, std::move(opened.secret.secret)};
      };
    }
    settings.report = [of = id](std::string_view why) { spdlog::error("directory {}: {}", of, why); };
    people::KnownDirectory known{entry["name"]["ja"].text(), entry["name"]["en"].text(),
                                 texts_of(entry["contracts"]), nullptr};
    if (known.name_ja.empty() || known.name_en.empty()) return invalid("name");
    for (const auto& contract : known.contracts)
      if (!packs.contains(contract)) return invalid("contracts: " + contract);
    const bool searches = settings.service != nullptr;
    if (searches) searching.insert(id);
    YAGURA_TRY(auto opened, directory::open_ldap(std::move(settings), clock));
    known.directory = std::move(opened);
    if (const auto* tickets = entry.find("kerberos")) {
      YAGURA_CHECK(check_words(id, *tickets, {"keytab", "service", "unbound"}));
      // Whether an account stands is asked at each ticket, which outlives it by hours.
      if (!searches) return invalid("kerberos: it needs base and service");
      YAGURA_TRY(auto kerberos, directory::open_kerberos({.name = id,
                                                          .keytab = (*tickets)["keytab"].text(),
                                                          .service = (*tickets)["service"].text(),
                                                          .replays = options.data / "tickets-used",
                                                          .unbound = (*tickets)["unbound"].boolean()}));
      known.tickets = std::move(kerberos);
    }
    found.emplace(id, std::move(known));
  }
  YAGURA_CHECK(open_sign_on(file["sign_on"], searching, found));
  people->set_directories(std::move(found));
  return {};
}

Result<void> Server::Parts::open_sign_on(const schema::Value& entries, const std::set<std::string>& searching,
                                         people::Directories& found) {
  for (const auto& [id, entry] : entries.members()) {
    const auto invalid = [&of = id](std::string what) {
      return fail("sign_on.settings_invalid", {{"provider", of}, {"what", std::move(what)}});
    };
    YAGURA_CHECK(
        check_words(id, entry,
                    {"name", "contracts", "saml", "issuer", "client", "secret", "trusted_acr", "trusted_amr",
                     "ca_file", "proxy", "timeout_seconds", "allow_plain", "session_hours", "also_in"}));
    people::KnownDirectory known{.name_ja = entry["name"]["ja"].text(),
                                 .name_en = entry["name"]["en"].text(),
                                 .contracts = texts_of(entry["contracts"])};
    if (known.name_ja.empty() || known.name_en.empty()) return invalid("name");
    // It stands in an address that the provider knows.
    if (id.size() > 64 || id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") != std::string::npos)
      return invalid("id");
    if (found.contains(id)) return invalid("id: a directory has it");
    for (const auto& contract : known.contracts)
      if (!packs.contains(contract)) return invalid("contracts: " + contract);
    known.session_lasts = default_session;
    if (const auto* hours = entry.find("session_hours")) {
      known.session_lasts = std::chrono::hours(hours->integer());
      if (known.session_lasts < std::chrono::hours(1) || known.session_lasts > people::longest_session)
        return invalid("session_hours: 1 to 12");
    }
    known.also_in = entry["also_in"].text();
    if (!known.also_in.empty() && !searching.contains(known.also_in))
      return invalid("also_in: it needs a directory with base and service");
    YAGURA_CHECK(check_words(id, entry["secret"], {"contract", "credential"}));
    std::string here = options.public_address;
    while (here.ends_with('/')) here.pop_back();
    const auto report = [of = id](std::string_view why) { spdlog::error("sign-on {}: {}", of, why); };
    if (const auto* saml = entry.find("saml")) {
      YAGURA_CHECK(check_words(id, entry, {"name", "contracts", "saml", "session_hours", "also_in"}));
      YAGURA_CHECK(check_words(id, *saml, {"metadata", "trusted_contexts"}));
      YAGURA_TRY(auto metadata, schema::read_file((*saml)["metadata"].text(), 1U << 20));
      const auto ours = here + "/api/v1/session/sign-on/" + id;
      YAGURA_TRY(auto opened, sign_on::open_saml({.name = id,
                                                  .metadata = std::move(metadata),
                                                  .entity = ours + "/metadata",
                                                  .return_address = ours + "/response",
                                                  .trusted_contexts = texts_of((*saml)["trusted_contexts"]),
                                                  .report = report},
                                                 clock));
      known.sign_on = std::move(opened);
      found.emplace(id, std::move(known));
      continue;
    }
    sign_on::OidcSettings settings{
        .name = id,
        .issuer = entry["issuer"].text(),
        .client = entry["client"].text(),
        .return_address = here.empty() ? "" : here + "/sign-on/" + id,
        .trusted_acr = texts_of(entry["trusted_acr"]),
        .trusted_amr = texts_of(entry["trusted_amr"]),
        .web = {entry["ca_file"].text(), entry["proxy"].text(), entry["allow_plain"].boolean()}};
    if (const auto* seconds = entry.find("timeout_seconds"))
      settings.timeout = std::chrono::seconds(seconds->integer());
    settings.secret = [this, contract = entry["secret"]["contract"].text(),
                       name = entry["secret"]["credential"].text()]() -> Result<std::string> {
      YAGURA_TRY(auto opened, credentials->open(contract, name));
      if (opened.about.kind != ledger::CredentialKind::sign_on)
        return fail("ledger.credential_not_found", {{"name", name}});
      return std::move(opened.secret.secret);
    };
    settings.report = report;
    YAGURA_TRY(auto opened, sign_on::open_oidc(std::move(settings), clock));
    known.sign_on = std::move(opened);
    found.emplace(id, std::move(known));
  }
  return {};
}

Result<void> Server::Parts::directory_round() {
  YAGURA_TRY(const auto ended, people->end_sessions_of_gone());
  for (const Id session : ended) streams.ended("session/" + std::to_string(session), *hub);
  return {};
}

// Passkeys belong to the host of the public address: another one ends them, and it is said whose.
Result<void> Server::Parts::open_passkeys() {
  people->set_relying_party(people::webauthn::relying_party(options.public_address));
  const auto& rp = people->relying_party();
  YAGURA_TRY(const auto moved, people->note_address());
  for (const auto& one : moved) {
    if (one.usable)
      spdlog::info("passkey \"{}\" of {} can be used again: the public address is {}", one.name, one.login,
                   one.address);
    else
      spdlog::warn("passkey \"{}\" of {} cannot be used any more: it was made for {}, and {}", one.name,
                   one.login, one.address,
                   rp ? "the public address is now " + rp->id
                      : std::string("there is no public address at which passkeys work"));
  }
  return {};
}

}  // namespace yagura::yagurad
