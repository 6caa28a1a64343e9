// The side of a connection that writes: how the end of a body is known, back-pressure, streams of events.
#include <fmt/format.h>

#include "web/server/connection.hpp"

namespace yagura::web {
namespace {

constexpr std::size_t kCopiedBody = 16 * 1024;     // up to here head and body go out as one record
constexpr std::size_t kBytesPerTurn = 256 * 1024;  // then other connections have their turn

}  // namespace

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

}  // namespace yagura::web
