// For tests: Yukino's work orders on a database of their own, with its people and three switches.
#pragma once

#include <gtest/gtest.h>

#include "calendar/civil.hpp"
#include "contract/scratch_packs.hpp"
#include "desk/work_reminders.hpp"
#include "ledger/password_vault.hpp"
#include "support/any_database.hpp"

namespace yagura::desk {

inline Time japan(std::string_view text) { return calendar::parse_instant(text).value(); }

class WorkGround : public AnyDatabase {
 protected:
  static constexpr auto contract = "yukino";
  const WorkPerson aki{1, "aki", "city_staff"}, yuki{2, "yuki", "city_supervisor"},
      kita{3, "kita", "contractor_manager"}, ota{4, "ota", "operator"};

  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {journal::migrations(), ledger::migrations(), ledger::PasswordVault::migrations(),
                             notify::migrations(), work_migrations()})
      ASSERT_TRUE(database().migrate(steps));
    packs_.add_regular_work();
    auto pack = contract::load_pack(packs_.pack(contract));
    ASSERT_TRUE(pack) << pack.error().text();
    pack_ = std::make_shared<const contract::Pack>(std::move(*pack));
    start();
    main_ = site("本庁");
    branch_ = site("支所");
    sw1_ = device("sw1", main_);
    sw2_ = device("sw2", main_);
    sw3_ = device("sw3", branch_);
  }
  void start() {  // as after a restart
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    ledgers_ = std::make_unique<ledger::Ledgers>(
        ledger::Ledgers::Ground{database(), *journal_, clock_, ids_},
        ledger::load_definitions(YAGURA_SOURCE_DIR "/share/ledgers").value(),
        [](std::string_view, std::string_view list) -> std::vector<ledger::Choice> {
          if (list == "password_rotations") return {{"half", {"年 2 回", "Twice"}}};
          if (list == "device_classes") return {{"switch", {"スイッチ", "Switch"}}};
          return {{"main_office", {"本庁", "Main"}}};
        });
    work_ =
        std::make_unique<WorkDesk>(WorkOrders::Ground{database(), *journal_, clock_, ids_, *ledgers_},
                                   [this](std::string_view id) { return id == contract ? pack_ : nullptr; });
  }
  static journal::Actor actor(const WorkPerson& who) { return {who.account, who.name, "10.0.0.1"}; }
  Id site(const char* name) {
    return ledgers_
        ->create({}, contract, "sites", schema::Value::object({{"name", name}, {"kind", "main_office"}}), "")
        .value()
        .id;
  }
  Id device(const char* name, Id where) {
    return ledgers_
        ->create({}, contract, "devices",
                 schema::Value::object({{"name", name}, {"class", "switch"}, {"site", where}}), "")
        .value()
        .id;
  }
  Result<WorkOrder> open(std::vector<Id> devices) {
    return work_->orders.open(
        actor(aki), aki,
        {.contract = contract, .kind = "patch", .title = "修正の適用", .devices = std::move(devices)});
  }
  WorkPlan the_plan() {
    const Time from = clock_.now() + std::chrono::hours(24 * 7);
    return {from, from + std::chrono::hours(3), "太田", "", {"止める", "替える"}, {}, false, ""};
  }
  WorkOrder approved(std::vector<Id> devices) {
    auto o = open(std::move(devices)).value();
    o = work_->orders.plan(actor(kita), kita, contract, {.order = o.id, .version = o.version}, the_plan(), {})
            .value();
    o = work_->orders
            .decide_plan(actor(yuki), yuki, contract, {.order = o.id, .version = o.version},
                         WorkOrders::PlanDecision::approve, "")
            .value();
    clock_.advance(std::chrono::hours(24 * 7));
    return o;
  }
  Result<WorkOrder> answer(Id order, int seq, std::int64_t version, StepResult result = StepResult::ok,
                           std::string value = "1", const std::string& key = "") {
    std::vector<WorkFile> photographs{{photo(), ""}};
    return work_->orders.answer(actor(ota), ota, contract, {.order = order, .key = key},
                                {seq, version, result, std::move(value), "記録", photographs});
  }
  Id photo() {
    if (photo_ == 0)
      photo_ = ledgers_->attach(actor(ota), contract, "写真.jpg", "image/jpeg", "x").value().id;
    return photo_;
  }
  WorkOrder answered(Id order, StepResult of_items = StepResult::ok) {
    auto o = work_->orders.get(contract, order).value();
    for (const auto& step : o.steps) {
      const auto value = step.answer == "choice" ? "white" : "1";
      const auto done =
          answer(order, step.seq, step.version, step.list == "machine" ? of_items : StepResult::ok, value);
      EXPECT_TRUE(done) << done.error().text() << " " << step.title.ja;
    }
    return work_->orders.get(contract, order).value();
  }
  std::int64_t count(const std::string& sql) {
    return database().read([&](store::Session& s) { return s.integer(sql); }).value().value_or(-1);
  }

  contract::ScratchPacks packs_;
  ManualClock clock_{japan("2026-05-07T10:00")};
  IdSource ids_{clock_};
  std::shared_ptr<const contract::Pack> pack_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<ledger::Ledgers> ledgers_;
  std::unique_ptr<WorkDesk> work_;
  Id main_ = 0, branch_ = 0, sw1_ = 0, sw2_ = 0, sw3_ = 0, photo_ = 0;
};

}  // namespace yagura::desk
