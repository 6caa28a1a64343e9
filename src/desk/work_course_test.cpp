#include "desk/work_course.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "base/text.hpp"
#include "contract/pack.hpp"
#include "contract/scratch_packs.hpp"
#include "schema/yaml.hpp"

namespace yagura::desk {
namespace {

using schema::Value;

Time japan(std::string_view text) { return calendar::parse_instant(text).value(); }

const contract::Pack& pack() {
  static const contract::ScratchPacks packs;
  static const auto loaded = contract::load_pack(packs.pack("yukino")).value();
  return loaded;
}

const std::map<std::string, WorkPerson> people{{"aki", {1, "aki", "city_staff"}},
                                               {"yuki", {2, "yuki", "city_supervisor"}},
                                               {"kita", {3, "kita", "contractor_manager"}},
                                               {"ota", {4, "ota", "operator"}},
                                               {"nobu", {5, "nobu", "auditor"}}};

WorkOrder order_of(const std::string& kind, const Value& targets, Time now) {
  WorkOrder out;
  out.id = 1;
  out.number = "R8-WK-0001";
  out.kind = kind;
  out.orderer = people.at("aki");
  out.ordered_at = now;
  Id row = 100;
  for (const auto& target : targets.items())
    out.targets.push_back({"devices", ++row, target.text(), "switch"});
  return out;
}

// src/desk/scenarios/*.yaml: who does what, and what it leads to.
class Scenario {
 public:
  explicit Scenario(const Value& script)
      : script_(script),
        kind_(*pack().work.kind(script["kind"].text())),
        now_(japan(script["now"].text())),
        order_(order_of(script["kind"].text(), script["targets"], now_)) {}

  void play() {
    for (const auto& act : script_["acts"].items()) {
      SCOPED_TRACE(act["do"].text());
      if (!act["now"].is_null()) now_ = japan(act["now"].text());
      now_ += std::chrono::seconds(10);
      const WorkOrder before = order_;
      const auto done = run(act["do"].text());
      EXPECT_EQ(done ? "" : done.error().code, act["error"].text());
      if (!done) {
        EXPECT_EQ(order_.state, before.state) << "what is refused changes nothing";
        EXPECT_EQ(order_.steps_answered, before.steps_answered);
      }
      if (!act["state"].is_null()) EXPECT_EQ(name_of(order_.state), act["state"].text());
      if (!act["outcome"].is_null()) EXPECT_EQ(name_of(order_.outcome), act["outcome"].text());
      if (!act["steps"].is_null())
        EXPECT_EQ(static_cast<std::int64_t>(order_.steps.size()), act["steps"].integer());
    }
  }

 private:
  Result<> run(const std::string& text) {
    const auto because = text.find(" because ");
    const std::string reason = because == std::string::npos ? "" : text.substr(because + 9);
    const auto words = split(std::string_view(text).substr(0, because), ' ');
    const auto& who = people.at(std::string(words[0]));
    const auto what = words[1];
    const auto& book = pack().book;
    if (what == "plan" || what == "urgent") {
      WorkPlan made{japan(words[2]),  japan(words[3]), "太田", "", {"止める", "替える"}, {},
                    what == "urgent", reason};
      return plan(order_, kind_, book, who, std::move(made), now_);
    }
    if (what == "approve") return approve(order_, pack().work, who, now_);
    if (what == "return") return return_plan(order_, kind_, who, reason);
    if (what == "withdraw") return withdraw(order_, kind_, who, reason);
    if (what == "start") return start(order_, kind_, who, now_, now_);
    if (what == "stop") return stop(order_, kind_, who, reason);
    if (what == "finish") return finish(order_, kind_, book, who, reason, now_, now_);
    if (what == "accept") return accept(order_, kind_, who, true, reason, now_);
    if (what == "refuse") return accept(order_, kind_, who, false, reason, now_);
    if (what == "decide") {
      for (const auto& [name, decision] : enum_names(StopDecision{}))
        if (name == words[2]) return decide_stop(order_, kind_, book, who, decision, reason, now_);
      return fail("scenario.no_such_decision");
    }
    StepAnswer given{std::stoi(std::string(words[2])), 0, StepResult::ok, {}, reason, {}};
    for (const auto& step : order_.steps)
      if (step.seq == given.seq) given.version = step.version;
    if (words[3] == "failed") given.result = StepResult::failed;
    for (std::size_t i = 4; i < words.size(); ++i) {
      if (words[i].starts_with('=')) given.value = words[i].substr(1);
      if (words[i] == "photo") given.photographs.push_back({77, "写真.jpg"});
    }
    return answer(order_, kind_, who, given, now_, now_);
  }

  const Value& script_;
  const contract::WorkKind& kind_;
  Time now_;
  WorkOrder order_;
};

TEST(WorkCourse, ScenariosComeOutAsWritten) {
  int played = 0;
  for (const auto& file : std::filesystem::directory_iterator(YAGURA_SOURCE_DIR "/src/desk/scenarios")) {
    SCOPED_TRACE(file.path().filename().string());
    const auto script = schema::read_yaml(file.path());
    ASSERT_TRUE(script) << script.error().text();
    Scenario(*script).play();
    ++played;
  }
  EXPECT_GE(played, 3);
}

TEST(WorkCourse, StepsAreTheProceduresThenThoseOfTheListsForEachTarget) {
  const auto& rules = pack().work;
  const auto& kind = *rules.kind("patch");
  const std::vector<WorkTarget> two{{"devices", 1, "sw1", "switch"}, {"devices", 2, "sw2", "switch"}};
  const auto steps = steps_of(rules, kind, {"止める"}, two);
  ASSERT_EQ(steps.size(), 1U + 1U + 2U * 4U);
  EXPECT_EQ(steps[0].answer, "done");
  EXPECT_EQ(steps[1].item, "card");
  EXPECT_EQ(steps[1].target, 0) << "once for the order";
  EXPECT_EQ(steps[2].target_title, "sw1");
  EXPECT_EQ(steps[9].target_title, "sw2");
  EXPECT_EQ(steps[9].section.ja, "外観");
  EXPECT_EQ(steps[2].section.ja, "機器の確認") << "without a heading of its own: the list's";
  for (std::size_t i = 0; i < steps.size(); ++i) EXPECT_EQ(steps[i].seq, static_cast<int>(i) + 1);
}

TEST(WorkCourse, TheAnnualCheckHasItsItemsForEachClass) {
  const auto sapporo = contract::load_pack(YAGURA_SOURCE_DIR "/packs/sapporo");
  ASSERT_TRUE(sapporo) << sapporo.error().text();
  const auto& kind = *sapporo->work.kind("annual_check");
  const auto of = [&](const char* name) {
    return steps_of(sapporo->work, kind, {}, {{"devices", 1, "x", name}}).size();
  };
  EXPECT_EQ(of("terminal_d6012"), 16U);
  EXPECT_EQ(of("terminal_d7014"), 16U);
  EXPECT_EQ(of("cs"), 13U);
  EXPECT_EQ(of("card_reader"), 0U);
  const auto& password = *sapporo->work.kind("password_change");
  const auto steps = steps_of(sapporo->work, password, {}, {},
                              {{7, "CS / Windows", {}, {}}, {8, "CS / Oracle", "2026-04-20", "ota"}});
  ASSERT_EQ(steps.size(), 2U) << "a step for each id of the rotation";
  EXPECT_EQ(steps[0].answer, "vault");
  EXPECT_EQ(steps[0].result, StepResult::open);
  EXPECT_EQ(steps[1].result, StepResult::ok) << "changed for this occasion already";
}

TEST(WorkCourse, PhotographsOfTheKindAreNeeded) {
  const auto& kind = *pack().work.kind("photo_work");
  Time now = japan("2026-05-07T10:00");
  auto order = order_of("photo_work", Value::array(), now);
  const auto &ota = people.at("ota"), &yuki = people.at("yuki");
  ASSERT_TRUE(plan(
      order, kind, pack().book, ota,
      {now + std::chrono::hours(1), now + std::chrono::hours(2), "太田", "", {"引く"}, {}, false, ""}, now));
  EXPECT_EQ(
      plan(order, kind, pack().book, ota,
           {now + std::chrono::hours(1), now + std::chrono::hours(2), "太田", "", {"引く"}, {}, true, "急ぎ"},
           now)
          .error()
          .code,
      "desk.work_no_emergency");
  ASSERT_TRUE(approve(order, pack().work, yuki, now));
  now += std::chrono::hours(1);
  ASSERT_TRUE(answer(order, kind, ota, {1, 0, StepResult::ok, "", "", {}}, now, now));
  EXPECT_EQ(finish(order, kind, pack().book, ota, "", now, now).error().code, "desk.work_photographs_few");
  EXPECT_EQ(answer(order, kind, ota, {1, 0, StepResult::ok, "", "", {{5, "a"}}}, now, now).error().code,
            "desk.work_step_conflict")
      << "the step was answered since";
  ASSERT_TRUE(answer(order, kind, ota, {1, 1, StepResult::ok, "", "", {{5, "a"}}}, now, now));
  EXPECT_EQ(finish(order, kind, pack().book, ota, "", now + std::chrono::hours(1), now).error().code,
            "desk.work_time")
      << "not in the future";
  EXPECT_EQ(finish(order, kind, pack().book, ota, "", *order.started_at - std::chrono::seconds(1), now)
                .error()
                .code,
            "desk.work_time")
      << "not before it began";
  ASSERT_TRUE(finish(order, kind, pack().book, ota, "", now, now));
}

// Random people do random things in any order; what must never be is looked for after every act.
TEST(WorkCourse, RandomWalks) {
  std::mt19937 random(20260428);
  const auto any = [&](auto below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const std::vector<std::string> names{"aki", "yuki", "kita", "ota", "nobu"};
  std::map<WorkState, int> seen;
  for (int walk = 0; walk < 400; ++walk) {
    Time now = japan("2026-05-07T10:00");
    auto order = order_of("patch", Value(std::vector<Value>{"sw1"}), now);
    const auto& kind = *pack().work.kind("patch");
    Id planner = 0;
    std::set<Id> executors;
    for (int i = 0; i < 120 && !is_over(order.state); ++i) {
      now += std::chrono::minutes(1 + any(20));
      const auto& who = people.at(names[static_cast<std::size_t>(any(names.size()))]);
      const WorkOrder before = order;
      Result<> done;
      const int what = any(14);
      const auto offered = acts_for(order, kind, who);
      const char* name = "";
      if (what == 0) {
        const Time from = now + std::chrono::hours(24 * any(12));
        done = plan(order, kind, pack().book, who,
                    {from, from + std::chrono::hours(2), "太田", "", {"一", "二"}, {}, any(4) == 0, "急ぎ"},
                    now);
        if (done) planner = who.account, name = "plan";
      } else if (what == 1) {
        done = approve(order, pack().work, who, now);
        if (done) name = "approve";
        if (done) EXPECT_NE(who.account, planner);
      } else if (what == 2 && any(8) == 0) {
        done = any(2) == 0 ? return_plan(order, kind, who, "直して") : withdraw(order, kind, who, "やめる");
      } else if (what == 3) {
        done = start(order, kind, who, now, now);
      } else if (what <= 9 && !order.steps.empty()) {
        const auto& step = order.steps[static_cast<std::size_t>(any(order.steps.size()))];
        StepAnswer given{step.seq, step.version, any(6) == 0 ? StepResult::failed : StepResult::ok,
                         "1",      "記",         {{9, "p"}}};
        if (step.answer == "choice") given.value = "white";
        done = answer(order, kind, who, given, now, now);
        if (done) executors.insert(who.account), name = "answer";
      } else if (what == 10) {
        done = decide_stop(order, kind, pack().book, who,
                           std::array{StopDecision::again, StopDecision::go_on, StopDecision::put_back,
                                      StopDecision::give_up}[static_cast<std::size_t>(any(4))],
                           "決めた", now);
        if (done) name = "decide";
      } else if (what == 11) {
        done = finish(order, kind, pack().book, who, "", now, now);
        if (done) name = "finish";
        if (done)
          EXPECT_TRUE(std::ranges::none_of(order.steps, [](const auto& s) {
            return s.result == StepResult::open;
          })) << "no step is skipped";
      } else if (what >= 12) {
        done = accept(order, kind, who, any(3) != 0, "見た", now);
        if (done) {
          name = "accept";
          EXPECT_NE(who.account, planner) << "nobody accepts his own";
          EXPECT_FALSE(executors.contains(who.account)) << "nobody accepts his own";
          EXPECT_EQ(before.state, WorkState::done);
        }
      }
      if (*name != '\0')
        EXPECT_NE(std::ranges::find(offered, name), offered.end()) << "what can be done is offered: " << name;
      if (!done) EXPECT_EQ(order.state, before.state);
      // Steps of the procedure have their answers in order.
      bool gap = false;
      for (const auto& step : order.steps)
        if (step.list.empty()) {
          if (step.result == StepResult::open) gap = true;
          if (gap && order.state == WorkState::executing)
            EXPECT_TRUE(step.result == StepResult::open || before.steps[0].version > 0);
        }
      if (!before.steps.empty() && before.state != WorkState::planned)
        EXPECT_EQ(order.steps.size(), before.steps.size()) << "steps stay as they were at approval";
      if (order.state == WorkState::executing || order.state == WorkState::done)
        EXPECT_TRUE(order.approved_at);
      ++seen[order.state];
    }
  }
  for (const auto& [name, state] : enum_names(WorkState{}))
    if (state != WorkState::rejected)
      EXPECT_GT(seen[state], 0) << name << " was never reached: the walk shows little";
}

}  // namespace
}  // namespace yagura::desk
