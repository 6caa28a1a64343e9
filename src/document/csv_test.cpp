#include "document/csv.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/text.hpp"
#include "document/archive.hpp"

namespace yagura::document {
namespace {

using Table = std::vector<std::vector<std::string>>;

Result<Table> table(std::string_view bytes, const CsvReading& how = {}) {
  Table out;
  YAGURA_CHECK(read_csv(bytes, how, [&](const CsvRow& row) -> Result<> {
    out.push_back({row.cells.begin(), row.cells.end()});
    return {};
  }));
  return out;
}

TEST(Csv, reads_the_rfc) {
  EXPECT_EQ(*table("a,b\r\n1,2\r\n"), (Table{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(*table("a,b\n1,"), (Table{{"a", "b"}, {"1", ""}}));
  EXPECT_EQ(*table("a\r1\r"), (Table{{"a"}, {"1"}}));
  EXPECT_EQ(*table("\"x\"\"y\",\"一行目\r\n二行目\"\n"), (Table{{"x\"y", "一行目\r\n二行目"}}));
  EXPECT_EQ(*table("a\"b,c\n"), (Table{{"a\"b", "c"}}));
  EXPECT_EQ(*table(",\n"), (Table{{"", ""}}));
  EXPECT_EQ(*table("\"\"\n"), (Table{{""}}));
  EXPECT_EQ(*table(""), Table{});
  EXPECT_EQ(*table("\n\n\n"), Table{});
  EXPECT_EQ(*table("long,row,here\nx\n"), (Table{{"long", "row", "here"}, {"x"}}));
}

TEST(Csv, guesses_separators_outside_quotes) {
  EXPECT_EQ(*table("a;b,c;d\n"), (Table{{"a", "b,c", "d"}}));
  EXPECT_EQ(*table("\"a,b,c\"\td\n"), (Table{{"a,b,c", "d"}}));
  EXPECT_EQ(*table("a;b\n", {.separator = ','}), (Table{{"a;b"}}));
}

TEST(Csv, knows_the_encodings_of_excel) {
  const Table wanted = {{"氏名", "表"}, {"﨑山", "ソ十能"}};  // second bytes 0x5C, 0x7C and such
  const std::string utf8 = "氏名,表\r\n﨑山,ソ十能\r\n";
  EXPECT_EQ(*table(utf8), wanted);
  EXPECT_EQ(*table("\xEF\xBB\xBF" + utf8), wanted);
  EXPECT_EQ(*table(*to_cp932(utf8)), wanted);
  EXPECT_EQ(table("\xFF\xFE"
                  "a\0,\0")
                .error()
                .arg("reason"),
            "UTF-16");
}

TEST(Csv, says_where_it_is_wrong) {
  const auto open = table("a\nb\n\"x\ny");
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().text(), "document.csv_invalid(row=3, line=3, reason=quote not closed)");
  EXPECT_EQ(table("a\n\"b\"c\n").error().arg("reason"), "text after a closing quote");
  EXPECT_EQ(table(std::string_view("a\0b", 3)).error().arg("reason"), "zero byte");
  EXPECT_EQ(table("a\n\x81\n").error().arg("reason"), "neither UTF-8 nor Shift_JIS");
  EXPECT_EQ(table("\xEF\xBB\xBF"
                  "a\n\xff\n")
                .error()
                .arg("row"),
            "2");
  EXPECT_EQ(table("a\nb\n", {.rows = 1}).error().arg("what"), "rows");
  EXPECT_EQ(table(std::string(2000, ',')).error().arg("what"), "columns");
  EXPECT_EQ(table(std::string(200'000, 'x')).error().arg("what"), "cell");
}

TEST(Csv, counts_lines_and_records_apart) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> seen;
  ASSERT_TRUE(read_csv("a\r\n\r\n\"b\r\nb\"\r\nc\r\n", {}, [&](const CsvRow& row) -> Result<> {
    seen.emplace_back(row.number, row.line);
    return {};
  }));
  EXPECT_EQ(seen, (std::vector<std::pair<std::uint64_t, std::uint64_t>>{{1, 1}, {2, 3}, {3, 5}}));
}

TEST(Csv, reads_files_in_pieces_as_in_one) {
  const auto path = std::filesystem::temp_directory_path() / ("yagura_csv_" + std::to_string(getpid()));
  std::string text = "番号,名前\r\n";
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i) + ",\"櫓 " + std::to_string(i) + "\"\r\n";
  for (const auto& bytes : {text, "\xEF\xBB\xBF" + text, *to_cp932(text)}) {
    ASSERT_TRUE(write_file(path, bytes));
    Table out;
    const auto done = read_csv_file(path, {}, [&](const CsvRow& row) -> Result<> {
      out.push_back({row.cells.begin(), row.cells.end()});
      return {};
    });
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ(out, *table(text));
  }
  std::filesystem::remove(path);
  EXPECT_EQ(read_csv_file(path, {}, [](const CsvRow&) { return Result<>{}; }).error().code,
            "document.file_unreadable");
}

TEST(Csv, writes_what_it_reads) {
  const Table rows = {{"名前", "x,y"}, {"\"q\"", "改\n行"}, {""}, {"﨑", ""}};
  for (const CsvWriting how :
       {CsvWriting{}, CsvWriting{.bom = false}, CsvWriting{.cp932 = true}, CsvWriting{.separator = '\t'}}) {
    CsvWriter writer(how);
    for (const auto& row : rows) ASSERT_TRUE(writer.row(row));
    EXPECT_EQ(*table(writer.take(), {.separator = how.separator}), rows);
  }
  CsvWriter old({.cp932 = true});
  EXPECT_EQ(old.row(std::vector<std::string>{"𠮷"}).error().code, "base.text_invalid");
}

TEST(Csv, guards_formulas_but_not_numbers) {
  EXPECT_EQ(guard_formula("=1+1"), "'=1+1");
  EXPECT_EQ(guard_formula("@x"), "'@x");
  EXPECT_EQ(guard_formula("-cmd"), "'-cmd");
  EXPECT_EQ(guard_formula("\t=1"), "'\t=1");
  EXPECT_EQ(guard_formula("-"), "'-");
  EXPECT_EQ(guard_formula("-1.5"), "-1.5");
  EXPECT_EQ(guard_formula("+81"), "+81");
  EXPECT_EQ(guard_formula("-1+1"), "'-1+1");
  EXPECT_EQ(guard_formula("普通"), "普通");
  CsvWriter writer({.bom = false, .guard = false});
  ASSERT_TRUE(writer.row(std::vector<std::string>{"=a"}));
  EXPECT_EQ(writer.take(), "=a\r\n");
}

}  // namespace
}  // namespace yagura::document
