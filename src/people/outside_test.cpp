// Services that hang must not hold whoever does not need them.
#include "people/outside.hpp"

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "people/test_ground.hpp"

namespace yagura::people {
namespace {

TEST(Outside, TwoAskOneWaitsAShortWhileTheOthersAreTold) {
  Outside outside;
  auto first = outside.take();
  const auto second = outside.take();
  ASSERT_TRUE(first && second);
  constexpr int callers = 8;
  std::atomic<int> busy = 0, waited = 0;
  std::latch together(callers);
  std::vector<std::thread> threads;
  for (int i = 0; i < callers; ++i)
    threads.emplace_back([&] {
      together.arrive_and_wait();
      const auto began = std::chrono::steady_clock::now();
      const auto refused = outside.take();
      waited += std::chrono::steady_clock::now() - began >= Outside::longest_wait;
      busy += !refused && refused.error().code == "people.outside_busy" &&
              !refused.error().arg("retry_after").empty();
    });
  for (auto& one : threads) one.join();
  EXPECT_EQ(busy, callers);
  EXPECT_GE(waited, 1);
  EXPECT_LT(waited, callers / 2) << "one at a time waits, the others are told at once";
  first->reset();
  EXPECT_TRUE(outside.take()) << "given back";
}

// Answers when it is told to.
class Hanging final : public Directory, public SignOn {
 public:
  Result<DirectoryVerdict> check(std::string_view, std::string_view) override {
    wait();
    return DirectoryVerdict::right;
  }
  Result<SignOnBegun> begin(std::string_view) override {
    wait();
    return SignOnBegun{"https://id.city.example.jp/", "kept"};
  }
  Result<SignedOn> finish(std::string_view, const SignOnAnswer&) override {
    wait();
    return SignedOn{"https://id.city.example.jp", "taro-1", false};
  }
  void wait() {
    if (!hangs) return;
    arrived.count_down();
    go_on.wait();
  }
  std::atomic<bool> hangs = false;
  std::latch arrived{2}, go_on{1};
};

class OutsideTest : public PeopleTest {
 protected:
  void SetUp() override {
    PeopleTest::SetUp();
    if (IsSkipped()) return;
    people_->set_directories({{"city", {"市の AD", "City AD", {}, there_}},
                              {"second", {"別の AD", "Another AD", {}, there_}},
                              {"entra", {.name_ja = "市の ID", .name_en = "City ID", .sign_on = there_}}});
  }
  std::string first_step(const std::string& login, std::string_view password) {
    const auto done = people_->sign_in(login, password, "10.1.2.3", "test");
    return done ? "in" : done.error().code;
  }
  std::string begun() {
    const auto done = people_->begin_sign_on("entra", "");
    return done ? "begun" : done.error().code;
  }
  std::shared_ptr<Hanging> there_ = std::make_shared<Hanging>();
};

TEST_P(OutsideTest, ADirectoryAndAnIssuerThatHangTogetherHoldTwoAndNobodyElse) {
  const auto ours = member("tanaka");
  Ready kawai{people_->create({}, "kawai", {.name = "河合", .directory = "city"}).value(), {}, {}};
  kawai = set_up(std::move(kawai));
  Ready mori{people_->create({}, "mori", {.name = "森", .directory = "second"}).value(), {}, {}};
  mori = set_up(std::move(mori));
  const auto before = people_->begin_sign_on("entra", "");
  ASSERT_TRUE(before);
  const auto refusals = entries("session.refused");
  there_->hangs = true;
  std::string by_directory, by_issuer;
  std::thread one([&] { by_directory = first_step("kawai", good); });
  std::thread two([&] { by_issuer = begun(); });
  there_->arrived.wait();
  EXPECT_EQ(first_step("kawai", good), "people.outside_busy");
  EXPECT_EQ(first_step("mori", good), "people.outside_busy") << "another directory has no turns of its own";
  EXPECT_EQ(begun(), "people.outside_busy");
  EXPECT_EQ(first_step("nobody", good), "people.outside_busy") << "whose name it is, is not told";
  EXPECT_EQ(first_step("tanaka", good), "in") << "who needs nobody waits for nobody";
  const auto link = people_->invite({}, kawai.person.id).value();
  EXPECT_EQ(people_->begin_setup(link.token, good).error().code, "people.outside_busy");
  EXPECT_EQ(people_
                ->finish_sign_on("entra", before->cookie, {.state = "not this one", .code = "x"}, "10.1.2.3",
                                 "test")
                .error()
                .code,
            "people.sign_on_expired")
      << "what is no attempt gets no turn";
  EXPECT_EQ(entries("session.refused"), refusals + 1)
      << "busy counts against nobody; an unknown name is noted";
  there_->go_on.count_down();
  one.join();
  two.join();
  EXPECT_EQ(by_directory, "in");
  EXPECT_EQ(by_issuer, "begun");
  there_->hangs = false;
  EXPECT_EQ(first_step("kawai", good), "in");
}

YAGURA_ON_EVERY_DATABASE(OutsideTest);

}  // namespace
}  // namespace yagura::people
