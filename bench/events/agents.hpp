// What agents send, made from lines of the generator's table: bytes of batches, one after the other in a file or pipe.
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "eventstore/embedded.hpp"
#include "eventstore/query.hpp"
#include "record.hpp"

namespace yagura::bench {

// Cuts a line at its tabs.
std::array<std::string_view, tsv_columns> cells_of(std::string_view line);
// A found event as the line it came from.
std::string line_of(const eventstore::Event& event);
// A search of the generated kind, and a condition of it.
eventstore::Query operations(eventstore::Condition where = {});
eventstore::Condition is(eventstore::Condition::Type type, std::string field, std::string value);

// Writes a batch of each PC's rows for every so many rows.
class AgentBatches {
 public:
  AgentBatches(const eventstore::Kind& kind, const std::filesystem::path& file);
  ~AgentBatches();  // writes what is left
  AgentBatches(const AgentBatches&) = delete;
  AgentBatches& operator=(const AgentBatches&) = delete;

  void add(std::string_view pc, std::string_view line);

 private:
  using Lines = std::map<std::string, std::vector<std::string>, std::less<>>;  // of each PC
  void send();
  void write(const Lines& by_pc);

  const eventstore::Kind& kind_;
  std::ofstream out_;
  Lines by_pc_;
  std::size_t waiting_ = 0;
  std::jthread writing_;  // what came before, while the next are added
};

struct Sent {
  std::size_t batches = 0;
  double reading = 0;  // seconds of CPU time that the file or pipe took, not the store
};
// Appends the batches of the file to the store from 32 threads, as many agents send at once and share the
// writes to the disk. Ends early when `stop` is set.
Sent send_batches(eventstore::EmbeddedStore& store, const std::filesystem::path& file,
                  const std::atomic<bool>* stop = nullptr);

struct Asked {
  std::string name;
  std::function<void()> ask;
};
// The questions in turn, again and again: with nothing else to do, while the batches of the file come in as fast as they can, and
// with nothing else to do afterwards. Prints the medians and their ratio.
void ask_while_busy(eventstore::EmbeddedStore& store, const std::filesystem::path& batches,
                    std::span<const Asked> questions);

// A process that has the store open, with batches in its log, and is killed.
void kill_amid(const std::function<eventstore::EmbeddedStore&()>& open);

}  // namespace yagura::bench
