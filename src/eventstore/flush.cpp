#include "eventstore/flush.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "eventstore/text_ids.hpp"

namespace yagura::eventstore {

namespace {

// For each string of each batch a number, all in one piece of memory.
class NumbersOfStrings {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;
  explicit NumbersOfStrings(std::span<const BatchRows> rows) {
    begins_.reserve(rows.size() + 1);
    std::size_t all = 0;
    for (const auto& one : rows) {
      begins_.push_back(all);
      all += one.batch->strings.size();
    }
    begins_.push_back(all);
    numbers_.assign(all, none);
  }
  std::span<std::uint32_t> of(std::size_t batch) {
    return std::span(numbers_).subspan(begins_[batch], begins_[batch + 1] - begins_[batch]);
  }
  std::span<std::uint32_t> all() { return numbers_; }

 private:
  std::vector<std::size_t> begins_;
  std::vector<std::uint32_t> numbers_;
};

// Rows of one batch that follow one another from one source in order of time.
struct Run {
  std::uint32_t slice;
  std::uint32_t source;  // place among the sorted names
  std::uint32_t rows;    // which BatchRows
  std::uint32_t first, last;
  std::int64_t first_time, last_time;
};

class Flush {
 public:
  Flush(const Kind& kind, std::span<const BatchRows> rows)
      : kind_(kind), rows_(rows), source_(*kind.index_of(kind.source)) {
    collect_names();
    collect_runs();
  }
  std::vector<std::vector<std::string>> names;

  // From the texts of some sources, evenly chosen.
  void learn_texts(const SegmentOptions& options, LearnedOf& learned) const {
    learned.resize(kind_.fields.size());
    for (std::size_t c = 0; c < kind_.fields.size(); ++c) {
      if (kind_.fields[c].type != FieldType::text || learned[c]) continue;
      std::size_t bytes = 0;
      for (const auto& rows : rows_)
        for (auto r = rows.first; r < rows.last; ++r) bytes += text(rows, c, r).size();
      const auto step =
          static_cast<std::uint32_t>(1 + bytes / 2 / (options.page_bytes * options.pages_to_learn_from));
      std::vector<std::string_view> sample;
      std::unordered_set<std::string_view> seen;
      for (const auto& run : runs_)
        if (run.source % step == 0)
          for (auto r = run.first; r < run.last; ++r)
            if (const auto one = text(rows_[run.rows], c, r); !one.empty() && seen.insert(one).second)
              sample.push_back(one);
      learned[c] = learn(sample, options);
    }
  }

  Result<Directory> write(SegmentWriter& to) {
    for (auto at = runs_.begin(); at != runs_.end();) {
      if (at != runs_.begin() && at->slice != (at - 1)->slice) YAGURA_CHECK(to.end_slice());
      auto end = at + 1;
      auto last = at->last_time;
      bool apart = true;
      while (end != runs_.end() && end->source == at->source && end->slice == at->slice) {
        apart = apart && end->first_time >= last;
        last = std::max(last, end->last_time);
        ++end;
      }
      if (apart) {
        for (; at != end; ++at) YAGURA_CHECK(add(to, *at));
      } else {
        YAGURA_CHECK(add_mixed(to, {at, end}));
        at = end;
      }
    }
    return to.finish();
  }

 private:
  using Runs = std::span<const Run>;
  static std::span<const Batch::StringId> ids_of(const BatchRows& rows, std::size_t column) {
    return std::span(rows.batch->columns[column].ids).subspan(rows.first, rows.last - rows.first);
  }
  static std::string_view text(const BatchRows& rows, std::size_t column, std::uint32_t row) {
    return rows.batch->strings[rows.batch->columns[column].ids[row]];
  }

  // Every value of each entity and category, and for each batch which string is which of them.
  void collect_names() {
    const auto columns = kind_.fields.size();
    names.resize(columns);
    numbers_.resize(columns);
    for (std::size_t c = 0; c < columns; ++c) {
      if (kind_.fields[c].type == FieldType::number) continue;
      auto& numbers = numbers_[c].emplace(rows_);
      if (kind_.fields[c].type == FieldType::text) continue;
      TextIds known;
      std::vector<std::string_view> by_number;
      for (std::size_t b = 0; b < rows_.size(); ++b) {
        const auto& strings = rows_[b].batch->strings;
        auto* const map = numbers.of(b).data();
        for (const auto id : ids_of(rows_[b], c)) {
          if (map[id] != NumbersOfStrings::none) continue;
          bool fresh = false;
          map[id] = known.find_or_add(TextIds::key(strings[id]), fresh);
          if (fresh) by_number.push_back(strings[id]);
        }
      }
      names[c].assign(by_number.begin(), by_number.end());
      sort_names(names[c]);
      std::unordered_map<std::string_view, std::uint32_t> place;
      for (std::uint32_t i = 0; i < names[c].size(); ++i) place.emplace(names[c][i], i);
      std::vector<std::uint32_t> places(by_number.size());
      for (std::size_t i = 0; i < places.size(); ++i) places[i] = place.at(by_number[i]);
      for (auto& id : numbers.all())
        if (id != NumbersOfStrings::none) id = places[id];
    }
  }

  void collect_runs() {
    for (std::uint32_t b = 0; b < rows_.size(); ++b) {
      const auto& batch = *rows_[b].batch;
      const auto& sources = batch.columns[source_].ids;
      for (auto r = rows_[b].first; r < rows_[b].last;) {
        auto end = r + 1;
        while (end < rows_[b].last && sources[end] == sources[r] && batch.times[end] >= batch.times[end - 1])
          ++end;
        runs_.push_back({rows_[b].slice, numbers_[source_]->of(b)[sources[r]], b, r, end, batch.times[r],
                         batch.times[end - 1]});
        r = end;
      }
    }
    std::ranges::sort(runs_, {}, [](const Run& run) {
      return std::tuple(run.slice, run.source, run.first_time, run.rows, run.first);
    });
  }

  Result<void> add(SegmentWriter& to, const Run& run) {
    const auto& rows = rows_[run.rows];
    const auto& batch = *rows.batch;
    for (auto first = run.first; first < run.last;) {
      auto& block = to.rows();
      const auto last = std::min(run.last, first + static_cast<std::uint32_t>(to.room()));
      block.times.insert(block.times.end(), batch.times.begin() + first, batch.times.begin() + last);
      if (batch.days.empty())
        block.days.insert(block.days.end(), last - first, rows.day);
      else
        block.days.insert(block.days.end(), batch.days.begin() + first, batch.days.begin() + last);
      for (std::size_t c = 0; c < kind_.fields.size(); ++c) {
        const auto& column = batch.columns[c];
        if (kind_.fields[c].type == FieldType::number) {
          block.numbers[c].insert(block.numbers[c].end(), column.numbers.begin() + first,
                                  column.numbers.begin() + last);
          continue;
        }
        const auto numbers = numbers_[c]->of(run.rows);
        if (kind_.fields[c].type == FieldType::text)
          number_texts(to, c, run.rows, {column.ids.data() + first, last - first});
        auto& ids = block.ids[c];
        const auto begin = ids.size();
        ids.resize(begin + last - first);
        std::transform(column.ids.begin() + first, column.ids.begin() + last, ids.begin() + begin,
                       [places = numbers.data()](Batch::StringId id) { return places[id]; });
      }
      first = last;
      YAGURA_CHECK(to.end_block());
    }
    return {};
  }

  // Gives the strings of these rows their numbers in the segment, those that have none yet.
  void number_texts(SegmentWriter& to, std::size_t column, std::size_t batch,
                    std::span<const Batch::StringId> rows) {
    const auto numbers = numbers_[column]->of(batch);
    new_ids_.clear();
    new_texts_.clear();
    for (const auto id : rows) {
      if (numbers[id] != NumbersOfStrings::none) continue;
      numbers[id] = 0;
      new_ids_.push_back(id);
      new_texts_.push_back(rows_[batch].batch->strings[id]);
    }
    new_numbers_.resize(new_ids_.size());
    to.texts(column, new_texts_, new_numbers_);
    for (std::size_t i = 0; i < new_ids_.size(); ++i) numbers[new_ids_[i]] = new_numbers_[i];
  }

  // Runs of one source that overlap in time: row by row.
  Result<void> add_mixed(SegmentWriter& to, Runs runs) {
    std::vector<Run> rows;
    for (const auto& run : runs)
      for (auto r = run.first; r < run.last; ++r) {
        const auto time = rows_[run.rows].batch->times[r];
        rows.push_back({run.slice, run.source, run.rows, r, r + 1, time, time});
      }
    std::ranges::sort(rows, {},
                      [](const Run& run) { return std::tuple(run.first_time, run.rows, run.first); });
    for (const auto& row : rows) YAGURA_CHECK(add(to, row));
    return {};
  }

  const Kind& kind_;
  std::span<const BatchRows> rows_;
  const std::size_t source_;
  // By field: of names their places, of texts the numbers that the writer gave them.
  std::vector<std::optional<NumbersOfStrings>> numbers_;
  std::vector<Run> runs_;
  // Of number_texts(), kept for their memory.
  std::vector<std::uint32_t> new_ids_, new_numbers_;
  std::vector<std::string_view> new_texts_;
};

}  // namespace

Result<Directory> write_segment(const std::filesystem::path& file, std::string_view contract,
                                const Kind& kind, std::span<const BatchRows> rows,
                                const SegmentOptions& options, LearnedOf& learned) {
  Flush flush(kind, rows);
  flush.learn_texts(options, learned);
  YAGURA_TRY(auto writer,
             SegmentWriter::create(file, contract, kind, std::move(flush.names), options, learned));
  return flush.write(*writer);
}

}  // namespace yagura::eventstore
