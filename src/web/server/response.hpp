// What a handler answers: status, headers and a body that is text, a file, made piece by piece, or a
// stream of server-sent events.
//
//   return Response::json(200, text);
//   YAGURA_TRY(auto answer, Response::file("/srv/report.docx", kDocx));
//   answer.download_as("月次報告.docx");
//
// Threads: values; a BodySource is asked by one worker at a time, never again before its last piece has
//          gone out to the client (that is the back-pressure).
// Errors:  web.file_unreadable.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "web/server/headers.hpp"

namespace yagura::web {

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kProblem = "application/problem+json";
inline constexpr std::string_view kText = "text/plain; charset=utf-8";
inline constexpr std::string_view kHtml = "text/html; charset=utf-8";
inline constexpr std::string_view kCsv = "text/csv; charset=utf-8";
inline constexpr std::string_view kEventStream = "text/event-stream";
inline constexpr std::string_view kDocx =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
inline constexpr std::string_view kXlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

// A body made while it is sent. Runs on the worker pool; may block on disk or database.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // Bytes in all, when known beforehand; else the answer is chunked.
  [[nodiscard]] virtual std::optional<std::uint64_t> length() const { return std::nullopt; }
  // Appends the next piece (some 64 KB is a good size); false = that was all. An error breaks the
  // connection off, so that the client cannot take half a file for a whole one.
  virtual Result<bool> next(std::string& piece) = 0;
};

class EventStream;  // event_hub.hpp

struct Response {
  using SharedText = std::shared_ptr<const std::string>;

  int status = 200;
  Headers headers;
  std::variant<std::string, SharedText, std::unique_ptr<BodySource>, std::shared_ptr<EventStream>> body;

  static Response json(int status, std::string text);
  static Response text(int status, std::string text);
  static Response no_content();
  static Response see_other(std::string_view location);
  static Response stream(std::string_view content_type, std::unique_ptr<BodySource> source);
  static Response events(std::shared_ptr<EventStream> stream);
  static Result<Response> file(const std::string& path, std::string_view content_type);

  // Saved by the browser under this name (RFC 6266, RFC 8187: Japanese names arrive whole).
  Response& download_as(std::string_view name);
  // The text of the body; "" when it is not text.
  [[nodiscard]] std::string_view body_text() const;
};

std::string_view reason_phrase(int status);

// Status line, header fields and security fields (security.hpp) as they go on the wire, up to the empty line;
// line breaks in values become spaces.
std::string head_text(const Response& response);

}  // namespace yagura::web
