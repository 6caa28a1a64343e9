// Plain HTTP that says nothing but "go to https".
//
// Purpose: somebody types the bare name of the server. Reads at most one small head, answers 308 to the same
//          path on https, closes. Hosts that are not ours get 421, so that nobody is sent elsewhere.
// Threads: belongs to the loop it was made on.
// Errors:  web.listen_failed.
#pragma once

#include <memory>
#include <unordered_set>

#include "web/server/listener.hpp"
#include "web/server/security.hpp"
#include "web/server/server_options.hpp"

namespace yagura::web {

class Redirect {
 public:
  static Result<std::unique_ptr<Redirect>> open(EventLoop& loop, const ServerOptions& options,
                                                std::uint16_t https_port, const Clock& clock);
  ~Redirect();
  [[nodiscard]] std::uint16_t port() const { return listener_->port(); }
  void close();

 private:
  class Visit;
  Redirect(EventLoop& loop, const ServerOptions& options, std::uint16_t https_port, const Clock& clock);
  void sweep();
  [[nodiscard]] std::string answer_to(std::string_view head) const;

  EventLoop& loop_;
  const HostList hosts_;
  const std::uint16_t https_port_;
  const Clock& clock_;
  std::unique_ptr<Listener> listener_;
  std::unordered_set<std::shared_ptr<Visit>> visits_;
};

}  // namespace yagura::web
