#include "directory/ldap_directory.hpp"

#include <ldap.h>
#include <openldap.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "base/guarded.hpp"
#include "directory/dialled.hpp"

namespace yagura::directory {

using people::DirectoryVerdict;
using std::chrono::milliseconds;

namespace {

constexpr std::string_view placeholder = "{login}";
constexpr std::string_view system_ca = "/etc/ssl/certs/ca-certificates.crt";
constexpr std::size_t most_login = 256, most_password = 1000;
constexpr Duration failed_goes_last = std::chrono::minutes(1), all_failed_rest = std::chrono::seconds(10);

std::string filled(std::string_view pattern, std::string_view value) {
  std::string out(pattern);
  if (const auto at = out.find(placeholder); at != std::string::npos)
    out.replace(at, placeholder.size(), value);
  return out;
}

timeval as_timeval(milliseconds t) {
  timeval out{};
  out.tv_sec = t.count() / 1000;
  out.tv_usec = (t.count() % 1000) * 1000;
  return out;
}

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

// Of ldap[s]://host[:port]; without a host when the text is anything else.
Address address_of(std::string_view url) {
  constexpr std::uint16_t ldap = 389, ldaps = 636;
  const bool secured = url.starts_with("ldaps://");
  if (!secured && !url.starts_with("ldap://")) return {};
  auto rest = url.substr(url.find("//") + 2);
  if (rest.find_first_of("/?@ ,") != std::string_view::npos) return {};
  Address out{{}, secured ? ldaps : ldap};
  const auto end = rest.starts_with('[') ? rest.find(']') : rest.find(':');
  if (rest.starts_with('[') && end == std::string_view::npos) return {};
  out.host = rest.starts_with('[') ? rest.substr(1, end - 1) : rest.substr(0, end);
  if (end != std::string_view::npos)
    rest.remove_prefix(rest.starts_with('[') ? end + 1 : end);
  else
    rest = {};
  if (rest.empty()) return out;
  const auto digits = rest.substr(1);
  const auto [stop, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
  if (!rest.starts_with(':') || ec != std::errc{} || stop != digits.data() + digits.size() || out.port == 0)
    return {};
  return out;
}

// What would make of a name to bind with another kind of name: a DN (RFC 4514), DOMAIN\name, a canonical
// name. Refused, not escaped: no login here has any of it, and servers differ in what they read.
bool is_plain_name(std::string_view login) {
  return std::ranges::all_of(login, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f &&
           std::string_view(",=+<>#;\"\\/").find(c) == std::string_view::npos;
  });
}

bool is_this_machine(std::string_view host) {
  return host == "127.0.0.1" || host == "::1" || host == "localhost";
}

// One connection to one server; closed with it, and shut down when the time for it is over.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    deadline_.reset();  // before the socket is closed
    if (ldap_) ldap_unbind_ext_s(ldap_, nullptr, nullptr);
  }

  // TLS stands before anything else is said. Errors: directory.unreachable (why).
  Result<void> open(const LdapSettings& settings, const std::string& server) {
    const auto address = address_of(server);
    YAGURA_TRY(const int socket, dial(address.host, address.port, settings.timeout));
    if (const int failed = ldap_init_fd(socket, LDAP_PROTO_TCP, server.c_str(), &ldap_);
        failed != LDAP_SUCCESS) {
      ::close(socket);
      return unreachable(failed);
    }
    deadline_.emplace(socket, settings.timeout);
    if (!set_options(settings)) return unreachable(LDAP_LOCAL_ERROR);
    int secured = LDAP_SUCCESS;
    if (server.starts_with("ldaps://"))
      secured = ldap_install_tls(ldap_);
    else if (!settings.allow_plain)
      secured = ldap_start_tls_s(ldap_, nullptr, nullptr);
    if (secured == LDAP_SUCCESS) return {};
    // libldap with GnuTLS does not say what of the certificate it did not believe.
    auto none = unreachable(secured);
    none.error().args.front().second += "; no TLS: see its certificate, the name in it and ca_file";
    return none;
  }

  int bind(const std::string& name, std::string_view password) {
    std::string copy(password);
    berval secret{copy.size(), copy.data()};
    const int done =
        ldap_sasl_bind_s(ldap_, name.c_str(), LDAP_SASL_SIMPLE, &secret, nullptr, nullptr, nullptr);
    std::ranges::fill(copy, '\0');
    return done;
  }

  [[nodiscard]] std::unexpected<Error> unreachable(int code) const {
    const auto more = diagnostic();
    return fail("directory.unreachable",
                {{"why", std::string(ldap_err2string(code)) + (more.empty() ? "" : " (" + more + ")")}});
  }

  [[nodiscard]] std::string diagnostic() const {
    if (!ldap_) return {};
    char* text = nullptr;
    ldap_get_option(ldap_, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
    std::string out = text ? text : "";
    ldap_memfree(text);
    return out;
  }

  struct Found {
    std::string dn;  // "" when no entry fits, or more than one
    std::string user_account_control, account_expires;
  };
  int find(const LdapSettings& settings, const std::string& filter, Found& found) {
    timeval limit = as_timeval(settings.timeout);
    char control[] = "userAccountControl", expires[] = "accountExpires";
    char* attributes[] = {control, expires, nullptr};
    LDAPMessage* answer = nullptr;
    int done = ldap_search_ext_s(ldap_, settings.base.c_str(), LDAP_SCOPE_SUBTREE, filter.c_str(), attributes,
                                 0, nullptr, nullptr, &limit, 2, &answer);
    // Two entries with one name: nobody is meant.
    if (done == LDAP_SIZELIMIT_EXCEEDED) done = LDAP_SUCCESS;
    if (done == LDAP_SUCCESS && ldap_count_entries(ldap_, answer) == 1) {
      LDAPMessage* entry = ldap_first_entry(ldap_, answer);
      char* text = ldap_get_dn(ldap_, entry);
      found.dn = text ? text : "";
      ldap_memfree(text);
      found.user_account_control = first_value(entry, control);
      found.account_expires = first_value(entry, expires);
    }
    ldap_msgfree(answer);
    return done;
  }

 private:
  std::string first_value(LDAPMessage* entry, const char* attribute) {
    berval** values = ldap_get_values_len(ldap_, entry, attribute);
    std::string out;
    if (values && values[0]) out.assign(values[0]->bv_val, values[0]->bv_len);
    ldap_value_free_len(values);
    return out;
  }

  // On the handle, all of them: neither ldap.conf nor a variable of the environment can soften them.
  bool set_options(const LdapSettings& settings) {
    const timeval limit = as_timeval(settings.timeout);
    // The socket blocks, and the deadline ends it: with a time-out of its own the handshake would spin.
    const timeval none{-1, 0};
    const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, tls12 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    const int of_a_client = 0;
    const std::string ca = settings.ca_file.empty() ? std::string(system_ca) : settings.ca_file;
    const auto set = [&](int option, const void* value) {
      return ldap_set_option(ldap_, option, value) == LDAP_OPT_SUCCESS;
    };
    return set(LDAP_OPT_PROTOCOL_VERSION, &version) && set(LDAP_OPT_REFERRALS, LDAP_OPT_OFF) &&
           set(LDAP_OPT_NETWORK_TIMEOUT, &none) && set(LDAP_OPT_TIMEOUT, &limit) &&
           set(LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) && set(LDAP_OPT_X_TLS_PROTOCOL_MIN, &tls12) &&
           set(LDAP_OPT_X_TLS_CACERTFILE, ca.c_str()) && set(LDAP_OPT_X_TLS_NEWCTX, &of_a_client);
  }

  LDAP* ldap_ = nullptr;
  std::optional<Deadline> deadline_;
};

class LdapDirectory final : public people::Directory {
 public:
  LdapDirectory(LdapSettings settings, const Clock& clock)
      : settings_(std::move(settings)),
        clock_(clock),
        failed_at_(std::vector<Failure>(settings_.servers.size())) {}

  Result<DirectoryVerdict> check(std::string_view login, std::string_view password) override {
    if (login.empty() || login.size() > most_login || login.find('\0') != std::string_view::npos)
      return DirectoryVerdict::wrong;
    if (!settings_.principal.empty() && !is_plain_name(login)) return DirectoryVerdict::wrong;
    // A server that reads up to the zero byte would see an empty password.
    if (password.empty() || password.size() > most_password || password.find('\0') != std::string_view::npos)
      return DirectoryVerdict::wrong;
    return of_any_server<DirectoryVerdict>([&](Connection& c) { return ask(c, login, password); });
  }

  Result<std::optional<DirectoryVerdict>> standing(std::string_view login) override {
    using Standing = std::optional<DirectoryVerdict>;
    if (!settings_.service) return Standing{};
    const auto filter = filled(settings_.filter, escape_filter(login));
    return of_any_server<Standing>([&](Connection& c) -> Result<Standing> {
      YAGURA_CHECK(bind_to_search(c));
      Connection::Found found;
      if (const int code = c.find(settings_, filter, found); code != LDAP_SUCCESS) return c.unreachable(code);
      if (found.dn.empty()) return Standing{DirectoryVerdict::wrong};
      return standing_of(found.user_account_control, found.account_expires, clock_.now());
    });
  }

 private:
  using Failure = std::optional<Duration>;

  // Those that did not answer a moment ago come last; none when all of them did not: whoever signs in while
  // the directory is away must not keep the server's threads waiting, one after another, for what is known
  // already.
  std::vector<std::size_t> servers_to_ask() const {
    const Duration now = clock_.steady();
    const auto failed = failed_at_.with([](const auto& held) { return held; });
    const auto within = [&](std::size_t number, Duration span) {
      return failed[number] && now - *failed[number] < span;
    };
    std::vector<std::size_t> order(failed.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (std::ranges::all_of(order, [&](std::size_t n) { return within(n, all_failed_rest); })) return {};
    std::ranges::sort(order, {}, [&](std::size_t n) { return std::pair(within(n, failed_goes_last), n); });
    return order;
  }

  // Asks the servers one after another until one answers, whatever it says.
  template <class Answer, class Ask>
  Result<Answer> of_any_server(const Ask& ask) {
    const auto order = servers_to_ask();
    if (order.empty()) return fail("people.directory_away");
    std::string why;
    for (const auto number : order) {
      const auto& server = settings_.servers[number];
      Connection connection;
      Result<Answer> said = [&]() -> Result<Answer> {
        YAGURA_CHECK(connection.open(settings_, server));
        return ask(connection);
      }();
      const Duration now = clock_.steady();
      failed_at_.with([&](auto& failed) { failed[number] = said ? Failure{} : Failure{now}; });
      if (said) return said;
      why += (why.empty() ? "" : "; ") + server + ": " + std::string(said.error().arg("why"));
    }
    return away(why);
  }

  [[nodiscard]] std::unexpected<Error> away(const std::string& why) const {
    if (settings_.report) settings_.report(why);
    return fail("people.directory_away");
  }
  // Of one server; another may answer.
  static std::unexpected<Error> no_answer(std::string why) {
    return fail("directory.unreachable", {{"why", std::move(why)}});
  }

  Result<void> bind_to_search(Connection& connection) {
    const auto service = settings_.service();
    if (!service) return no_answer(service.error().text());
    if (service->password.empty()) return no_answer("the service account has no password");
    const int code = connection.bind(service->name, service->password);
    return code == LDAP_SUCCESS ? Result<void>{} : connection.unreachable(code);
  }

  Result<DirectoryVerdict> ask(Connection& connection, std::string_view login, std::string_view password) {
    std::string name = filled(settings_.principal, login);
    if (settings_.principal.empty()) {
      YAGURA_CHECK(bind_to_search(connection));
      Connection::Found found;
      const int code = connection.find(settings_, filled(settings_.filter, escape_filter(login)), found);
      if (code != LDAP_SUCCESS) return connection.unreachable(code);
      if (found.dn.empty()) return DirectoryVerdict::wrong;
      name = std::move(found.dn);
    }
    const int code = connection.bind(name, password);
    if (code == LDAP_SUCCESS) return DirectoryVerdict::right;
    if (code == LDAP_INVALID_CREDENTIALS) return verdict_of(connection.diagnostic());
    // A name that the server cannot read, or that is not there, is a wrong name.
    if (code == LDAP_INVALID_DN_SYNTAX || code == LDAP_NO_SUCH_OBJECT || code == LDAP_INAPPROPRIATE_AUTH)
      return DirectoryVerdict::wrong;
    return connection.unreachable(code);
  }

  LdapSettings settings_;
  const Clock& clock_;
  Guarded<std::vector<Failure>> failed_at_;  // by clock.steady(), of each server
};

}  // namespace

std::string escape_filter(std::string_view value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    // Beyond what RFC 4515 demands: whatever is not plainly text.
    if (c == '*' || c == '(' || c == ')' || c == '\\' || byte < 0x20 || byte == 0x7f) {
      out += '\\';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
  return out;
}

std::optional<DirectoryVerdict> standing_of(std::string_view user_account_control,
                                            std::string_view account_expires, Time now) {
  const auto number = [](std::string_view text) -> std::optional<std::int64_t> {
    std::int64_t out = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
    return ec == std::errc{} && end == text.data() + text.size() ? std::optional(out) : std::nullopt;
  };
  constexpr std::int64_t disabled = 0x2;  // UF_ACCOUNTDISABLE
  constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t epoch = 116'444'736'000'000'000;  // 1970 in 100 ns since 1601
  const auto control = number(user_account_control);
  if (!control) return std::nullopt;  // the searching account may not read it
  if ((*control & disabled) != 0) return DirectoryVerdict::disabled;
  // Nobody's access ends by a guess: what cannot be read is no end.
  const auto expires = number(account_expires).value_or(never);
  if (expires > 0 && expires != never && expires <= to_micros(now) * 10 + epoch)
    return DirectoryVerdict::account_expired;
  return DirectoryVerdict::right;
}

DirectoryVerdict verdict_of(std::string_view diagnostic) {
  constexpr std::string_view mark = ", data ";
  const auto at = diagnostic.find(mark);
  if (at == std::string_view::npos) return DirectoryVerdict::wrong;
  const auto rest = diagnostic.substr(at + mark.size());
  unsigned code = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), code, 16);
  switch (code) {  // winerror.h
    case 0x530:
    case 0x531:
      return DirectoryVerdict::not_now;
    case 0x532:
      return DirectoryVerdict::password_expired;
    case 0x533:
      return DirectoryVerdict::disabled;
    case 0x701:
      return DirectoryVerdict::account_expired;
    case 0x773:
      return DirectoryVerdict::must_change;
    case 0x775:
      return DirectoryVerdict::locked;
    default:
      return DirectoryVerdict::wrong;
  }
}

Result<std::unique_ptr<people::Directory>> open_ldap(LdapSettings settings, const Clock& clock) {
  const auto invalid = [&](std::string what) {
    return fail("directory.settings_invalid", {{"directory", settings.name}, {"what", std::move(what)}});
  };
  if (settings.servers.empty()) return invalid("servers");
  for (const auto& server : settings.servers) {
    const auto host = address_of(server).host;
    if (host.empty()) return invalid("servers: " + server);
    if (settings.allow_plain && server.starts_with("ldap://") && !is_this_machine(host))
      return invalid("allow_plain: " + server);
  }
  // libldap says good-bye on a connection that the deadline may have ended.
  std::signal(SIGPIPE, SIG_IGN);
  const auto once = [](std::string_view text) {
    const auto at = text.find(placeholder);
    return at != std::string_view::npos && text.find(placeholder, at + 1) == std::string_view::npos;
  };
  if (settings.timeout < milliseconds(100) || settings.timeout > milliseconds(60000))
    return invalid("timeout");
  if (!settings.principal.empty() && !once(settings.principal)) return invalid("principal");
  // With a principal a search is not needed to sign in, but to see whose account has ended.
  if (settings.principal.empty() || settings.service || !settings.base.empty()) {
    if (settings.base.empty()) return invalid("base");
    if (!once(settings.filter) || !settings.filter.starts_with('(') || !settings.filter.ends_with(')'))
      return invalid("filter");
    if (!settings.service) return invalid("service");
  }
  return std::make_unique<LdapDirectory>(std::move(settings), clock);
}

}  // namespace yagura::directory
