// Fills a new database with the records of a large contract, for benchmarks of the running server.
//
//   bench_fill DATABASE --devices N [--alerts N] [--days N] [--sampled N] [--incidents N] [--upstream]
//   [--journal]
//
// Devices go through the ledger's import, alerts, outages and incidents through their own stores, at times
// spread over the last --days; samples go straight into the tables of the thinned levels, as polling and
// thinning would have left them. Addresses are 127.x, so that every device answers ping.
#include <fmt/core.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "desk/incidents.hpp"
#include "ledger/ledgers.hpp"
#include "monitor/poll/sample_levels.hpp"
#include "monitor/poll/sample_store.hpp"
#include "monitor/remote_log/remote_logs.hpp"
#include "monitor/watch/alert_store.hpp"
#include "notify/contacts.hpp"
#include "people/people.hpp"
#include "report/archive.hpp"

using namespace yagura;
namespace watch = yagura::monitor::watch;
namespace poll = yagura::monitor::poll;
namespace alert = yagura::monitor::alert;
using schema::Value;

namespace {

constexpr auto contract_id = "matsusaka";

struct Wanted {
  std::string database;
  int devices = 100, alerts = 0, days = 90, sampled = 0, incidents = 0;
  bool upstream = false, journal = false;
};

struct Kind {
  const char *condition, *ja, *en;
  alert::Severity severity;
  bool port;
};
constexpr Kind kinds[] = {
    {"ping", "応答なし（Ping Failed）", "No answer (Ping Failed)", alert::Severity::critical, false},
    {"snmp", "SNMP の応答なし", "No answer to SNMP", alert::Severity::minor, false},
    {"link-down", "リンクダウン", "Link down", alert::Severity::major, true},
    {"fan", "ファン故障", "Fan failed", alert::Severity::major, false},
    {"power-supply", "電源装置の異常", "Power supply failed", alert::Severity::major, false},
    {"cold-start", "機器の再起動", "Cold start", alert::Severity::warning, false},
    {"config-changed", "設定の変更", "Configuration changed", alert::Severity::info, false},
    {"auth-failure", "SNMP 認証の失敗", "SNMP authentication failed", alert::Severity::warning, false},
    {"metric:cisco.cpu.used", "CPU 使用率がしきい値を超過", "CPU beyond its limit", alert::Severity::warning,
     false},
    {"metric:if.in.used", "受信の使用率がしきい値を超過", "Traffic in beyond its limit",
     alert::Severity::warning, true},
};

struct Device {
  Id id;
  std::string name, site_name;
  Id site;
};

[[noreturn]] void die(const Error& error) {
  std::fprintf(stderr, "bench_fill: %s\n", error.text().c_str());
  std::exit(1);
}
template <class T>
T need(Result<T> result) {
  if (!result) die(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class Filling {
 public:
  explicit Filling(Wanted wanted) : want_(std::move(wanted)), now_(SystemClock().now()), clock_(now_) {
    database_ = need(store::Database::open(want_.database));
    for (const auto steps :
         {journal::migrations(), people::migrations(), ledger::migrations(), notify::migrations(),
          desk::migrations(), watch::migrations(), poll::SampleStore::migrations(),
          monitor::remote_log::migrations(), report::migrations()})
      need(database_->migrate(steps));
    pack_ = std::make_shared<const contract::Pack>(need(contract::load_pack("packs/matsusaka")));
    journal_ =
        std::make_unique<journal::Journal>(clock_, need(journal::load_kinds("share/journal/kinds.yaml")));
    ledgers_ = std::make_unique<ledger::Ledgers>(ledger::Ledgers::Ground{*database_, *journal_, clock_, ids_},
                                                 need(ledger::load_definitions("share/ledgers")),
                                                 [this](std::string_view, std::string_view source) {
                                                   std::vector<ledger::Choice> out;
                                                   if (source == "device_classes")
                                                     for (const auto& c : pack_->device_classes)
                                                       out.push_back({c.id, {c.title.ja, c.title.en}});
                                                   if (source == "site_kinds")
                                                     for (const auto& k : pack_->site_kinds)
                                                       out.push_back({k.id, {k.title.ja, k.title.en}});
                                                   return out;
                                                 });
  }

  void run() {
    clock_.jump_to(now_ - std::chrono::days(want_.days));
    devices();
    said("devices");
    incidents();
    said("incidents");
    alerts();
    said("alerts");
    samples();
    said("samples");
  }

 private:
  void said(const char* what) const {
    std::fprintf(stderr, "bench_fill: %s %.1f s\n", what,
                 static_cast<double>((SystemClock().now() - now_).count()) / 1e6);
  }

  void import(const char* ledger, const std::string& csv) {
    const auto file = std::filesystem::temp_directory_path() / fmt::format("bench_fill_{}.csv", ::getpid());
    std::ofstream(file) << csv;
    const auto plan = need(ledgers_->plan({}, contract_id, ledger, file, "fill.csv", {}));
    std::filesystem::remove(file);
    if (plan.rejected != 0) {
      std::fprintf(stderr, "bench_fill: %ld rows of %s rejected\n", static_cast<long>(plan.rejected), ledger);
      std::exit(1);
    }
    need(ledgers_->execute({}, contract_id, plan.id, {}));
  }

  void devices() {
    constexpr int sites = 100;
    std::string csv = "name,kind\n";
    for (int i = 0; i < sites; ++i)
      csv += fmt::format("拠点{:03} 庁舎,{}\n", i,
                         pack_->site_kinds[static_cast<std::size_t>(i) % pack_->site_kinds.size()].id);
    import("sites", csv);
    const auto row = [&](int i, const char* upstream) {
      const auto& c = pack_->device_classes[static_cast<std::size_t>(i) % pack_->device_classes.size()];
      return fmt::format("機器-{:05},{},拠点{:03} 庁舎,127.{}.{}.{},{}\n", i, c.id, i % sites, 1 + i / 62'500,
                         i / 250 % 250, 1 + i % 250, upstream);
    };
    const std::string heading = "name,class,site,address,upstream\n";
    // What is above the others must be there before them.
    import("devices", heading + row(0, ""));
    csv = heading;
    for (int i = 1; i < want_.devices; ++i) csv += row(i, want_.upstream ? "機器-00000" : "");
    import("devices", csv);
    std::map<Id, std::string> site_names;
    need(ledgers_->each(contract_id, "sites", [&](ledger::Row&& r) { site_names[r.id] = r.title; }));
    need(ledgers_->each(contract_id, "devices", [&](ledger::Row&& r) {
      const Id site = r.fields["site"].integer();
      devices_.push_back({r.id, r.title, site_names[site], site});
    }));
  }

  [[nodiscard]] Time at(int i, int of) const {
    const auto span =
        std::chrono::duration_cast<Duration>(std::chrono::days(want_.days)) - std::chrono::hours(1);
    return now_ - std::chrono::days(want_.days) + std::chrono::minutes(30) + span * i / std::max(of, 1);
  }

  void incidents() {
    notify::Contacts contacts({*database_, *journal_, clock_, ids_});
    desk::Incidents desk(
        {*database_, *journal_, clock_, ids_, contacts}, [this](std::string_view) { return pack_; },
        [](std::string_view, const contract::ContactStep&) -> Result<std::vector<notify::Recipient>> {
          return std::vector<notify::Recipient>{};
        });
    for (int i = 0; i < want_.incidents; ++i) {
      clock_.jump_to(at(i, want_.incidents));
      const auto& d = devices_[static_cast<std::size_t>(i) * 7 % devices_.size()];
      const auto opened = need(desk.open({}, {.contract = contract_id,
                                              .title = d.name + " 応答なし",
                                              .severity = "critical",
                                              .detail = "",
                                              .place = {d.id, d.name, "", d.site, d.site_name, ""},
                                              .detected_at = {}}));
      incidents_.push_back(opened.id);
    }
  }

  // Most are over; the last few hundred are still open, some of them held under another one.
  void alerts() {
    watch::AlertStore store(*database_, *journal_);
    std::mt19937 random(7);
    const int open_from = want_.alerts - std::min(want_.alerts / 10, 500);
    Id parent = 0;
    for (int i = 0; i < want_.alerts;) {
      need(database_->write([&](store::Session& s) -> Result<void> {
        for (const int end = std::min(want_.alerts, i + 5000); i < end; ++i) {
          const Time time = at(i, want_.alerts);
          clock_.jump_to(time);
          const auto& d = devices_[random() % devices_.size()];
          const auto& kind = kinds[random() % std::size(kinds)];
          watch::AlertStore::Saved v;
          v.alert.id = alert_ids_.next();
          v.contract = contract_id;
          v.device_name = d.name;
          v.site = d.site;
          v.site_name = d.site_name;
          v.kind = kind.condition;
          v.object = kind.port ? fmt::format("GigabitEthernet1/0/{}", 1 + random() % 48) : "";
          v.title = {kind.ja, kind.en};
          if (kind.port) v.title = {v.title.ja + "（" + v.object + "）", v.title.en + " (" + v.object + ")"};
          v.alert.key = {d.id, 0, v.kind + (kind.port ? " " + v.object : "")};
          v.alert.severity = kind.severity;
          v.alert.nature = v.kind == "ping" ? alert::Nature::reachability : alert::Nature::local;
          v.alert.first = time;
          v.alert.last = time + std::chrono::minutes(5);
          v.alert.count = 1 + random() % 20;
          v.alert.standing = alert::Standing::announced;
          v.alert.announced_at = time;
          v.alert.evidence = "1.3.6.1.6.3.1.1.5.3 ifIndex=7 ifAdminStatus=1 ifOperStatus=2";
          if (!incidents_.empty()) v.incident = incidents_[random() % incidents_.size()];
          if (i < open_from) {
            v.alert.on = false;
            v.alert.closed_at = time + std::chrono::minutes(5 + random() % 200);
            if (random() % 3 == 0) {
              v.alert.standing = alert::Standing::suppressed;
              v.alert.parent = parent;
            } else {
              parent = v.alert.id;
            }
          } else {
            v.alert.nature = alert::Nature::local;
            v.alert.event = true;
            if (i % 5 == 0) {
              v.alert.standing = alert::Standing::suppressed;
              v.alert.parent = parent;
            } else {
              parent = v.alert.id;
            }
            if (v.incident == 0) v.incident = 1;  // told already
          }
          YAGURA_CHECK(store.save(s, v));
          if (v.kind == "ping" && v.alert.closed_at) {
            YAGURA_CHECK(store.begin_outage(s, ids_.next(), contract_id, d.id, time));
            YAGURA_CHECK(store.end_outage(s, d.id, *v.alert.closed_at));
          }
          if (want_.journal)
            for (const char* entry : {"alert.opened", "alert.cleared"})
              YAGURA_CHECK(
                  journal_->append(s, {contract_id,
                                       {},
                                       entry,
                                       "alert/" + std::to_string(v.alert.id),
                                       Value::object({{"title", v.title.ja}, {"device", v.device_name}})}));
        }
        return {};
      }));
    }
  }

  struct Series {
    std::string metric, instance;
  };

  // Days of a round trip and a loss of every device; everything of the first --sampled ones, of which the
  // first has 24 ports.
  void samples() {
    if (want_.sampled == 0) return;
    std::vector<Series> series{{"ping.rtt", ""},
                               {"ping.loss", ""},
                               {"system.uptime", ""},
                               {"cisco.cpu.used", "1"},
                               {"cisco.memory.used", "Processor"}};
    const std::size_t few = series.size() + 9;
    for (int port = 1; port <= 24; ++port)
      for (const char* metric : {"if.oper", "if.admin", "if.in.bits", "if.out.bits", "if.in.errors",
                                 "if.out.errors", "if.in.discards", "if.out.discards", "if.speed"})
        series.push_back({metric, fmt::format("GigabitEthernet1/0/{}", port)});
    const std::int64_t now = to_micros(now_);
    need(database_->write([&](store::Session& s) -> Result<void> {
      for (std::size_t i = 0; i < series.size(); ++i)
        YAGURA_CHECK(s.exec("INSERT INTO sample_series (id, metric, instance) VALUES ($1, $2, $3)", i + 1,
                            series[i].metric, series[i].instance));
      return {};
    }));
    level(poll::raw, now - 86'400'000'000, now, 60'000'000, 0, few);
    level(poll::five, now - std::int64_t{35} * 86'400'000'000, now - 600'000'000, 0, 0, few);
    level(poll::hour, now - std::int64_t{want_.days} * 86'400'000'000, now - 7'200'000'000, 0, 0, few);
    level(poll::six_hours, now - std::int64_t{want_.days} * 86'400'000'000, now - 2 * 21'600'000'000, 0, 0,
          few);
    level(poll::day, now - std::int64_t{want_.days} * 86'400'000'000, now - 2 * 86'400'000'000, 0,
          devices_.size(), few);
  }

  // every: microseconds between rows where they are sparser than the grid; all: devices that have the first
  // two series on this level.
  void level(int level, std::int64_t from, std::int64_t to, std::int64_t every, std::size_t all,
             std::size_t few) {
    const std::int64_t step = std::max(every, poll::step_of(level));
    const std::string_view raw_columns[] = {"at", "device", "series", "value"};
    const std::string_view columns[] = {"at", "device", "series", "average", "low", "high", "n"};
    const bool raw = level == poll::raw;
    from = poll::floor_with(from, step, poll::offset_of(level));
    to = poll::floor_with(to, step, poll::offset_of(level));
    const auto sampled = static_cast<std::size_t>(want_.sampled);
    std::vector<store::Param> rows;
    const auto flush = [&] {
      need(database_->write([&](store::Session& s) {
        return raw ? s.insert_many(poll::table_of(level), raw_columns, rows)
                   : s.insert_many(poll::table_of(level), columns, rows);
      }));
      rows.clear();
    };
    for (std::int64_t time = from; time < to; time += step) {
      for (std::size_t d = 0; d < std::max(all, sampled) && d < devices_.size(); ++d) {
        const std::size_t count = d == 0 ? 5 + 24 * 9 : d < sampled ? few : 2;
        for (std::size_t i = 0; i < count; ++i) {
          const double value =
              1.0 + static_cast<double>((d * 31 + i * 7 + static_cast<std::size_t>(time / step)) % 90);
          rows.insert(rows.end(),
                      {store::to_param(time), store::to_param(devices_[d].id),
                       store::to_param(static_cast<std::int64_t>(i + 1)), store::to_param(value)});
          if (!raw)
            rows.insert(rows.end(), {store::to_param(value - 0.5), store::to_param(value + 0.5),
                                     store::to_param(std::int64_t{30})});
        }
      }
      if (rows.size() > 1'000'000) flush();
    }
    flush();
    if (!raw)
      need(database_->write([&](store::Session& s) { return s.exec(poll::set_progress, level, to); }));
  }

  const Wanted want_;
  const Time now_;
  ManualClock clock_;
  // Ids grow: alerts have a source of their own, so that theirs are of their times.
  IdSource ids_{clock_}, alert_ids_{clock_, 1};
  std::unique_ptr<store::Database> database_;
  std::shared_ptr<const contract::Pack> pack_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<ledger::Ledgers> ledgers_;
  std::vector<Device> devices_;
  std::vector<Id> incidents_;
};

}  // namespace

int main(int count, char** args) {
  Wanted wanted;
  for (int i = 1; i < count; ++i) {
    const std::string_view name = args[i];
    if (!name.starts_with("--")) {
      wanted.database = name;
      continue;
    }
    if (name == "--upstream") {
      wanted.upstream = true;
      continue;
    }
    if (name == "--journal") {
      wanted.journal = true;
      continue;
    }
    int* const number = name == "--devices"     ? &wanted.devices
                        : name == "--alerts"    ? &wanted.alerts
                        : name == "--days"      ? &wanted.days
                        : name == "--sampled"   ? &wanted.sampled
                        : name == "--incidents" ? &wanted.incidents
                                                : nullptr;
    if (!number || i + 1 == count) {
      std::fprintf(stderr, "bench_fill: %s?\n", args[i]);
      return 2;
    }
    const std::string_view text = args[++i];
    std::from_chars(text.data(), text.data() + text.size(), *number);
  }
  if (wanted.database.empty()) {
    std::fprintf(stderr, "bench_fill DATABASE --devices N ...\n");
    return 2;
  }
  Filling(wanted).run();
}
