#include "desk/desk_mail.hpp"

#include <algorithm>

#include "support/any_database.hpp"

namespace yagura::desk {
namespace {

using What = MailOutcome::What;

class DeskMailTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {journal::migrations(), notify::migrations(), ledger::migrations(), migrations()})
      ASSERT_TRUE(database().migrate(steps));
    auto pack = contract::load_pack(YAGURA_SOURCE_DIR "/packs/okayama");
    ASSERT_TRUE(pack) << pack.error().text();
    pack_ = std::make_shared<const contract::Pack>(std::move(*pack));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    ledgers_ = std::make_unique<ledger::Ledgers>(
        ledger::Ledgers::Ground{database(), *journal_, clock_, ids_},
        ledger::load_definitions(YAGURA_SOURCE_DIR "/share/ledgers").value(),
        [](std::string_view, std::string_view) { return std::vector<ledger::Choice>{}; });
    contacts_ =
        std::make_unique<notify::Contacts>(notify::Contacts::Ground{database(), *journal_, clock_, ids_});
    const auto packs = [this](std::string_view id) { return id == ours ? pack_ : nullptr; };
    incidents_ = std::make_unique<Incidents>(
        Incidents::Ground{database(), *journal_, clock_, ids_, *contacts_, ledgers_.get(), "desk.example.jp"},
        packs, [](std::string_view, const contract::ContactStep&) -> Result<std::vector<notify::Recipient>> {
          return std::vector<notify::Recipient>{};
        });
    mail_ = std::make_unique<DeskMail>(
        DeskMail::Ground{*incidents_, database(), *journal_, *ledgers_, clock_, packs,
                         [this](const notify::OutgoingMail& mail) -> Result<void> {
                           if (server_down_) return fail("notify.mail_failed", {{"reason", "down"}});
                           sent_.push_back(mail);
                           return {};
                         },
                         "desk@example.jp"});
  }
  MailOutcome take(const std::string& head, const std::string& body = "本文",
                   const std::string& from = "ichiro@example.jp") {
    auto taken = mail_->take(ours, "From: 髙橋 <" + from + ">\r\n" + head + "\r\n" + body);
    EXPECT_TRUE(taken) << taken.error().text();
    return taken ? *taken : MailOutcome{};
  }
  Incident ticket(Id id) { return incidents_->get(ours, id).value(); }

  static constexpr auto ours = "okayama";
  ManualClock clock_{calendar::parse_instant("2026-06-05T10:00").value()};
  IdSource ids_{clock_};
  const journal::Actor by_{7, "運用 次郎", ""};
  std::shared_ptr<const contract::Pack> pack_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<ledger::Ledgers> ledgers_;
  std::unique_ptr<notify::Contacts> contacts_;
  std::unique_ptr<Incidents> incidents_;
  std::unique_ptr<DeskMail> mail_;
  std::vector<notify::OutgoingMail> sent_;
  bool server_down_ = false;
};

TEST_P(DeskMailTest, ANewMailOpensATicketAndAnswersMakeAThread) {
  ASSERT_TRUE(ledgers_->create(
      by_, ours, "contacts",
      schema::Value::object(
          {{"name", "髙橋 一郎"}, {"organisation", "税務課"}, {"mail", "Ichiro@example.jp"}}),
      ""));
  const auto opened = take("Subject: 印刷できない\r\nMessage-ID: <a1@example.jp>\r\n", "朝から");
  ASSERT_EQ(opened.what, What::opened);
  const auto first = ticket(opened.ticket);
  EXPECT_EQ(first.kind, "inquiry");
  EXPECT_EQ(first.channel, Channel::mail);
  EXPECT_EQ(first.caller.section, "税務課") << "known by the address, whatever its case";
  EXPECT_NE(first.caller.contact, 0);
  EXPECT_EQ(first.detail, "朝から");
  ASSERT_EQ(mail_->send_due().value(), 1) << "that it was received";
  EXPECT_TRUE(sent_[0].automatic);
  EXPECT_EQ(sent_[0].to, "ichiro@example.jp");
  EXPECT_EQ(sent_[0].references, std::vector<std::string>{"<a1@example.jp>"});
  EXPECT_NE(sent_[0].subject.find(first.number), std::string::npos);
  EXPECT_EQ(take("Subject: 印刷できない\r\nMessage-ID: <a1@example.jp>\r\n").what, What::known)
      << "the same mail once more";
  ASSERT_TRUE(incidents_->reply(by_, ours, first.id, "電源を入れ直してください", false, {}));
  ASSERT_EQ(mail_->send_due().value(), 1);
  EXPECT_FALSE(sent_[1].automatic);
  EXPECT_EQ(sent_[1].references.front(), "<a1@example.jp>");
  const auto id = sent_[1].message_id.substr(1, sent_[1].message_id.size() - 2);
  const auto answer = take("Subject: Re: 何か\r\nMessage-ID: <a2@example.jp>\r\nReferences: <" + id + ">\r\n",
                           "直りません", "ichiro.private@example.org");
  EXPECT_EQ(answer.what, What::joined);
  EXPECT_EQ(answer.ticket, first.id) << "by what it answers, from whatever address";
  EXPECT_EQ(incidents_->messages(ours, first.id)->size(), 4U);
}

TEST_P(DeskMailTest, ANumberInTheSubjectCountsOnlyFromItsCaller) {
  const auto opened = take("Subject: 件\r\nMessage-ID: <n1@x>\r\n");
  const auto number = ticket(opened.ticket).number;
  EXPECT_EQ(take("Subject: Re: [" + number + "] 件\r\n", "続き", "ICHIRO@example.jp").ticket, opened.ticket);
  const auto stranger = take("Subject: Re: [" + number + "] 件\r\n", "のぞき見", "stranger@example.org");
  EXPECT_EQ(stranger.what, What::opened);
  EXPECT_NE(stranger.ticket, opened.ticket);
  EXPECT_EQ(take("Subject: [9999-0001] 件\r\n").what, What::opened);
}

TEST_P(DeskMailTest, MachinesLoopsAndFloodsOpenNothing) {
  EXPECT_EQ(take("Subject: 不在\r\nAuto-Submitted: auto-replied\r\n").why, "automatic");
  EXPECT_EQ(take("Subject: x\r\n", "x", "Desk@Example.jp").why, "loop");
  EXPECT_EQ(mail_->take(ours, "no mail at all")->why, "unreadable");
  const auto opened = take("Subject: 件\r\nMessage-ID: <m1@x>\r\n");
  ASSERT_TRUE(incidents_->close(by_, ours, opened.ticket, "済"));
  const auto absent =
      take("Subject: [" + ticket(opened.ticket).number + "] 不在\r\nAuto-Submitted: auto-replied\r\n");
  EXPECT_EQ(absent.what, What::joined);
  EXPECT_EQ(ticket(opened.ticket).state, State::closed) << "a machine's answer opens nothing again";
  const auto before = mail_->send_due().value();
  EXPECT_EQ(before, 1) << "and is not answered: only the first mail was";
  for (int i = 0; i < DeskMail::opened_most + 3; ++i) {
    clock_.advance(std::chrono::seconds(1));
    const auto one = take("Subject: 件 " + std::to_string(i) + "\r\n", "x", "flood@example.org");
    EXPECT_EQ(one.what, i < DeskMail::opened_most ? What::opened : What::refused) << i;
  }
  EXPECT_EQ(take("Subject: 件\r\n", "x", "other@example.org").what, What::opened);
  clock_.advance(std::chrono::minutes(61));
  EXPECT_EQ(take("Subject: 件\r\n", "x", "flood@example.org").what, What::opened);
  const auto refused = database().read(
      [&](store::Session& s) { return journal_->list(s, {.chain = ours, .kind_prefix = "mail.refused"}); });
  EXPECT_GE(refused->size(), 6U) << "nothing is dropped unseen";
}

TEST_P(DeskMailTest, FilesGoThroughTheLedgersChecks) {
  const auto opened =
      take("Subject: 写真\r\nMessage-ID: <f1@x>\r\nContent-Type: multipart/mixed; boundary=q\r\n",
           "--q\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n割れた画面です\r\n--q\r\nContent-Type: "
           "image/png; name=a.png\r\n"
           "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--q--\r\n");
  ASSERT_EQ(opened.what, What::opened);
  const auto messages = incidents_->messages(ours, opened.ticket).value();
  ASSERT_EQ(messages[0].attachments.size(), 1U);
  EXPECT_EQ(ledgers_->attachment(ours, messages[0].attachments[0])->first.name, "a.png");
}

TEST_P(DeskMailTest, WhatCannotBeSentIsTriedAgainAndThenSaid) {
  const auto opened = take("Subject: 件\r\nMessage-ID: <s1@x>\r\n");
  server_down_ = true;
  int tried = 0;
  for (int i = 0; i < 60; ++i) {
    tried += mail_->send_due().value();
    clock_.advance(std::chrono::hours(1));
  }
  EXPECT_EQ(tried, 5);
  EXPECT_EQ(incidents_->messages(ours, opened.ticket)->back().state, "failed");
  const auto said = database().read([&](store::Session& s) {
    return journal_->list(s, {.chain = ours, .kind_prefix = "incident.reply_failed"});
  });
  EXPECT_EQ(said->size(), 1U);
  server_down_ = false;
  ASSERT_TRUE(incidents_->reply(by_, ours, opened.ticket, "届きますか", false, {}));
  EXPECT_EQ(mail_->send_due().value(), 1);
  EXPECT_EQ(incidents_->messages(ours, opened.ticket)->back().state, "sent");
}

YAGURA_ON_EVERY_DATABASE(DeskMailTest);

}  // namespace
}  // namespace yagura::desk
