// For tests: a copy of packs/_schema and packs/_base in a folder of its own, to which a test adds a pack.
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>

namespace yagura::contract {

class ScratchPacks {
 public:
  ScratchPacks() {
    static std::atomic<int> count{0};
    folder_ = std::filesystem::temp_directory_path() /
              ("yagura_packs_" + std::to_string(getpid()) + "_" + std::to_string(count++));
    std::filesystem::create_directories(folder_);
    const std::filesystem::path packs = YAGURA_SOURCE_DIR "/packs";
    for (const auto* name : {"_schema", "_base", "matsusaka"})
      std::filesystem::copy(packs / name, folder_ / name, std::filesystem::copy_options::recursive);
    std::filesystem::copy(YAGURA_SOURCE_DIR "/src/contract/fixtures/yukino", folder_ / "yukino",
                          std::filesystem::copy_options::recursive);
  }
  ScratchPacks(const ScratchPacks&) = delete;
  ScratchPacks& operator=(const ScratchPacks&) = delete;
  ~ScratchPacks() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path pack(const std::string& name) const { return folder_ / name; }
  void write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((folder_ / file).parent_path());
    std::ofstream(folder_ / file, std::ios::binary) << text;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace yagura::contract
