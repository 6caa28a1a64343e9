#include "desk/waves.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "desk/campaigns.hpp"
#include "desk/work_record.hpp"

namespace yagura::desk {

using store::Row;
using store::Session;

namespace {
constexpr std::size_t most_waves = 20;
}

Result<std::vector<std::size_t>> waves_of(const std::vector<NewWave>& waves,
                                          const std::vector<Machine>& machines) {
  if (waves.size() < 2 || waves.size() > most_waves)
    return fail("desk.wave_count", {{"limit", std::to_string(most_waves)}});
  for (const auto& wave : waves) {
    YAGURA_CHECK(check_work_text(wave.title, 100, true));
    if (&wave != &waves.back() && wave.devices.empty() && wave.sites.empty())
      return fail("desk.wave_empty", {{"wave", wave.title}});
  }
  std::vector<std::size_t> out;
  std::vector<bool> used(waves.size());
  for (const auto& machine : machines) {
    const auto found = std::ranges::find_if(waves, [&](const NewWave& wave) {
      return std::ranges::find(wave.devices, machine.id) != wave.devices.end() ||
             std::ranges::find(wave.sites, machine.site) != wave.sites.end();
    });
    const auto index = std::min(static_cast<std::size_t>(found - waves.begin()), waves.size() - 1);
    used[index] = true;
    out.push_back(index);
  }
  for (std::size_t i = 0; i < waves.size(); ++i)
    if (!used[i]) return fail("desk.wave_empty", {{"wave", waves[i].title}});
  return out;
}

Result<void> insert_waves(Session& s, Id campaign, const std::vector<NewWave>& waves,
                          const std::string& opened_by, Time now) {
  for (std::size_t i = 0; i < waves.size(); ++i) {
    const bool first = i == 0;
    YAGURA_CHECK(
        s.exec("INSERT INTO work_wave (campaign, seq, title, opened_at, opened_by, note) VALUES ($1, $2, $3, "
               "$4, $5, '')",
               campaign, static_cast<std::int64_t>(i + 1), std::string(trim(waves[i].title)),
               first ? std::optional(now) : std::nullopt, first ? opened_by : std::string()));
  }
  return {};
}

Result<void> insert_wave_order(Session& s, Id campaign, std::size_t wave, Id order) {
  auto ran = s.exec("INSERT INTO work_wave_order (work, campaign, seq) VALUES ($1, $2, $3)", order, campaign,
                    static_cast<std::int64_t>(wave + 1));
  if (!ran) return std::unexpected(std::move(ran).error());
  return {};
}

Result<std::vector<Wave>> read_waves(Session& s, Id campaign, Time now) {
  std::vector<Wave> out;
  YAGURA_CHECK(s.query(
      "SELECT v.seq, v.title, v.opened_at, v.opened_by, v.note, count(*),"
      " sum(CASE WHEN w.open = 0 THEN 1 ELSE 0 END), sum(CASE WHEN w.state = 'stopped' THEN 1 ELSE 0 END),"
      " sum(CASE WHEN w.open = 1 AND w.due < $2 THEN 1 ELSE 0 END), sum(w.steps_total),"
      " sum(w.steps_answered), sum(w.steps_failed)"
      " FROM work_wave v JOIN work_wave_order o ON o.campaign = v.campaign AND o.seq = v.seq"
      " JOIN work_order w ON w.id = o.work WHERE v.campaign = $1"
      " GROUP BY v.seq, v.title, v.opened_at, v.opened_by, v.note ORDER BY v.seq",
      campaign, now, [&](const Row& row) {
        const auto count = [&](int column) { return static_cast<int>(row.integer(column)); };
        out.push_back({count(0),
                       row.string(1),
                       row.string(3),
                       row.string(4),
                       row.maybe_time(2),
                       {count(5), count(6), count(7), count(8), count(9), count(10), count(11)}});
      }));
  return out;
}

Result<Wave> open_wave(Session& s, Id campaign, int seq, const std::string& opened_by,
                       const std::string& finding, Time now) {
  YAGURA_CHECK(check_work_text(finding, 4'000, true));
  YAGURA_CHECK(s.lock("campaign/" + std::to_string(campaign)));
  YAGURA_TRY(auto waves, read_waves(s, campaign, now));
  const auto wave = std::ranges::find(waves, seq, &Wave::seq);
  if (wave == waves.end()) return fail("desk.wave_not_found");
  if (wave->opened_at) return fail("desk.wave_open", {{"wave", wave->title}});
  // Waves are numbered from 1, and the first is open: there is always one before.
  const auto& before = *(wave - 1);
  const int left = before.progress.orders - before.progress.finished;
  if (!before.opened_at || left > 0)
    return fail("desk.wave_unfinished", {{"wave", before.title}, {"count", std::to_string(left)}});
  YAGURA_CHECK(s.exec(
      "UPDATE work_wave SET opened_at = $3, opened_by = $4, note = $5 WHERE campaign = $1 AND seq = $2",
      campaign, seq, now, opened_by, std::string(trim(finding))));
  wave->opened_at = now;
  wave->opened_by = opened_by;
  wave->note = trim(finding);
  return std::move(*wave);
}

Result<void> check_wave(Session& s, const WorkOrder& order) {
  if (order.campaign == 0 || order.state != WorkState::approved) return {};
  YAGURA_TRY(const auto waits,
             s.text("SELECT v.title FROM work_wave_order o JOIN work_wave v ON v.campaign = o.campaign AND"
                    " v.seq = o.seq WHERE o.work = $1 AND v.opened_at IS NULL",
                    order.id));
  if (waits) return fail("desk.wave_waits", {{"wave", *waits}});
  return {};
}

}  // namespace yagura::desk
