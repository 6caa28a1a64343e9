// An SNMP agent of our own, answering from a table: for tests and benches, never for production.
//
// It can be made to fail as real agents do: drop requests, answer tooBig above a size, end without order.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "monitor/snmp/usm.hpp"

namespace yagura::monitor::poll {

// What an agent answers from; many agents may share one.
class SimulatedMib {
 public:
  struct Object {
    snmp::Oid name;
    std::uint8_t type;
    std::string content;
  };
  void set(const snmp::Oid& name, std::uint8_t type, std::string content) {
    const auto at = lower(name);
    if (at != objects_.size() && objects_[at].name == name)
      objects_[at] = {name, type, std::move(content)};
    else
      objects_.insert(objects_.begin() + static_cast<std::ptrdiff_t>(at), {name, type, std::move(content)});
  }
  void set(std::string_view name, std::uint8_t type, std::uint64_t value) {
    std::array<std::uint8_t, 16> room;
    snmp::BerWriter out{room};
    out.unsigned_tagged(type, value);
    set(*snmp::Oid::parse(name), type, std::string(snmp::text_of(out.bytes().subspan(2))));
  }
  void set_text(std::string_view name, std::string value) {
    set(*snmp::Oid::parse(name), snmp::tag::octet_string, std::move(value));
  }
  void erase(std::string_view name) {
    const snmp::Oid oid = *snmp::Oid::parse(name);
    std::erase_if(objects_, [&](const Object& o) { return o.name == oid; });
  }
  // Index of the first object not before `name`.
  [[nodiscard]] std::size_t lower(snmp::OidView name) const {
    return static_cast<std::size_t>(
        std::lower_bound(objects_.begin(), objects_.end(), name,
                         [](const Object& o, snmp::OidView n) { return (o.name.view() <=> n) < 0; }) -
        objects_.begin());
  }
  [[nodiscard]] const Object* at(std::size_t index) const {
    return index < objects_.size() ? &objects_[index] : nullptr;
  }
  [[nodiscard]] const Object* get(snmp::OidView name) const {
    const Object* const found = at(lower(name));
    return found && found->name.view() == name ? found : nullptr;
  }
  [[nodiscard]] const Object* after(snmp::OidView name) const {
    std::size_t index = lower(name);
    if (const Object* const same = at(index); same && same->name.view() == name) ++index;
    return at(index);
  }

 private:
  std::vector<Object> objects_;  // in order
};

class SimulatedAgent {
 public:
  explicit SimulatedAgent(const SimulatedMib& mib) : mib_(&mib) {}

  std::string community = "public";
  std::optional<snmp::UsmUser> user;  // v3 when set
  std::string engine_id = "\x80\x01\x02\x03\x04test";
  std::uint32_t boots = 1;
  Duration started{};
  std::size_t too_big_above = 65000;  // octets of a response
  bool endless = false;               // GETNEXT and GETBULK go round in circles
  int requests = 0;

  // The response in `room`, or nothing.
  snmp::Bytes answer(snmp::Bytes request, Duration now, std::span<std::uint8_t> room) {
    ++requests;
    const auto version = snmp::peek_version(request);
    if (!version) return {};
    if (*version == snmp::Version::v3) return user ? answer_v3(request, now, room) : snmp::Bytes{};
    const auto message = snmp::decode_community(request);
    if (!message || snmp::text_of(message->community) != community) return {};
    list_.resize(room.size());
    snmp::BerWriter out{list_};
    const auto fields = respond(message->pdu, message->version == snmp::Version::v1, out);
    const auto sent =
        snmp::encode_community(room, message->version, message->community, fields,
                               fields.error_status ? message->pdu.varbinds.content() : out.bytes());
    return sent ? *sent : snmp::Bytes{};
  }

 private:
  snmp::PduFields respond(const snmp::Pdu& pdu, bool v1, snmp::BerWriter& out) {
    snmp::PduFields fields{snmp::PduType::response, pdu.request_id, 0, 0};
    found_.clear();
    const bool bulk = pdu.type == snmp::PduType::get_bulk, get = pdu.type == snmp::PduType::get;
    std::int32_t index = 0;
    names_.clear();
    for (const snmp::VarBind& v : pdu.varbinds) {
      ++index;
      const SimulatedMib::Object* const o = get ? mib_->get(v.name) : next(v.name);
      if (!o && v1) return {snmp::PduType::response, pdu.request_id, snmp::error_status::no_such_name, index};
      names_.push_back(v.name);
      found_.push_back(o);
    }
    if (bulk) {
      const std::size_t width = found_.size();
      for (std::int32_t row = 1; row < pdu.error_index && found_.size() < 2000; ++row)
        for (std::size_t i = 0; i < width; ++i) {
          const auto* const before = found_[found_.size() - width];
          names_.push_back(before ? before->name.view() : names_[names_.size() - width]);
          found_.push_back(before ? next(before->name) : nullptr);
        }
    }
    for (std::size_t i = found_.size(); i-- > 0;) {
      if (found_[i])
        snmp::write_varbind(out, found_[i]->name, found_[i]->type, snmp::bytes_of(found_[i]->content));
      else
        snmp::write_varbind(out, names_[i], get ? snmp::tag::no_such_object : snmp::tag::end_of_mib_view, {});
    }
    if (!out.ok() || out.size() > too_big_above) fields.error_status = snmp::error_status::too_big;
    return fields;
  }
  const SimulatedMib::Object* next(snmp::OidView name) const {
    const auto* const o = mib_->after(name);
    return !o && endless ? mib_->at(0) : o;
  }
  snmp::Bytes answer_v3(snmp::Bytes request, Duration now, std::span<std::uint8_t> room) {
    const auto message = snmp::decode_v3(request);
    if (!message) return {};
    const snmp::LocalEngine me(engine_id, boots, started);
    if (keyed_for_ != engine_id) {
      keys_ = *user->localize(snmp::bytes_of(engine_id));
      keyed_for_ = engine_id;
    }
    const auto report = [&](snmp::UsmReport what, const snmp::UsmKeys& keys) {
      const auto sent = snmp::encode_report(room, *message, me, what, 1, now, keys);
      return sent ? *sent : snmp::Bytes{};
    };
    if (snmp::text_of(message->usm.engine_id) != engine_id)
      return report(snmp::UsmReport::unknown_engine, snmp::UsmKeys{});
    if (snmp::text_of(message->usm.user) != keys_.user)
      return report(snmp::UsmReport::unknown_user, snmp::UsmKeys{});
    scratch_.resize(message->data.size());
    const auto scoped = snmp::unseal(*message, keys_, scratch_);
    if (!scoped)
      return report(scoped.error().code == "monitor.snmp_bad_digest" ? snmp::UsmReport::wrong_digest
                    : scoped.error().code == "monitor.snmp_security_level"
                        ? snmp::UsmReport::unsupported_level
                        : snmp::UsmReport::decryption_error,
                    snmp::UsmKeys{});
    if (keys_.auth != snmp::AuthProtocol::none && !me.in_window(message->usm.boots, message->usm.time, now))
      return report(snmp::UsmReport::not_in_time_window, keys_);
    list_.resize(room.size());
    snmp::BerWriter out{list_};
    snmp::V3Fields f;
    f.pdu = respond(scoped->pdu, false, out);
    f.id = message->id;
    f.reportable = false;
    f.engine_id = f.context_engine_id = snmp::bytes_of(engine_id);
    f.boots = boots;
    f.time = me.time_at(now);
    f.varbinds = f.pdu.error_status ? scoped->pdu.varbinds.content() : out.bytes();
    f.salt = ++salt_;
    const auto sent = snmp::encode_v3(room, f, keys_);
    return sent ? *sent : snmp::Bytes{};
  }

  const SimulatedMib* mib_;
  std::vector<std::uint8_t> list_, scratch_;
  std::vector<const SimulatedMib::Object*> found_;
  std::vector<snmp::OidView> names_;
  snmp::UsmKeys keys_;
  std::string keyed_for_;
  std::uint64_t salt_ = 0;
};

}  // namespace yagura::monitor::poll
