#include "sign_on/web_call.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <mutex>

namespace yagura::sign_on {

namespace {

constexpr std::size_t most_answer = 256 * 1024;
constexpr const char* system_ca = "/etc/ssl/certs/ca-certificates.crt";

std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& body = *static_cast<std::string*>(to);
  const std::size_t more = size * count;
  if (body.size() + more > most_answer) return CURL_WRITEFUNC_ERROR;
  body.append(bytes, more);
  return more;
}

}  // namespace

bool address_allowed(std::string_view address, bool allow_plain) {
  const bool clean = std::ranges::all_of(address, [](char c) { return c > 0x20 && c < 0x7f; }) &&
                     address.find_first_of("\"'<>\\#@") == std::string_view::npos;
  if (!clean || address.size() > 2000) return false;
  if (address.starts_with("https://")) return address.size() > 8 && address[8] != '/';
  return allow_plain &&
         (address.starts_with("http://127.0.0.1:") || address.starts_with("http://localhost:"));
}

std::string form_encoded(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
        c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

Result<WebAnswer> call(const WebRules& rules, const WebCall& asked, std::chrono::milliseconds most) {
  const auto failed = [](std::string why) { return fail("sign_on.unreachable", {{"why", std::move(why)}}); };
  if (most.count() <= 0) return failed("no time left");
  if (!address_allowed(asked.address, rules.allow_plain)) return failed("address");
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), curl_easy_cleanup);
  if (!handle) return failed("curl");
  CURL* h = handle.get();
  WebAnswer answer;
  std::string why(CURL_ERROR_SIZE, '\0');
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, why.data());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, rules.allow_plain ? "http,https" : "https");
  curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(h, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(h, CURLOPT_CAINFO, rules.ca_file.empty() ? system_ca : rules.ca_file.c_str());
  // Whatever the environment of the service says.
  curl_easy_setopt(h, CURLOPT_PROXY, rules.proxy.c_str());
  curl_easy_setopt(h, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, static_cast<long>(most.count()));
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(most.count()));
  curl_easy_setopt(h, CURLOPT_MAXFILESIZE, static_cast<long>(most_answer));
  curl_easy_setopt(h, CURLOPT_USERAGENT, "Yagura");
  curl_easy_setopt(h, CURLOPT_URL, asked.address.c_str());
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, &answer.body);
  if (!asked.form.empty()) {
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, asked.form.data());
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(asked.form.size()));
  }
  if (!asked.user.empty()) {
    curl_easy_setopt(h, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    curl_easy_setopt(h, CURLOPT_USERNAME, asked.user.c_str());
    curl_easy_setopt(h, CURLOPT_PASSWORD, asked.password.c_str());
  }
  const auto done = curl_easy_perform(h);
  if (done == CURLE_WRITE_ERROR || done == CURLE_FILESIZE_EXCEEDED) return failed("the answer is too large");
  if (done != CURLE_OK) return failed(why[0] ? std::string(why.c_str()) : curl_easy_strerror(done));
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

}  // namespace yagura::sign_on
