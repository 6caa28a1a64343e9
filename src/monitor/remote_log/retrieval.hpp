// One retrieval from beginning to end: log in, find out the dialect, run its commands, keep what came.
//
// Purpose: whatever goes wrong becomes a fact in Retrieved; nothing is thrown, nothing waits longer than
//          Limits say. Queueing and threads are retriever.hpp's.
// Threads: blocks the caller; any thread.
#pragma once

#include <functional>
#include <stop_token>

#include "monitor/remote_log/commands.hpp"
#include "monitor/remote_log/retrieved.hpp"

namespace yagura::monitor::remote_log {

struct Limits {
  Duration connect = std::chrono::seconds(10);  // connection and log-in together
  Duration probe = std::chrono::seconds(5);     // a command that only finds out the dialect
  Duration whole = std::chrono::seconds(60);
  std::size_t total_bytes = 2U << 20;
};

// Asked once when the log-in is about to begin, on the retrieval's thread. Its error becomes the result's.
using LoginSource = std::function<Result<SshLogin>()>;

Retrieved retrieve(const Clock& clock, std::stop_token stop, const Target& target, const CommandSet& commands,
                   const LoginSource& login, const Limits& limits = {});

}  // namespace yagura::monitor::remote_log
