// Whole sources out of segments: everything once, and what is moved by them.
#include "eventstore/segment_sources.hpp"

#include <fstream>
#include <random>
#include <set>

#include "eventstore/embedded_ground.hpp"
#include "eventstore/fold.hpp"
#include "eventstore/move.hpp"
#include "eventstore/plain_store.hpp"
#include "eventstore/store_over.hpp"

namespace yagura::eventstore {
namespace {

using Dated = std::pair<Record, std::int64_t>;  // with its day of receipt

class SegmentSourcesTest : public EmbeddedGround {
 protected:
  SegmentSourcesTest() { options_.memory = 96U << 20; }
  void TearDown() override { std::filesystem::remove_all(progress()); }
  [[nodiscard]] std::filesystem::path progress() const { return folder_.string() + ".progress"; }

  // Events of three months in several segments of several days of receipt, many of one time; of one source
  // a third.
  void fill(unsigned seed, int batches) {
    std::mt19937 random(seed);
    const std::vector<std::string> sources = {"NB1",  "nb1",      "ＮＢ１", "NB2", "",
                                              "\xff", "サーバー", "NB3",    "NB4"};
    for (int b = 0; b < batches; ++b) {
      std::vector<Record> records;
      for (int i = 0; i < 150; ++i) {
        Record one{at(static_cast<std::int64_t>(random() % 24) * 250'000), {}};
        one.cells["pc"] = random() % 3 == 0 ? "NB1" : sources[random() % sources.size()];
        one.cells["title"] = "n" + std::to_string(random() % 1000) + std::string("\0'\\", 3);
        one.cells["action"] = random() % 2 == 0 ? "logon" : "print";
        one.cells["bytes"] = static_cast<std::int64_t>(random()) - 1'000'000'000;
        records.push_back(std::move(one));
      }
      const auto& kind = store().kinds().at("operation");
      ASSERT_TRUE(store().append("city", "operation", batch_of(kind, records)));
      if (b % 3 == 2) {
        ASSERT_TRUE(store().flush());
        clock_.advance(std::chrono::hours(24));
      }
    }
  }

  static Query query(std::int64_t from, std::int64_t to) {
    return {"city", {"operation"}, from_micros(from), from_micros(to), {}};
  }
  std::multiset<Dated> searched(const Query& query) {
    std::multiset<Dated> out;
    const auto outcome =
        store().search(query, {false, 1'000'000, {}, true}, {}, [&](const Event& event) -> Result<bool> {
          out.emplace(record_of(event), event.day);
          return true;
        });
    EXPECT_TRUE(outcome && !outcome->partial());
    return out;
  }
  void add(const Batch& batch, std::multiset<Dated>& to) {
    const auto& kind = store().kinds().at("operation");
    ASSERT_EQ(batch.days.size(), batch.rows());
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      Event event{&kind, from_micros(batch.times[r]), {}, batch.days[r]};
      for (const auto& column : batch.columns)
        if (column.ids.empty())
          event.cells.emplace_back(column.numbers[r]);
        else
          event.cells.emplace_back(batch.strings[column.ids[r]]);
      to.emplace(record_of(event), event.day);
    }
  }
};

// Fails at every third batch, before or after it is in.
class Breaking final : public StoreOver {
 public:
  using StoreOver::StoreOver;
  Result<void> append(std::string_view contract, std::string_view kind, Batch batch) override {
    const auto which = calls_++;
    most_rows = std::max(most_rows, batch.rows());
    if (which % 6 == 2) return fail("test.broken");
    YAGURA_CHECK(StoreOver::append(contract, kind, std::move(batch)));
    if (which % 6 == 5) return fail("test.broken");
    return {};
  }
  std::size_t most_rows = 0;

 private:
  std::size_t calls_ = 0;
};

std::int64_t move_until_done(EventStore& from, EventStore& to, const MoveOptions& options) {
  for (std::int64_t broken = 0; broken < 1000; ++broken) {
    const auto moved = move_events(from, to, options);
    if (moved) return broken;
    EXPECT_EQ(moved.error().code, "test.broken") << moved.error().text();
    if (moved.error().code != "test.broken") return -1;
  }
  return -1;
}

TEST_F(SegmentSourcesTest, GivesEveryEventOnceHoweverItIsCut) {
  fill(1, 14);
  const std::vector<std::string> sources = {"", "\xff", "NB1", "NB2", "NB3", "NB4", "サーバー", "z"};
  std::set<std::string> folded;
  for (const auto& one : sources) folded.insert(fold(one));
  std::mt19937 random(2);
  for (int merged = 0; merged < 2; ++merged) {
    for (int round = 0; round < 20; ++round) {
      const auto from = at(static_cast<std::int64_t>(random() % 20) * 250'000),
                 to = from + 1 + static_cast<std::int64_t>(random() % 6'000'000) * 1'000'000;
      auto reader = store().source_reader(query(from, to));
      ASSERT_TRUE(reader && *reader) << reader.error().text();
      std::multiset<Dated> found;
      std::optional<std::string> after;
      for (auto at = folded.begin(); at != folded.end();) {
        SourceStretch stretch{after, *at, from, to};
        // Some sources together, or one in pieces.
        if (random() % 2 == 0) {
          for (auto more = random() % 4; more > 0 && std::next(at) != folded.end(); --more)
            stretch.last = *++at;
          if (random() % 3 == 0) {  // asked once more, as after a piece that did not fit
            ASSERT_TRUE((*reader)->read({&stretch, 1}));
          }
          // With the one behind it, as a move asks.
          std::vector<SourceStretch> asked{stretch};
          if (std::next(at) != folded.end()) asked.push_back({stretch.last, *++at, from, to});
          const auto batches = (*reader)->read(asked);
          ASSERT_TRUE(batches);
          ASSERT_EQ(batches->size(), asked.size());
          for (const auto& batch : *batches) add(batch, found);
        } else {
          for (stretch.to = from; stretch.to < to;) {
            stretch.from = stretch.to;
            stretch.to =
                std::min(to, stretch.to + 1 + static_cast<std::int64_t>(random() % 1'500'000) * 1'000'000);
            const auto batch = (*reader)->read({&stretch, 1});
            ASSERT_TRUE(batch && batch->size() == 1);
            add(batch->front(), found);
          }
        }
        after = *at++;
      }
      EXPECT_EQ(found, searched(query(from, to))) << round;
    }
    while (store().merge().value()) {
    }
  }
}

TEST_F(SegmentSourcesTest, SaysWhenItDoesNotFit) {
  const auto& kind = store().kinds().at("operation");
  for (int b = 0; b < 2; ++b) {
    BatchBuilder build(kind);
    for (int i = 0; i < 40'000; ++i) {
      build.row(from_micros(at(b * 40'000 + i)));
      build.text(*kind.index_of("pc"), "NB1");
    }
    ASSERT_TRUE(store().append("city", "operation", build.take()));
  }
  const auto reader = store().source_reader(query(at(0), at(80'000)));
  ASSERT_TRUE(reader);
  const auto read = [&](std::int64_t from, std::int64_t to) {
    const std::vector<SourceStretch> asked{{{}, "a", 0, at(80'000)}, {"a", fold("NB1"), at(from), at(to)}};
    auto batches = (*reader)->read(asked).value();
    EXPECT_EQ(batches.at(0).rows(), 0U);
    return batches.size() == 1 ? -1 : std::ssize(batches.at(1).times);
  };
  EXPECT_EQ(read(0, 80'000), -1);
  EXPECT_EQ(read(0, 40'000), 40'000);
  EXPECT_EQ(read(40'000, 80'000), 40'000);
  EXPECT_EQ(read(10'000, 30'000), 20'000);
}

// Whatever byte is wrong: an error, or everything as it was.
TEST_F(SegmentSourcesTest, LeavesNothingOutOfADamagedSegment) {
  fill(3, 3);
  const auto all = query(at(0), at(10'000'000));
  const auto right = searched(all);
  ASSERT_EQ(right.size(), 450U);
  const auto files = store().files("city", "operation");
  ASSERT_FALSE(files.empty());
  const auto file = segment_file(folder_, files.front());
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(file));
  std::mt19937 random(4);
  int damaged = 0;
  for (int round = 0; round < 60; ++round) {
    close();
    const auto place = static_cast<std::streamoff>(random() % static_cast<std::uint64_t>(size));
    std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
    bytes.seekg(place);
    const auto old = static_cast<char>(bytes.get());
    bytes.seekp(place).put(static_cast<char>(old ^ 1 << random() % 8)).flush();
    std::multiset<Dated> found;
    const auto reader = store().source_reader(all);
    const SourceStretch whole{{}, "\xff\xff\xff", at(0), at(10'000'000)};
    const auto batch = reader ? (*reader)->read({&whole, 1}) : std::unexpected(reader.error());
    if (batch) {
      ASSERT_EQ(batch->size(), 1U);
      add(batch->front(), found);
      EXPECT_EQ(found, right) << place;
    } else {
      EXPECT_EQ(batch.error().code, "eventstore.damaged") << batch.error().text();
      ++damaged;
    }
    bytes.seekp(place).put(old).flush();
  }
  EXPECT_GT(damaged, 2);  // most bytes are those of lists of fragments, which are not read
}

TEST_F(SegmentSourcesTest, AMoveGoesOnWithinASource) {
  fill(5, 12);
  PlainStore plain(example_kinds(), clock_, std::make_shared<PlainRows>());
  Breaking target(plain);
  MoveOptions options;
  options.progress = progress();
  options.batch_rows = 60;  // NB1 has many times that, and more than that at one instant
  EXPECT_GT(move_until_done(store(), target, options), 5);
  EXPECT_EQ(everything(plain, "city"), everything(store(), "city"));
  EXPECT_LE(target.most_rows, 60U);
}

// Sources that are few and together too large for a batch, and an instant that is.
TEST_F(SegmentSourcesTest, AMoveCutsWhatIsTooLargeTogether) {
  const auto& kind = store().kinds().at("operation");
  int n = 0;
  for (const auto* pc : {"NB1", "NB2", "NB3"})
    for (int i = 0; i < 4; ++i) {
      auto text = std::string(2'500'000, 'x');
      text += std::to_string(n++);
      Record one{at(pc == std::string_view("NB3") ? 1 : i), {{"pc", pc}, {"title", text}}};
      one.cells["path"] = text + (pc == std::string_view("NB3") ? "y" : "");
      ASSERT_TRUE(store().append("city", "operation", batch_of(kind, {one})));
    }
  PlainStore plain(example_kinds(), clock_, std::make_shared<PlainRows>());
  Breaking target(plain);
  MoveOptions options;
  options.progress = progress();
  EXPECT_GT(move_until_done(store(), target, options), 0);
  EXPECT_EQ(everything(plain, "city"), everything(store(), "city"));
}

}  // namespace
}  // namespace yagura::eventstore
