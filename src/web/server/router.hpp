// The table of routes: which handler answers which method and path.
//
//   Router router;
//   router.add({.method = Method::get, .pattern = "/api/v1/devices/{id}", .operation = "getDevice",
//               .handler = get_device, .permission = "device.read"});
//
// Purpose: one list, made by whoever starts the server, that tests can hold against share/openapi.yaml
//          (every operation id both ways). HEAD is answered by GET's handler, OPTIONS by the table.
// Threads: add() while starting, then read by all.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "web/server/request.hpp"
#include "web/server/response.hpp"

namespace yagura::web {

// Plain function from request to response. A Result's error becomes problem+json (problem.hpp); an
// exception becomes 500 with the request id in the log.
using Handler = std::function<Result<Response>(Request&)>;

// How fast it may be called; the numbers are in ServerOptions.
enum class RateClass : std::uint8_t { read, write, sign_in, heavy };
inline constexpr int kRateClasses = 4;

enum class BodyKind : std::uint8_t {
  memory,  // into Request::body
  upload,  // multipart/form-data, its files on disk (upload.hpp)
};

enum class Runs : std::uint8_t {
  on_worker,     // may wait for a database or disk
  on_io_thread,  // takes microseconds and never waits: saves the two hand-overs between threads
};

struct Route {
  Method method = Method::get;
  std::string pattern;    // "/api/v1/devices/{id}"
  std::string operation;  // operationId of the OpenAPI file; "" only for what is no API
  Handler handler;
  std::string permission;  // what the gate asks of the caller; "" = open to everybody
  RateClass rate = RateClass::read;
  std::uint64_t body_limit = 64 * 1024;  // bytes
  BodyKind body = BodyKind::memory;
  Runs runs = Runs::on_worker;
  // A page of another site posts here, as the form of a provider of identities does: whoever the browser is
  // signed in as must not matter to the handler.
  bool from_other_sites = false;
};

class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // A pattern that is broken or taken is a fault of the program: asserted.
  void add(Route route);
  // Answers GET of paths that no pattern has (the screens); else such paths are 404.
  void set_fallback(Route route);

  struct Match {
    const Route* route = nullptr;  // null: 404, or 405 when `allowed` has methods
    std::vector<std::pair<std::string, std::string>> params;
    std::vector<Method> allowed;  // filled when no route is found and for OPTIONS
  };
  [[nodiscard]] Match match(Method method, std::string_view path) const;
  [[nodiscard]] const std::deque<Route>& routes() const { return routes_; }

 private:
  struct Node;
  std::deque<Route> routes_;  // addresses stay good
  std::unique_ptr<Node> root_;
  std::unique_ptr<Route> fallback_;
};

// "GET, HEAD, OPTIONS" for the Allow header.
std::string allow_text(const std::vector<Method>& methods);

}  // namespace yagura::web
