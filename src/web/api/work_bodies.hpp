// Bodies of requests on work; their limits are those of share/openapi.yaml. For work_*.cpp only.
#pragma once

#include "desk/work_notices.hpp"
#include "web/api/desk_bodies.hpp"

namespace yagura::web {

template <class V>
void required_time(V& v, std::string_view name, Time& time) {
  std::optional<Time> read;
  if constexpr (!V::reading) read = time;
  optional_time(v, name, read);
  if constexpr (V::reading) {
    if (read)
      time = *read;
    else
      v.fault(name, {"schema.missing", {{"path", std::string(name)}}});
  }
}

struct WorkOrderBody {
  std::string kind, title, detail;
  std::vector<Id> devices;
  std::optional<Id> site;
  std::optional<Time> due;
};
template <class V>
void shape(V& v, WorkOrderBody& b) {
  v.required("kind", b.kind);
  v.required("title", b.title);
  v.optional("detail", b.detail);
  v.optional("devices", b.devices);
  v.optional("site", b.site);
  optional_time(v, "due", b.due);
  check_length(v, "title", b.title, 1, 200);
  check_length(v, "detail", b.detail, 0, 10'000);
}

struct WorkPlanBody {
  std::int64_t version = 0;
  Time from, until;
  std::string workers, influence, emergency_reason;
  std::vector<std::string> procedure;
  std::vector<Id> papers;
  std::optional<std::vector<Id>> devices;
  bool emergency = false;

  [[nodiscard]] desk::WorkPlan plan() const {
    desk::WorkPlan out{from, until, workers, influence, {}, {}, emergency, emergency_reason};
    for (const auto& step : procedure) out.procedure.emplace_back(trim(step));
    for (const Id id : papers) out.papers.push_back({id, {}});
    return out;
  }
};
template <class V>
void plan_shape(V& v, WorkPlanBody& b) {
  v.required("workers", b.workers);
  v.optional("influence", b.influence);
  v.required("procedure", b.procedure);
  v.optional("papers", b.papers);
  v.optional("emergency", b.emergency);
  v.optional("emergency_reason", b.emergency_reason);
  check_length(v, "workers", b.workers, 1, 400);
}
template <class V>
void shape(V& v, WorkPlanBody& b) {
  v.required("version", b.version);
  required_time(v, "from", b.from);
  required_time(v, "until", b.until);
  v.optional("devices", b.devices);
  plan_shape(v, b);
}

enum class PlanWord { approve, give_back, reject };
inline std::span<const std::pair<std::string_view, PlanWord>> enum_names(PlanWord) {
  static constexpr std::pair<std::string_view, PlanWord> names[] = {
      {"approve", PlanWord::approve}, {"return", PlanWord::give_back}, {"reject", PlanWord::reject}};
  return names;
}
inline desk::WorkOrders::PlanDecision decision_of(PlanWord word) {
  using enum desk::WorkOrders::PlanDecision;
  return word == PlanWord::approve ? approve : word == PlanWord::give_back ? give_back : reject;
}

struct PlanDecisionBody {
  std::int64_t version = 0;
  PlanWord decision = PlanWord::approve;
  std::string reason;
};
template <class V>
void shape(V& v, PlanDecisionBody& b) {
  v.required("version", b.version);
  v.required("decision", b.decision);
  v.optional("reason", b.reason);
}

struct WorkReasonBody {
  std::optional<std::int64_t> version;
  std::string reason, key;
  std::optional<Time> at;
};
template <class V>
void shape(V& v, WorkReasonBody& b) {
  v.optional("version", b.version);
  v.optional("reason", b.reason);
  v.optional("key", b.key);
  optional_time(v, "at", b.at);
}

struct StepBody {
  std::int64_t version = 0;
  desk::StepResult result = desk::StepResult::ok;
  std::string value, note, key;
  std::vector<Id> photographs;
  std::optional<Time> at;
};
template <class V>
void shape(V& v, StepBody& b) {
  v.required("version", b.version);
  v.required("result", b.result);
  v.optional("value", b.value);
  v.optional("note", b.note);
  v.optional("photographs", b.photographs);
  v.optional("key", b.key);
  optional_time(v, "at", b.at);
}

struct StopDecisionBody {
  std::int64_t version = 0;
  desk::StopDecision decision = desk::StopDecision::again;
  std::string reason;
};
template <class V>
void shape(V& v, StopDecisionBody& b) {
  v.required("version", b.version);
  v.required("decision", b.decision);
  v.required("reason", b.reason);
}

struct AcceptanceBody {
  std::int64_t version = 0;
  bool accepted = false;
  std::string note;
};
template <class V>
void shape(V& v, AcceptanceBody& b) {
  v.required("version", b.version);
  v.required("accepted", b.accepted);
  v.optional("note", b.note);
}

struct VisitBody {
  Id site = 0;
  std::string day, workers;
  std::vector<Id> orders;
};
template <class V>
void shape(V& v, VisitBody& b) {
  v.required("site", b.site);
  v.required("day", b.day);
  v.optional("workers", b.workers);
  v.required("orders", b.orders);
}

struct FilterBody {
  std::vector<std::string> classes;
  std::vector<Id> sites;
  std::string text;
  [[nodiscard]] desk::MachineFilter filter() const { return {classes, sites, text}; }
};
template <class V>
void filter_shape(V& v, FilterBody& b) {
  v.optional("classes", b.classes);
  v.optional("sites", b.sites);
  v.optional("text", b.text);
}

struct NewWaveBody {
  std::string title;
  std::vector<Id> devices, sites;
};
template <class V>
void shape(V& v, NewWaveBody& b) {
  v.required("title", b.title);
  v.optional("devices", b.devices);
  v.optional("sites", b.sites);
  check_length(v, "title", b.title, 1, 100);
}

struct CampaignBody : FilterBody {
  std::string kind, title, detail;
  bool per_site = true;
  std::vector<NewWaveBody> waves;
  std::optional<Time> due;
};
template <class V>
void shape(V& v, CampaignBody& b) {
  v.required("kind", b.kind);
  v.required("title", b.title);
  v.optional("detail", b.detail);
  v.optional("per_site", b.per_site);
  v.optional("waves", b.waves);
  optional_time(v, "due", b.due);
  filter_shape(v, b);
  check_length(v, "title", b.title, 1, 200);
}

struct WaveBody {
  int seq = 0;
  std::string finding;
};
template <class V>
void shape(V& v, WaveBody& b) {
  v.required("seq", b.seq);
  v.required("finding", b.finding);
  check_length(v, "finding", b.finding, 1, 4'000);
}

struct SlotBody {
  Id order = 0;
  std::int64_t version = 0;
  std::optional<Time> from, until;
};
template <class V>
void shape(V& v, SlotBody& b) {
  v.required("order", b.order);
  v.required("version", b.version);
  optional_time(v, "from", b.from);
  optional_time(v, "until", b.until);
}
inline std::vector<desk::Campaigns::Slot> slots_of(const std::vector<SlotBody>& bodies) {
  std::vector<desk::Campaigns::Slot> out;
  for (const auto& b : bodies)
    out.push_back({b.order, b.version, b.from.value_or(Time{}), b.until.value_or(Time{})});
  return out;
}

struct CampaignPlanBody : WorkPlanBody {
  std::vector<SlotBody> orders;
};
template <class V>
void shape(V& v, CampaignPlanBody& b) {
  v.required("orders", b.orders);
  plan_shape(v, b);
}

struct CampaignDecisionBody {
  std::vector<SlotBody> orders;
  PlanWord decision = PlanWord::approve;
  std::string reason;
};
template <class V>
void shape(V& v, CampaignDecisionBody& b) {
  v.required("orders", b.orders);
  v.required("decision", b.decision);
  v.optional("reason", b.reason);
}

struct WorkNoticeBody {
  std::string source, reference, title, content;
  std::vector<Id> files;
  std::optional<Time> received_at;
};
template <class V>
void shape(V& v, WorkNoticeBody& b) {
  v.required("source", b.source);
  v.optional("reference", b.reference);
  v.required("title", b.title);
  v.optional("content", b.content);
  v.optional("files", b.files);
  optional_time(v, "received_at", b.received_at);
  check_length(v, "title", b.title, 1, 200);
}

struct AssessmentBody : FilterBody {
  std::int64_t version = 0;
  bool concerned = false, per_site = true;
  desk::Urgency urgency = desk::Urgency::normal;
  std::string reason, kind, title, detail;
  std::optional<Time> due;
};
template <class V>
void shape(V& v, AssessmentBody& b) {
  v.required("version", b.version);
  v.required("concerned", b.concerned);
  v.optional("urgency", b.urgency);
  v.required("reason", b.reason);
  v.optional("kind", b.kind);
  v.optional("title", b.title);
  v.optional("detail", b.detail);
  v.optional("per_site", b.per_site);
  optional_time(v, "due", b.due);
  filter_shape(v, b);
}

}  // namespace yagura::web
