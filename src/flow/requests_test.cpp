#include "flow/notice.hpp"

#include <algorithm>
#include <thread>

#include "calendar/civil.hpp"
#include "contract/scratch_packs.hpp"
#include "schema/json.hpp"
#include "support/any_database.hpp"

namespace yagura::flow {
namespace {

Time japan(std::string_view text) { return calendar::parse_instant(text).value(); }

constexpr Id tanaka = 1, sato = 2, suzuki = 3, mori = 4, kato = 5, gone = 9;

class RequestsTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(journal::migrations()));
    ASSERT_TRUE(database().migrate(migrations()));
    auto pack = contract::load_pack(packs_.pack("yukino"));
    ASSERT_TRUE(pack) << pack.error().text();
    pack_ = std::make_shared<const contract::Pack>(std::move(*pack));
    start();
  }
  // As after a restart.
  void start() {
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    Requests::Bonds bonds;
    bonds.pack = [this](std::string_view id) { return id == "yukino" ? pack_ : nullptr; };
    bonds.person = [](std::string_view, Id id) -> Result<std::optional<Person>> {
      if (id < tanaka || id > kato) return std::optional<Person>();
      return std::optional<Person>(Person{id, name(id)});
    };
    bonds.head = [](std::string_view, Id) -> Result<std::optional<Person>> {
      return std::optional<Person>(Person{suzuki, "suzuki"});
    };
    bonds.row_exists = [](std::string_view, const std::string& ledger, Id row) -> Result<bool> {
      return ledger == "devices" && row == 77;
    };
    bonds.effect = [this](store::Session& s, const EffectCall& call) -> Result<std::string> {
      ++asked_[call.key];
      if (call.effect.kind == "ask" && refuse_) return fail("flow.not_there", {{"field", "serial"}});
      YAGURA_CHECK(
          s.exec("INSERT INTO effect_made (text) VALUES ($1)", call.key + " " + call.values.begin()->second));
      return "made " + call.effect.of;
    };
    bonds.changed = [this](store::Session& s, const Request& r, std::string_view topic) -> Result<void> {
      if (refuse_change_) return fail("flow.not_there", {{"field", "mail"}});
      YAGURA_CHECK(s.exec("INSERT INTO effect_made (text) SELECT $1 WHERE $2 = 'approved'",
                          "changed " + r.number, topic));
      const auto notice = notice_of(r, *pack_->form(r.form), pack_->name, topic);
      mails_.push_back(notice ? notice->subject + "\n" + notice->body : "");
      return {};
    };
    requests_ = std::make_unique<Requests>(Requests::Ground{database(), *journal_, clock_, ids_}, bonds);
    requests_->listen([this](const Request& r, std::string_view topic) {
      told_.push_back(r.number + " " + std::string(topic));
    });
    ASSERT_TRUE(database().write([](store::Session& s) {
      return s.exec("CREATE TABLE IF NOT EXISTS effect_made (text TEXT NOT NULL)");
    }));
  }
  static std::string name(Id id) {
    return std::array{"", "tanaka", "sato", "suzuki", "mori", "kato"}[static_cast<std::size_t>(id)];
  }
  static Decider who(Id id) {
    Decider d;
    d.account = id;
    d.name = name(id);
    if (id == tanaka) d.roles = {"employee"};
    if (id == sato) d.roles = {"operator"};
    return d;
  }
  static journal::Actor actor(Id id) { return {id, name(id), "10.0.0.1"}; }
  static Values filled() {
    return {
        {"kind", "usb_memory"}, {"serial", "A-1"}, {"boss", "4"}, {"phone", "099-999-1234"}, {"pc", "77"}};
  }
  Result<Request> submit(const Values& values = filled()) {
    return requests_->submit(actor(tanaka), who(tanaka), "yukino", "usb_connection", values);
  }
  Result<Request> approve(const Request& r, Id id, const std::string& step, const Values& values = {}) {
    return requests_->approve(actor(id), who(id), "yukino", {r.id, r.version, step, "ok", values});
  }
  Request approved() {
    auto r = submit().value();
    r = approve(r, sato, "reception").value();
    r = approve(r, sato, "virus_check", {{"virus_found", "clean"}}).value();
    r = approve(r, suzuki, "head").value();
    return approve(r, mori, "approval").value();
  }
  std::int64_t made() {
    return database()
        .read([](store::Session& s) {
          return s.integer("SELECT count(*) FROM effect_made WHERE text LIKE 'request/%'");
        })
        .value()
        .value_or(-1);
  }

  contract::ScratchPacks packs_;
  ManualClock clock_{japan("2026-04-28T17:10")};
  IdSource ids_{clock_};
  std::shared_ptr<const contract::Pack> pack_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Requests> requests_;
  std::vector<std::string> told_;
  std::map<std::string, int> asked_;
  std::vector<std::string> mails_;
  bool refuse_ = false, refuse_change_ = false;
};

TEST_P(RequestsTest, FromSubmissionToItsEffects) {
  const auto r = submit();
  ASSERT_TRUE(r) << r.error().text();
  EXPECT_EQ(r->number, "R8-usb-0001");
  ASSERT_EQ(r->open.size(), 1U);
  EXPECT_EQ(r->open[0].due, japan("2026-04-30T18:00")) << "4/29 is a holiday";
  const auto done = approved();
  EXPECT_EQ(done.number, "R8-usb-0002");
  EXPECT_EQ(done.at.state, State::approved);
  EXPECT_EQ(done.values.at("virus_found"), "clean");
  EXPECT_TRUE(done.open.empty());
  EXPECT_EQ(made(), 0) << "effects run after the decision is on disk";
  EXPECT_EQ(requests_->tick().value(), 2);
  EXPECT_EQ(requests_->tick().value(), 0);
  EXPECT_EQ(made(), 2);
  const auto after = requests_->get("yukino", done.id).value();
  ASSERT_EQ(after.effects.size(), 2U);
  for (const auto& effect : after.effects) EXPECT_EQ(effect.state, "done");
  EXPECT_EQ(database()
                .read([](store::Session& s) {
                  return s.text("SELECT text FROM effect_made WHERE text LIKE 'request%' ORDER BY text");
                })
                .value(),
            "request/" + std::to_string(done.id) + "/approval/enter R8-usb-0002 A-1");
  // No personal data in the journal.
  const auto entries = database().read([&](store::Session& s) {
    return journal_->list(s,
                          {.chain = "yukino", .subject = "request/" + std::to_string(done.id), .limit = 100});
  });
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->size(), 8U);
  for (const auto& entry : *entries)
    EXPECT_EQ(schema::to_json(entry.record.data).find("1234"), std::string::npos);
}

TEST_P(RequestsTest, WhatIsFilledInIsChecked) {
  const auto faults = requests_->check("yukino", *pack_->form("usb_connection"), "",
                                       {{"kind", "cloud"},
                                        {"until", "2026-02-30"},
                                        {"boss", "9"},
                                        {"pc", "78"},
                                        {"colour", "red"},
                                        {"phone", std::string(500, '1')}});
  ASSERT_TRUE(faults);
  std::map<std::string, std::string> by_field;
  for (const auto& fault : *faults) by_field[fault.path] = fault.error.code;
  EXPECT_EQ(by_field, (std::map<std::string, std::string>{{"kind", "flow.not_a_choice"},
                                                          {"until", "flow.not_a_date"},
                                                          {"boss", "flow.not_there"},
                                                          {"pc", "flow.not_there"},
                                                          {"colour", "schema.unknown_key"},
                                                          {"phone", "flow.text_invalid"}}));
  EXPECT_EQ(submit({{"kind", "usb_memory"}}).error().code, "flow.fields_invalid");
  EXPECT_TRUE(submit({{"kind", "camera"}, {"boss", "4"}})) << "a camera needs no serial number";
  EXPECT_EQ(submit({{"kind", "camera"}, {"boss", "1"}}).error().code, "flow.own_approver");
  EXPECT_EQ(requests_->submit(actor(mori), who(mori), "yukino", "usb_connection", filled()).error().code,
            "flow.submit_forbidden");
  EXPECT_EQ(requests_->submit(actor(sato), who(sato), "other", "usb_connection", filled()).error().code,
            "flow.contract_not_found");
}

TEST_P(RequestsTest, TwoPeopleDecidingAtOnce) {
  const auto r = submit().value();
  ASSERT_TRUE(approve(r, sato, "reception"));
  const auto late =
      requests_->reject(actor(sato), who(sato), "yukino", {r.id, r.version, "reception", "no", {}});
  EXPECT_EQ(late.error().code, "flow.version_conflict");
  EXPECT_EQ(requests_->get("yukino", r.id)->at.state, State::running);
}

TEST_P(RequestsTest, AStepIsFilledInByThoseWhoTakeIt) {
  auto r = submit().value();
  EXPECT_EQ(approve(r, sato, "reception", {{"serial", "B-2"}}).error().code, "flow.field_not_here");
  r = approve(r, sato, "reception").value();
  EXPECT_EQ(approve(r, sato, "virus_check").error().code, "flow.fields_invalid");
  EXPECT_EQ(requests_->get("yukino", r.id)->version, r.version) << "a refused act changes nothing";
}

TEST_P(RequestsTest, SentBackAndSubmittedAgainKeepsBothRounds) {
  auto r = submit().value();
  r = requests_->send_back(actor(sato), who(sato), "yukino", {r.id, r.version, "reception", "serial?", {}})
          .value();
  EXPECT_EQ(r.at.state, State::sent_back);
  r = requests_->resubmit(actor(tanaka), "yukino", {r.id, r.version, "", "", {{"serial", "A-2"}}}).value();
  EXPECT_EQ(r.values.at("serial"), "A-2");
  EXPECT_EQ(r.values.at("phone"), "099-999-1234");
  const auto rounds = requests_->rounds("yukino", r.id).value();
  ASSERT_EQ(rounds.size(), 2U);
  EXPECT_EQ(rounds[0].values.at("serial"), "A-1");
  EXPECT_TRUE(requests_->rounds("other", r.id).value().empty());
  EXPECT_EQ(requests_->get("other", r.id).error().code, "flow.request_not_found");
}

TEST_P(RequestsTest, ListsWhatWaitsForMe) {
  auto r = submit().value();
  const auto waits = [&](Decider d) {
    RequestQuery q{.contract = "yukino"};
    q.waiting_for = &d;
    return requests_->list(q).value().size();
  };
  EXPECT_EQ(waits(who(sato)), 1U);
  EXPECT_EQ(waits(who(mori)), 0U);
  r = approve(r, sato, "reception").value();
  r = approve(r, sato, "virus_check", {{"virus_found", "clean"}}).value();
  EXPECT_EQ(waits(who(sato)), 0U);
  EXPECT_EQ(waits(who(suzuki)), 1U);
  auto deputy = who(kato);
  deputy.stands_in_for[suzuki] = "suzuki";
  EXPECT_EQ(waits(deputy), 1U);
  auto own = who(tanaka);
  own.stands_in_for[suzuki] = "suzuki";
  EXPECT_EQ(waits(own), 0U) << "one's own never waits for oneself";
  RequestQuery q{.contract = "yukino", .search = "ａ-1"};
  EXPECT_EQ(requests_->list(q)->size(), 1U) << "width does not matter";
  q.search = "1234";
  EXPECT_EQ(requests_->list(q)->size(), 0U) << "personal data is not searched";
  q.search = "%";
  EXPECT_EQ(requests_->list(q)->size(), 0U);
  q = {.contract = "yukino", .state = State::approved};
  EXPECT_EQ(requests_->list(q)->size(), 0U);
}

TEST_P(RequestsTest, AnEffectThatFailsIsTriedAgainAndThenWaitsForPeople) {
  refuse_ = true;
  const auto r = approved();
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(requests_->tick());
    clock_.advance(std::chrono::minutes(20));
  }
  const auto key = "request/" + std::to_string(r.id) + "/approval/policy";
  EXPECT_EQ(asked_[key], 5);
  EXPECT_EQ(made(), 1) << "the other effect is not held up, nor repeated";
  auto after = requests_->get("yukino", r.id).value();
  const auto policy = std::ranges::find(after.effects, "policy", &EffectRow::effect);
  EXPECT_EQ(policy->state, "failed");
  EXPECT_NE(policy->outcome.find("flow.not_there"), std::string::npos);
  refuse_ = false;
  ASSERT_TRUE(
      requests_->retry(actor(sato), "yukino", {after.id, after.version, "approval", "", {}}, "policy"));
  ASSERT_TRUE(requests_->tick());
  EXPECT_EQ(made(), 2);
  EXPECT_EQ(requests_->retry(actor(sato), "yukino", {after.id, after.version, "approval", "", {}}, "policy")
                .error()
                .code,
            "flow.effect_not_failed");
}

TEST_P(RequestsTest, ASuddenEndBetweenDecisionAndEffectLosesAndRepeatsNothing) {
  const auto r = approved();
  requests_.reset();
  reopen();
  start();
  ASSERT_TRUE(requests_->tick());
  EXPECT_EQ(made(), 2);
  requests_.reset();
  reopen();
  start();
  ASSERT_TRUE(requests_->tick());
  EXPECT_EQ(made(), 2);
}

TEST_P(RequestsTest, RemindsOnceBeforeAStepIsDue) {
  const auto r = submit().value();
  told_.clear();
  ASSERT_TRUE(requests_->tick());
  EXPECT_TRUE(told_.empty());
  clock_.jump_to(japan("2026-04-30T16:00"));
  ASSERT_TRUE(requests_->tick());
  ASSERT_TRUE(requests_->tick());
  EXPECT_EQ(told_, std::vector<std::string>{r.number + " reminded"});
}

TEST_P(RequestsTest, AnApproverWhoLeftIsReplacedOnRecord) {
  auto r = submit().value();
  r = approve(r, sato, "reception").value();
  const auto to = [&](Id person, const std::string& why) {
    return requests_->reroute(actor(sato), "yukino", {r.id, r.version, "head", why, {}}, person);
  };
  EXPECT_EQ(to(gone, "left").error().code, "flow.not_there");
  EXPECT_EQ(to(kato, " ").error().code, "flow.reason_missing");
  EXPECT_EQ(to(tanaka, "left").error().code, "flow.own_request");
  r = to(kato, "suzuki left").value();
  EXPECT_EQ(approve(r, suzuki, "head").error().code, "flow.not_yours");
  EXPECT_TRUE(approve(r, kato, "head"));
}

TEST_P(RequestsTest, DeputiesHaveDaysAndNoDeputies) {
  const auto add = [&](Id person, Id deputy, const char* from, const char* until) {
    return requests_->add_deputy(actor(person), {0, "yukino", {person, ""}, {deputy, ""}, from, until});
  };
  const auto made = add(suzuki, kato, "2026-04-28", "令和8年5月1日");
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->until, "2026-05-01");
  EXPECT_EQ(add(mori, suzuki, "2026-05-01", "2026-05-02").error().code, "flow.deputy_of_deputy");
  EXPECT_EQ(add(kato, mori, "2026-04-01", "2026-04-28").error().code, "flow.deputy_of_deputy");
  EXPECT_TRUE(add(mori, suzuki, "2026-05-02", "2026-05-02"));
  EXPECT_EQ(add(mori, mori, "2026-06-01", "2026-06-02").error().code, "flow.deputy_himself");
  EXPECT_EQ(add(mori, sato, "2026-06-02", "2026-06-01").error().code, "flow.deputy_period");
  EXPECT_EQ(add(mori, gone, "2026-06-01", "2026-06-02").error().code, "flow.not_there");
  ASSERT_EQ(requests_->stands_in_for("yukino", kato)->size(), 1U);
  EXPECT_TRUE(requests_->stands_in_for("other", kato)->empty());
  clock_.jump_to(japan("2026-05-02T00:00"));
  EXPECT_TRUE(requests_->stands_in_for("yukino", kato)->empty());
  clock_.jump_to(japan("2026-05-01T23:59"));
  EXPECT_EQ(requests_->stands_in_for("yukino", kato)->size(), 1U);
  EXPECT_EQ(requests_->end_deputy(actor(suzuki), "other", made->id).error().code, "flow.not_there");
  ASSERT_TRUE(requests_->end_deputy(actor(suzuki), "yukino", made->id));
  EXPECT_TRUE(requests_->stands_in_for("yukino", kato)->empty());
}

TEST_P(RequestsTest, NumbersFollowTheFiscalYear) {
  clock_.jump_to(japan("2027-03-31T23:59"));
  EXPECT_EQ(submit()->number, "R8-usb-0001");
  clock_.jump_to(japan("2027-04-01T00:00"));
  EXPECT_EQ(submit()->number, "R9-usb-0001");
}

TEST_P(RequestsTest, WhatIsWrittenOfAChangeSharesItsFate) {
  auto r = submit().value();
  refuse_change_ = true;
  EXPECT_EQ(approve(r, sato, "reception").error().code, "flow.not_there");
  EXPECT_FALSE(submit());
  refuse_change_ = false;
  EXPECT_EQ(requests_->get("yukino", r.id)->version, r.version) << "nothing of it happened";
  EXPECT_EQ(requests_->count({.contract = "yukino"}).value(), 1);
  EXPECT_TRUE(approve(r, sato, "reception"));
}

TEST_P(RequestsTest, MailTellsWhatIsToBeDoneAndNothingThatWasFilledIn) {
  auto r = submit().value();
  ASSERT_EQ(mails_.size(), 1U);
  EXPECT_NE(mails_[0].find(r.number), std::string::npos);
  EXPECT_NE(mails_[0].find("2026-04-30"), std::string::npos) << "when it is due: " << mails_[0];
  for (const auto& [field, value] : filled())
    if (value.size() > 2) EXPECT_EQ(mails_[0].find(value), std::string::npos) << field;
  EXPECT_EQ(steps_told(r, "submitted").size(), 1U);
  EXPECT_TRUE(steps_told(r, "approved").empty());
  clock_.advance(std::chrono::minutes(1));
  r = approve(r, sato, "reception").value();
  const auto told = steps_told(r, "opened");
  ASSERT_FALSE(told.empty()) << "those of the steps that were opened now";
  clock_.advance(std::chrono::minutes(1));
  r = approve(r, sato, "virus_check", {{"virus_found", "clean"}}).value();
  EXPECT_EQ(steps_told(r, "opened").size(), 0U) << "the head knows already that it waits for him";
  EXPECT_EQ(steps_told(r, "reminded").size(), 1U);
}

TEST_P(RequestsTest, ADeputysDecisionNamesForWhomInTheJournal) {
  auto r = submit().value();
  r = approve(r, sato, "reception").value();
  auto deputy = who(kato);
  deputy.stands_in_for[suzuki] = "suzuki";
  ASSERT_TRUE(requests_->approve(actor(kato), deputy, "yukino", {r.id, r.version, "head", "ok", {}}));
  const auto entries = database().read([&](store::Session& s) {
    return journal_->list(s, {.chain = "yukino", .subject = "request/" + std::to_string(r.id), .limit = 100});
  });
  ASSERT_TRUE(entries);
  const auto is_his = [](const auto& e) { return e.record.data["step"].text() == "head"; };
  const auto his = std::ranges::find_if(*entries, is_his);
  ASSERT_NE(his, entries->end());
  EXPECT_EQ(his->record.data["for"].text(), "suzuki");
}

TEST_P(RequestsTest, CountsWhatItLists) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(submit());
  const auto operators = who(sato);
  EXPECT_EQ(requests_->count({.contract = "yukino", .waiting_for = &operators}).value(), 3);
  EXPECT_EQ(requests_->count({.contract = "yukino", .search = "USB-0002"}).value(), 1);
  EXPECT_EQ(requests_->count({.contract = "other"}).value(), 0);
  const auto all = requests_->list({.contract = "yukino", .limit = 2}).value();
  ASSERT_EQ(all.size(), 2U);
  for (const auto& r : all) EXPECT_EQ(r.open.size(), 1U) << r.number;
}

YAGURA_ON_EVERY_DATABASE(RequestsTest);

}  // namespace
}  // namespace yagura::flow
