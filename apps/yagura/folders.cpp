#include "yagura/folders.hpp"

#include <cstdlib>
#include <vector>

namespace yagura::apps {

namespace fs = std::filesystem;

namespace {

// The first of the usual places that has `proof` inside `name`.
fs::path find(const char* variable, const char* name, const char* proof) {
  std::vector<fs::path> places;
  if (const char* told = std::getenv(variable)) places.emplace_back(told);
  places.emplace_back(name);
  std::error_code ec;
  if (const auto program = fs::read_symlink("/proc/self/exe", ec); !ec)
    places.push_back(program.parent_path().parent_path().parent_path() / name);  // <tree>/build/bin/yagura
  for (const auto* prefix : {"/usr/local/share/yagura", "/usr/share/yagura"}) {
    const fs::path root(prefix);
    places.push_back(std::string_view(name) == "share" ? root : root / name);
  }
  for (const auto& place : places)
    if (fs::exists(place / proof, ec)) return place;
  return {};
}

}  // namespace

fs::path share_folder() { return find("YAGURA_SHARE", "share", "errors/base.yaml"); }
fs::path packs_folder() { return find("YAGURA_PACKS", "packs", "_schema"); }

fs::path pack_folder(const std::string& path_or_name) {
  std::error_code ec;
  if (path_or_name.find('/') != std::string::npos || fs::is_directory(path_or_name, ec)) return path_or_name;
  const auto packs = packs_folder();
  return packs.empty() ? fs::path("packs") / path_or_name : packs / path_or_name;
}

}  // namespace yagura::apps
