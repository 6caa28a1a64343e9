#include "notify/curl_sender.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/hmac.h>

#include <array>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "notify/mail_wire.hpp"
#include "schema/json.hpp"

namespace yagura::notify {

using schema::Value;

namespace {

// "incident/12" as the left side of a Message-ID, the same for all mails about one thing: they make a thread.
std::string encoded_id(std::string_view subject) {
  std::string out(subject);
  for (char& ch : out)
    if (ch == '/') ch = '-';
  return out;
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
  return send_over_smtp(settings_, c.to, mail_text(c));
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
