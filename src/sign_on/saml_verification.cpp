#include "sign_on/saml_verification.hpp"

// First: its other headers need it.
#include <xmlsec/xmlsec.h>

#include <libxml/parser.h>
#include <xmlsec/errors.h>
#include <xmlsec/openssl/app.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/xmldsig.h>

#include <algorithm>
#include <set>
#include <span>

namespace yagura::sign_on::saml {

namespace {

constexpr int deepest = 64;

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

bool among(std::span<const std::string_view> known, std::string_view word) {
  return std::ranges::find(known, word) != known.end();
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

}  // namespace

bool ready_to_verify() {
  static const bool ready = [] {
    xmlInitParser();
    xmlSecErrorsDefaultCallbackEnableOutput(0);  // what it says of a document is its sender's
    return xmlSecInit() == 0 && xmlSecOpenSSLAppInit(nullptr) == 0 && xmlSecOpenSSLInit() == 0;
  }();
  return ready;
}

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

Result<void> check_whole(const xmlDoc* document) {
  const xmlNode* root = xmlDocGetRootElement(document);
  if (!root || document->intSubset || document->extSubset || document->children != root || root->next)
    return not_believed("document");
  std::set<std::string> ids;
  YAGURA_CHECK(check_everywhere(root, ids, 0));
  return is(root, protocol, "Response") ? Result<void>{} : not_believed("no Response");
}

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

}  // namespace yagura::sign_on::saml
