#include "monitor/syslog/accounts.hpp"

#include <fmt/format.h>

namespace yagura::monitor::syslog {

std::string to_prometheus(const Accounts& accounts) {
  std::string out;
  const auto head = [&](std::string_view name, std::string_view type, std::string_view help) {
    out += fmt::format("# HELP yagura_syslog_{0} {2}\n# TYPE yagura_syslog_{0} {1}\n", name, type, help);
  };
  const auto one = [&](std::string_view name, std::string_view type, std::string_view help,
                       std::uint64_t value) {
    head(name, type, help);
    out += fmt::format("yagura_syslog_{} {}\n", name, value);
  };
  one("received_total", "counter", "Lines received.", accounts.received);
  one("received_bytes_total", "counter", "Bytes of lines received.", accounts.bytes);
  one("stored_total", "counter", "Lines on disk.", accounts.stored);
  one("waiting", "gauge", "Lines read and not on disk yet.", accounts.waiting);
  one("refused_total", "counter", "Lines of unknown senders.", accounts.refused);
  one("dropped_total", "counter", "Lines given up by the intake.", accounts.dropped);
  one("lost_in_kernel_total", "counter", "Datagrams the kernel had no room for.", accounts.lost_in_kernel);
  one("cut_total", "counter", "Lines longer than the limit.", accounts.cut);
  one("store_failures_total", "counter", "Times the event store refused a batch.", accounts.store_failures);
  one("connections", "gauge", "Open connections.", accounts.connections);
  one("connections_accepted_total", "counter", "Connections accepted.", accounts.connections_accepted);
  one("connections_refused_total", "counter", "Connections over the limit.", accounts.connections_refused);
  one("connections_idle_total", "counter", "Connections closed for silence.", accounts.connections_idle);
  one("tls_failed_total", "counter", "TLS handshakes that failed.", accounts.tls_failed);
  // Names of parsers are file names of ours: letters, digits and underscores.
  head("parsed_total", "counter", "Lines by parser; none: kept whole.");
  for (const auto& [parser, count] : accounts.by_parser)
    out += fmt::format("yagura_syslog_parsed_total{{parser=\"{}\"}} {}\n", parser, count);
  head("unreadable_total", "counter", "Lines of a vendor that were not well formed.");
  for (const auto& [parser, count] : accounts.unreadable)
    out += fmt::format("yagura_syslog_unreadable_total{{parser=\"{}\"}} {}\n", parser, count);
  return out;
}

namespace {

constexpr auto kMinute = std::chrono::minutes(1);
std::int64_t minute_of(Time at) {
  return std::chrono::floor<std::chrono::minutes>(at.time_since_epoch()).count();
}

}  // namespace

void SourceAccount::count_in(Time at) {
  const auto now = minute_of(at);
  if (now != minute) {
    before_minute = now == minute + 1 ? in_minute : 0;
    in_minute = 0;
    minute = now;
  }
  ++in_minute;
}

void SourceAccount::add_rate(const SourceAccount& other) {
  if (other.minute > minute) {
    before_minute = other.minute == minute + 1 ? in_minute : 0;
    in_minute = 0;
    minute = other.minute;
  }
  if (other.minute == minute) {
    in_minute += other.in_minute;
    before_minute += other.before_minute;
  } else if (other.minute + 1 == minute) {
    before_minute += other.in_minute;
  }
}

double SourceAccount::lines_per_second(Time now) const {
  const auto passed = now.time_since_epoch() - Duration(std::chrono::minutes(minute_of(now)));
  const double left = 1.0 - std::chrono::duration<double>(passed) / std::chrono::duration<double>(kMinute);
  const auto current = minute_of(now);
  const auto part = [&](std::uint64_t lines) { return static_cast<double>(lines) * left; };
  double lines = 0;
  if (current == minute)
    lines = static_cast<double>(in_minute) + part(before_minute);
  else if (current == minute + 1)
    lines = part(in_minute);
  return lines / 60.0;
}

}  // namespace yagura::monitor::syslog
