// Plays packs/*/scenarios/tickets: which clocks a call, a mail or an alert sets going, and what becomes of
// them. The form of these files is told in tests/scenarios/README.md.
#include <algorithm>

#include "desk/incidents.hpp"
#include "schema/yaml.hpp"
#include "support/any_database.hpp"

namespace yagura::desk {
namespace {

using schema::Value;
namespace fs = std::filesystem;

Time japan(const Value& text) { return calendar::parse_instant(text.text()).value(); }

// "2026-04-28T18:10", "met", "breached", "breached, reason missing"
std::string said(const calendar::Judgement& judged) {
  using calendar::ClockState;
  if (judged.state == ClockState::running && !judged.breached)
    return judged.due ? calendar::format_civil(*judged.due) : "running";
  std::string out(judged.breached ? "breached" : calendar::name_of(judged.state));
  return judged.reason_missing ? out + ", reason missing" : out;
}

class TicketScenarios : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {journal::migrations(), notify::migrations(), ledger::migrations(), migrations()})
      ASSERT_TRUE(database().migrate(steps));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    contacts_ =
        std::make_unique<notify::Contacts>(notify::Contacts::Ground{database(), *journal_, clock_, ids_});
    incidents_ = std::make_unique<Incidents>(
        Incidents::Ground{database(), *journal_, clock_, ids_, *contacts_, nullptr},
        [this](std::string_view) { return pack_; },
        [](std::string_view, const contract::ContactStep&) -> Result<std::vector<notify::Recipient>> {
          return std::vector<notify::Recipient>{};
        });
  }
  void expect_clocks(Id ticket, const Value& wanted, const std::string& where) {
    std::map<std::string, std::string> expected, found;
    for (const auto& [rule, state] : wanted.members()) expected[rule] = state.text();
    ASSERT_TRUE(incidents_->tick()) << where;  // what is overdue is noticed as time goes by
    for (const auto& row : incidents_->clocks(pack_->id, ticket).value()) found[row.rule] = said(row.judged);
    EXPECT_EQ(found, expected) << where;
  }
  void play(const Value& one, const std::string& file) {
    const auto where = file + ": " + one["title"].text();
    const auto& ticket = one["ticket"];
    clock_.jump_to(japan(one["at"]));
    NewIncident wanted;
    wanted.contract = pack_->id;
    wanted.title = one["title"].text();
    wanted.kind = ticket["kind"].text();
    wanted.severity = ticket["severity"].is_text() ? ticket["severity"].text() : "major";
    wanted.service_stopped = ticket["service_stopped"].boolean();
    wanted.place.site_kind = ticket["site_kind"].text();
    const auto& by = ticket["by"].text();
    wanted.channel = by == "mail" ? Channel::mail : by == "alert" ? Channel::monitoring : Channel::phone;
    ASSERT_TRUE(by == "mail" || by == "alert" || by == "phone") << where;
    const auto made = incidents_->open(by_, wanted);
    ASSERT_TRUE(made) << where << " " << made.error().text();
    expect_clocks(made->id, one["clocks"], where);
    for (const auto& act : one["acts"].items()) {
      clock_.jump_to(japan(act["at"]));
      const auto at = where + " at " + act["at"].text();
      if (const auto& event = act["event"]; event.is_text()) {
        const auto told = incidents_->event(by_, pack_->id, made->id, event.text(), {}, "");
        ASSERT_TRUE(told) << at << " " << told.error().text();
      }
      if (const auto& reason = act["reason"]; reason.is_text()) {
        for (const auto& row : incidents_->clocks(pack_->id, made->id).value()) {
          if (!row.judged.reason_missing) continue;
          ASSERT_TRUE(incidents_->give_reason(by_, pack_->id, row.id, reason.text())) << at;
        }
      }
      expect_clocks(made->id, act["clocks"], at);
    }
  }

  ManualClock clock_{calendar::parse_instant("2025-01-01T00:00").value()};
  IdSource ids_{clock_};
  const journal::Actor by_{7, "運用 次郎", ""};
  std::shared_ptr<const contract::Pack> pack_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<notify::Contacts> contacts_;
  std::unique_ptr<Incidents> incidents_;
};

TEST_P(TicketScenarios, OfEveryPack) {
  int played = 0;
  for (const auto& entry : fs::directory_iterator(YAGURA_SOURCE_DIR "/packs")) {
    const auto folder = entry.path() / "scenarios/tickets";
    if (!fs::is_directory(folder)) continue;
    auto pack = contract::load_pack(entry.path());
    ASSERT_TRUE(pack) << pack.error().text();
    pack_ = std::make_shared<const contract::Pack>(std::move(*pack));
    for (const auto& file : fs::directory_iterator(folder)) {
      const auto value = schema::read_yaml(file.path());
      ASSERT_TRUE(value) << value.error().text();
      for (const auto& one : (*value)["cases"].items()) {
        play(one, file.path().string());
        ++played;
      }
    }
  }
  EXPECT_GE(played, 20);
}

YAGURA_ON_EVERY_DATABASE(TicketScenarios);

}  // namespace
}  // namespace yagura::desk
