// What a ledger is: one YAML file in share/ledgers says its fields; nothing else is needed to have it.
//
// Errors:  those of schema, with the file; ledger.definition_invalid.
// Threads: values, immutable after loading.
// Follows: requirement G1. share/ledgers/README.md tells how to add one.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "schema/value.hpp"

namespace yagura::ledger {

struct Words2 {
  std::string ja, en;
};

struct Choice {
  std::string id;
  Words2 name;
  bool by_request = false;  // no person enters it in a row: an approved request does
};

enum class Type : unsigned char {
  text,
  long_text,
  integer,
  number,
  boolean,
  date,
  time,
  choice,
  choices,
  reference,
  references,
  address,
  mac,
  mail,
  phone,
  url,
  attachment
};
std::span<const std::pair<std::string_view, Type>> enum_names(Type);
std::string_view name_of(Type type);

struct Field {
  std::string id;
  Words2 name;
  Type type = Type::text;
  bool required = false, unique = false, personal = false, in_list = false;
  std::string ledger;    // of a reference: the ledger it points to
  bool acyclic = false;  // of a reference to its own ledger: following it never leads back to the same row
  std::vector<Choice> choices;
  std::string choices_from;  // a list of the contract pack: "device_classes", "site_kinds"
  std::optional<Words2> help;
};

// Rows that no longer run out: a choice is one of these, or another field has been filled in.
struct DoneWhen {
  std::string field;
  std::vector<std::string> is;
  std::string filled;  // "" for none
};

// A ledger whose rows last: fields of days or times between which a row stands, for a chart over the year.
struct Timeline {
  std::string from, until;
  std::string done;   // the day it really ended; "" when the ledger does not say
  std::string group;  // rows of one choice stand together; "" for none
};

struct Definition {
  std::string id;
  Words2 name;
  std::string title;        // the field a row is called by
  std::string clause;       // of the specification, where a contract's own ledger names one
  std::string expires;      // the date by which a row runs out; "" when rows do not
  std::string warn_before;  // "30 d", as written
  int warn_days = 0;
  std::optional<DoneWhen> done_when;
  std::vector<Field> fields;
  std::optional<Timeline> timeline;

  [[nodiscard]] const Field* field(std::string_view id) const;
  [[nodiscard]] bool personal() const;
};

using Definitions = std::map<std::string, Definition, std::less<>>;
Result<Definitions> load_definitions(const std::filesystem::path& folder);
// With a contract's own: `own` is the list `ledgers` of its pack (null: none). One named as a shared ledger
// adds its fields to it, and they are never required: the rows that are there do not have them.
Result<Definitions> with_own(const Definitions& shared, const schema::Value& own);

// The choices a contract's pack gives under a name.
using ChoiceSource = std::function<std::vector<Choice>(std::string_view contract, std::string_view source)>;

}  // namespace yagura::ledger
