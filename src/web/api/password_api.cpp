#include "web/api/password_api.hpp"

#include "web/api/asked.hpp"
#include "web/api/desk_bodies.hpp"

namespace yagura::web {
namespace {

constexpr const char* kSees = "ledger_write|roster_approve|journal_read";
constexpr const char* kAsks = "ledger_write|roster_approve";
constexpr const char* kChanges = "credential_write|roster_approve";
constexpr const char* kDecides = "roster_approve|people_manage";

Value target_value(const ledger::PasswordTarget& t) {
  return Value::object({{"row", t.row},
                        {"name", t.name},
                        {"machine", t.machine},
                        {"kind", t.kind},
                        {"login", t.login},
                        {"changed", text_or_null(t.changed)},
                        {"changed_by", t.changed_by},
                        {"next_change", text_or_null(t.next_change)},
                        {"late", t.late},
                        {"kept", t.kept}});
}

Value release_value(const ledger::Release& r, Id me, bool decides) {
  return Value::object({{"id", r.id},
                        {"row", r.row},
                        {"name", r.name},
                        {"state", word(r.state)},
                        {"asked_name", r.asked_name},
                        {"asked_at", time_value(r.asked_at)},
                        {"reason", r.reason},
                        {"decided_name", r.decided_name},
                        {"refusal", r.refusal},
                        {"until", time_value(r.until)},
                        {"shown_at", time_value(r.shown_at)},
                        {"mine", r.asked_by == me},
                        {"may_decide", decides && r.asked_by != me && r.state == ledger::ReleaseState::asked},
                        {"may_show", r.asked_by == me && r.state == ledger::ReleaseState::approved}});
}

Value release_value(const Request& request, std::string_view contract, const ledger::Release& r) {
  return release_value(r, who(request).actor.account, may(request, contract, kDecides));
}

Result<Response> list_passwords(const PasswordApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSees));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto found, api.passwords.targets(contract, page.cursor, page.limit));
  YAGURA_TRY(const auto progress, api.passwords.progress(contract));
  auto value = page_value(each_of(found.items, target_value), found.next);
  value.set("all", progress.all);
  value.set("late", progress.late);
  value.set("never", progress.never);
  value.set("may_change", may(request, contract, kChanges));
  value.set("may_ask", may(request, contract, kAsks));
  return answer(value);
}

Result<Response> list_releases(const PasswordApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSees));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto before, number_cursor(page));
  YAGURA_TRY(auto found, api.passwords.releases(contract, before, page.limit + 1));
  std::string next;
  if (std::ssize(found) > page.limit) {
    found.pop_back();
    next = std::to_string(found.back().id);
  }
  return answer(page_value(
      each_of(found, [&](const ledger::Release& r) { return release_value(request, contract, r); }), next));
}

struct ChangeBody {
  std::string secret, on;
};
template <class V>
void shape(V& v, ChangeBody& b) {
  v.required("secret", b.secret);
  v.required("on", b.on);
}

Result<Response> change_password(const PasswordApi& api, Request& request, const ChangeBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kChanges));
  YAGURA_TRY(const Id row, id_of(request, "row"));
  const auto on = calendar::parse_date(body.on);
  if (!on) return fail("ledger.password_day_invalid");
  YAGURA_TRY(const auto target, api.passwords.change(who(request).actor, contract, row, body.secret, *on));
  return answer(target_value(target));
}

struct AskBody {
  std::string reason;
};
template <class V>
void shape(V& v, AskBody& b) {
  v.required("reason", b.reason);
  check_length(v, "reason", b.reason, 1, 2'000);
}

Result<Response> ask_release(const PasswordApi& api, Request& request, const AskBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const Id row, id_of(request, "row"));
  YAGURA_TRY(const auto release, api.passwords.ask(who(request).actor, contract, row, body.reason));
  return answer(201, release_value(request, contract, release));
}

struct DecideBody {
  bool approve = false;
  std::string reason;
};
template <class V>
void shape(V& v, DecideBody& b) {
  v.required("approve", b.approve);
  v.optional("reason", b.reason);
  check_length(v, "reason", b.reason, 0, 2'000);
}

Result<Response> decide_release(const PasswordApi& api, Request& request, const DecideBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kDecides));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto release,
             api.passwords.decide(who(request).actor, contract, id, body.approve, body.reason));
  return answer(release_value(request, contract, release));
}

// POST, so that no address, cache or history holds it.
Result<Response> show_password(const PasswordApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  if (who(request).session == 0) return fail("people.session_needed");
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto secret, api.passwords.show(who(request).actor, contract, id));
  auto response = answer(Value::object({{"secret", secret}}));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

template <class Handle>
Handler asked(const PasswordApi& api, Handle handle) {
  return [&api, handle](Request& request) -> Result<Response> { return handle(api, request); };
}
template <class T, class Handle>
Handler sent(const PasswordApi& api, Handle handle) {
  return with_body<T>(api.ground, [&api, handle](const Api&, Request& request, const T& body) {
    return handle(api, request, body);
  });
}

}  // namespace

void add_password_routes(Router& router, const PasswordApi& api) {
  const auto add = [&](Method method, const char* path, const char* operation, const char* permission,
                       Handler handler) {
    router.add({.method = method,
                .pattern = std::string("/api/v1/passwords") + path,
                .operation = operation,
                .handler = std::move(handler),
                .permission = permission,
                .rate = is_safe(method) ? RateClass::read : RateClass::write});
  };
  add(Method::get, "", "listPasswords", kSees, asked(api, list_passwords));
  add(Method::post, "/{row}", "recordPassword", kChanges, sent<ChangeBody>(api, change_password));
  add(Method::post, "/{row}/releases", "askRelease", kAsks, sent<AskBody>(api, ask_release));
  router.add({.method = Method::get,
              .pattern = "/api/v1/releases",
              .operation = "listReleases",
              .handler = asked(api, list_releases),
              .permission = kSees});
  router.add({.method = Method::post,
              .pattern = "/api/v1/releases/{id}/decision",
              .operation = "decideRelease",
              .handler = sent<DecideBody>(api, decide_release),
              .permission = kDecides,
              .rate = RateClass::write});
  router.add({.method = Method::post,
              .pattern = "/api/v1/releases/{id}/secret",
              .operation = "showPassword",
              .handler = asked(api, show_password),
              .permission = kAsks,
              .rate = RateClass::write});
}

}  // namespace yagura::web
