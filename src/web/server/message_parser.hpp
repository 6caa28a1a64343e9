// HTTP/1.1 requests from bytes (RFC 9112): Beast's parser behind a header without Boost.
//
// Purpose: head and body of one request after another, pipelined or not. Stricter than the RFC allows where
//          front ends and servers have been made to disagree: one Content-Length, never together with
//          Transfer-Encoding, no coding but "chunked", no HTTP/1.0 with it, exactly one Host.
// Use:     feed() until step says head; give the limits of the route; feed() until step says done.
// Threads: belongs to one connection.
// Errors:  web.request_invalid, web.header_too_large, web.version_unsupported, web.body_too_large,
//          web.coding_unsupported.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "web/server/headers.hpp"

namespace yagura::web {

struct MessageHead {
  std::string method;
  std::string target;
  Headers headers;
  int minor_version = 1;  // HTTP/1.x
  bool keep_alive = true;
  bool expects_continue = false;
  bool chunked = false;
  std::uint64_t content_length = 0;  // 0 when chunked
  [[nodiscard]] bool has_body() const { return chunked || content_length > 0; }
};

class MessageParser {
 public:
  enum class Step { more, head, done };
  using BodySink = std::function<Result<void>(std::string_view)>;

  explicit MessageParser(std::uint32_t header_limit);
  ~MessageParser();
  MessageParser(const MessageParser&) = delete;
  MessageParser& operator=(const MessageParser&) = delete;

  // Takes bytes from the front of `bytes`; what it leaves must be given again with more behind it.
  // Returns at the end of the head and at the end of the message, so that the caller can act between.
  Result<Step> feed(std::string_view& bytes);
  // Before the first body byte is fed: where the body goes and how much of it is taken.
  void take_body(std::uint64_t limit, BodySink sink);
  [[nodiscard]] MessageHead& head();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace yagura::web
