// What tickets have beside their clocks: taking note, owners of many, merging, links, what is said to the
// caller, and the loan machine.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "base/text.hpp"
#include "desk/incident_rows.hpp"
#include "schema/json.hpp"

namespace yagura::desk {

using schema::Value;
using store::Row;
using store::Session;

namespace {

constexpr std::size_t most_at_once = 200;
constexpr std::size_t longest_message = 100'000;
constexpr std::string_view relations[] = {"related", "duplicate", "caused_by", "causes"};

std::string_view seen_from_there(std::string_view relation) {
  if (relation == "caused_by") return "causes";
  if (relation == "causes") return "caused_by";
  return relation;
}

Result<void> check_message(std::string_view text) {
  if (text.size() > longest_message || !is_utf8(text) || text.find('\0') != std::string_view::npos)
    return fail("desk.text_invalid", {{"limit", std::to_string(longest_message)}});
  if (trim(text).empty()) return fail("desk.text_missing");
  return {};
}

void put_in(std::string& text, std::string_view mark, std::string_view value) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
    text.replace(at, mark.size(), value);
}

bool waits_for_caller(const Incident& i) {
  for (const auto& event : std::views::reverse(i.happened)) {
    if (event == "paused") return true;
    if (event == "resumed") return false;
  }
  return false;
}

}  // namespace

Result<calendar::Words> filled_in(const contract::Pack& pack, const Incident& incident,
                                  std::string_view text_id) {
  const auto* text = pack.desk.text(text_id);
  if (!text || (!text->kinds.empty() && std::ranges::find(text->kinds, incident.kind) == text->kinds.end()))
    return fail("desk.template_unknown", {{"template", std::string(text_id.substr(0, 64))}});
  calendar::Words out = text->text;
  for (auto* words : {&out.ja, &out.en}) {
    // What a caller wrote is put in last, so that it cannot hold marks of its own.
    put_in(*words, "{number}", incident.number);
    put_in(*words, "{caller}", incident.caller.name.empty() ? "ご担当者" : "{caller}");
    const auto caller = words->find("{caller}"), title = words->find("{title}");
    if (caller != std::string::npos && (title == std::string::npos || caller > title)) {
      words->replace(caller, 8, incident.caller.name);
      if (title != std::string::npos) words->replace(title, 7, incident.title);
    } else {
      if (title != std::string::npos) words->replace(title, 7, incident.title);
      if (caller != std::string::npos) words->replace(caller, 8, incident.caller.name);
    }
  }
  return out;
}

Result<calendar::Words> Incidents::text_for(std::string_view contract, Id id, std::string_view text_id) {
  const auto pack = packs_(contract);
  if (!pack) return fail("desk.contract_not_found");
  YAGURA_TRY(const auto incident, get(contract, id));
  return filled_in(*pack, incident, text_id);
}

Result<void> Incidents::acknowledge(const journal::Actor& by, std::string_view contract,
                                    const std::vector<Id>& ids) {
  if (ids.size() > most_at_once) return fail("desk.too_many", {{"limit", std::to_string(most_at_once)}});
  for (const Id id : ids) {
    auto done = within(by, contract, id, [&](Change& c) -> Result<void> {
      if (c.incident.acknowledged_at) return {};
      const Time now = at_.clock.now();
      YAGURA_CHECK(c.session.exec(
          "UPDATE incident SET acknowledged_at = $2, acknowledged_by = $3 WHERE id = $1", id, now, by.name));
      YAGURA_CHECK(c.journal(at_.journal, "incident.acknowledged", Value::object()));
      if (std::ranges::find(c.incident.happened, "handling_started") == c.incident.happened.end() &&
          c.incident.state != State::closed)
        return apply_event(c, "handling_started", now, "");
      return {};
    });
    if (!done) return std::unexpected(std::move(done).error());
  }
  return {};
}

Result<void> Incidents::assign(const journal::Actor& by, std::string_view contract,
                               const std::vector<Id>& ids, Id owner, const std::string& owner_name) {
  if (ids.size() > most_at_once) return fail("desk.too_many", {{"limit", std::to_string(most_at_once)}});
  for (const Id id : ids) {
    IncidentChange wanted;
    wanted.owner = owner;
    wanted.owner_name = owner_name;
    auto done = change(by, contract, id, wanted);
    if (!done) return std::unexpected(std::move(done).error());
  }
  return {};
}

Result<Incident> Incidents::merge(const journal::Actor& by, std::string_view contract, Id id, Id into,
                                  const std::string& reason) {
  if (trim(reason).empty()) return fail("desk.text_missing");
  if (reason.size() > 16'000 || !is_utf8(reason)) return fail("desk.text_invalid", {{"limit", "16000"}});
  if (id == into) return fail("desk.merge_own_conflict");
  return within(by, contract, id, [&](Change& c) -> Result<void> {
    YAGURA_TRY(const auto target, read(c.session, contract, into));
    if (c.incident.merged_into != 0) return fail("desk.merged_conflict");
    if (target.merged_into != 0) return fail("desk.merge_target_conflict", {{"number", target.number}});
    if (c.incident.loan != 0) return fail("desk.loan_out_conflict", {{"machine", c.incident.loan_name}});
    // Others that were merged into this one would lead nowhere.
    YAGURA_TRY(const auto led, c.session.integer("SELECT count(*) FROM incident WHERE merged_into = $1", id));
    if (led.value_or(0) > 0) return fail("desk.merge_chain_conflict");
    const Time now = at_.clock.now();
    YAGURA_CHECK(
        c.session.exec("UPDATE incident SET state = 'closed', closed_at = $2, close_reason = $3,"
                       " merged_into = $4 WHERE id = $1",
                       id, now, reason, into));
    YAGURA_CHECK(apply_event(c, "withdrawn", now, reason));
    YAGURA_CHECK(at_.contacts.finish(c.session, contract, subject_of(id)));
    Value data = Value::object({{"from", c.incident.number}, {"into", target.number}, {"reason", reason}});
    YAGURA_CHECK(c.journal(at_.journal, "incident.merged", data));
    Change there{c.session, c.pack, by, target};
    YAGURA_CHECK(there.journal(at_.journal, "incident.merged", std::move(data)));
    tell(c.session, contract, "incident", into);
    return {};
  });
}

Result<Incident> Incidents::unmerge(const journal::Actor& by, std::string_view contract, Id id,
                                    const std::string& reason) {
  if (trim(reason).empty()) return fail("desk.text_missing");
  return within(by, contract, id, [&](Change& c) -> Result<void> {
    if (c.incident.merged_into == 0) return fail("desk.not_merged_conflict");
    const Id into = c.incident.merged_into;
    YAGURA_CHECK(
        c.session.exec("UPDATE incident SET state = 'open', closed_at = NULL, close_reason = '',"
                       " merged_into = 0 WHERE id = $1",
                       id));
    // The clocks that the merge cancelled go on as if there had been none.
    const store::Param params[] = {store::to_param(id)};
    YAGURA_TRY(auto rows, clocks_where(c.session, "c.incident = $1 AND c.state = 'cancelled'", params));
    for (auto& row : rows) {
      const auto* rule = c.pack->clock(row.rule);
      if (!rule) continue;
      YAGURA_CHECK(add_clock_event(
          c.session, row.id, {at_.clock.now(), calendar::ClockEventKind::reopen, "", "", reason, true}));
      YAGURA_CHECK(judge(c.session, *c.pack, *rule, row, true));
    }
    YAGURA_CHECK(c.journal(at_.journal, "incident.reopened", Value::object({{"reason", reason}})));
    YAGURA_TRY(const auto target, read(c.session, contract, into));
    Change there{c.session, c.pack, by, target};
    return there.journal(at_.journal, "incident.unmerged",
                         Value::object({{"from", c.incident.number}, {"reason", reason}}));
  });
}

Result<void> Incidents::link(const journal::Actor& by, std::string_view contract, Id id, Id other,
                             const std::string& relation) {
  if (id == other) return fail("desk.link_own_conflict");
  if (std::ranges::find(relations, relation) == std::end(relations)) return fail("desk.relation_unknown");
  auto done = within(by, contract, id, [&](Change& c) -> Result<void> {
    YAGURA_TRY(
        const auto number,
        c.session.text("SELECT number FROM desk_row WHERE id = $1 AND contract = $2", other, contract));
    if (!number) return fail("desk.incident_not_found");
    YAGURA_CHECK(c.session.exec("DELETE FROM incident_link WHERE incident = $1 AND other = $2", other, id));
    YAGURA_CHECK(c.session.exec(
        "INSERT INTO incident_link (incident, other, relation, who, at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (incident, other) DO UPDATE SET relation = excluded.relation, who = excluded.who,"
        " at = excluded.at",
        id, other, relation, by.name, at_.clock.now()));
    return c.journal(at_.journal, "incident.linked",
                     Value::object({{"other", *number}, {"relation", relation}}));
  });
  if (!done) return std::unexpected(std::move(done).error());
  return {};
}

Result<void> Incidents::unlink(const journal::Actor& by, std::string_view contract, Id id, Id other) {
  auto done = within(by, contract, id, [&](Change& c) -> Result<void> {
    YAGURA_TRY(
        const auto gone,
        c.session.exec("DELETE FROM incident_link WHERE (incident = $1 AND other = $2) OR (incident = $2"
                       " AND other = $1)",
                       id, other));
    if (gone == 0) return fail("desk.link_not_found");
    YAGURA_TRY(const auto number, c.session.text("SELECT number FROM desk_row WHERE id = $1", other));
    return c.journal(at_.journal, "incident.unlinked", Value::object({{"other", number.value_or("")}}));
  });
  if (!done) return std::unexpected(std::move(done).error());
  return {};
}

Result<std::vector<Link>> Incidents::links(std::string_view contract, Id id) {
  std::vector<Link> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    const auto take = [&](bool turned) {
      return [&out, turned](const Row& row) {
        Link l{row.integer(0), row.flag(1),   row.string(2), row.string(3), row.string(4),
               row.string(5),  row.string(6), row.string(7), row.string(8), row.time(9)};
        if (turned) l.relation = seen_from_there(l.relation);
        out.push_back(std::move(l));
      };
    };
    constexpr std::string_view what =
        "SELECT r.id, r.request, r.number, r.title, r.title_en, r.state, r.kind, l.relation, l.who, l.at "
        "FROM "
        "incident_link l JOIN desk_row r ON r.id = ";
    YAGURA_CHECK(
        s.query(std::string(what) + "l.other WHERE l.incident = $1 AND r.contract = $2 ORDER BY l.at", id,
                contract, take(false)));
    return s.query(std::string(what) + "l.incident WHERE l.other = $1 AND r.contract = $2 ORDER BY l.at", id,
                   contract, take(true));
  }));
  return out;
}

Result<std::vector<std::pair<Id, std::string>>> Incidents::merged_from(std::string_view contract, Id id) {
  std::vector<std::pair<Id, std::string>> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT id, number FROM incident WHERE merged_into = $1 AND contract = $2 ORDER BY id LIMIT 200", id,
        contract, [&](const Row& row) { out.emplace_back(row.integer(0), row.string(1)); });
  }));
  return out;
}

Result<calendar::Words> Incidents::text_for(const contract::Pack& pack, const Incident& incident,
                                            std::string_view text_id) {
  return filled_in(pack, incident, text_id);
}

// Messages -----------------------------------------------------------------------------------------------

Result<void> Incidents::write_message(Change& c, Message m) {
  Value files = Value::array();
  for (const Id file : m.attachments) files.push(Value(file));
  m.id = at_.ids.next();
  if (m.message_id.empty() && !m.incoming)
    m.message_id = fmt::format("<{}.{}@{}>", m.id, c.incident.id, at_.mail_domain);
  YAGURA_CHECK(c.session.exec(
      "INSERT INTO incident_message (id, incident, incoming, channel, sender, recipient, subject, body,"
      " message_id, attachments, who, state, tries, next_try, at, automatic, account)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $14, $15, $16)",
      m.id, c.incident.id, m.incoming, m.channel, m.sender, m.recipient, m.subject, m.body, m.message_id,
      schema::to_json(files), m.who, m.state, m.state == "queued" ? std::optional<Time>(m.at) : std::nullopt,
      m.at, m.automatic, m.account));
  for (const Id file : m.attachments)
    YAGURA_CHECK(c.session.exec(
        "INSERT INTO incident_attachment (incident, attachment, name, type, size, sha256, who, at)"
        " SELECT CAST($1 AS BIGINT), id, name, type, size, sha256, CAST($4 AS TEXT), CAST($5 AS BIGINT) FROM "
        "attachment WHERE id = $2 AND contract = $3"
        " ON CONFLICT (incident, attachment) DO NOTHING",
        c.incident.id, file, c.incident.contract, m.who, m.at));
  c.said += "\n" + m.body;
  // What was said stands in the message; the time line names it, for a journal is never taken back.
  return c.journal(at_.journal, m.incoming ? "incident.received" : "incident.replied",
                   Value::object({{"channel", m.channel}, {"message", m.id}}));
}

Result<void> Incidents::say(Change& c, const std::string& text, const std::vector<Id>& attachments,
                            bool automatic) {
  const auto& caller = c.incident.caller;
  if (caller.mail.empty() && caller.account == 0) return fail("desk.caller_unreachable");
  Message m;
  m.channel = caller.mail.empty() ? "portal" : "mail";
  m.sender = c.by.name;
  m.recipient = caller.mail;
  m.subject = "[" + c.incident.number + "] " + c.incident.title;
  m.body = text;
  m.who = c.by.name;
  m.state = caller.mail.empty() ? "" : "queued";
  m.at = at_.clock.now();
  m.attachments = attachments;
  m.automatic = automatic;
  return write_message(c, std::move(m));
}

// Each in his own ticket, so that nobody sees who else asked.
Result<void> Incidents::say_to_merged(Change& c, const std::string& text,
                                      const std::vector<Id>& attachments) {
  std::vector<Id> merged;
  YAGURA_CHECK(c.session.query("SELECT id FROM incident WHERE merged_into = $1 ORDER BY id LIMIT 200",
                               c.incident.id, [&](const Row& row) { merged.push_back(row.integer(0)); }));
  for (const Id id : merged) {
    YAGURA_TRY(auto incident, read(c.session, c.incident.contract, id));
    if (incident.caller.mail.empty() && incident.caller.account == 0) continue;
    Change there{c.session, c.pack, c.by, std::move(incident)};
    YAGURA_CHECK(say(there, text, attachments));
    tell(c.session, c.incident.contract, "incident", id);
  }
  return {};
}

Result<Incident> Incidents::reply(const journal::Actor& by, std::string_view contract, Id id,
                                  const std::string& text, bool answers, const std::vector<Id>& attachments,
                                  bool to_merged) {
  YAGURA_CHECK(check_message(text));
  if (attachments.size() > 20) return fail("desk.attachments_too_many", {{"limit", "20"}});
  return within(by, contract, id, [&](Change& c) -> Result<void> {
    for (const Id file : attachments) {
      YAGURA_TRY(
          const auto known,
          c.session.integer("SELECT 1 FROM attachment WHERE id = $1 AND contract = $2", file, contract));
      if (!known) return fail("desk.attachment_unknown");
    }
    YAGURA_CHECK(say(c, text, attachments));
    if (to_merged) YAGURA_CHECK(say_to_merged(c, text, attachments));
    const Time now = at_.clock.now();
    if (!c.incident.acknowledged_at)
      YAGURA_CHECK(c.session.exec(
          "UPDATE incident SET acknowledged_at = $2, acknowledged_by = $3 WHERE id = $1", id, now, by.name));
    if (c.incident.state == State::closed) return {};
    if (std::ranges::find(c.incident.happened, "handling_started") == c.incident.happened.end())
      YAGURA_CHECK(apply_event(c, "handling_started", now, ""));
    return answers ? apply_event(c, "answered", now, "") : Result<void>{};
  });
}

Result<Incident> Incidents::receive(const journal::Actor& by, std::string_view contract, Id id,
                                    Message message) {
  YAGURA_CHECK(check_message(message.body));
  // A ticket that was merged is read on where it went.
  YAGURA_TRY(const auto known, get(contract, id));
  const Id to = known.merged_into != 0 ? known.merged_into : id;
  return within(by, contract, to, [&](Change& c) -> Result<void> {
    message.incoming = true;
    message.at = at_.clock.now();
    const bool waited = waits_for_caller(c.incident), closed = c.incident.state == State::closed;
    if (message.account != 0) YAGURA_CHECK(keep_files(c, message.attachments, message.who, message.account));
    YAGURA_CHECK(write_message(c, message));
    if (message.automatic) return {};
    if (closed) return open_again(c, "連絡者からの返信");
    return waited ? apply_event(c, "resumed", message.at, "") : Result<void>{};
  });
}

Result<std::vector<Message>> messages_in(Session& s, std::string_view contract, Id incident) {
  std::vector<Message> out;
  YAGURA_CHECK(s.query(
      "SELECT m.id, m.incident, m.incoming, m.channel, m.sender, m.recipient, m.subject, m.body, "
      "m.message_id,"
      " m.who, m.state, m.at, m.attachments, m.automatic, m.account FROM incident_message m"
      " JOIN incident i ON i.id = m.incident"
      " WHERE m.incident = $1 AND i.contract = $2 ORDER BY m.id LIMIT 500",
      incident, contract, [&](const Row& row) {
        Message m{row.integer(0), row.integer(1), row.flag(2),   row.string(3), row.string(4),  row.string(5),
                  row.string(6),  row.string(7),  row.string(8), row.string(9), row.string(10), row.time(11)};
        if (const auto files = schema::parse_json(row.text(12)))
          for (const auto& file : files->items()) m.attachments.push_back(file.integer());
        m.automatic = row.flag(13);
        m.account = row.integer(14);
        out.push_back(std::move(m));
      }));
  return out;
}

Result<std::vector<Message>> Incidents::messages(std::string_view contract, Id id) {
  return at_.database.read([&](Session& s) { return messages_in(s, contract, id); });
}

Result<void> Incidents::message_tried(std::string_view contract, Id incident, Id message,
                                      std::string_view state, std::optional<Time> again,
                                      std::string_view why) {
  auto done = within({}, contract, incident, [&](Change& c) -> Result<void> {
    YAGURA_CHECK(
        c.session.exec("UPDATE incident_message SET state = $3, next_try = $4, tries = tries + 1 WHERE"
                       " id = $1 AND incident = $2",
                       message, incident, state, again));
    if (state != "failed") return {};
    return c.journal(at_.journal, "incident.reply_failed",
                     Value::object({{"message", message}, {"why", why}}));
  });
  if (!done) return std::unexpected(std::move(done).error());
  return {};
}

// Loan machines ------------------------------------------------------------------------------------------

Result<void> Incidents::lend(Change& c, const contract::TicketKind& kind, const std::string& event, Id loan) {
  const bool out = !kind.lends_on.empty() && event == kind.lends_on;
  const bool back = !kind.takes_back_on.empty() && event == kind.takes_back_on;
  if (!out && !back) return {};
  if (!at_.ledgers) return fail("desk.no_loan_machines");
  if (out && c.incident.loan != 0) return fail("desk.loan_out_conflict", {{"machine", c.incident.loan_name}});
  if (back && c.incident.loan == 0) return fail("desk.no_loan_conflict");
  const Id machine = out ? loan : c.incident.loan;
  if (machine == 0) return fail("desk.loan_missing");
  // Two who lend the same machine: the second waits here and then sees that it is gone.
  YAGURA_CHECK(c.session.lock("loan/" + std::to_string(machine)));
  std::optional<std::pair<std::string, std::string>> row;
  YAGURA_CHECK(
      c.session.query("SELECT title, COALESCE(CAST(data->>'state' AS TEXT), '') FROM ledger_row WHERE id = "
                      "$1 AND contract = $2"
                      " AND ledger = 'loans' AND deleted = 0",
                      machine, c.incident.contract, [&](const Row& r) { row = {r.string(0), r.string(1)}; }));
  if (!row && out) return fail("desk.loan_missing");
  if (out && row->second != "ready") return fail("desk.loan_not_there_conflict", {{"machine", row->first}});
  if (row) {
    // Back, it is looked at and wiped before anybody gets it again.
    const auto today = calendar::format_date(calendar::date_of(at_.clock.now()));
    Value fields = Value::object({{"state", out ? "lent" : "repair"}});
    fields.set("incident", out ? Value(c.incident.number) : Value());
    fields.set("instead_of", out ? Value(c.incident.place.device_name) : Value());
    fields.set("lent", out ? Value(today) : Value());
    fields.set("returned", out ? Value() : Value(today));
    fields.set("checked", Value("not_yet"));
    YAGURA_CHECK(at_.ledgers->change(c.session, c.by, c.incident.contract, "loans", machine, 0, fields,
                                     "修理 " + c.incident.number));
  }
  c.incident.loan = out ? machine : 0;
  c.incident.loan_name = out ? row->first : "";
  YAGURA_CHECK(c.session.exec("UPDATE incident SET loan = $2, loan_name = $3 WHERE id = $1", c.incident.id,
                              c.incident.loan, c.incident.loan_name));
  return c.journal(at_.journal, out ? "incident.lent" : "incident.taken_back",
                   Value::object({{"machine", row ? row->first : ""}}));
}

}  // namespace yagura::desk
