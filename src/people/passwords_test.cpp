// Which passwords are refused.
#include "people/passwords.hpp"

#include <gtest/gtest.h>

namespace yagura::people {
namespace {

TEST(PasswordRules, WhatIsRefused) {
  for (const auto* bad :
       {"password12345", "aaaaaaaaaaaaaaa", "123456789012345", "qwertyqwerty12", "Tanaka-tanaka-1"})
    EXPECT_FALSE(Passwords::acceptable(bad, "tanaka")) << bad;
  EXPECT_TRUE(Passwords::acceptable("correct horse battery", "tanaka"));
  EXPECT_TRUE(Passwords::acceptable("さくらさく松阪の空は青い", "tanaka"));
}

}  // namespace
}  // namespace yagura::people
