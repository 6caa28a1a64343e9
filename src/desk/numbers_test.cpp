// Tickets, work orders, notices and visits are numbered by the fiscal year of each contract, never by the
// calendar's.
#include <fmt/format.h>

#include "calendar/fiscal_year.hpp"
#include "desk/incidents.hpp"
#include "desk/work_desk.hpp"
#include "support/any_database.hpp"

namespace yagura::desk {
namespace {

class Numbers : public AnyDatabase {};

TEST_P(Numbers, FollowTheFiscalYearOfEachContract) {
  for (const auto steps :
       {journal::migrations(), notify::migrations(), ledger::migrations(), migrations(), work_migrations()})
    ASSERT_TRUE(database().migrate(steps));
  std::map<std::string, std::shared_ptr<const contract::Pack>, std::less<>> packs;
  for (const auto* id : {"matsusaka", "moriguchi", "okayama", "sapporo", "sendai"}) {
    auto pack = contract::load_pack(std::string(YAGURA_SOURCE_DIR "/packs/") + id);
    ASSERT_TRUE(pack) << pack.error().text();
    packs[id] = std::make_shared<const contract::Pack>(std::move(*pack));
  }
  const auto pack_of = [&](std::string_view id) { return packs.find(id)->second; };
  ManualClock clock;
  IdSource ids{clock};
  journal::Journal journal(clock, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
  ledger::Ledgers ledgers({database(), journal, clock, ids},
                          ledger::load_definitions(YAGURA_SOURCE_DIR "/share/ledgers").value(),
                          [&](std::string_view, std::string_view) {
                            return std::vector<ledger::Choice>{{"main_office", {"本庁", "Main"}}};
                          });
  notify::Contacts contacts({database(), journal, clock, ids});
  Incidents tickets(
      {database(), journal, clock, ids, contacts, &ledgers}, pack_of,
      [](std::string_view, const contract::ContactStep&) -> Result<std::vector<notify::Recipient>> {
        return std::vector<notify::Recipient>{};
      });
  WorkDesk work(WorkOrders::Ground{database(), journal, clock, ids, ledgers}, pack_of);
  const journal::Actor by{1, "桑原", ""};
  for (const auto& [id, pack] : packs) {
    const auto first = calendar::at(pack->from, std::chrono::hours(10));
    const int year = calendar::fiscal_year(first);
    const auto at = [](int y, const char* rest) {
      return calendar::parse_instant(std::to_string(y) + rest).value();
    };
    const auto site = ledgers.create({}, id, "sites",
                                     schema::Value::object({{"name", "本庁"}, {"kind", "main_office"}}), "");
    ASSERT_TRUE(site) << site.error().text();
    // The last day of its fiscal year and the first of the next, with a new year in between.
    int nth = 0;
    for (const auto& [now, of, begins] : {std::tuple{first, year, true},
                                          {at(year + 1, "-01-05T09:00"), year, false},
                                          {at(year + 1, "-03-31T23:59"), year, false},
                                          {at(year + 1, "-04-01T00:00"), year + 1, true}}) {
      nth = begins ? 1 : nth + 1;
      clock.jump_to(now);
      NewIncident ticket;
      ticket.contract = id;
      ticket.kind = "inquiry";
      ticket.title = "印刷";
      ticket.severity = "info";
      const auto taken = tickets.open(by, ticket);
      ASSERT_TRUE(taken) << id << taken.error().text();
      EXPECT_EQ(taken->number, fmt::format("{}-{:04}", of, nth)) << id;
      if (pack->work.kinds.empty()) continue;
      const auto& kind = pack->work.kinds.front();
      const auto order =
          work.orders.open(by, {1, "桑原", kind.ordered_by.front()},
                           {.contract = id, .kind = kind.id, .title = "作業", .site = site->id});
      ASSERT_TRUE(order) << id << order.error().text();
      EXPECT_EQ(order->number.substr(0, order->number.find('-')), fmt::format("R{}", calendar::reiwa(of)))
          << id;
      EXPECT_EQ(order->number.substr(order->number.size() - 4), fmt::format("{:04}", nth)) << id;
    }
  }
}

YAGURA_ON_EVERY_DATABASE(Numbers);

}  // namespace
}  // namespace yagura::desk
