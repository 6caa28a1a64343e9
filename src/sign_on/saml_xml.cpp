#include "sign_on/saml_xml.hpp"

#include <libxml/parser.h>

#include "base/text.hpp"

namespace yagura::sign_on::saml {

std::unexpected<Error> not_believed(std::string what) {
  return fail("sign_on.token_invalid", {{"what", "SAML: " + std::move(what)}});
}

Document parsed(std::string_view text) {
  return Document(xmlReadMemory(text.data(), static_cast<int>(text.size()), nullptr, nullptr,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
}

std::string_view text_of(const xmlChar* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}
bool is(const xmlNode* node, std::string_view space, std::string_view name) {
  return node->type == XML_ELEMENT_NODE && node->ns && text_of(node->ns->href) == space &&
         text_of(node->name) == name;
}
std::string attribute(const xmlNode* node, const char* name) {
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
std::optional<std::string> whole_text(const xmlNode* node) {
  if (!node) return std::nullopt;
  std::string out;
  for (const xmlNode* child = node->children; child; child = child->next) {
    if (child->type != XML_TEXT_NODE) return std::nullopt;
    out += text_of(child->content);
  }
  return std::string(trim(out));
}
std::size_t count(const xmlNode* node, std::string_view name) {
  std::size_t out = node->type == XML_ELEMENT_NODE && text_of(node->name) == name;
  for (const xmlNode* child = node->children; child; child = child->next)
    if (child->type == XML_ELEMENT_NODE) out += count(child, name);
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '"' ? "&quot;" : std::string(1, c);
  return out;
}

}  // namespace yagura::sign_on::saml
