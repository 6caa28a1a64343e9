#include "ledger/contract_records.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

#include "base/text.hpp"
#include "schema/json.hpp"
#include "schema/shape.hpp"
#include "schema/yaml.hpp"
#include "store/backup_rows.hpp"

namespace yagura::ledger {

namespace fs = std::filesystem;
using schema::Value;
using store::Session;

template <class V>
void shape(V& v, Belonging& b) {
  v.required("by", b.by);
  v.required("of", b.of);
}
template <class V>
void shape(V& v, RecordRules& r) {
  v.required("chain", r.chain);
  v.required("children", r.children);
  v.required("installation", r.installation);
  v.optional("withheld", r.withheld);
}
template <class V>
void shape(V& v, HandedFile& f) {
  v.required("name", f.name);
  v.required("size", f.size);
  v.required("sha256", f.sha256);
}
template <class V>
void shape(V& v, HandoverManifest& m) {
  v.required("contract", m.contract);
  v.required("made", m.made);
  v.required("rows", m.rows);
  v.required("files", m.files);
}

Result<RecordRules> load_record_rules(const fs::path& file) {
  YAGURA_TRY(const auto value, schema::read_yaml(file));
  return schema::read<RecordRules>(value);
}

namespace {

// SHA-256 of what comes in pieces.
class Sum {
 public:
  Sum() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    YAGURA_ASSERT(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  std::string hex() {
    std::array<unsigned char, 32> out{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), out.data(), &size);
    return to_hex({reinterpret_cast<const char*>(out.data()), size});
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string sum_of(std::string_view bytes) {
  Sum sum;
  sum.add(bytes);
  return sum.hex();
}

bool has_column(const store::BackupTable& table, std::string_view name) {
  return std::ranges::find(table.columns, name, &store::BackupColumn::name) != table.columns.end();
}

// The end of a file's name, as far as it can stand anywhere.
std::string extension_of(const Value& row) {
  for (const auto* column : {"format", "name"}) {
    const auto& text = row[column].text();
    const auto dot = text.rfind('.');
    const auto end = dot == std::string::npos ? text : text.substr(dot + 1);
    const bool plain = !end.empty() && end.size() <= 8 && std::ranges::all_of(end, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
    if (plain) return "." + end;
  }
  return ".bin";
}

// One row as an object; bytes go through `keep`, which answers with what stands in their place.
template <class Keep>
Result<Value> row_value(const store::Row& row, const OwnedTable& of, const std::vector<std::string>& withheld,
                        Keep&& keep) {
  Value out = Value::object();
  int at = 0;
  for (const auto& column : of.table.columns) {
    const int i = at++;
    if (row.is_null(i) || std::ranges::find(withheld, column.name) != withheld.end())
      out.set(column.name, Value());
    else if (column.kind == "integer")
      out.set(column.name, Value(row.integer(i)));
    else if (column.kind == "real")
      out.set(column.name, Value(row.real(i)));
    else if (column.kind != "bytes")
      out.set(column.name, Value(row.text(i)));
  }
  at = 0;
  for (const auto& column : of.table.columns) {
    const int i = at++;
    if (column.kind != "bytes" || row.is_null(i)) continue;
    YAGURA_TRY(auto kept, keep(row.bytes(i), out, column.name));
    out.set(column.name, std::move(kept));
  }
  return out;
}

std::string select_of(const OwnedTable& of) {
  std::string columns;
  for (const auto& column : of.table.columns) {
    if (!columns.empty()) columns += ", ";
    columns += store::in_quotes(column.name);
  }
  return "SELECT " + columns + " FROM " + store::in_quotes(of.table.name) + " WHERE " + of.where;
}

constexpr std::size_t most_memory = 8U << 20;

// Which table refers to which.
Result<std::set<std::pair<std::string, std::string>>> foreign_keys(Session& s) {
  std::set<std::pair<std::string, std::string>> out;
  const char* sql =
      s.backend() == store::Backend::sqlite
          ? "SELECT m.name, f.\"table\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f"
            " WHERE m.type = 'table'"
          : "SELECT a.relname, b.relname FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid"
            " JOIN pg_class b ON b.oid = c.confrelid JOIN pg_namespace n ON n.oid = a.relnamespace"
            " WHERE c.contype = 'f' AND n.nspname = current_schema()";
  YAGURA_CHECK(s.query(sql, [&](const store::Row& row) { out.emplace(row.string(0), row.string(1)); }));
  return out;
}

}  // namespace

Result<std::vector<OwnedTable>> owned_tables(Session& s, const RecordRules& rules) {
  YAGURA_TRY(const auto tables, store::tables_of(s));
  const auto lists = [](const std::vector<std::string>& list, const std::string& name) {
    return std::ranges::find(list, name) != list.end();
  };
  std::vector<OwnedTable> children, own;
  for (const auto& table : tables) {
    if (const auto child = rules.children.find(table.name); child != rules.children.end()) {
      children.push_back({table,
                          store::in_quotes(child->second.by) + " IN (SELECT id FROM " +
                              store::in_quotes(child->second.of) + " WHERE contract = $1)",
                          true});
    } else if (has_column(table, "contract")) {
      own.push_back({table, "contract = $1", false});
    } else if (lists(rules.chain, table.name)) {
      own.push_back({table, "chain = $1", false});
    } else if (!lists(rules.installation, table.name)) {
      return fail("handover.table_unknown", {{"table", table.name}});
    }
  }
  children.insert(children.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  YAGURA_TRY(const auto keys, foreign_keys(s));
  // Whatever refers to a table stands before it; a child is found through its parent, whether there is a key
  // or not.
  std::vector<OwnedTable> out;
  while (!children.empty()) {
    const auto free = std::ranges::find_if(children, [&](const OwnedTable& t) {
      return std::ranges::none_of(children, [&](const OwnedTable& other) {
        if (other.table.name == t.table.name) return false;
        const auto child = rules.children.find(other.table.name);
        return keys.contains({other.table.name, t.table.name}) ||
               (child != rules.children.end() && child->second.of == t.table.name);
      });
    });
    if (free == children.end())
      return fail("handover.table_unknown", {{"table", children.front().table.name}});
    out.push_back(std::move(*free));
    children.erase(free);
  }
  return out;
}

Result<bool> mentions(Session& s, const RecordRules& rules, const std::string& contract, Id id,
                      std::span<const std::string_view> without) {
  YAGURA_TRY(const auto tables, owned_tables(s, rules));
  const auto pattern = "%" + std::to_string(id) + "%";
  for (const auto& of : tables) {
    const bool texts = std::ranges::any_of(of.table.columns, [](const auto& c) { return c.kind == "text"; });
    if (!texts || std::ranges::find(without, of.table.name) != without.end()) continue;
    std::string any;
    for (const auto& column : of.table.columns) {
      const auto name = store::in_quotes(column.name);
      if (column.kind == "text") any += (any.empty() ? "" : " OR ") + ("CAST(" + name + " AS TEXT) LIKE $2");
      if (column.kind == "integer") any += (any.empty() ? "" : " OR ") + (name + " = " + std::to_string(id));
    }
    YAGURA_TRY(const auto there, s.integer("SELECT 1 FROM " + store::in_quotes(of.table.name) + " WHERE " +
                                               of.where + " AND (" + any + ") LIMIT 1",
                                           contract, pattern));
    if (there) return true;
  }
  return false;
}

// Writing ------------------------------------------------------------------------------------------------

namespace {

// Stands in a folder until its manifest does.
constexpr auto unfinished = "unfinished", unfinished_text = "A hand-over of Yagura that was not finished.\n";

}  // namespace

Result<HandoverFolder> HandoverFolder::make(const fs::path& folder) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec || !fs::is_directory(folder, ec))
    return fail("handover.file_not_written", {{"file", folder.string()}});
  HandoverFolder out;
  out.folder_ = folder;
  if (const auto text = schema::read_file(folder / unfinished, 100); text && *text == unfinished_text)
    out.discard();
  if (!fs::is_empty(folder, ec) || ec)
    return fail("handover.folder_not_empty", {{"folder", folder.string()}});
  std::ofstream mark(folder / unfinished, std::ios::binary);
  mark << unfinished_text;
  mark.close();
  if (!mark) return fail("handover.file_not_written", {{"file", (folder / unfinished).string()}});
  return out;
}

// The mark goes last: what could not be taken away now is then.
void HandoverFolder::discard() {
  std::error_code ec;
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(folder_, ec))
    if (entry.path().filename() != unfinished) all.push_back(entry.path());
  bool gone = true;
  for (const auto& path : all) {
    fs::remove_all(path, ec);
    gone = gone && !ec;
  }
  if (gone) fs::remove(folder_ / unfinished, ec);
}

Result<void> HandoverFolder::write(const std::string& name, std::string_view bytes) {
  const auto path = folder_ / name;
  std::error_code ec;
  fs::create_directories(path.parent_path(), ec);
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) return fail("handover.file_not_written", {{"file", path.string()}});
  manifest_.files.push_back({name, static_cast<std::int64_t>(bytes.size()), sum_of(bytes)});
  return {};
}

namespace {

// Size and sum of a file; of one that is not there, those of nothing.
HandedFile measured(const fs::path& folder, const std::string& name) {
  std::ifstream in(folder / name, std::ios::binary);
  Sum sum;
  HandedFile out{name, 0, {}};
  std::vector<char> buffer(1U << 20);
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    sum.add({buffer.data(), static_cast<std::size_t>(in.gcount())});
    out.size += in.gcount();
  }
  out.sha256 = sum.hex();
  return out;
}

}  // namespace

Result<void> HandoverFolder::write_with(const std::string& name,
                                        const std::function<Result<void>(std::ostream&)>& fill) {
  std::error_code ec;
  fs::create_directories((folder_ / name).parent_path(), ec);
  std::ofstream out(folder_ / name, std::ios::binary);
  YAGURA_CHECK(fill(out));
  out.close();
  if (!out) return fail("handover.file_not_written", {{"file", (folder_ / name).string()}});
  manifest_.files.push_back(measured(folder_, name));
  return {};
}

Result<void> HandoverFolder::write_records(Session& s, const RecordRules& rules,
                                           const std::string& contract) {
  YAGURA_TRY(const auto tables, owned_tables(s, rules));
  for (const auto& of : tables) {
    const auto withheld = rules.withheld.find(of.table.name);
    const std::string name = "records/" + of.table.name + ".jsonl";
    const auto path = folder_ / name;
    std::error_code ec;
    fs::create_directories(path.parent_path(), ec);
    std::ofstream out(path, std::ios::binary);
    Sum sum;
    std::int64_t rows = 0, size = 0;
    std::string part;
    const auto flush = [&] {
      sum.add(part);
      size += std::ssize(part);
      out.write(part.data(), static_cast<std::streamsize>(part.size()));
      part.clear();
    };
    YAGURA_CHECK(s.query(select_of(of), contract, [&](const store::Row& row) -> Result<void> {
      ++rows;
      YAGURA_TRY(
          const auto value,
          row_value(
              row, of, withheld == rules.withheld.end() ? std::vector<std::string>{} : withheld->second,
              [&](std::string_view bytes, const Value& made, const std::string& column) -> Result<Value> {
                const auto& id = made["id"];
                const std::string file = "files/" + of.table.name + "/" +
                                         (id.is_null() ? std::to_string(rows) : schema::to_json(id)) +
                                         (column == "data" ? "" : "_" + column) + extension_of(made);
                YAGURA_CHECK(write(file, bytes));
                return Value(file);
              }));
      part += schema::to_json(value);
      part += '\n';
      if (part.size() > most_memory) flush();
      return {};
    }));
    flush();
    out.close();
    if (!out) return fail("handover.file_not_written", {{"file", path.string()}});
    manifest_.rows[of.table.name] = rows;
    manifest_.files.push_back({name, size, sum.hex()});
  }
  return {};
}

Result<std::string> HandoverFolder::write_manifest(const std::string& contract, Time made) {
  manifest_.contract = contract;
  manifest_.made = to_rfc3339(made);
  std::ranges::sort(manifest_.files, {}, &HandedFile::name);
  const auto text = schema::to_json(schema::write(manifest_));
  const auto path = folder_ / "manifest.json";
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) return fail("handover.file_not_written", {{"file", path.string()}});
  std::error_code ec;
  fs::remove(folder_ / unfinished, ec);
  if (ec) return fail("handover.file_not_written", {{"file", path.string()}});
  return sum_of(text);
}

Result<HandoverManifest> verify_handover(const fs::path& folder) {
  constexpr std::size_t longest_manifest = 256U << 20;
  YAGURA_TRY(const auto text, schema::read_file(folder / "manifest.json", longest_manifest));
  const auto value = schema::parse_json(text);
  auto manifest = value ? schema::read<HandoverManifest>(*value)
                        : Result<HandoverManifest>(std::unexpected(value.error()));
  if (!manifest) return fail("handover.manifest_invalid", {{"reason", manifest.error().text()}});
  std::set<std::string> named{"manifest.json"};
  for (const auto& file : manifest->files) {
    if (fs::path(file.name).is_absolute() || file.name.contains(".."))
      return fail("handover.manifest_invalid", {{"reason", file.name.substr(0, 100)}});
    named.insert(file.name);
    const auto there = measured(folder, file.name);
    if (there.size != file.size || there.sha256 != file.sha256)
      return fail("handover.file_changed", {{"file", file.name}});
  }
  std::error_code ec;
  for (const auto& entry : fs::recursive_directory_iterator(folder, ec))
    if (entry.is_regular_file(ec) &&
        !named.contains(entry.path().lexically_relative(folder).generic_string()))
      return fail("handover.file_changed",
                  {{"file", entry.path().lexically_relative(folder).generic_string()}});
  return std::move(*manifest);
}

Result<Erased> erase_records(Session& s, const RecordRules& rules, const std::string& contract) {
  YAGURA_TRY(const auto tables, owned_tables(s, rules));
  Erased out;
  Sum sum;
  // First all are read, then all emptied: what a child hangs on must still be there to find it by.
  for (const auto& of : tables)
    YAGURA_CHECK(s.query(select_of(of), contract, [&](const store::Row& row) -> Result<void> {
      YAGURA_TRY(const auto value,
                 row_value(row, of, {},
                           [&](std::string_view bytes, const Value&, const std::string&) -> Result<Value> {
                             return Value(sum_of(bytes));
                           }));
      sum.add(of.table.name + "\t" + schema::to_json(value) + "\n");
      return {};
    }));
  for (const auto& of : tables) {
    YAGURA_TRY(const auto gone,
               s.exec("DELETE FROM " + store::in_quotes(of.table.name) + " WHERE " + of.where, contract));
    if (gone > 0) out.rows[of.table.name] = gone;
    out.all += gone;
  }
  out.sha256 = sum.hex();
  return out;
}

}  // namespace yagura::ledger
