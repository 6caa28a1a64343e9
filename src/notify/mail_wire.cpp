#include "notify/mail_wire.hpp"

#include <fmt/format.h>

#include "base/base64.hpp"

namespace yagura::notify {

namespace {

struct Upload {
  std::string_view left;
};

std::size_t read_upload(char* to, std::size_t size, std::size_t count, void* data) {
  auto& upload = *static_cast<Upload*>(data);
  const std::size_t n = std::min(size * count, upload.left.size());
  upload.left.copy(to, n);
  upload.left.remove_prefix(n);
  return n;
}

}  // namespace

void add(List& list, const std::string& text) { list.reset(curl_slist_append(list.release(), text.c_str())); }

std::string encoded_words(std::string_view text) {
  std::string out;
  std::string piece;
  const auto put = [&] {
    if (piece.empty()) return;
    out.append(out.empty() ? "" : "\r\n ").append("=?UTF-8?B?").append(base64(piece)).append("?=");
    piece.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 1;
    while (i + length < text.size() && (static_cast<unsigned char>(text[i + length]) & 0xc0) == 0x80)
      ++length;
    if (piece.size() + length > 39) put();
    // A line break in a header would begin another header.
    if (text[i] != '\r' && text[i] != '\n') piece.append(text, i, length);
    i += length;
  }
  put();
  return out;
}

std::string wrapped(const std::string& encoded) {
  std::string out;
  for (std::size_t at = 0; at < encoded.size(); at += 76) out.append(encoded, at, 76).append("\r\n");
  return out;
}

Handle new_handle() {
  static const int ready = static_cast<int>(curl_global_init(CURL_GLOBAL_DEFAULT));
  (void)ready;
  Handle handle(curl_easy_init());
  YAGURA_ASSERT(handle);
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT, 10L);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(handle.get(), CURLOPT_FOLLOWLOCATION, 0L);
  return handle;
}

Secured::Secured(CURL* handle, bool require_tls, const std::string& ca_file) : handle_(handle) {
  curl_easy_setopt(handle, CURLOPT_USE_SSL, require_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, ca_file.c_str());
    // These and no others: whoever the system believes besides has no say about this server.
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, said_.data());
}

Error Secured::failure(CURLcode done, const std::string& server, const char* otherwise) const {
  const std::string reason = said_[0] != '\0' ? said_.data() : curl_easy_strerror(done);
  if (done == CURLE_PEER_FAILED_VERIFICATION || done == CURLE_SSL_CACERT_BADFILE ||
      done == CURLE_SSL_ISSUER_ERROR)
    return {"notify.certificate_refused", {{"server", server}, {"reason", reason}}};
  if (done == CURLE_USE_SSL_FAILED) return {"notify.tls_missing", {{"server", server}}};
  long code = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &code);
  return {otherwise, {{"reason", code == 0 ? reason : fmt::format("{} ({})", reason, code)}}};
}

Result<void> send_over_smtp(const SenderSettings& settings, const std::string& to, const std::string& text) {
  const auto failed = [](std::string why) {
    return fail("notify.mail_failed", {{"reason", std::move(why)}});
  };
  if (settings.smtp.empty()) return failed("no mail server is set");
  if (to.find_first_of("\r\n <>") != std::string::npos || to.find('@') == std::string::npos)
    return failed("not a mail address");
  const Handle handle = new_handle();
  CURL* h = handle.get();
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(h, CURLOPT_URL, settings.smtp.c_str());
  const Secured secured(h, settings.require_tls, settings.ca_file);
  if (!settings.user.empty()) {
    curl_easy_setopt(h, CURLOPT_USERNAME, settings.user.c_str());
    curl_easy_setopt(h, CURLOPT_PASSWORD, settings.password.c_str());
  }
  const std::string from = "<" + settings.from + ">";
  curl_easy_setopt(h, CURLOPT_MAIL_FROM, from.c_str());
  List recipients;
  add(recipients, "<" + to + ">");
  curl_easy_setopt(h, CURLOPT_MAIL_RCPT, recipients.get());
  Upload upload{text};
  curl_easy_setopt(h, CURLOPT_READFUNCTION, read_upload);
  curl_easy_setopt(h, CURLOPT_READDATA, &upload);
  curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
  const auto done = curl_easy_perform(h);
  if (done != CURLE_OK) return std::unexpected(secured.failure(done, settings.smtp, "notify.mail_failed"));
  return {};
}

}  // namespace yagura::notify
