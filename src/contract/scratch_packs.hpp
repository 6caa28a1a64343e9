// For tests: a copy of packs/_schema and packs/_base in a folder of its own, to which a test adds a pack.
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
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
  // In Yukino: two switches at its main office, and a piece of software.
  void add_equipment() const {
    write("yukino/sites.yaml",
          "sites:\n  - {id: main, title: {ja: 雪野本庁, en: Main office}, kind: main_office, equipment: "
          "[{of: lan_switch, "
          "count: 2}]}\n"
          "equipment:\n  - {id: lan_switch, title: {ja: スイッチ, en: Switch}, clause: \"9\", category: "
          "hardware, "
          "device_class: switch, count: 2}\n"
          "  - {id: office, title: {ja: 文書ソフト, en: Office software}, category: software, count: 10}\n");
  }
  // In Yukino: passwords changed by the end of June and of December, each time as a work, and a yearly check
  // by the end of August.
  void add_regular_work() const {
    write("yukino/passwords.yaml",
          "password_rotations:\n  - {id: half, title: {ja: 年 2 回, en: Twice a year}, clause: \"8(1)\", by: "
          "[06-30, "
          "12-31]}\n");
    add_to("yukino/clocks.yaml", "deadlines:\n",
           "  - {id: yearly_check, title: {ja: 年次点検, en: Yearly check}, starts_on: fiscal_year_started, "
           "deadline: "
           "{\"on\": 08-31, until: \"17:00\"}}\n");
    const std::string roles =
        "    ordered_by: [city_staff, city_supervisor]\n    planned_by: [contractor_manager]\n    "
        "approved_by: "
        "[city_supervisor]\n    executed_by: [operator, contractor_manager]\n    accepted_by: [city_staff, "
        "city_supervisor]\n";
    add_to("yukino/work.yaml", "work_kinds:\n",
           "  - id: password_change\n    title: {ja: パスワードの変更, en: Passwords changed}\n    clause: "
           "\"8(1)\"\n"
           "    notice: {days_before: 1}\n    report: {open_days: 2}\n    rotation: half\n" +
               roles +
               "  - id: yearly_check\n    title: {ja: 年次点検, en: Yearly check}\n    clause: \"8(2)\"\n"
               "    notice: {days_before: 1}\n    regular: [yearly_check]\n    check_lists: [hands]\n" +
               roles);
  }

 private:
  void add_to(const std::string& file, const std::string& after, const std::string& text) const {
    std::ifstream in(folder_ / file, std::ios::binary);
    std::string all((std::istreambuf_iterator<char>(in)), {});
    all.insert(all.find(after) + after.size(), text);
    write(file, all);
  }

  std::filesystem::path folder_;
};

}  // namespace yagura::contract
