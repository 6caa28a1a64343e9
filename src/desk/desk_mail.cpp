#include "desk/desk_mail.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "schema/json.hpp"

namespace yagura::desk {

using notify::IncomingMail;
using schema::Value;
using store::Row;
using store::Session;

namespace {

constexpr std::array<std::chrono::minutes, 5> waits{std::chrono::minutes(1), std::chrono::minutes(5),
                                                    std::chrono::minutes(30), std::chrono::hours(2),
                                                    std::chrono::hours(12)};
constexpr std::size_t names_most = 50;  // ids of a References header that are looked up

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

// "[2026-0012]" in a subject.
std::string number_in(std::string_view subject) {
  for (auto at = subject.find('['); at != std::string_view::npos; at = subject.find('[', at + 1)) {
    const auto end = subject.find(']', at);
    if (end == std::string_view::npos) break;
    const auto inside = subject.substr(at + 1, end - at - 1);
    if (inside.size() >= 6 && inside.size() <= 20 &&
        inside.find_first_not_of("0123456789-") == std::string_view::npos && inside.find('-') == 4)
      return std::string(inside);
  }
  return {};
}

}  // namespace

Result<MailOutcome> DeskMail::refuse(std::string_view contract, std::string why,
                                     std::string_view message_id) {
  YAGURA_CHECK(at_.database.write([&](Session& s) {
    return at_.journal.append(s, {std::string(contract),
                                  {},
                                  "mail.refused",
                                  "mail",
                                  Value::object({{"why", why}, {"message", message_id}})});
  }));
  return MailOutcome{MailOutcome::What::refused, 0, std::move(why)};
}

Result<Id> DeskMail::ticket_of(std::string_view contract, const IncomingMail& mail) {
  return at_.database.read([&](Session& s) -> Result<Id> {
    for (std::size_t i = 0; i < std::min(names_most, mail.answers_to.size()); ++i) {
      YAGURA_TRY(const auto known,
                 s.integer("SELECT m.incident FROM incident_message m JOIN incident i ON i.id = m.incident"
                           " WHERE m.message_id = $1 AND i.contract = $2 LIMIT 1",
                           "<" + mail.answers_to[i] + ">", contract));
      if (known) return *known;
    }
    // A number can be guessed: it counts only from him whose ticket it is.
    const auto number = number_in(mail.subject);
    if (number.empty()) return Id{0};
    Id found = 0;
    YAGURA_CHECK(s.query("SELECT id, caller_mail FROM incident WHERE contract = $1 AND number = $2", contract,
                         number, [&](const Row& row) {
                           if (lower(row.text(1)) == lower(mail.from)) found = row.integer(0);
                         }));
    return found;
  });
}

Result<std::vector<Id>> DeskMail::kept_files(std::string_view contract, const IncomingMail& mail,
                                             const journal::Actor& by, std::string& remarks) {
  std::vector<Id> out;
  for (const auto& file : mail.files) {
    auto kept = at_.ledgers.attach(by, contract, file.name, file.type, file.bytes);
    if (kept)
      out.push_back(kept->id);
    else if (kept.error().code.starts_with("store."))
      return std::unexpected(std::move(kept).error());
    else
      remarks +=
          "\n（添付「" + file.name + "」は受け取れませんでした / not taken: " + kept.error().code + "）";
  }
  if (mail.cut)
    remarks += "\n（長いため、または添付が多いため、一部を省きました / cut because of its length）";
  return out;
}

Result<MailOutcome> DeskMail::take(std::string_view contract, std::string_view bytes) {
  const auto read = notify::read_mail(bytes);
  if (!read) return refuse(contract, "unreadable", "");
  const auto& mail = *read;
  const std::string named = mail.message_id.empty() ? "" : "<" + mail.message_id + ">";
  if (lower(mail.from) == lower(at_.own_address)) return refuse(contract, "loop", named);
  if (!named.empty()) {
    YAGURA_TRY(const auto known, at_.database.read([&](Session& s) {
      return s.integer(
          "SELECT m.incident FROM incident_message m JOIN incident i ON i.id = m.incident"
          " WHERE m.message_id = $1 AND m.incoming = 1 AND i.contract = $2 LIMIT 1",
          named, contract);
    }));
    if (known) return MailOutcome{MailOutcome::What::known, *known, ""};
  }
  journal::Actor by;
  by.name = "メール / mail";
  YAGURA_TRY(const Id ticket, ticket_of(contract, mail));
  if (ticket == 0) {
    if (mail.automatic) return refuse(contract, "automatic", named);
    return open(contract, mail, by);
  }
  std::string body = mail.text.empty() ? mail.subject : mail.text;
  YAGURA_TRY(auto files, kept_files(contract, mail, by, body));
  if (trim(body).empty()) body = "（本文なし / no text）";
  Message message;
  message.channel = "mail";
  message.sender = mail.from_name.empty() ? mail.from : mail.from_name + " <" + mail.from + ">";
  message.who = mail.from_name;
  message.subject = mail.subject;
  message.body = std::move(body);
  message.message_id = named;
  message.attachments = std::move(files);
  message.automatic = mail.automatic;
  YAGURA_TRY(const auto told, at_.incidents.receive(by, contract, ticket, std::move(message)));
  return MailOutcome{MailOutcome::What::joined, told.id, ""};
}

Result<MailOutcome> DeskMail::open(std::string_view contract, const IncomingMail& mail,
                                   const journal::Actor& by) {
  const auto pack = at_.packs(contract);
  if (!pack) return fail("desk.contract_not_found");
  const auto kind = std::ranges::find_if(pack->desk.kinds, &contract::TicketKind::mail_opens);
  if (kind == pack->desk.kinds.end()) return refuse(contract, "no_kind", mail.message_id);
  YAGURA_TRY(const auto lately, at_.database.read([&](Session& s) {
    return s.integer(
        "SELECT count(*) FROM incident WHERE contract = $1 AND caller_mail = $2 AND detected_at > $3",
        contract, mail.from, at_.clock.now() - std::chrono::hours(1));
  }));
  if (lately.value_or(0) >= opened_most) return refuse(contract, "flood", mail.message_id);
  NewIncident wanted;
  wanted.contract = contract;
  wanted.kind = kind->id;
  wanted.severity = "info";
  wanted.channel = Channel::mail;
  wanted.title = trim(mail.subject).empty() ? "（件名なし）" : std::string(trim(mail.subject));
  wanted.detail = mail.text.substr(0, 36'000);
  while (!is_utf8(wanted.detail)) wanted.detail.pop_back();
  wanted.caller.name = mail.from_name;
  wanted.caller.mail = mail.from;
  // Who it is, where the contacts ledger knows the address.
  YAGURA_CHECK(at_.ledgers.each(contract, "contacts", [&](ledger::Row&& row) {
    if (wanted.caller.contact != 0 || lower(row.fields["mail"].text()) != lower(mail.from)) return;
    wanted.caller.contact = row.id;
    wanted.caller.name = row.title;
    wanted.caller.section = row.fields["organisation"].text();
  }));
  std::string remarks;
  YAGURA_TRY(const auto files, kept_files(contract, mail, by, remarks));
  Message first;
  first.channel = "mail";
  first.sender = mail.from_name.empty() ? mail.from : mail.from_name + " <" + mail.from + ">";
  first.who = mail.from_name;
  first.subject = mail.subject;
  first.body = mail.text + remarks;
  if (trim(first.body).empty()) first.body = wanted.title;
  first.message_id = mail.message_id.empty() ? "" : "<" + mail.message_id + ">";
  first.attachments = files;
  YAGURA_TRY(const auto opened, at_.incidents.open_with(by, wanted, std::move(first), "received"));
  return MailOutcome{MailOutcome::What::opened, opened.id, ""};
}

Result<int> DeskMail::send_due() {
  struct Due {
    notify::OutgoingMail mail;
    Id id = 0, incident = 0;
    int tries = 0;
    std::string contract;
    std::vector<Id> files;
  };
  std::vector<Due> due;
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    YAGURA_CHECK(
        s.query("SELECT m.id, m.incident, m.recipient, m.subject, m.body, m.message_id, m.tries, "
                "m.attachments, i.contract,"
                " m.at, m.automatic FROM incident_message m JOIN incident i ON i.id = m.incident WHERE "
                "m.next_try <= $1"
                " ORDER BY m.next_try LIMIT 20",
                at_.clock.now(), [&](const Row& row) {
                  Due d;
                  d.id = row.integer(0);
                  d.incident = row.integer(1);
                  d.mail.to = row.string(2);
                  d.mail.subject = row.string(3);
                  d.mail.body = row.string(4);
                  d.mail.message_id = row.string(5);
                  d.tries = static_cast<int>(row.integer(6));
                  if (const auto files = schema::parse_json(row.text(7)))
                    for (const auto& file : files->items()) d.files.push_back(file.integer());
                  d.contract = row.string(8);
                  d.mail.at = row.time(9);
                  d.mail.automatic = row.flag(10);
                  due.push_back(std::move(d));
                }));
    for (auto& d : due)
      YAGURA_CHECK(s.query(
          "SELECT message_id FROM incident_message WHERE incident = $1 AND id < $2 AND"
          " message_id <> '' ORDER BY id DESC LIMIT 10",
          d.incident, d.id,
          [&](const Row& row) { d.mail.references.insert(d.mail.references.begin(), row.string(0)); }));
    return {};
  }));
  for (auto& d : due) {
    for (const Id file : d.files)
      if (auto kept = at_.ledgers.attachment(d.contract, file))
        d.mail.files.push_back({kept->first.name, kept->first.type, std::move(kept->second)});
    const auto sent = at_.send(d.mail);
    const bool over = !sent && d.tries + 1 >= static_cast<int>(waits.size());
    const std::optional<Time> again =
        sent || over ? std::nullopt
                     : std::optional<Time>(at_.clock.now() + waits[static_cast<std::size_t>(d.tries)]);
    YAGURA_CHECK(at_.incidents.message_tried(d.contract, d.incident, d.id,
                                             sent   ? "sent"
                                             : over ? "failed"
                                                    : "queued",
                                             again, sent ? "" : sent.error().text()));
  }
  return static_cast<int>(due.size());
}

}  // namespace yagura::desk
