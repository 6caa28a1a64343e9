#include "sign_on/saml.hpp"

#include <algorithm>
#include <optional>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "sign_on/saml_metadata.hpp"
#include "sign_on/saml_request.hpp"
#include "sign_on/saml_verification.hpp"
#include "store/vault.hpp"

namespace yagura::sign_on {

using namespace saml;

namespace {

constexpr std::size_t most_document = 192 * 1024, most_subject = 1024;
constexpr auto slack = std::chrono::minutes(2);

class Saml final : public people::SignOn {
 public:
  Saml(SamlSettings settings, saml::Provider provider, const Clock& clock)
      : settings_(std::move(settings)), provider_(std::move(provider)), clock_(clock) {}

  Result<people::SignOnBegun> begin(std::string_view state) override {
    const std::string id = "_" + to_hex(store::Vault::random_bytes(20));
    return people::SignOnBegun{saml::request_address(settings_, provider_.address, id, clock_.now(), state),
                               id};
  }

  [[nodiscard]] bool asks_outside() const override { return false; }

  [[nodiscard]] std::string metadata() const override {
    return saml_metadata(settings_.entity, settings_.return_address);
  }

  Result<people::SignedOn> finish(std::string_view kept, const people::SignOnAnswer& answer) override {
    auto done = read(kept, answer.response);
    if (done || done.error().code.starts_with("people.")) return done;
    if (settings_.report) settings_.report(done.error().text());
    return fail("people.sign_on_not_believed");
  }

 private:
  Result<people::SignedOn> read(std::string_view request, std::string_view response) const {
    // Some providers break it into lines.
    const auto text = response.size() > most_document ? std::nullopt : from_base64(response, Spaces::skip);
    if (!text || text->empty() || text->find('\0') != std::string::npos) return not_believed("base64");
    const auto document = parsed(*text);
    if (!document) return not_believed("XML");
    const xmlNode* root = xmlDocGetRootElement(document.get());
    YAGURA_CHECK(check_whole(document.get()));
    YAGURA_CHECK(check_status(root));
    YAGURA_TRY(const auto* assertion, assertion_of(root));
    if (std::ranges::none_of(provider_.keys, [&](const Key& key) { return signed_by(assertion, key); }))
      return not_believed("signature");
    return content(assertion, root, request);
  }

  // A refusal has no assertion and is not signed: it lets nobody in.
  static Result<void> check_status(const xmlNode* root) {
    const auto* code = only(only(root, protocol, "Status"), protocol, "StatusCode");
    if (!code) return not_believed("Status");
    if (attribute(code, "Value") == "urn:oasis:names:tc:SAML:2.0:status:Success") return {};
    return fail("people.sign_on_cancelled");
  }

  [[nodiscard]] std::optional<Time> time_of(const xmlNode* node, const char* name) const {
    const auto time = parse_rfc3339(attribute(node, name));
    return time ? std::optional(*time) : std::nullopt;
  }

  Result<people::SignedOn> content(const xmlNode* assertion, const xmlNode* root,
                                   std::string_view request) const {
    const Time now = clock_.now();
    if (attribute(root, "InResponseTo") != request ||
        attribute(root, "Destination") != settings_.return_address)
      return not_believed("InResponseTo or Destination of the response");
    if (whole_text(only(assertion, assertions, "Issuer")) != provider_.issuer) return not_believed("Issuer");
    const auto* subject = only(assertion, assertions, "Subject");
    const auto* name = only(subject, assertions, "NameID");
    const auto who = whole_text(name);
    if (!who || who->empty() || who->size() > most_subject) return not_believed("NameID");
    if (attribute(name, "Format") != persistent) return not_believed("NameID is not persistent");
    const auto* confirmation = only(subject, assertions, "SubjectConfirmation");
    const auto* data = only(confirmation, assertions, "SubjectConfirmationData");
    if (!data || attribute(confirmation, "Method") != "urn:oasis:names:tc:SAML:2.0:cm:bearer")
      return not_believed("SubjectConfirmation");
    if (request.empty() || attribute(data, "InResponseTo") != request) return not_believed("InResponseTo");
    if (attribute(data, "Recipient") != settings_.return_address) return not_believed("Recipient");
    const auto until = time_of(data, "NotOnOrAfter");
    if (!until || *until + slack <= now) return not_believed("NotOnOrAfter of the subject");
    const auto* conditions = only(assertion, assertions, "Conditions");
    if (!conditions) return not_believed("Conditions");
    if (!attribute(conditions, "NotBefore").empty()) {
      const auto from = time_of(conditions, "NotBefore");
      if (!from || *from - slack > now) return not_believed("NotBefore");
    }
    if (!attribute(conditions, "NotOnOrAfter").empty()) {
      const auto end = time_of(conditions, "NotOnOrAfter");
      if (!end || *end + slack <= now) return not_believed("NotOnOrAfter");
    }
    const auto* audience = only(only(conditions, assertions, "AudienceRestriction"), assertions, "Audience");
    if (whole_text(audience) != settings_.entity) return not_believed("Audience");
    const auto* statement = only(assertion, assertions, "AuthnStatement");
    if (!statement) return not_believed("AuthnStatement");
    const auto context =
        whole_text(only(only(statement, assertions, "AuthnContext"), assertions, "AuthnContextClassRef"));
    const bool enough = context && std::ranges::find(settings_.trusted_contexts, *context) !=
                                       settings_.trusted_contexts.end();
    return people::SignedOn{provider_.issuer, *who, enough};
  }

  SamlSettings settings_;
  saml::Provider provider_;
  const Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<people::SignOn>> open_saml(SamlSettings settings, const Clock& clock) {
  const auto invalid = [&](std::string what) {
    return fail("sign_on.settings_invalid", {{"provider", settings.name}, {"what", std::move(what)}});
  };
  if (!settings.return_address.starts_with("https://") || settings.entity.empty())
    return invalid("--public-address");
  if (!saml::ready_to_verify()) return invalid("xmlsec");
  auto provider = saml::provider_of(settings.metadata);
  if (!provider) return invalid("metadata: " + std::string(provider.error().arg("what")));
  return std::make_unique<Saml>(std::move(settings), std::move(*provider), clock);
}

}  // namespace yagura::sign_on
