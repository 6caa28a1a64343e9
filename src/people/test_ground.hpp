// What tests of accounts stand on: People on a database of each kind, with a clock that the test moves.
#pragma once

#include "base/text.hpp"
#include "people/people.hpp"
#include "people/totp.hpp"
#include "support/any_database.hpp"

namespace yagura::people {

inline constexpr auto good = "correct horse battery";

class PeopleTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(journal::migrations()));
    ASSERT_TRUE(database().migrate(migrations()));
    key_ = std::filesystem::temp_directory_path() / ("yagura_people_key_" + std::to_string(::getpid()));
    vault_ = std::make_unique<store::Vault>(store::Vault::open(key_).value());
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    RoleRules rules;
    rules["m"][Role::administrator] = {{"people.write"}, {}, 30, true, {}};
    rules["m"][Role::operator_] = {{"incident.write", "watch.read"}, {"10.1.0.0/16"}, 30, true, {}};
    rules["m"][Role::city_staff] = {{"watch.read"}, {}, 30, true, {}};
    rules["o"][Role::city_staff] = {{"watch.read"}, {}, 30, true, {}};
    people_ = std::make_unique<People>(People::Ground{database(), *journal_, clock_, ids_, *vault_},
                                       std::move(rules));
  }
  void TearDown() override {
    people_.reset();
    if (!key_.empty()) std::filesystem::remove(key_);
    AnyDatabase::TearDown();
  }

  struct Ready {
    Person person;
    std::string secret;  // of the authenticator
    std::vector<std::string> codes;
  };
  // An account that went through its set-up link.
  Ready ready(const std::string& login, bool administrator = false) {
    Ready r;
    r.person = people_->create({}, login, {.name = "山﨑 " + login}, administrator).value();
    return set_up(std::move(r));
  }
  Ready set_up(Ready r) {
    const auto link = people_->invite({}, r.person.id).value();
    const auto enrolment = people_->begin_setup(link.token, good);
    EXPECT_TRUE(enrolment) << enrolment.error().text();
    r.secret = from_base32(enrolment->secret);
    clock_.advance(std::chrono::seconds(30));
    auto done = people_->finish_setup(link.token, totp_code(r.secret, clock_.now()), "10.1.2.3", "test");
    EXPECT_TRUE(done) << done.error().text();
    r.codes = std::move(done->recovery_codes);
    return r;
  }
  void list_on_roster(const Ready& r, const std::string& contract, Role role, std::string from = "2026-04-01",
                      std::optional<std::string> until = {}) {
    const auto entry = people_->submit(
        {900, "提出者", ""},
        {.contract = contract, .person = r.person.id, .role = role, .from = from, .until = until});
    ASSERT_TRUE(entry) << entry.error().text();
    ASSERT_TRUE(people_->decide({901, "承認者", ""}, contract, entry->id, People::Decision::approve, ""));
  }
  Result<std::string> sign_in(const Ready& r, std::string_view origin = "10.1.2.3") {
    clock_.advance(std::chrono::seconds(30));
    YAGURA_TRY(const auto first, people_->sign_in(r.person.login, good, origin, "test"));
    return people_->second_factor(first.cookie, totp_code(r.secret, clock_.now()), origin);
  }
  Ready member(const std::string& login, Role role = Role::city_staff) {
    auto r = ready(login);
    list_on_roster(r, "m", role);
    return r;
  }
  // Of the authenticator, after a step of time.
  std::string code(const Ready& r) {
    clock_.advance(std::chrono::seconds(30));
    return totp_code(r.secret, clock_.now());
  }
  Principal principal(const Ready& r) { return people_->principal(sign_in(r).value(), "10.1.2.3").value(); }
  // What the journal's newest refusal says.
  std::string refusal() {
    const auto entries =
        database()
            .read([&](store::Session& s) {
              return journal_->list(s, {.chain = "", .kind_prefix = "session.refused", .limit = 1});
            })
            .value();
    return entries.empty() ? "" : entries.front().record.data["why"].text();
  }
  std::size_t entries(const std::string& kind) {
    return database()
        .read([&](store::Session& s) {
          return journal_->list(s, {.chain = "", .kind_prefix = kind, .limit = 100});
        })
        .value()
        .size();
  }
  static std::string from_base32(std::string_view text) {
    std::string out;
    unsigned buffer = 0;
    int bits = 0;
    for (const char c : text) {
      buffer = buffer << 5 | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
      if ((bits += 5) >= 8) out += static_cast<char>(buffer >> (bits -= 8));
    }
    return out;
  }

  const journal::Actor city_{902, "市", ""};
  ManualClock clock_{parse_rfc3339("2026-04-28T00:00:00Z").value()};
  IdSource ids_{clock_};
  std::filesystem::path key_;
  std::unique_ptr<store::Vault> vault_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<People> people_;
};

}  // namespace yagura::people
