#include "notify/mail_out.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "notify/mail_wire.hpp"

namespace yagura::notify {
namespace {

bool fit_for_a_head(std::string_view id) {
  return id.size() > 2 && id.size() < 500 && id.front() == '<' && id.back() == '>' &&
         id.find_first_of("\r\n \t") == std::string_view::npos;
}

std::string part_head(const std::string& type, const std::string& more) {
  return "Content-Type: " + type + "\r\nContent-Transfer-Encoding: base64\r\n" + more + "\r\n";
}

}  // namespace

std::string mail_text(const SenderSettings& settings, const OutgoingMail& mail) {
  const auto seconds = std::chrono::time_point_cast<std::chrono::seconds>(mail.at);
  std::string out = fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} +0000\r\n",
                                fmt::gmtime(std::chrono::system_clock::to_time_t(seconds))) +
                    "From: " + encoded_words("窓口") + " <" + settings.from + ">\r\nTo: <" + mail.to +
                    ">\r\nSubject: " + encoded_words(mail.subject) + "\r\n";
  if (fit_for_a_head(mail.message_id)) out += "Message-ID: " + mail.message_id + "\r\n";
  std::string ids, last;
  for (const auto& id : mail.references)
    if (fit_for_a_head(id)) {
      ids += (ids.empty() ? "" : "\r\n ") + id;
      last = id;
    }
  if (!ids.empty()) out += "In-Reply-To: " + last + "\r\nReferences: " + ids + "\r\n";
  if (mail.automatic) out += "Auto-Submitted: auto-replied\r\n";
  out += "MIME-Version: 1.0\r\n";
  if (mail.files.empty())
    return out + part_head("text/plain; charset=UTF-8", "") + wrapped(base64(mail.body));
  // Base64 has no hyphen, so that no part holds the boundary.
  const std::string boundary = "yagura--part";
  out += "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n--" + boundary + "\r\n" +
         part_head("text/plain; charset=UTF-8", "") + wrapped(base64(mail.body));
  for (const auto& file : mail.files) {
    const bool plain_type = !file.type.empty() && file.type.find_first_of("\r\n;\" ") == std::string::npos;
    std::string name;
    for (const unsigned char c : file.name)
      name +=
          (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '-'
              ? std::string(1, char(c))
              : fmt::format("%{:02X}", c);
    out += "--" + boundary + "\r\n" +
           part_head(plain_type ? file.type : "application/octet-stream",
                     "Content-Disposition: attachment; filename*=UTF-8''" + name + "\r\n") +
           wrapped(base64(file.bytes));
  }
  return out + "--" + boundary + "--\r\n";
}

Result<void> deliver(const SenderSettings& settings, const OutgoingMail& mail) {
  return send_over_smtp(settings, mail.to, mail_text(settings, mail));
}

}  // namespace yagura::notify
