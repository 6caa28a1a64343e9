#include "monitor/remote_log/output_text.hpp"

#include <string.h>

#include <algorithm>
#include <cstdint>

#include "base/text.hpp"

namespace yagura::monitor::remote_log {
namespace {

constexpr char32_t replacement = 0xFFFD;

// The length of the UTF-8 character that begins at `at`, or 0; code gets its number.
std::size_t decode(std::string_view text, std::size_t at, char32_t& code) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) {
    code = first;
    return 1;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return 0;
  code = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte(at + i) & 0x3F);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return 0;
  return length;
}

void append(std::string& out, char32_t code) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

std::u32string characters(std::string_view line) {
  std::string converted;
  if (!is_utf8(line)) {
    if (auto japanese = from_cp932(line)) {
      converted = *std::move(japanese);
      line = converted;
    }
  }
  std::u32string out;
  out.reserve(line.size());
  for (std::size_t at = 0; at < line.size();) {
    char32_t code = 0;
    const std::size_t length = decode(line, at, code);
    out += length == 0 ? replacement : code;
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

// One line of a screen: what is written, and where the next character goes.
class Line {
 public:
  void put(char32_t code) {
    if (column_ < text_.size())
      text_[column_] = code;
    else
      text_ += code;
    ++column_;
  }
  void back(std::size_t by) { column_ -= std::min(by, column_); }
  void home() { column_ = 0; }
  void forward(std::size_t by) { column_ = std::min(column_ + std::min(by, text_.size()), text_.size()); }
  void column(std::size_t at) { column_ = std::min(at, text_.size()); }
  void erase(std::size_t how) {
    if (how == 0) text_.resize(column_);
    if (how == 1) std::fill_n(text_.begin(), std::min(column_ + 1, text_.size()), U' ');
    if (how == 2) std::fill(text_.begin(), text_.end(), U' ');
  }
  void write(std::string& out) {
    while (!text_.empty() && (text_.back() == U' ' || text_.back() == U'\t')) text_.pop_back();
    for (const char32_t code : text_) append(out, code);
  }

 private:
  std::u32string text_;
  std::size_t column_ = 0;
};

void csi(Line& line, std::size_t number, bool given, char32_t final) {
  const std::size_t by = given ? std::max<std::size_t>(number, 1) : 1;
  if (final == U'D') line.back(by);
  if (final == U'C') line.forward(by);
  if (final == U'G') line.column(by - 1);
  if (final == U'K') line.erase(given ? number : 0);
}

// Reads the sequence whose introducer ends before `at`; returns where the text goes on.
std::size_t control_sequence(std::u32string_view in, std::size_t at, Line& line) {
  std::size_t number = 0;
  bool given = false, first = true;
  for (; at < in.size(); ++at) {
    const char32_t c = in[at];
    if (c >= U'0' && c <= U'9') {
      if (first) number = std::min<std::size_t>(number * 10 + (c - U'0'), 100'000);
      given |= first;
    } else if (c >= 0x40 && c <= 0x7E) {
      csi(line, number, given, c);
      return at + 1;
    } else if (c < 0x20 || c > 0x7E) {
      return at;  // broken off: what follows is text
    } else {
      first = false;
    }
  }
  return at;
}

// Operating system command, device control and their like: until BEL or ST.
std::size_t control_string(std::u32string_view in, std::size_t at) {
  for (; at < in.size(); ++at) {
    if (in[at] == 0x07 || in[at] == 0x9C) return at + 1;
    if (in[at] == 0x1B && at + 1 < in.size() && in[at + 1] == U'\\') return at + 2;
  }
  return at;
}

std::size_t escape(std::u32string_view in, std::size_t at, Line& line) {
  if (at >= in.size()) return at;
  const char32_t c = in[at];
  if (c == U'[') return control_sequence(in, at + 1, line);
  if (c == U']' || c == U'P' || c == U'X' || c == U'^' || c == U'_') return control_string(in, at + 1);
  while (at < in.size() && in[at] >= 0x20 && in[at] <= 0x2F) ++at;  // intermediates, as in ESC ( B
  if (at < in.size() && in[at] >= 0x30 && in[at] <= 0x7E) ++at;
  return at;
}

void clean_line(std::string_view bytes, std::string& out) {
  const std::u32string in = characters(bytes);
  Line line;
  for (std::size_t at = 0; at < in.size();) {
    const char32_t c = in[at++];
    if (c == 0x1B) {
      at = escape(in, at, line);
    } else if (c == 0x9B) {
      at = control_sequence(in, at, line);
    } else if (c == U'\b') {
      line.back(1);
    } else if (c == U'\r') {
      line.home();
    } else if (c == U'\t' || (c >= 0x20 && c != 0x7F && !(c >= 0x80 && c < 0xA0))) {
      line.put(c);
    }
  }
  line.write(out);
}

}  // namespace

std::string clean_output(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    clean_line(bytes.substr(0, end), out);
    if (end == std::string_view::npos) break;
    out += '\n';
    bytes.remove_prefix(end + 1);
  }
  return out;
}

void shorten(std::string& utf8, std::size_t most) {
  if (utf8.size() <= most) return;
  while (most > 0 && (static_cast<unsigned char>(utf8[most]) & 0xC0) == 0x80) --most;
  utf8.resize(most);
}

void Mask::add(std::string_view secret) {
  const auto keep = [&](std::string_view text) {
    if (text.empty()) return;
    secrets_.emplace_back(text);
    // What a device echoes comes back cleaned, in whatever form that gives.
    if (std::string cleaned = clean_output(text); !cleaned.empty() && cleaned != text)
      secrets_.push_back(std::move(cleaned));
  };
  if (secret.find('\n') == std::string_view::npos) {
    keep(secret);
  } else {
    for (const std::string_view line : split(secret, '\n'))
      if (trim(line).size() >= 16 && !trim(line).starts_with("-----")) keep(trim(line));
  }
  std::ranges::sort(secrets_, std::greater{}, &std::string::size);
}

void Mask::apply(std::string& text, bool at_cut) const {
  if (at_cut)
    for (const std::string& secret : secrets_)
      for (std::size_t part = std::min(secret.size() - 1, text.size()); part > 0; --part)
        if (text.ends_with(std::string_view(secret).substr(0, part))) {
          text.resize(text.size() - part);
          break;
        }
  for (const std::string& secret : secrets_) {
    if (text.find(secret) == std::string::npos) continue;
    std::string out;
    std::size_t from = 0;
    for (std::size_t at; (at = text.find(secret, from)) != std::string::npos; from = at + secret.size())
      out.append(text, from, at - from).append("****");
    text = out.append(text, from);
  }
}

Mask::~Mask() {
  for (std::string& secret : secrets_) ::explicit_bzero(secret.data(), secret.size());
}

std::string safe_text(std::string_view bytes, const Mask& mask, std::size_t most, bool at_cut) {
  std::string raw(bytes);
  mask.apply(raw, at_cut);
  std::string out = clean_output(raw);
  mask.apply(out, at_cut);
  if (out.size() > most) {
    shorten(out, most);
    mask.apply(out, true);
    shorten(out, most);  // the stars may be longer than a short secret
  }
  return out;
}

}  // namespace yagura::monitor::remote_log
