#include "monitor/mib/parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "monitor/mib/lexer.hpp"

namespace yagura::monitor::mib {
namespace {

constexpr std::array kMacros = {
    std::pair{std::string_view{"OBJECT-TYPE"}, SymbolKind::object},
    std::pair{std::string_view{"NOTIFICATION-TYPE"}, SymbolKind::notification},
    std::pair{std::string_view{"TRAP-TYPE"}, SymbolKind::trap},
    std::pair{std::string_view{"MODULE-IDENTITY"}, SymbolKind::module_identity},
    std::pair{std::string_view{"OBJECT-IDENTITY"}, SymbolKind::node},
    std::pair{std::string_view{"OBJECT-GROUP"}, SymbolKind::group},
    std::pair{std::string_view{"NOTIFICATION-GROUP"}, SymbolKind::group},
    std::pair{std::string_view{"MODULE-COMPLIANCE"}, SymbolKind::group},
    std::pair{std::string_view{"AGENT-CAPABILITIES"}, SymbolKind::group},
};

std::optional<SymbolKind> macro_of(const Token& token) {
  if (token.kind != TokenKind::word) return std::nullopt;
  for (const auto& [name, kind] : kMacros)
    if (name == token.text) return kind;
  return std::nullopt;
}

template <class Number>
std::optional<Number> to_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, const std::string& file) : tokens_(std::move(tokens)), file_(file) {}

  Parsed run() {
    while (here().kind != TokenKind::end) {
      if (!module()) break;
    }
    if (parsed_.modules.empty() && parsed_.faults.empty()) fault("monitor.mib_no_module", {});
    return std::move(parsed_);
  }

 private:
  [[nodiscard]] const Token& here(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  void advance(std::size_t by = 1) { at_ = std::min(at_ + by, tokens_.size() - 1); }
  bool accept(std::string_view text) {
    if (!here().is(text)) return false;
    advance();
    return true;
  }

  void fault(std::string code, ErrorArgs args, bool fatal = true, std::uint32_t line = 0) {
    if (line == 0) line = here().line;
    args.insert(args.begin(), {{"file", file_}, {"line", std::to_string(line)}});
    parsed_.faults.push_back({file_, line, fatal, Error{std::move(code), std::move(args)}});
  }
  bool expected(std::string what) {
    const auto& found = here();
    fault("monitor.mib_expected",
          {{"expected", std::move(what)},
           {"found", found.kind == TokenKind::end ? "end of file" : std::string(found.text.substr(0, 40))}});
    return false;
  }
  bool expect(std::string_view text) { return accept(text) || expected(std::string(text)); }

  // NAME [{ oid }] DEFINITIONS [… TAGS] ::= BEGIN … END
  bool module() {
    if (here().kind != TokenKind::word) return expected("a module name");
    Module module;
    module.name = here().text;
    module.file = file_;
    module.line = here().line;
    advance();
    if (here().is("{") && !skip_balanced()) return false;
    if (!accept("DEFINITIONS")) {
      fault("monitor.mib_no_module", {});
      return false;
    }
    while (here().kind == TokenKind::word && !here().is("BEGIN")) advance();
    if (!expect("::=") || !expect("BEGIN")) return false;
    module_ = &module;
    body();
    module_ = nullptr;
    parsed_.modules.push_back(std::move(module));
    return true;
  }

  void body() {
    while (here().kind != TokenKind::end) {
      if (accept("END")) return;
      const auto start = at_;
      if (!statement()) recover(start);
    }
    fault("monitor.mib_no_end", {}, false);
  }

  bool statement() {
    if (accept(";")) return true;
    if (here().is("IMPORTS")) return imports();
    if (here().is("EXPORTS")) return skip_until(";");
    if (here().kind != TokenKind::word) return expected("the name of a definition");
    if (here(1).is("::=")) return type();
    if (here(1).is("MACRO")) return skip_until("END");
    if (here(1).is("OBJECT") && here(2).is("IDENTIFIER")) return node();
    if (const auto kind = macro_of(here(1))) return macro(*kind);
    advance();
    return expected("::=, OBJECT IDENTIFIER or a macro such as OBJECT-TYPE");
  }

  // Goes on where the next definition seems to begin.
  void recover(std::size_t start) {
    if (at_ <= start) at_ = start + 1;
    for (; here().kind != TokenKind::end; advance()) {
      if (here().is("END")) return;
      if (here().kind != TokenKind::word) continue;
      if (macro_of(here(1)) || here(1).is("::=")) return;
      if (here(1).is("OBJECT") && here(2).is("IDENTIFIER") && here(3).is("::=")) return;
    }
  }

  bool skip_until(std::string_view text) {
    for (; here().kind != TokenKind::end; advance())
      if (accept(text)) return true;
    return expected(std::string(text));
  }

  bool skip_balanced() {
    const auto opened = here().line;
    for (int depth = 0; here().kind != TokenKind::end; advance()) {
      const auto& text = here();
      if (text.is("{") || text.is("(") || text.is("[")) ++depth;
      if ((text.is("}") || text.is(")") || text.is("]")) && --depth <= 0) {
        advance();
        return true;
      }
    }
    fault("monitor.mib_brace_open", {}, true, opened);
    return false;
  }

  // IMPORTS a, b FROM M c FROM N;
  bool imports() {
    advance();
    std::vector<Import> pending;
    while (!accept(";")) {
      if (here().kind != TokenKind::word) return expected("a name or ; in IMPORTS");
      if (accept("FROM")) {
        if (here().kind != TokenKind::word) return expected("a module name after FROM");
        for (auto& import : pending) {
          import.module = here().text;
          module_->imports.push_back(std::move(import));
        }
        pending.clear();
        advance();
        if (here().is("{") && !skip_balanced()) return false;
        continue;
      }
      pending.push_back({std::string(here().text), {}, here().line});
      advance();
      accept(",");
    }
    return pending.empty() || expected("FROM");
  }

  bool node() {
    Symbol symbol;
    symbol.name = here().text;
    symbol.line = here().line;
    advance(3);
    if (!expect("::=") || !oid_value(symbol.value)) return false;
    module_->symbols.push_back(std::move(symbol));
    return true;
  }

  bool macro(SymbolKind kind) {
    Symbol symbol;
    symbol.name = here().text;
    symbol.kind = kind;
    symbol.line = here().line;
    advance(2);
    while (!accept("::="))
      if (!clause(symbol)) return false;
    if (kind == SymbolKind::trap && here().kind == TokenKind::number) {
      const auto number = to_number<std::uint32_t>(here().text);
      if (!number) return expected("a number of a trap");
      symbol.trap_number = *number;
      advance();
    } else {
      if (kind == SymbolKind::trap) symbol.kind = SymbolKind::notification;
      if (!oid_value(symbol.value)) return false;
    }
    module_->symbols.push_back(std::move(symbol));
    return true;
  }

  // One clause of a macro, or one token that says nothing to us.
  bool clause(Symbol& symbol) {
    if (here().kind == TokenKind::end) return expected("::=");
    if (here().is("END") || macro_of(here(1))) return expected("::=");
    const bool grouped = symbol.kind == SymbolKind::group;
    if (here().is("{")) return skip_balanced();
    if (accept("SYNTAX")) {
      Syntax ignored;
      return syntax(grouped ? ignored : symbol.syntax);
    }
    if (accept("DESCRIPTION") && here().kind == TokenKind::string) {
      if (symbol.description.empty()) symbol.description = here().text;
    } else if (!grouped && (here().is("OBJECTS") || here().is("VARIABLES")) && here(1).is("{")) {
      advance();
      return names(symbol.objects);
    } else if (symbol.kind == SymbolKind::trap && accept("ENTERPRISE")) {
      if (here().is("{")) return oid_value(symbol.value);
      if (here().kind != TokenKind::word) return expected("a name after ENTERPRISE");
      symbol.value = {OidPart{std::string(here().text), false, 0}};
    }
    advance();
    return true;
  }

  bool names(std::vector<std::string>& into) {
    advance();
    while (!accept("}")) {
      if (accept(",")) continue;
      if (here().kind != TokenKind::word) return expected("a name or }");
      const bool qualified = here(1).is(".");  // MODULE.name
      if (qualified) advance(2);
      into.emplace_back(here().text);
      advance();
    }
    return true;
  }

  // { parent sub(3) 6 }
  bool oid_value(std::vector<OidPart>& parts) {
    if (!expect("{")) return false;
    while (!accept("}")) {
      OidPart part;
      if (here().kind == TokenKind::word) {
        part.name = here().text;
        advance();
        if (accept("(")) {
          if (!sub_identifier(part) || !expect(")")) return false;
        } else if (here().is(".")) {  // MODULE.name
          advance();
          if (here().kind != TokenKind::word) return expected("a name after the module's");
          part.name = here().text;
          advance();
        }
      } else if (!sub_identifier(part)) {
        return false;
      }
      parts.push_back(std::move(part));
      if (parts.size() > 128) return expected("} (an identifier has at most 128 parts)");
      accept(",");
    }
    return !parts.empty() || expected("a name or a number between { and }");
  }

  bool sub_identifier(OidPart& part) {
    const auto number =
        here().kind == TokenKind::number ? to_number<std::uint32_t>(here().text) : std::nullopt;
    if (!number) return expected("a number from 0 to 4294967295");
    part.has_number = true;
    part.number = *number;
    advance();
    return true;
  }

  bool type() {
    TypeDefinition type;
    type.name = here().text;
    type.line = here().line;
    advance(2);
    if (accept("TEXTUAL-CONVENTION")) {
      type.textual_convention = true;
      while (!accept("SYNTAX")) {
        if (here().kind == TokenKind::end || here().is("END") || here().is("::=")) return expected("SYNTAX");
        const bool hint = here().is("DISPLAY-HINT");
        advance();
        if (hint && here().kind == TokenKind::string) type.display_hint = here().text;
      }
    }
    if (!syntax(type.syntax)) return false;
    module_->types.push_back(std::move(type));
    return true;
  }

  bool syntax(Syntax& into) {
    if (here().is("[") && !skip_balanced()) return false;  // [APPLICATION 1]
    accept("IMPLICIT");
    accept("EXPLICIT");
    if (here().kind != TokenKind::word) return expected("a type");
    into.type = here().text;
    advance();
    if ((into.type == "OCTET" && accept("STRING")) || (into.type == "BIT" && accept("STRING")))
      into.type += " STRING";
    else if (into.type == "OBJECT" && accept("IDENTIFIER"))
      into.type += " IDENTIFIER";
    else if ((into.type == "SEQUENCE" || into.type == "SET") && here().is("OF"))
      return sequence_of(into);
    else if (accept("."))  // MODULE.Type
      if (here().kind == TokenKind::word) into.type = here().text, advance();
    if (here().is("{")) {
      const bool columns = into.type == "SEQUENCE" || into.type == "CHOICE" || into.type == "SET";
      if (!(columns ? skip_balanced() : enumeration(into.values))) return false;
    }
    if (here().is("(")) return skip_balanced();  // (SIZE (0..255)), (0..65535)
    return true;
  }

  bool sequence_of(Syntax& into) {
    advance();
    if (here().kind != TokenKind::word) return expected("a type after SEQUENCE OF");
    into.type = "SEQUENCE OF " + std::string(here().text);
    advance();
    return true;
  }

  // { up(1), down(2) }
  bool enumeration(Enumeration& values) {
    advance();
    while (!accept("}")) {
      if (accept(",")) continue;
      if (here().kind != TokenKind::word && here().kind != TokenKind::number) return expected("a label or }");
      std::string label(here().text);
      advance();
      if (!expect("(")) return false;
      const auto number =
          here().kind == TokenKind::number ? to_number<std::int64_t>(here().text) : std::nullopt;
      if (!number) return expected("a number in ( )");
      values.emplace_back(*number, std::move(label));
      advance();
      if (!expect(")")) return false;
    }
    return true;
  }

  std::vector<Token> tokens_;
  const std::string& file_;
  std::size_t at_ = 0;
  Module* module_ = nullptr;
  Parsed parsed_;
};

}  // namespace

Parsed parse_modules(std::string_view text, const std::string& file) {
  auto tokens = tokenize(text);
  if (!tokens) {
    auto error = std::move(tokens).error();
    const auto line = to_number<std::uint32_t>(error.arg("line")).value_or(1);
    error.args.insert(error.args.begin(), {"file", file});
    return {{}, {Fault{file, line, true, std::move(error)}}};
  }
  return Parser(std::move(*tokens), file).run();
}

}  // namespace yagura::monitor::mib
