#include "desk/incidents.hpp"

#include <algorithm>

#include "support/any_database.hpp"

namespace yagura::desk {
namespace {

Time japan(std::string_view text) { return calendar::parse_instant(text).value(); }

class IncidentsTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(journal::migrations()));
    ASSERT_TRUE(database().migrate(notify::migrations()));
    ASSERT_TRUE(database().migrate(migrations()));
    auto pack = contract::load_pack(YAGURA_SOURCE_DIR "/packs/matsusaka");
    ASSERT_TRUE(pack) << pack.error().text();
    pack_ = std::make_shared<const contract::Pack>(std::move(*pack));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    contacts_ =
        std::make_unique<notify::Contacts>(notify::Contacts::Ground{database(), *journal_, clock_, ids_});
    incidents_ = std::make_unique<Incidents>(
        Incidents::Ground{database(), *journal_, clock_, ids_, *contacts_},
        [this](std::string_view id) { return id == "matsusaka" ? pack_ : nullptr; },
        [](std::string_view, const contract::ContactStep& step) -> Result<std::vector<notify::Recipient>> {
          return std::vector<notify::Recipient>{
              {"担当 " + step.title.ja, step.channel == "phone" ? "000" : "a@example.jp"}};
        });
  }
  AlertFacts alert(Id id, Id device = 5, std::string severity = "critical",
                   std::string site_kind = "main_office", std::string device_class = "core_switch_a") {
    return {id,
            "matsusaka",
            std::move(severity),
            {"応答なし", "No answer"},
            {device, "core-1", std::move(device_class), 9, "本庁舎", std::move(site_kind)},
            clock_.now()};
  }
  std::map<std::string, ClockRow> clocks(Id incident) {
    std::map<std::string, ClockRow> out;
    for (auto& c : incidents_->clocks("matsusaka", incident).value()) out[c.rule] = std::move(c);
    return out;
  }
  Result<Incident> event(Id id, const std::string& what, std::optional<Time> at = {}) {
    return incidents_->event(by_, "matsusaka", id, what, at, "");
  }
  ManualClock clock_{japan("2026-04-28T17:10")};
  IdSource ids_{clock_};
  const journal::Actor by_{7, "運用 次郎", "10.0.0.1"};
  std::shared_ptr<const contract::Pack> pack_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<notify::Contacts> contacts_;
  std::unique_ptr<Incidents> incidents_;
};

TEST_P(IncidentsTest, AnAlertOpensAnIncidentWithTheContractsClocks) {
  const Id id = incidents_->on_alert(alert(1)).value();
  const auto incident = incidents_->get("matsusaka", id).value();
  EXPECT_EQ(incident.number, "2026-0001");
  EXPECT_EQ(incident.alerts, std::vector<Id>{1});
  auto c = clocks(id);
  EXPECT_EQ(c["first_report"].judged.due, japan("2026-04-28T17:40"));
  EXPECT_EQ(c["arrival"].judged.due, japan("2026-04-28T18:10"))
      << "17:10 is within opening hours: 60 minutes";
  EXPECT_FALSE(c.contains("recovery")) << "begins with the work on site";
  EXPECT_FALSE(c.contains("fault_report")) << "only when the city's work stops";
  EXPECT_EQ(incident.next_rule, "first_report");
  EXPECT_EQ(incidents_->get("other", id).error().code, "desk.incident_not_found");
  EXPECT_FALSE(contacts_->of("matsusaka", "incident/" + std::to_string(id))->empty());
}

TEST_P(IncidentsTest, PlaceAndHourChooseTheLimit) {
  clock_.jump_to(japan("2026-04-29T10:00"));  // Showa Day
  auto c = clocks(incidents_->on_alert(alert(1, 5, "critical", "branch")).value());
  EXPECT_EQ(c["arrival"].judged.due, japan("2026-04-29T12:30"));
  c = clocks(incidents_->on_alert(alert(2, 6, "critical", "external", "rack_server")).value());
  EXPECT_EQ(c["arrival"].judged.due, japan("2026-04-29T12:00"))
      << "the virtual platform has a limit of its own wherever it stands";
}

TEST_P(IncidentsTest, AlertsOfOneDeviceJoinAndAWorseOneTellsItsPeople) {
  const Id id = incidents_->on_alert(alert(1, 5, "minor")).value();
  EXPECT_EQ(incidents_->on_alert(alert(1, 5, "minor")).value(), id) << "the same alert twice is one";
  EXPECT_EQ(incidents_->on_alert(alert(2, 5, "critical")).value(), id);
  EXPECT_NE(incidents_->on_alert(alert(3, 6, "critical")).value(), id);
  EXPECT_EQ(incidents_->on_alert(alert(4, 7, "info")).value(), 0);
  const Id grown = incidents_->on_alert(alert(6, 8, "minor")).value();
  EXPECT_EQ(incidents_->on_alert(alert(6, 8, "critical")).value(), grown);
  EXPECT_EQ(incidents_->get("matsusaka", grown)->severity, "critical")
      << "an alert that got worse makes its incident worse";
  const auto incident = incidents_->get("matsusaka", id).value();
  EXPECT_EQ(incident.severity, "critical");
  EXPECT_EQ(incident.alerts.size(), 2U);
  EXPECT_FALSE(contacts_->calls("matsusaka", "incident/" + std::to_string(id))->empty());
  ASSERT_TRUE(incidents_->close(by_, "matsusaka", id, "復旧済み"));
  EXPECT_NE(incidents_->on_alert(alert(5, 5)).value(), id) << "a closed incident is not joined";
}

TEST_P(IncidentsTest, EvidenceStandsOnTheTimeLineAndChangesNothing) {
  const Id id = incidents_->on_alert(alert(1, 5, "major")).value();
  ASSERT_TRUE(incidents_->on_evidence("matsusaka", id, 9, {"core-2 のポート", "A port of core-2"}));
  const auto entries =
      database()
          .read([&](store::Session& s) {
            return journal_->list(s, {.chain = "matsusaka", .kind_prefix = "incident.joined", .limit = 5});
          })
          .value();
  EXPECT_TRUE(std::ranges::any_of(entries, [](const auto& e) {
    return e.record.data["alert"].integer() == 9 && e.record.data["evidence"].boolean();
  }));
  EXPECT_EQ(incidents_->get("matsusaka", id)->alerts, std::vector<Id>{1});
  EXPECT_EQ(incidents_->on_evidence("other", id, 9, {}).error().code, "desk.contract_not_found");
}

TEST_P(IncidentsTest, TitleAndSeverityChangeWithAReasonThatIsKept) {
  const Id id = incidents_->on_alert(alert(1, 5, "minor")).value();
  EXPECT_EQ(incidents_->change(by_, "matsusaka", id, {.title = "別の件名"}).error().code,
            "desk.change_reason_missing");
  EXPECT_EQ(incidents_->change(by_, "matsusaka", id, {.severity = "critical", .reason = "  "}).error().code,
            "desk.change_reason_missing");
  EXPECT_EQ(incidents_->get("matsusaka", id)->severity, "minor") << "a refused change changes nothing";
  ASSERT_TRUE(incidents_->change(by_, "matsusaka", id, {.owner = 7, .owner_name = "運用 次郎"}));
  EXPECT_TRUE(contacts_->calls("matsusaka", "incident/" + std::to_string(id))->empty());
  const auto changed =
      incidents_
          ->change(by_, "matsusaka", id,
                   {.title = "庁舎全体の停止", .severity = "critical", .reason = "窓口が止まった"})
          .value();
  EXPECT_EQ(changed.title, "庁舎全体の停止");
  EXPECT_EQ(changed.owner_name, "運用 次郎");
  EXPECT_FALSE(contacts_->calls("matsusaka", "incident/" + std::to_string(id))->empty())
      << "the people of the new severity are told";
  const auto entries =
      database()
          .read([&](store::Session& s) {
            return journal_->list(s, {.chain = "matsusaka", .kind_prefix = "incident.changed", .limit = 5});
          })
          .value();
  ASSERT_FALSE(entries.empty());
  const auto& record = entries.front().record;
  EXPECT_EQ(record.data["reason"].text(), "窓口が止まった");
  EXPECT_EQ(record.data["severity"]["before"].text(), "minor");
  EXPECT_EQ(record.actor.name, "運用 次郎");
}

TEST_P(IncidentsTest, EventsDriveTheClocks) {
  const Id id = incidents_->on_alert(alert(1)).value();
  clock_.advance(std::chrono::minutes(20));
  ASSERT_TRUE(event(id, "first_reported"));
  EXPECT_EQ(clocks(id)["first_report"].judged.state, calendar::ClockState::met);
  clock_.advance(std::chrono::minutes(30));
  ASSERT_TRUE(event(id, "work_started", japan("2026-04-28T17:55")));
  auto c = clocks(id);
  EXPECT_EQ(c["arrival"].judged.state, calendar::ClockState::met);
  EXPECT_EQ(c["recovery"].judged.due, japan("2026-04-28T19:55"));
  ASSERT_TRUE(event(id, "paused"));
  EXPECT_EQ(clocks(id)["recovery"].judged.state, calendar::ClockState::paused);
  clock_.advance(std::chrono::hours(5));
  ASSERT_TRUE(event(id, "resumed"));
  EXPECT_EQ(clocks(id)["recovery"].judged.state, calendar::ClockState::running) << "a pause can be ended";
  clock_.advance(std::chrono::minutes(30));
  const auto restored = event(id, "restored").value();
  EXPECT_EQ(restored.state, State::restored);
  EXPECT_EQ(clocks(id)["recovery"].judged.state, calendar::ClockState::met);
  EXPECT_EQ(event(id, "arrived", japan("2026-04-28T17:00")).error().code, "desk.time_before_detection");
  EXPECT_EQ(event(id, "arrived", clock_.now() + std::chrono::minutes(1)).error().code, "desk.time_in_future");
  EXPECT_EQ(event(id, "nonsense").error().code, "desk.event_unknown");
  EXPECT_EQ(event(id, "closed").error().code, "desk.event_unknown");
}

TEST_P(IncidentsTest, ClocksWarnThenBreachAndCloseOnlyWithAReason) {
  const Id id = incidents_->on_alert(alert(1)).value();
  clock_.advance(std::chrono::minutes(19));
  EXPECT_EQ(incidents_->tick().value(), 0);
  clock_.advance(std::chrono::minutes(1));
  EXPECT_EQ(incidents_->tick().value(), 1);
  EXPECT_EQ(incidents_->tick().value(), 0) << "a warning comes once";
  clock_.advance(std::chrono::minutes(11));
  EXPECT_EQ(incidents_->tick().value(), 1);
  auto c = clocks(id);
  EXPECT_TRUE(c["first_report"].judged.breached);
  EXPECT_EQ(incidents_->close(by_, "matsusaka", id, "誤報").error().code, "desk.reason_missing_conflict");
  EXPECT_EQ(incidents_->get("matsusaka", id)->state, State::open) << "refused means unchanged";
  EXPECT_EQ(incidents_->give_reason(by_, "matsusaka", c["arrival"].id, "x").error().code,
            "desk.not_breached");
  EXPECT_EQ(incidents_->give_reason(by_, "matsusaka", c["first_report"].id, " ").error().code,
            "desk.text_missing");
  const auto with_reason =
      incidents_->give_reason(by_, "matsusaka", c["first_report"].id, "夜間の連絡先が不通");
  ASSERT_TRUE(with_reason) << with_reason.error().text();
  EXPECT_FALSE(with_reason->judged.reason_missing);
  EXPECT_FALSE(with_reason->judged.account.empty());
  const auto closed = incidents_->close(by_, "matsusaka", id, "誤報");
  ASSERT_TRUE(closed) << closed.error().text();
  EXPECT_EQ(closed->state, State::closed);
  EXPECT_EQ(clocks(id)["arrival"].judged.state, calendar::ClockState::cancelled);
  std::vector<std::string> kinds;
  for (const auto& e : database()
                           .read([&](store::Session& s) {
                             return journal_->list(s, {.chain = "matsusaka",
                                                       .subject = "incident/" + std::to_string(id),
                                                       .limit = 100,
                                                       .oldest_first = true});
                           })
                           .value())
    kinds.push_back(e.record.kind);
  EXPECT_EQ(std::ranges::count(kinds, "clock.warned"), 1);
  EXPECT_EQ(std::ranges::count(kinds, "clock.breached"), 1);
  EXPECT_EQ(kinds.front(), "incident.opened");
  EXPECT_EQ(kinds.back(), "incident.closed");
}

TEST_P(IncidentsTest, AStoppedServiceOwesAFaultReportEvenAfterClosing) {
  const Id id = incidents_->on_alert(alert(1)).value();
  ASSERT_TRUE(incidents_->change(by_, "matsusaka", id, {.service_stopped = true}));
  EXPECT_EQ(clocks(id)["fault_report"].judged.due, japan("2026-05-07T17:15"))
      << "three open days over the holidays of May";
  ASSERT_TRUE(incidents_->close(by_, "matsusaka", id, "復旧"));
  EXPECT_EQ(clocks(id)["fault_report"].judged.state, calendar::ClockState::running);
  EXPECT_EQ(
      incidents_->report(by_, "matsusaka", id, ReportKind::final, {{"outline", "x"}}, true).error().code,
      "desk.part_missing");
  EXPECT_EQ(
      incidents_->report(by_, "matsusaka", id, ReportKind::final, {{"weather", "x"}}, false).error().code,
      "desk.part_unknown");
  ASSERT_TRUE(incidents_->report(by_, "matsusaka", id, ReportKind::final, {{"outline", "x"}}, false))
      << "a draft may be incomplete";
  ASSERT_TRUE(incidents_->report(
      by_, "matsusaka", id, ReportKind::final,
      {{"outline", "a"}, {"cause", "b"}, {"temporary_measure", "c"}, {"prevention", "d"}}, true));
  EXPECT_EQ(clocks(id)["fault_report"].judged.state, calendar::ClockState::met);
  EXPECT_EQ(incidents_->reports("matsusaka", id)->size(), 1U);
}

TEST_P(IncidentsTest, HandOverNotesAndReopening) {
  const auto opened =
      incidents_->open(by_, {"matsusaka", "プリンターから異音", "minor", "3 階", {}, {}, false, {}});
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(incidents_->open(by_, {"matsusaka", " ", "minor", "", {}, {}, false, {}}).error().code,
            "desk.text_missing");
  EXPECT_EQ(incidents_->open(by_, {"matsusaka", "x", "bad", "", {}, {}, false, {}}).error().code,
            "desk.severity_unknown");
  EXPECT_EQ(incidents_->hand_over(by_, "matsusaka", opened->id, "保守部門", "基板故障の疑い", "A-1")->state,
            State::handed_over);
  ASSERT_TRUE(incidents_->note(by_, "matsusaka", opened->id, "部品を手配", {}));
  EXPECT_EQ(incidents_->reopen(by_, "matsusaka", opened->id, "x").error().code, "desk.not_closed_conflict");
  ASSERT_TRUE(incidents_->close(by_, "matsusaka", opened->id, "交換完了"));
  EXPECT_EQ(incidents_->close(by_, "matsusaka", opened->id, "x").error().code, "desk.closed_conflict");
  EXPECT_EQ(incidents_->reopen(by_, "matsusaka", opened->id, "再発")->state, State::open);
  EXPECT_EQ(incidents_->list({.contract = "matsusaka", .search = "ﾌﾟﾘﾝﾀｰ"})->size(), 1U);
  EXPECT_EQ(incidents_->list({.contract = "matsusaka", .state = State::closed})->size(), 0U);
}

YAGURA_ON_EVERY_DATABASE(IncidentsTest);

}  // namespace
}  // namespace yagura::desk
