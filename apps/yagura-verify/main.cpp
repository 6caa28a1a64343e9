// yagura-verify EXPORT [--root HASH] [--previous HASH]: does an export of the journal hold? Exit 0 yes, 1 no,
// 2 misused.
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

#include "export_check.hpp"

namespace {

int usage() {
  std::cerr << "yagura-verify EXPORT [--root HASH] [--previous HASH]\n"
               "  EXPORT      a file of “yagura journal export”, or - for standard input\n"
               "  --root      the root that the month's report printed\n"
               "  --previous  the root that the report of the month before it printed\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::string file;
  yagura_verify::Expected expected;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if ((word == "--root" || word == "--previous") && i + 1 < argc) {
      auto& wanted = word == "--root" ? expected.root : expected.previous;
      wanted = argv[++i];
      if (wanted.empty()) return usage();
    } else if (file.empty() && (word == "-" || !word.starts_with('-'))) {
      file = word;
    } else {
      return usage();
    }
  }
  if (file.empty()) return usage();
  std::ifstream opened;
  if (file != "-") {
    opened.open(file, std::ios::binary);
    if (!opened) {
      std::cerr << file << ": cannot be read / 読めません\n";
      return 1;
    }
  }
  const auto found = yagura_verify::check(file == "-" ? std::cin : opened, expected);
  std::cout << "entries " << found.entries;
  if (found.entries > 0) std::cout << " (" << found.first << "-" << found.last << ")";
  std::cout << "\nroot " << found.root << "\n";
  if (found.fault_line == 0) {
    std::cout << "OK\n";
    return 0;
  }
  std::cout << "FAULT line " << found.fault_line << ": " << found.fault << "\n";
  return 1;
}
