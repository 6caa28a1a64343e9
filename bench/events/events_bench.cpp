// Segments of the event store: how small, how fast, beside zstd over the same bytes.
//   events_bench TSV [--rows N] [--segment ROWS] [--batch ROWS] [--runs N] [--merged] [--peer LEVEL]...
//
// TSV: what generate_operation_log wrote. Each segment takes so many rows that follow one another; they come
// in batches as an agent sends them: of one PC, in order of time. Speed is CPU time of this process, the
// median of the runs, with what was learned before and learning anew. --merged: one segment of all rows as
// merging writes it, in slices of --segment rows.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>

#include "eventstore/flush.hpp"
#include "measure.hpp"
#include "peer.hpp"
#include "record.hpp"
#include "sizes.hpp"

namespace yagura::bench {
namespace {

using namespace eventstore;

// Bytes a record; M records a core-second, of which the log before the segments needs a sixth.
constexpr double fresh_bound = 13, merged_bound = 10, speed_bound = 1.2;

struct Options {
  std::filesystem::path tsv;
  std::size_t rows = 2'000'000, segment = 1'000'000, batch = 1000, runs = 3;
  bool merged = false;
  std::vector<int> peers;  // levels of zstd
};

// The first `most` lines of the file.
std::string read_lines(const std::filesystem::path& file, std::size_t most) {
  std::ifstream in(file, std::ios::binary);
  std::string out(std::filesystem::file_size(file), 0);
  in.read(out.data(), static_cast<std::streamsize>(out.size()));
  std::size_t end = 0;
  for (std::size_t i = 0; i < most && end < out.size(); ++i) end = out.find('\n', end) + 1;
  out.resize(end);
  return out;
}

Record parse(std::string_view line) {
  std::array<std::string_view, tsv_columns> cells;
  for (auto& cell : cells) {
    const auto end = std::min(line.find('\t'), line.size());
    cell = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  Record out;
  std::from_chars(cells[0].begin(), cells[0].end(), out.at_ms);
  std::from_chars(cells[11].begin(), cells[11].end(), out.bytes);
  std::copy_n(cells.begin() + 1, out.texts.size(), out.texts.begin());
  return out;
}

// The batches of rows that follow one another, as agents' bytes.
std::vector<std::string> batches_of(const Kind& kind, std::span<const std::string_view> lines,
                                    const Options& options) {
  std::map<std::string_view, std::vector<Record>> by_pc;
  for (const auto line : lines) {
    const auto record = parse(line);
    by_pc[record.texts[0]].push_back(record);
  }
  std::vector<std::string> out;
  BatchBuilder build(kind);
  for (const auto& [pc, records] : by_pc) {
    for (const auto& record : records) {
      build.row(from_micros(record.at_ms * 1000));
      for (std::size_t f = 0; f < record.texts.size(); ++f) build.text(f, record.texts[f]);
      build.number(record.texts.size(), record.bytes);
      if (build.rows() == options.batch) out.push_back(write_batch(kind, build.take()));
    }
    if (build.rows() > 0) out.push_back(write_batch(kind, build.take()));
  }
  return out;
}

struct Taken {  // of all segments
  double read = 0, flush = 0, look = 0;
  std::uint64_t bytes = 0;
  Sizes sizes;
};

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options), kind_(must(read_kind(YAGURA_SOURCE_DIR "/share/events/operation.yaml"))) {
    raw_ = read_lines(options_.tsv, options_.rows);
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at < raw_.size();) {
      const auto end = raw_.find('\n', at);
      lines.push_back(std::string_view(raw_).substr(at, end - at));
      at = end + 1;
    }
    rows_ = lines.size();
    const std::span<const std::string_view> all(lines);
    std::size_t batches = 0;
    for (std::size_t at = 0; at < rows_; at += options_.segment) {
      segments_.push_back(
          batches_of(kind_, all.subspan(at, std::min(options_.segment, rows_ - at)), options_));
      batches += segments_.back().size();
    }
    fmt::print("{} rows, {:.1f} bytes each; {} batches of one PC, {:.0f} rows each\n", rows_,
               per_row(raw_.size()), batches, static_cast<double>(rows_) / static_cast<double>(batches));
  }

  // False when a bound is missed.
  bool run() {
    fmt::print("\n| {} segments | bytes/record | M records/core-s | |\n| --- | --- | --- | --- |\n",
               options_.merged ? "merged" : "fresh");
    LearnedOf learned;
    Taken taken;
    if (options_.merged) {
      const auto speed = measure(nullptr, taken);
      line("written, learning from their own texts", taken.bytes, speed, merged_bound, 0);
    } else {
      const auto speed = measure(nullptr, taken);
      line("written, each learning from its own texts", taken.bytes, speed, 0, 0);
      const auto known = measure(&learned, taken);
      line("written with what the first one learned", taken.bytes, known, fresh_bound, speed_bound);
      line("batches read from their bytes", 0, per_second(taken.read), 0, 0);
      line("all columns read back", 0, per_second(taken.look), 0, 0);
    }
    for (const int level : options_.peers) {
      const auto peer = zstd(raw_, level);
      line(fmt::format("zstd -{} of the same rows, {:.2f} times as large", level,
                       static_cast<double>(peer.bytes) / static_cast<double>(taken.bytes)),
           peer.bytes, per_second(peer.seconds), 0, 0);
    }
    fmt::print("\n| part | bytes/record |\n| --- | --- |\n");
    for (const auto& [name, bytes] : taken.sizes) fmt::print("| {} | {:.3f} |\n", name, per_row(bytes));
    return !missed_;
  }

 private:
  [[nodiscard]] double per_row(std::uint64_t bytes) const {
    return static_cast<double>(bytes) / static_cast<double>(rows_);
  }
  [[nodiscard]] double per_second(double seconds) const { return static_cast<double>(rows_) / seconds / 1e6; }
  // bounds: 0 for none.
  void line(const std::string& what, std::uint64_t bytes, double speed, double most, double least) {
    const bool missed = (most > 0 && per_row(bytes) > most) || (least > 0 && speed < least);
    missed_ = missed_ || missed;
    fmt::print("| {} | {} | {:.2f} | {}{}{} |\n", what,
               bytes == 0 ? "" : fmt::format("{:.2f}", per_row(bytes)), speed,
               most > 0 ? fmt::format("≤ {} ", most) : "", least > 0 ? fmt::format("≥ {} ", least) : "",
               missed                  ? "MISSED"
               : most > 0 || least > 0 ? "ok"
                                       : "");
    std::fflush(stdout);
  }
  // M records per core-second of flushing.
  double measure(LearnedOf* learned, Taken& taken) {
    std::vector<double> figures;
    for (std::size_t run = 0; run < options_.runs; ++run) {
      if (learned != nullptr && learned->empty()) (void)take(learned);
      taken = take(learned);
      figures.push_back(per_second(taken.flush));
    }
    return median(figures);
  }
  Taken take(LearnedOf* learned) {
    Taken out;
    std::vector<Batch> batches;
    for (std::size_t s = 0; s < segments_.size(); ++s) {
      const auto begin = cpu_seconds();
      if (!options_.merged) batches.clear(), slices_.clear();
      for (const auto& bytes : segments_[s]) batches.push_back(must(read_batch(kind_, bytes)));
      out.read += cpu_seconds() - begin;
      slices_.resize(batches.size(), static_cast<std::uint32_t>(s));
      if (!options_.merged || s + 1 == segments_.size()) write(batches, learned, out);
    }
    return out;
  }
  void write(const std::vector<Batch>& batches, LearnedOf* learned, Taken& out) {
    std::vector<BatchRows> rows;
    for (std::size_t b = 0; b < batches.size(); ++b)
      rows.push_back({&batches[b], 0, static_cast<std::uint32_t>(batches[b].rows()), 20'000, slices_[b]});
    const auto folder =
        std::filesystem::temp_directory_path() / fmt::format("yagura-events-bench.{}", ::getpid());
    std::filesystem::create_directories(folder);
    const auto file = folder / "segment";
    LearnedOf own;
    const auto begin = cpu_seconds();
    must(write_segment(file, "bench", kind_, rows, options_.merged ? merged_segment : fresh_segment,
                       learned != nullptr ? *learned : own));
    out.flush += cpu_seconds() - begin;
    Cache cache(64U << 20);
    const auto segment = must(Segment::open(file, cache));
    // What they learned together stands in each month once: of it nothing is counted here.
    out.bytes += segment->size();
    add(out.sizes, must(sizes_of(*segment)));
    const auto reading = cpu_seconds();
    read_columns(*segment);
    out.look += cpu_seconds() - reading;
    std::filesystem::remove_all(folder);
  }

  // Every column of every block, as searches read them.
  static void read_columns(const Segment& segment) {
    const auto& d = segment.directory();
    std::vector<std::int64_t> numbers;
    std::vector<std::uint32_t> ids;
    for (std::size_t chunk = 0; chunk < d.chunks.size(); ++chunk) {
      const auto blocks = must(segment.blocks(chunk));
      for (const auto& block : blocks->entries) {
        must(segment.times(block, numbers));
        const auto order = must(segment.order(block));
        for (std::size_t c = 0; c < d.columns.size(); ++c)
          if (d.columns[c].type == FieldType::number)
            must(segment.numbers(block, c, order, numbers));
          else
            must(segment.ids(block, c, order, ids));
      }
    }
  }

  const Options options_;
  const Kind kind_;
  std::string raw_;
  std::size_t rows_ = 0;
  std::vector<std::vector<std::string>> segments_;  // the bytes of their batches
  std::vector<std::uint32_t> slices_;
  bool missed_ = false;
};

Options read_options(int count, char** arguments) {
  Options out;
  const std::span all(arguments, static_cast<std::size_t>(count));
  for (std::size_t i = 1; i < all.size(); ++i) {
    const std::string_view word = all[i];
    const auto number = [&](std::size_t& to) {
      if (++i < all.size()) to = std::strtoull(all[i], nullptr, 10);
    };
    if (word == "--rows")
      number(out.rows);
    else if (word == "--segment")
      number(out.segment);
    else if (word == "--batch")
      number(out.batch);
    else if (word == "--runs")
      number(out.runs);
    else if (word == "--merged")
      out.merged = true;
    else if (word == "--peer" && ++i < all.size())
      out.peers.push_back(std::atoi(all[i]));
    else
      out.tsv = word;
  }
  return out;
}

}  // namespace
}  // namespace yagura::bench

int main(int count, char** arguments) {
  const auto options = yagura::bench::read_options(count, arguments);
  if (!std::filesystem::exists(options.tsv) || options.runs == 0 || options.segment == 0) {
    fmt::print(stderr,
               "events_bench TSV [--rows N] [--segment ROWS] [--batch ROWS] [--runs N] [--merged] [--peer "
               "LEVEL]...\n");
    return 2;
  }
  return yagura::bench::Bench(options).run() ? 0 : 1;
}
