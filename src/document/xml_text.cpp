#include "document/xml_text.hpp"

#include <algorithm>

namespace yagura::document {

namespace {

// Length of the UTF-8 character at the front of `text` (not empty), 0 when it is not one.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  const unsigned char second = byte(1);
  if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90) ||
      (lead == 0xf4 && second > 0x8f))
    return 0;
  return length;
}

}  // namespace

std::string valid_xml_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    const char c = character[0];
    const bool control = length == 1 && static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n';
    if (length == 0) {
      out += "\uFFFD";
    } else if (c == '\r') {
      if (text.size() == 1 || text[1] != '\n') out += '\n';
    } else if (!control && character != "\xEF\xBF\xBE" && character != "\xEF\xBF\xBF") {
      out += character;
    }
    text.remove_prefix(character.size());
  }
  return out;
}

std::string escape_xml(std::string_view text) {
  std::string out;
  for (const char c : valid_xml_text(text)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

}  // namespace yagura::document
