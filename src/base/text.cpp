#include "base/text.hpp"

#include <iconv.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace yagura {

namespace {

struct Variant {
  char32_t written;
  char32_t usual;
};

// Variant kanji met in Japanese names and the form people type for them. Sorted by `written`.
constexpr std::array variants = {
    Variant{0x5ee3, 0x5e83},   // 廣 広
    Variant{0x6fa4, 0x6ca2},   // 澤 沢
    Variant{0x6ff1, 0x6d5c},   // 濱 浜
    Variant{0x7028, 0x702c},   // 瀨 瀬
    Variant{0x771e, 0x771f},   // 眞 真
    Variant{0x9089, 0x8fba},   // 邉 辺
    Variant{0x908a, 0x8fba},   // 邊 辺
    Variant{0x9ad9, 0x9ad8},   // 髙 高
    Variant{0x9f4a, 0x658e},   // 齊 斎
    Variant{0x9f4b, 0x658e},   // 齋 斎
    Variant{0xfa11, 0x5d0e},   // 﨑 崎
    Variant{0x20bb7, 0x5409},  // 𠮷 吉
};

char32_t usual_form(char32_t c) {
  const auto found = std::lower_bound(variants.begin(), variants.end(), c,
                                      [](const Variant& v, char32_t wanted) { return v.written < wanted; });
  return found != variants.end() && found->written == c ? found->usual : c;
}

void append_utf8(std::string& out, char32_t c) {
  std::array<utf8proc_uint8_t, 4> buffer{};
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), buffer.data());
  out.append(reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(length));
}

// Calls use(code point) for each character, skipping bytes that are not UTF-8.
template <class F>
void for_each_character(std::string_view utf8, F&& use) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
  auto left = static_cast<utf8proc_ssize_t>(utf8.size());
  while (left > 0) {
    utf8proc_int32_t c = -1;
    const auto length = utf8proc_iterate(at, left, &c);
    const auto step = length > 0 ? length : 1;
    if (length > 0) use(static_cast<char32_t>(c));
    at += step;
    left -= step;
  }
}

Result<std::string> convert(std::string_view bytes, const char* to, const char* from) {
  const auto bad = [&] { return fail("base.text_invalid", {{"encoding", from}, {"target", to}}); };
  iconv_t state = iconv_open(to, from);
  YAGURA_ASSERT(state != reinterpret_cast<iconv_t>(-1));
  std::string out(bytes.size() * 4 + 4, '\0');
  char* in_at = const_cast<char*>(bytes.data());
  std::size_t in_left = bytes.size();
  char* out_at = out.data();
  std::size_t out_left = out.size();
  const auto converted = iconv(state, &in_at, &in_left, &out_at, &out_left);
  iconv_close(state);
  if (converted == static_cast<std::size_t>(-1) || in_left != 0) return bad();
  out.resize(out.size() - out_left);
  return out;
}

}  // namespace

std::string fold_for_search(std::string_view utf8) {
  std::string valid;
  valid.reserve(utf8.size());
  bool ascii = true;
  for_each_character(utf8, [&](char32_t c) {
    if (c == 0) return;
    ascii = ascii && c < 0x80;
    append_utf8(valid, c);
  });
  if (ascii) {
    std::ranges::transform(valid, valid.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return valid;
  }
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                                      UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(valid.data()),
                                   static_cast<utf8proc_ssize_t>(valid.size()), &mapped, options);
  if (length < 0) return valid;
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  std::string out;
  out.reserve(static_cast<std::size_t>(length));
  for_each_character({reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length)},
                     [&](char32_t c) {
                       if (c >= 0x3041 && c <= 0x3096) c += 0x60;  // hiragana to katakana
                       append_utf8(out, usual_form(c));
                     });
  return out;
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }));
}

bool is_utf8(std::string_view bytes) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(bytes.data());
  auto left = static_cast<utf8proc_ssize_t>(bytes.size());
  while (left > 0) {
    utf8proc_int32_t c = -1;
    const auto length = utf8proc_iterate(at, left, &c);
    if (length <= 0) return false;
    at += length;
    left -= length;
  }
  return true;
}

Result<std::string> from_cp932(std::string_view bytes) { return convert(bytes, "UTF-8", "CP932"); }
Result<std::string> to_cp932(std::string_view utf8) { return convert(utf8, "CP932", "UTF-8"); }

std::string_view trim(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  for (auto at = text.find(separator); at != std::string_view::npos; at = text.find(separator, from)) {
    parts.push_back(text.substr(from, at - from));
    from = at + 1;
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::size_t columns(std::string_view utf8) {
  std::size_t count = 0;
  for_each_character(utf8, [&](char32_t c) {
    count += static_cast<std::size_t>(std::max(0, utf8proc_charwidth(static_cast<utf8proc_int32_t>(c))));
  });
  return count;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const unsigned char c : bytes) {
    out += digits[c >> 4];
    out += digits[c & 15];
  }
  return out;
}

Result<std::string> from_hex(std::string_view text) {
  const auto value = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  if (text.size() % 2 != 0) return fail("base.hex_invalid");
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = value(text[i]), low = value(text[i + 1]);
    if (high < 0 || low < 0) return fail("base.hex_invalid");
    out += static_cast<char>(high << 4 | low);
  }
  return out;
}

}  // namespace yagura
