// Turns for asking services of others while somebody signs in: directories and providers of identities.
//
// Purpose: one that hangs, or several at once, must never hold all of the web server's workers: whoever signs
//          in with a password of ours always finds one. So there is one bound for all of them together.
// Bound:   `at_once` ask, one more waits for its turn for at most half a second; the others hear
//          people.outside_busy (retry_after, in seconds) at once.
// Threads: safe from any thread; a turn must not outlive its Outside.
#pragma once

#include <chrono>
#include <memory>
#include <semaphore>

#include "base/result.hpp"

namespace yagura::people {

class Outside {
 public:
  static constexpr int at_once = 2, most_threads = at_once + 1;
  static constexpr std::chrono::milliseconds longest_wait{500};

  struct GiveBack {
    void operator()(Outside* outside) const { outside->turns_.release(); }
  };
  using Turn = std::unique_ptr<Outside, GiveBack>;

  Result<Turn> take() {
    if (turns_.try_acquire()) return Turn(this);
    if (queue_.try_acquire()) {
      const bool taken = turns_.try_acquire_for(longest_wait);
      queue_.release();
      if (taken) return Turn(this);
    }
    return fail("people.outside_busy", {{"retry_after", "5"}});
  }

 private:
  std::counting_semaphore<at_once> turns_{at_once};
  std::counting_semaphore<1> queue_{1};
};

}  // namespace yagura::people
