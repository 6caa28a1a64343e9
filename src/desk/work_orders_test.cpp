#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "desk/work_test_ground.hpp"

namespace yagura::desk {
namespace {

using schema::Value;

class WorkOrdersTest : public WorkGround {};

TEST_P(WorkOrdersTest, FromTheOrderToAcceptance) {
  auto o = open({sw1_, sw2_, sw1_}).value();
  EXPECT_EQ(o.number, "R8-WK-0001");
  EXPECT_EQ(o.targets.size(), 2U) << "named twice is one";
  EXPECT_EQ(o.site_name, "本庁") << "where its machines stand";
  EXPECT_EQ(o.due, japan("2026-05-22T00:00")) << "within fourteen days";
  EXPECT_EQ(open({999}).error().code, "desk.device_unknown");
  EXPECT_EQ(
      work_->orders.open(actor(ota), ota, {.contract = contract, .kind = "patch", .title = "x"}).error().code,
      "desk.work_role_forbidden");
  o = approved({sw1_});
  EXPECT_EQ(o.number, "R8-WK-0002");
  EXPECT_EQ(o.steps.size(), 2U + 1U + 4U);
  EXPECT_EQ(o.planner.name, "kita");
  o = answered(o.id, StepResult::failed);
  EXPECT_EQ(o.steps_answered, 7);
  EXPECT_EQ(o.steps[0].photographs.front().name, "写真.jpg");
  o = work_->orders.finish(actor(ota), ota, contract, {.order = o.id, .version = o.version}, "済み").value();
  EXPECT_EQ(o.outcome, WorkOutcome::with_findings);
  EXPECT_TRUE(o.report_due);
  EXPECT_EQ(ledgers_->count(contract, "issues").value(), 4) << "each failed item is a task";
  EXPECT_EQ(work_->orders.accept(actor(ota), ota, contract, {.order = o.id, .version = o.version}, true, "")
                .error()
                .code,
            "desk.work_own");
  o = work_->orders
          .accept(actor(aki), aki, contract, {.order = o.id, .version = o.version}, false, "一つ直す")
          .value();
  EXPECT_EQ(o.state, WorkState::executing);
  o = answer(o.id, 4, o.steps[3].version, StepResult::ok).value();
  o = work_->orders.finish(actor(ota), ota, contract, {.order = o.id, .version = o.version}, "済み").value();
  EXPECT_EQ(ledgers_->count(contract, "issues").value(), 4) << "not a second time";
  o = work_->orders.accept(actor(aki), aki, contract, {.order = o.id, .version = o.version}, true, "")
          .value();
  EXPECT_EQ(o.state, WorkState::accepted);
  EXPECT_EQ(work_->orders.get("other", o.id).error().code, "desk.work_not_found");
  const auto entries = database().read([&](store::Session& s) {
    return journal_->list(s, {.chain = contract, .subject = "work/" + std::to_string(o.id), .limit = 100});
  });
  EXPECT_EQ(entries->size(), 1U + 1U + 1U + 7U + 1U + 1U + 1U + 1U + 1U);
}

TEST_P(WorkOrdersTest, WhoWasSlowerIsToldAndNothingIsLost) {
  auto o = open({sw1_}).value();
  const auto first =
      work_->orders.plan(actor(kita), kita, contract, {.order = o.id, .version = o.version}, the_plan(), {});
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(
      work_->orders.plan(actor(kita), kita, contract, {.order = o.id, .version = o.version}, the_plan(), {})
          .error()
          .code,
      "desk.work_conflict");
  o = approved({sw1_});
  ASSERT_TRUE(answer(o.id, 1, 0));
  const auto late = answer(o.id, 1, 0, StepResult::failed);
  EXPECT_EQ(late.error().code, "desk.work_step_conflict");
  EXPECT_EQ(late.error().arg("who"), "ota");
  EXPECT_EQ(work_->orders.get(contract, o.id)->steps[0].result, StepResult::ok);
}

TEST_P(WorkOrdersTest, AKeyIsDoneOnce) {
  const auto o = approved({sw1_});
  ASSERT_TRUE(answer(o.id, 1, 0, StepResult::ok, "1", "k-1"));
  const auto again = answer(o.id, 1, 0, StepResult::ok, "1", "k-1");
  ASSERT_TRUE(again) << "what was sent twice is answered: " << again.error().text();
  EXPECT_EQ(again->steps[0].version, 1);
  EXPECT_EQ(again->steps[0].photographs.size(), 1U);
  EXPECT_EQ(answer(o.id, 2, 0, StepResult::ok, "1", std::string(81, 'k')).error().code,
            "desk.work_key_invalid");
  const auto other = approved({sw2_});
  EXPECT_EQ(answer(other.id, 1, 0, StepResult::ok, "1", "k-1").error().code, "desk.work_key_used");
  // A refused act leaves no key behind.
  EXPECT_EQ(answer(o.id, 3, 7, StepResult::ok, "1", "k-2").error().code, "desk.work_step_conflict");
  EXPECT_TRUE(answer(o.id, 2, 0, StepResult::ok, "1", "k-2"));
}

TEST_P(WorkOrdersTest, ManyWorkersAtOnceEachStepOnce) {
  const auto o = approved({sw1_, sw2_});
  ASSERT_TRUE(answer(o.id, 1, 0));
  ASSERT_TRUE(answer(o.id, 2, 0));
  std::atomic<int> won{0}, told{0};
  photo();
  std::vector<std::jthread> workers;
  for (int w = 0; w < 4; ++w)
    workers.emplace_back([&, w] {
      std::mt19937 random(static_cast<unsigned>(w));
      for (int i = 0; i < 20; ++i) {
        const int seq = 3 + static_cast<int>(random() % 9);
        const auto value = (seq == 7 || seq == 11) ? "white" : "1";
        const auto done =
            answer(o.id, seq, 0, StepResult::ok, value, "w" + std::to_string(w) + "-" + std::to_string(i));
        if (done)
          ++won;
        else if (done.error().code == "desk.work_step_conflict")
          ++told;
        else
          ADD_FAILURE() << done.error().text();
      }
    });
  workers.clear();
  const auto after = work_->orders.get(contract, o.id).value();
  int versions = 0;
  for (const auto& step : after.steps)
    if (step.seq > 2) versions += static_cast<int>(step.version);
  EXPECT_EQ(versions, won.load()) << "each act that was answered is there once";
  EXPECT_EQ(won + told, 80);
  EXPECT_LE(won.load(), 9);
}

TEST_P(WorkOrdersTest, ListsAndCounts) {
  const auto a = open({sw1_}).value();
  const auto b = open({sw3_}).value();
  const auto list = [&](WorkQuery q) {
    q.contract = contract;
    std::string out;
    const auto found = work_->orders.list(q);
    EXPECT_TRUE(found);
    for (const auto& o : *found) out += o.number.substr(6) + " ";
    return out;
  };
  EXPECT_EQ(list({}), "0002 0001 ");
  EXPECT_EQ(list({.search = "ＳＷ3"}), "0002 ");
  EXPECT_EQ(list({.search = "%"}), "");
  EXPECT_EQ(list({.site = main_}), "0001 ");
  EXPECT_EQ(list({.device = sw3_}), "0002 ");
  EXPECT_EQ(list({.states = {WorkState::ordered, WorkState::done}}), "0002 0001 ");
  EXPECT_EQ(list({.states = {WorkState::done}}), "");
  EXPECT_EQ(list({.before = b.id}), "0001 ");
  EXPECT_EQ(list({.overdue = true}), "");
  clock_.advance(std::chrono::hours(24 * 30));
  EXPECT_EQ(list({.overdue = true}), "0002 0001 ");
  ASSERT_TRUE(
      work_->orders.withdraw(actor(aki), aki, contract, {.order = a.id, .version = a.version}, "不要"));
  EXPECT_EQ(list({.overdue = true}), "0002 ");
  const auto counts = work_->orders.counts(contract).value();
  EXPECT_EQ(counts.overdue, 1);
  EXPECT_EQ(counts.by_state, (std::map<std::string, int>{{"ordered", 1}, {"withdrawn", 1}}));
}

TEST_P(WorkOrdersTest, ACampaignHasAnOrderForEachSiteAndIsFollowed) {
  EXPECT_EQ(
      work_->campaigns.machines(contract, {.classes = {"switch"}, .sites = {main_}, .text = {}})->size(), 2U);
  EXPECT_EQ(work_->campaigns.machines(contract, {.classes = {}, .sites = {}, .text = "ｓｗ3"})->size(), 1U);
  EXPECT_EQ(
      work_->campaigns
          .open(actor(aki), aki,
                {.contract = contract, .kind = "patch", .title = "全拠点", .filter = {{"router"}, {}, {}}})
          .error()
          .code,
      "desk.campaign_empty");
  auto c = work_->campaigns.open(actor(aki), aki, {.contract = contract, .kind = "patch", .title = "全拠点"})
               .value();
  EXPECT_EQ(c.number, "R8-CP-0001");
  EXPECT_EQ(c.due, japan("2026-05-22T00:00"));
  ASSERT_EQ(c.sites.size(), 2U);
  EXPECT_EQ(c.whole().orders, 2);
  auto orders = work_->orders.list({.contract = contract, .campaign = c.id}).value();
  std::vector<Campaigns::Slot> slots;
  Time from = clock_.now() + std::chrono::hours(24 * 7);
  for (const auto& o : orders) {
    slots.push_back({o.id, o.version, from, from + std::chrono::hours(1)});
    from += std::chrono::hours(2);
  }
  auto late = slots;
  late[1].from = clock_.now() + std::chrono::hours(1);
  late[1].until = late[1].from + std::chrono::hours(1);
  EXPECT_EQ(work_->campaigns.plan(actor(kita), kita, contract, c.id, the_plan(), late).error().code,
            "desk.work_plan_late");
  EXPECT_EQ(work_->orders.get(contract, slots[0].order)->state, WorkState::ordered) << "all of them or none";
  ASSERT_TRUE(work_->campaigns.plan(actor(kita), kita, contract, c.id, the_plan(), slots));
  for (auto& slot : slots) ++slot.version;
  ASSERT_TRUE(work_->campaigns.decide(actor(yuki), yuki, contract, c.id, slots,
                                      WorkOrders::PlanDecision::approve, ""));
  clock_.advance(std::chrono::hours(24 * 8));
  answered(slots[0].order);
  const auto done = work_->orders.finish(actor(ota), ota, contract, {.order = slots[0].order}, "");
  ASSERT_TRUE(done) << done.error().text();
  c = work_->campaigns.get(contract, c.id).value();
  EXPECT_EQ(c.whole().finished, 1);
  EXPECT_EQ(c.whole().overdue, 0);
  clock_.advance(std::chrono::hours(24 * 30));
  c = work_->campaigns.list(contract, 0, 10).value().front();
  EXPECT_EQ(c.whole().overdue, 1);
  const auto foreign = open({sw1_}).value();
  EXPECT_EQ(work_->campaigns
                .decide(actor(yuki), yuki, contract, c.id, {{foreign.id, 1, {}, {}}},
                        WorkOrders::PlanDecision::approve, "")
                .error()
                .code,
            "desk.work_not_found");
}

TEST_P(WorkOrdersTest, AWaveWaitsUntilTheOneBeforeIsJudged) {
  const auto begin = [&](std::vector<NewWave> waves) {
    return work_->campaigns.open(actor(aki), aki,
                                 {.contract = contract,
                                  .kind = "patch",
                                  .title = "更新",
                                  .filter = {{}, {main_}, {}},
                                  .waves = std::move(waves)});
  };
  EXPECT_EQ(begin({{"検証", {sw1_}, {}}}).error().code, "desk.wave_count");
  EXPECT_EQ(begin({{"検証", {}, {}}, {"本番", {}, {}}}).error().code, "desk.wave_empty");
  EXPECT_EQ(begin({{"検証", {sw3_}, {}}, {"本番", {}, {}}}).error().code, "desk.wave_empty")
      << "a machine that is not among those of the campaign";
  EXPECT_EQ(begin({{"検証", {}, {main_}}, {"本番", {}, {}}}).error().code, "desk.wave_empty")
      << "nothing is left for the last";
  EXPECT_TRUE(work_->orders.list({.contract = contract})->empty()) << "nothing half-done";

  auto c = begin({{"検証", {sw1_}, {}}, {"本番", {}, {}}}).value();
  ASSERT_EQ(c.waves.size(), 2U);
  EXPECT_TRUE(c.waves[0].opened_at);
  EXPECT_FALSE(c.waves[1].opened_at);
  EXPECT_EQ(c.waves[0].progress.orders, 1);
  EXPECT_EQ(c.waves[1].progress.orders, 1) << "one order for the site, without the machine of the first";
  auto orders = work_->orders.list({.contract = contract, .campaign = c.id}).value();
  std::vector<Campaigns::Slot> slots;
  const Time from = clock_.now() + std::chrono::hours(24 * 7);
  for (const auto& o : orders) slots.push_back({o.id, o.version, from, from + std::chrono::hours(1)});
  ASSERT_TRUE(work_->campaigns.plan(actor(kita), kita, contract, c.id, the_plan(), slots));
  for (auto& slot : slots) ++slot.version;
  ASSERT_TRUE(work_->campaigns.decide(actor(yuki), yuki, contract, c.id, slots,
                                      WorkOrders::PlanDecision::approve, ""));
  clock_.advance(std::chrono::hours(24 * 8));
  // Newest first: the first wave's order is the last.
  const Id first = orders.back().id, second = orders.front().id;
  const auto told_to_start = [&] {
    int orders = 0;
    for (const auto& due : work_->due.list(contract, clock_.now() + std::chrono::hours(24), 50).value())
      if (due.what == "start") orders += due.orders;
    return orders;
  };
  EXPECT_EQ(told_to_start(), 1) << "nobody is late with what he may not begin";
  const auto takes_along = [&] {
    return work_->orders.list({.contract = contract, .wave_open = true})->size();
  };
  EXPECT_EQ(takes_along(), 1U);
  EXPECT_EQ(work_->orders.start(actor(ota), ota, contract, {.order = second}).error().code,
            "desk.wave_waits");
  EXPECT_EQ(work_->orders.answer(actor(ota), ota, contract, {.order = second}, {.seq = 1, .version = 1})
                .error()
                .code,
            "desk.wave_waits");
  const auto next = [&](const WorkPerson& who, int seq, const std::string& finding) {
    return work_->campaigns.open_wave(actor(who), who, contract, c.id, seq, finding);
  };
  EXPECT_EQ(next(yuki, 2, "問題なし").error().code, "desk.wave_unfinished");
  answered(first);
  ASSERT_TRUE(work_->orders.finish(actor(ota), ota, contract, {.order = first}, ""));
  EXPECT_EQ(next(ota, 2, "問題なし").error().code, "desk.work_role_forbidden");
  EXPECT_EQ(next(yuki, 2, " ").error().code, "desk.text_missing");
  EXPECT_EQ(next(yuki, 3, "問題なし").error().code, "desk.wave_not_found");
  c = next(yuki, 2, "問題なし").value();
  EXPECT_EQ(c.waves[1].note, "問題なし");
  EXPECT_EQ(next(yuki, 2, "もう一度").error().code, "desk.wave_open");
  EXPECT_EQ(takes_along(), 2U);
  EXPECT_EQ(told_to_start(), 1) << "the first is done, the second is late now";
  EXPECT_TRUE(work_->orders.start(actor(ota), ota, contract, {.order = second}));
}

TEST_P(WorkOrdersTest, SeveralOrdersInOneVisit) {
  const auto a = approved({sw1_}), b = approved({sw2_}), c = approved({sw3_});
  const auto day = calendar::format_date(calendar::date_of(clock_.now()));
  const auto plan = [&](std::vector<Id> orders) {
    return work_->visits.plan(actor(ota), ota, contract, main_, day, "太田", orders);
  };
  EXPECT_EQ(plan({a.id, c.id}).error().code, "desk.visit_other_site");
  EXPECT_EQ(plan({}).error().code, "desk.visit_empty");
  auto v = plan({a.id, b.id}).value();
  EXPECT_EQ(v.orders.size(), 2U);
  EXPECT_EQ(plan({a.id}).error().code, "desk.visit_taken");
  EXPECT_EQ(work_->visits.leave(actor(ota), ota, contract, {v.id, "", "", {}}).error().code,
            "desk.visit_not_arrived");
  EXPECT_EQ(work_->visits.arrive(actor(aki), aki, contract, {v.id, "", "", {}}).error().code,
            "desk.work_role_forbidden");
  v = work_->visits.arrive(actor(ota), ota, contract, {v.id, "a-1", "", {}}).value();
  EXPECT_EQ(v.state, "there");
  const auto when = v.arrived_at;
  clock_.advance(std::chrono::minutes(5));
  EXPECT_EQ(work_->visits.arrive(actor(ota), ota, contract, {v.id, "a-1", "", {}})->arrived_at, when);
  EXPECT_EQ(work_->visits.leave(actor(ota), ota, contract, {v.id, "", "", {}}).error().code,
            "desk.visit_unfinished");
  v = work_->visits.leave(actor(ota), ota, contract, {v.id, "l-1", "部品待ち", {}}).value();
  EXPECT_EQ(v.state, "left");
  EXPECT_TRUE(plan({a.id})) << "what was not finished goes into another visit";
  EXPECT_EQ(work_->visits.list(contract, day, true, 10)->size(), 1U);
}

TEST_P(WorkOrdersTest, ANoticeIsAssessedAndBecomesWork) {
  const auto receive = [&](const std::string& source) {
    return work_->notices.receive(actor(ota), ota, {contract, source, "M-1", "重大な修正", "全台", {}, {}});
  };
  EXPECT_EQ(receive("nobody").error().code, "desk.notice_source");
  auto n = receive("maker").value();
  EXPECT_EQ(n.number, "R8-NT-0001");
  EXPECT_EQ(n.assess_due, japan("2026-05-09T17:00")) << "two open days; Saturdays are open here";
  EXPECT_EQ(work_->notices.overdue(contract).value(), 0);
  clock_.advance(std::chrono::hours(24 * 3));
  EXPECT_EQ(work_->notices.overdue(contract).value(), 1);
  Assessment found{.concerned = true,
                   .urgency = Urgency::soon,
                   .reason = "版数が該当",
                   .filter = {{"switch"}, {}, {}},
                   .kind = "patch"};
  EXPECT_EQ(work_->notices.assess(actor(ota), ota, contract, n.id, n.version, found).error().code,
            "desk.work_role_forbidden");
  auto without = found;
  without.reason = " ";
  EXPECT_EQ(work_->notices.assess(actor(kita), kita, contract, n.id, n.version, without).error().code,
            "desk.text_missing");
  auto nothing = found;
  nothing.filter.classes = {"router"};
  EXPECT_EQ(work_->notices.assess(actor(kita), kita, contract, n.id, n.version, nothing).error().code,
            "desk.campaign_empty");
  EXPECT_EQ(count("SELECT count(*) FROM work_order"), 0) << "what is refused leaves nothing";
  n = work_->notices.assess(actor(kita), kita, contract, n.id, n.version, found).value();
  EXPECT_EQ(n.state, NoticeState::concerned);
  EXPECT_EQ(n.machines, 3);
  EXPECT_EQ(work_->campaigns.get(contract, n.campaign)->whole().orders, 2);
  EXPECT_EQ(work_->notices.overdue(contract).value(), 0);
  EXPECT_EQ(work_->notices.assess(actor(kita), kita, contract, n.id, n.version, found).error().code,
            "desk.notice_assessed");
  n = receive("maker").value();
  n = work_->notices
          .assess(actor(kita), kita, contract, n.id, n.version, {.concerned = false, .reason = "版数が違う"})
          .value();
  EXPECT_EQ(n.campaign, 0);
  EXPECT_EQ(work_->notices.list(contract, NoticeState::not_concerned, "重大", 0, 10)->size(), 1U);
}

YAGURA_ON_EVERY_DATABASE(WorkOrdersTest);

}  // namespace
}  // namespace yagura::desk
