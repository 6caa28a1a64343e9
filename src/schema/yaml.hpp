// YAML 1.2 (core schema) to Value, for files that people write: packs, catalogues, profiles.
//
// What it refuses, because it hides meaning or is a weapon: anchors and aliases, tags, duplicate keys,
// several documents, more than 32 levels, 200,000 nodes or max_bytes.
// yes/no/on/off are text, as in YAML 1.2.
// Errors:  schema.yaml_invalid (line, reason), schema.too_large, schema.file_unreadable (file).
// Threads: pure functions.
#pragma once

#include <filesystem>
#include <string_view>

#include "schema/value.hpp"

namespace yagura::schema {

Result<Value> parse_yaml(std::string_view text, std::size_t max_bytes = 4U << 20);
// Errors carry the file's path besides.
Result<Value> read_yaml(const std::filesystem::path& file);
// The whole file as bytes. Errors: schema.file_unreadable, schema.too_large.
Result<std::string> read_file(const std::filesystem::path& file, std::size_t max_bytes = 64U << 20);

}  // namespace yagura::schema
