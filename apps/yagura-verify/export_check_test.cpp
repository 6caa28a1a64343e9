#include "export_check.hpp"

#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <sstream>
#include <utility>
#include <vector>

namespace yagura_verify {
namespace {

std::string hex(const unsigned char* bytes) {
  std::string out;
  char pair[3];
  for (int i = 0; i < SHA256_DIGEST_LENGTH; ++i) {
    std::snprintf(pair, sizeof pair, "%02x", bytes[i]);
    out += pair;
  }
  return out;
}

std::string sealed(const std::string& previous, const std::string& text) {
  const std::string input = previous + "\n" + text;
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(input.data()), input.size(), digest);
  return hex(digest);
}

std::string text_of(int seq, const std::string& data = "{\"n\":\"線\"}", const std::string& chain = "tsu") {
  return "{\"seq\":" + std::to_string(seq) + ",\"time\":\"2026-04-28T08:10:00Z\",\"chain\":\"" + chain +
         "\",\"account\":0,\"actor\":\"yagura\",\"origin\":\"\",\"kind\":\"k.k\",\"subject\":\"s/"
         "1\",\"data\":" +
         data + "}";
}

using Lines = std::vector<std::string>;

Lines chain_of(int first, int last) {
  Lines lines{"yagura-journal 1"};
  std::string previous(64, first == 1 ? '0' : 'a');
  for (int seq = first; seq <= last; ++seq) {
    const auto text = text_of(seq);
    const auto hash = sealed(previous, text);
    lines.push_back(hash + " " + previous + " " + text);
    previous = hash;
  }
  lines.push_back("root " + previous);
  return lines;
}

std::string joined(const Lines& lines) {
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

Outcome checked(const std::string& text, const std::string& root = "", const std::string& previous = "") {
  std::istringstream in(text);
  return check(in, {root, previous});
}

TEST(Export, WholeAndPartHold) {
  const auto whole = checked(joined(chain_of(1, 5)));
  EXPECT_EQ(whole.fault_line, 0U) << whole.fault;
  EXPECT_EQ(whole.entries, 5U);
  const auto lines = chain_of(7, 9);
  const auto part = checked(joined(lines), lines.back().substr(5));
  EXPECT_EQ(part.fault_line, 0U) << part.fault;
  EXPECT_EQ(part.first, 7U);
  EXPECT_EQ(part.last, 9U);
  EXPECT_EQ("root " + part.root, lines.back());
  EXPECT_EQ(checked("yagura-journal 1\nroot " + std::string(64, '0') + "\n").fault_line, 0U);
}

TEST(Export, EveryFlippedBitIsFound) {
  const auto good = joined(chain_of(1, 4));
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      EXPECT_NE(checked(bad).fault_line, 0U) << "octet " << at << " bit " << bit;
    }
}

TEST(Export, EveryCutAndEveryRemovedOrDoubledOctetIsFound) {
  const auto good = joined(chain_of(1, 3));
  for (std::size_t at = 0; at < good.size(); ++at) {
    EXPECT_NE(checked(good.substr(0, at)).fault_line, 0U) << at;
    EXPECT_NE(checked(std::string(good).erase(at, 1)).fault_line, 0U) << at;
    EXPECT_NE(checked(std::string(good).insert(at, 1, 'x')).fault_line, 0U) << at;
  }
  EXPECT_NE(checked(good + "x").fault_line, 0U);
  EXPECT_NE(checked(good + "\n").fault_line, 0U);
}

TEST(Export, RemovedInsertedAndMovedLinesAreFoundWhereTheyAre) {
  const auto good = chain_of(1, 6);
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto removed = good;
    removed.erase(removed.begin() + static_cast<std::ptrdiff_t>(at));
    // A chain without its beginning is still a chain: the root before it tells.
    const std::string before(64, '0');
    EXPECT_EQ(checked(joined(removed), "", before).fault_line, at + 1) << at;
    EXPECT_EQ(checked(joined(removed)).fault_line, at == 1 ? 0 : at + 1) << at;
    auto doubled = good;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(at), good[at]);
    EXPECT_EQ(checked(joined(doubled)).fault_line, at + 2) << at;
    for (std::size_t other = at + 1; other < good.size(); ++other) {
      auto moved = good;
      std::swap(moved[at], moved[other]);
      EXPECT_NE(checked(joined(moved), "", before).fault_line, 0U) << at << " " << other;
    }
  }
}

TEST(Export, AnEntryMadeAnewBreaksTheNext) {
  auto lines = chain_of(1, 4);
  const auto previous = lines[2].substr(65, 64);
  const auto text = text_of(2, "{\"n\":\"other\"}");
  lines[2] = sealed(previous, text) + " " + previous + " " + text;
  EXPECT_EQ(checked(joined(lines)).fault_line, 4U);
}

TEST(Export, SkippedNumbersAndForeignChainsAreFoundThoughTheirHashesHold) {
  Lines lines = chain_of(1, 2);
  const auto root = lines.back().substr(5);
  for (const auto& text : {text_of(4), text_of(3, "{}", "ise"), text_of(2)}) {
    const auto hash = sealed(root, text);
    const Lines bad{lines[0], lines[1], lines[2], hash + " " + root + " " + text, "root " + hash};
    EXPECT_EQ(checked(joined(bad)).fault_line, 4U) << text;
  }
  // The first entry of a chain stands on zeros, and no other does.
  const std::string zeros(64, '0'), others(64, 'b');
  for (const auto& [previous, seq] : {std::pair{zeros, 2}, std::pair{others, 1}}) {
    const auto hash = sealed(previous, text_of(seq));
    EXPECT_EQ(
        checked("yagura-journal 1\n" + hash + " " + previous + " " + text_of(seq) + "\nroot " + hash + "\n")
            .fault_line,
        2U);
  }
}

TEST(Export, AShorterChainWithItsOwnRootIsFoundByTheReportsRoot) {
  const auto full = chain_of(1, 5), cut = chain_of(1, 4);
  const auto root = full.back().substr(5);
  EXPECT_EQ(checked(joined(full), root).fault_line, 0U);
  EXPECT_EQ(checked(joined(cut)).fault_line, 0U);
  EXPECT_EQ(checked(joined(cut), root).fault_line, 6U);
}

}  // namespace
}  // namespace yagura_verify
