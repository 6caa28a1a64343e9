#include "notify/contacts.hpp"

#include "notify/curl_sender.hpp"
#include "support/any_database.hpp"

namespace yagura::notify {
namespace {

class Fake final : public Sender {
 public:
  Result<void> send(const Contact& c) override {
    tried.push_back(c.to);
    if (failing) return fail("notify.mail_failed", {{"reason", "451"}});
    return {};
  }
  std::vector<std::string> tried;
  bool failing = false;
};

class ContactsTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(journal::migrations()));
    ASSERT_TRUE(database().migrate(migrations()));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    contacts_ = std::make_unique<Contacts>(Contacts::Ground{database(), *journal_, clock_, ids_});
  }
  void start(std::vector<Step> steps) {
    const auto done = database().write([&](store::Session& s) {
      return contacts_->start(s, {"m", "incident/1", "critical", {"件名", "本文"}, std::move(steps)});
    });
    ASSERT_TRUE(done) << done.error().text();
  }
  std::vector<std::string> open_calls() {
    std::vector<std::string> out;
    for (const auto& c : contacts_->calls("m").value()) out.push_back(c.name);
    return out;
  }
  std::vector<std::string> journaled() {
    std::vector<std::string> out;
    for (const auto& e :
         database()
             .read([&](store::Session& s) { return journal_->list(s, {.chain = "m", .oldest_first = true}); })
             .value())
      out.push_back(e.record.kind);
    return out;
  }
  const std::vector<Step> tree_{{Channel::mail, "運用者", {}, {{"運用", "ops@example.jp"}}},
                                {Channel::phone, "市", std::chrono::minutes(5), {{"甲", "1"}, {"乙", "2"}}},
                                {Channel::phone, "責任者", std::chrono::minutes(10), {{"丙", "3"}}}};
  ManualClock clock_{parse_rfc3339("2026-04-28T08:10:00Z").value()};
  IdSource ids_{clock_};
  Fake sender_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Contacts> contacts_;
};

using Names = std::vector<std::string>;

TEST_P(ContactsTest, WithoutAnAnswerTheNextStepBegins) {
  start(tree_);
  EXPECT_EQ(contacts_->send_waiting(sender_).value(), 1);
  EXPECT_EQ(sender_.tried, Names{"ops@example.jp"});
  EXPECT_EQ(open_calls(), (Names{"甲", "乙"}));
  clock_.advance(std::chrono::seconds(299));
  EXPECT_EQ(contacts_->tick().value(), 0);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(contacts_->tick().value(), 1);
  EXPECT_EQ(open_calls(), Names{"丙"});
  EXPECT_EQ(journaled(), (Names{"contact.notified", "contact.escalated"}));
}

TEST_P(ContactsTest, AnAnswerEndsTheWalk) {
  start(tree_);
  const auto calls = contacts_->calls("m").value();
  EXPECT_EQ(
      contacts_->record_call({1, "操作者", ""}, "o", calls[0].id, CallResult::answered, "").error().code,
      "notify.call_not_found");
  const auto answered =
      contacts_->record_call({1, "操作者", ""}, "m", calls[0].id, CallResult::answered, "了解とのこと");
  ASSERT_TRUE(answered) << answered.error().text();
  EXPECT_EQ(answered->state, State::answered);
  EXPECT_TRUE(open_calls().empty());
  EXPECT_EQ(contacts_->record_call({1, "", ""}, "m", calls[1].id, CallResult::answered, "").error().code,
            "notify.call_conflict");
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(contacts_->tick().value(), 0);
}

TEST_P(ContactsTest, WhenEveryCallFailedNobodyWaits) {
  start(tree_);
  for (const auto& c : contacts_->calls("m").value())
    ASSERT_TRUE(contacts_->record_call({1, "操作者", ""}, "m", c.id, CallResult::busy, ""));
  EXPECT_EQ(contacts_->tick().value(), 1);
  EXPECT_EQ(open_calls(), Names{"丙"});
}

TEST_P(ContactsTest, RoundsEndAndSaySo) {
  start(tree_);
  for (int i = 0; i < 20; ++i) {
    clock_.advance(std::chrono::minutes(10));
    (void)contacts_->tick();
  }
  EXPECT_TRUE(open_calls().empty());
  EXPECT_EQ(contacts_->of("m", "incident/1")->size(), 1U + 3 * 3U) << "one mail, three rounds of three calls";
  EXPECT_EQ(journaled().back(), "contact.failed");
}

TEST_P(ContactsTest, AnEmptyStepIsSaidAndPassed) {
  start({{Channel::phone, "空", std::chrono::minutes(5), {}},
         {Channel::phone, "次", std::chrono::minutes(5), {{"丁", "4"}}}});
  EXPECT_EQ(open_calls(), Names{"丁"});
  EXPECT_EQ(journaled(), Names{"contact.failed"});
}

TEST_P(ContactsTest, ThousandsThatAreDueAreMovedOnInPieces) {
  constexpr int many = 2 * Contacts::walks_at_once + 1;
  for (int i = 0; i < many; ++i) start({tree_[1], tree_[2]});
  clock_.advance(std::chrono::minutes(6));
  EXPECT_EQ(contacts_->tick().value(), Contacts::walks_at_once);
  EXPECT_EQ(contacts_->tick().value(), Contacts::walks_at_once);
  EXPECT_EQ(contacts_->tick().value(), 1);
  EXPECT_EQ(contacts_->tick().value(), 0);
}

TEST_P(ContactsTest, FailedMailIsTriedAgainAndThenSaid) {
  sender_.failing = true;
  start(tree_);
  for (int i = 0; i < 10; ++i) {
    (void)contacts_->send_waiting(sender_);
    clock_.advance(std::chrono::minutes(5));
  }
  EXPECT_EQ(sender_.tried.size(), 4U);
  const auto mail = contacts_->of("m", "incident/1")->front();
  EXPECT_EQ(mail.state, State::failed);
  EXPECT_NE(mail.result.find("451"), std::string::npos);
}

TEST_P(ContactsTest, WalksGoOnAfterARestart) {
  start(tree_);
  reopen();
  Contacts again({database(), *journal_, clock_, ids_});
  clock_.advance(std::chrono::minutes(5));
  EXPECT_EQ(again.tick().value(), 1);
  EXPECT_EQ(again.calls("m")->front().name, "丙");
}

YAGURA_ON_EVERY_DATABASE(ContactsTest);

TEST(Mail, HeadersCannotBeBrokenOut) {
  CurlSender sender(
      {.smtp = "smtp://127.0.0.1:1", .from = "yagura@example.jp", .portal = "https://y.example.jp"});
  Contact c;
  c.to = "a@example.jp\r\nBcc: x@y";
  c.message = {"長い件名：松阪市役所 本庁舎 コアスイッチ A が応答しません\r\nBcc: x@y", "本文"};
  EXPECT_EQ(sender.send(c).error().code, "notify.mail_failed");
  c.to = "a@example.jp";
  const auto text = sender.mail_text(c);
  EXPECT_EQ(text.find("\r\nBcc"), std::string::npos);
  for (std::size_t at = 0, end = 0; (end = text.find("\r\n", at)) != std::string::npos; at = end + 2)
    EXPECT_LE(end - at, 78U);
  EXPECT_EQ(sender.send(c).error().code, "notify.mail_failed") << "nobody listens on port 1";
  c.channel = Channel::webhook;
  c.to = "file:///etc/passwd";
  EXPECT_EQ(sender.send(c).error().code, "notify.webhook_failed");
}

}  // namespace
}  // namespace yagura::notify
