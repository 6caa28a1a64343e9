// XML of SAML, read as strictly as the parts of SAML here need it. Inside of this room only.
//
// Threads: pure functions on documents that one thread has at a time.
#pragma once

#include <libxml/tree.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::sign_on::saml {

inline constexpr std::string_view protocol = "urn:oasis:names:tc:SAML:2.0:protocol";
inline constexpr std::string_view assertions = "urn:oasis:names:tc:SAML:2.0:assertion";
inline constexpr std::string_view signatures = "http://www.w3.org/2000/09/xmldsig#";
inline constexpr std::string_view persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

struct FreeDocument {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
using Document = std::unique_ptr<xmlDoc, FreeDocument>;

std::unexpected<Error> not_believed(std::string what);

// No entities, no DTD, no network, no sizes beyond libxml's own limits; null when it is no XML.
Document parsed(std::string_view text);
std::string_view text_of(const xmlChar* text);
bool is(const xmlNode* node, std::string_view space, std::string_view name);
// Without a namespace: another attribute of the same name is not this one.
std::string attribute(const xmlNode* node, const char* name);
std::vector<const xmlNode*> children(const xmlNode* node, std::string_view space, std::string_view name);
const xmlNode* only(const xmlNode* node, std::string_view space, std::string_view name);
// The text of an element that holds text and nothing else.
std::optional<std::string> whole_text(const xmlNode* node);
// Elements of that name in the whole tree, of whatever namespace.
std::size_t count(const xmlNode* node, std::string_view name);
std::string escaped(std::string_view text);

}  // namespace yagura::sign_on::saml
