// The desk's one list: tickets of every kind and requests, filtered, sorted, counted and searched.
//
// Purpose: one narrow row for each ticket and request (desk_row) and its text (desk_text), written in the
//          same transaction as what they show, so that a screen asks one table by its indexes. Requests are
//          told by the application, for whom the desk is a neighbour.
// Not:     what a ticket is (incidents.hpp); people's names and addresses stand in no row and no text here.
// Bounds:  counting ends at count_most; a search looks at no more than search_most matches, the newest, and
//          says so (total_is_least).
// Queries: page() runs at most two statements, a search two more and one for each 500 of its candidates.
// Threads: page() from any thread; put_* within the caller's transaction.
// Errors:  desk.cursor_invalid, those of store.
// Follows: requirement D1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "store/database.hpp"
#include "store/fragments.hpp"

namespace yagura::desk {

struct TicketRow {
  Id id = 0;
  bool request = false;  // of src/flow, else a ticket
  std::string kind, number, title, title_en, state, severity, owner_name, section, device_name, site_name,
      stage, rule;
  bool open = true, acknowledged = false;
  Id owner = 0, device = 0, person = 0, contact = 0;  // person: the account that asked
  Time opened_at, changed_at;
  std::optional<Time>
      due;  // the earliest limit not yet kept: past, it is overdue; or the request's open step
  int breached = 0;
};

enum class TicketSort : unsigned char { newest, oldest, due, changed };
std::span<const std::pair<std::string_view, TicketSort>> enum_names(TicketSort);

struct TicketQuery {
  std::string contract, search, state, section, severity, stage;
  std::vector<std::string> kinds;  // any of them; empty: every kind
  std::optional<bool> open;
  std::optional<Id> owner;  // 0: nobody's
  Id device = 0, contact = 0, person = 0;
  std::optional<Time> due_before;
  bool tickets = true, requests = true;
  TicketSort sort = TicketSort::newest;
  std::string cursor;
  int limit = 50;
};

struct TicketPage {
  std::vector<TicketRow> rows;
  std::string next;                   // "" at the end
  std::optional<std::int64_t> total;  // on the first page
  bool total_is_least = false;        // there are more than that
};

// A request as the desk shows it.
struct RequestFacts {
  Id id = 0;
  std::string contract, form, number, state, section, text;  // text: what a search finds; nothing personal
  std::string title, title_en;
  Id submitter = 0;
  bool open = true;
  Time submitted_at, changed_at;
  std::optional<Time> due;
};

class TicketList {
 public:
  static constexpr int count_most = 10'000, search_most = 5'000;

  explicit TicketList(store::Database& database) : database_(database) {}

  Result<TicketPage> page(const TicketQuery& query);

  // As the ticket stands now; `said`: words to find it by from now on besides its own.
  Result<void> put_ticket(store::Session& s, Id incident, std::string_view said = {});
  Result<void> put_request(store::Session& s, const RequestFacts& request);
  // Gives rows to tickets that have none (of a database from before the list). Returns how many.
  Result<int> fill();

 private:
  struct Where;
  Result<std::int64_t> place_of(store::Session& s, std::string_view contract, Id id);
  Result<void> put_text(store::Session& s, std::string_view contract, std::int64_t place, Id id,
                        std::string_view text, std::string_view said);
  Result<void> narrow(store::Session& s, const Where& where, std::vector<std::int64_t>& places);
  Result<TicketPage> searched(store::Session& s, const TicketQuery& query, const store::Words& words,
                              const Where& where);

  store::Database& database_;
  const store::Fragments fragments_{"desk_piece"};
};

}  // namespace yagura::desk
