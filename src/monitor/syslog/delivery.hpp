// From entries to the event store: batches, one queue, one storing thread.
//
// Purpose: a Gatherer of each receiving thread fills batches and hands them over when they are full or 200 ms
//          old; the Delivery stores them one after another. A store that is slow or fails makes the queue
//          full, and then push() waits: TCP senders feel it, and datagrams stay in the kernel's buffer, whose
//          losses are counted.
// Errors:  a batch that the store can never take (its form, its kind) is dropped and counted; any other error
//          is tried again every `retry`, until release().
// Threads: push() from any thread; start() and stop() from one. Counts from any.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/guarded.hpp"
#include "eventstore/store.hpp"
#include "monitor/syslog/accounts.hpp"
#include "monitor/syslog/sources.hpp"

namespace yagura::monitor::syslog {

class Delivery {
 public:
  struct Options {
    std::size_t most_rows = 200'000;  // waiting in the queue
    std::size_t most_bytes = 64U << 20U;
    Duration retry = std::chrono::milliseconds(500);
  };
  struct Load {
    std::string contract, kind;
    eventstore::Batch batch;
    std::size_t bytes = 0;
  };

  // The store must outlive it.
  Delivery(eventstore::EventStore& store, Options options) : store_(store), options_(options) {}
  ~Delivery() { stop(); }

  void start();
  // From now on nothing waits for room, and what the store does not take at the first try is dropped.
  void release();
  // release(), then stores what is in the queue and ends. Nobody may push any more.
  void stop();
  // Waits for room.
  void push(Load load);

  struct Counts {
    std::uint64_t stored = 0, waiting = 0, dropped = 0, failures = 0;
    std::optional<Error> fault;  // why the last try failed; nothing while all is well
  };
  [[nodiscard]] Counts counts() const;

 private:
  void run();
  bool store(const Load& load);  // false: to be tried again

  eventstore::EventStore& store_;
  Options options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Load> queue_;
  std::size_t rows_ = 0, bytes_ = 0;  // in the queue, the one being stored included
  bool released_ = false, stopping_ = false;
  Counts counts_;
  std::thread thread_;
};

// Of one receiving thread.
class Gatherer {
 public:
  struct Options {
    Duration flush_every = std::chrono::milliseconds(200);
    std::size_t flush_rows = 16'384;
    std::size_t flush_bytes = 4U << 20U;
  };

  Gatherer(const Clock& clock, Delivery& delivery, LineReader reader, std::vector<std::string> vendors,
           Options options);

  // One line of that sender. May wait for room.
  void take(std::string_view line, Time received, const Address& address,
            const std::shared_ptr<const SourceDirectory>& directory);
  // Hands over what is old enough; all of it when told so. How long until the next one is due.
  Duration flush(bool all);
  void count_cut(std::uint64_t lines);

  // From any thread.
  void add_to(Accounts& accounts, std::map<Address, SourceAccount>& sources) const;

 private:
  struct Heap {
    std::string contract;
    const eventstore::Kind* kind = nullptr;
    eventstore::BatchBuilder builder;
    Duration since{};
  };
  struct Seen {
    std::uint64_t received = 0, bytes = 0, refused = 0, cut = 0, waiting = 0;
    std::vector<std::uint64_t> by_vendor, unreadable;
    std::uint64_t plain = 0, none = 0;
    std::map<Address, SourceAccount> sources;
    std::size_t strangers = 0;                                     // among the sources
    SourceAccount* source(const Address& address, bool stranger);  // nullptr: no room for another
  };
  struct Skew {
    Duration begun{};
    std::optional<Duration> now, before;
  };
  Heap& heap(const std::string& contract, const eventstore::Kind& kind);
  void hand_over(Heap& heap);
  void count(const Entry& entry, std::size_t bytes, Time received, const Address& address,
             const SourceDirectory::Found& found);

  const Clock& clock_;
  Delivery& delivery_;
  LineReader reader_;
  std::vector<std::string> vendors_;
  Options options_;
  std::vector<std::unique_ptr<Heap>> heaps_;
  std::map<Address, Skew> skews_;
  // Whose lines came last: senders send many in a row.
  std::optional<std::pair<Address, SourceDirectory::Found>> last_;
  std::shared_ptr<const SourceDirectory> last_directory_;
  std::unique_ptr<Guarded<Seen>> seen_ = std::make_unique<Guarded<Seen>>();
};

}  // namespace yagura::monitor::syslog
