// A database that counts the statements that pass through it: what a screen asks must not grow with its rows.
//
//   CountingDatabase counted(database());   // which it does not own, or a unique_ptr that it does
//   ... use counted in place of it ...
//   EXPECT_EQ(counted.taken(), 1);          // since the last time it was asked
//
// Threads: as the database beneath. It cannot migrate: that is done beneath, before.
#pragma once

#include <atomic>
#include <memory>

#include "store/database.hpp"

namespace yagura {

class CountingDatabase final : public store::Database {
 public:
  explicit CountingDatabase(store::Database& inner) : inner_(inner) {}
  explicit CountingDatabase(std::unique_ptr<store::Database> inner)
      : owned_(std::move(inner)), inner_(*owned_) {}
  int taken() { return count_.exchange(0); }
  [[nodiscard]] store::Backend backend() const override { return inner_.backend(); }

 protected:
  Result<void> transaction(bool write, const std::function<Result<void>(store::Session&)>& work) override {
    const auto counted = [&](store::Session& s) -> Result<void> {
      Counting session(s, count_);
      return work(session);
    };
    return write ? inner_.write(counted) : inner_.read(counted);
  }
  Result<void> script(store::Session&, const std::string&) override { return fail("store.failed"); }

 private:
  class Counting final : public store::Session {
   public:
    Counting(store::Session& inner, std::atomic<int>& count) : inner_(inner), count_(count) {}
    Result<std::int64_t> run(std::string_view sql, std::span<const store::Param> params,
                             const store::RowSink& sink) override {
      ++count_;
      return inner_.run(sql, params, sink);
    }
    Result<void> insert_many(std::string_view table, std::span<const std::string_view> columns,
                             std::span<const store::Param> values) override {
      ++count_;
      return inner_.insert_many(table, columns, values);
    }
    Result<void> lock(std::string_view name) override { return inner_.lock(name); }
    void after_commit(std::function<void()> action) override { inner_.after_commit(std::move(action)); }
    [[nodiscard]] store::Backend backend() const override { return inner_.backend(); }

   private:
    store::Session& inner_;
    std::atomic<int>& count_;
  };

  std::unique_ptr<store::Database> owned_;
  store::Database& inner_;
  std::atomic<int> count_{0};
};

}  // namespace yagura
