// What people ask of alerts: lists, one alert, how many are open.
#include <algorithm>

#include "base/text.hpp"
#include "monitor/watch/alert_store.hpp"

namespace yagura::monitor::watch {

using store::Row;
using store::Session;

namespace {

constexpr std::string_view view_columns =
    "SELECT a.id, a.contract, a.state, a.severity, a.title_ja, a.title_en, a.kind, a.object, a.device, "
    "a.site, a.device_name,"
    " a.site_name, a.first_at, a.last_at, a.cleared_at, a.count, a.flapping, a.standing, a.parent, "
    "a.incident,"
    " a.acknowledged_by, a.acknowledged_at, a.evidence, a.remarks,"
    " CASE WHEN a.parent = 0 THEN (SELECT count(*) FROM alert c WHERE c.parent = a.id) ELSE 0 END FROM alert "
    "a WHERE ";

AlertView view_of(const Row& row) {
  AlertView v;
  v.id = row.integer(0);
  v.contract = row.string(1);
  v.state = row.string(2);
  v.severity = row.string(3);
  v.title = {row.string(4), row.string(5)};
  v.kind = row.string(6);
  v.object = row.string(7);
  v.device = row.integer(8);
  v.site = row.integer(9);
  v.device_name = row.string(10);
  v.site_name = row.string(11);
  v.first = row.time(12);
  v.last = row.time(13);
  v.cleared = row.maybe_time(14);
  v.count = row.integer(15);
  v.flapping = row.flag(16);
  v.silenced = row.integer(17) == static_cast<int>(alert::Standing::silenced);
  v.parent = row.integer(18);
  v.incident = row.integer(19);
  v.acknowledged_by = row.string(20);
  v.acknowledged_at = row.maybe_time(21);
  v.evidence = row.string(22);
  v.comments = remarks_of(row.text(23));
  v.children = static_cast<int>(row.integer(24));
  return v;
}

// What a list asks for besides the contract, the words and the cursor; its parameters are $4 and on.
Fitting fitting_of(const AlertQuery& q) {
  Fitting out;
  const auto where = [&](std::string_view condition, store::Param param) {
    out.params.push_back(param);
    out.sql.append(" AND a.").append(condition).append(" $").append(std::to_string(out.params.size() + 3));
  };
  if (!q.state.empty()) where("state =", store::to_param(q.state));
  if (!q.severity.empty()) where("severity =", store::to_param(q.severity));
  if (q.device != 0) where("device =", store::to_param(q.device));
  if (q.parent != 0) where("parent =", store::to_param(q.parent));
  if (q.incident != 0) where("incident =", store::to_param(q.incident));
  if (q.from) {
    where("first_at >=", store::to_param(*q.from));
    // Ids grow with time, and an alert's is given when it is first seen or later: the list can end there. A
    // day is for clocks that were set.
    where("id >=", store::to_param(IdSource::lowest_at(*q.from - std::chrono::days(1))));
  }
  if (q.to) where("first_at <", store::to_param(*q.to));
  out.severity = q.severity;
  out.ends = q.to.has_value();
  return out;
}

constexpr int most_by_words = 1000;  // each is a parameter of a statement

// Few alerts fit these: reading them is quicker than finding words first.
bool names_few(const AlertQuery& q) {
  return q.device != 0 || q.parent != 0 || q.incident != 0 || (!q.state.empty() && q.state != "cleared");
}

}  // namespace

Result<std::vector<AlertView>> AlertStore::list(const AlertQuery& q) {
  const Fitting fitting = fitting_of(q);
  const Id before = q.before == 0 ? Id{1} << 53 : q.before;
  const std::string folded = fold_for_search(trim(q.search));
  std::vector<AlertView> out;
  const auto sink = [&](const Row& row) -> Result<void> {
    out.push_back(view_of(row));
    return {};
  };
  const auto read = [&](Session& s) -> Result<void> {
    if (!folded.empty() && !names_few(q) && q.limit <= most_by_words) {
      YAGURA_TRY(const auto wordless, s.integer("SELECT id FROM alert WHERE title_word = 0 LIMIT 1"));
      if (!wordless) {
        YAGURA_TRY(auto ids, find_by_words(s, q.contract, folded, fitting, before, q.limit));
        if (ids.empty()) return {};
        // Always the same statement for the same length of page.
        ids.resize(static_cast<std::size_t>(q.limit), Id{0});
        std::string sql = std::string(view_columns) + "a.id IN (";
        std::vector<store::Param> params;
        for (const Id id : ids) {
          params.push_back(store::to_param(id));
          sql.append(params.size() == 1 ? "$" : ", $").append(std::to_string(params.size()));
        }
        YAGURA_CHECK(s.run(sql + ") ORDER BY a.id DESC", params, sink));
        return {};
      }
    }
    // $2 stands for the words even when none are asked for, so that the numbers stay the same.
    const std::string pattern = store::like_anywhere(folded);
    std::vector<store::Param> params{store::to_param(q.contract), store::to_param(pattern),
                                     store::to_param(before)};
    params.insert(params.end(), fitting.params.begin(), fitting.params.end());
    std::string sql = std::string(view_columns) + "a.contract = $1 AND a.id < $3" + fitting.sql;
    sql += folded.empty() ? std::string(" AND CAST($2 AS TEXT) IS NOT NULL")
                          : " AND a.search LIKE $2" + std::string(store::like_escape);
    params.push_back(store::to_param(q.limit));
    const std::string limit = " ORDER BY a.id DESC LIMIT $" + std::to_string(params.size());
    if (q.to) {
      // Walking back from the newest would read all that is younger. Nearly every alert has its id within the
      // hour after it was first seen; the few others are found by an index of their own.
      const Id young = IdSource::lowest_at(*q.to + std::chrono::hours(1));
      params.push_back(store::to_param(std::min(before, young)));
      const std::string end = "$" + std::to_string(params.size());
      params.push_back(store::to_param(young));
      std::string fits = sql.substr(sql.rfind("a.contract = $1"));
      std::string early = fits;
      early.replace(early.find("a.id < $3"), 9, "a.id < " + end);
      // The sign keeps the database from walking through all times before.
      fits.replace(fits.rfind("a.first_at <"), 1, "+a");
      sql = std::string(view_columns) + "a.id IN (SELECT id FROM (SELECT a.id FROM alert a WHERE " + early +
            limit + ") early UNION ALL SELECT a.id FROM alert a WHERE " + fits +
            " AND a.id IN (SELECT l.id FROM alert l WHERE l.contract = $1 AND l.id >= $" +
            std::to_string(params.size()) +
            " AND (l.id / 4096 + 1577836800000) * 1000 - l.first_at > 3540000000))";
    }
    YAGURA_CHECK(s.run(sql + limit, params, sink));
    return {};
  };
  YAGURA_CHECK(database_.read(read));
  return out;
}

Result<AlertView> AlertStore::get(std::string_view contract, Id id) {
  std::optional<AlertView> found;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query(std::string(view_columns) + "a.id = $1 AND a.contract = $2", id, contract,
                   [&](const Row& row) { found = view_of(row); });
  }));
  if (!found) return fail("monitor.alert_not_found");
  return std::move(*found);
}

Result<std::map<std::string, int>> AlertStore::open_by_severity(std::string_view contract) {
  std::map<std::string, int> out;
  YAGURA_CHECK(database_.read([&](Session& s) -> Result<void> {
    // State by state: asked for both at once, SQLite would count over all alerts in the order of severity.
    for (const char* state : {"open", "acknowledged"})
      YAGURA_CHECK(s.query(
          "SELECT severity, count(*) FROM alert WHERE contract = $1 AND state = $2 GROUP BY severity",
          contract, state, [&](const Row& row) { out[row.string(0)] += static_cast<int>(row.integer(1)); }));
    return {};
  }));
  return out;
}

}  // namespace yagura::monitor::watch
