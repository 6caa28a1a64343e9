// A mailbox that the desk reads: a mail drop (Maildir) or IMAP.
//
// Purpose: offers each waiting mail once it is known what became of it: taken, refused (kept apart for a
//          person to look at), or to be offered again.
// Maildir: new/ is read in the order of names; what was taken goes to cur/ as seen, what was refused to
//          refused/. Links and anything but plain files are left alone. IMAP: RFC 3501 with libcurl, over TLS
//          where the address says imaps:// or the server offers STARTTLS. Mails without the keyword
//          YaguraDone are read without being marked as seen; what was taken gets it, what was refused is
//          flagged besides. Nothing is deleted.
// Errors:  notify.mailbox_failed (reason), notify.certificate_refused, notify.tls_missing.
// Threads: one at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::notify {

struct MailboxSettings {
  std::string maildir;               // a folder, or
  std::string imap, user, password;  // "imaps://mail.example.jp/INBOX"
  bool require_tls = true;           // with imap://: STARTTLS or nothing
  std::string ca_file;               // whose certificates are believed; "": the system's
};

class Mailbox {
 public:
  // true: taken; false: refused; an error: offered again, and no further mail this time.
  using Take = std::function<Result<bool>(std::string_view bytes)>;
  virtual ~Mailbox() = default;
  // Up to `most` mails. Returns how many were dealt with.
  virtual Result<int> each(const Take& take, int most) = 0;

  static std::unique_ptr<Mailbox> open(const MailboxSettings& settings);
};

}  // namespace yagura::notify
