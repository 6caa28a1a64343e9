#include "web/server/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <fmt/format.h>

namespace yagura::web {
namespace {

constexpr std::size_t kCopiedBody = 16 * 1024;        // up to here head and body go out as one record
constexpr std::size_t kBytesPerTurn = 256 * 1024;     // then other connections have their turn
constexpr std::uint64_t kBodyBeforeGate = 64 * 1024;  // larger bodies are read only from who may send them
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

// ---- requests ----

bool Connection::step_read() {
  if (input_untried_) {
    input_untried_ = false;
    std::string held = std::move(input_);
    input_.clear();
    std::string_view bytes = held;
    const bool moved_on = consume(bytes);
    input_.assign(bytes);
    if (moved_on) return true;
  }
  if (just_answered_ && !tls_.has_pending()) {
    // Nearly always nothing is there yet: waiting costs less than asking in vain.
    just_answered_ = false;
    wait(TlsStep::want_read);
    return false;
  }
  std::size_t moved = 0;
  const auto step = tls_.read(home_.scratch, moved);
  if (step == TlsStep::closed) {
    close();
    return false;
  }
  if (step != TlsStep::done) {
    if (input_.empty()) std::string().swap(input_);
    wait(step);
    return false;
  }
  std::string_view bytes(home_.scratch.data(), moved);
  if (input_.empty()) {
    consume(bytes);
    input_.assign(bytes);
  } else {
    std::string held = std::move(input_);
    held += bytes;
    bytes = held;
    consume(bytes);
    input_.assign(bytes);
  }
  return true;
}

// Feeds the parser; true when the connection has left the state of reading (bytes may be left over).
bool Connection::consume(std::string_view& bytes) {
  while (state_ == State::reading) {
    if (!parser_) {
      if (bytes.empty()) return false;
      parser_ = std::make_unique<MessageParser>(services_.options.header_limit);
      deadline_ = services_.clock.steady() + services_.options.head_time;
    }
    const auto step = parser_->feed(bytes);
    if (!step) {
      refuse(step.error());
    } else if (*step == MessageParser::Step::head) {
      on_head();
    } else if (*step == MessageParser::Step::done) {
      on_message();
    } else {
      return false;
    }
  }
  input_untried_ = !bytes.empty();
  return true;
}

void Connection::on_head() {
  auto& head = parser_->head();
  const bool has_body = head.has_body();
  const bool expects = head.expects_continue && has_body;
  const bool large = head.chunked || head.content_length > kBodyBeforeGate;
  keep_alive_ = head.keep_alive && !services_.stopping;
  authorised_ = false;
  body_bytes_ = 0;
  body_began_ = services_.clock.steady();
  exchange_ = services_.pipeline.open(head, peer_);
  exchange_->request.tls_end_point = context_->end_point();
  if (has_body && !exchange_->answer)
    if (auto ready = prepare_body(); !ready) services_.pipeline.refuse(*exchange_, ready.error());
  if (exchange_->answer) {
    if (has_body) keep_alive_ = false;  // its body will not be read
    return send_answer();
  }
  if (!has_body) return;
  if (expects || large || exchange_->request.upload) return work(true, false);
}

Result<void> Connection::prepare_body() {
  auto& request = exchange_->request;
  if (request.route->body == BodyKind::upload) {
    YAGURA_TRY(request.upload,
               Upload::begin(request.headers.get("Content-Type"), services_.options.upload_folder));
  }
  parser_->take_body(request.route->body_limit, [this](std::string_view bytes) -> Result<void> {
    body_bytes_ += bytes.size();
    if (exchange_->request.upload) return exchange_->request.upload->feed(bytes);
    exchange_->request.body += bytes;
    return {};
  });
  return {};
}

void Connection::on_message() {
  parser_.reset();
  auto& request = exchange_->request;
  if (request.upload)
    if (auto whole = request.upload->finish(); !whole) {
      services_.pipeline.refuse(*exchange_, whole.error());
      return send_answer();
    }
  if (request.route->runs == Runs::on_io_thread && request.route->permission.empty() && !authorised_) {
    services_.pipeline.authorise(*exchange_);
    if (!exchange_->answer) services_.pipeline.run(*exchange_);
    return send_answer();
  }
  work(!authorised_, true);
}

void Connection::refuse(const Error& error) {
  keep_alive_ = false;
  if (exchange_) {
    services_.pipeline.refuse(*exchange_, error);
  } else {
    exchange_ = services_.pipeline.refuse(error, peer_);
  }
  send_answer();
}

void Connection::work(bool authorise, bool run) {
  state_ = State::working;
  WorkerPool::Task task = [self = shared_from_this(), authorise, run]() mutable {
    auto& pipeline = self->services_.pipeline;
    auto& exchange = *self->exchange_;
    if (authorise) pipeline.authorise(exchange);
    if (run && !exchange.answer) pipeline.run(exchange);
    auto& loop = self->home_.loop;
    // The last hold on the connection goes back with the task: it must end on its own thread.
    loop.post([self = std::move(self), run] { self->on_worked(run); });
  };
  if (!services_.workers.submit(task)) refuse(Error{"web.busy", {{"retry_after", "2"}}});
}

void Connection::on_worked(bool ran) {
  if (state_ != State::working) return;  // closed meanwhile
  if (ran || exchange_->answer) {
    if (!ran) keep_alive_ = false;  // refused with its body still on the way
    send_answer();
  } else {
    authorised_ = true;
    body_began_ = services_.clock.steady();
    state_ = State::reading;
    input_untried_ = !input_.empty();
    if (same_name(exchange_->request.headers.get("Expect"), "100-continue")) send_interim();
  }
  drive();
}

void Connection::send_interim() {
  out_ = "HTTP/1.1 100 Continue\r\n\r\n";
  out_at_ = 0;
  interim_ = true;
  state_ = State::sending;
  deadline_ = services_.clock.steady() + services_.options.send_stall;
}

// ---- answers ----

void Connection::send_answer() {
  services_.requests.fetch_add(1, std::memory_order_relaxed);
  if (services_.stopping) keep_alive_ = false;
  services_.pipeline.finish(*exchange_);
  sent_bytes_ = 0;
  last_piece_ = true;
  frame_answer(out_);
  out_at_ = 0;
  tail_at_ = 0;
  state_ = State::sending;
  deadline_ = services_.clock.steady() + services_.options.send_stall;
}

// Decides how the end of the body is known (RFC 9112 6) and takes the body over.
void Connection::frame_answer(std::string& head) {
  auto& answer = *exchange_->answer;
  const bool bare = answer.status == 204 || answer.status == 304;
  const bool silent = bare || exchange_->head_only;
  const auto length_field = [&](std::uint64_t size) {
    if (!bare) answer.headers.set("Content-Length", fmt::format_int(size).str());
  };
  chunked_ = false;
  if (auto* stream = std::get_if<std::shared_ptr<EventStream>>(&answer.body)) {
    keep_alive_ = false;
    if (!silent) events_ = std::move(*stream);
  } else if (auto* source = std::get_if<std::unique_ptr<BodySource>>(&answer.body)) {
    if (const auto size = (*source)->length()) {
      length_field(*size);
    } else if (exchange_->minor_version == 0) {
      keep_alive_ = false;  // the end of the connection is the end of the body
    } else {
      answer.headers.set("Transfer-Encoding", "chunked");
      chunked_ = !silent;
    }
    if (!silent) {
      source_ = std::move(*source);
      last_piece_ = false;
    }
  } else {
    length_field(answer.body_text().size());
  }
  answer.headers.set("Connection", keep_alive_ ? "keep-alive" : "close");
  head = head_text(answer);
  if (silent) return;
  if (const auto text = answer.body_text(); text.size() <= kCopiedBody) {
    head += text;
    sent_bytes_ = text.size();
  } else if (auto* own = std::get_if<std::string>(&answer.body)) {
    tail_ = std::make_shared<const std::string>(std::move(*own));
  } else if (auto* shared = std::get_if<Response::SharedText>(&answer.body)) {
    tail_ = std::move(*shared);
  }
}

bool Connection::step_send() {
  std::size_t this_turn = 0;
  for (;;) {
    const bool in_head = out_at_ < out_.size();
    const auto rest = in_head ? std::string_view(out_).substr(out_at_)
                      : tail_ ? std::string_view(*tail_).substr(tail_at_)
                              : std::string_view();
    if (rest.empty()) return after_sending();
    if (this_turn > kBytesPerTurn) {
      home_.loop.post([self = shared_from_this()] { self->drive(); });
      return false;
    }
    std::size_t moved = 0;
    const auto step = tls_.write(rest, moved);
    if (step == TlsStep::closed) {
      close();
      return false;
    }
    if (step != TlsStep::done) {
      wait(step);
      return false;
    }
    (in_head ? out_at_ : tail_at_) += moved;
    if (!in_head) sent_bytes_ += moved;
    this_turn += moved;
    deadline_ = services_.clock.steady() + services_.options.send_stall;
  }
}

// Everything at hand has gone out: what now?
bool Connection::after_sending() {
  out_.clear();
  out_at_ = 0;
  tail_.reset();
  if (interim_) {
    interim_ = false;
    state_ = State::reading;
    body_began_ = services_.clock.steady();
    return true;
  }
  if (!last_piece_) {
    ask_for_piece();
    return false;
  }
  if (events_) {
    if (!events_started_) {
      events_started_ = true;
      events_->start([weak = weak_from_this(), home = &home_] {
        home->loop.post([weak] {
          if (const auto connection = weak.lock()) connection->on_wake();
        });
      });
    }
    state_ = State::events;
    return true;
  }
  end_exchange();
  return state_ != State::closed;
}

void Connection::ask_for_piece() {
  state_ = State::working;
  services_.workers.submit_more([self = shared_from_this()]() mutable {
    std::string piece;
    Result<bool> more = fail("web.internal");
    try {
      more = self->source_->next(piece);
    } catch (const std::exception& thrown) {
      more = fail("web.internal", {{"reason", thrown.what()}});
    } catch (...) {
      more = fail("web.internal", {{"reason", "unknown exception"}});
    }
    auto& loop = self->home_.loop;
    loop.post([self = std::move(self), more = std::move(more), piece = std::move(piece)]() mutable {
      self->on_piece(std::move(more), std::move(piece));
    });
  });
}

void Connection::on_piece(Result<bool> more, std::string piece) {
  if (state_ != State::working) return;
  if (!more) {
    // Without its last chunk or bytes the client knows that this is no whole answer.
    services_.pipeline.log_fault(*exchange_, more.error().text());
    return close();
  }
  sent_bytes_ += piece.size();
  last_piece_ = !*more;
  if (chunked_) {
    out_ = piece.empty() ? std::string() : fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
    if (last_piece_) out_ += "0\r\n\r\n";
  } else {
    out_ = std::move(piece);
  }
  out_at_ = 0;
  state_ = State::sending;
  deadline_ = services_.clock.steady() + services_.options.send_stall;
  drive();
}

void Connection::on_wake() {
  if (state_ == State::events) drive();
}

// Sends what waits; else waits for more and for the client's leaving.
bool Connection::step_events() {
  const bool open = events_->take(out_);
  if (!out_.empty()) {
    sent_bytes_ += out_.size();
    state_ = State::sending;
    if (!open) events_.reset();
    deadline_ = services_.clock.steady() + services_.options.send_stall;
    return true;
  }
  if (!open) {
    end_exchange();
    return state_ != State::closed;
  }
  deadline_ = services_.clock.steady() + services_.options.heartbeat;
  std::string().swap(out_);
  if (waiting_read_) return false;
  std::size_t moved = 0;
  const auto step = tls_.read(home_.scratch, moved);
  if (step == TlsStep::closed) {
    close();
  } else if (step == TlsStep::done) {
    return true;  // nothing a client says on an event stream means anything
  } else {
    wait(step);
  }
  return false;
}

void Connection::end_exchange() {
  log_access();
  exchange_.reset();
  parser_.reset();
  source_.reset();
  if (events_) events_->stop();
  events_.reset();
  std::string().swap(out_);
  if (!keep_alive_) return linger();
  state_ = State::reading;
  input_untried_ = !input_.empty();
  just_answered_ = true;
  deadline_ = services_.clock.steady() + services_.options.idle_time;
}

void Connection::log_access() {
  if (!services_.access) return;
  const auto& request = exchange_->request;
  services_.access({.at = request.received,
                    .took = services_.clock.steady() - exchange_->began,
                    .request_id = request.id,
                    .client = request.client_address.empty() ? peer_ : request.client_address,
                    .account = request.caller.account,
                    .method = name_of(request.method),
                    .path = request.path,
                    .operation = request.route ? std::string_view(request.route->operation) : "",
                    .status = exchange_->answer->status,
                    .bytes = sent_bytes_});
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

// ---- time and end ----

void Connection::tick() {
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
