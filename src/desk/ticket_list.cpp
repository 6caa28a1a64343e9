#include "desk/ticket_list.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <list>

#include "base/text.hpp"

namespace yagura::desk {

using store::Param;
using store::Row;
using store::Session;
using store::to_param;

namespace {

// Sorts behind every instant, so that a cursor by due has no holes.
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t places_at_once = 500;

constexpr std::string_view columns =
    "r.id, r.request, r.kind, r.number, r.title, r.title_en, r.state, r.severity, r.owner_name, r.section, "
    "r.device_name, r.site_name, r.stage, r.rule, r.open, r.acknowledged, r.owner, r.device, r.person, "
    "r.contact, r.opened_at, r.changed_at, r.due, r.breached";

TicketRow row_of(const Row& row) {
  TicketRow t;
  t.id = row.integer(0);
  t.request = row.flag(1);
  t.kind = row.string(2);
  t.number = row.string(3);
  t.title = row.string(4);
  t.title_en = row.string(5);
  t.state = row.string(6);
  t.severity = row.string(7);
  t.owner_name = row.string(8);
  t.section = row.string(9);
  t.device_name = row.string(10);
  t.site_name = row.string(11);
  t.stage = row.string(12);
  t.rule = row.string(13);
  t.open = row.flag(14);
  t.acknowledged = row.flag(15);
  t.owner = row.integer(16);
  t.device = row.integer(17);
  t.person = row.integer(18);
  t.contact = row.integer(19);
  t.opened_at = row.time(20);
  t.changed_at = row.time(21);
  if (row.integer(22) != never) t.due = row.time(22);
  t.breached = static_cast<int>(row.integer(23));
  return t;
}

// What a sort goes by besides the id, and in which direction.
struct Order {
  std::string_view key;
  bool descending = false;
};
Order order_of(const TicketQuery& q) {
  // One device's or person's tickets are few: found by it and sorted. Without the + SQLite takes the index in
  // this order and walks all that the contract has.
  const bool few = q.device != 0 || q.contact != 0 || q.person != 0;
  switch (q.sort) {
    case TicketSort::oldest:
      return {"r.id", false};
    case TicketSort::due:
      return {few ? "+r.due" : "r.due", false};
    case TicketSort::changed:
      return {few ? "+r.changed_at" : "r.changed_at", true};
    case TicketSort::newest:
      break;
  }
  return {"r.id", true};
}
std::int64_t key_of(TicketSort sort, const TicketRow& t) {
  switch (sort) {
    case TicketSort::due:
      return t.due ? to_micros(*t.due) : never;
    case TicketSort::changed:
      return to_micros(t.changed_at);
    default:
      return t.id;
  }
}

struct Cursor {
  std::int64_t key = 0;
  Id id = 0;
};
Result<Cursor> read_cursor(std::string_view text) {
  Cursor out;
  const auto dash = text.find('_');
  const auto number = [](std::string_view digits, std::int64_t& to) {
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), to);
    return !digits.empty() && ec == std::errc{} && end == digits.data() + digits.size();
  };
  if (dash == std::string_view::npos || !number(text.substr(0, dash), out.key) ||
      !number(text.substr(dash + 1), out.id))
    return fail("desk.cursor_invalid");
  return out;
}
std::string cursor_of(std::int64_t key, Id id) { return std::to_string(key) + "_" + std::to_string(id); }

}  // namespace

std::span<const std::pair<std::string_view, TicketSort>> enum_names(TicketSort) {
  static constexpr std::pair<std::string_view, TicketSort> names[] = {{"newest", TicketSort::newest},
                                                                      {"oldest", TicketSort::oldest},
                                                                      {"due", TicketSort::due},
                                                                      {"changed", TicketSort::changed}};
  return names;
}

// The filters as SQL.
struct TicketList::Where {
  std::string sql = "r.contract = $1";
  std::vector<Param> params;
  std::list<std::string> held;  // a list, for what params point into stays where it is

  explicit Where(const TicketQuery& q) {
    params.push_back(text(q.contract));
    for (const auto& kind : q.kinds) {
      params.push_back(text(kind));
      sql += (&kind == &q.kinds.front() ? " AND r.kind IN ($" : ", $") + std::to_string(params.size());
    }
    if (!q.kinds.empty()) sql += ")";
    if (!q.state.empty()) add("r.state =", text(q.state));
    if (!q.section.empty()) add("r.section =", text(q.section));
    if (!q.severity.empty()) add("r.severity =", text(q.severity));
    if (!q.stage.empty()) add("r.stage =", text(q.stage));
    if (q.open) add("r.open =", to_param(*q.open));
    if (q.owner) add("r.owner =", to_param(*q.owner));
    if (q.device != 0) add("r.device =", to_param(q.device));
    if (q.contact != 0) add("r.contact =", to_param(q.contact));
    if (q.person != 0) add("r.person =", to_param(q.person));
    if (q.due_before) add("r.due <", to_param(*q.due_before));
    if (q.tickets != q.requests) add("r.request =", to_param(q.requests));
  }
  Param text(const std::string& value) { return to_param(held.emplace_back(value)); }
  void add(std::string_view condition, Param param) {
    params.push_back(param);
    sql.append(" AND ").append(condition).append(" $").append(std::to_string(params.size()));
  }
};

Result<TicketPage> TicketList::page(const TicketQuery& q) {
  const Where where(q);
  const store::Words words(fold_for_search(q.search));
  return database_.read([&](Session& s) -> Result<TicketPage> {
    if (!words.empty()) return searched(s, q, words, where);
    const auto order = order_of(q);
    auto params = where.params;
    const auto mark = [&](Param p) {
      params.push_back(p);
      return "$" + std::to_string(params.size());
    };
    std::string sql = "SELECT " + std::string(columns) + " FROM desk_row r WHERE " + where.sql;
    if (!q.cursor.empty()) {
      YAGURA_TRY(const auto cursor, read_cursor(q.cursor));
      const auto key = mark(to_param(cursor.key)), id = mark(to_param(cursor.id));
      sql.append(" AND (").append(order.key).append(", r.id) ").append(order.descending ? "<" : ">");
      sql += " (CAST(" + key + " AS BIGINT), CAST(" + id + " AS BIGINT))";
    }
    const std::string direction = order.descending ? " DESC" : "";
    sql.append(" ORDER BY ").append(order.key).append(direction);
    if (order.key != "r.id") sql += ", r.id" + direction;
    sql += " LIMIT " + mark(to_param(q.limit + 1));
    TicketPage out;
    auto ran = s.run(sql, params, [&](const Row& row) -> Result<void> {
      out.rows.push_back(row_of(row));
      return {};
    });
    if (!ran) return std::unexpected(std::move(ran).error());
    if (out.rows.size() > static_cast<std::size_t>(q.limit)) {
      out.rows.pop_back();
      out.next = cursor_of(key_of(q.sort, out.rows.back()), out.rows.back().id);
    }
    if (!q.cursor.empty()) return out;
    std::int64_t total = 0;
    ran = s.run("SELECT count(*) FROM (SELECT 1 FROM desk_row r WHERE " + where.sql + " LIMIT " +
                    std::to_string(count_most + 1) + ") counted",
                where.params, [&](const Row& row) -> Result<void> {
                  total = row.integer(0);
                  return {};
                });
    if (!ran) return std::unexpected(std::move(ran).error());
    out.total_is_least = total > count_most;
    out.total = std::min<std::int64_t>(total, count_most);
    return out;
  });
}

// Where the filters alone leave few, only those are looked at.
Result<void> TicketList::narrow(Session& s, const Where& where, std::vector<std::int64_t>& places) {
  constexpr std::size_t few = 5'000;
  std::vector<std::int64_t> left;
  auto ran = s.run("SELECT r.place FROM desk_row r WHERE " + where.sql + " LIMIT " + std::to_string(few + 1),
                   where.params, [&](const Row& row) -> Result<void> {
                     left.push_back(row.integer(0));
                     return {};
                   });
  if (!ran) return std::unexpected(std::move(ran).error());
  if (left.size() > few) return {};
  std::ranges::sort(left);
  std::erase_if(places, [&](std::int64_t place) { return !std::ranges::binary_search(left, place); });
  return {};
}

Result<TicketPage> TicketList::searched(Session& s, const TicketQuery& q, const store::Words& words,
                                        const Where& where) {
  YAGURA_TRY(auto places, fragments_.find(s, q.contract, words));
  if (places.size() > places_at_once && where.params.size() > 1) YAGURA_CHECK(narrow(s, where, places));
  const auto order = order_of(q);
  std::vector<Cursor> found;
  // The places lead, whatever the filters are: SQLite joins a CROSS JOIN as it is written. Without filters
  // there is no other way to take, and each row is looked up once.
  const bool filtered = where.params.size() > 1;
  const std::string from =
      filtered ? "desk_row p CROSS JOIN desk_row r CROSS JOIN desk_text t WHERE r.id = p.id AND t.id = p.id"
               : "desk_row r CROSS JOIN desk_text t WHERE t.id = r.id";
  const std::string in_places = filtered ? " AND p.contract = $1 AND p.place IN (" : " AND r.place IN (";
  std::size_t at = 0;
  for (; at < places.size() && found.size() < static_cast<std::size_t>(search_most); at += places_at_once) {
    auto params = where.params;
    std::string sql = "SELECT r.id, " + std::string(order.key) + ", t.search, t.said FROM " + from + " AND " +
                      where.sql + in_places;
    const auto end = std::min(places.size(), at + places_at_once);
    for (std::size_t i = at; i < end; ++i) {
      params.push_back(to_param(places[i]));
      sql += (i > at ? ", $" : "$") + std::to_string(params.size());
    }
    auto ran = s.run(sql + ")", params, [&](const Row& row) -> Result<void> {
      std::string text = row.string(2);
      text.append("\n").append(row.text(3));
      if (words.in(text)) found.push_back({row.integer(1), row.integer(0)});
      return {};
    });
    if (!ran) return std::unexpected(std::move(ran).error());
  }
  std::ranges::sort(found, [&](const Cursor& a, const Cursor& b) {
    const auto left = std::pair(a.key, a.id), right = std::pair(b.key, b.id);
    return order.descending ? left > right : left < right;
  });
  TicketPage out;
  if (q.cursor.empty()) {
    out.total = static_cast<std::int64_t>(found.size());
    out.total_is_least = at < places.size();
  } else {
    YAGURA_TRY(const auto cursor, read_cursor(q.cursor));
    std::erase_if(found, [&](const Cursor& c) {
      const auto one = std::pair(c.key, c.id), last = std::pair(cursor.key, cursor.id);
      return order.descending ? one >= last : one <= last;
    });
  }
  if (found.size() > static_cast<std::size_t>(q.limit)) {
    found.resize(static_cast<std::size_t>(q.limit));
    out.next = cursor_of(found.back().key, found.back().id);
  }
  if (found.empty()) return out;
  std::vector<Param> params;
  std::string sql = "SELECT " + std::string(columns) + " FROM desk_row r WHERE r.id IN (";
  for (const auto& one : found) {
    params.push_back(to_param(one.id));
    sql += (params.size() > 1 ? ", $" : "$") + std::to_string(params.size());
  }
  auto ran = s.run(sql + ")", params, [&](const Row& row) -> Result<void> {
    out.rows.push_back(row_of(row));
    return {};
  });
  if (!ran) return std::unexpected(std::move(ran).error());
  std::ranges::sort(out.rows, {}, [&](const TicketRow& t) {
    return std::ranges::find(found, t.id, &Cursor::id) - found.begin();
  });
  return out;
}

// Writing ------------------------------------------------------------------------------------------------

Result<std::int64_t> TicketList::place_of(Session& s, std::string_view contract, Id id) {
  YAGURA_TRY(const auto known, s.integer("SELECT place FROM desk_row WHERE id = $1", id));
  if (known) return *known;
  YAGURA_CHECK(s.lock("desk_place"));
  YAGURA_TRY(const auto next,
             s.integer("INSERT INTO desk_place (contract, last) VALUES ($1, 1) ON CONFLICT (contract) DO "
                       "UPDATE SET last = desk_place.last + 1 RETURNING last",
                       contract));
  return next.value_or(0);
}

Result<void> TicketList::put_text(Session& s, std::string_view contract, std::int64_t place, Id id,
                                  std::string_view text, std::string_view said) {
  std::optional<std::pair<std::string, std::string>> known;
  YAGURA_CHECK(s.query("SELECT search, said FROM desk_text WHERE id = $1", id,
                       [&](const Row& row) { known = {row.string(0), row.string(1)}; }));
  const auto more = fold_for_search(said);
  if (known && known->first == text && more.empty()) return {};
  std::string all = known ? known->second : std::string();
  if (!more.empty()) all += (all.empty() ? "" : "\n") + more;
  YAGURA_CHECK(
      s.exec("INSERT INTO desk_text (id, search, said) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE "
             "SET search = excluded.search, said = excluded.said",
             id, text, all));
  std::string fresh = !known || known->first != text ? std::string(text) : std::string();
  if (!more.empty()) fresh += "\n" + more;
  return fragments_.add(s, contract, place, fresh);
}

Result<void> TicketList::put_ticket(Session& s, Id incident, std::string_view said) {
  std::optional<std::pair<std::string, std::string>> known;
  YAGURA_CHECK(s.query("SELECT contract, search FROM incident WHERE id = $1", incident,
                       [&](const Row& row) { known = {row.string(0), row.string(1)}; }));
  if (!known) return {};
  YAGURA_TRY(const auto place, place_of(s, known->first, incident));
  YAGURA_CHECK(s.exec(
      "INSERT INTO desk_row (id, contract, place, request, kind, number, title, title_en, state, open, "
      "severity,"
      " owner, owner_name, section, device, device_name, site_name, stage, person, contact, opened_at,"
      " changed_at, due, rule, breached, acknowledged)"
      " SELECT i.id, i.contract, CAST($2 AS BIGINT), 0, i.kind, i.number, i.title, i.title_en, i.state,"
      " CASE WHEN i.state = 'closed' THEN 0 ELSE 1 END, i.severity, i.owner, i.owner_name, i.caller_section,"
      " i.device, i.device_name, i.site_name, i.stage, i.caller_account, i.caller_contact, i.detected_at,"
      " i.changed_at,"
      " COALESCE((SELECT min(c.due) FROM incident_clock c WHERE c.incident = i.id AND (c.state = 'running' OR"
      " (c.state = 'breached' AND c.stopped IS NULL))), CAST($3 AS BIGINT)),"
      " COALESCE((SELECT c.rule FROM incident_clock c WHERE c.incident = i.id AND (c.state = 'running' OR"
      " (c.state = 'breached' AND c.stopped IS NULL)) ORDER BY c.due LIMIT 1), ''),"
      " (SELECT count(*) FROM incident_clock c WHERE c.incident = i.id AND c.breached = 1),"
      " CASE WHEN i.acknowledged_at IS NULL THEN 0 ELSE 1 END FROM incident i WHERE i.id = $1"
      " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, title = excluded.title, title_en = "
      "excluded.title_en,"
      " state = excluded.state, open = excluded.open, severity = excluded.severity, owner = excluded.owner,"
      " owner_name = excluded.owner_name, section = excluded.section, device = excluded.device,"
      " device_name = excluded.device_name, site_name = excluded.site_name, stage = excluded.stage,"
      " person = excluded.person, contact = excluded.contact, changed_at = excluded.changed_at,"
      " due = excluded.due, rule = excluded.rule, breached = excluded.breached,"
      " acknowledged = excluded.acknowledged",
      incident, place, never));
  return put_text(s, known->first, place, incident, known->second, said);
}

Result<void> TicketList::put_request(Session& s, const RequestFacts& r) {
  YAGURA_TRY(const auto place, place_of(s, r.contract, r.id));
  YAGURA_CHECK(s.exec(
      "INSERT INTO desk_row (id, contract, place, request, kind, number, title, title_en, state, open, "
      "severity,"
      " owner, owner_name, section, device, device_name, site_name, stage, person, contact, opened_at,"
      " changed_at, due, rule, breached, acknowledged)"
      " VALUES ($1, $2, $3, 1, 'request', $4, $5, $6, $7, $8, '', 0, '', $9, 0, '', '', $10, $11, 0, $12, "
      "$13,"
      " $14, '', 0, 1) ON CONFLICT (id) DO UPDATE SET title = excluded.title, title_en = excluded.title_en,"
      " state = excluded.state, open = excluded.open, section = excluded.section, changed_at = "
      "excluded.changed_at, due = excluded.due",
      r.id, r.contract, place, r.number, r.title, r.title_en, r.state, r.open, r.section, r.form, r.submitter,
      r.submitted_at, r.changed_at, r.due ? to_micros(*r.due) : never));
  return put_text(s, r.contract, place, r.id, fold_for_search(r.number + "\n" + r.text), {});
}

Result<int> TicketList::fill() {
  constexpr int at_once = 500;
  int done = 0;
  for (;;) {
    YAGURA_TRY(const int some, database_.write([&](Session& s) -> Result<int> {
      std::vector<Id> ids;
      YAGURA_CHECK(
          s.query("SELECT i.id FROM incident i LEFT JOIN desk_row r ON r.id = i.id WHERE r.id IS NULL"
                  " ORDER BY i.id LIMIT $1",
                  at_once, [&](const Row& row) { ids.push_back(row.integer(0)); }));
      for (const Id id : ids) YAGURA_CHECK(put_ticket(s, id));
      return static_cast<int>(ids.size());
    }));
    done += some;
    if (some < at_once) return done;
  }
}

}  // namespace yagura::desk
