// What yagurad is told on its command line.
//
// Errors: apps.option_unknown, apps.option_invalid (option). Threads: values.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace yagura::yagurad {

struct Options {
  std::filesystem::path data = "var";  // vault key, certificate, spool
  std::filesystem::path share = "share";
  std::filesystem::path packs = "packs";
  std::filesystem::path ui;            // folder of the built screens; "" for none
  std::vector<std::string> contracts;  // ids of packs; all folders of packs/ when none is named
  std::string listen_address = "::";
  std::uint16_t listen_port = 8443;
  std::vector<std::string> hosts;  // further names the server answers to
  std::string database;            // "" is sqlite:<data>/yagura.db
  std::string trap_address = "::";
  std::uint16_t trap_port = 162;
  std::string syslog_address = "::";
  std::uint16_t syslog_port = 514;  // UDP and TCP; 0: off
  std::string syslog_tls_address = "::";
  std::uint16_t syslog_tls_port = 0;  // 0: off
  // PEM; without them the server's own certificate. Authorities: senders must show a certificate of these.
  std::filesystem::path syslog_certificate, syslog_key, syslog_authorities;
  std::string syslog_strangers;  // contract that keeps lines of unknown senders; "": the only one, or none
  std::string smtp, smtp_from = "yagura@localhost", smtp_user, smtp_password_file;
  bool smtp_tls = false;
  std::string mail_ca;  // of SMTP and IMAP; "": the system's
  // Mailboxes of the desk: contract and maildir:FOLDER, imaps://user@host/INBOX or imap://… (with STARTTLS).
  std::vector<std::pair<std::string, std::string>> desk_mail;
  std::string desk_mail_password_file;
  bool desk_mail_plain = false;       // imap:// without TLS, for a server on this machine
  std::string public_address;         // "https://yagura.example.jp"; used in mails
  std::filesystem::path lab;          // folder of the lab: its inventory fills empty ledgers
  std::string ping_interval;          // seconds for every class instead of the pack's; for the lab and tests
  std::filesystem::path clamd;        // socket of the virus scanner; "" for none
  std::filesystem::path directories;  // YAML: the cities' directories; "" for none
  std::size_t events_memory = 384;    // MiB that the store of log events may use
  std::filesystem::path events_backup;      // folder for nightly backups of it; "" for none
  std::filesystem::path events_clickhouse;  // YAML: the servers that keep log events instead; "" for none
  bool help = false;
};

Result<Options> read_options(std::span<const std::string> args);
std::string usage();

}  // namespace yagura::yagurad
