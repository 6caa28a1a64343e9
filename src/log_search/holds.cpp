#include "log_search/holds.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace yagura::log_search {

using schema::Value;
using store::Row;
using store::Session;

namespace {

constexpr std::string_view columns =
    "SELECT id, contract, kinds, from_at, to_at, reason, ordered_by, placed_name, placed_at, asked_by,"
    " asked_name, asked_reason, asked_at, released_name, released_at FROM log_hold WHERE ";
constexpr std::string_view prefix = "hold-";

LogHold hold_of(const Row& row) {
  LogHold out;
  out.id = row.integer(0);
  out.contract = row.string(1);
  for (const auto kind : split(row.string(2), ','))
    if (!kind.empty()) out.what.kinds.emplace_back(kind);
  out.what.from = row.maybe_time(3);
  out.what.to = row.maybe_time(4);
  out.what.reason = row.string(5);
  out.what.ordered_by = row.string(6);
  out.placed_name = row.string(7);
  out.placed_at = row.time(8);
  out.asked_by = row.integer(9);
  out.asked_name = row.string(10);
  out.asked_reason = row.string(11);
  out.asked_at = row.maybe_time(12);
  out.released_name = row.string(13);
  out.released_at = row.maybe_time(14);
  out.state = out.released_at ? HoldState::released
              : out.asked_at  ? HoldState::release_asked
                              : HoldState::held;
  return out;
}

std::string joined(const std::vector<std::string>& kinds) {
  std::string out;
  for (const auto& kind : kinds) out += (out.empty() ? "" : ",") + kind;
  return out;
}

bool says_something(const std::string& text, std::size_t least, std::size_t most) {
  return is_utf8(text) && !text.contains('\0') && characters(text) >= least && characters(text) <= most;
}

Error invalid() {
  return {"log_search.hold_invalid",
          {{"least", std::to_string(Holds::least_reason)}, {"most", std::to_string(Holds::most_reason)}}};
}

// What the store must hold for it: one for each kind.
void add_to(std::vector<eventstore::Hold>& out, const LogHold& hold) {
  const auto name = std::string(prefix) + std::to_string(hold.id);
  eventstore::Hold one{.id = name,
                       .contract = hold.contract,
                       .kind = "",
                       .from = hold.what.from ? to_micros(*hold.what.from) : INT64_MIN,
                       .to = hold.what.to ? to_micros(*hold.what.to) : INT64_MAX};
  if (hold.what.kinds.empty()) out.push_back(one);
  for (const auto& kind : hold.what.kinds) {
    one.id = name + "-" + kind;
    one.kind = kind;
    out.push_back(one);
  }
}

Value time_or_null(const std::optional<Time>& time) { return time ? Value(to_rfc3339(*time)) : Value(); }

}  // namespace

std::span<const std::pair<std::string_view, HoldState>> enum_names(HoldState) {
  static constexpr std::pair<std::string_view, HoldState> names[] = {
      {"held", HoldState::held},
      {"release_asked", HoldState::release_asked},
      {"released", HoldState::released}};
  return names;
}

Id hold_of(const eventstore::Hold& hold) {
  if (!hold.id.starts_with(prefix)) return 0;
  Id id = 0;
  const auto* end = hold.id.data() + hold.id.size();
  const auto read = std::from_chars(hold.id.data() + prefix.size(), end, id);
  return read.ec == std::errc{} && (read.ptr == end || *read.ptr == '-') ? id : 0;
}

Result<void> none_stands(Session& s, std::string_view contract) {
  int count = 0;
  LogHold first;
  YAGURA_CHECK(s.query(std::string(columns) + "contract = $1 AND released_at IS NULL ORDER BY id", contract,
                       [&](const Row& row) {
                         if (count++ == 0) first = hold_of(row);
                       }));
  if (count == 0) return {};
  return fail("log_search.hold_stands", {{"contract", std::string(contract)},
                                         {"count", std::to_string(count)},
                                         {"id", std::to_string(first.id)},
                                         {"ordered_by", first.what.ordered_by}});
}

Result<LogHold> Holds::read(Session& s, std::string_view contract, Id id) {
  std::optional<LogHold> found;
  YAGURA_CHECK(s.query(std::string(columns) + "id = $1 AND contract = $2", id, contract,
                       [&](const Row& row) { found = hold_of(row); }));
  if (!found) return fail("log_search.hold_not_found");
  return std::move(*found);
}

Result<void> Holds::note(Session& s, const journal::Actor& by, const LogHold& hold, const char* kind,
                         Value data) {
  YAGURA_CHECK(at_.journal.append(
      s, {hold.contract, by, kind, "log_hold/" + std::to_string(hold.id), std::move(data)}));
  return {};
}

Result<LogHold> Holds::place(const journal::Actor& by, std::string_view contract, NewHold hold) {
  hold.reason = trim(hold.reason);
  hold.ordered_by = trim(hold.ordered_by);
  if (!says_something(hold.reason, least_reason, most_reason) || !says_something(hold.ordered_by, 1, 200))
    return std::unexpected(invalid());
  if (hold.from && hold.to && *hold.from >= *hold.to) return fail("log_search.hold_times_empty");
  std::ranges::sort(hold.kinds);
  hold.kinds.erase(std::ranges::unique(hold.kinds).begin(), hold.kinds.end());
  for (const auto& kind : hold.kinds)
    if (!at_.kinds.contains(kind)) return fail("eventstore.kind_unknown", {{"kind", kind}});
  auto placed = at_.database.write([&](Session& s) -> Result<LogHold> {
    YAGURA_TRY(
        const auto has,
        s.integer("SELECT count(*) FROM log_hold WHERE contract = $1 AND released_at IS NULL", contract));
    if (has.value_or(0) >= most) return fail("log_search.hold_too_many", {{"most", std::to_string(most)}});
    const Id id = at_.ids.next();
    YAGURA_CHECK(
        s.exec("INSERT INTO log_hold (id, contract, kinds, from_at, to_at, reason, ordered_by, placed_name,"
               " placed_at, asked_by, asked_name, asked_reason, released_name)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '', '', '')",
               id, contract, joined(hold.kinds), hold.from, hold.to, hold.reason, hold.ordered_by, by.name,
               at_.clock.now()));
    YAGURA_TRY(auto made, read(s, contract, id));
    YAGURA_CHECK(note(s, by, made, "log.held",
                      Value::object({{"kinds", joined(hold.kinds)},
                                     {"from", time_or_null(hold.from)},
                                     {"to", time_or_null(hold.to)},
                                     {"reason", hold.reason},
                                     {"ordered_by", hold.ordered_by}})));
    return made;
  });
  if (placed) YAGURA_CHECK(enforce());
  return placed;
}

Result<LogHold> Holds::ask_release(const journal::Actor& by, std::string_view contract, Id id,
                                   const std::string& said) {
  const std::string reason(trim(said));
  if (!says_something(reason, least_reason, most_reason)) return std::unexpected(invalid());
  return at_.database.write([&](Session& s) -> Result<LogHold> {
    YAGURA_CHECK(s.lock("log_hold"));
    YAGURA_TRY(const auto before, read(s, contract, id));
    if (before.state != HoldState::held) return fail("log_search.hold_conflict");
    YAGURA_CHECK(s.exec(
        "UPDATE log_hold SET asked_by = $2, asked_name = $3, asked_reason = $4, asked_at = $5 WHERE id = $1",
        id, by.account, by.name, reason, at_.clock.now()));
    YAGURA_CHECK(note(s, by, before, "log.release_asked", Value::object({{"reason", reason}})));
    return read(s, contract, id);
  });
}

Result<LogHold> Holds::decide(const journal::Actor& by, std::string_view contract, Id id, bool release,
                              const std::string& said) {
  const std::string reason(trim(said));
  if (!says_something(reason, release ? 0 : least_reason, most_reason)) return std::unexpected(invalid());
  auto decided = at_.database.write([&](Session& s) -> Result<LogHold> {
    YAGURA_CHECK(s.lock("log_hold"));
    YAGURA_TRY(const auto before, read(s, contract, id));
    if (before.state != HoldState::release_asked) return fail("log_search.hold_conflict");
    if (before.asked_by == by.account) return fail("log_search.hold_own");
    if (release)
      YAGURA_CHECK(s.exec("UPDATE log_hold SET released_name = $2, released_at = $3 WHERE id = $1", id,
                          by.name, at_.clock.now()));
    else
      YAGURA_CHECK(s.exec("UPDATE log_hold SET asked_at = NULL WHERE id = $1", id));
    YAGURA_CHECK(note(
        s, by, before, release ? "log.released" : "log.release_refused",
        Value::object(
            {{"asked_by", before.asked_name}, {"asked_reason", before.asked_reason}, {"reason", reason}})));
    return read(s, contract, id);
  });
  if (decided && release) YAGURA_CHECK(enforce());
  return decided;
}

Result<std::vector<LogHold>> Holds::list(std::string_view contract) {
  std::vector<LogHold> out;
  const auto add = [&](const Row& row) { out.push_back(hold_of(row)); };
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    YAGURA_CHECK(s.query(std::string(columns) + "contract = $1 AND released_at IS NULL ORDER BY id DESC",
                         contract, add));
    return s.query(
        std::string(columns) + "contract = $1 AND released_at IS NOT NULL ORDER BY id DESC LIMIT 100",
        contract, add);
  }));
  return out;
}

Result<void> Holds::enforce() {
  if (!at_.store) return {};
  return enforcing_.with([&](int&) -> Result<void> {
    std::vector<eventstore::Hold> wanted;
    YAGURA_CHECK(at_.database.read([&](Session& s) {
      return s.query(std::string(columns) + "released_at IS NULL",
                     [&](const Row& row) { add_to(wanted, hold_of(row)); });
    }));
    const auto held = at_.store->holds();
    for (const auto& one : wanted)
      if (std::ranges::find(held, one.id, &eventstore::Hold::id) == held.end())
        YAGURA_CHECK(at_.store->hold(one));
    for (const auto& one : held)
      if (hold_of(one) != 0 && std::ranges::find(wanted, one.id, &eventstore::Hold::id) == wanted.end())
        YAGURA_CHECK(at_.store->release(one.id));
    return {};
  });
}

}  // namespace yagura::log_search
