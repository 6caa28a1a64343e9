// Telling people until somebody answers: mail, webhook, and a phone list that an operator works through.
//
// Purpose: a walk goes through the steps of a contact tree. Mail and webhook are sent; a phone step puts
//          calls on the operator's list. When nobody has answered within a step's wait, or every call of it
//          failed, the next step begins. Whose tree it is and who stands in it is decided by the caller.
// Kept:    every step is on disk before it is taken; after a restart walks go on where they were. A mail may
//          go out twice when the machine dies between sending and writing; both carry the same Message-ID.
// Errors:  notify.call_not_found, notify.call_conflict, those of store. A failed sending is a fact on the
//          contact.
// Threads: safe from any thread; run tick() and send_waiting() from one thread each.
// Follows: requirements A4, B6; matsusaka 3.6.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"

namespace yagura::notify {

std::span<const store::Migration> migrations();

enum class Channel : unsigned char { mail, webhook, phone };
std::span<const std::pair<std::string_view, Channel>> enum_names(Channel);

enum class State : unsigned char { waiting, to_call, sent, answered, no_answer, failed, cancelled };
std::span<const std::pair<std::string_view, State>> enum_names(State);
std::string_view name_of(State state);
std::string_view name_of(Channel channel);

enum class CallResult : unsigned char { answered, no_answer, busy, wrong_number };
std::span<const std::pair<std::string_view, CallResult>> enum_names(CallResult);

struct Recipient {
  std::string name, to;
};

struct Step {
  Channel channel = Channel::mail;
  std::string title;  // "情報システム課へ電話"
  Duration wait{};    // unanswered for so long: on to the next step; zero: the next begins at once
  std::vector<Recipient> people;
};

struct Message {
  std::string subject, body;
};

struct Walk {
  std::string contract, subject;  // "incident/123"
  std::string severity;
  Message message;
  std::vector<Step> steps;
};

struct Contact {
  Id id = 0;
  std::string contract, subject, severity;
  Channel channel = Channel::mail;
  State state = State::waiting;
  std::string name, to, step_title;
  int step = 0;
  Time created;
  std::optional<Time> done, escalates_at;
  std::string result, by, note;
  Message message;
};

// Delivers one mail or webhook; blocks, at most about 30 s. An error is tried again later.
class Sender {
 public:
  virtual ~Sender() = default;
  virtual Result<void> send(const Contact& contact) = 0;
};

class Contacts {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
  };
  // Told of every contact that came or changed, after it is on disk.
  using Listener = std::function<void(const std::string& contract, Id contact)>;

  explicit Contacts(Ground ground) : at_(ground) {}
  void listen(Listener listener) { listener_ = std::move(listener); }

  // Begins a walk inside the caller's transaction.
  Result<void> start(store::Session& s, const Walk& walk);
  // Somebody has taken it in another way (acknowledged, closed): calls still open are cancelled.
  Result<void> finish(store::Session& s, std::string_view contract, std::string_view subject);
  Result<Contact> record_call(const journal::Actor& by, std::string_view contract, Id call, CallResult result,
                              const std::string& note);

  // Moves on walks whose wait is over, the longest waiting first, at most this many in one transaction: after
  // a stop of hours thousands may be due, and nobody at a screen is to wait for all of them. Returns how
  // many.
  static constexpr int walks_at_once = 200;
  Result<int> tick();
  // Sends what waits to be sent, oldest first, until nothing is due. Returns how many were tried.
  Result<int> send_waiting(Sender& sender);

  Result<std::vector<Contact>> calls(std::string_view contract, std::string_view subject = {});
  Result<std::vector<Contact>> of(std::string_view contract, std::string_view subject);
  // Contacts of [from, to), for reports.
  Result<std::vector<Contact>> between(std::string_view contract, Time from, Time to);

 private:
  struct WalkRow;
  Result<void> take_steps(store::Session& s, WalkRow& walk);
  Result<void> make_contacts(store::Session& s, const WalkRow& walk, const Step& step);
  Result<std::vector<WalkRow>> walks_where(store::Session& s, std::string_view condition,
                                           std::span<const store::Param> params);
  Result<void> settle(store::Session& s, const WalkRow& walk, std::string_view state);
  void tell(store::Session& s, std::string_view contract, Id contact);

  Ground at_;
  Listener listener_;
};

}  // namespace yagura::notify
