#include "monitor/syslog/streams.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace yagura::monitor::syslog {
namespace {

constexpr std::size_t kRead = 64U << 10U;

}  // namespace

struct StreamReceiver::Connection {
  Connection(Socket made, const Address& from, std::size_t most_line, Duration now)
      : socket(std::move(made)), address(from), framer(most_line), last(now) {}

  Socket socket;
  Address address{};
  std::unique_ptr<SSL, decltype(&SSL_free)> tls{nullptr, &SSL_free};
  bool shaking = false;  // the handshake of TLS is not done
  bool wants_write = false;
  bool ended = false;
  Framer framer;
  std::uint64_t cut_told = 0;
  Duration last;
};

Result<TlsContext> TlsContext::make(const TlsFiles& files) {
  const auto failed = [&](const std::filesystem::path& file) {
    std::array<char, 200> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    return fail("monitor.syslog_tls", {{"file", file.string()}, {"reason", text.data()}});
  };
  TlsContext out;
  out.context_ = {SSL_CTX_new(TLS_server_method()), &SSL_CTX_free};
  if (!out.context_) return failed({});
  SSL_CTX_set_min_proto_version(out.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(out.get(), SSL_OP_NO_RENEGOTIATION);
  // A session that is taken up again would not show its certificate anew.
  SSL_CTX_set_session_cache_mode(out.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(out.get(), 0);
  if (SSL_CTX_use_certificate_chain_file(out.get(), files.certificate.c_str()) != 1)
    return failed(files.certificate);
  if (SSL_CTX_use_PrivateKey_file(out.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(out.get()) != 1)
    return failed(files.key);
  if (!files.client_authorities.empty()) {
    if (SSL_CTX_load_verify_locations(out.get(), files.client_authorities.c_str(), nullptr) != 1)
      return failed(files.client_authorities);
    SSL_CTX_set_verify(out.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return out;
}

StreamReceiver::StreamReceiver(const Clock& clock, const DirectoryHolder& directory, Gatherer gatherer,
                               const IntakeOptions& options, std::vector<Socket> plain,
                               std::vector<Socket> secure, std::optional<TlsContext> tls)
    : clock_(clock),
      directory_(directory),
      gatherer_(std::move(gatherer)),
      options_(options),
      plain_(std::move(plain)),
      secure_(std::move(secure)),
      tls_(std::move(tls)),
      buffer_(kRead, '\0') {}

StreamReceiver::~StreamReceiver() { stop(); }

void StreamReceiver::start() {
  thread_ = std::thread([this] { run(); });
}

void StreamReceiver::stop() {
  stopping_ = true;
  wake(wake_);
  if (thread_.joinable()) thread_.join();
}

void StreamReceiver::run() {
  std::vector<pollfd> waits;
  while (!stopping_) {
    waits.clear();
    for (const auto* listeners : {&plain_, &secure_})
      for (const auto& listener : *listeners) waits.push_back({listener.file(), POLLIN, 0});
    for (const auto& one : connections_)
      waits.push_back({one->socket.file(), static_cast<short>(one->wants_write ? POLLOUT : POLLIN), 0});
    waits.push_back({wake_.file(), POLLIN, 0});
    const auto due = std::chrono::ceil<std::chrono::milliseconds>(gatherer_.flush(false));
    ::poll(waits.data(), waits.size(), static_cast<int>(due.count()));
    const auto listeners = plain_.size() + secure_.size();
    const auto before = connections_.size();
    for (std::size_t i = 0; i < before && !stopping_; ++i)
      if (waits[listeners + i].revents != 0) serve(*connections_[i]);
    for (std::size_t i = 0; i < listeners; ++i)
      if (waits[i].revents != 0)
        accept_all(i < plain_.size() ? plain_[i] : secure_[i - plain_.size()], i >= plain_.size());
    close_ended();
  }
  // What has arrived and was not read yet, a bounded amount of it.
  for (auto& one : connections_) {
    for (int rounds = 0; rounds < 64 && !one->ended && !one->shaking; ++rounds) {
      pollfd wait{one->socket.file(), POLLIN, 0};
      if (::poll(&wait, 1, 0) <= 0 && !(one->tls && SSL_pending(one->tls.get()) > 0)) break;
      serve(*one);
    }
    one->ended = true;
  }
  close_ended();
  gatherer_.flush(true);
}

void StreamReceiver::accept_all(const Socket& listener, bool secure) {
  for (int count = 0; count < 64; ++count) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    Socket socket(
        ::accept4(listener.file(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.file() < 0) {
      if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS) return;
      // Out of descriptors: the connection stays in the queue, and asking again at once would only spin.
      counts_.refused.fetch_add(1);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      return;
    }
    const auto address = address_of(from);
    const bool full = connections_.size() >= options_.most_connections;
    auto& here = each_[address];
    if (full || here >= options_.most_connections_each) {
      if (here == 0) each_.erase(address);
      counts_.refused.fetch_add(1);
      continue;
    }
    auto made = std::make_unique<Connection>(std::move(socket), address, options_.most_line, clock_.steady());
    const int on = 1;
    ::setsockopt(made->socket.file(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (secure) {
      made->tls.reset(SSL_new(tls_->get()));
      if (!made->tls || SSL_set_fd(made->tls.get(), made->socket.file()) != 1) {
        if (here == 0) each_.erase(address);
        counts_.tls_failed.fetch_add(1);
        continue;
      }
      SSL_set_accept_state(made->tls.get());
      made->shaking = true;
    }
    ++here;
    counts_.accepted.fetch_add(1);
    counts_.open.fetch_add(1);
    connections_.push_back(std::move(made));
  }
}

// Reads once; TLS until its records are used up, because poll() does not see what it holds.
void StreamReceiver::serve(Connection& one) {
  if (!one.tls) {
    const auto got = ::recv(one.socket.file(), buffer_.data(), buffer_.size(), 0);
    if (got > 0) return lines(one, {buffer_.data(), static_cast<std::size_t>(got)});
    one.ended = got == 0 || (errno != EAGAIN && errno != EINTR);
    return;
  }
  for (int rounds = 0; rounds < 16; ++rounds) {
    ERR_clear_error();
    std::size_t got = 0;
    const int done = one.shaking ? SSL_do_handshake(one.tls.get())
                                 : SSL_read_ex(one.tls.get(), buffer_.data(), buffer_.size(), &got);
    if (done != 1) {
      const int why = SSL_get_error(one.tls.get(), done);
      one.wants_write = why == SSL_ERROR_WANT_WRITE;
      if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return;
      if (one.shaking) counts_.tls_failed.fetch_add(1);
      one.ended = true;
      return;
    }
    one.wants_write = false;
    if (one.shaking) {
      one.shaking = false;
      one.last = clock_.steady();
    } else {
      lines(one, {buffer_.data(), got});
    }
    if (SSL_pending(one.tls.get()) == 0 && !one.shaking && got > 0) return;
  }
}

void StreamReceiver::lines(Connection& one, std::string_view bytes) {
  one.last = clock_.steady();
  const auto directory = directory_.with([](const auto& held) { return held; });
  const auto now = clock_.now();
  one.framer.feed(bytes, [&](std::string_view line) { gatherer_.take(line, now, one.address, directory); });
  gatherer_.count_cut(one.framer.cut() - std::exchange(one.cut_told, one.framer.cut()));
}

void StreamReceiver::close_ended() {
  const auto now = clock_.steady();
  for (auto& one : connections_) {
    if (!one->ended && one->shaking && now - one->last > options_.handshake) {
      counts_.tls_failed.fetch_add(1);
      one->ended = true;
    } else if (!one->ended && now - one->last > options_.idle) {
      counts_.idle.fetch_add(1);
      one->ended = true;
    }
    if (!one->ended) continue;
    const auto directory = directory_.with([](const auto& held) { return held; });
    one->framer.end(
        [&](std::string_view line) { gatherer_.take(line, clock_.now(), one->address, directory); });
    gatherer_.count_cut(one->framer.cut() - one->cut_told);
    if (--each_[one->address] == 0) each_.erase(one->address);
    counts_.open.fetch_sub(1);
    one.reset();
  }
  std::erase(connections_, nullptr);
}

}  // namespace yagura::monitor::syslog
