#include "monitor/mib/lexer.hpp"

#include <algorithm>
#include <string>

namespace yagura::monitor::mib {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    // A byte order mark, as Windows editors leave it.
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
    std::vector<Token> tokens;
    tokens.reserve(text_.size() / 8 + 1);
    for (;;) {
      skip_blank();
      if (at_ == text_.size()) break;
      YAGURA_TRY(auto token, next());
      tokens.push_back(token);
    }
    tokens.push_back({TokenKind::end, line_, {}});
    return tokens;
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void skip_blank() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        ++at_;
      } else if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') {
        ++at_;
      } else if (c == '-' && peek(1) == '-') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return;
      }
    }
  }

  Token take(TokenKind kind, std::size_t length) {
    const Token token{kind, line_, text_.substr(at_, length)};
    at_ += length;
    return token;
  }

  Result<Token> next() {
    const char c = text_[at_];
    if (is_letter(c)) return take(TokenKind::word, word_length());
    if (is_digit(c) || (c == '-' && is_digit(peek(1)))) return number();
    if (c == '"') return string();
    if (c == '\'') return literal();
    if (text_.substr(at_).starts_with("::=")) return take(TokenKind::symbol, 3);
    if (c == '.' && peek(1) == '.') return take(TokenKind::symbol, 2);
    if (static_cast<unsigned char>(c) < 0x80) return take(TokenKind::symbol, 1);
    return fail("monitor.mib_character", {{"line", std::to_string(line_)}});
  }

  [[nodiscard]] std::size_t word_length() const {
    std::size_t length = 1;
    while (is_word(peek(length)) && !(peek(length) == '-' && peek(length + 1) == '-')) ++length;
    return length;
  }

  // Names that begin with a digit are wrong, yet stand in real files: 3comPorts.
  Token number() {
    std::size_t length = 1;
    while (is_digit(peek(length))) ++length;
    if (is_letter(peek(length)) && text_[at_] != '-') return take(TokenKind::word, word_length());
    return take(TokenKind::number, length);
  }

  Result<Token> string() {
    const auto opened = line_;
    const auto start = ++at_;
    for (;;) {
      const auto close = text_.find('"', at_);
      if (close == std::string_view::npos)
        return fail("monitor.mib_string_open", {{"line", std::to_string(opened)}});
      at_ = close + 1;
      if (peek() != '"') break;
      ++at_;  // "" inside a string stands for one quotation mark
    }
    const auto inside = text_.substr(start, at_ - 1 - start);
    line_ += static_cast<std::uint32_t>(std::ranges::count(inside, '\n'));
    return Token{TokenKind::string, opened, inside};
  }

  // 'A0'H or '01'B; a lone quotation mark is a symbol that the parser will refuse where it matters.
  Token literal() {
    std::size_t length = 1;
    while (is_word(peek(length)) || peek(length) == ' ') ++length;
    const char base = static_cast<char>(peek(length + 1) | 0x20);
    if (peek(length) != '\'' || (base != 'h' && base != 'b')) return take(TokenKind::symbol, 1);
    return take(TokenKind::literal, length + 2);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view text) { return Lexer(text).run(); }

}  // namespace yagura::monitor::mib
