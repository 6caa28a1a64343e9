// A ticket of the city's domain in place of the password.
#include "people/directory_test_ground.hpp"

namespace yagura::people {
namespace {

// Whose ticket it is stands in the token itself.
class FakeTickets final : public Tickets {
 public:
  Result<Ticket> accept(std::string_view token, std::string_view tls_end_point) override {
    if (!token.starts_with("of ") || tls_end_point != "this server")
      return fail("people.ticket_refused", {{"why", "not a ticket"}});
    return Ticket{std::string(token.substr(3)), "it is me"};
  }
};

class TicketTest : public DirectoryTest {
 protected:
  void SetUp() override {
    DirectoryTest::SetUp();
    if (IsSkipped()) return;
    people_->set_directories(
        {{"city", {"市の AD", "City AD", {}, directory_, {}, std::make_shared<FakeTickets>()}},
         {"other", {"別の AD", "Another", {}, directory_}}});
  }
  Result<People::TicketSignedIn> by_ticket(std::string_view token) {
    return people_->sign_in_by_ticket(token, "this server", "10.1.2.3", "test");
  }
  std::string refusal(std::string_view token) {
    const auto done = by_ticket(token);
    return done ? "" : done.error().code;
  }
};

TEST_P(TicketTest, StandsForThePasswordAlone) {
  const auto r = kawai();
  EXPECT_TRUE(people_->takes_tickets());
  const auto first = by_ticket("of kawai");
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(first->answer, "it is me");
  const auto& cookie = first->signed_in.cookie;
  EXPECT_EQ(people_->principal(cookie, "10.1.2.3").error().code, "people.second_factor_missing");
  EXPECT_EQ(people_->second_factor(cookie, "000000", "10.1.2.3").error().code, "people.code_wrong");
  clock_.advance(std::chrono::seconds(30));
  const auto whole = people_->second_factor(cookie, totp_code(r.secret, clock_.now()), "10.1.2.3");
  ASSERT_TRUE(whole) << whole.error().text();
  EXPECT_TRUE(people_->principal(*whole, "10.1.2.3").value().may("m", "watch.read"));
}

TEST_P(TicketTest, IsWorthNothingElsewhere) {
  const auto r = kawai();
  EXPECT_EQ(refusal("forged"), "people.ticket_refused");
  EXPECT_EQ(refusal("of nobody"), "people.ticket_refused");
  EXPECT_EQ(refusal("of KAWAI"), "people.ticket_refused") << "the exact name";
  EXPECT_EQ(people_->sign_in_by_ticket("of kawai", "a server between", "10.1.2.3", "").error().code,
            "people.ticket_refused");
  const auto ours = ready("takeda");
  list_on_roster(ours, "m", Role::city_staff);
  EXPECT_EQ(refusal("of takeda"), "people.ticket_refused") << "his password is here";
  ASSERT_TRUE(people_->change(city_, r.person.id, {.directory = "other"}));
  EXPECT_EQ(refusal("of kawai"), "people.ticket_refused") << "another domain's person of that name";
  people_->set_directories({{"city", {"市の AD", "City AD", {}, directory_}}});
  EXPECT_FALSE(people_->takes_tickets());
  EXPECT_EQ(refusal("of kawai"), "people.ticket_refused") << "not set up";
}

TEST_P(TicketTest, TheAccountMustStandNow) {
  const auto r = kawai();
  directory_->verdict = DirectoryVerdict::disabled;
  EXPECT_EQ(refusal("of kawai"), "people.directory_account_ended");
  directory_->verdict = DirectoryVerdict::account_expired;
  EXPECT_EQ(refusal("of kawai"), "people.directory_account_ended");
  directory_->verdict = DirectoryVerdict::wrong;
  EXPECT_EQ(refusal("of kawai"), "people.ticket_refused") << "gone, and a machine may have its name";
  directory_->verdict = DirectoryVerdict::right;
  directory_->looks = false;
  EXPECT_EQ(refusal("of kawai"), "people.ticket_refused") << "what cannot be looked up is not believed";
  directory_->looks = true;
  directory_->away = true;
  EXPECT_EQ(refusal("of kawai"), "people.directory_away");
  directory_->away = false;
  EXPECT_EQ(refusal("of kawai"), "") << "none of these was a guess";
  ASSERT_TRUE(people_->change(city_, r.person.id, {.disabled = true}));
  EXPECT_EQ(refusal("of kawai"), "people.ticket_refused");
}

TEST_P(TicketTest, ALockHolds) {
  kawai();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(first_step("guess").error().code, "people.sign_in_refused");
  EXPECT_EQ(refusal("of kawai"), "people.locked");
  clock_.advance(std::chrono::minutes(16));
  EXPECT_EQ(refusal("of kawai"), "");
}

TEST_P(TicketTest, TheJournalKnowsWhy) {
  kawai();
  EXPECT_EQ(refusal("forged"), "people.ticket_refused");
  EXPECT_EQ(refusal("of nobody"), "people.ticket_refused");
  const auto all = database().read([](store::Session& s) {
    std::string out;
    auto done = s.query("SELECT data FROM journal WHERE kind = 'session.refused'",
                        [&](const store::Row& row) { out += row.string(0) + "\n"; });
    return done ? Result<std::string>(out) : std::unexpected(done.error());
  });
  EXPECT_NE(all.value().find("ticket: not a ticket"), std::string::npos) << all.value();
  EXPECT_NE(all.value().find("ticket: no account"), std::string::npos) << all.value();
}

YAGURA_ON_EVERY_DATABASE(TicketTest);

}  // namespace
}  // namespace yagura::people
