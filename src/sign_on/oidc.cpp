#include "sign_on/oidc.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/base64.hpp"
#include "base/guarded.hpp"
#include "base/text.hpp"
#include "schema/json.hpp"
#include "sign_on/json_web_token.hpp"
#include "store/vault.hpp"

namespace yagura::sign_on {

using schema::Value;
using std::chrono::milliseconds;
using store::Vault;

namespace {

constexpr Duration failed_rest = std::chrono::seconds(10);
constexpr Duration configuration_lasts = std::chrono::hours(1);
constexpr Duration keys_rest = std::chrono::minutes(5);
constexpr std::int64_t slack = 120, oldest = 600;  // seconds
constexpr std::size_t most_subject = 255, most_code = 8192;

std::string digest_of(std::string_view text) {
  std::array<unsigned char, 32> out{};
  unsigned size = 0;
  YAGURA_ASSERT(EVP_Digest(text.data(), text.size(), out.data(), &size, EVP_sha256(), nullptr) == 1 &&
                size == 32);
  return {reinterpret_cast<const char*>(out.data()), out.size()};
}

bool among(const std::vector<std::string>& words, std::string_view word) {
  return !word.empty() && std::ranges::find(words, word) != words.end();
}

bool holds(const Value& list, std::string_view word) {
  return std::ranges::any_of(list.items(), [&](const Value& item) { return item.text() == word; });
}

// What the issuer says of itself.
struct Configuration {
  std::string authorization, token, keys;  // addresses
  bool basic = true;                       // the secret in the header, else in the form
  bool names_itself = false;               // RFC 9207
};
struct Known {
  Configuration where;
  KeySet keys;
};
struct Held {
  std::shared_ptr<const Known> known;
  Duration read_at{0}, keys_at{0};
  std::optional<Duration> failed_at;
};

std::unexpected<Error> not_believed(std::string what) {
  return fail("sign_on.token_invalid", {{"what", std::move(what)}});
}

class Oidc final : public people::SignOn {
 public:
  Oidc(OidcSettings settings, const Clock& clock) : settings_(std::move(settings)), clock_(clock) {}

  Result<people::SignOnBegun> begin(std::string_view state) override {
    return told<people::SignOnBegun>([&](Duration until) -> Result<people::SignOnBegun> {
      YAGURA_TRY(const auto known, configuration(until));
      const std::string nonce = Vault::random_token(), verifier = Vault::random_token();
      std::string address = known->where.authorization;
      address += address.find('?') == std::string::npos ? '?' : '&';
      address += "response_type=code&scope=openid&client_id=" + form_encoded(settings_.client) +
                 "&redirect_uri=" + form_encoded(settings_.return_address) + "&state=" + form_encoded(state) +
                 "&nonce=" + nonce +
                 "&code_challenge_method=S256&code_challenge=" + base64url(digest_of(verifier));
      if (!settings_.trusted_acr.empty())
        address += "&acr_values=" + form_encoded(joined(settings_.trusted_acr));
      return people::SignOnBegun{std::move(address), nonce + " " + verifier};
    });
  }

  Result<people::SignedOn> finish(std::string_view kept, const people::SignOnAnswer& answer) override {
    return told<people::SignedOn>([&](Duration until) -> Result<people::SignedOn> {
      const auto space = kept.find(' ');
      if (space == std::string_view::npos) return not_believed("kept");
      YAGURA_TRY(auto known, configuration(until));
      // Before anything is sent: another issuer's code must not reach this one (RFC 9207 2.4).
      if (answer.issuer.empty() ? known->where.names_itself : answer.issuer != settings_.issuer)
        return not_believed("iss of the answer");
      if (!answer.error.empty()) return refused(answer.error);
      if (answer.code.empty() || answer.code.size() > most_code) return not_believed("code");
      YAGURA_TRY(const auto token, exchange(known->where, answer.code, kept.substr(space + 1), until));
      auto verified = known->keys.verify(token);
      if (!verified && verified.error().code == "sign_on.key_unknown") {
        YAGURA_TRY(known, with_new_keys(known, until));
        verified = known->keys.verify(token);
        if (!verified && verified.error().code == "sign_on.key_unknown") return not_believed("kid");
      }
      YAGURA_CHECK(verified);
      YAGURA_CHECK(check(token.claims, kept.substr(0, space)));
      return people::SignedOn{settings_.issuer, token.claims["sub"].text(), second_factor(token.claims)};
    });
  }

 private:
  static std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
  }

  // Runs work within its time; what went wrong goes to the log, and what people may hear to them.
  template <class T, class Work>
  Result<T> told(const Work& work) {
    const auto say = [&](const Error& error) {
      if (settings_.report) settings_.report(error.text());
    };
    const bool resting = held_.with(
        [&](const Held& held) { return held.failed_at && clock_.steady() - *held.failed_at < failed_rest; });
    if (resting) return fail("people.sign_on_away");
    auto done = work(clock_.steady() + settings_.timeout);
    if (done || done.error().code.starts_with("people.")) return done;
    say(done.error());
    if (done.error().code != "sign_on.unreachable") return fail("people.sign_on_not_believed");
    return fail("people.sign_on_away");
  }

  Result<WebAnswer> ask(const WebCall& asked, Duration until) {
    auto answer = settings_.call(settings_.web, asked,
                                 std::chrono::duration_cast<milliseconds>(until - clock_.steady()));
    // Only this: what a browser brings must not keep others from signing in.
    if (!answer) held_.with([&](Held& held) { held.failed_at = clock_.steady(); });
    return answer;
  }

  Result<std::string> document(const std::string& address, Duration until) {
    YAGURA_TRY(auto answer, ask({.address = address}, until));
    if (answer.status != 200)
      return fail("sign_on.unreachable", {{"why", address + ": HTTP " + std::to_string(answer.status)}});
    return std::move(answer.body);
  }

  Result<std::shared_ptr<const Known>> configuration(Duration until) {
    const Held held = held_.with([](const Held& h) { return h; });
    if (held.known && clock_.steady() - held.read_at < configuration_lasts) return held.known;
    auto read = read_configuration(until);
    if (!read) return std::unexpected(read.error());
    held_.with([&](Held& h) {
      h.known = *read;
      h.read_at = h.keys_at = clock_.steady();
      h.failed_at.reset();
    });
    return read;
  }

  Result<std::shared_ptr<const Known>> read_configuration(Duration until) {
    std::string address = settings_.issuer;
    while (address.ends_with('/')) address.pop_back();
    YAGURA_TRY(const auto text, document(address + "/.well-known/openid-configuration", until));
    const auto said = schema::parse_json(text);
    if (!said || !said->is_object()) return not_believed("configuration: JSON");
    const Value& about = *said;
    // Discovery 1.0 4.3: exactly, or somebody else speaks here.
    if (about["issuer"].text() != settings_.issuer) return not_believed("configuration: issuer");
    auto known = std::make_shared<Known>();
    known->where = {about["authorization_endpoint"].text(), about["token_endpoint"].text(),
                    about["jwks_uri"].text(), true,
                    about["authorization_response_iss_parameter_supported"].boolean()};
    for (const auto* one : {&known->where.authorization, &known->where.token, &known->where.keys})
      if (!address_allowed(*one, settings_.web.allow_plain)) return not_believed("configuration: addresses");
    if (const auto* ways = about.find("token_endpoint_auth_methods_supported")) {
      known->where.basic = holds(*ways, "client_secret_basic");
      if (!known->where.basic && !holds(*ways, "client_secret_post"))
        return not_believed("configuration: token_endpoint_auth_methods_supported");
    }
    YAGURA_TRY(const auto keys, document(known->where.keys, until));
    YAGURA_TRY(known->keys, KeySet::read(keys));
    return std::shared_ptr<const Known>(std::move(known));
  }

  Result<std::shared_ptr<const Known>> with_new_keys(const std::shared_ptr<const Known>& known,
                                                     Duration until) {
    const bool early = held_.with([&](const Held& h) { return clock_.steady() - h.keys_at < keys_rest; });
    if (early) return not_believed("kid, and the keys were read a moment ago");
    YAGURA_TRY(const auto text, document(known->where.keys, until));
    auto fresh = std::make_shared<Known>(*known);
    YAGURA_TRY(fresh->keys, KeySet::read(text));
    held_.with([&](Held& h) {
      h.known = fresh;
      h.keys_at = clock_.steady();
    });
    return std::shared_ptr<const Known>(std::move(fresh));
  }

  Result<Token> exchange(const Configuration& where, const std::string& code, std::string_view verifier,
                         Duration until) {
    const auto secret = settings_.secret();
    if (!secret) return fail("sign_on.unreachable", {{"why", "client secret: " + secret.error().text()}});
    WebCall asked{.address = where.token,
                  .form = "grant_type=authorization_code&code=" + form_encoded(code) +
                          "&redirect_uri=" + form_encoded(settings_.return_address) +
                          "&code_verifier=" + form_encoded(verifier)};
    if (where.basic) {
      asked.user = form_encoded(settings_.client);  // RFC 6749 2.3.1
      asked.password = form_encoded(*secret);
    } else {
      asked.form +=
          "&client_id=" + form_encoded(settings_.client) + "&client_secret=" + form_encoded(*secret);
    }
    YAGURA_TRY(const auto answer, ask(asked, until));
    if (answer.status >= 500)
      return fail("sign_on.unreachable", {{"why", "token: HTTP " + std::to_string(answer.status)}});
    const auto said = schema::parse_json(answer.body);
    // What it says stands in the log: cut, and without the characters that would break a line.
    if (answer.status != 200)
      return not_believed("token: HTTP " + std::to_string(answer.status) + " " +
                          (said ? plain((*said)["error"].text()) : ""));
    if (!said || !(*said)["id_token"].is_text()) return not_believed("token: no id_token");
    return read_token((*said)["id_token"].text());
  }

  static std::string plain(std::string_view text) {
    std::string out(text.substr(0, 60));
    std::ranges::replace_if(out, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return out;
  }

  std::unexpected<Error> refused(const std::string& error) const {
    if (error == "access_denied" || error == "consent_required" || error == "login_required" ||
        error == "interaction_required")
      return fail("people.sign_on_cancelled");
    if (error == "temporarily_unavailable" || error == "server_error")
      return fail("sign_on.unreachable", {{"why", "answer: " + error}});
    return not_believed("answer: " + plain(error));
  }

  Result<void> check(const Value& claims, std::string_view nonce) const {
    const auto number = [&](const char* name) -> std::optional<std::int64_t> {
      const Value& value = claims[name];
      if (!value.is_number()) return std::nullopt;
      return value.kind() == Value::Kind::real
                 ? static_cast<std::int64_t>(std::clamp(value.real(), -9e15, 9e15))
                 : value.integer();
    };
    const std::int64_t now = to_micros(clock_.now()) / 1'000'000;
    if (claims["iss"].text() != settings_.issuer) return not_believed("iss");
    const Value& audience = claims["aud"];
    if (audience.is_array() ? !holds(audience, settings_.client) : audience.text() != settings_.client)
      return not_believed("aud");
    const bool several = audience.items().size() > 1;
    if ((several || claims.find("azp")) && claims["azp"].text() != settings_.client)
      return not_believed("azp");
    const auto expires = number("exp"), made = number("iat");
    if (!expires || *expires <= now - slack) return not_believed("exp");
    if (!made || *made > now + slack || *made < now - oldest) return not_believed("iat");
    if (claims.find("nbf") && number("nbf").value_or(now + 2 * slack) > now + slack)
      return not_believed("nbf");
    if (nonce.empty() || !claims["nonce"].is_text() || !Vault::same(claims["nonce"].text(), nonce))
      return not_believed("nonce");
    const auto& subject = claims["sub"].text();
    if (!claims["sub"].is_text() || subject.empty() || subject.size() > most_subject || !is_utf8(subject) ||
        std::ranges::any_of(subject, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
      return not_believed("sub");
    return {};
  }

  [[nodiscard]] bool second_factor(const Value& claims) const {
    return among(settings_.trusted_acr, claims["acr"].text()) ||
           std::ranges::any_of(claims["amr"].items(),
                               [&](const Value& way) { return among(settings_.trusted_amr, way.text()); });
  }

  OidcSettings settings_;
  const Clock& clock_;
  Guarded<Held> held_;
};

}  // namespace

Result<std::unique_ptr<people::SignOn>> open_oidc(OidcSettings settings, const Clock& clock) {
  const auto invalid = [&](std::string what) {
    return fail("sign_on.settings_invalid", {{"provider", settings.name}, {"what", std::move(what)}});
  };
  if (!address_allowed(settings.issuer, settings.web.allow_plain) || settings.issuer.contains('?'))
    return invalid("issuer");
  if (settings.client.empty() || settings.client.size() > 255) return invalid("client");
  if (!settings.secret) return invalid("secret");
  if (!settings.return_address.starts_with("https://")) return invalid("--public-address");
  if (settings.timeout < milliseconds(100) || settings.timeout > milliseconds(30000))
    return invalid("timeout");
  return std::make_unique<Oidc>(std::move(settings), clock);
}

}  // namespace yagura::sign_on
