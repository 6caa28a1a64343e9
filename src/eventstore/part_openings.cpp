#include "eventstore/part_openings.hpp"

#include <algorithm>
#include <system_error>

namespace yagura::eventstore {

namespace {
// So many at once, and more where most have nothing: there the disk has more to do than the processors.
constexpr std::size_t few_at_once = 8, most_at_once = 24, few = 16;
constexpr auto slow = std::chrono::microseconds(300);  // much more than without the disk
}  // namespace

PartOpenings::Opened PartOpenings::next() {
  try {
    while (slow_ && ahead_.size() < std::min(at_once_, waiting_.size()))
      ahead_.push_back(std::async(std::launch::async, [this, part = waiting_.end()[-1 - std::ssize(ahead_)]] {
        return open(*part);
      }));
  } catch (const std::system_error&) {
    // No more threads are to be had: it is as slow as it is.
  }
  Opened out;
  if (ahead_.empty()) {
    out = open(*waiting_.back());
  } else {
    out = ahead_.front().get();
    ahead_.pop_front();
  }
  waiting_.pop_back();
  // A single one may have waited for the processor, where another thread would wait, too.
  const bool slowly = out.part->on_disk && out.took > slow;
  slow_ = slowly && was_slow_ && out.candidates && out.candidates->size() <= few;
  was_slow_ = was_slow_ || slowly;
  at_once_ = slow_ && out.candidates->empty() ? std::min(at_once_ + 1, most_at_once) : few_at_once;
  return out;
}

PartOpenings::Opened PartOpenings::open(const Part& part) const {
  Opened out{&part, nullptr, {}, bounds_.now()};
  auto search = part.open();
  if (!search) {
    out.candidates = std::unexpected(std::move(search).error());
  } else if (*search) {
    out.candidates = (*search)->candidates(newest_, enough_);
    out.search = *std::move(search);
  }
  out.took = bounds_.now() - out.took;
  return out;
}

}  // namespace yagura::eventstore
