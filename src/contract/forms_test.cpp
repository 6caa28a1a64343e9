#include "contract/forms.hpp"

#include <gtest/gtest.h>

#include "contract/pack.hpp"
#include "contract/scratch_packs.hpp"
#include "schema/words.hpp"
#include "schema/yaml.hpp"

namespace yagura::contract {
namespace {

const std::string usb =
    *schema::read_file(YAGURA_SOURCE_DIR "/src/contract/fixtures/yukino/forms/usb_connection.yaml");

std::string faults_with(const std::string& what, const std::string& with) {
  const ScratchPacks packs;
  auto text = usb;
  const auto at = text.find(what);
  if (at == std::string::npos) return "not there: " + what;
  packs.write("yukino/forms/usb_connection.yaml", text.replace(at, what.size(), with));
  std::string out;
  for (const auto& fault : check_pack(packs.pack("yukino")))
    out += std::filesystem::path(fault.file).filename().string() + ":" + std::to_string(fault.line) + " " +
           fault.error.code + "\n";
  return out;
}

TEST(Forms, AFileIsAForm) {
  const ScratchPacks packs;
  const auto pack = load_pack(packs.pack("yukino"));
  ASSERT_TRUE(pack) << pack.error().text();
  const auto* form = pack->form("usb_connection");
  ASSERT_NE(form, nullptr);
  EXPECT_EQ(form->title.en, "Connection of a medium");
  EXPECT_EQ(form->fields.size(), 7U);
  ASSERT_EQ(form->steps.size(), 4U);
  EXPECT_EQ(form->steps[1].when.values, std::vector<std::string>{"usb_memory"});
  EXPECT_EQ(form->steps[2].beside, "virus_check");
  EXPECT_TRUE(form->steps[2].by.head);
  EXPECT_EQ(form->steps[3].effects[1].kind, "ask");
  EXPECT_EQ(form->steps[3].effects[1].of, "endpoint.media_policy");
  EXPECT_NE(form->field("virus_found"), nullptr);
  EXPECT_EQ(form->field("nothing"), nullptr);
  EXPECT_EQ(form->steps[0].remind_before, std::chrono::hours(2));
  EXPECT_EQ(pack->form("nothing"), nullptr);
}

TEST(Forms, EachMistakeIsNamedByFileAndLine) {
  EXPECT_EQ(faults_with("by: {person: boss}", "by: {person: chief}"),
            "usb_connection.yaml:28 contract.form_field_unknown\n");
  EXPECT_EQ(faults_with("beside: virus_check", "beside: approval"),
            "usb_connection.yaml:25 contract.form_step_unknown\n");
  EXPECT_EQ(faults_with("{id: virus_found,", "{id: kind,"),
            "usb_connection.yaml:24 contract.form_field_twice\n");
  EXPECT_EQ(faults_with("type: ledger_row, ledger: devices", "type: ledger_row"),
            "usb_connection.yaml:11 contract.form_choices\n");
  // A field of a later step is not there yet.
  EXPECT_EQ(faults_with("when: {field: kind, is: [usb_memory]}\n    fills",
                        "when: {field: virus_found, is: [x]}\n    fills"),
            "usb_connection.yaml:22 contract.form_field_unknown\n");
  EXPECT_EQ(
      faults_with("type: ledger_row, ledger: devices", "type: ledger_row, ledger: devices, starts_as: name"),
      "usb_connection.yaml:11 contract.form_starts_as\n");
  EXPECT_EQ(faults_with("{number} {serial}", "{number} {serial"),
            "usb_connection.yaml:30 contract.form_field_unknown\n");
  EXPECT_EQ(faults_with("by: {head: true}", "by: {head: true, role: operator}"),
            "usb_connection.yaml:25 contract.exactly_one\n");
  EXPECT_EQ(faults_with("ask: endpoint.media_policy", "colour: red"),
            "usb_connection.yaml:31 contract.exactly_one\nusb_connection.yaml:31 schema.unknown_key\n");
  EXPECT_EQ(faults_with("submitted_by: [employee, city_staff, operator]", "submitted_by: [king]"),
            "usb_connection.yaml:4 contract.unknown_reference\n");
}

TEST(Forms, EveryFaultHasWords) {
  const auto words = schema::Words::load(YAGURA_SOURCE_DIR "/share/errors");
  ASSERT_TRUE(words);
  for (const auto* code : {"contract.form_field_unknown", "contract.form_step_unknown",
                           "contract.form_field_twice", "contract.form_choices", "contract.form_starts_as"})
    EXPECT_TRUE(words->entries().contains(code)) << code;
}

}  // namespace
}  // namespace yagura::contract
