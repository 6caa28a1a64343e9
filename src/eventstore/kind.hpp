// Kinds of events: which columns an operation log, a syslog line or a firewall's record has.
//
// Purpose: a kind is one file share/events/<kind>.yaml. Fields are only ever added, at the end: what was
//          written before has them empty, and nothing is rewritten.
// Not for: kinds of journal entries (journal) or of alerts (monitor).
// Errors:  eventstore.kind_invalid (kind, reason), those of schema.
// Threads: values; a Kind is never changed once the store knows it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace yagura::eventstore {

// entity   names of things of which one is looked up among many: a PC, a person, a serial, an address
// category few different values, counted and offered as facets: section, action, severity
// text     free text, found by fragments: titles, paths, addresses of pages, messages
// number   a whole number, 64 bits with sign
enum class FieldType : std::uint8_t { entity, category, text, number };
std::span<const std::pair<std::string_view, FieldType>> enum_names(FieldType);

struct Field {
  std::string name;
  FieldType type = FieldType::text;
  std::string ja, en;
  std::vector<std::string> aliases;  // other words by which people ask for it: 利用者, who
};

struct Kind {
  std::string kind;
  std::string ja, en;
  std::string source;                 // the entity whose events stand together on disk: pc, device
  std::vector<std::string> count_by;  // up to two categories whose counts by the hour are kept
  std::vector<Field> fields;
  std::string context{};  // the category that tells most about the other fields: action

  // By name, not by alias.
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view field) const;
};

using Kinds = std::map<std::string, Kind, std::less<>>;

Result<Kind> read_kind(const std::filesystem::path& file);
Result<Kinds> read_kinds(const std::filesystem::path& folder);

}  // namespace yagura::eventstore
