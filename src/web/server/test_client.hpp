// For tests only: a TLS client that sends exactly the bytes it is told, right or wrong.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

namespace yagura::web {

class TestClient {
 public:
  explicit TestClient(std::uint16_t port, int max_version = TLS1_3_VERSION, int seconds = 10)
      : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_max_proto_version(context_, max_version);
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval wait{seconds, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ssl_ = SSL_new(context_);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return;
    SSL_set_fd(ssl_, socket_);
    connected_ = SSL_connect(ssl_) == 1;
    ERR_clear_error();
  }
  ~TestClient() {
    SSL_free(ssl_);
    if (socket_ >= 0) ::close(socket_);
    SSL_CTX_free(context_);
  }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int descriptor() const { return socket_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      std::size_t moved = 0;
      if (SSL_write_ex(ssl_, bytes.data(), bytes.size(), &moved) != 1) return false;
      bytes.remove_prefix(moved);
    }
    return true;
  }
  // Some bytes; "" at the end, on an error or after the time given to the constructor.
  std::string receive() {
    char bytes[16384];
    std::size_t moved = 0;
    ERR_clear_error();
    if (SSL_read_ex(ssl_, bytes, sizeof bytes, &moved) != 1) return {};
    return {bytes, moved};
  }
  std::string receive_all() {
    std::string all;
    for (auto piece = receive(); !piece.empty(); piece = receive()) all += piece;
    return all;
  }
  // Until `mark` has come; what came after it is in the answer, too.
  std::string receive_until(std::string_view mark) {
    std::string all;
    for (std::size_t from = 0; all.find(mark, from) == std::string::npos;) {
      from = all.size() < mark.size() ? 0 : all.size() - mark.size();
      const auto piece = receive();
      if (piece.empty()) break;
      all += piece;
    }
    return all;
  }
  // One whole answer with Content-Length, in chunks (joined) or without body; keeps what came beyond it for
  // the next.
  std::string receive_answer() {
    for (;;) {
      const auto head = kept_.find("\r\n\r\n");
      if (head != std::string::npos && kept_.find("Transfer-Encoding: chunked") < head) {
        if (auto answer = take_chunks(head + 4); !answer.empty()) return answer;
      } else if (head != std::string::npos) {
        std::size_t length = 0;
        if (const auto at = kept_.find("Content-Length: "); at < head)
          length = std::strtoul(kept_.c_str() + at + 16, nullptr, 10);
        if (kept_.size() >= head + 4 + length) {
          auto answer = kept_.substr(0, head + 4 + length);
          kept_.erase(0, answer.size());
          return answer;
        }
      }
      const auto piece = receive();
      if (piece.empty()) return {};
      kept_ += piece;
    }
  }
  std::string ask(std::string_view request) {
    send(request);
    return receive_answer();
  }
  // Gone without a word: the server gets a reset.
  void kill() {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(socket_);
    socket_ = -1;
  }

 private:
  // The answer whose chunks begin at `body`, taken out of what was kept; "" while some are still to come.
  std::string take_chunks(std::size_t body) {
    auto answer = kept_.substr(0, body);
    for (auto at = body;;) {
      const auto line = kept_.find("\r\n", at);
      if (line == std::string::npos) return {};
      const auto size = std::strtoul(kept_.c_str() + at, nullptr, 16);
      if (kept_.size() < line + 2 + size + 2) return {};
      answer.append(kept_, line + 2, size);
      at = line + 2 + size + 2;
      if (size != 0) continue;
      kept_.erase(0, at);
      return answer;
    }
  }

  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  int socket_ = -1;
  bool connected_ = false;
  std::string kept_;
};

inline int status_in(std::string_view answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::atoi(std::string(answer.substr(9, 3)).c_str()) : 0;
}

}  // namespace yagura::web
