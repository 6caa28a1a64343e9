// The three parts of what an authenticator answers to "make a passkey", still in their own encodings.
//
// Purpose: libfido2 1.12 reads each part, but not the map around them. That map alone is read here, as CTAP2
//          writes CBOR (RFC 8949): definite lengths, no tags. The parts are walked through before libcbor
//          sees them, for it allocates what a length promises.
// Limits:  16 levels; nothing is allocated: views into the bytes given.
// Threads: pure function.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace yagura::people::webauthn {

using ByteView = std::span<const unsigned char>;

struct AttestationObject {
  std::string_view format;
  ByteView statement;           // a map, in CBOR
  ByteView authenticator_data;  // raw
};

// Nothing when it is not that map, has a member twice, lacks one, has another, or goes on behind its end.
std::optional<AttestationObject> read_attestation_object(ByteView bytes);

// True when the bytes are one to `most` items of such CBOR and nothing else.
bool is_plain_cbor(ByteView bytes, int most);

}  // namespace yagura::people::webauthn
