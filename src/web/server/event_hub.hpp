// Server-sent events (WHATWG HTML 9.2): what happens, told to the screens that look.
//
//   hub.publish("contract:matsusaka", "alert.opened", json);
//   return Response::events(hub.subscribe({.topics = {...}, .session = ..., .last_event_id = ...}));
//
// Purpose: live screens without asking again and again. Topics are chosen by the handler from what the
//          caller may see; the hub does not know about rights, but ends a session's streams when told.
// Loss:    a reader too slow for its queue gets one event "reload" and is let go; one that comes back with
//          a Last-Event-ID the ring still holds gets what it missed, otherwise "reload". So a screen has
//          either every event of its topics or the order to load itself again.
// Threads: publish(), subscribe(), close_session() from any thread. An EventStream belongs to its connection.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"

namespace yagura::web {

class EventHub;

// One reader's queue; made by the hub, drained by the connection.
class EventStream {
 public:
  ~EventStream();
  // `wake` is called, from any thread, whenever take() has something new; once until the next take().
  void start(std::function<void()> wake);
  // After it, wake is never called again.
  void stop();
  // Appends what waits, ready for the wire; false = this is the end, close after sending.
  bool take(std::string& out);

 private:
  friend class EventHub;
  using Frame = std::shared_ptr<const std::string>;
  EventStream() = default;
  void push(const Frame& frame, std::size_t limit);
  void close(std::string_view last_words);

  std::vector<std::string> topics_;
  std::string session_;
  std::mutex mutex_;
  std::deque<Frame> waiting_;
  std::function<void()> wake_;
  bool woken_ = false;
  bool ended_ = false;
};

class EventHub {
 public:
  struct Limits {
    std::size_t queue = 256;  // events waiting for one reader
    std::size_t ring = 1024;  // events kept for readers that come back
  };
  struct Wish {
    std::vector<std::string> topics;
    std::string session;        // "" for readers without one
    std::string last_event_id;  // of the request's Last-Event-ID field
  };

  explicit EventHub(const Clock& clock) : EventHub(clock, Limits{}) {}
  EventHub(const Clock& clock, Limits limits);

  std::shared_ptr<EventStream> subscribe(Wish wish);
  // type: a word; data: one text, usually JSON. Answers the event's id.
  std::uint64_t publish(std::string_view topic, std::string_view type, std::string_view data);
  // Ends every stream of a session, because it was signed out, ran out or lost its rights.
  void close_session(std::string_view session);
  // Ends all, telling the screens to come back: for a stop of the server.
  void close_all();

  struct Counts {
    std::size_t readers = 0;
    std::uint64_t published = 0;
    std::uint64_t dropped_readers = 0;  // too slow
  };
  [[nodiscard]] Counts counts();

 private:
  struct Kept {
    std::uint64_t id;
    std::string topic;
    EventStream::Frame frame;
  };
  using Readers = std::vector<std::weak_ptr<EventStream>>;

  const Limits limits_;
  std::mutex mutex_;
  std::uint64_t next_id_;
  std::deque<Kept> ring_;
  std::uint64_t ring_begins_;  // every event with this id or a later one is in the ring
  std::unordered_map<std::string, Readers> readers_;
  std::uint64_t published_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace yagura::web
