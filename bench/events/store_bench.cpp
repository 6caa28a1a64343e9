// The embedded store as a whole: durable ingest from agents' batches, merging, the five questions, opening
// after a kill, the same questions while as much comes in again.
//   store_bench TSV FOLDER [--memory MIB] [--rows N] [--again | --merging | [--prepared] [--ingest]]
//
// --again: ask what an earlier run left in FOLDER; --prepared: take its batches; --ingest: end when
// everything is in segments; --merging: take in as much again while what it left is merged, for the memory
// of both. TSV: what generate_operation_log wrote. Every answer is compared with the lines of the file, byte
// for byte. Speed of ingest is CPU time of this process without that of reading the files;
// warm is the median of nine, cold the median of three after a fresh start with the files put out of the
// system's cache.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <thread>

#include "agents.hpp"
#include "base/heap.hpp"
#include "eventstore/embedded.hpp"
#include "measure.hpp"
#include "peer.hpp"
#include "record.hpp"

namespace yagura::bench {
namespace {

using namespace eventstore;
using std::chrono_literals::operator""h;

constexpr auto every_month_is_over = std::chrono::hours(-24 * 400);

struct Options {
  std::filesystem::path tsv, folder;
  std::size_t memory = 384, rows = SIZE_MAX;
  bool again = false, prepared = false, ingest = false, merging = false;
};

// One question, and the lines of the file that answer it.
struct Question {
  std::string name;
  Query query;
  std::size_t limit = 100;
  std::function<bool(std::int64_t ms, const std::array<std::string_view, tsv_columns>&)> holds;
  std::vector<std::string> lines{};  // in the order of the file: oldest first
};

class Bench {
 public:
  explicit Bench(Options options)
      : options_(std::move(options)), kinds_(must(read_kinds(YAGURA_SOURCE_DIR "/share/events"))) {
    settings_.memory = options_.memory << 20U;
    settings_.merge_after = std::chrono::hours(24 * 36'500);  // not before merge()
  }

  int run() {
    ask_what();
    // Each in a process of its own, so that memory is the store's alone.
    if (!options_.again && !options_.prepared) in_child([this] { prepare(); });
    if (!options_.again)
      in_child([this] {
        ingest();
        if (!options_.ingest) merge();
      });
    if (options_.ingest) return 0;
    walk([](auto, auto) {});
    begin_memory();
    questions();
    say_memory("asked");
    reopen();
    begin_memory();
    busy();
    say_memory("asked while as much came in");
    return wrong_ ? 1 : 0;
  }

 private:
  static void in_child(const std::function<void()>& work) {
    std::fflush(stdout);
    const auto child = ::fork();
    if (child == 0) {
      work();
      std::fflush(stdout);
      ::_exit(0);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) std::exit(2);
  }

  // What this process has from here on is the store's.
  void begin_memory() {
    store_.reset();
    before_ = resident_mb("VmRSS:");
    std::ofstream("/proc/self/clear_refs") << 5;  // its most is told anew
  }
  void say_memory(std::string_view when) {
    fmt::print("{}: memory at most {:.0f} MB of {} MB set\n", when, resident_mb("VmHWM:") - before_,
               options_.memory);
    std::ofstream("/proc/self/clear_refs") << 5;
  }

  void open(bool background) {
    store_.reset();
    settings_.background = background;
    store_ = must(EmbeddedStore::open(options_.folder, kinds_, clock_, settings_));
  }

  // The lines of the file, with their answers noted for the questions they belong to.
  void walk(
      const std::function<void(std::string_view, const std::array<std::string_view, tsv_columns>&)>& use) {
    std::ifstream in(options_.tsv, std::ios::binary);
    std::string line;
    for (rows_ = 0; rows_ < options_.rows && std::getline(in, line); ++rows_) {
      const auto cells = cells_of(line);
      std::int64_t ms = 0;
      std::from_chars(cells[0].begin(), cells[0].end(), ms);
      for (auto& question : questions_)
        if (question.holds(ms, cells)) question.lines.push_back(line);
      ++counts_[std::pair<std::string, std::string>(cells[3], cells[4])];
      use(line, cells);
    }
  }

  // Things to ask for, taken from the middle of the file.
  void ask_what() {
    std::ifstream in(options_.tsv, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(std::filesystem::file_size(options_.tsv) / 2));
    std::string line, user, pc, usb;
    std::int64_t day = 0;
    std::getline(in, line);
    while ((user.empty() || usb.empty()) && std::getline(in, line)) {
      const auto cells = cells_of(line);
      if (user.empty()) {
        user = cells[2];
        pc = cells[1];
        std::from_chars(cells[0].begin(), cells[0].end(), day);
        day = day / 86'400'000 * 86'400'000;
      }
      usb = cells[9];
    }
    auto a_day = operations(is(Condition::Type::equals, "user", user));
    a_day.from = from_micros(day * 1000);
    a_day.to = a_day.from + 24h;
    questions_.push_back({"Q1 one person's day", a_day, 5'000, [=](std::int64_t ms, const auto& c) {
                            return c[2] == user && ms >= day && ms < day + 86'400'000;
                          }});
    questions_.push_back(
        {"Q2 rare fragment in paths", operations(is(Condition::Type::contains, "path", "鳳凰計画")), 100,
         [](std::int64_t, const auto& c) { return c[7].find("鳳凰計画") != std::string_view::npos; }});
    questions_.push_back(
        {"Q2b rare, of common pairs", operations(is(Condition::Type::contains, "path", "収支見直")), 100,
         [](std::int64_t, const auto& c) { return c[7].find("収支見直") != std::string_view::npos; }});
    questions_.push_back(
        {"Q2c a fragment that is nowhere", operations(is(Condition::Type::contains, "path", "竜宮城会")), 100,
         [](std::int64_t, const auto& c) { return c[7].find("竜宮城会") != std::string_view::npos; }});
    questions_.push_back(
        {"Q2d two common characters", operations(is(Condition::Type::contains, "path", "会議")), 100,
         [](std::int64_t, const auto& c) { return c[7].find("会議") != std::string_view::npos; }});
    questions_.push_back({"Q3 one USB serial", operations(is(Condition::Type::equals, "usb", usb)), 5'000,
                          [=](std::int64_t, const auto& c) { return c[9] == usb; }});
    questions_.push_back({"Q5 last 100 of a PC", operations(is(Condition::Type::equals, "pc", pc)), 100,
                          [=](std::int64_t, const auto& c) { return c[1] == pc; }});
  }

  void prepare() {
    AgentBatches batches(kinds_.at("operation"), batches_);
    walk([&](std::string_view line, const auto& cells) { batches.add(cells[1], line); });
  }

  void ingest() {
    if (options_.merging)
      settings_.merge_after = every_month_is_over;
    else
      std::filesystem::remove_all(options_.folder);
    begin_memory();
    open(true);
    const auto held = rows_held();
    auto cpu = cpu_seconds(), wall = wall_seconds();
    const auto sent = send_batches(*store_, batches_);
    must(store_->flush());
    cpu = cpu_seconds() - cpu - sent.reading;
    wall = wall_seconds() - wall;
    rows_ = rows_held() - held;
    fmt::print(
        "{} rows in {} batches in {:.0f} s, durable from agents' bytes to segments: {:.2f} M "
        "records/core-s\n",
        rows_, sent.batches, wall, static_cast<double>(rows_) / cpu / 1e6);
    say_size("flushed");
    say_memory("taken in and flushed");
    while (options_.merging && must(store_->merge())) {
    }
    if (options_.merging) say_memory("merged");
  }

  std::size_t rows_held() {
    std::size_t out = 0;
    for (const auto& one : must(store_->extents())) out += static_cast<std::size_t>(one.rows);
    return out;
  }

  void say_size(std::string_view when) {
    fmt::print("{}: {:.2f} bytes/record in {} segments, with all that belongs to them\n", when,
               static_cast<double>(bytes_in(options_.folder / "segments")) / static_cast<double>(rows_held()),
               store_->state().segments);
  }

  void merge() {
    settings_.merge_after = every_month_is_over;
    open(false);
    const auto cpu = cpu_seconds();
    while (must(store_->merge())) {
    }
    const auto took = cpu_seconds() - cpu;
    fmt::print("merged in {:.0f} CPU-s ({:.2f} M records/core-s)\n", took,
               static_cast<double>(rows_) / took / 1e6);
    say_size("merged");
    say_memory("merged");
  }

  void drop_cache() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(options_.folder)) {
      if (!entry.is_regular_file()) continue;
      const int fd = ::open(entry.path().c_str(), O_RDONLY);
      ::fdatasync(fd);
      ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
      ::close(fd);
    }
  }

  std::vector<std::string> ask(const Question& question) {
    std::vector<std::string> out;
    const auto done = must(store_->search(question.query, {true, question.limit, {}}, {},
                                          [&](const Event& event) -> Result<bool> {
                                            out.push_back(line_of(event));
                                            return true;
                                          }));
    if (done.partial()) wrong("a partial answer");
    return out;
  }
  void wrong(std::string_view what) {
    wrong_ = true;
    fmt::print("WRONG: {}\n", what);
  }

  Counts count() {
    const Counting counting{{"section", "action"}, Duration(0), Duration(0), 1'000'000};
    return must(store_->count(operations(), counting, {}));
  }

  void questions() {
    fmt::print("\n| question | found | warm ms | cold ms |\n| --- | --- | --- | --- |\n");
    for (const auto& question : questions_) {
      std::vector<double> warm, cold;
      std::vector<std::string> found;
      const auto timed = [&] {
        const auto begin = wall_seconds();
        found = ask(question);
        return (wall_seconds() - begin) * 1000;
      };
      for (int i = 0; i < 3; ++i) {
        open(false);
        drop_cache();
        cold.push_back(timed());
      }
      for (int i = 0; i < 9; ++i) warm.push_back(timed());
      fmt::print("| {} | {} | {:.2f} | {:.2f} |\n", question.name, question.lines.size(), median(warm),
                 median(cold));
      compare(question, found);
    }
    std::vector<double> warm, cold;
    Counts counts;
    const auto timed = [&] {
      const auto begin = wall_seconds();
      counts = count();
      return (wall_seconds() - begin) * 1000;
    };
    for (int i = 0; i < 3; ++i) {
      open(false);
      drop_cache();
      cold.push_back(timed());
    }
    for (int i = 0; i < 9; ++i) warm.push_back(timed());
    fmt::print("| Q4 count by section and action | {} | {:.2f} | {:.2f} |\n", counts.groups.size(),
               median(warm), median(cold));
    if (counts.groups.size() != counts_.size() || counts.total != static_cast<std::int64_t>(rows_))
      wrong("counts");
    for (const auto& group : counts.groups)
      if (counts_[{group.values[0], group.values[1]}] != group.count) wrong("a count");
  }

  // The newest lines of the file, as many as were asked for; of one instant in any order.
  void compare(const Question& question, std::vector<std::string> found) {
    auto lines = question.lines;
    std::ranges::sort(lines);  // milliseconds of one length come first
    if (lines.size() > question.limit) {
      // Of those with the time of the last, any may be given.
      const auto last = lines[lines.size() - question.limit].substr(0, lines.front().find('\t'));
      std::erase_if(lines, [&](const std::string& line) { return line.substr(0, line.find('\t')) <= last; });
      std::erase_if(found, [&](const std::string& line) { return line.substr(0, line.find('\t')) <= last; });
    }
    std::ranges::sort(lines);
    std::ranges::sort(found);
    if (lines != found)
      wrong(fmt::format("{}: {} lines, {} in the file", question.name, found.size(), lines.size()));
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

  // The questions to a copy that takes in the same rows once more, as fast as it can, beside the same
  // questions before.
  void busy() {
    const auto copy = std::filesystem::path(options_.folder.string() + ".busy");
    store_.reset();
    std::filesystem::remove_all(copy);
    std::filesystem::copy(options_.folder, copy, std::filesystem::copy_options::recursive);
    settings_.background = true;
    settings_.merge_after = std::chrono::hours(24 * 36'500);
    store_ = must(EmbeddedStore::open(copy, kinds_, clock_, settings_));
    std::vector<Asked> asked;
    for (const auto& question : questions_) asked.push_back({question.name, [&] { (void)ask(question); }});
    asked.push_back({"Q4 count by section and action", [&] { (void)count(); }});
    ask_while_busy(*store_, batches_, asked);
    store_.reset();
    std::filesystem::remove_all(copy);
  }

  const Options options_;
  const Kinds kinds_;
  SystemClock clock_;
  EmbeddedOptions settings_;
  std::unique_ptr<EmbeddedStore> store_;
  const std::filesystem::path batches_ = options_.folder.string() + ".batches";
  std::vector<Question> questions_;
  std::map<std::pair<std::string, std::string>, std::int64_t> counts_;
  std::size_t rows_ = 0;
  double before_ = 0;  // MB of this process without the store
  bool wrong_ = false;
};

}  // namespace
}  // namespace yagura::bench

int main(int argc, char** argv) {
  yagura::use_few_heaps();  // as the server does
  yagura::bench::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto number = [&](std::size_t& to) {
      if (++i < argc) to = static_cast<std::size_t>(std::atoll(argv[i]));
    };
    if (word == "--memory")
      number(options.memory);
    else if (word == "--rows")
      number(options.rows);
    else if (word == "--again")
      options.again = true;
    else if (word == "--prepared")
      options.prepared = true;
    else if (word == "--ingest")
      options.ingest = true;
    else if (word == "--merging")
      options.ingest = options.prepared = options.merging = true;
    else
      (options.tsv.empty() ? options.tsv : options.folder) = word;
  }
  if (options.folder.empty()) {
    fmt::print(stderr,
               "store_bench TSV FOLDER [--memory MIB] [--rows N] [--again | --merging | [--prepared] "
               "[--ingest]]\n");
    return 2;
  }
  return yagura::bench::Bench(std::move(options)).run();
}
