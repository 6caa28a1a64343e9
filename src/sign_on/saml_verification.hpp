// What of a SAML response is believed for its signature's sake. Inside of this room only.
//
// Rules:   one form of Response is read, whole; one assertion, signed itself by one of the provider's keys,
//          over the whole of it, by algorithms from our lists; nothing that a reader of the signature and a
//          reader of the content could see differently.
// Errors:  sign_on.token_invalid (what).
// Threads: safe from any thread, with documents of their own.
// Follows: SAML Core 2.0 5; XML Signature 1.1.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "sign_on/saml_xml.hpp"

struct _xmlSecKey;

namespace yagura::sign_on::saml {

using Key = std::shared_ptr<_xmlSecKey>;

bool ready_to_verify();                    // once for the process; false: xmlsec cannot be used
Key key_of(std::string_view certificate);  // base64 of DER; null when it is none
Result<void> check_whole(const xmlDoc* document);
// The assertion of the one form of Response that is read.
Result<const xmlNode*> assertion_of(const xmlNode* root);
// Only the assertion has an ID for the signature to refer to: whatever it is over, it is over this.
bool signed_by(const xmlNode* assertion, const Key& key);

}  // namespace yagura::sign_on::saml
