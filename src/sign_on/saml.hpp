// SAML 2.0 as service provider (Web Browser SSO), at one identity provider.
//
// Purpose: sends a browser to the provider (redirect binding) and believes what it posts back (POST binding)
//          only as far as the provider signed the assertion itself.
// Rules:   before any signature is looked at, the document has one form alone: a Response with one Assertion
//          as its child, one signature in it over it, no DTD, no comments, no processing instructions, no
//          encryption, no second element of any ID. xmlsec then verifies that one signature, over that one
//          element of that one parsed document, by the keys of the provider's metadata. A signature of the
//          Response besides is not needed and proves nothing here. RSA or ECDSA with SHA-256 and up. Status,
//          issuer, subject confirmation (bearer, recipient, InResponseTo, time), conditions (time, audience),
//          a persistent NameID.
// Limits:  192 KB, in base64.
// Errors:  sign_on.settings_invalid (provider, what); of begin() and finish() those of people/sign_on.hpp;
//          what happened is told to `report`. Nobody is asked over the network.
// Threads: safe from any thread.
// Follows: SAML 2.0 Core, Bindings 3.4 and 3.5, Profiles 4.1; the variants of "On Breaking SAML" (signature
//          wrapping).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "people/sign_on.hpp"

namespace yagura::sign_on {

struct SamlSettings {
  std::string name;                           // of the provider, for errors
  std::string metadata;                       // of the provider, its XML
  std::string entity;                         // ours: the address of our metadata
  std::string return_address;                 // where the browser posts the response
  std::vector<std::string> trusted_contexts;  // AuthnContextClassRef that say: with a second factor
  std::function<void(std::string_view)> report;
};

// The clock must outlive it.
Result<std::unique_ptr<people::SignOn>> open_saml(SamlSettings settings, const Clock& clock);

// What the provider is given of us.
std::string saml_metadata(const std::string& entity, const std::string& return_address);

}  // namespace yagura::sign_on
