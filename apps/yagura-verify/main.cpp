// yagura-verify EXPORT …: does an export of the journal hold?
// yagura-verify --seals FILE [--events FILE] [EXPORT] …: are exported log events as they were sealed?
// Exit 0 yes, 1 no, 2 misused, 3 nothing is wrong but not everything is proved.
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "events_check.hpp"
#include "export_check.hpp"

namespace {

int usage() {
  std::cerr << "yagura-verify EXPORT [--root HASH] [--previous HASH]\n"
               "yagura-verify --seals FILE [--events FILE] [EXPORT [--root HASH] [--previous HASH]]\n"
               "  EXPORT      a file of “yagura journal export”, or - for standard input\n"
               "  --root      the root that the month's report printed\n"
               "  --previous  the root that the report of the month before it printed\n"
               "  --seals     seals.txt of an export of logs, or the proof of one PC or device\n"
               "  --events    events.csv of the same export\n";
  return 2;
}

struct Asked {
  std::string journal, seals, events;
  yagura_verify::Expected expected;
};

std::optional<Asked> asked(int argc, char** argv) {
  Asked out;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    auto* wanted = word == "--root"       ? &out.expected.root
                   : word == "--previous" ? &out.expected.previous
                   : word == "--seals"    ? &out.seals
                   : word == "--events"   ? &out.events
                                          : nullptr;
    if (wanted && i + 1 < argc) {
      *wanted = argv[++i];
      if (wanted->empty()) return std::nullopt;
    } else if (!wanted && out.journal.empty() && (word == "-" || !word.starts_with('-'))) {
      out.journal = word;
    } else {
      return std::nullopt;
    }
  }
  if (out.seals.empty() ? out.journal.empty() || !out.events.empty() : false) return std::nullopt;
  return out;
}

std::optional<std::string> content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (in) return std::string(std::istreambuf_iterator<char>(in), {});
  std::cerr << file << ": cannot be read / 読めません\n";
  return std::nullopt;
}

// Seals that stand in the journal are taken out of the list.
int check_journal(const Asked& a, std::string_view contract, std::vector<yagura_verify::Seal>& seals) {
  std::ifstream opened;
  if (a.journal != "-") {
    opened.open(a.journal, std::ios::binary);
    if (!opened) {
      std::cerr << a.journal << ": cannot be read / 読めません\n";
      return 1;
    }
  }
  const auto each = [&](const yagura_verify::Line& line) {
    std::erase_if(seals, [&](const auto& seal) { return is_entry_of(seal, contract, line.seq, line.text); });
  };
  const auto found = yagura_verify::check(a.journal == "-" ? std::cin : opened, a.expected, each);
  std::cout << "entries " << found.entries;
  if (found.entries > 0) std::cout << " (" << found.first << "-" << found.last << ")";
  std::cout << "\nroot " << found.root << "\n";
  if (found.fault_line == 0) return 0;
  std::cout << "FAULT line " << found.fault_line << ": " << found.fault << "\n";
  return 1;
}

int check_events(const Asked& a) {
  const auto proof = content(a.seals);
  const auto csv = a.events.empty() ? std::optional(std::string()) : content(a.events);
  if (!proof || !csv) return 1;
  const std::string_view rows = *csv;
  auto found = yagura_verify::check_events(*proof, a.events.empty() ? nullptr : &rows);
  if (!found.fault.empty()) {
    if (found.proof_line > 0)
      std::cout << "FAULT " << a.seals << " line " << found.proof_line << ": " << found.fault << "\n";
    else
      std::cout << "FAULT " << a.events << " row " << found.row << ": " << found.fault << "\n";
    return 1;
  }
  for (const auto& seal : found.seals)
    std::cout << "seal " << seal.kind << " " << seal.day << " " << seal.root << " entry " << seal.entry
              << "\n";
  if (!a.events.empty()) std::cout << "rows " << found.rows << ", proved / 証明済み " << found.proved << "\n";
  if (a.journal.empty()) {
    std::cout << "Compare the seals with the journal's entries (EXPORT does it). / "
                 "封印を監査記録と照合してください。\n";
    return 3;
  }
  if (const int code = check_journal(a, found.contract, found.seals); code != 0) return code;
  if (!found.seals.empty()) {
    const auto& seal = found.seals.front();
    std::cout << "FAULT seal " << seal.kind << " " << seal.day
              << ": does not stand in the journal's entry / 監査記録にありません: " << seal.entry << "\n";
    return 1;
  }
  if (found.proved == found.rows) return 0;
  std::cout << "Rows not sealed yet are not proved. / まだ封印されていない行は証明されていません。\n";
  return 3;
}

}  // namespace

int main(int argc, char** argv) {
  const auto a = asked(argc, argv);
  if (!a) return usage();
  std::vector<yagura_verify::Seal> none;
  const int code = a->seals.empty() ? check_journal(*a, "", none) : check_events(*a);
  if (code == 0) std::cout << "OK\n";
  return code;
}
