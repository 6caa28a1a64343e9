#include "notify/curl_sender.hpp"

#include <curl/curl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/text.hpp"
#include "schema/json.hpp"

namespace yagura::notify {

using schema::Value;

namespace {

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Free>;
using List = std::unique_ptr<curl_slist, Free>;

void add(List& list, const std::string& text) { list.reset(curl_slist_append(list.release(), text.c_str())); }

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

// An unstructured header as encoded words of at most 75 characters, never splitting a character.
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

// "incident/12" as the left side of a Message-ID, the same for all mails about one thing: they make a thread.
std::string encoded_id(std::string_view subject) {
  std::string out(subject);
  for (char& ch : out)
    if (ch == '/') ch = '-';
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

// "incident/7" is shown by the portal's page incidents/7.
std::string page_of(const std::string& subject) {
  const auto slash = subject.find('/');
  return slash == std::string::npos ? subject : subject.substr(0, slash) + "s" + subject.substr(slash);
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

}  // namespace

CurlSender::CurlSender(SenderSettings settings) : settings_(std::move(settings)) {}

Result<void> CurlSender::send(const Contact& contact) {
  return contact.channel == Channel::webhook ? send_webhook(contact) : send_mail(contact);
}

std::string CurlSender::mail_text(const Contact& c) const {
  const auto at = settings_.from.find('@');
  const std::string domain = at == std::string::npos ? "localhost" : settings_.from.substr(at + 1);
  const auto seconds = std::chrono::time_point_cast<std::chrono::seconds>(c.created);
  std::string body = c.message.body;
  if (!settings_.portal.empty())
    body += "\n\n" + settings_.portal + "/" + page_of(c.subject) + "?contract=" + c.contract + "\n";
  return fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} +0000\r\n",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds))) +
         "From: Yagura <" + settings_.from + ">\r\nTo: <" + c.to +
         ">\r\nSubject: " + encoded_words(c.message.subject) + "\r\nMessage-ID: <contact-" +
         std::to_string(c.id) + "@" + domain + ">\r\nReferences: <" + encoded_id(c.subject) + "@" + domain +
         ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
         "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
         wrapped(base64(body));
}

Result<void> CurlSender::send_mail(const Contact& c) const {
  const auto failed = [](std::string why) {
    return fail("notify.mail_failed", {{"reason", std::move(why)}});
  };
  if (settings_.smtp.empty()) return failed("no mail server is set");
  if (c.to.find_first_of("\r\n <>") != std::string::npos || c.to.find('@') == std::string::npos)
    return failed("not a mail address");
  const Handle handle = new_handle();
  CURL* h = handle.get();
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(h, CURLOPT_URL, settings_.smtp.c_str());
  curl_easy_setopt(h, CURLOPT_USE_SSL, settings_.require_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY);
  if (!settings_.user.empty()) {
    curl_easy_setopt(h, CURLOPT_USERNAME, settings_.user.c_str());
    curl_easy_setopt(h, CURLOPT_PASSWORD, settings_.password.c_str());
  }
  const std::string from = "<" + settings_.from + ">";
  curl_easy_setopt(h, CURLOPT_MAIL_FROM, from.c_str());
  List to;
  add(to, "<" + c.to + ">");
  curl_easy_setopt(h, CURLOPT_MAIL_RCPT, to.get());
  const std::string text = mail_text(c);
  Upload upload{text};
  curl_easy_setopt(h, CURLOPT_READFUNCTION, read_upload);
  curl_easy_setopt(h, CURLOPT_READDATA, &upload);
  curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
  const auto done = curl_easy_perform(h);
  if (done != CURLE_OK) {
    long code = 0;
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &code);
    return failed(fmt::format("{} ({})", curl_easy_strerror(done), code));
  }
  return {};
}

Result<void> CurlSender::send_webhook(const Contact& c) const {
  const auto failed = [](std::string why) {
    return fail("notify.webhook_failed", {{"reason", std::move(why)}});
  };
  const std::string body = schema::to_json(Value::object({{"text", c.message.subject + "\n" + c.message.body},
                                                          {"subject", c.message.subject},
                                                          {"severity", c.severity},
                                                          {"about", c.subject}}));
  const Handle handle = new_handle();
  CURL* h = handle.get();
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_URL, c.to.c_str());
  List headers;
  add(headers, "Content-Type: application/json");
  if (!settings_.webhook_key.empty()) {
    std::array<unsigned char, 32> mac{};
    unsigned length = 0;
    HMAC(EVP_sha256(), settings_.webhook_key.data(), static_cast<int>(settings_.webhook_key.size()),
         reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac.data(), &length);
    add(headers, "X-Yagura-Signature: " + to_hex({reinterpret_cast<const char*>(mac.data()), mac.size()}));
  }
  curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(h, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, ignore);
  const auto done = curl_easy_perform(h);
  long code = 0;
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &code);
  if (done != CURLE_OK) return failed(curl_easy_strerror(done));
  if (code < 200 || code > 299) return failed(fmt::format("HTTP {}", code));
  return {};
}

}  // namespace yagura::notify
