// Tickets of every kind as the JSON of share/openapi.yaml.
#pragma once

#include "web/api/desk_api.hpp"
#include "web/api/desk_json.hpp"

namespace yagura::web {

// Schema Ticket.
Value ticket_value(const desk::TicketRow& row, PackRef pack, Language language);
// Schema DeskMessage. personal: with where it came from and went to.
Value message_value(const desk::Message& message, bool personal);
// What a ticket has beside an incident: caller, links, messages, texts. Looking at a caller is journaled.
Result<void> add_ticket_parts(const DeskApi& api, const Request& request, std::string_view contract,
                              const desk::Incident& incident, PackRef pack, Value& out);

}  // namespace yagura::web
