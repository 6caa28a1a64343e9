#include "monitor/snmp/ber.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>

#include "base/text.hpp"
#include "monitor/snmp/oid.hpp"

namespace yagura::monitor::snmp {
namespace {

std::string hex(std::string_view text) { return *from_hex(text); }

TEST(BerReader, refuses_lengths_past_the_end) {
  for (const char* text : {"", "02", "0201", "0202ff", "0481", "048201", "0484ffffffff00", "0480",
                           "0485000000000100", "04840000000200"}) {
    const std::string bytes = hex(text);
    BerReader in{bytes_of(bytes)};
    std::uint8_t found;
    in.any(found);
    EXPECT_FALSE(in.ok()) << text;
    EXPECT_TRUE(in.at_end());
  }
}

TEST(BerReader, accepts_longer_length_forms_that_agents_write) {
  const std::string bytes = hex("30830000030201058200");
  BerReader in{bytes_of(bytes)};
  BerReader body = in.enter(tag::sequence);
  EXPECT_EQ(body.integer(0, 10), 5);
  EXPECT_TRUE(body.ok() && body.at_end());
  EXPECT_FALSE(in.at_end());
}

TEST(BerReader, integers) {
  const auto read = [](const char* text, std::int64_t low, std::int64_t high) -> std::optional<std::int64_t> {
    const std::string bytes = hex(text);
    BerReader in{bytes_of(bytes)};
    const auto value = in.integer(low, high);
    return in.ok() ? std::optional(value) : std::nullopt;
  };
  constexpr std::int64_t low = std::numeric_limits<std::int64_t>::min(),
                         high = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(read("020100", low, high), 0);
  EXPECT_EQ(read("0201ff", low, high), -1);
  EXPECT_EQ(read("02047fffffff", low, high), 2147483647);
  EXPECT_EQ(read("020480000000", low, high), -2147483648LL);
  EXPECT_EQ(read("0209007fffffffffffffff", low, high), high);
  EXPECT_EQ(read("02090080000000000000ff", low, high), std::nullopt);
  EXPECT_EQ(read("0209ff8000000000000000", low, high), low);
  EXPECT_EQ(read("0209017fffffffffffffff", low, high), std::nullopt);
  EXPECT_EQ(read("0200", low, high), std::nullopt);
  EXPECT_EQ(read("02020100", 0, 255), std::nullopt);
  EXPECT_EQ(read("040100", low, high), std::nullopt);
}

TEST(BerWriter, integers_come_back_and_are_shortest) {
  for (const std::int64_t value : {0LL, 1LL, -1LL, 127LL, 128LL, -128LL, -129LL, 255LL, 256LL, 32767LL,
                                   32768LL, 2147483647LL, -2147483648LL, 9223372036854775807LL}) {
    std::array<std::uint8_t, 16> room;
    BerWriter out{room};
    out.integer(value);
    BerReader in{out.bytes()};
    EXPECT_EQ(in.integer(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()),
              value);
    EXPECT_TRUE(in.ok() && in.at_end());
    const Bytes b = out.bytes();
    if (b.size() > 3) {
      EXPECT_FALSE((b[2] == 0 && b[3] < 0x80) || (b[2] == 0xff && b[3] >= 0x80)) << value;
    }
  }
  std::array<std::uint8_t, 16> room;
  BerWriter out{room};
  out.unsigned_tagged(tag::counter64, ~std::uint64_t{0});
  EXPECT_EQ(to_hex(text_of(out.bytes())), "460900ffffffffffffffff");
}

TEST(BerWriter, stops_at_the_front_of_the_buffer) {
  std::array<std::uint8_t, 8> room{};
  BerWriter out{std::span(room).subspan(2)};
  out.element(tag::octet_string, bytes_of("123456"));
  EXPECT_FALSE(out.ok());
  EXPECT_EQ(room[0], 0);
  EXPECT_EQ(room[1], 0);
}

TEST(BerWriter, long_lengths) {
  std::array<std::uint8_t, 400> room;
  const std::string content(300, 'x');
  BerWriter out{room};
  out.element(tag::octet_string, bytes_of(content));
  EXPECT_EQ(to_hex(text_of(out.bytes()).substr(0, 4)), "0482012c");
}

TEST(Oid, text_and_octets) {
  const auto oid = Oid::parse(".1.3.6.1.4.1.2021.4294967295.0");
  ASSERT_TRUE(oid);
  EXPECT_EQ(to_hex(text_of(oid->encoded())), "2b060104018f658fffffff7f00");
  EXPECT_EQ(oid->text(), "1.3.6.1.4.1.2021.4294967295.0");
  EXPECT_EQ(Oid::parse("2.999.3")->text(), "2.999.3");
  EXPECT_EQ(to_hex(text_of(Oid::parse("2.999.3")->encoded())), "883703");
  EXPECT_EQ(Oid::parse("2.4294967295")->text(), "2.4294967295");
  for (const char* bad : {"", "1", "1.", "1..3", "3.1", "1.40", "1.3.4294967296", "1.3.x", "1.3 ", "-1.3"})
    EXPECT_FALSE(Oid::parse(bad)) << bad;
  std::string many = "1.3";
  for (int i = 0; i < 126; ++i) many += ".1";
  EXPECT_TRUE(Oid::parse(many));
  EXPECT_FALSE(Oid::parse(many + ".1"));
}

TEST(Oid, octets_that_are_no_identifier) {
  EXPECT_TRUE(valid_oid(bytes_of(hex("2b0601"))));
  EXPECT_TRUE(valid_oid({}));
  EXPECT_FALSE(valid_oid(bytes_of(hex("2b0681"))));        // ends inside an arc
  EXPECT_FALSE(valid_oid(bytes_of(hex("2b8001"))));        // padded arc
  EXPECT_FALSE(valid_oid(bytes_of(hex("2b9080808000"))));  // 2^32
  EXPECT_TRUE(valid_oid(bytes_of(hex("2b8fffffff7f"))));   // 2^32 - 1
  EXPECT_FALSE(valid_oid(bytes_of(hex("2bffffffffffffffff7f"))));
  EXPECT_FALSE(valid_oid(bytes_of(std::string(128, '\x01'))));
  EXPECT_TRUE(valid_oid(bytes_of(std::string(127, '\x01'))));
}

TEST(Oid, order_is_by_arc_not_by_octet) {
  const Oid small = *Oid::parse("1.3.6.1.127"), big = *Oid::parse("1.3.6.1.128"),
            bigger = *Oid::parse("1.3.6.1.16384");
  EXPECT_LT(small, big);
  EXPECT_LT(big, bigger);  // 81 00 and 81 80 00: octets alone would tell nothing
  EXPECT_LT(*Oid::parse("1.3.6.1"), small);
  EXPECT_EQ(small, *Oid::parse(".1.3.6.1.127"));
  EXPECT_GT(*Oid::parse("1.3.6.1.300.1"), *Oid::parse("1.3.6.1.299.9"));
}

TEST(Oid, parts) {
  const Oid oid = *Oid::parse("1.3.6.1.2.1.2.2.1.10.10001");
  EXPECT_EQ(oid.view().last(), 10001u);
  EXPECT_EQ(oid.view().parent().text(), "1.3.6.1.2.1.2.2.1.10");
  EXPECT_EQ(arcs_text(oid.view().after(*Oid::parse("1.3.6.1.2.1.2.2.1"))), "10.10001");
  EXPECT_TRUE(oid.view().after(*Oid::parse("1.3.6.1.4")).empty());
  EXPECT_EQ(OidView{}.last(), std::nullopt);
  EXPECT_EQ(Oid::parse("1.3")->view().last(), 3u);
}

}  // namespace
}  // namespace yagura::monitor::snmp
