// The running server: every room with its back end, bound together as the house plan says.
//
// Purpose: the one place where domains meet. monitor tells desk of alerts, desk asks who stands in a step of
//          a contact tree, web shows what all of them keep. Nothing here decides anything itself.
// Start:   records and vault, packs, ledgers and people, desk and notices, watch, web; each needs those
//          before.
// Threads: start() and the destructor from one thread; inside, one thread ticks clocks, walks and rounds, one
//          sends mail, the rooms have their own.
#pragma once

#include <memory>
#include <string>

#include "base/clock.hpp"
#include "yagurad/options.hpp"

namespace yagura::yagurad {

class Server {
 public:
  static Result<std::unique_ptr<Server>> start(const Options& options);
  ~Server();

  // Where it listens, and the set-up link of the first administrator while there is none.
  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::string first_link() const;

  struct Parts;

 private:
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace yagura::yagurad
