#include "monitor/ping/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace yagura::monitor::ping {
namespace {

// Against the plainest model there is, over a wrap of the 32-bit tick.
TEST(TimerWheel, AgreesWithAMapOverTurnsAndTheWrapOfTicks) {
  for (const unsigned seed : {1U, 2U, 3U, 4U}) {
    std::mt19937 random(seed);
    std::uint64_t now = 0xffffffffULL - 5'000;
    TimerWheel wheel(256, TimerWheel::Tick(now));
    wheel.grow(500);
    std::map<TimerWheel::Item, std::uint64_t> model;
    for (int step = 0; step < 20'000; ++step) {
      const auto item = TimerWheel::Item(random() % 500);
      switch (random() % 4) {
        case 0:
        case 1: {
          const auto due = now + random() % 2'000;
          wheel.set(item, TimerWheel::Tick(due));
          model[item] = due;
          break;
        }
        case 2:
          wheel.cancel(item);
          model.erase(item);
          break;
        default: {
          now += random() % 20;
          std::vector<TimerWheel::Item> taken;
          wheel.take_due(TimerWheel::Tick(now), 1'000, taken);
          std::set<TimerWheel::Item> expected;
          for (const auto& [it, due] : model)
            if (due <= now) expected.insert(it);
          ASSERT_EQ(std::set<TimerWheel::Item>(taken.begin(), taken.end()), expected) << "step " << step;
          ASSERT_EQ(taken.size(), expected.size());
          for (const auto it : taken) model.erase(it);
        }
      }
      ASSERT_EQ(wheel.size(), model.size());
    }
  }
}

TEST(TimerWheel, TakesNoMoreThanAskedAndLosesNoneInBetween) {
  TimerWheel wheel(64);
  wheel.grow(1'000);
  for (TimerWheel::Item i = 0; i < 1'000; ++i) wheel.set(i, 10 + i % 3);
  std::vector<TimerWheel::Item> taken;
  for (int n = 0; n < 100; ++n) {
    const auto before = taken.size();
    wheel.take_due(12, 10, taken);
    ASSERT_EQ(taken.size() - before, 10U);
  }
  EXPECT_EQ(std::set<TimerWheel::Item>(taken.begin(), taken.end()).size(), 1'000U);
  wheel.take_due(10'000, 10, taken);
  EXPECT_EQ(taken.size(), 1'000U);
}

TEST(TimerWheel, NextLookIsNeverAfterTheEarliestItem) {
  std::mt19937 random(7);
  TimerWheel wheel(128);
  wheel.grow(50);
  EXPECT_FALSE(wheel.next_look());
  std::uint32_t now = 0;
  for (int round = 0; round < 2'000; ++round) {
    wheel.set(random() % 50, now + random() % 1'000);
    const auto look = wheel.next_look();
    ASSERT_TRUE(look);
    std::vector<TimerWheel::Item> taken;
    if (*look > now) {
      wheel.take_due(*look - 1, 100, taken);
      ASSERT_TRUE(taken.empty());
      now = *look - 1;
    }
    now += random() % 30;
    wheel.take_due(now, 100, taken);
  }
}

}  // namespace
}  // namespace yagura::monitor::ping
