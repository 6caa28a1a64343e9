#include "store/sqlite.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <unordered_map>

namespace yagura::store {

namespace {

Error error_of(sqlite3* db, int code) {
  const std::string reason = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT: {
      const int extended = sqlite3_extended_errcode(db);
      const bool unique = extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
                          extended == SQLITE_CONSTRAINT_ROWID;
      return {unique ? "store.conflict" : "store.constraint", {{"reason", reason}}};
    }
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"store.locked", {{"reason", reason}}};
    case SQLITE_FULL:
      return {"store.disk_full", {{"reason", reason}}};
    case SQLITE_CANTOPEN:
    case SQLITE_NOTADB:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
      return {"store.gone", {{"reason", reason}}};
    default:
      return {"store.failed", {{"reason", reason}}};
  }
}

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool is_null(int c) const override { return sqlite3_column_type(statement_, c) == SQLITE_NULL; }
  std::int64_t integer(int c) const override { return sqlite3_column_int64(statement_, c); }
  double real(int c) const override { return sqlite3_column_double(statement_, c); }
  std::string_view text(int c) const override {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, c));
    return {data ? data : "", static_cast<std::size_t>(sqlite3_column_bytes(statement_, c))};
  }
  std::string_view bytes(int c) const override {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, c));
    return {data ? data : "", static_cast<std::size_t>(sqlite3_column_bytes(statement_, c))};
  }
  int columns() const override { return sqlite3_column_count(statement_); }
  std::string_view name(int c) const override { return sqlite3_column_name(statement_, c); }

 private:
  sqlite3_stmt* statement_;
};

int bind(sqlite3_stmt* statement, int index, const Param& param) {
  struct Visitor {
    sqlite3_stmt* s;
    int i;
    int operator()(std::nullptr_t) const { return sqlite3_bind_null(s, i); }
    int operator()(std::int64_t v) const { return sqlite3_bind_int64(s, i, v); }
    int operator()(double v) const { return sqlite3_bind_double(s, i, v); }
    int operator()(std::string_view v) const {
      return sqlite3_bind_text64(s, i, v.data() ? v.data() : "", v.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(Bytes v) const {
      if (v.data.empty()) return sqlite3_bind_zeroblob(s, i, 0);
      return sqlite3_bind_blob64(s, i, v.data.data(), v.data.size(), SQLITE_STATIC);
    }
  };
  return std::visit(Visitor{statement, index}, param);
}

// strpos(text, part) as PostgreSQL has it: the character at which part begins, 0 when it is not there.
// SQLite's own instr() looks character by character and takes five times as long.
void strpos_function(sqlite3_context* context, int, sqlite3_value** values) {
  const auto view = [&](int i) -> std::optional<std::string_view> {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[i]));
    if (text == nullptr) return std::nullopt;
    return std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(values[i])));
  };
  const auto text = view(0), part = view(1);
  if (!text || !part) return sqlite3_result_null(context);
  const auto* found = ::memmem(text->data(), text->size(), part->data(), part->size());
  if (found == nullptr) return sqlite3_result_int(context, 0);
  const auto before =
      text->substr(0, static_cast<std::size_t>(static_cast<const char*>(found) - text->data()));
  const auto characters =
      std::ranges::count_if(before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  sqlite3_result_int64(context, 1 + characters);
}

// One connection with its prepared statements; used by one thread at a time.
class Connection final : public Session {
 public:
  static Result<std::unique_ptr<Connection>> open(const std::string& path) {
    auto self = std::make_unique<Connection>();
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (const int code = sqlite3_open_v2(path.c_str(), &self->db_, flags, nullptr); code != SQLITE_OK)
      return std::unexpected(error_of(self->db_, code));
    sqlite3_extended_result_codes(self->db_, 1);
    sqlite3_busy_timeout(self->db_, 5000);
    if (const int code = sqlite3_create_function_v2(self->db_, "strpos", 2,
                                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                                    nullptr, strpos_function, nullptr, nullptr, nullptr);
        code != SQLITE_OK)
      return std::unexpected(error_of(self->db_, code));
    YAGURA_CHECK(
        self->script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                     "PRAGMA case_sensitive_like=ON; PRAGMA cache_size=-4096; PRAGMA temp_store=MEMORY;"
                     "PRAGMA journal_size_limit=67108864"));
    return self;
  }

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override {
    for (auto& [sql, kept] : statements_) sqlite3_finalize(kept.statement);
    sqlite3_close_v2(db_);
  }

  Result<void> script(const std::string& sql) {
    if (const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK)
      return std::unexpected(error_of(db_, code));
    return {};
  }

  Result<std::int64_t> run(std::string_view sql, std::span<const Param> params,
                           const RowSink& sink) override {
    YAGURA_TRY(const Prepared* kept, prepared(sql));
    auto out = step_all(*kept, params, sink);
    sqlite3_reset(kept->statement);
    sqlite3_clear_bindings(kept->statement);
    return out;
  }

  Result<void> insert_many(std::string_view table, std::span<const std::string_view> columns,
                           std::span<const Param> values) override {
    std::string sql = "INSERT INTO ";
    sql.append(table).append(" (");
    std::string marks;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      sql.append(i ? "," : "").append(columns[i]);
      marks.append(i ? ",$" : "$").append(std::to_string(i + 1));
    }
    sql.append(") VALUES (").append(marks).append(")");
    YAGURA_ASSERT(values.size() % columns.size() == 0);
    for (std::size_t at = 0; at < values.size(); at += columns.size())
      YAGURA_CHECK(run(sql, values.subspan(at, columns.size()), {}));
    return {};
  }

  Result<void> lock(std::string_view) override { return {}; }
  void after_commit(std::function<void()> action) override { after_.push_back(std::move(action)); }
  Backend backend() const override { return Backend::sqlite; }

  std::vector<std::function<void()>> take_after() { return std::exchange(after_, {}); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  struct Prepared {
    sqlite3_stmt* statement;
    std::vector<std::size_t> numbers;  // of each mark as SQLite counts them: the n of its $n
  };

  // $2 may stand before $1 in the text. Names are read once: SQLite looks each up among all, which made a
  // list of 500 ids cost a quarter of a search.
  static std::vector<std::size_t> numbers_of(sqlite3_stmt* statement) {
    std::vector<std::size_t> out;
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
      const char* name = sqlite3_bind_parameter_name(statement, i);
      out.push_back(name != nullptr ? std::strtoull(name + 1, nullptr, 10) : static_cast<std::size_t>(i));
    }
    return out;
  }

  Result<const Prepared*> prepared(std::string_view sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) return &found->second;
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return std::unexpected(error_of(db_, code));
    if (!statement) return fail("store.failed", {{"reason", "empty statement"}});
    // Lists filtered in many ways make many statements: keep the newest few hundred.
    if (statements_.size() >= 300) {
      for (auto& [text, old] : statements_) sqlite3_finalize(old.statement);
      statements_.clear();
    }
    return &statements_.emplace(std::string(sql), Prepared{statement, numbers_of(statement)}).first->second;
  }

  Result<std::int64_t> step_all(const Prepared& kept, std::span<const Param> params, const RowSink& sink) {
    auto* const statement = kept.statement;
    for (std::size_t i = 0; i < kept.numbers.size(); ++i) {
      const auto number = kept.numbers[i];
      if (number == 0 || number > params.size()) continue;
      if (const int code = bind(statement, static_cast<int>(i + 1), params[number - 1]); code != SQLITE_OK)
        return std::unexpected(error_of(db_, code));
    }
    const SqliteRow row(statement);
    for (;;) {
      const int code = sqlite3_step(statement);
      if (code == SQLITE_DONE) return sqlite3_changes64(db_);
      if (code != SQLITE_ROW) return std::unexpected(error_of(db_, code));
      if (sink) YAGURA_CHECK(sink(row));
    }
  }

  sqlite3* db_ = nullptr;
  std::unordered_map<std::string, Prepared, Hash, std::equal_to<>> statements_;
  std::vector<std::function<void()>> after_;
};

// One after the other in the order of their coming: a std::mutex may be taken again and again by the same
// thread while somebody at a screen waits.
class Turns {
 public:
  void lock() {
    std::unique_lock held(mutex_);
    const auto mine = next_++;
    changed_.wait(held, [&] { return mine == served_; });
  }
  void unlock() {
    {
      const std::lock_guard held(mutex_);
      ++served_;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t next_ = 0, served_ = 0;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::string path, std::unique_ptr<Connection> writer)
      : path_(std::move(path)), writer_(std::move(writer)) {}

  Backend backend() const override { return Backend::sqlite; }

 protected:
  Result<void> transaction(bool write, const std::function<Result<void>(Session&)>& work) override {
    return write ? write_transaction(work) : read_transaction(work);
  }
  Result<void> script(Session& session, const std::string& sql) override {
    return static_cast<Connection&>(session).script(sql);
  }

 private:
  Result<void> write_transaction(const std::function<Result<void>(Session&)>& work) {
    std::vector<std::function<void()>> after;
    {
      const std::lock_guard lock(writing_);
      YAGURA_CHECK(writer_->script("BEGIN IMMEDIATE"));
      auto done = work(*writer_);
      if (done) done = writer_->script("COMMIT");
      after = writer_->take_after();
      if (!done) {
        (void)writer_->script("ROLLBACK");
        return done;
      }
    }
    for (const auto& action : after) action();
    return {};
  }

  Result<void> read_transaction(const std::function<Result<void>(Session&)>& work) {
    YAGURA_TRY(auto reader, take_reader());
    auto done = reader->script("BEGIN");
    if (done) done = work(*reader);
    (void)reader->take_after();
    if (auto ended = reader->script("COMMIT"); !ended) (void)reader->script("ROLLBACK");
    give_back(std::move(reader));
    return done;
  }

  Result<std::unique_ptr<Connection>> take_reader() {
    std::unique_lock lock(reading_);
    free_.wait(lock, [&] { return !idle_.empty() || open_ < max_readers; });
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      return reader;
    }
    ++open_;
    lock.unlock();
    auto reader = Connection::open(path_);
    if (reader) return reader;
    lock.lock();
    --open_;
    free_.notify_one();
    return reader;
  }

  void give_back(std::unique_ptr<Connection> reader) {
    const std::lock_guard lock(reading_);
    idle_.push_back(std::move(reader));
    free_.notify_one();
  }

  static constexpr int max_readers = 8;
  const std::string path_;
  Turns writing_;
  std::unique_ptr<Connection> writer_;
  std::mutex reading_;
  std::condition_variable free_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int open_ = 0;
};

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path) {
  YAGURA_TRY(auto writer, Connection::open(path));
  // Without statistics every installation has the plans that were tested. With them SQLite 3.40 reads a whole
  // table and sorts it for the last row of an index, where one value fills the index's first column: a
  // journal of one contract.
  YAGURA_CHECK(writer->script("DROP TABLE IF EXISTS sqlite_stat1; DROP TABLE IF EXISTS sqlite_stat4"));
  return std::make_unique<SqliteDatabase>(path, std::move(writer));
}

}  // namespace yagura::store
