// Queues, sending and deadlines; exchange_receive.cpp reads what comes back.
#include "monitor/poll/exchange.hpp"

#include <sys/random.h>

#include <algorithm>

#include "monitor/poll/exchange_state.hpp"

namespace yagura::monitor::poll {

namespace {

std::uint64_t random_number() {
  std::uint64_t out = 0;
  YAGURA_ASSERT(::getrandom(&out, sizeof out, 0) == sizeof out);
  return out;
}

// A walk's columns beyond this many are walked as another one: their rows would not fit a datagram.
constexpr std::size_t walk_width = 20;

}  // namespace

Exchange::Exchange(DatagramSink& out, snmp::UsmKeyCache& keys, std::size_t window)
    : out_(out),
      key_cache_(keys),
      window_(std::min<std::size_t>(window, 65535)),
      scratch_(65536),
      wheel_(wheel_size) {}

Exchange::~Exchange() = default;

Exchange::Device* Exchange::find(Id device) {
  const auto found = devices_.find(device);
  return found == devices_.end() ? nullptr : found->second.get();
}

void Exchange::set(const Target& target) {
  auto& device = devices_[target.device];
  if (!device) {
    device = std::make_unique<Device>();
    device->salt = random_number();
  }
  device->target = target;
  device->target.limits.in_flight = std::max(1, target.limits.in_flight);
  device->varbinds = static_cast<std::uint32_t>(std::max(1, target.limits.varbinds));
  device->bulk_values = static_cast<std::uint32_t>(std::max(1, target.limits.bulk_values));
  device->forget_engine();
}

void Exchange::remove(Id id) {
  const auto found = devices_.find(id);
  if (found == devices_.end()) return;
  const std::unique_ptr<Device> device = std::move(found->second);
  devices_.erase(found);  // first: a callback below that asks again must not find it
  for (std::uint32_t slot = 0; device->in_flight > 0 && slot < pending_.size(); ++slot) {
    if (pending_[slot].device != device.get()) continue;
    if (!pending_[slot].discovery) device->waiting.push_back(pending_[slot].job);
    release(slot);
  }
  for (const Job& job : device->waiting) {
    runs_[job.run]->answer.error = Error{"monitor.device_removed", {}};
    job_done(job.run, runs_[job.run]->answer.asked);
  }
}

void Exchange::ask(Id id, std::shared_ptr<const Query> query, Done done, Duration now) {
  Device* const device = find(id);
  if (!device) {
    Answer answer;
    answer.device = id;
    answer.error = Error{"monitor.device_removed", {}};
    done(std::move(answer));
    return;
  }
  std::uint32_t index;
  if (free_runs_.empty()) {
    index = static_cast<std::uint32_t>(runs_.size());
    runs_.emplace_back();
  } else {
    index = free_runs_.back();
    free_runs_.pop_back();
  }
  runs_[index] = std::make_unique<Run>();
  Run& run = *runs_[index];
  run.query = std::move(query);
  run.done = std::move(done);
  run.answer.device = id;
  run.answer.asked = now;
  run.jobs_left = 1;  // held until everything is queued
  const auto names = static_cast<std::uint32_t>(run.query->names().size());
  // Evenly: as few requests as may be, none larger than it must be.
  const std::uint32_t requests = (names + device->varbinds - 1) / device->varbinds;
  for (std::uint32_t i = 0, first = 0; i < requests; ++i) {
    const std::uint32_t count = (names - first + (requests - i) - 1) / (requests - i);
    requeue(*device, {index, no_table, first, count});
    first += count;
  }
  for (const auto& table : run.query->tables())
    for (std::size_t first = 0; first < table.size(); first += walk_width) {
      Walk walk;
      for (std::size_t i = first; i < std::min(table.size(), first + walk_width); ++i)
        walk.columns.push_back({&table[i], table[i], false});
      requeue(*device, {index, static_cast<std::uint32_t>(run.walks.size()), 0, 0});
      run.walks.push_back(std::move(walk));
    }
  job_done(index, now);
  pump(now);
}

void Exchange::requeue(Device& device, const Job& job) {
  ++runs_[job.run]->jobs_left;
  device.waiting.push_back(job);
  make_ready(device);
}

void Exchange::make_ready(Device& device) {
  if (device.in_ready || !device.may_start()) return;
  device.in_ready = true;
  ready_.push_back(device.target.device);
}

void Exchange::pump(Duration now) {
  if (pumping_) return;  // a callback asked for more: the loop below goes on with it
  pumping_ = true;
  while (!ready_.empty() && outstanding_ < window_) {
    Device* const device = find(ready_.front());
    ready_.pop_front();
    if (!device) continue;
    device->in_ready = false;
    if (device->may_start() && start(*device, device->waiting.front(), now)) make_ready(*device);
  }
  pumping_ = false;
}

// Puts a job in flight; or, when the device's engine is not known yet, its discovery (the job stays queued).
bool Exchange::start(Device& device, const Job& job, Duration now) {
  std::uint32_t slot;
  if (free_pending_.empty()) {
    slot = static_cast<std::uint32_t>(pending_.size());
    pending_.emplace_back();
    pending_.back().generation = static_cast<std::uint32_t>(random_number());
  } else {
    slot = free_pending_.back();
    free_pending_.pop_back();
  }
  Pending& p = pending_[slot];
  const std::uint32_t generation = p.generation + 1;
  p = Pending{};
  p.generation = generation;
  p.device = &device;
  p.job = job;
  p.discovery = device.v3() && !device.keyed;
  ++device.in_flight;
  ++outstanding_;
  if (p.discovery)
    device.discovering = true;
  else
    device.waiting.pop_front();
  transmit(slot, now);
  return true;
}

void Exchange::transmit(std::uint32_t slot, Duration now) {
  Device& device = *pending_[slot].device;
  const auto datagram = encode(pending_[slot], device, now);
  if (!datagram) {
    const Job job = pending_[slot].job;
    const bool split =
        datagram.error().code == "monitor.snmp_too_long" && job.table == no_table && job.count > 1;
    const bool discovery = pending_[slot].discovery;
    release(slot);
    if (split) {
      device.varbinds = std::max<std::uint32_t>(1, job.count / 2);
      requeue(device, {job.run, no_table, job.first, job.count / 2});
      requeue(device, {job.run, no_table, job.first + job.count / 2, job.count - job.count / 2});
      job_done(job.run, now);
      return;
    }
    if (!discovery) {
      device.waiting.push_front(job);
    }
    run_failed(job.run, datagram.error(), now);
    return;
  }
  Pending& p = pending_[slot];
  if (p.tries++ == 0)
    ++counts_.sent;
  else
    ++counts_.again;
  out_.send(device.target.endpoint, *datagram);
  p.deadline = now + device.target.limits.timeout;
  set_timer(slot, p.deadline);
}

Result<snmp::Bytes> Exchange::encode(const Pending& p, Device& device, Duration now) {
  const auto slot = static_cast<std::uint32_t>(&p - pending_.data());
  const std::int32_t id = request_id(slot, p.generation);
  const Access& access = device.target.access;
  const auto room = out_.room();
  snmp::V3Fields f;
  f.id = id;
  f.pdu.request_id = id;
  if (p.discovery) return snmp::encode_v3(room, f, snmp::UsmKeys{});

  std::array<std::uint8_t, 4096> list;
  snmp::BerWriter names{list};
  const Run& run = *runs_[p.job.run];
  snmp::Bytes varbinds;
  if (p.job.table == no_table) {
    f.pdu.type = snmp::PduType::get;
    varbinds = run.query->encoded(p.job.first, p.job.count);
  } else {
    const auto& columns = run.walks[p.job.table].columns;
    for (auto column = columns.rbegin(); column != columns.rend(); ++column)
      snmp::write_varbind(names, column->last, snmp::tag::null, {});
    if (!names.ok()) return fail("monitor.snmp_too_long");
    varbinds = names.bytes();
    const bool bulk = access.version != snmp::Version::v1;
    f.pdu.type = bulk ? snmp::PduType::get_bulk : snmp::PduType::get_next;
    if (bulk) f.pdu.error_index = std::max(1, static_cast<std::int32_t>(device.bulk_values / columns.size()));
  }
  if (!device.v3())
    return snmp::encode_community(room, access.version, snmp::bytes_of(access.community), f.pdu, varbinds);
  const snmp::EngineTime& time = device.time.known() ? device.time : device.guess;
  f.engine_id = f.context_engine_id = snmp::bytes_of(device.engine_id);
  f.boots = time.boots();
  f.time = time.known() ? time.time_at(now) : 0;
  f.context_name = snmp::bytes_of(access.context_name);
  f.varbinds = varbinds;
  f.salt = device.salt++;
  return snmp::encode_v3(room, f, device.keys);
}

void Exchange::release(std::uint32_t slot) {
  Pending& p = pending_[slot];
  --p.device->in_flight;
  if (p.discovery) p.device->discovering = false;
  make_ready(*p.device);
  p.device = nullptr;
  ++p.generation;
  free_pending_.push_back(slot);
  --outstanding_;
}

void Exchange::resend(std::uint32_t slot, Duration now) {
  const std::uint32_t generation = pending_[slot].generation;
  transmit(slot, now);
  // The device did answer: this costs no retry.
  if (pending_[slot].device && pending_[slot].generation == generation) --pending_[slot].tries;
}

void Exchange::set_timer(std::uint32_t slot, Duration deadline) {
  const std::int64_t wanted = deadline.count() / wheel_tick + 1;
  const std::int64_t furthest =
      std::max<std::int64_t>(wheel_at_, 0) + static_cast<std::int64_t>(wheel_size) - 1;
  const std::int64_t at = wheel_at_ < 0 ? wanted : std::min(wanted, furthest);
  wheel_[static_cast<std::size_t>(at) % wheel_size].push_back({slot, pending_[slot].generation});
}

void Exchange::tick(Duration now) {
  const std::int64_t to = now.count() / wheel_tick;
  if (wheel_at_ < 0 || to - wheel_at_ > static_cast<std::int64_t>(wheel_size))
    wheel_at_ = to - static_cast<std::int64_t>(wheel_size);
  while (wheel_at_ < to) {
    ++wheel_at_;
    auto due = std::exchange(wheel_[static_cast<std::size_t>(wheel_at_) % wheel_size], {});
    for (const Timer& timer : due) {
      Pending& p = pending_[timer.slot];
      if (!p.device || p.generation != timer.generation) continue;
      if (p.deadline > now)
        set_timer(timer.slot, p.deadline);
      else
        timed_out(timer.slot, now);
    }
  }
  pump(now);
}

void Exchange::timed_out(std::uint32_t slot, Duration now) {
  Pending& p = pending_[slot];
  Device& device = *p.device;
  if (p.tries <= device.target.limits.retries) {
    transmit(slot, now);
    return;
  }
  ++counts_.timeouts;
  Error error{"monitor.snmp_timeout", {{"address", device.target.endpoint.text()}}};
  if (p.bad_digest)
    error = Error{"monitor.snmp_bad_digest", {}};
  else if (p.out_of_window)
    error = Error{"monitor.snmp_out_of_window", {}};
  const Job job = p.job;
  const bool discovery = p.discovery;
  // A device that was replaced or reset may answer nothing to its old engine id or boots: ask again next
  // time.
  device.forget_engine();
  release(slot);
  if (!discovery) {
    device.waiting.push_front(job);
    run_failed(job.run, std::move(error), now);
    return;
  }
  // Nobody is there: everything that waits for the engine waits for the same.
  std::vector<std::uint32_t> runs;
  for (const Job& waiting : device.waiting) runs.push_back(waiting.run);
  std::sort(runs.begin(), runs.end());
  runs.erase(std::unique(runs.begin(), runs.end()), runs.end());
  for (const std::uint32_t run : runs) run_failed(run, error, now);
}

void Exchange::job_done(std::uint32_t index, Duration now) {
  Run& run = *runs_[index];
  if (--run.jobs_left == 0) finish(index, now);
}

// Drops what the run still has queued; what is in flight ends by itself.
void Exchange::run_failed(std::uint32_t index, Error error, Duration now) {
  Run& run = *runs_[index];
  if (!run.answer.error || !run.given_up) run.answer.error = std::move(error);
  run.given_up = true;
  if (Device* const device = find(run.answer.device)) {
    const std::size_t dropped =
        std::erase_if(device->waiting, [&](const Job& job) { return job.run == index; });
    run.jobs_left -= static_cast<std::uint32_t>(dropped);
  }
  if (run.jobs_left == 0) finish(index, now);
}

void Exchange::finish(std::uint32_t index, Duration now) {
  const std::unique_ptr<Run> run = std::move(runs_[index]);
  free_runs_.push_back(index);
  run->answer.answered = now;
  if (const Device* const device = find(run->answer.device); device && device->v3() && device->time.known())
    run->answer.engine_boots = device->time.boots();
  if (run->done) run->done(std::move(run->answer));
}

}  // namespace yagura::monitor::poll
