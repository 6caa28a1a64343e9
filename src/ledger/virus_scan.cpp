#include "ledger/virus_scan.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.hpp"

namespace yagura::ledger {

namespace {

constexpr std::size_t chunk = 64 * 1024;
constexpr std::size_t longest_answer = 4096;
constexpr std::size_t longest_name = 200;

std::unexpected<Error> unavailable(std::string reason) {
  return fail("ledger.scanner_unavailable", {{"reason", std::move(reason)}});
}

class Line {
 public:
  Line(const Clock& clock, Duration limit) : clock_(clock), until_(clock.steady() + limit) {}
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() {
    if (fd_ >= 0) ::close(fd_);
  }

  Result<void> connect(const std::string& path) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (path.size() >= sizeof to.sun_path) return unavailable("path too long");
    std::copy(path.begin(), path.end(), std::begin(to.sun_path));
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd_ < 0) return unavailable(std::strerror(errno));
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
      return unavailable(std::strerror(errno));
    return {};
  }
  // False when the other side takes no more: it may have answered already.
  Result<bool> send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      } else if (errno == EAGAIN || errno == EINTR) {
        YAGURA_CHECK(wait(POLLOUT));
      } else if (errno == EPIPE || errno == ECONNRESET) {
        return false;
      } else {
        return unavailable(std::strerror(errno));
      }
    }
    return true;
  }
  // Up to the NUL; whoever sends no end has not answered.
  Result<std::string> answer() {
    std::string out;
    std::array<char, 512> buffer{};
    for (;;) {
      const auto got = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (got > 0) {
        out.append(buffer.data(), static_cast<std::size_t>(got));
        if (const auto end = out.find('\0'); end != std::string::npos) return out.substr(0, end);
        if (out.size() > longest_answer) return unavailable("answer too long");
      } else if (got == 0) {
        return unavailable("no answer");
      } else if (errno == EAGAIN || errno == EINTR) {
        YAGURA_CHECK(wait(POLLIN));
      } else {
        return unavailable(std::strerror(errno));
      }
    }
  }

 private:
  Result<void> wait(short events) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until_ - clock_.steady());
    if (left <= std::chrono::milliseconds(0)) return unavailable("too slow");
    pollfd one{fd_, events, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (ready < 0 && errno != EINTR) return unavailable(std::strerror(errno));
    return {};
  }

  const Clock& clock_;
  const Duration until_;
  int fd_ = -1;
};

std::string length_of(std::size_t size) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xFF);
  return out;
}

}  // namespace

Result<std::optional<std::string>> clamd_verdict(std::string_view answer) {
  constexpr std::string_view head = "stream: ", found = " FOUND";
  if (answer == "stream: OK") return std::optional<std::string>{};
  if (answer.starts_with(head) && answer.ends_with(found) && answer.size() > head.size() + found.size()) {
    auto name = std::string(answer.substr(head.size(), answer.size() - head.size() - found.size()));
    if (!is_utf8(name)) name = "?";
    return std::optional(name.substr(0, longest_name));
  }
  return unavailable(is_utf8(answer) ? std::string(answer.substr(0, longest_name)) : "?");
}

Result<std::optional<std::string>> ClamdScanner::scan(std::string_view bytes) {
  Line line(clock_, limit_);
  YAGURA_CHECK(line.connect(socket_.string()));
  using namespace std::string_view_literals;
  YAGURA_TRY(bool taken, line.send("zINSTREAM\0"sv));
  while (taken && !bytes.empty()) {
    const auto part = bytes.substr(0, chunk);
    YAGURA_TRY(taken, line.send(length_of(part.size())));
    if (!taken) break;
    YAGURA_TRY(taken, line.send(part));
    bytes.remove_prefix(part.size());
  }
  if (taken) YAGURA_CHECK(line.send(length_of(0)));
  YAGURA_TRY(const auto said, line.answer());
  return clamd_verdict(said);
}

}  // namespace yagura::ledger
