// A line on loopback to a server, which a test breaks where it likes.
//
// Threads: one for each connection; the functions may be called from any thread.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace yagura {

class BrokenLine {
 public:
  explicit BrokenLine(int to) : to_(to), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
    threads_.emplace_back([this] { accept_all(); });
  }
  ~BrokenLine() {
    close();
    for (std::size_t i = 0;; ++i) {
      std::thread thread;
      {
        const std::lock_guard lock(mutex_);
        if (i == threads_.size()) break;
        thread = std::move(threads_[i]);
      }
      thread.join();
    }
    ::close(listener_);
  }
  BrokenLine(const BrokenLine&) = delete;
  BrokenLine& operator=(const BrokenLine&) = delete;

  [[nodiscard]] int port() const { return port_; }
  // Requests that hold `word` reach the server, but so many of their answers do not come back.
  void lose_answers_to(std::string word, int times) { set(std::move(word), SIZE_MAX, times); }
  // Of requests that hold `word` only the first bytes reach the server, so many times.
  void cut_off(std::string word, std::size_t bytes, int times) { set(std::move(word), bytes, times); }
  [[nodiscard]] int lost() const { return lost_; }
  // Nobody is there any more.
  void close() {
    if (closed_.exchange(true)) return;
    ::shutdown(listener_, SHUT_RDWR);
  }

 private:
  static sockaddr_in loopback(int port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(static_cast<std::uint16_t>(port));
    out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return out;
  }
  void set(std::string word, std::size_t bytes, int times) {
    const std::lock_guard lock(mutex_);
    word_ = std::move(word);
    bytes_ = bytes;
    times_ = times;
  }
  void accept_all() {
    while (!closed_) {
      const int from = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (from < 0) continue;
      const std::lock_guard lock(mutex_);
      threads_.emplace_back([this, from] { carry(from); });
    }
  }
  // What to do with a request that begins so: how many bytes may pass; none: it is not meant.
  bool meant(const std::string& begin, std::size_t& bytes) {
    const std::lock_guard lock(mutex_);
    if (times_ == 0 || begin.find(word_) == std::string::npos) return false;
    --times_;
    bytes = bytes_;
    return true;
  }
  void carry(int from) {
    const int to = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(to_);
    bool open = ::connect(to, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, broken = false;
    std::size_t left = 0;
    std::string buffer(64 << 10, '\0');
    while (open && !closed_) {
      pollfd both[2] = {{from, POLLIN, 0}, {to, POLLIN, 0}};
      if (::poll(both, 2, 50) <= 0) continue;
      if (both[0].revents != 0) {
        const auto got = ::recv(from, buffer.data(), buffer.size(), 0);
        if (got <= 0) break;
        if (!broken) broken = meant(buffer.substr(0, static_cast<std::size_t>(got)), left);
        auto size = static_cast<std::size_t>(got);
        if (broken && left != SIZE_MAX) {
          size = std::min(size, left);
          left -= size;
        }
        if (::send(to, buffer.data(), size, MSG_NOSIGNAL) < 0 || (broken && left == 0)) break;
      }
      if (both[1].revents != 0) {
        const auto got = ::recv(to, buffer.data(), buffer.size(), 0);
        if (got <= 0 || broken) break;
        if (::send(from, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) < 0) break;
      }
    }
    if (broken) ++lost_;
    ::close(to);
    ::close(from);
  }

  const int to_, listener_;
  int port_ = 0;
  std::atomic<bool> closed_{false};
  std::atomic<int> lost_{0};
  std::mutex mutex_;
  std::string word_;
  std::size_t bytes_ = 0;
  int times_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace yagura
