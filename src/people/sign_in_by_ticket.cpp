// A ticket of the city's domain in place of the password.
#include <algorithm>

#include "people/account_row.hpp"
#include "people/tickets.hpp"

namespace yagura::people {

using store::Session;

bool People::takes_tickets() const {
  return std::ranges::any_of(directories_, [](const auto& known) { return known.second.tickets != nullptr; });
}

Result<People::TicketSignedIn> People::sign_in_by_ticket(std::string_view token,
                                                         std::string_view tls_end_point,
                                                         std::string_view origin, std::string_view agent) {
  std::string why = "no directory takes tickets";
  for (const auto& [id, known] : directories_) {
    if (!known.tickets) continue;
    const auto ticket = known.tickets->accept(token, tls_end_point);
    if (!ticket) {
      why = ticket.error().arg("why");
      continue;  // it may be one of another city's
    }
    YAGURA_TRY(auto cookie, begin_by_ticket(id, known, ticket->login, origin, agent));
    return TicketSignedIn{{std::move(cookie), true}, ticket->answer};
  }
  YAGURA_CHECK(refuse(nullptr, "", origin, "ticket: " + why.substr(0, 200)));
  return fail("people.ticket_refused");
}

Result<std::string> People::begin_by_ticket(std::string_view id, const KnownDirectory& known,
                                            std::string_view login, std::string_view origin,
                                            std::string_view agent) {
  auto found = at_.database.read([&](Session& s) { return account_where(s, "login = $1", login); });
  if (!found && found.error().code != "people.not_found") return std::unexpected(found.error());
  const Account* account = found ? &*found : nullptr;
  const auto refused = [&](std::string why, Error said) -> Result<std::string> {
    YAGURA_CHECK(refuse(account, login, origin, std::move(why)));
    return std::unexpected(std::move(said));
  };
  const Error plainly{"people.ticket_refused", {}};
  if (!account) return refused("ticket: no account", plainly);
  const Person& person = account->person;
  // A name is worth something in its own domain alone: another city's may have the same one.
  if (person.directory != id) return refused("ticket: not of the account's directory", plainly);
  if (person.locked_until && *person.locked_until > at_.clock.now())
    return refused("locked", {"people.locked", {{"until", to_rfc3339(*person.locked_until)}}});
  if (person.disabled || !person.second_factor) return refused("ticket: disabled", plainly);
  // A ticket outlives its owner's account by hours, and a domain may give one for a name that a machine took
  // over after its person had gone.
  YAGURA_TRY(const auto turn, outside_.take());
  const auto standing = known.directory ? known.directory->standing(login)
                                        : Result<std::optional<DirectoryVerdict>>(std::nullopt);
  if (!standing) {
    if (standing.error().code != "people.directory_away") return std::unexpected(standing.error());
    return refused("directory: away", standing.error());
  }
  if (!*standing) return refused("ticket: whether the account stands cannot be read", plainly);
  if (**standing == DirectoryVerdict::disabled || **standing == DirectoryVerdict::account_expired)
    return refused(
        **standing == DirectoryVerdict::disabled ? "directory: disabled" : "directory: account expired",
        {"people.directory_account_ended", {}});
  if (**standing != DirectoryVerdict::right) return refused("directory: no such account", plainly);
  return begin_session_of_directory(person, origin, agent);
}

}  // namespace yagura::people
