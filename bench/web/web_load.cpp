// The two ends of the web measurement, in processes of their own.
//   web_load serve FOLDER        the server with small answers; prints "port=N", ends with SIGTERM
//   web_load hold PORT N [PATH]  opens N TLS connections, asks PATH on each, prints "held=N", waits for stdin
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "web/server/event_hub.hpp"
#include "web/server/https_server.hpp"

namespace {

using namespace yagura;

constexpr std::string_view kBody =
    R"({"id":102938,"name":"本庁 L3 スイッチ 1","state":"up","site":"main-office","class":"core-switch",)"
    R"("checked_at":"2026-04-28T08:10:00Z","round_trip_ms":0.42,"loss":0,"alerts":[]})";

int serve(const std::string& folder) {
  SystemClock clock;
  schema::Words words;
  web::EventHub hub(clock);
  web::ServerOptions options;
  options.address = "127.0.0.1";
  options.port = 0;
  options.certificate = {folder + "/server.pem", folder + "/server.key"};
  options.max_connections = 15000;
  options.max_connections_per_client = 15000;
  options.per_client[0] = {1e9, 1e9};
  if (const char* threads = std::getenv("IO_THREADS")) options.io_threads = std::atoi(threads);
  if (auto made = web::ensure_certificate(options.certificate, {"localhost"}, clock); !made) {
    std::fprintf(stderr, "%s\n", made.error().text().c_str());
    return 1;
  }
  web::Router router;
  const auto small = [](web::Request&) -> Result<web::Response> {
    return web::Response::json(200, std::string(kBody));
  };
  router.add({.method = web::Method::get, .pattern = "/worker", .operation = "worker", .handler = small});
  router.add({.method = web::Method::get,
              .pattern = "/quick",
              .operation = "quick",
              .handler = small,
              .runs = web::Runs::on_io_thread});
  router.add({.method = web::Method::get,
              .pattern = "/events",
              .operation = "events",
              .handler = [&hub](web::Request&) -> Result<web::Response> {
                return web::Response::events(hub.subscribe({.topics = {"contract:a"}, .session = "s"}));
              }});
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  sigaddset(&end, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &end, nullptr);
  auto server = web::HttpsServer::start(
      {.options = options, .router = std::move(router), .words = words, .clock = clock});
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().text().c_str());
    return 1;
  }
  std::printf("port=%d\n", (*server)->port());
  std::fflush(stdout);
  for (int signal = 0; sigwait(&end, &signal) == 0 && signal != SIGTERM;) {
    const auto began = clock.steady();
    for (int i = 0; i < 10; ++i) hub.publish("contract:a", "alert.opened", kBody);
    std::printf("published=10 readers=%zu publish_ms=%.1f\n", hub.counts().readers,
                static_cast<double>((clock.steady() - began).count()) / 1000);
    std::fflush(stdout);
  }
  (*server)->stop(std::chrono::seconds(0));
  return 0;
}

int hold(std::uint16_t port, int count, const std::string& path) {
  std::signal(SIGPIPE, SIG_IGN);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  const auto request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::vector<SSL*> held;
  for (int i = 0; i < count; ++i) {
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in to = from;
    to.sin_port = htons(port);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) break;
    SSL* ssl = SSL_new(context);
    SSL_set_fd(ssl, socket);
    char answer[4096];
    if (SSL_connect(ssl) != 1 || SSL_write(ssl, request.data(), static_cast<int>(request.size())) <= 0 ||
        SSL_read(ssl, answer, sizeof answer) <= 0)
      break;
    held.push_back(ssl);
  }
  std::printf("held=%zu\n", held.size());
  std::fflush(stdout);
  (void)std::getchar();
  return static_cast<int>(held.size()) == count ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "serve" && argc == 3) return serve(argv[2]);
  if (mode == "hold" && argc >= 4)
    return hold(static_cast<std::uint16_t>(std::atoi(argv[2])), std::atoi(argv[3]),
                argc > 4 ? argv[4] : "/quick");
  std::fprintf(stderr, "usage: %s serve FOLDER | hold PORT N [PATH]\n", argv[0]);
  return 2;
}
