#include "monitor/trap/decoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "monitor/trap/sealed_trap.hpp"

namespace yagura::monitor::trap {
namespace {

using snmp::PduType;
using snmp::Version;
using What = Verdict::What;

const std::string kEngine("\x80\x00\x00\x09\x03switch", 11);
const snmp::Oid kLinkDown{1, 3, 6, 1, 6, 3, 1, 1, 5, 3};
const Address kHere = parse_address("192.0.2.1").value();
const Address kElsewhere = parse_address("2001:db8::9").value();

snmp::UsmCredentials user(const std::string& name = "ops", const std::string& password = "password-one") {
  return {name, snmp::AuthProtocol::sha1, password, snmp::PrivProtocol::aes128, "secret-" + password};
}

class DecoderTest : public ::testing::Test {
 protected:
  DecoderTest() : clock_(parse_rfc3339("2026-04-28T08:00:00Z").value()) {
    clock_.advance(std::chrono::hours(1));
    Sender sender;
    sender.device = 42;
    sender.addresses = {kHere};
    sender.communities = {"public", "second"};
    sender.users = {user()};
    sender.engine_ids = {kEngine};
    use({sender});
    restart({});
  }
  void use(std::vector<Sender> senders) {
    directory_ = SenderDirectory::build(std::move(senders), snmp::bytes_of(kLocal), cache_, &faults_);
  }
  void restart(std::vector<EngineState> engines) {
    decoder_ = std::make_unique<Decoder>(clock_, snmp::LocalEngine(kLocal, 3, clock_.steady()),
                                         std::move(engines), pending_);
  }
  Verdict see(const std::string& bytes, const Address& source = kHere) {
    kept_ = bytes;
    return decoder_->decode({snmp::bytes_of(kept_), source, 40000}, clock_.now(), *directory_);
  }
  std::string refusal(const std::string& bytes, const Address& source = kHere) {
    const auto verdict = see(bytes, source);
    return verdict.what == What::refused ? std::string(name_of(verdict.why)) : "accepted";
  }
  snmp::UsmKeys keys(const snmp::UsmCredentials& credentials, const std::string& engine) {
    return cache_.keys(credentials, snmp::bytes_of(engine)).value();
  }
  std::string v3_trap(std::uint32_t boots, std::uint32_t time, const snmp::UsmCredentials& by = user(),
                      const std::string& engine = kEngine) {
    return sealed(keys(by, engine), engine, boots, time, PduType::trap_v2, 7, notification_binds(kLinkDown));
  }
  std::string v2c(const std::string& community, const std::string& binds = notification_binds(kLinkDown),
                  PduType type = PduType::trap_v2) {
    return community_trap(Version::v2c, community, type, 7, binds);
  }
  static std::string v1(const std::string& community, std::array<std::uint8_t, 4> agent) {
    std::array<std::uint8_t, 512> buffer{};
    snmp::BerWriter out(buffer);
    const snmp::Oid apc{1, 3, 6, 1, 4, 1, 318};
    snmp::write_trap_v1(out, {apc.view(), agent, 6, 5, 100}, {});
    out.element(snmp::tag::octet_string, snmp::bytes_of(community));
    out.integer(0);
    out.wrap(snmp::tag::sequence, 0);
    return std::string(snmp::text_of(out.bytes()));
  }

  const std::string kLocal = std::string("\x80\x00\x00\x00\x05", 5) + "ourselves";
  ManualClock clock_;
  snmp::UsmKeyCache cache_;
  std::vector<SenderDirectory::Fault> faults_;
  std::shared_ptr<const SenderDirectory> directory_;
  PendingSenders pending_{100};
  std::unique_ptr<Decoder> decoder_;
  std::string kept_;
};

TEST_F(DecoderTest, KnownSendersAreTheirDevice) {
  for (const auto& bytes : {v2c("public"), v2c("second"), v1("public", {10, 0, 0, 1}), v3_trap(1, 100)}) {
    const auto verdict = see(bytes);
    ASSERT_EQ(verdict.what, What::trap);
    EXPECT_EQ(verdict.record.device, 42);
    EXPECT_TRUE(verdict.answer.empty());
  }
  EXPECT_EQ(see(v1("public", {10, 0, 0, 1})).record.trap.text(), "1.3.6.1.4.1.318.0.5");
  // A v3 sender is its engine, whatever address it comes from.
  EXPECT_EQ(see(v3_trap(1, 101), kElsewhere).record.device, 42);
  EXPECT_TRUE(pending_.list().empty());
}

TEST_F(DecoderTest, EachRefusalHasItsReason) {
  EXPECT_EQ(refusal(v2c("public"), kElsewhere), "unknown_sender");
  EXPECT_EQ(refusal(v2c("wrong")), "wrong_community");
  EXPECT_EQ(refusal(v2c("")), "wrong_community");
  EXPECT_EQ(refusal(v3_trap(1, 1, user(), kEngine + "x")), "unknown_engine");
  EXPECT_EQ(refusal(v3_trap(1, 1, user("nobody"))), "unknown_user");
  EXPECT_EQ(refusal(v3_trap(1, 1, user("ops", "password-two"))), "bad_digest");
  auto open = user();
  open.priv = snmp::PrivProtocol::none;
  EXPECT_EQ(refusal(v3_trap(1, 1, open)), "wrong_level");
  auto other_privacy = user();
  other_privacy.priv_password = "another secret";
  EXPECT_EQ(refusal(v3_trap(1, 1, other_privacy)), "undecryptable");
  EXPECT_EQ(refusal(""), "malformed");
  EXPECT_EQ(refusal("not snmp at all"), "malformed");
  EXPECT_EQ(refusal(v2c("public").substr(0, 30)), "malformed");
  EXPECT_EQ(refusal(v2c("public", integer_bind(kLinkDown, 1))), "malformed");  // does not say which trap
  EXPECT_EQ(refusal(v2c("public", "", PduType::get)), "not_a_trap");
  // None of them spoilt what is right.
  EXPECT_EQ(refusal(v3_trap(1, 1)), "accepted");
}

TEST_F(DecoderTest, EveryCutAndFlipOfAV3TrapIsRefused) {
  const auto good = v3_trap(1, 100);
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_NE(refusal(good.substr(0, i)), "accepted") << i;
    auto flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x01);
    EXPECT_NE(refusal(flipped), "accepted") << i;
  }
  EXPECT_EQ(refusal(good), "accepted");
}

TEST_F(DecoderTest, TimeWindowOfRfc3414) {
  EXPECT_EQ(refusal(v3_trap(5, 1000)), "accepted");
  EXPECT_EQ(refusal(v3_trap(5, 851)), "accepted");  // within 150 s
  EXPECT_EQ(refusal(v3_trap(5, 849)), "out_of_window");
  EXPECT_EQ(refusal(v3_trap(4, 9999)), "out_of_window");  // an earlier boot
  clock_.advance(std::chrono::seconds(200));
  EXPECT_EQ(refusal(v3_trap(5, 1000)), "out_of_window");  // replayed later
  EXPECT_EQ(refusal(v3_trap(5, 1200)), "accepted");
  EXPECT_EQ(refusal(v3_trap(6, 0)), "accepted");  // rebooted
  EXPECT_EQ(refusal(v3_trap(5, 1300)), "out_of_window");
}

TEST_F(DecoderTest, OurWallClockMayJumpAsItLikes) {
  EXPECT_EQ(refusal(v3_trap(5, 1000)), "accepted");
  clock_.jump_to(parse_rfc3339("2040-01-01T00:00:00Z").value());
  EXPECT_EQ(refusal(v3_trap(5, 1001)), "accepted");
  clock_.jump_to(parse_rfc3339("1990-01-01T00:00:00Z").value());
  EXPECT_EQ(refusal(v3_trap(5, 1002)), "accepted");
}

TEST_F(DecoderTest, ReplayAfterARestartIsRefused) {
  EXPECT_EQ(refusal(v3_trap(5, 1000)), "accepted");
  EXPECT_TRUE(decoder_->take_changed());
  EXPECT_FALSE(decoder_->take_changed());
  const auto kept = decoder_->engines();
  ASSERT_EQ(kept, (std::vector<EngineState>{{kEngine, 5, 1000}}));
  restart(kept);
  EXPECT_EQ(refusal(v3_trap(4, 5000)), "out_of_window");
  EXPECT_EQ(refusal(v3_trap(5, 100)), "out_of_window");
  EXPECT_EQ(refusal(v3_trap(5, 90000)), "accepted");  // we were down for a day
}

// Within 150 s RFC 3414 takes a replay; a restart, however long, makes that no more.
TEST_F(DecoderTest, WhatWasReceivedBeforeARestartIsNotTakenAfterIt) {
  const auto before = v3_trap(5, 1000), earlier = v3_trap(5, 990);
  EXPECT_EQ(refusal(before), "accepted");
  EXPECT_EQ(refusal(earlier), "accepted");
  EXPECT_TRUE(decoder_->take_moved());
  clock_.advance(std::chrono::seconds(20));
  EXPECT_EQ(refusal(earlier), "accepted");
  EXPECT_FALSE(decoder_->take_moved());  // nothing new to save
  const auto kept = decoder_->engines();
  EXPECT_EQ(kept.at(0).time, 1000U);  // what was received, not what our clock makes of it
  clock_.advance(std::chrono::hours(24));
  restart(kept);
  EXPECT_EQ(refusal(before), "out_of_window");
  EXPECT_EQ(refusal(earlier), "out_of_window");
  restart(decoder_->engines());  // and again, though nothing came meanwhile
  EXPECT_EQ(refusal(before), "out_of_window");
  EXPECT_EQ(refusal(v3_trap(5, 1001)), "accepted");
  EXPECT_TRUE(decoder_->take_moved());
  EXPECT_EQ(refusal(v3_trap(5, 1000)), "accepted");  // on its way at the same time: as RFC 3414 says
  EXPECT_EQ(refusal(v3_trap(6, 3)), "accepted");
}

TEST_F(DecoderTest, BehindNatTheAgentAddressOrTheEngineTells) {
  Sender gateway;
  gateway.device = 1;
  gateway.addresses = {kHere};
  gateway.communities = {"gw"};
  Sender inner = gateway;
  inner.device = 2;
  inner.behind_nat = true;
  inner.agent_addresses = {parse_address("10.0.0.2").value()};
  inner.communities = {"branch"};
  Sender other = inner;
  other.device = 3;
  other.agent_addresses = {parse_address("10.0.0.3").value()};
  use({gateway, inner, other});
  EXPECT_EQ(see(v1("branch", {10, 0, 0, 2})).record.device, 2);
  EXPECT_EQ(see(v1("branch", {10, 0, 0, 3})).record.device, 3);
  EXPECT_EQ(see(v1("gw", {192, 0, 2, 1})).record.device, 1);
  EXPECT_EQ(refusal(v1("gw", {10, 0, 0, 3})), "wrong_community");
  EXPECT_EQ(see(v2c("gw")).record.device, 1);
  EXPECT_EQ(refusal(v2c("branch")), "unknown_sender");  // two devices could be meant
  // A v2c trap passed on by a proxy says whose it is (RFC 3584).
  const std::string address("\x0a\x00\x00\x03", 4);
  std::array<std::uint8_t, 64> buffer{};
  snmp::BerWriter out(buffer);
  snmp::write_varbind(out, snmp::Oid{1, 3, 6, 1, 6, 3, 18, 1, 3, 0}, snmp::tag::ip_address,
                      snmp::bytes_of(address));
  EXPECT_EQ(see(v2c("branch", notification_binds(kLinkDown, snmp::text_of(out.bytes())))).record.device, 3);
}

TEST_F(DecoderTest, AStrangersEngineIsProvenAndAcceptedWithoutTyping) {
  const auto engine = kEngine + "new";
  EXPECT_EQ(refusal(v3_trap(9, 77, user(), engine)), "unknown_engine");
  EXPECT_EQ(refusal(v3_trap(9, 78, user(), engine)), "unknown_engine");
  auto list = pending_.list();
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].count, 2U);
  EXPECT_EQ(list[0].suggested, 42);
  EXPECT_TRUE(list[0].proven);
  use({accept(list[0], *directory_->by_device(42))});
  EXPECT_EQ(refusal(v3_trap(9, 79, user(), engine)), "accepted");
  EXPECT_EQ(refusal(v3_trap(1, 5)), "accepted");  // the old engine too
  // Somebody else at that address who does not know the password is not proven.
  pending_.forget(list[0].id);
  EXPECT_EQ(refusal(v3_trap(9, 80, user("ops", "password-two"), kEngine + "evil")), "unknown_engine");
  EXPECT_FALSE(pending_.list().at(0).proven);
}

TEST_F(DecoderTest, AStrangersAddressIsAcceptedWithItsCommunity) {
  EXPECT_EQ(refusal(v2c("theirs"), kElsewhere), "unknown_sender");
  const auto pending = pending_.list().at(0);
  EXPECT_EQ(pending.trap, kLinkDown.text());
  EXPECT_EQ(pending.suggested, 0);
  Sender fresh;
  fresh.device = 7;
  use({accept(pending, fresh)});
  EXPECT_EQ(see(v2c("theirs"), kElsewhere).record.device, 7);
}

TEST_F(DecoderTest, InformIsAnsweredWithItsOwnBindings) {
  const auto binds = notification_binds(kLinkDown);
  const auto verdict = see(v2c("public", binds, PduType::inform));
  ASSERT_EQ(verdict.what, What::trap);
  EXPECT_TRUE(verdict.record.inform);
  const auto answer = snmp::decode_community(snmp::bytes_of(verdict.answer));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->pdu.type, PduType::response);
  EXPECT_EQ(answer->pdu.request_id, 7);
  EXPECT_EQ(snmp::text_of(answer->pdu.varbinds.content()), binds);
}

TEST_F(DecoderTest, InformV3DiscoversUsAndIsAnsweredUnderItsKeys) {
  // 1: who are you? 2: what time is it? 3: the inform.
  const auto probe = sealed({}, "", 0, 0, PduType::inform, 1, "");
  auto verdict = see(probe);
  EXPECT_EQ(verdict.what, What::discovery);
  auto report = snmp::decode_v3(snmp::bytes_of(verdict.answer));
  ASSERT_TRUE(report);
  EXPECT_EQ(snmp::text_of(report->usm.engine_id), kLocal);
  const auto mine = keys(user(), kLocal);
  const auto inform = [&](std::uint32_t boots, std::uint32_t time, const snmp::UsmKeys& by) {
    return sealed(by, kLocal, boots, time, PduType::inform, 9, notification_binds(kLinkDown));
  };
  verdict = see(inform(0, 0, mine));
  EXPECT_EQ(verdict.what, What::discovery);
  report = snmp::decode_v3(snmp::bytes_of(verdict.answer));
  ASSERT_TRUE(report && snmp::verify(*report, mine));
  EXPECT_EQ(report->usm.boots, 3U);
  verdict = see(inform(3, report->usm.time, mine));
  ASSERT_EQ(verdict.what, What::trap);
  EXPECT_EQ(verdict.record.device, 42);
  const auto answer = snmp::decode_v3(snmp::bytes_of(verdict.answer));
  std::array<std::uint8_t, 2048> scratch{};
  ASSERT_TRUE(answer);
  const auto opened = snmp::unseal(*answer, mine, scratch);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->pdu.type, PduType::response);
  EXPECT_EQ(opened->pdu.request_id, 9);
  EXPECT_EQ(refusal(inform(2, 0, mine)), "out_of_window");
  EXPECT_EQ(refusal(inform(3, report->usm.time + 200, mine)), "out_of_window");
  EXPECT_EQ(refusal(inform(3, 0, keys(user("ops", "password-two"), kLocal))), "bad_digest");
  EXPECT_EQ(refusal(inform(3, 0, keys(user("nobody"), kLocal))), "unknown_user");
}

// Two devices whose user has the same name and different passwords do not disturb each other.
TEST_F(DecoderTest, SameUserNameOnTwoDevices) {
  Sender one;
  one.device = 1;
  one.addresses = {kHere};
  one.users = {user("ops", "password-one")};
  Sender two;
  two.device = 2;
  two.addresses = {kElsewhere};
  two.users = {user("ops", "password-two")};
  use({one, two});
  const auto by = [&](const char* password) {
    return sealed(keys(user("ops", password), kLocal), kLocal, 3, 0, PduType::inform, 9,
                  notification_binds(kLinkDown));
  };
  EXPECT_EQ(see(by("password-one")).record.device, 1);
  EXPECT_EQ(see(by("password-two"), kElsewhere).record.device, 2);
  EXPECT_EQ(see(by("password-two"), parse_address("203.0.113.5").value()).record.device,
            2);  // moved behind NAT
}

TEST_F(DecoderTest, ShortPasswordIsThatDevicesFaultAlone) {
  Sender bad;
  bad.device = 9;
  bad.users = {user("ops", "short")};
  bad.users[0].auth_password = "short";
  Sender good;
  good.device = 10;
  good.addresses = {kHere};
  good.communities = {"public"};
  faults_.clear();
  use({bad, good});
  ASSERT_FALSE(faults_.empty());
  EXPECT_EQ(faults_[0].device, 9);
  EXPECT_EQ(see(v2c("public")).record.device, 10);
}

TEST_F(DecoderTest, StrangersAreBoundedAndProbesAreRationed) {
  for (int i = 0; i < 5000; ++i) (void)refusal(v2c("c" + std::to_string(i)), kElsewhere);
  EXPECT_EQ(pending_.list().size(), 100U);
  EXPECT_EQ(pending_.pushed_out(), 4900U);
  const auto probe = sealed({}, "", 0, 0, PduType::inform, 1, "");
  int answers = 0;
  for (int i = 0; i < 5000; ++i) answers += see(probe).answer.empty() ? 0 : 1;
  EXPECT_EQ(answers, 1000);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_FALSE(see(probe).answer.empty());
}

// What a directory says to every question that the few names below can make.
std::string answers_of(const SenderDirectory& directory) {
  std::string out = std::to_string(directory.size()) + "\n";
  const auto said = [](const Sender* s) {
    return s == nullptr ? std::string(" -")
                        : " " + std::to_string(s->device) + "/" + std::to_string(s->flapping.size());
  };
  for (std::uint8_t source = 0; source < 9; ++source) {
    const auto address = parse_address("192.0.2." + std::to_string(source)).value();
    for (const auto* s : directory.by_address(address)) out += said(s);
    for (const std::string community : {"a", "b", "c"})
      for (std::uint8_t agent = 0; agent < 9; ++agent) {
        const auto of = directory.by_community(
            address, community,
            agent == 0 ? Address{} : parse_address("198.51.100." + std::to_string(agent)).value());
        out += said(of.sender) + std::to_string(static_cast<int>(of.found));
      }
  }
  for (Id device = 0; device < 20; ++device)
    out += said(directory.by_device(device)) + (directory.flaps_by_design(device, 3) ? "!" : "");
  for (const std::string name : {"e1234", "e5678", "e9"}) {
    out += "\n" + name + said(directory.by_engine(snmp::bytes_of(name)));
    for (const auto& user : directory.users_of_engine(snmp::bytes_of(name))) out += said(user.sender);
  }
  for (const std::string name : {"u1", "u2"})
    for (const auto& user : directory.local_users(name)) out += said(user.sender);
  return out;
}

TEST(SenderDirectoryTest, AChangedOneAnswersLikeOneMadeAnew) {
  std::mt19937 random(11);
  const auto upto = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  const std::array engines = {"e1234", "e5678", "e9"};
  snmp::UsmKeyCache cache;
  const std::string local = "ourselves";
  std::map<Id, Sender> ledger;
  auto directory = SenderDirectory::build({}, snmp::bytes_of(local), cache);
  for (int round = 0; round < 300; ++round) {
    std::vector<Id> changed;
    std::vector<Sender> now;
    for (unsigned i = 0; i <= upto(4); ++i) {
      const Id device = upto(20);
      if (std::ranges::find(changed, device) != changed.end()) continue;
      changed.push_back(device);
      ledger.erase(device);
      if (upto(4) == 0) continue;
      Sender s;
      s.device = device;
      s.behind_nat = upto(3) == 0;
      for (unsigned n = upto(3); n-- > 0;)
        s.addresses.push_back(parse_address("192.0.2." + std::to_string(upto(9))).value());
      for (unsigned n = upto(2); n-- > 0;)
        s.agent_addresses.push_back(parse_address("198.51.100." + std::to_string(upto(9))).value());
      for (unsigned n = upto(3); n-- > 0;) s.communities.emplace_back(1, static_cast<char>('a' + upto(3)));
      for (unsigned n = upto(2); n-- > 0;) s.engine_ids.emplace_back(engines[upto(3)]);
      for (unsigned n = upto(3); n-- > 0;) s.users.push_back(user("u" + std::to_string(1 + upto(2))));
      for (unsigned n = upto(2); n-- > 0;) s.flapping.push_back(upto(5));
      now.push_back(s);
      ledger[device] = s;
    }
    const auto before = directory;
    const auto before_said = answers_of(*before);
    directory = before->with(changed, std::move(now), snmp::bytes_of(local), cache);
    std::vector<Sender> all;
    for (const auto& [id, s] : ledger) all.push_back(s);
    std::ranges::shuffle(all, random);
    const auto anew = SenderDirectory::build(std::move(all), snmp::bytes_of(local), cache);
    ASSERT_EQ(answers_of(*directory), answers_of(*anew)) << "round " << round;
    ASSERT_EQ(answers_of(*before), before_said) << "the one before must not change";
  }
}

}  // namespace
}  // namespace yagura::monitor::trap
