// Rows of some PCs in a segment of a folder of its own: names and texts that come again, with odd ones among
// them.
#pragma once

#include <gmock/gmock.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <tuple>

#include "eventstore/flush.hpp"
#include "eventstore/segment.hpp"

namespace yagura::eventstore {

// Time, day of receipt, texts and numbers by field.
using Row = std::tuple<std::int64_t, std::int64_t, std::vector<std::string>, std::vector<std::int64_t>>;

class SegmentGround : public testing::Test {
 protected:
  SegmentGround() {
    folder_ = std::filesystem::temp_directory_path() / ("yagura-segment-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  ~SegmentGround() override { std::filesystem::remove_all(folder_); }

  void make(std::size_t rows, unsigned seed) {
    std::mt19937_64 random(seed);
    std::vector<std::int64_t> at(12, 1'767'225'600'000'000);
    while (rows > 0) {
      BatchBuilder build(kind_);
      const auto pc = random() % at.size();
      const auto here = std::min<std::size_t>(rows, 1 + random() % 60);
      rows -= here;
      for (std::size_t i = 0; i < here; ++i) {
        at[pc] += static_cast<std::int64_t>(random() % 90'000) * 1000;
        // Sometimes a clock goes back, and a batch comes late.
        build.row(from_micros(random() % 40 == 0 ? at[pc] - 400'000'000 : at[pc]));
        build.text(0, "NB" + std::to_string(pc));
        build.text(1, random() % 9 == 0 ? "" : "e" + std::to_string(pc * 7));
        build.text(2, pc % 2 ? "総務課" : "税務課");
        build.text(3, random() % 3 ? "file-open" : "window-title");
        build.text(5, "見積書 " + std::to_string(random() % 50) + " - Excel");
        const auto odd = random() % 400;
        if (odd == 0) build.text(6, std::string("a\0b\xff", 4));
        if (odd == 1) build.text(6, std::string(100'000, 'x') + "終");
        if (odd > 100) build.text(6, "C:\\共有\\" + std::to_string(random() % 3000) + ".xlsx");
        build.number(10, random() % 5 ? static_cast<std::int64_t>(random() >> (random() % 64)) : 0);
      }
      batches_.push_back(std::make_unique<Batch>(build.take()));
    }
  }

  std::filesystem::path write(const SegmentOptions& options = {}) {
    std::vector<BatchRows> rows;
    for (const auto& batch : batches_)
      rows.push_back(
          {batch.get(), 0, static_cast<std::uint32_t>(batch->rows()), 20'000 + std::ssize(rows) % 3});
    LearnedOf learned;
    const auto file = folder_ / "segment";
    const auto done = write_segment(file, "city", kind_, rows, options, learned);
    EXPECT_TRUE(done) << done.error().text();
    return file;
  }

  std::vector<Row> expected() const {
    std::vector<Row> out;
    for (std::size_t b = 0; b < batches_.size(); ++b)
      for (std::size_t r = 0; r < batches_[b]->rows(); ++r) {
        Row row{batches_[b]->times[r], 20'000 + static_cast<std::int64_t>(b) % 3, {}, {}};
        for (const auto& column : batches_[b]->columns)
          if (column.ids.empty())
            std::get<3>(row).push_back(column.numbers[r]);
          else
            std::get<2>(row).emplace_back(batches_[b]->strings[column.ids[r]]);
        out.push_back(std::move(row));
      }
    std::ranges::sort(out);
    return out;
  }

  static Result<std::vector<Row>> read(const Segment& segment) {
    std::vector<Row> out;
    const auto& d = segment.directory();
    for (std::size_t chunk = 0; chunk < d.chunks.size(); ++chunk) {
      YAGURA_TRY(const auto blocks, segment.blocks(chunk));
      for (const auto& block : blocks->entries) {
        std::vector<std::int64_t> times, days;
        YAGURA_CHECK(segment.times(block, times));
        YAGURA_CHECK(segment.days(block, days));
        YAGURA_TRY(const auto order, segment.order(block));
        const auto begin = out.size();
        for (std::size_t r = 0; r < block.rows; ++r) out.push_back({times[r], days[r], {}, {}});
        for (std::size_t c = 0; c < d.columns.size(); ++c) {
          std::vector<std::uint32_t> ids;
          std::vector<std::int64_t> numbers;
          if (d.columns[c].type == FieldType::number) {
            YAGURA_CHECK(segment.numbers(block, c, order, numbers));
            for (std::size_t r = 0; r < block.rows; ++r) std::get<3>(out[begin + r]).push_back(numbers[r]);
            continue;
          }
          YAGURA_CHECK(segment.ids(block, c, order, ids));
          for (std::size_t r = 0; r < block.rows; ++r) {
            YAGURA_TRY(auto text, value(segment, c, ids[r]));
            std::get<2>(out[begin + r]).push_back(std::move(text));
          }
        }
      }
    }
    std::ranges::sort(out);
    return out;
  }

  static Result<std::string> value(const Segment& segment, std::size_t column, std::uint32_t id) {
    if (segment.directory().columns[column].type != FieldType::text) {
      YAGURA_TRY(const auto names, segment.names(column));
      return std::string(names->texts[id]);
    }
    if (id == 0) return std::string();
    YAGURA_TRY(const auto pages, segment.pages(column));
    auto at = std::ranges::upper_bound(pages->entries, id, {}, &PageEntry::first_text) - 1;
    YAGURA_TRY(const auto page,
               segment.page(column, *at, static_cast<std::uint32_t>(at - pages->entries.begin())));
    return std::string(page->texts.at(id - at->first_text));
  }

  const Kind kind_ = *read_kind(YAGURA_SOURCE_DIR "/share/events/operation.yaml");
  std::filesystem::path folder_;
  std::vector<std::unique_ptr<Batch>> batches_;
  Cache cache_{1U << 20};
};

}  // namespace yagura::eventstore
