#include "ledger/password_vault.hpp"

#include "schema/json.hpp"
#include "support/any_database.hpp"

namespace yagura::ledger {
namespace {

using schema::Value;
constexpr auto secret = "aZ9-とても秘密-7";

class PasswordVaultTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {journal::migrations(), migrations(), PasswordVault::migrations()})
      ASSERT_TRUE(database().migrate(steps));
    folder_ = std::filesystem::temp_directory_path() / ("yagura_passwords_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    vault_ = std::make_unique<store::Vault>(store::Vault::open(folder_ / "key").value());
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    ledgers_ = std::make_unique<Ledgers>(Ledgers::Ground{database(), *journal_, clock_, ids_},
                                         load_definitions(YAGURA_SOURCE_DIR "/share/ledgers").value(),
                                         [](std::string_view, std::string_view) {
                                           return std::vector<Choice>{{"half", {"年 2 回", "Twice"}}};
                                         });
    passwords_ = std::make_unique<PasswordVault>(
        PasswordVault::Ground{database(), *journal_, clock_, ids_, *vault_, *ledgers_},
        [](std::string_view, const std::string& rotation, calendar::Date) -> std::optional<calendar::Date> {
          if (rotation.empty()) return std::nullopt;
          return calendar::make_date(2026, 10, 31);
        });
    row_ = id("CS / Windows");
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
    AnyDatabase::TearDown();
  }
  Id id(const std::string& name) {
    const auto row = ledgers_->create(asker_, "m", "privileged_ids",
                                      Value::object({{"name", name},
                                                     {"machine", "CS"},
                                                     {"kind", "os"},
                                                     {"login", "Administrator"},
                                                     {"rotation", "half"},
                                                     {"next_change", "2026-04-30"},
                                                     {"state", "in_use"}}),
                                      "");
    EXPECT_TRUE(row) << row.error().text();
    return row ? row->id : 0;
  }
  // Everything that anybody could read of the database as text.
  std::string everything() {
    std::string out;
    EXPECT_TRUE(database().read([&](store::Session& s) -> Result<void> {
      for (const auto* sql :
           {"SELECT data || subject || actor FROM journal", "SELECT changes || why FROM ledger_history",
            "SELECT CAST(data AS TEXT) || search FROM ledger_row",
            "SELECT reason || refusal FROM password_release", "SELECT sealed FROM password"})
        YAGURA_CHECK(s.query(sql, [&](const store::Row& row) { out += row.string(0) + "\n"; }));
      return {};
    }));
    return out;
  }

  ManualClock clock_{parse_rfc3339("2026-04-28T08:10:00Z").value()};
  IdSource ids_{clock_};
  std::filesystem::path folder_;
  journal::Actor asker_{1, "山﨑", ""}, other_{2, "髙橋", ""};
  std::unique_ptr<store::Vault> vault_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Ledgers> ledgers_;
  std::unique_ptr<PasswordVault> passwords_;
  Id row_ = 0;
};

TEST_P(PasswordVaultTest, ChangedOnTimeAndProvenByTheList) {
  EXPECT_EQ(passwords_->progress("m").value().never, 1);
  clock_.advance(std::chrono::days(5));
  EXPECT_EQ(passwords_->progress("m").value().late, 1);
  const auto today = calendar::date_of(clock_.now());
  EXPECT_EQ(passwords_->change(asker_, "m", row_, "", today).error().code, "ledger.password_invalid");
  EXPECT_EQ(passwords_->change(asker_, "m", row_, "x", today + std::chrono::days(1)).error().code,
            "ledger.password_day_invalid");
  EXPECT_EQ(passwords_->change(asker_, "other", row_, "x", today).error().code, "ledger.row_not_found");
  const auto changed = passwords_->change(asker_, "m", row_, secret, today);
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(changed->changed, "2026-05-03");
  EXPECT_EQ(changed->changed_by, "山﨑");
  EXPECT_EQ(changed->next_change, "2026-10-31");
  EXPECT_EQ(passwords_->progress("m").value().late, 0);
  const auto list = passwords_->targets("m", "", 50).value();
  ASSERT_EQ(list.items.size(), 1U);
  EXPECT_TRUE(list.items.front().kept);
}

TEST_P(PasswordVaultTest, TwoPeopleMinutesOnce) {
  const auto today = calendar::date_of(clock_.now());
  EXPECT_EQ(passwords_->ask(asker_, "m", row_, "障害復旧").error().code, "ledger.password_not_found");
  ASSERT_TRUE(passwords_->change(asker_, "m", row_, secret, today));
  EXPECT_EQ(passwords_->ask(asker_, "m", row_, "  ").error().code, "ledger.release_reason_missing");
  const auto asked = passwords_->ask(asker_, "m", row_, "障害復旧").value();
  EXPECT_EQ(passwords_->show(asker_, "m", asked.id).error().code, "ledger.release_conflict");
  EXPECT_EQ(passwords_->decide(asker_, "m", asked.id, true, "").error().code, "ledger.release_own");
  EXPECT_EQ(passwords_->decide(other_, "elsewhere", asked.id, true, "").error().code,
            "ledger.release_not_found");
  const auto approved = passwords_->decide(other_, "m", asked.id, true, "").value();
  EXPECT_EQ(approved.state, ReleaseState::approved);
  // Not even who approved it sees it.
  EXPECT_EQ(passwords_->show(other_, "m", asked.id).error().code, "ledger.release_not_found");
  EXPECT_EQ(passwords_->show(asker_, "m", asked.id).value(), secret);
  EXPECT_EQ(passwords_->show(asker_, "m", asked.id).error().code, "ledger.release_conflict");

  const auto late = passwords_->ask(asker_, "m", row_, "再確認").value();
  ASSERT_TRUE(passwords_->decide(other_, "m", late.id, true, ""));
  clock_.advance(PasswordVault::approved_for + std::chrono::seconds(1));
  EXPECT_EQ(passwords_->show(asker_, "m", late.id).error().arg("state"), "expired");
  const auto old = passwords_->ask(asker_, "m", row_, "古い").value();
  clock_.advance(PasswordVault::asked_for + std::chrono::seconds(1));
  EXPECT_EQ(passwords_->decide(other_, "m", old.id, true, "").error().code, "ledger.release_conflict");

  const auto refused = passwords_->ask(asker_, "m", row_, "見たい").value();
  EXPECT_EQ(passwords_->decide(other_, "m", refused.id, false, "").error().code,
            "ledger.release_reason_missing");
  EXPECT_EQ(passwords_->decide(other_, "m", refused.id, false, "作業依頼がない").value().state,
            ReleaseState::refused);
  EXPECT_EQ(passwords_->show(asker_, "m", refused.id).error().code, "ledger.release_conflict");
  EXPECT_EQ(passwords_->releases("m", 0, 10).value().size(), 4U);
  EXPECT_EQ(passwords_->releases("other", 0, 10).value().size(), 0U);
}

TEST_P(PasswordVaultTest, APasswordThatChangedMeanwhileIsNotShown) {
  const auto today = calendar::date_of(clock_.now());
  ASSERT_TRUE(passwords_->change(asker_, "m", row_, secret, today));
  const auto asked = passwords_->ask(asker_, "m", row_, "作業").value();
  ASSERT_TRUE(passwords_->decide(other_, "m", asked.id, true, ""));
  ASSERT_TRUE(passwords_->change(other_, "m", row_, "newer", today));
  EXPECT_EQ(passwords_->show(asker_, "m", asked.id).error().arg("state"), "changed");
}

TEST_P(PasswordVaultTest, TheSecretStandsNowhereAsText) {
  const auto today = calendar::date_of(clock_.now());
  ASSERT_TRUE(passwords_->change(asker_, "m", row_, secret, today));
  const auto asked = passwords_->ask(asker_, "m", row_, "作業").value();
  ASSERT_TRUE(passwords_->decide(other_, "m", asked.id, true, ""));
  ASSERT_TRUE(passwords_->show(asker_, "m", asked.id));
  EXPECT_EQ(everything().find("aZ9-"), std::string::npos);
  // A sealed text that is moved to another id does not open there.
  const Id thief = id("other");
  ASSERT_TRUE(database().write([&](store::Session& s) {
    return s.exec(
        "INSERT INTO password (row_id, contract, sealed, changes, at, account, who) SELECT $1, contract,"
        " sealed, 1, at, account, who FROM password WHERE row_id = $2",
        thief, row_);
  }));
  const auto theft = passwords_->ask(asker_, "m", thief, "作業").value();
  ASSERT_TRUE(passwords_->decide(other_, "m", theft.id, true, ""));
  EXPECT_EQ(passwords_->show(asker_, "m", theft.id).error().code, "vault.not_ours");
}

YAGURA_ON_EVERY_DATABASE(PasswordVaultTest);

}  // namespace
}  // namespace yagura::ledger
