#include "journal/journal.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <ostream>

#include "base/text.hpp"
#include "schema/json.hpp"
#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::journal {

using schema::Value;
using store::Row;
using store::Session;

template <class V>
void shape(V& v, Kind& k) {
  v.required("ja", k.ja);
  v.required("en", k.en);
}

Result<Kinds> load_kinds(const std::filesystem::path& file) {
  YAGURA_TRY(const Value value, schema::read_yaml(file));
  return schema::read<Kinds>(value);
}

std::span<const store::Migration> migrations() {
  static constexpr store::Migration steps[] = {
      {"journal", 1,
       "CREATE TABLE journal (chain TEXT NOT NULL, seq BIGINT NOT NULL, time BIGINT NOT NULL, account BIGINT "
       "NOT NULL,"
       " actor TEXT NOT NULL, origin TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT "
       "NULL,"
       " hash TEXT NOT NULL, PRIMARY KEY (chain, seq));"
       "CREATE INDEX journal_subject ON journal (chain, subject, seq);"
       "CREATE INDEX journal_kind ON journal (chain, kind, seq);"
       "CREATE INDEX journal_account ON journal (chain, account, seq);"
       "CREATE INDEX journal_time ON journal (chain, time)"}};
  return steps;
}

namespace {

constexpr std::string_view columns = "seq, time, chain, account, actor, origin, kind, subject, data, hash";
const std::string no_hash(64, '0');

std::string sha256_hex(std::string_view previous, std::string_view text) {
  std::string input(previous);
  input.append("\n").append(text);
  std::array<unsigned char, 32> digest{};
  const int done = EVP_Digest(input.data(), input.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  YAGURA_ASSERT(done == 1);
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

struct Fields {
  std::int64_t seq;
  Time time;
  std::string_view chain;
  Id account;
  std::string_view actor, origin, kind, subject, data;
};

// The text whose hash seals an entry. data stands in it as the bytes that were stored.
std::string sealed_text(const Fields& f) {
  std::string out = fmt::format("{{\"seq\":{},\"time\":\"{}\",\"chain\":", f.seq, to_rfc3339(f.time));
  schema::append_json_text(out, f.chain);
  out += fmt::format(",\"account\":{},\"actor\":", f.account);
  schema::append_json_text(out, f.actor);
  out += ",\"origin\":";
  schema::append_json_text(out, f.origin);
  out += ",\"kind\":";
  schema::append_json_text(out, f.kind);
  out += ",\"subject\":";
  schema::append_json_text(out, f.subject);
  out.append(",\"data\":").append(f.data).append("}");
  return out;
}

Fields fields_of(const Row& row) {
  return {row.integer(0), row.time(1), row.text(2), row.integer(3), row.text(4),
          row.text(5),    row.text(6), row.text(7), row.text(8)};
}

Entry entry_of(const Row& row) {
  Entry e;
  e.seq = row.integer(0);
  e.time = row.time(1);
  e.record = {
      row.string(2), {row.integer(3), row.string(4), row.string(5)}, row.string(6), row.string(7), {}};
  if (auto data = schema::parse_json(row.text(8))) e.record.data = std::move(*data);
  e.hash = row.string(9);
  return e;
}

}  // namespace

void Journal::listen(Listener listener) {
  listeners_.with([&](auto& all) { all.push_back(std::move(listener)); });
}

Result<Entry> Journal::append(Session& session, Record record) {
  YAGURA_ASSERT(kinds_.contains(record.kind));
  if (record.data.is_null()) record.data = Value::object();
  YAGURA_CHECK(session.lock("journal/" + record.chain));
  Entry entry{1, clock_.now(), std::move(record), no_hash};
  std::string previous = no_hash;
  YAGURA_CHECK(session.query("SELECT seq, hash FROM journal WHERE chain = $1 ORDER BY seq DESC LIMIT 1",
                             entry.record.chain, [&](const Row& row) {
                               entry.seq = row.integer(0) + 1;
                               previous = row.string(1);
                             }));
  const auto& r = entry.record;
  const std::string data = schema::to_json(r.data);
  entry.hash = sha256_hex(previous, sealed_text({entry.seq, entry.time, r.chain, r.actor.account,
                                                 r.actor.name, r.actor.origin, r.kind, r.subject, data}));
  YAGURA_CHECK(
      session.exec("INSERT INTO journal (chain, seq, time, account, actor, origin, kind, subject, data, hash)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                   r.chain, entry.seq, entry.time, r.actor.account, r.actor.name, r.actor.origin, r.kind,
                   r.subject, data, entry.hash));
  session.after_commit([this, entry] {
    const auto all = listeners_.with([](const auto& listeners) { return listeners; });
    for (const auto& listener : all) listener(entry);
  });
  return entry;
}

Result<std::vector<Entry>> Journal::list(Session& session, const Query& q) const {
  std::string sql = "SELECT " + std::string(columns) + " FROM journal WHERE chain = $1";
  std::vector<std::string> held;
  held.reserve(4);
  std::vector<store::Param> params{store::to_param(q.chain)};
  const auto where = [&](std::string_view condition, store::Param param) {
    params.push_back(param);
    sql.append(" AND ").append(condition).append(std::to_string(params.size()));
  };
  if (!q.subject.empty()) where("subject = $", store::to_param(q.subject));
  if (!q.kind_prefix.empty()) {
    // A range, not LIKE, so that the index serves it. 0x7f sorts after every character of a kind.
    where("kind >= $", store::to_param(q.kind_prefix));
    where("kind < $", store::to_param(held.emplace_back(q.kind_prefix + "\x7f")));
  }
  if (!q.without_kind.empty()) where("kind <> $", store::to_param(q.without_kind));
  if (q.account != 0) where("account = $", store::to_param(q.account));
  if (q.from) where("time >= $", store::to_param(*q.from));
  if (q.to) where("time < $", store::to_param(*q.to));
  if (!q.text.empty()) {
    where("(data || ' ' || actor) LIKE $", store::to_param(held.emplace_back(store::like_anywhere(q.text))));
    sql += store::like_escape;
  }
  if (q.before_seq > 0) where(q.oldest_first ? "seq > $" : "seq < $", store::to_param(q.before_seq));
  sql += q.oldest_first ? " ORDER BY seq" : " ORDER BY seq DESC";
  params.push_back(store::to_param(q.limit));
  sql += " LIMIT $" + std::to_string(params.size());
  std::vector<Entry> out;
  const auto ran = session.run(sql, params, [&](const Row& row) -> Result<void> {
    out.push_back(entry_of(row));
    return {};
  });
  if (!ran) return std::unexpected(ran.error());
  return out;
}

Result<std::string> Journal::root(Session& session, std::string_view chain, Time until) const {
  YAGURA_TRY(const auto hash,
             session.text("SELECT hash FROM journal WHERE chain = $1 AND time < $2 ORDER BY seq DESC LIMIT 1",
                          chain, until));
  return hash.value_or("");
}

Result<Verdict> Journal::verify(Session& session, std::string_view chain) const {
  Verdict verdict{0, no_hash, 0};
  YAGURA_CHECK(session.query("SELECT " + std::string(columns) + " FROM journal WHERE chain = $1 ORDER BY seq",
                             chain, [&](const Row& row) {
                               ++verdict.entries;
                               const Fields f = fields_of(row);
                               const auto hash = sha256_hex(verdict.root, sealed_text(f));
                               const bool whole = f.seq == verdict.entries && hash == row.text(9);
                               if (!whole && verdict.first_broken == 0) verdict.first_broken = f.seq;
                               verdict.root = row.string(9);
                             }));
  return verdict;
}

Result<std::int64_t> Journal::export_chain(Session& session, std::string_view chain, Time from, Time to,
                                           std::ostream& out) const {
  YAGURA_TRY(
      const auto before,
      session.text("SELECT hash FROM journal WHERE chain = $1 AND seq = (SELECT min(seq) - 1 FROM journal"
                   " WHERE chain = $1 AND time >= $2)",
                   chain, from));
  std::string previous = before.value_or(no_hash);
  out << "yagura-journal 1\n";
  std::int64_t count = 0;
  YAGURA_CHECK(session.query("SELECT " + std::string(columns) +
                                 " FROM journal WHERE chain = $1 AND time >= $2 AND time < $3 ORDER BY seq",
                             chain, from, to, [&](const Row& row) {
                               out << row.text(9) << ' ' << previous << ' ' << sealed_text(fields_of(row))
                                   << '\n';
                               previous = row.string(9);
                               ++count;
                             }));
  out << "root " << previous << '\n';
  return count;
}

}  // namespace yagura::journal
