#include "monitor/syslog/intake.hpp"

#include "monitor/syslog/streams.hpp"

namespace yagura::monitor::syslog {

Intake::Intake(const Clock& clock, eventstore::EventStore& store, std::shared_ptr<const VendorSet> vendors,
               IntakeOptions options)
    : clock_(clock),
      store_(store),
      vendors_(std::move(vendors)),
      options_(std::move(options)),
      delivery_(store, options_.delivery),
      directory_(SourceDirectory::build({}, std::nullopt)) {}

Intake::~Intake() { stop(); }

Result<> Intake::start() {
  const auto open = [&](const std::vector<ListenAddress>& addresses,
                        int type) -> Result<std::vector<Socket>> {
    std::vector<Socket> out;
    for (const auto& address : addresses) {
      YAGURA_TRY(auto socket, open_socket(address.address, address.port, type, options_.receive_buffer,
                                          "monitor.syslog_listen"));
      out.push_back(std::move(socket));
    }
    return out;
  };
  const auto gatherer = [&]() -> Result<Gatherer> {
    YAGURA_TRY(auto reader, LineReader::make(store_.kinds(), vendors_));
    return Gatherer(clock_, delivery_, std::move(reader), vendors_->names(), options_.gather);
  };
  YAGURA_TRY(auto udp, open(options_.udp, SOCK_DGRAM));
  YAGURA_TRY(auto tcp, open(options_.tcp, SOCK_STREAM));
  YAGURA_TRY(auto tls, open(options_.tls, SOCK_STREAM));
  std::optional<TlsContext> context;
  if (!tls.empty()) {
    YAGURA_TRY(context, TlsContext::make(options_.tls_files));
  }
  YAGURA_TRY(auto of_datagrams, gatherer());
  YAGURA_TRY(auto of_streams, gatherer());
  datagrams_ =
      std::make_unique<DatagramReceiver>(clock_, directory_, std::move(of_datagrams), std::move(udp));
  streams_ = std::make_unique<StreamReceiver>(clock_, directory_, std::move(of_streams), options_,
                                              std::move(tcp), std::move(tls), std::move(context));
  delivery_.start();
  datagrams_->start();
  streams_->start();
  return {};
}

void Intake::stop() {
  delivery_.release();
  if (datagrams_) datagrams_->stop();
  if (streams_) streams_->stop();
  delivery_.stop();
}

void Intake::set_directory(std::shared_ptr<const SourceDirectory> directory) {
  directory_.with([&](auto& held) { held.swap(directory); });
}

Accounts Intake::accounts() const {
  Accounts out;
  std::map<Address, SourceAccount> sources;
  const auto delivered = delivery_.counts();
  out.stored = delivered.stored;
  out.dropped = delivered.dropped;
  out.waiting = delivered.waiting;
  out.store_failures = delivered.failures;
  if (datagrams_) {
    datagrams_->gatherer().add_to(out, sources);
    out.lost_in_kernel = datagrams_->lost_in_kernel();
  }
  if (streams_) {
    streams_->gatherer().add_to(out, sources);
    const auto& counts = streams_->counts();
    out.connections = counts.open;
    out.connections_accepted = counts.accepted;
    out.connections_refused = counts.refused;
    out.connections_idle = counts.idle;
    out.tls_failed = counts.tls_failed;
  }
  return out;
}

std::vector<std::pair<Address, SourceAccount>> Intake::sources() const {
  Accounts unused;
  std::map<Address, SourceAccount> out;
  if (datagrams_) datagrams_->gatherer().add_to(unused, out);
  if (streams_) streams_->gatherer().add_to(unused, out);
  return {out.begin(), out.end()};
}

Intake::Ports Intake::ports() const {
  Ports out;
  if (datagrams_)
    for (const auto& socket : datagrams_->sockets()) out.udp.push_back(socket.port);
  if (streams_) {
    for (const auto& socket : streams_->plain()) out.tcp.push_back(socket.port);
    for (const auto& socket : streams_->secure()) out.tls.push_back(socket.port);
  }
  return out;
}

}  // namespace yagura::monitor::syslog
