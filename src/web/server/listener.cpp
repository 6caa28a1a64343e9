#include "web/server/listener.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace yagura::web {
namespace {

constexpr int kAcceptsPerTurn = 64;

std::string address_text(const sockaddr_storage& peer) {
  char text[INET6_ADDRSTRLEN] = "";
  if (peer.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(peer).sin_addr, text, sizeof text);
    return text;
  }
  const auto& six = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&six)) {
    ::inet_ntop(AF_INET, six.s6_addr + 12, text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, &six, text, sizeof text);
  }
  return text;
}

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

bool parse_address(const std::string& text, std::uint16_t port, Address& out) {
  auto& four = reinterpret_cast<sockaddr_in&>(out.storage);
  auto& six = reinterpret_cast<sockaddr_in6&>(out.storage);
  if (::inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    out.size = sizeof four;
    return true;
  }
  out.storage = {};
  if (::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) != 1) return false;
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  out.size = sizeof six;
  return true;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(EventLoop& loop, const std::string& address,
                                                 std::uint16_t port) {
  const auto failed = [&](const char* reason) {
    return fail("web.listen_failed",
                {{"address", address}, {"port", std::to_string(port)}, {"reason", reason}});
  };
  Address bound;
  if (!parse_address(address, port, bound)) return failed("not an address");
  const int descriptor = ::socket(bound.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return failed(std::strerror(errno));
  const int on = 1;
  const int off = 0;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bound.storage.ss_family == AF_INET6)
    ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, address == "::" ? &off : &on, sizeof on);
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&bound.storage), bound.size) != 0 ||
      ::listen(descriptor, SOMAXCONN) != 0 ||
      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound.storage), &bound.size) != 0) {
    const int error = errno;
    ::close(descriptor);
    return failed(std::strerror(error));
  }
  // The port stands at the same place in both kinds of address.
  const auto actual = ntohs(reinterpret_cast<const sockaddr_in&>(bound.storage).sin_port);
  return std::unique_ptr<Listener>(new Listener(loop, descriptor, actual));
}

void Listener::begin(Taker taker) {
  taker_ = std::move(taker);
  wait();
}

void Listener::wait() {
  socket_.when_readable([this] { accept_some(); });
}

void Listener::retry() {
  if (!paused_) return;
  paused_ = false;
  wait();
}

void Listener::accept_some() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int taken = ::accept4(socket_.descriptor(), reinterpret_cast<sockaddr*>(&peer), &size,
                                SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (taken >= 0) {
      taker_(taken, address_text(peer));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      paused_ = true;  // waiting again at once would only spin
      return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      break;
    }
  }
  wait();
}

}  // namespace yagura::web
