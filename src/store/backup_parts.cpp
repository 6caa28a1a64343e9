#include "store/backup_parts.hpp"

#include <cerrno>
#include <cstring>

#include "schema/json.hpp"
#include "schema/shape.hpp"

namespace yagura::store {

template <class V>
void shape(V& v, BackupColumn& c) {
  v.required("name", c.name);
  v.required("kind", c.kind);
}
template <class V>
void shape(V& v, BackupTable& t) {
  v.required("name", t.name);
  v.required("columns", t.columns);
  v.required("rows", t.rows);
  v.required("sha256", t.sha256);
}
template <class V>
void shape(V& v, BackupFile& f) {
  v.required("name", f.name);
  v.required("size", f.size);
  v.required("mode", f.mode);
  v.required("sha256", f.sha256);
}
template <class V>
void shape(V& v, BackupManifest& m) {
  v.required("format", m.format);
  v.required("made", m.made);
  v.required("backend", m.backend);
  v.required("keys", m.keys);
  v.required("versions", m.versions);
  v.required("tables", m.tables);
  v.required("files", m.files);
}

std::string manifest_text(const BackupManifest& manifest) {
  return schema::to_json(schema::write(manifest)) + "\n";
}

std::optional<std::string> read_manifest(std::string_view text, BackupManifest& out) {
  const auto value = schema::parse_json(text, largest_manifest);
  if (!value) return "manifest: " + value.error().text();
  std::vector<schema::Fault> faults;
  out = schema::read<BackupManifest>(*value, faults);
  if (!faults.empty()) return "manifest: " + faults.front().path;
  if (out.format != backup_format) return "format";
  return std::nullopt;
}

std::unexpected<Error> file_failed(const char* code, const std::filesystem::path& file, int error) {
  if (error == ENOSPC || error == EDQUOT || error == EFBIG)
    return fail("store.disk_full", {{"reason", std::strerror(error)}});
  return fail(code, {{"file", file.string()}, {"reason", std::strerror(error)}});
}

std::int64_t BackupManifest::rows() const {
  std::int64_t out = 0;
  for (const auto& table : tables) out += table.rows;
  return out;
}

}  // namespace yagura::store
