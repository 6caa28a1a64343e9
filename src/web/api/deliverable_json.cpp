#include "web/api/deliverable_json.hpp"

#include <algorithm>

#include "calendar/day_count.hpp"
#include "calendar/deadline.hpp"
#include "document/xlsx_writer.hpp"

namespace yagura::web {

namespace {

Value role_value(const contract::Pack& pack, const std::string& id) {
  const auto* role = pack.role(id);
  return Value::object({{"id", id}, {"title", role ? text2(role->title) : text2(id, id)}});
}

// What a pack calls an event; null for events that every contract has, which screens have words for.
Value event_title(const contract::Pack& pack, const std::string& event) {
  const auto found = std::ranges::find(pack.incident_events, event, &contract::Named::id);
  return found == pack.incident_events.end() ? Value() : text2(found->title);
}

}  // namespace

Value deliverable_kind_value(const contract::Pack& pack, const contract::Deliverable& of) {
  return Value::object({{"id", of.id},
                        {"title", text2(of.title)},
                        {"clause", of.clause},
                        {"every", of.every},
                        {"starts_on", of.starts_on},
                        {"event_title", event_title(pack, of.starts_on)},
                        {"due_rule", text2(calendar::describe(of.due))},
                        {"formats", texts(of.formats)},
                        {"copies", of.copies},
                        {"submitted_by", role_value(pack, of.submitted_by)},
                        {"accepted_by", role_value(pack, of.accepted_by)},
                        {"report", text_or_null(of.report)}});
}

Value deliverable_value(const contract::Pack& pack, const desk::DeliverableItem& i,
                        const DeliverableRights& rights, Time now) {
  const auto* of = desk::deliverable_of(pack, i.deliverable);
  return Value::object({{"id", i.id},
                        {"version", i.version},
                        {"kind", of ? deliverable_kind_value(pack, *of) : Value()},
                        {"deliverable", i.deliverable},
                        {"period", i.period},
                        {"state", word(i.state)},
                        {"event", time_value(i.event)},
                        {"due", time_value(i.due)},
                        // Due at 24:00 is due on that day.
                        {"due_day", i.due ? Value(calendar::format_date(
                                                calendar::date_of(*i.due - std::chrono::microseconds(1))))
                                          : Value()},
                        {"due_before", time_value(i.due_before)},
                        {"late", i.late(now)},
                        {"before_start", i.before_start},
                        {"submissions", i.submissions},
                        {"submitted_at", time_value(i.submitted_at)},
                        {"closed_at", time_value(i.closed_at)},
                        {"accept_due", time_value(i.accept_due)},
                        {"accept_late", i.accept_due.has_value() && *i.accept_due < now},
                        {"subject", text_or_null(i.subject)},
                        {"note", i.note},
                        {"opened_by", i.opened_by},
                        {"may_hand_in", rights.hand_in},
                        {"may_decide", rights.decide}});
}

Value submission_value(const desk::Submission& s) {
  return Value::object({{"number", s.number},
                        {"at", time_value(s.at)},
                        {"who", s.who},
                        {"note", s.note},
                        {"formats", texts(s.formats)},
                        {"copies", s.copies},
                        {"due", time_value(s.due)},
                        {"late", s.late},
                        {"state", s.state},
                        {"decided_at", time_value(s.decided_at)},
                        {"decided_by", s.decided_by},
                        {"reason", s.reason},
                        {"files", Value(each_of(s.files, [](const desk::DeliverableFile& f) {
                           return Value::object({{"id", f.attachment},
                                                 {"name", f.name},
                                                 {"type", f.type},
                                                 {"size", f.size},
                                                 {"sha256", f.sha256}});
                         }))}});
}

namespace {

std::string_view state_ja(desk::DeliverableState state) {
  using S = desk::DeliverableState;
  switch (state) {
    case S::planned:
      return "予定";
    case S::preparing:
      return "作成中";
    case S::submitted:
      return "提出済み";
    case S::returned:
      return "差戻し";
    case S::accepted:
      return "受領";
    case S::waived:
      return "提出不要";
    case S::dropped:
      return "取りやめ";
  }
  return {};
}

std::string when(const std::optional<Time>& time) {
  return time ? calendar::civil_words(*time).ja : std::string();
}

}  // namespace

Result<std::string> deliverables_workbook(const contract::Pack& pack, const std::string& title,
                                          const std::vector<desk::DeliverableItem>& items, Time now) {
  using document::Cell;
  document::XlsxWriter book({.title = title, .author = "Yagura", .created = now});
  YAGURA_TRY(const int sheet,
             book.add_sheet("成果物・提出書類", {.landscape = true, .header_rows = 1, .header_text = title}));
  const int head = book.style({.bold = true, .border = true, .wrap = true, .fill = 0xe8f1fe});
  const int plain = book.style({.border = true, .wrap = true});
  const int red = book.style({.bold = true, .border = true, .wrap = true, .colour = 0xa00000});
  const std::vector<std::pair<const char*, double>> columns = {
      {"条項", 12},         {"名称", 34},         {"対象期間", 14}, {"期限", 22}, {"状態", 10},
      {"提出日時", 22},     {"提出回数", 8},      {"受領日時", 22}, {"形式", 16}, {"部数", 6},
      {"提出者の役割", 14}, {"受領者の役割", 14}, {"備考", 24}};
  for (std::size_t c = 0; c < columns.size(); ++c) {
    book.cell(sheet, 0, static_cast<int>(c), Cell{std::string(columns[c].first)}, head);
    book.width(sheet, static_cast<int>(c), static_cast<int>(c), columns[c].second);
  }
  const auto role = [&](const std::string& id) {
    const auto* found = pack.role(id);
    return found ? found->title.ja : id;
  };
  int row = 0;
  for (const auto& i : items) {
    ++row;
    const auto* of = desk::deliverable_of(pack, i.deliverable);
    std::string formats;
    if (of)
      for (const auto& format : of->formats) formats += (formats.empty() ? "" : ", ") + format;
    std::string state(state_ja(i.state));
    if (i.late(now)) state = "期限超過（" + state + "）";
    const std::string cells[] = {
        of ? of->clause : "",
        of ? of->title.ja : i.deliverable,
        i.period.find('/') == std::string::npos ? i.period : std::string("その都度"),
        when(i.due),
        state,
        when(i.submitted_at),
        std::to_string(i.submissions),
        i.state == desk::DeliverableState::accepted ? when(i.closed_at) : std::string(),
        formats,
        of ? std::to_string(of->copies) : "",
        of ? role(of->submitted_by) : "",
        of ? role(of->accepted_by) : "",
        i.note};
    for (int c = 0; c < static_cast<int>(std::size(cells)); ++c)
      book.cell(sheet, row, c, Cell{cells[c]}, c == 4 && i.late(now) ? red : plain);
  }
  return book.finish();
}

}  // namespace yagura::web
