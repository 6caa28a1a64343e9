#include "web/api/context.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yagura::web {
namespace {

// Request::caller.details.
struct Visitor {
  std::optional<people::Principal> principal;
  bool second_factor_due = false;
};

const Visitor* visitor(const Request& request) {
  return static_cast<const Visitor*>(request.caller.details.get());
}

Result<void> recognise(const Api& api, Request& request) {
  constexpr std::string_view bearer = "Bearer ";
  auto found = std::make_shared<Visitor>();
  const auto authorization = request.headers.get("Authorization");
  const auto cookie = request.cookie("__Host-" + std::string(kSessionCookie));
  if (authorization.starts_with(bearer)) {
    auto principal =
        api.people.principal_of_token(authorization.substr(bearer.size()), request.client_address);
    if (!principal) return std::unexpected(std::move(principal).error());
    found->principal = *std::move(principal);
    request.caller.by_token = true;
  } else if (!cookie.empty()) {
    auto principal = api.people.principal(cookie, request.client_address);
    if (principal)
      found->principal = *std::move(principal);
    else if (principal.error().code == "people.second_factor_missing")
      found->second_factor_due = true;
    else if (principal.error().code != "people.not_signed_in")
      return std::unexpected(std::move(principal).error());  // a database that is away is no sign-out
  }
  if (const auto& p = found->principal) {
    request.caller.account = std::to_string(p->actor.account);
    if (p->session != 0) request.caller.session = stream_key(*p);
    // The switch on the screens and the browser's own word go before what the account says.
    if (request.cookie("lang").empty() && !request.headers.has("Accept-Language"))
      request.language = p->language == "en" ? Language::en : Language::ja;
  }
  request.caller.details = std::move(found);
  return {};
}

std::string_view contract_named(const Request& request) {
  const auto in_path = request.param("contract_id");
  return in_path.empty() ? request.query.find("contract").value_or(std::string_view{}) : in_path;
}

bool any_somewhere(const people::Principal& p, std::string_view permissions) {
  return std::ranges::any_of(split(permissions, '|'),
                             [&](std::string_view one) { return p.may_somewhere(one); });
}

Result<void> check_permission(const Request& request) {
  const std::string_view wanted = request.route->permission;
  if (wanted.empty()) return {};
  const auto* p = who_if_any(request);
  if (!p) return fail(second_factor_due(request) ? "people.second_factor_missing" : "web.sign_in_needed");
  if (wanted == kSignedIn) return {};
  if (wanted == kAtBrowser) return p->session != 0 ? Result<void>{} : fail("people.session_needed");
  if (!contract_named(request).empty()) {
    YAGURA_CHECK(contract_of(request, wanted));
    return {};
  }
  if (!any_somewhere(*p, wanted)) return fail("web.forbidden", {{"permission", std::string(wanted)}});
  return {};
}

}  // namespace

Gate make_gate(const Api& api) {
  return [&api](Request& request) -> Result<void> {
    if (auto known = recognise(api, request); !known) {
      // A wrong token is told so only where somebody is needed; what is open stays open.
      if (known.error().code != "people.not_signed_in") return known;
      if (!request.route->permission.empty()) return fail("web.sign_in_needed");
    }
    return check_permission(request);
  };
}

const people::Principal* who_if_any(const Request& request) {
  const auto* v = visitor(request);
  return v && v->principal ? &*v->principal : nullptr;
}

const people::Principal& who(const Request& request) {
  const auto* p = who_if_any(request);
  YAGURA_ASSERT(p != nullptr);
  return *p;
}

bool second_factor_due(const Request& request) {
  const auto* v = visitor(request);
  return v && v->second_factor_due;
}

bool may(const Request& request, std::string_view contract, std::string_view permissions) {
  const auto& p = who(request);
  return std::ranges::any_of(split(permissions, '|'),
                             [&](std::string_view one) { return p.may(contract, one); });
}

Result<std::string> contract_of(const Request& request, std::string_view permissions) {
  const auto contract = contract_named(request);
  if (contract.empty()) return fail("web.contract_missing");
  if (!who(request).grant(contract)) return fail("web.not_found");
  if (!may(request, contract, permissions))
    return fail("web.forbidden", {{"permission", std::string(permissions)}});
  return std::string(contract);
}

ledger::Reader reader_of(const Request& request, std::string_view contract) {
  return {who(request).actor, may(request, contract, "personal_read")};
}

std::string stream_key(const people::Principal& p) {
  return p.session != 0 ? "session/" + std::to_string(p.session)
                        : "token-of/" + std::to_string(p.actor.account);
}

}  // namespace yagura::web
