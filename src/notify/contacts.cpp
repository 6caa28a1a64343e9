#include "notify/contacts.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "schema/json.hpp"
#include "schema/shape.hpp"

namespace yagura::notify {

using schema::Value;
using store::Row;
using store::Session;

std::span<const store::Migration> migrations() {
  static constexpr store::Migration steps[] = {
      {"notify", 1,
       "CREATE TABLE contact_walk (id @id, contract TEXT NOT NULL, subject TEXT NOT NULL, severity TEXT NOT "
       "NULL,"
       " mail_subject TEXT NOT NULL, mail_body TEXT NOT NULL, steps TEXT NOT NULL, step BIGINT NOT NULL,"
       " round BIGINT NOT NULL, next_at BIGINT, state TEXT NOT NULL);"
       "CREATE INDEX contact_walk_subject ON contact_walk (contract, subject);"
       "CREATE INDEX contact_walk_next ON contact_walk (state, next_at);"
       "CREATE TABLE contact (id @id, walk BIGINT NOT NULL REFERENCES contact_walk (id), contract TEXT NOT "
       "NULL,"
       " subject TEXT NOT NULL, severity TEXT NOT NULL, channel TEXT NOT NULL, state TEXT NOT NULL, name "
       "TEXT NOT NULL,"
       " address TEXT NOT NULL, step BIGINT NOT NULL, step_title TEXT NOT NULL, created BIGINT NOT NULL, "
       "done BIGINT,"
       " result TEXT NOT NULL, who TEXT NOT NULL, note TEXT NOT NULL, tries BIGINT NOT NULL, try_at BIGINT "
       "NOT NULL);"
       "CREATE INDEX contact_walk_of ON contact (walk);"
       "CREATE INDEX contact_subject ON contact (contract, subject);"
       "CREATE INDEX contact_state ON contact (state, try_at);"
       "CREATE INDEX contact_created ON contact (contract, created)"},
      {"notify", 2, "CREATE INDEX contact_contract_state ON contact (contract, state, id)"}};
  return steps;
}

std::span<const std::pair<std::string_view, Channel>> enum_names(Channel) {
  static constexpr std::pair<std::string_view, Channel> names[] = {
      {"mail", Channel::mail}, {"webhook", Channel::webhook}, {"phone", Channel::phone}};
  return names;
}

std::span<const std::pair<std::string_view, State>> enum_names(State) {
  static constexpr std::pair<std::string_view, State> names[] = {
      {"waiting", State::waiting},    {"to_call", State::to_call},     {"sent", State::sent},
      {"answered", State::answered},  {"no_answer", State::no_answer}, {"failed", State::failed},
      {"cancelled", State::cancelled}};
  return names;
}

std::span<const std::pair<std::string_view, CallResult>> enum_names(CallResult) {
  static constexpr std::pair<std::string_view, CallResult> names[] = {
      {"answered", CallResult::answered},
      {"no_answer", CallResult::no_answer},
      {"busy", CallResult::busy},
      {"wrong_number", CallResult::wrong_number}};
  return names;
}

namespace {

template <class E>
std::string_view word_of(E value) {
  for (const auto& [name, e] : enum_names(value))
    if (e == value) return name;
  return {};
}

template <class E>
E read_word(std::string_view word) {
  for (const auto& [name, e] : enum_names(E{}))
    if (name == word) return e;
  return E{};
}

}  // namespace

std::string_view name_of(State state) { return word_of(state); }
std::string_view name_of(Channel channel) { return word_of(channel); }

template <class V>
void shape(V& v, Recipient& r) {
  v.required("name", r.name);
  v.required("to", r.to);
}

template <class V>
void shape(V& v, Step& s) {
  std::int64_t seconds = s.wait.count() / 1'000'000;
  v.required("channel", s.channel);
  v.required("title", s.title);
  v.required("wait_s", seconds);
  v.required("people", s.people);
  s.wait = std::chrono::seconds(seconds);
}

struct Contacts::WalkRow {
  Id id = 0;
  std::string contract, subject, severity;
  Message message;
  std::vector<Step> steps;
  std::size_t step = 0;
  int round = 1;
  std::optional<Time> next_at;
};

namespace {

constexpr int rounds_most = 3;
constexpr Duration retry_after[] = {std::chrono::seconds(10), std::chrono::seconds(60),
                                    std::chrono::seconds(300)};

constexpr std::string_view contact_columns =
    "SELECT c.id, c.contract, c.subject, c.severity, c.channel, c.state, c.name, c.address, c.step, "
    "c.step_title,"
    " c.created, c.done, w.next_at, c.result, c.who, c.note, w.mail_subject, w.mail_body, c.walk"
    " FROM contact c JOIN contact_walk w ON w.id = c.walk WHERE ";

Contact contact_of(const Row& row) {
  Contact c;
  c.id = row.integer(0);
  c.contract = row.string(1);
  c.subject = row.string(2);
  c.severity = row.string(3);
  c.channel = read_word<Channel>(row.text(4));
  c.state = read_word<State>(row.text(5));
  c.name = row.string(6);
  c.to = row.string(7);
  c.step = static_cast<int>(row.integer(8));
  c.step_title = row.string(9);
  c.created = row.time(10);
  c.done = row.maybe_time(11);
  if (c.state == State::to_call) c.escalates_at = row.maybe_time(12);
  c.result = row.string(13);
  c.by = row.string(14);
  c.note = row.string(15);
  c.message = {row.string(16), row.string(17)};
  return c;
}

}  // namespace

void Contacts::tell(Session& s, std::string_view contract, Id contact) {
  s.after_commit([this, c = std::string(contract), contact] {
    if (listener_) listener_(c, contact);
  });
}

Result<std::vector<Contacts::WalkRow>> Contacts::walks_where(Session& s, std::string_view condition,
                                                             std::span<const store::Param> params) {
  std::vector<WalkRow> out;
  const auto ran = s.run(
      "SELECT id, contract, subject, severity, mail_subject, mail_body, steps, step, round, next_at"
      " FROM contact_walk WHERE state = 'walking' AND " +
          std::string(condition),
      params, [&](const Row& row) -> Result<void> {
        WalkRow w{row.integer(0),
                  row.string(1),
                  row.string(2),
                  row.string(3),
                  {row.string(4), row.string(5)},
                  {},
                  static_cast<std::size_t>(row.integer(7)),
                  static_cast<int>(row.integer(8)),
                  row.maybe_time(9)};
        YAGURA_TRY(const Value steps, schema::parse_json(row.text(6)));
        YAGURA_TRY(w.steps, schema::read<std::vector<Step>>(steps));
        out.push_back(std::move(w));
        return {};
      });
  if (!ran) return std::unexpected(ran.error());
  return out;
}

Result<void> Contacts::make_contacts(Session& s, const WalkRow& walk, const Step& step) {
  if (step.people.empty()) {
    YAGURA_CHECK(at_.journal.append(s, {walk.contract,
                                        {},
                                        "contact.failed",
                                        walk.subject,
                                        Value::object({{"step", step.title}, {"why", "nobody"}})}));
    return {};
  }
  for (const auto& person : step.people) {
    const Id id = at_.ids.next();
    YAGURA_CHECK(s.exec(
        "INSERT INTO contact (id, walk, contract, subject, severity, channel, state, name, address, step,"
        " step_title, created, result, who, note, tries, try_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '', '', 0, $12)",
        id, walk.id, walk.contract, walk.subject, walk.severity, word_of(step.channel),
        step.channel == Channel::phone ? "to_call" : "waiting", person.name, person.to, walk.step, step.title,
        at_.clock.now()));
    tell(s, walk.contract, id);
  }
  return {};
}

Result<void> Contacts::settle(Session& s, const WalkRow& walk, std::string_view state) {
  YAGURA_CHECK(s.exec("UPDATE contact_walk SET step = $2, round = $3, next_at = $4, state = $5 WHERE id = $1",
                      walk.id, static_cast<std::int64_t>(walk.step), walk.round, walk.next_at, state));
  return {};
}

// Takes the step the walk stands at and those after it, until one has to be waited for.
Result<void> Contacts::take_steps(Session& s, WalkRow& walk) {
  for (;;) {
    if (walk.step >= walk.steps.size()) {
      const auto waits = std::ranges::find_if(
          walk.steps, [](const Step& step) { return step.wait > Duration{} && !step.people.empty(); });
      walk.next_at.reset();
      if (waits == walk.steps.end()) return settle(s, walk, "told");
      if (++walk.round > rounds_most) {
        YAGURA_CHECK(at_.journal.append(s, {walk.contract,
                                            {},
                                            "contact.failed",
                                            walk.subject,
                                            Value::object({{"why", "nobody answered"}})}));
        return settle(s, walk, "exhausted");
      }
      // Mail has been sent; from the second round on only what waits for an answer is tried again.
      walk.step = static_cast<std::size_t>(waits - walk.steps.begin());
    }
    const Step& step = walk.steps[walk.step];
    YAGURA_CHECK(make_contacts(s, walk, step));
    if (step.wait > Duration{} && !step.people.empty()) {
      walk.next_at = at_.clock.now() + step.wait;
      return settle(s, walk, "walking");
    }
    ++walk.step;
  }
}

Result<void> Contacts::start(Session& s, const Walk& walk) {
  WalkRow row{at_.ids.next(), walk.contract, walk.subject, walk.severity, walk.message, walk.steps, 0, 1, {}};
  YAGURA_CHECK(
      s.exec("INSERT INTO contact_walk (id, contract, subject, severity, mail_subject, mail_body, steps, "
             "step, round, state)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 1, 'walking')",
             row.id, row.contract, row.subject, row.severity, row.message.subject, row.message.body,
             schema::to_json(schema::write(row.steps))));
  return take_steps(s, row);
}

Result<void> Contacts::finish(Session& s, std::string_view contract, std::string_view subject) {
  const store::Param params[] = {store::to_param(contract), store::to_param(subject)};
  YAGURA_TRY(const auto walks, walks_where(s, "contract = $1 AND subject = $2", params));
  for (auto walk : walks) {
    walk.next_at.reset();
    YAGURA_CHECK(settle(s, walk, "answered"));
    YAGURA_CHECK(
        s.query("UPDATE contact SET state = 'cancelled', done = $2 WHERE walk = $1 AND state = 'to_call' "
                "RETURNING id",
                walk.id, at_.clock.now(), [&](const Row& row) { tell(s, contract, row.integer(0)); }));
  }
  return {};
}

Result<Contact> Contacts::record_call(const journal::Actor& by, std::string_view contract, Id call,
                                      CallResult result, const std::string& note) {
  if (note.size() > 8000 || !is_utf8(note)) return fail("notify.note_invalid");
  return at_.database.write([&](Session& s) -> Result<Contact> {
    std::optional<Contact> found;
    Id walk_id = 0;
    const auto read = [&] {
      return s.query(std::string(contact_columns) + "c.id = $1 AND c.contract = $2", call, contract,
                     [&](const Row& row) {
                       found = contact_of(row);
                       walk_id = row.integer(18);
                     });
    };
    YAGURA_CHECK(read());
    if (!found || found->channel != Channel::phone) return fail("notify.call_not_found");
    const bool answered = result == CallResult::answered;
    YAGURA_TRY(const auto changed, s.exec("UPDATE contact SET state = $3, done = $4, result = $5, who = $6, "
                                          "note = $7 WHERE id = $1 AND state = $2",
                                          call, "to_call", answered ? "answered" : "no_answer",
                                          at_.clock.now(), word_of(result), by.name, note));
    if (changed != 1) return fail("notify.call_conflict");
    YAGURA_CHECK(at_.journal.append(
        s,
        {found->contract, by, answered ? "contact.answered" : "contact.failed", found->subject,
         Value::object(
             {{"name", found->name}, {"channel", "phone"}, {"result", word_of(result)}, {"note", note}})}));
    tell(s, contract, call);
    if (answered) {
      YAGURA_CHECK(finish(s, contract, found->subject));
    } else {
      // When every call of a step has failed there is nothing to wait for.
      YAGURA_TRY(const auto open,
                 s.integer("SELECT count(*) FROM contact WHERE walk = $1 AND state = 'to_call'", walk_id));
      if (open.value_or(0) == 0)
        YAGURA_CHECK(s.exec("UPDATE contact_walk SET next_at = $2 WHERE id = $1 AND state = 'walking'",
                            walk_id, at_.clock.now()));
    }
    YAGURA_CHECK(read());
    return std::move(*found);
  });
}

Result<int> Contacts::tick() {
  const Time now = at_.clock.now();
  YAGURA_TRY(const auto due, at_.database.read([&](Session& s) {
    return s.integer("SELECT count(*) FROM contact_walk WHERE state = 'walking' AND next_at <= $1", now);
  }));
  if (due.value_or(0) == 0) return 0;
  return at_.database.write([&](Session& s) -> Result<int> {
    YAGURA_CHECK(s.lock("contact_walk"));
    const store::Param params[] = {store::to_param(now)};
    YAGURA_TRY(
        auto walks,
        walks_where(s, "next_at <= $1 ORDER BY next_at, id LIMIT " + std::to_string(walks_at_once), params));
    for (auto& walk : walks) {
      YAGURA_CHECK(
          s.query("UPDATE contact SET state = 'no_answer', done = $2, result = 'time' WHERE walk = $1 AND "
                  "state = 'to_call' RETURNING id",
                  walk.id, now, [&](const Row& row) { tell(s, walk.contract, row.integer(0)); }));
      YAGURA_CHECK(at_.journal.append(s, {walk.contract,
                                          {},
                                          "contact.escalated",
                                          walk.subject,
                                          Value::object({{"step", walk.steps[walk.step].title}})}));
      ++walk.step;
      YAGURA_CHECK(take_steps(s, walk));
    }
    return static_cast<int>(walks.size());
  });
}

Result<int> Contacts::send_waiting(Sender& sender) {
  int tried = 0;
  for (;;) {
    std::optional<Contact> next;
    int tries = 0;
    YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
      YAGURA_CHECK(s.query(std::string(contact_columns) +
                               "c.state = 'waiting' AND c.try_at <= $1 ORDER BY c.try_at, c.id LIMIT 1",
                           at_.clock.now(), [&](const Row& row) { next = contact_of(row); }));
      if (!next) return {};
      YAGURA_TRY(const auto count, s.integer("SELECT tries FROM contact WHERE id = $1", next->id));
      tries = static_cast<int>(count.value_or(0));
      return {};
    }));
    if (!next) return tried;
    ++tried;
    const auto sent = sender.send(*next);
    YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
      const Time now = at_.clock.now();
      const bool last = tries + 1 > static_cast<int>(std::size(retry_after));
      Value data = Value::object({{"name", next->name}, {"channel", word_of(next->channel)}});
      if (sent) {
        YAGURA_CHECK(s.exec("UPDATE contact SET state = 'sent', done = $2, tries = $3 WHERE id = $1",
                            next->id, now, tries + 1));
        YAGURA_CHECK(
            at_.journal.append(s, {next->contract, {}, "contact.notified", next->subject, std::move(data)}));
      } else if (last) {
        YAGURA_CHECK(
            s.exec("UPDATE contact SET state = 'failed', done = $2, tries = $3, result = $4 WHERE id = $1",
                   next->id, now, tries + 1, sent.error().text()));
        data.set("why", Value(sent.error().text()));
        YAGURA_CHECK(
            at_.journal.append(s, {next->contract, {}, "contact.failed", next->subject, std::move(data)}));
      } else {
        YAGURA_CHECK(s.exec("UPDATE contact SET tries = $2, try_at = $3, result = $4 WHERE id = $1", next->id,
                            tries + 1, now + retry_after[tries], sent.error().text()));
      }
      tell(s, next->contract, next->id);
      return {};
    }));
  }
}

Result<std::vector<Contact>> Contacts::calls(std::string_view contract, std::string_view subject) {
  std::vector<Contact> out;
  const auto sink = [&](const Row& row) { out.push_back(contact_of(row)); };
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    const std::string open = std::string(contact_columns) + "c.contract = $1 AND c.state = 'to_call'";
    if (subject.empty()) return s.query(open + " ORDER BY c.id", contract, sink);
    return s.query(open + " AND c.subject = $2 ORDER BY c.id", contract, subject, sink);
  }));
  return out;
}

Result<std::vector<Contact>> Contacts::of(std::string_view contract, std::string_view subject) {
  std::vector<Contact> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(std::string(contact_columns) + "c.contract = $1 AND c.subject = $2 ORDER BY c.id",
                   contract, subject, [&](const Row& row) { out.push_back(contact_of(row)); });
  }));
  return out;
}

Result<std::vector<Contact>> Contacts::between(std::string_view contract, Time from, Time to) {
  std::vector<Contact> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        std::string(contact_columns) + "c.contract = $1 AND c.created >= $2 AND c.created < $3 ORDER BY c.id",
        contract, from, to, [&](const Row& row) { out.push_back(contact_of(row)); });
  }));
  return out;
}

}  // namespace yagura::notify
