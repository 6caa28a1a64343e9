// TCP and TLS: every connection's bytes, cut into lines, to the gatherer. Inside of intake.hpp.
#pragma once

#include <map>

#include "monitor/syslog/datagrams.hpp"
#include "monitor/syslog/framing.hpp"

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace yagura::monitor::syslog {

// Certificates and rules of TLS connections. Errors: monitor.syslog_tls.
class TlsContext {
 public:
  static Result<TlsContext> make(const TlsFiles& files);
  [[nodiscard]] SSL_CTX* get() const { return context_.get(); }

 private:
  std::shared_ptr<SSL_CTX> context_;
};

class StreamReceiver {
 public:
  struct Counts {
    std::atomic<std::uint64_t> open{0}, accepted{0}, refused{0}, idle{0}, tls_failed{0};
  };

  // tls: of `secure` sockets; may be empty when there are none.
  StreamReceiver(const Clock& clock, const DirectoryHolder& directory, Gatherer gatherer,
                 const IntakeOptions& options, std::vector<Socket> plain, std::vector<Socket> secure,
                 std::optional<TlsContext> tls);
  ~StreamReceiver();

  void start();
  void stop();
  [[nodiscard]] const Gatherer& gatherer() const { return gatherer_; }
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] const std::vector<Socket>& plain() const { return plain_; }
  [[nodiscard]] const std::vector<Socket>& secure() const { return secure_; }

 private:
  struct Connection;
  void run();
  void accept_all(const Socket& listener, bool secure);
  void serve(Connection& connection);
  void lines(Connection& connection, std::string_view bytes);
  void close_ended();

  const Clock& clock_;
  const DirectoryHolder& directory_;
  Gatherer gatherer_;
  const IntakeOptions& options_;
  std::vector<Socket> plain_, secure_;
  std::optional<TlsContext> tls_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::map<Address, std::size_t> each_;
  Socket wake_ = make_wake();
  std::string buffer_;
  Counts counts_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace yagura::monitor::syslog
