// Text made fit for XML 1.0. Names and device strings come from outside and may hold anything.
#pragma once

#include <string>
#include <string_view>

namespace yagura::document {

// Bytes that are not UTF-8 become U+FFFD; control characters other than tab and line break, U+FFFE and
// U+FFFF are dropped; CR LF and CR become LF.
std::string valid_xml_text(std::string_view text);
// valid_xml_text() with & < > " escaped.
std::string escape_xml(std::string_view text);

}  // namespace yagura::document
