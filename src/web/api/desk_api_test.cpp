#include "web/api/desk_api.hpp"

#include <algorithm>

#include "web/api/desk_test_ground.hpp"

namespace yagura::web {
namespace {

using people::Role;

class DeskApiTest : public DeskGround {
 protected:
  std::string path(Id id, const std::string& more = "") { return "/incidents/" + std::to_string(id) + more; }
  Id opened(const Person& by, const std::string& more = "") {
    const auto made = post(by, "/incidents", R"({"title":"髙架網が遅い","severity":"critical")" + more + "}");
    EXPECT_EQ(made.status, 201) << made.response.body_text();
    return made.body["id"].integer();
  }
  static bool has_event(const Answer& detail, std::string_view id) {
    return std::ranges::any_of(detail.body["events"].items(),
                               [&](const Value& e) { return e["id"].text() == id; });
  }
  static const Value* clock_of(const Answer& detail, std::string_view rule) {
    for (const auto& clock : detail.body["clocks"].items())
      if (clock["rule"].text() == rule) return &clock;
    return nullptr;
  }
};

TEST_P(DeskApiTest, OpensAnIncidentAtThePlaceThatTheLedgersSay) {
  const auto op = person("op", Role::operator_);
  const journal::Actor by{1, "登録者", ""};
  const auto site = ledgers_->create(
      by, contract, "sites",
      Value::object({{"name", "本庁舎"}, {"kind", pack_->site_kinds.front().id}, {"phone", "0598-00-0000"}}),
      "");
  ASSERT_TRUE(site) << site.error().text();
  const auto device = ledgers_->create(
      by, contract, "devices",
      Value::object({{"name", "core-1"}, {"class", pack_->device_classes.front().id}, {"site", site->id}}),
      "");
  ASSERT_TRUE(device) << device.error().text();
  const auto made = post(op, "/incidents",
                         R"({"title":"応答なし","severity":"critical","detail":"窓口から","device":)" +
                             std::to_string(device->id) + "}");
  ASSERT_EQ(made.status, 201) << made.response.body_text();
  EXPECT_EQ(made.body["device_name"].text(), "core-1");
  EXPECT_EQ(made.body["site"].integer(), site->id);
  EXPECT_EQ(made.body["site_name"].text(), "本庁舎");
  EXPECT_EQ(made.body["state"].text(), "open");
  EXPECT_TRUE(made.body["owner"].is_null());
  EXPECT_FALSE(made.body["next_due"].is_null()) << "the contract's clocks run";
  EXPECT_FALSE(made.body["next_clock"]["ja"].text().empty());
  const auto kept = incidents_->get(contract, made.body["id"].integer()).value();
  EXPECT_EQ(kept.place.site_kind, pack_->site_kinds.front().id);
  EXPECT_EQ(kept.place.device_class, pack_->device_classes.front().id);

  const auto ghost = post(op, "/incidents", R"({"title":"x","severity":"minor","device":4711,"site":null})");
  EXPECT_EQ(ghost.status, 422);
  EXPECT_EQ(ghost.body["errors"].items().at(0)["path"].text(), "device");
  EXPECT_EQ(ghost.body["errors"].items().at(0)["code"].text(), "desk.device_unknown");
  ASSERT_TRUE(ledgers_->remove(by, contract, "devices", device->id, device->version, "撤去"));
  EXPECT_EQ(post(op, "/incidents",
                 R"({"title":"x","severity":"minor","device":)" + std::to_string(device->id) + "}")
                .status,
            422)
      << "a device that was removed";
}

TEST_P(DeskApiTest, SaysEveryFaultOfABody) {
  const auto op = person("op", Role::operator_);
  const auto bad =
      post(op, "/incidents", R"({"title":"","severity":"terrible","detected_at":"yesterday","color":"red"})");
  EXPECT_EQ(bad.status, 422);
  std::vector<std::string> paths;
  for (const auto& e : bad.body["errors"].items()) {
    paths.push_back(e["path"].text());
    EXPECT_FALSE(e["message"].text().empty());
  }
  std::ranges::sort(paths);
  EXPECT_EQ(paths, (std::vector<std::string>{"color", "detected_at", "severity", "title"}));
  std::string longest;
  for (int i = 0; i < 300; ++i) longest += "𠮷";
  const auto body = [](const std::string& title) {
    return R"({"severity":"info","title":")" + title + "\"}";
  };
  EXPECT_EQ(post(op, "/incidents", body(longest)).status, 201) << "300 characters, however many bytes";
  EXPECT_EQ(post(op, "/incidents", body(longest + "x")).status, 422);
  EXPECT_EQ(post(op, "/incidents", R"({"title":"x","severity":"info","detected_at":"2026-05-01T00:00:00Z"})")
                .code(),
            "desk.time_in_future");
  EXPECT_EQ(post(op, "/incidents", "[1]").status, 422);
}

TEST_P(DeskApiTest, EachRoleMayWhatThePackSays) {
  const auto op = person("op", Role::operator_), staff = person("staff", Role::city_staff),
             auditor = person("auditor", Role::auditor), analyst = person("analyst", Role::analyst),
             employee = person("employee", Role::employee);
  const Id id = opened(op);
  const Person nobody;
  EXPECT_EQ(get(nobody, "/incidents").status, 401);
  EXPECT_EQ(get(employee, "/incidents").status, 403);
  EXPECT_EQ(get(auditor, path(id)).status, 200);
  EXPECT_EQ(post(auditor, "/incidents", R"({"title":"x","severity":"info"})").status, 403);
  EXPECT_EQ(post(staff, path(id, "/notes"), R"({"text":"x"})").status, 403);
  EXPECT_EQ(post(analyst, path(id, "/notes"), R"({"text":"x"})").status, 204);
  EXPECT_EQ(post(analyst, path(id, "/close"), R"({"reason":"x"})").status, 403);
  EXPECT_EQ(post(analyst, path(id, "/reopen"), R"({"reason":"x"})").status, 403);
  const auto clock = get(op, path(id)).body["clocks"].items().at(0)["id"].integer();
  EXPECT_EQ(post(analyst, "/clocks/" + std::to_string(clock) + "/reason", R"({"reason":"x"})").status, 403);
  EXPECT_EQ(post(staff, "/calls/1", R"({"result":"answered"})").status, 403);
}

TEST_P(DeskApiTest, AnotherContractsIncidentIsNotThere) {
  const auto op = person("op", Role::operator_), other = person("other", Role::operator_, "other");
  const Id id = opened(op);
  EXPECT_EQ(get(other, path(id)).status, 404) << "not his contract";
  EXPECT_EQ(get(other, path(id, "?contract=other")).code(), "desk.incident_not_found");
  EXPECT_EQ(get(other, path(id, "/timeline?contract=other")).status, 404);
  EXPECT_EQ(post(other, path(id, "/notes?contract=other"), R"({"text":"x"})").status, 404);
  EXPECT_TRUE(get(other, "/incidents?contract=other").body["items"].items().empty());
  EXPECT_TRUE(get(other, "/clocks?contract=other").body["items"].items().empty());
  EXPECT_TRUE(get(other, "/calls?contract=other").body["items"].items().empty());
  const auto clock = get(op, path(id)).body["clocks"].items().at(0)["id"].integer();
  EXPECT_EQ(get(other, "/clocks/" + std::to_string(clock) + "?contract=other").status, 404);
}

TEST_P(DeskApiTest, ACaseFromItsOpeningToItsEndIsOnItsTimeLine) {
  const auto op = person("op", Role::operator_), auditor = person("auditor", Role::auditor),
             staff = person("staff", Role::city_staff);
  const Id id = opened(op);
  auto detail = get(op, path(id));
  ASSERT_EQ(detail.status, 200);
  EXPECT_TRUE(has_event(detail, "arrived"));
  EXPECT_TRUE(has_event(detail, "restored"));
  EXPECT_FALSE(has_event(detail, "closed")) << "closing has a way of its own";
  EXPECT_FALSE(has_event(detail, "first_reported")) << "comes with the report";
  EXPECT_TRUE(detail.body["logs"].is_array());
  EXPECT_TRUE(detail.body["alert_list"].is_array());
  ASSERT_FALSE(detail.body["contacts"].items().empty());
  EXPECT_EQ(detail.body["contacts"].items()[0].find("to"), nullptr);

  const auto draft = post(op, path(id, "/reports"), R"({"kind":"first","parts":{},"submit":false})");
  EXPECT_EQ(draft.body["reports"].items().at(0)["state"].text(), "draft") << draft.response.body_text();
  const auto incomplete = post(op, path(id, "/reports"), R"({"kind":"first","parts":{},"submit":true})");
  EXPECT_EQ(incomplete.status, 422);
  EXPECT_EQ(incomplete.code(), "desk.part_missing");
  Value parts = Value::object();
  for (const auto& part : pack_->report_parts)
    if (std::ranges::find(part.of, "first") != part.of.end()) parts.set(part.id, Value("17:10 から応答なし"));
  const auto report = Value::object({{"kind", "first"}, {"parts", parts}, {"submit", true}});
  detail = post(op, path(id, "/reports"), schema::to_json(report));
  ASSERT_EQ(detail.status, 200) << detail.response.body_text();
  EXPECT_EQ(detail.body["reports"].items().at(0)["by"].text(), "山﨑 op");

  EXPECT_EQ(post(op, path(id, "/events"), R"({"event":"exploded"})").code(), "desk.event_unknown");
  detail = post(op, path(id, "/handover"), R"({"to":"保守業者","reason":"部品交換","reference":"R-1"})");
  EXPECT_EQ(detail.body["state"].text(), "handed_over");
  EXPECT_EQ(detail.body["handed_reference"].text(), "R-1");
  clock_.advance(std::chrono::minutes(9));
  detail = post(op, path(id, "/events"), R"({"event":"restored","note":"復旧"})");
  EXPECT_EQ(detail.body["state"].text(), "restored") << detail.response.body_text();
  EXPECT_FALSE(has_event(detail, "restored"));
  detail = post(op, path(id, "/close"), R"({"reason":"電源装置を交換"})");
  ASSERT_EQ(detail.status, 200) << detail.response.body_text();
  EXPECT_EQ(detail.body["state"].text(), "closed");
  EXPECT_TRUE(detail.body["events"].items().empty());
  EXPECT_EQ(post(op, path(id, "/close"), R"({"reason":"再び"})").status, 409);
  EXPECT_EQ(post(op, path(id, "/reopen"), R"({"reason":"再発"})").body["state"].text(), "open");

  std::vector<std::string> kinds;
  std::string cursor;
  do {
    const auto page = get(staff, path(id, "/timeline?limit=3&cursor=" + cursor));
    ASSERT_EQ(page.status, 200);
    for (const auto& entry : page.body["items"].items()) {
      kinds.push_back(entry["kind"].text());
      EXPECT_FALSE(entry["words"]["ja"].text().empty());
      EXPECT_EQ(entry.find("origin"), nullptr) << "addresses are for those who may read the journal";
    }
    cursor = page.body["next"].text();
  } while (!cursor.empty());
  EXPECT_EQ(kinds.front(), "incident.opened");
  EXPECT_EQ(std::ranges::count(kinds, "incident.closed"), 1);
  EXPECT_LT(std::ranges::find(kinds, "incident.closed"), std::ranges::find(kinds, "incident.reopened"));
  EXPECT_EQ(get(auditor, path(id, "/timeline")).body["items"].items().at(0)["origin"].text(), "10.0.0.1");
}

TEST_P(DeskApiTest, ABreachedClockWantsItsReasonBeforeTheIncidentCloses) {
  const auto op = person("op", Role::operator_);
  const Id id = opened(op);
  const auto before = get(op, "/clocks").body["items"].items();
  ASSERT_FALSE(before.empty());
  for (std::size_t i = 1; i < before.size(); ++i)
    if (!before[i]["due"].is_null()) EXPECT_LE(before[i - 1]["due"].text(), before[i]["due"].text());
  EXPECT_EQ(before[0].find("counted_s"), nullptr) << "a list says no figure that is already old";
  clock_.advance(std::chrono::hours(24 * 30));
  ASSERT_TRUE(incidents_->tick());
  // A month later he has to sign in again.
  const auto later = person("later", Role::operator_);
  const auto detail = get(later, path(id));
  EXPECT_GT(detail.body["breached"].integer(), 0);
  EXPECT_EQ(post(later, path(id, "/close"), R"({"reason":"x"})").code(), "desk.reason_missing_conflict");
  int given = 0;
  for (const auto& clock : detail.body["clocks"].items()) {
    if (!clock["reason_missing"].boolean()) continue;
    const auto address = "/clocks/" + std::to_string(clock["id"].integer());
    const auto shown = get(later, address);
    EXPECT_EQ(shown.body["state"].text(), "breached");
    EXPECT_FALSE(shown.body["name"]["ja"].text().empty());
    EXPECT_FALSE(shown.body["account"].items().empty()) << "line by line";
    EXPECT_EQ(post(later, address + "/reason", R"({"reason":""})").status, 422);
    const auto answered = post(later, address + "/reason", R"({"reason":"部品の到着待ち"})");
    ASSERT_EQ(answered.status, 200) << answered.response.body_text();
    EXPECT_FALSE(answered.body["reason_missing"].boolean());
    ++given;
  }
  EXPECT_GT(given, 0);
  // Closing may breach what ran until now; the reasons of those that were breached are enough here.
  const auto closed = post(later, path(id, "/close"), R"({"reason":"x"})");
  EXPECT_EQ(closed.status, 200) << closed.response.body_text();
}

TEST_P(DeskApiTest, PhoneNumbersAreForWhoCallsAndEachAnswerIsJournaledOnce) {
  const auto op = person("op", Role::operator_), auditor = person("auditor", Role::auditor),
             analyst = person("analyst", Role::analyst);
  const Id id = opened(op);
  for (int i = 0; i < 10 && contacts_->calls(contract)->empty(); ++i) {
    clock_.advance(std::chrono::minutes(5));
    ASSERT_TRUE(contacts_->tick());
  }
  ASSERT_FALSE(contacts_->calls(contract)->empty()) << "the pack's tree has a phone step";
  EXPECT_EQ(entries("personal.read").size(), 0U);
  const auto without = get(auditor, "/calls");
  ASSERT_EQ(without.status, 200);
  EXPECT_EQ(without.body["items"].items().at(0).find("to"), nullptr);
  EXPECT_EQ(entries("personal.read").size(), 0U) << "nothing personal was answered";
  const auto with = get(analyst, "/calls?incident=" + std::to_string(id));
  ASSERT_EQ(with.status, 200);
  const auto& call = with.body["items"].items().at(0);
  EXPECT_EQ(call["to"].text(), "090-0000-1234");
  EXPECT_EQ(call["incident"].integer(), id);
  EXPECT_EQ(call["incident_title"].text(), "髙架網が遅い");
  ASSERT_EQ(entries("personal.read").size(), 1U);
  EXPECT_EQ(entries("personal.read")[0].record.actor.account, analyst.id);
  EXPECT_TRUE(get(op, "/calls?incident=1").body["items"].items().empty());
  EXPECT_EQ(entries("personal.read").size(), 1U) << "an empty list reads nothing";

  const auto address = "/calls/" + std::to_string(call["id"].integer());
  EXPECT_EQ(post(op, address, R"({"result":"maybe"})").status, 422);
  const auto done = post(op, address, R"({"result":"answered","note":"折り返し"})");
  EXPECT_EQ(done.status, 200) << done.response.body_text();
  EXPECT_EQ(done.body["state"].text(), "answered");
  EXPECT_EQ(done.body["by"].text(), "山﨑 op");
  EXPECT_EQ(post(op, address, R"({"result":"busy"})").status, 409);
}

TEST_P(DeskApiTest, TheOwnerIsSomebodyOfTheContract) {
  const auto op = person("op", Role::operator_), other = person("other", Role::operator_, "other");
  const Id id = opened(op);
  auto answer = ask(op, Method::patch, path(id), R"({"owner":)" + std::to_string(op.id) + "}");
  EXPECT_EQ(answer.body["owner_name"].text(), "山﨑 op") << answer.response.body_text();
  answer = ask(op, Method::patch, path(id), R"({"owner":)" + std::to_string(other.id) + "}");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.body["errors"].items().at(0)["code"].text(), "desk.owner_unknown");
  answer = ask(op, Method::patch, path(id), R"({"service_stopped":true})");
  EXPECT_EQ(answer.body["owner"].integer(), op.id) << "what is not named stays";
  EXPECT_TRUE(answer.body["service_stopped"].boolean());
  EXPECT_EQ(ask(op, Method::patch, path(id), R"({"severity":"info"})").status, 422);
  answer = ask(op, Method::patch, path(id), R"({"severity":"info","reason":"影響がない"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body["severity"].text(), "info");
  answer = ask(op, Method::patch, path(id), R"({"owner":null})");
  EXPECT_TRUE(answer.body["owner"].is_null());
}

TEST_P(DeskApiTest, AnIncidentIsHandedOnToSomebodyWhoWorksOnIncidents) {
  const auto op = person("op", Role::operator_), analyst = person("an", Role::analyst);
  const auto auditor = person("au", Role::auditor), employee = person("em", Role::employee);
  (void)person("other", Role::operator_, "other");
  const auto list = ask(op, Method::get, "/owners");
  ASSERT_EQ(list.status, 200) << list.response.body_text();
  std::vector<std::string> names;
  for (const auto& one : list.body["items"].items()) names.push_back(one["name"].text());
  EXPECT_EQ(names, (std::vector<std::string>{"山﨑 an", "山﨑 op"}));
  EXPECT_EQ(ask(auditor, Method::get, "/owners").status, 403);
  EXPECT_EQ(ask(employee, Method::get, "/owners").status, 403);
  const Id id = opened(op);
  const auto give = [&](const Person& by, Id to) {
    return ask(by, Method::patch, path(id), R"({"owner":)" + std::to_string(to) + R"(,"reason":"交代"})");
  };
  EXPECT_EQ(give(op, op.id).body["owner_name"].text(), "山﨑 op");
  EXPECT_EQ(give(op, analyst.id).body["owner_name"].text(), "山﨑 an");
  EXPECT_EQ(give(analyst, auditor.id).status, 422) << "an auditor works on no incident";
  EXPECT_EQ(give(analyst, employee.id).status, 422);
  EXPECT_EQ(give(auditor, op.id).status, 403);
  const auto line = ask(op, Method::get, path(id, "/timeline"));
  std::vector<std::string> handed;
  for (const auto& e : line.body["items"].items())
    if (const auto* owner = e["data"].find("owner"))
      handed.push_back(e["who"].text() + ": " + (*owner)["before"].text() + " -> " +
                       (*owner)["after"].text() + " " + e["data"]["reason"].text());
  EXPECT_EQ(handed,
            (std::vector<std::string>{"山﨑 op:  -> 山﨑 op 交代", "山﨑 op: 山﨑 op -> 山﨑 an 交代"}));
  // Whose account is closed can no longer be handed anything.
  ASSERT_TRUE(people_->change({}, analyst.id, {.disabled = true}));
  EXPECT_EQ(ask(op, Method::get, "/owners").body["items"].items().size(), 1U);
  EXPECT_EQ(give(op, analyst.id).status, 422);
}

TEST_P(DeskApiTest, FilesOfAnIncidentAreListedWithWhoBroughtThem) {
  const auto op = person("op", Role::operator_);
  const Id id = opened(op);
  const auto attach = [&](const std::string& of, const std::string& name) {
    return ledgers_->attach({op.id, "山﨑 op", ""}, of, name, "image/jpeg", "\xFF\xD8 photograph");
  };
  const auto photo = attach(contract, "現地写真.jpg");
  ASSERT_TRUE(photo) << photo.error().text();
  const auto theirs = attach("other", "よその写真.jpg");
  const auto note = [&](const std::string& files) {
    return post(op, path(id, "/notes"), R"({"text":"現地を確認","attachments":[)" + files + "]}");
  };
  ASSERT_EQ(note(std::to_string(photo->id)).status, 204);
  const auto refused = note(std::to_string(theirs->id));
  EXPECT_EQ(refused.code(), "desk.attachment_unknown") << "another contract's file";
  std::string many = std::to_string(photo->id);
  for (int i = 0; i < 20; ++i) many += "," + std::to_string(photo->id);
  EXPECT_GE(note(many).status, 400);
  const auto detail = ask(op, Method::get, path(id));
  const auto& files = detail.body["attachments"].items();
  ASSERT_EQ(files.size(), 1U) << detail.response.body_text();
  EXPECT_EQ(files[0]["name"].text(), "現地写真.jpg");
  EXPECT_EQ(files[0]["by"].text(), "山﨑 op");
  EXPECT_EQ(files[0]["sha256"].text(), photo->sha256);
  const auto line = ask(op, Method::get, path(id, "/timeline"));
  EXPECT_EQ(line.body["items"].items().back()["data"]["files"].items().at(0)["name"].text(), "現地写真.jpg");
  for (const char* name : {"../../etc/passwd", "a\\b", "x\r\ny", "x\"y", "\xE2\x80\xAEgpj.exe", ".bashrc",
                           "\x01", " ", "a\xE2\x81\xA6z", "\xEF\xBB\xBFx", "a\xC2\x85z"})
    EXPECT_EQ(attach(contract, name).error().code, "ledger.attachment_name") << name;
  EXPECT_TRUE(attach(contract, "写真 (1)「障害」.jpg"));
}

TEST_P(DeskApiTest, TodayShowsWhatIsNotClosed) {
  const auto op = person("op", Role::operator_);
  const Id first = opened(op), second = opened(op), gone = opened(op);
  ASSERT_EQ(post(op, path(first, "/handover"), R"({"to":"保守","reason":"x"})").status, 200);
  ASSERT_EQ(post(op, path(gone, "/close"), R"({"reason":"誤検知"})").status, 200);
  std::vector<Id> shown;
  for (const auto& i : incidents_now(*desk_, contract, Language::ja)->items())
    shown.push_back(i["id"].integer());
  EXPECT_EQ(shown, (std::vector<Id>{second, first}));
  EXPECT_FALSE(clocks_now(*desk_, contract, Language::ja)->items().empty());
  clock_.advance(std::chrono::minutes(30));
  ASSERT_TRUE(contacts_->tick());
  const auto calls = calls_now(*desk_, contract, Language::ja).value();
  for (const auto& call : calls.items()) EXPECT_EQ(call.find("to"), nullptr);
  EXPECT_TRUE(incidents_now(*desk_, "other", Language::ja)->items().empty());
}

TEST_P(DeskApiTest, ListsByPagesStateAndWords) {
  const auto op = person("op", Role::operator_);
  std::vector<Id> made;
  for (int i = 0; i < 5; ++i) made.push_back(opened(op));
  std::ranges::reverse(made);
  std::vector<Id> seen;
  std::string cursor;
  do {
    const auto page = get(op, "/incidents?limit=2&cursor=" + cursor);
    for (const auto& i : page.body["items"].items()) seen.push_back(i["id"].integer());
    cursor = page.body["next"].text();
  } while (!cursor.empty());
  EXPECT_EQ(seen, made) << "newest first, each once";
  EXPECT_EQ(get(op, "/incidents?q=%E9%AB%98%E6%9E%B6").body["items"].items().size(), 5U) << "高 finds 髙";
  EXPECT_EQ(get(op, "/incidents?state=closed").body["items"].items().size(), 0U);
  EXPECT_EQ(get(op, "/incidents?state=lost").status, 400);
  EXPECT_EQ(get(op, "/incidents?cursor=x").status, 400);
  EXPECT_EQ(get(op, "/incidents?limit=501").status, 400);
  EXPECT_EQ(get(op, "/incidents/x").status, 404);
}

YAGURA_ON_EVERY_DATABASE(DeskApiTest);

}  // namespace
}  // namespace yagura::web
