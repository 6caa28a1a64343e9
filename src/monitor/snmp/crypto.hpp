// Digests and ciphers of the User-based Security Model on OpenSSL, contexts kept per thread.
// Purpose: for usm.cpp only; usm.hpp is what the rest of the room uses.
// Threads: each thread has its own contexts. Errors: false, or 0 octets, when OpenSSL refuses.
#pragma once

#include <span>

#include "monitor/snmp/usm.hpp"

namespace yagura::monitor::snmp::crypto {

// Octets of the digest, and of its truncated form that travels in a message (RFC 7860 section 4).
std::size_t digest_size(AuthProtocol protocol);
std::size_t tag_size(AuthProtocol protocol);
// Octets of key the cipher needs (DES: 8 of key and 8 of pre-IV).
std::size_t key_size(PrivProtocol protocol);

using Digest = std::array<std::uint8_t, 64>;

// H(parts...). Returns the octets written.
std::size_t hash(AuthProtocol protocol, std::initializer_list<Bytes> parts, Digest& out);
// H of the text repeated to 1 MiB (RFC 3414 A.2).
std::size_t hash_megabyte(AuthProtocol protocol, Bytes text, Digest& out);
// HMAC over the parts in order.
std::size_t hmac(AuthProtocol protocol, Bytes key, std::initializer_list<Bytes> parts, Digest& out);
std::array<std::uint8_t, 32> sha256(std::initializer_list<Bytes> parts);

bool available(PrivProtocol protocol);
// Same length out as in; in and out may be the same octets. iv: 16 octets (AES) or 8 (DES).
bool crypt(PrivProtocol protocol, bool encrypt, Bytes key, Bytes iv, Bytes in, std::uint8_t* out);
bool same_octets(Bytes a, Bytes b);  // constant time
void wipe(std::span<std::uint8_t> octets);

}  // namespace yagura::monitor::snmp::crypto
