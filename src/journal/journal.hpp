// Who did what when, from where: append-only, chained by hashes, verifiable without us.
//
// Purpose: every change and every read of personal data becomes one entry, written in the same
//          transaction as the change itself. Not for log events of devices (eventstore) nor for debug logs.
// Chains:  each contract has a chain of its own ("" is the installation's), so that an export of one tells
//          nothing of another. Entry n's hash is SHA-256 over entry n-1's hash, a line feed and entry n's
//          text; src/journal/README.md gives the format and how to check it with common tools.
// Threads: safe from any thread; appends to one chain wait for each other until their transactions end.
// Errors:  those of store; journal.broken from verify().
// Follows: requirement A6 (audit trail, tamper-evident, verifiable offline).
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "base/id.hpp"
#include "schema/value.hpp"
#include "store/database.hpp"

namespace yagura::journal {

// Who acts. account 0 is Yagura itself; name is kept as it was then.
struct Actor {
  Id account = 0;
  std::string name = "yagura";
  std::string origin;  // network address, "console" or ""
};

struct Record {
  std::string chain;  // contract id or ""
  Actor actor;
  std::string kind;     // one of share/journal/kinds.yaml
  std::string subject;  // "incident/123": what it is about
  schema::Value data;   // an object; before and after of a change, never a secret
};

struct Entry {
  std::int64_t seq = 0;  // 1, 2, 3 ... within the chain
  Time time;
  Record record;
  std::string hash;  // hex
};

// The kinds of entries there are, with the words a time line shows.
struct Kind {
  std::string ja, en;
};
using Kinds = std::map<std::string, Kind>;
Result<Kinds> load_kinds(const std::filesystem::path& file);

struct Query {
  std::string chain;
  std::string subject;           // exact; "" for any
  std::string kind_prefix;       // "incident." for all of incidents
  std::string without_kind;      // exact; "" for none
  Id account = 0;                // 0 for any
  std::string text;              // anywhere in data or the actor's name
  std::int64_t before_seq = 0;   // cursor: entries older than this; 0 from the newest
  std::optional<Time> from, to;  // [from, to)
  int limit = 50;
  bool oldest_first = false;  // time lines; the cursor is then "newer than"
};

struct Verdict {
  std::int64_t entries = 0;
  std::string root;               // hash of the last entry
  std::int64_t first_broken = 0;  // 0: whole
};

std::span<const store::Migration> migrations();

class Journal {
 public:
  using Listener = std::function<void(const Entry&)>;

  Journal(const Clock& clock, Kinds kinds) : clock_(clock), kinds_(std::move(kinds)) {}

  // Listeners hear of an entry after it is on disk, on the thread that wrote it. Add them before serving.
  void listen(Listener listener);

  Result<Entry> append(store::Session& session, Record record);
  [[nodiscard]] Result<std::vector<Entry>> list(store::Session& session, const Query& query) const;
  // The hash of the last entry before `until` (the root that a month's report prints); "" when none.
  [[nodiscard]] Result<std::string> root(store::Session& session, std::string_view chain, Time until) const;
  // Recomputes every hash of a chain.
  [[nodiscard]] Result<Verdict> verify(store::Session& session, std::string_view chain) const;
  // Writes entries of [from, to) as lines "HASH PREVIOUS_HASH TEXT" after a header.
  Result<std::int64_t> export_chain(store::Session& session, std::string_view chain, Time from, Time to,
                                    std::ostream& out) const;
  [[nodiscard]] const Kinds& kinds() const { return kinds_; }

 private:
  const Clock& clock_;
  const Kinds kinds_;
  Guarded<std::vector<Listener>> listeners_;
};

}  // namespace yagura::journal
