#include "monitor/trap/receiver.hpp"

#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <numeric>

namespace yagura::monitor::trap {
namespace {

constexpr std::size_t kBatch = 256;
constexpr std::size_t kLargest = 65536;
// Not a power of two, or every buffer would fall on the same lines of the cache.
constexpr std::size_t kStride = kLargest + 4096 + 192;
// More than this waiting for the disk: leave datagrams to the kernel's buffer, whose losses are counted.
constexpr std::size_t kMostWaiting = 32U << 20U;
constexpr std::size_t kSamples = 32;
// Waking for every datagram costs more than the datagram: what arrives within these is handled together. The
// first holds only with a kernel buffer that takes a burst meanwhile.
constexpr auto kGather = std::chrono::microseconds(250);
constexpr int kGatherNeeds = 4 << 20;
constexpr auto kCommitEvery = std::chrono::milliseconds(2);

}  // namespace

// Buffers of one recvmmsg call; pages are touched only as far as datagrams reach.
struct Receiver::Batch {
  Batch()
      : memory(static_cast<std::uint8_t*>(::mmap(nullptr, kBatch * kStride, PROT_READ | PROT_WRITE,
                                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
    YAGURA_ASSERT(memory != MAP_FAILED);
    for (std::size_t i = 0; i < kBatch; ++i) {
      parts[i] = {memory + i * kStride, kLargest};
      messages[i].msg_hdr = {&from[i], sizeof from[i], &parts[i], 1, nullptr, 0, 0};
    }
  }
  ~Batch() { ::munmap(memory, kBatch * kStride); }
  Batch(const Batch&) = delete;

  std::uint8_t* memory;
  std::array<iovec, kBatch> parts{};
  std::array<sockaddr_storage, kBatch> from{};
  std::array<mmsghdr, kBatch> messages{};
};

std::uint64_t Accounts::refused_in_all() const {
  return std::accumulate(refused.begin(), refused.end(), std::uint64_t{0});
}

Receiver::Receiver(const Clock& clock, Spool& spool, EngineStore& engines, snmp::LocalEngine local,
                   Options options)
    : clock_(clock),
      spool_(spool),
      store_(engines),
      options_(std::move(options)),
      local_(std::move(local)),
      pending_(options_.pending_senders),
      directory_(std::make_shared<SenderDirectory>()) {}

Receiver::~Receiver() { stop(); }

Result<> Receiver::listen(const ListenAddress& address) {
  YAGURA_TRY(auto socket, open_socket(address.address, address.port, SOCK_DGRAM, options_.receive_buffer,
                                      "monitor.trap_listen"));
  int granted = 0;
  socklen_t length = sizeof granted;
  ::getsockopt(socket.file(), SOL_SOCKET, SO_RCVBUF, &granted, &length);
  granted_ = granted_ == 0 ? granted : std::min(granted_, granted);
  sockets_.push_back(std::move(socket));
  return {};
}

Result<> Receiver::start() {
  YAGURA_TRY(auto engines, store_.load());
  decoder_ = std::make_unique<Decoder>(clock_, local_, std::move(engines), pending_);
  for (const auto& address : options_.listen) YAGURA_CHECK(listen(address));
  engines_saved_ = clock_.steady();
  committing_ = std::thread([this] { commit_loop(); });
  receiving_ = std::thread([this] { receive_loop(); });
  return {};
}

void Receiver::stop() {
  if (receiving_.joinable()) {
    stopping_ = true;
    wake(wake_);
    receiving_.join();
    received_all_ = true;
    handed_.fetch_add(1);
    handed_.notify_one();
    committing_.join();
  }
  lost_before_stop_ = dropped_by_kernel();
  sockets_.clear();
}

void Receiver::set_directory(std::shared_ptr<const SenderDirectory> directory) {
  directory_.with([&](auto& held) { held.swap(directory); });
}

void Receiver::receive_loop() {
  Batch batch;
  std::vector<pollfd> waits;
  for (const auto& socket : sockets_) waits.push_back({socket.file(), POLLIN, 0});
  waits.push_back({wake_.file(), POLLIN, 0});
  while (!stopping_) {
    ::poll(waits.data(), waits.size(), 1000);
    for (bool more = true; more;) {
      more = false;
      for (const auto& socket : sockets_) more = drain(socket, batch) || more;
    }
    save_engines_when_due();
    if (granted_ >= kGatherNeeds && !stopping_) std::this_thread::sleep_for(kGather);
  }
  for (const auto& socket : sockets_)
    while (drain(socket, batch)) {
    }
  current_.engines = decoder_->engines();
  hand_over();
}

// Takes one batch; whether there may be more.
bool Receiver::drain(const Socket& socket, Batch& batch) {
  for (std::size_t i = 0; i < kBatch; ++i) batch.messages[i].msg_hdr.msg_namelen = sizeof batch.from[i];
  const int got = ::recvmmsg(socket.file(), batch.messages.data(), kBatch, MSG_DONTWAIT, nullptr);
  if (got <= 0) return false;
  received_.fetch_add(static_cast<std::uint64_t>(got), std::memory_order_relaxed);
  const auto directory = directory_.with([](const auto& held) { return held; });
  const auto now = clock_.now();
  for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) take(socket, batch, i, now, *directory);
  hand_over();
  return got == static_cast<int>(kBatch);
}

void Receiver::take(const Socket& socket, Batch& batch, std::size_t index, Time now,
                    const SenderDirectory& directory) {
  const auto& from = batch.from[index];
  const Datagram datagram{
      {batch.memory + index * kStride, batch.messages[index].msg_len}, address_of(from), port_of(from)};
  auto verdict = decoder_->decode(datagram, now, directory);
  if (verdict.what == Verdict::What::trap) {
    const auto at = begin_frame(current_.frames);
    append_record(current_.frames, verdict.record);
    end_frame(current_.frames, at);
    ++current_.records;
    if (verdict.answer.empty()) return;
    Answer answer{socket.file(), {}, batch.messages[index].msg_hdr.msg_namelen, std::move(verdict.answer)};
    answer.to_size = std::min<unsigned>(answer.to_size, answer.to.size());
    std::memcpy(answer.to.data(), &from, answer.to_size);
    current_.answers.push_back(std::move(answer));
    return;
  }
  if (verdict.what == Verdict::What::refused)
    refused(datagram, verdict.why, now);
  else
    discovery_.fetch_add(1, std::memory_order_relaxed);
  if (!verdict.answer.empty())
    ::sendto(socket.file(), verdict.answer.data(), verdict.answer.size(), MSG_DONTWAIT,
             reinterpret_cast<const sockaddr*>(&from), batch.messages[index].msg_hdr.msg_namelen);
}

void Receiver::refused(const Datagram& datagram, Refusal why, Time now) {
  const auto before = refused_[static_cast<std::size_t>(why)].fetch_add(1, std::memory_order_relaxed);
  if (why != Refusal::malformed) return;  // the others are in the list of pending senders
  status_.with([&](Status& status) {
    Sample sample{now, datagram.source, why, std::string(snmp::text_of(datagram.bytes).substr(0, 512))};
    if (status.malformed.size() < kSamples)
      status.malformed.push_back(std::move(sample));
    else
      status.malformed[before % kSamples] = std::move(sample);
  });
}

void Receiver::save_engines_when_due() {
  const auto now = clock_.steady();
  if (!decoder_->take_changed() &&
      (now - engines_saved_ < options_.save_engines_every || !decoder_->take_moved()))
    return;
  engines_saved_ = now;
  current_.engines = decoder_->engines();
  hand_over();
}

void Receiver::hand_over() {
  if (current_.records == 0 && !current_.engines) return;
  const auto bytes = current_.frames.size();
  waiting_.with([&](Group& waiting) {
    if (waiting.records == 0 && !waiting.engines) {
      std::swap(waiting, current_);
      return;
    }
    waiting.frames += current_.frames;
    waiting.records += current_.records;
    std::ranges::move(current_.answers, std::back_inserter(waiting.answers));
    if (current_.engines) waiting.engines = std::move(current_.engines);
  });
  current_.frames.clear();
  current_.records = 0;
  current_.answers.clear();
  current_.engines.reset();
  waiting_bytes_.fetch_add(bytes);
  handed_.fetch_add(1);
  handed_.notify_one();
  for (auto seen = committed_.load(); waiting_bytes_.load() > kMostWaiting; seen = committed_.load())
    committed_.wait(seen);
}

void Receiver::commit_loop() {
  Group group;
  for (;;) {
    const auto seen = handed_.load();
    const bool last = received_all_.load();
    waiting_.with([&](Group& waiting) { std::swap(waiting, group); });
    if (group.records > 0 || group.engines) {
      commit(group);
      group.frames.clear();
      group.records = 0;
      group.answers.clear();
      group.engines.reset();
      if (!last) std::this_thread::sleep_for(kCommitEvery);
    } else if (last) {
      return;
    } else {
      handed_.wait(seen);
    }
  }
}

void Receiver::commit(Group& group) {
  const auto done = spool_.append(group.frames, group.records);
  waiting_bytes_.fetch_sub(group.frames.size());
  committed_.fetch_add(1);
  committed_.notify_one();
  auto told = done;
  if (group.engines)
    if (auto saved = store_.save(*group.engines); !saved && told) told = std::move(saved);
  status_.with([&](Status& status) {
    if (!told)
      status.disk = told.error();
    else if (group.records > 0)
      status.disk.reset();
  });
  if (!done) {
    refused_[static_cast<std::size_t>(Refusal::not_stored)].fetch_add(group.records);
    return;
  }
  std::uint64_t answered = 0;
  for (const auto& answer : group.answers)
    answered += ::sendto(answer.file, answer.bytes.data(), answer.bytes.size(), MSG_DONTWAIT,
                         reinterpret_cast<const sockaddr*>(answer.to.data()), answer.to_size) >= 0
                    ? 1
                    : 0;
  answered_.fetch_add(answered);
  stored_.fetch_add(group.records);
}

Accounts Receiver::accounts() const {
  Accounts accounts;
  // Outcomes before arrivals, so that nothing seems to be more than what came.
  accounts.stored = stored_.load();
  accounts.discovery = discovery_.load();
  accounts.informs_answered = answered_.load();
  for (std::size_t i = 0; i < kRefusals; ++i) accounts.refused[i] = refused_[i].load();
  accounts.received = received_.load();
  accounts.lost_in_kernel = dropped_by_kernel();
  return accounts;
}

std::uint64_t Receiver::dropped_by_kernel() const {
  auto lost = lost_before_stop_;
  for (const auto& socket : sockets_) {
    std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
    socklen_t size = sizeof memory;
    if (::getsockopt(socket.file(), SOL_SOCKET, SO_MEMINFO, memory.data(), &size) == 0)
      lost += memory[SK_MEMINFO_DROPS];
  }
  return lost;
}

Receiver::Status Receiver::status() const {
  return status_.with([](const Status& status) { return status; });
}

std::vector<std::uint16_t> Receiver::ports() const {
  std::vector<std::uint16_t> out;
  for (const auto& socket : sockets_) out.push_back(socket.port);
  return out;
}

int Receiver::receive_buffer() const { return granted_; }

}  // namespace yagura::monitor::trap
