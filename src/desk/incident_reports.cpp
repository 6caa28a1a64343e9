// What is written about an incident: notes with their files, and the reports that the contract asks for.
#include <algorithm>

#include "base/text.hpp"
#include "desk/incident_rows.hpp"
#include "schema/json.hpp"

namespace yagura::desk {

using schema::Value;
using store::Row;
using store::Session;

namespace {
constexpr std::size_t most_attached = 20;  // to one note
}

Result<std::vector<AttachedFile>> Incidents::attachments(std::string_view contract, Id id) {
  std::vector<AttachedFile> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    YAGURA_CHECK(read(s, contract, id));
    return s.query(
        "SELECT attachment, name, type, sha256, size, who, at FROM incident_attachment WHERE incident = $1 "
        "ORDER BY at, attachment",
        id, [&](const Row& row) {
          out.push_back({row.integer(0), row.string(1), row.string(2), row.string(3), row.integer(4),
                         row.string(5), row.time(6)});
        });
  }));
  return out;
}

Result<std::vector<AttachedFile>> Incidents::keep_files(Change& c, const std::vector<Id>& files,
                                                        const std::string& who, Id owner) {
  if (files.size() > most_attached)
    return fail("desk.attachments_too_many", {{"limit", std::to_string(most_attached)}});
  std::vector<AttachedFile> out;
  for (const Id id : files) {
    const auto before = out.size();
    YAGURA_CHECK(
        c.session.query("SELECT name, type, sha256, size FROM attachment WHERE id = $1 AND contract = $2 AND "
                        "(CAST($3 AS BIGINT) = 0 OR"
                        " account = $3)",
                        id, c.incident.contract, owner, [&](const Row& row) {
                          out.push_back({id, row.string(0), row.string(1), row.string(2), row.integer(3), who,
                                         at_.clock.now()});
                        }));
    if (out.size() == before) return fail("desk.attachment_unknown");
    const auto& file = out.back();
    YAGURA_CHECK(c.session.exec(
        "INSERT INTO incident_attachment (incident, attachment, name, type, size, sha256, who, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (incident, attachment) DO NOTHING",
        c.incident.id, id, file.name, file.type, file.size, file.sha256, who, file.at));
  }
  return out;
}

Result<void> Incidents::note(const journal::Actor& by, std::string_view contract, Id id,
                             const std::string& text, const std::vector<Id>& attachments) {
  YAGURA_CHECK(check_text(text, 40'000, true));
  auto done = within(by, contract, id, [&](Change& c) -> Result<void> {
    YAGURA_TRY(const auto kept, keep_files(c, attachments, by.name, 0));
    Value list = Value::array(), files = Value::array();
    for (const auto& file : kept) {
      list.push(Value(file.id));
      files.push(Value::object({{"id", file.id}, {"name", file.name}, {"sha256", file.sha256}}));
    }
    c.said = text;
    return c.journal(
        at_.journal, "incident.commented",
        Value::object({{"text", text}, {"attachments", std::move(list)}, {"files", std::move(files)}}));
  });
  if (!done) return std::unexpected(std::move(done).error());
  return {};
}

Result<Incident> Incidents::report(const journal::Actor& by, std::string_view contract, Id id,
                                   ReportKind kind, const std::map<std::string, std::string>& parts,
                                   bool submit) {
  std::string_view kind_name;
  for (const auto& [name, k] : enum_names(kind))
    if (k == kind) kind_name = name;
  return within(by, contract, id, [&](Change& c) -> Result<void> {
    Value kept = Value::object();
    for (const auto& part : c.pack->report_parts) {
      if (std::ranges::find(part.of, kind_name) == part.of.end()) continue;
      const auto given = parts.find(part.id);
      const std::string text = given == parts.end() ? std::string() : given->second;
      YAGURA_CHECK(check_text(text, 40'000, false));
      if (submit && part.required && trim(text).empty())
        return fail("desk.part_missing", {{"part", part.title.ja}, {"part_en", part.title.en}});
      kept.set(part.id, Value(text));
    }
    for (const auto& [part, text] : parts)
      if (!kept.find(part)) return fail("desk.part_unknown", {{"part", part.substr(0, 64)}});
    YAGURA_TRY(const auto submitted,
               c.session.integer("SELECT submitted FROM incident_report WHERE incident = $1 AND kind = $2",
                                 id, kind_name));
    if (submitted.value_or(0) == 1 && !submit) return fail("desk.report_conflict");
    YAGURA_CHECK(c.session.exec(
        "INSERT INTO incident_report (incident, kind, submitted, parts, who, at) VALUES ($1, $2, $3, $4, $5, "
        "$6)"
        " ON CONFLICT (incident, kind) DO UPDATE SET submitted = excluded.submitted, parts = excluded.parts,"
        " who = excluded.who, at = excluded.at",
        id, kind_name, submit, schema::to_json(kept), by.name, at_.clock.now()));
    if (!submit) return {};
    YAGURA_CHECK(c.journal(at_.journal, "incident.report",
                           Value::object({{"kind", kind_name}, {"parts", std::move(kept)}})));
    if (kind == ReportKind::first) YAGURA_CHECK(apply_event(c, "first_reported", at_.clock.now(), ""));
    if (kind == ReportKind::final) YAGURA_CHECK(apply_event(c, "report_submitted", at_.clock.now(), ""));
    return {};
  });
}

Result<std::vector<Report>> Incidents::reports(std::string_view contract, Id id) {
  std::vector<Report> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    YAGURA_CHECK(read(s, contract, id));
    return s.query(
        "SELECT kind, submitted, parts, who, at FROM incident_report WHERE incident = $1 ORDER BY at", id,
        [&](const Row& row) {
          Report r;
          for (const auto& [name, kind] : enum_names(ReportKind{}))
            if (name == row.text(0)) r.kind = kind;
          r.submitted = row.flag(1);
          if (const auto parts = schema::parse_json(row.text(2)))
            for (const auto& [part, text] : parts->members()) r.parts[part] = text.text();
          r.by = row.string(3);
          r.at = row.time(4);
          out.push_back(std::move(r));
        });
  }));
  return out;
}

}  // namespace yagura::desk
