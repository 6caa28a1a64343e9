#include "journal/reads.hpp"

#include "support/any_database.hpp"

namespace yagura::journal {
namespace {

class Reads : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (!IsSkipped()) ASSERT_TRUE(database().migrate(migrations()));
  }
  void see(std::vector<Id> ids, Id account = 1, const std::string& how = "list",
           const std::string& origin = "::1") {
    const auto done = database().write([&](store::Session& s) {
      return note_read(s, journal_, clock_.now(),
                       {.chain = "m",
                        .actor = {account, "担当", origin},
                        .subject = "ledger/contacts",
                        .how = how,
                        .of = "contacts",
                        .ids = std::move(ids)});
    });
    ASSERT_TRUE(done) << done.error().text();
  }
  // The ids of each entry, oldest first.
  std::vector<std::string> seen() {
    std::vector<std::string> out;
    for (const auto& e :
         database()
             .read([&](store::Session& s) { return journal_.list(s, {.chain = "m", .oldest_first = true}); })
             .value()) {
      std::string text;
      for (const auto& id : e.record.data["ids"].items()) text += std::to_string(id.integer()) + " ";
      EXPECT_EQ(e.record.data["count"].integer(),
                static_cast<std::int64_t>(e.record.data["ids"].items().size()));
      out.push_back(text);
    }
    return out;
  }

  ManualClock clock_{parse_rfc3339("2026-04-28T00:00:00Z").value()};
  Journal journal_{clock_, load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value()};
};

using Texts = std::vector<std::string>;

TEST_P(Reads, TheSameLookIsOneEntryAndANewRecordIsNamed) {
  see({1, 2});
  see({1, 2});
  see({2, 3});
  EXPECT_EQ(seen(), (Texts{"1 2 ", "3 "}));
  clock_.advance(read_span + std::chrono::seconds(1));
  see({1, 2});
  EXPECT_EQ(seen(), (Texts{"1 2 ", "3 ", "1 2 "})) << "after the span it is a look of its own";
}

TEST_P(Reads, AnotherPersonPlaceOrPurposeIsAnotherRead) {
  see({1});
  see({1}, 2);
  see({1}, 1, "row");
  see({1}, 1, "list", "10.0.0.9");
  EXPECT_EQ(seen().size(), 4U);
  see({});
  see({});
  EXPECT_EQ(seen().size(), 5U) << "the list as a whole, once";
}

YAGURA_ON_EVERY_DATABASE(Reads);

}  // namespace
}  // namespace yagura::journal
