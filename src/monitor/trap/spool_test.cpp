#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <random>

#include "monitor/trap/spool.hpp"

namespace yagura::monitor::trap {
namespace {

namespace fs = std::filesystem;

class SpoolTest : public ::testing::Test {
 protected:
  SpoolTest() {
    auto name = (fs::temp_directory_path() / "spool-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~SpoolTest() override {
    ::umount2((folder_ / "disk").c_str(), MNT_DETACH);  // where a test stopped half-way
    fs::remove_all(folder_);
  }

  [[nodiscard]] std::unique_ptr<Spool> open(std::uint64_t segment_bytes = 64U << 20U) const {
    auto spool = Spool::open({folder_, segment_bytes});
    EXPECT_TRUE(spool) << spool.error().text();
    return std::move(*spool);
  }
  static Result<> put(Spool& spool, const std::vector<std::string>& payloads) {
    std::string frames;
    for (const auto& payload : payloads) {
      const auto at = begin_frame(frames);
      frames += payload;
      end_frame(frames, at);
    }
    return spool.append(frames, payloads.size());
  }
  [[nodiscard]] std::vector<std::string> all(Cursor from = {}) const {
    SpoolReader reader(folder_, from);
    std::vector<std::string> out;
    for (;;) {
      const auto record = reader.next(kWhole);
      if (!record) {
        out.push_back(record.error().code);
        continue;
      }
      if (!*record) return out;
      out.emplace_back(**record);
    }
  }
  [[nodiscard]] fs::path newest() const {
    auto digits = std::to_string(segments(folder_).back());
    return folder_ / (std::string(20 - digits.size(), '0') + digits + ".trap");
  }

  fs::path folder_;
};

TEST(Crc32c, KnownValues) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);  // the check value of RFC 3720
  EXPECT_EQ(crc32c("6789", crc32c("12345")), 0xe3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
}

TEST_F(SpoolTest, ReadsBackInOrderAcrossFilesAndStarts) {
  std::vector<std::string> wanted;
  for (int start = 0; start < 3; ++start) {
    const auto spool = open(4096);
    EXPECT_EQ(spool->end(), wanted.size());
    EXPECT_EQ(spool->recovery().cut_bytes, 0U);
    for (int i = 0; i < 100; ++i) {
      const std::vector<std::string> group = {std::to_string(wanted.size()), std::string(100, 'x')};
      ASSERT_TRUE(put(*spool, group));
      wanted.insert(wanted.end(), group.begin(), group.end());
    }
  }
  EXPECT_GT(segments(folder_).size(), 5U);
  EXPECT_EQ(all(), wanted);
  EXPECT_EQ(all({301, 0, 0}), std::vector<std::string>(wanted.begin() + 301, wanted.end()));
}

TEST_F(SpoolTest, ReaderFollowsTheWriterAndNeverRunsAhead) {
  const auto spool = open(2048);
  SpoolReader reader(folder_, {});
  EXPECT_EQ(reader.next(spool->extent()).value(), std::nullopt);
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(put(*spool, {std::to_string(i), "second"}));
    EXPECT_EQ(reader.next({spool->end() - 1, 0}).value(), std::to_string(i));
    EXPECT_EQ(reader.next({spool->end() - 1, 0}).value(), std::nullopt);
    EXPECT_EQ(reader.next(spool->extent()).value(), "second");
  }
}

// Every length at which a crash may leave the last file.
TEST_F(SpoolTest, TornTailIsCutAtAnyOctet) {
  {
    const auto spool = open();
    ASSERT_TRUE(put(*spool, {"first", "second"}));
    ASSERT_TRUE(put(*spool, {"third"}));
  }
  std::ifstream in(newest(), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  const auto path = newest();
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    for (const std::string& junk :
         {std::string(), std::string(40, '\0'), std::string("\x05\0\0\0garbage!", 12)}) {
      if (length == whole.size() && junk.empty()) continue;
      std::ofstream(path, std::ios::binary | std::ios::trunc) << whole.substr(0, length) << junk;
      const bool headed = length >= 16;
      if (!headed && length > 0 && length + junk.size() >= 16)
        continue;  // not a torn head but another's file
      const auto opened = Spool::open({folder_});
      if (!headed && junk.size() >= 16 && junk.find_first_not_of('\0') != std::string::npos) {
        EXPECT_FALSE(opened);
        continue;
      }
      ASSERT_TRUE(opened) << length << " " << opened.error().text();
      const auto kept = (*opened)->end();
      ASSERT_LE(kept, 3U);
      ASSERT_TRUE(put(**opened, {"after"}));
      const auto read = all();
      ASSERT_EQ(read.size(), kept + 1) << length;
      EXPECT_EQ(read.back(), "after");
      for (std::uint64_t i = 0; i < kept; ++i)
        EXPECT_EQ(read[i], (std::vector<std::string>{"first", "second", "third"})[i]);
    }
  }
}

TEST_F(SpoolTest, AWrongOctetInAnOldFileIsSaidAndStepsOver) {
  {
    const auto spool = open(64);
    for (const auto* text :
         {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "c"})
      ASSERT_TRUE(put(*spool, {text}));
  }
  ASSERT_GE(segments(folder_).size(), 2U);
  std::fstream file(folder_ / "00000000000000000000.trap", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(30);
  file.put('X');
  file.close();
  const auto read = all();
  EXPECT_EQ(read.front(), "monitor.trap_spool_corrupt");
  EXPECT_EQ(read.back(), "c");
}

TEST_F(SpoolTest, ForeignFileIsNotTouched) {
  std::ofstream(folder_ / "00000000000000000000.trap") << "somebody's diary, longer than a head";
  EXPECT_EQ(Spool::open({folder_}).error().code, "monitor.trap_spool_open");
  EXPECT_EQ(fs::file_size(folder_ / "00000000000000000000.trap"), 36U);
}

TEST_F(SpoolTest, ConsumedFilesAreDroppedAndLaggardsAreTold) {
  const auto spool = open(256);
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(put(*spool, {std::string(100, 'x')}));
  EXPECT_EQ(drop_consumed(folder_, {0, 0, 0}, 0), 0U);
  EXPECT_GT(drop_consumed(folder_, {25, 0, 0}, 0), 0U);
  EXPECT_LE(segments(folder_).front(), 25U);
  EXPECT_GT(segments(folder_).front(), 20U);
  SpoolReader late(folder_, {});
  ASSERT_TRUE(late.next(spool->extent()).value());
  EXPECT_EQ(late.skipped(), segments(folder_).front());
  drop_consumed(folder_, {50, 0, 0}, 0);
  EXPECT_EQ(segments(folder_).size(), 1U);  // the file being written stays
}

TEST_F(SpoolTest, CursorIsOldOrNewNeverHalf) {
  const auto file = folder_ / "cursor";
  EXPECT_EQ(load_cursor(file).value(), Cursor{});
  const Cursor cursor{12345678901, 12345678000, 777};
  ASSERT_TRUE(save_cursor(file, cursor));
  EXPECT_EQ(load_cursor(file).value(), cursor);
  for (const auto* bad : {"", "1", "1 2 3", "1 2 3 4\n", "x y z w", "99999999999999999999999 1 1 1"}) {
    std::ofstream(file, std::ios::trunc) << bad;
    EXPECT_EQ(load_cursor(file).error().code, "monitor.trap_cursor_invalid") << bad;
  }
}

// A disk of 256 KiB: the group that does not fit leaves nothing behind, and all is well once there is room.
TEST_F(SpoolTest, FullDiskTakesAllOfAGroupOrNothing) {
  const auto disk = folder_ / "disk";
  fs::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=256k") != 0) GTEST_SKIP() << "mounting needs root";
  {
    auto spool = Spool::open({disk / "spool", 100 << 10}).value();
    std::uint64_t stored = 0;
    Result<> last;
    for (int i = 0; i < 100 && last; ++i) {
      last = put(*spool, std::vector<std::string>(10, std::string(1000, static_cast<char>('a' + i % 26))));
      if (last) stored += 10;
    }
    ASSERT_FALSE(last);
    EXPECT_EQ(last.error().code, "monitor.trap_spool_write");
    EXPECT_EQ(last.error().arg("reason"), "No space left on device");
    EXPECT_EQ(spool->end(), stored);
    EXPECT_GT(stored, 100U);
    SpoolReader reader(disk / "spool", {});
    std::uint64_t read = 0;
    while (reader.next(spool->extent()).value()) ++read;
    EXPECT_EQ(read, stored);
    EXPECT_GT(drop_consumed(disk / "spool", reader.cursor(), 0), 0U);
    ASSERT_TRUE(put(*spool, {"room again"}));
    EXPECT_EQ(reader.next(spool->extent()).value(), "room again");
  }
  ::umount(disk.c_str());
}

// A reader that has octets of a group in its buffer must not take them for what replaced the group.
TEST_F(SpoolTest, TakenBackOctetsAreNotRead) {
  const auto disk = folder_ / "disk";
  fs::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0) GTEST_SKIP() << "mounting needs root";
  {
    auto spool = Spool::open({disk / "spool"}).value();
    ASSERT_TRUE(put(*spool, {"stored"}));
    SpoolReader reader(disk / "spool", {});
    ASSERT_FALSE(put(*spool, std::vector<std::string>(40, std::string(3000, 'x'))));
    EXPECT_EQ(reader.next(spool->extent()).value(), "stored");
    EXPECT_EQ(reader.next(spool->extent()).value(), std::nullopt);
    ASSERT_TRUE(put(*spool, {"replaced"}));
    EXPECT_EQ(reader.next(spool->extent()).value(), "replaced");
  }
  ::umount(disk.c_str());
}

TEST_F(SpoolTest, KilledWriterLosesNothingItReported) {
  for (int round = 0; round < 5; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const auto before = Spool::open({folder_, 16 << 10}).value()->end();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe_ends[0]);
      auto spool = Spool::open({folder_, 16 << 10}).value();
      for (std::uint64_t i = before;; ++i) {
        if (!put(*spool, {std::to_string(i)})) ::_exit(1);
        if (::write(pipe_ends[1], &i, sizeof i) != sizeof i) ::_exit(1);
      }
    }
    ::close(pipe_ends[1]);
    ::usleep(30'000 + 7'000 * static_cast<unsigned>(round));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    std::uint64_t last = before;
    bool any = false;
    for (std::uint64_t i = 0; ::read(pipe_ends[0], &i, sizeof i) == sizeof i; any = true) last = i;
    ::close(pipe_ends[0]);
    const auto read = all();
    ASSERT_TRUE(any);
    ASSERT_GT(read.size(), last);
    for (std::uint64_t i = 0; i < read.size(); ++i) ASSERT_EQ(read[i], std::to_string(i));
  }
}

}  // namespace
}  // namespace yagura::monitor::trap
