// Years on one small server: ingest, memory, questions warm and cold, opening after a kill, at any number of
// records.
//   generate_operation_log --rows N --days D | years_bench FOLDER [--memory MIB] [--fresh]
//   years_bench FOLDER --again [--memory MIB]     asks what an earlier run left in FOLDER
//   years_bench FOLDER --ask WORDS                only this, for a profile
//   years_bench FOLDER --busy FILE                the questions while the rows of FILE come in as fast as they can, to a linked copy
//   years_bench FOLDER --fragments FILE           a fragment in each line: how long the newest 100 take, warm and cold
// --fresh: months that are over are not merged to their smallest form, which takes several times as long as
// the rest.
//
// A child reads the rows, makes the batches that agents send (one of each PC's rows for every 2.5 million)
// and notes the lines that answer each question; so time and memory are the store's alone. Every answer is
// compared with these lines, byte for byte. Warm is the median of five, cold the median of three after
// opening anew with the files out of the system's cache.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <thread>

#include "agents.hpp"
#include "base/heap.hpp"
#include "eventstore/ask/language.hpp"
#include "measure.hpp"
#include "peer.hpp"

namespace yagura::bench {
namespace {

using namespace eventstore;
using Cells = std::array<std::string_view, tsv_columns>;

constexpr std::size_t most_lines = 100;
constexpr std::int64_t day_ms = 86'400'000;

std::int64_t number(std::string_view digits) {
  std::int64_t out = 0;
  std::from_chars(digits.begin(), digits.end(), out);
  return out;
}

// A question as people write it, and the newest lines that answer it.
struct Question {
  std::string name, words;
  std::int64_t found = 0;
  std::deque<std::string> lines{};
};

// Notes what the answers are while the rows go by: works in the child, hands them over in a file.
class Answers {
 public:
  void see(std::string_view line, const Cells& cells) {
    const auto at = number(cells[0]);
    if (pc_.empty()) pc_ = cells[1], user_ = cells[2];
    if (usb_.empty()) usb_ = cells[9];
    if (++rows_ == asked_day_from && day_ == 0) day_ = at / day_ms * day_ms + day_ms;
    const auto path = [&](std::string_view part) { return cells[7].find(part) != std::string_view::npos; };
    note(0, cells[2] == user_ && day_ != 0 && at >= day_ && at < day_ + day_ms, line);
    note(1, path("鳳凰計画"), line);
    note(2, path("収支見直"), line);
    note(3, path("竜宮城会"), line);
    note(4, path("会議"), line);
    note(5, !usb_.empty() && cells[9] == usb_, line);
    note(6, cells[1] == pc_, line);
    note(7, true, line);
    note(8, cells[4] == "file-copy", line);
    const auto key = std::pair(std::string(cells[3]), std::string(cells[4]));
    ++counts_[key];
  }
  void write(const std::filesystem::path& to) {
    std::ofstream out(to);
    const std::array<std::pair<std::string, std::string>, 9> asked{{
        {"Q1 one person's day", "user:" + user_ + "\t" + std::to_string(day_)},
        {"Q2 a rare fragment", "path:鳳凰計画"},
        {"of common pairs, rare", "path:収支見直"},
        {"that is nowhere", "path:竜宮城会"},
        {"of two common characters", "path:会議"},
        {"Q3 one USB serial", "usb:" + usb_},
        {"Q5 last 100 of a PC", "pc:" + pc_},
        {"the newest 100 of all", ""},
        {"the newest 100 copies", "action:file-copy"},
    }};
    for (std::size_t i = 0; i < asked.size(); ++i) {
      out << asked[i].first << '\n'
          << asked[i].second << '\n'
          << found_[i] << ' ' << lines_[i].size() << '\n';
      for (const auto& line : lines_[i]) out << line << '\n';
    }
    out << '\n' << rows_ << '\n';
    for (const auto& [key, count] : counts_) out << key.first << '\t' << key.second << '\t' << count << '\n';
  }

 private:
  static constexpr std::int64_t asked_day_from = 100'000;
  void note(std::size_t which, bool holds, std::string_view line) {
    if (!holds) return;
    ++found_[which];
    auto& lines = lines_[which];
    lines.emplace_back(line);
    // A person's day is compared as a whole; of the rest the newest, and what shares the last one's instant.
    if (which != 0 && lines.size() > most_lines + 50) lines.pop_front();
  }

  std::string pc_, user_, usb_;
  std::int64_t day_ = 0, rows_ = 0;
  std::array<std::int64_t, 9> found_{};
  std::array<std::deque<std::string>, 9> lines_;
  std::map<std::pair<std::string, std::string>, std::int64_t> counts_;
};

// The child: rows from standard input, batches into the pipe.
void make_batches(const Kind& kind, const std::filesystem::path& pipe, const std::filesystem::path& answers) {
  Answers seen;
  {
    AgentBatches batches(kind, pipe);
    std::ios::sync_with_stdio(false);
    // A line without an end was cut off: whoever ends the generator has the answers of what came until then.
    for (std::string line; std::getline(std::cin, line) && !std::cin.eof();) {
      const auto cells = cells_of(line);
      seen.see(line, cells);
      batches.add(cells[1], line);
    }
  }
  seen.write(answers);
}

class Years {
 public:
  Years(std::filesystem::path folder, std::size_t memory, bool fresh)
      : folder_(std::move(folder)),
        kinds_(must(read_kinds(YAGURA_SOURCE_DIR "/share/events"))),
        vocabulary_(kinds_),
        memory_(memory) {
    settings_.memory = memory << 20U;
    if (fresh) settings_.merge_after = std::chrono::hours(24 * 36'500);
  }

  // The newest 100 of what the words ask for, forty times.
  int ask(const std::string& words) {
    const Question question{words, words};
    std::vector<std::string> found;
    open(false);
    auto best = 1e9;
    for (int i = 0; i < 40; ++i) {
      const auto begin = wall_seconds();
      found = search(question);
      best = std::min(best, (wall_seconds() - begin) * 1000);
    }
    fmt::print("{}: {} events, {:.2f} ms at best\n", words, found.size(), best);
    return 0;
  }

  // The newest 100 of each: cold once, after opening anew, then the median of five.
  int fragments(const std::filesystem::path& file) {
    struct Asked {
      double ms = 0, cold_ms = 0, cpu_ms = 0;
      std::size_t found = 0;
      std::string fragment;
    };
    std::vector<Asked> asked;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      const Question question{line, '"' + line + '"'};
      Asked one{0, 0, 0, 0, line};
      const auto once = [&] {
        const auto begin = wall_seconds();
        one.found = search(question).size();
        return (wall_seconds() - begin) * 1000;
      };
      open(false);
      drop_cache();
      one.cold_ms = once();
      std::vector<double> times;
      const auto cpu = cpu_seconds();
      for (int i = 0; i < 5; ++i) times.push_back(once());
      one.cpu_ms = (cpu_seconds() - cpu) * 1000 / 5;
      one.ms = median(times);
      asked.push_back(one);
    }
    std::ranges::sort(asked, std::greater(), &Asked::ms);
    for (const auto& one : asked)
      fmt::print("{:9.2f} ms {:9.2f} cold {:9.2f} CPU ms  {:3}  {}\n", one.ms, one.cold_ms, one.cpu_ms,
                 one.found, one.fragment);
    const auto say = [&](std::string_view what, double Asked::* of) {
      std::ranges::sort(asked, std::greater(), of);
      const auto part = [&](double share) {
        return asked[static_cast<std::size_t>(share * static_cast<double>(asked.size()))].*of;
      };
      fmt::print("{}: median {:.2f}, p90 {:.2f}, p99 {:.2f}, worst {:.2f} ms\n", what, part(0.5), part(0.1),
                 part(0.01), part(0));
    };
    if (asked.empty()) return 0;
    fmt::print("{} fragments\n", asked.size());
    say("warm", &Asked::ms);
    say("cold", &Asked::cold_ms);
    say("CPU", &Asked::cpu_ms);
    return 0;
  }

  // The same questions while more comes in, of what is in the file.
  int busy(const std::filesystem::path& file) {
    read_answers();
    const std::filesystem::path batches = folder_.string() + ".batches", copy = folder_.string() + ".busy";
    const auto child = ::fork();  // so that memory is the store's alone
    if (child == 0) {
      {
        AgentBatches out(kinds_.at("operation"), batches);
        std::ifstream in(file, std::ios::binary);
        for (std::string line; std::getline(in, line);) out.add(cells_of(line)[1], line);
      }
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    // With all outlines, which a backup has not: what is never written again is linked.
    std::filesystem::remove_all(copy);
    std::filesystem::create_directories(copy);
    using Copy = std::filesystem::copy_options;
    const auto from = folder_ / "store";
    std::filesystem::copy(from / "segments", copy / "segments", Copy::recursive | Copy::create_hard_links);
    std::filesystem::copy(from / "log", copy / "log", Copy::recursive);
    std::filesystem::copy(from / "manifest", copy / "manifest");
    settings_.background = true;
    settings_.merge_after = std::chrono::hours(24 * 36'500);
    store_ = must(EmbeddedStore::open(copy, kinds_, clock_, settings_));
    std::vector<Asked> asked;
    for (const auto& question : questions_) asked.push_back({question.name, [&] { (void)search(question); }});
    asked.push_back({"Q4 count by section and action", [&] { (void)count_by_two(); }});
    asked.push_back({"histogram of all by days", [&] { (void)count_by_days(); }});
    const auto before = resident_mb("VmRSS:");
    ask_while_busy(*store_, batches, asked);
    fmt::print("memory at most {:.0f} MB, {:.0f} when it was asked first ({} set)\n", resident_mb("VmHWM:"),
               before, memory_);
    store_.reset();
    std::filesystem::remove_all(copy);
    std::filesystem::remove(batches);
    return 0;
  }

  int run(bool again) {
    if (again)
      read_answers();
    else
      ingest();
    say_size();
    questions();
    reopen();
    return wrong_ ? 1 : 0;
  }

 private:
  void open(bool background) {
    store_.reset();
    settings_.background = background;
    store_ = must(EmbeddedStore::open(folder_ / "store", kinds_, clock_, settings_));
  }

  void ingest() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    const auto pipe = folder_ / "batches";
    if (::mkfifo(pipe.c_str(), 0600) != 0) std::exit(2);
    const auto child = ::fork();
    if (child == 0) {
      make_batches(kinds_.at("operation"), pipe, folder_ / "answers");
      ::_exit(0);
    }
    open(true);
    std::jthread teller([&](const std::stop_token& stop) {
      for (int tick = 1; !stop.stop_requested(); ++tick) {
        std::this_thread::sleep_for(std::chrono::seconds(1));
        if (tick % 60 == 0)
          fmt::print(stderr, "{} segments, {:.0f} MB\n", store_->state().segments, resident_mb("VmHWM:"));
      }
    });
    const auto cpu = cpu_seconds(), wall = wall_seconds();
    const auto sent = send_batches(*store_, pipe);
    must(store_->flush());
    teller = {};
    const auto flushed = cpu_seconds();
    open(false);
    while (must(store_->merge())) {
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) std::exit(2);
    read_answers();
    fmt::print(
        "{} records in {:.0f} s: {:.2f} M records/core-s durable, merging aside included; {:.0f} CPU-s of "
        "merging after\n",
        rows_, wall_seconds() - wall, static_cast<double>(rows_) / (flushed - cpu - sent.reading) / 1e6,
        cpu_seconds() - flushed);
  }

  void read_answers() {
    std::ifstream in(folder_ / "answers");
    Question one;
    while (std::getline(in, one.name) && !one.name.empty()) {
      std::string line;
      std::size_t lines = 0;
      std::getline(in, one.words);
      std::getline(in, line);
      if (std::sscanf(line.c_str(), "%ld %zu", &one.found, &lines) != 2) std::exit(2);
      one.lines.clear();
      for (; lines > 0 && std::getline(in, line); --lines) one.lines.push_back(line);
      questions_.push_back(one);
    }
    in >> rows_;
    in.ignore();
    for (std::string line; std::getline(in, line);) {
      const auto first = line.find('\t'), second = line.rfind('\t');
      counts_[{line.substr(0, first), line.substr(first + 1, second - first - 1)}] =
          number(std::string_view(line).substr(second + 1));
    }
  }

  void say_size() {
    open(false);
    std::int64_t rows = 0;
    for (const auto& one : must(store_->extents())) rows += one.rows;
    const auto bytes = bytes_in(folder_ / "store/segments");
    fmt::print("{} records, {:.2f} bytes/record in {} segments; memory at most {:.0f} MB ({} set)\n", rows,
               static_cast<double>(bytes) / static_cast<double>(rows), store_->state().segments,
               resident_mb("VmHWM:"), memory_);
    if (rows != rows_) wrong("the number of records");
  }

  void drop_cache() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
      if (!entry.is_regular_file()) continue;
      const int fd = ::open(entry.path().c_str(), O_RDONLY);
      ::fdatasync(fd);
      ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
      ::close(fd);
    }
  }

  Query query_of(const Question& question) {
    const auto tab = question.words.find('\t');
    auto query = must(read_query(question.words.substr(0, tab), vocabulary_, clock_.now())).query;
    query.contract = "city";
    query.kinds = {"operation"};
    if (tab != std::string::npos) {
      query.from = from_micros(number(std::string_view(question.words).substr(tab + 1)) * 1000);
      query.to = query.from + std::chrono::hours(24);
    }
    return query;
  }

  std::vector<std::string> search(const Question& question) {
    const auto query = query_of(question);
    const auto limit = query.from == Time::min() ? most_lines : 10'000;
    std::vector<std::string> found;
    const auto done =
        must(store_->search(query, {true, limit, {}}, {}, [&](const Event& event) -> Result<bool> {
          found.push_back(line_of(event));
          return true;
        }));
    if (done.partial()) wrong("a partial answer");
    return found;
  }

  static Query all_operations() {
    Query out;
    out.contract = "city";
    out.kinds = {"operation"};
    return out;
  }
  Counts count_by_two() {
    return must(
        store_->count(all_operations(), {{"section", "action"}, Duration(0), Duration(0), 1'000'000}, {}));
  }
  Counts count_by_days() {
    return must(
        store_->count(all_operations(), {{}, std::chrono::hours(24), std::chrono::hours(-9), 1'000'000}, {}));
  }

  template <class F>
  void timed(std::string_view name, std::int64_t found, const F& ask) {
    std::vector<double> warm, cold;
    const auto once = [&] {
      const auto begin = wall_seconds();
      ask();
      return (wall_seconds() - begin) * 1000;
    };
    for (int i = 0; i < 3; ++i) {
      open(false);
      drop_cache();
      cold.push_back(once());
    }
    for (int i = 0; i < 5; ++i) warm.push_back(once());
    fmt::print("| {} | {} | {:.2f} | {:.2f} |\n", name, found, median(warm), median(cold));
    std::fflush(stdout);
  }

  void questions() {
    fmt::print("\n| question | found | warm ms | cold ms |\n| --- | --- | --- | --- |\n");
    for (const auto& question : questions_) {
      std::vector<std::string> found;
      timed(question.name, question.found, [&] { found = search(question); });
      compare(question, std::move(found));
    }
    Counts counts;
    timed("Q4 count by section and action", static_cast<std::int64_t>(counts_.size()),
          [&] { counts = count_by_two(); });
    if (counts.groups.size() != counts_.size() || counts.total != rows_) wrong("counts");
    for (const auto& group : counts.groups)
      if (counts_[{group.values[0], group.values[1]}] != group.count) wrong("a count");
    timed("histogram of all by days", rows_, [&] { counts = count_by_days(); });
    if (counts.total != rows_) wrong("histogram");
  }

  // The newest lines, as many as were asked for; of one instant in any order.
  void compare(const Question& question, std::vector<std::string> found) {
    std::vector<std::string> lines(question.lines.begin(), question.lines.end());
    std::ranges::sort(lines);  // milliseconds of one length come first
    if (found.size() == most_lines && lines.size() > most_lines) {
      const auto last = lines[lines.size() - most_lines].substr(0, lines.front().find('\t'));
      const auto beyond = [&](const std::string& line) { return line.substr(0, line.find('\t')) <= last; };
      std::erase_if(lines, beyond);
      std::erase_if(found, beyond);
    }
    std::ranges::sort(found);
    if (lines != found)
      wrong(fmt::format("{}: {} lines instead of {}", question.name, found.size(), lines.size()));
  }

  // A process that has the store open and is killed; how long opening takes then.
  void reopen() {
    store_.reset();
    kill_amid([&]() -> EmbeddedStore& {
      open(false);
      return *store_;
    });
    const auto begin = wall_seconds();
    open(false);
    fmt::print("\nopened {:.0f} ms after a kill, with {} segments and {} batches in the log\n",
               (wall_seconds() - begin) * 1000, store_->state().segments, store_->state().recent_batches);
  }

  void wrong(std::string_view what) {
    wrong_ = true;
    fmt::print("WRONG: {}\n", what);
  }

  const std::filesystem::path folder_;
  const Kinds kinds_;
  const Vocabulary vocabulary_;
  const std::size_t memory_;
  SystemClock clock_;
  EmbeddedOptions settings_;
  std::unique_ptr<EmbeddedStore> store_;
  std::vector<Question> questions_;
  std::map<std::pair<std::string, std::string>, std::int64_t> counts_;
  std::int64_t rows_ = 0;
  bool wrong_ = false;
};

}  // namespace
}  // namespace yagura::bench

int main(int argc, char** argv) {
  yagura::use_few_heaps();  // as the server does
  std::filesystem::path folder, fragments, busy;
  std::size_t memory = 384;
  std::string words;
  bool again = false, asked = false, fresh = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--again")
      again = true;
    else if (word == "--fresh")
      fresh = true;
    else if (word == "--ask" && i + 1 < argc)
      words = argv[++i], asked = true;
    else if (word == "--fragments" && i + 1 < argc)
      fragments = argv[++i];
    else if (word == "--busy" && i + 1 < argc)
      busy = argv[++i];
    else if (word == "--memory" && i + 1 < argc)
      memory = static_cast<std::size_t>(std::atoll(argv[++i]));
    else
      folder = word;
  }
  if (folder.empty()) {
    fmt::print(
        stderr,
        "generate_operation_log ... | years_bench FOLDER [--memory MIB]; years_bench FOLDER --again\n");
    return 2;
  }
  yagura::bench::Years years(std::move(folder), memory, fresh);
  if (!busy.empty()) return years.busy(busy);
  if (!fragments.empty()) return years.fragments(fragments);
  return asked ? years.ask(words) : years.run(again);
}
