#include "contract/pack_archive.hpp"

#include "contract/scratch_packs.hpp"
#include "support/any_database.hpp"

namespace yagura::contract {
namespace {

class PackArchive : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (!IsSkipped()) ASSERT_TRUE(database().migrate(migrations()));
  }
  Result<void> keep(const Pack& pack) {
    return database().write([&](store::Session& s) { return keep_pack(s, pack, packs_.folder(), now_); });
  }
  Result<Pack> kept(const std::string& version) {
    return database().read([&](store::Session& s) { return kept_pack(s, "yukino", version); });
  }
  void change() { std::ofstream(packs_.folder() / "yukino" / "clocks.yaml", std::ios::app) << "# changed\n"; }
  std::size_t versions() {
    return database().read([&](store::Session& s) { return kept_versions(s, "yukino"); }).value().size();
  }

  ScratchPacks packs_;
  const Time now_ = parse_rfc3339("2026-04-28T00:00:00Z").value();
};

TEST_P(PackArchive, WhatWasInForceComesBackAfterItChanged) {
  const auto old = load_pack(packs_.pack("yukino")).value();
  ASSERT_TRUE(keep(old));
  ASSERT_TRUE(keep(old)) << "the next start";
  EXPECT_EQ(versions(), 1U);
  change();
  const auto changed = load_pack(packs_.pack("yukino"));
  ASSERT_TRUE(changed) << changed.error().text();
  ASSERT_NE(changed->version, old.version);
  ASSERT_TRUE(keep(*changed));
  EXPECT_EQ(versions(), 2U);
  const auto back = kept(old.version);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->version, old.version);
  EXPECT_EQ(back->clocks.size(), old.clocks.size());
  EXPECT_EQ(kept("0000").error().code, "contract.version_not_kept");
}

TEST_P(PackArchive, FilesThatChangedSinceTheyWereLoadedAreNotKeptAsThem) {
  const auto pack = load_pack(packs_.pack("yukino")).value();
  change();
  EXPECT_EQ(keep(pack).error().code, "contract.archive_broken");
  EXPECT_EQ(versions(), 0U);
}

TEST_P(PackArchive, SpoiledBytesAreSaidToBeSo) {
  const auto pack = load_pack(packs_.pack("yukino")).value();
  ASSERT_TRUE(keep(pack));
  const auto spoil = [&](const char* sql) {
    ASSERT_TRUE(database().write([&](store::Session& s) { return s.exec(sql); }));
    EXPECT_EQ(kept(pack.version).error().code, "contract.archive_broken") << sql;
  };
  spoil("UPDATE contract_pack SET size = size - 1");
  spoil("UPDATE contract_pack SET size = 9000000000000");
  spoil("UPDATE contract_pack SET size = -1");
}

YAGURA_ON_EVERY_DATABASE(PackArchive);

}  // namespace
}  // namespace yagura::contract
