#include "web/server/https_server.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include "web/server/connection.hpp"
#include "web/server/listener.hpp"
#include "web/server/redirect.hpp"

namespace yagura::web {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(250);

}  // namespace

struct HttpsServer::Impl {
  explicit Impl(Parts given)
      : parts(std::move(given)),
        problems(parts.words),
        csrf(parts.csrf_key.empty() ? random_bytes(32) : parts.csrf_key),
        pipeline(parts.options, parts.router, problems, csrf, parts.clock, parts.gate, parts.faults),
        workers(std::make_unique<WorkerPool>(parts.options.worker_threads, parts.options.max_queued)),
        services{.options = parts.options,
                 .clock = parts.clock,
                 .pipeline = pipeline,
                 .workers = *workers,
                 .access = parts.access,
                 .stopping = {},
                 .open = {},
                 .requests = {},
                 .per_client = {}} {
    for (int i = 0; i < std::max(1, parts.options.io_threads); ++i)
      homes.push_back(std::make_unique<ConnectionHome>());
  }

  Parts parts;
  Problems problems;
  CsrfGuard csrf;
  Pipeline pipeline;
  std::unique_ptr<WorkerPool> workers;
  ConnectionServices services;
  Guarded<std::shared_ptr<const TlsContext>> tls;
  std::vector<std::unique_ptr<ConnectionHome>> homes;
  std::unique_ptr<Listener> listener;
  std::unique_ptr<Redirect> redirect;
  std::vector<std::thread> threads;
  std::size_t next_home = 0;
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> refused_full{0};
  std::atomic<std::uint64_t> refused_client{0};
  bool stopped = false;

  Result<void> prepare();
  void begin();
  void take(int descriptor, std::string peer);
  bool admit(const std::string& peer);
  void on_every_loop_and_wait(const std::function<void(ConnectionHome&)>& what);
  void stop(Duration grace);
};

Result<void> HttpsServer::Impl::prepare() {
  std::signal(SIGPIPE, SIG_IGN);
  const auto& options = parts.options;
  YAGURA_TRY(auto context, TlsContext::load(options.certificate.certificate, options.certificate.key));
  tls.with([&](auto& held) { held = std::move(context); });
  YAGURA_TRY(listener, Listener::open(homes[0]->loop, options.address, options.port));
  if (options.redirect_port) {
    YAGURA_TRY(redirect, Redirect::open(homes[0]->loop, options, listener->port(), parts.clock));
  }
  return {};
}

void HttpsServer::Impl::begin() {
  listener->begin([this](int descriptor, std::string peer) { take(descriptor, std::move(peer)); });
  for (auto& home : homes) {
    home->loop.every(kTick, [this, &home = *home] {
      // A connection that closes leaves the set.
      const std::vector<std::shared_ptr<Connection>> all(home.connections.begin(), home.connections.end());
      for (const auto& connection : all) connection->tick();
      if (&home == homes[0].get() && !services.stopping) listener->retry();
    });
  }
  for (auto& home : homes) threads.emplace_back([&loop = home->loop] { loop.run(); });
}

bool HttpsServer::Impl::admit(const std::string& peer) {
  const auto& options = parts.options;
  if (services.stopping) return false;
  if (services.open.load() >= options.max_connections) {
    refused_full.fetch_add(1);
    return false;
  }
  const bool proxy = std::ranges::find(options.trusted_proxies, peer) != options.trusted_proxies.end();
  const bool granted = services.per_client.with([&](auto& counts) {
    auto& count = counts[client_key(peer)];
    if (count >= options.max_connections_per_client && !proxy) return false;
    ++count;
    return true;
  });
  if (!granted) refused_client.fetch_add(1);
  return granted;
}

void HttpsServer::Impl::take(int descriptor, std::string peer) {
  if (!admit(peer)) {
    ::close(descriptor);
    return;
  }
  accepted.fetch_add(1);
  services.open.fetch_add(1);
  auto& home = *homes[next_home++ % homes.size()];
  home.loop.post([this, &home, descriptor, peer = std::move(peer)]() mutable {
    auto context = tls.with([](const auto& held) { return held; });
    auto connection =
        std::make_shared<Connection>(services, home, descriptor, std::move(context), std::move(peer));
    home.connections.insert(connection);
    if (services.stopping) return connection->close();
    connection->begin();
  });
}

void HttpsServer::Impl::on_every_loop_and_wait(const std::function<void(ConnectionHome&)>& what) {
  std::mutex mutex;
  std::condition_variable done;
  std::size_t left = homes.size();
  for (auto& home : homes)
    home->loop.post([&, &here = *home] {
      what(here);
      const std::lock_guard lock(mutex);
      if (--left == 0) done.notify_one();
    });
  std::unique_lock lock(mutex);
  done.wait(lock, [&] { return left == 0; });
}

void HttpsServer::Impl::stop(Duration grace) {
  if (stopped) return;
  stopped = true;
  services.stopping = true;
  if (threads.empty()) return;
  const auto each = [](ConnectionHome& home, void (Connection::*what)()) {
    const std::vector<std::shared_ptr<Connection>> all(home.connections.begin(), home.connections.end());
    for (const auto& connection : all) (connection.get()->*what)();
  };
  on_every_loop_and_wait([&](ConnectionHome& home) {
    if (&home == homes[0].get()) {
      listener->close();
      if (redirect) redirect->close();
    }
    each(home, &Connection::end_gently);
  });
  constexpr auto step = std::chrono::milliseconds(10);
  for (auto waited = Duration::zero(); services.open.load() != 0 && waited < grace; waited += step)
    std::this_thread::sleep_for(step);
  on_every_loop_and_wait([&](ConnectionHome& home) { each(home, &Connection::close); });
  workers.reset();  // handlers that still run end first
  for (auto& home : homes) home->loop.stop();
  for (auto& thread : threads) thread.join();
}

HttpsServer::HttpsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpsServer::~HttpsServer() { stop(Duration::zero()); }

Result<std::unique_ptr<HttpsServer>> HttpsServer::start(Parts parts) {
  auto impl = std::make_unique<Impl>(std::move(parts));
  YAGURA_CHECK(impl->prepare());
  impl->begin();
  return std::unique_ptr<HttpsServer>(new HttpsServer(std::move(impl)));
}

void HttpsServer::stop(Duration grace) { impl_->stop(grace); }

Result<void> HttpsServer::reload_certificate() {
  const auto& files = impl_->parts.options.certificate;
  YAGURA_TRY(auto context, TlsContext::load(files.certificate, files.key));
  impl_->tls.with([&](auto& held) { held = std::move(context); });
  return {};
}

std::uint16_t HttpsServer::port() const { return impl_->listener->port(); }
std::uint16_t HttpsServer::redirect_port() const {
  return impl_->redirect ? impl_->redirect->port() : std::uint16_t{0};
}

HttpsServer::Counts HttpsServer::counts() const {
  return {impl_->services.open.load(), impl_->accepted.load(), impl_->refused_full.load(),
          impl_->refused_client.load(), impl_->services.requests.load()};
}

const Router& HttpsServer::router() const { return impl_->parts.router; }
const CsrfGuard& HttpsServer::csrf() const { return impl_->csrf; }
const Problems& HttpsServer::problems() const { return impl_->problems; }

}  // namespace yagura::web
