#include "desk/work_orders.hpp"

namespace yagura::desk {

std::span<const store::Migration> work_migrations() {
  static constexpr store::Migration steps[] = {
      {"work", 1,
       "CREATE TABLE work_order (id @id, contract TEXT NOT NULL, number TEXT NOT NULL, kind TEXT NOT NULL,"
       " title TEXT NOT NULL, detail TEXT NOT NULL, state TEXT NOT NULL, outcome TEXT NOT NULL, open BIGINT "
       "NOT NULL,"
       " site BIGINT NOT NULL, site_name TEXT NOT NULL, ordered_at BIGINT NOT NULL, due BIGINT, plan_due "
       "BIGINT,"
       " report_due BIGINT, planned_at BIGINT, approved_at BIGINT, started_at BIGINT, done_at BIGINT,"
       " accepted_at BIGINT, version BIGINT NOT NULL, campaign BIGINT NOT NULL, visit BIGINT NOT NULL,"
       " request BIGINT NOT NULL, request_number TEXT NOT NULL, steps_total BIGINT NOT NULL,"
       " steps_answered BIGINT NOT NULL, steps_failed BIGINT NOT NULL, people @json NOT NULL, plan @json,"
       " targets @json NOT NULL, search TEXT NOT NULL, UNIQUE (contract, number));"
       "CREATE INDEX work_order_newest ON work_order (contract, id);"
       "CREATE INDEX work_order_state ON work_order (contract, state, id);"
       "CREATE INDEX work_order_site ON work_order (contract, site, id);"
       "CREATE INDEX work_order_due ON work_order (contract, open, due);"
       "CREATE INDEX work_order_campaign ON work_order (campaign, id);"
       "CREATE INDEX work_order_visit ON work_order (visit, id);"
       "CREATE TABLE work_step (work BIGINT NOT NULL REFERENCES work_order (id), seq BIGINT NOT NULL,"
       " target BIGINT NOT NULL, result TEXT NOT NULL, version BIGINT NOT NULL, frozen @json NOT NULL,"
       " done @json NOT NULL, PRIMARY KEY (work, seq));"
       "CREATE TABLE work_target (work BIGINT NOT NULL REFERENCES work_order (id), ledger TEXT NOT NULL,"
       " row_id BIGINT NOT NULL, PRIMARY KEY (work, ledger, row_id));"
       "CREATE INDEX work_target_row ON work_target (ledger, row_id, work);"
       "CREATE TABLE work_act (contract TEXT NOT NULL, act_key TEXT NOT NULL, subject BIGINT NOT NULL,"
       " account BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (contract, act_key));"
       "CREATE TABLE work_number (contract TEXT NOT NULL, letters TEXT NOT NULL, year BIGINT NOT NULL,"
       " last BIGINT NOT NULL, PRIMARY KEY (contract, letters, year))"},
      {"work", 2,
       "CREATE TABLE work_visit (id @id, contract TEXT NOT NULL, number TEXT NOT NULL, site BIGINT NOT NULL,"
       " site_name TEXT NOT NULL, day TEXT NOT NULL, workers TEXT NOT NULL, state TEXT NOT NULL, arrived_at "
       "BIGINT,"
       " left_at BIGINT, arrived_by TEXT NOT NULL, left_by TEXT NOT NULL, note TEXT NOT NULL,"
       " version BIGINT NOT NULL, UNIQUE (contract, number));"
       "CREATE INDEX work_visit_day ON work_visit (contract, day, id);"
       "CREATE TABLE work_campaign (id @id, contract TEXT NOT NULL, number TEXT NOT NULL, kind TEXT NOT NULL,"
       " title TEXT NOT NULL, detail TEXT NOT NULL, notice BIGINT NOT NULL, due BIGINT, opened_at BIGINT NOT "
       "NULL,"
       " opened_by TEXT NOT NULL, per TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (contract, number));"
       "CREATE INDEX work_campaign_newest ON work_campaign (contract, id);"
       "CREATE TABLE work_notice (id @id, contract TEXT NOT NULL, number TEXT NOT NULL, source TEXT NOT NULL,"
       " reference TEXT NOT NULL, title TEXT NOT NULL, content TEXT NOT NULL, files @json NOT NULL,"
       " received_at BIGINT NOT NULL, received_by TEXT NOT NULL, assess_due BIGINT NOT NULL, state TEXT NOT "
       "NULL,"
       " urgency TEXT NOT NULL, reason TEXT NOT NULL, assessed_at BIGINT, assessed_by TEXT NOT NULL,"
       " filter @json NOT NULL, machines BIGINT NOT NULL, campaign BIGINT NOT NULL, version BIGINT NOT NULL,"
       " search TEXT NOT NULL, UNIQUE (contract, number));"
       "CREATE INDEX work_notice_newest ON work_notice (contract, id);"
       "CREATE INDEX work_notice_state ON work_notice (contract, state, assess_due)"},
      {"work_wave", 1,
       "CREATE TABLE work_wave (campaign BIGINT NOT NULL REFERENCES work_campaign (id), seq BIGINT NOT NULL,"
       " title TEXT NOT NULL, opened_at BIGINT, opened_by TEXT NOT NULL, note TEXT NOT NULL,"
       " PRIMARY KEY (campaign, seq));"
       "CREATE TABLE work_wave_order (work BIGINT NOT NULL REFERENCES work_order (id),"
       " campaign BIGINT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (work));"
       "CREATE INDEX work_wave_order_of ON work_wave_order (campaign, seq)"},
      {"work", 3,
       "ALTER TABLE work_order ADD COLUMN next_what TEXT NOT NULL DEFAULT '';"
       "ALTER TABLE work_order ADD COLUMN next_due BIGINT;"
       "CREATE INDEX work_order_next ON work_order (contract, next_due);"
       "CREATE INDEX work_order_kind ON work_order (contract, kind, id);"
       "CREATE INDEX work_order_kind_done ON work_order (contract, kind, done_at);"
       "CREATE INDEX work_step_target ON work_step (target);"
       "CREATE INDEX work_campaign_due ON work_campaign (contract, due);"
       "CREATE TABLE work_reminder (contract TEXT NOT NULL, item BIGINT NOT NULL, what TEXT NOT NULL,"
       " due BIGINT NOT NULL, days BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (contract, item, what, "
       "due, "
       "days));"
       "CREATE TABLE work_since (contract TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL);"
       "CREATE TABLE work_period (contract TEXT NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL, work BIGINT "
       "NOT "
       "NULL, PRIMARY KEY (contract, kind, day));"
       "ALTER TABLE work_order ADD COLUMN place BIGINT NOT NULL DEFAULT 0;"
       "CREATE INDEX work_order_place ON work_order (contract, place);"
       "CREATE TABLE work_place (contract TEXT NOT NULL PRIMARY KEY, last BIGINT NOT "
       "NULL);" YAGURA_FRAGMENT_TABLE("work_piece")},
      {"work", 4, "ALTER TABLE work_since ADD COLUMN seen BIGINT"},
      // All that counting asks for, so that no order is read for it.
      {"work", 5, "CREATE INDEX work_order_counts ON work_order (contract, state, open, due, next_due)"}};
  return steps;
}

}  // namespace yagura::desk
