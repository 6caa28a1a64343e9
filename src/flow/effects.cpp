#include <algorithm>

#include "calendar/fiscal_year.hpp"
#include "flow/record.hpp"
#include "schema/error_json.hpp"

namespace yagura::flow {

using schema::Value;
using store::Row;
using store::Session;

namespace {

constexpr int most_tries = 5;

// The last day of the fiscal year of submission.
std::string fiscal_year_end(Time at) { return std::to_string(calendar::fiscal_year(at) + 1) + "-03-31"; }

// {field} put in place, and what the request itself says: {number}, {submitter}, {submitted_on},
// {fiscal_year_end}. A field that is not filled in is empty.
std::string filled_in(std::string_view text, const Request& request) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) break;
    const auto name = text.substr(open + 1, close - open - 1);
    const auto value = request.values.find(name);
    if (name == "number")
      out += request.number;
    else if (name == "submitter")
      out += request.submitter.name;
    else if (name == "submitted_on")
      out += calendar::format_date(calendar::date_of(request.submitted_at));
    else if (name == "fiscal_year_end")
      out += fiscal_year_end(request.submitted_at);
    else if (value != request.values.end())
      out += value->second;
    text.remove_prefix(close + 1);
  }
  return out;
}

// "{field}" alone, and the field chooses a row of a ledger.
bool chooses_row(const contract::Form& form, std::string_view text) {
  if (text.size() < 3 || text.front() != '{' || text.find('}') != text.size() - 1) return false;
  const auto* field = form.field(text.substr(1, text.size() - 2));
  return field != nullptr && field->type == "ledger_row";
}

struct Waiting {
  Id request = 0;
  std::string contract, step, effect;
};

}  // namespace

Result<Request> Requests::retry(const journal::Actor& by, std::string_view contract, const Act& act,
                                std::string_view effect) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    YAGURA_TRY(
        const auto changed,
        c.session.exec("UPDATE flow_effect SET state = 'pending', tries = 0, next_try = $4 WHERE request = $1"
                       " AND step = $2 AND effect = $3 AND state = 'failed'",
                       act.request, act.step, effect, ground_.clock.now()));
    if (changed == 0) return fail("flow.effect_not_failed");
    return journal(c.session, by, c.request, "request.effect_retried",
                   Value::object({{"step", act.step}, {"effect", effect}}));
  });
}

Result<int> Requests::run_effects() {
  std::vector<Waiting> waiting;
  YAGURA_CHECK(ground_.database.read([&](Session& s) {
    return s.query(
        "SELECT e.request, r.contract, e.step, e.effect FROM flow_effect e JOIN flow_request r"
        " ON r.id = e.request WHERE e.state = 'pending' AND e.next_try <= $1 ORDER BY e.next_try LIMIT 100",
        ground_.clock.now(), [&](const Row& row) {
          waiting.push_back({row.integer(0), row.string(1), row.string(2), row.string(3)});
        });
  }));
  int ran = 0;
  for (const auto& one : waiting) {
    const auto pack = bonds_.pack(one.contract);
    if (!pack) continue;
    // Done and its mark are one transaction: after a sudden end it is either both or neither.
    const auto done = ground_.database.write([&](Session& s) -> Result<void> {
      YAGURA_CHECK(s.lock("request/" + std::to_string(one.request)));
      YAGURA_TRY(const auto still,
                 s.integer("SELECT count(*) FROM flow_effect WHERE request = $1 AND step = $2 AND effect = $3"
                           " AND state = 'pending'",
                           one.request, one.step, one.effect));
      if (still.value_or(0) == 0) return {};
      YAGURA_TRY(const auto request, read(s, one.contract, one.request));
      const auto* form = pack->form(request.form);
      const auto* step = form == nullptr ? nullptr : form->step(one.step);
      if (step == nullptr) return fail("flow.form_not_found");
      const auto effect = std::ranges::find(step->effects, one.effect, &contract::FormEffect::id);
      if (effect == step->effects.end()) return fail("flow.form_not_found");
      EffectCall call{one.contract,
                      request.number,
                      "request/" + std::to_string(one.request) + "/" + one.step + "/" + one.effect,
                      one.request,
                      request.submitter,
                      *effect,
                      {},
                      {},
                      request.values,
                      request.submitted_at};
      for (const auto& [name, text] : effect->values) {
        call.values[name] = filled_in(text, request);
        if (chooses_row(*form, text)) call.rows.insert(name);
      }
      YAGURA_TRY(const auto outcome, bonds_.effect(s, call));
      YAGURA_CHECK(
          s.exec("UPDATE flow_effect SET state = 'done', outcome = $4, tries = tries + 1, next_try = NULL"
                 " WHERE request = $1 AND step = $2 AND effect = $3",
                 one.request, one.step, one.effect, outcome));
      YAGURA_CHECK(
          journal(s, {}, request, "request.effect_done",
                  Value::object({{"step", one.step}, {"effect", one.effect}, {"outcome", outcome}})));
      return tell(s, request, "effect_done");
    });
    ++ran;
    if (done) continue;
    YAGURA_CHECK(ground_.database.write([&](Session& s) -> Result<void> {
      YAGURA_TRY(const auto tries,
                 s.integer("UPDATE flow_effect SET tries = tries + 1, outcome = $4 WHERE request = $1"
                           " AND step = $2 AND effect = $3 AND state = 'pending' RETURNING tries",
                           one.request, one.step, one.effect, schema::error_text(done.error())));
      if (!tries) return {};
      if (*tries < most_tries) {
        YAGURA_CHECK(s.exec(
            "UPDATE flow_effect SET next_try = $4 WHERE request = $1 AND step = $2 AND effect = $3",
            one.request, one.step, one.effect, ground_.clock.now() + std::chrono::minutes(1 << *tries)));
        return {};
      }
      YAGURA_CHECK(
          s.exec("UPDATE flow_effect SET state = 'failed', next_try = NULL WHERE request = $1 AND step = $2"
                 " AND effect = $3",
                 one.request, one.step, one.effect));
      YAGURA_TRY(const auto request, read(s, one.contract, one.request));
      YAGURA_CHECK(
          journal(s, {}, request, "request.effect_failed",
                  Value::object({{"step", one.step}, {"effect", one.effect}, {"why", done.error().code}})));
      return tell(s, request, "effect_failed");
    }));
  }
  return ran;
}

Result<int> Requests::remind() {
  return ground_.database.write([&](Session& s) -> Result<int> {
    std::vector<std::pair<Id, std::string>> due;
    YAGURA_CHECK(s.query(
        "SELECT request, contract FROM flow_open_step WHERE remind_at <= $1 GROUP BY request, contract"
        " ORDER BY request LIMIT 200",
        ground_.clock.now(), [&](const Row& row) { due.emplace_back(row.integer(0), row.string(1)); }));
    for (const auto& [id, contract] : due) {
      YAGURA_CHECK(s.exec("UPDATE flow_open_step SET remind_at = NULL WHERE request = $1 AND remind_at <= $2",
                          id, ground_.clock.now()));
      YAGURA_TRY(const auto request, read(s, contract, id));
      YAGURA_CHECK(journal(s, {}, request, "request.reminded", Value::object()));
      YAGURA_CHECK(tell(s, request, "reminded"));
    }
    return static_cast<int>(due.size());
  });
}

Result<int> Requests::tick() {
  YAGURA_TRY(const int effects, run_effects());
  YAGURA_TRY(const int reminders, remind());
  return effects + reminders;
}

}  // namespace yagura::flow
