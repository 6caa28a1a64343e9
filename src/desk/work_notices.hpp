// Notices from above and from vendors: received, assessed with a reason, and turned into orders for every
// machine concerned.
//
// Purpose: no notice is forgotten: from receipt it has a deadline by which somebody says whether our machines
//          are concerned, and which. Those that are get a campaign of orders in the same transaction.
// States:  received → concerned | not_concerned. A notice that was assessed stays so; a later one has its own
//          entry.
// Errors:  desk.notice_*, desk.work_*, desk.campaign_*; those of calendar, ledger and store.
// Threads: safe from any thread.
// Follows: requirement D5; sapporo 4(1), annex 1-2.
#pragma once

#include "desk/campaigns.hpp"

namespace yagura::desk {

enum class NoticeState : unsigned char { received, concerned, not_concerned };
std::span<const std::pair<std::string_view, NoticeState>> enum_names(NoticeState);
std::string_view name_of(NoticeState state);

enum class Urgency : unsigned char { normal, soon, at_once };
std::span<const std::pair<std::string_view, Urgency>> enum_names(Urgency);

struct WorkNotice {
  Id id = 0;
  std::int64_t version = 0;
  std::string contract, number, source, reference, title, content, received_by, assessed_by, reason;
  std::vector<WorkFile> files;
  Time received_at, assess_due;
  std::optional<Time> assessed_at;
  NoticeState state = NoticeState::received;
  Urgency urgency = Urgency::normal;
  MachineFilter filter;  // which machines were found concerned
  int machines = 0;
  Id campaign = 0;
};

struct NewNotice {
  std::string contract, source, reference, title, content;
  std::vector<WorkFile> files;
  std::optional<Time> received_at;  // now unless said; not in the future
};

struct Assessment {
  bool concerned = false;
  Urgency urgency = Urgency::normal;
  std::string reason;  // a must
  // Where machines are concerned:
  MachineFilter filter;
  std::string kind, title, detail;
  bool per_site = true;
  std::optional<Time> due;
};

class WorkNotices {
 public:
  WorkNotices(WorkOrders& orders, Campaigns& campaigns) : orders_(orders), campaigns_(campaigns) {}

  Result<WorkNotice> receive(const journal::Actor& by, const WorkPerson& who, const NewNotice& notice);
  Result<WorkNotice> get(std::string_view contract, Id id);
  Result<std::vector<WorkNotice>> list(std::string_view contract, std::optional<NoticeState> state,
                                       const std::string& search, Id before, int limit);
  // Received, not assessed, and past its deadline.
  Result<int> overdue(std::string_view contract);
  Result<WorkNotice> assess(const journal::Actor& by, const WorkPerson& who, std::string_view contract, Id id,
                            std::int64_t version, const Assessment& assessment);

 private:
  Result<WorkNotice> read(store::Session& s, std::string_view contract, Id id);
  WorkOrders& orders_;
  Campaigns& campaigns_;
};

}  // namespace yagura::desk
