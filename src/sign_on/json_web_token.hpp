// Signed tokens of an issuer, and its keys: is this token the issuer's?
//
// Purpose: reads a JWS in its compact form and a set of keys (JWKS), and checks the signature with OpenSSL.
//          What the claims must be is asked in oidc.cpp.
// Rules:   RS256, PS256 and ES256 only; which of them is a question to the key's kind as well, so that no
//          token chooses for itself ("none", HS256 over a public key). RSA of 2048 to 8192 bits, P-256. A key
//          for encryption, or for another algorithm, verifies nothing. Critical headers are none of ours:
//          refused. A token without `kid` is checked only where exactly one key fits.
// Limits:  a token 64 KB, 64 keys.
// Errors:  sign_on.token_invalid (what); sign_on.key_unknown: its key may be newer than the set.
// Threads: values; a KeySet is read by all.
// Follows: RFC 7515, 7517, 7518, 8725.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schema/value.hpp"

namespace yagura::sign_on {

struct Token {
  schema::Value header, claims;  // objects; nothing of them is to be believed before verify()
  std::string signed_text, signature;
};
Result<Token> read_token(std::string_view text);

class KeySet {
 public:
  // Keys that this program cannot use are left out. Errors: sign_on.token_invalid.
  static Result<KeySet> read(std::string_view jwks);
  Result<void> verify(const Token& token) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  struct Key;
  std::vector<std::shared_ptr<const Key>> keys_;
};

}  // namespace yagura::sign_on
