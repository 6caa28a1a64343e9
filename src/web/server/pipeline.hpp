// What a request passes between the wire and its handler, and an answer on its way back.
//
// Purpose: the order of the checks in one place, without sockets: host, path, route, rate of the address,
//          size of the body (open) - who it is, CSRF, rate of the account (authorise) - the handler (run) -
//          header fields every answer has (finish).
// Threads: open() and finish() on I/O threads, authorise() and run() on workers; one exchange is with one
//          thread at a time.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "web/server/message_parser.hpp"
#include "web/server/problem.hpp"
#include "web/server/rate_limit.hpp"
#include "web/server/router.hpp"
#include "web/server/security.hpp"
#include "web/server/server_options.hpp"

namespace yagura::web {

// Finds out who asks and whether he may (Route::permission): fills Request::caller, or says why not. Called
// for every route, also open ones, with caller left empty when nobody is signed in; may wait.
using Gate = std::function<Result<void>(Request&)>;

// One line of the access log. Paths come without their query, for queries may hold what people searched.
struct AccessRecord {
  Time at{};
  Duration took{};
  std::string_view request_id;
  std::string_view client;
  std::string_view account;
  std::string_view method;
  std::string_view path;
  std::string_view operation;
  int status = 0;
  std::uint64_t bytes = 0;  // of the body sent
};
using AccessLog = std::function<void(const AccessRecord&)>;  // from I/O threads: must not wait
// What went wrong inside, for the operator: never shown to clients.
using FaultLog = std::function<void(std::string_view text)>;

struct Exchange {
  Request request;
  std::optional<Response> answer;
  Duration began{};
  bool head_only = false;
  int minor_version = 1;  // of HTTP/1
};

class Pipeline {
 public:
  Pipeline(const ServerOptions& options, const Router& router, const Problems& problems,
           const CsrfGuard& csrf, const Clock& clock, Gate gate, FaultLog faults);

  // From a parsed head; when it is refused already, `answer` says so.
  std::unique_ptr<Exchange> open(MessageHead& head, std::string_view peer);
  // For what never became a request (bytes that are no HTTP, too slow, too large).
  std::unique_ptr<Exchange> refuse(const Error& error, std::string_view peer);
  // Replaces whatever answer there is by this error's.
  void refuse(Exchange& exchange, const Error& error) const;
  void authorise(Exchange& exchange);
  void run(Exchange& exchange);
  void finish(Exchange& exchange) const;
  void log_fault(const Exchange& exchange, std::string_view text) const;

 private:
  void admit(Exchange& exchange, const MessageHead& head);
  Result<void> check_rate(std::array<std::unique_ptr<TokenBuckets>, kRateClasses>& buckets, RateClass rate,
                          std::string_view key) const;
  void guarded(Exchange& exchange, const std::function<void()>& what) const;
  std::string client_of(const Headers& headers, std::string_view peer) const;
  std::string next_request_id();

  const ServerOptions& options_;
  const Router& router_;
  const Problems& problems_;
  const CsrfGuard& csrf_;
  const Clock& clock_;
  const Gate gate_;
  const FaultLog faults_;
  const HostList hosts_;
  std::array<std::unique_ptr<TokenBuckets>, kRateClasses> per_client_;
  std::array<std::unique_ptr<TokenBuckets>, kRateClasses> per_account_;
  std::atomic<std::uint64_t> request_count_;
};

}  // namespace yagura::web
