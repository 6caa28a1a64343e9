// A month of a made-up city, of any size, for tests and benches. The same arguments give the same month.
#pragma once

#include <fmt/format.h>

#include <cmath>

#include "report/figures.hpp"

namespace yagura::report {

inline MonthFigures sample_month(int devices, int alerts, calendar::Month month = {2026, 4}) {
  using namespace std::chrono_literals;
  MonthFigures out;
  out.month = month;
  const Span span = calendar::span_of(month);
  const auto length = span.to - span.from;
  const auto days = static_cast<int>(length / 24h);
  out.as_of = span.to;
  out.contract = {"庁内情報基盤運用業務", "Operation of the office network"};
  out.client = {"櫓市", "Yagura City"};
  out.contractor = {"運用受託者（見本）", "Contractor (sample)"};
  out.classes = {{"core", {"基幹スイッチ", "Core switch"}, 999'900},
                 {"switch", {"フロアスイッチ", "Floor switch"}, 999'000},
                 {"router", {"ルータ", "Router"}, 999'500},
                 {"server", {"サーバー", "Server"}, 0}};
  const char* sites[] = {"本庁舎", "﨑山支所", "髙津出張所", "𠮷野図書館"};
  std::uint64_t state = 42;
  const auto random = [&state](std::uint64_t below) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % below;
  };
  const auto moment = [&] {
    return span.from + std::chrono::seconds(random(static_cast<std::uint64_t>(length / 1s)));
  };
  for (int i = 0; i < devices; ++i) {
    const auto& c = out.classes[i < 2 ? 0 : 1 + static_cast<std::size_t>(i) % 3];
    out.devices.push_back({i + 1, fmt::format("{}-{:04}", c.id, i + 1),
                           fmt::format("192.0.2.{}", i % 250 + 1), sites[i % 4], c.id});
    for (const char* metric : {"cpu", "memory", "traffic", "storage"}) {
      Performance series{i + 1, metric, {}};
      const double level = static_cast<double>(random(70));
      for (int d = 0; d < days; ++d) {
        const double mean = level + 10 * std::sin(d * 0.5 + i) + 10;
        series.days.push_back({mean, mean + static_cast<double>(random(15)), i == 3 && d == 10 ? 0 : 288});
      }
      out.performance.push_back(std::move(series));
    }
  }
  const char* severities[] = {"critical", "major", "minor", "warning"};
  const Words kinds[] = {{"ファン故障", "Fan failure"},
                         {"リンク断", "Link down"},
                         {"応答なし", "No answer"},
                         {"CPU 使用率超過", "CPU load high"}};
  for (int i = 0; i < alerts; ++i) {
    const auto& device = out.devices[random(static_cast<std::uint64_t>(devices))];
    const Time at = moment();
    Alert alert{i + 1,
                at,
                at + std::chrono::minutes(5 + random(90)),
                severities[random(4)],
                "resolved",
                device.site,
                device.name,
                kinds[random(4)],
                ""};
    if (i % 97 == 0) alert.closed.reset(), alert.state = "open";
    if (i % 50 != 0) {
      out.alerts.push_back(std::move(alert));
      continue;
    }
    const std::string number = fmt::format("{:04}{:02}-{:04}", month.year, month.month, i / 50 + 1);
    alert.incident = number;
    const bool late = i % 250 == 0;
    out.incidents.push_back({number, at, at + 95min, alert.severity, "closed", device.site, device.name,
                             fmt::format("{} {}", device.name, alert.kind.ja),
                             "部品を交換し、疎通を確認した。"});
    out.clocks.push_back({number,
                          "first_report",
                          {"一次報告（30 分以内）", "First report (30 min)"},
                          at,
                          at + 30min,
                          at + 12min,
                          12min,
                          ClockOutcome::kept,
                          ""});
    out.clocks.push_back({number,
                          "on_site",
                          {"現地到着（60 分以内）", "On site (60 min)"},
                          at,
                          at + 60min,
                          at + (late ? 75min : 48min),
                          late ? 75min : 48min,
                          late ? ClockOutcome::missed : ClockOutcome::kept,
                          late ? "大雨による通行止めのため迂回した。" : ""});
    out.outages.push_back({device.id, {at, at + 40min}, alert.kind.ja, number});
    out.contacts.push_back(
        {at + 3min, number, "情報政策課 髙橋 﨑子", "phone", i % 100 == 0 ? "no_answer" : "answered"});
    out.contacts.push_back({at + 9min, number, "情報政策課（共有）", "mail", "sent"});
    out.alerts.push_back(std::move(alert));
  }
  out.silences.push_back({{span.from + 12 * 24h + 13h, span.from + 12 * 24h + 15h},
                          "本庁舎 一式",
                          {1, 2},
                          "運用 太郎",
                          "電気設備の法定点検",
                          true});
  out.outages.push_back({1, {span.from + 12 * 24h + 13h, span.from + 12 * 24h + 14h}, "計画停電", ""});
  out.journal = {"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 48'211};
  return out;
}

}  // namespace yagura::report
