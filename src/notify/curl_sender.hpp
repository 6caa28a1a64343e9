// Mail by SMTP (RFC 5321, RFC 5322, RFC 2047) and webhooks by HTTPS POST, with libcurl.
//
// Mail:    from one address; UTF-8; Auto-Submitted: auto-generated (RFC 3834), so that absence replies do not
//          come back; one Message-ID per contact.
// Webhook: a JSON object {"text", "subject", "severity", "about"}: "text" is what chat tools show. With a key
//          the header X-Yagura-Signature holds HMAC-SHA256 of the body in hex.
// TLS:     1.2 or later; a certificate must be of a known authority and name the host of the address.
// Errors:  notify.mail_failed, notify.webhook_failed (what the server or the network said),
//          notify.certificate_refused, notify.tls_missing.
// Threads: safe from any thread; each send uses a handle of its own.
#pragma once

#include "notify/contacts.hpp"

namespace yagura::notify {

struct SenderSettings {
  std::string smtp;  // "smtp://mail.example.jp:25", "smtps://…:465"; "" when mail cannot be sent
  std::string from;  // "yagura@example.jp"
  std::string user, password;
  bool require_tls = false;  // with smtp://: STARTTLS or nothing
  std::string ca_file;       // whose certificates are believed; "": the system's
  std::string webhook_key;
  std::string portal;  // "https://yagura.example.jp", for the link at the end of a mail
};

class CurlSender final : public Sender {
 public:
  explicit CurlSender(SenderSettings settings);
  Result<void> send(const Contact& contact) override;

  // The mail as it goes over the wire; for tests.
  [[nodiscard]] std::string mail_text(const Contact& contact) const;

 private:
  Result<void> send_mail(const Contact& contact) const;
  Result<void> send_webhook(const Contact& contact) const;
  const SenderSettings settings_;
};

}  // namespace yagura::notify
