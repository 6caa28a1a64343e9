// Session as JSON and its cookie, shared by sign-in, set-up and the own account.
#pragma once

#include "web/api/context.hpp"
#include "web/api/json.hpp"

namespace yagura::web {

// Schema "Session" of a person who is signed in.
Result<Value> session_value(const Api& api, const people::Principal& p);
// {id, name} of a directory of the city, or null: the password is kept here.
Value directory_value(const Api& api, std::string_view id);
// Answers with the cookie of a new session; the person's language becomes the answer's.
void give_cookie(Response& response, std::string_view cookie);
void take_cookie(Response& response);
// Whoever was signed in at this browser before is so no longer.
Result<void> end_session_of_browser(const Api& api, const Request& request);

// Runs work that may end sessions of a person, then ends their event streams.
template <class Work>
auto ending_streams(const Api& api, Id person, Work&& work) -> decltype(work()) {
  const auto before = api.people.sessions(person);
  auto out = work();
  if (!out || !before) return out;
  const auto after = api.people.sessions(person);
  for (const auto& old : *before) {
    bool alive = false;
    if (after)
      for (const auto& now : *after) alive = alive || now.id == old.id;
    if (!alive) api.streams.ended("session/" + std::to_string(old.id), api.events);
  }
  return out;
}

}  // namespace yagura::web
