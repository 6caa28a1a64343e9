// What can be set about the HTTPS server; the defaults suit one municipality.
//
// Units: bytes, Durations, counts.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "web/server/certificate.hpp"
#include "web/server/rate_limit.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

struct ServerOptions {
  std::string address = "::";  // one address; "::" takes IPv4, too
  std::uint16_t port = 8443;   // 0 = any free one
  // Plain HTTP that answers nothing but "go to https" (308); 0 = any free port, nothing = none.
  std::optional<std::uint16_t> redirect_port;
  CertificateFiles certificate;
  std::vector<std::string> hosts = {"localhost", "127.0.0.1", "[::1]"};  // names it answers to; "*" = any
  // Load balancers whose last X-Forwarded-For entry is believed.
  std::vector<std::string> trusted_proxies;

  int io_threads = 2;
  int worker_threads = 4;
  std::size_t max_queued = 1024;  // requests waiting for a worker

  std::size_t max_connections = 8000;  // below the limit of open files
  std::size_t max_connections_per_client = 512;
  std::uint32_t header_limit = 16 * 1024;
  std::filesystem::path upload_folder = "/var/tmp";

  Duration handshake_time = std::chrono::seconds(10);
  Duration head_time = std::chrono::seconds(10);   // from its first byte to the end of the head
  Duration body_grace = std::chrono::seconds(10);  // then it must keep up min_body_rate
  std::uint64_t min_body_rate = 4 * 1024;          // bytes per second since the head
  Duration idle_time = std::chrono::seconds(75);
  Duration send_stall = std::chrono::seconds(30);  // a client that takes nothing for so long
  Duration heartbeat = std::chrono::seconds(15);   // of event streams

  // By RateClass: read, write, sign_in, heavy.
  std::array<Rate, kRateClasses> per_client = {Rate{200, 400}, Rate{50, 100}, Rate{0.5, 10}, Rate{2, 10}};
  std::array<Rate, kRateClasses> per_account = {Rate{100, 300}, Rate{20, 60}, Rate{0.2, 10}, Rate{0.5, 10}};
};

}  // namespace yagura::web
