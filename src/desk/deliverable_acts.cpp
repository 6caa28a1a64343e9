// What people do with a deliverable: open an occasion, hand in, accept, give back, waive.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "desk/deliverable_rows.hpp"
#include "schema/json.hpp"

namespace yagura::desk {

using schema::Value;
using store::Row;
using store::Session;
using State = DeliverableState;

namespace {

constexpr std::size_t most_files = 30;
constexpr std::size_t longest_text = 4'000;

// Formats that are files, by the ends of their names; the others come on paper or on a medium.
struct FileFormat {
  std::string_view format;
  std::vector<std::string_view> ends;
};
const std::array<FileFormat, 6>& file_formats() {
  static const std::array<FileFormat, 6> all{{{"docx", {".docx"}},
                                              {"xlsx", {".xlsx"}},
                                              {"pptx", {".pptx"}},
                                              {"pdf", {".pdf"}},
                                              {"csv", {".csv"}},
                                              {"photographs", {".jpg", ".jpeg", ".png", ".pdf", ".zip"}}}};
  return all;
}

bool ends_as(const std::string& name, std::string_view end) {
  if (name.size() < end.size()) return false;
  return std::ranges::equal(std::string_view(name).substr(name.size() - end.size()), end, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
  });
}

Result<void> check_text(const std::string& text, bool needed) {
  if (text.size() > longest_text || !is_utf8(text))
    return fail("desk.text_invalid", {{"limit", std::to_string(longest_text)}});
  if (needed && trim(text).empty()) return fail("desk.deliverable_reason_missing");
  return {};
}

Result<void> check_formats(const contract::Deliverable& of, const std::vector<std::string>& formats,
                           const std::vector<DeliverableFile>& files) {
  if (formats.empty()) return fail("desk.deliverable_format_missing");
  for (const auto& format : formats) {
    if (std::ranges::find(of.formats, format) == of.formats.end())
      return fail("desk.deliverable_format_not_agreed", {{"format", format.substr(0, 32)}});
    for (const auto& kind : file_formats())
      if (kind.format == format && std::ranges::none_of(files, [&](const DeliverableFile& file) {
            return std::ranges::any_of(kind.ends, [&](auto end) { return ends_as(file.name, end); });
          }))
        return fail("desk.deliverable_file_missing", {{"format", format}});
  }
  return {};
}

}  // namespace

Result<std::vector<DeliverableFile>> Deliverables::files_of(Session& s, std::string_view contract,
                                                            const HandIn& what) {
  if (what.files.size() > most_files)
    return fail("desk.attachments_too_many", {{"limit", std::to_string(most_files)}});
  std::vector<DeliverableFile> out;
  for (const Id id : what.files) {
    if (std::ranges::find(out, id, &DeliverableFile::attachment) != out.end()) continue;
    std::optional<DeliverableFile> file;
    YAGURA_CHECK(s.query(
        "SELECT name, type, sha256, size FROM attachment WHERE id = $1 AND contract = $2", id, contract,
        [&](const Row& row) { file = {id, row.string(0), row.string(1), row.string(2), row.integer(3)}; }));
    if (!file) return fail("desk.attachment_unknown");
    out.push_back(*std::move(file));
  }
  return out;
}

Result<DeliverableItem> Deliverables::within(const journal::Actor& by, std::string_view contract, Id id,
                                             std::int64_t version,
                                             const std::function<Result<void>(Change&)>& work) {
  const auto pack = bonds_.pack(contract);
  if (!pack) return fail("desk.contract_not_found");
  return at_.database.write([&](Session& s) -> Result<DeliverableItem> {
    // One change of an item at a time: who read it first and writes later is refused by its version.
    YAGURA_CHECK(s.lock("deliverable/" + std::to_string(id)));
    YAGURA_TRY(auto item, read(s, contract, id));
    if (item.version != version) return fail("desk.deliverable_conflict");
    const auto* of = deliverable_of(*pack, item.deliverable);
    if (of == nullptr) return fail("desk.deliverable_not_found");
    Change change{s, pack, *of, by, std::move(item)};
    ++change.item.version;
    YAGURA_CHECK(work(change));
    YAGURA_CHECK(write(s, change.item));
    tell(s, contract, id);
    return std::move(change.item);
  });
}

Result<DeliverableItem> Deliverables::open(const journal::Actor& by, std::string_view contract,
                                           const std::string& deliverable, Time event,
                                           const std::string& note) {
  YAGURA_CHECK(check_text(note, false));
  const auto pack = bonds_.pack(contract);
  if (!pack) return fail("desk.contract_not_found");
  const auto* of = deliverable_of(*pack, deliverable);
  if (of == nullptr || of->every != "occasion") return fail("desk.deliverable_not_found");
  const auto due = deliverable_due(*of, *pack, event);
  if (!due) return fail("desk.deliverable_event_invalid");
  return at_.database.write([&](Session& s) -> Result<DeliverableItem> {
    DeliverableItem item;
    item.id = at_.ids.next();
    item.version = 1;
    item.contract = pack->id;
    item.deliverable = deliverable;
    item.period = "hand/" + std::to_string(item.id);
    item.event = event;
    item.event_by_hand = true;
    item.due = due;
    item.note = note;
    item.opened_by = by.name;
    YAGURA_CHECK(insert(s, *pack, item));
    YAGURA_CHECK(journal(s, by, *pack, item, "deliverable.opened",
                         Value::object({{"event", of->starts_on},
                                        {"at", to_rfc3339(event)},
                                        {"due", to_rfc3339(*due)},
                                        {"note", note}})));
    tell(s, contract, item.id);
    return item;
  });
}

Result<DeliverableItem> Deliverables::set_event(const journal::Actor& by, std::string_view contract, Id id,
                                                std::int64_t version, Time event) {
  return within(by, contract, id, version, [&](Change& c) -> Result<void> {
    if (!to_be_handed_in(c.item.state)) return fail("desk.deliverable_closed_conflict");
    const auto due = deliverable_due(c.of, *c.pack, event);
    if (!due) return fail("desk.deliverable_event_invalid");
    Value data = Value::object({{"event", c.of.starts_on},
                                {"at", to_rfc3339(event)},
                                {"before", c.item.due ? Value(to_rfc3339(*c.item.due)) : Value()},
                                {"after", to_rfc3339(*due)}});
    if (c.item.due != due) c.item.due_before = c.item.due;
    c.item.event = event;
    c.item.event_by_hand = true;
    c.item.due = due;
    return journal(c.session, c.by, *c.pack, c.item, "deliverable.moved", std::move(data));
  });
}

Result<DeliverableItem> Deliverables::prepare(const journal::Actor& by, std::string_view contract, Id id,
                                              std::int64_t version) {
  return within(by, contract, id, version, [&](Change& c) -> Result<void> {
    if (c.item.state != State::planned) return fail("desk.deliverable_closed_conflict");
    c.item.state = State::preparing;
    return journal(c.session, c.by, *c.pack, c.item, "deliverable.preparing", Value::object());
  });
}

Result<DeliverableItem> Deliverables::submit(const journal::Actor& by, std::string_view contract, Id id,
                                             std::int64_t version, const HandIn& what) {
  YAGURA_CHECK(check_text(what.note, false));
  return within(by, contract, id, version, [&](Change& c) -> Result<void> {
    if (!to_be_handed_in(c.item.state)) return fail("desk.deliverable_closed_conflict");
    YAGURA_TRY(const auto files, files_of(c.session, contract, what));
    YAGURA_CHECK(check_formats(c.of, what.formats, files));
    if (what.copies < c.of.copies || what.copies > 1000)
      return fail("desk.deliverable_copies", {{"copies", std::to_string(c.of.copies)}});
    const Time now = at_.clock.now();
    YAGURA_TRY(auto data,
               put_submission(c.session, c.item, {c.by, now, what.formats, what.copies, what.note, files}));
    c.item.accept_due.reset();
    if (c.of.accepted_within)
      if (const auto due = calendar::due_at(*c.of.accepted_within, c.pack->book, now))
        c.item.accept_due = *due;
    return journal(c.session, c.by, *c.pack, c.item, "deliverable.submitted", std::move(data));
  });
}

// Written once; answers with what the journal says of it.
Result<Value> Deliverables::put_submission(Session& s, DeliverableItem& item, const HandedIn& what) {
  const bool late = item.due && *item.due < what.at;
  const int number = ++item.submissions;
  Value formats = Value::array(), list = Value::array();
  for (const auto& format : what.formats) formats.push(Value(format));
  YAGURA_CHECK(s.exec(
      "INSERT INTO deliverable_submission (item, number, at, account, who, formats, copies, note, due, late,"
      " state, decided_at, decided_by, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting',"
      " NULL, '', '')",
      item.id, number, what.at, what.by.account, what.by.name, schema::to_json(formats), what.copies,
      what.note, item.due, late));
  for (const auto& file : what.files) {
    YAGURA_CHECK(
        s.exec("INSERT INTO deliverable_file (item, number, attachment, name, type, size, sha256)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7)",
               item.id, number, file.attachment, file.name, file.type, file.size, file.sha256));
    list.push(Value::object({{"name", file.name}, {"sha256", file.sha256}}));
  }
  item.state = State::submitted;
  item.submitted_at = what.at;
  return Value::object({{"number", number},
                        {"formats", std::move(formats)},
                        {"copies", what.copies},
                        {"late", late},
                        {"files", std::move(list)}});
}

Result<void> Deliverables::hand_in_with(Session& s, const contract::Pack& pack,
                                        const contract::Deliverable& of, DeliverableItem item,
                                        const journal::Entry& entry) {
  const auto& data = entry.record.data;
  HandIn wanted;
  for (const auto& file : data["files"].items()) wanted.files.push_back(file.integer());
  YAGURA_TRY(auto files, files_of(s, pack.id, wanted));
  if (files.empty()) return {};
  std::vector<std::string> formats;
  for (const auto& format : of.formats)
    if (check_formats(of, {format}, files) &&
        std::ranges::any_of(file_formats(), [&](const auto& kind) { return kind.format == format; }))
      formats.push_back(format);
  const Time at = parse_rfc3339(data["submitted_at"].text()).value_or(entry.time);
  const auto& by = entry.record.actor;
  const auto& number = data["number"].text();
  YAGURA_TRY(auto said,
             put_submission(s, item, {by, at, std::move(formats), of.copies, number, std::move(files)}));
  const int nth = item.submissions;
  ++item.version;
  YAGURA_CHECK(journal(s, by, pack, item, "deliverable.submitted", std::move(said)));
  // Who approved the form accepted the paper.
  item.state = State::accepted;
  item.closed_at = entry.time;
  ++item.version;
  YAGURA_CHECK(
      s.exec("UPDATE deliverable_submission SET state = 'accepted', decided_at = $3, decided_by = $4"
             " WHERE item = $1 AND number = $2",
             item.id, nth, entry.time, number));
  YAGURA_CHECK(write(s, item));
  return journal(s, {}, pack, item, "deliverable.accepted",
                 Value::object({{"number", nth}, {"reason", number}}));
}

Result<DeliverableItem> Deliverables::decide(const journal::Actor& by, std::string_view contract, Id id,
                                             std::int64_t version, Decision decision,
                                             const std::string& reason) {
  YAGURA_CHECK(check_text(reason, decision != Decision::accept));
  return within(by, contract, id, version, [&](Change& c) -> Result<void> {
    const Time now = at_.clock.now();
    if (decision == Decision::waive) {
      if (!to_be_handed_in(c.item.state)) return fail("desk.deliverable_closed_conflict");
      c.item.state = State::waived;
      c.item.closed_at = now;
      return journal(c.session, c.by, *c.pack, c.item, "deliverable.waived",
                     Value::object({{"reason", reason}}));
    }
    if (c.item.state != State::submitted) return fail("desk.deliverable_closed_conflict");
    const int number = c.item.submissions;
    YAGURA_TRY(const auto submitter,
               c.session.integer("SELECT account FROM deliverable_submission WHERE item = $1 AND number = $2",
                                 id, number));
    if (submitter == by.account) return fail("desk.deliverable_own");
    const bool accepted = decision == Decision::accept;
    YAGURA_CHECK(
        c.session.exec("UPDATE deliverable_submission SET state = $3, decided_at = $4, decided_by = $5,"
                       " reason = $6 WHERE item = $1 AND number = $2",
                       id, number, accepted ? "accepted" : "returned", now, by.name, reason));
    c.item.state = accepted ? State::accepted : State::returned;
    if (accepted) c.item.closed_at = now;
    c.item.accept_due.reset();
    return journal(c.session, c.by, *c.pack, c.item,
                   accepted ? "deliverable.accepted" : "deliverable.returned",
                   Value::object({{"number", number}, {"reason", reason}}));
  });
}

}  // namespace yagura::desk
