#include "eventstore/write_ahead_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "eventstore/coding.hpp"
#include "eventstore/file.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::string_view magic = "YGW1";
constexpr std::size_t head_size = 4 + 4 + 8;
// A batch has at most 32 MiB; more is not a length but damage.
constexpr std::uint32_t most_payload = 40U << 20;
// Memory that is kept for the next group.
constexpr std::size_t most_kept = 1U << 20;

struct Head {
  char magic[4] = {'Y', 'G', 'W', '1'};
  std::uint32_t size;
  std::uint64_t sum;
};
static_assert(sizeof(Head) == head_size);

// The payload of the record that begins here, if it is whole.
std::optional<std::string_view> payload_at(std::string_view bytes) {
  Reader in(bytes);
  if (in.bytes(4) != magic) return std::nullopt;
  const auto length = in.fixed<std::uint32_t>();
  const auto sum = in.fixed<std::uint64_t>();
  if (length > most_payload) return std::nullopt;
  const auto payload = in.bytes(length);
  if (in.bad() || checksum(payload) != sum) return std::nullopt;
  return payload;
}

}  // namespace

std::filesystem::path WriteAheadLog::file(const std::filesystem::path& folder, std::uint64_t number) {
  auto name = std::to_string(number);
  return folder / (std::string(name.size() < 12 ? 12 - name.size() : 0, '0') + name + ".log");
}

Result<std::vector<std::uint64_t>> WriteAheadLog::numbers(const std::filesystem::path& folder) {
  std::vector<std::uint64_t> out;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    const auto name = entry.path().filename().string();
    std::uint64_t number = 0;
    const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (code == std::errc() && std::string_view(end) == ".log") out.push_back(number);
  }
  if (failed) return file_error(folder, failed.value());
  std::ranges::sort(out);
  return out;
}

WriteAheadLog::WriteAheadLog(std::filesystem::path folder, std::uint64_t number, int fd)
    : folder_(std::move(folder)), number_(number), fd_(fd) {}

WriteAheadLog::~WriteAheadLog() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::unique_ptr<WriteAheadLog>> WriteAheadLog::create(const std::filesystem::path& folder,
                                                             std::uint64_t number) {
  std::unique_ptr<WriteAheadLog> out(new WriteAheadLog(folder, number, -1));
  YAGURA_CHECK(out->open_next(number));
  return out;
}

Result<void> WriteAheadLog::open_next(std::uint64_t number) {
  const auto path = file(folder_, number);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return file_error(path, errno);
  if (auto synced = sync_folder(folder_); !synced) {
    ::close(fd);
    return synced;
  }
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  number_ = number;
  size_ = 0;
  return {};
}

Result<void> WriteAheadLog::write_group(std::string_view bytes) {
  int code = 0;
  const auto size = bytes.size();
  while (!bytes.empty() && code == 0) {
    const auto done = ::write(fd_, bytes.data(), bytes.size());
    if (done >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(done));
    else if (errno != EINTR)
      code = errno;
  }
  if (code == 0 && ::fdatasync(fd_) != 0) code = errno;
  if (code == 0) {
    size_ += size;
    return {};
  }
  auto wrong = file_error(file(folder_, number_), code);
  // What nobody was told of must not come back after a restart.
  if (::ftruncate(fd_, static_cast<off_t>(size_)) != 0 || ::fdatasync(fd_) != 0) broken_ = wrong.error();
  return wrong;
}

WriteAheadLog::Signal::Signal() { YAGURA_ASSERT(::sem_init(&given_, 0, 0) == 0); }
WriteAheadLog::Signal::~Signal() { ::sem_destroy(&given_); }
void WriteAheadLog::Signal::give() { ::sem_post(&given_); }
void WriteAheadLog::Signal::wait() {
  while (::sem_wait(&given_) != 0) {
  }
}

void WriteAheadLog::pass_on() {
  if (rotating_ > 0 || waiting_.empty()) {
    writing_ = false;
    changed_.notify_one();
  } else {
    waiting_.front()->woken.give();
  }
}

Result<std::uint64_t> WriteAheadLog::append(std::string_view payload,
                                            const std::function<void(std::uint64_t)>& placed) {
  Waiting own{payload, checksum(payload), &placed};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&own);
  if (writing_ || rotating_ > 0) {
    lock.unlock();
    own.woken.wait();
    if (own.done) return *std::move(own.done);
    lock.lock();
  }
  // The turn is this thread's: it writes for all who wait.
  writing_ = true;
  const auto group = std::exchange(waiting_, {});
  auto written = broken_ ? Result<void>(std::unexpected(*broken_)) : Result<void>();
  lock.unlock();
  if (written) {
    group_.clear();
    for (const auto* one : group) {
      const Head head{.size = static_cast<std::uint32_t>(one->payload.size()), .sum = one->sum};
      group_.append(reinterpret_cast<const char*>(&head), sizeof(head)).append(one->payload);
    }
    written = write_group(group_);
    if (group_.capacity() > most_kept) group_ = std::string();
  }
  if (written)
    for (const auto* one : group) (*one->placed)(number_);
  const auto answer =
      written ? Result<std::uint64_t>(number_) : Result<std::uint64_t>(std::unexpected(written.error()));
  lock.lock();
  pass_on();
  lock.unlock();
  for (auto* one : group) {
    if (one == &own) continue;
    one->done = answer;
    one->woken.give();  // he may be gone now
  }
  return answer;
}

Result<std::uint64_t> WriteAheadLog::rotate() {
  std::unique_lock lock(mutex_);
  ++rotating_;
  changed_.wait(lock, [&] { return !writing_; });
  --rotating_;
  auto done = broken_ ? Result<void>(std::unexpected(*broken_)) : open_next(number_ + 1);
  if (rotating_ > 0) {
    changed_.notify_one();
  } else if (!waiting_.empty()) {
    writing_ = true;
    waiting_.front()->woken.give();
  }
  YAGURA_CHECK(done);
  return number_;
}

std::uint64_t WriteAheadLog::bytes() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

Result<WriteAheadLog::Replayed> WriteAheadLog::replay(
    const std::filesystem::path& file, const std::function<Result<void>(std::string_view)>& sink) {
  YAGURA_TRY(const auto in, InFile::open(file));
  Replayed out;
  // Read in windows that always hold the longest record whole.
  constexpr std::size_t window = 2 * (most_payload + head_size);
  std::string bytes;
  std::uint64_t begin = 0;
  std::size_t at = 0;
  std::uint64_t bad_from = 0, bad = 0;
  const auto fill = [&]() -> Result<void> {
    begin += at;
    at = 0;
    return in.read(begin, static_cast<std::size_t>(std::min<std::uint64_t>(window, in.size() - begin)),
                   bytes);
  };
  YAGURA_CHECK(fill());
  while (begin + at < in.size()) {
    if (bytes.size() - at < most_payload + head_size && begin + bytes.size() < in.size())
      YAGURA_CHECK(fill());
    const auto rest = std::string_view(bytes).substr(at);
    if (const auto payload = payload_at(rest)) {
      if (bad != 0)
        out.damage.push_back(file.filename().string() + ": " + std::to_string(bad) + " bytes at " +
                             std::to_string(bad_from) + " cannot be read");
      bad = 0;
      YAGURA_CHECK(sink(*payload));
      ++out.records;
      at += head_size + payload->size();
      continue;
    }
    if (bad == 0) bad_from = begin + at;
    const auto next = rest.find(magic, 1);
    const auto skipped = next == std::string_view::npos ? rest.size() : next;
    bad += skipped;
    at += skipped;
  }
  out.unfinished = bad;
  return out;
}

}  // namespace yagura::eventstore
