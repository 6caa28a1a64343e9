// A provider made of one key: each response that must not be believed, signature wrapping above all.
#include "sign_on/saml.hpp"

#include <gtest/gtest.h>
#include <libxml/parser.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <xmlsec/xmlsec.h>

#include <xmlsec/crypto.h>
#include <xmlsec/templates.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmltree.h>

#include <functional>

#include "base/base64.hpp"

namespace yagura::sign_on {
namespace {

constexpr auto entity = "https://yagura.example.jp/api/v1/session/saml/city/metadata";
constexpr auto home = "https://yagura.example.jp/api/v1/session/saml/city";
constexpr auto provider_name = "https://idp.city.example.jp/metadata";

// A key pair with a certificate of its own.
struct Signer {
  std::string key, certificate;  // PEM; base64 of DER
  Signer() {
    EVP_PKEY* pair = EVP_RSA_gen(2048);
    BIO* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(memory, pair, nullptr, nullptr, 0, nullptr, nullptr);
    char* at = nullptr;
    auto size = BIO_get_mem_data(memory, &at);
    key.assign(at, static_cast<std::size_t>(size));
    X509* x509 = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, pair);
    X509_sign(x509, pair, EVP_sha256());
    unsigned char* der = nullptr;
    const int length = i2d_X509(x509, &der);
    certificate = base64({reinterpret_cast<const char*>(der), static_cast<std::size_t>(length)});
    OPENSSL_free(der);
    X509_free(x509);
    BIO_free(memory);
    EVP_PKEY_free(pair);
  }
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

void register_ids(xmlNode* node) {
  for (; node; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    if (auto* id = xmlHasProp(node, BAD_CAST "ID"); id && !xmlGetID(node->doc, id->children->content))
      xmlAddID(nullptr, node->doc, id->children->content, id);
    register_ids(node->children);
  }
}

// Fills in the first signature template of the text.
std::string sign(const std::string& text, const Signer& signer) {
  xmlDoc* document = xmlReadMemory(text.data(), static_cast<int>(text.size()), nullptr, nullptr, 0);
  EXPECT_NE(document, nullptr) << text;
  register_ids(xmlDocGetRootElement(document));
  xmlNode* node = xmlSecFindNode(xmlDocGetRootElement(document), xmlSecNodeSignature, xmlSecDSigNs);
  xmlSecDSigCtx* context = xmlSecDSigCtxCreate(nullptr);
  context->signKey = xmlSecCryptoAppKeyLoadMemory(reinterpret_cast<const xmlSecByte*>(signer.key.data()),
                                                  static_cast<xmlSecSize>(signer.key.size()),
                                                  xmlSecKeyDataFormatPem, nullptr, nullptr, nullptr);
  EXPECT_EQ(xmlSecDSigCtxSign(context, node), 0);
  xmlSecDSigCtxDestroy(context);
  xmlChar* out = nullptr;
  int size = 0;
  xmlDocDumpMemory(document, &out, &size);
  std::string done(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
  xmlFree(out);
  xmlFreeDoc(document);
  return done.substr(done.find("<samlp:"));
}

class SamlTest : public ::testing::Test {
 protected:
  SamlTest() {
    settings_ = {.name = "city",
                 .metadata = metadata(own_),
                 .entity = entity,
                 .return_address = home,
                 .report = [this](std::string_view why) { reported_ = why; }};
    provider_ = open_saml(settings_, clock_).value();
    request_ = provider_->begin("the-state").value().kept;
  }
  static std::string metadata(const Signer& signer) {
    return std::string(R"(<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID=")") +
           provider_name +
           R"("><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor )"
           R"(use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>)" +
           signer.certificate +
           R"(</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService )"
           R"(Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.city.example.jp/sso"/>)"
           R"(</md:IDPSSODescriptor></md:EntityDescriptor>)";
  }
  static std::string signature_of(const std::string& id,
                                  const std::string& method = "2001/04/xmldsig-more#rsa-sha256",
                                  const std::string& digest = "2001/04/xmlenc#sha256",
                                  const std::string& more = "") {
    return R"(<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod )"
           R"(Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/)" +
           method + R"("/><ds:Reference URI="#)" + id +
           R"("><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>)"
           R"(<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>)" +
           more + R"(</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/)" + digest +
           R"("/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>)";
  }
  std::string assertion(const std::string& signature = signature_of("_a"), const std::string& id = "_a",
                        const std::string& who = "persistent-taro") const {
    return R"(<saml:Assertion ID=")" + id +
           R"(" Version="2.0" IssueInstant="2026-04-28T00:00:00Z"><saml:Issuer>)" + provider_name +
           "</saml:Issuer>" + signature +
           R"(<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">)" +
           who +
           R"(</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">)"
           R"(<saml:SubjectConfirmationData InResponseTo=")" +
           request_ + R"(" Recipient=")" + home +
           R"(" NotOnOrAfter="2026-04-28T00:05:00Z"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions )"
           R"(NotBefore="2026-04-27T23:59:00Z" NotOnOrAfter="2026-04-28T00:05:00Z"><saml:AudienceRestriction>)"
           R"(<saml:Audience>)" +
           entity +
           R"(</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement )"
           R"(AuthnInstant="2026-04-28T00:00:00Z"><saml:AuthnContext><saml:AuthnContextClassRef>)"
           R"(urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract</saml:AuthnContextClassRef>)"
           R"(</saml:AuthnContext></saml:AuthnStatement></saml:Assertion>)";
  }
  std::string response(const std::string& inside, const std::string& before = "") const {
    return R"(<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" )"
           R"(xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r" Version="2.0" )"
           R"(IssueInstant="2026-04-28T00:00:00Z" InResponseTo=")" +
           request_ + R"(" Destination=")" + home + R"("><saml:Issuer>)" + provider_name + "</saml:Issuer>" +
           before +
           R"(<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>)" +
           inside + "</samlp:Response>";
  }
  std::string right() const { return sign(response(assertion()), own_); }
  // Between the tags of the (only) assertion of a text.
  static std::string cut_assertion(const std::string& text) {
    const auto from = text.find("<saml:Assertion"), to = text.find("</saml:Assertion>") + 17;
    return text.substr(from, to - from);
  }
  static std::string cut_signature(const std::string& text) {
    const auto from = text.find("<ds:Signature "), to = text.find("</ds:Signature>") + 15;
    return text.substr(from, to - from);
  }
  std::string said(const std::string& text) {
    reported_.clear();
    const auto done = provider_->finish(request_, {.response = base64(text)});
    if (done) return "believed: " + done->subject;
    return done.error().code == "people.sign_on_not_believed" ? reported_ : done.error().code;
  }
  void refused(const std::string& text, std::string_view what) {
    const auto answer = said(text);
    EXPECT_TRUE(answer.contains(what) && !answer.contains("believed: ")) << answer << "\n" << text;
  }
  // Signed as it is after the change.
  void refused_when(const std::string& what, const std::string& by, std::string_view why) {
    refused(sign(replaced(response(assertion()), what, by), own_), why);
  }

  ManualClock clock_{parse_rfc3339("2026-04-28T00:00:00Z").value()};
  inline static const Signer own_, stranger_;
  std::string reported_, request_;
  SamlSettings settings_;
  std::unique_ptr<people::SignOn> provider_;
};

TEST_F(SamlTest, BelievesWhatTheProviderSigned) {
  EXPECT_EQ(said(right()), "believed: persistent-taro");
  const auto done = provider_->finish(request_, {.response = base64(right())}).value();
  EXPECT_EQ(done.issuer, provider_name);
  EXPECT_FALSE(done.second_factor);
  settings_.trusted_contexts = {"urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract"};
  provider_ = open_saml(settings_, clock_).value();
  EXPECT_TRUE(provider_->finish(request_, {.response = base64(right())})->second_factor);
  const auto begun = provider_->begin("the-state").value();
  EXPECT_TRUE(begun.address.starts_with("https://idp.city.example.jp/sso?SAMLRequest=")) << begun.address;
  EXPECT_TRUE(begun.address.ends_with("&RelayState=the-state"));
}

TEST_F(SamlTest, NobodySignedItOrAnotherKey) {
  refused(response(assertion("")), "not signed");
  refused(sign(response(assertion()), stranger_), "signature");
  const auto key_info = "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>" + stranger_.certificate +
                        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>";
  refused(replaced(sign(response(assertion()), stranger_), "</ds:Signature>", key_info), "signature");
  EXPECT_EQ(said(replaced(right(), "</ds:Signature>", key_info)), "believed: persistent-taro")
      << "a key in the document is not read";
  refused(replaced(right(), "persistent-taro", "persistent-jiro"), "signature");
  refused(sign(response(assertion(""), signature_of("_r")), own_), "not signed");
}

TEST_F(SamlTest, SignatureWrapping) {
  const auto text = right();
  const auto original = cut_assertion(text);
  const auto signature = cut_signature(text);
  const auto bare = replaced(original, signature, "");
  const auto evil = assertion("", "_evil", "persistent-boss");
  const auto evil_signed = assertion(signature, "_evil", "persistent-boss");
  const auto with = [&](const std::string& inside) { return replaced(text, original, inside); };
  // The numbers are those of "On Breaking SAML: Be Whoever You Want to Be".
  refused(with(evil + original), "not one assertion");  // 3
  refused(with(original + evil), "not one assertion");
  refused(with(replaced(evil, "</saml:Issuer>", "</saml:Issuer>" + original)), "not one assertion");  // 4
  refused(with(evil_signed + bare), "not one assertion");                                             // 5
  refused(with(replaced(evil_signed, "</ds:Signature>", bare + "</ds:Signature>")),
          "not one assertion");                                                                        // 6
  refused(with("<samlp:Extensions>" + evil + "</samlp:Extensions>" + original), "not one assertion");  // 7
  refused(
      with(replaced(evil_signed, "</ds:Signature>", "<ds:Object>" + bare + "</ds:Object></ds:Signature>")),
      "not one assertion");  // 8
  refused(with(evil_signed), "what the signature is of");
  refused(with(assertion(signature, "_a", "persistent-boss")), "signature");
  // 1 and 2: a signed Response inside a Response of somebody else.
  const auto outside = replaced(response(evil), "ID=\"_r\"", "ID=\"_outside\"");
  refused(replaced(outside, "</samlp:Response>", text + "</samlp:Response>"), "not one assertion");
  refused(replaced(outside, "</samlp:Response>",
                   "<samlp:Extensions>" + text + "</samlp:Extensions></samlp:Response>"),
          "not one assertion");
  refused(with("<samlp:Extensions><x ID=\"_a\"/></samlp:Extensions>" + original), "an ID twice");
  refused(with("<samlp:Extensions><x Id=\"_a\"/></samlp:Extensions>" + original), "an ID twice");
  refused(with("<samlp:Extensions>" + signature + "</samlp:Extensions>" + original),
          "signatures in other places");
  refused(with("<other:Assertion xmlns:other=\"urn:x\"/>" + original), "not one assertion");
  refused(with("<saml:EncryptedAssertion/>" + original), "not one assertion");
}

TEST_F(SamlTest, WhatTwoReadersCouldSeeDifferently) {
  // Comments are no part of what is signed: the signature is right all the same.
  refused(replaced(right(), "persistent-taro", "persistent<!-- -->-taro"), "a node");
  refused(replaced(right(), "<saml:Subject>", "<?x y?><saml:Subject>"), "a node");
  refused(replaced(right(), "persistent-taro", "<![CDATA[persistent-taro]]>"), "a node");
  const std::string dtd = "<!DOCTYPE samlp:Response [<!ENTITY x \"persistent-taro\">]>";
  refused(dtd + right(), "document");
  refused(dtd + replaced(right(), "persistent-taro", "&x;"), "document");
  refused("<!DOCTYPE x SYSTEM \"file:///etc/passwd\">" + right(), "document");
  refused("<!-- -->" + right(), "document");
  refused(right() + "<?x?>", "document");
  refused(sign(response(assertion(signature_of("_a"), "_a", "<b>persistent-taro</b>")), own_), "NameID");
}

TEST_F(SamlTest, SignaturesOfOtherForms) {
  refused(sign(response(assertion(signature_of("_a", "2000/09/xmldsig#rsa-sha1"))), own_), "algorithms");
  refused(
      sign(response(assertion(signature_of("_a", "2001/04/xmldsig-more#rsa-sha256", "2000/09/xmldsig#sha1"))),
           own_),
      "algorithms");
  refused(replaced(right(), "rsa-sha256", "hmac-sha256"), "algorithms");
  refused(
      replaced(right(), "</ds:Transforms>",
               "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/></ds:Transforms>"),
      "transforms");
  refused(replaced(right(), "URI=\"#_a\"", "URI=\"\""), "what the signature is of");
  refused(replaced(right(), "</ds:Reference>", "</ds:Reference><ds:Reference URI=\"#_r\"/>"),
          "form of the signature");
  refused(replaced(right(), "</ds:SignatureValue>", "</ds:SignatureValue><ds:Object/>"),
          "form of the signature");
}

TEST_F(SamlTest, EveryConditionIsChecked) {
  refused_when("<saml:Audience>https://yagura", "<saml:Audience>https://other", "Audience");
  refused_when("Recipient=\"https://yagura", "Recipient=\"https://other", "Recipient");
  refused_when("Destination=\"https://yagura", "Destination=\"https://other", "Destination");
  refused_when("nameid-format:persistent", "nameid-format:transient", "persistent");
  refused_when("cm:bearer", "cm:holder-of-key", "SubjectConfirmation");
  refused_when("NotOnOrAfter=\"2026-04-28T00:05:00Z\"/>", "NotOnOrAfter=\"2026-04-27T23:58:00Z\"/>",
               "of the subject");
  refused_when("NotOnOrAfter=\"2026-04-28T00:05:00Z\"/>", "/>", "of the subject");
  refused_when("NotOnOrAfter=\"2026-04-28T00:05:00Z\">", "NotOnOrAfter=\"2026-04-27T23:58:00Z\">",
               "NotOnOrAfter");
  refused_when("NotBefore=\"2026-04-27T23:59:00Z\"", "NotBefore=\"2026-04-28T00:03:00Z\"", "NotBefore");
  refused_when("<saml:SubjectConfirmationData InResponseTo=\"" + request_,
               "<saml:SubjectConfirmationData InResponseTo=\"_x", "InResponseTo");
  refused_when(" InResponseTo=\"" + request_, " InResponseTo=\"_x", "InResponseTo");
  refused_when("IssueInstant=\"2026-04-28T00:00:00Z\"><saml:Issuer>https://idp",
               "IssueInstant=\"2026-04-28T00:00:00Z\"><saml:Issuer>https://other", "Issuer");
  refused_when("persistent-taro", " ", "NameID");
  refused_when("status:Success", "status:Responder", "people.sign_on_cancelled");
  const auto kept = request_;
  const auto text = right();
  request_ = provider_->begin("another").value().kept;
  refused(text, "InResponseTo");  // of an earlier attempt
  request_ = kept;
  clock_.advance(std::chrono::minutes(8));
  refused(text, "NotOnOrAfter");
}

TEST_F(SamlTest, WhatIsNoResponse) {
  for (const auto* text : {"", "x", "<x/>", "<samlp:Response/>", "<a><a><a>"})
    EXPECT_FALSE(said(text).contains("believed: "));
  EXPECT_EQ(provider_->finish(request_, {.response = "not base64!"}).error().code,
            "people.sign_on_not_believed");
  refused(cut_assertion(right()), "no Response");
  refused(right() + std::string(300'000, ' '), "base64");
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<x>";
  for (int i = 0; i < 100; ++i) deep += "</x>";
  refused(replaced(right(), "<samlp:Status>", deep + "<samlp:Status>"), "depth");
}

TEST_F(SamlTest, SettingsThatCannotBe) {
  const auto what = [&](auto change) {
    auto settings = settings_;
    change(settings);
    const auto opened = open_saml(settings, clock_);
    return opened ? std::string("accepted") : std::string(opened.error().arg("what"));
  };
  EXPECT_EQ(what([](auto&) {}), "accepted");
  EXPECT_EQ(what([](auto& s) { s.metadata = "<x/>"; }), "metadata: EntityDescriptor");
  EXPECT_EQ(what([](auto& s) { s.metadata = "<!DOCTYPE x>" + s.metadata; }), "metadata: EntityDescriptor");
  EXPECT_EQ(what([](auto& s) {
              s.metadata = replaced(s.metadata, "https://idp.city.example.jp/sso", "http://idp/");
            }),
            "metadata: SingleSignOnService");
  EXPECT_EQ(what([](auto& s) { s.metadata = replaced(s.metadata, "use=\"signing\"", "use=\"encryption\""); }),
            "metadata: KeyDescriptor");
  EXPECT_EQ(what([](auto& s) { s.return_address = ""; }), "--public-address");
  EXPECT_TRUE(saml_metadata("a&b", "c\"d").contains("entityID=\"a&amp;b\""));
}

}  // namespace
}  // namespace yagura::sign_on
