// Splits the text of a MIB file into tokens.
//
// Purpose: the ASN.1 subset that SMIv1 (RFC 1155, 1212, 1215) and SMIv2 (RFC 2578–2580) use, read as vendors
//          really write it: underscores in names, any line ends, control characters between words.
// Limits:  a comment runs from "--" to the end of its line. ASN.1 also ends it at a second "--"; real files
//          use rows of dashes far more often than they put code behind a comment.
// Errors:  monitor.mib_string_open (a quotation mark is never closed), monitor.mib_character.
// Threads: values. Lifetime: tokens point into the text they were made from.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::monitor::mib {

enum class TokenKind : std::uint8_t { word, number, string, literal, symbol, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::uint32_t line = 1;
  // word: the name; number: digits with an optional minus; string: what stands between the quotation
  // marks; literal: '0A'H with its quotes; symbol: one of { } ( ) [ ] , ; | . .. ::= < > or another sign.
  std::string_view text;
  [[nodiscard]] bool is(std::string_view expected) const {
    return (kind == TokenKind::word || kind == TokenKind::symbol) && text == expected;
  }
};

// Always ends with a token of kind end. An error carries the argument "line".
Result<std::vector<Token>> tokenize(std::string_view text);

}  // namespace yagura::monitor::mib
