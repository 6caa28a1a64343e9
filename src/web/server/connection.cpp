#include "web/server/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace yagura::web {
namespace {

constexpr std::size_t kMostLingered = 256 * 1024;
constexpr Duration kLingerTime = std::chrono::seconds(2);

}  // namespace

Connection::Connection(ConnectionServices& services, ConnectionHome& home, int descriptor,
                       std::shared_ptr<const TlsContext> tls, std::string peer)
    : services_(services),
      home_(home),
      context_(std::move(tls)),
      peer_(std::move(peer)),
      socket_(home.loop, descriptor),
      tls_(*context_, descriptor) {
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

Connection::~Connection() = default;

void Connection::begin() {
  deadline_ = services_.clock.steady() + services_.options.handshake_time;
  drive();
}

void Connection::drive() {
  const auto self = shared_from_this();
  for (bool progress = true; progress;) {
    switch (state_) {
      case State::handshake:
        progress = step_handshake();
        break;
      case State::reading:
        progress = step_read();
        break;
      case State::sending:
        progress = step_send();
        break;
      case State::events:
        progress = step_events();
        break;
      case State::lingering:
        progress = step_linger();
        break;
      case State::working:
      case State::closed:
        progress = false;
        break;
    }
  }
}

void Connection::wait(TlsStep step) {
  if (step == TlsStep::want_write && !waiting_write_) {
    waiting_write_ = true;
    socket_.when_writable([self = shared_from_this()] {
      self->waiting_write_ = false;
      self->drive();
    });
  } else if (step == TlsStep::want_read && !waiting_read_) {
    waiting_read_ = true;
    socket_.when_readable([self = shared_from_this()] {
      self->waiting_read_ = false;
      self->drive();
    });
  }
}

bool Connection::step_handshake() {
  const auto step = tls_.handshake();
  if (step == TlsStep::closed) {
    close();
  } else if (step == TlsStep::done) {
    state_ = State::reading;
    deadline_ = services_.clock.steady() + services_.options.head_time;
    return true;
  } else {
    wait(step);
  }
  return false;
}

// Closing at once with bytes unread would reset the connection, and the client might never see the answer
// (RFC 9112 9.6).
void Connection::linger() {
  tls_.say_goodbye();
  ::shutdown(socket_.descriptor(), SHUT_WR);
  state_ = State::lingering;
  deadline_ = services_.clock.steady() + kLingerTime;
}

bool Connection::step_linger() {
  const auto got = ::recv(socket_.descriptor(), home_.scratch.data(), home_.scratch.size(), MSG_DONTWAIT);
  if (got > 0 && (lingered_ += static_cast<std::size_t>(got)) < kMostLingered) return true;
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    wait(TlsStep::want_read);
  } else {
    close();
  }
  return false;
}

void Connection::tick() {
  if (state_ == State::working) notice_leaving();
  if (state_ == State::working || state_ == State::closed) return;
  const auto now = services_.clock.steady();
  if (state_ == State::reading && exchange_) {  // in a body: it must keep up
    const auto& options = services_.options;
    const auto earned = std::chrono::seconds(body_bytes_ / options.min_body_rate);
    if (now > body_began_ + options.body_grace + earned) {
      refuse(Error{"web.too_slow", {}});
      drive();
    }
    return;
  }
  if (now < deadline_) return;
  if (state_ == State::events) {
    out_ = ":\n\n";
    state_ = State::sending;
    deadline_ = now + services_.options.send_stall;
    drive();
  } else if (state_ == State::reading && parser_) {
    refuse(Error{"web.too_slow", {}});
    drive();
  } else {
    if (state_ == State::reading) tls_.say_goodbye();
    close();
  }
}

// While a worker is busy nothing is read; that the client will hear no answer is seen all the same.
void Connection::notice_leaving() {
  ::pollfd now{socket_.descriptor(), POLLRDHUP, 0};
  if (::poll(&now, 1, 0) > 0 && (now.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) gone_->store(true);
}

void Connection::end_gently() {
  keep_alive_ = false;
  if (state_ == State::handshake) {
    close();
  } else if (state_ == State::events) {
    end_exchange();
    drive();
  } else if (state_ == State::reading && !parser_ && !exchange_) {
    tls_.say_goodbye();
    close();
  }
}

void Connection::close() {
  if (state_ == State::closed) return;
  const bool cut_short =
      (state_ == State::sending || state_ == State::events) && exchange_ && exchange_->answer;
  if (cut_short) log_access();
  state_ = State::closed;
  if (events_) events_->stop();
  // A worker may still have the exchange; it goes with the connection.
  socket_.close();
  services_.open.fetch_sub(1);
  services_.per_client.with([&](auto& counts) {
    const auto found = counts.find(client_key(peer_));
    if (found != counts.end() && --found->second == 0) counts.erase(found);
  });
  home_.connections.erase(shared_from_this());
}

}  // namespace yagura::web
