#include "eventstore/learned_file.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

namespace yagura::eventstore {
namespace {

using testing::HasSubstr;

class LearnedFiles : public testing::Test {
 protected:
  LearnedFiles() {
    std::filesystem::create_directories(month_);
    std::filesystem::create_directories(other_month_);
  }
  ~LearnedFiles() override { std::filesystem::remove_all(folder_); }

  // Of texts that have most in common.
  static std::shared_ptr<const Learned> learned() {
    std::vector<std::string> texts;
    for (int i = 0; i < 4'000; ++i)
      texts.push_back("C:\\共有\\総務課\\見積書 " + std::to_string(i * i) + ".xlsx");
    std::vector<std::string_view> views(texts.begin(), texts.end());
    return learn(views, {.page_bytes = 8U << 10});
  }
  void flip(const std::filesystem::path& file, std::uintmax_t where) {
    std::fstream io(file, std::ios::in | std::ios::out | std::ios::binary);
    io.seekg(static_cast<std::streamoff>(where));
    const auto byte = static_cast<char>(io.get() ^ 0x10);
    io.seekp(static_cast<std::streamoff>(where));
    io.put(byte);
  }
  static void expect_same(const Learned& a, const Learned& b) {
    EXPECT_EQ(write_learned(a), write_learned(b));
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("yagura-learned-" + std::to_string(::getpid()));
  const std::filesystem::path month_ = folder_ / "202611", other_month_ = folder_ / "202610";
};

TEST_F(LearnedFiles, AreReadAsTheyWereWritten) {
  const auto one = learned();
  ASSERT_NE(one->id, 0U);
  ASSERT_TRUE(one->dictionary);
  ASSERT_FALSE(one->common.empty());
  ASSERT_TRUE(put_learned(month_, *one));
  EXPECT_TRUE(is_whole(month_, one->id));
  const auto read = get_learned(month_, one->id, 0);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->id, one->id);
  expect_same(*read, *one);
  EXPECT_EQ(learned()->id, one->id) << "the same texts teach the same";
}

TEST_F(LearnedFiles, OfNothingAreNone) {
  ASSERT_TRUE(put_learned(month_, *learn({}, {})));
  EXPECT_TRUE(std::filesystem::is_empty(month_));
  const auto read = get_learned(month_, 0, 0);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->dictionary);
}

TEST_F(LearnedFiles, AreReadFromEitherCopyAndMended) {
  const auto one = learned();
  ASSERT_TRUE(put_learned(month_, *one));
  const auto file = learned_file(month_, one->id);
  const auto size = std::filesystem::file_size(file);
  for (const auto where : {size / 4, size / 4 * 3}) {
    flip(file, where);
    EXPECT_FALSE(is_whole(month_, one->id));
    const auto read = get_learned(month_, one->id, 0);
    ASSERT_TRUE(read) << read.error().text();
    expect_same(*read, *one);
    ASSERT_TRUE(put_learned(month_, *read));
    EXPECT_TRUE(is_whole(month_, one->id));
    EXPECT_EQ(std::filesystem::file_size(file), size);
  }
}

TEST_F(LearnedFiles, AreTakenFromAnotherMonthWhereTheyAreLost) {
  const auto one = learned();
  ASSERT_TRUE(put_learned(month_, *one));
  const auto file = learned_file(month_, one->id);
  const auto size = std::filesystem::file_size(file);
  flip(file, size / 4);
  flip(file, size / 4 * 3);
  const auto lost = get_learned(month_, one->id, 0);
  ASSERT_FALSE(lost);
  EXPECT_THAT(lost.error().text(), HasSubstr(file.filename().string()));
  ASSERT_TRUE(put_learned(other_month_, *one));
  auto found = get_learned(month_, one->id, 0);
  ASSERT_TRUE(found) << found.error().text();
  expect_same(*found, *one);
  std::filesystem::remove(file);
  EXPECT_TRUE(get_learned(month_, one->id, 0));
  std::filesystem::remove(learned_file(other_month_, one->id));
  EXPECT_FALSE(get_learned(month_, one->id, 0));
}

TEST_F(LearnedFiles, OfAnotherNameAreNotBelieved) {
  const auto one = learned();
  ASSERT_TRUE(put_learned(month_, *one));
  std::filesystem::rename(learned_file(month_, one->id), learned_file(month_, one->id + 1));
  EXPECT_FALSE(get_learned(month_, one->id + 1, 0));
}

TEST_F(LearnedFiles, AreNotReadFromLess) {
  const auto one = learned();
  ASSERT_TRUE(put_learned(month_, *one));
  const auto file = learned_file(month_, one->id);
  for (auto size = std::filesystem::file_size(file) - 1;; size /= 2) {
    std::filesystem::resize_file(file, size);
    EXPECT_FALSE(is_whole(month_, one->id)) << size;
    EXPECT_FALSE(get_learned(month_, one->id, 0)) << size;
    if (size == 0) break;
  }
}

}  // namespace
}  // namespace yagura::eventstore
