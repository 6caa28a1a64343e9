#include "log_search/log_search.hpp"

namespace yagura::log_search {

std::span<const store::Migration> migrations() {
  static constexpr store::Migration steps[] = {
      {"log_search", 1,
       "CREATE TABLE log_search (id @id, contract TEXT NOT NULL, account BIGINT NOT NULL,"
       " shared BIGINT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL, text TEXT NOT NULL);"
       "CREATE INDEX log_search_of ON log_search (contract, account);"
       "CREATE TABLE log_purpose (contract TEXT NOT NULL, account BIGINT NOT NULL, said TEXT NOT NULL,"
       " until BIGINT NOT NULL, PRIMARY KEY (contract, account));"
       "CREATE TABLE log_export (id @id, contract TEXT NOT NULL, account BIGINT NOT NULL, who TEXT NOT NULL,"
       " format TEXT NOT NULL, query TEXT NOT NULL, purpose TEXT NOT NULL, row_count BIGINT NOT NULL,"
       " partial BIGINT NOT NULL, sha256 TEXT NOT NULL, entry BIGINT NOT NULL, size BIGINT NOT NULL,"
       " made_at BIGINT NOT NULL);"
       "CREATE INDEX log_export_of ON log_export (contract, account, id)"},
      {"log_search", 2,
       "CREATE TABLE log_hold (id @id, contract TEXT NOT NULL, kinds TEXT NOT NULL, from_at BIGINT,"
       " to_at BIGINT, reason TEXT NOT NULL, ordered_by TEXT NOT NULL, placed_name TEXT NOT NULL,"
       " placed_at BIGINT NOT NULL, asked_by BIGINT NOT NULL, asked_name TEXT NOT NULL,"
       " asked_reason TEXT NOT NULL, asked_at BIGINT, released_name TEXT NOT NULL, released_at BIGINT);"
       "CREATE INDEX log_hold_of ON log_hold (contract, released_at);"
       "CREATE INDEX log_hold_open ON log_hold (released_at)"},
      {"log_search", 3,
       "CREATE TABLE log_seal_check (contract TEXT NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL,"
       " finding TEXT NOT NULL, who TEXT NOT NULL, checked_at BIGINT NOT NULL,"
       " PRIMARY KEY (contract, kind, day));"
       "ALTER TABLE log_export ADD COLUMN proved BIGINT"},
      {"log_search", 4,
       "CREATE TABLE log_look (id @id, contract TEXT NOT NULL, account BIGINT NOT NULL, name TEXT NOT NULL,"
       " origin TEXT NOT NULL, screen TEXT NOT NULL, purpose TEXT NOT NULL, entry TEXT NOT NULL,"
       " began_at BIGINT NOT NULL, last_at BIGINT NOT NULL);"
       "CREATE UNIQUE INDEX log_look_of ON log_look (contract, account, origin, screen, purpose)"}};
  return steps;
}

}  // namespace yagura::log_search
