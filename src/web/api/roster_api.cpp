#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/people_json.hpp"
#include "web/api/session_api.hpp"

namespace yagura::web {

using people::People;
using people::RosterEntry;

namespace {

Result<Response> list_roster(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesPeople));
  YAGURA_TRY(const auto state, word_param<people::RosterState>(request, "state"));
  YAGURA_TRY(const auto entries, api.people.roster(contract, state));
  if (!entries.empty())
    YAGURA_CHECK(note_personal_read(api, request, contract, "roster", Value::object({{"how", "list"}})));
  return answer(
      items_value(each_of(entries, [&](const RosterEntry& e) { return roster_entry_value(api, e); })));
}

struct PaperBody {
  std::string id, day;
  std::optional<Id> file;
};
template <class V>
void shape(V& v, PaperBody& b) {
  v.required("id", b.id);
  v.optional("day", b.day);
  v.optional("file", b.file);
}

// Files must be the contract's own; their names are kept with the entry.
Result<std::vector<people::RosterPaper>> papers_of(const Api& api, const std::string& contract,
                                                   const std::vector<PaperBody>& bodies) {
  if (bodies.size() > 50) return fail("people.field_invalid");
  std::vector<people::RosterPaper> out;
  for (const auto& body : bodies) {
    people::RosterPaper one{body.id, body.day, body.file.value_or(0), {}, {}};
    if (one.file != 0) {
      YAGURA_TRY(const auto name, api.database.read([&](store::Session& s) {
        return s.text("SELECT name FROM attachment WHERE id = $1 AND contract = $2", one.file, contract);
      }));
      if (!name) return fail("people.roster_paper_file");
      one.file_name = *name;
    }
    out.push_back(std::move(one));
  }
  return out;
}

struct PapersBody {
  std::vector<PaperBody> papers;
};
template <class V>
void shape(V& v, PapersBody& b) {
  v.required("papers", b.papers);
}

Result<Response> set_papers(const Api& api, const Request& request, const PapersBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, "people_manage|roster_submit"));
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_TRY(const auto papers, papers_of(api, contract, body.papers));
  YAGURA_TRY(const auto entry, api.people.set_papers(who(request).actor, contract, id, papers));
  return answer(roster_entry_value(api, entry));
}

struct RosterWish {
  std::vector<PaperBody> papers;
  Id person = 0;
  people::Role role = people::Role::employee;
  std::string from, note;
  std::optional<std::string> until;
};
template <class V>
void shape(V& v, RosterWish& b) {
  v.required("person", b.person);
  v.required("role", b.role);
  v.required("from", b.from);
  v.optional("until", b.until);
  v.optional("note", b.note);
  v.optional("papers", b.papers);
}

Result<Response> submit_roster(const Api& api, const Request& request, const RosterWish& body) {
  YAGURA_TRY(const auto contract, contract_of(request, "people_manage|roster_submit"));
  // Somebody known only to another contract is as if he were not there; administrators know everybody.
  if (!who(request).administrator) YAGURA_CHECK(entries_in(api, contract, body.person));
  YAGURA_TRY(const auto papers, papers_of(api, contract, body.papers));
  YAGURA_TRY(const auto entry, api.people.submit(who(request).actor,
                                                 {.contract = contract,
                                                  .person = body.person,
                                                  .role = body.role,
                                                  .from = body.from,
                                                  .until = body.until,
                                                  .note = body.note,
                                                  .papers = papers},
                                                 may(request, contract, "people_manage")));
  return answer(201, roster_entry_value(api, entry));
}

struct DecisionWish {
  People::Decision decision = People::Decision::refuse;
  std::string reason;
};
template <class V>
void shape(V& v, DecisionWish& b) {
  v.required("decision", b.decision);
  v.optional("reason", b.reason);
}

// Approving and refusing is the city's. Access may also be ended by who manages people, and by who submits
// the roster for roles that stand on it (his own people who leave).
Result<void> check_may_decide(const Api& api, const Request& request, const std::string& contract,
                              const RosterEntry& entry, People::Decision decision) {
  if (may(request, contract, "roster_approve")) return {};
  if (decision == People::Decision::end) {
    if (may(request, contract, "people_manage")) return {};
    const auto pack = api.pack(contract);
    const auto* role = pack ? pack->role(people::name_of(entry.role)) : nullptr;
    if (role && role->needs_roster && may(request, contract, "roster_submit")) return {};
  }
  return fail("web.forbidden", {{"permission", "roster_approve"}});
}

Result<Response> decide_roster(const Api& api, const Request& request, const DecisionWish& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesPeople));
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_TRY(const auto entries, api.people.roster(contract));
  const RosterEntry* entry = nullptr;
  for (const auto& e : entries)
    if (e.id == id) entry = &e;
  if (!entry) return fail("people.not_found");
  YAGURA_CHECK(check_may_decide(api, request, contract, *entry, body.decision));
  YAGURA_TRY(const auto decided, ending_streams(api, entry->person, [&] {
               return api.people.decide(who(request).actor, contract, id, body.decision, body.reason);
             }));
  return answer(roster_entry_value(api, decided));
}

}  // namespace

void add_roster_routes(Router& router, const Api& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/roster",
              .operation = "listRoster",
              .handler = plain(api, list_roster),
              .permission = kSeesPeople});
  router.add({.method = Method::post,
              .pattern = "/api/v1/roster",
              .operation = "submitRoster",
              .handler = with_body<RosterWish>(api, submit_roster),
              .permission = "people_manage|roster_submit",
              .rate = RateClass::write});
  router.add({.method = Method::post,
              .pattern = "/api/v1/roster/{id}/papers",
              .operation = "setRosterPapers",
              .handler = with_body<PapersBody>(api, set_papers),
              .permission = "people_manage|roster_submit",
              .rate = RateClass::write});
  router.add({.method = Method::post,
              .pattern = "/api/v1/roster/{id}/decision",
              .operation = "decideRoster",
              .handler = with_body<DecisionWish>(api, decide_roster),
              .permission = kSeesPeople,
              .rate = RateClass::write});
}

}  // namespace yagura::web
