// Counts the statements that rooms send to a database: what a screen asks is pinned by its test, so that it
// does not grow with what there is.
//
//   CountedDatabase counted(database());   // which it does not own, or a unique_ptr that it does
//   counted.count = 0; …; EXPECT_EQ(counted.count, 3);
//
// Threads: as the database beneath. It cannot migrate: that is done beneath, before.
#pragma once

#include <atomic>
#include <memory>

#include "store/database.hpp"

namespace yagura {

class CountedSession final : public store::Session {
 public:
  CountedSession(store::Session& inner, std::atomic<int>& count) : inner_(inner), count_(count) {}
  Result<std::int64_t> run(std::string_view sql, std::span<const store::Param> params,
                           const store::RowSink& sink) override {
    ++count_;
    return inner_.run(sql, params, sink);
  }
  Result<void> insert_many(std::string_view table, std::span<const std::string_view> columns,
                           std::span<const store::Param> values) override {
    return inner_.insert_many(table, columns, values);
  }
  Result<void> lock(std::string_view name) override { return inner_.lock(name); }
  void after_commit(std::function<void()> action) override { inner_.after_commit(std::move(action)); }
  store::Backend backend() const override { return inner_.backend(); }

 private:
  store::Session& inner_;
  std::atomic<int>& count_;
};

class CountedDatabase final : public store::Database {
 public:
  explicit CountedDatabase(store::Database& inner) : inner_(inner) {}
  explicit CountedDatabase(std::unique_ptr<store::Database> inner)
      : owned_(std::move(inner)), inner_(*owned_) {}
  store::Backend backend() const override { return inner_.backend(); }
  std::atomic<int> count = 0;

 protected:
  Result<void> transaction(bool write, const std::function<Result<void>(store::Session&)>& work) override {
    const auto counted = [&](store::Session& s) {
      CountedSession session(s, count);
      return work(session);
    };
    return write ? inner_.write(counted) : inner_.read(counted);
  }
  Result<void> script(store::Session&, const std::string&) override { return fail("test"); }

 private:
  std::unique_ptr<store::Database> owned_;
  store::Database& inner_;
};

}  // namespace yagura
