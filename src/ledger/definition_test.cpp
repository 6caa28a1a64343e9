#include "ledger/definition.hpp"

#include <gtest/gtest.h>

#include "schema/yaml.hpp"

namespace yagura::ledger {
namespace {

Definitions shared() { return load_definitions(YAGURA_SOURCE_DIR "/share/ledgers").value(); }

Result<Definitions> with(const std::string& yaml) {
  return with_own(shared(), schema::parse_yaml(yaml).value());
}

TEST(Definition, TheLedgersThatContractsAskFor) {
  const auto all = shared();
  for (const auto* id :
       {"information_assets", "software", "licences", "media", "ip_addresses", "vlans", "privileged_ids",
        "accounts", "documents", "recovery_media", "backups", "maintenance", "keys", "loans", "vendors",
        "erasures", "consumables", "certificates"})
    EXPECT_TRUE(all.contains(id)) << id;
  EXPECT_EQ(all.at("media").expires, "until");
  EXPECT_EQ(all.at("media").warn_days, 30);
  // Every name in both languages, and not the same where it is Japanese.
  for (const auto& [id, d] : all)
    for (const auto& f : d.fields) {
      EXPECT_FALSE(f.name.ja.empty()) << id << f.id;
      EXPECT_FALSE(f.name.en.empty()) << id << f.id;
    }
}

TEST(Definition, AContractsOwnLedgerAndFields) {
  const auto own = with(R"(
- id: media
  fields: [{id: network, name: {ja: 網, en: Network}, type: text}]
- id: boats
  name: {ja: 船, en: Boats}
  title: name
  expires: until
  warn_before: 10 d
  fields: [{id: name, name: {ja: 名, en: Name}, type: text, required: true}, {id: until, name: {ja: 期限, en: Until}, type: date}, {id: medium, name: {ja: 媒体, en: Medium}, type: reference, ledger: media}]
)");
  ASSERT_TRUE(own) << own.error().text();
  EXPECT_NE(own->at("media").field("network"), nullptr);
  EXPECT_EQ(own->at("boats").warn_days, 10);
  EXPECT_EQ(shared().at("media").field("network"), nullptr);
}

TEST(Definition, WhatIsWrongWithOneIsSaidWithItsLedger) {
  const std::string base = "- id: boats\n  name: {ja: 船, en: Boats}\n  title: name\n";
  const std::string name = "{id: name, name: {ja: 名, en: Name}, type: text, required: true}";
  for (const std::string& yaml :
       {std::string(
            "- id: media\n  fields: [{id: label, name: {ja: 名, en: Name}, type: text}]"),  // there already
        std::string("- id: media\n  fields: [{id: x, name: {ja: 名, en: Name}, type: text, required: true}]"),
        base + "  fields: [{id: name, name: {ja: 名, en: Name}, type: text}]",  // a title must be there
        base + "  expires: until\n  warn_before: 10 d\n  fields: [" + name + "]",
        base + "  expires: name\n  warn_before: 10 d\n  fields: [" + name + "]",
        base + "  warn_before: 10 d\n  fields: [" + name + "]",
        base + "  expires: d\n  warn_before: soon\n  fields: [" + name +
            ", {id: d, name: {ja: 日, en: Day}, type: date}]",
        base + "  expires: d\n  warn_before: 3 d\n  done_when: {field: name, is: [x]}\n  fields: [" + name +
            ", {id: d, name: {ja: 日, en: Day}, type: date}]",
        base + "  fields: [" + name + ", {id: \"a'b\", name: {ja: 日, en: Day}, type: date}]",
        base + "  fields: [" + name +
            ", {id: r, name: {ja: 日, en: Day}, type: reference, ledger: nowhere}]"}) {
    const auto own = with(yaml);
    ASSERT_FALSE(own) << yaml;
    EXPECT_FALSE(own.error().arg("ledger").empty()) << yaml;
  }
}

}  // namespace
}  // namespace yagura::ledger
