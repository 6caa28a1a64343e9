// REST operations of looking into logs: searching, counting, completing, time lines, exports.
//
//   LogApi logs{.ground = api, .logs = log_search};
//   add_log_routes(router, logs);    // outlives the server
//
// Rights:  log_read for logs of devices, operation_log_read for those of people (share/log_search.yaml says
//          which are which), each in the contract that is named. A search of people's logs needs a purpose
//          and is an entry in the journal before it is answered.
// Bounds:  10 seconds a search, six of one person at once; a search with the same `screen` stops the one
//          before. A client that goes away ends a stream at its next piece; any other search ends by its own
//          limits.
// Errors:  those of log_search/*.hpp and of eventstore/ask/language.hpp.
// Threads: LogApi is read by all workers.
// Follows: requirements B4, C8, F6, H2.
#pragma once

#include "log_search/log_search.hpp"
#include "web/api/context.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

struct LogApi {
  const Api& ground;
  log_search::LogSearch& logs;
};

void add_log_routes(Router& router, const LogApi& api);

}  // namespace yagura::web
