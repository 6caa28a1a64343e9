#include "monitor/trap/decoder.hpp"

#include <sys/random.h>

#include <algorithm>

namespace yagura::monitor::trap {
namespace {

using snmp::PduType;
using snmp::Version;

constexpr std::size_t kLargest = 65536;
// Answers to unauthenticated questions, a second: enough for a restart of everything, useless as an
// amplifier.
constexpr std::uint32_t kReportsPerSecond = 1000;

bool is_notification(PduType type) {
  return type == PduType::trap_v1 || type == PduType::trap_v2 || type == PduType::inform;
}

// snmpTrapAddress.0 (RFC 3584): whose trap a proxy passes on.
Address proxied_agent(const snmp::Pdu& pdu) {
  static const snmp::Oid trap_address{1, 3, 6, 1, 6, 3, 18, 1, 3, 0};
  if (pdu.type == PduType::trap_v1)
    return pdu.trap_v1.agent == std::array<std::uint8_t, 4>{} ? Address{} : from_v4(pdu.trap_v1.agent);
  for (const auto& varbind : pdu.varbinds)
    if (varbind.name == trap_address.view() && varbind.value.content.size() == 4)
      return from_v4({varbind.value.content[0], varbind.value.content[1], varbind.value.content[2],
                      varbind.value.content[3]});
  return {};
}

Refusal refusal_of(const Error& error) {
  if (error.code == "monitor.snmp_bad_digest") return Refusal::bad_digest;
  if (error.code == "monitor.snmp_security_level") return Refusal::wrong_level;
  if (error.code == "monitor.snmp_decrypt") return Refusal::undecryptable;
  // Plain text that is no ScopedPDU after a right digest: the privacy keys differ.
  return Refusal::undecryptable;
}

}  // namespace

struct Decoder::Context {
  const Datagram& datagram;
  Time now;
  const SenderDirectory& directory;
};

Decoder::Decoder(const Clock& clock, snmp::LocalEngine local, std::vector<EngineState> engines,
                 PendingSenders& pending)
    : clock_(clock), local_(std::move(local)), pending_(pending), plain_(kLargest), out_(kLargest + 512) {
  // The stored time stands still while we are down: never ahead of the engine's own, so that nothing right is
  // refused after a restart, whatever our wall clock did meanwhile.
  for (auto& engine : engines)
    times_.emplace(std::move(engine.engine_id),
                   snmp::EngineTime::resumed(engine.boots, engine.time, clock.steady()));
  // A salt must never repeat under one key, also not after a restart within the same second.
  YAGURA_ASSERT(::getrandom(&salt_, sizeof salt_, 0) == static_cast<ssize_t>(sizeof salt_));
}

Verdict Decoder::decode(const Datagram& datagram, Time now, const SenderDirectory& directory) {
  const Context context{datagram, now, directory};
  const auto version = snmp::peek_version(datagram.bytes);
  if (!version) return {};
  return *version == Version::v3 ? v3_message(context) : community_message(context);
}

Verdict Decoder::stored(const Context& context, const snmp::Pdu& pdu, Version version, Id device) {
  Verdict verdict;
  auto& record = verdict.record;
  record.version = version;
  record.inform = pdu.type == PduType::inform;
  record.received = context.now;
  record.device = device;
  record.source = context.datagram.source;
  record.port = context.datagram.port;
  record.varbinds = pdu.varbinds;
  if (pdu.type == PduType::trap_v1) {
    record.agent = pdu.trap_v1.agent;
    record.timestamp = pdu.trap_v1.timestamp;
  }
  trap_ = pdu.notification_oid();
  if (trap_.empty()) return verdict;  // malformed: a notification that does not say which
  record.trap = trap_.view();
  verdict.what = Verdict::What::trap;
  return verdict;
}

Verdict Decoder::refuse(const Context& context, Refusal why, PendingSender seen) {
  seen.why = why;
  seen.source = context.datagram.source;
  seen.last = context.now;
  if (seen.suggested == 0)
    if (const auto& here = context.directory.by_address(seen.source); !here.empty())
      seen.suggested = here[0]->device;
  pending_.note(seen);
  Verdict verdict;
  verdict.why = why;
  return verdict;
}

Verdict Decoder::community_message(const Context& context) {
  const auto message = snmp::decode_community(context.datagram.bytes);
  if (!message) return {};
  const auto& pdu = message->pdu;
  if (!is_notification(pdu.type)) return {Verdict::What::refused, Refusal::not_a_trap, {}, {}};
  const auto agent = proxied_agent(pdu);
  const auto community = snmp::text_of(message->community);
  const auto found = context.directory.by_community(context.datagram.source, community, agent);
  if (found.found != SenderDirectory::Found::sender) {
    PendingSender seen;
    seen.version = message->version;
    seen.agent = agent;
    seen.community = community.substr(0, 64);
    seen.trap = pdu.notification_oid().text();
    if (found.sender != nullptr) seen.suggested = found.sender->device;
    const bool known = found.found == SenderDirectory::Found::wrong_community;
    return refuse(context, known ? Refusal::wrong_community : Refusal::unknown_sender, std::move(seen));
  }
  auto verdict = stored(context, pdu, message->version, found.sender->device);
  if (verdict.record.inform && verdict.what == Verdict::What::trap) {
    const auto answer =
        snmp::encode_community(out_, message->version, message->community,
                               {PduType::response, pdu.request_id, 0, 0}, pdu.varbinds.content());
    if (answer) verdict.answer = snmp::text_of(*answer);
  }
  return verdict;
}

Verdict Decoder::v3_message(const Context& context) {
  const auto message = snmp::decode_v3(context.datagram.bytes);
  if (!message) return {};
  const auto engine = message->usm.engine_id;
  if (engine.empty() || (message->reportable() && context.directory.by_engine(engine) == nullptr &&
                         snmp::text_of(engine) != snmp::text_of(local_.engine_id()))) {
    // Discovery (RFC 3414 section 4), or an inform to who we were before.
    if (!message->reportable()) return {};
    Verdict verdict;
    verdict.what = Verdict::What::discovery;
    return report(*message, snmp::UsmReport::unknown_engine, nullptr, std::move(verdict));
  }
  if (snmp::text_of(engine) == snmp::text_of(local_.engine_id())) return for_us(context, *message);
  return foreign_engine(context, *message);
}

// A trap: the sender's engine is the authoritative one.
Verdict Decoder::foreign_engine(const Context& context, const snmp::V3Message& message) {
  PendingSender seen;
  seen.version = Version::v3;
  seen.engine_id = snmp::text_of(message.usm.engine_id);
  seen.user = snmp::text_of(message.usm.user);
  seen.level = message.flags & (snmp::flag::auth | snmp::flag::priv);
  const auto* sender = context.directory.by_engine(message.usm.engine_id);
  if (sender == nullptr) {
    seen.why = Refusal::unknown_engine;
    seen.source = context.datagram.source;
    seen.last = context.now;
    if (const auto& here = context.directory.by_address(seen.source); !here.empty())
      seen.suggested = here[0]->device;
    const auto noted = pending_.note(seen);
    if (noted.is_new) prove(context, message, noted.id);
    return {Verdict::What::refused, Refusal::unknown_engine, {}, {}};
  }
  seen.suggested = sender->device;
  const auto& users = context.directory.users_of_engine(message.usm.engine_id);
  const auto user = std::ranges::find_if(
      users, [&](const KeyedUser& known) { return known.keys.user == snmp::text_of(message.usm.user); });
  if (user == users.end()) return refuse(context, Refusal::unknown_user, std::move(seen));
  const auto scoped = snmp::unseal(message, user->keys, plain_);
  if (!scoped) {
    const auto why = refusal_of(scoped.error());
    return refuse(context, why, std::move(seen));
  }
  if (message.has_auth()) {
    auto& time = times_[std::string(snmp::text_of(message.usm.engine_id))];
    const bool fresh = !time.known() || message.usm.boots > time.boots();
    const bool later = fresh || message.usm.time > time.latest();
    if (!time.accept(message.usm.boots, message.usm.time, clock_.steady()))
      return refuse(context, Refusal::out_of_window, std::move(seen));
    changed_ = changed_ || fresh;
    moved_ = moved_ || later;
  }
  if (!is_notification(scoped->pdu.type)) return {Verdict::What::refused, Refusal::not_a_trap, {}, {}};
  return stored(context, scoped->pdu, Version::v3, sender->device);
}

// A stranger's engine: does a user of the device with this address fit its digest? Then it is that device.
void Decoder::prove(const Context& context, const snmp::V3Message& message, std::uint64_t id) {
  if (!message.has_auth()) return;
  for (const auto* sender : context.directory.by_address(context.datagram.source))
    for (const auto& credentials : sender->users) {
      if (credentials.user != snmp::text_of(message.usm.user)) continue;
      const auto keys = keys_.keys(credentials, message.usm.engine_id);
      if (keys && snmp::verify(message, *keys)) return pending_.prove(id, sender->device);
    }
}

// An inform: our engine is the authoritative one, and its user may be a user of several devices.
Verdict Decoder::for_us(const Context& context, const snmp::V3Message& message) {
  PendingSender seen;
  seen.version = Version::v3;
  seen.user = snmp::text_of(message.usm.user);
  seen.level = message.flags & (snmp::flag::auth | snmp::flag::priv);
  const auto& users = context.directory.local_users(seen.user);
  if (users.empty())
    return report(message, snmp::UsmReport::unknown_user, nullptr,
                  refuse(context, Refusal::unknown_user, std::move(seen)));
  const auto from_here = [&](const KeyedUser& user) {
    return std::ranges::find(user.sender->addresses, context.datagram.source) != user.sender->addresses.end();
  };
  auto why = Refusal::bad_digest;
  const KeyedUser* found = nullptr;
  std::optional<snmp::ScopedPdu> scoped;
  for (const bool here : {true, false})
    for (const auto& user : users) {
      if (found != nullptr || from_here(user) != here) continue;
      auto opened = snmp::unseal(message, user.keys, plain_);
      if (!opened) {
        why = refusal_of(opened.error());
        continue;
      }
      found = &user;
      scoped = *opened;
    }
  if (found == nullptr) {
    const auto what = why == Refusal::wrong_level     ? snmp::UsmReport::unsupported_level
                      : why == Refusal::undecryptable ? snmp::UsmReport::decryption_error
                                                      : snmp::UsmReport::wrong_digest;
    return report(message, what, nullptr, refuse(context, why, std::move(seen)));
  }
  if (message.has_auth() && !local_.in_window(message.usm.boots, message.usm.time, clock_.steady())) {
    // The first authentic message of a sender that does not know our time is part of discovery.
    const bool asking = message.usm.boots == 0 && message.usm.time == 0;
    Verdict verdict;
    if (asking)
      verdict.what = Verdict::What::discovery;
    else
      verdict = refuse(context, Refusal::out_of_window, std::move(seen));
    return report(message, snmp::UsmReport::not_in_time_window, &found->keys, std::move(verdict));
  }
  const auto& pdu = scoped->pdu;
  if (pdu.type != PduType::inform) return {Verdict::What::refused, Refusal::not_a_trap, {}, {}};
  // Behind NAT the context engine says which device; it counts only where it is approved for the same user.
  auto device = found->sender->device;
  if (const auto* named = context.directory.by_engine(scoped->context_engine_id); named != nullptr)
    if (std::ranges::any_of(users, [&](const KeyedUser& user) { return user.sender == named; }) &&
        !from_here(*found))
      device = named->device;
  auto verdict = stored(context, pdu, Version::v3, device);
  if (verdict.what != Verdict::What::trap) return verdict;
  snmp::V3Fields fields;
  fields.id = message.id;
  fields.reportable = false;
  fields.engine_id = local_.engine_id();
  fields.boots = local_.boots();
  fields.time = local_.time_at(clock_.steady());
  fields.context_engine_id = scoped->context_engine_id;
  fields.context_name = scoped->context_name;
  fields.pdu = {PduType::response, pdu.request_id, 0, 0};
  fields.varbinds = pdu.varbinds.content();
  fields.salt = ++salt_;
  const auto answer = snmp::encode_v3(out_, fields, found->keys);
  if (answer) verdict.answer = snmp::text_of(*answer);
  return verdict;
}

// A Report (RFC 3412 section 7.1 step 3); authenticated where keys are given, as the sender believes the time
// only then.
Verdict Decoder::report(const snmp::V3Message& message, snmp::UsmReport what, const snmp::UsmKeys* keys,
                        Verdict verdict) {
  const auto now = clock_.steady();
  if (now - reports_since_ >= std::chrono::seconds(1)) {
    reports_since_ = now;
    reports_ = 0;
  }
  if (!message.reportable() || ++reports_ > kReportsPerSecond) return verdict;
  std::array<std::uint8_t, 64> list{};
  snmp::BerWriter varbinds(list);
  const std::uint8_t one = 1;
  snmp::write_varbind(varbinds, snmp::usm_report_oid(what), snmp::tag::counter32, {&one, 1});
  snmp::V3Fields fields;
  fields.id = message.id;
  fields.reportable = false;
  fields.engine_id = local_.engine_id();
  fields.boots = local_.boots();
  fields.time = local_.time_at(now);
  fields.context_engine_id = local_.engine_id();
  std::int32_t request_id = 0;
  if (!message.has_priv())
    if (const auto scoped = snmp::decode_scoped(message.data)) request_id = scoped->pdu.request_id;
  fields.pdu = {PduType::report, request_id, 0, 0};
  fields.varbinds = varbinds.bytes();
  snmp::UsmKeys nobody;
  nobody.user = snmp::text_of(message.usm.user);
  const auto answer = keys != nullptr ? snmp::encode_v3(out_, fields, *keys, snmp::flag::auth)
                                      : snmp::encode_v3(out_, fields, nobody, 0);
  if (answer) verdict.answer = snmp::text_of(*answer);
  return verdict;
}

std::vector<EngineState> Decoder::engines() const {
  std::vector<EngineState> out;
  for (const auto& [id, time] : times_)
    if (time.known()) out.push_back({id, time.boots(), time.latest()});
  std::ranges::sort(out, {}, &EngineState::engine_id);
  return out;
}

}  // namespace yagura::monitor::trap
