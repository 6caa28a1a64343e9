// Our codec against net-snmp's own programs.
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "monitor/snmp/crypto.hpp"
#include "monitor/snmp/net_snmp_fixture.hpp"
#include "monitor/snmp/usm.hpp"

namespace yagura::monitor::snmp {
namespace {

using test::Folder;
using test::Process;
using test::program;
using test::Snmpd;
using test::UdpSocket;

struct Kind {
  const char* auth;  // as net-snmp writes it
  const char* priv;  // nullptr: none
};
constexpr Kind kinds[] = {{"MD5", nullptr},       {"SHA", nullptr},       {"MD5", "DES"},
                          {"SHA", "AES"},         {"SHA-224", "AES"},     {"SHA-256", "AES"},
                          {"SHA-384", "AES"},     {"SHA-512", "AES"},     {"SHA", "AES-192"},
                          {"SHA", "AES-256"},     {"SHA-256", "AES-256"}, {"SHA", "AES-256-C"},
                          {"SHA-512", "AES-192"}, {"MD5", "AES-192-C"}};

std::string user_name(const Kind& k) { return std::string("u_") + k.auth + "_" + (k.priv ? k.priv : "none"); }

UsmCredentials credentials(const Kind& k) {
  return {user_name(k), *auth_protocol(k.auth), "authentication",
          k.priv ? *priv_protocol(k.priv) : PrivProtocol::none, "privacy-key"};
}

// One request and what came back, as the engine does it: discovery, time, then the question.
struct Client {
  std::uint16_t port;
  UdpSocket socket;
  std::string engine;
  std::uint32_t boots = 0, time = 0;
  std::string received;
  std::array<std::uint8_t, 2000> room{}, scratch{};

  Result<ScopedPdu> ask(const UsmKeys& keys, std::uint8_t level, std::uint8_t least) {
    static const std::string list = encode_names(std::vector<Oid>{*Oid::parse("1.3.6.1.2.1.1.6.0")});
    V3Fields f;
    f.id = 1;
    f.engine_id = f.context_engine_id = bytes_of(engine);
    f.boots = boots;
    f.time = time;
    f.pdu = {PduType::get, 99, 0, 0};
    f.varbinds = bytes_of(list);
    f.salt = 42;
    YAGURA_TRY(const Bytes sent, encode_v3(room, f, keys, level));
    socket.send(sent, port);
    received = socket.receive(2000);
    YAGURA_TRY(const auto read, decode_v3(bytes_of(received)));
    YAGURA_TRY(auto scoped, unseal(read, keys, least, scratch));
    engine = text_of(read.usm.engine_id);
    boots = read.usm.boots;
    time = read.usm.time;
    return scoped;
  }
};

TEST(Interop, snmpd_answers_every_protocol) {
  if (!program("snmpd")) GTEST_SKIP() << "snmpd is not installed";
  std::string config = "sysLocation 市役所本庁 3F\n";
  for (const Kind& k : kinds) {
    config += "createUser " + user_name(k) + " " + k.auth + " authentication";
    if (k.priv) config += std::string(" ") + k.priv + " privacy-key";
    config += "\nrouser " + user_name(k) + (k.priv ? " priv" : " auth") + "\n";
  }
  const Snmpd snmpd(config);
  ASSERT_TRUE(snmpd.running());
  for (const Kind& k : kinds) {
    SCOPED_TRACE(user_name(k));
    Client client{snmpd.port(), {}, {}, 0, 0, {}, {}, {}};
    auto found = client.ask(UsmKeys{}, 0, 0);
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_EQ(usm_report(found->pdu), UsmReport::unknown_engine);
    ASSERT_GE(client.engine.size(), 5u);
    const auto user = UsmUser::from_passwords(credentials(k));
    if (!user) {
      EXPECT_EQ(user.error().code, "monitor.snmp_crypto_missing");
      continue;
    }
    const auto keys = user->localize(bytes_of(client.engine));
    ASSERT_TRUE(keys);
    client.boots = client.time = 0;
    auto synced = client.ask(*keys, flag::auth, flag::auth);
    ASSERT_TRUE(synced) << synced.error().text();
    EXPECT_EQ(usm_report(synced->pdu), UsmReport::not_in_time_window);
    auto answer = client.ask(*keys, keys->level(), keys->level());
    ASSERT_TRUE(answer) << answer.error().text();
    ASSERT_EQ(answer->pdu.type, PduType::response);
    EXPECT_EQ(answer->pdu.request_id, 99);
    EXPECT_EQ(answer->pdu.varbinds.begin()->value.as_text(), "市役所本庁 3F");
    auto wrong = credentials(k);
    wrong.auth_password += "x";
    const auto refused =
        client.ask(*UsmUser::from_passwords(wrong)->localize(bytes_of(client.engine)), flag::auth, 0);
    ASSERT_TRUE(refused) << refused.error().text();
    EXPECT_EQ(usm_report(refused->pdu), UsmReport::wrong_digest);
  }
}

TEST(Interop, snmptrap_of_each_version_is_read) {
  const auto snmptrap = program("snmptrap");
  if (!snmptrap) GTEST_SKIP() << "snmptrap is not installed";
  const Folder folder;
  const UdpSocket socket;
  const std::string to = "127.0.0.1:" + std::to_string(socket.port());
  const std::vector<std::string> v2_rest{to,  "12345", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7",
                                         "i", "7"};
  const auto send = [&](std::vector<std::string> arguments, const std::vector<std::string>& rest) {
    arguments.insert(arguments.begin(), *snmptrap);
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    Process process(arguments, folder.path());
    std::string got = socket.receive(5000);
    process.wait();
    return got;
  };
  const std::string v1 = send({"-v1", "-c", "public"}, {to, "1.3.6.1.4.1.318", "10.9.8.7", "6", "5", "777",
                                                        "1.3.6.1.2.1.1.5.0", "s", "ups"});
  auto message = decode_community(bytes_of(v1));
  ASSERT_TRUE(message) << message.error().text();
  EXPECT_EQ(message->pdu.trap_v1.agent, (std::array<std::uint8_t, 4>{10, 9, 8, 7}));
  EXPECT_EQ(message->pdu.notification_oid().text(), "1.3.6.1.4.1.318.0.5");
  const std::string v2 = send({"-v2c", "-c", "public"}, v2_rest);
  message = decode_community(bytes_of(v2));
  ASSERT_TRUE(message) << message.error().text();
  EXPECT_EQ(message->pdu.notification_oid().text(), "1.3.6.1.6.3.1.1.5.3");
  EXPECT_EQ(message->pdu.varbinds.size(), 3u);

  for (const Kind& k : kinds) {
    SCOPED_TRACE(user_name(k));
    std::vector<std::string> arguments{"-v3",
                                       "-e",
                                       "0x8000000001020304",
                                       "-u",
                                       user_name(k),
                                       "-a",
                                       k.auth,
                                       "-A",
                                       "authentication",
                                       "-l",
                                       k.priv ? "authPriv" : "authNoPriv"};
    if (k.priv) arguments.insert(arguments.end(), {"-x", k.priv, "-X", "privacy-key"});
    const std::string v3 = send(arguments, v2_rest);
    ASSERT_FALSE(v3.empty());
    const auto read = decode_v3(bytes_of(v3));
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(to_hex(text_of(read->usm.engine_id)), "8000000001020304");
    const auto user = UsmUser::from_passwords(credentials(k));
    if (!user) continue;
    std::array<std::uint8_t, 2000> scratch;
    const auto scoped = unseal(*read, *user->localize(read->usm.engine_id), scratch);
    ASSERT_TRUE(scoped) << scoped.error().text();
    EXPECT_EQ(scoped->pdu.notification_oid().text(), "1.3.6.1.6.3.1.1.5.3");
  }
}

// Answers one v3 inform as authoritative engine, the way a trap receiver has to.
std::string answer_inform(const std::string& datagram, const LocalEngine& me, const UsmUser& user,
                          Duration now, bool& delivered) {
  std::array<std::uint8_t, 2000> room{}, scratch{};
  const auto read = decode_v3(bytes_of(datagram));
  if (!read) return {};
  const auto keys = user.localize(me.engine_id());
  V3Fields f;
  f.id = read->id;
  f.reportable = false;
  f.engine_id = f.context_engine_id = me.engine_id();
  f.boots = me.boots();
  f.time = me.time_at(now);
  f.salt = 7;
  const auto report = [&](UsmReport what, const UsmKeys& with) {
    const auto sent = encode_report(room, *read, me, what, 1, now, with);
    return sent ? std::string(text_of(*sent)) : std::string();
  };
  if (text_of(read->usm.engine_id) != text_of(me.engine_id())) {
    return report(UsmReport::unknown_engine, UsmKeys{});
  }
  const auto scoped = unseal(*read, *keys, scratch);
  if (!scoped) return report(UsmReport::wrong_digest, UsmKeys{});
  if (!me.in_window(read->usm.boots, read->usm.time, now))
    return report(UsmReport::not_in_time_window, *keys);
  f.pdu = {PduType::response, scoped->pdu.request_id, 0, 0};
  f.varbinds = scoped->pdu.varbinds.content();
  // Peers compare the context too, and it need not be ours.
  f.context_engine_id = scoped->context_engine_id;
  f.context_name = scoped->context_name;
  const auto sent = encode_v3(room, f, *keys);
  delivered = scoped->pdu.type == PduType::inform;
  return sent ? std::string(text_of(*sent)) : std::string();
}

TEST(Interop, snmpinform_is_acknowledged) {
  const auto snmpinform = program("snmpinform");
  if (!snmpinform) GTEST_SKIP() << "snmpinform is not installed";
  const Folder folder;
  const UdpSocket socket;
  const auto user = UsmUser::from_passwords(credentials({"SHA-256", "AES"}));
  const LocalEngine me(*from_hex("80001f8803aabbccddeeff"), 9, Duration{0});
  Process process({*snmpinform,
                   "-v3",
                   "-r",
                   "0",
                   "-t",
                   "3",
                   "-u",
                   "u_SHA-256_AES",
                   "-a",
                   "SHA-256",
                   "-A",
                   "authentication",
                   "-x",
                   "AES",
                   "-X",
                   "privacy-key",
                   "-l",
                   "authPriv",
                   "127.0.0.1:" + std::to_string(socket.port()),
                   "1",
                   "1.3.6.1.6.3.1.1.5.4"},
                  folder.path());
  bool delivered = false;
  for (int i = 0; i < 6 && !delivered; ++i) {
    std::uint16_t from = 0;
    const std::string got = socket.receive(3000, &from);
    if (got.empty()) break;
    const std::string answer = answer_inform(got, me, *user, std::chrono::seconds(5000), delivered);
    socket.send(bytes_of(answer), from);
  }
  EXPECT_TRUE(delivered);
  EXPECT_EQ(process.wait(), 0);  // snmpinform believed our response
}

}  // namespace
}  // namespace yagura::monitor::snmp
