#include "yagurad/options.hpp"

#include <charconv>

namespace yagura::yagurad {

namespace {

Result<std::uint16_t> port(std::string_view text, const std::string& option) {
  std::uint16_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size())
    return fail("apps.option_invalid", {{"option", option}, {"value", std::string(text)}});
  return value;
}

// "127.0.0.1:8443", "[::1]:8443" or a port alone.
Result<void> address(const std::string& text, const std::string& option, std::string& host,
                     std::uint16_t& number) {
  const auto colon = text.rfind(':');
  if (colon != std::string::npos) {
    host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  }
  YAGURA_TRY(number, port(std::string_view(text).substr(colon == std::string::npos ? 0 : colon + 1), option));
  return {};
}

}  // namespace

Result<Options> read_options(std::span<const std::string> args) {
  Options o;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string& name = args[i];
    if (name == "--help") {
      o.help = true;
      continue;
    }
    if (name == "--smtp-tls") {
      o.smtp_tls = true;
      continue;
    }
    if (name == "--desk-mail-plain") {
      o.desk_mail_plain = true;
      continue;
    }
    if (i + 1 == args.size()) return fail("apps.option_invalid", {{"option", name}, {"value", ""}});
    const std::string& value = args[++i];
    if (name == "--data")
      o.data = value;
    else if (name == "--share")
      o.share = value;
    else if (name == "--packs")
      o.packs = value;
    else if (name == "--ui")
      o.ui = value;
    else if (name == "--contract")
      o.contracts.push_back(value);
    else if (name == "--host")
      o.hosts.push_back(value);
    else if (name == "--database")
      o.database = value;
    else if (name == "--smtp")
      o.smtp = value;
    else if (name == "--smtp-from")
      o.smtp_from = value;
    else if (name == "--mail-ca")
      o.mail_ca = value;
    else if (name == "--smtp-user")
      o.smtp_user = value;
    else if (name == "--smtp-password-file")
      o.smtp_password_file = value;
    else if (name == "--desk-mail") {
      const auto equals = value.find('=');
      if (equals == std::string::npos)
        return fail("apps.option_invalid", {{"option", name}, {"value", value}});
      o.desk_mail.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    } else if (name == "--desk-mail-password-file")
      o.desk_mail_password_file = value;
    else if (name == "--public-address")
      o.public_address = value;
    else if (name == "--lab")
      o.lab = value;
    else if (name == "--clamd")
      o.clamd = value;
    else if (name == "--directories")
      o.directories = value;
    else if (name == "--events-backup")
      o.events_backup = value;
    else if (name == "--events-clickhouse")
      o.events_clickhouse = value;
    else if (name == "--events-memory") {
      const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), o.events_memory);
      if (code != std::errc() || end != value.data() + value.size() || o.events_memory < 32 ||
          o.events_memory > (1U << 20))
        return fail("apps.option_invalid", {{"option", name}, {"value", value}});
    } else if (name == "--ping-interval")
      o.ping_interval = value;
    else if (name == "--listen")
      YAGURA_CHECK(address(value, name, o.listen_address, o.listen_port));
    else if (name == "--trap-listen")
      YAGURA_CHECK(address(value, name, o.trap_address, o.trap_port));
    else if (name == "--trap-port") {
      YAGURA_TRY(o.trap_port, port(value, name));
    } else if (name == "--syslog-listen")
      YAGURA_CHECK(address(value, name, o.syslog_address, o.syslog_port));
    else if (name == "--syslog-port") {
      YAGURA_TRY(o.syslog_port, port(value == "off" ? "0" : value, name));
    } else if (name == "--syslog-tls-listen")
      YAGURA_CHECK(address(value, name, o.syslog_tls_address, o.syslog_tls_port));
    else if (name == "--syslog-certificate")
      o.syslog_certificate = value;
    else if (name == "--syslog-key")
      o.syslog_key = value;
    else if (name == "--syslog-ca")
      o.syslog_authorities = value;
    else if (name == "--syslog-strangers")
      o.syslog_strangers = value;
    else {
      return fail("apps.option_unknown", {{"option", name}});
    }
  }
  if (o.database.empty()) o.database = "sqlite:" + (o.data / "yagura.db").string();
  return o;
}

std::string usage() {
  return "yagurad [options]\n"
         "  --data DIR             vault key, certificate, trap spool, database (var)\n"
         "  --share DIR            data files (share)\n"
         "  --packs DIR            contract packs (packs)\n"
         "  --contract ID          a pack to serve; may be repeated (all of --packs)\n"
         "  --ui DIR               the built screens\n"
         "  --listen ADDRESS:PORT  HTTPS ([::]:8443)\n"
         "  --host NAME            a further name this server answers to; may be repeated\n"
         "  --database ADDRESS     sqlite:PATH or postgresql://… (sqlite:<data>/yagura.db)\n"
         "  --trap-port PORT       SNMP traps (162); --trap-listen ADDRESS:PORT for one address\n"
         "  --syslog-port PORT     syslog by UDP and TCP (514; 0 or off: none); --syslog-listen "
         "ADDRESS:PORT\n"
         "  --syslog-tls-listen ADDRESS:PORT  syslog by TLS (none; its port is 6514): --syslog-certificate "
         "and\n"
         "                         --syslog-key (the server's own); --syslog-ca FILE: of its senders\n"
         "  --syslog-strangers CONTRACT  keeps lines of unknown senders (the contract, if it is the only "
         "one)\n"
         "  --smtp URL             smtp://host:port or smtps://…; --smtp-from, --smtp-user,\n"
         "                         --smtp-password-file, --smtp-tls (STARTTLS or nothing)\n"
         "  --mail-ca FILE         whose certificates of mail servers are believed, PEM (the system's)\n"
         "  --desk-mail CONTRACT=WHERE  the desk's mailbox: maildir:DIR or imaps://user@host/INBOX; may be\n"
         "                         repeated. --desk-mail-password-file; --desk-mail-plain for imap:// "
         "without TLS\n"
         "  --public-address URL   how people reach this server; stands in mails\n"
         "  --clamd SOCKET         virus scanner for files that people send (/run/clamav/clamd.ctl)\n"
         "  --directories FILE     the cities' Active Directories and providers of identities\n"
         "                         (docs/operations/directory.md, sign-on.md)\n"
         "  --events-memory MIB    memory for the store of log events in <data>/events (384; at least 32)\n"
         "  --events-backup DIR    a backup of that store there each night, the last three are kept\n"
         "  --events-clickhouse FILE  the ClickHouse servers that keep the log events instead\n"
         "                         (docs/operations/clickhouse.md)\n"
         "  --ping-interval S      seconds between checks for every class, instead of the pack's\n"
         "  --lab DIR              fill empty ledgers from a running lab (lab/README.md)\n";
}

}  // namespace yagura::yagurad
