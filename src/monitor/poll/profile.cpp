#include "monitor/poll/profile.hpp"

#include <algorithm>

#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::monitor::poll {

inline std::span<const std::pair<std::string_view, ColumnKind>> enum_names(ColumnKind) {
  static constexpr std::pair<std::string_view, ColumnKind> names[] = {{"gauge", ColumnKind::gauge},
                                                                      {"counter", ColumnKind::counter},
                                                                      {"text", ColumnKind::text},
                                                                      {"oid", ColumnKind::oid}};
  return names;
}
inline std::span<const std::pair<std::string_view, Across>> enum_names(Across) {
  static constexpr std::pair<std::string_view, Across> names[] = {{"each", Across::each},
                                                                  {"average", Across::average},
                                                                  {"sum", Across::sum},
                                                                  {"min", Across::min},
                                                                  {"max", Across::max}};
  return names;
}
inline std::span<const std::pair<std::string_view, Severity>> enum_names(Severity) {
  static constexpr std::pair<std::string_view, Severity> names[] = {
      {"notice", Severity::notice}, {"warning", Severity::warning}, {"critical", Severity::critical}};
  return names;
}
template <class V>
void shape(V& v, Title& t) {
  v.required("ja", t.ja);
  v.required("en", t.en);
}

namespace {

// The file as written; compile() makes a Profile of it.
struct ColumnText {
  std::string name, oid, limit;
  std::vector<std::string> other;
  ColumnKind kind = ColumnKind::gauge;
  int line = 0;
};
template <class V>
void shape(V& v, ColumnText& c) {
  v.line(c.line);
  v.required("name", c.name);
  v.required("oid", c.oid);
  v.optional("or", c.other);
  v.optional("kind", c.kind);
  v.optional("limit", c.limit);
}

struct FilterText {
  std::string column;
  std::vector<std::string> in, not_in;
  int line = 0;
};
template <class V>
void shape(V& v, FilterText& f) {
  v.line(f.line);
  v.required("column", f.column);
  v.optional("in", f.in);
  v.optional("not_in", f.not_in);
}

struct ThresholdText {
  Threshold threshold;
  int line = 0;
};
template <class V>
void shape(V& v, ThresholdText& t) {
  v.line(t.line);
  v.required("severity", t.threshold.severity);
  v.optional("above", t.threshold.above);
  v.optional("below", t.threshold.below);
  v.required("leave", t.threshold.leave);
  v.optional("hold", t.threshold.hold);
  v.optional("leave_hold", t.threshold.leave_hold);
}

struct MetricText {
  std::string id, unit, value;
  Title title;
  Across across = Across::each;
  std::vector<ThresholdText> thresholds;
  int line = 0;
};
template <class V>
void shape(V& v, MetricText& m) {
  v.line(m.line);
  v.required("id", m.id);
  v.required("title", m.title);
  v.required("unit", m.unit);
  v.required("value", m.value);
  v.optional("across", m.across);
  v.optional("thresholds", m.thresholds);
}

struct GroupText {
  bool table = false;
  std::string instance, restarts;
  std::vector<ColumnText> columns;
  std::vector<FilterText> keep;
  std::vector<MetricText> metrics;
  int line = 0;
};
template <class V>
void shape(V& v, GroupText& g) {
  v.line(g.line);
  v.optional("table", g.table);
  v.optional("instance", g.instance);
  v.optional("restarts", g.restarts);
  v.required("columns", g.columns);
  v.optional("keep", g.keep);
  v.required("metrics", g.metrics);
}

struct ProfileText {
  std::string profile;
  Title title;
  int interval = 300;
  std::vector<std::string> sys_object_ids;
  std::vector<GroupText> groups;
};
template <class V>
void shape(V& v, ProfileText& p) {
  v.required("profile", p.profile);
  v.required("title", p.title);
  v.optional("interval", p.interval);
  v.optional("sys_object_ids", p.sys_object_ids);
  v.required("groups", p.groups);
}

bool is_word(std::string_view text, bool dots) {
  if (text.empty() || text.size() > 64 || text[0] < 'a' || text[0] > 'z') return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (dots && (c == '.' || c == '-'));
  });
}

class Compiler {
 public:
  explicit Compiler(std::vector<schema::Fault>& faults) : faults_(faults) {}

  std::shared_ptr<Profile> compile(const ProfileText& text) {
    auto out = std::make_shared<Profile>();
    out->id = text.profile;
    out->title = text.title;
    if (!is_word(text.profile, true))
      fault("profile", 1, "monitor.profile_name_invalid", {{"name", text.profile}});
    if (text.interval < 10 || text.interval > 86400)
      fault("interval", 1, "monitor.profile_interval", {{"value", std::to_string(text.interval)}});
    out->interval = std::chrono::seconds(text.interval);
    for (const auto& prefix : text.sys_object_ids)
      if (auto oid = oid_of(prefix, "sys_object_ids", 1)) out->sys_object_ids.push_back(*std::move(oid));
    for (std::size_t i = 0; i < text.groups.size(); ++i)
      out->groups.push_back(group(text.groups[i], "groups[" + std::to_string(i) + "]"));
    if (bits_ > Profile::most_objects)
      fault("groups", 1, "monitor.profile_too_many", {{"count", std::to_string(bits_)}});
    return out;
  }

 private:
  void fault(std::string path, int line, std::string code, ErrorArgs args = {}) {
    faults_.push_back({std::move(path), line, Error{std::move(code), std::move(args)}});
  }
  std::optional<snmp::Oid> oid_of(const std::string& text, const std::string& path, int line) {
    auto oid = snmp::Oid::parse(text);
    if (oid) return *std::move(oid);
    faults_.push_back({path, line, oid.error()});
    return std::nullopt;
  }
  std::optional<std::size_t> column_of(const Group& g, const std::string& name, const std::string& path,
                                       int line, bool numeric) {
    const auto found =
        std::find_if(g.columns.begin(), g.columns.end(), [&](const Column& c) { return c.name == name; });
    const bool number =
        found != g.columns.end() && (found->kind == ColumnKind::gauge || found->kind == ColumnKind::counter);
    if (found == g.columns.end() || (numeric && !number)) {
      fault(path, line, "monitor.profile_name_unknown", {{"name", name}});
      return std::nullopt;
    }
    return static_cast<std::size_t>(found - g.columns.begin());
  }
  std::optional<Expression> expression(const Group& g, const std::string& text, const std::string& path,
                                       int line, std::vector<std::size_t>& columns) {
    auto out = Expression::parse(text);
    if (!out) {
      faults_.push_back({path, line, out.error()});
      return std::nullopt;
    }
    for (const std::string& name : out->names())
      columns.push_back(column_of(g, name, path, line, true).value_or(0));
    return *std::move(out);
  }
  Column column(const Group& g, const ColumnText& text, const std::string& path) {
    Column out;
    out.name = text.name;
    out.kind = text.kind;
    out.first_bit = bits_;
    if (!is_word(text.name, false))
      fault(path + ".name", text.line, "monitor.profile_name_invalid", {{"name", text.name}});
    for (const Column& other : g.columns)
      if (other.name == text.name)
        fault(path + ".name", text.line, "monitor.profile_duplicate", {{"name", text.name}});
    std::vector<std::string> oids{text.oid};
    oids.insert(oids.end(), text.other.begin(), text.other.end());
    for (const std::string& one : oids) {
      auto oid = oid_of(one, path + ".oid", text.line);
      if (oid && g.table && oid->view().last() == 0u)
        fault(path + ".oid", text.line, "monitor.profile_column_instance", {{"oid", one}});
      out.oids.push_back(oid.value_or(snmp::Oid{}));
      ++bits_;
    }
    return out;
  }
  Metric metric(const Group& g, const MetricText& text, const std::string& path) {
    Metric out{text.id, text.title, text.unit, {}, {}, text.across, {}};
    if (!is_word(text.id, true))
      fault(path + ".id", text.line, "monitor.profile_name_invalid", {{"name", text.id}});
    if (std::find(metric_ids_.begin(), metric_ids_.end(), text.id) != metric_ids_.end())
      fault(path + ".id", text.line, "monitor.profile_duplicate", {{"name", text.id}});
    metric_ids_.push_back(text.id);
    if (auto value = expression(g, text.value, path + ".value", text.line, out.columns))
      out.value = *std::move(value);
    for (std::size_t i = 0; i < text.thresholds.size(); ++i) {
      const auto& [t, line] = text.thresholds[i];
      const bool one = t.above.has_value() != t.below.has_value();
      const bool sides = one && (t.above ? t.leave <= *t.above : t.leave >= *t.below);
      if (!sides || t.hold < 1 || t.leave_hold < 1)
        fault(path + ".thresholds[" + std::to_string(i) + "]", line, "monitor.profile_threshold");
      out.thresholds.push_back(t);
    }
    return out;
  }
  Group group(const GroupText& text, const std::string& path) {
    Group out;
    out.table = text.table;
    for (std::size_t i = 0; i < text.columns.size(); ++i)
      out.columns.push_back(column(out, text.columns[i], path + ".columns[" + std::to_string(i) + "]"));
    for (std::size_t i = 0; i < text.columns.size(); ++i) {  // limits may name columns further down
      const ColumnText& c = text.columns[i];
      const std::string where = path + ".columns[" + std::to_string(i) + "].limit";
      if (c.limit.empty()) continue;
      out.columns[i].limit = expression(out, c.limit, where, c.line, out.columns[i].limit_columns);
      for (const std::size_t used : out.columns[i].limit_columns)
        if (used < out.columns.size() && out.columns[used].kind == ColumnKind::counter)
          fault(where, c.line, "monitor.profile_name_unknown", {{"name", out.columns[used].name}});
    }
    if (!text.instance.empty())
      out.instance = column_of(out, text.instance, path + ".instance", text.line, false);
    if (!text.restarts.empty())
      out.restarts = column_of(out, text.restarts, path + ".restarts", text.line, true);
    for (std::size_t i = 0; i < text.keep.size(); ++i) {
      const FilterText& f = text.keep[i];
      const std::string where = path + ".keep[" + std::to_string(i) + "]";
      if (f.in.empty() == f.not_in.empty()) fault(where, f.line, "monitor.profile_filter");
      if (const auto c = column_of(out, f.column, where + ".column", f.line, false))
        out.keep.push_back({*c, f.in.empty() ? f.not_in : f.in, !f.in.empty()});
    }
    for (std::size_t i = 0; i < text.metrics.size(); ++i)
      out.metrics.push_back(metric(out, text.metrics[i], path + ".metrics[" + std::to_string(i) + "]"));
    return out;
  }

  std::vector<schema::Fault>& faults_;
  std::vector<std::string> metric_ids_;
  std::size_t bits_ = 0;
};

ProfileCheck check(Result<schema::Value> value) {
  ProfileCheck out;
  if (!value) {
    int line = 0;
    for (const char c : value.error().arg("line")) line = line * 10 + (c - '0');
    out.faults.push_back({"", line, value.error()});
    return out;
  }
  const auto text = schema::read<ProfileText>(*value, out.faults);
  if (!out.faults.empty()) return out;  // names of a half-read file would only add noise
  auto profile = Compiler(out.faults).compile(text);
  if (!out.faults.empty()) return out;
  profile->finish();
  out.profile = std::move(profile);
  return out;
}

}  // namespace

ProfileCheck::~ProfileCheck() = default;

void Profile::finish() {
  places_.clear();
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (std::size_t c = 0; c < groups[g].columns.size(); ++c)
      for (std::size_t a = 0; a < groups[g].columns[c].oids.size(); ++a)
        places_.push_back({&groups[g].columns[c].oids[a], g, c, a});
  std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) { return *a.oid < *b.oid; });
}

std::uint64_t Profile::everything() const {
  return places_.size() >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << places_.size()) - 1;
}

std::shared_ptr<const Query> Profile::query(std::uint64_t mask) const {
  return queries_.with([&](auto& queries) {
    auto& query = queries[mask];
    if (query) return query;
    std::vector<snmp::Oid> names{snmp::Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}};
    std::vector<std::vector<snmp::Oid>> tables;
    for (const Group& group : groups) {
      std::vector<snmp::Oid> columns;
      for (const Column& column : group.columns)
        for (std::size_t i = 0; i < column.oids.size(); ++i)
          if (mask >> (column.first_bit + i) & 1) columns.push_back(column.oids[i]);
      if (group.table)
        tables.push_back(std::move(columns));
      else
        names.insert(names.end(), columns.begin(), columns.end());
    }
    query = std::make_shared<const Query>(std::move(names), std::move(tables));
    return query;
  });
}

ProfileCheck check_profile(const std::filesystem::path& file) { return check(schema::read_yaml(file)); }
ProfileCheck check_profile_text(std::string_view yaml) { return check(schema::parse_yaml(yaml)); }

Result<Profiles> load_profiles(const std::filesystem::path& folder) {
  Profiles out;
  std::map<std::string, std::string> metrics;
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  if (failed) return fail("schema.file_unreadable", {{"file", folder.string()}});
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    const ProfileCheck checked = check_profile(file);
    if (!checked.profile) {
      const schema::Fault& first = checked.faults.front();
      return fail("monitor.profile_faulty", {{"file", file.string()},
                                             {"line", std::to_string(first.line)},
                                             {"path", first.path},
                                             {"reason", first.error.text()}});
    }
    if (!out.emplace(checked.profile->id, checked.profile).second)
      return fail("monitor.profile_duplicate", {{"name", checked.profile->id}, {"file", file.string()}});
    for (const Group& group : checked.profile->groups)
      for (const Metric& metric : group.metrics)
        if (const auto [other, fresh] = metrics.emplace(metric.id, file.string());
            !fresh && other->second != file.string())
          return fail("monitor.profile_duplicate", {{"name", metric.id}, {"file", file.string()}});
  }
  return out;
}

}  // namespace yagura::monitor::poll
