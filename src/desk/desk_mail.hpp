// The desk's mailbox: what comes in becomes tickets and messages, what is to be said goes out as threads.
//
// Purpose: finds the ticket that a mail answers – by the ids it refers to, else by the number in its subject
//          together with its sender – or opens one; files go through the ledger's attach with its checks.
//          Sends what tickets have queued, five times at growing distances.
// Never:   answers a machine, takes its own mail, takes a mail twice, or lets one sender open more than
//          opened_most tickets an hour; what is not taken is told with its reason and journaled, and the
//          mailbox keeps it apart.
// Not:     reading mailboxes and sending (notify).
// Errors:  those of notify, store. A mail that is not taken is an outcome, not an error: an error means that
//          it was not dealt with, and it is offered again.
// Threads: take() and send_due() from one thread each.
// Follows: requirement D1; RFC 3834, RFC 5322 3.6.4.
#pragma once

#include <functional>

#include "desk/incidents.hpp"
#include "ledger/ledgers.hpp"
#include "notify/mail_message.hpp"
#include "notify/mail_out.hpp"

namespace yagura::desk {

struct MailOutcome {
  enum class What : unsigned char { opened, joined, known, refused };
  What what = What::refused;
  Id ticket = 0;
  std::string why;  // of refused: unreadable, automatic, loop, flood, no_kind
};

class DeskMail {
 public:
  static constexpr int opened_most = 30;  // an hour, of one sender
  struct Ground {
    Incidents& incidents;
    store::Database& database;
    journal::Journal& journal;
    ledger::Ledgers& ledgers;
    const Clock& clock;
    Incidents::PackSource packs;
    std::function<Result<void>(const notify::OutgoingMail&)> send;
    std::string own_address;  // what this system sends from
  };
  explicit DeskMail(Ground ground) : at_(std::move(ground)) {}

  // One mail as the mailbox has it.
  Result<MailOutcome> take(std::string_view contract, std::string_view bytes);
  // Sends what is due. Returns how many were tried.
  Result<int> send_due();

 private:
  Result<MailOutcome> refuse(std::string_view contract, std::string why, std::string_view message_id);
  Result<Id> ticket_of(std::string_view contract, const notify::IncomingMail& mail);
  Result<MailOutcome> open(std::string_view contract, const notify::IncomingMail& mail,
                           const journal::Actor& by);
  // Files that the ledger takes, and a line for each that it does not.
  Result<std::vector<Id>> kept_files(std::string_view contract, const notify::IncomingMail& mail,
                                     const journal::Actor& by, std::string& remarks);

  Ground at_;
};

}  // namespace yagura::desk
