#include "monitor/snmp/message.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "base/text.hpp"

namespace yagura::monitor::snmp {
namespace {

// A linkDown trap of interface 7.
std::string link_down() {
  std::array<std::uint8_t, 300> room;
  std::array<std::uint8_t, 100> list;
  BerWriter bindings{list};
  const std::uint8_t seven = 7;
  write_varbind(bindings, *Oid::parse("1.3.6.1.2.1.2.2.1.1.7"), tag::integer, {&seven, 1});
  const Oid enterprise = *Oid::parse("1.3.6.1.4.1.8072.3.2.10");
  const TrapV1 trap{enterprise, {10, 1, 2, 3}, 2, 0, 1234};
  BerWriter out{room};
  write_trap_v1(out, trap, bindings.bytes());
  out.element(tag::octet_string, bytes_of("public"));
  out.integer(0);
  out.wrap(tag::sequence, 0);
  EXPECT_TRUE(out.ok());
  return std::string(text_of(out.bytes()));
}

TEST(Message, v1_trap) {
  const std::string datagram = link_down();
  // What `snmptrap -v1` sent for the same trap.
  EXPECT_EQ(to_hex(datagram),
            "303c02010004067075626c6963a42f060a2b06010401bf0803020a40040a010203020102020100430204d2"
            "3011300f060a2b060102010202010107020107");
  const auto message = decode_community(bytes_of(datagram));
  ASSERT_TRUE(message) << message.error().text();
  EXPECT_EQ(text_of(message->community), "public");
  const TrapV1& read = message->pdu.trap_v1;
  EXPECT_EQ(read.enterprise.text(), "1.3.6.1.4.1.8072.3.2.10");
  EXPECT_EQ(read.agent, (std::array<std::uint8_t, 4>{10, 1, 2, 3}));
  EXPECT_EQ(read.generic, 2);
  EXPECT_EQ(read.timestamp, 1234u);
  EXPECT_EQ(message->pdu.notification_oid().text(), "1.3.6.1.6.3.1.1.5.3");
  ASSERT_EQ(message->pdu.varbinds.size(), 1u);
  EXPECT_EQ(message->pdu.varbinds.begin()->value.as_signed(), 7);
}

TEST(Message, v1_enterprise_trap_identifier) {
  const Oid enterprise = *Oid::parse("1.3.6.1.4.1.318");
  const TrapV1 trap{enterprise, {}, 6, 5, 0};
  EXPECT_EQ(trap.trap_oid().text(), "1.3.6.1.4.1.318.0.5");
}

TEST(Message, get_round_trip_and_trailing_octets) {
  const std::vector<Oid> names{*Oid::parse("1.3.6.1.2.1.1.3.0"), *Oid::parse("1.3.6.1.2.1.1.5.0")};
  const std::string list = encode_names(names);
  std::array<std::uint8_t, 256> room;
  auto sent =
      encode_community(room, Version::v2c, bytes_of("秘密"), {PduType::get_bulk, -5, 1, 20}, bytes_of(list));
  ASSERT_TRUE(sent);
  std::string datagram(text_of(*sent));
  datagram += "padding";
  const auto read = decode_community(bytes_of(datagram));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->pdu.type, PduType::get_bulk);
  EXPECT_EQ(read->pdu.request_id, -5);
  EXPECT_EQ(read->pdu.error_status, 1);
  EXPECT_EQ(read->pdu.error_index, 20);
  std::size_t i = 0;
  for (const VarBind& v : read->pdu.varbinds) EXPECT_EQ(v.name, names[i++].view());
  EXPECT_EQ(i, 2u);
}

TEST(Message, too_small_a_buffer_is_an_error) {
  const std::string list = encode_names(std::vector<Oid>{*Oid::parse("1.3.6.1.2.1.1.3.0")});
  std::array<std::uint8_t, 24> room;
  auto sent = encode_community(room, Version::v1, bytes_of("public"), {}, bytes_of(list));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, "monitor.snmp_too_long");
}

Value value_of(std::uint8_t type, const std::string& content) { return {type, bytes_of(content)}; }

TEST(Value, counters_that_agents_encode_wrongly) {
  const std::string high = *from_hex("ffffffff"), wide = *from_hex("00ffffffff"),
                    c64 = *from_hex("ffffffffffffffff");
  EXPECT_EQ(value_of(tag::counter32, high).as_unsigned(), 4294967295u);
  EXPECT_EQ(value_of(tag::counter32, wide).as_unsigned(), 4294967295u);
  EXPECT_EQ(value_of(tag::counter64, c64).as_unsigned(), ~std::uint64_t{0});
  EXPECT_EQ(value_of(tag::counter64, c64).as_signed(), std::nullopt);
  EXPECT_EQ(value_of(tag::integer, high).as_signed(), -1);
  EXPECT_EQ(value_of(tag::integer, high).as_unsigned(), std::nullopt);
}

TEST(Value, opaque_float_and_double) {
  const std::string f = *from_hex("9f780441440000"), d = *from_hex("9f79084028800000000000");
  EXPECT_EQ(value_of(tag::opaque, f).as_number(), 12.25);
  EXPECT_EQ(value_of(tag::opaque, d).as_number(), 12.25);
  EXPECT_EQ(value_of(tag::opaque, f.substr(0, 5)).as_number(), std::nullopt);
  EXPECT_EQ(value_of(tag::octet_string, f).as_number(), std::nullopt);
}

TEST(Message, hostile_inputs_are_errors) {
  for (const char* text :
       {"", "30", "3000", "300302010530", "3003020102", "30050201010400", "300902010104003000a000",
        // a response whose list holds a pair with an unknown type
        "301c020101040161a2140201010201000201003009300706032b0601c100", "3084ffffffff020101"}) {
    const std::string bytes = *from_hex(text);
    EXPECT_FALSE(decode_community(bytes_of(bytes))) << text;
    EXPECT_FALSE(decode_v3(bytes_of(bytes))) << text;
  }
  const auto wrong = peek_version(bytes_of(*from_hex("3003020102")));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "monitor.snmp_version");
}

TEST(Message, every_truncation_and_bit_flip_stays_in_bounds) {
  const std::string good = link_down();
  for (std::size_t size = 0; size < good.size(); ++size) {
    const std::vector<std::uint8_t> part(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(decode_community(part));
  }
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    std::vector<std::uint8_t> bytes(good.begin(), good.end());
    for (int flips = 0; flips < 3; ++flips)
      bytes[random() % bytes.size()] ^= static_cast<std::uint8_t>(1u << random() % 8);
    if (const auto read = decode_community(bytes)) {
      std::size_t seen = 0;
      for (const VarBind& v : read->pdu.varbinds) seen += v.name.text().empty() ? 0 : 1;
      EXPECT_LE(seen, read->pdu.varbinds.size());
    }
  }
}

}  // namespace
}  // namespace yagura::monitor::snmp
