// Hashes in ascending order, however many there are: some in memory, the others as sorted runs in a file that
// has no name, so that nothing of it is left whatever ends us.
//
// Bounds:  the memory it is given, and some MiB to read the runs again.
// Errors:  those of file.hpp.
// Threads: one is one thread's.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "eventstore/seal.hpp"

namespace yagura::eventstore {

class DigestRuns {
 public:
  // memory: in bytes; folder: for the file, which is made when it is needed.
  DigestRuns(std::filesystem::path folder, std::size_t memory);
  ~DigestRuns();
  DigestRuns(const DigestRuns&) = delete;
  DigestRuns& operator=(const DigestRuns&) = delete;

  Result<void> add(const Digest& digest);
  [[nodiscard]] std::size_t size() const { return size_; }
  // Hands on all of them in ascending order; there are none afterwards.
  Result<void> take(const std::function<void(const Digest&)>& use);

 private:
  struct Run {
    std::uint64_t next = 0, left = 0;  // place in the file, in hashes
    std::vector<Digest> ready;
    std::size_t at = 0;
  };
  Result<void> spill();
  Result<bool> fill(Run& run, std::size_t most) const;

  const std::filesystem::path folder_;
  const std::size_t most_;  // in memory
  int file_ = -1;
  std::vector<Digest> held_;
  std::vector<Run> runs_;
  std::size_t size_ = 0, written_ = 0;
};

}  // namespace yagura::eventstore
