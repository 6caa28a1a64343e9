// The embedded store as bench/peers/compare.py asks it beside its peers.
//   store_asked batches TSV FILE      what agents would send
//   store_asked load FILE FOLDER      from those bytes, durably, into segments
//   store_asked merge FOLDER
//   store_asked ask FOLDER            questions on standard input, one a line, words with tabs between:
//     equals FIELD VALUE LIMIT [FROM TO]   contains FIELD VALUE LIMIT   counts FIELD FIELD
// `ask` says "ready" when the store is open and answers each question with "milliseconds CPU-milliseconds
// bytes" and then so many bytes of lines.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "agents.hpp"
#include "measure.hpp"
#include "peer.hpp"

namespace yagura::bench {
namespace {

using namespace eventstore;
using std::chrono_literals::operator""h;

Kinds kinds() { return must(read_kinds(YAGURA_SOURCE_DIR "/share/events")); }

std::unique_ptr<EmbeddedStore> open(const std::filesystem::path& folder, bool background,
                                    bool months_are_over) {
  static const SystemClock clock;
  EmbeddedOptions options;
  options.background = background;
  options.merge_after = months_are_over ? -24h * 400 : 24h * 36'500;
  return must(EmbeddedStore::open(folder, kinds(), clock, options));
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> out;
  for (;;) {
    const auto end = line.find('\t');
    out.emplace_back(line.substr(0, end));
    if (end == std::string_view::npos) return out;
    line.remove_prefix(end + 1);
  }
}

std::int64_t number(const std::string& word) {
  std::int64_t out = 0;
  std::from_chars(word.data(), word.data() + word.size(), out);
  return out;
}

std::string counts(EmbeddedStore& store, const std::vector<std::string>& words) {
  const Counting counting{{words.at(1), words.at(2)}, Duration(0), Duration(0), 1'000'000};
  std::string out;
  const auto found = must(store.count(operations(), counting, {}));
  for (const auto& group : found.groups)
    out += fmt::format("{}\t{}\t{}\n", group.values[0], group.values[1], group.count);
  return out;
}

std::string rows(EmbeddedStore& store, const std::vector<std::string>& words) {
  auto query = operations(is(words.at(0) == "equals" ? Condition::Type::equals : Condition::Type::contains,
                             words.at(1), words.at(2)));
  if (words.size() > 5) {
    query.from = from_micros(number(words[4]) * 1000);
    query.to = from_micros(number(words[5]) * 1000);
  }
  std::string out;
  const auto done = must(store.search(query, {true, static_cast<std::size_t>(number(words.at(3))), {}}, {},
                                      [&](const Event& event) -> Result<bool> {
                                        out += line_of(event) += '\n';
                                        return true;
                                      }));
  if (done.partial()) {
    fmt::print(stderr, "a partial answer\n");
    std::exit(2);
  }
  return out;
}

std::string answer(EmbeddedStore& store, const std::string& question) {
  const auto words = words_of(question);
  return words[0] == "counts" ? counts(store, words) : rows(store, words);
}

void batches(const std::filesystem::path& tsv, const std::filesystem::path& file) {
  const auto all = kinds();
  AgentBatches to(all.at("operation"), file);
  std::ifstream in(tsv, std::ios::binary);
  for (std::string line; std::getline(in, line);) to.add(cells_of(line)[1], line);
}

void load(const std::filesystem::path& file, const std::filesystem::path& folder) {
  auto store = open(folder, true, false);
  send_batches(*store, file);
  must(store->flush());
}

void merge(const std::filesystem::path& folder) {
  auto store = open(folder, false, true);
  while (must(store->merge())) {
  }
}

void ask(const std::filesystem::path& folder) {
  auto store = open(folder, false, false);
  fmt::print("ready\n");
  std::fflush(stdout);
  for (std::string question; std::getline(std::cin, question);) {
    const auto begin = wall_seconds(), cpu = cpu_seconds();
    const auto lines = answer(*store, question);
    fmt::print("{} {} {}\n", (wall_seconds() - begin) * 1000, (cpu_seconds() - cpu) * 1000, lines.size());
    std::fwrite(lines.data(), 1, lines.size(), stdout);
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace yagura::bench

int main(int argc, char** argv) {
  using namespace yagura::bench;
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 3 && words[0] == "batches")
    batches(words[1], words[2]);
  else if (words.size() == 3 && words[0] == "load")
    load(words[1], words[2]);
  else if (words.size() == 2 && words[0] == "merge")
    merge(words[1]);
  else if (words.size() == 2 && words[0] == "ask")
    ask(words[1]);
  else {
    fmt::print(stderr, "store_asked batches TSV FILE | load FILE FOLDER | merge FOLDER | ask FOLDER\n");
    return 2;
  }
  return 0;
}
