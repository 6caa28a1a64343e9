#include "eventstore/kind.hpp"

#include <algorithm>
#include <set>

#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::eventstore {

std::span<const std::pair<std::string_view, FieldType>> enum_names(FieldType) {
  static constexpr std::pair<std::string_view, FieldType> names[] = {{"entity", FieldType::entity},
                                                                     {"category", FieldType::category},
                                                                     {"text", FieldType::text},
                                                                     {"number", FieldType::number}};
  return names;
}

template <class V>
void shape(V& v, Field& f) {
  v.required("name", f.name);
  v.required("type", f.type);
  v.required("ja", f.ja);
  v.required("en", f.en);
  v.optional("aliases", f.aliases);
}

template <class V>
void shape(V& v, Kind& k) {
  v.required("kind", k.kind);
  v.required("ja", k.ja);
  v.required("en", k.en);
  v.required("source", k.source);
  v.optional("count_by", k.count_by);
  v.optional("context", k.context);
  v.required("fields", k.fields);
}

std::optional<std::size_t> Kind::index_of(std::string_view field) const {
  const auto found = std::ranges::find(fields, field, &Field::name);
  if (found == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields.begin());
}

namespace {

// Names become parts of file names, columns of ClickHouse and words of the query language.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 40 && name.front() >= 'a' && name.front() <= 'z' &&
         std::ranges::all_of(
             name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

Result<void> check(const Kind& kind) {
  const auto bad = [&](std::string reason) {
    return fail("eventstore.kind_invalid", {{"kind", kind.kind}, {"reason", std::move(reason)}});
  };
  if (!is_name(kind.kind)) return bad("name " + kind.kind);
  if (kind.fields.size() > 64) return bad("more than 64 fields");
  std::set<std::string_view> words{"time", "from", "to", "contract", "kind", "sort", "limit"};
  for (const auto& field : kind.fields) {
    if (!is_name(field.name)) return bad("field " + field.name);
    if (!words.insert(field.name).second) return bad("field " + field.name + " twice, or reserved");
  }
  for (const auto& field : kind.fields)
    for (const auto& alias : field.aliases)
      if (kind.index_of(alias) && alias != field.name) return bad("alias " + alias + " is a field");
  const auto source = kind.index_of(kind.source);
  if (!source || kind.fields[*source].type != FieldType::entity) return bad("source is not an entity");
  if (kind.count_by.size() > 2) return bad("count_by of more than two");
  for (const auto& name : kind.count_by) {
    const auto at = kind.index_of(name);
    if (!at || kind.fields[*at].type != FieldType::category)
      return bad("count_by " + name + " is no category");
  }
  if (!kind.context.empty()) {
    const auto at = kind.index_of(kind.context);
    if (!at || kind.fields[*at].type != FieldType::category) return bad("context is no category");
  }
  return {};
}

}  // namespace

Result<Kind> read_kind(const std::filesystem::path& file) {
  YAGURA_TRY(const auto value, schema::read_yaml(file));
  YAGURA_TRY(auto kind, schema::read<Kind>(value));
  YAGURA_CHECK(check(kind));
  return kind;
}

Result<Kinds> read_kinds(const std::filesystem::path& folder) {
  std::error_code failed;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  if (failed) return fail("schema.file_unreadable", {{"file", folder.string()}});
  Kinds out;
  for (const auto& file : files) {
    YAGURA_TRY(auto kind, read_kind(file));
    if (kind.kind != file.stem())
      return fail("eventstore.kind_invalid",
                  {{"kind", kind.kind}, {"reason", "the file is " + file.string()}});
    auto name = kind.kind;
    out.emplace(std::move(name), std::move(kind));
  }
  return out;
}

}  // namespace yagura::eventstore
