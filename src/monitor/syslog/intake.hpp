// The syslog intake: UDP, TCP and TLS to the event store, and an account of every line.
//
// Purpose: one thread takes datagrams in batches, another all connections; each understands its lines and
//          gathers batches (delivery.hpp); a third stores them. Which contract and device a sender belongs to
//          is asked of the directory that the application sets.
// Promise: received = stored + waiting + refused + dropped, once nothing moves. A store that is slow or fails
//          makes both receiving threads wait: TCP senders are held back, and what datagrams the kernel must
//          then leave is counted (lost_in_kernel: its sk_drops, the counter that SO_RXQ_OVFL reports too, but
//          which can be asked for at any time and not only with the next datagram).
// Limits:  a datagram is one line. TCP has no acknowledgement: what the kernel of a sender was relieved of
//          and did not reach the store before a crash (200 ms and the queue) is lost, as RFC 6587 has it.
// Threads: start() and stop() from one thread; everything else from any. Three threads inside.
// Errors:  monitor.syslog_listen (address, port, reason), monitor.syslog_tls (file, reason), those of
//          LineReader::make.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "monitor/syslog/delivery.hpp"

namespace yagura::monitor::syslog {

struct ListenAddress {
  std::string address = "::";  // "::" takes IPv4 as well
  std::uint16_t port = 514;    // 0: any free one
};

struct TlsFiles {
  std::filesystem::path certificate;  // PEM, with its chain
  std::filesystem::path key;
  std::filesystem::path client_authorities;  // PEM; not empty: senders must show a certificate of these
};

struct IntakeOptions {
  std::vector<ListenAddress> udp, tcp, tls;
  TlsFiles tls_files;
  int receive_buffer = 64 << 20;
  std::size_t most_line = 256U << 10U;
  std::size_t most_connections = 1000, most_connections_each = 64;  // in all, of one address
  Duration idle = std::chrono::hours(1);
  Duration handshake = std::chrono::seconds(10);
  Gatherer::Options gather;
  Delivery::Options delivery;
};

class DatagramReceiver;
class StreamReceiver;

class Intake {
 public:
  // The clock, the store and its kinds must outlive the intake.
  Intake(const Clock& clock, eventstore::EventStore& store, std::shared_ptr<const VendorSet> vendors,
         IntakeOptions options);
  ~Intake();
  Intake(const Intake&) = delete;

  Result<> start();
  // Takes what has arrived, stores it, and ends. Called by the destructor too.
  void stop();

  void set_directory(std::shared_ptr<const SourceDirectory> directory);
  [[nodiscard]] Accounts accounts() const;
  [[nodiscard]] std::vector<std::pair<Address, SourceAccount>> sources() const;
  // Why the store does not take the batch it is offered; nothing while all is well.
  [[nodiscard]] std::optional<Error> fault() const { return delivery_.counts().fault; }
  struct Ports {
    std::vector<std::uint16_t> udp, tcp, tls;
  };
  [[nodiscard]] Ports ports() const;

 private:
  const Clock& clock_;
  eventstore::EventStore& store_;
  std::shared_ptr<const VendorSet> vendors_;
  IntakeOptions options_;
  Delivery delivery_;
  Guarded<std::shared_ptr<const SourceDirectory>> directory_;
  std::unique_ptr<DatagramReceiver> datagrams_;
  std::unique_ptr<StreamReceiver> streams_;
};

}  // namespace yagura::monitor::syslog
