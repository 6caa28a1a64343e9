#include "monitor/poll/exchange.hpp"

#include <gtest/gtest.h>

#include <map>

#include "monitor/poll/simulated_agent.hpp"

namespace yagura::monitor::poll {
namespace {

using namespace std::chrono_literals;
using snmp::Oid;

const char* const sys_name = "1.3.6.1.2.1.1.5.0";

// A network in memory: agents by address, with losses, under a clock that moves when told.
class Net : public DatagramSink {
 public:
  std::span<std::uint8_t> room() override { return room_; }
  void send(const Endpoint& to, snmp::Bytes datagram) override {
    queue.emplace_back(to, std::string(snmp::text_of(datagram)));
  }
  // Delivers until nothing moves any more.
  void run(Exchange& exchange) {
    while (!queue.empty()) {
      auto [to, datagram] = std::move(queue.front());
      queue.pop_front();
      if (drop > 0) {
        --drop;
        continue;
      }
      const auto agent = agents.find(to.text());
      if (agent == agents.end()) continue;
      std::vector<std::uint8_t> answer_room(65536);
      const auto answer = agent->second->answer(snmp::bytes_of(datagram), now, answer_room);
      if (!answer.empty()) exchange.receive(from ? *from : to, answer, now);
    }
  }
  void pass(Exchange& exchange, Duration time) {
    for (const Duration end = now + time; now < end;) {
      run(exchange);
      now += 20ms;
      exchange.tick(now);
    }
  }

  std::deque<std::pair<Endpoint, std::string>> queue;
  std::map<std::string, SimulatedAgent*> agents;
  std::optional<Endpoint> from;
  Duration now = 1000s;
  int drop = 0;

 private:
  std::vector<std::uint8_t> room_ = std::vector<std::uint8_t>(1472);
};

snmp::UsmCredentials credentials(std::string password = "authentication") {
  return {"ops", snmp::AuthProtocol::sha1, std::move(password), snmp::PrivProtocol::aes128, "privacy-key"};
}

class ExchangeTest : public testing::Test {
 protected:
  ExchangeTest() {
    mib.set_text(sys_name, "core-sw1");
    for (int i = 1; i <= 57; ++i) {
      mib.set("1.3.6.1.2.1.2.2.1.10." + std::to_string(i), snmp::tag::counter32,
              static_cast<std::uint64_t>(i) * 1000);
      mib.set("1.3.6.1.2.1.2.2.1.16." + std::to_string(i), snmp::tag::counter32,
              static_cast<std::uint64_t>(i) * 2000);
    }
    mib.set("1.3.6.1.2.1.2.2.1.20.1", snmp::tag::gauge32, 5);
    agent.user = *snmp::UsmUser::from_passwords(credentials());
    agent.started = 990s;
    net.agents[endpoint.text()] = &agent;
  }
  Target target(snmp::Version version, Id id = 1) {
    Target out;
    out.device = id;
    out.endpoint = endpoint;
    out.access = {version, "public", credentials(), ""};
    return out;
  }
  Answer ask(std::shared_ptr<const Query> query, Id id = 1) {
    std::optional<Answer> out;
    exchange.ask(id, std::move(query), [&](Answer&& a) { out = std::move(a); }, net.now);
    for (int i = 0; i < 30 && !out; ++i) net.pass(exchange, 1s);
    EXPECT_TRUE(out.has_value());
    EXPECT_FALSE(exchange.busy());
    return out.value_or(Answer{});
  }
  static std::shared_ptr<const Query> names(std::initializer_list<const char*> list) {
    std::vector<Oid> out;
    for (const char* n : list) out.push_back(*Oid::parse(n));
    return std::make_shared<Query>(std::move(out), std::vector<std::vector<Oid>>{});
  }
  static std::shared_ptr<const Query> table() {
    return std::make_shared<Query>(std::vector<Oid>{},
                                   std::vector<std::vector<Oid>>{{*Oid::parse("1.3.6.1.2.1.2.2.1.10"),
                                                                  *Oid::parse("1.3.6.1.2.1.2.2.1.16"),
                                                                  *Oid::parse("1.3.6.1.2.1.2.2.1.20")}});
  }
  static std::map<std::string, std::uint64_t> numbers(const Answer& answer) {
    std::map<std::string, std::uint64_t> out;
    for (const auto& v : answer.values())
      if (const auto n = v.value.as_unsigned()) out[v.name.text()] = *n;
    return out;
  }

  SimulatedMib mib;
  SimulatedAgent agent{mib};
  Endpoint endpoint = *Endpoint::parse("192.0.2.1");
  Net net;
  snmp::UsmKeyCache keys;
  Exchange exchange{net, keys};
};

TEST_F(ExchangeTest, get_in_every_version) {
  for (const auto version : {snmp::Version::v1, snmp::Version::v2c, snmp::Version::v3}) {
    exchange.set(target(version));
    const Answer answer = ask(names({sys_name}));
    ASSERT_FALSE(answer.error) << answer.error->text();
    ASSERT_EQ(answer.values().size(), 1u);
    EXPECT_EQ(answer.values().begin()->value.as_text(), "core-sw1");
  }
  EXPECT_EQ(exchange.counts().again, 0u);
}

TEST_F(ExchangeTest, walks_a_table_whole_in_every_version) {
  for (const auto version : {snmp::Version::v1, snmp::Version::v2c, snmp::Version::v3}) {
    exchange.set(target(version));
    const Answer answer = ask(table());
    ASSERT_FALSE(answer.error) << answer.error->text();
    const auto found = numbers(answer);
    EXPECT_EQ(found.size(), 57u * 2 + 1);
    EXPECT_EQ(found.at("1.3.6.1.2.1.2.2.1.16.57"), 114000u);
    EXPECT_EQ(answer.values().size(), found.size()) << "nothing twice";
  }
}

TEST_F(ExchangeTest, lost_datagrams_are_sent_again_and_counted) {
  exchange.set(target(snmp::Version::v2c));
  net.drop = 2;
  EXPECT_FALSE(ask(names({sys_name})).error);
  EXPECT_EQ(exchange.counts().again, 2u);
}

TEST_F(ExchangeTest, a_dead_device_times_out_with_its_address) {
  Target dead = target(snmp::Version::v2c);
  dead.endpoint = *Endpoint::parse("192.0.2.9");
  exchange.set(dead);
  const Duration before = net.now;
  const Answer answer = ask(names({sys_name}));
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->code, "monitor.snmp_timeout");
  EXPECT_EQ(answer.error->arg("address"), "192.0.2.9:161");
  EXPECT_GE(answer.answered - before, 6s);
  EXPECT_LT(answer.answered - before, 6200ms);
  EXPECT_EQ(exchange.counts().again, 2u);
}

TEST_F(ExchangeTest, absent_objects_do_not_cost_the_present_ones) {
  for (const auto version : {snmp::Version::v1, snmp::Version::v2c}) {
    exchange.set(target(version));
    const Answer answer =
        ask(names({"1.3.6.1.2.1.99.1.0", sys_name, "1.3.6.1.2.1.99.2.0", "1.3.6.1.2.1.2.2.1.10.7"}));
    EXPECT_FALSE(answer.error);
    EXPECT_EQ(numbers(answer).at("1.3.6.1.2.1.2.2.1.10.7"), 7000u);
    int texts = 0;
    for (const auto& v : answer.values()) texts += v.value.as_text() == "core-sw1";
    EXPECT_EQ(texts, 1);
  }
}

TEST_F(ExchangeTest, too_big_answers_are_asked_in_parts_and_remembered) {
  exchange.set(target(snmp::Version::v2c));
  agent.too_big_above = 150;
  std::vector<Oid> list;
  for (int i = 1; i <= 40; ++i)
    list.push_back(Oid::parse("1.3.6.1.2.1.2.2.1.10")->child(static_cast<std::uint32_t>(i)));
  const auto query = std::make_shared<Query>(list, std::vector<std::vector<Oid>>{});
  EXPECT_EQ(numbers(ask(query)).size(), 40u);
  const int first = agent.requests;
  EXPECT_EQ(numbers(ask(query)).size(), 40u);
  EXPECT_LT(agent.requests - first, first) << "the second time it knows the size";
  const Answer walked = ask(table());
  EXPECT_FALSE(walked.error);
  EXPECT_EQ(numbers(walked).size(), 57u * 2 + 1);
}

TEST_F(ExchangeTest, an_object_too_big_alone_is_an_error_and_the_rest_arrives) {
  exchange.set(target(snmp::Version::v2c));
  mib.set_text("1.3.6.1.2.1.1.1.0", std::string(500, 'x'));
  agent.too_big_above = 400;
  const Answer answer = ask(names({sys_name, "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.2.2.1.10.1"}));
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->code, "monitor.snmp_error");
  EXPECT_EQ(answer.error->arg("oid"), "1.3.6.1.2.1.1.1.0");
  EXPECT_EQ(answer.values().size(), 2u);
}

TEST_F(ExchangeTest, agents_that_go_in_circles_end) {
  agent.endless = true;
  SimulatedMib small;
  small.set("1.3.6.1.2.1.2.2.1.10.1", snmp::tag::counter32, 1);
  small.set("1.3.6.1.2.1.2.2.1.10.2", snmp::tag::counter32, 2);
  SimulatedAgent round{small};
  round.endless = true;
  net.agents[endpoint.text()] = &round;
  exchange.set(target(snmp::Version::v2c));
  const Answer answer = ask(std::make_shared<Query>(
      std::vector<Oid>{}, std::vector<std::vector<Oid>>{{*Oid::parse("1.3.6.1.2.1.2.2.1.10")}}));
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->code, "monitor.snmp_loop");
  EXPECT_EQ(answer.values().size(), 2u);
}

TEST_F(ExchangeTest, a_table_without_end_stops_at_the_limit) {
  Target t = target(snmp::Version::v2c);
  t.limits.rows = 10;
  exchange.set(t);
  const Answer answer = ask(std::make_shared<Query>(
      std::vector<Oid>{}, std::vector<std::vector<Oid>>{{*Oid::parse("1.3.6.1.2.1.2.2.1.10")}}));
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->code, "monitor.snmp_rows");
  EXPECT_EQ(answer.values().size(), 10u);
}

TEST_F(ExchangeTest, one_wrong_password_hurts_only_its_device) {
  // The same engine id behind two addresses, as cloned machines have; one of the two is set up wrongly.
  SimulatedAgent twin{mib};
  twin.user = agent.user;
  Target wrong = target(snmp::Version::v3, 2);
  wrong.endpoint = *Endpoint::parse("192.0.2.2");
  wrong.access.usm = credentials("something else");
  net.agents[wrong.endpoint.text()] = &twin;
  exchange.set(target(snmp::Version::v3));
  exchange.set(wrong);
  EXPECT_FALSE(ask(names({sys_name})).error);
  const Answer bad = ask(names({sys_name}), 2);
  ASSERT_TRUE(bad.error);
  EXPECT_EQ(bad.error->code, "monitor.snmp_refused_password");
  const auto before = exchange.counts();
  EXPECT_FALSE(ask(names({sys_name})).error);
  EXPECT_EQ(exchange.counts().sent - before.sent, 1u) << "no new discovery";
  // Mended without a restart.
  wrong.access.usm = credentials();
  exchange.set(wrong);
  EXPECT_FALSE(ask(names({sys_name}), 2).error);
}

TEST_F(ExchangeTest, refusals_say_which_setting_is_wrong) {
  Target t = target(snmp::Version::v3);
  t.access.usm.user = "nobody";
  exchange.set(t);
  EXPECT_EQ(ask(names({sys_name})).error->code, "monitor.snmp_refused_user");
  t.access.usm = credentials();
  t.access.usm.priv = snmp::PrivProtocol::none;
  exchange.set(t);
  EXPECT_EQ(ask(names({sys_name})).error->code, "monitor.snmp_refused_level");
  t.access.usm = credentials();
  t.access.usm.priv_password = "not this one";
  exchange.set(t);
  EXPECT_EQ(ask(names({sys_name})).error->code, "monitor.snmp_refused_privacy");
  t.access.usm = credentials("short");
  exchange.set(t);
  EXPECT_EQ(ask(names({sys_name})).error->code, "monitor.snmp_password_short");
}

TEST_F(ExchangeTest, a_restarted_device_is_followed_at_once) {
  exchange.set(target(snmp::Version::v3));
  EXPECT_EQ(ask(names({sys_name})).engine_boots, 1u);
  agent.boots = 2;
  agent.started = net.now;
  const Answer answer = ask(names({sys_name}));
  ASSERT_FALSE(answer.error) << answer.error->text();
  EXPECT_EQ(answer.engine_boots, 2u);
  EXPECT_EQ(exchange.counts().timeouts, 0u);
}

TEST_F(ExchangeTest, a_replaced_or_reset_device_is_found_again) {
  exchange.set(target(snmp::Version::v3));
  agent.boots = 9;
  EXPECT_FALSE(ask(names({sys_name})).error);
  agent.engine_id = "\x80\x01\x02\x03\x04other";  // a spare part under the old address
  agent.boots = 1;
  EXPECT_FALSE(ask(names({sys_name})).error);
  agent.boots = 7;
  EXPECT_FALSE(ask(names({sys_name})).error);
  agent.boots = 1;  // factory reset: the same engine, boots backwards; believed only after a fresh discovery
  EXPECT_EQ(ask(names({sys_name})).error->code, "monitor.snmp_out_of_window");
  EXPECT_FALSE(ask(names({sys_name})).error);
}

TEST_F(ExchangeTest, answers_from_elsewhere_and_garbage_are_counted_not_believed) {
  exchange.set(target(snmp::Version::v2c));
  net.from = *Endpoint::parse("198.51.100.1");
  EXPECT_EQ(ask(names({sys_name})).error->code, "monitor.snmp_timeout");
  EXPECT_EQ(exchange.counts().wrong_source, 3u);
  exchange.receive(endpoint, snmp::bytes_of("garbage"), net.now);
  EXPECT_EQ(exchange.counts().malformed, 1u);
}

TEST_F(ExchangeTest, removing_a_device_ends_what_is_under_way) {
  exchange.set(target(snmp::Version::v2c));
  int ended = 0;
  std::string code;
  std::function<void(Answer&&)> again = [&](Answer&& a) {
    ++ended;
    code = a.error ? a.error->code : "";
    if (ended < 3) exchange.ask(1, names({sys_name}), again, net.now);
  };
  exchange.ask(1, table(), again, net.now);
  exchange.remove(1);
  EXPECT_EQ(code, "monitor.device_removed");
  EXPECT_EQ(ended, 3);
  net.pass(exchange, 10s);
  EXPECT_FALSE(exchange.busy());
  EXPECT_EQ(exchange.counts().unmatched, 1u);
}

TEST_F(ExchangeTest, respects_what_a_device_may_be_given_at_once) {
  Target t = target(snmp::Version::v2c);
  t.limits.in_flight = 3;
  t.limits.varbinds = 1;
  exchange.set(t);
  std::vector<Oid> list(20, *Oid::parse(sys_name));
  int done = 0;
  exchange.ask(
      1, std::make_shared<Query>(list, std::vector<std::vector<Oid>>{}), [&](Answer&&) { ++done; }, net.now);
  EXPECT_EQ(net.queue.size(), 3u);
  net.run(exchange);
  EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace yagura::monitor::poll
