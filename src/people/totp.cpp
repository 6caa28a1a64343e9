#include "people/totp.hpp"

#include <liboath/oath.h>

#include <array>

#include "store/vault.hpp"

namespace yagura::people {

namespace {

constexpr std::int64_t step_seconds = 30;

std::string code_of_step(std::string_view secret, std::int64_t step) {
  std::array<char, 7> out{};
  const int done = oath_hotp_generate(secret.data(), secret.size(), static_cast<std::uint64_t>(step), 6,
                                      false, OATH_HOTP_DYNAMIC_TRUNCATION, out.data());
  YAGURA_ASSERT(done == OATH_OK);
  return out.data();
}

std::int64_t step_at(Time at) { return to_micros(at) / 1'000'000 / step_seconds; }

std::string percent(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.') {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += digits[c >> 4];
      out += digits[c & 15];
    }
  }
  return out;
}

}  // namespace

std::string new_totp_secret() { return store::Vault::random_bytes(20); }

std::string base32(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  unsigned buffer = 0;
  int bits = 0;
  for (const unsigned char c : bytes) {
    buffer = buffer << 8 | c;
    for (bits += 8; bits >= 5; bits -= 5) out += alphabet[buffer >> (bits - 5) & 31];
  }
  if (bits > 0) out += alphabet[buffer << (5 - bits) & 31];
  return out;
}

std::string totp_uri(std::string_view secret, std::string_view login, std::string_view issuer) {
  return "otpauth://totp/" + percent(issuer) + ":" + percent(login) + "?secret=" + base32(secret) +
         "&issuer=" + percent(issuer);
}

std::string totp_code(std::string_view secret, Time at) { return code_of_step(secret, step_at(at)); }

std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view code, Time now,
                                      std::int64_t last_step) {
  std::optional<std::int64_t> found;
  const std::int64_t middle = step_at(now);
  for (std::int64_t step = middle - 1; step <= middle + 1; ++step)
    if (store::Vault::same(code_of_step(secret, step), code) && step > last_step) found = step;
  return found;
}

}  // namespace yagura::people
