#include "monitor/watch/class_profiles.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "schema/json.hpp"
#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::monitor::watch {

using contract::Threshold;
using schema::Value;

struct ClassProfiles::Made {
  Guarded<std::map<std::string, std::shared_ptr<const poll::Profile>>> by_key;
};

namespace {

using Lists = std::map<std::string, std::vector<std::string>>;

// The two kinds of severity meet where the watch reads an observation (behind()); here only the order counts.
const char* poll_severity(const std::string& severity) {
  if (severity == "critical" || severity == "major") return "critical";
  return severity == "info" ? "notice" : "warning";
}

int polls_of(Duration lasting, Duration interval) {
  if (interval <= Duration::zero()) return 1;
  return static_cast<int>(std::clamp<std::int64_t>((lasting + interval - Duration(1)) / interval, 1, 1000));
}

Value threshold_value(const Threshold& t, Duration interval) {
  Value out = Value::object({{"severity", Value(poll_severity(t.severity))}});
  out.set(t.enter >= t.leave ? "above" : "below", t.enter);
  out.set("leave", t.leave);
  out.set("hold", polls_of(t.lasting, interval));
  return out;
}

std::string key_of(const std::string& profile, std::span<const Threshold> wanted) {
  std::string out = profile;
  for (const auto& t : wanted)
    out += fmt::format("\n{} {} {} {} {}", t.metric, t.enter, t.leave, t.lasting.count(), t.severity);
  return out;
}

}  // namespace

ClassProfiles::ClassProfiles() : made_(std::make_unique<Made>()) {}
ClassProfiles::ClassProfiles(ClassProfiles&&) noexcept = default;
ClassProfiles& ClassProfiles::operator=(ClassProfiles&&) noexcept = default;
ClassProfiles::~ClassProfiles() = default;

Result<ClassProfiles> ClassProfiles::load(const std::filesystem::path& share) {
  ClassProfiles out;
  out.folder_ = share / "profiles";
  YAGURA_TRY(out.profiles_, poll::load_profiles(out.folder_));
  YAGURA_TRY(const auto sets, schema::read_yaml(share / "polling.yaml"));
  YAGURA_TRY(const auto of_class, schema::read<Lists>(sets));
  for (const auto& [name, profiles] : of_class)
    for (const auto& profile : profiles)
      if (!out.profiles_.contains(profile))
        return fail("monitor.profile_unknown", {{"profile", profile}, {"class", name}});
  out.sets_ = {of_class.begin(), of_class.end()};
  YAGURA_TRY(const auto words, schema::read_yaml(share / "thresholds.yaml"));
  YAGURA_TRY(const auto of_word, schema::read<Lists>(words));
  out.metrics_ = {of_word.begin(), of_word.end()};
  for (const auto& [word, metrics] : of_word)
    for (const auto& id : metrics) {
      const bool known = std::ranges::any_of(out.profiles_, [&](const auto& entry) {
        return std::ranges::any_of(entry.second->groups, [&](const poll::Group& g) {
          return std::ranges::any_of(g.metrics, [&](const poll::Metric& m) { return m.id == id; });
        });
      });
      if (!known) return fail("monitor.threshold_metric_unknown", {{"word", word}, {"metric", id}});
    }
  return out;
}

const std::vector<std::string>* ClassProfiles::set(std::string_view name) const {
  const auto found = sets_.find(name);
  return found == sets_.end() ? nullptr : &found->second;
}

bool ClassProfiles::measures(std::string_view word, std::string_view metric) const {
  const auto found = metrics_.find(word);
  return found != metrics_.end() && std::ranges::find(found->second, metric) != found->second.end();
}

std::shared_ptr<const poll::Profile> ClassProfiles::of(const std::string& id,
                                                       std::span<const Threshold> wanted) const {
  const auto& plain = profiles_.at(id);
  const bool any = std::ranges::any_of(plain->groups, [&](const poll::Group& g) {
    return std::ranges::any_of(g.metrics, [&](const poll::Metric& m) {
      return std::ranges::any_of(wanted, [&](const Threshold& t) { return measures(t.metric, m.id); });
    });
  });
  if (!any) return plain;
  const auto key = key_of(id, wanted);
  if (auto made = made_->by_key.with([&](const auto& all) {
        const auto found = all.find(key);
        return found == all.end() ? nullptr : found->second;
      }))
    return made;
  // The file with other thresholds, through the same checks as the file itself.
  auto file = schema::read_yaml(folder_ / (id + ".yaml"));
  if (!file) return plain;
  for (auto& group : file->find("groups")->items()) {
    auto* metrics = group.find("metrics");
    if (!metrics) continue;
    for (auto& metric : metrics->items()) {
      Value own = Value::array();
      for (const auto& t : wanted)
        if (measures(t.metric, metric["id"].text())) own.push(threshold_value(t, plain->interval));
      if (!own.items().empty()) metric.set("thresholds", std::move(own));
    }
  }
  const auto checked = poll::check_profile_text(schema::to_json(*file));
  if (!checked.profile) return plain;
  made_->by_key.with([&](auto& all) { all[key] = checked.profile; });
  return checked.profile;
}

const Threshold* ClassProfiles::behind(std::string_view metric, double limit,
                                       std::span<const Threshold> wanted) const {
  for (const auto& t : wanted)
    if (t.enter == limit && measures(t.metric, metric)) return &t;
  return nullptr;
}

std::vector<ClassProfiles::Line> ClassProfiles::list(const std::string& set_name,
                                                     std::span<const Threshold> wanted) const {
  std::vector<Line> out;
  const auto* names = set(set_name);
  if (!names) return out;
  for (const auto& name : *names)
    for (const auto& group : profiles_.at(name)->groups)
      for (const auto& metric : group.metrics) {
        std::vector<std::string> own;
        for (const auto& t : metric.thresholds)
          own.push_back(fmt::format("{} {} {}, leave {}",
                                    t.severity == poll::Severity::critical  ? "critical"
                                    : t.severity == poll::Severity::warning ? "warning"
                                                                            : "notice",
                                    t.above ? "above" : "below", t.above ? *t.above : t.below.value_or(0),
                                    t.leave));
        bool replaced = false;
        for (const auto& t : wanted) {
          if (!measures(t.metric, metric.id)) continue;
          replaced = true;
          out.push_back({metric.id, name, t.id, own});
        }
        if (!replaced && !own.empty()) out.push_back({metric.id, name, "", own});
      }
  return out;
}

}  // namespace yagura::monitor::watch
