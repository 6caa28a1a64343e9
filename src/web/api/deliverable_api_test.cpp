#include "web/api/deliverable_api.hpp"

#include "report/archive.hpp"
#include "web/api/desk_test_ground.hpp"

namespace yagura::web {
namespace {

using people::Role;

class DeliverableApiTest : public DeskGround {
 protected:
  void SetUp() override {
    DeskGround::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(report::migrations()));
    ASSERT_TRUE(database().migrate(desk::Deliverables::migrations()));
    archive_ = std::make_unique<report::ReportArchive>(
        report::ReportArchive::Ground{database(), *journal_, clock_, ids_});
    deliverables_ = std::make_unique<desk::Deliverables>(
        desk::Deliverables::Ground{database(), *journal_, clock_, ids_, *contacts_},
        desk::Deliverables::Bonds{
            [this](std::string_view id) { return id == contract ? pack_ : nullptr; },
            [](std::string_view, const std::string&) -> Result<std::vector<notify::Recipient>> {
              return std::vector<notify::Recipient>{};
            }},
        std::vector<desk::EventSource>{});
    ASSERT_TRUE(deliverables_->plan(contract));
    routes_ = std::unique_ptr<DeliverableApi>(new DeliverableApi{*api_, *deliverables_, *archive_});
    add_deliverable_routes(router_, *routes_);
  }
  void TearDown() override {
    router_ = {};
    routes_.reset();
    deliverables_.reset();
    archive_.reset();
    DeskGround::TearDown();
  }
  Value first(const Person& by, const std::string& query) {
    const auto found = get(by, "/deliverables?" + query);
    EXPECT_EQ(found.status, 200) << found.response.body_text();
    if (found.body["items"].items().empty()) return {};
    return found.body["items"].items().front();
  }

  std::unique_ptr<report::ReportArchive> archive_;
  std::unique_ptr<desk::Deliverables> deliverables_;
  std::unique_ptr<DeliverableApi> routes_;
};

TEST_P(DeliverableApiTest, AMonthSaysOnWhichDaysTheOfficeIsClosed) {
  const auto manager = person("manager", Role::contractor_manager);
  const auto may = get(manager, "/deliverables?month=2026-05&limit=1");
  std::map<std::string, Value> closed;
  for (const auto& day : may.body["closed_days"].items()) closed[day["day"].text()] = day["why"];
  EXPECT_EQ(closed.size(), 13U) << "five Saturdays, five Sundays, 4 to 6 May";
  EXPECT_EQ(closed["2026-05-05"]["ja"].text(), "こどもの日");
  EXPECT_TRUE(closed.contains("2026-05-02"));
  EXPECT_TRUE(closed["2026-05-02"].is_null()) << "a Saturday needs no word";
  EXPECT_FALSE(closed.contains("2026-05-07"));
  const auto next = get(manager, "/deliverables?month=2026-05&limit=1&cursor=" + may.body["next"].text());
  EXPECT_TRUE(next.body["closed_days"].is_null()) << "the first page alone says it";
  EXPECT_TRUE(get(manager, "/deliverables").body["closed_days"].is_null());
  for (const auto* bad : {"2026-13", "2026-5", "x", "2026-05-01", "9999-99"})
    EXPECT_EQ(get(manager, std::string("/deliverables?month=") + bad).status, 400) << bad;
  EXPECT_EQ(get(manager, "/deliverables?month=9998-12").status, 200) << "outside the calendar";
}

TEST_P(DeliverableApiTest, EachDoesHisPartAndNobodyAnothers) {
  const auto manager = person("manager", Role::contractor_manager),
             analyst = person("analyst", Role::analyst), operator_ = person("operator", Role::operator_),
             city = person("city", Role::city_supervisor), clerk = person("clerk", Role::employee),
             stranger = person("stranger", Role::contractor_manager, "other");
  auto item = first(manager, "deliverable=monthly_report&month=2026-05");
  EXPECT_EQ(item["period"].text(), "2026-04");
  EXPECT_EQ(item["due_day"].text(), "2026-05-15");
  EXPECT_TRUE(item["may_hand_in"].boolean());
  EXPECT_FALSE(item["may_decide"].boolean());
  const auto path = "/deliverables/" + std::to_string(item["id"].integer());
  const auto version = [&] { return std::to_string(get(manager, path).body["version"].integer()); };
  const auto hand_in = [&](const Person& by) {
    return post(
        by, path + "/submissions",
        R"({"version":)" + version() + R"(,"formats":["docx"],"copies":1,"files":[)" +
            std::to_string(ledgers_->attach({1, "x", ""}, contract, "四月.docx", "", "PK").value().id) +
            "]}");
  };
  const auto decide = [&](const Person& by, const std::string& what) {
    return post(by, path + "/decision",
                R"({"version":)" + version() + R"(,"decision":")" + what + R"(","reason":"理由"})");
  };
  EXPECT_EQ(get(clerk, path).status, 403);
  EXPECT_EQ(get(stranger, path).status, 404);
  EXPECT_EQ(hand_in(operator_).code(), "desk.deliverable_forbidden");
  EXPECT_EQ(hand_in(city).code(), "desk.deliverable_forbidden");
  EXPECT_EQ(hand_in(analyst).status, 403);
  const auto done = hand_in(manager);
  EXPECT_EQ(done.status, 200) << done.response.body_text();
  EXPECT_EQ(done.body["state"].text(), "submitted");
  EXPECT_EQ(decide(manager, "accept").code(), "desk.deliverable_forbidden");
  EXPECT_EQ(decide(city, "give_back").body["state"].text(), "returned");
  EXPECT_EQ(hand_in(manager).status, 200);
  const auto accepted = decide(city, "accept");
  EXPECT_EQ(accepted.body["state"].text(), "accepted");
  ASSERT_EQ(accepted.body["handed_in"].items().size(), 2U);
  EXPECT_GE(accepted.body["history"].items().size(), 4U);

  const auto& file = accepted.body["handed_in"].items().front()["files"].items().front();
  const auto name = path + "/files/" + std::to_string(file["id"].integer());
  const auto bytes = get(city, name);
  EXPECT_EQ(bytes.status, 200);
  EXPECT_EQ(bytes.response.body_text(), "PK");
  // A file of the contract that was not handed in here is not given out here.
  const auto other = ledgers_->attach({1, "x", ""}, contract, "b.docx", "", "secret").value();
  EXPECT_EQ(get(city, path + "/files/" + std::to_string(other.id)).status, 404);
  // The analyst hands in what is his.
  const auto his = first(analyst, "deliverable=security_report&month=2026-05");
  EXPECT_TRUE(his["may_hand_in"].boolean());
}

TEST_P(DeliverableApiTest, ListsNarrowAndTheWorkbookHasThem) {
  const auto manager = person("manager", Role::contractor_manager);
  EXPECT_EQ(get(manager, "/deliverables?month=2026-13").status, 400);
  EXPECT_EQ(get(manager, "/deliverables?fiscal_year=1").status, 400);
  EXPECT_EQ(get(manager, "/deliverables?view=all").status, 400);
  EXPECT_EQ(get(manager, "/deliverables?state=nothing").status, 400);
  EXPECT_GT(get(manager, "/deliverables?fiscal_year=2026&limit=200").body["items"].items().size(), 30U);
  // Meetings of a month have no day; they stand in their month.
  EXPECT_EQ(first(manager, "deliverable=meeting_material&month=2026-05")["period"].text(), "2026-05");
  const auto now = get(manager, "/deliverables/now");
  EXPECT_EQ(now.status, 200);
  EXPECT_EQ(now.body["late"].integer(), 0);
  EXPECT_GT(now.body["next"].items().size(), 0U);
  const auto book = get(manager, "/deliverables/export?fiscal_year=2026");
  EXPECT_EQ(book.status, 200);
  EXPECT_TRUE(book.response.body_text().starts_with("PK"));
  const auto kinds = get(manager, "/deliverables/kinds");
  EXPECT_EQ(kinds.body["items"].items().size(), pack_->obligations.deliverables.size());
}

TEST_P(DeliverableApiTest, AnOccasionAndAMeetingsDay) {
  const auto manager = person("manager", Role::contractor_manager), operator_ = person("op", Role::operator_);
  const auto body = [](const std::string& event) {
    return R"({"deliverable":"connection_history","event":")" + event + R"(","note":"照会"})";
  };
  EXPECT_EQ(post(operator_, "/deliverables", body("2026-05-01")).status, 403);
  EXPECT_EQ(post(manager, "/deliverables", body("tomorrow")).code(), "desk.deliverable_event_invalid");
  EXPECT_EQ(post(manager, "/deliverables", body("9999-01-01")).code(), "desk.deliverable_event_invalid");
  const auto opened = post(manager, "/deliverables", body("2026-05-01"));
  EXPECT_EQ(opened.status, 201) << opened.response.body_text();
  EXPECT_EQ(opened.body["due_day"].text(), "2026-05-11");
  const auto meeting = first(manager, "deliverable=meeting_material&month=2026-05");
  const auto changed = ask(manager, Method::patch, "/deliverables/" + std::to_string(meeting["id"].integer()),
                           R"({"version":1,"event":"2026-05-20"})");
  EXPECT_EQ(changed.status, 200) << changed.response.body_text();
  EXPECT_EQ(changed.body["due_day"].text(), "2026-05-19");
}

YAGURA_ON_EVERY_DATABASE(DeliverableApiTest);

}  // namespace
}  // namespace yagura::web
