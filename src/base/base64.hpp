// Base64 and base64url (RFC 4648 4 and 5).
//
// Strict: one text for each bytes, so that nothing that was signed or compared can be written in two ways. No
//         other letters than the alphabet's, no bits left over in the last one. from_base64() demands exactly
//         the padding that the length needs; from_base64url() takes none (RFC 7515 2). Only where the format
//         around it says so are spaces and line breaks (" \t\r\n") passed over.
// Empty:  "" stands for no bytes.
// Not for secrets whose time must not tell anything: letters are looked up in a table.
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yagura {

enum class Spaces : unsigned char { refuse, skip };

std::string base64(std::string_view bytes);  // one line, with padding
std::optional<std::string> from_base64(std::string_view text, Spaces spaces = Spaces::refuse);

std::string base64url(std::string_view bytes);  // without padding
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace yagura
