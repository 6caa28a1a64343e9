#include "yagura/handover_commands.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "eventstore/embedded.hpp"
#include "eventstore/import/position.hpp"
#include "eventstore/move_progress.hpp"
#include "ledger/erasure.hpp"
#include "ledger/handover_exports.hpp"
#include "ledger/ledgers.hpp"
#include "records/all_steps.hpp"
#include "records/handover_export.hpp"
#include "schema/json.hpp"
#include "support/any_database.hpp"

namespace yagura::apps {
namespace {

namespace fs = std::filesystem;
using schema::Value;
const std::string root = YAGURA_SOURCE_DIR;

class Handover : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    setenv("YAGURA_SHARE", (root + "/share").c_str(), 1);
    setenv("YAGURA_PACKS", (root + "/packs").c_str(), 1);
    const auto steps = all_steps();
    ASSERT_TRUE(database().migrate(steps));
    folder_ = fs::temp_directory_path() / ("yagura_handover_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(root + "/share/journal/kinds.yaml").value());
    ledgers_ = std::make_unique<ledger::Ledgers>(
        ledger::Ledgers::Ground{database(), *journal_, clock_, ids_},
        ledger::load_definitions(root + "/share/ledgers").value(),
        [](std::string_view, std::string_view) { return std::vector<ledger::Choice>{}; });
    for (const auto* contract : {"sapporo", "sendai"}) {
      file_[contract] =
          ledgers_->attach(by_, contract, "証書.pdf", "", "bytes\n of " + std::string(contract)).value().id;
      ASSERT_TRUE(ledgers_->create(
          by_, contract, "software",
          Value::object({{"name", "表計算"}, {"kind", "office"}, {"allowed", "standard"}}), "初期"));
      ASSERT_TRUE(database().write([&](store::Session& s) -> Result<void> {
        YAGURA_CHECK(
            s.exec("INSERT INTO credential (contract, name, kind, login, sealed, changed, changed_by) VALUES"
                   " ($1, 'sw', 'ssh_password', 'admin', 'SEALED-SECRET', 0, 'x')",
                   contract));
        return {};
      }));
    }
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
    AnyDatabase::TearDown();
  }
  struct Ran {
    int code;
    std::string out, err;
  };
  Ran run(std::vector<std::string> args) {
    std::ostringstream out, err;
    const int code = run_handover(args, out, err);
    return {code, out.str(), err.str()};
  }
  Ran export_to(const fs::path& to) {
    return run({"export", "--database", address(), "--contract", "sapporo", "--out", to.string()});
  }
  std::string text(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  Result<std::unique_ptr<eventstore::EmbeddedStore>> open_events() {
    fs::create_directories(folder_ / "events");
    return eventstore::EmbeddedStore::open(folder_ / "events",
                                           eventstore::read_kinds(root + "/share/events").value(), clock_,
                                           {.background = false});
  }
  // Of both contracts so many, some in segments and some not yet; in two months.
  void keep_events(int count) {
    const auto store = open_events();
    ASSERT_TRUE(store) << store.error().text();
    const auto& kind = (*store)->kinds().at("syslog");
    for (const std::string contract : {"sapporo", "sendai"})
      for (int i = 0; i < count; ++i) {
        eventstore::BatchBuilder rows(kind);
        rows.row(from_micros(1'793'458'800'000'000 + i % 2 * 40LL * 86'400'000'000));
        rows.text(*kind.index_of("message"), "見積 " + contract + " " + std::to_string(i) + "\x1b");
        ASSERT_TRUE((*store)->append(contract, "syslog", rows.take()));
        if (i == 2) ASSERT_TRUE((*store)->flush());
      }
  }
  std::int64_t events_of(const std::string& contract) {
    const auto store = open_events();
    EXPECT_TRUE(store) << store.error().text();
    const auto counts = (*store)->count({.contract = contract}, {}, {});
    return counts ? counts->total : -1;
  }
  std::int64_t rows(const std::string& table, const std::string& contract, const char* column = "contract") {
    return database()
        .read([&](store::Session& s) {
          return s.integer("SELECT count(*) FROM " + table + " WHERE " + column + " = $1", contract);
        })
        .value()
        .value();
  }

  SystemClock clock_;
  IdSource ids_{clock_};
  journal::Actor by_{1, "山﨑", ""}, other_{2, "髙橋", ""};
  fs::path folder_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<ledger::Ledgers> ledgers_;
  std::map<std::string, Id> file_;
};

// A table that a room gets and nobody says anything about fails here.
TEST_P(Handover, EveryTableBelongsSomewhere) {
  const auto rules = ledger::load_record_rules(root + "/share/handover_tables.yaml").value();
  const auto tables = database().read([&](store::Session& s) { return ledger::owned_tables(s, rules); });
  ASSERT_TRUE(tables) << tables.error().text();
  EXPECT_GT(tables->size(), 30U);
  ASSERT_TRUE(database().write([](store::Session& s) { return s.exec("CREATE TABLE stranger (x BIGINT)"); }));
  const auto refused = database().read([&](store::Session& s) { return ledger::owned_tables(s, rules); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().arg("table"), "stranger");
}

TEST_P(Handover, WhateverMentionsAFileIsFound) {
  const auto rules = ledger::load_record_rules(root + "/share/handover_tables.yaml").value();
  const Id file = file_["sapporo"];
  const std::string_view apart[] = {"attachment", "journal"};
  const auto mentioned = [&](const std::string& contract) {
    const auto found =
        database().read([&](store::Session& s) { return ledger::mentions(s, rules, contract, file, apart); });
    EXPECT_TRUE(found) << found.error().text();
    return found.value_or(false);
  };
  EXPECT_FALSE(mentioned("sapporo"));
  const auto row = ledgers_->create(by_, "sapporo", "licences",
                                    Value::object({{"name", "L"},
                                                   {"procured_by", "city"},
                                                   {"metric", "device"},
                                                   {"entitled", 1},
                                                   {"state", "valid"},
                                                   {"certificate", std::vector<Value>{Value(file)}}}),
                                    "");
  ASSERT_TRUE(row) << row.error().text();
  EXPECT_TRUE(mentioned("sapporo"));
  EXPECT_FALSE(mentioned("sendai"));
  // Taken out again it stands in the history.
  ASSERT_TRUE(ledgers_->change(by_, "sapporo", "licences", row->id, 1,
                               Value::object({{"certificate", Value()}}), ""));
  EXPECT_TRUE(mentioned("sapporo"));
}

TEST_P(Handover, EverythingOfOneContractInOpenFormatsAndNothingOfAnother) {
  const auto ran = export_to(folder_);
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(text(folder_ / "ledgers/software.csv").find("表計算"), std::string::npos);
  EXPECT_TRUE(text(folder_ / "ledgers/software.xlsx").starts_with("PK"));
  EXPECT_TRUE(text(folder_ / "journal.txt").starts_with("yagura-journal 1\n"));
  EXPECT_NE(text(folder_ / "pack/sapporo/contract.yaml").find("sapporo"), std::string::npos);
  const auto attachments = schema::parse_json(text(folder_ / "records/attachment.jsonl"));
  ASSERT_TRUE(attachments);
  EXPECT_EQ(text(folder_ / (*attachments)["data"].text()), "bytes\n of sapporo");
  const auto credentials = text(folder_ / "records/credential.jsonl");
  EXPECT_NE(credentials.find("admin"), std::string::npos);
  for (const auto& entry : fs::recursive_directory_iterator(folder_))
    if (entry.is_regular_file()) {
      const auto bytes = text(entry.path());
      EXPECT_EQ(bytes.find("SEALED-SECRET"), std::string::npos) << entry.path();
      EXPECT_EQ(bytes.find("of sendai"), std::string::npos) << entry.path();
    }
  EXPECT_EQ(run({"verify", "--dir", folder_.string()}).code, 0);
  EXPECT_EQ(export_to(folder_).code, 1);  // not into a folder that has something
}

TEST_P(Handover, WhatWasBrokenOffIsBegunAnew) {
  const auto held = [&] {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename());
    return names;
  };
  {
    auto half = ledger::HandoverFolder::make(folder_);
    ASSERT_TRUE(half && half->write("records/of_before.jsonl", "{}\n"));
  }
  EXPECT_EQ(run({"verify", "--dir", folder_.string()}).code, 1);
  const auto rules = ledger::load_record_rules(root + "/share/handover_tables.yaml").value();
  const HandoverGround ground{database(), *journal_, *ledgers_, clock_, rules, root + "/packs/sapporo", {}};
  const auto stopped =
      export_contract(ground, by_, "sapporo", folder_, [](double done) { return done < 0.5; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, "handover.stopped");
  EXPECT_EQ(held(), std::vector<std::string>{}) << "neither this one's nor that of before";
  ASSERT_TRUE(ledger::HandoverFolder::make(folder_)->write("records/of_before.jsonl", "{}\n"));
  ASSERT_EQ(export_to(folder_).code, 0);
  EXPECT_EQ(run({"verify", "--dir", folder_.string()}).code, 0);
  EXPECT_FALSE(fs::exists(folder_ / "records/of_before.jsonl"));
  // What is not ours stays.
  const auto other = folder_ / "other";
  fs::create_directories(other);
  std::ofstream(other / "unfinished") << "a letter";
  EXPECT_EQ(export_to(other).code, 1);
  EXPECT_TRUE(fs::exists(other / "unfinished"));
}

TEST_P(Handover, LogsGoAlongByKindAndMonth) {
  keep_events(7);
  const auto to = folder_ / "out";
  const auto ran = run({"export", "--database", address(), "--contract", "sapporo", "--out", to.string(),
                        "--data", folder_.string()});
  ASSERT_EQ(ran.code, 0) << ran.err;
  int lines = 0;
  for (const auto* month : {"2026-10", "2026-12"}) {
    std::istringstream in(text(to / "events/syslog" / (std::string(month) + ".jsonl")));
    for (std::string line; std::getline(in, line); ++lines) {
      const auto event = schema::parse_json(line);
      ASSERT_TRUE(event) << line;
      EXPECT_TRUE((*event)["at"].text().starts_with(month)) << line;
      EXPECT_TRUE((*event)["message"].text().starts_with("見積 sapporo ")) << line;
      EXPECT_TRUE((*event)["message"].text().ends_with("\uFFFD")) << "no control characters";
    }
  }
  EXPECT_EQ(lines, 7);
  EXPECT_EQ(run({"verify", "--dir", to.string()}).code, 0);
  std::ofstream(to / "events/syslog/2026-10.jsonl", std::ios::app) << "{}\n";
  EXPECT_EQ(run({"verify", "--dir", to.string()}).code, 1);
  EXPECT_NE(export_to(folder_ / "without").out.find("--data"), std::string::npos) << "it is said";
}

TEST_P(Handover, WhatWasChangedAddedOrTakenAwayIsFound) {
  ASSERT_EQ(export_to(folder_).code, 0);
  const auto verify = [&] { return run({"verify", "--dir", folder_.string()}).code; };
  ASSERT_EQ(verify(), 0);
  std::ofstream(folder_ / "ledgers/extra.csv") << "x";
  EXPECT_EQ(verify(), 1);
  fs::remove(folder_ / "ledgers/extra.csv");
  ASSERT_EQ(verify(), 0);
  std::ofstream(folder_ / "ledgers/software.csv", std::ios::app) << " ";
  EXPECT_EQ(verify(), 1);
  fs::remove(folder_ / "ledgers/software.csv");
  EXPECT_EQ(verify(), 1);
  std::ofstream(folder_ / "manifest.json")
      << R"({"contract":"x","made":"","rows":{},"files":[{"name":"../../etc/passwd","size":1,"sha256":""}]})";
  EXPECT_EQ(verify(), 1);
  std::ofstream(folder_ / "manifest.json") << "no json";
  EXPECT_EQ(verify(), 1);
}

TEST_P(Handover, ErasedByTwoPeopleWithACertificateThatStays) {
  ledger::Erasures erasures({database(), *journal_, clock_, ids_});
  const std::string sum(64, 'a');
  EXPECT_EQ(erasures.ask(by_, "sapporo", " ", sum).error().code, "handover.erasure_reason_missing");
  EXPECT_EQ(erasures.ask(by_, "sapporo", "契約終了", "x").error().code, "handover.manifest_invalid");
  const auto asked = erasures.ask(by_, "sapporo", "契約終了", sum).value();
  ledger::HandoverExports exports({database(), *journal_, clock_, ids_, folder_ / "handover"});
  std::map<std::string, fs::path> handed;
  for (const std::string contract : {"sapporo", "sendai"}) {
    const auto made = exports.make(
        by_, contract,
        [&](const fs::path& to, const auto&) -> Result<std::string> {
          YAGURA_TRY(auto folder, ledger::HandoverFolder::make(to));
          return folder.write_manifest(contract, clock_.now());
        },
        [](double) { return true; });
    ASSERT_TRUE(made) << made.error().text();
    handed[contract] = exports.take(by_, contract, made->id).value();
  }
  keep_events(5);
  fs::create_directories(folder_ / "log_exports");
  ASSERT_TRUE(database().write([](store::Session& s) -> Result<void> {
    YAGURA_CHECK(
        s.exec("INSERT INTO log_export (id, contract, account, who, format, query, purpose, row_count,"
               " partial, sha256, entry, size, made_at) VALUES (77, 'sapporo', 1, '', 'csv', '', '',"
               " 0, 0, '', 0, 0, 0)"));
    return {};
  }));
  for (const auto* name : {"77.zip", "78.zip"}) std::ofstream(folder_ / "log_exports" / name) << "x";
  // As imports leave them; one began before the name of the contract stood in that of the file.
  fs::create_directories(folder_ / "imports");
  for (const std::string name : {"0a.sapporo.pc_log", "0b.sendai.pc_log", "0c", "0d.sapporo.east.pc_log"}) {
    const auto stem = (folder_ / "imports" / name).string();
    eventstore::ImportPosition position{.contract = "sapporo", .import = "pc_log", .kind = "syslog"};
    if (name.starts_with("0b")) position.contract = "sendai";
    if (name.starts_with("0d")) position.contract = "sapporo.east";
    position.rejected = 2;
    ASSERT_TRUE(eventstore::save_position(stem + ".position", position));
    std::ofstream(stem + ".rejected") << "# record 3: time\n髙橋,NB-1\n";
  }
  std::ofstream(folder_ / "imports/0e.sapporo.pc_log.rejected") << "# record 1: time\n髙橋\n";
  eventstore::MoveProgress moving;
  moving.contract = "sapporo";
  moving.kind = "syslog";
  moving.rows = 3;
  moving.after = "nb-takahashi";
  ASSERT_TRUE(eventstore::write_progress(folder_ / "events.move", moving));
  const auto erase = [&](std::vector<std::string> more) {
    std::vector<std::string> args{"erase",   "--database",     address(),
                                  "--data",  folder_.string(), "--contract",
                                  "sapporo", "--agreement",    std::to_string(asked.id)};
    args.insert(args.end(), more.begin(), more.end());
    return run(args);
  };
  EXPECT_EQ(erase({"--really"}).code, 1);
  EXPECT_EQ(erasures.approve(by_, "sapporo", asked.id).error().code, "handover.erasure_own");
  EXPECT_EQ(erasures.approve(other_, "sendai", asked.id).error().code, "handover.erasure_not_found");
  ASSERT_TRUE(erasures.approve(other_, "sapporo", asked.id));
  EXPECT_EQ(erasures.approve(other_, "sapporo", asked.id).error().code, "handover.erasure_conflict");
  EXPECT_EQ(erase({}).code, 1);  // not without --really
  EXPECT_EQ(rows("ledger_row", "sapporo"), 1);
  EXPECT_TRUE(fs::exists(handed["sapporo"])) << "nothing is erased yet";
  const auto hold = [&](const char* released) {
    ASSERT_TRUE(database().write([&](store::Session& s) -> Result<void> {
      YAGURA_CHECK(s.exec("DELETE FROM log_hold"));
      YAGURA_CHECK(
          s.exec("INSERT INTO log_hold (id, contract, kinds, reason, ordered_by, placed_name,"
                 " placed_at, asked_by, asked_name, asked_reason, released_name, released_at)"
                 " VALUES (5, 'sapporo', '', 'r', '総務部長', '', 0, 0, '', '', '', " +
                 std::string(released) + ")"));
      return {};
    }));
  };
  hold("NULL");
  const auto refused = erase({"--really"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("ordered by 総務部長"), std::string::npos) << refused.err;
  EXPECT_EQ(events_of("sapporo"), 5) << "nothing is erased yet";
  hold("1");
  const auto done = erase({"--really"});
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(events_of("sapporo"), 0);
  EXPECT_EQ(events_of("sendai"), 5);
  EXPECT_FALSE(fs::exists(folder_ / "log_exports/77.zip"));
  std::set<std::string> left;
  for (const auto& entry : fs::directory_iterator(folder_ / "imports"))
    left.insert(entry.path().filename().string());
  EXPECT_EQ(left,
            (std::set<std::string>{"0b.sendai.pc_log.position", "0b.sendai.pc_log.rejected",
                                   "0d.sapporo.east.pc_log.position", "0d.sapporo.east.pc_log.rejected"}));
  const auto moved = eventstore::read_progress(folder_ / "events.move");
  ASSERT_TRUE(moved && *moved);
  EXPECT_EQ((*moved)->moved, 3) << "a move goes on, and knows no more of whom";
  EXPECT_EQ((*moved)->after, "");
  EXPECT_TRUE(fs::exists(folder_ / "log_exports/78.zip"));
  for (const auto* table : {"ledger_row", "ledger_key", "attachment", "credential"}) {
    EXPECT_EQ(rows(table, "sapporo"), 0) << table;
    EXPECT_GT(rows(table, "sendai"), 0) << table;
  }
  EXPECT_FALSE(fs::exists(handed["sapporo"])) << "its hand-over is gone with it";
  EXPECT_TRUE(fs::exists(handed["sendai"]));
  EXPECT_EQ(rows("handover_export", "sapporo"), 0);
  EXPECT_EQ(rows("journal", "sapporo", "chain"), 0);
  EXPECT_EQ(rows("ledger_history", "1", "version"), 1);  // that of sendai
  const auto certificate = schema::parse_json(done.out);
  ASSERT_TRUE(certificate);
  EXPECT_EQ((*certificate)["logs"]["syslog"].integer(), 5);
  EXPECT_EQ((*certificate)["log_exports"].integer(), 1);
  EXPECT_EQ((*certificate)["log_imports"]["files"].integer(), 6);
  EXPECT_EQ((*certificate)["log_imports"]["rejected"].integer(), 4);
  EXPECT_EQ((*certificate)["rows"]["attachment"].integer(), 1);
  EXPECT_EQ((*certificate)["handover_files"].integer(), 1);
  EXPECT_EQ((*certificate)["approved_by"].text(), "髙橋");
  EXPECT_EQ((*certificate)["sha256"].text().size(), 64U);
  journal::Query query;
  query.kind_prefix = "erasure.begun";
  const auto begun = database().read([&](store::Session& s) { return journal_->list(s, query); }).value();
  ASSERT_EQ(begun.size(), 1U);
  EXPECT_EQ(begun.front().record.data["log_imports"]["rejected"].integer(), 4);
  EXPECT_EQ(begun.front().record.data["logs"]["syslog"].integer(), 5);
  query.kind_prefix = "contract.erased";
  EXPECT_EQ(database().read([&](store::Session& s) { return journal_->list(s, query); }).value().size(), 1U);
  EXPECT_EQ(erase({"--really"}).code, 1);  // once
}

YAGURA_ON_EVERY_DATABASE(Handover);

}  // namespace
}  // namespace yagura::apps
