// Time-based one-time passwords (RFC 6238: SHA-1, 6 digits, 30 s), as authenticator apps have them.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace yagura::people {

std::string new_totp_secret();  // 20 random bytes
std::string base32(std::string_view bytes);
// otpauth:// address for a QR code.
std::string totp_uri(std::string_view secret, std::string_view login, std::string_view issuer);
std::string totp_code(std::string_view secret, Time at);

// The time step whose code this is, one step of drift either way; none when wrong. A step at or before
// last_step has been used and is refused, so that a code seen over a shoulder serves once.
std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view code, Time now,
                                      std::int64_t last_step);

}  // namespace yagura::people
