#include "sign_on/saml_metadata.hpp"

#include "sign_on/saml.hpp"
#include "sign_on/web_call.hpp"

namespace yagura::sign_on {

namespace saml {

namespace {
constexpr std::string_view metadata_space = "urn:oasis:names:tc:SAML:2.0:metadata";
}  // namespace

Result<Provider> provider_of(const std::string& metadata) {
  const auto invalid = [](const char* what) { return fail("sign_on.token_invalid", {{"what", what}}); };
  const auto document = parsed(metadata);
  const xmlNode* root = document ? xmlDocGetRootElement(document.get()) : nullptr;
  if (!root || document->intSubset || !is(root, metadata_space, "EntityDescriptor"))
    return invalid("EntityDescriptor");
  Provider out{attribute(root, "entityID"), {}, {}};
  const auto* role = only(root, metadata_space, "IDPSSODescriptor");
  if (out.issuer.empty() || !role) return invalid("IDPSSODescriptor");
  for (const auto* one : children(role, metadata_space, "SingleSignOnService"))
    if (attribute(one, "Binding") == "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect")
      out.address = attribute(one, "Location");
  if (!address_allowed(out.address, false)) return invalid("SingleSignOnService");
  for (const auto* one : children(role, metadata_space, "KeyDescriptor")) {
    if (attribute(one, "use") == "encryption") continue;
    const auto* data = only(only(one, signatures, "KeyInfo"), signatures, "X509Data");
    const auto text = whole_text(only(data, signatures, "X509Certificate"));
    if (auto key = text ? key_of(*text) : nullptr) out.keys.push_back(std::move(key));
  }
  if (out.keys.empty()) return invalid("KeyDescriptor");
  return out;
}

}  // namespace saml

std::string saml_metadata(const std::string& entity, const std::string& return_address) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID=")" +
         saml::escaped(entity) + R"(">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location=")" +
         saml::escaped(return_address) + R"(" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
)";
}

}  // namespace yagura::sign_on
