// Records on SQLite (default) or PostgreSQL 15: one SQL, one behaviour.
//
// Purpose: transactions, typed parameters and rows, schema upgrades. Not for log events by the billion
//          (eventstore), nor for files. SQL: parameters are $1, $2 ... on both. Use what both have: UPSERT,
//          RETURNING, ->>, window functions. strpos(text, part) finds a text anywhere, in less time than
//          LIKE. Booleans are 0/1 in BIGINT, times are BIGINT microseconds (base/clock.hpp), text compares by
//          code point, LIKE minds case. In migrations @id, @blob and @json stand for the type each has.
//          @by_key after a table's ) keeps its rows in the order of its primary key where that is a choice.
// Threads: Database is safe from any thread. A Session belongs to the call that received it and must not
//          leave it. On SQLite there is one writer at a time; readers never wait for it.
// Disk:    a write() that returned a value is on disk (SQLite: WAL with full sync; PostgreSQL: its own).
// Errors:  store.conflict (unique), store.constraint (foreign key, not null, check), store.locked,
//          store.disk_full, store.gone (server or file away; the next call tries again), store.failed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace yagura::store {

enum class Backend : unsigned char { sqlite, postgresql };

// Bytes as they are, unlike text, which must be UTF-8 without NUL.
struct Bytes {
  std::string_view data;
};

using Param = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Bytes>;

inline Param to_param(std::nullptr_t) { return nullptr; }
inline Param to_param(std::string_view text) { return text; }
inline Param to_param(const std::string& text) { return std::string_view(text); }
inline Param to_param(const char* text) { return std::string_view(text); }
inline Param to_param(Bytes bytes) { return bytes; }
inline Param to_param(double real) { return real; }
inline Param to_param(Time time) { return to_micros(time); }
template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>)
Param to_param(T integer) {
  return static_cast<std::int64_t>(integer);
}
template <class T>
Param to_param(const std::optional<T>& value) {
  return value ? to_param(*value) : Param(nullptr);
}

// One row of an answer, valid inside the callback only.
class Row {
 public:
  virtual ~Row() = default;
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual double real(int column) const = 0;
  [[nodiscard]] virtual std::string_view text(int column) const = 0;
  [[nodiscard]] virtual std::string_view bytes(int column) const = 0;
  [[nodiscard]] virtual int columns() const = 0;
  [[nodiscard]] virtual std::string_view name(int column) const = 0;

  [[nodiscard]] std::string string(int column) const { return std::string(text(column)); }
  [[nodiscard]] bool flag(int column) const { return integer(column) != 0; }
  [[nodiscard]] Time time(int column) const { return from_micros(integer(column)); }
  [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const;
  [[nodiscard]] std::optional<Time> maybe_time(int column) const;
  [[nodiscard]] std::optional<double> maybe_real(int column) const;
};

using RowSink = std::function<Result<void>(const Row&)>;

// The pattern of LIKE that finds text anywhere, whatever characters it has. Follow the parameter with
// like_escape.
std::string like_anywhere(std::string_view text);
inline constexpr std::string_view like_escape = " ESCAPE '\\'";

class Session {
 public:
  virtual ~Session() = default;

  // Runs one statement; gives each row to sink (which may stop by an error) and returns rows changed.
  virtual Result<std::int64_t> run(std::string_view sql, std::span<const Param> params,
                                   const RowSink& sink) = 0;
  // Many rows into one table, by COPY where there is one. Each row has columns.size() values.
  virtual Result<void> insert_many(std::string_view table, std::span<const std::string_view> columns,
                                   std::span<const Param> values) = 0;
  // Until this transaction ends nobody else holds the lock of that name (PostgreSQL: advisory; on SQLite a
  // write transaction holds every lock).
  virtual Result<void> lock(std::string_view name) = 0;
  // Runs after the transaction is on disk; not at all when it is rolled back.
  virtual void after_commit(std::function<void()> action) = 0;
  [[nodiscard]] virtual Backend backend() const = 0;

  template <class... P>
  Result<std::int64_t> exec(std::string_view sql, const P&... params) {
    const std::vector<Param> list{to_param(params)...};
    return run(sql, list, {});
  }
  // query(sql, params..., sink): the sink takes const Row& and returns void or Result<void>.
  template <class... P>
  Result<void> query(std::string_view sql, const P&... params_then_sink) {
    return query_packed(sql, std::forward_as_tuple(params_then_sink...),
                        std::make_index_sequence<sizeof...(P) - 1>{});
  }
  // The first column of the first row; nullopt when there is no row or it is null.
  template <class... P>
  Result<std::optional<std::int64_t>> integer(std::string_view sql, const P&... params) {
    std::optional<std::int64_t> out;
    YAGURA_CHECK(query(sql, params..., [&](const Row& row) {
      if (!out) out = row.maybe_integer(0);
    }));
    return out;
  }
  template <class... P>
  Result<std::optional<std::string>> text(std::string_view sql, const P&... params) {
    std::optional<std::string> out;
    YAGURA_CHECK(query(sql, params..., [&](const Row& row) {
      if (!out && !row.is_null(0)) out = row.string(0);
    }));
    return out;
  }

 private:
  template <class Tuple, std::size_t... I>
  Result<void> query_packed(std::string_view sql, const Tuple& all, std::index_sequence<I...>) {
    const std::vector<Param> list{to_param(std::get<I>(all))...};
    const auto& sink = std::get<sizeof...(I)>(all);
    auto ran = run(sql, list, [&](const Row& row) -> Result<void> {
      if constexpr (std::is_void_v<decltype(sink(row))>) {
        sink(row);
        return {};
      } else {
        return sink(row);
      }
    });
    if (!ran) return std::unexpected(std::move(ran).error());
    return {};
  }
};

// One step of a room's tables. Versions of a room count 1, 2, 3 ...; a step that has landed never changes.
struct Migration {
  std::string_view room;
  int version;
  std::string_view sql;
};

class Database {
 public:
  virtual ~Database() = default;

  // "sqlite:PATH" or a libpq address ("postgresql://user@host/name"). Creates a SQLite file that is not
  // there.
  static Result<std::unique_ptr<Database>> open(const std::string& address);

  // Runs work in one transaction; an error from it rolls everything back.
  template <class F>
  auto write(F&& work) -> std::invoke_result_t<F, Session&> {
    return within(true, std::forward<F>(work));
  }
  // The same without writing: one consistent view of the records.
  template <class F>
  auto read(F&& work) -> std::invoke_result_t<F, Session&> {
    return within(false, std::forward<F>(work));
  }

  // Brings the tables of all rooms up to date, each step in a transaction of its own. Errors:
  // store.newer (made by a later version), store.migration_failed (room, version, reason).
  // up_to: stops after that version of each room (for tests of upgrades).
  Result<void> migrate(std::span<const Migration> steps, int up_to = 1'000'000);

  [[nodiscard]] virtual Backend backend() const = 0;

 protected:
  virtual Result<void> transaction(bool write, const std::function<Result<void>(Session&)>& work) = 0;
  // Several statements without parameters, inside a write transaction.
  virtual Result<void> script(Session& session, const std::string& sql) = 0;

 private:
  template <class F>
  auto within(bool write, F&& work) -> std::invoke_result_t<F, Session&> {
    using R = std::invoke_result_t<F, Session&>;
    std::optional<R> out;
    auto done = transaction(write, [&](Session& session) -> Result<void> {
      out.emplace(work(session));
      if (!*out) return std::unexpected(out->error());
      return {};
    });
    if (!done) return std::unexpected(std::move(done).error());
    return std::move(*out);
  }
};

}  // namespace yagura::store
