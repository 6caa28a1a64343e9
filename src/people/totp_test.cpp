// Codes of an authenticator app.
#include "people/totp.hpp"

#include <gtest/gtest.h>

namespace yagura::people {
namespace {

TEST(Totp, VectorsOfRfc6238) {
  const std::string secret = "12345678901234567890";
  EXPECT_EQ(totp_code(secret, Time(std::chrono::seconds(59))), "287082");
  EXPECT_EQ(totp_code(secret, Time(std::chrono::seconds(1111111109))), "081804");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
}

}  // namespace
}  // namespace yagura::people
