#include <gtest/gtest.h>

#include <fmt/format.h>

#include "document/archive.hpp"
#include "document/number_format.hpp"
#include "document/xlsx_reader.hpp"
#include "document/xlsx_writer.hpp"

namespace yagura::document {
namespace {

using namespace std::chrono_literals;
using Rows = std::vector<std::pair<std::uint32_t, std::vector<Cell>>>;

DateTime at(int y, unsigned m, unsigned d, int h = 0, int min = 0, int s = 0) {
  const std::chrono::year_month_day day{std::chrono::year{y}, std::chrono::month{m}, std::chrono::day{d}};
  return {std::chrono::local_days{day} + std::chrono::hours{h} + std::chrono::minutes{min} +
          std::chrono::seconds{s}};
}

Result<Rows> all_rows(XlsxReader& book, std::size_t sheet = 0) {
  Rows out;
  YAGURA_CHECK(book.rows(sheet, [&](const Row& row) -> Result<> {
    out.push_back({row.number, {row.cells.begin(), row.cells.end()}});
    return {};
  }));
  return out;
}

struct Hand {
  std::string sheet = "<sheetData/>";
  std::string strings, styles, workbook_properties;
  std::string before_sheet;

  [[nodiscard]] std::string bytes() const {
    constexpr auto doc = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    ZipWriter zip;
    zip.add(
        "_rels/.rels",
        fmt::format(
            R"(<Relationships><Relationship Id="r1" Type="{}/officeDocument" Target="xl/workbook.xml"/></Relationships>)",
            doc));
    zip.add("xl/workbook.xml",
            fmt::format(R"(<workbook>{}<sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>)",
                        workbook_properties));
    std::string links =
        fmt::format(R"(<Relationship Id="r1" Type="{}/worksheet" Target="/xl/worksheets/sheet1.xml"/>)", doc);
    if (!strings.empty()) {
      links +=
          fmt::format(R"(<Relationship Id="r2" Type="{}/sharedStrings" Target="sharedStrings.xml"/>)", doc);
      zip.add("xl/sharedStrings.xml", "<sst>" + strings + "</sst>");
    }
    if (!styles.empty()) {
      links += fmt::format(R"(<Relationship Id="r3" Type="{}/styles" Target="styles.xml"/>)", doc);
      zip.add("xl/styles.xml", "<styleSheet>" + styles + "</styleSheet>");
    }
    zip.add("xl/_rels/workbook.xml.rels", "<Relationships>" + links + "</Relationships>");
    zip.add("xl/worksheets/sheet1.xml", before_sheet + "<worksheet>" + sheet + "</worksheet>");
    return *zip.finish();
  }
  [[nodiscard]] Result<Rows> read(const XlsxLimits& limits = {}) const {
    YAGURA_TRY(auto book, XlsxReader::from_bytes(bytes(), limits));
    return all_rows(book);
  }
};

std::string one_cell(const std::string& cell) {
  return "<sheetData><row r=\"1\">" + cell + "</row></sheetData>";
}

TEST(XlsxReader, drops_phonetic_guides_and_joins_runs) {
  Hand hand;
  hand.strings = R"(<si><t>高橋</t><rPh sb="0" eb="2"><t>タカハシ</t></rPh></si>)"
                 R"(<si><r><t>﨑</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 髙𠮷</t></r></si><si/>)";
  hand.sheet =
      R"(<sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c>)"
      R"(<c t="inlineStr"><is><t>行内</t><rPh sb="0" eb="1"><t>ギョウナイ</t></rPh></is></c></row></sheetData>)";
  const auto rows = hand.read();
  ASSERT_TRUE(rows) << rows.error().text();
  ASSERT_EQ(rows->size(), 1);
  const std::vector<Cell> wanted = {Cell{"高橋"}, Cell{"﨑 髙𠮷"}, Cell{""}, Cell{"行内"}};
  EXPECT_EQ((*rows)[0].second, wanted);
}

TEST(XlsxReader, knows_dates_by_style_in_both_systems) {
  Hand hand;
  hand.styles =
      R"(<numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>)"
      R"(<numFmt numFmtId="171" formatCode="[h]:mm"/></numFmts>)"
      R"(<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="20"/></cellXfs>)";
  hand.sheet =
      R"(<sheetData><row><c s="1"><v>46140</v></c><c s="2"><v>46140.5</v></c><c s="3"><v>1.5</v></c>)"
      R"(<c s="4"><v>0.75</v></c><c s="0"><v>46140</v></c><c s="1"><v>60</v></c><c s="99"><v>1</v></c>)"
      R"(<c t="d"><v>2026-04-28T17:10:00</v></c></row></sheetData>)";
  auto day = at(2026, 4, 28);
  day.has_time = false;
  auto rows = hand.read();
  ASSERT_TRUE(rows) << rows.error().text();
  std::vector<Cell> wanted = {Cell{day},     Cell{at(2026, 4, 28, 12)},
                              Cell{1.5},     Cell{DateTime{std::chrono::local_seconds{18h}, false, true}},
                              Cell{46140.0}, Cell{60.0},
                              Cell{1.0},     Cell{at(2026, 4, 28, 17, 10)}};
  EXPECT_EQ((*rows)[0].second, wanted);
  hand.workbook_properties = R"(<workbookPr date1904="1"/>)";
  hand.sheet = one_cell(R"(<c s="1"><v>44678</v></c>)");
  rows = hand.read();
  ASSERT_TRUE(rows);
  EXPECT_EQ((*rows)[0].second[0], Cell{day});
}

TEST(XlsxReader, gives_cached_values_booleans_errors_and_gaps) {
  Hand hand;
  hand.sheet =
      R"(<sheetData><row r="3"><c r="B3" t="str"><f>A1&amp;"x"</f><v>計算_x000D_済</v></c><c r="D3" t="b"><v>1</v></c>)"
      R"(<c r="E3" t="e"><v>#N/A</v></c><c r="F3"/></row><row r="4"/><row><c><v>-1.5E-3</v></c></row></sheetData>)";
  const auto rows = hand.read();
  ASSERT_TRUE(rows) << rows.error().text();
  ASSERT_EQ(rows->size(), 2);
  EXPECT_EQ((*rows)[0].first, 3);
  const std::vector<Cell> wanted = {Cell{}, Cell{"計算済"}, Cell{}, Cell{true}, Cell{CellError{"#N/A"}}};
  EXPECT_EQ((*rows)[0].second, wanted);
  EXPECT_EQ((*rows)[1].first, 5);
  EXPECT_EQ((*rows)[1].second, std::vector<Cell>{Cell{-0.0015}});
}

TEST(XlsxReader, refuses_what_is_broken_with_its_place) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {one_cell(R"(<c t="s"><v>7</v></c>)"), "shared string index"},
      {one_cell(R"(<c><v>12abc</v></c>)"), "number"},
      {one_cell(R"(<c t="d"><v>2026-13-40</v></c>)"), "date"},
      {R"(<sheetData><row r="2"/><row r="1"/></sheetData>)", "rows out of order"},
      {R"(<sheetData><row r="x"/></sheetData>)", "row number"},
      {R"(<sheetData><c><v>1</v></c></sheetData>)", "cell out of place"},
      {R"(<sheetData><row><row/></row></sheetData>)", "row out of place"},
      {R"(<sheetData><row>)", "mismatched tag"},
  };
  for (const auto& [sheet, reason] : cases) {
    Hand hand;
    hand.sheet = sheet;
    const auto rows = hand.read();
    ASSERT_FALSE(rows) << sheet;
    EXPECT_EQ(rows.error().code, "document.broken");
    EXPECT_EQ(rows.error().arg("reason"), reason) << sheet;
    EXPECT_EQ(rows.error().arg("part"), "xl/worksheets/sheet1.xml");
  }
}

TEST(XlsxReader, refuses_document_types_and_so_entity_bombs) {
  Hand hand;
  hand.before_sheet = R"(<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>)";
  const auto rows = hand.read();
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().arg("reason"), "document type declaration");
}

TEST(XlsxReader, holds_every_limit) {
  Hand wide;
  wide.sheet = one_cell(R"(<c r="XFD1"><v>1</v></c>)");
  EXPECT_EQ(wide.read().error().arg("what"), "columns");
  Hand far;
  far.sheet = R"(<sheetData><row r="4000000000"/></sheetData>)";
  EXPECT_EQ(far.read().error().arg("what"), "rows");
  Hand fat;
  fat.sheet = one_cell("<c t=\"inlineStr\"><is><t>" + std::string(200'000, 'x') + "</t></is></c>");
  EXPECT_EQ(fat.read().error().arg("what"), "cell");
  Hand fat_shared;
  fat_shared.strings = "<si><t>" + std::string(200'000, 'x') + "</t></si>";
  EXPECT_EQ(fat_shared.read().error().arg("what"), "cell");
  Hand many;
  for (int i = 0; i < 100; ++i) many.strings += "<si><t>0123456789</t></si>";
  XlsxLimits few;
  few.shared_string_bytes = 500;
  EXPECT_EQ(many.read(few).error().arg("what"), "shared strings");
  Hand deep;
  for (int i = 0; i < 1000; ++i) deep.sheet += "<x>";
  EXPECT_EQ(deep.read().error().arg("reason"), "nested too deeply");
}

TEST(XlsxReader, stops_a_zip_bomb_early) {
  Hand bomb;
  bomb.sheet = "<sheetData>" + std::string(64 << 20, ' ') + "</sheetData>";
  const auto rows = bomb.read();
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, "document.too_large");
  EXPECT_EQ(rows.error().arg("what"), "ratio of xl/worksheets/sheet1.xml");
  XlsxLimits small;
  small.archive.ratio = 1'000'000;
  small.archive.total_bytes = 1 << 20;
  EXPECT_EQ(bomb.read(small).error().arg("what"), "archive");
}

TEST(XlsxReader, names_what_a_file_is_not) {
  EXPECT_EQ(XlsxReader::from_bytes("").error().code, "document.not_a_workbook");
  EXPECT_EQ(XlsxReader::from_bytes("名称,台数\r\n").error().code, "document.broken");
  EXPECT_EQ(XlsxReader::from_bytes("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....").error().code,
            "document.encrypted_or_old");
  EXPECT_EQ(XlsxReader::open("/nonexistent/x.xlsx").error().code, "document.file_unreadable");
  ZipWriter other;
  other.add("hello.txt", "hello");
  EXPECT_EQ(XlsxReader::from_bytes(*other.finish()).error().code, "document.not_a_workbook");
  Hand hand;
  auto book = *XlsxReader::from_bytes(hand.bytes());
  EXPECT_EQ(book.rows(1, [](const Row&) { return Result<>{}; }).error().code, "document.sheet_missing");
  EXPECT_EQ(book.rows("無い表", [](const Row&) { return Result<>{}; }).error().code,
            "document.sheet_missing");
  std::string cut = hand.bytes();
  cut.resize(cut.size() / 2);
  EXPECT_EQ(XlsxReader::from_bytes(cut).error().code, "document.broken");
}

TEST(XlsxReader, notices_a_flipped_byte) {
  Hand hand;
  for (int i = 0; i < 200; ++i) hand.strings += fmt::format("<si><t>{}</t></si>", i * 7919);
  std::string bytes = hand.bytes();
  const auto part = bytes.find("xl/sharedStrings.xml");
  bytes[part + 20 + 40] = static_cast<char>(bytes[part + 20 + 40] ^ 0x55);
  EXPECT_EQ(XlsxReader::from_bytes(bytes).error().code, "document.broken");
}

TEST(XlsxReader, ends_with_the_callers_error) {
  Hand hand;
  hand.sheet = R"(<sheetData><row><c><v>1</v></c></row><row><c><v>2</v></c></row></sheetData>)";
  auto book = *XlsxReader::from_bytes(hand.bytes());
  int seen = 0;
  const auto done = book.rows(0, [&](const Row&) -> Result<> {
    ++seen;
    return fail("x.enough");
  });
  EXPECT_EQ(done.error().code, "x.enough");
  EXPECT_EQ(seen, 1);
}

void expect_made_elsewhere(const std::string& file, bool computed) {
  auto book = XlsxReader::open(std::string(YAGURA_SOURCE_DIR "/src/document/fixtures/") + file);
  ASSERT_TRUE(book) << book.error().text();
  ASSERT_EQ(book->sheets().size(), 2);
  EXPECT_EQ(book->sheets()[0].name, "装置");
  const auto rows = all_rows(*book);
  ASSERT_TRUE(rows) << rows.error().text();
  const auto& second = (*rows)[1].second;
  auto day = at(2026, 4, 28);
  EXPECT_EQ(second[0], Cell{"スイッチ"});
  EXPECT_EQ(second[1], Cell{12.0});
  EXPECT_EQ(std::get<DateTime>(second[2]).at, day.at);
  EXPECT_EQ(second[3], (Cell{DateTime{std::chrono::local_seconds{17h + 10min}, false, true}}));
  EXPECT_EQ(second[4], Cell{true});
  EXPECT_EQ(second[5], Cell{"﨑田 髙志"});
  EXPECT_EQ((*rows)[2].second[0], Cell{"=1+1"});
  EXPECT_EQ((*rows)[2].second[2], Cell{at(2026, 4, 29, 8, 30)});
  EXPECT_EQ(rows->back().first, 6);
  EXPECT_EQ(rows->back().second[5], Cell{"飛び"});
  if (computed) {
    EXPECT_EQ((*rows)[3].second[1], Cell{24.0});
  }
  const auto era = all_rows(*book, 1);
  ASSERT_TRUE(era);
  EXPECT_EQ((*era)[0].first, 3);
  EXPECT_TRUE(std::holds_alternative<DateTime>((*era)[0].second[2]));
}

TEST(XlsxReader, reads_a_book_of_openpyxl) { expect_made_elsewhere("openpyxl.xlsx", false); }
TEST(XlsxReader, reads_a_book_of_libreoffice) { expect_made_elsewhere("libreoffice.xlsx", true); }

TEST(NumberFormat, tells_dates_from_numbers) {
  const DateFormat none{}, date{true, false}, time{false, true}, both{true, true};
  for (const auto* code : {"General", "#,##0", "0.00E+00", "[h]:mm", "[mm]:ss", "\"d\"0", "0\\d", "@",
                           "#,##0\"日\"", "[Red]0.0", "標準0"})
    EXPECT_EQ(classify_format(code), none) << code;
  for (const auto* code :
       {"yyyy/m/d", "[$-411]ggge\"年\"m\"月\"d\"日\";@", "m\"月\"", "aaa", "e.m.d", "yyyy年m月d日"})
    EXPECT_EQ(classify_format(code), date) << code;
  for (const auto* code : {"h:mm", "h:mm AM/PM", "mm:ss.0", "h\"時\"mm\"分\""})
    EXPECT_EQ(classify_format(code), time) << code;
  EXPECT_EQ(classify_format("yyyy/m/d h:mm"), both);
  EXPECT_EQ(built_in_format(57), date);
  EXPECT_EQ(built_in_format(46), none);
}

TEST(NumberFormat, keeps_the_leap_day_that_never_was_out) {
  const DateFormat date{true, false};
  EXPECT_EQ(to_text(*from_serial(1, date, false)), "1900-01-01");
  EXPECT_EQ(to_text(*from_serial(59, date, false)), "1900-02-28");
  EXPECT_EQ(from_serial(60, date, false), std::nullopt);
  EXPECT_EQ(to_text(*from_serial(61, date, false)), "1900-03-01");
  EXPECT_EQ(from_serial(-1, date, false), std::nullopt);
  EXPECT_EQ(from_serial(1e300, date, false), std::nullopt);
  EXPECT_EQ(from_serial(std::nan(""), date, false), std::nullopt);
  for (const double serial : {1.0, 59.0, 61.0, 46140.75})
    EXPECT_EQ(to_serial(*from_serial(serial, date, false)), serial);
}

std::string sample_book(Time created = from_micros(1'777'000'000'000'000)) {
  XlsxWriter book({.title = "月報", .author = "運用", .subject = "", .created = created});
  const int sheet = *book.add_sheet(
      "一覧", {.paper = Paper::a3, .landscape = true, .header_rows = 1, .header_text = "A&B"});
  const int rows = *book.add_sheet("明'細");
  const int plain = book.style({});
  const int head = book.style({.bold = true, .border = true, .fill = 0xe8f1fe});
  EXPECT_EQ(book.style({}), plain);
  book.cell(sheet, 0, 0, "=cmd|' /C calc'!A0", head);
  book.cell(sheet, 0, 1, "@SUM(1)", head);
  book.cell(sheet, 1, 0, "﨑 髙 𠮷", plain);
  book.cell(sheet, 1, 1, at(2026, 4, 28, 17, 10), plain);
  book.link(sheet, 1, 2, 99.95, plain, rows, 4);
  book.cell(sheet, 1, 3, true, plain);
  book.cell(sheet, 2, 0, std::string("bad \xff byte, \x01 control, _x0041_"), plain);
  book.cell(sheet, 2, 1, std::nan(""), plain);
  book.cell(sheet, 2, 2, std::string(40'000, 'x'), plain);
  book.width(sheet, 0, 0, 24);
  book.filter(sheet, {0, 0, 2, 3});
  book.cell(rows, 0, 0, "月", head);
  for (int i = 1; i < 4; ++i) book.cell(rows, i, 1, static_cast<double>(i), plain);
  book.chart(rows, {.look = {.title = "推移"},
                    .categories = {1, 0, 3, 0},
                    .series = {{"値", {1, 1, 3, 1}}},
                    .sheet = rows,
                    .row = 6});
  auto bytes = book.finish();
  EXPECT_TRUE(bytes) << bytes.error().text();
  return bytes.value_or("");
}

TEST(XlsxWriter, gives_the_same_bytes_twice) {
  EXPECT_EQ(sample_book(), sample_book());
  EXPECT_NE(sample_book(), sample_book(from_micros(1)));
}

TEST(XlsxWriter, writes_what_the_reader_reads) {
  auto book = XlsxReader::from_bytes(sample_book());
  ASSERT_TRUE(book) << book.error().text();
  const auto rows = all_rows(*book);
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ((*rows)[0].second, (std::vector<Cell>{Cell{"=cmd|' /C calc'!A0"}, Cell{"@SUM(1)"}}));
  EXPECT_EQ((*rows)[1].second,
            (std::vector<Cell>{Cell{"﨑 髙 𠮷"}, Cell{at(2026, 4, 28, 17, 10)}, Cell{99.95}, Cell{true}}));
  EXPECT_EQ((*rows)[2].second[0], Cell{"bad \uFFFD byte,  control, _x0041_"});
  EXPECT_EQ((*rows)[2].second[1], Cell{});
  const auto& cut = std::get<std::string>((*rows)[2].second[2]);
  EXPECT_EQ(cut.size(), 32'766 + std::string("…").size());
}

TEST(XlsxWriter, writes_no_formula_and_a_link_that_leads) {
  auto zip = *ZipReader::from_bytes(sample_book());
  const auto sheet = *zip.read("xl/worksheets/sheet1.xml");
  EXPECT_EQ(sheet.find("<f>"), std::string::npos);
  EXPECT_NE(sheet.find("location=\"'明''細'!A5\""), std::string::npos) << sheet.substr(sheet.size() - 800);
  EXPECT_NE(sheet.find("<v>99.95"), std::string::npos);
  EXPECT_NE(sheet.find("paperSize=\"8\""), std::string::npos);
  EXPECT_NE(zip.read("xl/workbook.xml")->find("Print_Titles"), std::string::npos);
  EXPECT_NE(zip.read("docProps/core.xml")->find("2026-04-24"), std::string::npos);
}

TEST(XlsxWriter, refuses_names_excel_refuses) {
  XlsxWriter book({});
  EXPECT_EQ(book.add_sheet("a/b").error().code, "document.write_failed");
  EXPECT_TRUE(book.add_sheet("同じ"));
  EXPECT_FALSE(book.add_sheet("同じ"));
  EXPECT_TRUE(book.finish());
  EXPECT_EQ(book.finish().error().code, "document.write_failed");
}

TEST(XlsxWriter, streams_the_same_values) {
  XlsxWriter book({}, true);
  const int sheet = *book.add_sheet("表");
  const int plain = book.style({});
  for (int row = 0; row < 500; ++row) {
    book.cell(sheet, row, 0, fmt::format("行 {}", row), plain);
    book.cell(sheet, row, 1, row * 0.5, plain);
  }
  auto read = XlsxReader::from_bytes(*book.finish());
  ASSERT_TRUE(read);
  const auto rows = all_rows(*read);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 500);
  EXPECT_EQ(rows->back().second, (std::vector<Cell>{Cell{"行 499"}, Cell{249.5}}));
}

TEST(Cell, is_told_as_a_person_types_it) {
  EXPECT_EQ(to_text(Cell{}), "");
  EXPECT_EQ(to_text(Cell{42.0}), "42");
  EXPECT_EQ(to_text(Cell{-0.0}), "0");
  EXPECT_EQ(to_text(Cell{0.1 + 0.2}), "0.3");
  EXPECT_EQ(to_text(Cell{123456789012.0}), "123456789012");
  EXPECT_EQ(to_text(Cell{at(2026, 4, 28, 17, 10)}), "2026-04-28T17:10:00");
  EXPECT_EQ(to_text(Cell{DateTime{std::chrono::local_seconds{17h}, false, true}}), "17:00:00");
  EXPECT_EQ(to_text(Cell{CellError{"#N/A"}}), "#N/A");
}

}  // namespace
}  // namespace yagura::document
