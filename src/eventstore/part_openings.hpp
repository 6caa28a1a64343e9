// Opens the parts that a search needs one after the other, and some in advance while that is slow and finds little.
//
// Threads: one search's; parts are opened in advance by threads of its own.
#pragma once

#include <deque>
#include <future>
#include <memory>
#include <vector>

#include "eventstore/find.hpp"

namespace yagura::eventstore {

class PartOpenings {
 public:
  struct Opened {
    const Part* part = nullptr;
    std::unique_ptr<PartSearch> search;  // none: nothing in it is asked for
    Result<std::vector<PartSearch::Candidate>> candidates;
    Duration took{};
  };
  // waiting: the next is the last. Nothing is taken from it but by next().
  PartOpenings(std::vector<const Part*>& waiting, bool newest_first, std::size_t enough, const Bounds& bounds)
      : waiting_(waiting), newest_(newest_first), enough_(enough), bounds_(bounds) {}

  Opened next();
  // Some had to wait for the disk.
  [[nodiscard]] bool was_slow() const { return was_slow_; }

 private:
  [[nodiscard]] Opened open(const Part& part) const;
  std::vector<const Part*>& waiting_;
  const bool newest_;
  const std::size_t enough_;
  const Bounds& bounds_;
  bool slow_ = false, was_slow_ = false;
  std::size_t at_once_ = 0;
  std::deque<std::future<Opened>> ahead_;  // waits for its threads when it goes
};

}  // namespace yagura::eventstore
