// What work is bound to: the packs in force, people of a role by mail, and the vault of passwords, whose
// record of a change completes a step.
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

Result<void> Server::Parts::open_work() {
  work = std::make_unique<desk::WorkDesk>(desk::WorkOrders::Ground{*database, *journal, clock, ids, *ledgers},
                                          [this](std::string_view id) { return pack(id); });
  work->orders.listen(
      [this](const std::string& contract, std::string_view topic, Id id) { publish(contract, topic, id); });
  work_reminders = std::make_unique<desk::WorkReminders>(
      *work, *contacts,
      [this](std::string_view contract, const std::string& role) { return people_of_role(contract, role); });
  for (const auto& [id, held] : packs) YAGURA_CHECK(work_reminders->renew(id));
  passwords->on_change([this](store::Session& s, const journal::Actor& by, std::string_view contract, Id row,
                              calendar::Date on) {
    return work->orders.password_changed(s, by, contract, row, calendar::format_date(on));
  });
  return {};
}

}  // namespace yagura::yagurad
