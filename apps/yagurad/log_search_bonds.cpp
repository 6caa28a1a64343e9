// Looking into the logs that the store of events keeps.
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

Result<void> Server::Parts::open_log_search() {
  namespace ls = log_search;
  YAGURA_TRY(auto rules, ls::Rules::load(options.share / "log_search.yaml"));
  event_search =
      std::make_unique<ls::LogSearch>(ls::Exports::Ground{*database, *journal, *events, clock, ids,
                                                          options.data / "log_exports", embedded_events},
                                      std::move(rules));
  return event_search->holds.enforce();
}

}  // namespace yagura::yagurad
