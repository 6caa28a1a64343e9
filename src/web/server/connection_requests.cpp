// The side of a connection that reads: bytes to requests, requests to the pipeline and its workers.
#include "web/server/connection.hpp"

namespace yagura::web {
namespace {

constexpr std::uint64_t kBodyBeforeGate = 64 * 1024;  // larger bodies are read only from who may send them

}  // namespace

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
  exchange_->request.gone = gone_ = std::make_shared<std::atomic<bool>>(false);
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

}  // namespace yagura::web
