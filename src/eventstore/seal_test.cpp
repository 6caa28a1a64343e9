// The seal of a day does not care how events lie on disk, and of anything else it tells.
#include "eventstore/seal.hpp"
#include "eventstore/digest_runs.hpp"
#include "eventstore/embedded_ground.hpp"

namespace yagura::eventstore {
namespace {

class Seals : public EmbeddedGround {
 protected:
  Seal seal(std::int64_t day, SourceProof* proof = nullptr) {
    auto out = store().seal("city", "operation", day, proof ? std::span(proof, 1) : std::span<SourceProof>());
    EXPECT_TRUE(out) << out.error().text();
    return out ? *out : Seal{};
  }
  std::int64_t today() const {
    return std::chrono::floor<std::chrono::days>(clock_.now() + std::chrono::hours(9))
        .time_since_epoch()
        .count();
  }
};

TEST_F(Seals, StayAsTheyAreWhenEventsAreFlushedAndMerged) {
  for (std::int64_t i = 0; i < 4; ++i) ASSERT_TRUE(give(i * 100, 100));
  const auto first = seal(today());
  EXPECT_EQ(first.rows, 400);
  EXPECT_EQ(first.sources, 3);
  for (std::int64_t i = 4; i < 8; ++i) {
    clock_.advance(std::chrono::hours(24));
    ASSERT_TRUE(give(i * 100, 100));
    ASSERT_TRUE(store().flush());
  }
  while (*store().merge()) {
  }
  const auto again = seal(first.day);
  EXPECT_EQ(again.root, first.root);
  EXPECT_EQ(again.rows, 400);
  EXPECT_EQ(seal(first.day + 1).rows, 100);
  EXPECT_EQ(seal(first.day - 1).rows, 0);
}

// A device may say more in a day than can be held in memory.
TEST_F(Seals, AreTheSameInALittleMemory) {
  for (std::int64_t i = 0; i < 30; ++i) ASSERT_TRUE(give(i * 100, 100));
  const auto proofs = [&] {
    SourceProof proof;
    proof.source = "NB0";
    return proof;
  };
  auto whole = proofs();
  const auto first = seal(today(), &whole);
  ASSERT_EQ(first.rows, 3'000);
  ASSERT_GT(whole.events.size(), 100U);
  for (const std::size_t hashes : {1, 7, 64, 999}) {
    options_.seal_memory = hashes * sizeof(Digest);
    open();
    auto some = proofs();
    const auto again = seal(today(), &some);
    EXPECT_EQ(again.root, first.root) << hashes;
    EXPECT_EQ(again.rows, 3'000);
    EXPECT_EQ(some.events, whole.events);
    EXPECT_TRUE(proves(some, first.root));
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    EXPECT_FALSE(entry.path().filename().string().starts_with("hashes")) << entry.path();
}

TEST(HashesInRuns, ComeInOrderAndUseTheMemoryTheyAreGiven) {
  const auto folder = std::filesystem::temp_directory_path();
  DigestRuns runs(folder, 100 * sizeof(Digest));
  std::vector<Digest> all;
  std::uint32_t random = 1;
  for (const int count : {0, 1, 99, 100, 101, 5'000}) {
    all.clear();
    for (int i = 0; i < count; ++i) {
      Digest one{};
      for (auto& byte : one)
        byte = static_cast<unsigned char>((random = random * 1'664'525 + 1'013'904'223) >> 24U);
      one[0] %= 4;
      all.push_back(one);
      if (i % 10 == 0) all.push_back(one);  // twice
    }
    for (const auto& one : all) ASSERT_TRUE(runs.add(one));
    EXPECT_EQ(runs.size(), all.size());
    std::vector<Digest> given;
    ASSERT_TRUE(runs.take([&](const Digest& one) { given.push_back(one); }));
    std::ranges::sort(all);
    EXPECT_EQ(given, all) << count;
  }
  DigestRuns nowhere(folder / "no-such-folder", 2 * sizeof(Digest));
  Result<void> done;
  for (int i = 0; i < 3 && done; ++i) done = nowhere.add(Digest{});
  EXPECT_EQ(done.error().code, "eventstore.gone");
}

// The same events in two stores, but for one thing.
TEST_F(Seals, DifferWhenOneEventDoes) {
  ASSERT_TRUE(give(0, 100));
  const auto whole = seal(today());
  close();
  std::filesystem::remove_all(folder_);
  ASSERT_TRUE(give(0, 99));
  const auto less = seal(today());
  EXPECT_NE(less.root, whole.root);
  ASSERT_TRUE(give(99, 1));
  EXPECT_EQ(seal(today()).root, whole.root);
  ASSERT_TRUE(give(99, 1));
  EXPECT_NE(seal(today()).root, whole.root) << "an event that is there twice";
}

TEST_F(Seals, ProveTheEventsOfASource) {
  for (std::int64_t i = 0; i < 7; ++i) {
    std::vector<Record> records;
    for (std::int64_t r = 0; r < 5; ++r)
      records.push_back({at(r), {{"pc", "PC" + std::to_string(i)}, {"bytes", i * 10 + r}}});
    ASSERT_TRUE(store().append("city", "operation", batch_of(store().kinds().at("operation"), records)));
  }
  for (int i = 0; i < 7; ++i) {
    SourceProof proof;
    proof.source = "PC" + std::to_string(i);
    const auto root = seal(today(), &proof).root;
    ASSERT_EQ(proof.events.size(), 5U);
    EXPECT_TRUE(proves(proof, root));
    // The events themselves are what is proved.
    const auto& kind = store().kinds().at("operation");
    std::vector<Event::Cell> cells(kind.fields.size());
    for (std::size_t f = 0; f < cells.size(); ++f)
      if (kind.fields[f].type == FieldType::number) cells[f] = std::int64_t{0};
    cells[*kind.index_of("pc")] = std::string_view(proof.source);
    cells[*kind.index_of("bytes")] = std::int64_t{i * 10 + 3};
    EXPECT_TRUE(std::ranges::binary_search(proof.events, digest_of(kind, "city", today(), at(3), cells)));
    auto changed = proof;
    changed.events[2][7] ^= 1;
    std::ranges::sort(changed.events);
    EXPECT_FALSE(proves(changed, root));
    changed = proof;
    changed.events.pop_back();
    EXPECT_FALSE(proves(changed, root));
    changed = proof;
    changed.source = "PC9";
    EXPECT_FALSE(proves(changed, root));
    changed = proof;
    changed.place = (proof.place + 1) % proof.places;
    EXPECT_FALSE(proves(changed, root));
  }
}

}  // namespace
}  // namespace yagura::eventstore
