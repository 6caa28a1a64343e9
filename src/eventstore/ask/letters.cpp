#include "eventstore/ask/letters.hpp"

#include <algorithm>

namespace yagura::eventstore {

namespace {

char32_t plain_form(char32_t c) {
  if (c >= 0xff01 && c <= 0xff5e) return c - 0xfee0;
  switch (c) {
    case '\t':
    case '\n':
    case '\r':
    case 0xa0:
    case 0x3000:
      return ' ';
    case 0x201c:
    case 0x201d:
    case 0x201e:
      return '"';
    case 0x2212:
      return '-';
    default:
      return c;
  }
}

}  // namespace

Letter letter_at(std::string_view utf8, std::size_t at) {
  if (at >= utf8.size()) return {};
  const auto byte = [&](std::size_t i) -> char32_t {
    return at + i < utf8.size() ? static_cast<unsigned char>(utf8[at + i]) : 0U;
  };
  const char32_t first = byte(0);
  Letter out{first, 0, 1};
  if (first >= 0xf0)
    out = {(first & 7U) << 18 | (byte(1) & 63U) << 12 | (byte(2) & 63U) << 6 | (byte(3) & 63U), 0, 4};
  else if (first >= 0xe0)
    out = {(first & 15U) << 12 | (byte(1) & 63U) << 6 | (byte(2) & 63U), 0, 3};
  else if (first >= 0xc0)
    out = {(first & 31U) << 6 | (byte(1) & 63U), 0, 2};
  out.plain = plain_form(out.c);
  return out;
}

std::u32string letters(std::string_view utf8) {
  std::u32string out;
  out.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const auto letter = letter_at(utf8, at);
    out += letter.c;
    at += letter.bytes;
  }
  return out;
}

std::string narrow(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const auto letter = letter_at(utf8, at);
    if (letter.c == 0x301c || letter.c == 0xff5e)
      out += "..";
    else if (letter.plain < 0x80 && letter.c != 0)
      out += static_cast<char>(letter.plain);
    else
      out += utf8.substr(at, letter.bytes);
    at += letter.bytes;
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

}  // namespace yagura::eventstore
