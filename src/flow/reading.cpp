// What is read of requests: one, lists with their counts, former rounds.
#include <algorithm>
#include <list>

#include "base/text.hpp"
#include "flow/record.hpp"
#include "flow/requests.hpp"
#include "schema/json.hpp"

namespace yagura::flow {

using store::Row;
using store::Session;

Result<std::vector<Request>> Requests::read_where(Session& s, std::string_view condition,
                                                  std::span<const store::Param> params) {
  std::vector<Request> out;
  auto ran = s.run(
      "SELECT r.id, r.version, r.contract, r.form, r.number, r.submitter, r.submitter_name,"
      " r.submitted_at, r.changed_at, r.fields, r.route, r.progress FROM flow_request r WHERE " +
          std::string(condition),
      params, [&](const Row& row) -> Result<void> {
        Request r;
        r.id = row.integer(0);
        r.version = row.integer(1);
        r.contract = row.string(2);
        r.form = row.string(3);
        r.number = row.string(4);
        r.submitter = {row.integer(5), row.string(6)};
        r.submitted_at = row.time(7);
        r.changed_at = row.time(8);
        YAGURA_TRY(const auto fields, schema::parse_json(row.text(9)));
        YAGURA_TRY(const auto route, schema::parse_json(row.text(10)));
        YAGURA_TRY(const auto progress, schema::parse_json(row.text(11)));
        r.values = values_of(fields);
        r.route = route_of(route);
        r.at = case_of(progress);
        out.push_back(std::move(r));
        return {};
      });
  if (!ran) return std::unexpected(std::move(ran).error());
  if (out.empty()) return out;
  // One question for all of them; ids are numbers of our own.
  std::string ids;
  for (const auto& r : out) ids += (ids.empty() ? "" : ", ") + std::to_string(r.id);
  ran = s.run("SELECT request, step, due, remind_at FROM flow_open_step WHERE request IN (" + ids +
                  ") ORDER BY request, step",
              {}, [&](const Row& row) -> Result<void> {
                const auto of = std::ranges::find(out, row.integer(0), &Request::id);
                of->open.push_back({row.string(1), row.maybe_time(2), row.maybe_time(3)});
                return {};
              });
  if (!ran) return std::unexpected(std::move(ran).error());
  return out;
}

Result<Request> Requests::read(Session& s, std::string_view contract, Id id) {
  const std::vector<store::Param> params{store::to_param(id), store::to_param(contract)};
  YAGURA_TRY(auto found, read_where(s, "r.id = $1 AND r.contract = $2", params));
  if (found.empty()) return fail("flow.request_not_found");
  auto& request = found.front();
  YAGURA_CHECK(s.query("SELECT step, effect, state, outcome, tries FROM flow_effect WHERE request = $1", id,
                       [&](const Row& row) {
                         request.effects.push_back({row.string(0), row.string(1), row.string(2),
                                                    row.string(3), static_cast<int>(row.integer(4))});
                       }));
  return std::move(request);
}

Result<Request> Requests::get(std::string_view contract, Id id) {
  return ground_.database.read([&](Session& s) { return read(s, contract, id); });
}

namespace {

// What a query asks for, as a condition with its parameters.
class Asked {
 public:
  // What waits for somebody is found by the steps that wait: with || the contract is asked of the request
  // too, but SQLite does not walk all that it has.
  explicit Asked(const RequestQuery& q)
      : where((q.waiting_for ? "r.contract || '' = " : "r.contract = ") + number(q.contract)) {
    if (!q.form.empty()) where += " AND r.form = " + text(q.form);
    if (q.state) where += " AND r.state = " + text(std::string(name_of(*q.state)));
    if (q.submitter != 0) where += " AND r.submitter = " + number(q.submitter);
    if (!q.search.empty())
      where += " AND r.search LIKE " + text(store::like_anywhere(fold_for_search(q.search))) +
               std::string(store::like_escape);
    if (q.waiting_for != nullptr) waits_for(*q.waiting_for);
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  template <class T>
  std::string number(const T& value) {
    params.push_back(store::to_param(value));
    return "$" + std::to_string(params.size());
  }

  std::vector<store::Param> params;
  std::string where;

 private:
  std::string text(std::string value) { return number(kept_.emplace_back(std::move(value))); }

  void waits_for(const Decider& who) {
    std::string one = "(o.person = " + number(who.account);
    for (const auto& [person, _] : who.stands_in_for) one += " OR o.person = " + number(person);
    std::set<std::string> roles(who.roles.begin(), who.roles.end());
    for (const auto& [_, theirs] : who.roles_of_those) roles.insert(theirs.begin(), theirs.end());
    for (const auto& role : roles) one += " OR o.role = " + text(role);
    where += " AND r.submitter <> " + number(who.account) +
             " AND r.id IN (SELECT o.request FROM flow_open_step o WHERE o.contract = $1 AND " + one + "))";
  }

  std::list<std::string> kept_;  // what parameters point into
};

}  // namespace

Result<std::vector<Request>> Requests::list(const RequestQuery& q) {
  Asked asked(q);
  if (q.before != 0) asked.where += " AND r.id < " + asked.number(q.before);
  asked.where += " ORDER BY r.id DESC LIMIT " + std::to_string(std::clamp(q.limit, 1, 500));
  return ground_.database.read([&](Session& s) { return read_where(s, asked.where, asked.params); });
}

Result<std::int64_t> Requests::count(const RequestQuery& q) {
  const Asked asked(q);
  return ground_.database.read([&](Session& s) -> Result<std::int64_t> {
    std::int64_t out = 0;
    auto ran = s.run("SELECT count(*) FROM flow_request r WHERE " + asked.where, asked.params,
                     [&](const Row& row) -> Result<void> {
                       out = row.integer(0);
                       return {};
                     });
    if (!ran) return std::unexpected(std::move(ran).error());
    return out;
  });
}

Result<std::vector<Round>> Requests::rounds(std::string_view contract, Id id) {
  return ground_.database.read([&](Session& s) -> Result<std::vector<Round>> {
    std::vector<Round> out;
    YAGURA_CHECK(
        s.query("SELECT f.round, f.at, f.fields FROM flow_round f JOIN flow_request r ON r.id = f.request"
                " WHERE r.id = $1 AND r.contract = $2 ORDER BY f.round",
                id, contract, [&](const Row& row) -> Result<void> {
                  YAGURA_TRY(const auto fields, schema::parse_json(row.text(2)));
                  out.push_back({static_cast<int>(row.integer(0)), row.time(1), values_of(fields)});
                  return {};
                }));
    return out;
  });
}

}  // namespace yagura::flow
