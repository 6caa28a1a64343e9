// Fills empty ledgers from a running lab (lab/README.md), by the same imports that people use.
#include <spdlog/spdlog.h>

#include <array>
#include <cstdio>
#include <fstream>

#include "base/text.hpp"
#include "schema/yaml.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace {

// NAME=value lines of the lab's file of secrets.
std::map<std::string, std::string> read_secrets(const std::string& text) {
  std::map<std::string, std::string> out;
  for (const auto line : split(text, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    auto value = trim(line.substr(equals + 1));
    if (value.size() >= 2 && (value.front() == '\'' || value.front() == '"'))
      value = value.substr(1, value.size() - 2);
    out[std::string(trim(line.substr(0, equals)))] = value;
  }
  return out;
}

}  // namespace

Result<void> Server::Parts::fill_from_lab() {
  if (options.lab.empty() || packs.empty()) return {};
  const std::string& contract = packs.begin()->first;
  YAGURA_TRY(const auto there, ledgers->count(contract, "devices"));
  if (there > 0) return {};
  const journal::Actor lab{0, "lab", "console"};
  for (const std::string ledger : {"sites", "devices", "interfaces", "contacts"}) {
    const auto file = options.lab / ("inventory-" + ledger + ".csv");
    if (!std::filesystem::exists(file)) continue;
    // A device may name one further down as its upstream: rows that had to wait come with the next pass.
    std::int64_t rejected = -1;
    for (int pass = 0; pass < 10; ++pass) {
      YAGURA_TRY(const auto plan, ledgers->plan(lab, contract, ledger, file, file.filename().string(), {}));
      const bool no_better = plan.created + plan.updated == 0 || plan.rejected == rejected;
      rejected = plan.rejected;
      if (no_better) break;
      YAGURA_CHECK(ledgers->execute(lab, contract, plan.id, {}));
      if (rejected == 0) break;
    }
    if (rejected > 0) spdlog::warn("lab: {} rows of {} were not taken", rejected, ledger);
  }
  YAGURA_TRY(const auto text, schema::read_file(options.lab / "secrets"));
  const auto secrets = read_secrets(text);
  const auto secret = [&](const char* name) {
    const auto found = secrets.find(name);
    return found == secrets.end() ? std::string() : found->second;
  };
  using ledger::CredentialKind;
  YAGURA_CHECK(credentials->put(lab, contract, "snmp_community", CredentialKind::snmp_community, "",
                                {.secret = secret("SNMP_COMMUNITY")}));
  YAGURA_CHECK(credentials->put(lab, contract, "snmp_v3_yagura_ro", CredentialKind::snmp_v3, "yagura_ro",
                                {.auth = "sha1",
                                 .auth_password = secret("SNMP_V3_YAGURA_RO_AUTH"),
                                 .privacy = "aes128",
                                 .privacy_password = secret("SNMP_V3_YAGURA_RO_PRIV")}));
  YAGURA_CHECK(credentials->put(lab, contract, "ssh_monitor", CredentialKind::ssh_password, "monitor",
                                {.secret = secret("SSH_MONITOR_PASSWORD")}));
  return {};
}

}  // namespace yagura::yagurad
