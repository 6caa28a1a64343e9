// What tests of accounts of a city's directory stand on: a directory that says what the test tells it to.
#pragma once

#include "people/test_ground.hpp"

namespace yagura::people {

// What a city's directory would say; counts how often it was asked.
class FakeDirectory final : public Directory {
 public:
  Result<DirectoryVerdict> check(std::string_view login, std::string_view password) override {
    ++asked;
    if (away) return fail("people.directory_away");
    if (password.empty()) return DirectoryVerdict::right;  // as a server does that allows it: must not matter
    return login == "kawai" && password == city_password ? verdict : DirectoryVerdict::wrong;
  }
  static constexpr std::string_view city_password = "Matsu-1";  // shorter than ours may be
  Result<std::optional<DirectoryVerdict>> standing(std::string_view login) override {
    if (away) return fail("people.directory_away");
    if (!looks) return std::optional<DirectoryVerdict>{};
    return std::optional(login == "kawai" ? verdict : DirectoryVerdict::wrong);
  }
  DirectoryVerdict verdict = DirectoryVerdict::right;
  bool away = false, looks = true;
  int asked = 0;
};

class DirectoryTest : public PeopleTest {
 protected:
  void SetUp() override {
    PeopleTest::SetUp();
    if (IsSkipped()) return;
    people_->set_directories({{"city", {"市の AD", "City AD", {}, directory_}}});
  }
  Ready kawai() {
    Ready r;
    r.person = people_->create({}, "kawai", {.name = "河合", .directory = "city"}).value();
    const auto link = people_->invite({}, r.person.id).value();
    EXPECT_EQ(people_->begin_setup(link.token, "wrong").error().code, "people.directory_password_wrong");
    const auto enrolment = people_->begin_setup(link.token, FakeDirectory::city_password);
    EXPECT_TRUE(enrolment) << enrolment.error().text();
    r.secret = from_base32(enrolment->secret);
    clock_.advance(std::chrono::seconds(30));
    EXPECT_TRUE(people_->finish_setup(link.token, totp_code(r.secret, clock_.now()), "10.1.2.3", "test"));
    list_on_roster(r, "m", Role::city_staff);
    return r;
  }
  Result<SignedIn> first_step(std::string_view password) {
    return people_->sign_in("kawai", password, "10.1.2.3", "test");
  }
  std::shared_ptr<FakeDirectory> directory_ = std::make_shared<FakeDirectory>();
};

}  // namespace yagura::people
