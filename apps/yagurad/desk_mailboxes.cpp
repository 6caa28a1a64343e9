// The desk's mailboxes: read every few seconds, and what tickets have to say sent.
#include "base/text.hpp"
#include "schema/yaml.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

Result<void> Server::Parts::open_mailboxes(const notify::SenderSettings& mail_settings) {
  std::string password;
  if (!options.desk_mail_password_file.empty()) {
    YAGURA_TRY(const auto read, schema::read_file(options.desk_mail_password_file, 4096));
    password = trim(read);
  }
  for (const auto& [contract, where] : options.desk_mail) {
    const auto wrong = [&] {
      return fail("apps.option_invalid", {{"option", "--desk-mail"}, {"value", contract + "=" + where}});
    };
    if (!packs.contains(contract)) return wrong();
    notify::MailboxSettings settings;
    settings.require_tls = !options.desk_mail_plain;
    settings.password = password;
    settings.ca_file = options.mail_ca;
    if (where.starts_with("maildir:")) {
      settings.maildir = where.substr(8);
    } else {
      // imaps://user@host/INBOX, where the user may be an address himself.
      const auto scheme = where.find("://"), at = where.rfind('@');
      if (!where.starts_with("imap") || scheme == std::string::npos || at == std::string::npos || at < scheme)
        return wrong();
      settings.user = where.substr(scheme + 3, at - scheme - 3);
      settings.imap = where.substr(0, scheme + 3) + where.substr(at + 1);
      while (settings.imap.ends_with('/')) settings.imap.pop_back();
    }
    mailboxes.emplace_back(contract, notify::Mailbox::open(settings));
  }
  desk_mail = std::make_unique<desk::DeskMail>(desk::DeskMail::Ground{
      .incidents = *incidents,
      .database = *database,
      .journal = *journal,
      .ledgers = *ledgers,
      .clock = clock,
      .packs = [this](std::string_view id) { return pack(id); },
      .send = [settings = mail_settings](
                  const notify::OutgoingMail& mail) { return notify::deliver(settings, mail); },
      .own_address = options.smtp_from});
  return {};
}

Result<void> Server::Parts::mail_round() {
  constexpr int at_once = 50;
  Result<void> out;
  for (auto& [contract, mailbox] : mailboxes) {
    const auto read = mailbox->each(
        [&](std::string_view bytes) -> Result<bool> {
          YAGURA_TRY(const auto taken, desk_mail->take(contract, bytes));
          return taken.what != desk::MailOutcome::What::refused;
        },
        at_once);
    // One mailbox that cannot be read keeps nobody else's mail waiting.
    if (!read && out) out = std::unexpected(read.error());
  }
  if (const auto sent = desk_mail->send_due(); !sent && out) out = std::unexpected(sent.error());
  return out;
}

}  // namespace yagura::yagurad
