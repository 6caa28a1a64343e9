#include "eventstore/digest_runs.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <queue>

#include "eventstore/file.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::size_t most_at_once = 2'048;  // of a run, while all are merged

int nameless_file(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
  auto name = (folder / "hashes.XXXXXX").string();
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

DigestRuns::DigestRuns(std::filesystem::path folder, std::size_t memory)
    : folder_(std::move(folder)), most_(std::max<std::size_t>(2, memory / sizeof(Digest))) {}

DigestRuns::~DigestRuns() {
  if (file_ >= 0) ::close(file_);
}

Result<void> DigestRuns::add(const Digest& digest) {
  if (held_.size() == most_) YAGURA_CHECK(spill());
  held_.push_back(digest);
  ++size_;
  return {};
}

Result<void> DigestRuns::spill() {
  if (file_ < 0) file_ = nameless_file(folder_);
  if (file_ < 0) return file_error(folder_, errno);
  std::ranges::sort(held_);
  const char* bytes = reinterpret_cast<const char*>(held_.data());
  const auto size = held_.size() * sizeof(Digest);
  for (std::size_t done = 0; done < size;) {
    const auto part =
        ::pwrite(file_, bytes + done, size - done, static_cast<off_t>(written_ * sizeof(Digest) + done));
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) return file_error(folder_, part < 0 ? errno : ENOSPC);
    done += static_cast<std::size_t>(part);
  }
  runs_.push_back({.next = written_, .left = held_.size(), .ready = {}, .at = 0});
  written_ += held_.size();
  held_.clear();
  return {};
}

// False when the run is over.
Result<bool> DigestRuns::fill(Run& run, std::size_t most) const {
  run.ready.resize(std::min<std::size_t>(most, run.left));
  run.at = 0;
  if (run.ready.empty()) return false;
  char* bytes = reinterpret_cast<char*>(run.ready.data());
  const auto size = run.ready.size() * sizeof(Digest);
  for (std::size_t done = 0; done < size;) {
    const auto part =
        ::pread(file_, bytes + done, size - done, static_cast<off_t>(run.next * sizeof(Digest) + done));
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) return file_error(folder_, part < 0 ? errno : EIO);
    done += static_cast<std::size_t>(part);
  }
  run.next += run.ready.size();
  run.left -= run.ready.size();
  return true;
}

Result<void> DigestRuns::take(const std::function<void(const Digest&)>& use) {
  if (!runs_.empty()) {
    if (!held_.empty()) YAGURA_CHECK(spill());
    held_.shrink_to_fit();
    const auto each = std::clamp<std::size_t>(most_ / runs_.size(), 16, most_at_once);
    const auto later = [](const Run* a, const Run* b) { return a->ready[a->at] > b->ready[b->at]; };
    std::priority_queue<Run*, std::vector<Run*>, decltype(later)> waiting(later);
    for (auto& run : runs_) {
      YAGURA_CHECK(fill(run, each));
      waiting.push(&run);
    }
    while (!waiting.empty()) {
      auto* const run = waiting.top();
      waiting.pop();
      use(run->ready[run->at++]);
      if (run->at == run->ready.size()) {
        YAGURA_TRY(const bool more, fill(*run, each));
        if (!more) continue;
      }
      waiting.push(run);
    }
  } else {
    std::ranges::sort(held_);
    for (const auto& one : held_) use(one);
  }
  held_.clear();
  runs_.clear();
  size_ = written_ = 0;
  return {};
}

}  // namespace yagura::eventstore
