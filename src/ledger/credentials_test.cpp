#include "ledger/credentials.hpp"

#include "ledger/ledgers.hpp"
#include "schema/json.hpp"
#include "support/any_database.hpp"

namespace yagura::ledger {
namespace {

class CredentialsTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(journal::migrations()));
    ASSERT_TRUE(database().migrate(migrations()));
    key_ = std::filesystem::temp_directory_path() / ("yagura_credential_key_" + std::to_string(::getpid()));
    vault_ = std::make_unique<store::Vault>(store::Vault::open(key_).value());
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    credentials_ = std::make_unique<Credentials>(Credentials::Ground{database(), *journal_, clock_, *vault_});
  }
  void TearDown() override {
    credentials_.reset();
    if (!key_.empty()) std::filesystem::remove(key_);
    AnyDatabase::TearDown();
  }
  Result<void> put(const std::string& name, CredentialKind kind, const std::string& user,
                   const Secret& secret, const std::string& contract = "m") {
    return credentials_->put({7, "佐藤", ""}, contract, name, kind, user, secret);
  }

  ManualClock clock_{parse_rfc3339("2026-04-28T00:00:00Z").value()};
  std::filesystem::path key_;
  std::unique_ptr<store::Vault> vault_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Credentials> credentials_;
};

TEST_P(CredentialsTest, TheSecretComesBackOnlyThroughOpen) {
  ASSERT_TRUE(put("core", CredentialKind::ssh_password, "yagura", {.secret = "hunter2-コア"}));
  const auto opened = credentials_->open("m", "core");
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->secret.secret, "hunter2-コア");
  EXPECT_EQ(opened->about.user, "yagura");
  EXPECT_EQ(credentials_->list("m")->front().changed_by, "佐藤");
  EXPECT_EQ(credentials_->open("o", "core").error().code, "ledger.credential_not_found")
      << "another contract's";
  EXPECT_TRUE(credentials_->list("o")->empty());
  std::string everything;
  const auto read = database().read([&](store::Session& s) -> Result<void> {
    YAGURA_TRY(const auto entries, journal_->list(s, {.chain = "m"}));
    for (const auto& e : entries) everything += e.record.kind + schema::to_json(e.record.data);
    return s.query("SELECT sealed FROM credential",
                   [&](const store::Row& row) { everything += row.text(0); });
  });
  ASSERT_TRUE(read);
  EXPECT_NE(everything.find("secret.stored"), std::string::npos);
  EXPECT_EQ(everything.find("hunter2"), std::string::npos);
}

TEST_P(CredentialsTest, ASealMovedToAnotherNameDoesNotOpen) {
  ASSERT_TRUE(put("a", CredentialKind::snmp_community, "", {.secret = "one"}));
  ASSERT_TRUE(database().write(
      [](store::Session& s) { return s.exec("UPDATE credential SET name = 'b' WHERE name = 'a'"); }));
  EXPECT_EQ(credentials_->open("m", "b").error().code, "vault.not_ours");
}

TEST_P(CredentialsTest, WhatAKindNeedsMustBeThere) {
  const auto code = [](const Result<void>& r) { return r ? std::string() : r.error().text(); };
  const auto lacks = [](const char* f) {
    return std::string("ledger.credential_incomplete(field=") + f + ")";
  };
  EXPECT_EQ(code(put("x", CredentialKind::ssh_password, "", {.secret = "p"})), lacks("user"));
  EXPECT_EQ(code(put("x", CredentialKind::ssh_key, "u", {})), lacks("secret"));
  EXPECT_EQ(code(put("x", CredentialKind::snmp_v3, "u", {.auth = "sha256", .auth_password = "short"})),
            lacks("auth_password"));
  EXPECT_EQ(
      code(put("x", CredentialKind::snmp_v3, "u", {.privacy = "aes128", .privacy_password = "12345678"})),
      lacks("auth"));
  EXPECT_EQ(code(put("x", CredentialKind::snmp_v3, "u", {.auth = "crc32", .auth_password = "12345678"})),
            lacks("auth"));
  EXPECT_TRUE(put(
      "x", CredentialKind::snmp_v3, "u",
      {.auth = "sha256", .auth_password = "12345678", .privacy = "aes256", .privacy_password = "12345678"}));
  EXPECT_TRUE(put("y", CredentialKind::snmp_v3, "u", {})) << "noAuthNoPriv is the device's matter";
  for (const auto* name : {"", "Name", "a/b", "a b", "ä"})
    EXPECT_EQ(code(put(name, CredentialKind::snmp_community, "", {.secret = "p"})), "ledger.credential_name")
        << name;
}

TEST_P(CredentialsTest, ReplacedRemovedAndToldOf) {
  std::vector<std::string> told;
  credentials_->listen([&](const std::string& c, const std::string& n) { told.push_back(c + "/" + n); });
  ASSERT_TRUE(put("a", CredentialKind::snmp_community, "", {.secret = "one"}));
  ASSERT_TRUE(put("a", CredentialKind::ssh_password, "u", {.secret = "two"}));
  EXPECT_EQ(credentials_->open("m", "a")->secret.secret, "two");
  EXPECT_EQ(credentials_->remove({}, "o", "a").error().code, "ledger.credential_not_found");
  ASSERT_TRUE(credentials_->remove({}, "m", "a"));
  EXPECT_EQ(credentials_->open("m", "a").error().code, "ledger.credential_not_found");
  EXPECT_EQ(told, (std::vector<std::string>{"m/a", "m/a", "m/a"}));
}

TEST_P(CredentialsTest, CountsTheDevicesThatNameIt) {
  ASSERT_TRUE(put("core", CredentialKind::ssh_password, "u", {.secret = "p"}));
  ASSERT_TRUE(database().write([](store::Session& s) -> Result<void> {
    for (const auto* row : {"(1, 'm', 'devices', 1, 'a', '', "
                            "'{\"ssh_credential\":\"core\",\"snmp_credential\":\"core\"}', 0, 0)",
                            "(2, 'm', 'devices', 1, 'b', '', '{\"ssh_credential\":\"core\"}', 0, 0)",
                            "(3, 'm', 'devices', 1, 'c', '', '{\"ssh_credential\":null}', 0, 0)",
                            "(4, 'm', 'devices', 1, 'd', '', '{\"ssh_credential\":\"core\"}', 0, 1)",
                            "(5, 'o', 'devices', 1, 'e', '', '{\"ssh_credential\":\"core\"}', 0, 0)"})
      YAGURA_CHECK(
          s.exec(std::string("INSERT INTO ledger_row (id, contract, ledger, version, title, search, data,"
                             " changed, deleted) VALUES ") +
                 row));
    return {};
  }));
  EXPECT_EQ(credentials_->list("m")->front().used_by, 2);
}

YAGURA_ON_EVERY_DATABASE(CredentialsTest);

}  // namespace
}  // namespace yagura::ledger
