#include "store/postgresql.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>
#include <condition_variable>
#include <mutex>
#include <unordered_map>

#include "base/text.hpp"

namespace yagura::store {

namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

std::string one_line(const char* message) {
  std::string text(trim(message ? message : ""));
  for (char& c : text)
    if (c == '\n') c = ' ';
  return text;
}

Error error_of(PGconn* connection, const PGresult* answer) {
  const char* state_text = answer ? PQresultErrorField(answer, PG_DIAG_SQLSTATE) : nullptr;
  const std::string_view state = state_text ? state_text : "";
  const std::string reason = one_line(answer && *PQresultErrorMessage(answer) ? PQresultErrorMessage(answer)
                                                                              : PQerrorMessage(connection));
  if (state == "23505") return {"store.conflict", {{"reason", reason}}};
  if (state.starts_with("23")) return {"store.constraint", {{"reason", reason}}};
  if (state == "53100") return {"store.disk_full", {{"reason", reason}}};
  if (state == "40001" || state == "40P01" || state == "55P03") return {"store.locked", {{"reason", reason}}};
  if (PQstatus(connection) != CONNECTION_OK || state.starts_with("57P") || state.starts_with("08"))
    return {"store.gone", {{"reason", reason}}};
  return {"store.failed", {{"reason", reason}}};
}

class PgRow final : public Row {
 public:
  PgRow(const PGresult* answer, int row) : answer_(answer), row_(row) {}
  bool is_null(int c) const override { return PQgetisnull(answer_, row_, c) != 0; }
  std::int64_t integer(int c) const override {
    const auto t = text(c);
    std::int64_t value = 0;
    const auto [end, ec] = std::from_chars(t.data(), t.data() + t.size(), value);
    // sum() of bigints comes as numeric; a value with decimals reads as its whole part.
    if (ec != std::errc{} || end == t.data()) return 0;
    return value;
  }
  double real(int c) const override {
    const auto t = text(c);
    double value = 0;
    std::from_chars(t.data(), t.data() + t.size(), value);
    return value;
  }
  std::string_view text(int c) const override {
    return {PQgetvalue(answer_, row_, c), static_cast<std::size_t>(PQgetlength(answer_, row_, c))};
  }
  std::string_view bytes(int c) const override {
    const auto t = text(c);
    auto decoded = from_hex(t.starts_with("\\x") ? t.substr(2) : t);
    bytes_ = decoded ? std::move(*decoded) : std::string{};
    return bytes_;
  }
  int columns() const override { return PQnfields(answer_); }
  std::string_view name(int c) const override { return PQfname(answer_, c); }

 private:
  const PGresult* answer_;
  int row_;
  mutable std::string bytes_;
};

// A parameter in PostgreSQL's text form; null has no pointer.
struct Text {
  std::string owned;
  const char* data = nullptr;
  explicit Text(const Param& param) {
    struct Visitor {
      std::string& out;
      bool operator()(std::nullptr_t) const { return false; }
      bool operator()(std::int64_t v) const { return out = fmt::format("{}", v), true; }
      bool operator()(double v) const { return out = fmt::format("{}", v), true; }
      bool operator()(std::string_view v) const { return out = std::string(v), true; }
      bool operator()(Bytes v) const { return out = "\\x" + to_hex(v.data), true; }
    };
    if (std::visit(Visitor{owned}, param)) data = owned.c_str();
  }
  Text(const Text&) = delete;
  Text(Text&& other) noexcept : owned(std::move(other.owned)), data(other.data ? owned.c_str() : nullptr) {}
};

bool has_nul(const Param& param) {
  const auto* text = std::get_if<std::string_view>(&param);
  return text && text->find('\0') != std::string_view::npos;
}

class Connection final : public Session {
 public:
  static Result<std::unique_ptr<Connection>> open(const std::string& address) {
    auto self = std::make_unique<Connection>();
    self->pg_.reset(PQconnectdb(address.c_str()));
    if (PQstatus(self->pg_.get()) != CONNECTION_OK) {
      // libpq's message may hold the host, never the password.
      return fail("store.gone", {{"reason", one_line(PQerrorMessage(self->pg_.get()))}});
    }
    PQsetNoticeProcessor(self->pg_.get(), [](void*, const char*) {}, nullptr);
    YAGURA_CHECK(
        self->script("SET client_encoding='UTF8'; SET standard_conforming_strings=on; "
                     "SET bytea_output='hex'; SET lock_timeout='5s'; SET extra_float_digits=3"));
    return self;
  }

  Result<void> script(const std::string& sql) {
    const Answer answer(PQexec(pg_.get(), sql.c_str()));
    const auto status = PQresultStatus(answer.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
      return std::unexpected(error_of(pg_.get(), answer.get()));
    return {};
  }

  Result<std::int64_t> run(std::string_view sql, std::span<const Param> params,
                           const RowSink& sink) override {
    std::vector<Text> texts;
    std::vector<const char*> values;
    texts.reserve(params.size());
    for (const auto& param : params) {
      if (has_nul(param)) return fail("store.constraint", {{"reason", "text with a NUL character"}});
      texts.emplace_back(param);
      values.push_back(texts.back().data);
    }
    YAGURA_TRY(const std::string& name, prepared(sql));
    const Answer answer(PQexecPrepared(pg_.get(), name.c_str(), static_cast<int>(values.size()),
                                       values.data(), nullptr, nullptr, 0));
    const auto status = PQresultStatus(answer.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      return std::unexpected(error_of(pg_.get(), answer.get()));
    const int rows = PQntuples(answer.get());
    for (int i = 0; sink && i < rows; ++i) YAGURA_CHECK(sink(PgRow(answer.get(), i)));
    std::int64_t changed = 0;
    const std::string_view count = PQcmdTuples(answer.get());
    std::from_chars(count.data(), count.data() + count.size(), changed);
    return changed;
  }

  Result<void> insert_many(std::string_view table, std::span<const std::string_view> columns,
                           std::span<const Param> values) override {
    YAGURA_ASSERT(values.size() % columns.size() == 0);
    std::string sql = "COPY ";
    sql.append(table).append(" (");
    for (std::size_t i = 0; i < columns.size(); ++i) sql.append(i ? "," : "").append(columns[i]);
    sql.append(") FROM STDIN");
    {
      const Answer start(PQexec(pg_.get(), sql.c_str()));
      if (PQresultStatus(start.get()) != PGRES_COPY_IN)
        return std::unexpected(error_of(pg_.get(), start.get()));
    }
    std::string buffer;
    for (std::size_t i = 0; i < values.size(); ++i) {
      copy_text(buffer, values[i]);
      buffer += (i + 1) % columns.size() == 0 ? '\n' : '\t';
      if (buffer.size() > 60'000 || i + 1 == values.size()) {
        if (PQputCopyData(pg_.get(), buffer.data(), static_cast<int>(buffer.size())) != 1) break;
        buffer.clear();
      }
    }
    PQputCopyEnd(pg_.get(), nullptr);
    const Answer end(PQgetResult(pg_.get()));
    const bool ok = PQresultStatus(end.get()) == PGRES_COMMAND_OK;
    const Error error = ok ? Error{} : error_of(pg_.get(), end.get());
    while (const Answer rest{PQgetResult(pg_.get())}) {
    }
    if (!ok) return std::unexpected(error);
    return {};
  }

  Result<void> lock(std::string_view name) override {
    auto done = exec("SELECT pg_advisory_xact_lock(hashtextextended($1, 20260401))", name);
    if (!done) return std::unexpected(std::move(done).error());
    return {};
  }
  void after_commit(std::function<void()> action) override { after_.push_back(std::move(action)); }
  Backend backend() const override { return Backend::postgresql; }

  std::vector<std::function<void()>> take_after() { return std::exchange(after_, {}); }
  bool alive() const { return PQstatus(pg_.get()) == CONNECTION_OK; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  static void copy_text(std::string& out, const Param& param) {
    const Text text(param);
    if (!text.data) {
      out += "\\N";
      return;
    }
    for (const char c : text.owned) {
      switch (c) {
        case '\\':
          out += "\\\\";
          break;
        case '\t':
          out += "\\t";
          break;
        case '\n':
          out += "\\n";
          break;
        case '\r':
          out += "\\r";
          break;
        default:
          out += c;
      }
    }
  }

  Result<std::string> prepared(std::string_view sql) {
    if (const auto found = names_.find(sql); found != names_.end()) return found->second;
    if (names_.size() >= 300) {
      YAGURA_CHECK(script("DEALLOCATE ALL"));
      names_.clear();
    }
    std::string name = "s" + std::to_string(++count_);
    const Answer answer(PQprepare(pg_.get(), name.c_str(), std::string(sql).c_str(), 0, nullptr));
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK)
      return std::unexpected(error_of(pg_.get(), answer.get()));
    names_.emplace(std::string(sql), name);
    return name;
  }

  std::unique_ptr<PGconn, Clear> pg_;
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> names_;
  std::uint64_t count_ = 0;
  std::vector<std::function<void()>> after_;
};

class PostgresqlDatabase final : public Database {
 public:
  explicit PostgresqlDatabase(std::string address) : address_(std::move(address)) {}

  Backend backend() const override { return Backend::postgresql; }

 protected:
  Result<void> transaction(bool write, const std::function<Result<void>(Session&)>& work) override {
    YAGURA_TRY(auto connection, take());
    auto done = connection->script(write ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (done) done = work(*connection);
    if (done) done = commit(*connection);
    auto after = connection->take_after();
    if (!done && connection->alive()) (void)connection->script("ROLLBACK");
    give_back(std::move(connection));
    if (done && write)
      for (const auto& action : after) action();
    return done;
  }
  Result<void> script(Session& session, const std::string& sql) override {
    return static_cast<Connection&>(session).script(sql);
  }

 private:
  static Result<void> commit(Connection& connection) { return connection.script("COMMIT"); }

  Result<std::unique_ptr<Connection>> take() {
    std::unique_lock lock(mutex_);
    free_.wait(lock, [&] { return !idle_.empty() || open_ < max_connections; });
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    ++open_;
    lock.unlock();
    auto connection = Connection::open(address_);
    if (connection) return connection;
    lock.lock();
    --open_;
    free_.notify_one();
    return connection;
  }

  void give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    if (connection->alive()) {
      idle_.push_back(std::move(connection));
    } else {
      // The server went away: the other idle connections are as dead as this one.
      open_ -= 1 + static_cast<int>(idle_.size());
      idle_.clear();
    }
    free_.notify_all();
  }

  static constexpr int max_connections = 12;
  const std::string address_;
  std::mutex mutex_;
  std::condition_variable free_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int open_ = 0;
};

}  // namespace

Result<std::unique_ptr<Database>> open_postgresql(const std::string& address) {
  YAGURA_CHECK(Connection::open(address));
  return std::make_unique<PostgresqlDatabase>(address);
}

}  // namespace yagura::store
