// Runs a test on each back end of the store: SQLite always, PostgreSQL where YAGURA_TEST_POSTGRESQL holds
// its address (tests/support/postgresql.sh starts one), else the test is skipped and says so. On SQLite a
// statement that walks a growing table fails the test (support/query_plans.hpp).
//
//   class Journal : public AnyDatabase {};
//   TEST_P(Journal, Appends) { database().write(...); }
//   YAGURA_ON_EVERY_DATABASE(Journal);
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "store/database.hpp"
#include "support/query_plans.hpp"

namespace yagura {

class AnyDatabase : public ::testing::TestWithParam<store::Backend> {
 protected:
  void SetUp() override {
    static std::atomic<int> count{0};
    name_ = "t" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    if (GetParam() == store::Backend::sqlite) {
      plans::watch();
      folder_ = std::filesystem::temp_directory_path() / ("yagura_" + name_);
      std::filesystem::create_directories(folder_);
      address_ = "sqlite:" + (folder_ / "test.db").string();
    } else {
      const char* server = std::getenv("YAGURA_TEST_POSTGRESQL");
      if (!server) GTEST_SKIP() << "YAGURA_TEST_POSTGRESQL is not set: no PostgreSQL to test on";
      server_ = server;
      auto admin = store::Database::open(server_);
      ASSERT_TRUE(admin) << admin.error().text();
      ASSERT_TRUE((*admin)->write([&](store::Session& s) { return s.exec("CREATE SCHEMA " + name_); }));
      address_ =
          server_ + (server_.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D" + name_;
    }
    reopen();
  }
  void TearDown() override {
    database_.reset();
    if (!server_.empty()) {
      if (auto admin = store::Database::open(server_))
        (void)(*admin)->write([&](store::Session& s) { return s.exec("DROP SCHEMA " + name_ + " CASCADE"); });
    }
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }
  // Closes and opens the database, as a restart does.
  void reopen() {
    database_.reset();
    auto opened = store::Database::open(address_);
    ASSERT_TRUE(opened) << opened.error().text();
    database_ = std::move(*opened);
  }
  store::Database& database() { return *database_; }
  const std::string& address() const { return address_; }

 private:
  std::string name_, address_, server_;
  std::filesystem::path folder_;
  std::unique_ptr<store::Database> database_;
};

}  // namespace yagura

#define YAGURA_ON_EVERY_DATABASE(suite)                                                                     \
  INSTANTIATE_TEST_SUITE_P(                                                                                 \
      On, suite, ::testing::Values(::yagura::store::Backend::sqlite, ::yagura::store::Backend::postgresql), \
      [](const auto& at) { return at.param == ::yagura::store::Backend::sqlite ? "sqlite" : "postgresql"; })
