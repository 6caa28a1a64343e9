// An issuer made of one function: each answer of it, and of the browser, that must not be believed.
#include "sign_on/oidc.hpp"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <map>

#include "base/base64.hpp"
#include "schema/json.hpp"
#include "sign_on/json_web_token.hpp"

namespace yagura::sign_on {
namespace {

using schema::Value;

struct Pair {
  EVP_PKEY* key;
  explicit Pair(bool elliptic = false, unsigned bits = 2048)
      : key(elliptic ? EVP_EC_gen("P-256") : EVP_RSA_gen(bits)) {}
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() { EVP_PKEY_free(key); }

  std::string number(const char* name, int least = 0) const {
    BIGNUM* n = nullptr;
    EXPECT_EQ(EVP_PKEY_get_bn_param(key, name, &n), 1);
    std::string out(static_cast<std::size_t>(std::max(BN_num_bytes(n), least)), '\0');
    BN_bn2binpad(n, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size()));
    BN_free(n);
    return out;
  }
  Value jwk(const std::string& id) const {
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
      return Value::object({{"kty", "EC"},
                            {"crv", "P-256"},
                            {"kid", id},
                            {"use", "sig"},
                            {"x", base64url(number(OSSL_PKEY_PARAM_EC_PUB_X, 32))},
                            {"y", base64url(number(OSSL_PKEY_PARAM_EC_PUB_Y, 32))}});
    return Value::object({{"kty", "RSA"},
                          {"kid", id},
                          {"use", "sig"},
                          {"n", base64url(number(OSSL_PKEY_PARAM_RSA_N))},
                          {"e", base64url(number(OSSL_PKEY_PARAM_RSA_E))}});
  }
  std::string sign(const std::string& text, const std::string& algorithm) const {
    EVP_MD_CTX* digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX* context = nullptr;
    EXPECT_EQ(EVP_DigestSignInit(digest, &context, EVP_sha256(), nullptr, key), 1);
    if (algorithm == "PS256") {
      EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST);
    }
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    EVP_DigestSign(digest, nullptr, &size, bytes, text.size());
    std::string out(size, '\0');
    EVP_DigestSign(digest, reinterpret_cast<unsigned char*>(out.data()), &size, bytes, text.size());
    out.resize(size);
    EVP_MD_CTX_free(digest);
    return algorithm == "ES256" ? fixed(out) : out;
  }
  static std::string fixed(const std::string& der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    std::string out(64, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), reinterpret_cast<unsigned char*>(out.data()), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), reinterpret_cast<unsigned char*>(out.data()) + 32, 32);
    ECDSA_SIG_free(pair);
    return out;
  }
};

const std::string issuer_name = "https://id.city.example.jp/realm";

class OidcTest : public ::testing::Test {
 protected:
  OidcTest() {
    about_ = Value::object({{"issuer", issuer_name},
                            {"authorization_endpoint", "https://id.city.example.jp/authorize?tenant=1"},
                            {"token_endpoint", "https://id.city.example.jp/token"},
                            {"jwks_uri", "https://id.city.example.jp/keys"}});
    publish(rsa_.jwk("r"), ec_.jwk("e"));
    header_ = Value::object({{"alg", "RS256"}, {"kid", "r"}});
    const std::int64_t now = to_micros(clock_.now()) / 1'000'000;
    claims_ = Value::object(
        {{"iss", issuer_name}, {"sub", "taro-1"}, {"aud", "yagura"}, {"exp", now + 300}, {"iat", now}});
    settings_ = {.name = "city",
                 .issuer = issuer_name,
                 .client = "yagura",
                 .secret = [] { return Result<std::string>("s3cret/+"); },
                 .return_address = "https://yagura.example.jp/sign-on/city",
                 .report = [this](std::string_view why) { reported_ = why; },
                 .call = [this](const WebRules&, const WebCall& asked,
                                std::chrono::milliseconds most) { return issuer(asked, most); }};
  }

  void publish(Value a, Value b) {
    keys_ = Value::object({{"keys", Value(std::vector<Value>{std::move(a), std::move(b)})}});
  }

  Result<WebAnswer> issuer(const WebCall& asked, std::chrono::milliseconds most) {
    ++calls_[asked.address];
    EXPECT_LE(most, settings_.timeout);
    if (away_) return fail("sign_on.unreachable", {{"why", "away"}});
    if (asked.address == issuer_name + "/.well-known/openid-configuration")
      return WebAnswer{200, schema::to_json(about_)};
    if (asked.address == "https://id.city.example.jp/keys") return WebAnswer{200, schema::to_json(keys_)};
    last_ = asked;
    if (token_status_ != 200) return WebAnswer{token_status_, R"({"error":"invalid_grant"})"};
    return WebAnswer{200, schema::to_json(Value::object({{"access_token", "x"}, {"id_token", token()}}))};
  }

  std::string token() {
    if (!raw_token_.empty()) return raw_token_;
    Value claims = claims_;
    if (sends_nonce_) claims.set("nonce", other_nonce_.empty() ? nonce_ : other_nonce_);
    const auto text = base64url(schema::to_json(header_)) + "." + base64url(schema::to_json(claims));
    return text + "." + base64url(signer_->sign(text, header_["alg"].text()));
  }

  // One attempt from begin to finish.
  Result<people::SignedOn> attempt() {
    if (!provider_) provider_ = open_oidc(settings_, clock_).value();
    YAGURA_TRY(const auto begun, provider_->begin("the-state"));
    address_ = begun.address;
    kept_ = begun.kept;
    nonce_ = begun.kept.substr(0, begun.kept.find(' '));
    return provider_->finish(begun.kept, answer_);
  }
  std::string refusal() {
    const auto done = attempt();
    return done                                                 ? "believed"
           : done.error().code == "people.sign_on_not_believed" ? reported_
                                                                : done.error().code;
  }
  void refused_for(std::string_view what) {
    const auto said = refusal();
    EXPECT_TRUE(said.contains(what)) << said;
  }
  static Value with(Value object, const char* name, Value value) {
    object.set(name, std::move(value));
    return object;
  }

  ManualClock clock_{parse_rfc3339("2026-04-28T00:00:00Z").value()};
  // Made once: that takes its time.
  inline static const Pair rsa_, stranger_, ec_{true};
  const Pair* signer_ = &rsa_;
  Value about_, keys_, header_, claims_;
  std::string nonce_, other_nonce_, raw_token_, address_, kept_, reported_;
  bool sends_nonce_ = true, away_ = false;
  long token_status_ = 200;
  people::SignOnAnswer answer_{.state = "the-state", .code = "the-code"};
  OidcSettings settings_;
  std::unique_ptr<people::SignOn> provider_;
  std::map<std::string, int> calls_;
  WebCall last_;
};

TEST_F(OidcTest, BelievesWhatTheIssuerSigned) {
  const auto done = attempt();
  ASSERT_TRUE(done) << done.error().text() << " " << reported_;
  EXPECT_EQ(done->issuer, issuer_name);
  EXPECT_EQ(done->subject, "taro-1");
  EXPECT_FALSE(done->second_factor);
  EXPECT_TRUE(
      address_.starts_with("https://id.city.example.jp/authorize?tenant=1&response_type=code&scope=openid"
                           "&client_id=yagura&redirect_uri=https%3A%2F%2Fyagura.example.jp%2Fsign-on%2F"
                           "city&state=the-state&nonce="))
      << address_;
  EXPECT_TRUE(address_.contains("&code_challenge_method=S256&code_challenge="));
  const auto verifier = kept_.substr(kept_.find(' ') + 1);
  EXPECT_FALSE(address_.contains(verifier)) << "only its digest goes through the browser";
  EXPECT_TRUE(last_.form.contains("&code_verifier=" + verifier)) << last_.form;
  EXPECT_EQ(last_.user, "yagura");
  EXPECT_EQ(last_.password, "s3cret%2F%2B");
  EXPECT_FALSE(last_.form.contains("s3cret"));
}

TEST_F(OidcTest, EachOfTheThreeAlgorithms) {
  header_.set("alg", "PS256");
  EXPECT_TRUE(attempt()) << reported_;
  header_ = Value::object({{"alg", "ES256"}, {"kid", "e"}});
  signer_ = &ec_;
  EXPECT_TRUE(attempt()) << reported_;
}

TEST_F(OidcTest, TheSecretGoesIntoTheFormWhereTheIssuerWantsItThere) {
  about_.set("token_endpoint_auth_methods_supported", Value(std::vector<Value>{"client_secret_post"}));
  EXPECT_TRUE(attempt()) << reported_;
  EXPECT_EQ(last_.user, "");
  EXPECT_TRUE(last_.form.contains("&client_secret=s3cret%2F%2B"));
}

TEST_F(OidcTest, AnotherKeySignedIt) {
  signer_ = &stranger_;
  refused_for("signature");
}

TEST_F(OidcTest, NobodySignedIt) {
  const auto unsigned_token = [&](const char* algorithm) {
    return base64url(R"({"alg":")" + std::string(algorithm) + R"(","kid":"r"})") + "." +
           base64url(schema::to_json(claims_)) + ".";
  };
  for (const char* algorithm : {"none", "None", "nOnE", ""}) {
    raw_token_ = unsigned_token(algorithm);
    refused_for("alg");
  }
  raw_token_ = unsigned_token("RS256");
  refused_for("signature");
}

TEST_F(OidcTest, APublicKeyIsNoSharedSecret) {
  unsigned char* pem = nullptr;
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(memory, rsa_.key);
  const long length = BIO_get_mem_data(memory, &pem);
  const auto text = base64url(R"({"alg":"HS256","kid":"r"})") + "." + base64url(schema::to_json(claims_));
  unsigned char mac[32];
  unsigned size = 0;
  HMAC(EVP_sha256(), pem, static_cast<int>(length), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), mac, &size);
  BIO_free(memory);
  raw_token_ = text + "." + base64url({reinterpret_cast<const char*>(mac), size});
  refused_for("alg");
}

TEST_F(OidcTest, AnAlgorithmThatIsNotTheKeys) {
  header_ = Value::object({{"alg", "ES256"}, {"kid", "r"}});
  signer_ = &ec_;
  refused_for("kid");
  publish(with(rsa_.jwk("r"), "alg", "PS256"), ec_.jwk("e"));
  provider_.reset();
  signer_ = &rsa_;
  header_ = Value::object({{"alg", "RS256"}, {"kid", "r"}});
  refused_for("kid");
}

TEST_F(OidcTest, KeysThatVerifyNothing) {
  const Pair weak(false, 1024);
  for (Value key : {with(rsa_.jwk("r"), "use", "enc"), weak.jwk("r"), with(rsa_.jwk("r"), "e", "AQ"),
                    with(rsa_.jwk("r"), "n", "AQAB")}) {
    publish(key, ec_.jwk("e"));
    provider_.reset();
    refused_for("kid");
  }
  signer_ = &ec_;
  header_ = Value::object({{"alg", "ES256"}, {"kid", "e"}});
  const auto off_the_curve = base64url(std::string(32, '\x01'));
  for (Value key : {with(ec_.jwk("e"), "x", off_the_curve), with(ec_.jwk("e"), "crv", "P-384"),
                    with(ec_.jwk("e"), "y", "")}) {
    publish(rsa_.jwk("r"), key);
    provider_.reset();
    refused_for("kid");
  }
}

TEST_F(OidcTest, TwoKeysThatFitAreNone) {
  publish(rsa_.jwk("r"), stranger_.jwk("r"));
  refused_for("kid");
  header_ = Value::object({{"alg", "RS256"}});
  refused_for("kid");
}

TEST_F(OidcTest, CriticalHeadersAreNotOurs) {
  header_.set("crit", Value(std::vector<Value>{"b64"}));
  refused_for("crit");
}

TEST_F(OidcTest, EveryClaimIsChecked) {
  const std::int64_t now = to_micros(clock_.now()) / 1'000'000;
  const Value right = claims_;
  const std::tuple<const char*, Value, const char*> wrong[] = {
      {"iss", "https://id.other.example.jp/realm", "iss"},
      {"iss", issuer_name + "/", "iss"},
      {"iss", {}, "iss"},
      {"aud", "another", "aud"},
      {"aud", {}, "aud"},
      {"aud", Value(std::vector<Value>{"another"}), "aud"},
      {"aud", Value(std::vector<Value>{"yagura", "another"}), "azp"},
      {"azp", "another", "azp"},
      {"exp", now - 121, "exp"},
      {"exp", "2030", "exp"},
      {"exp", {}, "exp"},
      {"iat", now + 121, "iat"},
      {"iat", now - 601, "iat"},
      {"iat", {}, "iat"},
      {"nbf", now + 121, "nbf"},
      {"sub", "", "sub"},
      {"sub", {}, "sub"},
      {"sub", 7, "sub"},
      {"sub", std::string(256, 'x'), "sub"},
      {"sub", "ta\nro", "sub"}};
  for (const auto& [name, value, what] : wrong) {
    claims_ = with(right, name, value);
    refused_for(what);
  }
  const std::pair<const char*, Value> fine[] = {{"exp", now - 119},
                                                {"iat", now + 119},
                                                {"nbf", now + 119},
                                                {"azp", "yagura"},
                                                {"aud", Value(std::vector<Value>{"yagura"})}};
  for (const auto& [name, value] : fine) {
    claims_ = with(right, name, value);
    EXPECT_TRUE(attempt()) << name << ": " << reported_;
  }
}

TEST_F(OidcTest, TheNonceIsThisAttempts) {
  sends_nonce_ = false;
  refused_for("nonce");
  sends_nonce_ = true;
  other_nonce_ = "of-an-earlier-attempt";
  refused_for("nonce");
}

TEST_F(OidcTest, AnAnswerOfAnotherIssuerGoesNowhere) {
  answer_.issuer = "https://id.other.example.jp";
  refused_for("iss of the answer");
  EXPECT_EQ(calls_["https://id.city.example.jp/token"], 0) << "its code is not shown to this one";
  answer_.issuer = issuer_name;
  EXPECT_TRUE(attempt()) << reported_;
  about_.set("authorization_response_iss_parameter_supported", true);
  provider_.reset();
  answer_.issuer.clear();
  refused_for("iss of the answer");
}

TEST_F(OidcTest, WhatTheIssuerRefuses) {
  answer_.error = "access_denied";
  EXPECT_EQ(refusal(), "people.sign_on_cancelled");
  answer_.error = "temporarily_unavailable";
  EXPECT_EQ(refusal(), "people.sign_on_away");
  answer_.error = "bad\r\nline";
  refused_for("bad??line");
  answer_.error.clear();
  token_status_ = 400;
  refused_for("invalid_grant");
  token_status_ = 500;
  EXPECT_EQ(refusal(), "people.sign_on_away");
  token_status_ = 200;
  EXPECT_TRUE(attempt()) << "what a browser can bring about keeps nobody else from signing in";
  answer_.code.clear();
  refused_for("code");
}

TEST_F(OidcTest, TokensThatAreNone) {
  for (const auto* text :
       {"x", ".", "..", "a.b.c", "e30.e30", "e30.e30.AA.AA", "e30.e30.A", "e30=.e30.AA", "W10.e30.AA"}) {
    raw_token_ = text;
    EXPECT_NE(refusal(), "believed") << text;
  }
  raw_token_ = base64url("{\"alg\":\"RS256\",\"kid\":\"r\"}") + "." + std::string(70'000, 'A') + ".AA";
  refused_for("too large");
}

TEST_F(OidcTest, AnIssuerThatSaysToBeAnotherIsNotBelieved) {
  about_.set("issuer", "https://id.other.example.jp");
  refused_for("configuration: issuer");
  about_.set("issuer", issuer_name);
  about_.set("token_endpoint", "http://id.city.example.jp/token");
  refused_for("configuration: addresses");
  about_.set("token_endpoint", "https://id.city.example.jp/token");
  about_.set("authorization_endpoint", "javascript:alert(1)");
  refused_for("configuration: addresses");
}

TEST_F(OidcTest, MoreKeysThanAnyIssuerHas) {
  std::vector<Value> many(65, rsa_.jwk("r"));
  keys_ = Value::object({{"keys", Value(std::move(many))}});
  refused_for("keys");
}

TEST_F(OidcTest, ANewKeyIsFetchedButNotAllTheTime) {
  ASSERT_TRUE(attempt());
  const auto keys = "https://id.city.example.jp/keys";
  EXPECT_EQ(calls_[keys], 1);
  signer_ = &stranger_;
  header_.set("kid", "new");
  publish(rsa_.jwk("r"), stranger_.jwk("new"));
  refused_for("a moment ago");
  EXPECT_EQ(calls_[keys], 1);
  clock_.advance(std::chrono::minutes(5));
  claims_.set("iat", to_micros(clock_.now()) / 1'000'000);
  claims_.set("exp", to_micros(clock_.now()) / 1'000'000 + 300);
  EXPECT_TRUE(attempt()) << reported_;
  EXPECT_EQ(calls_[keys], 2);
  header_.set("kid", "unheard of");
  refused_for("a moment ago");
  EXPECT_EQ(calls_[keys], 2);
}

TEST_F(OidcTest, AwayIsNotAskedAgainForTenSeconds) {
  away_ = true;
  EXPECT_EQ(refusal(), "people.sign_on_away");
  EXPECT_EQ(refusal(), "people.sign_on_away");
  EXPECT_EQ(calls_.begin()->second, 1);
  away_ = false;
  EXPECT_EQ(refusal(), "people.sign_on_away");
  clock_.advance(std::chrono::seconds(11));
  EXPECT_EQ(refusal(), "believed");
}

TEST_F(OidcTest, ASecondFactorCountsOnlyByAgreement) {
  claims_.set("acr", "mfa-policy");
  claims_.set("amr", Value(std::vector<Value>{"pwd", "mfa"}));
  EXPECT_FALSE(attempt()->second_factor);
  settings_.trusted_acr = {"mfa-policy"};
  provider_.reset();
  EXPECT_TRUE(attempt()->second_factor);
  EXPECT_TRUE(address_.ends_with("&acr_values=mfa-policy"));
  settings_.trusted_acr = {"another"};
  provider_.reset();
  EXPECT_FALSE(attempt()->second_factor);
  settings_.trusted_amr = {"mfa"};
  provider_.reset();
  EXPECT_TRUE(attempt()->second_factor);
  claims_.set("amr", "mfa");
  EXPECT_FALSE(attempt()->second_factor) << "a list, as RFC 8176 has it";
}

TEST_F(OidcTest, SettingsThatCannotBe) {
  const auto what = [&](auto change) {
    auto settings = settings_;
    change(settings);
    const auto opened = open_oidc(settings, clock_);
    return opened ? std::string("accepted") : std::string(opened.error().arg("what"));
  };
  EXPECT_EQ(what([](auto&) {}), "accepted");
  EXPECT_EQ(what([](auto& s) { s.issuer = "http://id.city.example.jp"; }), "issuer");
  EXPECT_EQ(what([](auto& s) { s.issuer = "https://id.city.example.jp?x"; }), "issuer");
  EXPECT_EQ(what([](auto& s) { s.client.clear(); }), "client");
  EXPECT_EQ(what([](auto& s) { s.return_address.clear(); }), "--public-address");
  EXPECT_EQ(what([](auto& s) { s.timeout = std::chrono::seconds(60); }), "timeout");
  EXPECT_TRUE(address_allowed("http://127.0.0.1:8000/x", true));
  EXPECT_FALSE(address_allowed("http://127.0.0.1:8000/x", false));
  EXPECT_FALSE(address_allowed("http://127.0.0.1.example.jp:8000", true));
  EXPECT_FALSE(address_allowed("http://127.0.0.1:@example.jp/", true));
}

}  // namespace
}  // namespace yagura::sign_on
