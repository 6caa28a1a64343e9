#include "eventstore/flush.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace yagura::eventstore {

namespace {

// Rows of one batch that follow one another from one source in order of time.
struct Run {
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
          static_cast<std::uint32_t>(1 + bytes / 2 / (options.page_bytes * pages_to_learn_from));
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
    texts_.assign(kind_.fields.size(), std::vector<std::vector<std::uint32_t>>(rows_.size()));
    for (auto at = runs_.begin(); at != runs_.end();) {
      auto end = at + 1;
      auto last = at->last_time;
      bool apart = true;
      while (end != runs_.end() && end->source == at->source) {
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
  static std::string_view text(const BatchRows& rows, std::size_t column, std::uint32_t row) {
    return rows.batch->strings[rows.batch->columns[column].ids[row]];
  }

  // Every value of each entity and category, and for each batch which string is which of them.
  void collect_names() {
    const auto columns = kind_.fields.size();
    names.resize(columns);
    ids_.assign(columns, std::vector<std::vector<std::uint32_t>>(rows_.size()));
    for (std::size_t c = 0; c < columns; ++c) {
      if (kind_.fields[c].type != FieldType::entity && kind_.fields[c].type != FieldType::category) continue;
      std::unordered_map<std::string_view, std::uint32_t> known;
      for (std::size_t b = 0; b < rows_.size(); ++b) {
        const auto& batch = *rows_[b].batch;
        auto& map = ids_[c][b];
        map.assign(batch.strings.size(), UINT32_MAX);
        std::uint32_t before = UINT32_MAX;
        for (auto r = rows_[b].first; r < rows_[b].last; ++r) {
          const auto id = batch.columns[c].ids[r];
          if (id == before) continue;
          before = id;
          if (map[id] != UINT32_MAX) continue;
          map[id] =
              known.try_emplace(batch.strings[id], static_cast<std::uint32_t>(known.size())).first->second;
        }
      }
      std::vector<std::string> sorted(known.size());
      std::vector<std::string_view> by_number(known.size());
      for (const auto& [name, number] : known) by_number[number] = name;
      std::ranges::transform(by_number, sorted.begin(), [](std::string_view v) { return std::string(v); });
      sort_names(sorted);
      std::unordered_map<std::string_view, std::uint32_t> place;
      for (std::uint32_t i = 0; i < sorted.size(); ++i) place.emplace(sorted[i], i);
      std::vector<std::uint32_t> places(by_number.size());
      for (std::size_t i = 0; i < places.size(); ++i) places[i] = place.at(by_number[i]);
      for (auto& map : ids_[c])
        for (auto& id : map)
          if (id != UINT32_MAX) id = places[id];
      names[c] = std::move(sorted);
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
        runs_.push_back({ids_[source_][b][sources[r]], b, r, end, batch.times[r], batch.times[end - 1]});
        r = end;
      }
    }
    std::ranges::sort(runs_, {}, [](const Run& run) {
      return std::tuple(run.source, run.first_time, run.rows, run.first);
    });
  }

  Result<void> add(SegmentWriter& to, const Run& run) {
    const auto& rows = rows_[run.rows];
    const auto& batch = *rows.batch;
    for (auto first = run.first; first < run.last;) {
      auto& block = to.rows();
      const auto last = std::min(run.last, first + static_cast<std::uint32_t>(to.room()));
      block.times.insert(block.times.end(), batch.times.begin() + first, batch.times.begin() + last);
      block.days.insert(block.days.end(), last - first, rows.day);
      for (std::size_t c = 0; c < kind_.fields.size(); ++c) {
        const auto& column = batch.columns[c];
        switch (kind_.fields[c].type) {
          case FieldType::number:
            block.numbers[c].insert(block.numbers[c].end(), column.numbers.begin() + first,
                                    column.numbers.begin() + last);
            break;
          case FieldType::text: {
            auto& numbers = texts_[c][run.rows];
            if (numbers.empty()) numbers.assign(batch.strings.size(), UINT32_MAX);
            for (auto r = first; r < last; ++r) {
              auto& number = numbers[column.ids[r]];
              if (number == UINT32_MAX) number = to.text(c, batch.strings[column.ids[r]]);
              block.ids[c].push_back(number);
            }
            break;
          }
          case FieldType::entity:
          case FieldType::category:
            for (auto r = first; r < last; ++r) block.ids[c].push_back(ids_[c][run.rows][column.ids[r]]);
        }
      }
      first = last;
      YAGURA_CHECK(to.end_block());
    }
    return {};
  }

  // Runs of one source that overlap in time: row by row.
  Result<void> add_mixed(SegmentWriter& to, Runs runs) {
    std::vector<Run> rows;
    for (const auto& run : runs)
      for (auto r = run.first; r < run.last; ++r) {
        const auto time = rows_[run.rows].batch->times[r];
        rows.push_back({run.source, run.rows, r, r + 1, time, time});
      }
    std::ranges::sort(rows, {},
                      [](const Run& run) { return std::tuple(run.first_time, run.rows, run.first); });
    for (const auto& row : rows) YAGURA_CHECK(add(to, row));
    return {};
  }

  const Kind& kind_;
  std::span<const BatchRows> rows_;
  const std::size_t source_;
  std::vector<std::vector<std::vector<std::uint32_t>>> ids_;  // field, batch, string → name
  std::vector<Run> runs_;
  std::vector<std::vector<std::vector<std::uint32_t>>> texts_;  // field, batch, string → number
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
