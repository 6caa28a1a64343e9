// Lists, imports and exports of ledgers with many rows, and the journal on disk, each beside its bound.
//   bench_ledgers ADDRESS FOLDER [--rows N] [--entries N]     prints a table; exits 1 when a bound is missed
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

#include "journal/journal.hpp"
#include "ledger/ledgers.hpp"
#include "records/all_steps.hpp"

namespace yagura {
namespace {

using schema::Value;
constexpr auto contract = "bench";

struct Bench {
  SystemClock clock;
  IdSource ids{clock};
  journal::Actor by{1, "試験", ""};
  std::unique_ptr<store::Database> database;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<ledger::Ledgers> ledgers;
  bool missed = false;

  double ms_since(Duration began) const {
    return static_cast<double>((clock.steady() - began).count()) / 1000;
  }
  void line(const std::string& what, double figure, const char* unit, double bound, bool at_least = false) {
    const bool good = at_least ? figure >= bound : figure <= bound;
    missed = missed || !good;
    fmt::print("| {} | {:.1f} {} | {} {:.0f} | {} |\n", what, figure, unit, at_least ? "≥" : "≤", bound,
               good ? "ok" : "MISSED");
    std::fflush(stdout);
  }
};

void must(const auto& result, const char* what) {
  if (result) return;
  fmt::print(stderr, "{}: {}\n", what, result.error().text());
  std::exit(2);
}

Value asset(int i, std::mt19937& random) {
  static constexpr const char* kinds[] = {"server", "virtual", "network", "pc", "special_pc", "printer"};
  static constexpr const char* makers[] = {"富士通",           "NEC",    "日立", "Cisco",
                                           "アライドテレシス", "ヤマハ", "HPE",  "Dell"};
  static constexpr const char* states[] = {"in_use", "in_use", "in_use", "spare", "repair", "retired"};
  const auto pick = [&](auto& list) { return list[random() % std::size(list)]; };
  return Value::object(
      {{"host", fmt::format("host-{:06}", i)},
       {"number", fmt::format("A{:07}", i)},
       {"kind", pick(kinds)},
       {"address", fmt::format("10.{}.{}.{}", i >> 16 & 255, i >> 8 & 255, i & 255)},
       {"place", fmt::format("{} 階 {} 号室", 1 + random() % 9, 100 + random() % 400)},
       {"maker", pick(makers)},
       {"model", fmt::format("MODEL-{}", random() % 400)},
       {"serial", fmt::format("SN{:09}", i * 7)},
       {"os", random() % 2 ? "Windows 11 Pro" : "Windows Server 2022"},
       {"confidentiality", "c2"},
       {"in_use_from", fmt::format("20{:02}-04-01", 18 + random() % 8)},
       {"supported_until", fmt::format("20{:02}-{:02}-28", 26 + random() % 5, 1 + random() % 12)},
       {"state", pick(states)},
       {"note",
        fmt::format("保守契約 {} により管理。更新は{}年度の予定。", random() % 50, 8 + random() % 5)}});
}

void fill(Bench& b, int rows) {
  std::mt19937 random(7);
  const auto there = b.ledgers->count(contract, "information_assets");
  must(there, "count");
  for (int at = static_cast<int>(*there); at < rows;) {
    const int until = std::min(rows, at + 5000);
    must(b.database->write([&](store::Session& s) -> Result<void> {
      for (int i = at; i < until; ++i)
        YAGURA_CHECK(b.ledgers->create(s, b.by, contract, "information_assets", asset(i, random), "登録"));
      return {};
    }),
         "fill");
    at = until;
  }
}

double p95(std::vector<double> times) {
  std::ranges::sort(times);
  return times[std::min(times.size() - 1, times.size() * 95 / 100)];
}

void lists(Bench& b, int rows) {
  const struct {
    const char* what;
    ledger::ListQuery query;
  } cases[] = {
      {"first page", {}},
      {"sorted by model", {.sort = "model"}},
      {"sorted by support end, descending", {.sort = "-supported_until"}},
      {"filter: state", {.filters = {{"state", "repair"}}}},
      {"filter: kind and state, sorted by place",
       {.filters = {{"kind", "server"}, {"state", "spare"}}, .sort = "place"}},
      {"filter: one maker, sorted by model", {.filters = {{"maker", "ヤマハ"}}, .sort = "model"}},
      {"search: common word", {.search = "windows"}},
      {"search: one host", {.search = "host-090909"}},
      {"search: nothing found", {.search = "そのような機器はない"}},
      {"search and filter", {.search = "ヤマハ", .filters = {{"state", "repair"}}}},
  };
  for (const auto& c : cases) {
    std::vector<double> times;
    for (int run = 0; run < 25; ++run) {
      auto query = c.query;
      query.contract = contract;
      query.ledger = "information_assets";
      const auto began = b.clock.steady();
      const auto page = b.ledgers->list({b.by, false}, query);
      must(page, c.what);
      times.push_back(b.ms_since(began));
    }
    b.line(fmt::format("list of {}: {}, p95", rows, c.what), p95(times), "ms", 100);
  }
  std::vector<double> counting, expiring;
  for (int run = 0; run < 25; ++run) {
    auto began = b.clock.steady();
    must(b.ledgers->count(contract, "information_assets"), "count");
    counting.push_back(b.ms_since(began));
    began = b.clock.steady();
    must(b.ledgers->expiring(contract, "2026-11-21", 200), "expiring");
    expiring.push_back(b.ms_since(began));
  }
  b.line(fmt::format("count of {}, p95", rows), p95(counting), "ms", 100);
  b.line(fmt::format("what runs out of {}, p95", rows), p95(expiring), "ms", 100);
}

void import_and_export(Bench& b, const std::filesystem::path& folder) {
  std::mt19937 random(11);
  const auto file = folder / "import.csv";
  {
    std::ofstream out(file);
    out << "ホスト名・資産名,資産番号,種別,IP アドレス,フロア・部屋・ラック,メーカー,型番,製造番号,状態\n";
    for (int i = 0; i < 10'000; ++i)
      out << fmt::format("import-{},B{:07},PC,10.200.{}.{},2 階,NEC,M-{},SI{:08},利用中\n", i, i, i / 250,
                         i % 250, random() % 90, i);
  }
  auto began = b.clock.steady();
  const auto plan = b.ledgers->plan(b.by, contract, "software", file, "import.csv", {});
  (void)plan;  // of another ledger: its columns are unknown, which is the cheapest answer
  began = b.clock.steady();
  const auto planned = b.ledgers->plan(b.by, contract, "information_assets", file, "import.csv", {});
  must(planned, "plan");
  b.line(fmt::format("import preview of 10,000 rows ({} rejected)", planned->rejected), b.ms_since(began),
         "ms", 2000);

  ledger::ListQuery query;
  query.contract = contract;
  query.ledger = "information_assets";
  query.search = "host-00";  // 10,000 of them, 20 columns and more
  began = b.clock.steady();
  const auto book = b.ledgers->export_rows({b.by, false}, query, ledger::Ledgers::Format::xlsx);
  must(book, "export");
  b.line(fmt::format("export of 10,000 rows as xlsx ({} bytes)", book->size()), b.ms_since(began), "ms",
         1000);
}

void journal(Bench& b, int entries) {
  const auto append = [&](store::Session& s, int i) {
    return b.journal->append(
        s, {"journal", b.by, "ledger.updated", "devices/" + std::to_string(i % 5000),
            Value::object(
                {{"ledger", "devices"},
                 {"title", "host"},
                 {"why", "点検"},
                 {"changes", Value::object({{"note", Value::object({{"before", "a"}, {"after", i}})}})}})});
  };
  constexpr int single = 4000;
  auto began = b.clock.steady();
  for (int i = 0; i < single; ++i)
    must(b.database->write([&](store::Session& s) { return append(s, i); }), "append");
  b.line("journal: appends, each on disk before the next", single / (b.ms_since(began) / 1000), "/s", 2000,
         true);
  for (int at = single; at < entries; at += 10'000)
    must(b.database->write([&](store::Session& s) -> Result<void> {
      for (int i = at; i < std::min(entries, at + 10'000); ++i) YAGURA_CHECK(append(s, i));
      return {};
    }),
         "append");
  began = b.clock.steady();
  const auto verdict = b.database->read([&](store::Session& s) { return b.journal->verify(s, "journal"); });
  must(verdict, "verify");
  if (verdict->first_broken != 0) std::exit(2);
  b.line(fmt::format("journal: check of {} entries", verdict->entries), b.ms_since(began), "ms", 5000);
}

int run(std::span<char*> args) {
  int rows = 100'000, entries = 1'000'000;
  for (std::size_t i = 3; i + 1 < args.size(); i += 2) {
    const std::string_view name = args[i], value = args[i + 1];
    int& into = name == "--rows" ? rows : entries;
    std::from_chars(value.data(), value.data() + value.size(), into);
  }
  Bench b;
  auto opened = store::Database::open(args[1]);
  must(opened, "open");
  b.database = std::move(*opened);
  const auto steps = apps::all_steps();
  must(b.database->migrate(steps), "migrate");
  const std::filesystem::path source = YAGURA_SOURCE_DIR;
  b.journal = std::make_unique<journal::Journal>(
      b.clock, journal::load_kinds(source / "share/journal/kinds.yaml").value());
  b.ledgers = std::make_unique<ledger::Ledgers>(
      ledger::Ledgers::Ground{*b.database, *b.journal, b.clock, b.ids},
      ledger::load_definitions(source / "share/ledgers").value(),
      [](std::string_view, std::string_view) { return std::vector<ledger::Choice>{}; });
  fmt::print("| what | figure | bound | |\n| --- | --- | --- | --- |\n");
  fill(b, rows);
  const auto began = b.clock.steady();
  must(b.ledgers->index_large(), "index");
  fmt::print("| indexes of {} rows, once | {:.0f} ms | | |\n", rows, b.ms_since(began));
  lists(b, rows);
  import_and_export(b, args[2]);
  journal(b, entries);
  return b.missed ? 1 : 0;
}

}  // namespace
}  // namespace yagura

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "bench_ledgers ADDRESS FOLDER [--rows N] [--entries N]\n");
    return 2;
  }
  return yagura::run({argv, static_cast<std::size_t>(argc)});
}
