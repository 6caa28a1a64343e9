// Statements that may walk a table, each with its reason. A reason says why the table stays small or why all
// of its rows are meant, never that it was fast in a test.
#include "support/query_plans.hpp"

namespace yagura::plans {

std::span<const Allowed> allowed() {
  static constexpr Allowed list[] = {
      // Tables that stay small.
      {"account", "", "people with an account: some hundreds"},
      {"session", "", "those who are signed in; each ends after some hours"},
      {"invitation", "", "those who have not come yet"},
      {"api_token", "", "one a program that was let in"},
      {"passkey", "", "a few an account"},
      {"recovery_code", "", "a few an account"},
      {"sign_on_response", "", "lives for minutes"},
      {"sign_on_used", "", "lives for minutes"},
      {"roster", "", "people of one contract"},
      {"roster_paper", "", "a few a person of one contract"},
      {"credential", "", "one a class of devices"},
      {"contract_pack", "", "one a version of the pack"},
      {"flow_deputy", "", "absences of those who decide"},
      {"flow_open_step", "", "only steps that wait: the row goes when the step is decided"},
      {"silence", "", "planned work: some a month"},
      {"work_visit", "", "one a working day"},
      {"work_campaign", "", "some a month"},
      {"work_notice", "", "some a month"},
      {"report", "", "some a month"},
      {"deliverable", "", "papers that the specification names: some hundreds a year"},
      {"desk_view", "", "kept by hand, 500 a contract at most"},
      {"log_rule", "ORDER BY contract, rule, version", "at a start: changes that people made by hand"},
      {"log_look", "", "what was typed within the last seconds"},
      {"log_search", "", "kept by hand, 100 a person at most"},
      {"erasure_agreement", "", "one at a contract's end"},
      {"handover_export", "", "one at a contract's end"},
      {"ledger_import", "", "one a file that somebody imports"},

      // Pages: in the order of ids from the newest until the page is full.
      {"", "WHERE contract = $1 AND (CAST($2 AS BIGINT) = 0 OR id < $2) ORDER BY id DESC LIMIT", "a page"},
      {"incident", "i.contract = $1 AND i.kind IN ('incident', 'fault') ORDER BY i.id DESC LIMIT",
       "a page; every third ticket is one"},
      {"work_order", "FROM work_order w WHERE w.contract = $1 AND w.state IN (",
       "a page; of several states, whose orders one index does not have in order"},
      {"work_order", "AND ((w.open = 1 AND w.due <", "a page of what is late, as the count beside it"},
      {"work_order",
       "FROM work_order w WHERE w.contract = $1 AND NOT EXISTS (SELECT 1 FROM work_wave_order o",
       "a page; only a campaign's later waves are left out"},
      {"desk_row", "FROM desk_row r WHERE r.contract = $1 AND r.section = $2 AND r.open = $3",
       "a page by deadline of a section; the open ones come first in it"},

      // Searches of a text anywhere, where no index of fragments is kept.
      {"flow_request", "AND r.search LIKE", "requests are some thousands a year"},
      {"incident", "AND i.search LIKE", "the watch's list of incidents; the desk's own has fragments"},
      {"journal", "AND (data || ' ' || actor) LIKE", "the journal is searched from its newest entry on"},
      {"alert_word", "AND w.folded LIKE", "words are few beside the alerts that have them"},

      // Once, at a start or by a program that somebody runs.
      {"", "FROM \"", "the hand-over and the erasure of a contract, and backups, name tables so: all rows"},
      {"incident", "LEFT JOIN desk_row r ON r.id = i.id WHERE r.id IS NULL", "at a start after an upgrade"},
      {"incident", "UPDATE incident SET changed_at = detected_at", "a step of the tables"},
      {"ledger_row", "GROUP BY contract, ledger HAVING count(*) >", "at a start: which ledgers are large"},

      // Counts of all that there is.
      {"ledger_row",
       "SELECT ledger, count(*) FROM ledger_row WHERE contract = $1 AND deleted = 0 GROUP BY ledger",
       "how many rows each ledger has, from the index alone"},

      // What tests ask for themselves.
      {"thing", "", "a table of the store's tests"},
      {"effect_made", "", "a table of the tests of flow"},
      {"attachment", "SELECT count(*) FROM attachment WHERE contract = $1", "a test"},
      {"incident_clock", "WHERE due = 5", "a test"},
      {"incident_number", "SET last = 41 WHERE year = 2027", "a test"},
      {"journal", "FROM journal WHERE kind = '", "tests"},
      {"ledger_expiry", "SELECT count(*) FROM ledger_expiry WHERE contract = $1 AND ledger = 'meetings'",
       "a test"},
      {"ledger_history", "SELECT count(*) FROM ledger_history WHERE version = $1", "a test"},
      {"work_reminder", "SELECT count(*) FROM work_reminder WHERE ", "tests"},
      {"work_step", "LIKE '%not in any log%'", "a test"},
  };
  return list;
}

}  // namespace yagura::plans
