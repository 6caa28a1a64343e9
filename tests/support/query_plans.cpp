#include "support/query_plans.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <cctype>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

namespace yagura::plans {

namespace {

// Columns that a table's rows have in common: an index found by one of them alone leads to a contract's all.
constexpr std::string_view shared[] = {"contract", "chain"};

constexpr std::string_view advice =
    "Give it an index that begins with what it asks for, by a new step of the room's tables; or ask so that "
    "SQLite takes the index there is (see of_incident in src/desk/clocks.cpp). SQLite keeps no statistics "
    "here. Where all rows are meant or the table stays small, say so in "
    "tests/support/query_plans_allowed.cpp.";

// A statement's words and marks. Quotation marks around names are dropped; texts are one mark, '.
std::vector<std::string> words_of(std::string_view sql) {
  std::vector<std::string> out;
  const auto is_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$';
  };
  for (std::size_t i = 0; i < sql.size();) {
    const char c = sql[i];
    std::size_t end = i + 1;
    if (is_word(c)) {
      while (end < sql.size() && is_word(sql[end])) ++end;
      out.emplace_back(sql.substr(i, end - i));
    } else if (c == '\'' || c == '"') {
      end = std::min(sql.find(c, i + 1), sql.size() - 1) + 1;
      out.emplace_back(c == '"' ? sql.substr(i + 1, end - i - 2) : sql.substr(i, 1));
    } else if (!std::isspace(static_cast<unsigned char>(c))) {
      out.emplace_back(1, c);
    }
    i = end;
  }
  return out;
}

bool is_name(std::string_view word) {
  return !word.empty() && !std::isdigit(static_cast<unsigned char>(word[0])) &&
         std::ranges::all_of(word,
                             [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; });
}

std::string one_line(std::string_view sql) {
  std::string out;
  for (const char c : sql) {
    const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!space || (!out.empty() && out.back() != ' ')) out += space ? ' ' : c;
  }
  return out;
}

// Rows of a question about the database itself, first column.
std::vector<std::string> ask(sqlite3* db, const std::string& sql, int column) {
  std::vector<std::string> out;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK)
    while (sqlite3_step(statement) == SQLITE_ROW)
      if (const auto* text = sqlite3_column_text(statement, column))
        out.emplace_back(reinterpret_cast<const char*>(text));
  sqlite3_finalize(statement);
  return out;
}

class Statement {
 public:
  Statement(sqlite3* db, std::string_view sql) : db_(db), line_(one_line(sql)), words_(words_of(sql)) {}

  // The first fault of the plan, if it has one.
  std::optional<std::string> fault() const {
    const auto plan = ask(db_, "EXPLAIN QUERY PLAN " + line_, 3);
    for (const auto& step : plan) {
      if (!walks(words_of(step))) continue;
      std::string out = step + "\nin the plan of\n  " + line_ + "\nwhich is\n";
      for (const auto& one : plan) out += "  " + one + "\n";
      return out.append(advice);
    }
    return std::nullopt;
  }

 private:
  // SCAN x [USING ... INDEX i] | SEARCH x USING ... INDEX i (a=? AND b>?)
  bool walks(const std::vector<std::string>& step) const {
    if (step.size() < 2 || (step[0] != "SCAN" && step[0] != "SEARCH")) return false;
    const auto table = table_of(step[1]);
    if (table.empty() || is_allowed(table)) return false;
    const auto has = [&](std::string_view word) { return std::ranges::count(step, word) > 0; };
    const auto index = std::ranges::find(step, "INDEX");
    if (index != step.end() && index + 1 != step.end() && is_partial(*(index + 1))) return false;
    if (step[0] == "SCAN") return std::ranges::count(words_, "WHERE") > 0;
    if (has("AUTOMATIC")) return true;  // an index of all rows, made anew at each run
    const auto open = std::ranges::find(step, "(");
    if (step.end() - open < 5 || *(open + 4) != ")" || *(open + 2) != "=") return false;
    return std::ranges::count(shared, *(open + 1)) && asks_more(step[1], step[1] != table, *(open + 1));
  }

  // Whether some `contract = $1` of the table that the plan calls so has another condition beside it.
  bool asks_more(const std::string& name, bool renamed, const std::string& column) const {
    for (std::size_t i = 1; i + 2 < words_.size(); ++i) {
      if (words_[i] != column || words_[i + 1] != "=") continue;
      const bool qualified = words_[i - 1] == ".";
      if (qualified ? words_[i - 2] != name : renamed) continue;
      if (words_[i - (qualified ? 3 : 1)] != "WHERE") return true;
      auto next = i + 3;
      if (next < words_.size() && words_[next] == ".") next += 2;  // = other.contract
      if (next == words_.size()) continue;
      static constexpr std::string_view ends[] = {")", "ORDER", "GROUP", "LIMIT", "UNION", ";"};
      if (!std::ranges::count(ends, words_[next])) return true;
    }
    return false;
  }
  // The table that the plan calls so; nothing where it is a part of the statement.
  std::string table_of(const std::string& name) const {
    if (!is_name(name)) return {};
    if (is_table(name)) return name;
    for (std::size_t i = 1; i < words_.size(); ++i)
      if (words_[i] == name) {
        const auto& before = words_[i - 1] == "AS" && i > 1 ? words_[i - 2] : words_[i - 1];
        if (is_table(before)) return before;
      }
    return {};
  }
  bool is_table(const std::string& name) const {
    return known("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ", name, "");
  }
  bool is_partial(const std::string& index) const {
    return known("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ", index,
                 " AND sql LIKE '% WHERE %'");
  }
  bool known(const std::string& question, const std::string& name, const std::string& rest) const {
    return is_name(name) && !ask(db_, question + "'" + name + "'" + rest, 0).empty();
  }
  bool is_allowed(std::string_view table) const {
    return std::ranges::any_of(allowed(), [&](const Allowed& one) {
      return (one.table.empty() || one.table == table) && line_.find(one.part) != std::string::npos;
    });
  }

  sqlite3* db_;
  std::string line_;
  std::vector<std::string> words_;
};

// SQLite calls this when a statement begins to run.
int begins(unsigned, void*, void* begun, void*) {
  static std::mutex mutex;
  static std::set<std::string, std::less<>> seen;
  thread_local bool own = false;  // what is asked here begins as well
  auto* const statement = static_cast<sqlite3_stmt*>(begun);
  const char* const text = sqlite3_sql(statement);
  if (own || text == nullptr || sqlite3_stmt_isexplain(statement)) return 0;
  {
    const std::lock_guard held(mutex);
    if (!seen.emplace(text).second) return 0;
  }
  own = true;
  const auto fault = Statement(sqlite3_db_handle(statement), text).fault();
  own = false;
  if (fault) ADD_FAILURE() << "SQLite walks more rows than are asked for: " << *fault;
  return 0;
}

int opened(sqlite3* db, char**, const struct sqlite3_api_routines*) {
  return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, begins, nullptr);
}

}  // namespace

void watch() {
  static std::once_flag once;
  std::call_once(once, [] { sqlite3_auto_extension(reinterpret_cast<void (*)()>(opened)); });
}

}  // namespace yagura::plans
