// What the desk takes in: kinds of ticket with their stages, canned replies, shared views.
//
// Meaning: packs/_schema/desk.yaml. Lifetime: values of a Pack. Threads: pure functions.
// Follows: requirements D1, D2; okayama 3.3(3).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "calendar/calendar.hpp"
#include "contract/pack_tree.hpp"

namespace yagura::contract {

struct TicketStage {
  std::string id;
  calendar::Words title;
  std::vector<std::string> on;  // events that bring a ticket here
};

struct TicketKind {
  std::string id;
  calendar::Words title;
  std::vector<std::string> fields;
  bool from_portal = false;
  bool mail_opens = false;
  std::vector<TicketStage> stages;
  std::map<std::string, std::vector<std::string>> after;  // event -> what must have come before
  std::string lends_on, takes_back_on;
  std::map<std::string, std::string> tells_on;  // event -> template

  [[nodiscard]] bool asks(std::string_view field) const;
  [[nodiscard]] const TicketStage* stage_on(std::string_view event) const;
};

struct TicketTemplate {
  std::string id;
  calendar::Words title, text;
  std::vector<std::string> kinds;  // empty: all
};

struct TicketView {
  std::string id;
  calendar::Words title;
  std::string query;
};

struct DeskRules {
  std::vector<TicketKind> kinds;
  std::vector<TicketTemplate> templates;
  std::vector<TicketView> views;

  [[nodiscard]] const TicketKind* kind(std::string_view id) const;
  [[nodiscard]] const TicketTemplate* text(std::string_view id) const;
};

DeskRules build_desk_rules(const Tree& tree);

}  // namespace yagura::contract
