// The trap receiver: UDP to spool, and an account of every datagram.
//
// Purpose: one thread takes datagrams off the sockets in batches, decodes and judges them; another commits
//          them to the spool in groups. What a trap means is the consumer's business (consumer.hpp).
// Promise: received = stored + refused (by reason) + discovery, once idle; lost_in_kernel counts what the
//          kernel dropped before us. An inform is answered only after its group is on disk.
// Limits:  answers leave by the route's own address, so a host with several addresses should listen on the
//          one its devices know. The large receive buffer needs CAP_NET_ADMIN (or net.core.rmem_max);
//          receive_buffer() says what was granted.
// Threads: start() and stop() from one thread, and not while others still ask; everything else from any
//          thread. Two threads inside.
// Errors:  monitor.trap_listen; disk faults are counted (not_stored) and told by status().
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "monitor/listening.hpp"
#include "monitor/trap/decoder.hpp"
#include "monitor/trap/spool.hpp"

namespace yagura::monitor::trap {

struct ListenAddress {
  std::string address = "::";  // "::" takes IPv4 as well
  std::uint16_t port = 162;    // 0: any free one
};

struct Accounts {
  std::uint64_t received = 0;
  std::uint64_t stored = 0;
  std::uint64_t discovery = 0;
  std::uint64_t informs_answered = 0;
  std::uint64_t lost_in_kernel = 0;
  std::array<std::uint64_t, kRefusals> refused{};
  [[nodiscard]] std::uint64_t refused_in_all() const;
  [[nodiscard]] std::uint64_t in_flight() const { return received - stored - discovery - refused_in_all(); }
};

class Receiver {
 public:
  struct Options {
    std::vector<ListenAddress> listen = {ListenAddress{}};
    int receive_buffer = 64 << 20;
    std::size_t pending_senders = 1000;
    // At most so often, and only while v3 traps come: what a crash forgets of their times (engines.hpp).
    Duration save_engines_every = std::chrono::seconds(1);
  };
  // A refused datagram as it came, for a screen; the last few are kept.
  struct Sample {
    Time at{};
    Address source{};
    Refusal why = Refusal::malformed;
    std::string bytes;  // at most 512
  };
  struct Status {
    std::optional<Error> disk;  // why the last group could not be stored; nothing while all is well
    std::vector<Sample> malformed;
  };

  // spool and engines must outlive the receiver.
  Receiver(const Clock& clock, Spool& spool, EngineStore& engines, snmp::LocalEngine local, Options options);
  ~Receiver();
  Receiver(const Receiver&) = delete;

  // Opens the sockets, loads the engines, starts the threads.
  Result<> start();
  // Takes what the kernel still holds, commits it, and ends. Called by the destructor too.
  void stop();

  void set_directory(std::shared_ptr<const SenderDirectory> directory);
  [[nodiscard]] Accounts accounts() const;
  [[nodiscard]] Status status() const;
  [[nodiscard]] PendingSenders& pending() { return pending_; }
  [[nodiscard]] std::vector<std::uint16_t> ports() const;
  // Octets of kernel buffer granted, the least of all sockets.
  [[nodiscard]] int receive_buffer() const;

 private:
  struct Answer {
    int file = -1;
    std::array<std::uint8_t, 28> to{};
    unsigned to_size = 0;
    std::string bytes;
  };
  // What one commit takes to disk.
  struct Group {
    std::string frames;
    std::uint64_t records = 0;
    std::vector<Answer> answers;
    std::optional<std::vector<EngineState>> engines;
  };
  struct Batch;

  Result<> listen(const ListenAddress& address);
  void receive_loop();
  bool drain(const Socket& socket, Batch& batch);
  void take(const Socket& socket, Batch& batch, std::size_t index, Time now,
            const SenderDirectory& directory);
  void refused(const Datagram& datagram, Refusal why, Time now);
  void hand_over();
  void save_engines_when_due();
  void commit_loop();
  void commit(Group& group);

  const Clock& clock_;
  Spool& spool_;
  EngineStore& store_;
  Options options_;
  snmp::LocalEngine local_;
  PendingSenders pending_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<Socket> sockets_;
  Socket wake_ = make_wake();  // ends the receiving thread's wait
  int granted_ = 0;

  Guarded<std::shared_ptr<const SenderDirectory>> directory_;
  Group current_;  // of the receiving thread
  Duration engines_saved_{};
  Guarded<Group> waiting_;
  std::atomic<std::uint32_t> handed_{0};     // signals the committing thread
  std::atomic<std::uint32_t> committed_{0};  // signals a receiving thread that waits for room
  std::atomic<std::size_t> waiting_bytes_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> received_all_{false};

  [[nodiscard]] std::uint64_t dropped_by_kernel() const;
  std::atomic<std::uint64_t> received_{0}, stored_{0}, discovery_{0}, answered_{0};
  std::uint64_t lost_before_stop_ = 0;
  std::array<std::atomic<std::uint64_t>, kRefusals> refused_{};
  Guarded<Status> status_;
  std::thread receiving_, committing_;
};

}  // namespace yagura::monitor::trap
