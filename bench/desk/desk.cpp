// Fills a database with tickets through the desk's own engine and measures what its screens ask, and all
// clocks judged anew.
//
//   bench_desk DATABASE [--tickets N] [--source DIR]
//
// Prints p50 and p95 of each question in milliseconds, and the seconds of the recount, which must find
// nothing to change. A database that has tickets already is measured as it is.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <random>

#include "desk/incidents.hpp"

using namespace yagura;

namespace {

constexpr auto contract_id = "moriguchi";
const journal::Actor by{7, "運用 次郎", ""};

double now_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

template <class F>
void measure(const char* what, int times, F&& ask) {
  std::vector<double> took;
  std::string said;
  for (int i = 0; i < times; ++i) {
    const double begun = now_ms();
    said = ask(i);
    took.push_back(now_ms() - begun);
  }
  std::ranges::sort(took);
  const auto at = [&](double share) {
    return took[static_cast<std::size_t>(share * double(took.size() - 1))];
  };
  fmt::print("{:<44} p50 {:8.2f}  p95 {:8.2f} ms   {}\n", what, at(0.5), at(0.95), said);
  std::fflush(stdout);
}

struct Words {
  std::vector<std::string> things{"プリンター",     "複合機",     "ノートパソコン", "メール",
                                  "ファイルサーバ", "VPN",        "共有フォルダ",   "パスワード",
                                  "Web 会議",       "スキャナー", "住民記録端末",   "ディスプレイ"};
  std::vector<std::string> states{"が起動しない", "につながらない",     "の紙詰まり",         "が遅い",
                                  "の使い方",     "の権限を追加したい", "で警告が表示される", "を紛失した",
                                  "の音が出ない", "が再起動を繰り返す"};
  std::vector<std::string> details{
      "朝から続いている。", "昨日の更新のあと。", "本庁舎 3 階。", "再起動しても変わらない。",
      "ほかの職員も同じ。", "至急ではない。",     "型番は不明。",  "エラー番号 0x80070005。",
      "在宅勤務中。",       "出張所からの連絡。"};
};

void fill(desk::Incidents& incidents, ManualClock& clock, int tickets) {
  std::mt19937 random(1);
  const Words w;
  const auto pick = [&](const auto& list) -> const auto& { return list[random() % list.size()]; };
  const double begun = now_ms();
  std::vector<Id> open;
  for (int i = 0; i < tickets; ++i) {
    clock.advance(std::chrono::seconds(60 + random() % 500));
    const auto roll = random() % 10;
    desk::NewIncident n;
    n.contract = contract_id;
    n.kind = roll < 5 ? "inquiry" : roll < 8 ? "fault" : "repair";
    n.severity = roll % 2 == 0 ? "minor" : "major";
    n.title = pick(w.things) + pick(w.states);
    n.detail = pick(w.details) + pick(w.details) + fmt::format("受付メモ {:x}。", random() % 50'000);
    const auto pc = random() % 5'000;
    n.place = {Id(1'000 + pc), fmt::format("PC-{:05}", pc), "notebook_pc", 9, "本庁舎", "main_office"};
    n.caller = {"職員", fmt::format("第{}課", random() % 120), "", "", 0, Id(1 + random() % 3'000)};
    auto made = incidents.open(by, n);
    if (!made) {
      fmt::print(stderr, "{}\n", made.error().text());
      std::exit(1);
    }
    open.push_back(made->id);
    if (random() % 3 == 0)
      (void)incidents.event(by, contract_id, open[random() % open.size()], "work_started", {}, "");
    // Nine of ten are done with.
    if (open.size() > 200 && random() % 10 != 0) {
      const auto at = random() % open.size();
      (void)incidents.event(by, contract_id, open[at], "restored", {}, "");
      if (auto done = incidents.close(by, contract_id, open[at], "対応済み"); done || random() % 2 == 0)
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
    }
    if (i % 20 == 0) (void)incidents.tick();
    if (i % 10'000 == 9'999)
      fmt::print("filled {} in {:.0f} s\n", i + 1, (now_ms() - begun) / 1000), std::fflush(stdout);
  }
  while (incidents.tick().value_or(0) > 0) {
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string address = argc > 1 ? argv[1] : "", source = ".";
  int tickets = 100'000;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i], value = argv[i + 1];
    if (name == "--tickets") std::from_chars(value.data(), value.data() + value.size(), tickets);
    if (name == "--source") source = value;
  }
  auto opened = store::Database::open(address);
  if (!opened) return fmt::print(stderr, "{}\n", opened.error().text()), 1;
  auto& database = **opened;
  for (const auto steps :
       {journal::migrations(), notify::migrations(), ledger::migrations(), desk::migrations()})
    if (auto done = database.migrate(steps); !done) return fmt::print(stderr, "{}\n", done.error().text()), 1;
  auto loaded = contract::load_pack(source + "/packs/moriguchi");
  if (!loaded) return fmt::print(stderr, "{}\n", loaded.error().text()), 1;
  const auto pack = std::make_shared<const contract::Pack>(std::move(*loaded));
  ManualClock clock(calendar::parse_instant("2025-04-01T08:30").value());
  IdSource ids(clock);
  journal::Journal journal(clock, journal::load_kinds(source + "/share/journal/kinds.yaml").value());
  notify::Contacts contacts({database, journal, clock, ids});
  desk::Incidents incidents(
      {database, journal, clock, ids, contacts}, [&](std::string_view) { return pack; },
      [](std::string_view, const contract::ContactStep&) -> Result<std::vector<notify::Recipient>> {
        return std::vector<notify::Recipient>{};
      });
  const auto there =
      database.read([](store::Session& s) { return s.integer("SELECT count(*) FROM desk_row"); })
          .value()
          .value_or(0);
  if (there == 0)
    fill(incidents, clock, tickets);
  else
    clock.jump_to(
        database.read([](store::Session& s) { return s.integer("SELECT max(changed_at) FROM desk_row"); })
            .value()
            .transform([](auto at) { return from_micros(at); })
            .value_or(clock.now()));
  if (database.backend() == store::Backend::postgresql)  // which would do so by itself after a while
    (void)database.write([](store::Session& s) { return s.exec("ANALYZE"); });

  const auto ask = [&](auto set) {
    return [&, set](int i) {
      desk::TicketQuery q;
      q.contract = contract_id;
      set(q, i);
      const auto got = incidents.tickets().page(q);
      if (!got) return got.error().text();
      return fmt::format("{} rows of {}{}", got->rows.size(), got->total.value_or(0),
                         got->total_is_least ? "+" : "");
    };
  };
  using Q = desk::TicketQuery;
  std::mt19937 random(2);
  constexpr int times = 60;
  measure("newest", times, ask([](Q&, int) {}));
  measure("open, by deadline", times, ask([](Q& q, int) { q.open = true, q.sort = desk::TicketSort::due; }));
  measure("kind, last changed", times,
          ask([](Q& q, int) { q.kinds = {"repair"}, q.sort = desk::TicketSort::changed; }));
  measure("owned by nobody, open", times, ask([](Q& q, int) { q.owner = 0, q.open = true; }));
  measure("overdue", times,
          ask([&](Q& q, int) { q.open = true, q.due_before = clock.now(), q.sort = desk::TicketSort::due; }));
  measure("a section, done", times,
          ask([&](Q& q, int) { q.section = fmt::format("第{}課", random() % 120), q.open = false; }));
  measure("history of a PC", times, ask([&](Q& q, int) { q.device = Id(1'000 + random() % 5'000); }));
  measure("history of a caller", times, ask([&](Q& q, int) { q.contact = Id(1 + random() % 3'000); }));
  measure("search: rare", times,
          ask([&](Q& q, int) { q.search = fmt::format("メモ {:x}", random() % 50'000); }));
  measure("search: two characters, common", times, ask([](Q& q, int) { q.search = "起動"; }));
  measure("search: one character", times, ask([](Q& q, int) { q.search = "課"; }));
  measure("search: two words", times, ask([](Q& q, int) { q.search = "複合機 出張所"; }));
  measure("search: nothing", times, ask([](Q& q, int) { q.search = "存在しない言葉"; }));
  measure("search: pieces everywhere, never together", times,
          ask([](Q& q, int) { q.search = "朝から紛失"; }));
  measure("search: a PC's name", times,
          ask([&](Q& q, int) { q.search = fmt::format("pc-{:05}", random() % 5'000); }));
  measure("search: common, of a section, by deadline", times, ask([&](Q& q, int) {
            q.search = "起動", q.section = fmt::format("第{}課", random() % 120),
            q.sort = desk::TicketSort::due;
          }));
  desk::TicketQuery deep;
  deep.contract = contract_id;
  deep.limit = 100;
  std::vector<std::string> cursors{""};
  for (int i = 0; i < 300; ++i) {
    const auto got = incidents.tickets().page(deep);
    if (!got || got->next.empty()) break;
    cursors.push_back(deep.cursor = got->next);
  }
  measure("a page deep in the list", times, ask([&](Q& q, int i) {
            q.limit = 100,
            q.cursor = cursors[cursors.size() - 1 - static_cast<std::size_t>(i) % (cursors.size() / 2 + 1)];
          }));

  const double begun = now_ms();
  const auto again = incidents.recount(contract_id);
  if (!again) return fmt::print(stderr, "{}\n", again.error().text()), 1;
  fmt::print("{} clocks judged anew in {:.2f} s; {} differ from what was kept up\n", again->clocks,
             (now_ms() - begun) / 1000, again->changed);
  return again->changed == 0 ? 0 : 1;
}
