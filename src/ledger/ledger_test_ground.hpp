// A ledger room on a database of its own, for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <fstream>

#include "ledger/ledgers.hpp"
#include "schema/json.hpp"
#include "support/any_database.hpp"

namespace yagura::ledger {

using schema::Value;
using store::Session;

class LedgerTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(journal::migrations()));
    ASSERT_TRUE(database().migrate(migrations()));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    auto definitions = load_definitions(YAGURA_SOURCE_DIR "/share/ledgers");
    ASSERT_TRUE(definitions) << definitions.error().text();
    ledgers_ = std::make_unique<Ledgers>(
        Ledgers::Ground{database(), *journal_, clock_, ids_}, std::move(*definitions),
        [](std::string_view, std::string_view source) -> std::vector<Choice> {
          if (source == "site_kinds")
            return {{"main", {"本庁舎", "Main office"}}, {"branch", {"出先", "Branch"}}};
          if (source == "device_classes") return {{"core_switch", {"コアスイッチ", "Core switch"}}};
          if (source == "contact_duties") return {{"city", {"市担当", "City"}}};
          return {};
        });
    folder_ = std::filesystem::temp_directory_path() / ("yagura_ledger_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override {
    ledgers_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
    AnyDatabase::TearDown();
  }
  Result<Row> site(const std::string& name, const std::string& contract = "m") {
    return ledgers_->create(by_, contract, "sites", Value::object({{"name", name}, {"kind", "本庁舎"}}),
                            "初期登録");
  }
  std::filesystem::path file(const std::string& name, const std::string& bytes) {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::vector<std::string> names(const std::string& ledger, const std::string& search = "",
                                 const std::string& sort = "") {
    std::vector<std::string> out;
    const auto page =
        ledgers_->list(reader_, {.contract = "m", .ledger = ledger, .search = search, .sort = sort});
    EXPECT_TRUE(page) << page.error().text();
    if (page)
      for (const auto& row : page->rows) out.push_back(row.title);
    return out;
  }
  Result<Import> planned(const std::string& bytes, const std::string& ledger = "sites",
                         const std::string& name = "x.csv") {
    return ledgers_->plan(by_, "m", ledger, file(name, bytes), name, {});
  }
  std::vector<std::string> outcomes(Id import) {
    std::vector<std::string> out;
    const auto rows = ledgers_->import_rows("m", import, {}, 0, 1000);
    EXPECT_TRUE(rows);
    for (const auto& row : *rows) {
      std::string text = std::to_string(row.line) + ":";
      for (const auto& [word, o] : enum_names(row.outcome))
        if (o == row.outcome) text += word;
      for (const auto& [field, why] : row.reasons) text += " " + field + "=" + why.code;
      out.push_back(text);
    }
    return out;
  }

  ManualClock clock_{parse_rfc3339("2026-04-28T00:00:00Z").value()};
  IdSource ids_{clock_};
  std::filesystem::path folder_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Ledgers> ledgers_;
  const journal::Actor by_{7, "担当 花子", "10.0.0.1"};
  const Reader reader_{by_, false};
};

}  // namespace yagura::ledger
