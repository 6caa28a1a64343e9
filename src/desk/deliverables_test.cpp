#include "desk/deliverables.hpp"

#include <algorithm>

#include "desk/meetings.hpp"
#include "ledger/ledgers.hpp"
#include "support/any_database.hpp"

namespace yagura::desk {
namespace {

using State = DeliverableState;
Time japan(std::string_view text) { return calendar::parse_instant(text).value(); }

class DeliverablesTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    for (const auto steps :
         {journal::migrations(), notify::migrations(), ledger::migrations(), Deliverables::migrations()})
      ASSERT_TRUE(database().migrate(steps));
    auto pack = contract::load_pack(YAGURA_SOURCE_DIR "/packs/sapporo");
    ASSERT_TRUE(pack) << pack.error().text();
    pack_ = std::make_shared<contract::Pack>(std::move(*pack));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    contacts_ =
        std::make_unique<notify::Contacts>(notify::Contacts::Ground{database(), *journal_, clock_, ids_});
    ledgers_ = std::make_unique<ledger::Ledgers>(
        ledger::Ledgers::Ground{database(), *journal_, clock_, ids_},
        ledger::load_definitions(YAGURA_SOURCE_DIR "/share/ledgers").value(),
        [this](std::string_view, std::string_view list) {
          std::vector<ledger::Choice> out;
          if (list == "meetings")
            for (const auto& one : pack_->meetings) out.push_back({one.id, {one.title.ja, one.title.en}});
          if (list == "deliverables")
            for (const auto& one : pack_->obligations.deliverables)
              out.push_back({one.id, {one.title.ja, one.title.en}});
          return out;
        });
    make();
  }
  void make() {
    all_ = std::make_unique<Deliverables>(
        Deliverables::Ground{database(), *journal_, clock_, ids_, *contacts_},
        Deliverables::Bonds{
            [this](std::string_view id) { return id == "sapporo" ? pack_ : nullptr; },
            [](std::string_view, const std::string& role) -> Result<std::vector<notify::Recipient>> {
              return std::vector<notify::Recipient>{{role, role + "@example.jp"}};
            }},
        load_event_sources(YAGURA_SOURCE_DIR "/share/deliverable_events.yaml").value());
  }
  DeliverableItem find(const std::string& deliverable, const std::string& period) {
    DeliverableQuery query;
    query.contract = "sapporo";
    query.deliverable = deliverable;
    query.limit = 500;
    for (auto& item : all_->list(query).value().items)
      if (item.period == period) return item;
    ADD_FAILURE() << deliverable << " " << period;
    return {};
  }
  Id file(const std::string& name) {
    return ledgers_->attach(manager_, "sapporo", name, "application/pdf", "bytes of " + name).value().id;
  }
  // The mails of digests, newest last, as "to: subject".
  std::vector<std::string> mails() {
    std::vector<std::string> out;
    for (const auto& c : contacts_->of("sapporo", "deliverables").value()) out.push_back(c.to);
    std::ranges::sort(out);
    return out;
  }
  std::vector<journal::Entry> entries(const std::string& kind) {
    return database()
        .read([&](store::Session& s) {
          journal::Query query;
          query.chain = "sapporo";
          query.kind_prefix = kind;
          query.limit = 500;
          return journal_->list(s, query);
        })
        .value();
  }
  void happen(const char* kind, const std::string& subject, schema::Value data) {
    ASSERT_TRUE(database().write([&](store::Session& s) {
      return journal_->append(s, {"sapporo", manager_, kind, subject, std::move(data)});
    }));
  }

  ManualClock clock_{japan("2026-04-28T10:00")};
  IdSource ids_{clock_};
  journal::Actor manager_{1, "業務責任者", ""}, city_{2, "監督職員", ""};
  std::shared_ptr<contract::Pack> pack_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<notify::Contacts> contacts_;
  std::unique_ptr<ledger::Ledgers> ledgers_;
  std::unique_ptr<Deliverables> all_;
};

TEST_P(DeliverablesTest, PlannedOnceWhateverHappens) {
  const auto first = all_->plan("sapporo");
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_GT(*first, 50);
  EXPECT_EQ(all_->plan("sapporo").value(), 0);
  make();
  EXPECT_EQ(all_->plan("sapporo").value(), 0);
  EXPECT_EQ(entries("deliverable.planned").size(), 1U);
  // What was due before this began is not late, and can be handed in.
  const auto before = find("manager_notice", "once");
  EXPECT_TRUE(before.before_start);
  EXPECT_FALSE(before.late(clock_.now()));
  EXPECT_EQ(all_->counts("sapporo").value().late, 0);
  EXPECT_EQ(calendar::format_civil(*find("monthly_report", "2026-04").due), "2026-05-12T17:15");
}

TEST_P(DeliverablesTest, HandedInGivenBackHandedInAgainAccepted) {
  ASSERT_TRUE(all_->plan("sapporo"));
  auto item = find("monthly_report", "2026-04");
  item = all_->prepare(manager_, "sapporo", item.id, item.version).value();
  EXPECT_EQ(item.state, State::preparing);

  const auto hand_in = [&](std::vector<std::string> formats, std::vector<Id> files, int copies = 1) {
    return all_->submit(manager_, "sapporo", item.id, item.version, {formats, copies, files, "四月分"});
  };
  EXPECT_EQ(hand_in({}, {}).error().code, "desk.deliverable_format_missing");
  EXPECT_EQ(hand_in({"pptx"}, {}).error().code, "desk.deliverable_format_not_agreed");
  EXPECT_EQ(hand_in({"docx"}, {file("a.xlsx")}).error().code, "desk.deliverable_file_missing");
  EXPECT_EQ(hand_in({"docx"}, {12345}).error().code, "desk.attachment_unknown");
  EXPECT_EQ(hand_in({"docx"}, {file("四月.docx")}, 0).error().code, "desk.deliverable_copies");

  item = hand_in({"docx"}, {file("四月.DOCX")}).value();
  EXPECT_EQ(item.state, State::submitted);
  EXPECT_EQ(hand_in({"docx"}, {file("b.docx")}).error().code, "desk.deliverable_closed_conflict");
  const auto decide = [&](const journal::Actor& by, Deliverables::Decision what, const std::string& reason) {
    return all_->decide(by, "sapporo", item.id, item.version, what, reason);
  };
  using D = Deliverables::Decision;
  EXPECT_EQ(decide(manager_, D::accept, "").error().code, "desk.deliverable_own");
  EXPECT_EQ(decide(city_, D::give_back, " ").error().code, "desk.deliverable_reason_missing");
  item = decide(city_, D::give_back, "件数が合わない").value();
  EXPECT_EQ(item.state, State::returned);
  item = hand_in({"docx"}, {file("四月2.docx")}).value();
  item = decide(city_, D::accept, "").value();
  EXPECT_EQ(item.state, State::accepted);
  EXPECT_EQ(decide(city_, D::waive, "不要").error().code, "desk.deliverable_closed_conflict");

  const auto kept = all_->submissions("sapporo", item.id).value();
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].state, "returned");
  EXPECT_EQ(kept[0].reason, "件数が合わない");
  ASSERT_EQ(kept[0].files.size(), 1U);
  EXPECT_EQ(kept[0].files[0].name, "四月.DOCX");
  EXPECT_EQ(kept[0].files[0].sha256.size(), 64U);
  EXPECT_FALSE(kept[0].late);
  EXPECT_EQ(kept[1].state, "accepted");
  EXPECT_EQ(kept[1].decided_by, "監督職員");
  EXPECT_EQ(entries("deliverable.submitted").size(), 2U);
}

TEST_P(DeliverablesTest, WhoWasSlowerIsToldAndNothingIsOverwritten) {
  ASSERT_TRUE(all_->plan("sapporo"));
  const auto seen = find("completion_notice", "2026-04");
  ASSERT_TRUE(all_->submit(manager_, "sapporo", seen.id, seen.version, {{"paper"}, 1, {}, ""}));
  EXPECT_EQ(
      all_->decide(city_, "sapporo", seen.id, seen.version, Deliverables::Decision::waive, "x").error().code,
      "desk.deliverable_conflict");
  EXPECT_EQ(all_->submit(manager_, "sapporo", seen.id, seen.version, {{"paper"}, 1, {}, ""}).error().code,
            "desk.deliverable_conflict");
  EXPECT_EQ(all_->get("elsewhere", seen.id).error().code, "desk.deliverable_not_found");
}

TEST_P(DeliverablesTest, RemindedBeforeAndWhenLateOnceEach) {
  ASSERT_TRUE(all_->plan("sapporo"));
  const auto item = find("monthly_report", "2026-04");  // due on Tuesday, May 12th, at 17:15
  clock_.jump_to(japan("2026-05-01T08:00"));            // the open day of the first reminder, before hours
  ASSERT_EQ(all_->tick("sapporo").value(), 0);
  clock_.jump_to(japan("2026-05-01T09:00"));
  EXPECT_GT(all_->tick("sapporo").value(), 0);
  const auto first = mails();
  EXPECT_EQ(first, std::vector<std::string>{"contractor_manager@example.jp"});
  clock_.advance(std::chrono::minutes(5));
  EXPECT_EQ(all_->tick("sapporo").value(), 0);
  EXPECT_EQ(mails(), first);

  clock_.jump_to(japan("2026-05-12T17:15"));  // exactly when it is due it is in time
  ASSERT_TRUE(all_->tick("sapporo"));
  EXPECT_FALSE(all_->get("sapporo", item.id).value().late(clock_.now()));
  clock_.jump_to(japan("2026-05-12T17:17"));
  ASSERT_TRUE(all_->tick("sapporo"));
  EXPECT_TRUE(all_->get("sapporo", item.id).value().late(clock_.now()));
  const auto now = mails();
  EXPECT_EQ(std::ranges::count(now, "city_supervisor@example.jp"), 1);
  EXPECT_GT(all_->counts("sapporo").value().late, 0);
  const auto late = entries("deliverable.late").size();
  clock_.advance(std::chrono::hours(1));
  ASSERT_TRUE(all_->tick("sapporo"));
  EXPECT_EQ(entries("deliverable.late").size(), late);
  // Handed in afterwards, it stays written that it was late.
  ASSERT_TRUE(all_->submit(manager_, "sapporo", item.id, item.version, {{"docx"}, 1, {file("x.docx")}, ""}));
  EXPECT_TRUE(all_->submissions("sapporo", item.id).value().front().late);
}

TEST_P(DeliverablesTest, TheJournalOpensOccasionsOnceAlsoAfterARestart) {
  using schema::Value;
  happen("incident.opened", "incident/1", Value::object({{"number", "I-1"}}));  // before: not followed
  ASSERT_TRUE(all_->plan("sapporo"));
  // Something that counts from an incident event of the contract.
  pack_->obligations.deliverables.front().every = "occasion";
  pack_->obligations.deliverables.front().starts_on = "arrived";
  const auto id = pack_->obligations.deliverables.front().id;
  happen("incident.event", "incident/2",
         Value::object({{"event", "arrived"}, {"at", "2026-04-28T00:30:00Z"}}));
  happen("incident.event", "incident/2",
         Value::object({{"event", "arrived"}, {"at", "2026-04-28T00:40:00Z"}}));
  happen("incident.event", "incident/3", Value::object({{"event", "arrived"}, {"at", "no time"}}));
  happen("ledger.updated", "erasures/4", Value::object({{"ledger", "erasures"}, {"changes", "personal"}}));
  ASSERT_TRUE(all_->tick("sapporo"));
  make();
  clock_.advance(std::chrono::minutes(2));
  ASSERT_TRUE(all_->tick("sapporo"));
  EXPECT_EQ(find(id, "incident/2:arrived").subject, "incident/2");
  EXPECT_EQ(entries("deliverable.opened").size(), 1U);
}

TEST_P(DeliverablesTest, OnlyWhatTheEventSpeaksOfOpensAnOccasion) {
  using schema::Value;
  ASSERT_TRUE(all_->plan("sapporo"));
  auto& of = pack_->obligations.deliverables.front();
  of.every = "occasion";
  of.starts_on = "detected";
  auto& stopped = pack_->obligations.deliverables.at(1);
  stopped.every = "occasion";
  stopped.starts_on = "service_stopped";
  const auto opened = [&](const std::string& subject, std::string_view kind, bool stops) {
    happen(
        "incident.opened", subject,
        Value::object({{"kind", kind}, {"service_stopped", stops}, {"detected_at", "2026-04-28T00:10:00Z"}}));
  };
  opened("incident/1", "inquiry", false);
  opened("incident/2", "fault", false);
  opened("incident/3", "incident", true);
  happen("incident.changed", "incident/2",
         Value::object({{"service_stopped", Value::object({{"before", false}, {"after", true}})},
                        {"detected_at", "2026-04-28T00:20:00Z"}}));
  happen("incident.changed", "incident/4",
         Value::object({{"service_stopped", Value::object({{"before", true}, {"after", false}})},
                        {"detected_at", "2026-04-28T00:20:00Z"}}));
  ASSERT_TRUE(all_->tick("sapporo"));
  EXPECT_EQ(find(of.id, "incident/2:detected").subject, "incident/2");
  EXPECT_EQ(find(of.id, "incident/3:detected").subject, "incident/3");
  EXPECT_EQ(find(stopped.id, "incident/2:service_stopped").event, parse_rfc3339("2026-04-28T00:20:00Z"));
  EXPECT_EQ(find(stopped.id, "incident/3:service_stopped").event, parse_rfc3339("2026-04-28T00:10:00Z"));
  EXPECT_EQ(entries("deliverable.opened").size(), 4U);
}

TEST_P(DeliverablesTest, WorkOrdersMakePapersDueAndMoveThem) {
  using schema::Value;
  ASSERT_TRUE(all_->plan("sapporo"));
  const auto planned = [&](const char* from, bool emergency) {
    happen("work_order.planned", "work/1",
           Value::object({{"from", from},
                          {"emergency", emergency},
                          {"kind", "recovery"},
                          {"number", "W-1"},
                          {"title", "x"}}));
    EXPECT_TRUE(all_->tick("sapporo"));
  };
  pack_->obligations.deliverables.front().every = "occasion";
  pack_->obligations.deliverables.front().starts_on = "recovery_begins";
  const auto own = pack_->obligations.deliverables.front().id;
  planned("2026-05-12T09:00", false);
  const auto paper = find("work_procedure", "work/1:work_planned");
  EXPECT_EQ(calendar::format_civil(*paper.due), "2026-05-11T17:15");  // the open day before
  EXPECT_EQ(paper.note, "W-1 x");
  EXPECT_EQ(find(own, "work/1:recovery_begins").event, japan("2026-05-12T09:00"));
  planned("2026-05-19T09:00", true);  // planned anew, in an emergency
  EXPECT_EQ(calendar::format_civil(*find("work_procedure", "work/1:work_planned").due), "2026-05-18T17:15");
  EXPECT_EQ(find(own, "work/1:recovery_begins").event, japan("2026-05-12T09:00"));
  // Whoever says another day by hand is not overruled.
  auto item = find("work_procedure", "work/1:work_planned");
  ASSERT_TRUE(all_->set_event(manager_, "sapporo", item.id, item.version, japan("2026-05-26T09:00")));
  planned("2026-06-02T09:00", false);
  EXPECT_EQ(calendar::format_civil(*find("work_procedure", "work/1:work_planned").due), "2026-05-25T17:15");
  happen("work_order.done", "work/1", Value::object({{"at", "2026-05-26T03:00:00Z"}, {"kind", "recovery"}}));
  ASSERT_TRUE(all_->tick("sapporo"));
  EXPECT_EQ(calendar::format_civil(*find("work_result", "work/1:work_done").due), "2026-05-28T17:15");
  happen(
      "request.event", "request/7",
      Value::object(
          {{"event", "change_planned"}, {"at", "2026-06-20"}, {"number", "R8-chg-0001"}, {"title", "届"}}));
  ASSERT_TRUE(all_->tick("sapporo"));
  EXPECT_EQ(calendar::format_civil(*find("changed_papers", "request/7:change_planned").due),
            "2026-06-19T17:15");
}

// The paper hangs on the form: handed in with it, accepted by its approval, and nobody has to do it again.
TEST_P(DeliverablesTest, APaperThatCameWithAFormIsHandedInAndAccepted) {
  using schema::Value;
  clock_.jump_to(japan("2026-06-22T10:00"));
  ASSERT_TRUE(all_->plan("sapporo"));
  const Id file = ledgers_->attach(manager_, "sapporo", "名簿.xlsx", "", "x").value().id;
  const auto tell = [&](const std::string& request, const char* submitted, Id with) {
    Value files = Value::array();
    files.push(Value(with));
    ASSERT_TRUE(database().write([&](store::Session& s) {
      return journal_->append(s, {"sapporo", manager_, "request.event", request,
                                  Value::object({{"event", "change_planned"},
                                                 {"at", "2026-06-20"},
                                                 {"number", "R8-chg-0002"},
                                                 {"title", "届"},
                                                 {"submitted_at", to_rfc3339(japan(submitted))},
                                                 {"files", std::move(files)}})});
    }));
  };
  tell("request/8", "2026-06-18T09:00", file);
  ASSERT_TRUE(all_->tick("sapporo"));
  ASSERT_TRUE(all_->tick("sapporo"));
  const auto item = find("changed_papers", "request/8:change_planned");
  EXPECT_EQ(item.state, DeliverableState::accepted);
  EXPECT_EQ(item.submitted_at, japan("2026-06-18T09:00"));
  const auto submissions = all_->submissions("sapporo", item.id).value();
  ASSERT_EQ(submissions.size(), 1U);
  EXPECT_EQ(submissions[0].who, manager_.name);
  EXPECT_EQ(submissions[0].formats, std::vector<std::string>{"xlsx"});
  EXPECT_FALSE(submissions[0].late) << "in time when the form came, whenever it was approved";
  EXPECT_EQ(submissions[0].decided_by, "R8-chg-0002");
  ASSERT_EQ(submissions[0].files.size(), 1U);
  EXPECT_EQ(submissions[0].files[0].attachment, file);
  tell("request/9", "2026-06-20T09:00", file);
  ASSERT_TRUE(all_->tick("sapporo"));
  EXPECT_TRUE(
      all_->submissions("sapporo", find("changed_papers", "request/9:change_planned").id)->at(0).late);
}

TEST_P(DeliverablesTest, AMeetingHasItsMaterialWhenPlannedAndItsMinutesWhenHeld) {
  using schema::Value;
  auto pack = contract::load_pack(YAGURA_SOURCE_DIR "/packs/sendai");
  ASSERT_TRUE(pack) << pack.error().text();
  pack->id = "sapporo";
  pack_ = std::make_shared<contract::Pack>(std::move(*pack));
  clock_.jump_to(japan("2025-11-10T10:00"));
  ASSERT_TRUE(all_->plan("sapporo"));
  EXPECT_FALSE(find("monthly_material", "2025-11").due);

  // Of each month: the product's own row, whose period says which month it is about.
  ASSERT_TRUE(plan_meetings(database(), *ledgers_, *pack_, calendar::date_of(clock_.now())));
  const auto row_with = [&](const std::string& number) {
    Id out = 0;
    EXPECT_TRUE(ledgers_->each("sapporo", "meetings", [&](ledger::Row&& row) {
      if (row.fields["number"].text() == number) out = row.id;
    }));
    return out;
  };
  const auto say = [&](Id row, const char* field, const char* day) {
    const auto version = ledgers_->find("sapporo", "meetings", row).value()->version;
    const auto changed =
        ledgers_->change(manager_, "sapporo", "meetings", row, version, Value::object({{field, day}}), "");
    EXPECT_TRUE(changed) << changed.error().text();
    EXPECT_TRUE(all_->tick("sapporo"));
  };
  const Id monthly = row_with("monthly-2025-11");
  ASSERT_NE(monthly, 0);
  say(monthly, "planned", "2025-12-02");
  EXPECT_EQ(calendar::format_civil(*find("monthly_material", "2025-11").due), "2025-12-01T17:00");
  EXPECT_FALSE(find("monthly_minutes", "2025-11").due);
  say(monthly, "planned", "2025-12-04");
  EXPECT_EQ(calendar::format_civil(*find("monthly_material", "2025-11").due), "2025-12-03T17:00");
  say(monthly, "held", "2025-12-04");
  EXPECT_EQ(calendar::format_civil(*find("monthly_minutes", "2025-11").due), "2025-12-11T17:00");
  EXPECT_FALSE(find("monthly_minutes", "2025-12").due);

  // On occasion: entered by hand, held at once.
  const auto made = ledgers_->create(
      manager_, "sapporo", "meetings",
      Value::object({{"subject", "進捗報告会議"}, {"kind", "progress"}, {"held", "2025-11-10"}}), "");
  ASSERT_TRUE(made) << made.error().text();
  ASSERT_TRUE(all_->tick("sapporo"));
  const auto period = "meetings/" + std::to_string(made->id) + ":progress_meeting_held";
  EXPECT_EQ(calendar::format_civil(*find("progress_minutes", period).due), "2025-11-17T17:00");
  EXPECT_EQ(entries("deliverable.opened").size(), 1U);
}

TEST_P(DeliverablesTest, DocumentsPeopleAndPartsMakePapersDue) {
  using schema::Value;
  ASSERT_TRUE(all_->plan("sapporo"));
  auto& first = pack_->obligations.deliverables.at(0);
  auto& second = pack_->obligations.deliverables.at(1);
  first.every = second.every = "occasion";
  first.starts_on = second.starts_on = "document_changed";
  const auto document = ledgers_->create(manager_, "sapporo", "documents",
                                         Value::object({{"number", "D-1"},
                                                        {"name", "設計書"},
                                                        {"kind", "design"},
                                                        {"version", "1.0"},
                                                        {"revised", "2026-04-27"},
                                                        {"state", "current"},
                                                        {"kept", "書庫"},
                                                        {"deliverable", first.id}}),
                                         "");
  ASSERT_TRUE(document) << document.error().text();
  const auto subject = "documents/" + std::to_string(document->id);
  ASSERT_TRUE(all_->tick("sapporo"));
  EXPECT_EQ(entries("deliverable.opened").size(), 1U);  // the one it names, not the other
  find(first.id, subject + ":document_changed@1.0");
  const auto change = [&](Value fields) {
    const auto version = ledgers_->find("sapporo", "documents", document->id).value()->version;
    ASSERT_TRUE(ledgers_->change(manager_, "sapporo", "documents", document->id, version, fields, ""));
    ASSERT_TRUE(all_->tick("sapporo"));
  };
  change(Value::object({{"note", "棚"}}));
  EXPECT_EQ(entries("deliverable.opened").size(), 1U);
  change(Value::object({{"version", "1.1"}, {"revised", "2026-04-28"}}));
  find(first.id, subject + ":document_changed@1.1");

  first.starts_on = "manager_changed";
  second.starts_on = "staff_changed";
  const auto joins = [&](const char* kind, const char* who, const char* role, const char* from) {
    happen(kind, who, Value::object({{"role", role}, {"from", from}}));
  };
  joins("roster.approved", "roster/1", "operator", "2026-04-01");  // was there from the first day on
  joins("roster.approved", "roster/2", "operator", "2026-05-01");
  joins("roster.approved", "roster/3", "city_staff", "2026-05-01");
  joins("roster.ended", "roster/4", "contractor_manager", "2026-04-01");
  ASSERT_TRUE(all_->tick("sapporo"));
  EXPECT_EQ(entries("deliverable.opened").size(), 4U);
  find(second.id, "roster/2:staff_changed");
  find(first.id, "roster/4:manager_changed");
}

TEST_P(DeliverablesTest, ACalendarThatChangesMovesWhatIsOpenAndNothingElse) {
  ASSERT_TRUE(all_->plan("sapporo"));
  auto april = find("monthly_report", "2026-04");
  ASSERT_TRUE(
      all_->submit(manager_, "sapporo", april.id, april.version, {{"docx"}, 1, {file("x.docx")}, ""}));
  april = all_->get("sapporo", april.id).value();
  ASSERT_TRUE(all_->decide(city_, "sapporo", april.id, april.version, Deliverables::Decision::accept, ""));
  const auto may = find("monthly_report", "2026-05");

  for (auto& d : pack_->obligations.deliverables)
    if (d.id == "monthly_report") d.due.form = calendar::OpenDayOfMonth{10, 1, calendar::end_of_day};
  std::erase_if(pack_->obligations.deliverables, [](const auto& d) { return d.id == "deliverables_list"; });
  pack_->version = "later";
  EXPECT_GT(all_->plan("sapporo").value(), 0);
  EXPECT_EQ(find("monthly_report", "2026-04").due, april.due);
  const auto moved = find("monthly_report", "2026-05");
  EXPECT_NE(moved.due, may.due);
  EXPECT_EQ(moved.due_before, may.due);
  EXPECT_EQ(find("deliverables_list", "2026-05").state, State::dropped);
  EXPECT_EQ(all_->plan("sapporo").value(), 0);
}

TEST_P(DeliverablesTest, ADayThatSomebodySaysIsKept) {
  ASSERT_TRUE(all_->plan("sapporo"));
  const auto opened =
      all_->open(manager_, "sapporo", "vendor_minutes", japan("2026-05-01T15:00"), "A 社と打合せ").value();
  EXPECT_EQ(calendar::format_civil(*opened.due), "2026-05-08T17:15");  // two open days later
  const auto moved =
      all_->set_event(manager_, "sapporo", opened.id, opened.version, japan("2026-05-11T15:00")).value();
  EXPECT_EQ(calendar::format_civil(*moved.due), "2026-05-13T17:15");
  EXPECT_EQ(all_->plan("sapporo").value(), 0);
  EXPECT_EQ(all_->open(manager_, "sapporo", "monthly_report", clock_.now(), "").error().code,
            "desk.deliverable_not_found");
  const auto waived =
      all_->decide(city_, "sapporo", moved.id, moved.version, Deliverables::Decision::waive, "口頭で済んだ");
  EXPECT_EQ(waived.value().state, State::waived);
}

TEST_P(DeliverablesTest, PagesThroughWithoutGapOrTwice) {
  ASSERT_TRUE(all_->plan("sapporo"));
  DeliverableQuery query;
  query.contract = "sapporo";
  query.limit = 7;
  std::set<Id> seen;
  std::size_t count = 0;
  do {
    const auto page = all_->list(query).value();
    for (const auto& item : page.items) seen.insert(item.id);
    count += page.items.size();
    query.cursor = page.next;
  } while (!query.cursor.empty());
  EXPECT_EQ(seen.size(), count);
  EXPECT_GT(count, 50U);
  query.cursor = "x";
  EXPECT_EQ(all_->list(query).error().code, "desk.cursor_invalid");
}

YAGURA_ON_EVERY_DATABASE(DeliverablesTest);

}  // namespace
}  // namespace yagura::desk
