#include "yagura/people_commands.hpp"

#include "calendar/civil.hpp"
#include "people/people.hpp"
#include "yagura/arguments.hpp"
#include "yagura/database_command.hpp"

namespace yagura::apps {

namespace fs = std::filesystem;

namespace {

Result<people::Invitation> invitation_for(people::People& all, const std::string& login) {
  auto person = all.person_with_login(login);
  if (person) return all.invite(console(), person->id);
  if (person.error().code != "people.not_found") return std::unexpected(person.error());
  // Nobody is there yet: the administrator whom the server would make at its first start.
  if (login == "admin") {
    YAGURA_TRY(auto first, all.first_administrator());
    if (first) return std::move(*first);
  }
  return fail("apps.login_unknown", {{"login", login}});
}

Result<int> invite(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"database", "data", "host"}, {}, 1));
  YAGURA_TRY(const auto login, given.word(0, "LOGIN"));
  YAGURA_TRY(const auto address, given.need("database"));
  YAGURA_TRY(const auto data, given.need("data"));
  const auto host = given.get("host", "localhost:8443");
  if (host.empty() || host.find_first_of("/# ") != std::string::npos)
    return fail("apps.option_invalid",
                {{"option", "--host"}, {"value", host}, {"wanted", "yagura.example.jp:8443"}});
  // Another key than the server's would make a link that nobody can open.
  const auto key = fs::path(data) / "vault.key";
  std::error_code ec;
  if (!fs::exists(key, ec)) return fail("apps.key_missing", {{"file", key.string()}});
  YAGURA_TRY(const auto vault, store::Vault::open(key));
  YAGURA_TRY(const auto database, open_existing(address));
  const SystemClock clock;
  YAGURA_TRY(const auto journal, open_journal(clock));
  IdSource ids(clock);
  people::People all({*database, *journal, clock, ids, vault}, {});
  YAGURA_TRY(const auto invitation, invitation_for(all, login));
  out << "https://" << host << "/setup#" << invitation.token << "\n";
  out << (spoken_language() == schema::Language::ja ? "有効期限（1 回だけ使えます）: "
                                                    : "works once, until: ")
      << calendar::format_civil(invitation.expires) << "\n";
  return 0;
}

}  // namespace

int run_people(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  if (args.empty() || args.front() != "invite")
    return report_error(err, {"apps.option_missing", {{"option", "invite"}}});
  const auto code = invite(args.subspan(1), out);
  return code ? *code : report_error(err, code.error());
}

}  // namespace yagura::apps
