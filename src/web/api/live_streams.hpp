// Which sessions have event streams open, and until when they may stay.
//
// Purpose: a stream is opened with rights checked once; when the session runs out, nobody asks again. The
//          application calls sweep() every few seconds: streams of sessions that ran out end, the screen
//          comes back, and the gate judges anew (so somebody at work gets a new stream at once).
// Threads: safe from any thread.
#pragma once

#include <map>
#include <string>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "web/server/event_hub.hpp"

namespace yagura::web {

class LiveStreams {
 public:
  void opened(const std::string& key, Time until) {
    open_.with([&](auto& open) { open[key] = until; });
  }
  void ended(const std::string& key, EventHub& hub) {
    open_.with([&](auto& open) { open.erase(key); });
    hub.close_session(key);
  }
  void sweep(Time now, EventHub& hub) {
    const auto over = open_.with([&](auto& open) {
      std::map<std::string, Time> out;
      for (auto at = open.begin(); at != open.end();)
        if (at->second <= now)
          out.insert(open.extract(at++));
        else
          ++at;
      return out;
    });
    for (const auto& [key, until] : over) hub.close_session(key);
  }

 private:
  Guarded<std::map<std::string, Time>> open_;
};

}  // namespace yagura::web
