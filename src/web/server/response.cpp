#include "web/server/response.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "web/server/security.hpp"
#include "web/server/target.hpp"

namespace yagura::web {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

class FileSource final : public BodySource {
 public:
  FileSource(int descriptor, std::uint64_t length) : descriptor_(descriptor), length_(length) {}
  ~FileSource() override { ::close(descriptor_); }

  [[nodiscard]] std::optional<std::uint64_t> length() const override { return length_; }

  Result<bool> next(std::string& piece) override {
    const auto left = length_ - sent_;
    const auto want = static_cast<std::size_t>(left < kPiece ? left : kPiece);
    const auto before = piece.size();
    piece.resize(before + want);
    const auto got =
        want == 0 ? 0 : ::pread(descriptor_, piece.data() + before, want, static_cast<off_t>(sent_));
    if (got < 0 || (got == 0 && want != 0))  // a file cut short while it is sent is an error, too
      return fail("web.file_unreadable",
                  {{"reason", got < 0 ? std::strerror(errno) : "shorter than before"}});
    piece.resize(before + static_cast<std::size_t>(got));
    sent_ += static_cast<std::uint64_t>(got);
    return sent_ < length_;
  }

 private:
  const int descriptor_;
  const std::uint64_t length_;
  std::uint64_t sent_ = 0;
};

Response with_text(int status, std::string_view type, std::string text) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", type);
  response.body = std::move(text);
  return response;
}

void append_clean(std::string& out, std::string_view text) {
  const auto from = out.size();
  out += text;
  for (auto i = from; i < out.size(); ++i)
    if (static_cast<unsigned char>(out[i]) < 0x20 || out[i] == 0x7f) out[i] = ' ';
}

}  // namespace

Response Response::json(int status, std::string text) { return with_text(status, kJson, std::move(text)); }
Response Response::text(int status, std::string text) { return with_text(status, kText, std::move(text)); }

Response Response::no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response Response::see_other(std::string_view location) {
  Response response;
  response.status = 303;
  response.headers.add("Location", location);
  return response;
}

Response Response::stream(std::string_view content_type, std::unique_ptr<BodySource> source) {
  Response response;
  response.headers.add("Content-Type", content_type);
  response.body = std::move(source);
  return response;
}

Response Response::events(std::shared_ptr<EventStream> stream) {
  Response response;
  response.headers.add("Content-Type", kEventStream);
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Accel-Buffering", "no");  // a proxy in between shall not gather events
  response.body = std::move(stream);
  return response;
}

Result<Response> Response::file(const std::string& path, std::string_view content_type) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about{};
  if (descriptor < 0 || ::fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
    const std::string reason = descriptor < 0 ? std::strerror(errno) : "not a plain file";
    if (descriptor >= 0) ::close(descriptor);
    return fail("web.file_unreadable", {{"reason", reason}});
  }
  return stream(content_type,
                std::make_unique<FileSource>(descriptor, static_cast<std::uint64_t>(about.st_size)));
}

Response& Response::download_as(std::string_view name) {
  std::string plain;
  for (const char c : name) plain += (c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '/') ? c : '_';
  headers.set("Content-Disposition",
              fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain, percent_encode(name)));
  return *this;
}

std::string_view Response::body_text() const {
  if (const auto* own = std::get_if<std::string>(&body)) return *own;
  if (const auto* shared = std::get_if<SharedText>(&body)) return *shared ? std::string_view(**shared) : "";
  return {};
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Status";  // the phrase means nothing to clients (RFC 9112 4)
  }
}

std::string head_text(const Response& response) {
  std::string out;
  out.reserve(2048);
  out += "HTTP/1.1 ";
  out += fmt::format_int(response.status).c_str();
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  for (const auto& [name, value] : response.headers) {
    append_clean(out, name);
    out += ": ";
    append_clean(out, value);
    out += "\r\n";
  }
  append_security_fields(out, response.headers);
  out += "\r\n";
  return out;
}

}  // namespace yagura::web
