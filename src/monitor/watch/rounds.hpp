// When a contract's morning round begins: so early that it is over before the offices open, even when nothing
// answers.
//
// Purpose: the plan of a day from the pack's calendar and hour and the length of the round; what was begun is
//          told apart from what is due. Not here: the round itself (Watch::round) and its record
//          (AlertStore).
// Threads: values. Days: Japan's.
// Follows: requirement B1; the morning round of the pack's devices.yaml.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "contract/pack.hpp"

namespace yagura::monitor::watch {

struct RoundPlan {
  Time begin;  // latest start
  Time due;    // over by then
};

// Of the day that `now` is in: nothing on days on which the office is closed, or when the pack asks for none.
// worst: how long the round takes when nothing answers; a quarter of that and half a minute come on top.
std::optional<RoundPlan> round_plan(const contract::Pack& pack, Time now, Duration worst);

// Which rounds are to begin now, each once.
class MorningRounds {
 public:
  enum class Step : unsigned char {
    wait,
    begin,
    missed,  // the hour has passed and nothing was begun: nobody was running
  };
  struct Due {
    Step step = Step::wait;
    Time due{};
  };
  // last_due: of the newest round on record, from an earlier run perhaps; nothing: there never was one, so
  // that none is missed either. Says begin, and missed, once for a day.
  Due look(const contract::Pack& pack, Time now, Duration worst, std::optional<Time> last_due);
  // Whether the length of the round and the record matter now; both cost more than this.
  static bool may_be_due(const contract::Pack& pack, Time now);

 private:
  std::map<std::string, Time> done_;  // contract -> due
};

}  // namespace yagura::monitor::watch
