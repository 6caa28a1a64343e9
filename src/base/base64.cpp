#include "base/base64.hpp"

#include <array>
#include <cstdint>

namespace yagura {

namespace {

constexpr std::string_view usual = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view for_addresses = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Values = std::array<std::int8_t, 256>;
constexpr Values values_of(std::string_view alphabet) {
  Values out{};
  out.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return out;
}

std::string letters_of(std::string_view bytes, std::string_view alphabet) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : bytes) {
    held = (held << 8 | static_cast<unsigned char>(c)) & 0xffffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += alphabet[held >> bits & 63];
    }
  }
  if (bits > 0) out += alphabet[held << (6 - bits) & 63];
  return out;
}

// Letters alone, without padding.
std::optional<std::string> bytes_of(std::string_view letters, const Values& values) {
  if (letters.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(letters.size() / 4 * 3 + 2);
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : letters) {
    const auto value = values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    held = (held << 6 | static_cast<std::uint32_t>(value)) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(held >> bits & 255);
    }
  }
  if ((held & ((1U << bits) - 1)) != 0) return std::nullopt;
  return out;
}

}  // namespace

std::string base64(std::string_view bytes) {
  auto out = letters_of(bytes, usual);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::optional<std::string> from_base64(std::string_view text, Spaces spaces) {
  static constexpr auto values = values_of(usual);
  std::string clean;
  if (spaces == Spaces::skip) {
    clean.reserve(text.size());
    for (const char c : text)
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') clean += c;
    text = clean;
  }
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return bytes_of(text, values);
}

std::string base64url(std::string_view bytes) { return letters_of(bytes, for_addresses); }

std::optional<std::string> from_base64url(std::string_view text) {
  static constexpr auto values = values_of(for_addresses);
  return bytes_of(text, values);
}

}  // namespace yagura
