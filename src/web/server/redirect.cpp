#include "web/server/redirect.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include <fmt/format.h>

#include "web/server/message_parser.hpp"

namespace yagura::web {
namespace {

constexpr std::size_t kMostVisits = 256;
constexpr std::uint32_t kMostHead = 4096;
constexpr Duration kVisitTime = std::chrono::seconds(5);

}  // namespace

class Redirect::Visit : public std::enable_shared_from_this<Visit> {
 public:
  Visit(Redirect& owner, int descriptor)
      : owner_(owner), socket_(owner.loop_, descriptor), deadline_(owner.clock_.steady() + kVisitTime) {}

  void read() {
    std::array<char, kMostHead> bytes;
    const auto got = ::recv(socket_.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return socket_.when_readable([self = shared_from_this()] { self->read(); });
    if (got <= 0) return end();
    head_.append(bytes.data(), static_cast<std::size_t>(got));
    const bool whole = head_.find("\r\n\r\n") != std::string::npos;
    if (!whole && head_.size() < kMostHead) return read();
    const auto answer = owner_.answer_to(head_);
    // A few hundred bytes always fit into a fresh socket's buffer.
    (void)::send(socket_.descriptor(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    ::shutdown(socket_.descriptor(), SHUT_WR);
    end();
  }
  void end() {
    const auto self = shared_from_this();
    socket_.close();
    owner_.visits_.erase(self);
  }
  [[nodiscard]] bool late(Duration now) const { return now > deadline_; }

 private:
  Redirect& owner_;
  Socket socket_;
  const Duration deadline_;
  std::string head_;
};

Redirect::Redirect(EventLoop& loop, const ServerOptions& options, std::uint16_t https_port,
                   const Clock& clock)
    : loop_(loop), hosts_(options.hosts), https_port_(https_port), clock_(clock) {}
Redirect::~Redirect() { close(); }

Result<std::unique_ptr<Redirect>> Redirect::open(EventLoop& loop, const ServerOptions& options,
                                                 std::uint16_t https_port, const Clock& clock) {
  std::unique_ptr<Redirect> made(new Redirect(loop, options, https_port, clock));
  YAGURA_TRY(made->listener_, Listener::open(loop, options.address, *options.redirect_port));
  auto& self = *made;
  self.listener_->begin([&self](int descriptor, const std::string&) {
    if (self.visits_.size() >= kMostVisits) {
      ::close(descriptor);
      return;
    }
    const auto visit = std::make_shared<Visit>(self, descriptor);
    self.visits_.insert(visit);
    visit->read();
  });
  loop.every(std::chrono::seconds(1), [&self] { self.sweep(); });
  return made;
}

void Redirect::sweep() {
  const auto now = clock_.steady();
  const std::vector<std::shared_ptr<Visit>> all(visits_.begin(), visits_.end());
  for (const auto& visit : all)
    if (visit->late(now)) visit->end();
  listener_->retry();
}

void Redirect::close() {
  if (listener_) listener_->close();
  const std::vector<std::shared_ptr<Visit>> all(visits_.begin(), visits_.end());
  for (const auto& visit : all) visit->end();
}

std::string Redirect::answer_to(std::string_view head) const {
  constexpr std::string_view end = "Content-Length: 0\r\nConnection: close\r\n\r\n";
  MessageParser parser(kMostHead);
  const auto step = parser.feed(head);
  if (!step || *step == MessageParser::Step::more) return fmt::format("HTTP/1.1 400 Bad Request\r\n{}", end);
  const auto host = parser.head().headers.get("Host");
  if (!hosts_.check(host) || !parse_target(parser.head().target))
    return fmt::format("HTTP/1.1 421 Misdirected Request\r\n{}", end);
  const auto colon = host.starts_with('[') ? host.find(':', host.find(']')) : host.find(':');
  const auto port = https_port_ == 443 ? std::string() : fmt::format(":{}", https_port_);
  return fmt::format("HTTP/1.1 308 Permanent Redirect\r\nLocation: https://{}{}{}\r\n{}",
                     host.substr(0, colon), port, parser.head().target, end);
}

}  // namespace yagura::web
