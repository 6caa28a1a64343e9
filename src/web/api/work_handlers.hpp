// How operations of tag work are added; for work_*.cpp only.
#pragma once

#include "web/api/asked.hpp"
#include "web/api/work_api.hpp"

namespace yagura::web {

inline constexpr const char* kWorkRead = "work_read";
inline constexpr const char* kWorkWrite = "work_write";

// Who asks, with the role he has in the contract.
desk::WorkPerson work_person(const Request& request, std::string_view contract);

// The same, with those whose deputy he is today: for decisions.
Result<desk::WorkPerson> work_decider(const WorkApi& api, const Request& request, std::string_view contract);

struct WorkRoutes {
  Router& router;
  const WorkApi& api;

  template <class Handle>
  void get(const std::string& path, const char* operation, Handle handle) {
    router.add({.method = Method::get,
                .pattern = "/api/v1" + path,
                .operation = operation,
                .handler = [&work = api, handle](Request& request) -> Result<Response> {
                  return handle(work, request);
                },
                .permission = kWorkRead});
  }
  template <class Body, class Handle>
  void post(const std::string& path, const char* operation, Handle handle) {
    router.add(
        {.method = Method::post,
         .pattern = "/api/v1" + path,
         .operation = operation,
         .handler = with_body<Body>(api.ground,
                                    [&work = api, handle](const Api&, Request& request, const Body& body) {
                                      return handle(work, request, body);
                                    }),
         .permission = kWorkWrite,
         .rate = RateClass::write,
         .body_limit = 256 * 1024});
  }
};

// Campaigns, visits, notices and what a telephone takes along (work_campaigns.cpp).
void add_campaign_routes(WorkRoutes& add);
// What is due, and regular work over the year (work_due_api.cpp).
void add_work_due_routes(WorkRoutes& add);

}  // namespace yagura::web
