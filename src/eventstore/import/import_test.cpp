#include "eventstore/import/import.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>

#include <fstream>
#include <set>

#include "base/text.hpp"
#include "eventstore/embedded.hpp"
#include "eventstore/store_over.hpp"

namespace yagura::eventstore {
namespace {

namespace fs = std::filesystem;

const fs::path kShare = fs::path(YAGURA_SOURCE_DIR) / "share";

// Breaks at one append: before it, or behind it as a crash does that comes before anything is written down.
class BreakingStore final : public StoreOver {
 public:
  using StoreOver::StoreOver;
  Result<void> append(std::string_view contract, std::string_view kind, Batch batch) override {
    const bool breaks = ++appends_ == break_at;
    if (!breaks || behind) YAGURA_CHECK(StoreOver::append(contract, kind, std::move(batch)));
    return breaks ? fail("eventstore.gone", {{"reason", "test"}}) : Result<void>{};
  }

  int break_at = 0;
  bool behind = false;

 private:
  int appends_ = 0;
};

class ImportTest : public ::testing::Test {
 protected:
  ImportTest() {
    std::string pattern = "/tmp/yagura-import-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    store_ = EmbeddedStore::open(folder_ / "events", read_kinds(kShare / "events").value(), clock_,
                                 {.background = false})
                 .value();
  }
  ~ImportTest() override { fs::remove_all(folder_); }

  fs::path file(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }
  Mapping skysea() {
    return Mapping::read(kShare / "imports/skysea_operations.yaml", store_->kinds()).value();
  }
  Result<Imported> import(EventStore& store, Mapping mapping, const fs::path& input,
                          std::size_t batch = 16'384) {
    return import_file(store, std::move(mapping), input,
                       {.contract = "matsusaka", .state = folder_ / "state", .batch_rows = batch});
  }
  // Every event as "field=value …", as often as it is there.
  std::multiset<std::string> events() {
    std::multiset<std::string> out;
    Query query;
    query.contract = "matsusaka";
    EXPECT_TRUE(store_->search(query, {.newest_first = false, .limit = 100'000, .after = {}}, {},
                               [&](const Event& event) -> Result<bool> {
                                 std::string said = to_rfc3339(event.at);
                                 for (std::size_t i = 0; i < event.cells.size(); ++i)
                                   if (const auto* text = std::get_if<std::string_view>(&event.cells[i])) {
                                     if (!text->empty())
                                       said.append(" " + event.kind->fields[i].name + "=").append(*text);
                                   } else if (const auto n = std::get<std::int64_t>(event.cells[i]); n != 0) {
                                     said += " " + event.kind->fields[i].name + "=" + std::to_string(n);
                                   }
                                 out.insert(said);
                                 return true;
                               }));
    return out;
  }
  static std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static std::string lines(int count, int from = 0) {
    std::string out =
        "日時,端末名,ユーザー名,部署名,ログ種別,アプリケーション名,ウィンドウタイトル,ファイル名,ドライブ,"
        "デバイス名,URL,サイズ\r\n";
    for (int i = from; i < from + count; ++i)
      out += "2026/04/28 17:" + std::to_string(10 + i / 600 % 50) + ":" + std::to_string(i / 10 % 60) +
             ",PC-" + std::to_string(i % 7) + ",tanaka,人事課,ファイルコピー,EXPLORER.EXE,,C:\\見積" +
             std::to_string(i) + ".xlsx,E:,USB-1,," + std::to_string(i) + "\r\n";
    return out;
  }

  SystemClock clock_;
  fs::path folder_;
  std::unique_ptr<EmbeddedStore> store_;
};

TEST_F(ImportTest, AnExportInWindows31JBecomesEvents) {
  const auto input = file("log.csv", to_cp932(lines(2)).value());
  const auto done = import(*store_, skysea(), input).value();
  EXPECT_TRUE(done.whole);
  EXPECT_EQ(done.counts.rows, 2U);
  EXPECT_EQ(done.counts.rejected, 0U);
  EXPECT_EQ(events(), (std::multiset<std::string>{
                          "2026-04-28T08:10:00Z pc=PC-0 user=tanaka section=人事課 action=file-copy "
                          "app=EXPLORER.EXE path=C:\\見積0.xlsx drive=E: usb=USB-1",
                          "2026-04-28T08:10:00Z pc=PC-1 user=tanaka section=人事課 action=file-copy "
                          "app=EXPLORER.EXE path=C:\\見積1.xlsx drive=E: usb=USB-1 bytes=1"}));
}

TEST_F(ImportTest, AFileThatWasImportedIsKnownByItsBytes) {
  ASSERT_TRUE(import(*store_, skysea(), file("log.csv", to_cp932(lines(5)).value())));
  const auto again = import(*store_, skysea(), file("renamed.csv", to_cp932(lines(5)).value())).value();
  EXPECT_TRUE(again.before);
  EXPECT_EQ(events().size(), 5U);
}

TEST_F(ImportTest, NothingIsLostOrTwiceWhereverItBreaks) {
  const auto input =
      file("log.csv", to_cp932(lines(50) + "kaputt\r\n" + lines(50, 50).substr(lines(0).size())).value());
  for (const bool behind : {false, true})
    for (int at = 1; at <= 11; ++at) {
      SCOPED_TRACE(std::to_string(at) + (behind ? " behind" : " before"));
      fs::remove_all(folder_ / "state");
      store_.reset();
      fs::remove_all(folder_ / "events");
      store_ = EmbeddedStore::open(folder_ / "events", read_kinds(kShare / "events").value(), clock_,
                                   {.background = false})
                   .value();
      BreakingStore breaking(*store_);
      breaking.break_at = at;
      breaking.behind = behind;
      const auto broken = import(breaking, skysea(), input, 10);
      if (at <= 10) EXPECT_EQ(broken.error().code, "eventstore.gone");
      const auto done = import(*store_, skysea(), input, 10).value();
      EXPECT_TRUE(done.whole);
      EXPECT_EQ(done.counts.records, 101U);
      EXPECT_EQ(done.counts.rows, 100U);
      EXPECT_EQ(done.counts.rejected, 1U);
      const auto found = events();
      EXPECT_EQ(found.size(), 100U);
      EXPECT_EQ(std::set<std::string>(found.begin(), found.end()).size(), 100U);
      EXPECT_EQ(read(done.rejects), "# record 52: columns: 1 instead of 12\nkaputt\n");
    }
}

TEST_F(ImportTest, EventsThatWereThereBeforeAreNotTakenForTheBatch) {
  ASSERT_TRUE(import(*store_, skysea(), file("first.csv", to_cp932(lines(10)).value())));
  const auto longer = file("second.csv", to_cp932(lines(11)).value());
  BreakingStore breaking(*store_);
  breaking.break_at = 1;
  EXPECT_FALSE(import(breaking, skysea(), longer));
  EXPECT_TRUE(import(*store_, skysea(), longer).value().whole);
  EXPECT_EQ(events().size(), 21U) << "the same ten events of another file are ten more";
}

TEST_F(ImportTest, ItEndsWhenToldAndGoesOn) {
  const auto input = file("log.csv", to_cp932(lines(40)).value());
  ImportOptions options{.contract = "matsusaka", .state = folder_ / "state", .batch_rows = 10};
  std::vector<std::uint64_t> seen;
  options.progress = [&](const ImportProgress& p) {
    seen.push_back(p.rows);
    return seen.size() != 2;
  };
  EXPECT_FALSE(import_file(*store_, skysea(), input, options).value().whole);
  const auto done = import_file(*store_, skysea(), input, options).value();
  EXPECT_TRUE(done.resumed);
  EXPECT_TRUE(done.whole);
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{10, 20, 30, 40, 40}));
  EXPECT_EQ(events().size(), 40U);
}

TEST_F(ImportTest, WhatIsNoEventIsKeptWholeWithTheReason) {
  const auto header = lines(0);
  const auto input = file("log.csv", to_cp932(header + "昨日,PC-1,a,,,,,,,,,\r\n"
                                                       "2026/02/30 1:02:03,PC-1,a,,,,,,,,,\r\n"
                                                       "2026/4/8 1:02:03,PC-1,a,,,,\"題\r\n名\",,,,,\r\n"
                                                       "2026/4/8 1:02:03,PC-1,a,,,,,,,,,多い\r\n"
                                                       "2026/4/8 1:02:03,\"PC\"-1,a,,,,,,,,,\r\n")
                                             .value() +
                                         "2026/4/8 1:02:03,PC-\xFF\xFF,a,,,,,,,,,\r\n\"offen,PC");
  const auto done = import(*store_, skysea(), input).value();
  EXPECT_EQ(events(), std::multiset<std::string>{"2026-04-07T16:02:03Z pc=PC-1 user=a title=題\r\n名"});
  EXPECT_EQ(done.counts.rejected, 6U);
  const auto rejects = read(done.rejects);
  for (const auto* reason : {"time: 昨日", "time: 2026/02/30 1:02:03", "bytes: 多い", "quote_inside",
                             "encoding", "quote_open\n\"offen,PC"})
    EXPECT_NE(rejects.find(reason), std::string::npos) << reason << "\n" << rejects;
}

TEST_F(ImportTest, LinesOfJsonGzippedWithNamesWithinNames) {
  const std::string text =
      "{\"time\":\"2026-04-28T17:10:30.5+09:00\",\"host\":\"web-1\",\"message\":\"検索\",\"severity\":"
      "\"err\",\"user\":{\"name\":\"sato\"},\"pid\":12}\n"
      "\n{\"time\":\"2026-04-28T08:10:31Z\",\"host\":\"web-1\"}\nnot json\n";
  const auto input = folder_ / "log.jsonl.gz";
  gzFile out = ::gzopen(input.c_str(), "wb");
  ::gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  ::gzclose(out);
  const auto mapping = [&] {
    return Mapping::read(kShare / "imports/generic_jsonl.yaml", store_->kinds()).value();
  };
  const auto done = import(*store_, mapping(), input).value();
  EXPECT_EQ(done.counts.rejected, 1U);
  EXPECT_EQ(
      events(),
      (std::multiset<std::string>{
          "2026-04-28T08:10:30.500000Z device=web-1 parser=import severity=err pid=12 user=sato message=検索",
          "2026-04-28T08:10:31Z device=web-1 parser=import"}));
  const auto whole = read(input);
  const auto cut = import(*store_, mapping(), file("cut.jsonl.gz", whole.substr(0, whole.size() - 9)));
  EXPECT_EQ(cut.error().code, "eventstore.import_unreadable") << "half a file is not taken for a whole one";
}

TEST_F(ImportTest, Utf16OfBothEnds) {
  const std::string utf8 = "when,who\n2026-04-28 01:02,髙橋𠮷\n";
  for (const bool big : {false, true}) {
    std::string wide = big ? "\xFE\xFF" : "\xFF\xFE";
    const auto put = [&](unsigned unit) {
      const char high = static_cast<char>(unit >> 8U), low = static_cast<char>(unit & 255U);
      wide += big ? high : low;
      wide += big ? low : high;
    };
    for (const char c : std::string_view("when,who\n2026-04-28 01:02,")) put(static_cast<unsigned char>(c));
    for (const unsigned unit : {0x9AD9U, 0x6A4BU, 0xD842U, 0xDFB7U, 0x0AU}) put(unit);
    RecordReader::Options options{RecordForm::csv, TextEncoding::utf16, ','};
    auto reader = RecordReader::open(file("wide.csv", wide), options).value();
    RecordReader::Record record;
    ASSERT_TRUE(reader.next(record).value());
    ASSERT_TRUE(reader.next(record).value());
    EXPECT_EQ(record.cells, (std::vector<std::string>{"2026-04-28 01:02", "髙橋𠮷"}));
    EXPECT_FALSE(reader.next(record).value());
  }
}

TEST_F(ImportTest, AMarkThatIsNeverClosedCostsItsLine) {
  std::string text = "a,\"b\n";
  for (int i = 0; i < 200'000; ++i) text += "c" + std::to_string(i) + ",d\n";
  text += std::string(3U << 20U, 'x') + "\nlast,one\n";
  auto reader = RecordReader::open(file("open.csv", text), {}).value();
  RecordReader::Record record;
  std::size_t good = 0, open = 0, piece = 0, longest = 0;
  std::string last;
  while (reader.next(record).value()) {
    good += record.fault.empty() ? 1 : 0;
    open += record.fault == "quote_open" ? 1 : 0;
    piece += record.fault == "too_long" ? 1 : 0;
    longest = std::max(longest, record.raw.size());
    last = record.raw;
  }
  EXPECT_EQ(good, 200'001U);
  EXPECT_EQ(open, 1U);
  EXPECT_EQ(piece, 3U);
  EXPECT_EQ(longest, RecordReader::most_record);
  EXPECT_EQ(last, "last,one");
}

TEST_F(ImportTest, MappingsThatCannotBe) {
  const auto make = [&](auto change) {
    MappingFile file{.import = "x",
                     .title = {},
                     .reference = {},
                     .kind = "syslog",
                     .time = {.columns = {"t"}, .format = "unix"}};
    change(file);
    return Mapping::make(file, store_->kinds());
  };
  EXPECT_TRUE(make([](MappingFile&) {}));
  EXPECT_EQ(make([](MappingFile& f) { f.kind = "x"; }).error().code, "eventstore.kind_unknown");
  EXPECT_EQ(make([](MappingFile& f) { f.fields["x"] = "y"; }).error().code, "eventstore.field_unknown");
  EXPECT_EQ(make([](MappingFile& f) { f.delimiter = "\""; }).error().code,
            "eventstore.import_mapping_invalid");
  EXPECT_EQ(make([](MappingFile& f) { f.time.zone = "JST"; }).error().code,
            "eventstore.import_mapping_invalid");
  EXPECT_EQ(make([](MappingFile& f) { f.header = false; }).error().code, "eventstore.import_mapping_invalid");
  EXPECT_EQ(make([](MappingFile& f) { f.values["app"]["a"] = "b"; }).error().code,
            "eventstore.import_mapping_invalid");
}

}  // namespace
}  // namespace yagura::eventstore
