#include "notify/mail_message.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "notify/mail_out.hpp"
#include "notify/mailbox.hpp"

namespace yagura::notify {
namespace {

IncomingMail mail(const std::string& head, const std::string& body = "本文") {
  auto read = read_mail("From: \"髙橋\" <ichiro@example.jp>\r\n" + head + "\r\n" + body);
  EXPECT_TRUE(read) << read.error().text();
  return read ? std::move(*read) : IncomingMail{};
}

std::string corpus(const char* name) {
  std::ifstream in(std::string(YAGURA_SOURCE_DIR "/src/notify/corpus/mail_message/") + name,
                   std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(MailMessage, IsReadAsJapaneseOfficesWriteIt) {
  const auto plain = read_mail(corpus("plain")).value();
  EXPECT_EQ(plain.from, "ichiro@example.jp");
  EXPECT_EQ(plain.from_name, "高橋 一郎");
  EXPECT_EQ(plain.subject, "印刷できない");
  EXPECT_EQ(plain.message_id, "a1@example.jp");
  EXPECT_EQ(plain.text, "朝から印刷できません。");
  EXPECT_FALSE(plain.automatic);
  const auto old = read_mail(corpus("iso2022jp")).value();
  EXPECT_EQ(old.text, "印刷できない");
}

TEST(MailMessage, AnAnswerNamesWhatItAnswersAndLeavesTheQuotationOut) {
  const auto reply = read_mail(corpus("reply")).value();
  EXPECT_THAT(reply.answers_to, testing::ElementsAre("5.6@desk.example.jp", "1@x"));
  EXPECT_EQ(reply.text, "直りました");
}

TEST(MailMessage, MachinesAreKnown) {
  EXPECT_TRUE(read_mail(corpus("bounce"))->automatic);
  EXPECT_TRUE(mail("Auto-Submitted: auto-replied\r\n").automatic);
  EXPECT_FALSE(mail("Auto-Submitted: no\r\n").automatic);
  EXPECT_TRUE(mail("Precedence: bulk\r\n").automatic);
  EXPECT_TRUE(mail("List-Id: <x>\r\n").automatic);
  EXPECT_TRUE(read_mail("From: noreply@example.jp\r\n\r\nx")->automatic);
  EXPECT_FALSE(mail("").automatic);
}

TEST(MailMessage, FilesHaveNamesWithoutAPathAndHtmlBecomesWords) {
  const auto files = read_mail(corpus("files")).value();
  ASSERT_EQ(files.files.size(), 2U);
  EXPECT_EQ(files.files[0].name, "写真.png");
  EXPECT_EQ(files.files[1].name, "evil");
  EXPECT_EQ(files.files[1].bytes, "ABC");
  EXPECT_EQ(files.text, "画面が<割れた>\n写真です") << "no script, no style";
}

TEST(MailMessage, HostileMailIsBounded) {
  EXPECT_TRUE(read_mail(corpus("deep"))) << "three hundred levels";
  (void)read_mail(corpus("broken"));
  if (const auto injected = read_mail(corpus("injected"))) {
    EXPECT_EQ(injected->subject.find('\n'), std::string::npos);
    EXPECT_EQ(injected->from_name.find('\n'), std::string::npos);
  }
  EXPECT_EQ(read_mail("").error().code, "notify.mail_unreadable");
  EXPECT_EQ(read_mail("Subject: x\r\n\r\ny").error().code, "notify.mail_unreadable") << "nobody wrote it";
  EXPECT_EQ(read_mail(std::string(mail_most + 1, 'x')).error().code, "notify.mail_unreadable");
  const auto long_one = mail("", std::string(500'000, 'a'));
  EXPECT_LE(long_one.text.size(), text_most);
  EXPECT_TRUE(long_one.cut);
  std::string many = "Content-Type: multipart/mixed; boundary=q\r\n";
  std::string body;
  for (int i = 0; i < 300; ++i) body += "--q\r\nContent-Type: image/png; name=a.png\r\n\r\nx\r\n";
  const auto crowded = mail(many, body + "--q--\r\n");
  EXPECT_EQ(crowded.files.size(), static_cast<std::size_t>(files_most));
  EXPECT_TRUE(crowded.cut);
}

TEST(MailMessage, WhatIsSentIsReadAgainAsItWas) {
  OutgoingMail out;
  out.to = "ichiro@example.jp";
  out.subject = "[2026-0012] 印刷できない\r\nBcc: evil@example.jp";
  out.body = "髙橋様\n\n直りました。𠮷";
  out.message_id = "<5.6@desk.example.jp>";
  out.references = {"<a1@example.jp>", "<x\r\nBcc: y>", "<b2@example.jp>"};
  out.files = {{"写真 1.png", "image/png", std::string("\x89PNG\0", 5)}};
  out.automatic = true;
  const auto text = mail_text({.smtp = "", .from = "desk@example.jp", .user = "", .password = ""}, out);
  EXPECT_EQ(text.find("\nBcc"), std::string::npos);
  const auto back = read_mail(text).value();
  EXPECT_EQ(back.from, "desk@example.jp");
  EXPECT_EQ(back.subject, "[2026-0012] 印刷できないBcc: evil@example.jp");
  EXPECT_EQ(back.text, "髙橋様\n\n直りました。𠮷");
  EXPECT_EQ(back.message_id, "5.6@desk.example.jp");
  EXPECT_THAT(back.answers_to, testing::ElementsAre("b2@example.jp", "a1@example.jp"));
  ASSERT_EQ(back.files.size(), 1U);
  EXPECT_EQ(back.files[0].name, "写真 1.png");
  EXPECT_EQ(back.files[0].bytes, out.files[0].bytes);
  EXPECT_TRUE(back.automatic);
}

class MailDrop : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("yagura_maildrop_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_ / "new");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void drop(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / "new" / name) << text;
  }
  bool there(const std::string& name) { return std::filesystem::exists(folder_ / name); }
  std::filesystem::path folder_;
};

TEST_F(MailDrop, OffersEachOnceAndKeepsWhatWasRefusedApart) {
  drop("1", "good");
  drop("2", "bad");
  drop("3", "later");
  drop("4", "after");
  std::filesystem::create_symlink("/etc/hostname", folder_ / "new" / "0link");
  MailboxSettings settings;
  settings.maildir = folder_;
  const auto box = Mailbox::open(settings);
  std::vector<std::string> seen;
  const auto take = [&](std::string_view bytes) -> Result<bool> {
    seen.emplace_back(bytes);
    if (bytes == "later") return fail("store.gone");
    return bytes != "bad";
  };
  EXPECT_EQ(box->each(take, 10).error().code, "store.gone");
  EXPECT_THAT(seen, testing::ElementsAre("good", "bad", "later"));
  EXPECT_TRUE(there("cur/1:2,S") && there("refused/2") && there("new/3") && there("new/4") &&
              there("new/0link"));
  EXPECT_EQ(box->each([](std::string_view) -> Result<bool> { return true; }, 1).value(), 1)
      << "no more than asked";
  EXPECT_TRUE(there("cur/3:2,S") && there("new/4"));
  std::filesystem::remove_all(folder_);
  EXPECT_EQ(box->each(take, 10).error().code, "notify.mailbox_failed");
}

}  // namespace
}  // namespace yagura::notify
