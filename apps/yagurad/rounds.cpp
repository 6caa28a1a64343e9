// What is done again and again while the server runs, and by which thread.
//
// Threads: one ticks: clocks, calls, requests, deadlines, what is swept. What may wait for another machine has a
//          thread of its own: notices, the desk's mail, logs kept and fed, directories. Server's destructor
//          ends them all.
#include <algorithm>

#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace {

using std::chrono::milliseconds;
constexpr milliseconds directories_asked_every = std::chrono::minutes(5);

// The round, then a rest, until it is asked to stop.
std::jthread repeating(milliseconds rest, std::function<void()> round) {
  return std::jthread([rest, round = std::move(round)](const std::stop_token& stop) {
    constexpr milliseconds nap{100};
    while (!stop.stop_requested()) {
      round();
      for (auto slept = milliseconds::zero(); slept < rest && !stop.stop_requested(); slept += nap)
        std::this_thread::sleep_for(nap);
    }
  });
}

// Of each server that is missing once, until it was back.
void tell_of_missing(const eventstore::ReachedStore& store, std::vector<Error>& told) {
  auto missing = store.missing();
  for (const auto& one : missing) {
    const auto same = [&](const Error& other) { return other.arg("server") == one.arg("server"); };
    if (std::ranges::none_of(told, same)) report_fault("store of events", one.text());
  }
  told = std::move(missing);
}

}  // namespace

void Server::Parts::start_threads() {
  begin_events();
  // The server is of use without it, and tells of it until it is there.
  if (const auto why = remote_events ? remote_events->away() : std::nullopt)
    report_fault("store of events", why->text());
  listen_for_syslog();
  for (const auto& fault : syslog_faults()) report_fault("syslog", fault.text());
  ticking = repeating(milliseconds(1000), [this] { tick(); });
  sending =
      repeating(milliseconds(1000), [this] { report_failure("mail", contacts->send_waiting(*sender)); });
  // Apart: a mail server that does not answer must not keep anybody from being called.
  mailing = repeating(milliseconds(5000), [this] { report_failure("mail of the desk", mail_round()); });
  keeping_events =
      repeating(milliseconds(5000), [this, done = calendar::Date{}, told = std::vector<Error>{}]() mutable {
        retry_log_rules();
        if (remote_events) tell_of_missing(*remote_events, told);
        // Some minutes into the day, so that what was sent at midnight is in.
        const auto day = calendar::date_of(clock.now() - std::chrono::minutes(10));
        if (day == done) return;
        report_failure("logs", keep_events());
        done = day;
      });
  // Apart, too: a store on another machine that does not answer keeps nobody waiting but this one.
  feeding_events = repeating(milliseconds(1000),
                             [this] { report_failure("traps and alerts among the logs", feed_events()); });
  if (people->directories().empty()) return;
  asking_directories =
      repeating(directories_asked_every, [this] { report_failure("directories", directory_round()); });
}

void Server::Parts::tick() {
  ticked = clock.steady();
  report_failure("clocks", incidents->tick());
  report_failure("contacts", contacts->tick());
  report_failure("requests", requests->tick());
  for (const auto& [id, pack] : packs) {
    report_failure("meetings", plan_meetings(*pack));
    report_failure("deliverables", deliverables->tick(id));
    report_failure("work", work_reminders->tick(id));
  }
  tend_attachments(clock.now());
  streams.sweep(clock.now(), *hub);
  morning_rounds(clock.now());
  purge_logs(clock.now());
  report_failure("looks", event_search->looks.settle());
  log_rules->tick();
  report_failure("log rules", keep_log_rules(clock.now()));
}

}  // namespace yagura::yagurad
