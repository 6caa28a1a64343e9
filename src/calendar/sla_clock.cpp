#include "calendar/sla_clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "calendar/day_count.hpp"

namespace yagura::calendar {

namespace {

struct EventName {
  ClockEventKind kind;
  std::string_view name;
  std::string_view ja;
};
constexpr std::array event_names = {
    EventName{ClockEventKind::start, "start", "開始"},
    EventName{ClockEventKind::stop, "stop", "停止"},
    EventName{ClockEventKind::pause, "pause", "中断"},
    EventName{ClockEventKind::resume, "resume", "再開"},
    EventName{ClockEventKind::retarget, "retarget", "目標変更"},
    EventName{ClockEventKind::reopen, "reopen", "再オープン"},
    EventName{ClockEventKind::reason, "reason", "超過理由"},
    EventName{ClockEventKind::cancel, "cancel", "取消"},
};

const EventName& entry(ClockEventKind kind) { return event_names[static_cast<std::size_t>(kind)]; }

// The limit as a length of time, when it is one.
struct Length {
  Duration limit;
  const ServiceHours* hours;  // nullptr: the clock on the wall
};

class Fold {
 public:
  Fold(const ClockRule& rule, const Book& book, Time now) : rule_(rule), book_(book), now_(now) {}

  Result<> take(const ClockEvent& event) {
    YAGURA_TRY(const bool used, apply(event));
    note_event(event, used);
    return {};
  }

  Result<Judgement> finish() {
    if (!out_.started) return std::move(out_);
    if (running_since_) ran_.push_back({*running_since_, now_});
    YAGURA_CHECK(account_of_counting());
    YAGURA_CHECK(measure(now_));
    settle_state();
    note_verdict();
    return std::move(out_);
  }

 private:
  Result<bool> apply(const ClockEvent& event) {
    const bool live = out_.started && !out_.stopped && !cancelled_;
    switch (event.kind) {
      case ClockEventKind::start:
        if (out_.started) return false;
        out_.started = base_ = running_since_ = event.at;
        YAGURA_CHECK(aim(event.target));
        return true;
      case ClockEventKind::stop:
        if (!live) return false;
        stand(event.at);
        out_.stopped = event.at;
        return true;
      case ClockEventKind::pause:
        if (!live || std::ranges::find(pauses_, event.cause) != pauses_.end()) return false;
        stand(event.at);
        pauses_.push_back(event.cause);
        return true;
      case ClockEventKind::resume:
        return resume(event, live);
      case ClockEventKind::retarget:
        return retarget(event, live);
      case ClockEventKind::reopen:
        return reopen(event);
      case ClockEventKind::reason:
        if (!out_.started) return false;
        out_.reason = event.text;
        return true;
      case ClockEventKind::cancel:
        if (!out_.started || cancelled_) return false;
        stand(event.at);
        YAGURA_CHECK(remember_breach(event.at));
        cancelled_ = event.at;
        return true;
    }
    YAGURA_ASSERT(false);
  }

  bool resume(const ClockEvent& event, bool live) {
    const auto pause = std::ranges::find(pauses_, event.cause);
    if (!live || pause == pauses_.end()) return false;
    pauses_.erase(pause);
    if (pauses_.empty()) running_since_ = event.at;
    return true;
  }

  Result<bool> retarget(const ClockEvent& event, bool live) {
    if (!live) return false;
    const bool running = running_since_.has_value();
    stand(event.at);
    if (event.corrects)
      breached_at_.reset();
    else
      YAGURA_CHECK(remember_breach(event.at));
    if (running) running_since_ = event.at;
    YAGURA_CHECK(aim(event.target));
    return true;
  }

  Result<bool> reopen(const ClockEvent& event) {
    if (event.corrects && cancelled_) {
      // As if it had never been cancelled.
      if (!out_.stopped && pauses_.empty()) running_since_ = *cancelled_;
      cancelled_.reset();
      return true;
    }
    if (!out_.stopped || cancelled_) return false;
    YAGURA_CHECK(remember_breach(*out_.stopped));
    out_.stopped.reset();
    pauses_.clear();
    running_since_ = event.at;
    if (rule_.reopen == Reopen::starts_anew) {
      ran_.clear();
      base_ = event.at;
      YAGURA_CHECK(aim(out_.target));
    }
    return true;
  }

  // The hours of the (re)start choose between two limits, not those of a later change.
  Result<> aim(const std::string& target) {
    out_.target = target.empty() ? (out_.target.empty() ? rule_.default_target : out_.target) : target;
    const auto found = rule_.targets.find(out_.target);
    if (found == rule_.targets.end())
      return fail("calendar.unknown_target", {{"rule", rule_.id}, {"target", out_.target.substr(0, 64)}});
    YAGURA_CHECK(check_deadline(found->second, book_));
    YAGURA_TRY(limit_, limit_for(found->second, book_, *base_));
    return {};
  }

  void stand(Time when) {
    if (!running_since_) return;
    ran_.push_back({*running_since_, when});
    running_since_.reset();
  }

  Result<> remember_breach(Time when) {
    YAGURA_CHECK(measure(when));
    return {};
  }

  [[nodiscard]] Result<std::optional<Length>> length() const {
    if (const auto* wall = std::get_if<WithinWallTime>(&limit_->form)) return Length{wall->limit, nullptr};
    const auto* service = std::get_if<WithinServiceTime>(&limit_->form);
    if (service == nullptr) return std::nullopt;
    YAGURA_TRY(const auto* hours, book_.service_hours(service->hours));
    return Length{service->limit, hours};
  }

  // Works out due, elapsed and breach from what ran so far; `end` is where the look ends.
  Result<> measure(Time end) {
    YAGURA_TRY(const auto length_, length());
    if (length_) return measure_length(*length_, end);
    out_.elapsed = {};
    for (const auto& span : ran_) out_.elapsed += span.to - span.from;
    const auto pauses = pauses_until(end);
    YAGURA_TRY(const Time due, due_with_pauses(*limit_, book_, *base_, pauses, nullptr));
    out_.due = due;
    const Time last = out_.stopped ? *out_.stopped : cancelled_ ? *cancelled_ : end;
    if (last > due && !breached_at_) breached_at_ = due;
    return {};
  }

  Result<> measure_length(const Length& length, Time end) {
    YAGURA_ASSERT(!ran_.empty());
    Duration left = length.limit;
    out_.elapsed = {};
    out_.due.reset();
    std::optional<Time> due;  // of the last stretch, or of the one that overran
    for (const auto& span : ran_) {
      YAGURA_TRY(const auto counted, counted_in(length, span));
      if (!out_.due) {
        YAGURA_TRY(due, add_to(length, span.from, left));
        if (span.to > *due) out_.due = due;
      }
      out_.elapsed += counted;
      left -= std::min(left, counted);
    }
    out_.remaining = left;
    if (out_.due && !breached_at_) breached_at_ = out_.due;
    if (!out_.due && !pauses_.empty()) {
      YAGURA_TRY(due, add_to(length, out_.stopped.value_or(cancelled_.value_or(end)), left));
    }
    out_.due = due;
    return {};
  }

  static Result<Duration> counted_in(const Length& length, const Span& span) {
    if (length.hours == nullptr) return span.to - span.from;
    return length.hours->between(span.from, span.to);
  }
  static Result<Time> add_to(const Length& length, Time from, Duration left) {
    if (length.hours == nullptr) return from + left;
    return length.hours->add(from, left);
  }

  // The gaps between the stretches that ran, from the base on.
  [[nodiscard]] std::vector<Span> pauses_until(Time end) const {
    std::vector<Span> gaps;
    Time seen = *base_;
    for (const auto& span : ran_) {
      if (span.from > seen) gaps.push_back({seen, span.from});
      seen = std::max(seen, span.to);
    }
    const bool standing = !running_since_ && !out_.stopped && !cancelled_;
    if (standing && end > seen) gaps.push_back({seen, end});
    return gaps;
  }

  Result<> account_of_counting() {
    YAGURA_TRY(const auto length_, length());
    Due due{};
    if (length_ && length_->hours != nullptr) {
      for (const auto& span : ran_) {
        YAGURA_TRY(const auto counted, counted_in(*length_, span));
        YAGURA_CHECK(account_service_time(*length_->hours, span.from, counted, due));
      }
    } else if (length_) {
      for (const auto& span : ran_) {
        const auto from = civil_words(span.from), to = civil_words(span.to);
        const auto run = format_duration(span.to - span.from);
        due.account.push_back({span.from,
                               {fmt::format("{}から{}まで {}", from.ja, to.ja, run.ja),
                                fmt::format("{} to {}: {}", from.en, to.en, run.en)}});
      }
    } else {
      YAGURA_CHECK(due_with_pauses(*limit_, book_, *base_, pauses_until(now_), &due));
    }
    out_.forecast = due.forecast;
    out_.account.insert(out_.account.end(), due.account.begin(), due.account.end());
    return {};
  }

  void settle_state() {
    out_.breached_at = breached_at_;
    out_.breached = breached_at_.has_value();
    out_.reason_missing = out_.breached && out_.reason.empty();
    if (out_.due) out_.warn_at = std::max(*out_.due - rule_.warning_of(out_.target), *base_);
    if (cancelled_)
      out_.state = ClockState::cancelled;
    else if (out_.breached)
      out_.state = ClockState::breached;
    else if (out_.stopped)
      out_.state = ClockState::met;
    else
      out_.state = running_since_ ? ClockState::running : ClockState::paused;
    out_.warning = out_.state == ClockState::running && now_ >= *out_.warn_at;
  }

  [[nodiscard]] Words named(const std::string& id) const {
    const auto found = rule_.names.find(id);
    return found == rule_.names.end() ? Words{id, id} : found->second;
  }

  void note_event(const ClockEvent& event, bool used) {
    const auto when = civil_words(event.at);
    const auto& name = entry(event.kind);
    Words text{fmt::format("{} {}", when.ja, name.ja), fmt::format("{} {}", when.en, name.name)};
    for (const auto& detail : {named(event.cause), named(event.target), Words{event.text, event.text}})
      if (!detail.ja.empty()) {
        text.ja += "：" + detail.ja;
        text.en += ": " + detail.en;
      }
    if (used && (event.kind == ClockEventKind::start || event.kind == ClockEventKind::retarget)) {
      const auto limit = describe(*limit_);
      text.ja += fmt::format("（{}）", limit.ja);
      text.en += fmt::format(" ({})", limit.en);
    }
    if (!used) {
      text.ja += "（この状態では意味を持たないため、数えない）";
      text.en += " (means nothing in this state; not counted)";
    }
    out_.account.push_back({event.at, std::move(text)});
  }

  void note_verdict() {
    const auto state = words_of(out_.state);
    Words text{"判定：" + state.ja, "judged: " + state.en};
    if (out_.due) {
      const auto due = end_words(*out_.due);
      text.ja += "、期限 " + due.ja;
      text.en += ", due " + due.en;
    }
    if (out_.breached) {
      const auto when = end_words(*out_.breached_at);
      text.ja += "、超過 " + when.ja + (out_.reason_missing ? "、理由の記入が必要" : "");
      text.en += ", overdue since " + when.en + (out_.reason_missing ? ", a written reason is needed" : "");
    }
    out_.account.push_back({now_, std::move(text)});
  }

  const ClockRule& rule_;
  const Book& book_;
  Time now_;
  Judgement out_;
  const Deadline* limit_ = nullptr;
  std::optional<Time> base_;  // where counting starts: the start, or a reopening that starts anew
  std::optional<Time> running_since_;
  std::optional<Time> cancelled_;
  std::optional<Time> breached_at_;
  std::vector<std::string> pauses_;  // causes that hold now
  std::vector<Span> ran_;            // in order, disjoint
};

}  // namespace

Result<Judgement> judge(const ClockRule& rule, const Book& book, std::span<const ClockEvent> events,
                        Time now) {
  std::vector<const ClockEvent*> order;
  for (const auto& event : events)
    if (event.at <= now) order.push_back(&event);
  // All point into one span: their addresses keep events of one instant as they stand.
  std::ranges::sort(order, [](const ClockEvent* a, const ClockEvent* b) {
    return a->at != b->at ? a->at < b->at : std::less<>{}(a, b);
  });
  Fold fold(rule, book, now);
  for (const auto* event : order) YAGURA_CHECK(fold.take(*event));
  return fold.finish();
}

std::string_view name_of(ClockState state) {
  constexpr std::array<std::string_view, 6> names = {"idle", "running",  "paused",
                                                     "met",  "breached", "cancelled"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view name_of(ClockEventKind kind) { return entry(kind).name; }

Words words_of(ClockState state) {
  constexpr std::array<std::string_view, 6> ja = {"未開始", "計測中", "中断中", "遵守", "超過", "取消"};
  return {std::string(ja[static_cast<std::size_t>(state)]), std::string(name_of(state))};
}

Result<ClockEventKind> parse_event_kind(std::string_view name) {
  for (const auto& known : event_names)
    if (known.name == name) return known.kind;
  return fail("calendar.event_unknown", {{"name", std::string(name.substr(0, 64))}});
}

}  // namespace yagura::calendar
