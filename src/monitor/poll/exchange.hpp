// The conversation with many devices at once: requests, pipelining, retries, v3 discovery and time, walks.
//
// Purpose: all of SNMP's manager side except sockets and threads, so that a test plays an hour of it with a
//          clock of its own. engine.hpp gives it sockets and a thread.
// Devices: each has its own queue, its own engine id, keys and time (RFC 3414); no table is shared, so a
//          wrong password, a cloned engine id or a dead device costs only itself. v3 time: a Report in the
//          clear gives a first guess of boots and time to send with; only messages with a right digest are
//          believed. A device whose boots went backwards is discovered anew after it timed out. Large
//          answers: tooBig halves what this device is asked at once and is remembered; noSuchName and other
//          errors that name a binding drop that binding and ask the rest again. Errors (Answer.error):
//          monitor.snmp_timeout (address), monitor.snmp_refused (reason), monitor.snmp_error (status, oid),
//          monitor.snmp_loop (oid), monitor.snmp_rows (oid), monitor.snmp_bad_digest, monitor.device_removed,
//          those of usm.hpp.
// Threads: one at a time. Callbacks run inside receive(), tick(), ask() or remove().
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "monitor/poll/query.hpp"
#include "monitor/poll/target.hpp"

namespace yagura::monitor::poll {

// Where requests go. The octets given to send() stand in the room handed out just before.
class DatagramSink {
 public:
  virtual ~DatagramSink() = default;
  virtual std::span<std::uint8_t> room() = 0;
  virtual void send(const Endpoint& to, snmp::Bytes datagram) = 0;
};

struct ExchangeCounts {
  std::uint64_t sent = 0, again = 0, received = 0, timeouts = 0;
  std::uint64_t malformed = 0, unmatched = 0, wrong_source = 0, bad_digest = 0, out_of_window = 0;
};

class Exchange {
 public:
  using Done = std::function<void(Answer&&)>;

  Exchange(DatagramSink& out, snmp::UsmKeyCache& keys, std::size_t window = 4096);
  ~Exchange();

  // A new device, or new settings of one: what is under way goes on with the new ones.
  void set(const Target& target);
  // What is under way ends with monitor.device_removed.
  void remove(Id device);
  void ask(Id device, std::shared_ptr<const Query> query, Done done, Duration now);
  void receive(const Endpoint& from, snmp::Bytes datagram, Duration now);
  // Retransmissions and time-outs; call at least every 20 ms while busy().
  void tick(Duration now);
  [[nodiscard]] bool busy() const { return outstanding_ != 0 || !ready_.empty(); }
  [[nodiscard]] const ExchangeCounts& counts() const { return counts_; }

 private:
  struct Job;
  struct Walk;
  struct Run;
  struct Device;
  struct Pending;

  Device* find(Id device);
  void make_ready(Device& device);
  void pump(Duration now);
  bool start(Device& device, const Job& job, Duration now);
  void transmit(std::uint32_t slot, Duration now);
  Result<snmp::Bytes> encode(const Pending& pending, Device& device, Duration now);
  void response(std::uint32_t slot, const snmp::Pdu& pdu, Duration now);
  void get_response(std::uint32_t slot, const snmp::Pdu& pdu, Duration now);
  void walk_response(std::uint32_t slot, const snmp::Pdu& pdu, Duration now);
  void receive_v3(const Endpoint& from, snmp::Bytes datagram, Duration now);
  void report(std::uint32_t slot, const snmp::V3Message& message, const snmp::Pdu& pdu, bool trusted,
              Duration now);
  void discovered(std::uint32_t slot, const snmp::V3Message& message, Duration now);
  Pending* match(std::int32_t id, const Endpoint& from);
  void resend(std::uint32_t slot, Duration now);
  void release(std::uint32_t slot);
  void timed_out(std::uint32_t slot, Duration now);
  void requeue(Device& device, const Job& job);
  void job_done(std::uint32_t run, Duration now);
  void run_failed(std::uint32_t run, Error error, Duration now);
  void finish(std::uint32_t run, Duration now);
  void set_timer(std::uint32_t slot, Duration deadline);

  DatagramSink& out_;
  snmp::UsmKeyCache& key_cache_;
  const std::size_t window_;
  ExchangeCounts counts_;
  std::unordered_map<Id, std::unique_ptr<Device>> devices_;
  std::deque<Id> ready_;
  std::vector<Pending> pending_;
  std::vector<std::uint32_t> free_pending_;
  std::vector<std::unique_ptr<Run>> runs_;
  std::vector<std::uint32_t> free_runs_;
  std::size_t outstanding_ = 0;
  bool pumping_ = false;
  std::vector<std::uint8_t> scratch_;

  // Deadlines by 16 ms slot of a wheel; an entry whose request is over is skipped when its slot comes.
  struct Timer {
    std::uint32_t slot;
    std::uint32_t generation;
  };
  static constexpr std::int64_t wheel_tick = 16'000;  // microseconds
  static constexpr std::size_t wheel_size = 1024;
  std::vector<std::vector<Timer>> wheel_;
  std::int64_t wheel_at_ = -1;
};

}  // namespace yagura::monitor::poll
