// Everything about looking into logs on behalf of people, in one place.
//
// Threads: safe from any thread once made. Lifetime: outlives the server that asks it; the event store
//          outlives it.
#pragma once

#include <utility>

#include "eventstore/ask/vocabulary.hpp"
#include "log_search/exports.hpp"
#include "log_search/holds.hpp"
#include "log_search/kept.hpp"
#include "log_search/looks.hpp"
#include "log_search/purposes.hpp"
#include "log_search/rules.hpp"
#include "log_search/running.hpp"
#include "log_search/saved_searches.hpp"
#include "log_search/seals.hpp"

namespace yagura::log_search {

std::span<const store::Migration> migrations();

struct LogSearch {
  LogSearch(const Exports::Ground& ground, Rules said)
      : events(ground.events),
        vocabulary(ground.events.kinds()),
        rules(std::move(said)),
        purposes(ground.database, ground.clock),
        looks(ground.database, ground.journal, ground.clock, ground.ids),
        saved(ground.database, ground.journal, ground.ids),
        seals({ground.database, ground.journal, ground.clock, ground.events}),
        exports(ground, seals),
        holds({ground.database, ground.journal, ground.clock, ground.ids, ground.events.kinds(),
               ground.embedded}),
        kept({ground.database, ground.journal, ground.clock, ground.events, ground.embedded}),
        drops(ground.embedded != nullptr) {}

  eventstore::EventStore& events;
  const eventstore::Vocabulary vocabulary;
  const Rules rules;
  Purposes purposes;
  Looks looks;
  SavedSearches saved;
  Seals seals;
  Exports exports;
  Holds holds;
  Kept kept;
  const bool drops;  // what is past its time goes by itself
  Running running;
};

}  // namespace yagura::log_search
