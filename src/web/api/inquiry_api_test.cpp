// The portal's side of the desk: what an employee may see of what became of his inquiry, and what not.
#include <algorithm>

#include "web/api/desk_test_ground.hpp"

namespace yagura::web {
namespace {

using people::Role;

class InquiryApiTest : public DeskGround {
 protected:
  void SetUp() override {
    DeskGround::SetUp();
    if (IsSkipped()) return;
    a_ = person("employee.a", Role::employee);
    b_ = person("employee.b", Role::employee);
    op_ = person("op", Role::operator_);
  }
  Id file(const Person& by, const std::string& name, const std::string& bytes) {
    return ledgers_->attach({by.id, "山﨑", ""}, contract, name, "image/png", bytes).value().id;
  }
  static std::string with(const std::string& text, std::initializer_list<Id> files) {
    std::string list;
    for (const Id one : files) list += (list.empty() ? "" : ",") + std::to_string(one);
    return R"({"text":")" + text + R"(","attachments":[)" + list + "]}";
  }
  Answer asks(const Person& by, const std::string& title, std::initializer_list<Id> files = {}) {
    std::string list;
    for (const Id one : files) list += (list.empty() ? "" : ",") + std::to_string(one);
    return post(by, "/inquiries",
                R"({"title":")" + title + R"(","detail":"内容","attachments":[)" + list + "]}");
  }
  static std::string own(const Answer& made, const std::string& more = "") {
    return "/inquiries/" + std::to_string(made.body["id"].integer()) + more;
  }
  static std::string desk(const Answer& made, const std::string& more) {
    return "/incidents/" + std::to_string(made.body["id"].integer()) + more;
  }
  Answer open(const Person& by, const Answer& of, Id file) {
    return get(by, own(of, "/files/" + std::to_string(file)));
  }
  void merge(const Answer& one, const Answer& into) {
    const auto done =
        post(op_, desk(one, "/merge"),
             R"({"into":)" + std::to_string(into.body["id"].integer()) + R"(,"reason":"同じ件"})");
    ASSERT_EQ(done.status, 200) << done.response.body_text();
  }

  Person a_, b_, op_;
};

bool says(std::string_view text, std::string_view what) { return text.contains(what); }

TEST_P(InquiryApiTest, FilesGoBothWaysAndAreForTheTwoAlone) {
  const Id photo = file(a_, "画面.png", "PHOTO");
  const auto made = asks(a_, "画面が出ない", {photo});
  ASSERT_EQ(made.status, 201) << made.response.body_text();
  ASSERT_EQ(made.body["files"].items().size(), 1U);
  EXPECT_EQ(made.body["files"].items()[0]["name"].text(), "画面.png");
  EXPECT_EQ(open(a_, made, photo).response.body_text(), "PHOTO");
  EXPECT_EQ(get(op_, desk(made, "")).body["attachments"].items().size(), 1U) << "the desk has it";

  const Id manual = file(op_, "手順書.pdf", "MANUAL"), secret = file(op_, "内部メモ.txt", "SECRET");
  ASSERT_EQ(post(op_, desk(made, "/replies"), with("手順のとおりに", {manual})).status, 200);
  ASSERT_EQ(post(op_, desk(made, "/notes"), with("内部の記録", {secret})).status, 204);
  const auto answered = get(a_, own(made));
  ASSERT_EQ(answered.body["messages"].items().size(), 1U);
  const auto& reply = answered.body["messages"].items()[0];
  ASSERT_EQ(reply["files"].items().size(), 1U);
  EXPECT_EQ(reply["files"].items()[0]["id"].integer(), manual);
  EXPECT_FALSE(says(answered.response.body_text(), "内部")) << "notes and their files are not for him";
  EXPECT_EQ(open(a_, made, manual).response.body_text(), "MANUAL");
  EXPECT_EQ(open(a_, made, secret).status, 404);

  const Id more = file(a_, "写真2.png", "TWO");
  const auto again = post(a_, own(made, "/messages"), with("まだ出ません", {more}));
  ASSERT_EQ(again.status, 200) << again.response.body_text();
  EXPECT_EQ(again.body["messages"].items()[1]["files"].items()[0]["name"].text(), "写真2.png");
  EXPECT_EQ(open(a_, made, more).response.body_text(), "TWO");

  const auto auditor = person("auditor", Role::auditor), staff = person("staff", Role::city_staff);
  const auto elsewhere = person("their.employee", Role::employee, "other");
  for (const Id one : {photo, manual, more}) {
    EXPECT_EQ(open(b_, made, one).status, 404) << "another employee";
    EXPECT_EQ(open(staff, made, one).status, 404) << "who may ask, but did not";
    EXPECT_EQ(open(auditor, made, one).status, 403);
    EXPECT_EQ(open(elsewhere, made, one).status, 404);
    EXPECT_EQ(get(elsewhere, own(made, "/files/" + std::to_string(one)) + "?contract=other").status, 404);
  }
  const Person nobody;
  EXPECT_EQ(open(nobody, made, photo).status, 401);
  EXPECT_EQ(get(b_, "/inquiries/77/files/78").status, 404);
}

TEST_P(InquiryApiTest, OnlyOnesOwnFilesCanBeSent) {
  const Id theirs = file(b_, "給与.xlsx", "SALARY");
  const Id other = ledgers_->attach({a_.id, "山﨑", ""}, "other", "x.png", "", "X").value().id;
  for (const Id one : {theirs, other, Id{4711}}) {
    const auto refused = asks(a_, "のぞき見", {one});
    EXPECT_EQ(refused.code(), "desk.attachment_unknown") << refused.response.body_text();
  }
  EXPECT_EQ(get(a_, "/inquiries").body["items"].items().size(), 0U) << "nothing was opened half";
  const auto made = asks(a_, "ふつう");
  EXPECT_EQ(post(a_, own(made, "/messages"), with("見せて", {theirs})).code(), "desk.attachment_unknown");
  EXPECT_EQ(get(a_, own(made)).body["messages"].items().size(), 0U);
  std::string many;
  for (int i = 0; i < 21; ++i) many += (i ? "," : "") + std::to_string(file(a_, "f.png", "F"));
  EXPECT_EQ(post(a_, "/inquiries", R"({"title":"x","detail":"x","attachments":[)" + many + "]}").code(),
            "desk.attachments_too_many");
  for (const auto* hostile : {R"("x")", R"([null])", R"(["1"])", R"({})", R"([1.5])"})
    EXPECT_EQ(
        post(a_, "/inquiries", R"({"title":"x","detail":"x","attachments":)" + std::string(hostile) + "}")
            .status,
        422)
        << hostile;
}

TEST_P(InquiryApiTest, AFileThatIsNotScannedYetOrInfectedIsNotHandedOut) {
  const Id manual = file(op_, "手順書.pdf", "MANUAL");
  const auto made = asks(a_, "件");
  ASSERT_EQ(post(op_, desk(made, "/replies"), with("どうぞ", {manual})).status, 200);
  const auto scanned = [&](const char* state) {
    ASSERT_TRUE(database().write([&](store::Session& s) {
      return s.exec("UPDATE attachment SET scan = $2 WHERE id = $1", manual, state);
    }));
  };
  scanned("waiting");
  EXPECT_EQ(open(a_, made, manual).code(), "ledger.attachment_waiting_conflict");
  EXPECT_EQ(open(a_, made, manual).status, 409);
  scanned("infected");
  EXPECT_EQ(open(a_, made, manual).code(), "ledger.attachment_infected");
  scanned("clean");
  EXPECT_EQ(open(a_, made, manual).status, 200);
}

TEST_P(InquiryApiTest, WhoWasMergedSeesHowItGoesOnAndNobodyElse) {
  const auto mine = asks(a_, "印刷できない");
  const auto theirs = asks(b_, "employee.b の秘密の件");
  const Id before = file(op_, "前.pdf", "BEFORE"), after = file(op_, "後.pdf", "AFTER");
  const Id inside = file(op_, "内部.pdf", "INSIDE");
  ASSERT_EQ(post(op_, desk(theirs, "/replies"),
                 with("employee.b 様、山﨑さん、「employee.b の秘密の件」を調べます", {before}))
                .status,
            200);
  ASSERT_EQ(post(b_, own(theirs, "/messages"), with("bの連絡", {})).status, 200);
  clock_.advance(std::chrono::minutes(1));
  ASSERT_NO_FATAL_FAILURE(merge(mine, theirs));
  clock_.advance(std::chrono::minutes(1));
  ASSERT_EQ(post(op_, desk(theirs, "/notes"), with("内部の記録", {inside})).status, 204);
  ASSERT_EQ(post(op_, desk(theirs, "/replies"), with("employee.b 様だけに", {before})).status, 200);
  ASSERT_EQ(post(op_, desk(theirs, "/replies"),
                 R"({"text":"直しました","answers":true,"to_merged":true,"attachments":[)" +
                     std::to_string(after) + "]}")
                .status,
            200);
  clock_.advance(std::chrono::minutes(1));
  const Id photo = file(a_, "まだ.png", "STILL");
  const auto wrote = post(a_, own(mine, "/messages"), with("aの連絡", {photo}));
  ASSERT_EQ(wrote.status, 200) << wrote.response.body_text();

  const auto seen = get(a_, own(mine));
  const std::string text(seen.response.body_text());
  EXPECT_EQ(seen.body["merged"]["number"].text(), theirs.body["number"].text());
  EXPECT_EQ(seen.body["merged"]["stage"]["ja"].text(), "回答済み");
  ASSERT_EQ(seen.body["messages"].items().size(), 2U) << text;
  EXPECT_EQ(seen.body["messages"].items()[0]["body"].text(), "直しました");
  EXPECT_EQ(seen.body["messages"].items()[1]["body"].text(), "aの連絡");
  for (const auto* hidden : {"employee.b", "秘密", "内部", "bの連絡", "前.pdf"})
    EXPECT_FALSE(says(text, hidden)) << hidden << " in " << text;
  EXPECT_EQ(open(a_, mine, after).response.body_text(), "AFTER");
  EXPECT_EQ(open(a_, mine, photo).response.body_text(), "STILL");
  EXPECT_EQ(open(a_, mine, before).status, 404) << "it was sent to the other alone";
  EXPECT_EQ(open(a_, mine, inside).status, 404);
  EXPECT_EQ(get(a_, own(theirs)).status, 404) << "the ticket itself stays another's";

  const auto others = get(b_, own(theirs));
  EXPECT_FALSE(says(others.response.body_text(), "aの連絡")) << "nor does the other see him";
  EXPECT_FALSE(says(others.response.body_text(), "employee.a"));
  EXPECT_FALSE(says(others.response.body_text(), "まだ.png"));
  EXPECT_TRUE(says(others.response.body_text(), "bの連絡"));
  EXPECT_EQ(others.body["merged"].is_null(), true);
  EXPECT_EQ(open(b_, theirs, photo).status, 404);
  EXPECT_EQ(open(b_, theirs, before).status, 200);

  ASSERT_EQ(post(op_, desk(mine, "/unmerge"), R"({"reason":"別の件"})").status, 200);
  const auto apart = get(a_, own(mine));
  EXPECT_TRUE(apart.body["merged"].is_null());
  EXPECT_TRUE(says(apart.response.body_text(), "直しました")) << "it was said to him";
  EXPECT_EQ(open(a_, mine, after).status, 200);
}

YAGURA_ON_EVERY_DATABASE(InquiryApiTest);

}  // namespace
}  // namespace yagura::web
