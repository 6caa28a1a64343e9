// multipart/form-data (RFC 7578), read while it arrives.
//
// Purpose: a push parser: give it pieces of any size, it tells a sink of parts and their bytes. It keeps at
//          most one boundary's length (and one part's head) in memory. Nested multiparts are not read.
// Errors:  web.multipart_invalid; what the sink answers is passed on.
// Threads: belongs to one request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::web {

struct PartHead {
  std::string name;
  std::string filename;  // base name only: folders a browser may send are cut off; "" for plain fields
  bool is_file = false;
  std::string content_type;
};

class PartSink {
 public:
  virtual ~PartSink() = default;
  virtual Result<void> begin(PartHead head) = 0;
  virtual Result<void> data(std::string_view bytes) = 0;
  virtual Result<void> end() = 0;
};

// The boundary of a Content-Type field; nothing when it is not multipart/form-data or has no good one.
std::optional<std::string> multipart_boundary(std::string_view content_type);

class MultipartParser {
 public:
  MultipartParser(std::string_view boundary, PartSink& sink);
  Result<void> feed(std::string_view bytes);
  // At the end of the body: an error when the closing boundary has not come.
  Result<void> finish() const;

 private:
  enum class State : std::uint8_t { before_first, after_boundary, head, body, done };

  Result<bool> step();  // true while it makes progress
  Result<bool> step_first();
  Result<bool> step_boundary();
  Result<bool> step_head();
  Result<bool> step_body();

  const std::string delimiter_;  // CRLF "--" boundary
  PartSink& sink_;
  State state_ = State::before_first;
  std::string held_;  // bytes not yet decided upon
};

}  // namespace yagura::web
