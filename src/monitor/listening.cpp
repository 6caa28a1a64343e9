#include "monitor/listening.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace yagura::monitor {

Socket::~Socket() {
  if (file_ >= 0) ::close(file_);
}

Result<Socket> open_socket(const std::string& address, std::uint16_t port, int type, int receive_buffer,
                           std::string_view code) {
  const auto failed = [&] {
    return fail(std::string(code),
                {{"address", address}, {"port", std::to_string(port)}, {"reason", std::strerror(errno)}});
  };
  sockaddr_storage name{};
  socklen_t size = sizeof(sockaddr_in6);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(name);
  auto& v4 = reinterpret_cast<sockaddr_in&>(name);
  errno = EINVAL;
  if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    size = sizeof v4;
  } else if (inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
  } else {
    return failed();
  }
  Socket socket(::socket(name.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.file() < 0 && errno == EAFNOSUPPORT && address == "::")
    return open_socket("0.0.0.0", port, type, receive_buffer, code);  // a host without IPv6
  if (socket.file() < 0) return failed();
  const int on = 1, off = 0;
  if (name.ss_family == AF_INET6) ::setsockopt(socket.file(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (type == SOCK_STREAM)
    ::setsockopt(socket.file(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  else if (::setsockopt(socket.file(), SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof(int)) != 0)
    ::setsockopt(socket.file(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(int));
  if (::bind(socket.file(), reinterpret_cast<const sockaddr*>(&name), size) != 0) return failed();
  if (type == SOCK_STREAM && ::listen(socket.file(), 256) != 0) return failed();
  size = sizeof name;
  ::getsockname(socket.file(), reinterpret_cast<sockaddr*>(&name), &size);
  socket.port = port_of(name);
  return socket;
}

trap::Address address_of(const sockaddr_storage& from) {
  trap::Address address{};
  if (from.ss_family == AF_INET) {
    std::array<std::uint8_t, 4> v4{};
    std::memcpy(v4.data(), &reinterpret_cast<const sockaddr_in&>(from).sin_addr, 4);
    return trap::from_v4(v4);
  }
  std::memcpy(address.data(), &reinterpret_cast<const sockaddr_in6&>(from).sin6_addr, 16);
  return address;
}

std::uint16_t port_of(const sockaddr_storage& from) {
  return ntohs(from.ss_family == AF_INET ? reinterpret_cast<const sockaddr_in&>(from).sin_port
                                         : reinterpret_cast<const sockaddr_in6&>(from).sin6_port);
}

Socket make_wake() { return Socket(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

void wake(const Socket& wake) {
  const std::uint64_t one = 1;
  (void)!::write(wake.file(), &one, sizeof one);
}

}  // namespace yagura::monitor
