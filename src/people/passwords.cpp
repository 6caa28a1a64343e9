#include "people/passwords.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"

namespace yagura::people {

namespace {

// Words that people build long but common passwords from; a password made of these and digits is refused.
constexpr std::array common_words = {
    "password", "passw0rd", "qwerty", "asdfgh", "zxcvbn", "admin", "welcome", "letmein",  "iloveyou", "abc",
    "yagura",   "sakura",   "nihon",  "tokyo",  "pass",   "login", "user",    "changeme", "secret",   "test"};

// What is left of a folded password after common words, digits and punctuation are taken out.
std::size_t own_characters(std::string folded) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view word : common_words)
      if (const auto at = folded.find(word); at != std::string::npos) {
        folded.erase(at, word.size());
        again = true;
      }
  }
  return static_cast<std::size_t>(
      std::ranges::count_if(folded, [](unsigned char c) { return c >= 0x80 || (c >= 'a' && c <= 'z'); }));
}

}  // namespace

Result<void> Passwords::acceptable(std::string_view password, std::string_view login) {
  if (password.size() > max_bytes) return fail("people.password_too_long");
  if (!is_utf8(password)) return fail("people.password_common");
  const auto characters = static_cast<std::size_t>(
      std::ranges::count_if(password, [](unsigned char c) { return (c & 0xc0) != 0x80; }));
  if (characters < min_characters)
    return fail("people.password_too_short", {{"characters", std::to_string(min_characters)}});
  const std::string folded = fold_for_search(password);
  if (login.size() >= 3 && folded.find(fold_for_search(login)) != std::string::npos)
    return fail("people.password_like_login");
  const std::set<char> different(folded.begin(), folded.end());
  if (different.size() < 5 || own_characters(folded) < 4) return fail("people.password_common");
  return {};
}

std::string Passwords::hash(std::string_view password) {
  slots_.acquire();
  std::array<char, crypto_pwhash_STRBYTES> out{};
  const int done =
      crypto_pwhash_str_alg(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13);
  slots_.release();
  YAGURA_ASSERT(done == 0);
  return out.data();
}

bool Passwords::verify(std::string_view password, const std::string& hash) {
  if (password.size() > max_bytes) return false;
  std::call_once(decoy_made_, [&] { decoy_ = this->hash("nobody has this password"); });
  const std::string& against = hash.empty() ? decoy_ : hash;
  slots_.acquire();
  const bool same = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  slots_.release();
  return same && !hash.empty();
}

}  // namespace yagura::people
