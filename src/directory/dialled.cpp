#include "directory/dialled.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <system_error>

namespace yagura::directory {

using std::chrono::milliseconds;

namespace {

std::string words_of(int error) { return std::generic_category().message(error); }

// 0, or the errno of what failed. The socket blocks again afterwards.
int connected(int socket, const addrinfo& to, milliseconds limit) {
  const int flags = ::fcntl(socket, F_GETFL);
  if (flags < 0 || ::fcntl(socket, F_SETFL, flags | O_NONBLOCK) < 0) return errno;
  if (::connect(socket, to.ai_addr, to.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return errno;
    pollfd waited{socket, POLLOUT, 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(limit.count()));
    if (ready == 0) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    if (ready < 0 || ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    if (error != 0) return error;
  }
  return ::fcntl(socket, F_SETFL, flags) < 0 ? errno : 0;
}

}  // namespace

Result<int> dial(const std::string& host, std::uint16_t port, milliseconds limit) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
      failed != 0)
    return fail("directory.unreachable", {{"why", ::gai_strerror(failed)}});
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, ::freeaddrinfo);
  int error = EHOSTUNREACH;
  // Each its share: the whole takes no longer than the limit.
  std::ptrdiff_t addresses = 0;
  for (const auto* to = all.get(); to; to = to->ai_next) ++addresses;
  const auto share = limit / std::max<std::ptrdiff_t>(addresses, 1);
  for (const auto* to = all.get(); to; to = to->ai_next) {
    const int socket = ::socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC, to->ai_protocol);
    if (socket < 0) {
      error = errno;
      continue;
    }
    error = connected(socket, *to, share);
    if (error == 0) return socket;
    ::close(socket);
  }
  return fail("directory.unreachable", {{"why", words_of(error)}});
}

Deadline::Deadline(int socket, milliseconds limit)
    : waiting_([socket, limit](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, limit, [] { return false; });
        if (!stop.stop_requested()) ::shutdown(socket, SHUT_RDWR);
      }) {}

}  // namespace yagura::directory
