#include "sign_on/saml.hpp"

// First: its other headers need it.
#include <xmlsec/xmlsec.h>

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <openssl/evp.h>
#include <xmlsec/errors.h>
#include <xmlsec/openssl/app.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/xmldsig.h>
#include <zlib.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>

#include "base/text.hpp"
#include "sign_on/web_call.hpp"
#include "store/vault.hpp"

namespace yagura::sign_on {

namespace {

constexpr std::size_t most_document = 192 * 1024, most_subject = 1024;
constexpr auto slack = std::chrono::minutes(2);
constexpr int deepest = 64;

constexpr std::string_view protocol = "urn:oasis:names:tc:SAML:2.0:protocol";
constexpr std::string_view assertions = "urn:oasis:names:tc:SAML:2.0:assertion";
constexpr std::string_view signatures = "http://www.w3.org/2000/09/xmldsig#";
constexpr std::string_view persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

constexpr std::string_view signature_methods[] = {"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                                                  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
                                                  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
                                                  "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
                                                  "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"};
constexpr std::string_view digest_methods[] = {"http://www.w3.org/2001/04/xmlenc#sha256",
                                               "http://www.w3.org/2001/04/xmldsig-more#sha384",
                                               "http://www.w3.org/2001/04/xmlenc#sha512"};
constexpr std::string_view exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
constexpr std::string_view enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* held) const {
    Free(held);
  }
};
void free_document(xmlDoc* document) { xmlFreeDoc(document); }
using Document = std::unique_ptr<xmlDoc, Freed<free_document>>;
using Key = std::shared_ptr<xmlSecKey>;

std::unexpected<Error> not_believed(std::string what) {
  return fail("sign_on.token_invalid", {{"what", "SAML: " + std::move(what)}});
}

std::string_view text_of(const xmlChar* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}
bool is(const xmlNode* node, std::string_view space, std::string_view name) {
  return node->type == XML_ELEMENT_NODE && node->ns && text_of(node->ns->href) == space &&
         text_of(node->name) == name;
}
std::string attribute(const xmlNode* node, const char* name) {
  // Without a namespace: another attribute of the same name is not this one.
  xmlChar* value = xmlGetNoNsProp(node, reinterpret_cast<const xmlChar*>(name));
  std::string out(text_of(value));
  xmlFree(value);
  return out;
}
std::vector<const xmlNode*> children(const xmlNode* node, std::string_view space, std::string_view name) {
  std::vector<const xmlNode*> out;
  for (const xmlNode* child = node->children; child; child = child->next)
    if (is(child, space, name)) out.push_back(child);
  return out;
}
const xmlNode* only(const xmlNode* node, std::string_view space, std::string_view name) {
  if (!node) return nullptr;
  const auto found = children(node, space, name);
  return found.size() == 1 ? found.front() : nullptr;
}
// The text of an element that holds text and nothing else.
std::optional<std::string> whole_text(const xmlNode* node) {
  if (!node) return std::nullopt;
  std::string out;
  for (const xmlNode* child = node->children; child; child = child->next) {
    if (child->type != XML_TEXT_NODE) return std::nullopt;
    out += text_of(child->content);
  }
  return std::string(trim(out));
}
bool among(std::span<const std::string_view> known, std::string_view word) {
  return std::ranges::find(known, word) != known.end();
}

std::optional<std::string> decoded(std::string_view text) {
  std::string clean;
  for (const char c : text)
    if (c != '\r' && c != '\n' && c != ' ') clean += c;
  if (clean.empty() || clean.size() % 4 != 0 || clean.size() > most_document) return std::nullopt;
  std::string out(clean.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(clean.data()), static_cast<int>(clean.size()));
  if (size < 0) return std::nullopt;
  const auto padding = static_cast<std::size_t>(std::ranges::count(clean, '='));
  if (padding > 2) return std::nullopt;
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

// What may not stand anywhere: whatever a reader of the signature and a reader of the content could see
// differently.
Result<void> check_everywhere(const xmlNode* node, std::set<std::string>& ids, int depth) {
  if (depth > deepest) return not_believed("depth");
  if (node->type != XML_ELEMENT_NODE && node->type != XML_TEXT_NODE)
    return not_believed("a node that is none of ours");
  if (node->type == XML_TEXT_NODE) return {};
  for (const char* name : {"ID", "Id", "id"})
    if (auto id = attribute(node, name); !id.empty() && !ids.insert(std::move(id)).second)
      return not_believed("an ID twice");
  for (const xmlNode* child = node->children; child; child = child->next)
    YAGURA_CHECK(check_everywhere(child, ids, depth + 1));
  return {};
}
std::size_t count(const xmlNode* node, std::string_view name) {
  std::size_t out = node->type == XML_ELEMENT_NODE && text_of(node->name) == name;
  for (const xmlNode* child = node->children; child; child = child->next)
    if (child->type == XML_ELEMENT_NODE) out += count(child, name);
  return out;
}

Result<void> check_signature_form(const xmlNode* assertion) {
  const auto* signature = only(assertion, signatures, "Signature");
  if (!signature || count(assertion, "Signature") != 1) return not_believed("the assertion is not signed");
  const auto* info = only(signature, signatures, "SignedInfo");
  const auto* reference = only(info, signatures, "Reference");
  if (!reference || count(signature, "Object") != 0 || count(signature, "Manifest") != 0)
    return not_believed("form of the signature");
  if (const auto id = attribute(assertion, "ID"); id.empty() || attribute(reference, "URI") != "#" + id)
    return not_believed("what the signature is of");
  const auto* method = only(info, signatures, "SignatureMethod");
  const auto* canonical = only(info, signatures, "CanonicalizationMethod");
  const auto* digest = only(reference, signatures, "DigestMethod");
  if (!method || !canonical || !digest || attribute(canonical, "Algorithm") != exclusive ||
      !among(signature_methods, attribute(method, "Algorithm")) ||
      !among(digest_methods, attribute(digest, "Algorithm")))
    return not_believed("algorithms of the signature");
  const auto* transforms = only(reference, signatures, "Transforms");
  if (!transforms) return not_believed("transforms");
  for (const auto* one : children(transforms, signatures, "Transform"))
    if (const auto word = attribute(one, "Algorithm"); word != exclusive && word != enveloped)
      return not_believed("transforms");
  return {};
}

Result<void> check_whole(const xmlDoc* document) {
  const xmlNode* root = xmlDocGetRootElement(document);
  if (!root || document->intSubset || document->extSubset || document->children != root || root->next)
    return not_believed("document");
  std::set<std::string> ids;
  YAGURA_CHECK(check_everywhere(root, ids, 0));
  return is(root, protocol, "Response") ? Result<void>{} : not_believed("no Response");
}

// The assertion of the one form of Response that is read.
Result<const xmlNode*> assertion_of(const xmlNode* root) {
  const auto* assertion = only(root, assertions, "Assertion");
  if (!assertion || count(root, "Assertion") != 1 || count(root, "EncryptedAssertion") != 0 ||
      count(root, "Response") != 1)
    return not_believed("not one assertion");
  YAGURA_CHECK(check_signature_form(assertion));
  if (count(root, "Signature") != children(root, signatures, "Signature").size() + 1)
    return not_believed("signatures in other places");
  return assertion;
}

// Only the assertion has an ID for the signature to refer to: whatever it is over, it is over this.
bool signed_by(const xmlNode* assertion, const Key& key) {
  auto* attribute = xmlHasProp(const_cast<xmlNode*>(assertion), reinterpret_cast<const xmlChar*>("ID"));
  const auto* id = attribute->children->content;
  if (!xmlGetID(assertion->doc, id)) xmlAddID(nullptr, assertion->doc, id, attribute);
  auto* signature = const_cast<xmlNode*>(only(assertion, signatures, "Signature"));
  xmlSecDSigCtx context;
  if (xmlSecDSigCtxInitialize(&context, nullptr) < 0) return false;
  context.enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
  context.signKey = xmlSecKeyDuplicate(key.get());  // so that a key in the document is not read
  const bool right = context.signKey && xmlSecDSigCtxVerify(&context, signature) == 0 &&
                     context.status == xmlSecDSigStatusSucceeded;
  xmlSecDSigCtxFinalize(&context);
  return right;
}

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

// Bindings 3.4.4.1: DEFLATE without a header.
std::string deflated(std::string_view text) {
  z_stream stream{};
  YAGURA_ASSERT(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) ==
                Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  YAGURA_ASSERT(whole);
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '"' ? "&quot;" : std::string(1, c);
  return out;
}

// What the provider's metadata says.
struct Provider {
  std::string issuer, address;  // address: where the browser is sent (redirect binding)
  std::vector<Key> keys;
};

class Saml final : public people::SignOn {
 public:
  Saml(SamlSettings settings, Provider provider, const Clock& clock)
      : settings_(std::move(settings)), provider_(std::move(provider)), clock_(clock) {}

  Result<people::SignOnBegun> begin(std::string_view state) override {
    const std::string id = "_" + to_hex(store::Vault::random_bytes(20));
    const std::string request =
        "<samlp:AuthnRequest xmlns:samlp=\"" + std::string(protocol) + "\" xmlns:saml=\"" +
        std::string(assertions) + "\" ID=\"" + id + "\" Version=\"2.0\" IssueInstant=\"" +
        to_rfc3339(std::chrono::floor<std::chrono::seconds>(clock_.now())) + "\" Destination=\"" +
        escaped(provider_.address) + "\" AssertionConsumerServiceURL=\"" + escaped(settings_.return_address) +
        "\" ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"><saml:Issuer>" +
        escaped(settings_.entity) + "</saml:Issuer><samlp:NameIDPolicy Format=\"" + std::string(persistent) +
        "\" AllowCreate=\"true\"/></samlp:AuthnRequest>";
    const char mark = provider_.address.find('?') == std::string::npos ? '?' : '&';
    return people::SignOnBegun{provider_.address + mark +
                                   "SAMLRequest=" + form_encoded(base64(deflated(request))) +
                                   "&RelayState=" + form_encoded(state),
                               id};
  }

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
    const auto text = decoded(response);
    if (!text || text->find('\0') != std::string::npos) return not_believed("base64");
    // No entities, no DTD, no network, no sizes beyond libxml's own limits.
    const Document document(xmlReadMemory(text->data(), static_cast<int>(text->size()), nullptr, nullptr,
                                          XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
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
  Provider provider_;
  const Clock& clock_;
};

Key key_of(std::string_view certificate) {
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  std::string clean;
  for (const char c : certificate)
    if (static_cast<unsigned char>(c) > ' ') clean += c;
  for (std::size_t at = 0; at < clean.size(); at += 64) pem += clean.substr(at, 64) + "\n";
  pem += "-----END CERTIFICATE-----\n";
  return {xmlSecOpenSSLAppKeyLoadMemory(reinterpret_cast<const xmlSecByte*>(pem.data()),
                                        static_cast<xmlSecSize>(pem.size()), xmlSecKeyDataFormatCertPem,
                                        nullptr, nullptr, nullptr),
          [](xmlSecKey* key) {
            if (key) xmlSecKeyDestroy(key);
          }};
}

constexpr std::string_view metadata_space = "urn:oasis:names:tc:SAML:2.0:metadata";

Result<Provider> provider_of(const std::string& metadata) {
  const auto invalid = [](const char* what) { return fail("sign_on.token_invalid", {{"what", what}}); };
  const Document document(xmlReadMemory(metadata.data(), static_cast<int>(metadata.size()), nullptr, nullptr,
                                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
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

}  // namespace

std::string saml_metadata(const std::string& entity, const std::string& return_address) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID=")" +
         escaped(entity) + R"(">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location=")" +
         escaped(return_address) + R"(" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
)";
}

Result<std::unique_ptr<people::SignOn>> open_saml(SamlSettings settings, const Clock& clock) {
  const auto invalid = [&](std::string what) {
    return fail("sign_on.settings_invalid", {{"provider", settings.name}, {"what", std::move(what)}});
  };
  if (!settings.return_address.starts_with("https://") || settings.entity.empty())
    return invalid("--public-address");
  static const bool ready = [] {
    xmlInitParser();
    xmlSecErrorsDefaultCallbackEnableOutput(0);  // what it says of a document is its sender's
    return xmlSecInit() == 0 && xmlSecOpenSSLAppInit(nullptr) == 0 && xmlSecOpenSSLInit() == 0;
  }();
  if (!ready) return invalid("xmlsec");
  auto provider = provider_of(settings.metadata);
  if (!provider) return invalid("metadata: " + std::string(provider.error().arg("what")));
  return std::make_unique<Saml>(std::move(settings), std::move(*provider), clock);
}

}  // namespace yagura::sign_on
