// A mail as it came in: who wrote it, in answer to what, its text and its files.
//
// Purpose: reads RFC 5322 and MIME (RFC 2045–2047) with GMime, within bounds, whatever the bytes are.
// Not:     who may write or where it belongs (desk).
// Bounds:  mail_most bytes a mail, parts_most parts, text_most bytes of text (cut beyond), files_most files.
// Text:    the plain part; of a mail that has HTML alone, its words. Quotations at the end are left out.
// Automatic: what a machine answered (RFC 3834, RFC 3464, list mail): it must never be answered in turn.
// Errors:  notify.mail_unreadable (reason).
// Threads: pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::notify {

struct MailFile {
  std::string name, type, bytes;
};

struct IncomingMail {
  std::string from, from_name, subject;
  std::string message_id;               // without < >
  std::vector<std::string> answers_to;  // ids of In-Reply-To and References, the nearest first
  std::string text;
  std::vector<MailFile> files;
  bool automatic = false;
  bool cut = false;  // something lay beyond the bounds
};

inline constexpr std::size_t mail_most = 30'000'000, text_most = 60'000;
inline constexpr int parts_most = 100, files_most = 20;

Result<IncomingMail> read_mail(std::string_view bytes);
// The words of HTML, without scripts and styles.
std::string text_of_html(std::string_view html);

}  // namespace yagura::notify
