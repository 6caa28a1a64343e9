#include "monitor/ping/echo.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

namespace yagura::monitor::ping {
namespace {

using Bytes = std::vector<std::uint8_t>;

Address address(const char* text) { return parse_address(text).value(); }

Bytes ipv4(const Bytes& inside, const char* from, const char* to, std::size_t options = 0) {
  Bytes out(20 + options, 0);
  out[0] = std::uint8_t(0x40 | (20 + options) / 4);
  out[9] = 1;
  std::memcpy(out.data() + 12, address(from).bytes.data() + 12, 4);
  std::memcpy(out.data() + 16, address(to).bytes.data() + 12, 4);
  out.insert(out.end(), inside.begin(), inside.end());
  return out;
}

Bytes echo(bool v4, std::uint8_t type, const Payload& payload) {
  std::array<std::uint8_t, echo_bytes> out;
  write_echo(out, v4, 0x1234, 0x5678, payload);
  out[0] = type;
  return {out.begin(), out.end()};
}

TEST(Address, ReadsAndWritesBothFamiliesAndNothingElse) {
  for (const auto* text : {"192.0.2.1", "2001:db8::1", "fe80::1%7", "::1", "0.0.0.0"})
    EXPECT_EQ(to_text(address(text)), text);
  EXPECT_EQ(address("::ffff:192.0.2.1"), address("192.0.2.1"));
  for (const auto* bad : {"", "host", "192.0.2", "192.0.2.256", "1.2.3.4%1", "::1%", "fe80::1%nosuchif",
                          "1.2.3.4 ", "::ffff:1.2.3.4%2"})
    EXPECT_EQ(parse_address(bad).error().code, "monitor.address_invalid") << bad;
  EXPECT_FALSE(parse_address(std::string_view("1.2.3.4\0x", 9)));
}

TEST(Echo, RequestHasAChecksumThatSumsToZero) {
  const auto bytes = echo(true, 8, Seal().close({.slot = 1, .serial = 2, .attempt = 3, .sent = 4}, {}));
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) sum += std::uint32_t(bytes[i] << 8 | bytes[i + 1]);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  EXPECT_EQ(sum, 0xffffU);
}

TEST(Seal, OpensOnlyItsOwnForTheSameAddress) {
  const Seal seal, other;
  const Token token{
      .slot = 199'999, .serial = 0xffffffff, .attempt = 20, .sent = (std::int64_t{1} << 55) - 1};
  const auto to = address("192.0.2.1");
  auto payload = seal.close(token, to);
  EXPECT_EQ(seal.open(payload, to), token);
  EXPECT_FALSE(seal.open(payload, address("192.0.2.2")));
  EXPECT_FALSE(other.open(payload, to));
  for (std::size_t bit = 0; bit < payload.size() * 8; ++bit) {
    payload[bit / 8] ^= std::uint8_t(1 << bit % 8);
    EXPECT_FALSE(seal.open(payload, to)) << bit;
    payload[bit / 8] ^= std::uint8_t(1 << bit % 8);
  }
}

TEST(Echo, ReadsAnIpv4ReplyWithAndWithoutOptions) {
  const Seal seal;
  const auto payload = seal.close({.slot = 5}, address("192.0.2.9"));
  for (const std::size_t options : {0U, 8U, 40U}) {
    const auto heard = read_ipv4(ipv4(echo(true, 0, payload), "192.0.2.9", "192.0.2.1", options));
    ASSERT_TRUE(heard);
    EXPECT_TRUE(heard->reply);
    EXPECT_EQ(heard->id, 0x1234);
    EXPECT_EQ(heard->sequence, 0x5678);
    EXPECT_EQ(heard->about, address("192.0.2.9"));
    ASSERT_TRUE(heard->payload);
    EXPECT_EQ(seal.open(*heard->payload, heard->about)->slot, 5U);
  }
}

TEST(Echo, ReadsErrorsWithShortAndLongQuotations) {
  const Seal seal;
  const auto request = echo(true, 8, seal.close({.slot = 5}, address("198.51.100.7")));
  for (const std::size_t quoted : {8U, 31U, 32U}) {
    Bytes error{3, 1, 0, 0, 0, 0, 0, 0};
    const auto inside =
        ipv4(Bytes(request.begin(), request.begin() + long(quoted)), "192.0.2.1", "198.51.100.7");
    error.insert(error.end(), inside.begin(), inside.end());
    const auto heard = read_ipv4(ipv4(error, "203.0.113.1", "192.0.2.1"));
    ASSERT_TRUE(heard);
    EXPECT_FALSE(heard->reply);
    EXPECT_EQ(heard->fact, Fact::host_unreachable);
    EXPECT_EQ(heard->about, address("198.51.100.7"));
    EXPECT_EQ(heard->from, address("203.0.113.1"));
    EXPECT_EQ(heard->payload.has_value(), quoted == 32);
  }
}

TEST(Echo, ReadsIcmp6RepliesAndErrors) {
  const Seal seal;
  const auto to = address("2001:db8::7");
  const auto reply = read_icmp6(echo(false, 129, seal.close({.slot = 6}, to)), to);
  ASSERT_TRUE(reply && reply->payload);
  EXPECT_EQ(seal.open(*reply->payload, reply->about)->slot, 6U);
  Bytes error(8 + 40, 0);
  error[0] = 1;
  error[1] = 3;
  error[8] = 0x60;
  error[14] = 58;
  std::memcpy(error.data() + 8 + 24, to.bytes.data(), 16);
  const auto request = echo(false, 128, seal.close({.slot = 6}, to));
  error.insert(error.end(), request.begin(), request.end());
  const auto heard = read_icmp6(error, address("2001:db8::1"));
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->fact, Fact::host_unreachable);
  EXPECT_EQ(heard->about, to);
}

TEST(Echo, RefusesRequestsFragmentsAndEveryCut) {
  const Seal seal;
  const auto payload = seal.close({}, address("192.0.2.9"));
  EXPECT_FALSE(read_ipv4(ipv4(echo(true, 8, payload), "192.0.2.9", "192.0.2.1")));
  auto fragment = ipv4(echo(true, 0, payload), "192.0.2.9", "192.0.2.1");
  fragment[7] = 1;
  EXPECT_FALSE(read_ipv4(fragment));
  const auto whole = ipv4(echo(true, 0, payload), "192.0.2.9", "192.0.2.1");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto heard = read_ipv4(std::span(whole).first(size));
    EXPECT_TRUE(!heard || !heard->payload) << size;
  }
  auto lying = whole;
  lying[0] = 0x4f;  // a header of 60 bytes in a packet of 52
  EXPECT_FALSE(read_ipv4(lying));
}

TEST(Fact, EveryErrnoOfSendIsAFact) {
  EXPECT_EQ(fact_of_errno(EPERM), Fact::not_permitted);
  EXPECT_EQ(fact_of_errno(ENOBUFS), Fact::no_buffers);
  EXPECT_EQ(fact_of_errno(EHOSTUNREACH), Fact::host_unreachable);
  EXPECT_EQ(fact_of_errno(ECONNREFUSED), Fact::refused);
  EXPECT_EQ(fact_of_errno(ENETUNREACH), Fact::net_unreachable);
  EXPECT_EQ(fact_of_errno(EINVAL), Fact::send_failed);
  for (int i = 0; i <= 10; ++i) EXPECT_FALSE(to_text(Fact(i)).empty());
}

}  // namespace
}  // namespace yagura::monitor::ping
