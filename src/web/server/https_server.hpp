// The HTTPS server: TLS 1.3, HTTP/1.1, routes to plain functions.
//
//   YAGURA_TRY(auto server, HttpsServer::start({.options = options, .router = std::move(router), .words =
//   words,
//                                               .clock = clock, .csrf_key = key, .gate = gate}));
//   ...
//   server->stop(std::chrono::seconds(10));
//
// Purpose: few threads wait for all sockets; handlers run on a worker pool. Nothing a client sends and no
//          exception of a handler ends the server. HTTP/2 and WebSocket are not spoken.
// Threads: start, stop and the destructor from one thread; the rest from any. SIGPIPE is ignored for the
//          whole process.
// Lifetime: what Parts refers to must outlive the server.
// Errors:  web.listen_failed (address, port, reason), and those of tls_stream.hpp and certificate.hpp.
#pragma once

#include <memory>
#include <string>

#include "schema/words.hpp"
#include "web/server/pipeline.hpp"
#include "web/server/server_options.hpp"

namespace yagura::web {

class HttpsServer {
 public:
  struct Parts {
    ServerOptions options;
    Router router;
    const schema::Words& words;
    const Clock& clock;
    std::string csrf_key = {};  // 32 bytes; empty = made anew, and a restart ends the screens' tokens
    Gate gate = {};             // none: only routes without permission answer
    AccessLog access = {};
    FaultLog faults = {};
  };
  struct Counts {
    std::size_t connections = 0;
    std::uint64_t accepted = 0;
    std::uint64_t refused_full = 0;    // over max_connections
    std::uint64_t refused_client = 0;  // over max_connections_per_client
    std::uint64_t requests = 0;
  };

  static Result<std::unique_ptr<HttpsServer>> start(Parts parts);
  ~HttpsServer();  // stop(0)
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  // Accepts no more, lets requests in flight end for at most `grace`, then closes what is left.
  void stop(Duration grace);
  // Reads certificate and key again; connections that are open keep the old one. On an error the old one
  // stays.
  Result<void> reload_certificate();
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::uint16_t redirect_port() const;  // 0 = none
  [[nodiscard]] Counts counts() const;
  [[nodiscard]] const Router& router() const;
  [[nodiscard]] const CsrfGuard& csrf() const;
  [[nodiscard]] const Problems& problems() const;

 private:
  struct Impl;
  explicit HttpsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace yagura::web
