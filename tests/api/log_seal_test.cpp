// Seals of logs: the days there are, whether they still hold, and exports that an outsider can prove.
#include <gmock/gmock.h>

#include "api/log_events.hpp"
#include "document/archive.hpp"
#include "events_check.hpp"
#include "log_search/proof_text.hpp"
#include "report/archive.hpp"

namespace yagura::api_test {
namespace {

using people::Role;
using testing::HasSubstr;

struct LogSeals : testing::Test {
  // Before anybody signs in: a session does not outlive a day.
  bool a_sealed_day() {
    a_morning(portal);
    log_event(portal, ours, "operation", minute,
              {{"pc", "PC-0042"},
               {"user", "tanaka"},
               {"title", std::string("制御\x01文字\xff\nと,\"改行\"")},
               {"path", "=1+1"},
               {"bytes", "-5"}});
    portal.clock().advance(std::chrono::hours(24));
    for (const auto* kind : {"operation", "firewall", "syslog"}) seal(kind);
    return true;
  }
  void seal(const char* kind) {
    const auto done = portal.logs().seals.seal_days(ours, kind);
    EXPECT_TRUE(done) << done.error().text();
  }
  Value exported(const std::string& q) {
    auto body = asking(q, because);
    body.set("format", "csv");
    body.set("seals", true);
    const auto job = portal.ended_job(*exports, exports->post(in(ours, "/log-search/exports"), body));
    EXPECT_EQ(job["state"].text(), "done") << schema::to_json(job);
    const auto list = exports->get(in(ours, "/log-search/exports"));
    const auto file =
        exports->get(in(ours, "/log-search/exports/" + std::to_string(job["result"].integer()) + "/file"));
    auto zip = document::ZipReader::from_bytes(file.body);
    EXPECT_TRUE(zip) << file.body.substr(0, 200);
    if (!zip) return {};
    events = zip->read("events.csv").value_or("");
    proof = zip->read("seals.txt").value_or("");
    said = zip->read("proof.txt").value_or("");
    return list.json["items"].items().front();
  }
  yagura_verify::EventsOutcome checked(std::string_view of_proof, std::string_view of_events) {
    return yagura_verify::check_events(of_proof, &of_events);
  }
  // With the sum of the proof made anew, as somebody would who changes it on purpose.
  static std::string summed(std::string text) {
    text.resize(text.rfind("end "));
    return text + log_search::proof_end(report::sha256_hex(text));
  }
  std::string check(const char* kind, const char* day) {
    const auto job = portal.ended_job(
        supervisor,
        supervisor.post(in(ours, "/log-seals/checks"), Value::object({{"kind", kind}, {"day", day}})));
    EXPECT_EQ(job["state"].text(), "done") << schema::to_json(job);
    const auto list = supervisor.get(in(ours, std::string("/log-seals?kind=") + kind));
    for (const auto& one : list.json["items"].items())
      if (one["day"].text() == day) return one["check"]["finding"].text();
    return "";
  }

  Portal portal;
  const bool prepared = a_sealed_day();
  Browser manager = portal.browser(portal.somebody("manager", ours, Role::contractor_manager));
  Browser supervisor = portal.browser(portal.somebody("supervisor", ours, Role::city_supervisor));
  Browser* exports = &manager;
  std::string events, proof, said;
};

TEST_F(LogSeals, EachDayIsSealedOnceAndCanBeChecked) {
  seal("operation");
  const auto list = supervisor.get(in(ours, "/log-seals?kind=operation"));
  ASSERT_EQ(list.json["items"].items().size(), 1U) << list.body;
  const auto& one = list.json["items"].items()[0];
  EXPECT_EQ(one["day"].text(), "2026-04-28");
  EXPECT_EQ(one["events"].integer(), 4);
  EXPECT_EQ(one["sources"].integer(), 2);
  EXPECT_TRUE(one["check"].is_null());
  EXPECT_EQ(check("operation", "2026-04-28"), "holds");
  const auto again = supervisor.get(in(ours, "/log-seals")).json["items"].items();
  EXPECT_EQ(again.size(), 3U);
  for (const auto& seal : again)
    if (seal["kind"].text() == "operation") EXPECT_EQ(seal["check"]["finding"].text(), "holds");
  EXPECT_EQ(
      supervisor
          .post(in(ours, "/log-seals/checks"), Value::object({{"kind", "operation"}, {"day", "2026-04-29"}}))
          .code(),
      "log_search.seal_not_found");
}

// Half of the day goes at the end of its time; that is told from what nobody did.
TEST_F(LogSeals, WhatWasDroppedIsToldFromWhatWasChanged) {
  ASSERT_TRUE(portal.logs().kept.expire(ours, "firewall", std::chrono::hours(1)));
  EXPECT_EQ(check("firewall", "2026-04-28"), "dropped");
  ASSERT_TRUE(portal.events().expire(ours, "syslog", portal.clock().now()));
  EXPECT_EQ(check("syslog", "2026-04-28"), "differs") << "no entry of the journal says that they went";
}

TEST_F(LogSeals, AnExportIsProvedAndOneChangedOctetIsFound) {
  const auto one = exported("user:tanaka");
  EXPECT_EQ(one["rows"].integer(), 4);
  EXPECT_EQ(one["proved"].integer(), 4);
  EXPECT_THAT(said, HasSubstr("Rows proved by seals: 4"));
  const auto whole = checked(proof, events);
  EXPECT_EQ(whole.fault, "");
  EXPECT_EQ(whole.rows, 4U);
  EXPECT_EQ(whole.proved, 4U);
  EXPECT_EQ(whole.seals.size(), 2U) << "of operations and of the firewall";
  for (std::size_t at = 0; at < events.size(); ++at) {
    auto bad = events;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_NE(checked(proof, bad).fault, "") << "octet " << at << " of " << events;
  }
  for (std::size_t at = 0; at < proof.size(); ++at) {
    auto bad = proof;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_NE(checked(bad, events).fault, "") << "octet " << at;
  }
}

// Who makes the sum of the proof anew as well is left with rows that are not proved, or a seal that does not
// stand in the journal.
TEST_F(LogSeals, AProofThatIsMadeUpDoesNotLeadToTheJournal) {
  (void)exported("user:tanaka");
  const auto journal =
      supervisor.get(in(ours, "/journal/export?from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z")).body;
  const auto honest = checked(proof, events);
  for (const auto& seal : honest.seals) {
    bool stands = false;
    for (std::size_t at = 0, end = 0; (end = journal.find('\n', at)) != std::string::npos; at = end + 1)
      stands = stands || yagura_verify::is_entry_of(seal, ours, seal.entry, journal.substr(at, end - at));
    EXPECT_TRUE(stands) << seal.kind << journal.substr(0, 300);
  }
  const auto end = proof.rfind("end ");
  for (std::size_t at = 0; at < end; ++at) {
    if (proof[at] == '\n') continue;
    auto bad = proof;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    const auto found = checked(summed(bad), events);
    if (!found.fault.empty()) continue;
    const bool all = found.proved == honest.proved;
    bool same = found.contract == honest.contract;
    for (const auto& seal : found.seals)
      same = same && std::ranges::any_of(honest.seals, [&](const auto& h) {
               return h.kind == seal.kind && h.day == seal.day && h.root == seal.root &&
                      h.entry == seal.entry && h.events == seal.events && h.sources == seal.sources;
             });
    EXPECT_FALSE(all && same) << "octet " << at << ": " << bad.substr(bad.rfind('\n', at) + 1, 100);
  }
  // A row twice was received once.
  const auto second = events.find('\n', events.find('\n') + 1);
  const auto line = events.substr(events.find('\n') + 1, second - events.find('\n'));
  const auto row = proof.find("row ");
  const auto words = proof.substr(row, proof.find('\n', row) + 1 - row);
  if (!proof.substr(row + words.size()).starts_with("cell")) {
    auto twice = events, twice_proof = proof;
    twice.insert(events.find('\n') + 1, line);
    twice_proof.insert(row, words);
    EXPECT_THAT(checked(summed(twice_proof), twice).fault, HasSubstr("more often"));
  }
}

TEST_F(LogSeals, WhatIsNotSealedYetIsSaidAndNotProved) {
  log_event(portal, ours, "operation", minute, {{"pc", "PC-0042"}, {"user", "tanaka"}, {"action", "logon"}});
  const auto one = exported("user:tanaka kind:operation");
  EXPECT_EQ(one["rows"].integer(), 4);
  EXPECT_EQ(one["proved"].integer(), 3);
  const auto found = checked(proof, events);
  EXPECT_EQ(found.fault, "");
  EXPECT_EQ(found.proved, 3U);
}

// What came late, and with a clock that was wrong, is proved by the day on which it was received.
TEST_F(LogSeals, LateEventsAreProvedByTheDayOfTheirReceipt) {
  log_event(portal, ours, "operation", std::chrono::days(20), {{"pc", "PC-0050"}, {"user", "late"}});
  log_event(portal, ours, "operation", -std::chrono::days(30), {{"pc", "PC-0051"}, {"user", "late"}});
  portal.clock().advance(std::chrono::hours(24));
  seal("operation");
  ASSERT_TRUE(portal.events().flush());
  while (*portal.events().merge()) {
  }
  auto later = portal.browser(portal.somebody("later", ours, Role::contractor_manager));
  exports = &later;
  const auto one = exported("user:late");
  EXPECT_EQ(one["rows"].integer(), 2);
  EXPECT_EQ(one["proved"].integer(), 2);
  EXPECT_EQ(checked(proof, events).fault, "");
  ASSERT_EQ(checked(proof, events).seals.size(), 1U);
  EXPECT_EQ(checked(proof, events).seals[0].day, "2026-04-29");
}

TEST_F(LogSeals, TheProofOfOnePcIsForWhoMaySeeItsLogs) {
  const auto path = in(ours, "/log-seals/proof?kind=operation&day=2026-04-28&source=PC-0042");
  const auto taken = manager.get(path);
  ASSERT_EQ(taken.status, 200) << taken.body;
  const auto found = yagura_verify::check_events(taken.body, nullptr);
  EXPECT_EQ(found.fault, "");
  EXPECT_EQ(found.seals.size(), 1U);
  auto changed = taken.body;
  changed[changed.find("hash ") + 9] ^= 1;
  EXPECT_NE(yagura_verify::check_events(summed(changed), nullptr).fault, "");
  auto watcher = portal.browser(portal.somebody("watcher", ours, Role::operator_));
  EXPECT_EQ(watcher.get(path).status, 403);
  EXPECT_EQ(manager.get(in(ours, "/log-seals/proof?kind=operation&day=2026-04-28&source=PC-9")).code(),
            "log_search.source_not_sealed");
}

TEST_F(LogSeals, WhatIsKeptSaysWhatGoesNextAndWhatAHoldKeeps) {
  ASSERT_TRUE(portal.events().flush());
  const auto kept = [&](const char* kind) {
    const auto list = manager.get(in(ours, "/log-keeping"));
    for (const auto& one : list.json["items"].items())
      if (one["kind"].text() == kind) return one;
    ADD_FAILURE() << list.body;
    return Value();
  };
  const auto days = kept("operation")["keep_days"].integer();
  EXPECT_GT(days, 300);
  EXPECT_EQ(kept("operation")["events"].integer(), 4);
  EXPECT_EQ(kept("operation")["next"]["events"].integer(), 4);
  EXPECT_EQ(kept("operation")["next_at"].text(),
            to_rfc3339(parse_rfc3339("2026-04-27T23:59:00Z").value() + std::chrono::days(days)));
  ASSERT_EQ(manager
                .post(in(ours, "/log-holds"),
                      Value::object({{"kinds", Value(std::vector<Value>{Value("operation")})},
                                     {"reason", "監査請求"},
                                     {"ordered_by", "監査委員"}}))
                .status,
            201);
  EXPECT_TRUE(kept("operation")["next_at"].is_null());
  EXPECT_EQ(kept("operation")["holds"].items().size(), 1U);
  portal.clock().advance(std::chrono::days(days + 1));
  auto later = portal.browser(portal.somebody("later", ours, Role::city_supervisor));
  for (int night = 0; night < 2; ++night)
    for (const auto* kind : {"operation", "firewall"})
      ASSERT_TRUE(portal.logs().kept.expire(ours, kind, std::chrono::days(days)));
  const auto list = later.get(in(ours, "/log-keeping")).json["items"].items();
  for (const auto& one : list) {
    if (one["kind"].text() == "operation") EXPECT_EQ(one["held"]["events"].integer(), 4);
    if (one["kind"].text() == "firewall") EXPECT_EQ(one["events"].integer(), 0);
    if (one["kind"].text() == "syslog") EXPECT_EQ(one["over"]["events"].integer(), 1) << "not gone yet";
  }
  const auto journal = later.get(in(ours, "/journal?kind=log.expiry_held&limit=100")).json["items"].items();
  ASSERT_EQ(journal.size(), 1U) << "once, not each night";
  EXPECT_EQ(journal[0]["data"]["events"].integer(), 4);
}

}  // namespace
}  // namespace yagura::api_test
