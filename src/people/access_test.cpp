// Source addresses.
#include "people/access.hpp"

#include <gtest/gtest.h>

namespace yagura::people {
namespace {

TEST(Access, AddressBlocks) {
  const std::vector<std::string> blocks{"10.1.0.0/16", "2001:db8::/33", "192.0.2.7"};
  EXPECT_TRUE(address_allowed("10.1.255.1", blocks));
  EXPECT_FALSE(address_allowed("10.2.0.1", blocks));
  EXPECT_TRUE(address_allowed("192.0.2.7", blocks));
  EXPECT_FALSE(address_allowed("192.0.2.8", blocks));
  EXPECT_TRUE(address_allowed("2001:db8:7fff::1", blocks));
  EXPECT_FALSE(address_allowed("2001:db8:8000::1", blocks));
  EXPECT_FALSE(address_allowed("nonsense", blocks));
  EXPECT_TRUE(address_allowed("nonsense", {}));
  for (const auto* bad : {"", "10.0.0.0/33", "10.0.0/8", "::/129", "x/8", "10.0.0.0/"})
    EXPECT_FALSE(is_address_block(bad)) << bad;
}

}  // namespace
}  // namespace yagura::people
