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

}  // namespace
}  // namespace yagura::eventstore
