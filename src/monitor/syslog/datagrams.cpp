#include "monitor/syslog/datagrams.hpp"

#include <linux/sock_diag.h>
#include <poll.h>
#include <sys/mman.h>

namespace yagura::monitor::syslog {
namespace {

constexpr std::size_t kBatch = 256;
constexpr std::size_t kLargest = 65536;
// Not a power of two, or every buffer would fall on the same lines of the cache.
constexpr std::size_t kStride = kLargest + 4096 + 192;

}  // namespace

// Buffers of one recvmmsg call; pages are touched only as far as datagrams reach.
struct DatagramReceiver::Batch {
  Batch()
      : memory(static_cast<char*>(::mmap(nullptr, kBatch * kStride, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
    YAGURA_ASSERT(memory != MAP_FAILED);
    for (std::size_t i = 0; i < kBatch; ++i) {
      parts[i] = {memory + i * kStride, kLargest};
      messages[i].msg_hdr = {&from[i], sizeof from[i], &parts[i], 1, nullptr, 0, 0};
    }
  }
  ~Batch() { ::munmap(memory, kBatch * kStride); }
  Batch(const Batch&) = delete;

  char* memory;
  std::array<iovec, kBatch> parts{};
  std::array<sockaddr_storage, kBatch> from{};
  std::array<mmsghdr, kBatch> messages{};
};

void DatagramReceiver::start() {
  thread_ = std::thread([this] { run(); });
}

void DatagramReceiver::stop() {
  stopping_ = true;
  wake(wake_);
  if (thread_.joinable()) thread_.join();
}

void DatagramReceiver::run() {
  Batch batch;
  std::vector<pollfd> waits;
  for (const auto& socket : sockets_) waits.push_back({socket.file(), POLLIN, 0});
  waits.push_back({wake_.file(), POLLIN, 0});
  while (!stopping_) {
    const auto due = std::chrono::ceil<std::chrono::milliseconds>(gatherer_.flush(false));
    ::poll(waits.data(), waits.size(), static_cast<int>(due.count()));
    for (bool more = true; more && !stopping_;) {
      more = false;
      for (const auto& socket : sockets_) more = drain(socket, batch) || more;
      gatherer_.flush(false);
    }
  }
  // Bounded, or senders that never stop would keep us.
  for (const auto& socket : sockets_)
    for (int rounds = 0; rounds < 4096 && drain(socket, batch); ++rounds) {
    }
  gatherer_.flush(true);
}

// Takes one batch; whether there may be more.
bool DatagramReceiver::drain(const Socket& socket, Batch& batch) {
  for (std::size_t i = 0; i < kBatch; ++i) batch.messages[i].msg_hdr.msg_namelen = sizeof batch.from[i];
  const int got = ::recvmmsg(socket.file(), batch.messages.data(), kBatch, MSG_DONTWAIT, nullptr);
  if (got <= 0) return false;
  const auto directory = directory_.with([](const auto& held) { return held; });
  const auto now = clock_.now();
  for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i)
    gatherer_.take({batch.memory + i * kStride, batch.messages[i].msg_len}, now, address_of(batch.from[i]),
                   directory);
  return got == static_cast<int>(kBatch);
}

std::uint64_t DatagramReceiver::lost_in_kernel() const {
  std::uint64_t lost = 0;
  for (const auto& socket : sockets_) {
    std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
    socklen_t size = sizeof memory;
    if (::getsockopt(socket.file(), SOL_SOCKET, SO_MEMINFO, memory.data(), &size) == 0)
      lost += memory[SK_MEMINFO_DROPS];
  }
  return lost;
}

}  // namespace yagura::monitor::syslog
