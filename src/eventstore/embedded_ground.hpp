// An embedded store in a folder of its own, and the records in it.
#pragma once

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>

#include "eventstore/behaviour_ground.hpp"
#include "eventstore/embedded.hpp"

namespace yagura::eventstore {

class EmbeddedGround : public testing::Test {
 protected:
  EmbeddedGround() {
    static std::atomic<int> last{0};
    folder_ = std::filesystem::temp_directory_path() /
              ("yagura-embedded-" + std::to_string(::getpid()) + "-" + std::to_string(++last));
    std::filesystem::create_directories(folder_);
    options_.memory = 24U << 20;
    options_.background = false;
    // Months of the tests' past are over.
    clock_.jump_to(from_micros(at(0)) + std::chrono::days(200));
  }
  ~EmbeddedGround() override {
    store_.reset();
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
    std::filesystem::remove_all(folder_);
  }
  // The folder is a disk of 3 MiB of its own; needs root.
  bool on_a_small_disk() {
    mounted_ = ::geteuid() == 0 && ::mount("yagura", folder_.c_str(), "tmpfs", 0, "size=3m") == 0;
    return mounted_;
  }

  EmbeddedStore& store() {
    if (!store_) open();
    return *store_;
  }
  void open() {
    store_.reset();
    auto opened = EmbeddedStore::open(folder_, example_kinds(), clock_, options_);
    ASSERT_TRUE(opened) << opened.error().text();
    store_ = *std::move(opened);
  }
  void close() { store_.reset(); }

  // One batch of `count` events, one a second from at(first), of three PCs, with their number in bytes and
  // path.
  Result<void> give(std::int64_t first, std::int64_t count, std::string_view contract = "city") {
    std::vector<Record> records;
    for (auto i = first; i < first + count; ++i)
      records.push_back({at(i),
                         {{"pc", "NB" + std::to_string(i % 3)},
                          {"path", "D:\\見積書\\" + std::to_string(i)},
                          {"bytes", i + 1}}});
    return store().append(contract, "operation", batch_of(store().kinds().at("operation"), records));
  }

  // What is in bytes, less one, of all events found, in ascending order.
  static std::vector<std::int64_t> numbers(EventStore& store, std::string_view contract = "city",
                                           Outcome* outcome = nullptr) {
    std::vector<std::int64_t> out;
    Query query;
    query.contract = contract;
    Page page{true, 10'000'000, {}};
    auto done = store.search(query, page, {}, [&](const Event& event) -> Result<bool> {
      out.push_back(std::get<std::int64_t>(event.cells[*event.kind->index_of("bytes")]) - 1);
      return true;
    });
    EXPECT_TRUE(done) << done.error().text();
    if (done && outcome != nullptr) *outcome = *std::move(done);
    std::ranges::sort(out);
    return out;
  }
  static std::vector<std::int64_t> up_to(std::int64_t count, std::int64_t first = 0) {
    std::vector<std::int64_t> out;
    for (auto i = first; i < count; ++i) out.push_back(i);
    return out;
  }
  [[nodiscard]] std::vector<std::filesystem::path> files(std::string_view extension) const {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_))
      if (entry.path().extension() == extension) out.push_back(entry.path());
    std::ranges::sort(out);
    return out;
  }

  bool mounted_ = false;
  std::filesystem::path folder_;
  EmbeddedOptions options_;
  ManualClock clock_;
  std::unique_ptr<EmbeddedStore> store_;
};

class EmbeddedStores : public EmbeddedGround {
 protected:
  // Another bit at this place of a file.
  static void flip(const std::filesystem::path& file, std::uint64_t where) {
    const int fd = ::open(file.c_str(), O_RDWR);
    ASSERT_GE(fd, 0);
    char byte = 0;
    ASSERT_EQ(::pread(fd, &byte, 1, static_cast<off_t>(where)), 1);
    byte = static_cast<char>(byte ^ 0x10);
    ASSERT_EQ(::pwrite(fd, &byte, 1, static_cast<off_t>(where)), 1);
    ::close(fd);
  }
  EmbeddedStore::Verified verified() {
    auto out = store().verify([](std::int64_t, std::int64_t) { return true; });
    EXPECT_TRUE(out) << out.error().text();
    return out ? *std::move(out) : EmbeddedStore::Verified{};
  }
};

}  // namespace yagura::eventstore
