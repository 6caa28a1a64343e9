#include "calendar/sla_clock.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace yagura::calendar {
namespace {

using Kind = ClockEventKind;

Time t(const char* text) { return *parse_instant(text); }

Book book(bool extra_holiday = false) {
  CalendarRule rule;
  rule.id = "office";
  rule.closures = {{{12, 29}, {1, 3}, {"年末年始", "year end"}}};
  if (extra_holiday) rule.extra_closed = {{make_date(2026, 4, 30), {"臨時閉庁", "extra closure"}}};
  Book made;
  made.version = extra_holiday ? "2" : "1";
  const auto office = std::make_shared<const Calendar>(*Calendar::make(rule));
  made.calendars["office"] = office;
  made.hours.emplace(
      "office", *ServiceHours::make(
                    {"office", {"開庁時間", "office hours"}, {*parse_window("open 08:30-17:15")}}, office));
  return made;
}

ClockRule rule() {
  ClockRule made{"arrival", {"駆け付け", "arrival"}, {}, "near", Minutes(15), Reopen::goes_on, {}};
  made.targets["near"] = {"", WithinWallTime{Minutes(60)}};
  made.targets["far"] = {"", WithinWallTime{Minutes(120)}};
  made.targets["service"] = {"", WithinServiceTime{Minutes(60), "office"}};
  made.targets["days"] = {"office", WithinOpenDays{3, false, Minutes(17 * 60 + 15)}};
  return made;
}

ClockEvent e(const char* at_, Kind kind, std::string detail = "") {
  ClockEvent event{t(at_), kind, {}, {}, {}, false};
  if (kind == Kind::start || kind == Kind::retarget) event.target = detail;
  if (kind == Kind::pause || kind == Kind::resume) event.cause = detail;
  if (kind == Kind::reason) event.text = detail;
  return event;
}

Judgement run(const std::vector<ClockEvent>& events, const char* now, const ClockRule& r = rule(),
              const Book& b = book()) {
  auto judged = judge(r, b, events, t(now));
  EXPECT_TRUE(judged) << (judged ? "" : judged.error().text());
  return judged.value_or(Judgement{});
}

TEST(SlaClock, RunsWarnsAndIsMet) {
  const std::vector events = {e("2026-04-28T17:10", Kind::start)};
  EXPECT_EQ(run(events, "2026-04-28T17:00").state, ClockState::idle);
  auto now = run(events, "2026-04-28T17:40");
  EXPECT_EQ(now.state, ClockState::running);
  EXPECT_EQ(*now.due, t("2026-04-28T18:10"));
  EXPECT_EQ(*now.warn_at, t("2026-04-28T17:55"));
  EXPECT_FALSE(now.warning);
  EXPECT_EQ(*now.remaining, Minutes(30));
  EXPECT_TRUE(run(events, "2026-04-28T17:55").warning);
  const auto met = run({events[0], e("2026-04-28T18:10", Kind::stop)}, "2026-05-10T00:00");
  EXPECT_EQ(met.state, ClockState::met);  // exactly at the due instant is in time
  EXPECT_EQ(met.elapsed, Minutes(60));
}

TEST(SlaClock, BreachAsksForAReason) {
  std::vector events = {e("2026-04-28T17:10", Kind::start), e("2026-04-28T18:10:01", Kind::stop)};
  auto late = run(events, "2026-04-28T19:00");
  EXPECT_EQ(late.state, ClockState::breached);
  EXPECT_TRUE(late.reason_missing);
  EXPECT_EQ(*late.breached_at, t("2026-04-28T18:10"));
  events.push_back(e("2026-04-28T20:00", Kind::reason, "道路の通行止め"));
  EXPECT_TRUE(run(events, "2026-04-28T19:00").reason_missing);  // not yet written then
  late = run(events, "2026-04-28T21:00");
  EXPECT_FALSE(late.reason_missing);
  EXPECT_EQ(late.reason, "道路の通行止め");
  EXPECT_TRUE(late.breached);
  // Overdue and nobody has come yet.
  late = run({events[0]}, "2026-04-28T18:11");
  EXPECT_EQ(late.state, ClockState::breached);
  EXPECT_FALSE(late.stopped);
}

TEST(SlaClock, OverlappingPausesEndWithTheLast) {
  const std::vector events = {e("2026-04-28T10:00", Kind::start), e("2026-04-28T10:20", Kind::pause, "city"),
                              e("2026-04-28T10:30", Kind::pause, "parts"),
                              e("2026-04-28T10:40", Kind::resume, "city"),
                              e("2026-04-28T11:00", Kind::resume, "parts")};
  auto now = run(events, "2026-04-28T10:50");
  EXPECT_EQ(now.state, ClockState::paused);
  EXPECT_EQ(now.elapsed, Minutes(20));
  EXPECT_EQ(*now.due, t("2026-04-28T11:30"));  // as if it ran again from now
  now = run(events, "2026-04-28T11:10");
  EXPECT_EQ(now.state, ClockState::running);
  EXPECT_EQ(*now.due, t("2026-04-28T11:40"));
  EXPECT_EQ(run(events, "2026-04-28T11:41").state, ClockState::breached);
}

TEST(SlaClock, PauseOverAWeekendCountsNoServiceTime) {
  // Friday 17:00 in a window that closes 17:15, paused until Thursday after the holidays.
  const std::vector events = {e("2026-05-01T17:00", Kind::start, "service"),
                              e("2026-05-01T17:10", Kind::pause), e("2026-05-07T09:00", Kind::resume)};
  const auto now = run(events, "2026-05-07T09:20");
  EXPECT_EQ(now.elapsed, Minutes(30));
  EXPECT_EQ(*now.due, t("2026-05-07T09:50"));
  // The same pause begun and ended outside hours changes nothing.
  const auto outside = run({e("2026-05-01T17:00", Kind::start, "service"), e("2026-05-02T10:00", Kind::pause),
                            e("2026-05-06T10:00", Kind::resume)},
                           "2026-05-07T08:40");
  EXPECT_EQ(outside.elapsed, Minutes(25));
  EXPECT_EQ(*outside.due, t("2026-05-07T09:15"));
}

TEST(SlaClock, ChangeOfTargetWhilePaused) {
  const std::vector events = {e("2026-04-28T10:00", Kind::start, "near"), e("2026-04-28T10:30", Kind::pause),
                              e("2026-04-28T11:30", Kind::retarget, "far"),
                              e("2026-04-28T12:00", Kind::resume)};
  EXPECT_EQ(run(events, "2026-04-28T11:45").state, ClockState::paused);
  const auto now = run(events, "2026-04-28T12:10");
  EXPECT_EQ(now.state, ClockState::running);
  EXPECT_EQ(now.target, "far");
  EXPECT_EQ(now.elapsed, Minutes(40));
  EXPECT_EQ(*now.due, t("2026-04-28T13:30"));
}

TEST(SlaClock, ChangeToAShorterTargetMayBeLateAtOnceAndALongerHealsNothing) {
  const std::vector shorter = {e("2026-04-28T10:00", Kind::start, "far"),
                               e("2026-04-28T11:30", Kind::retarget, "near")};
  EXPECT_EQ(run(shorter, "2026-04-28T11:31").state, ClockState::breached);
  std::vector longer = {e("2026-04-28T10:00", Kind::start, "near"),
                        e("2026-04-28T11:30", Kind::retarget, "far")};
  EXPECT_EQ(run(longer, "2026-04-28T11:31").state, ClockState::breached);
  longer[1].corrects = true;  // the wrong kind of site had been chosen
  EXPECT_EQ(run(longer, "2026-04-28T11:31").state, ClockState::running);
  EXPECT_EQ(*run(longer, "2026-04-28T11:31").due, t("2026-04-28T12:00"));
}

TEST(SlaClock, ReopenGoesOnOrStartsAnew) {
  const std::vector events = {e("2026-04-28T10:00", Kind::start), e("2026-04-28T10:40", Kind::stop),
                              e("2026-04-28T15:00", Kind::reopen)};
  EXPECT_EQ(*run(events, "2026-04-28T15:05").due, t("2026-04-28T15:20"));
  auto anew = rule();
  anew.reopen = Reopen::starts_anew;
  EXPECT_EQ(*run(events, "2026-04-28T15:05", anew).due, t("2026-04-28T16:00"));
  // What was late before stays late.
  const std::vector late = {e("2026-04-28T10:00", Kind::start), e("2026-04-28T11:40", Kind::stop),
                            e("2026-04-28T15:00", Kind::reopen), e("2026-04-28T15:01", Kind::stop)};
  EXPECT_EQ(run(late, "2026-04-28T16:00", anew).state, ClockState::breached);
}

TEST(SlaClock, DaysLeaveOutThoseThatEndPaused) {
  const std::vector events = {e("2026-04-28T10:00", Kind::start, "days"), e("2026-04-30T09:00", Kind::pause),
                              e("2026-05-01T10:00", Kind::resume)};
  // Without the pause 4/30, 5/1, 5/7; 4/30 is left out, so 5/1, 5/7, 5/8.
  EXPECT_EQ(*run({events[0]}, "2026-04-28T11:00").due, t("2026-05-07T17:15"));
  EXPECT_EQ(*run(events, "2026-05-01T11:00").due, t("2026-05-08T17:15"));
  // Paused over the due day itself: not late while it stands still.
  const std::vector waiting = {events[0], e("2026-05-07T09:00", Kind::pause)};
  EXPECT_EQ(run(waiting, "2026-05-20T09:00").state, ClockState::paused);
}

TEST(SlaClock, JudgedThenAndNow) {
  const std::vector events = {e("2026-04-28T17:10", Kind::start, "service"),
                              e("2026-05-01T09:00", Kind::stop)};
  EXPECT_EQ(run(events, "2026-05-31T00:00", rule(), book(false)).state, ClockState::breached);
  EXPECT_EQ(run(events, "2026-05-31T00:00", rule(), book(true)).state, ClockState::met);
}

TEST(SlaClock, CancelHidesNoBreach) {
  const auto early =
      run({e("2026-04-28T10:00", Kind::start), e("2026-04-28T10:30", Kind::cancel)}, "2026-04-29T00:00");
  EXPECT_EQ(early.state, ClockState::cancelled);
  EXPECT_FALSE(early.breached);
  const auto late =
      run({e("2026-04-28T10:00", Kind::start), e("2026-04-28T11:30", Kind::cancel)}, "2026-04-29T00:00");
  EXPECT_EQ(late.state, ClockState::cancelled);
  EXPECT_TRUE(late.reason_missing);
}

TEST(SlaClock, ACancellationThatWasWrongLeavesNoTraceInTheTime) {
  auto mended = e("2026-04-28T10:50", Kind::reopen);
  mended.corrects = true;
  const auto plain = run({e("2026-04-28T10:00", Kind::start)}, "2026-04-28T10:55");
  const auto now = run({e("2026-04-28T10:00", Kind::start), e("2026-04-28T10:30", Kind::cancel), mended},
                       "2026-04-28T10:55");
  EXPECT_EQ(now.state, ClockState::running);
  EXPECT_EQ(now.due, plain.due);
  EXPECT_EQ(now.elapsed, plain.elapsed);
  const auto late = run({e("2026-04-28T10:00", Kind::start), e("2026-04-28T10:30", Kind::cancel), mended},
                        "2026-04-28T12:00");
  EXPECT_TRUE(late.breached) << "the time between counted";
  const auto unasked = run({e("2026-04-28T10:00", Kind::start), e("2026-04-28T10:30", Kind::cancel),
                            e("2026-04-28T10:50", Kind::reopen)},
                           "2026-04-28T12:00");
  EXPECT_EQ(unasked.state, ClockState::cancelled) << "an ordinary reopening does not undo a cancellation";
}

TEST(SlaClock, OrderOfArrivalDoesNotMatterAndNonsenseIsSaid) {
  const auto now = run({e("2026-04-28T10:40", Kind::stop), e("2026-04-28T10:00", Kind::start),
                        e("2026-04-28T09:00", Kind::pause), e("2026-04-28T11:00", Kind::stop)},
                       "2026-04-28T12:00");
  EXPECT_EQ(now.state, ClockState::met);
  EXPECT_EQ(now.elapsed, Minutes(40));
  EXPECT_NE(now.account[0].text.en.find("not counted"), std::string::npos);
  EXPECT_NE(now.account[3].text.en.find("not counted"), std::string::npos);
  EXPECT_EQ(
      judge(rule(), book(), std::vector{e("2026-04-28T10:00", Kind::start, "nowhere")}, t("2026-04-28T10:01"))
          .error()
          .code,
      "calendar.unknown_target");
}

TEST(SlaClock, AccountIsReadable) {
  const auto now = run({e("2026-04-28T17:10", Kind::start, "service"), e("2026-04-30T09:30", Kind::stop)},
                       "2026-05-31T00:00");
  std::string ja;
  for (const auto& line : now.account) ja += line.text.ja + "\n";
  EXPECT_EQ(ja,
            "2026-04-28（火）17:10 開始：service（受付時間で1時間以内）\n"
            "2026-04-30（木）09:30 停止\n"
            "起算。「開庁時間」で1時間5分を数える\n"
            "2026-04-28（火）17:10から2026-04-28（火）17:15まで 5分（計5分）\n"
            "2026-04-29（水） 数えない：昭和の日\n"
            "2026-04-30（木）08:30から2026-04-30（木）09:30まで 1時間（計1時間5分）\n"
            "判定：超過、期限 2026-04-30（木）09:25、超過 2026-04-30（木）09:25、理由の記入が必要\n");
}

// Random histories: what must hold of every one of them.
TEST(SlaClock, InvariantsOverRandomHistories) {
  std::mt19937 random(20260428);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const Time begin = t("2026-04-27T08:00");
  const std::array<std::string, 4> targets = {"near", "far", "service", "days"};
  const std::array<std::string, 3> causes = {"", "city", "parts"};
  int breached = 0, met = 0, paused = 0;
  static const Book the_book = book();
  for (int round = 0; round < 3000; ++round) {
    auto r = rule();
    r.reopen = pick(2) == 0 ? Reopen::goes_on : Reopen::starts_anew;
    std::vector<ClockEvent> events = {
        {begin + Minutes(pick(600)), Kind::start, targets[static_cast<std::size_t>(pick(4))], {}, {}, false}};
    const int count = pick(8);
    for (int i = 0; i < count; ++i) {
      const auto kind =
          std::array{Kind::stop,     Kind::pause,  Kind::resume, Kind::resume,
                     Kind::retarget, Kind::reopen, Kind::pause}[static_cast<std::size_t>(pick(7))];
      events.push_back({begin + Minutes(600 + pick(20'000)),
                        kind,
                        kind == Kind::retarget ? targets[static_cast<std::size_t>(pick(4))] : "",
                        causes[static_cast<std::size_t>(pick(3))],
                        {},
                        false});
    }
    bool was_breached = false;
    for (int minute = 0; minute < 24'000; minute += 1500) {
      const Time now = begin + Minutes(minute);
      const auto judged = judge(r, the_book, events, now);
      ASSERT_TRUE(judged) << judged.error().text();
      if (!judged->started) continue;
      ASSERT_FALSE(was_breached && !judged->breached) << "a breach was healed by time, round " << round;
      was_breached = judged->breached;
      ASSERT_LE(judged->elapsed, now - *judged->started);
      ASSERT_EQ(judged->breached, judged->breached_at.has_value());
      if (judged->breached_at) ASSERT_LE(*judged->breached_at, now);
      if (judged->remaining) ASSERT_GE(*judged->remaining, Duration::zero());
      if (judged->state == ClockState::running) ASSERT_GE(*judged->due, now) << "round " << round;
      ASSERT_EQ(judged->reason_missing, judged->breached);
      breached += judged->breached;
      met += judged->state == ClockState::met;
      paused += judged->state == ClockState::paused;
    }
  }
  // The histories reach all states, or they would prove nothing.
  EXPECT_GT(breached, 1000);
  EXPECT_GT(met, 100);
  EXPECT_GT(paused, 1000);
}

}  // namespace
}  // namespace yagura::calendar
