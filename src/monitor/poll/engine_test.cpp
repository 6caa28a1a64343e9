// The engine with real sockets against a real snmpd.
#include "monitor/poll/engine.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>

#include "monitor/snmp/net_snmp_fixture.hpp"

namespace yagura::monitor::poll {
namespace {

using snmp::Oid;

Answer ask(Engine& engine, Id device, std::shared_ptr<const Query> query) {
  std::promise<Answer> promise;
  auto future = promise.get_future();
  engine.ask(device, std::move(query), [&](Answer&& a) { promise.set_value(std::move(a)); });
  if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
    ADD_FAILURE() << "no answer";
    engine.stop();  // so that the callback cannot outlive the promise
    return {};
  }
  return future.get();
}

TEST(PollEngine, asks_a_real_snmpd_over_v1_v2c_v3_and_ipv6) {
  if (!snmp::test::program("snmpd")) GTEST_SKIP() << "snmpd is not installed";
  const std::uint16_t v6_port = snmp::test::UdpSocket().port();
  const snmp::test::Snmpd snmpd("agentAddress udp6:[::1]:" + std::to_string(v6_port) +
                                "\nrocommunity6 public\nsysName 本庁スイッチ\n"
                                "createUser ops SHA-256 authentication AES privacy-key\nrouser ops priv\n");
  ASSERT_TRUE(snmpd.running());
  const SystemClock clock;
  Engine engine(clock);
  ASSERT_TRUE(engine.start());
  const auto query = std::make_shared<Query>(
      std::vector<Oid>{*Oid::parse("1.3.6.1.2.1.1.5.0"), *Oid::parse("1.3.6.1.2.1.1.3.0")},
      std::vector<std::vector<Oid>>{
          {*Oid::parse("1.3.6.1.2.1.2.2.1.2"), *Oid::parse("1.3.6.1.2.1.2.2.1.10")}});
  Target t;
  t.endpoint = *Endpoint::parse("127.0.0.1", snmpd.port());
  t.access.community = "public";
  t.access.usm = {"ops", snmp::AuthProtocol::sha256, "authentication", snmp::PrivProtocol::aes128,
                  "privacy-key"};
  Id id = 0;
  for (const auto version : {snmp::Version::v1, snmp::Version::v2c, snmp::Version::v3}) {
    SCOPED_TRACE(static_cast<int>(version));
    t.device = ++id;
    t.access.version = version;
    engine.set(t);
    const Answer answer = ask(engine, id, query);
    ASSERT_FALSE(answer.error) << answer.error->text();
    bool name = false, lo = false;
    for (const auto& v : answer.values()) {
      name |= v.value.as_text() == "本庁スイッチ";
      lo |= v.value.as_text() == "lo";
    }
    EXPECT_TRUE(name && lo);
    if (version == snmp::Version::v3) EXPECT_GE(answer.engine_boots, 1u);
  }
  t.device = ++id;
  t.access.version = snmp::Version::v2c;
  t.endpoint = *Endpoint::parse("::1", v6_port);
  engine.set(t);
  const Answer v6 = ask(engine, id, query);
  EXPECT_FALSE(v6.error) << v6.error->text();
  t.device = ++id;
  t.access.version = snmp::Version::v3;
  t.access.usm.auth_password = "wrong password";
  t.endpoint = *Endpoint::parse("127.0.0.1", snmpd.port());
  engine.set(t);
  EXPECT_EQ(ask(engine, id, query).error->code, "monitor.snmp_refused_password");
  EXPECT_FALSE(ask(engine, 3, query).error) << "the right password of another device still works";
}

TEST(PollEngine, stops_with_queries_under_way) {
  const SystemClock clock;
  Engine engine(clock);
  ASSERT_TRUE(engine.start());
  Target t;
  t.device = 1;
  t.endpoint = *Endpoint::parse("127.0.0.1", snmp::test::UdpSocket().port());
  engine.set(t);
  engine.ask(1,
             std::make_shared<Query>(std::vector<Oid>{*Oid::parse("1.3.6.1.2.1.1.5.0")},
                                     std::vector<std::vector<Oid>>{}),
             [](Answer&&) {});
  engine.stop();
  SUCCEED();
}

}  // namespace
}  // namespace yagura::monitor::poll
