// A mail from the desk to somebody, in a thread, with files: as text of RFC 5322, and over SMTP with libcurl.
//
// Head:    From with the sender's name, Message-ID and References as given, so that answers find their
//          ticket; Auto-Submitted only where the mail is automatic.
// Errors:  notify.mail_failed. Threads: pure function; deliver() uses a handle of its own.
#pragma once

#include "base/clock.hpp"
#include "notify/curl_sender.hpp"
#include "notify/mail_message.hpp"

namespace yagura::notify {

struct OutgoingMail {
  std::string to, subject, body;
  std::string message_id;               // with < >
  std::vector<std::string> references;  // the oldest first, with < >
  std::vector<MailFile> files;
  bool automatic = false;
  Time at;
};

std::string mail_text(const SenderSettings& settings, const OutgoingMail& mail);
Result<void> deliver(const SenderSettings& settings, const OutgoingMail& mail);

}  // namespace yagura::notify
