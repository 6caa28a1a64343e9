#include "contract/obligations.hpp"

#include <gtest/gtest.h>

#include "contract/pack.hpp"
#include "contract/scratch_packs.hpp"
#include "schema/words.hpp"
#include "schema/yaml.hpp"

namespace yagura::contract {
namespace {

constexpr auto deliverables = R"yaml(deliverables:
  - {id: daily, title: {ja: 日報, en: Daily report}, clause: "2(1)", every: occasion, starts_on: day_ended,
     due: {open_days: 3}, formats: [docx, paper], copies: 2, submitted_by: contractor_manager,
     accepted_by: city_supervisor, report: daily}
)yaml";

constexpr auto clauses = R"yaml(numbering: ["1", "2(1)", "2(2)"]
clauses:
  - {id: c2_2, section: "2(2)", title: {ja: 着手, en: Start}, owes: contractor, proof: [{clock: start_of_work}]}
  - {id: c1, section: "1", title: {ja: 目的, en: Purpose}, owes: nobody}
  - id: c2_1
    section: "2(1)"
    title: {ja: 日報, en: Daily report}
    owes: both
    proof:
      - {deliverable: daily}
      - {attestation: {title: {ja: 受領印, en: Receipt}, by: contractor_manager, every: month}}
)yaml";

std::string faults_with(const std::string& text) {
  const ScratchPacks packs;
  packs.write("yukino/deliverables.yaml", deliverables);
  packs.write("yukino/clauses.yaml", text);
  std::string out;
  for (const auto& fault : check_pack(packs.pack("yukino")))
    out += std::filesystem::path(fault.file).filename().string() + ":" + std::to_string(fault.line) + " " +
           fault.error.code + " " + std::string(fault.error.arg("section")) + "\n";
  return out;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

TEST(Obligations, AreReadInTheOrderOfTheSpecification) {
  const ScratchPacks packs;
  packs.write("yukino/deliverables.yaml", deliverables);
  packs.write("yukino/clauses.yaml", clauses);
  const auto pack = load_pack(packs.pack("yukino"));
  ASSERT_TRUE(pack) << pack.error().text();
  const auto& owed = pack->obligations;
  ASSERT_EQ(owed.clauses.size(), 3U);
  EXPECT_EQ(owed.clauses[0].id, "c1");
  EXPECT_EQ(owed.clauses[1].proof[0].kind, "deliverable");
  EXPECT_EQ(owed.clauses[1].proof[0].of, "daily");
  EXPECT_EQ(owed.clauses[1].proof[1].kind, "attestation");
  EXPECT_EQ(owed.clauses[1].proof[1].title.en, "Receipt");
  EXPECT_EQ(owed.clauses[2].proof[0].of, "start_of_work");
  ASSERT_EQ(owed.deliverables.size(), 1U);
  EXPECT_EQ(owed.deliverables[0].copies, 2);
  EXPECT_EQ(owed.deliverables[0].report, "daily");
  EXPECT_EQ(owed.deliverables[0].formats, (std::vector<std::string>{"docx", "paper"}));
}

TEST(Obligations, AClauseNobodyDescribedIsFound) {
  EXPECT_EQ(faults_with(clauses), "");
  EXPECT_EQ(faults_with(replaced(clauses, "\"]\n", "\", \"3\"]\n")),
            "clauses.yaml:1 contract.clause_missing 3\n");
  EXPECT_EQ(faults_with(replaced(clauses, "section: \"2(2)\"", "section: \"2(1)\"")),
            "clauses.yaml:1 contract.clause_missing 2(2)\nclauses.yaml:5 contract.clause_twice 2(1)\n");
  EXPECT_EQ(faults_with(replaced(clauses, "section: \"2(2)\"", "section: \"9\"")),
            "clauses.yaml:1 contract.clause_missing 2(2)\nclauses.yaml:3 contract.clause_not_numbered 9\n");
  EXPECT_EQ(faults_with(replaced(clauses, "\"1\", ", "\"1\", \"1\", ")),
            "clauses.yaml:1 contract.number_twice 1\n");
}

TEST(Obligations, ClausesWithoutTheNumberingProveNothing) {
  EXPECT_EQ(faults_with(replaced(clauses, "numbering: [\"1\", \"2(1)\", \"2(2)\"]\n", "")),
            "clauses.yaml:2 contract.numbering_missing \n");
}

TEST(Obligations, AProofNamesWhatTheProductHas) {
  const ScratchPacks packs;
  packs.write("yukino/deliverables.yaml", deliverables);
  const auto proven_by = [&](const std::string& proof) {
    packs.write("yukino/clauses.yaml", replaced(clauses, "{clock: start_of_work}", proof));
    const auto pack = load_pack(packs.pack("yukino"));
    if (!pack) {
      const std::string first(pack.error().arg("first"));
      return first.substr(0, first.find_first_of(" :("));
    }
    const auto& made = pack->obligations.clauses[2].proof[0];
    return made.kind + ":" + made.of;
  };
  EXPECT_EQ(proven_by("{form: usb_connection}"), "form:usb_connection");
  EXPECT_EQ(proven_by("{contact_tree: urgent}"), "contact_tree:urgent");
  EXPECT_EQ(proven_by("{trap: voltage}"), "trap:voltage");
  EXPECT_EQ(proven_by("{calendar: town}"), "calendar:town");
  EXPECT_EQ(proven_by("{journal: incident.report}"), "journal:incident.report");
  EXPECT_EQ(proven_by("{ticket_kind: inquiry}"), "ticket_kind:inquiry");
  // Work orders, check lists and single items of them, passwords.
  EXPECT_EQ(proven_by("{work_kind: patch}"), "work_kind:patch");
  EXPECT_EQ(proven_by("{check_list: machine}"), "check_list:machine");
  EXPECT_EQ(proven_by("{check_item: machine.lamp}"), "check_item:machine.lamp");
  EXPECT_EQ(proven_by("{check_item: hands.lamp}"), "contract.unknown_reference");
  EXPECT_EQ(proven_by("{check_item: machine}"), "contract.unknown_reference");
  EXPECT_EQ(proven_by("{password_rotation: yearly}"), "contract.unknown_reference");
  packs.write(
      "yukino/passwords.yaml",
      "password_rotations:\n  - {id: yearly, title: {ja: 年一回, en: Yearly}, clause: \"7\", by: [03-31]}\n");
  EXPECT_EQ(proven_by("{password_rotation: yearly}"), "password_rotation:yearly");
  EXPECT_EQ(proven_by("{work_notices: true}"), "work_notices:");
  const auto work = *schema::read_file(packs.pack("yukino") / "work.yaml");
  packs.write("yukino/work.yaml", work.substr(0, work.find("work_notices:")));
  EXPECT_EQ(proven_by("{work_notices: true}"), "contract.proof_absent");
  EXPECT_EQ(proven_by("{roster: false}"), "contract.proof_absent");
  for (const auto* rule :
       {"silence", "ping", "morning_round", "sign_in", "report_parts", "roster", "retention"})
    EXPECT_EQ(proven_by(std::string("{") + rule + ": true}"), std::string(rule) + ":");
  for (const auto* nothing :
       {"form", "contact_tree", "trap", "calendar", "site", "equipment", "meeting", "product", "unit",
        "deliverable", "work_kind", "check_list", "check_item", "ticket_kind", "password_rotation"})
    EXPECT_EQ(proven_by(std::string("{") + nothing + ": no_such}"), "contract.unknown_reference");
}

TEST(Obligations, AClauseThatSomebodyOwesHasAProof) {
  EXPECT_EQ(faults_with(replaced(clauses, ", proof: [{clock: start_of_work}]", "")),
            "clauses.yaml:3 contract.clause_unproven 2(2)\n");
  EXPECT_EQ(faults_with(replaced(clauses, "{clock: start_of_work}", "{clock: nothing}")),
            "clauses.yaml:3 contract.unknown_reference \n");
  EXPECT_EQ(faults_with(replaced(clauses, "{clock: start_of_work}", "{clock: start_of_work, silence: true}")),
            "clauses.yaml:3 contract.exactly_one \n");
}

TEST(Obligations, EveryFaultHasWords) {
  const auto words = schema::Words::load(YAGURA_SOURCE_DIR "/share/errors");
  ASSERT_TRUE(words);
  for (const auto* code : {"contract.number_twice", "contract.clause_missing", "contract.clause_twice",
                           "contract.clause_not_numbered", "contract.clause_unproven",
                           "contract.numbering_missing", "contract.proof_absent"})
    EXPECT_TRUE(words->entries().contains(code)) << code;
}

}  // namespace
}  // namespace yagura::contract
