// UDP: datagrams in batches from the kernel to the gatherer. Inside of intake.hpp.
#pragma once

#include "monitor/listening.hpp"
#include "monitor/syslog/intake.hpp"

namespace yagura::monitor::syslog {

using DirectoryHolder = Guarded<std::shared_ptr<const SourceDirectory>>;

class DatagramReceiver {
 public:
  DatagramReceiver(const Clock& clock, const DirectoryHolder& directory, Gatherer gatherer,
                   std::vector<Socket> sockets)
      : clock_(clock), directory_(directory), gatherer_(std::move(gatherer)), sockets_(std::move(sockets)) {}
  ~DatagramReceiver() { stop(); }

  void start();
  void stop();  // takes what the kernel still holds first
  [[nodiscard]] const Gatherer& gatherer() const { return gatherer_; }
  [[nodiscard]] std::uint64_t lost_in_kernel() const;
  [[nodiscard]] const std::vector<Socket>& sockets() const { return sockets_; }

 private:
  struct Batch;
  void run();
  bool drain(const Socket& socket, Batch& batch);

  const Clock& clock_;
  const DirectoryHolder& directory_;
  Gatherer gatherer_;
  std::vector<Socket> sockets_;
  Socket wake_ = make_wake();
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace yagura::monitor::syslog
