#include "calendar/civil.hpp"
#include "flow/requests.hpp"

namespace yagura::flow {

using schema::Value;
using store::Row;
using store::Session;

Result<Deputy> Requests::add_deputy(const journal::Actor& by, Deputy deputy) {
  const auto from = calendar::parse_date(deputy.from), until = calendar::parse_date(deputy.until);
  if (!from || !until || *until < *from) return fail("flow.deputy_period");
  if (deputy.person.account == deputy.deputy.account) return fail("flow.deputy_himself");
  for (auto* one : {&deputy.person, &deputy.deputy}) {
    YAGURA_TRY(const auto found, bonds_.person(deputy.contract, one->account));
    if (!found) return fail("flow.not_there", {{"field", one == &deputy.person ? "person" : "deputy"}});
    one->name = found->name;
  }
  // Kept as ISO dates so that they compare as text.
  deputy.from = calendar::format_date(*from);
  deputy.until = calendar::format_date(*until);
  return ground_.database.write([&](Session& s) -> Result<Deputy> {
    YAGURA_CHECK(s.lock("flow_deputy/" + deputy.contract));
    // A deputy of a deputy would decide for somebody who never chose him.
    YAGURA_TRY(
        const auto chained,
        s.integer("SELECT count(*) FROM flow_deputy WHERE contract = $1 AND (person = $2 OR deputy = $3)"
                  " AND from_day <= $5 AND until_day >= $4",
                  deputy.contract, deputy.deputy.account, deputy.person.account, deputy.from, deputy.until));
    if (chained.value_or(0) > 0) return fail("flow.deputy_of_deputy", {{"name", deputy.deputy.name}});
    deputy.id = ground_.ids.next();
    YAGURA_CHECK(
        s.exec("INSERT INTO flow_deputy (id, contract, person, person_name, deputy, deputy_name, from_day,"
               " until_day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
               deputy.id, deputy.contract, deputy.person.account, deputy.person.name, deputy.deputy.account,
               deputy.deputy.name, deputy.from, deputy.until));
    auto entry = ground_.journal.append(
        s, {deputy.contract, by, "deputy.added", "person/" + std::to_string(deputy.person.account),
            Value::object({{"deputy", deputy.deputy.name}, {"from", deputy.from}, {"until", deputy.until}})});
    if (!entry) return std::unexpected(std::move(entry).error());
    return deputy;
  });
}

Result<void> Requests::end_deputy(const journal::Actor& by, std::string_view contract, Id id) {
  return ground_.database.write([&](Session& s) -> Result<void> {
    std::optional<Deputy> found;
    YAGURA_CHECK(s.query(
        "SELECT person, person_name, deputy_name FROM flow_deputy WHERE id = $1 AND contract = $2", id,
        contract, [&](const Row& row) {
          found =
              Deputy{id, std::string(contract), {row.integer(0), row.string(1)}, {0, row.string(2)}, {}, {}};
        }));
    if (!found) return fail("flow.not_there", {{"field", "deputy"}});
    YAGURA_CHECK(s.exec("DELETE FROM flow_deputy WHERE id = $1", id));
    auto entry = ground_.journal.append(
        s, {std::string(contract), by, "deputy.ended", "person/" + std::to_string(found->person.account),
            Value::object({{"deputy", found->deputy.name}})});
    if (!entry) return std::unexpected(std::move(entry).error());
    return {};
  });
}

Result<std::vector<Deputy>> Requests::deputies(std::string_view contract) {
  return ground_.database.read([&](Session& s) -> Result<std::vector<Deputy>> {
    std::vector<Deputy> out;
    YAGURA_CHECK(
        s.query("SELECT id, person, person_name, deputy, deputy_name, from_day, until_day FROM flow_deputy"
                " WHERE contract = $1 ORDER BY from_day DESC, id",
                contract, [&](const Row& row) {
                  out.push_back({row.integer(0),
                                 std::string(contract),
                                 {row.integer(1), row.string(2)},
                                 {row.integer(3), row.string(4)},
                                 row.string(5),
                                 row.string(6)});
                }));
    return out;
  });
}

Result<std::vector<Person>> Requests::stands_in_for(std::string_view contract, Id account) {
  const auto today = calendar::format_date(calendar::date_of(ground_.clock.now()));
  return ground_.database.read([&](Session& s) -> Result<std::vector<Person>> {
    std::vector<Person> out;
    YAGURA_CHECK(s.query(
        "SELECT person, person_name FROM flow_deputy WHERE contract = $1 AND deputy = $2"
        " AND from_day <= $3 AND until_day >= $3 ORDER BY person",
        contract, account, today, [&](const Row& row) { out.push_back({row.integer(0), row.string(1)}); }));
    return out;
  });
}

}  // namespace yagura::flow
