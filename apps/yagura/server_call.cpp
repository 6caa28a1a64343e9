#include "yagura/server_call.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>

#include "base/text.hpp"
#include "schema/json.hpp"

namespace yagura::apps {

namespace {

constexpr const char* system_ca = "/etc/ssl/certs/ca-certificates.crt";
constexpr std::size_t most_line = 64U << 20;
constexpr long most_seconds = 600;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// What came so far, cut into lines; a refusal is kept whole.
struct Incoming {
  CURL* handle = nullptr;
  const TakeLine& take;
  std::string rest, refusal;
  std::optional<Error> error;
  bool stopped = false;

  bool add(std::string_view bytes) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200 || status > 299) {
      refusal.append(bytes.substr(0, 65'536 - std::min<std::size_t>(refusal.size(), 65'536)));
      return true;
    }
    rest.append(bytes);
    for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
      if (!give(rest.substr(0, end))) return false;
      rest.erase(0, end + 1);
    }
    return rest.size() <= most_line;
  }
  bool give(const std::string& line) {
    if (line.empty()) return true;
    auto go_on = take(line);
    if (!go_on) error = std::move(go_on).error();
    stopped = stopped || (go_on && !*go_on);
    return go_on && *go_on;
  }
};

std::size_t incoming(char* bytes, std::size_t size, std::size_t count, void* to) {
  return static_cast<Incoming*>(to)->add({bytes, size * count}) ? size * count : CURL_WRITEFUNC_ERROR;
}

std::unexpected<Error> refused(long status, const std::string& text) {
  const auto problem = schema::parse_json(text);
  std::string detail = problem ? (*problem)["detail"].text() : "";
  if (detail.empty()) detail = "HTTP " + std::to_string(status);
  return fail("apps.server_refused", {{"detail", std::move(detail)},
                                      {"advice", problem ? (*problem)["advice"].text() : ""},
                                      {"code", problem ? (*problem)["code"].text() : ""}});
}

}  // namespace

Result<ServerAddress> server_of(const Arguments& given) {
  ServerAddress out{given.get(server_option, environment("YAGURA_SERVER")),
                    given.get(ca_option, environment("YAGURA_CA")), environment("YAGURA_TOKEN")};
  if (out.address.empty()) return fail("apps.option_missing", {{"option", "--server"}});
  while (out.address.ends_with('/')) out.address.pop_back();
  if (!out.address.starts_with("https://"))
    return fail(
        "apps.option_invalid",
        {{"option", "--server"}, {"value", out.address}, {"wanted", "https://yagura.example.jp:8443"}});
  if (given.has(token_option)) {
    std::ifstream file(given.get(token_option));
    if (!file) return fail("apps.file_missing", {{"file", given.get(token_option)}});
    std::getline(file, out.token);
  }
  out.token = trim(out.token);
  if (out.token.empty()) return fail("apps.token_missing");
  return out;
}

Result<void> ask_server(const ServerAddress& server, const std::string& path, const schema::Value& body,
                        const TakeLine& take) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), curl_easy_cleanup);
  if (!handle) return fail("apps.server_unreachable", {{"why", "curl"}});
  CURL* h = handle.get();
  Incoming answer{.handle = h, .take = take};
  std::string why(CURL_ERROR_SIZE, '\0');
  const auto language = spoken_language() == schema::Language::ja ? "ja" : "en";
  curl_slist* fields = nullptr;
  for (const auto& field :
       {"Authorization: Bearer " + server.token, std::string("Content-Type: application/json"),
        std::string("Accept-Language: ") + language})
    fields = curl_slist_append(fields, field.c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> kept(fields, curl_slist_free_all);
  const auto url = server.address + "/api/v1" + path;
  const auto text = body.is_null() ? "" : schema::to_json(body);
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, why.data());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(h, CURLOPT_PROXY, "");
  curl_easy_setopt(h, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(h, CURLOPT_CAINFO, server.ca_file.empty() ? system_ca : server.ca_file.c_str());
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, 10L);
  curl_easy_setopt(h, CURLOPT_TIMEOUT, most_seconds);
  curl_easy_setopt(h, CURLOPT_USERAGENT, "yagura");
  curl_easy_setopt(h, CURLOPT_URL, url.c_str());
  curl_easy_setopt(h, CURLOPT_HTTPHEADER, fields);
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, incoming);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, &answer);
  if (!body.is_null()) {
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, text.data());
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(text.size()));
  }
  const auto done = curl_easy_perform(h);
  if (answer.error) return std::unexpected(*answer.error);
  if (answer.stopped) return {};
  if (done != CURLE_OK)
    return fail("apps.server_unreachable",
                {{"why", why[0] != '\0' ? std::string(why.c_str()) : curl_easy_strerror(done)}});
  long status = 0;
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
  if (status < 200 || status > 299) return refused(status, answer.refusal);
  answer.give(answer.rest);
  if (answer.error) return std::unexpected(*answer.error);
  return {};
}

Result<schema::Value> ask_server(const ServerAddress& server, const std::string& path,
                                 const schema::Value& body) {
  std::string all;
  YAGURA_CHECK(ask_server(server, path, body, [&](const std::string& line) -> Result<bool> {
    all += line;
    return true;
  }));
  return schema::parse_json(all, most_line);
}

}  // namespace yagura::apps
