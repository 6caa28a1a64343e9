#include "contract/desk_rules.hpp"

#include <algorithm>

#include "contract/value_types.hpp"

namespace yagura::contract {
namespace {

std::vector<std::string> texts(const schema::Value& list) {
  std::vector<std::string> out;
  for (const auto& item : list.items()) out.push_back(item.text());
  return out;
}

bool holds(const std::vector<std::string>& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

TicketKind kind_of(const schema::Value& value) {
  TicketKind made{value["id"].text(),
                  words_of(value["title"]),
                  texts(value["fields"]),
                  value["from_portal"].boolean(),
                  value["mail_opens"].boolean(),
                  {},
                  {},
                  value["lends_on"].text(),
                  value["takes_back_on"].text(),
                  {}};
  for (const auto& stage : value["stages"].items())
    made.stages.push_back({stage["id"].text(), words_of(stage["title"]), texts(stage["on"])});
  for (const auto& rule : value["order"].items()) made.after[rule["event"].text()] = texts(rule["after"]);
  for (const auto& notice : value["tells_on"].items())
    made.tells_on[notice["event"].text()] = notice["template"].text();
  return made;
}

}  // namespace

bool TicketKind::asks(std::string_view field) const { return holds(fields, field); }

const TicketStage* TicketKind::stage_on(std::string_view event) const {
  const auto found = std::ranges::find_if(stages, [&](const auto& s) { return holds(s.on, event); });
  return found == stages.end() ? nullptr : &*found;
}

const TicketKind* DeskRules::kind(std::string_view id) const {
  const auto found = std::ranges::find(kinds, id, &TicketKind::id);
  return found == kinds.end() ? nullptr : &*found;
}

const TicketTemplate* DeskRules::text(std::string_view id) const {
  const auto found = std::ranges::find(templates, id, &TicketTemplate::id);
  return found == templates.end() ? nullptr : &*found;
}

DeskRules build_desk_rules(const Tree& tree) {
  DeskRules out;
  const auto& root = tree.root();
  for (const auto& value : root["ticket_kinds"].items()) out.kinds.push_back(kind_of(value));
  for (const auto& value : root["ticket_templates"].items())
    out.templates.push_back(
        {value["id"].text(), words_of(value["title"]), words_of(value["text"]), texts(value["kinds"])});
  for (const auto& value : root["ticket_views"].items())
    out.views.push_back({value["id"].text(), words_of(value["title"]), value["query"].text()});
  return out;
}

}  // namespace yagura::contract
