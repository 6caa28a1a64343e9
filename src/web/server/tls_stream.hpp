// TLS 1.3 (RFC 8446) over a non-blocking socket.
//
// Purpose: the smallest thing between OpenSSL and the event loop: OpenSSL reads and writes the descriptor
//          itself and gives its buffers back while nothing moves, so that an idle connection is small.
//          Older TLS is refused; ALPN (RFC 7301) offers http/1.1 only.
// Threads: TlsContext is shared by all (it does not change); a TlsStream belongs to one thread.
// Errors:  web.certificate_unreadable, web.key_unreadable, web.key_mismatch, web.tls_unavailable.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace yagura::web {

class TlsContext {
 public:
  // PEM files; the certificate file may hold its chain.
  static Result<std::shared_ptr<const TlsContext>> load(const std::string& certificate,
                                                        const std::string& key);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // What ties something said inside to the certificate of this server (RFC 5929 4, tls-server-end-point);
  // null for a certificate that it is not defined for (Ed25519).
  [[nodiscard]] const std::shared_ptr<const std::string>& end_point() const { return end_point_; }

 private:
  friend class TlsStream;
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  ssl_ctx_st* context_;
  std::shared_ptr<const std::string> end_point_;
};

enum class TlsStep {
  done,        // it went through; bytes moved are in the out parameter
  want_read,   // try again when the socket is readable
  want_write,  // try again when the socket is writable
  closed,      // the peer ended, tidily or not: nothing more will come
};

class TlsStream {
 public:
  // Borrows the descriptor; it must stay open as long as this lives.
  TlsStream(const TlsContext& context, int descriptor);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  TlsStep handshake();
  TlsStep read(std::span<char> into, std::size_t& moved);
  // May move fewer bytes than given.
  TlsStep write(std::string_view bytes, std::size_t& moved);
  // Says close_notify once and does not wait for an answer.
  void say_goodbye();
  // Bytes have come from the socket that read() has not handed out: do not wait for the socket.
  [[nodiscard]] bool has_pending() const;

 private:
  TlsStep step_of(int outcome);
  ssl_st* ssl_;
};

}  // namespace yagura::web
