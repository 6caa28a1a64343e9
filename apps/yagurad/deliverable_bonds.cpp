// What deliverables are bound to: the packs in force, and the people of a role by mail.
#include "desk/meetings.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

Result<std::vector<notify::Recipient>> Server::Parts::people_of_role(std::string_view contract,
                                                                     const std::string& role) {
  contract::ContactStep step;
  step.channel = "mail";
  step.roles = {role};
  YAGURA_TRY(const auto found, people_of_step(contract, step));
  std::vector<notify::Recipient> out;
  for (const auto& person : found) out.push_back({person.name, person.to});
  return out;
}

Result<void> Server::Parts::open_deliverables() {
  YAGURA_TRY(auto sources, desk::load_event_sources(options.share / "deliverable_events.yaml"));
  deliverables = std::make_unique<desk::Deliverables>(
      desk::Deliverables::Ground{*database, *journal, clock, ids, *contacts},
      desk::Deliverables::Bonds{
          .pack = [this](std::string_view id) { return pack(id); },
          .people = [this](std::string_view contract,
                           const std::string& role) { return people_of_role(contract, role); }},
      std::move(sources));
  deliverables->listen([this](const std::string& contract, Id id) { publish(contract, "deliverable", id); });
  for (const auto& [id, held] : packs) YAGURA_CHECK(deliverables->plan(id));
  return {};
}

// Once a day: what the contract's meetings are, as rows that run out unless they are held.
Result<void> Server::Parts::plan_meetings(const contract::Pack& pack) {
  const auto today = calendar::date_of(clock.now());
  const auto last = meetings_planned.find(pack.id);
  if (last != meetings_planned.end() && last->second == today) return {};
  YAGURA_CHECK(desk::plan_meetings(*database, *ledgers, pack, today));
  meetings_planned[pack.id] = today;
  return {};
}

}  // namespace yagura::yagurad
