// A search of one part of the store, as find.hpp and counting.hpp use it: a segment, or what is in no segment
// yet.
//
// Purpose: the part says which of its blocks can hold something; of these, one is looked at after the other.
// Threads: one search is one thread's at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.hpp"
#include "eventstore/query.hpp"

namespace yagura::eventstore {

class PartSearch {
 public:
  PartSearch() = default;
  PartSearch(const PartSearch&) = delete;
  PartSearch& operator=(const PartSearch&) = delete;
  virtual ~PartSearch() = default;

  struct Candidate {
    std::uint32_t block = 0, chunk = 0, in_chunk = 0;
    std::int64_t first_time = 0, last_time = 0;
  };
  using Found = std::function<void(std::uint32_t row, std::int64_t time)>;

  // The blocks that can hold something, by their time of most interest: newest first by last_time, or oldest
  // by first_time. Where more rows than are enough surely are found, blocks need not be told apart.
  static constexpr std::size_t all_of_them = SIZE_MAX;
  virtual Result<std::vector<Candidate>> candidates(bool newest_first, std::size_t enough) = 0;
  // Whether rows that are asked for may stand close in these blocks, so that only the newest of each should be
  // looked at before the others.
  [[nodiscard]] virtual bool is_dense() const { return false; }
  // Rows of the block that fulfil the plan and lie between from and to (both narrowed by the caller
  // meanwhile).
  // eventstore.damaged at its end: some rows could not be judged, those that could were found.
  virtual Result<void> look(const Candidate& candidate, std::int64_t from, std::int64_t to,
                            const Found& found) = 0;
  // Whether looking at it reads no disk, most likely.
  [[nodiscard]] virtual bool is_in_memory(const Candidate& /*candidate*/) const { return true; }
  // It will be looked at or turned to: what is on disk may be read in advance.
  virtual void expect(const Candidate& /*candidate*/) const {}
  // Makes it the block that cell() and key() speak of, without looking.
  virtual Result<void> turn_to(const Candidate& candidate) = 0;
  // The cells of this row will be asked for: what is on disk may be read in advance.
  virtual void expect_cells(std::uint32_t /*row*/) {}
  // What a row of the block looked at last, or turned to, holds in a field; texts live until the next.
  virtual Result<Event::Cell> cell(std::size_t field, std::uint32_t row) = 0;
  // The day of receipt of such a row.
  virtual Result<std::int64_t> day(std::uint32_t row) = 0;
  // A number that is the same for rows of that block with the same value in a field.
  virtual Result<std::uint64_t> key(std::size_t field, std::uint32_t row) = 0;
  [[nodiscard]] std::int64_t rows_read() const { return rows_read_; }

 protected:
  std::int64_t rows_read_ = 0;
};

}  // namespace yagura::eventstore
