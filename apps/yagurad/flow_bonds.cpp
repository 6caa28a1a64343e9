// What requests are bound to: people and their sections, rows of ledgers, and what follows an approval.
#include <spdlog/spdlog.h>

#include <charconv>

#include "base/text.hpp"
#include "flow/notice.hpp"
#include "schema/json.hpp"
#include "web/api/job_json.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

using schema::Value;

namespace {

constexpr int most_sections = 20;  // deeper than any city's

std::optional<Id> id_in(std::string_view text) {
  Id id = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return id;
}

// The values of an effect as a ledger takes them: what was left empty on the form is left out.
Value fields_of(const flow::EffectCall& call) {
  Value out = Value::object();
  for (const auto& [name, text] : call.values) {
    if (trim(text).empty()) continue;
    const auto row = call.rows.contains(name) ? id_in(text) : std::nullopt;
    out.set(name, row ? Value(*row) : Value(text));
  }
  return out;
}

std::string why_of(const flow::EffectCall& call) { return "申請 " + call.request_number; }

journal::Actor actor_of(const flow::EffectCall& call) {
  journal::Actor out;
  out.account = call.submitter.account;
  out.name = call.submitter.name;
  return out;
}

Result<std::string> register_row(ledger::Ledgers& ledgers, store::Session& s, const flow::EffectCall& call) {
  YAGURA_TRY(const auto row,
             ledgers.create(s, actor_of(call), call.contract, call.effect.of, fields_of(call), why_of(call)));
  return row.title;
}

Result<std::string> change_row(ledger::Ledgers& ledgers, store::Session& s, const flow::EffectCall& call) {
  const auto chosen = call.fields.find(call.effect.of);
  const auto id = chosen == call.fields.end() ? std::nullopt : id_in(chosen->second);
  if (!id) return fail("flow.effect_without_row", {{"field", call.effect.of}});
  YAGURA_TRY(const auto row, ledgers.change(s, actor_of(call), call.contract, call.effect.ledger, *id, 0,
                                            fields_of(call), why_of(call)));
  return row.title;
}

// The event in the journal, where whatever counts from it finds it: once, with the mark that the effect is
// done.
Result<std::string> tell_event(journal::Journal& journal, store::Session& s, const flow::EffectCall& call,
                               Time now) {
  const auto given = call.values.find("at");
  std::string at = given == call.values.end() ? "" : std::string(trim(given->second));
  if (at.empty()) {
    at = to_rfc3339(now);
  } else if (!calendar::parse_date(at)) {
    YAGURA_TRY(const auto instant, calendar::parse_instant(at));
    at = to_rfc3339(instant);
  }
  Value data = Value::object({{"event", call.effect.of},
                              {"at", at},
                              {"number", call.request_number},
                              {"title", call.effect.title.ja},
                              {"title_en", call.effect.title.en}});
  // The paper itself, handed in with the form.
  if (const auto files = call.values.find("files"); files != call.values.end()) {
    Value list = Value::array();
    for (const auto one : split(files->second, ','))
      if (const auto id = id_in(trim(one))) list.push(Value(*id));
    data.set("files", std::move(list));
    data.set("submitted_at", to_rfc3339(call.submitted_at));
  }
  YAGURA_CHECK(journal.append(s, {call.contract, actor_of(call), "request.event",
                                  "request/" + std::to_string(call.request), std::move(data)}));
  return at.substr(0, std::string_view("2026-04-28").size());
}

// Silence of a device or a site, from `from` to `to`.
Result<std::string> silence(monitor::watch::Watch& watch, store::Session& s, const flow::EffectCall& call) {
  monitor::watch::SilenceRequest wanted;
  wanted.contract = call.contract;
  wanted.why = why_of(call);
  for (const auto& [name, text] : call.values) {
    if (trim(text).empty()) continue;
    if (name == "device" || name == "site") {
      const auto id = id_in(text);
      if (!id) return fail("flow.effect_without_row", {{"field", name}});
      (name == "device" ? wanted.devices : wanted.sites).push_back(*id);
    } else if (name == "from" || name == "to") {
      const auto at = calendar::parse_instant(text);
      if (!at) return fail("flow.not_a_time");
      (name == "from" ? wanted.from : wanted.to) = *at;
    } else if (name == "why") {
      wanted.why += " " + text;
    }
  }
  YAGURA_TRY(const Id id, watch.add_silence(s, actor_of(call), wanted));
  return std::to_string(id);
}

// What the desk's list shows of a request. What is personal on the form is neither shown nor found.
desk::RequestFacts facts_of(const flow::Request& r, const contract::Form& form) {
  desk::RequestFacts out;
  out.id = r.id;
  out.contract = r.contract;
  out.form = r.form;
  out.number = r.number;
  out.state = flow::name_of(r.at.state);
  out.open = r.at.state == flow::State::running || r.at.state == flow::State::sent_back;
  out.title = form.title.ja;
  out.title_en = form.title.en;
  out.submitter = r.submitter.account;
  out.submitted_at = r.submitted_at;
  out.changed_at = r.changed_at;
  for (const auto& step : r.open)
    if (step.due && (!out.due || *step.due < *out.due)) out.due = step.due;
  out.text = form.title.ja + "\n" + form.title.en;
  for (const auto& [name, value] : r.values) {
    const auto* field = form.field(name);
    if (field != nullptr && !field->personal) out.text += "\n" + value;
  }
  return out;
}

// A work order for a machine or a site; `site` empty and `all` given: a campaign over the machines of these
// classes.
Result<std::string> order_work(desk::WorkDesk& work, store::Session& s, const flow::EffectCall& call) {
  std::map<std::string, std::string> given;
  for (const auto& [name, text] : call.values)
    if (!trim(text).empty()) given[name] = text;
  const auto row = [&](const char* name) -> Result<Id> {
    if (!given.contains(name)) return Id{0};
    const auto id = id_in(given[name]);
    if (!id) return fail("flow.effect_without_row", {{"field", name}});
    return *id;
  };
  // Whoever may submit the form and approve it orders it; the form says who that is.
  const desk::WorkPerson who{call.submitter.account, call.submitter.name, {}};
  std::optional<Time> due;
  if (given.contains("due")) {
    YAGURA_TRY(due, desk::end_of_planned_day(given["due"]));
  }
  if (call.effect.of == "work.campaign") {
    desk::NewCampaign wanted{.contract = call.contract,
                             .kind = given["kind"],
                             .title = given["title"],
                             .detail = given["detail"],
                             .due = due,
                             .request = call.request,
                             .request_number = call.request_number};
    if (given.contains("classes"))
      for (const auto one : split(given["classes"], ',')) wanted.filter.classes.emplace_back(trim(one));
    YAGURA_TRY(const auto made, work.campaigns.open(s, actor_of(call), who, wanted, true));
    return made.number;
  }
  desk::NewWorkOrder wanted{.contract = call.contract,
                            .kind = given["kind"],
                            .title = given["title"],
                            .detail = given["detail"],
                            .due = due,
                            .request = call.request,
                            .request_number = call.request_number};
  YAGURA_TRY(wanted.site, row("site"));
  YAGURA_TRY(const Id device, row("device"));
  if (device != 0) wanted.devices.push_back(device);
  YAGURA_TRY(const auto made, work.orders.open(s, actor_of(call), who, wanted, true));
  return made.number;
}

}  // namespace

// Somebody who may enter the contract today.
Result<std::optional<flow::Person>> Server::Parts::person_of(std::string_view contract, Id account) {
  const auto person = people->person(account);
  if (!person || person->disabled) return std::optional<flow::Person>{};
  if (person->administrator) return std::optional(flow::Person{account, person->name});
  YAGURA_TRY(const auto roster, people->roster_of(account));
  const auto today = calendar::format_date(calendar::date_of(clock.now()));
  for (const auto& entry : roster)
    if (entry.contract == contract && entry.state == people::RosterState::approved && entry.from <= today &&
        (!entry.until || *entry.until >= today))
      return std::optional(flow::Person{account, person->name});
  return std::optional<flow::Person>{};
}

Result<std::optional<flow::Person>> Server::Parts::head_of(std::string_view contract, Id account) {
  const auto person = people->person(account);
  if (!person) return std::optional<flow::Person>{};
  struct Section {
    std::string name, head;
    Id parent = 0;
  };
  std::map<Id, Section> sections;
  YAGURA_CHECK(ledgers->each(contract, "sections", [&](ledger::Row&& row) {
    const auto& parent = row.fields["parent"];
    sections[row.id] = {fold_for_search(row.title), row.fields["head"].text(),
                        parent.is_null() ? Id{0} : parent.integer()};
  }));
  const auto own = fold_for_search(trim(person->organisation));
  auto at = std::ranges::find_if(sections, [&](const auto& s) { return s.second.name == own; });
  for (int i = 0; i < most_sections && at != sections.end(); ++i) {
    if (const auto& login = at->second.head; !login.empty())
      // Nobody heads himself: his own requests go to the section above.
      if (const auto head = people->person_with_login(login); head && head->id != account) {
        YAGURA_TRY(auto there, person_of(contract, head->id));
        if (there) return there;
      }
    at = sections.find(at->second.parent);
  }
  return std::optional<flow::Person>{};
}

Result<std::string> Server::Parts::run_effect(store::Session& s, const flow::EffectCall& call) {
  if (call.effect.kind == "create") return register_row(*ledgers, s, call);
  if (call.effect.kind == "change") return change_row(*ledgers, s, call);
  if (call.effect.kind == "event") return tell_event(*journal, s, call, clock.now());
  if (call.effect.kind == "ask" && call.effect.of == "watch.silence") return silence(*watch, s, call);
  if (call.effect.kind == "ask" && (call.effect.of == "work.open" || call.effect.of == "work.campaign"))
    return order_work(*work, s, call);
  return fail("flow.effect_no_part", {{"asked", call.effect.of}});
}

// Mail to whom a change of a request concerns; nobody is written to about his own act.
Result<void> Server::Parts::mail_of(store::Session& s, const flow::Request& request, std::string_view topic) {
  if (options.smtp.empty()) return {};
  const auto held = pack(request.contract);
  const auto* form = held ? held->form(request.form) : nullptr;
  const auto notice = form == nullptr ? std::nullopt : flow::notice_of(request, *form, held->name, topic);
  if (!notice) return {};
  std::vector<notify::Recipient> to;
  const auto add = [&](const std::string& name, const std::string& mail) {
    if (!mail.empty() && std::ranges::none_of(to, [&](const auto& one) { return one.to == mail; }))
      to.push_back({name, mail});
  };
  const auto add_account = [&](Id account) {
    if (const auto person = people->person(account); person && !person->disabled)
      add(person->name, person->mail);
  };
  if (flow::tells_submitter(topic)) add_account(request.submitter.account);
  YAGURA_TRY(const auto deputies, requests->deputies(request.contract));
  const auto today = calendar::format_date(calendar::date_of(clock.now()));
  for (const auto i : flow::steps_told(request, topic)) {
    const auto& step = request.route[i];
    if (step.role.empty()) {
      add_account(step.person);
      for (const auto& deputy : deputies)
        if (deputy.person.account == step.person && deputy.from <= today && today <= deputy.until)
          add_account(deputy.deputy.account);
      continue;
    }
    contract::ContactStep role;
    role.channel = "mail";
    role.roles = {step.role};
    YAGURA_TRY(const auto found, people_of_step(request.contract, role));
    for (const auto& person : found)
      if (person.id != request.submitter.account) add(person.name, person.to);
  }
  if (to.empty()) return {};
  return contacts->start(s, {.contract = request.contract,
                             .subject = "request/" + std::to_string(request.id),
                             .severity = "info",
                             .message = {notice->subject, notice->body},
                             .steps = {{notify::Channel::mail, "申請の通知", {}, std::move(to)}}});
}

// A request in the desk's list, in the transaction that changed it.
Result<void> Server::Parts::put_in_list(store::Session& s, const flow::Request& request) {
  const auto held = pack(request.contract);
  const auto* form = held ? held->form(request.form) : nullptr;
  return form == nullptr ? Result<void>{} : incidents->tickets().put_request(s, facts_of(request, *form));
}

Result<void> Server::Parts::list_old_requests() {
  YAGURA_TRY(const auto listed, database->read([](store::Session& s) {
    return s.integer("SELECT 1 FROM desk_row WHERE request = 1 LIMIT 1");
  }));
  if (listed) return {};
  constexpr int at_once = 200;
  for (const auto& [contract, held] : packs) {
    flow::RequestQuery query;
    query.contract = contract;
    query.limit = at_once;
    for (;;) {
      YAGURA_TRY(const auto some, requests->list(query));
      YAGURA_CHECK(database->write([&](store::Session& s) -> Result<void> {
        for (const auto& request : some) YAGURA_CHECK(put_in_list(s, request));
        return {};
      }));
      if (some.size() < at_once) break;
      query.before = some.back().id;
    }
  }
  return {};
}

Result<void> Server::Parts::open_requests() {
  requests = std::make_unique<flow::Requests>(
      flow::Requests::Ground{*database, *journal, clock, ids},
      flow::Requests::Bonds{
          .pack = [this](std::string_view id) { return pack(id); },
          .person = [this](std::string_view contract, Id account) { return person_of(contract, account); },
          .head = [this](std::string_view contract, Id account) { return head_of(contract, account); },
          .row_exists = [this](std::string_view contract, const std::string& ledger, Id row) -> Result<bool> {
            YAGURA_TRY(const auto found, ledgers->find(contract, ledger, row));
            return found.has_value();
          },
          .effect = [this](store::Session& s, const flow::EffectCall& call) { return run_effect(s, call); },
          .changed = [this](store::Session& s, const flow::Request& request,
                            std::string_view topic) -> Result<void> {
            YAGURA_CHECK(put_in_list(s, request));
            return mail_of(s, request, topic);
          }});
  requests->listen([this](const flow::Request& request, std::string_view topic) {
    publish(request.contract, "request", request.id, topic);
    // Employees have no stream of the contract: whom it concerns is told by himself or by his role.
    const auto data = schema::to_json(Value::object({{"id", request.id}, {"change", topic}}));
    const auto tell = [&](const std::string& to) { hub->publish(to, "request", data); };
    tell(web::account_topic(std::to_string(request.submitter.account)));
    for (const auto& step : request.route)
      tell(step.role.empty() ? web::account_topic(std::to_string(step.person))
                             : web::role_topic(request.contract, step.role));
  });
  return list_old_requests();  // of a database from before the desk's list
}

}  // namespace yagura::yagurad
