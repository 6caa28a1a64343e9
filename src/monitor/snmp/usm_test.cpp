#include "monitor/snmp/usm.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/text.hpp"
#include "monitor/snmp/crypto.hpp"

namespace yagura::monitor::snmp {
namespace {

using std::chrono::seconds;

const std::string engine = *from_hex("000000000000000000000002");  // RFC 3414 A.3

std::string hex(Bytes bytes) { return to_hex(text_of(bytes)); }

TEST(Usm, password_to_key_of_rfc_3414) {
  const auto md5 = password_to_key(AuthProtocol::md5, "maplesyrup");
  ASSERT_TRUE(md5);
  EXPECT_EQ(hex(md5->bytes()), "9faf3283884e92834ebc9847d8edd963");
  EXPECT_EQ(hex(localize_key(AuthProtocol::md5, *md5, bytes_of(engine)).bytes()),
            "526f5eed9fcce26f8964c2930787d82b");
  const auto sha = password_to_key(AuthProtocol::sha1, "maplesyrup");
  ASSERT_TRUE(sha);
  EXPECT_EQ(hex(sha->bytes()), "9fb5cc0381497b3793528939ff788d5d79145211");
  EXPECT_EQ(hex(localize_key(AuthProtocol::sha1, *sha, bytes_of(engine)).bytes()),
            "6695febc9288e36282235fc7151f128497b38f3f");
}

TEST(Usm, cisco_key_extension_of_the_draft) {
  const auto user = UsmUser::from_passwords(
      {"u", AuthProtocol::sha1, "maplesyrup", PrivProtocol::aes256_cisco, "maplesyrup"});
  ASSERT_TRUE(user);
  EXPECT_EQ(hex(user->localize(bytes_of(engine))->priv_key.bytes()),
            "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c");
}

TEST(Usm, hmac_of_rfc_2202_and_4231) {
  const std::string key(20, '\x0b');
  const auto mac = [&](AuthProtocol protocol, const std::string& k) {
    crypto::Digest out;
    const std::size_t size = crypto::hmac(protocol, bytes_of(k), {bytes_of("Hi "), bytes_of("There")}, out);
    return hex(Bytes(out).first(size));
  };
  EXPECT_EQ(mac(AuthProtocol::md5, key.substr(4)), "9294727a3638bb1c13f48ef8158bfc9d");
  EXPECT_EQ(mac(AuthProtocol::sha1, key), "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(mac(AuthProtocol::sha224, key), "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22");
  EXPECT_EQ(mac(AuthProtocol::sha256, key),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(
      mac(AuthProtocol::sha384, key),
      "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6");
  EXPECT_EQ(mac(AuthProtocol::sha512, key),
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4"
            "be9d914eeb61f1702e696c203a126854");
}

TEST(Usm, refuses_short_passwords_and_privacy_alone) {
  EXPECT_EQ(
      UsmUser::from_passwords({"u", AuthProtocol::sha1, "1234567", PrivProtocol::none, ""}).error().code,
      "monitor.snmp_password_short");
  EXPECT_EQ(
      UsmUser::from_passwords({"u", AuthProtocol::none, "", PrivProtocol::aes128, "12345678"}).error().code,
      "monitor.snmp_security_level");
}

struct Case {
  AuthProtocol auth;
  PrivProtocol priv;
};

class UsmRoundTrip : public testing::TestWithParam<Case> {
 protected:
  UsmKeys keys(std::string_view auth = "authentication", std::string_view priv = "privacy-key") {
    return *UsmUser::from_passwords(
                {"ops", GetParam().auth, std::string(auth), GetParam().priv, std::string(priv)})
                ->localize(bytes_of(engine));
  }
  std::string message(const UsmKeys& k) {
    const std::string list = encode_names(std::vector<Oid>{*Oid::parse("1.3.6.1.2.1.1.3.0")});
    V3Fields f;
    f.id = 77;
    f.engine_id = f.context_engine_id = bytes_of(engine);
    f.boots = 3;
    f.time = 4000;
    f.pdu = {PduType::trap_v2, 12, 0, 0};
    f.varbinds = bytes_of(list);
    f.salt = 0x1122334455667788;
    std::vector<std::uint8_t> room(1500);
    const auto sent = encode_v3(room, f, k);
    EXPECT_TRUE(sent);
    return std::string(text_of(*sent));
  }
};

TEST_P(UsmRoundTrip, seals_and_unseals) {
  if (!crypto::available(GetParam().priv) && GetParam().priv != PrivProtocol::none)
    GTEST_SKIP() << "no legacy provider for DES";
  const UsmKeys k = keys();
  const std::string datagram = message(k);
  const auto read = decode_v3(bytes_of(datagram));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->id, 77);
  EXPECT_EQ(read->usm.boots, 3u);
  EXPECT_EQ(read->usm.time, 4000u);
  EXPECT_EQ(text_of(read->usm.user), "ops");
  std::vector<std::uint8_t> scratch(1500);
  const auto scoped = unseal(*read, k, scratch);
  ASSERT_TRUE(scoped) << scoped.error().text();
  EXPECT_EQ(scoped->pdu.request_id, 12);
  EXPECT_EQ(scoped->pdu.varbinds.begin()->name.text(), "1.3.6.1.2.1.1.3.0");
}

TEST_P(UsmRoundTrip, every_flipped_bit_is_refused) {
  if (!crypto::available(GetParam().priv) && GetParam().priv != PrivProtocol::none)
    GTEST_SKIP() << "no legacy provider for DES";
  const UsmKeys k = keys();
  const std::string datagram = message(k);
  std::vector<std::uint8_t> scratch(1500);
  for (std::size_t bit = 0; bit < datagram.size() * 8; ++bit) {
    std::string bad = datagram;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    const auto read = decode_v3(bytes_of(bad));
    if (read) {
      EXPECT_FALSE(unseal(*read, k, scratch)) << bit;
    }
  }
}

TEST_P(UsmRoundTrip, wrong_password_is_a_bad_digest) {
  if (!crypto::available(GetParam().priv) && GetParam().priv != PrivProtocol::none)
    GTEST_SKIP() << "no legacy provider for DES";
  const std::string datagram = message(keys());
  std::vector<std::uint8_t> scratch(1500);
  const auto read = decode_v3(bytes_of(datagram));
  const auto opened = unseal(*read, keys("authenticatioN"), scratch);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "monitor.snmp_bad_digest");
}

INSTANTIATE_TEST_SUITE_P(all, UsmRoundTrip,
                         testing::Values(Case{AuthProtocol::md5, PrivProtocol::none},
                                         Case{AuthProtocol::md5, PrivProtocol::des},
                                         Case{AuthProtocol::sha1, PrivProtocol::aes128},
                                         Case{AuthProtocol::sha224, PrivProtocol::aes192},
                                         Case{AuthProtocol::sha256, PrivProtocol::aes256},
                                         Case{AuthProtocol::sha384, PrivProtocol::aes128},
                                         Case{AuthProtocol::sha512, PrivProtocol::aes256},
                                         Case{AuthProtocol::sha1, PrivProtocol::aes256_cisco}));

TEST(Usm, a_message_below_the_users_level_is_refused) {
  const UsmKeys full = *UsmUser::from_passwords({"ops", AuthProtocol::sha1, "authentication",
                                                 PrivProtocol::aes128, "privacy-key"})
                            ->localize(bytes_of(engine));
  V3Fields f;
  f.engine_id = bytes_of(engine);
  f.pdu = {PduType::trap_v2, 1, 0, 0};
  std::vector<std::uint8_t> room(1500), scratch(1500);
  for (const std::uint8_t level : {std::uint8_t{0}, flag::auth}) {
    const auto sent = encode_v3(room, f, full, level);
    ASSERT_TRUE(sent);
    const auto read = decode_v3(*sent);
    ASSERT_TRUE(read);
    EXPECT_EQ(unseal(*read, full, scratch).error().code, "monitor.snmp_security_level");
    EXPECT_TRUE(unseal(*read, full, level, scratch));
  }
  EXPECT_FALSE(encode_v3(room, f, full, flag::priv));
}

TEST(EngineTime, window_of_rfc_3414) {
  EngineTime t(5, 1000, seconds(100));
  EXPECT_TRUE(t.accept(5, 1000, seconds(100)));
  EXPECT_TRUE(t.accept(5, 850, seconds(100)));  // 150 s late is the edge
  EXPECT_FALSE(t.accept(5, 849, seconds(100)));
  EXPECT_FALSE(t.accept(4, 99999, seconds(100)));  // an earlier boot
  EXPECT_TRUE(t.accept(6, 3, seconds(101)));       // it restarted
  EXPECT_EQ(t.boots(), 6u);
  EXPECT_FALSE(t.accept(5, 1001, seconds(101)));     // a replay of the boot before
  EXPECT_FALSE(t.accept(6, 3, seconds(101 + 151)));  // the same message again, later
  EXPECT_EQ(t.time_at(seconds(111)), 13u);
  EngineTime stuck;
  EXPECT_FALSE(stuck.accept(0x7fffffff, 10, seconds(1)));
}

TEST(LocalEngine, window) {
  LocalEngine me(engine, 2, seconds(50));
  EXPECT_TRUE(me.in_window(2, 0, seconds(200)));
  EXPECT_FALSE(me.in_window(2, 0, seconds(201)));
  EXPECT_TRUE(me.in_window(2, 300, seconds(200)));
  EXPECT_FALSE(me.in_window(1, 150, seconds(200)));
}

TEST(UsmKeyCache, same_keys_as_without_and_per_engine) {
  UsmKeyCache cache;
  const UsmCredentials c{"ops", AuthProtocol::sha256, "authentication", PrivProtocol::aes128, "privacy-key"};
  UsmCredentials wrong = c;
  wrong.auth_password = "another-one";
  const auto a = cache.keys(c, bytes_of(engine)), b = cache.keys(c, bytes_of(engine));
  const auto other = cache.keys(c, bytes_of("engine-2")), bad = cache.keys(wrong, bytes_of(engine));
  ASSERT_TRUE(a && b && other && bad);
  EXPECT_EQ(hex(a->auth_key.bytes()), hex(b->auth_key.bytes()));
  EXPECT_EQ(hex(a->auth_key.bytes()),
            hex(UsmUser::from_passwords(c)->localize(bytes_of(engine))->auth_key.bytes()));
  EXPECT_NE(hex(a->auth_key.bytes()), hex(other->auth_key.bytes()));
  EXPECT_NE(hex(a->auth_key.bytes()), hex(bad->auth_key.bytes()));
}

}  // namespace
}  // namespace yagura::monitor::snmp
