#include "flow/requests.hpp"

namespace yagura::flow {

std::span<const store::Migration> migrations() {
  static constexpr store::Migration steps[] = {
      {"flow", 1,
       "CREATE TABLE flow_request (id @id, contract TEXT NOT NULL, form TEXT NOT NULL, number TEXT NOT NULL,"
       " state TEXT NOT NULL, submitter BIGINT NOT NULL, submitter_name TEXT NOT NULL,"
       " submitted_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, version BIGINT NOT NULL,"
       " fields @json NOT NULL, route @json NOT NULL, progress @json NOT NULL, search TEXT NOT NULL,"
       " UNIQUE (contract, number));"
       "CREATE INDEX flow_request_newest ON flow_request (contract, id);"
       "CREATE INDEX flow_request_state ON flow_request (contract, state, id);"
       "CREATE INDEX flow_request_submitter ON flow_request (contract, submitter, id);"
       "CREATE TABLE flow_number (contract TEXT NOT NULL, form TEXT NOT NULL, year BIGINT NOT NULL,"
       " last BIGINT NOT NULL, PRIMARY KEY (contract, form, year));"
       "CREATE TABLE flow_open_step (request BIGINT NOT NULL REFERENCES flow_request (id), step TEXT NOT "
       "NULL,"
       " contract TEXT NOT NULL, role TEXT NOT NULL, person BIGINT NOT NULL, due BIGINT, remind_at BIGINT,"
       " PRIMARY KEY (request, step));"
       "CREATE INDEX flow_open_step_role ON flow_open_step (contract, role);"
       "CREATE INDEX flow_open_step_person ON flow_open_step (contract, person);"
       "CREATE INDEX flow_open_step_remind ON flow_open_step (remind_at);"
       "CREATE TABLE flow_round (request BIGINT NOT NULL REFERENCES flow_request (id), round BIGINT NOT NULL,"
       " at BIGINT NOT NULL, fields @json NOT NULL, PRIMARY KEY (request, round));"
       "CREATE TABLE flow_effect (request BIGINT NOT NULL REFERENCES flow_request (id), step TEXT NOT NULL,"
       " effect TEXT NOT NULL, state TEXT NOT NULL, outcome TEXT NOT NULL, tries BIGINT NOT NULL, next_try "
       "BIGINT,"
       " PRIMARY KEY (request, step, effect));"
       "CREATE INDEX flow_effect_next ON flow_effect (next_try);"
       "CREATE TABLE flow_deputy (id @id, contract TEXT NOT NULL, person BIGINT NOT NULL, person_name TEXT "
       "NOT NULL,"
       " deputy BIGINT NOT NULL, deputy_name TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL);"
       "CREATE INDEX flow_deputy_of ON flow_deputy (contract, deputy)"},
      {"flow", 2, "CREATE INDEX flow_request_form ON flow_request (contract, form, id)"}};
  return steps;
}

}  // namespace yagura::flow
