#include "contract/pack_archive.hpp"

#include <stdlib.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "schema/json.hpp"
#include "schema/yaml.hpp"

namespace yagura::contract {

namespace fs = std::filesystem;
using schema::Value;

std::span<const store::Migration> migrations() {
  static constexpr store::Migration steps[] = {
      {"contract", 1,
       "CREATE TABLE contract_pack (contract TEXT NOT NULL, version TEXT NOT NULL, loaded BIGINT NOT NULL,"
       " size BIGINT NOT NULL, files @blob NOT NULL, PRIMARY KEY (contract, version))"}};
  return steps;
}

namespace {

constexpr std::int64_t size_most = 64 << 20;

Result<std::string> read_files(const fs::path& packs, const std::string& id) {
  Value out = Value::object();
  for (const std::string& folder : {std::string("_schema"), std::string("_base"), id}) {
    std::set<fs::path> files;
    std::error_code ec;
    // Folders within a pack (forms) are part of it; its scenarios are tests of it.
    for (const auto& entry : fs::recursive_directory_iterator(packs / folder, ec))
      if (entry.path().extension() == ".yaml" && entry.path().parent_path().filename() != "scenarios")
        files.insert(entry.path());
    for (const auto& file : files) {
      YAGURA_TRY(auto text, schema::read_file(file, 4U << 20));
      out.set(file.lexically_relative(packs).generic_string(), Value(std::move(text)));
    }
  }
  return schema::to_json(out);
}

std::string pressed(const std::string& text) {
  std::string out(compressBound(text.size()), '\0');
  uLongf size = out.size();
  const int code = compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                             reinterpret_cast<const Bytef*>(text.data()), text.size(), 9);
  YAGURA_ASSERT(code == Z_OK);
  out.resize(size);
  return out;
}

std::optional<std::string> unpressed(std::string_view bytes, std::int64_t size) {
  if (size < 0 || size > size_most) return std::nullopt;
  std::string out(static_cast<std::size_t>(size), '\0');
  uLongf got = out.size();
  if (uncompress(reinterpret_cast<Bytef*>(out.data()), &got, reinterpret_cast<const Bytef*>(bytes.data()),
                 bytes.size()) != Z_OK ||
      got != out.size())
    return std::nullopt;
  return out;
}

// A folder that goes away with this.
class Unpacked {
 public:
  Unpacked() {
    std::error_code ec;
    std::string name = (fs::temp_directory_path(ec) / "yagura-pack-XXXXXX").string();
    if (!ec && ::mkdtemp(name.data())) folder_ = name;
  }
  Unpacked(const Unpacked&) = delete;
  ~Unpacked() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }
  [[nodiscard]] bool put(const Value& files) const {
    if (folder_.empty()) return false;
    return std::ranges::all_of(files.members(), [&](const auto& entry) {
      const fs::path name(entry.first);
      // Names of ours, nothing that leads elsewhere.
      if (name.is_absolute() || entry.first.find("..") != std::string::npos) return false;
      std::error_code ec;
      fs::create_directories(folder_ / name.parent_path(), ec);
      std::ofstream out(folder_ / name, std::ios::binary);
      out << entry.second.text();
      return static_cast<bool>(out.flush());
    });
  }
  [[nodiscard]] const fs::path& path() const { return folder_; }

 private:
  fs::path folder_;
};

Result<Pack> load_from(const std::string& files, std::string_view contract, std::string_view version) {
  const auto broken = fail("contract.archive_broken", {{"version", std::string(version)}});
  const auto value = schema::parse_json(files);
  const Unpacked folder;
  if (!value || !folder.put(*value)) return broken;
  auto pack = load_pack(folder.path() / std::string(contract));
  if (!pack || pack->version != version) return broken;
  return pack;
}

}  // namespace

Result<void> keep_pack(store::Session& s, const Pack& pack, const fs::path& packs, Time now) {
  YAGURA_TRY(const auto held, s.integer("SELECT 1 FROM contract_pack WHERE contract = $1 AND version = $2",
                                        pack.id, pack.version));
  if (held) return {};
  YAGURA_TRY(const auto files, read_files(packs, pack.id));
  // Files may have changed since they were loaded: what would not give this version back is not kept as it.
  YAGURA_CHECK(load_from(files, pack.id, pack.version));
  const auto bytes = pressed(files);
  YAGURA_CHECK(
      s.exec("INSERT INTO contract_pack (contract, version, loaded, size, files) VALUES ($1, $2, $3,"
             " $4, $5) ON CONFLICT (contract, version) DO NOTHING",
             pack.id, pack.version, now, files.size(), store::Bytes{bytes}));
  return {};
}

Result<Pack> kept_pack(store::Session& s, std::string_view contract, std::string_view version) {
  std::optional<std::string> files;
  bool found = false;
  YAGURA_CHECK(s.query("SELECT size, files FROM contract_pack WHERE contract = $1 AND version = $2", contract,
                       version, [&](const store::Row& row) {
                         found = true;
                         files = unpressed(row.bytes(1), row.integer(0));
                       }));
  if (!found) return fail("contract.version_not_kept", {{"version", std::string(version.substr(0, 64))}});
  if (!files) return fail("contract.archive_broken", {{"version", std::string(version.substr(0, 64))}});
  return load_from(*files, contract, version);
}

Result<std::vector<KeptVersion>> kept_versions(store::Session& s, std::string_view contract) {
  std::vector<KeptVersion> out;
  YAGURA_CHECK(s.query("SELECT version, loaded FROM contract_pack WHERE contract = $1 ORDER BY loaded DESC",
                       contract,
                       [&](const store::Row& row) { out.push_back({row.string(0), row.time(1)}); }));
  return out;
}

}  // namespace yagura::contract
