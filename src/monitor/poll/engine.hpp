// Sockets and a thread for Exchange: one UDP socket for IPv4, one for IPv6, batched sends and receives.
//
// Purpose: put queries to devices from any thread; hundreds of thousands of objects a second on one core. For
//          more cores run several engines and share the devices out.
// Threads: all functions from any thread. Callbacks run on the engine's thread: be quick, never block there.
// Lifetime: stop() (or the destructor) ends the thread; queries under way are then never answered.
// Losses:  datagrams the kernel dropped for a full receive buffer are counted in lost_in_kernel.
// Errors:  monitor.socket_failed (reason).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "base/guarded.hpp"
#include "monitor/poll/exchange.hpp"

namespace yagura::monitor::poll {

struct EngineCounts {
  ExchangeCounts exchange;
  std::uint64_t lost_in_kernel = 0;
  std::uint64_t send_errors = 0;  // no route, no buffer: the request's retry mends it
};

class Engine {
 public:
  explicit Engine(const Clock& clock, std::size_t window = 4096);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Result<> start();
  void stop();
  void set(Target target);
  void remove(Id device);
  void ask(Id device, std::shared_ptr<const Query> query, Exchange::Done done);
  // Runs on the engine's thread after what was handed in before.
  void run(std::function<void(Exchange&, Duration now)> work);
  // As of the last round of the loop.
  [[nodiscard]] EngineCounts counts() const;

 private:
  class Sockets;
  void loop(const std::stop_token& stop);

  const Clock& clock_;
  snmp::UsmKeyCache keys_;
  std::unique_ptr<Sockets> sockets_;
  Exchange exchange_;
  Guarded<std::vector<std::function<void(Exchange&, Duration)>>> work_;
  std::atomic<bool> woken_{false};
  int wake_ = -1;
  Guarded<EngineCounts> counts_;
  std::jthread thread_;
};

}  // namespace yagura::monitor::poll
