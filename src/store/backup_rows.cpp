#include "store/backup_rows.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace yagura::store {

namespace {

// Declared types of src migrations, in either dialect.
std::string_view kind_of(std::string_view type) {
  if (type == "INTEGER" || type == "BIGINT" || type == "bigint" || type == "integer") return "integer";
  if (type == "DOUBLE PRECISION" || type == "double precision") return "real";
  if (type == "TEXT" || type == "text" || type == "jsonb") return "text";
  if (type == "BLOB" || type == "bytea") return "bytes";
  return "";
}

constexpr std::string_view sqlite_columns =
    "SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c"
    " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~' AND m.name <> 'schema_version'"
    " ORDER BY m.name, c.cid";
constexpr std::string_view postgresql_columns =
    "SELECT t.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_class t"
    " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " WHERE t.relkind IN ('r', 'p') AND NOT t.relispartition AND t.relname <> 'schema_version'"
    " AND t.relnamespace = current_schema()::regnamespace ORDER BY t.relname COLLATE \"C\", a.attnum";

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += c;
    }
  }
}

bool unescape(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') return false;
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) return false;
    switch (text[i]) {
      case '\\':
        out += '\\';
        break;
      case 't':
        out += '\t';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      default:
        return false;
    }
  }
  return true;
}

template <class T>
bool number(std::string_view text, T& out) {
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
  return bad == std::errc{} && end == text.data() + text.size() && !text.empty();
}

std::optional<Cell> decode(std::string_view text, std::string_view kind) {
  Cell cell;
  if (text == "\\N") {
    cell.value = nullptr;
    return cell;
  }
  if (kind == "integer") {
    std::int64_t whole = 0;
    if (!number(text, whole)) return std::nullopt;
    cell.value = whole;
  } else if (kind == "real") {
    double real = 0;
    if (!number(text, real)) return std::nullopt;
    cell.value = real;
  } else if (kind == "text") {
    if (!unescape(text, cell.owned)) return std::nullopt;
    cell.value = false;
  } else if (kind == "bytes") {
    if (!text.starts_with("\\\\x")) return std::nullopt;
    auto bytes = from_hex(text.substr(3));
    if (!bytes) return std::nullopt;
    cell.owned = std::move(*bytes);
    cell.value = true;
  } else {
    return std::nullopt;
  }
  return cell;
}

}  // namespace

Param Cell::param() const {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* bytes = std::get_if<bool>(&value))
    return *bytes ? Param(Bytes{owned}) : Param(std::string_view(owned));
  return nullptr;
}

std::string in_quotes(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

Result<std::vector<BackupTable>> tables_of(Session& session) {
  std::vector<BackupTable> out;
  const auto sql = session.backend() == Backend::sqlite ? sqlite_columns : postgresql_columns;
  YAGURA_CHECK(session.query(sql, [&](const Row& row) -> Result<void> {
    if (out.empty() || out.back().name != row.text(0)) out.push_back({row.string(0), {}, 0, {}});
    const auto kind = kind_of(row.text(2));
    if (kind.empty())
      return fail("store.backup_type_unknown",
                  {{"table", row.string(0)}, {"column", row.string(1)}, {"type", row.string(2)}});
    out.back().columns.push_back({row.string(1), std::string(kind)});
    return {};
  }));
  return out;
}

Result<std::map<std::string, int>> versions_of(Session& session) {
  std::map<std::string, int> out;
  YAGURA_CHECK(session.query("SELECT room, version FROM schema_version",
                             [&](const Row& row) { out[row.string(0)] = static_cast<int>(row.integer(1)); }));
  return out;
}

void append_line(std::string& out, const Row& row, const BackupTable& table) {
  for (int i = 0; i < row.columns(); ++i) {
    if (i > 0) out += '\t';
    const auto& kind = table.columns[static_cast<std::size_t>(i)].kind;
    if (row.is_null(i))
      out += "\\N";
    else if (kind == "integer")
      out += fmt::format("{}", row.integer(i));
    else if (kind == "real")
      out += fmt::format("{}", row.real(i));
    else if (kind == "text")
      append_escaped(out, row.text(i));
    else
      out.append("\\\\x").append(to_hex(row.bytes(i)));
  }
  out += '\n';
}

std::optional<std::vector<Cell>> decode_line(std::string_view line,
                                             const std::vector<BackupColumn>& columns) {
  std::vector<Cell> out;
  out.reserve(columns.size());
  for (const auto value : split(line, '\t')) {
    if (out.size() == columns.size()) return std::nullopt;
    auto cell = decode(value, columns[out.size()].kind);
    if (!cell) return std::nullopt;
    out.push_back(std::move(*cell));
  }
  if (out.size() != columns.size()) return std::nullopt;
  return out;
}

}  // namespace yagura::store
