// One thread that waits for sockets: Boost.Asio's reactor behind a header without Boost.
//
// Purpose: the only seam between the web server and Asio. Readiness only; who reads and writes is the
//          owner of the socket (OpenSSL does it on the descriptor).
// Threads: run() is called by one thread, and everything given to it runs there. post() and stop() may be
//          called from any thread; the rest only from the loop's own thread (or before run()).
// Lifetime: a Socket must go before its loop.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.hpp"

namespace yagura::web {

class EventLoop {
 public:
  using Task = std::move_only_function<void()>;

  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Until stop(). A task that throws ends the program: tasks answer for themselves.
  void run();
  void stop();
  void post(Task task);
  // Calls `tick` again and again, `period` apart in real time, until the loop stops.
  void every(Duration period, std::function<void()> tick);

 private:
  friend class Socket;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A descriptor the loop watches; closed with this object.
class Socket {
 public:
  Socket(EventLoop& loop, int descriptor);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] int descriptor() const;
  // One wait each way at a time. The task runs once, or is dropped when the socket is closed first.
  void when_readable(EventLoop::Task task);
  void when_writable(EventLoop::Task task);
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace yagura::web
