#include "web/api/pack_bindings.hpp"

#include <algorithm>

namespace yagura::web {
namespace {

template <class List>
std::vector<ledger::Choice> named(const List& list) {
  std::vector<ledger::Choice> out;
  for (const auto& item : list) out.push_back({item.id, {item.title.ja, item.title.en}});
  return out;
}

// A group has no name of its own in a pack: it is called by the first step that calls it.
std::vector<ledger::Choice> contact_duties(const contract::Pack& pack) {
  std::vector<ledger::Choice> out;
  for (const auto& tree : pack.contact_trees)
    for (const auto& step : tree.steps)
      for (const auto& group : step.contacts)
        if (std::ranges::find(out, group, &ledger::Choice::id) == out.end())
          out.push_back({group, {step.title.ja + "（" + group + "）", step.title.en + " (" + group + ")"}});
  return out;
}

}  // namespace

people::RoleRules rules_of(const std::vector<std::shared_ptr<const contract::Pack>>& packs) {
  people::RoleRules out;
  for (const auto& pack : packs) {
    auto& rules = out[pack->id];
    for (const auto& role : pack->roles) {
      const auto known = people::role_named(role.id);
      if (!known) continue;  // the pack's schema knows the same list
      people::RoleRule rule{
          {role.permissions.begin(), role.permissions.end()}, role.sources, 30, role.needs_roster, {}};
      if (role.session_timeout > Duration::zero())
        rule.idle_minutes =
            static_cast<int>(std::chrono::ceil<std::chrono::minutes>(role.session_timeout).count());
      // Roles that are given without a roster are given without its papers.
      if (role.needs_roster)
        for (const auto& paper : pack->roster.papers)
          if (paper.roles.empty() || std::ranges::find(paper.roles, role.id) != paper.roles.end())
            rule.papers.push_back({paper.id, paper.title.ja, paper.title.en, paper.clause});
      rules.emplace(*known, std::move(rule));
    }
  }
  return out;
}

std::vector<ledger::Choice> choices_of(const contract::Pack& pack, std::string_view source) {
  if (source == "site_kinds") return named(pack.site_kinds);
  if (source == "sites") return named(pack.sites);
  if (source == "device_classes") return named(pack.device_classes);
  if (source == "products") return named(pack.products);
  if (source == "contact_duties") return contact_duties(pack);
  if (source == "password_rotations") return named(pack.password_rotations);
  if (source == "deliverables") return named(pack.obligations.deliverables);
  if (source == "meetings") {
    auto out = named(pack.meetings);
    out.push_back({"other", {"その他", "Other"}});
    return out;
  }
  return {};
}

}  // namespace yagura::web
