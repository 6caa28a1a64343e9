// How a mail goes over the wire: encodings of RFC 2045 and 2047, and SMTP with libcurl; for the parts of this
// room.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>

#include "notify/curl_sender.hpp"

namespace yagura::notify {

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Free>;
using List = std::unique_ptr<curl_slist, Free>;

void add(List& list, const std::string& text);
// With time-outs, and following nobody elsewhere.
Handle new_handle();

// Speaks TLS as settings say, and keeps what went wrong in its own words for failure().
class Secured {
 public:
  Secured(CURL* handle, bool require_tls, const std::string& ca_file);
  // What a transfer came to. Errors: notify.certificate_refused, notify.tls_missing, else `otherwise` with
  // its reason. server: as its address says.
  [[nodiscard]] Error failure(CURLcode done, const std::string& server, const char* otherwise) const;

 private:
  CURL* handle_;
  std::array<char, CURL_ERROR_SIZE> said_{};
};

// An unstructured header as encoded words of at most 75 characters, never splitting a character.
std::string encoded_words(std::string_view text);
std::string wrapped(const std::string& encoded);

// Errors: notify.mail_failed, notify.certificate_refused, notify.tls_missing.
Result<void> send_over_smtp(const SenderSettings& settings, const std::string& to, const std::string& text);

}  // namespace yagura::notify
