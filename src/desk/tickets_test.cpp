#include <algorithm>
#include <limits>
#include <random>

#include "desk/incidents.hpp"
#include "schema/json.hpp"
#include "support/any_database.hpp"
#include "support/counting_database.hpp"

namespace yagura::desk {
namespace {

Time japan(std::string_view text) { return calendar::parse_instant(text).value(); }

class TicketsTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {journal::migrations(), notify::migrations(), ledger::migrations(), migrations()})
      ASSERT_TRUE(database().migrate(steps));
    auto pack = contract::load_pack(YAGURA_SOURCE_DIR "/packs/moriguchi");
    ASSERT_TRUE(pack) << pack.error().text();
    pack_ = std::make_shared<const contract::Pack>(std::move(*pack));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    ledgers_ = std::make_unique<ledger::Ledgers>(
        ledger::Ledgers::Ground{database(), *journal_, clock_, ids_},
        ledger::load_definitions(YAGURA_SOURCE_DIR "/share/ledgers").value(),
        [](std::string_view, std::string_view) { return std::vector<ledger::Choice>{}; });
    contacts_ =
        std::make_unique<notify::Contacts>(notify::Contacts::Ground{database(), *journal_, clock_, ids_});
    incidents_ = std::make_unique<Incidents>(
        Incidents::Ground{database(), *journal_, clock_, ids_, *contacts_, ledgers_.get()},
        [this](std::string_view id) { return id == ours || id == "other" ? pack_ : nullptr; },
        [](std::string_view, const contract::ContactStep&) -> Result<std::vector<notify::Recipient>> {
          return std::vector<notify::Recipient>{};
        });
  }
  NewIncident wanted(std::string kind, std::string title, std::string detail = "") {
    NewIncident out;
    out.contract = ours;
    out.kind = std::move(kind);
    out.title = std::move(title);
    out.severity = "info";
    out.detail = std::move(detail);
    out.place = {5, "PC-0123", "notebook_pc", 9, "本庁舎", "main_office"};
    out.caller = {"髙橋 一郎", "税務課", "2345", "ichiro@example.jp", 0, 77};
    return out;
  }
  Incident take(std::string kind, std::string title, std::string detail = "") {
    auto made = incidents_->open(by_, wanted(std::move(kind), std::move(title), std::move(detail)));
    EXPECT_TRUE(made) << made.error().text();
    return std::move(*made);
  }
  TicketPage page(TicketQuery q) {
    q.contract = ours;
    auto found = incidents_->tickets().page(q);
    EXPECT_TRUE(found) << found.error().text();
    return std::move(*found);
  }
  std::vector<Id> ids(const TicketPage& page) {
    std::vector<Id> out;
    for (const auto& row : page.rows) out.push_back(row.id);
    return out;
  }
  std::vector<Id> search(const std::string& text) {
    TicketQuery q;
    q.search = text;
    return ids(page(q));
  }
  Result<Incident> event(Id id, const std::string& what, Id loan = 0) {
    return incidents_->event(by_, ours, id, what, {}, "", loan);
  }
  std::map<std::string, ClockRow> clocks(Id id) {
    std::map<std::string, ClockRow> out;
    for (auto& c : incidents_->clocks(ours, id).value()) out[c.rule] = std::move(c);
    return out;
  }
  Id loan_machine(const std::string& label) {
    return ledgers_
        ->create(by_, ours, "loans",
                 schema::Value::object({{"number", label}, {"kind", "notebook"}, {"state", "ready"}}), "")
        .value()
        .id;
  }
  std::string in_ledger(Id machine, const char* field) {
    return ledgers_->find(ours, "loans", machine).value()->fields[field].text();
  }

  std::vector<journal::Entry> entries(const std::string& kind) {
    return database()
        .read([&](store::Session& s) { return journal_->list(s, {.chain = ours, .kind_prefix = kind}); })
        .value();
  }

  static constexpr auto ours = "moriguchi";
  ManualClock clock_{japan("2026-06-05T10:00")};
  IdSource ids_{clock_};
  const journal::Actor by_{7, "運用 次郎", "10.0.0.1"};
  std::shared_ptr<const contract::Pack> pack_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<ledger::Ledgers> ledgers_;
  std::unique_ptr<notify::Contacts> contacts_;
  std::unique_ptr<Incidents> incidents_;
};

TEST_P(TicketsTest, AKindHasItsOwnClocksEventsAndStages) {
  const auto fault = take("fault", "PC が起動しない");
  auto c = clocks(fault.id);
  EXPECT_EQ(c["start"].judged.due, japan("2026-06-05T12:00")) << "2 h from the call";
  EXPECT_EQ(c["recovery"].judged.due, japan("2026-06-09T00:00")) << "a PC: three days";
  EXPECT_FALSE(c.contains("pc_visit"));
  const auto repair = take("repair", "画面が割れた");
  c = clocks(repair.id);
  EXPECT_EQ(c.size(), 1U);
  EXPECT_EQ(c["pc_visit"].judged.due, japan("2026-06-09T00:00"));
  EXPECT_EQ(repair.stage, "received");
  EXPECT_TRUE(clocks(take("inquiry", "使い方").id).empty());
  EXPECT_EQ(event(repair.id, "first_reported").error().code, "desk.event_unknown") << "not of a repair";
  EXPECT_EQ(incidents_->open(by_, wanted("picnic", "x")).error().code, "desk.kind_unknown");
}

TEST_P(TicketsTest, ARepairGoesItsWayAndTheLoanMachineComesBack) {
  const Id machine = loan_machine("代替 3 号");
  const auto repair = take("repair", "電源が入らない");
  EXPECT_EQ(event(repair.id, "returned").error().code, "desk.event_too_early");
  EXPECT_EQ(event(repair.id, "sent_to_vendor").error().code, "desk.event_too_early");
  EXPECT_EQ(event(repair.id, "triaged")->stage, "triaged");
  EXPECT_EQ(event(repair.id, "loaned").error().code, "desk.loan_missing");
  EXPECT_EQ(event(repair.id, "loan_returned").error().code, "desk.no_loan_conflict");
  EXPECT_EQ(event(repair.id, "loaned", machine)->loan_name, "代替 3 号");
  EXPECT_EQ(in_ledger(machine, "state"), "lent");
  EXPECT_EQ(in_ledger(machine, "incident"), repair.number);
  const auto other = take("repair", "別の PC");
  EXPECT_EQ(event(other.id, "loaned", machine).error().code, "desk.loan_not_there_conflict");
  EXPECT_EQ(event(repair.id, "sent_to_vendor")->stage, "at_vendor");
  EXPECT_EQ(event(repair.id, "back_from_vendor")->stage, "to_check");
  EXPECT_EQ(event(repair.id, "repair_checked")->stage, "to_return");
  const auto told = incidents_->messages(ours, repair.id).value();
  ASSERT_EQ(told.size(), 1U) << "the caller is told that it is ready";
  EXPECT_NE(told[0].body.find(repair.number), std::string::npos);
  EXPECT_EQ(told[0].state, "queued");
  EXPECT_EQ(incidents_->close(by_, ours, repair.id, "済").error().code, "desk.loan_out_conflict");
  EXPECT_EQ(event(repair.id, "loan_returned")->loan, 0);
  EXPECT_EQ(in_ledger(machine, "state"), "repair") << "looked at and wiped first";
  EXPECT_EQ(in_ledger(machine, "incident"), "");
  EXPECT_EQ(event(repair.id, "returned")->stage, "returned");
  EXPECT_EQ(clocks(repair.id)["pc_visit"].judged.state, calendar::ClockState::met);
  EXPECT_TRUE(incidents_->close(by_, ours, repair.id, "部品交換"));
  EXPECT_EQ(event(other.id, "loaned", machine).error().code, "desk.loan_not_there_conflict");
  ASSERT_TRUE(database().write([&](store::Session& s) {
    return ledgers_->change(s, by_, ours, "loans", machine, 0, schema::Value::object({{"state", "ready"}}),
                            "点検済み");
  }));
  EXPECT_EQ(event(other.id, "loaned", machine)->loan, machine);
}

TEST_P(TicketsTest, TheListFiltersSortsAndPages) {
  std::vector<Id> made;
  for (int i = 0; i < 25; ++i) {
    clock_.advance(std::chrono::minutes(1));
    made.push_back(take(i % 5 == 0 ? "fault" : "inquiry", "件名 " + std::to_string(i)).id);
  }
  TicketQuery q;
  q.kinds = {"inquiry"};
  q.limit = 7;
  std::vector<Id> seen;
  auto got = page(q);
  EXPECT_EQ(got.total, 20);
  for (;;) {
    for (const Id id : ids(got)) seen.push_back(id);
    if (got.next.empty()) break;
    q.cursor = got.next;
    got = page(q);
    EXPECT_EQ(got.total, std::nullopt) << "counted on the first page alone";
  }
  EXPECT_EQ(seen.size(), 20U);
  EXPECT_TRUE(std::ranges::is_sorted(seen, std::greater{}));
  TicketQuery by_due;
  by_due.sort = TicketSort::due;
  by_due.limit = 4;
  std::vector<std::optional<Time>> due;
  for (;;) {
    const auto one = page(by_due);
    for (const auto& row : one.rows) due.push_back(row.due);
    if (one.next.empty()) break;
    by_due.cursor = one.next;
  }
  ASSERT_EQ(due.size(), 25U);
  EXPECT_TRUE(due[0] && due[4] && !due[5]) << "five faults have a clock; the rest stands behind";
  EXPECT_TRUE(std::ranges::is_sorted(due.begin(), due.begin() + 5));
  ASSERT_TRUE(incidents_->assign(by_, ours, {made[3], made[4]}, 7, "運用 次郎"));
  TicketQuery mine;
  mine.owner = 7;
  EXPECT_EQ(ids(page(mine)), (std::vector<Id>{made[4], made[3]}));
  ASSERT_TRUE(incidents_->close(by_, ours, made[4], "済"));
  mine.open = true;
  EXPECT_EQ(ids(page(mine)), std::vector<Id>{made[3]});
  clock_.jump_to(japan("2026-06-05T10:31:30"));
  ASSERT_TRUE(incidents_->tick());
  TicketQuery late;
  late.due_before = clock_.now();
  EXPECT_EQ(ids(page(late)), std::vector<Id>{made[0]}) << "due at 10:31, and not yet reported";
  EXPECT_EQ(page(late).rows[0].rule, "first_report");
  TicketQuery section;
  section.section = "税務課";
  EXPECT_EQ(page(section).total, 25);
  TicketQuery bad;
  bad.contract = ours;
  bad.cursor = "1_2; DROP";
  EXPECT_EQ(incidents_->tickets().page(bad).error().code, "desk.cursor_invalid");
}

TEST_P(TicketsTest, AnyFragmentFindsATicketButNotItsCaller) {
  const auto a = take("inquiry", "ﾌﾟﾘﾝﾀｰの紙詰まり", "３階の複合機");
  const auto b = take("fault", "VPN につながらない", "在宅勤務");
  EXPECT_EQ(search("プリンター"), std::vector<Id>{a.id});
  EXPECT_EQ(search("紙詰"), std::vector<Id>{a.id});
  EXPECT_EQ(search("3階"), std::vector<Id>{a.id});
  EXPECT_EQ(search("vpn 在宅"), std::vector<Id>{b.id});
  EXPECT_EQ(search(b.number), std::vector<Id>{b.id});
  EXPECT_EQ(search("PC-0123").size(), 2U);
  EXPECT_TRUE(search("高橋").empty()) << "people are not found by a list that shows no people";
  EXPECT_TRUE(search("ichiro").empty());
  ASSERT_TRUE(incidents_->note(by_, ours, a.id, "ローラーを清掃した", {}));
  EXPECT_EQ(search("ﾛｰﾗｰ"), std::vector<Id>{a.id}) << "by what was noted";
  IncidentChange renamed;
  renamed.title = "スキャナーの件";
  renamed.reason = "聞き違い";
  ASSERT_TRUE(incidents_->change(by_, ours, a.id, renamed));
  EXPECT_EQ(search("スキャナ"), std::vector<Id>{a.id});
  EXPECT_TRUE(search("紙詰").empty()) << "its old title is gone";
  auto q = TicketQuery{};
  q.search = "つながらない";
  q.kinds = {"inquiry"};
  EXPECT_TRUE(page(q).rows.empty());
  q.contract = "other";
  EXPECT_TRUE(incidents_->tickets().page(q)->rows.empty());
}

// The same questions to the list and to a plain loop over what was made.
TEST_P(TicketsTest, SearchAgreesWithALoop) {
  std::mt19937 random(11);
  const std::vector<std::string> words{"印刷", "印", "刷", "PC", "起動", "しない", "機", "ネット", "接続"};
  std::map<Id, std::string> texts;
  for (int i = 0; i < 120; ++i) {
    std::string title;
    for (int n = 0; n < 4; ++n) title += words[random() % words.size()];
    clock_.advance(std::chrono::seconds(1));
    texts[take("inquiry", title).id] = title;
  }
  for (int i = 0; i < 60; ++i) {
    const auto wanted = words[random() % words.size()] + words[random() % words.size()];
    std::vector<Id> expected;
    for (const auto& [id, title] : texts)
      if (title.find(wanted) != std::string::npos) expected.insert(expected.begin(), id);
    TicketQuery q;
    q.search = wanted;
    q.limit = 10;
    std::vector<Id> found;
    for (auto got = page(q);; got = page(q)) {
      if (got.total) EXPECT_EQ(*got.total, static_cast<std::int64_t>(expected.size())) << wanted;
      for (const Id id : ids(got)) found.push_back(id);
      if (got.next.empty()) break;
      q.cursor = got.next;
    }
    EXPECT_EQ(found, expected) << wanted;
  }
}

TEST_P(TicketsTest, RequestsStandInTheSameList) {
  const auto ticket = take("inquiry", "使い方");
  RequestFacts r{1,
                 ours,
                 "usb",
                 "R8-U-0001",
                 "running",
                 "税務課",
                 "USB 接続申請\n外付け",
                 "USB 接続申請",
                 "USB connection",
                 12,
                 true,
                 clock_.now(),
                 clock_.now(),
                 japan("2026-06-06T17:15")};
  r.id = ids_.next();
  const auto put = [&] {
    return database().write([&](store::Session& s) { return incidents_->tickets().put_request(s, r); });
  };
  ASSERT_TRUE(put());
  auto all = page({});
  ASSERT_EQ(ids(all), (std::vector<Id>{r.id, ticket.id}));
  EXPECT_TRUE(all.rows[0].request);
  EXPECT_EQ(all.rows[0].due, r.due);
  EXPECT_EQ(search("外付"), std::vector<Id>{r.id});
  r.state = "approved";
  r.open = false;
  ASSERT_TRUE(put());
  TicketQuery open;
  open.open = true;
  EXPECT_EQ(ids(page(open)), std::vector<Id>{ticket.id});
  ASSERT_TRUE(incidents_->link(by_, ours, ticket.id, r.id, "caused_by"));
  const auto links = incidents_->links(ours, ticket.id).value();
  ASSERT_EQ(links.size(), 1U);
  EXPECT_TRUE(links[0].request);
  EXPECT_EQ(links[0].number, "R8-U-0001");
}

TEST_P(TicketsTest, AMergeLeavesATraceAndCanBeTakenBack) {
  const auto a = take("fault", "つながらない"), b = take("fault", "つながらない（二人目）");
  EXPECT_EQ(incidents_->merge(by_, ours, a.id, a.id, "x").error().code, "desk.merge_own_conflict");
  EXPECT_EQ(incidents_->merge(by_, ours, a.id, 12345, "x").error().code, "desk.incident_not_found");
  const auto merged = incidents_->merge(by_, ours, b.id, a.id, "同じ障害").value();
  EXPECT_EQ(merged.state, State::closed);
  EXPECT_EQ(merged.merged_into, a.id);
  EXPECT_EQ(clocks(b.id)["start"].judged.state, calendar::ClockState::cancelled);
  EXPECT_EQ(incidents_->merge(by_, ours, a.id, b.id, "x").error().code, "desk.merge_target_conflict");
  EXPECT_EQ(incidents_->reopen(by_, ours, b.id, "x").error().code, "desk.merged_conflict");
  const auto c = take("fault", "三人目");
  EXPECT_EQ(incidents_->merge(by_, ours, a.id, c.id, "x").error().code, "desk.merge_chain_conflict");
  Message m;
  m.channel = "mail";
  m.body = "まだです";
  EXPECT_EQ(incidents_->receive(by_, ours, b.id, m)->id, a.id) << "what reaches it goes where it went";
  for (const Id id : {a.id, b.id}) {
    const auto entries = database().read([&](store::Session& s) {
      return journal_->list(
          s, {.chain = ours, .subject = "incident/" + std::to_string(id), .kind_prefix = "incident.merged"});
    });
    EXPECT_EQ(entries->size(), 1U);
  }
  const auto apart = incidents_->unmerge(by_, ours, b.id, "別の障害だった").value();
  EXPECT_EQ(apart.state, State::open);
  EXPECT_EQ(apart.merged_into, 0);
  EXPECT_EQ(clocks(b.id)["start"].judged.state, calendar::ClockState::running);
  EXPECT_EQ(clocks(b.id)["start"].judged.due, japan("2026-06-05T12:00")) << "as if it had never been merged";
  EXPECT_EQ(incidents_->unmerge(by_, ours, b.id, "x").error().code, "desk.not_merged_conflict");
}

TEST_P(TicketsTest, LinksAreSeenFromBothSides) {
  const auto a = take("fault", "原因"), b = take("inquiry", "結果");
  ASSERT_TRUE(incidents_->link(by_, ours, b.id, a.id, "caused_by"));
  EXPECT_EQ(incidents_->links(ours, a.id).value()[0].relation, "causes");
  ASSERT_TRUE(incidents_->link(by_, ours, a.id, b.id, "related"));
  ASSERT_EQ(incidents_->links(ours, b.id)->size(), 1U)
      << "one link between two, whichever side it was made on";
  EXPECT_EQ(incidents_->link(by_, ours, a.id, a.id, "related").error().code, "desk.link_own_conflict");
  EXPECT_EQ(incidents_->link(by_, ours, a.id, b.id, "friend").error().code, "desk.relation_unknown");
  ASSERT_TRUE(incidents_->unlink(by_, ours, b.id, a.id));
  EXPECT_EQ(incidents_->unlink(by_, ours, b.id, a.id).error().code, "desk.link_not_found");
}

TEST_P(TicketsTest, RepliesAndAnswersMoveTheTicket) {
  auto asked = wanted("inquiry", "{caller} さんへ");
  asked.channel = Channel::portal;
  asked.caller.account = 12;
  const auto ticket = incidents_->open({12, "髙橋 一郎", ""}, asked).value();
  EXPECT_EQ(ticket.stage, "received") << "nobody has begun";
  ASSERT_TRUE(incidents_->acknowledge(by_, ours, {ticket.id}));
  EXPECT_EQ(incidents_->get(ours, ticket.id)->stage, "in_hand");
  const auto text = incidents_->text_for(ours, ticket.id, "answer").value();
  EXPECT_NE(text.ja.find("髙橋 一郎 様"), std::string::npos);
  EXPECT_NE(text.ja.find("「{caller} さんへ」"), std::string::npos) << "what a caller wrote is not a mark";
  ASSERT_TRUE(event(ticket.id, "paused"));
  EXPECT_EQ(incidents_->get(ours, ticket.id)->stage, "waiting_caller");
  Message m;
  m.channel = "portal";
  m.sender = "髙橋 一郎";
  m.body = "型番は AB-1 です";
  EXPECT_EQ(incidents_->receive({12, "髙橋 一郎", ""}, ours, ticket.id, m)->stage, "in_hand");
  EXPECT_EQ(search("ab-1"), std::vector<Id>{ticket.id});
  EXPECT_EQ(incidents_->reply(by_, ours, ticket.id, "直りました", true, {})->stage, "answered");
  ASSERT_TRUE(incidents_->close(by_, ours, ticket.id, "回答済み"));
  EXPECT_EQ(incidents_->receive({12, "髙橋 一郎", ""}, ours, ticket.id, m)->state, State::open)
      << "who writes again opens it again";
  const auto entries = database().read([&](store::Session& s) {
    return journal_->list(s, {.chain = ours, .subject = "incident/" + std::to_string(ticket.id)});
  });
  for (const auto& entry : *entries)
    EXPECT_EQ(schema::to_json(entry.record.data).find("ichiro"), std::string::npos)
        << "no address on the time line";
  auto unknown = wanted("inquiry", "電話");
  unknown.caller = {};
  EXPECT_EQ(incidents_->reply(by_, ours, incidents_->open(by_, unknown)->id, "x", false, {}).error().code,
            "desk.caller_unreachable");
  unknown.caller.mail = "a@example.jp\r\nBcc: b@example.jp";
  EXPECT_EQ(incidents_->open(by_, unknown).error().code, "desk.mail_invalid");
}

TEST_P(TicketsTest, RecountingEveryClockAgreesWithWhatWasKeptUp) {
  std::mt19937 random(3);
  for (int i = 0; i < 40; ++i) {
    clock_.advance(std::chrono::minutes(random() % 90));
    const auto kind = i % 3 == 0 ? "repair" : "fault";
    const Id id = take(kind, "件名").id;
    for (const auto* what : {"work_started", "triaged", "restored", "repair_checked"}) {
      clock_.advance(std::chrono::minutes(random() % 120));
      if (random() % 2 == 0) (void)event(id, what);
    }
    ASSERT_TRUE(incidents_->tick());
  }
  const auto again = incidents_->recount(ours).value();
  EXPECT_GT(again.clocks, 100);
  EXPECT_EQ(again.changed, 0) << "the same as one after the other";
  ASSERT_TRUE(database().write([](store::Session& s) {
    return s.exec(
        "UPDATE incident_clock SET due = 5, state = 'met' WHERE id = (SELECT max(id) FROM incident_clock)");
  }));
  const auto asked = incidents_->recount(ours, by_, false).value();
  EXPECT_EQ(asked.differ, 1);
  EXPECT_EQ(asked.changed, 0) << "asked only";
  EXPECT_EQ(asked.which.size(), 1U);
  EXPECT_EQ(incidents_->recount(ours)->changed, 1);
  EXPECT_EQ(incidents_->recount(ours)->changed, 0);
  EXPECT_EQ(entries("clock.recounted").size(), 1U);
}

TEST_P(TicketsTest, NumbersRunByFiscalYearAndOldOnesStay) {
  clock_.jump_to(japan("2027-03-31T23:30"));
  EXPECT_EQ(take("inquiry", "年度末").number, "2026-0001");
  clock_.jump_to(japan("2027-04-01T00:10"));
  EXPECT_EQ(take("inquiry", "年度始め").number, "2027-0001");
  auto late = wanted("inquiry", "昨日の電話");
  late.detected_at = japan("2027-03-31T17:00");
  EXPECT_EQ(incidents_->open(by_, late)->number, "2026-0002") << "of the year in which it came";
  // Of a database whose numbers ran by calendar year: they stay, and none is given twice.
  ASSERT_TRUE(database().write(
      [](store::Session& s) { return s.exec("UPDATE incident_number SET last = 41 WHERE year = 2027"); }));
  EXPECT_EQ(take("inquiry", "次").number, "2027-0042");
}

TEST_P(TicketsTest, ADatabaseFromBeforeTheListIsFilled) {
  const auto a = take("fault", "前からある");
  ASSERT_TRUE(database().write([](store::Session& s) -> Result<void> {
    YAGURA_CHECK(s.exec("DELETE FROM desk_row"));
    YAGURA_CHECK(s.exec("DELETE FROM desk_text"));
    return {};
  }));
  EXPECT_TRUE(page({}).rows.empty());
  EXPECT_EQ(incidents_->tickets().fill().value(), 1);
  EXPECT_EQ(ids(page({})), std::vector<Id>{a.id});
  EXPECT_EQ(search("前から"), std::vector<Id>{a.id});
}

TEST_P(TicketsTest, ViewsAreOnesOwnOrEverybodys) {
  auto& views = incidents_->views();
  const journal::Actor seven{7, "七", ""}, eight{8, "八", ""};
  const auto mine = views.save(seven, ours, {0, 0, false, "朝の確認", "phase=open&sort=due"}).value();
  const auto shared = views.save(seven, ours, {0, 0, true, "修理", "kind=repair"}).value();
  EXPECT_EQ(views.of(ours, 7)->size(), 2U);
  ASSERT_EQ(views.of(ours, 8)->size(), 1U);
  EXPECT_EQ(views.of("other", 7)->size(), 0U);
  EXPECT_EQ(views.remove(eight, ours, shared.id, false).error().code, "desk.view_not_found");
  EXPECT_EQ(views.remove(eight, ours, mine.id, true).error().code, "desk.view_not_found")
      << "one's own stays";
  EXPECT_TRUE(views.remove(eight, ours, shared.id, true));
  const auto told = entries("desk.view_");
  ASSERT_EQ(told.size(), 2U) << "what is everybody's is on record, one's own is one's own";
  EXPECT_EQ(told[0].record.kind, "desk.view_removed");
  EXPECT_EQ(told[0].record.actor.account, 8);
  EXPECT_EQ(told[1].record.kind, "desk.view_shared");
  EXPECT_EQ(told[1].record.data["query"].text(), "kind=repair");
  EXPECT_EQ(views.save(seven, ours, {0, 0, false, "", "x=1"}).error().code, "desk.view_invalid");
  EXPECT_EQ(views.save(seven, ours, {0, 0, false, "x", "javascript:alert('1')"}).error().code,
            "desk.view_invalid");
}

TEST_P(TicketsTest, AScreenAsksTheSameNumberOfQuestionsHoweverManyTicketsThereAre) {
  CountingDatabase counted(database());
  TicketList list(counted);
  const auto asked = [&](TicketQuery q) {
    q.contract = ours;
    q.limit = 10;
    (void)counted.taken();
    EXPECT_TRUE(list.page(q));
    return counted.taken();
  };
  TicketQuery plain, filtered, found, next;
  filtered.open = true;
  filtered.owner = 0;
  filtered.section = "税務課";
  filtered.sort = TicketSort::due;
  found.search = "印刷";
  for (int i = 0; i < 40; ++i) {
    take("fault", "印刷できない " + std::to_string(i));
    if (i != 2 && i != 39) continue;
    EXPECT_EQ(asked(plain), 2) << "the rows and how many there are";
    EXPECT_EQ(asked(filtered), 2);
    EXPECT_EQ(asked(found), 3) << "the fragments, the matches, the rows";
    next.cursor = std::to_string(std::numeric_limits<std::int64_t>::max()) + "_0";
    EXPECT_EQ(asked(next), 1) << "a further page is not counted";
  }
}

YAGURA_ON_EVERY_DATABASE(TicketsTest);

}  // namespace
}  // namespace yagura::desk
