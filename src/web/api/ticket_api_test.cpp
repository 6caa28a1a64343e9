#include <algorithm>
#include <set>

#include "web/api/desk_test_ground.hpp"

namespace yagura::web {
namespace {

using people::Role;

class TicketApiTest : public DeskGround {
 protected:
  Answer take(const Person& by, const std::string& kind, const std::string& title,
              const std::string& more = "") {
    return post(by, "/tickets", R"({"kind":")" + kind + R"(","title":")" + title + R"(")" + more + "}");
  }
  static std::string path(const Answer& ticket, const std::string& more = "") {
    return "/incidents/" + std::to_string(ticket.body["id"].integer()) + more;
  }
};

TEST_P(TicketApiTest, AnOperatorTakesACallWithWhatTheLedgersKnow) {
  const auto op = person("op", Role::operator_);
  const auto contact = ledgers_->create({1, "登録者", ""}, contract, "contacts",
                                        Value::object({{"name", "髙橋 花子"},
                                                       {"kana", "たかはし はなこ"},
                                                       {"organisation", "税務課"},
                                                       {"extension", "2345"},
                                                       {"mail", "hanako@example.jp"}}),
                                        "");
  ASSERT_TRUE(contact) << contact.error().text();
  for (const auto* asked : {"2345", "タカハシ", "%E9%AB%98%E6%A9%8B"}) {
    const auto found = get(op, std::string("/callers?q=") + asked);
    ASSERT_EQ(found.status, 200) << found.response.body_text();
    ASSERT_EQ(found.body["items"].items().size(), 1U) << asked;
    EXPECT_EQ(found.body["items"].items()[0]["name"].text(), "髙橋 花子");
    EXPECT_EQ(found.response.body_text().find("hanako"), std::string::npos) << "no address in a look-up";
  }
  const auto made =
      take(op, "inquiry", "使い方",
           R"(,"caller":{"contact":)" + std::to_string(contact->id) + R"(,"section":"税務課 窓口"})");
  ASSERT_EQ(made.status, 201) << made.response.body_text();
  EXPECT_EQ(made.body["caller"]["mail"].text(), "hanako@example.jp");
  EXPECT_EQ(made.body["caller"]["section"].text(), "税務課 窓口") << "what he says goes before the ledger";
  EXPECT_EQ(made.body["stage"].text(), "in_hand");
  EXPECT_EQ(entries("personal.read").size(), 1U) << "who saw the caller is on record";
  const auto kinds = [&](const std::string& query) {
    std::set<std::string> out;
    const auto line = get(op, path(made, "/timeline" + query));
    for (const auto& entry : line.body["items"].items()) out.insert(entry["kind"].text());
    return out;
  };
  EXPECT_TRUE(kinds("").contains("incident.opened"));
  EXPECT_FALSE(kinds("").contains("personal.read")) << "and does not clutter the time line";
  EXPECT_EQ(kinds("?reads=only"), std::set<std::string>{"personal.read"});
  EXPECT_EQ(get(op, path(made, "/timeline?reads=all")).status, 400);
  const auto history = get(op, "/tickets?contact=" + std::to_string(contact->id));
  EXPECT_EQ(history.body["items"].items().size(), 1U);
  EXPECT_EQ(history.body["total"].integer(), 1);
  EXPECT_EQ(history.response.body_text().find("花子"), std::string::npos) << "the list shows no people";
  EXPECT_EQ(
      take(op, "inquiry", "x", R"(,"caller":{"contact":4711})").body["errors"].items()[0]["code"].text(),
      "desk.contact_unknown");
  EXPECT_EQ(take(op, "picnic", "x").status, 422);
  EXPECT_EQ(take(op, "fault", "x").status, 422) << "a fault needs its severity";
  EXPECT_EQ(take(op, "inquiry", "x", R"(,"channel":"monitoring")").status, 422);
}

TEST_P(TicketApiTest, CallersAreMaskedForWhoMayNotSeeThem) {
  const auto op = person("op", Role::operator_);
  const auto staff = person("staff", Role::city_staff);
  const auto made =
      take(op, "inquiry", "使い方",
           R"(,"caller":{"name":"髙橋 花子","extension":"2345","mail":"h@example.jp","section":"税務課"})");
  ASSERT_EQ(made.status, 201) << made.response.body_text();
  const auto seen = get(staff, path(made));
  ASSERT_EQ(seen.status, 200);
  for (const auto* personal : {"花子", "2345", "h@example.jp"})
    EXPECT_EQ(seen.response.body_text().find(personal), std::string::npos) << personal;
  EXPECT_EQ(seen.body["caller"]["section"].text(), "税務課");
  EXPECT_TRUE(seen.body["caller"]["masked"].boolean());
  ASSERT_EQ(post(op, path(made, "/replies"), R"({"text":"回答です","answers":true})").status, 200);
  const auto after = get(staff, path(made));
  EXPECT_EQ(after.body["messages"].items().size(), 1U);
  EXPECT_EQ(after.response.body_text().find("h@example.jp"), std::string::npos);
  EXPECT_EQ(get(staff, path(made, "/timeline")).response.body_text().find("h@example.jp"), std::string::npos);
}

TEST_P(TicketApiTest, AnEmployeeSeesHisOwnInquiriesAndNobodyElses) {
  const auto a = person("employee.a", Role::employee), b = person("employee.b", Role::employee);
  const auto op = person("op", Role::operator_);
  const auto made = post(a, "/inquiries", R"({"title":"印刷できない","detail":"朝から"})");
  ASSERT_EQ(made.status, 201) << made.response.body_text();
  const auto own = "/inquiries/" + std::to_string(made.body["id"].integer());
  EXPECT_EQ(get(a, "/inquiries").body["items"].items().size(), 1U);
  EXPECT_EQ(get(b, "/inquiries").body["items"].items().size(), 0U);
  EXPECT_EQ(get(b, own).status, 404);
  EXPECT_EQ(post(b, own + "/messages", R"({"text":"見せて"})").status, 404);
  EXPECT_EQ(get(a, "/tickets").status, 403);
  EXPECT_EQ(get(a, path(made)).status, 403);
  const auto phone = take(op, "inquiry", "電話の件");
  EXPECT_EQ(get(a, "/inquiries/" + std::to_string(phone.body["id"].integer())).status, 404)
      << "a ticket without an account is nobody's in the portal";
  ASSERT_EQ(post(op, path(made, "/replies"), R"({"text":"用紙を入れてください","answers":true})").status,
            200);
  const auto answered = get(a, own);
  ASSERT_EQ(answered.body["messages"].items().size(), 1U);
  EXPECT_EQ(answered.body["messages"].items()[0]["body"].text(), "用紙を入れてください");
  EXPECT_EQ(answered.body["stage"]["ja"].text(), "回答済み");
  const auto thanks = post(a, own + "/messages", R"({"text":"直りました"})");
  ASSERT_EQ(thanks.status, 200) << thanks.response.body_text();
  EXPECT_EQ(thanks.body["messages"].items().size(), 2U);
  // Whoever was merged into another's ticket still sees his own alone.
  const auto other = post(b, "/inquiries", R"({"title":"秘密の件","detail":"内容"})");
  ASSERT_EQ(post(op, path(made, "/merge"),
                 R"({"into":)" + std::to_string(other.body["id"].integer()) + R"(,"reason":"同じ"})")
                .status,
            200);
  const auto told = post(a, own + "/messages", R"({"text":"まだです"})");
  ASSERT_EQ(told.status, 200) << told.response.body_text();
  EXPECT_EQ(told.response.body_text().find("秘密の件"), std::string::npos);
}

TEST_P(TicketApiTest, RolesMayWhatTheirWorkNeeds) {
  const auto op = person("op", Role::operator_), staff = person("staff", Role::city_staff);
  const auto auditor = person("auditor", Role::auditor), employee = person("employee", Role::employee);
  const auto elsewhere = person("their.op", Role::operator_, "other");
  const auto made = take(op, "inquiry", "使い方");
  for (const auto* who : {&staff, &auditor}) {
    EXPECT_EQ(get(*who, "/tickets").status, 200);
    EXPECT_EQ(take(*who, "inquiry", "x").status, 403);
    EXPECT_EQ(post(*who, "/tickets/changes", R"({"act":"acknowledge","tickets":[]})").status, 403);
    EXPECT_EQ(get(*who, "/callers?q=a").status, 403);
    EXPECT_EQ(post(*who, path(made, "/replies"), R"({"text":"x"})").status, 403);
    EXPECT_EQ(post(*who, path(made, "/merge"), R"({"into":1,"reason":"x"})").status, 403);
    EXPECT_EQ(post(*who, "/ticket-views", R"({"name":"皆の","query":"","shared":true})").status, 403);
    EXPECT_EQ(post(*who, "/ticket-views", R"({"name":"自分の","query":"phase=open"})").status, 201);
  }
  EXPECT_EQ(get(employee, "/desk").status, 200);
  EXPECT_EQ(get(employee, "/desk").body["views"].items().size(), 0U);
  EXPECT_EQ(get(auditor, "/inquiries").status, 403);
  EXPECT_EQ(get(elsewhere, "/tickets").status, 404) << "another's contract is not there";
  EXPECT_EQ(ask(elsewhere, Method::get, path(made) + "?contract=other").status, 404);
  EXPECT_EQ(get(elsewhere, "/tickets?contract=other").body["total"].integer(), 0);
}

// A ticket's page and the desk's part of Today cost the same however much there is on them.
TEST_P(TicketApiTest, WhatAScreenAsksIsPinned) {
  const auto op = person("op", Role::operator_), employee = person("employee", Role::employee);
  const auto made = take(op, "fault", "止まった",
                         R"(,"severity":"critical","caller":{"name":"髙橋 花子","mail":"h@example.jp"})");
  ASSERT_EQ(made.status, 201) << made.response.body_text();
  const int few = questions(op, path(made));
  const auto today = [&] {
    (void)counted_->taken();
    EXPECT_TRUE(incidents_now(*desk_, contract, Language::ja));
    EXPECT_TRUE(clocks_now(*desk_, contract, Language::ja));
    EXPECT_TRUE(calls_now(*desk_, contract, Language::ja));
    return counted_->taken();
  };
  const int calm = today();
  for (int i = 0; i < 12; ++i) {
    const auto other = take(op, "fault", "別の件", R"(,"severity":"critical")");
    ASSERT_EQ(post(op, path(made, "/notes"), R"({"text":"記録"})").status, 204);
    ASSERT_EQ(post(op, path(made, "/replies"), R"({"text":"返信"})").status, 200);
    ASSERT_EQ(post(op, path(other, i % 2 ? "/merge" : "/links"),
                   (i % 2 ? R"({"reason":"同じ","into":)" : R"({"relation":"related","other":)") +
                       std::to_string(made.body["id"].integer()) + "}")
                  .status,
              i % 2 ? 200 : 204);
  }
  EXPECT_EQ(questions(op, path(made)), few);
  EXPECT_EQ(few, 22)
      << "the gate, the ticket with its clocks, reports, calls, files, messages, links, and who looked";
  EXPECT_EQ(today(), calm);
  EXPECT_EQ(calm, 6) << "incidents of three states, clocks, calls and their incidents";
  EXPECT_EQ(questions(op, path(made, "/timeline")), 7);
  const auto asked = post(employee, "/inquiries", R"({"title":"件","detail":"内容"})");
  const auto own = "/inquiries/" + std::to_string(asked.body["id"].integer());
  const int mine = questions(employee, own);
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(post(op, path(asked, "/replies"), R"({"text":"返信"})").status, 200);
    ASSERT_EQ(post(employee, own + "/messages", R"({"text":"まだ"})").status, 200);
  }
  EXPECT_EQ(questions(employee, own), mine);
  EXPECT_EQ(mine, 11);
}

TEST_P(TicketApiTest, ManyAreNotedAndOwnedAtOnce) {
  const auto op = person("op", Role::operator_), employee = person("employee", Role::employee);
  std::string ids;
  for (int i = 0; i < 3; ++i) {
    const auto made = post(employee, "/inquiries", R"({"title":"件","detail":"内容"})");
    ids += (i ? "," : "") + std::to_string(made.body["id"].integer());
  }
  EXPECT_EQ(get(op, "/tickets?owner=none&phase=open").body["total"].integer(), 3);
  EXPECT_EQ(post(op, "/tickets/changes", R"({"act":"acknowledge","tickets":[)" + ids + "]}").status, 204);
  EXPECT_EQ(post(op, "/tickets/changes",
                 R"({"act":"assign","tickets":[)" + ids + R"(],"owner":)" + std::to_string(op.id) + "}")
                .status,
            204);
  const auto mine = get(op, "/tickets?owner=me&sort=due");
  EXPECT_EQ(mine.body["total"].integer(), 3);
  EXPECT_TRUE(mine.body["items"].items()[0]["acknowledged"].boolean());
  EXPECT_EQ(post(op, "/tickets/changes",
                 R"({"act":"assign","tickets":[)" + ids + R"(],"owner":)" + std::to_string(employee.id) + "}")
                .status,
            422)
      << "who does not work at the desk owns nothing there";
  for (const auto* bad :
       {"/tickets?sort=random", "/tickets?phase=x", "/tickets?owner=abc", "/tickets?limit=0"})
    EXPECT_EQ(get(op, bad).status, 400) << bad;
  EXPECT_EQ(get(op, "/tickets?cursor=;").code(), "desk.cursor_invalid");
}

YAGURA_ON_EVERY_DATABASE(TicketApiTest);

}  // namespace
}  // namespace yagura::web
