// How requests are kept, and one change of one; for the parts of Requests, not for other rooms.
#pragma once

#include "flow/requests.hpp"
#include "schema/value.hpp"

namespace yagura::flow {

// One transaction on one request.
struct Requests::Change {
  store::Session& session;
  const contract::Pack& pack;
  const contract::Form& form;
  const journal::Actor& by;
  Request& request;
};

// Routes, states and values as JSON.

schema::Value keep(const Values& values);
schema::Value keep(const Route& route);
schema::Value keep(const Case& state);
Values values_of(const schema::Value& kept);
Route route_of(const schema::Value& kept);
Case case_of(const schema::Value& kept);

}  // namespace yagura::flow
