#include "web/server/message_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <charconv>

namespace yagura::web {
namespace {

namespace http = boost::beast::http;
using boost::beast::string_view;
using boost::system::error_code;

std::string_view view(string_view text) { return {text.data(), text.size()}; }

std::string code_of(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return "web.header_too_large";
  if (error == http::error::body_limit) return "web.body_too_large";
  if (error == http::error::bad_version) return "web.version_unsupported";
  return "web.request_invalid";
}

}  // namespace

// The fields go straight into our own head: Beast's message container is not used.
class MessageParser::Impl final : public http::basic_parser<true> {
 public:
  explicit Impl(std::uint32_t limit) {
    header_limit(limit);
    body_limit(boost::none);  // each route has its own; take_body() counts
  }

  MessageHead head;
  std::optional<Error> refused;
  std::uint64_t limit = 0;
  std::uint64_t body_left = 0;
  BodySink sink;
  bool head_told = false;

 private:
  void on_request_impl(http::verb, string_view method, string_view target, int version,
                       error_code& ec) override {
    head.method = view(method);
    head.target = view(target);
    head.minor_version = version - 10;
    if (version != 10 && version != 11) ec = http::error::bad_version;
  }
  void on_response_impl(int, string_view, int, error_code& ec) override { ec = http::error::bad_version; }
  void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
    head.headers.add(view(name), view(value));
  }
  void on_header_impl(error_code& ec) override {
    const auto& headers = head.headers;
    const bool coded = headers.has("transfer-encoding");
    if (headers.count("host") > 1 || (head.minor_version == 1 && !headers.has("host")) ||
        headers.count("content-length") > 1 || (coded && headers.has("content-length")) ||
        (coded && head.minor_version == 0)) {
      refuse("web.request_invalid", ec);
    } else if (coded && (headers.count("transfer-encoding") > 1 ||
                         !same_name(headers.get("transfer-encoding"), "chunked"))) {
      refuse("web.coding_unsupported", ec);
    }
    if (const auto length = headers.get("content-length"); !length.empty()) {
      const auto read = std::from_chars(length.data(), length.data() + length.size(), head.content_length);
      if (read.ec != std::errc{} || read.ptr != length.data() + length.size())
        refuse("web.request_invalid", ec);
    }
    head.chunked = coded;
    head.keep_alive = keep_alive();
    head.expects_continue = head.minor_version == 1 && same_name(headers.get("expect"), "100-continue");
  }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code& ec) override { return take(body, ec); }
  void on_chunk_header_impl(std::uint64_t size, string_view, error_code& ec) override {
    if (size > body_left) refuse("web.body_too_large", ec);
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& ec) override {
    return take(body, ec);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t take(string_view body, error_code& ec) {
    if (body.size() > body_left) {
      refuse("web.body_too_large", ec);
      return 0;
    }
    body_left -= body.size();
    if (auto taken = sink(view(body)); !taken) {
      refused = taken.error();
      ec = http::error::bad_value;
      return 0;
    }
    return body.size();
  }
  void refuse(const char* code, error_code& ec) {
    refused = Error{code, {}};
    if (refused->code == "web.body_too_large") refused->args.emplace_back("limit", std::to_string(limit));
    ec = http::error::bad_value;
  }
};

MessageParser::MessageParser(std::uint32_t header_limit) : impl_(std::make_unique<Impl>(header_limit)) {}
MessageParser::~MessageParser() = default;

MessageHead& MessageParser::head() { return impl_->head; }

void MessageParser::take_body(std::uint64_t limit, BodySink sink) {
  impl_->limit = limit;
  impl_->body_left = limit;
  impl_->sink = std::move(sink);
}

Result<MessageParser::Step> MessageParser::feed(std::string_view& bytes) {
  // The parser hands over one piece of body per call; go on while it makes progress.
  while (!bytes.empty() && !(impl_->head_told && impl_->is_done())) {
    error_code error;
    const auto used = impl_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    bytes.remove_prefix(used);
    if (error && error != http::error::need_more) {
      if (impl_->refused) return std::unexpected(*std::move(impl_->refused));
      return fail(code_of(error));
    }
    if (impl_->is_header_done() && !impl_->head_told) {
      impl_->head_told = true;
      return Step::head;
    }
    if (impl_->is_done()) return Step::done;
    if (error == http::error::need_more) return Step::more;
  }
  return impl_->head_told && impl_->is_done() ? Step::done : Step::more;
}

}  // namespace yagura::web
