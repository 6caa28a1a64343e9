// base64url without padding (RFC 4648 5, RFC 7515 2).
//
// Strict: no padding, no other letters, no bits left over: one text for each bytes, so that nothing that was
//         signed can be written in two ways.
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yagura::sign_on {

std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace yagura::sign_on
