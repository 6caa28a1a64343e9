#include "people/webauthn.hpp"

#include <gtest/gtest.h>

#include "people/test_authenticator.hpp"

namespace yagura::people::webauthn {
namespace {

using Says = TestAuthenticator::Says;

const RelyingParty ours{"yagura.example.jp", "https://yagura.example.jp"};
const std::string challenge = TestAuthenticator::encode("thirty-two random bytes, or more");

std::string said(const std::expected<Created, Fault>& made) {
  return made ? "believed" : std::string(name_of(made.error()));
}
std::string said(const std::expected<std::uint32_t, Fault>& used) {
  return used ? "believed" : std::string(name_of(used.error()));
}

TEST(WebAuthn, ARelyingPartyIsTheHostOfTheAddress) {
  const auto named = [](std::string_view address) {
    const auto rp = relying_party(address);
    return rp ? rp->id + " " + rp->origin : std::string("none");
  };
  EXPECT_EQ(named("https://yagura.example.jp"), "yagura.example.jp https://yagura.example.jp");
  EXPECT_EQ(named("https://Yagura.Example.JP:443/"), "yagura.example.jp https://yagura.example.jp");
  EXPECT_EQ(named("https://yagura.example.jp:8443/x"), "yagura.example.jp https://yagura.example.jp:8443");
  EXPECT_EQ(named("https://localhost:8443"), "localhost https://localhost:8443");
  EXPECT_EQ(named("http://localhost:8080"), "localhost http://localhost:8080");
  for (const auto* address :
       {"", "yagura.example.jp", "http://yagura.example.jp", "https://", "https://192.0.2.1",
        "https://192.0.2.1:8443", "https://[2001:db8::1]:8443", "https://a@yagura.example.jp", "https://0x7f",
        "https://yagura.example.jp.", "https://.jp", "https://yagura.example.jp:x", "https://櫓.example.jp"})
    EXPECT_EQ(named(address), "none") << address;
}

TEST(WebAuthn, EachAlgorithmOfOursIsRegisteredAndUsed) {
  for (const int algorithm : algorithms) {
    const TestAuthenticator key(algorithm);
    const auto made = verify(ours, challenge, key.create(challenge, {.counter = 7}));
    ASSERT_TRUE(made) << algorithm << " " << said(made);
    EXPECT_EQ(made->credential, key.credential());
    EXPECT_EQ(made->key.algorithm, algorithm);
    EXPECT_EQ(made->counter, 7U);
    const auto used = verify(ours, challenge, made->key, key.use(challenge, {.counter = 300}), true);
    ASSERT_TRUE(used) << algorithm << " " << said(used);
    EXPECT_EQ(*used, 300U);
    EXPECT_EQ(said(verify(ours, challenge, made->key, key.use(challenge, {.other_signature = true}), true)),
              "signature");
    const TestAuthenticator another(algorithm);
    EXPECT_EQ(said(verify(ours, challenge, made->key, another.use(challenge), true)), "signature")
        << "another key of the same kind";
  }
  const TestAuthenticator wide(-35);
  EXPECT_EQ(said(verify(ours, challenge, wide.create(challenge))), "algorithm") << "ES384 is none of ours";
}

TEST(WebAuthn, AKeyOfOneAlgorithmIsNotReadAsAnother) {
  const TestAuthenticator key;
  auto made = verify(ours, challenge, key.create(challenge)).value();
  for (const int algorithm : {-8, -257, -35, 0}) {
    made.key.algorithm = algorithm;
    EXPECT_EQ(said(verify(ours, challenge, made.key, key.use(challenge), true)), "signature") << algorithm;
  }
  TestAuthenticator off;
  off.off_curve = true;
  EXPECT_EQ(said(verify(ours, challenge, off.create(challenge))), "algorithm");
}

TEST(WebAuthn, WhatTheBrowserSaysMustBeOurs) {
  const TestAuthenticator key;
  const auto made = verify(ours, challenge, key.create(challenge)).value();
  const auto other = TestAuthenticator::encode("another thirty-two random bytes.");
  const struct {
    const char* why;
    Says says;
    std::string challenge;
  } cases[] = {
      {"type", {.type = "payment.get"}, challenge},
      {"challenge", {}, other},
      {"challenge", {}, ""},
      {"origin", {.origin = "https://evil.example.jp"}, challenge},
      {"origin", {.origin = "https://yagura.example.jp.evil.jp"}, challenge},
      {"origin", {.origin = "https://yagura.example.jp:8443"}, challenge},
      {"origin", {.origin = "http://yagura.example.jp"}, challenge},
      {"origin", {.origin = ""}, challenge},
      {"embedded", {.more = R"(,"crossOrigin":true)"}, challenge},
      {"embedded", {.more = R"(,"crossOrigin":"no")"}, challenge},
      {"embedded", {.more = R"(,"crossOrigin":false,"topOrigin":"https://evil.jp")"}, challenge},
      {"malformed", {.more = R"(,"origin":"https://evil.jp")"}, challenge},
      {"relying party", {.rp = "evil.example.jp"}, challenge},
      {"relying party", {.rp = "example.jp"}, challenge},
      {"user absent", {.flags = TestAuthenticator::verified}, challenge},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(said(verify(ours, challenge, made.key, key.use(one.challenge, one.says), true)), one.why);
    EXPECT_EQ(said(verify(ours, challenge, key.create(one.challenge, one.says))), one.why);
  }
  const Says harmless{.more = R"(,"crossOrigin":false,"other_keys_can_be_added_here":"x")"};
  EXPECT_EQ(said(verify(ours, challenge, made.key, key.use(challenge, harmless), true)), "believed");
  const Says as_made{.type = "webauthn.create"}, as_used{.type = "webauthn.get"};
  EXPECT_EQ(said(verify(ours, challenge, made.key, key.use(challenge, as_made), true)), "type")
      << "a registration is no sign-in";
  EXPECT_EQ(said(verify(ours, challenge, key.create(challenge, as_used))), "type");
  EXPECT_EQ(said(verify(ours, "", made.key, key.use(""), true)), "challenge") << "no challenge is none";
}

TEST(WebAuthn, InPlaceOfThePasswordTheUserIsVerified) {
  const TestAuthenticator key;
  const auto made = verify(ours, challenge, key.create(challenge)).value();
  const auto used = key.use(challenge, {.flags = TestAuthenticator::present});
  EXPECT_EQ(said(verify(ours, challenge, made.key, used, true)), "user not verified");
  EXPECT_EQ(said(verify(ours, challenge, made.key, used, false)), "believed") << "beside the password";
}

TEST(WebAuthn, AnAttestationIsNoneOrTheKeysOwn) {
  const TestAuthenticator key;
  EXPECT_EQ(said(verify(ours, challenge, key.create(challenge, {.format = "packed"}))), "believed");
  EXPECT_EQ(
      said(verify(ours, challenge, key.create(challenge, {.format = "packed", .other_signature = true}))),
      "attestation");
  for (const auto* format : {"fido-u2f", "tpm", "android-key"})
    EXPECT_NE(said(verify(ours, challenge, key.create(challenge, {.format = format}))), "believed") << format;
}

TEST(WebAuthn, WhatIsCutOrTooLongIsRefused) {
  const TestAuthenticator key;
  const auto made = verify(ours, challenge, key.create(challenge)).value();
  const auto whole = key.create(challenge);
  for (std::size_t size = 0; size < whole.attestation.size(); ++size)
    EXPECT_NE(said(verify(ours, challenge, Creation{whole.client_data, whole.attestation.substr(0, size)})),
              "believed")
        << size;
  const auto used = key.use(challenge);
  for (std::size_t size = 0; size < used.authenticator_data.size(); ++size) {
    auto cut = used;
    cut.authenticator_data.resize(size);
    EXPECT_NE(said(verify(ours, challenge, made.key, cut, true)), "believed") << size;
  }
  for (auto part : {&Assertion::client_data, &Assertion::authenticator_data, &Assertion::signature})
    for (const auto& text : {std::string(), std::string("="), std::string("a b"), std::string("ab=="),
                             std::string("+/+/"), std::string(200'000, 'A')}) {
      auto bent = used;
      bent.*part = text;
      EXPECT_NE(said(verify(ours, challenge, made.key, bent, true)), "believed") << text.substr(0, 9);
    }
  EXPECT_EQ(challenge_of(used.client_data).value(), challenge);
  EXPECT_FALSE(challenge_of(TestAuthenticator::encode("[]")));
  EXPECT_FALSE(challenge_of(TestAuthenticator::encode(R"({"challenge":3})")));
  EXPECT_FALSE(challenge_of("!"));
}

}  // namespace
}  // namespace yagura::people::webauthn
