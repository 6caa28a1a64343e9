// Fills a database with work orders and measures what their screens ask.
//
//   bench_work DATABASE [--orders N] [--source DIR]
//
// Prints p50 and p95 of each question in milliseconds; 1 when one lies above 100 ms at p95. A database that
// has orders already is measured as it is.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <random>

#include "base/text.hpp"
#include "desk/work_desk.hpp"

using namespace yagura;

namespace {

constexpr auto contract_id = "sapporo";
constexpr double limit_ms = 100;
bool slow = false;

double now_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

template <class F>
void measure(const char* what, F&& ask) {
  constexpr int times = 60;
  std::vector<double> took;
  std::string said;
  for (int i = 0; i < times; ++i) {
    const double begun = now_ms();
    said = ask(i);
    took.push_back(now_ms() - begun);
  }
  std::ranges::sort(took);
  const double p95 = took[static_cast<std::size_t>(0.95 * (times - 1))];
  slow = slow || p95 > limit_ms;
  fmt::print("{:<44} p50 {:8.2f}  p95 {:8.2f} ms   {}\n", what, took[times / 2], p95, said);
  std::fflush(stdout);
}

[[noreturn]] void stop(const Error& error) {
  fmt::print(stderr, "{}\n", error.text());
  std::exit(1);
}

// One order goes through the engine for each kind; the others are copies of it with their own number, title,
// place, state, dates and machines, so that rows are as wide as real ones.
void fill(desk::WorkDesk& work, ManualClock& clock, const contract::Pack& pack, int orders) {
  std::mt19937 random(1);
  const std::vector<std::string> titles{
      "修正の適用",         "プリンターの設定変更", "端末の移設",   "年次の点検",
      "タッチパネルの調整", "ウイルス対策の更新",   "証明書の更新", "障害の復旧"};
  const std::vector<std::string> states{"accepted", "accepted",  "accepted", "accepted",
                                        "accepted", "accepted",  "accepted", "withdrawn",
                                        "done",     "executing", "approved", "ordered"};
  auto& ground = work.orders.ground();
  std::vector<Id> made;
  for (const auto& kind : pack.work.kinds) {
    auto order = work.orders.open({7, "運用 次郎", ""}, {7, "運用 次郎", kind.ordered_by.front()},
                                  {.contract = contract_id,
                                   .kind = kind.id,
                                   .title = kind.title.ja,
                                   .detail = "手順書のとおりに行い、結果を報告する。窓口の開く前に終える。"});
    if (!order) stop(order.error());
    made.push_back(order->id);
  }
  constexpr int at_once = 2'000;
  for (int first = 0; first < orders; first += at_once) {
    auto done = ground.database.write([&](store::Session& s) -> Result<void> {
      for (int i = first; i < std::min(first + at_once, orders); ++i) {
        clock.advance(std::chrono::seconds(300));
        const Id id = ground.ids.next();
        const auto state = states[random() % states.size()];
        const bool open = state == "executing" || state == "approved" || state == "ordered";
        const bool over = state == "accepted" || state == "withdrawn";
        const auto pc = random() % 5'000;
        const auto number = fmt::format("R8-WK-{:06}", i + 1'000);
        const auto title = titles[random() % titles.size()] + fmt::format("（{:x}）", random() % 50'000);
        const auto site = 100 + random() % 40;
        const auto targets =
            fmt::format(R"([{{"ledger":"devices","row":{},"title":"TERM-{:05}","class":"terminal_d6012"}}])",
                        10'000 + pc, pc);
        const Time due = clock.now() + std::chrono::hours(24 * static_cast<int>(random() % 20));
        YAGURA_CHECK(s.exec(
            "INSERT INTO work_order (id, contract, number, kind, title, detail, state, outcome, open, site, "
            "site_name,"
            " ordered_at, due, done_at, version, campaign, visit, request, request_number, steps_total, "
            "steps_answered,"
            " steps_failed, people, plan, targets, search, next_what, next_due) SELECT $1, contract, $2, "
            "kind, $3,"
            " detail, $4, $5, $6, $7, $8, $9, $10, $11, 3, 0, 0, 0, '', 16, 8, 0, people, plan, $12, $13, "
            "$14, $15 FROM"
            " work_order WHERE id = $16",
            id, number, title, state, over || state == "done" ? "completed" : "none", open ? 1 : 0,
            static_cast<std::int64_t>(site), fmt::format("第{}出張所", site), clock.now(), due,
            over || state == "done" ? std::optional(clock.now()) : std::nullopt, targets,
            fold_for_search(number + "\n" + title + "\n手順書のとおりに行い、結果を報告する。\n" +
                            fmt::format("第{}出張所\n\nTERM-{:05}", site, pc)),
            open ? "finish" : "", open ? std::optional(due) : std::nullopt, made[random() % made.size()]));
        YAGURA_CHECK(s.exec("INSERT INTO work_target (work, ledger, row_id) VALUES ($1, 'devices', $2)", id,
                            static_cast<std::int64_t>(10'000 + pc)));
      }
      return {};
    });
    if (!done) stop(done.error());
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string address = argc > 1 ? argv[1] : "", source = ".";
  int orders = 100'000;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i], value = argv[i + 1];
    if (name == "--orders") std::from_chars(value.data(), value.data() + value.size(), orders);
    if (name == "--source") source = value;
  }
  auto opened = store::Database::open(address);
  if (!opened) stop(opened.error());
  auto& database = **opened;
  for (const auto steps : {journal::migrations(), ledger::migrations(), desk::work_migrations()})
    if (auto done = database.migrate(steps); !done) stop(done.error());
  auto loaded = contract::load_pack(source + "/packs/sapporo");
  if (!loaded) stop(loaded.error());
  const auto pack = std::make_shared<const contract::Pack>(std::move(*loaded));
  ManualClock clock(calendar::parse_instant("2026-04-01T08:30").value());
  IdSource ids(clock);
  journal::Journal journal(clock, journal::load_kinds(source + "/share/journal/kinds.yaml").value());
  ledger::Ledgers ledgers({database, journal, clock, ids},
                          ledger::load_definitions(source + "/share/ledgers").value(),
                          [](std::string_view, std::string_view) { return std::vector<ledger::Choice>{}; });
  desk::WorkDesk work({database, journal, clock, ids, ledgers}, [&](std::string_view) { return pack; });
  const auto there =
      database.read([](store::Session& s) { return s.integer("SELECT count(*) FROM work_order"); }).value();
  if (there.value_or(0) == 0) {
    const double begun = now_ms();
    fill(work, clock, *pack, orders);
    if (auto indexed = work.orders.fill_search(contract_id); !indexed) stop(indexed.error());
    fmt::print("filled {} in {:.0f} s\n", orders, (now_ms() - begun) / 1000);
  } else {
    clock.advance(std::chrono::hours(24 * 350));
  }
  if (database.backend() == store::Backend::postgresql)  // which would do so by itself after a while
    (void)database.write([](store::Session& s) { return s.exec("ANALYZE"); });

  const auto ask = [&](auto set) {
    return [&, set](int i) {
      desk::WorkQuery q;
      q.contract = contract_id;
      set(q, i);
      const auto got = work.orders.list(q);
      return got ? fmt::format("{} rows", got->size()) : got.error().text();
    };
  };
  using Q = desk::WorkQuery;
  std::mt19937 random(2);
  measure("newest", ask([](Q&, int) {}));
  measure("a kind", ask([](Q& q, int) { q.kind = "relocation"; }));
  measure("open ones",
          ask([](Q& q, int) { q.states = {desk::WorkState::ordered, desk::WorkState::approved}; }));
  measure("a kind in a state",
          ask([](Q& q, int) { q.kind = "annual_check", q.states = {desk::WorkState::done}; }));
  measure("overdue", ask([](Q& q, int) { q.overdue = true; }));
  measure("a site", ask([&](Q& q, int) { q.site = Id(100 + random() % 40); }));
  measure("history of a machine", ask([&](Q& q, int) { q.device = Id(10'000 + random() % 5'000); }));
  measure("search: rare", ask([&](Q& q, int) { q.search = fmt::format("（{:x}）", random() % 50'000); }));
  measure("search: common", ask([](Q& q, int) { q.search = "設定"; }));
  measure("search: nothing", ask([](Q& q, int) { q.search = "存在しない言葉"; }));
  measure("search: a machine's name, overdue",
          ask([&](Q& q, int) { q.search = fmt::format("term-{:05}", random() % 5'000), q.overdue = true; }));
  measure("counts",
          [&](int) { return fmt::format("{} overdue", work.orders.counts(contract_id).value().overdue); });
  measure("what is due", [&](int) {
    return fmt::format("{} rows",
                       work.due.list(contract_id, clock.now() + std::chrono::days(7), 100).value().size());
  });
  measure("the year's regular work", [&](int) {
    return fmt::format("{} rows",
                       work.due.regular(*pack, clock.now() - std::chrono::days(365), clock.now())->size());
  });
  return slow ? 1 : 0;
}
