#include "agents.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "measure.hpp"

namespace yagura::bench {

using namespace eventstore;

std::array<std::string_view, tsv_columns> cells_of(std::string_view line) {
  std::array<std::string_view, tsv_columns> out;
  for (auto& cell : out) {
    const auto end = std::min(line.find('\t'), line.size());
    cell = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return out;
}

std::string line_of(const Event& event) {
  auto out = std::to_string(to_micros(event.at) / 1000);
  for (const auto& cell : event.cells) {
    out += '\t';
    if (const auto* text = std::get_if<std::string_view>(&cell))
      out += *text;
    else
      out += std::to_string(std::get<std::int64_t>(cell));
  }
  return out;
}

Condition is(Condition::Type type, std::string field, std::string value) {
  Condition out;
  out.type = type;
  out.field = std::move(field);
  out.value = std::move(value);
  return out;
}

Query operations(Condition where) {
  Query out;
  out.contract = "city";
  out.kinds = {"operation"};
  out.where = std::move(where);
  return out;
}

AgentBatches::AgentBatches(const Kind& kind, const std::filesystem::path& file)
    : kind_(kind), out_(file, std::ios::binary) {}

AgentBatches::~AgentBatches() {
  send();
  writing_.join();
}

void AgentBatches::add(std::string_view pc, std::string_view line) {
  auto at = by_pc_.find(pc);
  if (at == by_pc_.end()) at = by_pc_.emplace(std::string(pc), std::vector<std::string>()).first;
  at->second.emplace_back(line);
  if (++waiting_ == 2'500'000) send();
}

void AgentBatches::send() {
  if (writing_.joinable()) writing_.join();
  writing_ = std::jthread([this, lines = std::exchange(by_pc_, {})] { write(lines); });
  waiting_ = 0;
}

void AgentBatches::write(const Lines& by_pc) {
  BatchBuilder build(kind_);
  for (const auto& [pc, lines] : by_pc) {
    for (const auto& line : lines) {
      const auto cells = cells_of(line);
      std::int64_t ms = 0, bytes = 0;
      std::from_chars(cells[0].begin(), cells[0].end(), ms);
      std::from_chars(cells[11].begin(), cells[11].end(), bytes);
      build.row(from_micros(ms * 1000));
      for (std::size_t f = 0; f < 10; ++f) build.text(f, cells[f + 1]);
      build.number(10, bytes);
    }
    const auto bytes = write_batch(kind_, build.take());
    const auto size = static_cast<std::uint32_t>(bytes.size());
    out_.write(reinterpret_cast<const char*>(&size), sizeof(size));
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
}

Sent send_batches(EmbeddedStore& store, const std::filesystem::path& file, const std::atomic<bool>* stop) {
  const auto& kind = store.kinds().at("operation");
  std::ifstream in(file, std::ios::binary);
  std::mutex reading;
  Sent out;
  // Some at a time, so that senders do not wait for each other where agents would not.
  const auto take = [&](std::vector<std::string>& batches) {
    const std::lock_guard lock(reading);
    const auto cpu = thread_cpu_seconds();
    std::size_t count = 0;
    for (std::uint32_t size = 0;
         count < batches.size() && in.read(reinterpret_cast<char*>(&size), sizeof(size)); ++count) {
      batches[count].resize(size);
      in.read(batches[count].data(), size);
    }
    out.batches += count;
    out.reading += thread_cpu_seconds() - cpu;
    return count;
  };
  std::vector<std::jthread> senders;
  for (int i = 0; i < 32; ++i)
    senders.emplace_back([&] {
      std::vector<std::string> batches(8);
      while (const auto count = take(batches))
        for (std::size_t b = 0; b < count; ++b) {
          if (stop != nullptr && stop->load()) return;
          must(store.append("city", "operation", must(read_batch(kind, batches[b]))));
        }
    });
  senders.clear();
  return out;
}

void ask_while_busy(EmbeddedStore& store, const std::filesystem::path& batches,
                    std::span<const Asked> questions) {
  struct Times {  // in milliseconds; cpu: of the thread that asks
    std::vector<double> wall, cpu;
  };
  const auto rounds = [&](const std::function<bool(std::size_t)>& wanted) {
    std::vector<Times> out(questions.size());
    for (std::size_t round = 0; round == 0 || wanted(round); ++round)
      for (std::size_t i = 0; i < out.size(); ++i) {
        const auto begin = wall_seconds(), cpu = thread_cpu_seconds();
        questions[i].ask();
        out[i].cpu.push_back((thread_cpu_seconds() - cpu) * 1000);
        out[i].wall.push_back((wall_seconds() - begin) * 1000);
      }
    return out;
  };
  constexpr std::size_t idle_rounds = 9;
  const auto is_idle = [](std::size_t round) { return round < idle_rounds; };
  const auto idle = rounds(is_idle);
  std::atomic<bool> stop{false}, done{false};
  std::jthread sending([&] {
    (void)send_batches(store, batches, &stop);
    done = true;
  });
  const auto busy = rounds([&](std::size_t) { return !done; });
  stop = true;
  sending.join();
  must(store.flush());
  const auto after = rounds(is_idle);
  fmt::print(
      "\n| question | idle ms | under full ingest, {} rounds | of these on a processor | ratio (must: 2) | "
      "idle afterwards, {} segments | ratio to that |\n| --- | --- | --- | --- | --- | --- | --- |\n",
      busy.front().wall.size(), store.state().segments);
  for (std::size_t i = 0; i < idle.size(); ++i) {
    const auto during = median(busy[i].wall), before = median(idle[i].wall), later = median(after[i].wall);
    fmt::print("| {} | {:.3f} | {:.3f} | {:.3f} | {:.2f} | {:.3f} | {:.2f} |\n", questions[i].name, before,
               during, median(busy[i].cpu), during / before, later, during / later);
  }
}

void kill_amid(const std::function<EmbeddedStore&()>& open) {
  int ends[2];
  if (::pipe(ends) != 0) std::exit(2);
  const auto child = ::fork();
  if (child == 0) {
    auto& store = open();
    BatchBuilder build(store.kinds().at("operation"));
    for (int i = 0; i < 50'000; ++i) {
      build.row(from_micros(i));
      build.text(0, "NB" + std::to_string(i % 100));
      build.text(6, "D:\\" + std::to_string(i));
    }
    must(store.append("other", "operation", build.take()));
    if (::write(ends[1], "x", 1) != 1) ::_exit(2);
    ::pause();
  }
  char said = 0;
  if (::read(ends[0], &said, 1) != 1) std::exit(2);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

}  // namespace yagura::bench
