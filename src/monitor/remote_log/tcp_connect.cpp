#include "monitor/remote_log/tcp_connect.hpp"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "monitor/poll/endpoint.hpp"

namespace yagura::monitor::remote_log {
namespace {

constexpr std::size_t most_before_identification = 8192;

std::string reason(int code) {
  std::array<char, 128> text{};
  return ::strerror_r(code, text.data(), text.size());
}

std::unexpected<Error> connect_failed(const Target& target, int code) {
  if (code == ECONNREFUSED)
    return fail("remote_log.refused", {{"address", target.address}, {"port", std::to_string(target.port)}});
  if (code == ETIMEDOUT) return fail("remote_log.timeout", {{"step", "connect"}});
  return fail("remote_log.unreachable", {{"address", target.address}, {"reason", reason(code)}});
}

Result<Socket> connected(const Target& target, const Patience& patience) {
  YAGURA_TRY(const auto endpoint, poll::Endpoint::parse(target.address, target.port));
  sockaddr_storage address{};
  const socklen_t length = endpoint.to(address);
  Socket out(::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (out.fd() < 0) return connect_failed(target, errno);
  const int on = 1;
  (void)::setsockopt(out.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(out.fd(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    if (errno != EINPROGRESS) return connect_failed(target, errno);
    while (true) {
      YAGURA_TRY(const bool ready, patience.wait(out.fd(), POLLOUT, "connect"));
      if (ready) break;
    }
    int code = 0;
    socklen_t size = sizeof code;
    (void)::getsockopt(out.fd(), SOL_SOCKET, SO_ERROR, &code, &size);
    if (code != 0) return connect_failed(target, code);
  }
  return out;
}

// Where a line that begins with "SSH-" begins, or npos.
std::size_t identification(std::string_view bytes) {
  if (bytes.starts_with("SSH-")) return 0;
  const std::size_t at = bytes.find("\nSSH-");
  return at == std::string_view::npos ? at : at + 1;
}

// Could still become an identification with the bytes to come.
bool may_become(std::string_view bytes) {
  return bytes.size() < most_before_identification && bytes.find('\0') == std::string_view::npos;
}

Result<> skip_to_identification(int fd, const Patience& patience, const Mask& mask) {
  std::array<char, most_before_identification> buffer;
  std::size_t known = 0;
  const auto not_ssh = [&] {
    return fail("remote_log.not_ssh", {{"seen", safe_text({buffer.data(), known}, mask, 80, true)}});
  };
  while (true) {
    YAGURA_TRY(const bool ready, patience.wait(fd, POLLIN, known == 0 ? "banner" : "banner_end"));
    if (!ready) continue;
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), MSG_PEEK);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got <= 0)
      return fail("remote_log.connection_lost",
                  {{"step", "banner"}, {"reason", got < 0 ? reason(errno) : "closed by the device"}});
    const bool more = static_cast<std::size_t>(got) > known;
    known = static_cast<std::size_t>(got);
    const std::string_view seen(buffer.data(), known);
    if (const std::size_t at = identification(seen); at != std::string_view::npos) {
      if (at > 0) (void)::recv(fd, buffer.data(), at, 0);
      return {};
    }
    if (!may_become(seen)) return not_ssh();
    if (!more) {  // what was peeked at stays readable: look for the end, and do not spin
      char last;
      pollfd hung{fd, POLLRDHUP, 0};
      if (::poll(&hung, 1, 20) > 0 && (hung.revents & (POLLRDHUP | POLLHUP)) != 0 &&
          ::recv(fd, &last, 1, MSG_PEEK) >= 0)
        return not_ssh();
    }
  }
}

}  // namespace

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

Result<bool> Patience::wait(int fd, short events, const char* step) const {
  if (stop.stop_requested()) return fail("remote_log.cancelled");
  const Duration left = deadline - clock.steady();
  if (left <= Duration::zero()) return fail("remote_log.timeout", {{"step", step}});
  const auto slice = std::min<Duration>(left + std::chrono::milliseconds(1), std::chrono::milliseconds(50));
  pollfd wanted{fd, events, 0};
  const int ready = ::poll(
      &wanted, 1, static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(slice).count()));
  return ready > 0;
}

Result<Socket> connect_tcp(const Target& target, const Patience& patience) {
  return connected(target, patience);
}

Result<Socket> connect_to_ssh(const Target& target, const Patience& patience, const Mask& mask) {
  YAGURA_TRY(auto socket, connected(target, patience));
  auto skipped = skip_to_identification(socket.fd(), patience, mask);
  // A server that talks, but never of SSH, is no SSH server; one that says nothing is late.
  if (!skipped && skipped.error().code == "remote_log.timeout" &&
      skipped.error().arg("step") == "banner_end") {
    std::array<char, 256> seen;
    const ssize_t got = ::recv(socket.fd(), seen.data(), seen.size(), MSG_PEEK);
    return fail("remote_log.not_ssh",
                {{"seen", safe_text({seen.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))}, mask,
                                    80, true)}});
  }
  YAGURA_CHECK(skipped);
  return socket;
}

}  // namespace yagura::monitor::remote_log
