#include "store/backup_walk.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace yagura::store {

namespace {

constexpr std::uint64_t largest_part = 1U << 30U;

// A path that stays inside the folder it is put behind.
bool stays_inside(const std::string& name) {
  if (name.empty() || name.find('\0') != std::string::npos) return false;
  for (const auto part : split(name, '/'))
    if (part.empty() || part == "." || part == "..") return false;
  return true;
}

struct Part {
  std::string table;
  int number = 0;
};
std::optional<Part> part_of(std::string_view name) {
  name.remove_prefix(table_folder.size());
  const auto slash = name.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  Part part{std::string(name.substr(0, slash)), 0};
  const auto digits = name.substr(slash + 1);
  if (digits.size() != 8 || digits.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  part.number = std::stoi(std::string(digits));
  return part;
}

class Walk {
 public:
  Walk(ArchiveReader& archive, BackupUse& use) : archive_(archive), use_(use) {}

  Result<BackupManifest> run() {
    ArchiveMember member;
    for (;;) {
      YAGURA_TRY(const bool more, archive_.next(member));
      if (!more) break;
      if (manifest_) return archive_.broken("something follows the manifest");
      YAGURA_CHECK(take(member));
    }
    if (!manifest_) return archive_.broken("no manifest");
    YAGURA_CHECK(compare());
    return std::move(*manifest_);
  }

 private:
  struct Seen {
    int parts = 0;
    std::int64_t rows = 0;
    Sha256 sum;
  };

  Result<void> take(const ArchiveMember& member) {
    if (!begun_) {
      begun_ = true;
      if (member.name != format_name || member.size > 100) return archive_.broken("not a backup of Yagura");
      YAGURA_TRY(const auto line, archive_.read_all(100));
      if (line != format_line) return archive_.broken("format " + std::string(trim(line)));
      return {};
    }
    if (member.name == manifest_name) return take_manifest();
    if (member.name.starts_with(table_folder)) return take_part(member);
    if (!member.name.starts_with(file_folder) || !tables_.empty())
      return archive_.broken("unknown part " + member.name);
    const auto name = member.name.substr(file_folder.size());
    if (!stays_inside(name)) return archive_.broken("name of a file");
    BackupFile entry{name, static_cast<std::int64_t>(member.size), static_cast<int>(member.mode), {}};
    Sha256 sum;
    YAGURA_CHECK(use_.file(name, member, archive_, sum));
    entry.sha256 = sum.hex();
    files_.push_back(std::move(entry));
    return {};
  }
  Result<void> take_manifest() {
    YAGURA_TRY(const auto text, archive_.read_all(largest_manifest));
    const auto why = read_manifest(text, manifest_.emplace());
    return why ? archive_.broken(*why) : Result<void>{};
  }
  Result<void> take_part(const ArchiveMember& member) {
    const auto part = part_of(member.name);
    if (!part) return archive_.broken("unknown part " + member.name);
    auto& seen = tables_[part->table];
    if (part->number != ++seen.parts)
      return archive_.broken("a part of table " + part->table + " is missing");
    YAGURA_TRY(const auto lines, archive_.read_all(largest_part));
    if (!lines.ends_with('\n')) return archive_.broken("table " + part->table);
    seen.sum.add(lines);
    seen.rows += std::ranges::count(lines, '\n');
    return use_.part(part->table, lines);
  }
  Result<void> compare() {
    std::set<std::string, std::less<>> known;
    for (const auto& table : manifest_->tables) {
      auto& seen = tables_[table.name];
      if (!known.insert(table.name).second || seen.rows != table.rows || seen.sum.hex() != table.sha256)
        return archive_.broken("table " + table.name);
    }
    if (known.size() != tables_.size()) return archive_.broken("a table that the manifest does not name");
    if (manifest_->files.size() != files_.size()) return archive_.broken("number of files");
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const auto &a = files_[i], &b = manifest_->files[i];
      if (a.name != b.name || a.size != b.size || a.mode != b.mode || a.sha256 != b.sha256)
        return archive_.broken("file " + b.name);
    }
    return {};
  }

  ArchiveReader& archive_;
  BackupUse& use_;
  bool begun_ = false;
  std::optional<BackupManifest> manifest_;
  std::map<std::string, Seen, std::less<>> tables_;
  std::vector<BackupFile> files_;
};

}  // namespace

Result<BackupManifest> walk_backup(ArchiveReader& archive, BackupUse& use) {
  return Walk(archive, use).run();
}

Result<BackupManifest> check_backup(const std::filesystem::path& file) {
  YAGURA_TRY(const auto archive, ArchiveReader::open(file));
  BackupUse only_read;
  return walk_backup(*archive, only_read);
}

}  // namespace yagura::store
