// What the alert state decides goes to disk, then to people.
#include <algorithm>

#include "base/text.hpp"
#include "monitor/watch/watch.hpp"

namespace yagura::monitor::watch {

using alert::Verdict;
using schema::Value;
using store::Session;

namespace {

// Decisions that stand in the journal; the others only change the alert's row.
const char* journal_kind(Verdict verdict) {
  switch (verdict) {
    case Verdict::announced:
    case Verdict::silenced:
      return "alert.opened";
    case Verdict::suppressed:
      return "alert.suppressed";
    case Verdict::cleared:
      return "alert.cleared";
    case Verdict::flapping_started:
      return "alert.flapping";
    case Verdict::acknowledged:
      return "alert.acknowledged";
    case Verdict::commented:
      return "alert.commented";
    default:
      return nullptr;
  }
}

// What belongs on the time line of the incident that it is part of. Of the devices behind one there may be
// hundreds: they stand under its alert.
bool is_evidence(const alert::Alert& a) {
  return a.nature == alert::Nature::link || a.nature == alert::Nature::restart;
}

}  // namespace

void Watch::on_decision(const alert::Decision& decision, const alert::Alert& alert) {
  held_.decided.push_back({decision, alert, held_.actor});
}

bool Watch::request_check(Id device) {
  const std::array<Id, 2> targets{target_id(device, 0), target_id(device, 1)};
  return ping_ && ping_->check_now(targets) > 0;
}

void Watch::request_ports(Id device) {
  if (poller_) poller_->hurry(device, "interfaces");
}

AlertStore::Saved Watch::words_of(const alert::Alert& a) const {
  const auto picture = at_.book.picture();
  AlertStore::Saved out;
  out.alert = a;
  const auto space = a.key.condition.find(' ');
  out.kind = a.key.condition.substr(0, space);
  if (space != std::string::npos) out.object = a.key.condition.substr(space + 1);
  if (const auto* d = picture->find(a.key.device)) {
    out.contract = d->contract;
    out.device_name = d->name;
    out.site = d->site;
    out.site_name = d->site_name;
  }
  if (out.kind == "ping") {
    out.title = {"応答なし（Ping Failed）", "No answer (Ping Failed)"};
  } else if (out.kind == "address_unreachable") {
    out.title = {"一部のアドレスの応答なし（Ping Failed）", "One address gives no answer (Ping Failed)"};
  } else if (out.kind == "snmp") {
    out.title = {"SNMP の応答なし", "No answer to SNMP"};
  } else if (out.kind.starts_with("metric:")) {
    const std::string id = out.kind.substr(7);
    out.title = {id, id};
    for (const auto& [name, profile] : profiles_->profiles())
      for (const auto& group : profile->groups)
        for (const auto& metric : group.metrics)
          if (metric.id == id)
            out.title = {metric.title.ja + "がしきい値を超過", metric.title.en + " beyond its limit"};
  } else if (out.kind.starts_with("log:")) {
    const auto id = std::string_view(out.kind).substr(4);
    const auto said = bonds_.log_rule_title ? bonds_.log_rule_title(out.contract, id) : std::nullopt;
    out.title = said.value_or(contract::Words{out.kind, out.kind});
  } else if (const auto* kind = kinds_->find(out.kind)) {
    out.title = {kind->title.ja, kind->title.en};
  } else {
    out.title = {out.kind, out.kind};
  }
  if (const auto* trap = kinds_->find(out.kind); trap && trap->of_interface && !out.object.empty())
    if (const auto* d = picture->find(a.key.device)) out.object = port_name(*d, out.object, nullptr);
  if (!out.object.empty()) {
    out.title.ja += "（" + out.object + "）";
    out.title.en += " (" + out.object + ")";
  }
  return out;
}

Result<void> Watch::write_decisions() {
  const std::lock_guard writing(writing_);
  std::vector<Decided> batch;
  std::map<Id, alert::Waits> waits;
  {
    const std::lock_guard lock(machine_lock_);
    batch.swap(held_.decided);
    for (const auto& d : batch)
      if (const auto [at, first] = waits.try_emplace(d.alert.id); first)
        at->second = machine_->waits(d.alert);
  }
  auto outages = outages_.with([](auto& all) { return std::exchange(all, {}); });
  if (batch.empty() && outages.empty()) return {};
  // Many sightings of one alert in a batch are one write of its newest state.
  std::map<Id, const Decided*> newest;
  for (const auto& d : batch) newest[d.alert.id] = &d;
  const auto picture = at_.book.picture();
  auto written = at_.database.write([&](Session& s) -> Result<void> {
    for (const auto& [id, d] : newest) {
      auto words = words_of(d->alert);
      words.waits = waits.at(id);
      if (!words.contract.empty()) YAGURA_CHECK(store_.save(s, words));
    }
    for (const auto& d : batch) {
      const char* kind = journal_kind(d.decision.verdict);
      if (!kind) continue;
      const auto words = words_of(d.alert);
      if (words.contract.empty()) continue;
      if (d.decision.verdict == Verdict::suppressed)
        YAGURA_CHECK(store_.join_parent(s, d.alert.id, d.alert.parent));
      if (d.decision.verdict == Verdict::announced) YAGURA_CHECK(store_.leave_incident(s, d.alert.id));
      Value data = Value::object({{"title", words.title.ja},
                                  {"device", words.device_name},
                                  {"severity", name_of(d.alert.severity)}});
      if (d.decision.verdict == Verdict::silenced) data.set("silence", Value(d.decision.silence));
      if (d.alert.parent != 0) data.set("parent", Value(d.alert.parent));
      if (!d.decision.why.empty()) data.set("why", Value(d.decision.why));
      if (d.decision.verdict == Verdict::commented && !d.alert.comments.empty())
        data.set("text", Value(d.alert.comments.back().text));
      YAGURA_CHECK(at_.journal.append(
          s, {words.contract, d.actor, kind, "alert/" + std::to_string(d.alert.id), std::move(data)}));
    }
    for (const auto& t : outages) {
      const auto* device = picture->find(t.id);
      if (!device) continue;
      if (t.to == ping::State::failed)
        YAGURA_CHECK(store_.begin_outage(s, at_.ids.next(), device->contract, t.id, t.at));
      if (t.to == ping::State::ok) YAGURA_CHECK(store_.end_outage(s, t.id, t.at));
    }
    return {};
  });
  if (!written) {
    // Nothing is told that is not on disk: the batch waits, in front of what comes meanwhile.
    outages_.with([&](auto& all) { all.insert(all.begin(), outages.begin(), outages.end()); });
    const std::lock_guard lock(machine_lock_);
    held_.decided.insert(held_.decided.begin(), std::make_move_iterator(batch.begin()),
                         std::make_move_iterator(batch.end()));
    return written;
  }
  if (bonds_.changed)
    for (const auto& [id, d] : newest)
      if (const auto* device = picture->find(d->alert.key.device))
        bonds_.changed(device->contract, "alert", id);
  for (auto& d : batch)
    if (d.decision.verdict == Verdict::announced ||
        // What got worse after it was told may concern other people now.
        (d.decision.verdict == Verdict::worsened && d.alert.standing == alert::Standing::announced) ||
        (d.decision.verdict == Verdict::cleared && d.alert.announced_at) ||
        (d.decision.verdict == Verdict::suppressed && is_evidence(d.alert)))
      to_tell_.push_back(std::move(d));
  return {};
}

void Watch::tell_people() {
  std::vector<Decided> batch;
  {
    const std::lock_guard writing(writing_);
    batch.swap(to_tell_);
  }
  const auto picture = at_.book.picture();
  for (auto& d : batch) {
    const auto* device = picture->find(d.alert.key.device);
    if (!device) continue;
    auto words = words_of(d.alert);
    if (d.decision.verdict == Verdict::cleared) {
      if (auto view = store_.get(device->contract, d.alert.id)) words.incident = view->incident;
      if (bonds_.cleared) bonds_.cleared(*device, words);
      continue;
    }
    if (d.decision.verdict == Verdict::suppressed) {
      const auto view = store_.get(device->contract, d.alert.id);
      if (view && view->incident != 0 && bonds_.evidence) bonds_.evidence(*device, words, view->incident);
      continue;
    }
    if (!bonds_.announced) continue;
    auto incident = bonds_.announced(*device, words);
    if (!incident) {
      // Tried again at the next turn: people must be told.
      if (bonds_.trouble) bonds_.trouble(incident.error());
      const std::lock_guard writing(writing_);
      to_tell_.push_back(std::move(d));
      continue;
    }
    if (*incident != 0)
      if (auto set = store_.set_incident(d.alert.id, *incident); !set && bonds_.trouble)
        bonds_.trouble(set.error());
  }
}

Result<void> Watch::acknowledge(const journal::Actor& by, std::string_view contract, Id id) {
  YAGURA_TRY(const auto view, store_.get(contract, id));
  {
    const std::lock_guard lock(machine_lock_);
    held_.actor = by;
    auto done = machine_->acknowledge(id, by.name, "");
    held_.actor = {};
    YAGURA_CHECK(done);
  }
  return write_decisions();
}

Result<void> Watch::comment(const journal::Actor& by, std::string_view contract, Id id,
                            const std::string& text) {
  if (trim(text).empty() || text.size() > 16'000 || !is_utf8(text)) return fail("monitor.comment_invalid");
  YAGURA_TRY(const auto view, store_.get(contract, id));
  {
    const std::lock_guard lock(machine_lock_);
    held_.actor = by;
    auto done = machine_->comment(id, by.name, text);
    held_.actor = {};
    YAGURA_CHECK(done);
  }
  return write_decisions();
}

Result<Id> Watch::add_silence(const journal::Actor& by, const SilenceRequest& request) {
  return at_.database.write([&](Session& s) { return add_silence(s, by, request); });
}

Result<Id> Watch::add_silence(Session& s, const journal::Actor& by, const SilenceRequest& request) {
  const auto picture = at_.book.picture();
  for (const Id device : request.devices)
    if (!picture->find(request.contract, device)) return fail("monitor.device_not_found");
  for (const Id site : request.sites)
    if (!picture->any_at(request.contract, site)) return fail("monitor.site_not_found");
  if (request.why.size() > 4000 || !is_utf8(request.why)) return fail("monitor.comment_invalid");
  if (request.to <= request.from || (request.devices.empty() && request.sites.empty()) || by.name.empty() ||
      request.why.empty())
    return fail("monitor.silence_invalid");
  if (request.to <= at_.clock.now()) return fail("monitor.silence_over");
  const auto pack = picture->packs.find(request.contract);
  if (pack != picture->packs.end() && pack->second->silence.longest > Duration{} &&
      request.to - request.from > pack->second->silence.longest)
    return fail(
        "monitor.silence_too_long",
        {{"hours",
          std::to_string(
              std::chrono::duration_cast<std::chrono::hours>(pack->second->silence.longest).count())}});
  const alert::Silence silence{at_.ids.next(), request.from, request.to, request.devices,
                               request.sites,  by.name,      request.why};
  YAGURA_CHECK(store_.save_silence(s, request.contract, silence));
  YAGURA_CHECK(at_.journal.append(
      s, {request.contract, by, "silence.created", "silence/" + std::to_string(silence.id),
          Value::object(
              {{"from", to_rfc3339(silence.from)}, {"to", to_rfc3339(silence.to)}, {"why", silence.why}})}));
  // In force when it is on disk, not before: the lock of the machine is never waited for inside a
  // transaction.
  s.after_commit([this, silence, contract = request.contract] {
    {
      const std::lock_guard lock(machine_lock_);
      if (auto added = machine_->add_silence(silence); !added && bonds_.trouble)
        bonds_.trouble(added.error());
    }
    if (bonds_.changed) bonds_.changed(contract, "silence", silence.id);
    wake();
  });
  return silence.id;
}

Result<void> Watch::end_silence(const journal::Actor& by, std::string_view contract, Id id) {
  YAGURA_TRY(const auto view, store_.silence(contract, id));
  if (view.silence.to <= at_.clock.now()) return fail("monitor.silence_over");
  YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(store_.end_silence(s, id, at_.clock.now(), by.name));
    YAGURA_CHECK(at_.journal.append(
        s, {std::string(contract), by, "silence.ended", "silence/" + std::to_string(id), {}}));
    return {};
  }));
  {
    const std::lock_guard lock(machine_lock_);
    (void)machine_->end_silence(id);
  }
  if (bonds_.changed) bonds_.changed(std::string(contract), "silence", id);
  wake();
  return {};
}

std::vector<ping::Target> Watch::ping_targets(const Picture& picture, const std::string& contract) const {
  std::vector<ping::Target> out;
  if (const auto listed = picture.of_contract.find(contract); listed != picture.of_contract.end())
    for (const Id id : listed->second)
      for (auto& target : ping_targets(*picture.find(id))) out.push_back(std::move(target));
  return out;
}

Duration Watch::round_length(const std::string& contract) const {
  return ping::worst_case(ping_targets(*at_.book.picture(), contract), {});
}

Result<RoundView> Watch::round_missed(const std::string& contract, Time due) {
  const RoundView out{at_.ids.next(), contract, due, std::nullopt, due, 0, 0, {}, {}};
  YAGURA_CHECK(store_.save_round(out));
  return out;
}

Result<RoundView> Watch::round(const std::string& contract, std::optional<Time> due,
                               const std::function<bool(double)>& progress) {
  const auto picture = at_.book.picture();
  const auto targets = ping_targets(*picture, contract);
  std::atomic<bool> stop{false};
  ping::SweepOptions options;
  options.stop = &stop;
  options.progress = [&](std::size_t done, std::size_t of) {
    if (progress && !progress(of == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(of)))
      stop = true;
  };
  if (due && *due > at_.clock.now()) options.end_after = *due - at_.clock.now();
  YAGURA_TRY(const auto record, ping::run_sweep(at_.clock, targets, options));
  if (stop) return fail("monitor.round_stopped");
  RoundView out{at_.ids.next(), contract, record.start, record.end, due, 0, 0, {}, {}};
  // A device with several addresses is counted once.
  std::map<Id, bool> silent;
  std::set<Id> unfinished;
  for (const auto& result : record.results) {
    const Id id = device_of(result.id);
    const auto* device = picture->find(id);
    const bool no_answer = result.answer != ping::Answer::answered;
    if (result.answer == ping::Answer::not_finished) unfinished.insert(id);
    const auto [at, fresh] = silent.emplace(id, no_answer);
    if (!fresh)
      at->second = device && device->rules.down_when_any ? at->second || no_answer : at->second && no_answer;
  }
  for (const auto& [id, missing] : silent) {
    if (!missing) continue;
    out.missing.push_back(id);
    if (const auto* device = picture->find(id)) out.names.push_back({id, device->name, device->site_name});
    if (unfinished.contains(id)) ++out.unfinished;
  }
  out.silent = static_cast<std::int64_t>(out.missing.size());
  out.answered = static_cast<std::int64_t>(silent.size()) - out.silent;
  YAGURA_CHECK(store_.save_round(out));
  return out;
}

}  // namespace yagura::monitor::watch
