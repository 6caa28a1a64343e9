#include "records/all_steps.hpp"

#include "contract/pack_archive.hpp"
#include "desk/deliverables.hpp"
#include "desk/incidents.hpp"
#include "desk/work_orders.hpp"
#include "flow/requests.hpp"
#include "journal/journal.hpp"
#include "ledger/erasure.hpp"
#include "ledger/handover_exports.hpp"
#include "ledger/ledgers.hpp"
#include "ledger/password_vault.hpp"
#include "log_search/log_search.hpp"
#include "monitor/log_rules/rule_book.hpp"
#include "monitor/poll/sample_store.hpp"
#include "monitor/remote_log/remote_logs.hpp"
#include "monitor/watch/alert_store.hpp"
#include "notify/contacts.hpp"
#include "people/people.hpp"
#include "report/archive.hpp"

namespace yagura::apps {

std::vector<store::Migration> all_steps() {
  std::vector<store::Migration> out;
  for (const auto room : {journal::migrations(), people::migrations(), contract::migrations(),
                          ledger::migrations(), ledger::PasswordVault::migrations(),
                          ledger::Erasures::migrations(), ledger::HandoverExports::migrations(),
                          notify::migrations(), desk::migrations(), desk::Deliverables::migrations(),
                          desk::work_migrations(), flow::migrations(), monitor::watch::migrations(),
                          monitor::poll::SampleStore::migrations(), monitor::remote_log::migrations(),
                          monitor::log_rules::migrations(), report::migrations(), log_search::migrations()})
    out.insert(out.end(), room.begin(), room.end());
  return out;
}

}  // namespace yagura::apps
