// What of work is due, who is told of it and when; regular work and rotations of passwords; deputies.
#include <algorithm>

#include "desk/work_test_ground.hpp"
#include "support/counting_database.hpp"

namespace yagura::desk {
namespace {

using schema::Value;

class WorkDueTest : public WorkGround {
 protected:
  void SetUp() override {
    WorkGround::SetUp();
    if (IsSkipped()) return;
    contacts_ =
        std::make_unique<notify::Contacts>(notify::Contacts::Ground{database(), *journal_, clock_, ids_});
    reminders_ = std::make_unique<WorkReminders>(
        *work_, *contacts_,
        [](std::string_view, const std::string& role) -> Result<std::vector<notify::Recipient>> {
          return std::vector<notify::Recipient>{{role, role + "@example.jp"}};
        });
    ASSERT_TRUE(reminders_->renew(contract));
    vault_ = std::make_unique<store::Vault>(store::Vault::open(packs_.folder() / "vault.key").value());
    passwords_ = std::make_unique<ledger::PasswordVault>(
        ledger::PasswordVault::Ground{database(), *journal_, clock_, ids_, *vault_, *ledgers_},
        [this](std::string_view, const std::string& rotation, calendar::Date changed) {
          return contract::next_password_change(*pack_, rotation, changed);
        });
    passwords_->on_change(
        [this](store::Session& s, const journal::Actor& by, std::string_view of, Id row, calendar::Date on) {
          return work_->orders.password_changed(s, by, of, row, calendar::format_date(on));
        });
  }
  int told() {
    clock_.advance(std::chrono::minutes(2));
    const auto done = reminders_->tick(contract);
    EXPECT_TRUE(done) << done.error().text();
    return done.value_or(-1);
  }
  // Who got mail since the last time, and what it said.
  std::map<std::string, std::string> mails() {
    std::map<std::string, std::string> out;
    EXPECT_TRUE(database().read([&](store::Session& s) {
      return s.query(
          "SELECT c.address, w.mail_body FROM contact c JOIN contact_walk w ON w.id = c.walk WHERE c.id > $1 "
          "ORDER BY c.id",
          seen_, [&](const store::Row& row) { out[row.string(0)] += row.string(1); });
    }));
    seen_ = count("SELECT COALESCE(max(id), 0) FROM contact");
    return out;
  }
  std::vector<std::string> due(std::string_view before) {
    std::vector<std::string> out;
    const auto found = work_->due.list(contract, japan(before), 50);
    EXPECT_TRUE(found) << found.error().text();
    for (const auto& one : *found) out.push_back(one.what + (one.late ? " late" : ""));
    return out;
  }
  Id id(const std::string& name, const char* state = "in_use") {
    const auto row = ledgers_->create({}, contract, "privileged_ids",
                                      Value::object({{"name", name},
                                                     {"machine", "基幹サーバ"},
                                                     {"kind", "os"},
                                                     {"login", "Administrator"},
                                                     {"rotation", "half"},
                                                     {"state", state}}),
                                      "");
    EXPECT_TRUE(row) << row.error().text();
    return row->id;
  }
  WorkOrder rotation_order() {
    auto found = work_->orders.list({.contract = contract, .kind = "password_change"}).value();
    EXPECT_EQ(found.size(), 1U);
    return found.at(0);
  }
  WorkOrder planned(Id order, int days = 3) {
    auto o = work_->orders.get(contract, order).value();
    auto plan = the_plan();
    plan.from = clock_.now() + std::chrono::hours(24 * days);
    plan.until = plan.from + std::chrono::hours(3);
    return work_->orders.plan(actor(kita), kita, contract, {.order = o.id, .version = o.version}, plan, {})
        .value();
  }
  Result<WorkOrder> approve(const WorkOrder& o, const WorkPerson& who) {
    return work_->orders.decide_plan(actor(who), who, contract, {.order = o.id, .version = o.version},
                                     WorkOrders::PlanDecision::approve, "");
  }

  std::unique_ptr<notify::Contacts> contacts_;
  std::unique_ptr<WorkReminders> reminders_;
  std::unique_ptr<store::Vault> vault_;
  std::unique_ptr<ledger::PasswordVault> passwords_;
  Id seen_ = 0;
};

TEST_P(WorkDueTest, EachStageIsToldOnceToWhoActsAndWhenLateToWhoWaits) {
  const auto o = open({sw1_}).value();  // due on the 21st; its papers three open days before
  EXPECT_EQ(o.next_what, "plan");
  EXPECT_EQ(o.next_due, japan("2026-05-18T17:00"));
  EXPECT_EQ(told(), 0);
  clock_.jump_to(japan("2026-05-17T12:00"));  // a Sunday: nobody is at work
  EXPECT_EQ(told(), 1) << "the open day before has come";
  auto sent = mails();
  ASSERT_EQ(sent.size(), 1U) << "who has to act, alone";
  EXPECT_NE(sent["contractor_manager@example.jp"].find("計画の提出　" + o.number), std::string::npos);
  EXPECT_EQ(told(), 0) << "once";
  clock_.jump_to(japan("2026-05-18T18:00"));
  EXPECT_EQ(told(), 0) << "late, and out of hours";
  clock_.jump_to(japan("2026-05-19T09:30"));
  EXPECT_EQ(told(), 1);
  sent = mails();
  EXPECT_TRUE(sent.contains("contractor_manager@example.jp"));
  ASSERT_TRUE(sent.contains("city_staff@example.jp")) << "who waits for it";
  EXPECT_NE(sent["city_staff@example.jp"].find("【期限超過】"), std::string::npos);
  EXPECT_NE(sent["city_staff@example.jp"].find("OVERDUE"), std::string::npos);
  EXPECT_EQ(due("2026-05-30T00:00"), (std::vector<std::string>{"plan late", "order"}));
  EXPECT_EQ(work_->orders.counts(contract).value().overdue, 1);
  const auto p =
      work_->orders
          .plan(actor(kita), kita, contract, {.order = o.id, .version = o.version},
                {japan("2026-05-23T10:00"), japan("2026-05-23T12:00"), "太田", "", {"止める"}, {}, false, ""},
                {})
          .value();
  EXPECT_EQ(p.next_what, "approve");
  clock_.jump_to(japan("2026-05-25T09:30"));
  EXPECT_EQ(told(), 2) << "not approved, and not done by its day";
  sent = mails();
  EXPECT_NE(sent["city_supervisor@example.jp"].find("計画の承認"), std::string::npos);
  EXPECT_EQ(count("SELECT count(*) FROM work_reminder WHERE days = -1"), 3);
  const auto entries = database().read([&](store::Session& s) {
    return journal_->list(s, {.chain = contract, .kind_prefix = "work_due.late", .limit = 100});
  });
  EXPECT_EQ(entries->size(), 3U);
  ASSERT_TRUE(
      work_->orders.withdraw(actor(aki), aki, contract, {.order = o.id, .version = p.version}, "不要"));
  EXPECT_TRUE(due("2026-06-30T00:00").empty());
}

TEST_P(WorkDueTest, APlannedDayThatPassedAndAResultThatNobodyAccepts) {
  auto o = approved({sw1_});  // now it begins
  EXPECT_EQ(o.next_what, "start");
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(due("2026-05-16T00:00"), (std::vector<std::string>{"start late"}));
  o = answered(o.id);
  EXPECT_EQ(o.next_what, "finish");
  o = work_->orders.finish(actor(ota), ota, contract, {.order = o.id, .version = o.version}, "済み").value();
  EXPECT_EQ(o.next_what, "accept");
  EXPECT_EQ(o.next_due, o.report_due);
  clock_.advance(std::chrono::hours(24 * 5));
  mails();
  EXPECT_EQ(told(), 1);
  const auto sent = mails();
  EXPECT_TRUE(sent.contains("city_staff@example.jp"));
  EXPECT_TRUE(sent.contains("contractor_manager@example.jp"));
}

TEST_P(WorkDueTest, ACampaignAndANoticeAreToldOfAsOne) {
  ASSERT_TRUE(
      work_->campaigns.open(actor(aki), aki, {.contract = contract, .kind = "patch", .title = "全拠点"}));
  ASSERT_TRUE(
      work_->notices.receive(actor(ota), ota, {contract, "maker", "M-1", "重大な修正", "全台", {}, {}}));
  clock_.jump_to(japan("2026-05-25T09:30"));
  EXPECT_EQ(told(), 3) << "papers, the campaign itself, the notice";
  EXPECT_EQ(due("2026-05-25T00:00"), (std::vector<std::string>{"notice late", "plan late", "campaign late"}));
  EXPECT_EQ(work_->due.list(contract, japan("2026-05-25T00:00"), 50)->at(1).orders, 2);
  EXPECT_EQ(told(), 0) << "its second order does not come up as something new";
}

TEST_P(WorkDueTest, WhatWasThereBeforeIsCountedAnew) {
  const auto o = open({sw1_}).value();
  ASSERT_TRUE(database().write([&](store::Session& s) -> Result<void> {
    YAGURA_CHECK(s.exec("DELETE FROM work_piece"));
    YAGURA_CHECK(s.exec("UPDATE work_order SET next_what = '', next_due = NULL, place = 0"));
    return {};
  }));
  EXPECT_TRUE(work_->orders.list({.contract = contract, .search = "sw1"})->empty());
  ASSERT_TRUE(work_->orders.fill_search(contract));
  EXPECT_EQ(work_->orders.list({.contract = contract, .search = "sw1"})->size(), 1U);
  EXPECT_EQ(work_->orders.renew_due(contract).value(), 1);
  EXPECT_EQ(work_->orders.renew_due(contract).value(), 0);
  EXPECT_EQ(work_->orders.get(contract, o.id)->next_due, o.next_due);
}

TEST_P(WorkDueTest, RegularWorkIsLateUntilItIsMadeUpFor) {
  const auto year = [&](int from) {
    return work_->due.regular(*pack_, japan(std::to_string(from) + "-04-01T00:00"),
                              japan(std::to_string(from + 1) + "-04-01T00:00"));
  };
  const auto first = year(2026).value();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].due, japan("2026-08-31T17:00"));
  EXPECT_FALSE(first[0].late);
  EXPECT_TRUE(work_->due.regular(*pack_, japan("2025-04-01T00:00"), japan("2026-04-01T00:00"))->empty());
  clock_.jump_to(japan("2026-09-03T10:00"));
  EXPECT_EQ(due("2026-09-03T00:00"), (std::vector<std::string>{"regular late"}));
  mails();
  EXPECT_GE(told(), 1);
  EXPECT_TRUE(mails().contains("city_staff@example.jp"));
  auto o = work_->orders
               .open(actor(aki), aki,
                     {.contract = contract, .kind = "yearly_check", .title = "点検", .site = main_})
               .value();
  o = planned(o.id);
  ASSERT_TRUE(approve(o, yuki));
  clock_.advance(std::chrono::hours(24 * 3));
  o = answered(o.id);
  o = work_->orders.finish(actor(ota), ota, contract, {.order = o.id, .version = o.version}, "済み").value();
  EXPECT_EQ(year(2026)->at(0).order, o.id) << "late, but done";
  EXPECT_EQ(year(2027)->at(0).order, 0) << "once does not count twice";
}

TEST_P(WorkDueTest, ARotationOpensOneOrderAndTheVaultCompletesItsSteps) {
  const Id a = id("基幹 / OS"), b = id("基幹 / DB"), gone = id("旧サーバ", "removed");
  clock_.jump_to(japan("2026-05-29T10:00"));
  told();
  EXPECT_EQ(work_->orders.list({.contract = contract, .kind = "password_change"})->size(), 0U) << "too early";
  clock_.jump_to(japan("2026-06-01T10:00"));
  told();
  told();
  auto o = rotation_order();
  EXPECT_EQ(o.due, japan("2026-07-01T00:00"));
  ASSERT_TRUE(
      passwords_->change(actor(ota), contract, b, "before the plan", *calendar::parse_date("2026-06-01")));
  o = planned(o.id);
  o = approve(o, yuki).value();
  const auto vault_steps = std::ranges::count(o.steps, "vault", &WorkStep::answer);
  EXPECT_EQ(vault_steps, 2) << "each id in use; the removed one not";
  EXPECT_TRUE(std::ranges::none_of(o.steps, [&](const WorkStep& s) { return s.target == gone; }));
  const auto step_of = [&](Id row) {
    const auto now = work_->orders.get(contract, o.id).value();
    return *std::ranges::find(now.steps, row, &WorkStep::target);
  };
  EXPECT_EQ(step_of(b).result, StepResult::ok) << "what was changed for this day already counts";
  EXPECT_EQ(step_of(b).by_name, "ota");
  EXPECT_EQ(step_of(a).result, StepResult::open);
  clock_.advance(std::chrono::hours(24 * 3));
  EXPECT_EQ(answer(o.id, step_of(a).seq, 0).error().code, "desk.work_step_vault") << "not by a tick";
  ASSERT_TRUE(
      passwords_->change(actor(kita), contract, a, "not in any log", *calendar::parse_date("2026-06-04")));
  EXPECT_EQ(step_of(a).result, StepResult::ok);
  EXPECT_EQ(step_of(a).value, "2026-06-04");
  EXPECT_EQ(step_of(a).by_name, "kita");
  EXPECT_EQ(work_->orders.get(contract, o.id)->state, WorkState::executing);
  EXPECT_EQ(count("SELECT count(*) FROM work_step WHERE CAST(done AS TEXT) LIKE '%not in any log%'"), 0);
  // What fails in the work leaves the vault as it was.
  const auto before = count("SELECT changes FROM password WHERE row_id = " + std::to_string(a));
  passwords_->on_change([](store::Session&, const journal::Actor&, std::string_view, Id,
                           calendar::Date) -> Result<void> { return fail("desk.work_conflict"); });
  EXPECT_FALSE(passwords_->change(actor(kita), contract, a, "another", *calendar::parse_date("2026-06-04")));
  EXPECT_EQ(count("SELECT changes FROM password WHERE row_id = " + std::to_string(a)), before);
}

// The server stood still while a change was due: it is ordered when it runs again, late and with the reason.
TEST_P(WorkDueTest, ARotationThatPassedMeanwhileIsMadeUpFor) {
  id("基幹 / OS");
  clock_.jump_to(japan("2026-05-29T10:00"));
  told();
  EXPECT_EQ(work_->orders.list({.contract = contract, .kind = "password_change"})->size(), 0U) << "too early";
  clock_.jump_to(japan("2026-07-10T10:00"));
  told();
  told();
  const auto late = rotation_order();
  EXPECT_EQ(late.due, japan("2026-07-01T00:00")) << "late from the beginning";
  EXPECT_NE(late.detail.find("2026-06-30"), std::string::npos) << late.detail;
  EXPECT_NE(late.detail.find("2026-05-29"), std::string::npos) << "since when: " << late.detail;
  EXPECT_EQ(due("2026-07-11T00:00"), (std::vector<std::string>{"order late"}));
  const auto entries = [&] {
    return database()
        .read([&](store::Session& s) {
          return journal_->list(s, {.chain = contract, .kind_prefix = "work_order.caught_up", .limit = 10});
        })
        .value();
  };
  ASSERT_EQ(entries().size(), 1U);
  EXPECT_EQ(entries()[0].record.subject, "work/" + std::to_string(late.id));
  EXPECT_EQ(entries()[0].record.data["days"].text(), "2026-06-30");
  // One whose time came while the server ran is opened once, in time.
  clock_.jump_to(japan("2026-12-10T10:00"));
  told();
  clock_.jump_to(japan("2027-01-05T10:00"));
  told();
  EXPECT_EQ(work_->orders.list({.contract = contract, .kind = "password_change"})->size(), 2U);
  EXPECT_EQ(entries().size(), 1U);
  // Two that passed are one order; a clock that goes back opens none.
  clock_.jump_to(japan("2028-01-10T10:00"));
  ASSERT_TRUE(reminders_->renew(contract));
  told();
  ASSERT_EQ(entries().size(), 2U);
  EXPECT_EQ(entries()[0].record.data["days"].text(), "2027-06-30, 2027-12-31");
  clock_.jump_to(japan("2027-05-10T10:00"));
  told();
  clock_.jump_to(japan("2028-01-10T10:30"));
  told();
  EXPECT_EQ(work_->orders.list({.contract = contract, .kind = "password_change"})->size(), 3U);
}

// The days before a planned date are those of the kind's notice, wherever the date comes from.
TEST_P(WorkDueTest, APlanIsDueSoManyDaysBeforeThePlannedDate) {
  EXPECT_EQ(end_of_planned_day("2026-05-20T18:00"), japan("2026-05-21T00:00"));
  EXPECT_EQ(end_of_planned_day("2026-05-20"), japan("2026-05-21T00:00"));
  EXPECT_FALSE(end_of_planned_day("soon"));
  const auto order = work_->orders.open(actor(aki), aki,
                                        {.contract = contract,
                                         .kind = "yearly_check",
                                         .title = "点検",
                                         .site = main_,
                                         .due = end_of_planned_day("2026-05-20T18:00").value()});
  ASSERT_TRUE(order) << order.error().text();
  EXPECT_EQ(order->next_what, "plan");
  EXPECT_EQ(order->next_due, japan("2026-05-20T00:00")) << "one day before the 20th, by its end";
}

// What is late of daily work is one thing with its number, and the next of it is told of on its day alone.
TEST_P(WorkDueTest, DailyWorkDoesNotHideTheRest) {
  auto pack = std::make_shared<contract::Pack>(*pack_);
  for (auto& rule : pack->deadlines)
    if (rule.id == "yearly_check") {
      rule.starts_on = "day_ended";
      rule.deadline.form = calendar::WithinDays{.n = 0, .until = std::chrono::hours(17)};
    }
  pack_ = pack;
  clock_.jump_to(japan("2026-05-07T09:00"));
  ASSERT_TRUE(reminders_->renew(contract));
  EXPECT_EQ(due("2026-06-30T00:00"), (std::vector<std::string>{"regular"})) << "the next one alone";
  told();
  const auto told_of = [&] {
    return count("SELECT count(*) FROM work_reminder WHERE what = 'regular/yearly_check'");
  };
  EXPECT_EQ(told_of(), 1) << "of today's, not of each day two weeks ahead";
  clock_.jump_to(japan("2026-05-15T09:00"));
  const auto found = work_->due.list(contract, japan("2026-06-30T00:00"), 50).value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].late);
  EXPECT_EQ(found[0].orders, 7) << "7 to 9 and 11 to 14 May: Saturdays are open there";
  EXPECT_EQ(found[0].due, japan("2026-05-14T17:00"));
  EXPECT_EQ(found[1].due, japan("2026-05-15T17:00"));
}

TEST_P(WorkDueTest, ACampaignOfPasswordsIsOneOrder) {
  const auto made = work_->campaigns.open(
      actor(aki), aki, {.contract = contract, .kind = "password_change", .title = "秋の変更"});
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->whole().orders, 1) << "its steps are the ids, not the machines of each site";
  const auto order = work_->orders.list({.contract = contract, .campaign = made->id}).value().at(0);
  EXPECT_EQ(order.targets.size(), 3U);
  EXPECT_EQ(approve(planned(order.id), yuki).error().code, "desk.work_no_passwords");
  id("基幹 / OS");
  EXPECT_TRUE(approve(work_->orders.get(contract, order.id).value(), yuki));
}

TEST_P(WorkDueTest, ADeputyDecidesForSomebodyAndNeverOnHisOwn) {
  WorkPerson sato{5, "sato", "city_staff"};
  auto o = planned(open({sw1_})->id, 7);
  EXPECT_EQ(approve(o, sato).error().code, "desk.work_role_forbidden");
  sato.stands_in_for = {{ota.account, "ota", "operator"}};
  EXPECT_EQ(approve(o, sato).error().code, "desk.work_role_forbidden") << "his principal may not either";
  sato.stands_in_for = {{yuki.account, "yuki", "city_supervisor"}};
  const auto& kind = *pack_->work.kind("patch");
  const auto may = [](const std::vector<std::string_view>& acts) {
    return std::ranges::find(acts, "approve") != acts.end();
  };
  EXPECT_TRUE(may(acts_for(o, kind, sato)));
  const auto done = approve(o, sato);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->approver.name, "sato");
  EXPECT_EQ(done->approver.for_name, "yuki");
  EXPECT_EQ(work_->orders.get(contract, o.id)->approver.for_name, "yuki");
  const auto entries = database().read([&](store::Session& s) {
    return journal_->list(s, {.chain = contract, .subject = "work/" + std::to_string(o.id), .limit = 1});
  });
  EXPECT_EQ(entries->front().record.kind, "work_order.approved");
  EXPECT_EQ(entries->front().record.data["for"].text(), "yuki");
  // Who ordered it himself, or stands in for who planned it, does not decide on it as a deputy.
  o = planned(open({sw2_})->id, 7);
  WorkPerson orderer = aki;
  orderer.stands_in_for = sato.stands_in_for;
  EXPECT_EQ(approve(o, orderer).error().code, "desk.work_own_plan");
  EXPECT_FALSE(may(acts_for(o, kind, orderer)));
  sato.role = "auditor";
  sato.stands_in_for = {{kita.account, "kita", "contractor_manager"}};
  EXPECT_EQ(approve(o, sato).error().code, "desk.work_own_plan");
}

TEST_P(WorkDueTest, ScreensAskNoMoreOfManyThanOfFew) {
  CountingDatabase counted(database());
  WorkDesk desk({counted, *journal_, clock_, ids_, *ledgers_}, [this](std::string_view) { return pack_; });
  const auto asked = [&](auto&& question) {
    counted.taken();
    EXPECT_TRUE(question());
    return counted.taken();
  };
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(open({sw1_}));
      ASSERT_TRUE(
          work_->campaigns.open(actor(aki), aki, {.contract = contract, .kind = "patch", .title = "全拠点"}));
    }
    EXPECT_EQ(asked([&] { return desk.orders.list({.contract = contract, .search = "修正"}); }), 3)
        << "the index, the texts, the orders";
    EXPECT_EQ(asked([&] { return desk.orders.list({.contract = contract, .kind = "patch"}); }), 1);
    EXPECT_EQ(asked([&] { return desk.orders.counts(contract); }), 1);
    EXPECT_EQ(asked([&] { return desk.campaigns.list(contract, 0, 50); }), 2);
    EXPECT_EQ(asked([&] { return desk.notices.list(contract, {}, "", 0, 50); }), 1);
    EXPECT_EQ(asked([&] { return desk.due.list(contract, japan("2026-06-30T00:00"), 100); }), 6)
        << "orders by stage, by their day, campaigns, notices; regular work: since when, and one for its one "
           "kind";
    EXPECT_EQ(asked([&] { return desk.due.regular(*pack_, {}, japan("2027-01-01T00:00")); }), 2);
  }
}

YAGURA_ON_EVERY_DATABASE(WorkDueTest);

}  // namespace
}  // namespace yagura::desk
