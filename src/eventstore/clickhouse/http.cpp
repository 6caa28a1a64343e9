#include "eventstore/clickhouse/http.hpp"

#include <curl/curl.h>

#include <charconv>
#include <random>

namespace yagura::eventstore::clickhouse {

namespace {

constexpr std::size_t most_kept = 16U << 20, most_idle = 8;
constexpr Duration killed_within = std::chrono::seconds(2);
constexpr const char* system_ca = "/etc/ssl/certs/ca-certificates.crt";

struct HeadersEnd {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, HeadersEnd>;
void add(Headers& headers, const std::string& line) {
  headers.reset(curl_slist_append(headers.release(), line.c_str()));
}

// What one running request knows.
struct Exchange {
  const Request& request;
  CURL* handle;
  const std::atomic<bool>* ending;
  Answer answer;
  std::string refusal;
  bool too_large = false;

  bool refused() const {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status != 200;
  }
  bool is_ending() const { return ending != nullptr && ending->load(); }
  bool stopped() {
    const auto& stop = request.stop;
    if (stop.cancelled != nullptr && stop.cancelled->load()) answer.end = Answer::End::cancelled;
    if (stop.clock != nullptr && stop.clock->steady() >= stop.until) answer.end = Answer::End::out_of_time;
    return answer.end != Answer::End::whole;
  }
  bool take(std::string_view bytes) {
    if (refused()) {
      if (refusal.size() < 4096) refusal.append(bytes);
      return true;
    }
    if (stopped()) return false;
    if (request.take) {
      if (!request.take(bytes)) answer.end = stopped() ? answer.end : Answer::End::not_wanted;
      return answer.end == Answer::End::whole;
    }
    too_large = answer.body.size() + bytes.size() > most_kept;
    if (!too_large) answer.body.append(bytes);
    return !too_large;
  }
};

std::size_t on_answer(char* bytes, std::size_t size, std::size_t count, void* to) {
  return static_cast<Exchange*>(to)->take({bytes, size * count}) ? size * count : CURL_WRITEFUNC_ERROR;
}
std::size_t on_data(char* to, std::size_t size, std::size_t count, void* from) {
  return static_cast<Exchange*>(from)->request.data(to, size * count);
}
int on_progress(void* of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<Exchange*>(of);
  return exchange.is_ending() || exchange.stopped() ? 1 : 0;
}

std::string random_name() {
  static thread_local std::mt19937_64 random{std::random_device{}()};
  return "yagura-" + std::to_string(random()) + "-" + std::to_string(random());
}

// "Code: 159, e.displayText() = DB::Exception: Timeout exceeded: …, e.what() = DB::Exception"
std::pair<int, std::string> exception_of(std::string_view text) {
  int number = 0;
  if (text.starts_with("Code: ")) std::from_chars(text.data() + 6, text.data() + text.size(), number);
  if (const auto at = text.find("DB::Exception: "); at != std::string_view::npos) text.remove_prefix(at + 15);
  text = text.substr(0, text.find(", e.what()"));
  return {number, std::string(text.substr(0, 200))};
}

}  // namespace

struct Http::Connection {
  CURL* handle = curl_easy_init();
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { curl_easy_cleanup(handle); }
};

Http::Http(std::string address, Account account, const std::atomic<bool>* ending, Duration takes_data)
    : address_(std::move(address)), account_(std::move(account)), ending_(ending), takes_data_(takes_data) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

Http::~Http() = default;

std::unique_ptr<Http::Connection> Http::connection() const {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto out = std::move(idle_.back());
      idle_.pop_back();
      return out;
    }
  }
  return std::make_unique<Connection>();
}

std::expected<Answer, Failure> Http::send(const Request& request) const {
  auto connection = this->connection();
  CURL* h = connection->handle;
  Exchange exchange{request, h, ending_, {}, {}};
  if (exchange.stopped()) return exchange.answer;
  std::string address = address_ + "/";
  const auto setting = [&](std::string_view name, std::string_view value) {
    char* escaped = curl_easy_escape(h, value.data(), static_cast<int>(value.size()));
    address.append(address.ends_with('/') ? "?" : "&").append(name).append("=").append(escaped);
    curl_free(escaped);
  };
  const auto name = request.query_id.empty() ? random_name() : request.query_id;
  setting("query_id", name);
  for (const auto& [key, value] : request.settings) setting(key, value);
  if (request.data) setting("query", request.statement);

  std::string why(CURL_ERROR_SIZE, '\0');
  Headers headers;
  add(headers, "X-ClickHouse-User: " + account_.user);
  add(headers, "X-ClickHouse-Key: " + account_.password);
  add(headers, "Expect:");
  if (request.data) add(headers, "Transfer-Encoding: chunked");
  curl_easy_reset(h);
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, why.data());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(h, CURLOPT_CAINFO, account_.ca_file.empty() ? system_ca : account_.ca_file.c_str());
  curl_easy_setopt(h, CURLOPT_PROXY, "");
  curl_easy_setopt(h, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, 5'000L);
  curl_easy_setopt(h, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(h, CURLOPT_URL, address.c_str());
  curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(h, CURLOPT_POST, 1L);
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_answer);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(h, CURLOPT_XFERINFODATA, &exchange);
  const auto whole_seconds = [](Duration d) { return std::chrono::ceil<std::chrono::seconds>(d).count(); };
  if (request.data) {
    curl_easy_setopt(h, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(h, CURLOPT_LOW_SPEED_TIME, whole_seconds(takes_data_));
  } else if (request.stop.clock == nullptr) {
    curl_easy_setopt(h, CURLOPT_TIMEOUT, whole_seconds(request.at_most));
  }
  if (request.data) {
    curl_easy_setopt(h, CURLOPT_READFUNCTION, on_data);
    curl_easy_setopt(h, CURLOPT_READDATA, &exchange);
    curl_easy_setopt(h, CURLOPT_UPLOAD_BUFFERSIZE, 1L << 20);
    // A connection of its own: curl would send again by itself what a kept connection lost, and the server
    // may leave the last, empty chunk unread, so that a request after it would not be understood.
    curl_easy_setopt(h, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(h, CURLOPT_FORBID_REUSE, 1L);
  } else {
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, request.statement.data());
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.statement.size()));
  }
  const auto done = curl_easy_perform(h);
  if (done != CURLE_OK && exchange.is_ending())
    return std::unexpected(Failure{{"eventstore.closed", {}}, true, 0});
  if (exchange.answer.end != Answer::End::whole) {
    kill(name);
    return std::move(exchange.answer);
  }
  well_ = done == CURLE_OK || exchange.too_large;
  const auto refused = done == CURLE_OK && exchange.refused();
  if (refused) {
    auto [number, reason] = exception_of(exchange.refusal);
    return std::unexpected(
        Failure{{"eventstore.server_refused",
                 {{"server", address_}, {"number", std::to_string(number)}, {"reason", std::move(reason)}}},
                true,
                number});
  }
  if (done != CURLE_OK) {
    std::string reason = exchange.too_large ? "the answer is too large"
                         : why[0] != '\0'   ? std::string(why.c_str())
                                            : curl_easy_strerror(done);
    const bool sent = done != CURLE_COULDNT_CONNECT && done != CURLE_COULDNT_RESOLVE_HOST;
    return std::unexpected(
        Failure{{"eventstore.server_unreachable", {{"server", address_}, {"reason", std::move(reason)}}},
                sent,
                0,
                done == CURLE_OPERATION_TIMEDOUT});
  }
  const std::lock_guard lock(mutex_);
  if (idle_.size() < most_idle) idle_.push_back(std::move(connection));
  return std::move(exchange.answer);
}

// Its failure changes nothing: the server ends the statement by its own limit of time.
void Http::kill(const std::string& query) const {
  Request request;
  request.statement = "KILL QUERY WHERE query_id = '" + query + "' ASYNC FORMAT Null";
  request.at_most = killed_within;
  (void)send(request);
}

}  // namespace yagura::eventstore::clickhouse
