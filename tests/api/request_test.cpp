#include <gmock/gmock.h>

#include "api/portal.hpp"

namespace yagura::api_test {
namespace {

std::string at(const Answer& made, const std::string& what = "") {
  return in(theirs, "/requests/" + std::to_string(made.json["id"].integer()) + what);
}

class RequestApiTest : public testing::Test {
 protected:
  Value values(const std::string& boss) {
    return Value::object(
        {{"kind", "usb_memory"}, {"serial", "A-1"}, {"boss", boss}, {"phone", "099-999-1234"}});
  }
  Answer submit() {
    return employee_.post(
        in(theirs, "/requests"),
        Value::object({{"form", "usb_connection"}, {"values", values(std::to_string(boss_.person.id))}}));
  }
  Answer decide(Browser& by, const Answer& seen, const char* step, const char* decision,
                const char* note = "", Value filled = Value::object()) {
    return by.post(at(seen, "/decision"), Value::object({{"version", seen.json["version"]},
                                                         {"step", step},
                                                         {"decision", decision},
                                                         {"note", note},
                                                         {"values", std::move(filled)}}));
  }

  Portal portal_;
  Somebody boss_ = portal_.somebody("boss", theirs, people::Role::city_supervisor);
  Somebody head_person_ = portal_.somebody("head", theirs, people::Role::employee);
  Somebody employee_person_ = portal_.somebody("employee", theirs, people::Role::employee);
  Browser employee_ = portal_.browser(employee_person_);
  Browser other_ = portal_.browser(portal_.somebody("other", theirs, people::Role::employee));
  Browser operator_ = portal_.browser(portal_.somebody("operator", theirs, people::Role::operator_));
  Browser supervisor_ = portal_.browser(boss_);
  Browser head_ = portal_.browser(head_person_);
};

TEST_F(RequestApiTest, FromTheFormToItsEffects) {
  const auto forms = employee_.get(in(theirs, "/forms"));
  ASSERT_EQ(forms.json["items"].items().size(), 1U) << forms.body;
  EXPECT_TRUE(forms.json["items"].items().front()["may_submit"].boolean());
  EXPECT_EQ(forms.json["items"].items().front()["steps"].items().size(), 4U) << forms.body;
  EXPECT_TRUE(forms.json["items"].items().front()["fields"].is_null()) << "a list stays short";
  const auto form = employee_.get(in(theirs, "/forms/usb_connection"));
  EXPECT_EQ(form.json["fields"].items().size(), 7U) << form.body;
  for (const auto& field : form.json["fields"].items())
    EXPECT_EQ(field["start"].text(), field["id"].text() == "phone" ? employee_person_.person.name : "")
        << field["id"].text();
  EXPECT_EQ(employee_.get(in(theirs, "/forms/nothing")).status, 404);

  auto seen = submit();
  ASSERT_EQ(seen.status, 201) << seen.body;
  EXPECT_EQ(seen.json["number"].text(), "R8-usb-0001");
  EXPECT_EQ(seen.json["values"]["phone"].text(), "099-999-1234");
  EXPECT_EQ(operator_.get(in(theirs, "/requests?view=waiting")).json["items"].items().size(), 1U);
  EXPECT_EQ(operator_.get(in(theirs, "/requests?view=waiting&limit=1")).json["total"].integer(), 1);
  EXPECT_FALSE(form.json["steps"].items().back()["effects"].items().empty()) << "told before it is asked for";
  EXPECT_EQ(decide(employee_, seen, "reception", "approve").code(), "flow.own_request");
  EXPECT_EQ(decide(operator_, seen, "reception", "reject", " ").code(), "flow.reason_missing");
  seen = decide(operator_, seen, "reception", "approve");
  ASSERT_EQ(seen.status, 200) << seen.body;
  const auto missing = decide(operator_, seen, "virus_check", "approve");
  EXPECT_EQ(missing.status, 422);
  EXPECT_EQ(missing.json["errors"].items().front()["path"].text(), "virus_found") << missing.body;
  const auto old = seen;
  seen = decide(operator_, seen, "virus_check", "approve", "", Value::object({{"virus_found", "clean"}}));
  EXPECT_EQ(decide(head_, old, "head", "approve").status, 409) << "somebody was faster";
  seen = decide(head_, seen, "head", "approve");
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_EQ(supervisor_.get(in(theirs, "/requests?view=waiting")).json["items"].items().size(), 1U);
  seen = decide(supervisor_, seen, "approval", "approve", "ok");
  EXPECT_EQ(seen.json["state"].text(), "approved") << seen.body;
  ASSERT_TRUE(portal_.requests().tick());
  const auto after = employee_.get(at(seen));
  for (const auto& effect : after.json["effects"].items()) EXPECT_EQ(effect["state"].text(), "done");
  EXPECT_EQ(after.json["effects"].items().size(), 2U);
}

TEST_F(RequestApiTest, ARequestIsSeenByThoseItConcerns) {
  const auto seen = submit();
  ASSERT_EQ(seen.status, 201) << seen.body;
  EXPECT_EQ(other_.get(at(seen)).status, 404);
  EXPECT_EQ(decide(other_, seen, "reception", "approve").status, 404);
  EXPECT_EQ(head_.get(at(seen)).status, 404) << "his step is not open yet";
  EXPECT_EQ(other_.get(in(theirs, "/requests")).json["items"].items().size(), 0U);
  EXPECT_EQ(other_.get(in(theirs, "/requests?view=all")).status, 403);
  EXPECT_EQ(operator_.get(in(theirs, "/requests")).json["items"].items().size(), 1U);
  // The other contract knows nothing of it, whoever asks there.
  auto ours_operator = portal_.browser(portal_.somebody("our.operator", ours, people::Role::operator_));
  const auto path = in(ours, "/requests/" + std::to_string(seen.json["id"].integer()));
  EXPECT_EQ(ours_operator.get(path).status, 404);
  EXPECT_EQ(ours_operator.get(at(seen)).status, 404);
  // Staff who see everything do not therefore see personal data; those who decide do.
  auto staff = portal_.browser(portal_.somebody("staff", theirs, people::Role::city_staff));
  EXPECT_TRUE(staff.get(at(seen)).json["values"]["phone"].is_null());
  EXPECT_EQ(operator_.get(at(seen)).json["values"]["phone"].text(), "099-999-1234");
}

TEST_F(RequestApiTest, SentBackSubmittedAgainAndWithdrawn) {
  auto seen = submit();
  seen = decide(operator_, seen, "reception", "send_back", "製造番号が違います");
  ASSERT_EQ(seen.status, 200) << seen.body;
  const auto again = [&](Browser& by, Value values) {
    return by.post(at(seen, "/submission"),
                   Value::object({{"version", seen.json["version"]}, {"values", std::move(values)}}));
  };
  EXPECT_EQ(again(operator_, Value::object()).code(), "flow.not_submitter");
  EXPECT_EQ(again(employee_, Value::object({{"serial", ""}})).status, 422);
  seen = again(employee_, Value::object({{"serial", "A-2"}}));
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_EQ(seen.json["rounds"].items().size(), 2U);
  // The first round's decision is gone from the steps; who sent it back and why stands in the history.
  const auto& history = seen.json["history"].items();
  ASSERT_EQ(history.size(), 3U) << seen.body;
  EXPECT_EQ(history[1]["kind"].text(), "request.sent_back");
  EXPECT_THAT(history[1]["who"].text(), testing::HasSubstr("operator"));
  EXPECT_EQ(history[1]["note"].text(), "製造番号が違います");
  EXPECT_EQ(history[1]["step"]["en"].text(), "Reception");
  seen = employee_.post(at(seen, "/withdrawal"), Value::object({{"version", seen.json["version"]}}));
  EXPECT_EQ(seen.json["state"].text(), "withdrawn");
  EXPECT_EQ(decide(operator_, seen, "reception", "approve").code(), "flow.over");
}

TEST_F(RequestApiTest, WhatIsWrongIsToldFieldByField) {
  const auto answer =
      employee_.post(in(theirs, "/requests"),
                     Value::object({{"form", "usb_connection"},
                                    {"values", Value::object({{"kind", "cloud"}, {"colour", "red"}})}}));
  EXPECT_EQ(answer.status, 422);
  std::set<std::string> paths;
  for (const auto& fault : answer.json["errors"].items()) paths.insert(fault["path"].text());
  EXPECT_THAT(paths, testing::UnorderedElementsAre("kind", "colour", "boss")) << answer.body;
  EXPECT_EQ(
      supervisor_
          .post(in(theirs, "/requests"), Value::object({{"form", "usb_connection"},
                                                        {"values", values(std::to_string(boss_.person.id))}}))
          .status,
      403)
      << "not a role of the form";
}

// Who may only ask for something finds what the form asks for, by name and nothing else.
TEST_F(RequestApiTest, WhatAFormChoosesFromIsFoundByThoseWhoFillItIn) {
  const auto form = employee_.get(in(theirs, "/forms/usb_connection"));
  const auto& steps = form.json["steps"].items();
  ASSERT_EQ(steps.size(), 4U) << form.body;
  EXPECT_EQ(steps[2]["beside"].text(), "virus_check");
  EXPECT_TRUE(steps[2]["head"].boolean());
  EXPECT_EQ(steps[3]["person"].text(), "boss");

  const auto found = employee_.get(in(theirs, "/colleagues?q=BOSS"));
  ASSERT_EQ(found.json["items"].items().size(), 1U) << found.body;
  const auto& boss = found.json["items"].items().front();
  EXPECT_EQ(boss["id"].integer(), boss_.person.id);
  EXPECT_EQ(boss["name"].text(), boss_.person.name);
  EXPECT_TRUE(boss["login"].is_null() && boss["mail"].is_null());
  portal_.somebody("far.away", ours, people::Role::operator_);
  EXPECT_TRUE(employee_.get(in(theirs, "/colleagues?q=far.away")).json["items"].items().empty())
      << "people of another contract";
  EXPECT_EQ(employee_.get(in(ours, "/colleagues")).status, 404);
  EXPECT_EQ(employee_.get(in(theirs, "/colleagues?q=" + std::string(201, 'x'))).status, 400);

  auto operator_at = portal_.browser(portal_.somebody("op2", theirs, people::Role::operator_));
  const auto row = operator_at.post(
      in(theirs, "/ledgers/sites/rows"),
      Value::object({{"fields", Value::object({{"name", "雪野町役場"}, {"kind", "branch"}})}}));
  ASSERT_EQ(row.status, 201) << row.body;
  EXPECT_EQ(employee_.get(in(theirs, "/ledgers/sites/rows")).status, 403);
  const auto rows = employee_.get(in(theirs, "/forms/usb_connection/fields/pc/rows"));
  EXPECT_EQ(rows.status, 200) << rows.body;
  EXPECT_TRUE(rows.json["items"].items().empty()) << "no device yet, and no row of another ledger";
  EXPECT_EQ(employee_.get(in(theirs, "/forms/usb_connection/fields/serial/rows")).status, 422);
  EXPECT_EQ(employee_.get(in(theirs, "/forms/nothing/fields/pc/rows")).status, 404);

  const auto seen = submit();
  EXPECT_EQ(seen.json["shown"]["boss"].text(), boss_.person.name) << seen.body;
  EXPECT_EQ(seen.json["rounds"].items().front()["shown"]["boss"].text(), boss_.person.name);
  EXPECT_TRUE(seen.json["shown"]["serial"].is_null());
}

TEST_F(RequestApiTest, AFileGoesWithTheRequestToThoseWhoDecideIt) {
  const auto file = employee_.upload(in(theirs, "/attachments"), "許可書.pdf", "%PDF-1.7 permit");
  ASSERT_EQ(file.status, 201) << file.body;
  const auto hand_in = [&](Browser& by, const std::string& id) {
    auto fields = values(std::to_string(boss_.person.id));
    fields.set("permit", id);
    return by.post(in(theirs, "/requests"),
                   Value::object({{"form", "usb_connection"}, {"values", std::move(fields)}}));
  };
  const auto id = std::to_string(file.json["id"].integer());
  for (const std::string& bad : {std::string("0"), std::string("no number"), id + "1"}) {
    const auto refused = hand_in(employee_, bad);
    EXPECT_EQ(refused.status, 422) << bad;
    EXPECT_EQ(refused.json["errors"].items().front()["path"].text(), "permit") << refused.body;
  }
  EXPECT_EQ(hand_in(other_, id).status, 422) << "somebody else's file";
  auto seen = hand_in(employee_, id);
  ASSERT_EQ(seen.status, 201) << seen.body;
  EXPECT_EQ(seen.json["shown"]["permit"].text(), "許可書.pdf");
  EXPECT_EQ(employee_.get(in(theirs, "/attachments/" + id)).status, 403);
  const auto mine = employee_.get(at(seen, "/files/permit"));
  EXPECT_EQ(mine.body, "%PDF-1.7 permit") << mine.head;
  EXPECT_EQ(mine.header("Content-Type"), "application/octet-stream");
  EXPECT_EQ(operator_.get(at(seen, "/files/permit")).body, "%PDF-1.7 permit");
  EXPECT_EQ(other_.get(at(seen, "/files/permit")).status, 404);
  EXPECT_EQ(employee_.get(at(seen, "/files/serial")).status, 404) << "no file";
  EXPECT_EQ(employee_.get(at(seen, "/files/nothing")).status, 404);
  // What stands already may stay, whoever corrects something else.
  seen = decide(operator_, seen, "reception", "send_back", "製造番号が違います");
  seen = employee_.post(at(seen, "/submission"),
                        Value::object({{"version", seen.json["version"]},
                                       {"values", Value::object({{"serial", "A-2"}, {"permit", id}})}}));
  EXPECT_EQ(seen.status, 200) << seen.body;
}

TEST_F(RequestApiTest, DeputiesDecideForThoseWhoNamedThem) {
  const auto me = [](Browser& b) { return b.get("/api/v1/session").json["account"]["id"].integer(); };
  auto seen = submit();
  seen = decide(operator_, seen, "reception", "approve");
  EXPECT_EQ(other_.get(at(seen)).status, 404);
  const auto deputy = [&](Browser& by, std::int64_t person, std::int64_t stands_in) {
    return by.post(
        in(theirs, "/deputies"),
        Value::object(
            {{"person", person}, {"deputy", stands_in}, {"from", "2026-04-28"}, {"until", "2026-04-30"}}));
  };
  EXPECT_EQ(deputy(other_, head_person_.person.id, me(other_)).status, 403)
      << "nobody makes himself a deputy";
  const auto made = deputy(head_, head_person_.person.id, me(other_));
  ASSERT_EQ(made.status, 201) << made.body;
  const auto done = decide(other_, seen, "head", "approve");
  ASSERT_EQ(done.status, 200) << done.body;
  for (const auto& step : done.json["steps"].items())
    if (step["id"].text() == "head") {
      EXPECT_EQ(step["decisions"].items().front()["for_name"].text(), head_person_.person.name);
    }
  const auto id = std::to_string(made.json["id"].integer());
  EXPECT_EQ(other_.del(in(theirs, "/deputies/" + id)).status, 403);
  EXPECT_EQ(head_.del(in(theirs, "/deputies/" + id)).status, 204);
}

}  // namespace
}  // namespace yagura::api_test
