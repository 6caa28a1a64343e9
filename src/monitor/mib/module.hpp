// What one MIB module says, before names are resolved to numbers.
//
// Threads: values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace yagura::monitor::mib {

// The named numbers of INTEGER { up(1), down(2) } or BITS { … }.
using Enumeration = std::vector<std::pair<std::int64_t, std::string>>;

// A SYNTAX clause: the type it names ("INTEGER", "OCTET STRING", "DisplayString", "SEQUENCE OF IfEntry").
struct Syntax {
  std::string type;
  Enumeration values;
};

enum class SymbolKind : std::uint8_t { node, module_identity, object, notification, trap, group };

// One element of { iso org(3) 6 }: a name, a number, or both.
struct OidPart {
  std::string name;
  bool has_number = false;
  std::uint32_t number = 0;
};

struct Symbol {
  std::string name;
  SymbolKind kind = SymbolKind::node;
  std::uint32_t line = 0;
  std::vector<OidPart> value;        // { parent … n }; for a trap its ENTERPRISE
  std::uint32_t trap_number = 0;     // TRAP-TYPE ::= n
  Syntax syntax;                     // objects
  std::vector<std::string> objects;  // OBJECTS of a notification, VARIABLES of a trap
  std::string description;
};

struct TypeDefinition {
  std::string name;
  std::uint32_t line = 0;
  bool textual_convention = false;
  Syntax syntax;
  std::string display_hint;
};

struct Import {
  std::string name;
  std::string module;
  std::uint32_t line = 0;
};

struct Module {
  std::string name;
  std::string file;
  std::uint32_t line = 0;
  std::vector<Import> imports;
  std::vector<Symbol> symbols;
  std::vector<TypeDefinition> types;
};

// A fault found in a file. The error's arguments hold "file" and "line" too, so that its words (in
// share/errors) can name them; do_ja and do_en say what to do.
struct Fault {
  std::string file;
  std::uint32_t line = 0;
  bool fatal = false;  // the file, or the symbol named, is left out; otherwise only a remark
  Error error;
};

}  // namespace yagura::monitor::mib
