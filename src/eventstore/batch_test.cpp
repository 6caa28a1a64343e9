#include "eventstore/batch.hpp"

#include <gmock/gmock.h>

#include "eventstore/coding.hpp"

namespace yagura::eventstore {
namespace {

Kind operation() { return *read_kind(YAGURA_SOURCE_DIR "/share/events/operation.yaml"); }

TEST(Kinds, AllOfTheProductAreRead) {
  const auto kinds = read_kinds(YAGURA_SOURCE_DIR "/share/events");
  ASSERT_TRUE(kinds) << kinds.error().text();
  EXPECT_TRUE(kinds->contains("operation"));
}

TEST(Batches, ComeBackAsTheyWere) {
  const auto kind = operation();
  BatchBuilder build(kind);
  const std::string nul("a\0b", 3), broken = "\xff\xfe\x80";
  for (int i = 0; i < 3; ++i) {
    build.row(from_micros(1'700'000'000'000'000 - i * 7));
    build.text(0, "NB001");
    build.text(5, i == 0 ? nul : broken);
    build.number(10, i == 0 ? INT64_MIN : INT64_MAX);
  }
  const auto batch = build.take();
  EXPECT_EQ(build.rows(), 0U);
  const auto again = read_batch(kind, write_batch(kind, batch));
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->times, batch.times);
  EXPECT_EQ(again->strings, batch.strings);
  for (std::size_t c = 0; c < kind.fields.size(); ++c) {
    EXPECT_EQ(again->columns[c].ids, batch.columns[c].ids);
    EXPECT_EQ(again->columns[c].numbers, batch.columns[c].numbers);
  }
  EXPECT_EQ(again->strings[again->columns[5].ids[0]], nul);
}

TEST(Batches, OfAnOlderKindHaveTheNewFieldEmpty) {
  auto kind = operation();
  BatchBuilder build(kind);
  build.row(from_micros(5));
  build.text(0, "NB001");
  const auto bytes = write_batch(kind, build.take());
  kind.fields.push_back({"added", FieldType::number, "", "", {}});
  const auto read = read_batch(kind, bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->columns.back().numbers, std::vector<std::int64_t>{0});
  kind.fields.erase(kind.fields.begin());
  EXPECT_EQ(read_batch(kind, bytes).error().code, "eventstore.field_unknown");
}

TEST(Batches, CutOffAnywhereAreRefused) {
  const auto kind = operation();
  BatchBuilder build(kind);
  build.row(from_micros(5));
  build.text(1, "e123456");
  const auto bytes = write_batch(kind, build.take());
  for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(read_batch(kind, bytes.substr(0, n))) << n;
  EXPECT_FALSE(read_batch(kind, bytes + "x"));
}

TEST(Frames, AFlippedBitAnywhereIsSeen) {
  const std::string payload(1000, 'x');
  for (const int level : {0, 3}) {
    std::string frame;
    put_frame(frame, payload, level);
    std::string out;
    ASSERT_TRUE(unframe(frame, out));
    EXPECT_EQ(out, payload);
    for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
      auto bad = frame;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      std::string ignored;
      EXPECT_EQ(unframe(bad, ignored).error().code, "eventstore.damaged") << bit;
    }
    std::string ignored;
    EXPECT_FALSE(unframe(frame, ignored, 999));
  }
}

}  // namespace
}  // namespace yagura::eventstore
