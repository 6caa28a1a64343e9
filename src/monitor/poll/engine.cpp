#include "monitor/poll/engine.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace yagura::monitor::poll {

namespace {

constexpr std::size_t batch = 64;
constexpr std::size_t request_size = 1472;  // fits an Ethernet frame
constexpr std::size_t response_size = 65536;
constexpr int receive_buffer = 8 << 20;

// One socket with its outgoing batch.
class Socket {
 public:
  Socket() : out_octets_(batch * request_size) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  bool open(int family) {
    fd_ = ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return false;
    const int one = 1;
    if (::setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer) != 0)
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    ::setsockopt(fd_, SOL_SOCKET, SO_RXQ_OVFL, &one, sizeof one);
    if (family == AF_INET6) ::setsockopt(fd_, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    return true;
  }
  [[nodiscard]] int fd() const { return fd_; }
  std::span<std::uint8_t> room() {
    return std::span(out_octets_).subspan(queued_ * request_size, request_size);
  }
  void add(const Endpoint& to, snmp::Bytes datagram) {
    out_addresses_[queued_] = {};
    const socklen_t size = to.to(out_addresses_[queued_]);
    out_parts_[queued_] = {const_cast<std::uint8_t*>(datagram.data()), datagram.size()};
    msghdr& header = out_[queued_].msg_hdr;
    header = {};
    header.msg_name = &out_addresses_[queued_];
    header.msg_namelen = size;
    header.msg_iov = &out_parts_[queued_];
    header.msg_iovlen = 1;
    ++queued_;
  }
  [[nodiscard]] bool full() const { return queued_ == batch; }
  // A datagram the kernel refuses is skipped: one unreachable device must not hold up the others.
  std::uint64_t flush() {
    std::uint64_t errors = 0;
    for (std::size_t at = 0; at < queued_;) {
      const int sent = fd_ < 0 ? -1 : ::sendmmsg(fd_, &out_[at], static_cast<unsigned>(queued_ - at), 0);
      if (sent > 0) {
        at += static_cast<std::size_t>(sent);
      } else if (fd_ >= 0 && errno == EINTR) {
        continue;
      } else {
        ++errors;
        ++at;
      }
    }
    queued_ = 0;
    return errors;
  }

 private:
  int fd_ = -1;
  std::vector<std::uint8_t> out_octets_;
  std::array<sockaddr_storage, batch> out_addresses_{};
  std::array<iovec, batch> out_parts_{};
  std::array<mmsghdr, batch> out_{};
  std::size_t queued_ = 0;
};

}  // namespace

class Engine::Sockets : public DatagramSink {
 public:
  Sockets() : in_octets_(batch * response_size) {
    for (std::size_t i = 0; i < batch; ++i) {
      in_parts_[i] = {in_octets_.data() + i * response_size, response_size};
      msghdr& header = in_[i].msg_hdr;
      header.msg_name = &in_addresses_[i];
      header.msg_iov = &in_parts_[i];
      header.msg_iovlen = 1;
      header.msg_control = controls_[i].data();
    }
  }
  Result<> open() {
    if (!v4_.open(AF_INET)) return fail("monitor.socket_failed", {{"reason", std::strerror(errno)}});
    v6_.open(AF_INET6);  // a host without IPv6 polls IPv4
    return {};
  }

  // The two sockets fill batches of their own, so the room is chosen by the octets handed back.
  std::span<std::uint8_t> room() override { return v4_.room(); }
  void send(const Endpoint& to, snmp::Bytes datagram) override {
    Socket& socket = to.v6 ? v6_ : v4_;
    if (to.v6) {
      const auto room = v6_.room();
      std::memcpy(room.data(), datagram.data(), datagram.size());
      datagram = room.first(datagram.size());
    }
    socket.add(to, datagram);
    if (socket.full()) send_errors += socket.flush();
  }
  void flush() { send_errors += v4_.flush() + v6_.flush(); }

  // Everything that has arrived, but not for ever: retries need their turn too.
  template <class Take>
  void receive(Take take) {
    for (const Socket* socket : {&v4_, &v6_})
      for (int round = 0; round < 16 && socket->fd() >= 0; ++round) {
        for (std::size_t i = 0; i < batch; ++i) {
          in_[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
          in_[i].msg_hdr.msg_controllen = controls_[i].size();
        }
        const int got = ::recvmmsg(socket->fd(), in_.data(), batch, MSG_DONTWAIT, nullptr);
        if (got <= 0) break;
        for (int i = 0; i < got; ++i) {
          const auto n = static_cast<std::size_t>(i);
          note_losses(in_[n].msg_hdr, socket == &v6_);
          take(Endpoint::from(in_addresses_[n]),
               snmp::Bytes{in_octets_.data() + n * response_size, in_[n].msg_len});
        }
        flush();
        if (static_cast<std::size_t>(got) < batch) break;
      }
  }
  void wait(int wake, int milliseconds) {
    std::array<pollfd, 3> fds{pollfd{wake, POLLIN, 0}, pollfd{v4_.fd(), POLLIN, 0},
                              pollfd{v6_.fd(), POLLIN, 0}};
    ::poll(fds.data(), fds.size(), milliseconds);
    if (fds[0].revents & POLLIN) {
      std::uint64_t ignored;
      [[maybe_unused]] const auto got = ::read(wake, &ignored, sizeof ignored);
    }
  }
  [[nodiscard]] std::uint64_t lost() const { return std::uint64_t{lost_[0]} + lost_[1]; }
  std::uint64_t send_errors = 0;

 private:
  void note_losses(msghdr& header, bool v6) {
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c))
      if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL)
        std::memcpy(&lost_[v6 ? 1 : 0], CMSG_DATA(c), sizeof(std::uint32_t));
  }

  Socket v4_, v6_;
  std::vector<std::uint8_t> in_octets_;
  std::array<sockaddr_storage, batch> in_addresses_{};
  std::array<iovec, batch> in_parts_{};
  std::array<mmsghdr, batch> in_{};
  std::array<std::array<char, CMSG_SPACE(sizeof(std::uint32_t)) + 64>, batch> controls_{};
  std::uint32_t lost_[2] = {0, 0};
};

Engine::Engine(const Clock& clock, std::size_t window)
    : clock_(clock), sockets_(std::make_unique<Sockets>()), exchange_(*sockets_, keys_, window) {}

Engine::~Engine() { stop(); }

Result<> Engine::start() {
  YAGURA_CHECK(sockets_->open());
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake_ < 0) return fail("monitor.socket_failed", {{"reason", std::strerror(errno)}});
  thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
  return {};
}

void Engine::stop() {
  if (thread_.joinable()) {
    thread_.request_stop();
    run({});
    thread_.join();
  }
  if (wake_ >= 0) ::close(wake_);
  wake_ = -1;
}

void Engine::set(Target target) {
  run([target = std::move(target)](Exchange& exchange, Duration) { exchange.set(target); });
}

void Engine::remove(Id device) {
  run([device](Exchange& exchange, Duration) { exchange.remove(device); });
}

void Engine::ask(Id device, std::shared_ptr<const Query> query, Exchange::Done done) {
  run([device, query = std::move(query), done = std::move(done)](Exchange& exchange, Duration now) mutable {
    exchange.ask(device, std::move(query), std::move(done), now);
  });
}

void Engine::run(std::function<void(Exchange&, Duration)> work) {
  work_.with([&](auto& list) { list.push_back(std::move(work)); });
  if (!woken_.exchange(true) && wake_ >= 0) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto wrote = ::write(wake_, &one, sizeof one);
  }
}

EngineCounts Engine::counts() const {
  return counts_.with([](const auto& counts) { return counts; });
}

void Engine::loop(const std::stop_token& stop) {
  std::vector<std::function<void(Exchange&, Duration)>> work;
  while (!stop.stop_requested()) {
    sockets_->wait(wake_, exchange_.busy() ? 10 : 1000);
    woken_.store(false);
    work_.with([&](auto& list) { work.swap(list); });
    const Duration now = clock_.steady();
    for (auto& one : work)
      if (one) one(exchange_, now);
    work.clear();
    sockets_->flush();
    sockets_->receive([&](const Endpoint& from, snmp::Bytes datagram) {
      exchange_.receive(from, datagram, clock_.steady());
    });
    exchange_.tick(clock_.steady());
    sockets_->flush();
    counts_.with(
        [&](auto& counts) { counts = {exchange_.counts(), sockets_->lost(), sockets_->send_errors}; });
  }
}

}  // namespace yagura::monitor::poll
