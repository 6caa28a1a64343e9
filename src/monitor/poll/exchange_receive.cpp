// What comes back: matching, v3 Reports, responses to GET and to walks.
#include <algorithm>

#include "monitor/poll/exchange_state.hpp"

namespace yagura::monitor::poll {

namespace {

// Some agents send Reports for ever; a request follows this many.
constexpr int most_reports = 3;

const char* refusal(snmp::UsmReport what) {
  switch (what) {
    case snmp::UsmReport::unknown_user:
      return "monitor.snmp_refused_user";
    case snmp::UsmReport::wrong_digest:
      return "monitor.snmp_refused_password";
    case snmp::UsmReport::decryption_error:
      return "monitor.snmp_refused_privacy";
    case snmp::UsmReport::unsupported_level:
      return "monitor.snmp_refused_level";
    default:
      return "monitor.snmp_refused_time";
  }
}

}  // namespace

Exchange::Pending* Exchange::match(std::int32_t id, const Endpoint& from) {
  const std::uint32_t slot = static_cast<std::uint32_t>(id) & 0xffff;
  if (id < 0 || slot >= pending_.size() || !pending_[slot].device ||
      request_id(slot, pending_[slot].generation) != id) {
    ++counts_.unmatched;
    return nullptr;
  }
  if (pending_[slot].device->target.endpoint != from) {
    ++counts_.wrong_source;
    return nullptr;
  }
  return &pending_[slot];
}

void Exchange::receive(const Endpoint& from, snmp::Bytes datagram, Duration now) {
  ++counts_.received;
  const auto version = snmp::peek_version(datagram);
  if (!version) {
    ++counts_.malformed;
    return;
  }
  if (*version == snmp::Version::v3) {
    receive_v3(from, datagram, now);
    pump(now);
    return;
  }
  const auto message = snmp::decode_community(datagram);
  if (!message || message->pdu.type != snmp::PduType::response) {
    ++counts_.malformed;
    return;
  }
  const Pending* const p = match(message->pdu.request_id, from);
  if (!p) return;
  if (p->device->target.access.version != message->version) {
    ++counts_.unmatched;
    return;
  }
  response(static_cast<std::uint32_t>(p - pending_.data()), message->pdu, now);
  pump(now);
}

void Exchange::receive_v3(const Endpoint& from, snmp::Bytes datagram, Duration now) {
  const auto message = snmp::decode_v3(datagram);
  if (!message) {
    ++counts_.malformed;
    return;
  }
  Pending* const p = match(message->id, from);
  if (!p || !p->device->v3()) return;
  const auto slot = static_cast<std::uint32_t>(p - pending_.data());
  Device& device = *p->device;
  const bool clear = !message->has_auth();
  if (p->discovery || (clear && device.keys.auth != snmp::AuthProtocol::none)) {
    // Only a Report may come in the clear.
    const auto scoped = clear ? snmp::decode_scoped(message->data) : fail("monitor.snmp_security_level");
    if (!scoped || scoped->pdu.type != snmp::PduType::report)
      ++counts_.malformed;
    else if (p->discovery)
      discovered(slot, *message, now);
    else
      report(slot, *message, scoped->pdu, false, now);
    return;
  }
  const auto scoped = snmp::unseal(*message, device.keys, device.keys.level() & snmp::flag::auth, scratch_);
  if (!scoped) {
    p->bad_digest = scoped.error().code == "monitor.snmp_bad_digest";
    ++(p->bad_digest ? counts_.bad_digest : counts_.malformed);
    return;
  }
  if (scoped->pdu.type == snmp::PduType::report) {
    report(slot, *message, scoped->pdu, !clear, now);
    return;
  }
  if (scoped->pdu.type != snmp::PduType::response || scoped->pdu.request_id != message->id ||
      (message->flags & 3) != device.keys.level() ||
      snmp::text_of(message->usm.engine_id) != device.engine_id) {
    ++counts_.malformed;
    return;
  }
  if (!clear && !device.time.accept(message->usm.boots, message->usm.time, now)) {
    p->out_of_window = true;
    ++counts_.out_of_window;
    return;
  }
  response(slot, scoped->pdu, now);
}

void Exchange::discovered(std::uint32_t slot, const snmp::V3Message& message, Duration now) {
  Pending& p = pending_[slot];
  Device& device = *p.device;
  const snmp::Bytes engine = message.usm.engine_id;
  if (engine.size() < 5) {  // RFC 3411: 5 to 32 octets
    ++counts_.malformed;
    return;
  }
  auto keys = key_cache_.keys(device.target.access.usm, engine);
  if (!keys) {
    const std::uint32_t run = p.job.run;
    release(slot);
    run_failed(run, keys.error(), now);
    return;
  }
  device.engine_id = snmp::text_of(engine);
  device.keys = *std::move(keys);
  device.keyed = true;
  device.time = snmp::EngineTime{};
  device.guess = snmp::EngineTime(message.usm.boots, message.usm.time, now);
  if (p.discovery)
    release(slot);
  else
    resend(slot, now);
}

void Exchange::report(std::uint32_t slot, const snmp::V3Message& message, const snmp::Pdu& pdu, bool trusted,
                      Duration now) {
  Pending& p = pending_[slot];
  Device& device = *p.device;
  const auto what = snmp::usm_report(pdu);
  if (++p.reports <= most_reports && what == snmp::UsmReport::unknown_engine) {
    discovered(slot, message, now);
    return;
  }
  if (p.reports <= most_reports && what == snmp::UsmReport::not_in_time_window) {
    if (trusted && !device.time.accept(message.usm.boots, message.usm.time, now)) {
      p.out_of_window = true;
      ++counts_.out_of_window;
      return;
    }
    if (!trusted) device.guess = snmp::EngineTime(message.usm.boots, message.usm.time, now);
    resend(slot, now);
    return;
  }
  const Job job = p.job;
  release(slot);
  device.waiting.push_front(job);
  run_failed(job.run, Error{refusal(what.value_or(snmp::UsmReport::not_in_time_window)), {}}, now);
}

void Exchange::response(std::uint32_t slot, const snmp::Pdu& pdu, Duration now) {
  if (runs_[pending_[slot].job.run]->given_up) {
    const std::uint32_t run = pending_[slot].job.run;
    release(slot);
    job_done(run, now);
  } else if (pending_[slot].job.table == no_table) {
    get_response(slot, pdu, now);
  } else {
    walk_response(slot, pdu, now);
  }
}

void Exchange::get_response(std::uint32_t slot, const snmp::Pdu& pdu, Duration now) {
  namespace es = snmp::error_status;
  Device& device = *pending_[slot].device;
  const Job job = pending_[slot].job;
  Run& run = *runs_[job.run];
  release(slot);
  const auto part = [&](std::uint32_t first, std::uint32_t end) {
    if (first < end) requeue(device, {job.run, no_table, first, end - first});
  };
  const std::uint32_t end = job.first + job.count;
  if (pdu.error_status == es::no_error) {
    run.answer.content += snmp::text_of(pdu.varbinds.content());
  } else if (pdu.error_status != es::too_big && pdu.error_index >= 1 &&
             static_cast<std::uint32_t>(pdu.error_index) <= job.count) {
    // One binding is at fault: the others are asked again without it.
    const std::uint32_t bad = job.first + static_cast<std::uint32_t>(pdu.error_index) - 1;
    if (pdu.error_status != es::no_such_name && !run.answer.error)
      run.answer.error =
          Error{"monitor.snmp_error",
                {{"status", std::to_string(pdu.error_status)}, {"oid", run.query->names()[bad].text()}}};
    part(job.first, bad);
    part(bad + 1, end);
  } else if (job.count > 1) {
    const std::uint32_t half = job.count / 2;
    if (pdu.error_status == es::too_big) device.varbinds = std::min(device.varbinds, std::max(1U, half));
    part(job.first, job.first + half);
    part(job.first + half, end);
  } else if (!run.answer.error) {
    run.answer.error =
        Error{"monitor.snmp_error",
              {{"status", std::to_string(pdu.error_status)}, {"oid", run.query->names()[job.first].text()}}};
  }
  job_done(job.run, now);
}

void Exchange::walk_response(std::uint32_t slot, const snmp::Pdu& pdu, Duration now) {
  namespace es = snmp::error_status;
  Device& device = *pending_[slot].device;
  const Job job = pending_[slot].job;
  Run& run = *runs_[job.run];
  auto& walk = run.walks[job.table];
  auto& columns = walk.columns;
  const bool v1 = device.target.access.version == snmp::Version::v1;
  release(slot);
  const auto complain = [&](const char* code, const snmp::Oid& where) {
    if (!run.answer.error)
      run.answer.error = Error{code, {{"oid", where.text()}, {"status", std::to_string(pdu.error_status)}}};
  };
  if (pdu.error_status == es::too_big) {
    if (device.bulk_values > columns.size()) {
      device.bulk_values = std::max<std::uint32_t>(1, device.bulk_values / 2);
    } else if (columns.size() > 1) {
      Walk other;
      const auto half = columns.begin() + static_cast<std::ptrdiff_t>(columns.size() / 2);
      other.columns.assign(half, columns.end());
      columns.erase(half, columns.end());
      requeue(device, {job.run, static_cast<std::uint32_t>(run.walks.size()), 0, 0});
      run.walks.push_back(std::move(other));  // `walk` may be stale from here on
    } else {
      complain("monitor.snmp_error", *columns[0].column);
      columns.clear();
    }
  } else if (pdu.error_status != es::no_error) {
    const std::size_t bad =
        pdu.error_index >= 1 && static_cast<std::size_t>(pdu.error_index) <= columns.size()
            ? static_cast<std::size_t>(pdu.error_index) - 1
            : 0;
    if (!(v1 && pdu.error_status == es::no_such_name)) complain("monitor.snmp_error", *columns[bad].column);
    columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(bad));
  } else {
    std::size_t at = 0;
    const std::size_t width = columns.size();
    for (const snmp::VarBind& v : pdu.varbinds) {
      auto& column = columns[at++ % width];
      if (column.over) continue;
      if (v.value.is_exception() || !v.name.starts_with(*column.column) || v.name == column.column->view()) {
        column.over = true;
      } else if (v.name <= column.last.view()) {
        complain("monitor.snmp_loop", *column.column);
        column.over = true;
      } else if (++walk.values > std::int64_t{device.target.limits.rows} * static_cast<std::int64_t>(width)) {
        complain("monitor.snmp_rows", *column.column);
        column.over = true;
      } else {
        run.answer.content += snmp::text_of(v.whole);
        column.last = snmp::Oid{v.name};
      }
    }
    if (at < width) {
      // Fewer bindings than columns is no answer to this request; without this a walk would never end.
      complain("monitor.snmp_loop", *columns[at].column);
      columns.clear();
    }
    std::erase_if(columns, [](const auto& column) { return column.over; });
  }
  if (!run.walks[job.table].columns.empty()) requeue(device, {job.run, job.table, 0, 0});
  job_done(job.run, now);
}

}  // namespace yagura::monitor::poll
