#include "store/vault.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace yagura::store {
namespace {

class VaultTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("yagura_vault_" + std::to_string(::getpid()));
  std::filesystem::path file_ = folder_ / "key";
};

TEST_F(VaultTest, SealsOpenOnlyForTheirPurposeAndKey) {
  const auto vault = Vault::open(file_);
  ASSERT_TRUE(vault);
  const auto sealed = vault->seal("秘密", "credential/1");
  EXPECT_EQ(sealed.find("秘密"), std::string::npos);
  EXPECT_NE(sealed, vault->seal("秘密", "credential/1"));
  EXPECT_EQ(Vault::open(file_)->unseal(sealed, "credential/1").value(), "秘密");
  EXPECT_EQ(vault->unseal(sealed, "credential/2").error().code, "vault.not_ours");
  EXPECT_EQ(Vault::open(folder_ / "other")->unseal(sealed, "credential/1").error().code, "vault.not_ours");
  auto flipped = sealed;
  flipped.back() = flipped.back() == '0' ? '1' : '0';
  EXPECT_FALSE(vault->unseal(flipped, "credential/1"));
  EXPECT_FALSE(vault->unseal("", "credential/1"));
  EXPECT_FALSE(vault->unseal("zz", "credential/1"));
}

TEST_F(VaultTest, RefusesAKeyThatOthersMayReadOrThatIsCut) {
  ASSERT_TRUE(Vault::open(file_));
  struct stat about{};
  ASSERT_EQ(::stat(file_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  ASSERT_EQ(::chmod(file_.c_str(), 0644), 0);
  EXPECT_EQ(Vault::open(file_).error().code, "vault.key_exposed");
  ASSERT_EQ(::chmod(file_.c_str(), 0600), 0);
  std::ofstream(file_, std::ios::trunc) << "short";
  EXPECT_EQ(Vault::open(file_).error().code, "vault.key_unreadable");
  EXPECT_EQ(Vault::open(folder_ / "no" / "key").error().code, "vault.key_unreadable");
}

TEST_F(VaultTest, TokensDifferAndCompare) {
  EXPECT_EQ(Vault::random_token().size(), 43U);
  EXPECT_NE(Vault::random_token(), Vault::random_token());
  EXPECT_TRUE(Vault::same("abc", "abc"));
  EXPECT_FALSE(Vault::same("abc", "abd"));
  EXPECT_FALSE(Vault::same("abc", "ab"));
}

}  // namespace
}  // namespace yagura::store
