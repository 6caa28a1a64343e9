// REST operations of the desk: incidents, their clocks, the calls to make.
//
//   DeskApi desk{.ground = api, .incidents = incidents, .contacts = contacts,
//                .logs_of_incident = ..., .alerts_of_incident = ...};
//   add_desk_routes(router, desk);          // desk outlives the server
//
// Purpose: between the JSON of share/openapi.yaml (tag desk) and src/desk, src/notify. Which clocks, events
//          and report parts there are, and what they are called, comes from the contract's pack.
// Rights:  incident_read, incident_write, incident_close, clock_reason, contact_call. Where a person can be
//          reached (`to`) is answered by listCalls alone, to those with contact_call or personal_read, and
//          each such answer is one entry personal.read.
// Errors:  those of desk and notify; desk.device_unknown, desk.site_unknown, desk.owner_unknown,
//          web.text_length for what a body names wrongly.
// Threads: DeskApi is read by all workers.
// Follows: requirements A4, B6, D2.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "desk/incidents.hpp"
#include "notify/contacts.hpp"
#include "web/api/context.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

struct DeskApi {
  const Api& ground;
  desk::Incidents& incidents;
  notify::Contacts& contacts;

  // What others keep of an incident, as schemas LogFile and Alert of the OpenAPI file; unset: none is shown.
  using Kept =
      std::function<Result<std::vector<schema::Value>>(std::string_view contract, Id incident, Language)>;
  Kept logs_of_incident, alerts_of_incident;
};

void add_desk_routes(Router& router, const DeskApi& api);

// The desk's parts of "Today", as lists: running clocks, calls to make (without where people can be reached),
// incidents that are not closed, newest first.
Result<schema::Value> clocks_now(const DeskApi& api, std::string_view contract, Language language);
Result<schema::Value> calls_now(const DeskApi& api, std::string_view contract, Language language);
Result<schema::Value> incidents_now(const DeskApi& api, std::string_view contract, Language language);

}  // namespace yagura::web
