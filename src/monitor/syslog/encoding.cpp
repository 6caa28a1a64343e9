#include "monitor/syslog/encoding.hpp"

#include <iconv.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/result.hpp"
#include "base/text.hpp"

namespace yagura::monitor::syslog {
namespace {

bool is_ascii(std::string_view text) {
  std::size_t i = 0;
  std::uint64_t seen = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + i, 8);
    seen |= eight;
  }
  for (; i < text.size(); ++i) seen |= static_cast<std::uint8_t>(text[i]);
  return (seen & 0x8080808080808080U) == 0;
}

// Without a last character that has begun and is not whole.
std::string_view whole_characters(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<std::uint8_t>(text[text.size() - back]);
    if ((byte & 0xc0U) == 0x80U) continue;
    const std::size_t wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return wanted > back ? text.substr(0, text.size() - back) : text;
  }
  return text;
}

// One converter a thread and encoding: opening one reads files.
class Converter {
 public:
  explicit Converter(const char* from) : state_(::iconv_open("UTF-8", from)) {
    YAGURA_ASSERT(state_ != reinterpret_cast<iconv_t>(-1));
  }
  ~Converter() { ::iconv_close(state_); }
  Converter(const Converter&) = delete;

  std::optional<std::string> operator()(std::string_view bytes) {
    ::iconv(state_, nullptr, nullptr, nullptr, nullptr);
    std::string out(bytes.size() * 3 + 16, '\0');
    char* in_at = const_cast<char*>(bytes.data());  // iconv does not write there
    char* out_at = out.data();
    std::size_t in_left = bytes.size(), out_left = out.size();
    const auto done = ::iconv(state_, &in_at, &in_left, &out_at, &out_left);
    if (done == static_cast<std::size_t>(-1) || in_left != 0) return std::nullopt;
    out.resize(out.size() - out_left);
    return out;
  }

 private:
  iconv_t state_;
};

// Half-width kana (U+FF61 to U+FF9F), which hardly anybody writes on purpose.
std::size_t half_width(std::string_view utf8) {
  std::size_t count = 0;
  for (std::size_t i = 0; i + 2 < utf8.size(); ++i) {
    if (utf8[i] != '\xef') continue;
    const auto second = static_cast<std::uint8_t>(utf8[i + 1]),
               third = static_cast<std::uint8_t>(utf8[i + 2]);
    count += (second == 0xbd && third >= 0xa1) || (second == 0xbe && third <= 0x9f) ? 1 : 0;
  }
  return count;
}

// The converter takes lone bytes from 0x80 to 0xa0 for control characters; EUC-JP has none there but its two
// shifts.
bool may_be_euc_jp(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return byte < 0x80 || byte == 0x8e || byte == 0x8f || (byte >= 0xa1 && byte <= 0xfe);
  });
}

}  // namespace

std::span<const std::pair<std::string_view, Encoding>> enum_names(Encoding) {
  static constexpr std::pair<std::string_view, Encoding> names[] = {{"guessed", Encoding::guessed},
                                                                    {"utf-8", Encoding::utf8},
                                                                    {"shift_jis", Encoding::shift_jis},
                                                                    {"euc-jp", Encoding::euc_jp},
                                                                    {"unknown", Encoding::unknown}};
  return names;
}

std::string_view name_of(Encoding encoding) {
  for (const auto& [name, value] : enum_names(encoding))
    if (value == encoding) return name;
  return {};
}

std::pair<std::string_view, Encoding> as_utf8(std::string_view line, Encoding expected, std::string& held) {
  if (is_ascii(line)) return {line, Encoding::utf8};
  // Many lines of ordinary text are no good Shift_JIS or EUC-JP, but none of those is good UTF-8.
  if (is_utf8(whole_characters(line))) return {line, Encoding::utf8};
  thread_local Converter from_shift_jis("CP932"), from_euc_jp("EUC-JP-MS");
  std::optional<std::string> shift_jis, euc_jp;
  if (expected != Encoding::euc_jp) shift_jis = from_shift_jis(line);
  if (expected != Encoding::shift_jis && may_be_euc_jp(line)) euc_jp = from_euc_jp(line);
  if (euc_jp && (!shift_jis || half_width(*euc_jp) <= half_width(*shift_jis))) {
    held = std::move(*euc_jp);
    return {held, Encoding::euc_jp};
  }
  if (shift_jis) {
    held = std::move(*shift_jis);
    return {held, Encoding::shift_jis};
  }
  return {line, Encoding::unknown};
}

}  // namespace yagura::monitor::syslog
