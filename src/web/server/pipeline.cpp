#include "web/server/pipeline.hpp"

#include <algorithm>
#include <cstring>
#include <exception>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/text.hpp"

namespace yagura::web {
namespace {

// RFC 9110 5.6.7; made once a second for each thread.
std::string_view http_date(Time now) {
  thread_local std::int64_t second = -1;
  thread_local std::string text;
  const auto at = to_micros(now) / 1'000'000;
  if (at != second) {
    second = at;
    text = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(static_cast<std::time_t>(at)));
  }
  return text;
}

std::uint64_t random_start() {
  std::uint64_t value = 0;
  const auto bytes = random_bytes(sizeof value);
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace

Pipeline::Pipeline(const ServerOptions& options, const Router& router, const Problems& problems,
                   const CsrfGuard& csrf, const Clock& clock, Gate gate, FaultLog faults)
    : options_(options),
      router_(router),
      problems_(problems),
      csrf_(csrf),
      clock_(clock),
      gate_(std::move(gate)),
      faults_(std::move(faults)),
      hosts_(options.hosts),
      request_count_(random_start()) {
  for (std::size_t i = 0; i < kRateClasses; ++i) {
    per_client_[i] = std::make_unique<TokenBuckets>(clock, options.per_client[i]);
    per_account_[i] = std::make_unique<TokenBuckets>(clock, options.per_account[i]);
  }
}

std::string Pipeline::next_request_id() { return fmt::format("{:016x}", request_count_.fetch_add(1)); }

std::string Pipeline::client_of(const Headers& headers, std::string_view peer) const {
  if (options_.trusted_proxies.empty() ||
      std::ranges::find(options_.trusted_proxies, peer) == options_.trusted_proxies.end())
    return std::string(peer);
  const auto hops = split(headers.get("X-Forwarded-For"), ',');
  const auto last = trim(hops.back());
  const bool address =
      !last.empty() && last.find_first_not_of("0123456789abcdefABCDEF.:") == std::string_view::npos;
  return std::string(address ? last : peer);
}

std::unique_ptr<Exchange> Pipeline::open(MessageHead& head, std::string_view peer) {
  auto exchange = std::make_unique<Exchange>();
  auto& request = exchange->request;
  exchange->began = clock_.steady();
  exchange->minor_version = head.minor_version;
  request.id = next_request_id();
  request.received = clock_.now();
  request.client_address = client_of(head.headers, peer);
  for (const auto& [name, value] : head.headers)
    if (same_name(name, "cookie")) request.cookies = parse_cookies(value);
  request.language = choose_language(request.cookie("lang"), head.headers.get("Accept-Language"));
  request.headers = std::move(head.headers);
  admit(*exchange, head);
  return exchange;
}

void Pipeline::admit(Exchange& exchange, const MessageHead& head) {
  auto& request = exchange.request;
  const auto method = parse_method(head.method);
  if (!method) return refuse(exchange, Error{"web.method_unknown", {}});
  request.method = *method;
  exchange.head_only = *method == Method::head;
  auto target = parse_target(head.target);
  if (!target) return refuse(exchange, target.error());
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  if (auto host = hosts_.check(request.headers.get("Host")); !host) return refuse(exchange, host.error());
  auto match = router_.match(request.method, request.path);
  const auto rate = match.route ? match.route->rate : RateClass::read;
  if (auto granted = check_rate(per_client_, rate, client_key(request.client_address)); !granted)
    return refuse(exchange, granted.error());
  if (match.route) {
    request.route = match.route;
    request.params = std::move(match.params);
    if (head.content_length > match.route->body_limit)
      refuse(exchange, Error{"web.body_too_large", {{"limit", std::to_string(match.route->body_limit)}}});
  } else if (match.allowed.empty()) {
    refuse(exchange, Error{"web.not_found", {}});
  } else if (request.method == Method::options) {
    exchange.answer = Response::no_content();
    exchange.answer->headers.add("Allow", allow_text(match.allowed));
  } else {
    refuse(exchange, Error{"web.method_not_allowed", {{"allow", allow_text(match.allowed)}}});
  }
}

Result<void> Pipeline::check_rate(std::array<std::unique_ptr<TokenBuckets>, kRateClasses>& buckets,
                                  RateClass rate, std::string_view key) const {
  if (const int wait = buckets[static_cast<std::size_t>(rate)]->take(key); wait > 0)
    return fail("web.rate_limited", {{"retry_after", std::to_string(wait)}});
  return {};
}

std::unique_ptr<Exchange> Pipeline::refuse(const Error& error, std::string_view peer) {
  auto exchange = std::make_unique<Exchange>();
  exchange->began = clock_.steady();
  exchange->request.id = next_request_id();
  exchange->request.received = clock_.now();
  exchange->request.client_address = peer;
  refuse(*exchange, error);
  return exchange;
}

void Pipeline::refuse(Exchange& exchange, const Error& error) const {
  exchange.answer = problems_.of(error, exchange.request.language, exchange.request.id);
  const int status = exchange.answer->status;
  // 501 and 505 are the client's doing; being full is counted in the access log; why a directory or a
  // provider is away is logged by whoever asked it.
  if (status == 500 || status == 507 ||
      (status == 503 && error.code != "web.busy" && error.code != "people.directory_away" &&
       error.code != "people.sign_on_away"))
    log_fault(exchange, error.text());
}

void Pipeline::guarded(Exchange& exchange, const std::function<void()>& what) const {
  try {
    what();
  } catch (const std::exception& thrown) {
    log_fault(exchange, fmt::format("exception: {}", thrown.what()));
    refuse(exchange, Error{"web.internal", {}});
  } catch (...) {
    log_fault(exchange, "exception of an unknown kind");
    refuse(exchange, Error{"web.internal", {}});
  }
}

void Pipeline::authorise(Exchange& exchange) {
  guarded(exchange, [&] {
    auto& request = exchange.request;
    if (gate_) {
      if (auto open = gate_(request); !open) return refuse(exchange, open.error());
    } else if (!request.route->permission.empty()) {
      return refuse(exchange, Error{"web.sign_in_needed", {}});  // no gate: nobody can be anybody
    }
    if (auto same_site = request.route->from_other_sites ? Result<void>{} : csrf_.check(request); !same_site)
      return refuse(exchange, same_site.error());
    if (request.caller.account.empty()) return;
    if (auto granted = check_rate(per_account_, request.route->rate, request.caller.account); !granted)
      refuse(exchange, granted.error());
  });
}

void Pipeline::run(Exchange& exchange) {
  guarded(exchange, [&] {
    auto answer = exchange.request.route->handler(exchange.request);
    if (!answer) return refuse(exchange, answer.error());
    exchange.answer = *std::move(answer);
  });
}

void Pipeline::finish(Exchange& exchange) const {
  auto& headers = exchange.answer->headers;
  headers.set("Date", http_date(clock_.now()));
  headers.set("X-Request-Id", exchange.request.id);
}

void Pipeline::log_fault(const Exchange& exchange, std::string_view text) const {
  if (!faults_) return;
  const auto& request = exchange.request;
  faults_(fmt::format("request {} {} {}: {}", request.id, name_of(request.method),
                      request.route ? request.route->pattern : request.path, text));
}

}  // namespace yagura::web
