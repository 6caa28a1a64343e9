// Requests to one ClickHouse server over its HTTP interface.
//
// Purpose: sends a statement, perhaps with data, and hands the answer on as it comes. The account goes in
//          headers, never in an address or a log. Connections are kept and used again.
// Errors:  eventstore.server_unreachable (server, reason): nobody knows whether the statement was carried out
//          unless Failure::sent is false. eventstore.server_refused (server, number, reason): it was not.
//          eventstore.closed: `ending` was set.
// Bounds:  of time, each request: its Stop, or at_most; with data, a server that takes nothing and says
//          nothing for takes_data_within.
// Threads: safe from any thread; each request has a connection of its own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace yagura::eventstore::clickhouse {

struct Account {
  std::string user, password;
  std::string ca_file;  // whose certificates are believed, PEM; "": the system's
};

// What may end a request before its time.
struct Stop {
  const Clock* clock = nullptr;
  Duration until{0};  // by clock->steady()
  const std::atomic<bool>* cancelled = nullptr;
};

// What a server that is well never takes for it: one that hangs takes connections and never answers.
constexpr Duration answers_within = std::chrono::seconds(10), takes_data_within = std::chrono::seconds(30);

struct Request {
  std::string statement;
  std::string query_id;  // "": one by chance
  std::vector<std::pair<std::string, std::string>> settings;
  // The data of an INSERT: fills the buffer with more bytes; 0 at the end.
  std::function<std::size_t(char* to, std::size_t size)> data;
  // Bytes of the answer; false when no more are wanted. Without it they are kept in Answer::body.
  std::function<bool(std::string_view)> take;
  Stop stop;
  // Of one without `data` and without stop.clock.
  Duration at_most = answers_within;
};

struct Answer {
  enum class End : std::uint8_t { whole, not_wanted, out_of_time, cancelled };
  End end = End::whole;
  std::string body;
};

struct Failure {
  Error error;
  bool sent = true;   // false: the server never saw the statement
  int number = 0;     // of the server's exception; 0 when there was none
  bool late = false;  // it did not answer in time
};

class Http {
 public:
  // address: "http://10.0.0.5:8123", "https://…". ending: ends what runs, may be null.
  Http(std::string address, Account account, const std::atomic<bool>* ending = nullptr,
       Duration takes_data = takes_data_within);
  ~Http();
  [[nodiscard]] const std::string& address() const { return address_; }
  // A request that ends early is ended at the server, too.
  std::expected<Answer, Failure> send(const Request& request) const;
  // Whether it answered when it was last asked; true before.
  [[nodiscard]] bool well() const { return well_; }

 private:
  struct Connection;
  std::unique_ptr<Connection> connection() const;
  void kill(const std::string& query) const;

  const std::string address_;
  const Account account_;
  const std::atomic<bool>* const ending_;
  const Duration takes_data_;
  mutable std::atomic<bool> well_ = true;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace yagura::eventstore::clickhouse
