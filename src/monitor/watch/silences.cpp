// Silences on disk.
#include "monitor/watch/alert_store.hpp"

namespace yagura::monitor::watch {

using store::Row;
using store::Session;

namespace {

alert::Silence silence_of(const Row& row) {
  return {row.integer(0),      row.time(1),   row.time(2),  ids_of(row.text(3)),
          ids_of(row.text(4)), row.string(5), row.string(6)};
}

constexpr std::string_view silence_columns =
    "SELECT id, from_at, to_at, devices, sites, who, why, contract, ended_by,"
    " (SELECT count(*) FROM alert a WHERE a.contract = silence.contract AND a.state IN ('open', "
    "'acknowledged') AND "
    "a.standing = 2) FROM silence WHERE ";

SilenceView silence_view(const Row& row) {
  return {silence_of(row), row.string(7), row.string(8), static_cast<int>(row.integer(9))};
}

}  // namespace

Result<void> AlertStore::save_silence(Session& s, std::string_view contract, const alert::Silence& v) {
  YAGURA_CHECK(
      s.exec("INSERT INTO silence (id, contract, from_at, to_at, devices, sites, who, why, ended_by)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')",
             v.id, contract, v.from, v.to, ids_text(v.devices), ids_text(v.sites), v.who, v.why));
  return {};
}

Result<void> AlertStore::end_silence(Session& s, Id silence, Time at, std::string_view who) {
  YAGURA_CHECK(s.exec("UPDATE silence SET to_at = $2, ended_by = $3 WHERE id = $1", silence, at, who));
  return {};
}

Result<std::vector<alert::Silence>> AlertStore::open_silences() {
  std::vector<alert::Silence> out;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query("SELECT id, from_at, to_at, devices, sites, who, why FROM silence WHERE ended_by = ''",
                   [&](const Row& row) { out.push_back(silence_of(row)); });
  }));
  return out;
}

Result<std::vector<SilenceView>> AlertStore::silences(std::string_view contract, std::string_view state,
                                                      Time now, Id before, int limit) {
  std::vector<SilenceView> out;
  const auto sink = [&](const Row& row) { out.push_back(silence_view(row)); };
  const std::string select = std::string(silence_columns) + "contract = $1 AND id < $2";
  const Id below = before == 0 ? Id{1} << 53 : before;
  YAGURA_CHECK(database_.read([&](Session& s) {
    if (state == "planned")
      return s.query(select + " AND from_at > $4 ORDER BY id DESC LIMIT $3", contract, below, limit, now,
                     sink);
    if (state == "running")
      return s.query(select + " AND from_at <= $4 AND to_at > $4 ORDER BY id DESC LIMIT $3", contract, below,
                     limit, now, sink);
    if (state == "ended")
      return s.query(select + " AND to_at <= $4 ORDER BY id DESC LIMIT $3", contract, below, limit, now,
                     sink);
    return s.query(select + " ORDER BY id DESC LIMIT $3", contract, below, limit, sink);
  }));
  return out;
}

Result<SilenceView> AlertStore::silence(std::string_view contract, Id id) {
  std::optional<SilenceView> found;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query(std::string(silence_columns) + "contract = $1 AND id = $2", contract, id,
                   [&](const Row& row) { found = silence_view(row); });
  }));
  if (!found) return fail("monitor.silence_not_found");
  return std::move(*found);
}

}  // namespace yagura::monitor::watch
