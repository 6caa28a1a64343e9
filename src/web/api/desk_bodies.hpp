// Bodies of the desk's requests; their limits are those of share/openapi.yaml.
//
// Threads: values. For desk_*.cpp only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "desk/incidents.hpp"
#include "notify/contacts.hpp"
#include "schema/shape.hpp"

namespace yagura::web {

template <class V>
void check_length(V& v, std::string_view name, const std::string& text, std::size_t least, std::size_t most) {
  if constexpr (V::reading) {
    if (const auto length = characters(text); length < least || length > most)
      v.fault(
          name,
          {"web.text_length",
           {{"path", std::string(name)}, {"least", std::to_string(least)}, {"most", std::to_string(most)}}});
  }
}

// An instant written as RFC 3339.
template <class V>
void optional_time(V& v, std::string_view name, std::optional<Time>& time) {
  std::optional<std::string> text;
  if constexpr (!V::reading) {
    if (time) text = to_rfc3339(*time);
  }
  v.optional(name, text);
  if constexpr (V::reading) {
    if (!text) return;
    if (auto read = parse_rfc3339(*text))
      time = *read;
    else
      v.fault(name, read.error());
  }
}

enum class SeverityWord { critical, major, minor, warning, info };
inline std::span<const std::pair<std::string_view, SeverityWord>> enum_names(SeverityWord) {
  static constexpr std::pair<std::string_view, SeverityWord> names[] = {{"critical", SeverityWord::critical},
                                                                        {"major", SeverityWord::major},
                                                                        {"minor", SeverityWord::minor},
                                                                        {"warning", SeverityWord::warning},
                                                                        {"info", SeverityWord::info}};
  return names;
}
inline std::string name_of(SeverityWord severity) {
  return std::string(enum_names(severity)[static_cast<std::size_t>(severity)].first);
}

struct NewIncidentBody {
  std::string title, detail;
  SeverityWord severity = SeverityWord::info;
  std::optional<Id> device, site;
  std::optional<Time> detected_at;
  bool service_stopped = false;
};
template <class V>
void shape(V& v, NewIncidentBody& b) {
  v.required("title", b.title);
  v.required("severity", b.severity);
  v.optional("device", b.device);
  v.optional("site", b.site);
  optional_time(v, "detected_at", b.detected_at);
  v.optional("detail", b.detail);
  v.optional("service_stopped", b.service_stopped);
  check_length(v, "title", b.title, 1, 300);
  check_length(v, "detail", b.detail, 0, 10'000);
}

struct CallerBody {
  std::string name, section, extension, mail;
  std::optional<Id> contact;
};
template <class V>
void shape(V& v, CallerBody& b) {
  v.optional("name", b.name);
  v.optional("section", b.section);
  v.optional("extension", b.extension);
  v.optional("mail", b.mail);
  v.optional("contact", b.contact);
  check_length(v, "name", b.name, 0, 100);
  check_length(v, "section", b.section, 0, 100);
  check_length(v, "extension", b.extension, 0, 40);
  check_length(v, "mail", b.mail, 0, 200);
}

struct NewTicketBody {
  std::string kind, title, detail;
  desk::Channel channel = desk::Channel::phone;
  std::optional<SeverityWord> severity;
  std::optional<Id> device, site;
  std::optional<Time> at;
  bool service_stopped = false;
  CallerBody caller;
};
template <class V>
void shape(V& v, NewTicketBody& b) {
  v.required("kind", b.kind);
  v.required("title", b.title);
  v.optional("channel", b.channel);
  v.optional("severity", b.severity);
  v.optional("device", b.device);
  v.optional("site", b.site);
  optional_time(v, "at", b.at);
  v.optional("detail", b.detail);
  v.optional("service_stopped", b.service_stopped);
  v.optional("caller", b.caller);
  check_length(v, "title", b.title, 1, 300);
  check_length(v, "detail", b.detail, 0, 10'000);
}

enum class BulkAct { acknowledge, assign };
inline std::span<const std::pair<std::string_view, BulkAct>> enum_names(BulkAct) {
  static constexpr std::pair<std::string_view, BulkAct> names[] = {{"acknowledge", BulkAct::acknowledge},
                                                                   {"assign", BulkAct::assign}};
  return names;
}
struct BulkBody {
  BulkAct act = BulkAct::acknowledge;
  std::vector<Id> tickets;
  std::optional<Id> owner;
};
template <class V>
void shape(V& v, BulkBody& b) {
  v.required("act", b.act);
  v.required("tickets", b.tickets);
  v.optional("owner", b.owner);
}

struct MergeBody {
  Id into = 0;
  std::string reason;
};
template <class V>
void shape(V& v, MergeBody& b) {
  v.required("into", b.into);
  v.required("reason", b.reason);
  check_length(v, "reason", b.reason, 1, 4'000);
}

struct LinkBody {
  Id other = 0;
  std::string relation;
};
template <class V>
void shape(V& v, LinkBody& b) {
  v.required("other", b.other);
  v.required("relation", b.relation);
}

struct ReplyBody {
  std::string text;
  bool answers = false, to_merged = false;
  std::vector<Id> attachments;
};
template <class V>
void shape(V& v, ReplyBody& b) {
  v.required("text", b.text);
  v.optional("answers", b.answers);
  v.optional("to_merged", b.to_merged);
  v.optional("attachments", b.attachments);
  check_length(v, "text", b.text, 1, 20'000);
}

struct ViewBody {
  std::string name, query;
  bool shared = false;
};
template <class V>
void shape(V& v, ViewBody& b) {
  v.required("name", b.name);
  v.required("query", b.query);
  v.optional("shared", b.shared);
}

struct InquiryBody {
  std::string title, detail;
  std::optional<Id> device;
  std::vector<Id> attachments;
};
template <class V>
void shape(V& v, InquiryBody& b) {
  v.required("title", b.title);
  v.required("detail", b.detail);
  v.optional("device", b.device);
  v.optional("attachments", b.attachments);
  check_length(v, "title", b.title, 1, 300);
  check_length(v, "detail", b.detail, 1, 10'000);
}

struct IncidentChangeBody {
  std::optional<std::string> title;
  std::optional<SeverityWord> severity;
  std::optional<Id> owner;  // null of the body is told from a missing one by the handler
  std::optional<bool> service_stopped;
  std::optional<CallerBody> caller;
  std::optional<Id> device;
  std::string reason;
};
template <class V>
void shape(V& v, IncidentChangeBody& b) {
  v.optional("caller", b.caller);
  v.optional("device", b.device);
  v.optional("title", b.title);
  v.optional("severity", b.severity);
  v.optional("owner", b.owner);
  v.optional("service_stopped", b.service_stopped);
  v.optional("reason", b.reason);
  check_length(v, "reason", b.reason, 0, 4000);
  if (b.title) check_length(v, "title", *b.title, 1, 300);
}

struct NoteBody {
  std::string text;
  std::vector<Id> attachments;
};
template <class V>
void shape(V& v, NoteBody& b) {
  v.required("text", b.text);
  v.optional("attachments", b.attachments);
  check_length(v, "text", b.text, 1, 10'000);
}

struct EventBody {
  std::string event, note;
  std::optional<Time> at;
  std::optional<Id> loan;  // row of the ledger loans
};
template <class V>
void shape(V& v, EventBody& b) {
  v.required("event", b.event);
  v.optional("loan", b.loan);
  optional_time(v, "at", b.at);
  v.optional("note", b.note);
}

struct ReportBody {
  desk::ReportKind kind = desk::ReportKind::first;
  std::map<std::string, std::string> parts;
  bool submit = false;
};
template <class V>
void shape(V& v, ReportBody& b) {
  v.required("kind", b.kind);
  v.required("parts", b.parts);
  v.required("submit", b.submit);
}

struct HandOverBody {
  std::string to, reason, reference;
};
template <class V>
void shape(V& v, HandOverBody& b) {
  v.required("to", b.to);
  v.required("reason", b.reason);
  v.optional("reference", b.reference);
}

struct ReasonBody {
  std::string reason;
};
template <class V>
void shape(V& v, ReasonBody& b) {
  v.required("reason", b.reason);
  check_length(v, "reason", b.reason, 1, 4'000);
}

struct CallBody {
  notify::CallResult result = notify::CallResult::answered;
  std::string note;
};
template <class V>
void shape(V& v, CallBody& b) {
  v.required("result", b.result);
  v.optional("note", b.note);
  check_length(v, "note", b.note, 0, 2'000);
}

}  // namespace yagura::web
