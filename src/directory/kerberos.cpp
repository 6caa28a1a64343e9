#include "directory/kerberos.hpp"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

namespace yagura::directory {

namespace {

// What GSS-API hands out, given back when it goes out of scope.
template <class T, auto Release>
struct Held {
  T value{};
  Held() = default;
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    OM_uint32 minor = 0;
    Release(&minor, &value);
  }
};
OM_uint32 delete_context(OM_uint32* minor, gss_ctx_id_t* context) {
  return gss_delete_sec_context(minor, context, GSS_C_NO_BUFFER);
}
using Name = Held<gss_name_t, gss_release_name>;
using Credential = Held<gss_cred_id_t, gss_release_cred>;
using Context = Held<gss_ctx_id_t, delete_context>;
using Bytes = Held<gss_buffer_desc, gss_release_buffer>;

gss_buffer_desc buffer_of(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
std::string text_of(const gss_buffer_desc& buffer) {
  return buffer.value ? std::string(static_cast<const char*>(buffer.value), buffer.length) : std::string();
}

gss_OID spnego() {
  static std::array<char, 6> bytes{'\x2b', '\x06', '\x01', '\x05', '\x05', '\x02'};  // 1.3.6.1.5.5.2
  static gss_OID_desc id{bytes.size(), bytes.data()};
  return &id;
}

std::string words_of(OM_uint32 major, OM_uint32 minor) {
  std::string out;
  const auto add = [&](OM_uint32 code, int kind) {
    OM_uint32 ignored = 0, more = 0;
    Bytes text;
    if (gss_display_status(&ignored, code, kind, GSS_C_NO_OID, &more, &text.value) != GSS_S_COMPLETE) return;
    out += (out.empty() ? "" : ": ") + text_of(text.value);
  };
  add(major, GSS_C_GSS_CODE);
  if (minor != 0) add(minor, GSS_C_MECH_CODE);
  return out;
}

std::unexpected<Error> refused(std::string why) {
  return fail("people.ticket_refused", {{"why", std::move(why)}});
}

class Kerberos final : public people::Tickets {
 public:
  explicit Kerberos(KerberosSettings settings)
      : settings_(std::move(settings)),
        realm_(settings_.service.substr(settings_.service.rfind('@') + 1)),
        keytab_("FILE:" + settings_.keytab.string()),
        replays_("file2:" + settings_.replays.string()) {}

  // By the mechanism alone it says more of a keytab that does not do than within a negotiation.
  Result<void> check_keytab() const {
    Credential credential;
    return acquire(gss_mech_krb5, credential);
  }

  Result<people::Ticket> accept(std::string_view token, std::string_view tls_end_point) override {
    if (token.empty()) return refused("no token");
    if (tls_end_point.empty() && !settings_.unbound)
      return refused("this server's certificate is of a kind that tokens cannot be bound to");
    Credential credential;
    YAGURA_CHECK(acquire(spnego(), credential));
    gss_OID_set_desc kerberos_alone{1, gss_mech_krb5};
    OM_uint32 minor = 0;
    if (const auto major = gss_set_neg_mechs(&minor, credential.value, &kerberos_alone); GSS_ERROR(major))
      return refused(words_of(major, minor));
    auto input = buffer_of(token);
    gss_channel_bindings_struct bindings{};
    bindings.application_data = buffer_of(tls_end_point);
    Context context;
    Name owner;
    Bytes answer;
    gss_OID mechanism = GSS_C_NO_OID;
    OM_uint32 flags = 0;
    const auto major =
        gss_accept_sec_context(&minor, &context.value, credential.value, &input,
                               tls_end_point.empty() ? GSS_C_NO_CHANNEL_BINDINGS : &bindings, &owner.value,
                               &mechanism, &answer.value, &flags, nullptr, nullptr);
    if (GSS_ERROR(major)) return refused(words_of(major, minor));
    if (major != GSS_S_COMPLETE) return refused("no Kerberos ticket in the first token");
    if (!mechanism || mechanism->length != gss_mech_krb5->length ||
        !std::ranges::equal(elements_of(mechanism), elements_of(gss_mech_krb5)))
      return refused("not Kerberos");
    if ((flags & GSS_C_ANON_FLAG) != 0) return refused("anonymous");
    if ((flags & GSS_C_CHANNEL_BOUND_FLAG) == 0 && !settings_.unbound)
      return refused("bound to no TLS connection");
    YAGURA_TRY(const auto principal, shown(owner));
    auto login = login_of_principal(principal, realm_);
    if (!login) return refused("of " + principal);
    return people::Ticket{*std::move(login), text_of(answer.value)};
  }

 private:
  static Result<std::string> shown(const Name& name) {
    OM_uint32 minor = 0;
    Bytes text;
    if (const auto major = gss_display_name(&minor, name.value, &text.value, nullptr); GSS_ERROR(major))
      return refused(words_of(major, minor));
    return text_of(text.value);
  }
  static std::string_view elements_of(gss_OID id) {
    return {static_cast<const char*>(id->elements), id->length};
  }

  Result<void> acquire(gss_OID mechanism, Credential& credential) const {
    Name service;
    OM_uint32 minor = 0;
    auto name = buffer_of(settings_.service);
    if (const auto major = gss_import_name(&minor, &name, GSS_KRB5_NT_PRINCIPAL_NAME, &service.value);
        GSS_ERROR(major))
      return refused(words_of(major, minor));
    std::array<gss_key_value_element_desc, 2> places{
        {{"keytab", keytab_.c_str()}, {"rcache", replays_.c_str()}}};
    const gss_key_value_set_desc store{places.size(), places.data()};
    gss_OID_set_desc wanted{1, mechanism};
    if (const auto major = gss_acquire_cred_from(&minor, service.value, GSS_C_INDEFINITE, &wanted,
                                                 GSS_C_ACCEPT, &store, &credential.value, nullptr, nullptr);
        GSS_ERROR(major))
      return refused(words_of(major, minor));
    return {};
  }

  const KerberosSettings settings_;
  const std::string realm_, keytab_, replays_;
};

// "HTTP/" a host's name "@" a realm, nothing to escape.
bool is_web_service(std::string_view text) {
  constexpr std::string_view start = "HTTP/";
  if (!text.starts_with(start)) return false;
  const auto rest = text.substr(start.size());
  const auto at = rest.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < rest.size() &&
         rest.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_@") ==
             std::string_view::npos &&
         rest.find('@', at + 1) == std::string_view::npos;
}

}  // namespace

std::optional<std::string> login_of_principal(std::string_view principal, std::string_view realm) {
  const auto at = principal.find('@');
  if (at == std::string_view::npos || at == 0 || realm.empty() || principal.substr(at + 1) != realm)
    return std::nullopt;
  const auto login = principal.substr(0, at);
  if (std::ranges::any_of(login, [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '/' || c == '\\';
      }))
    return std::nullopt;
  return std::string(login);
}

Result<std::unique_ptr<people::Tickets>> open_kerberos(KerberosSettings settings) {
  const auto invalid = [&](std::string what) {
    return fail("directory.settings_invalid", {{"directory", settings.name}, {"what", std::move(what)}});
  };
  if (!is_web_service(settings.service)) return invalid("kerberos: service: " + settings.service);
  struct stat about{};
  if (::stat(settings.keytab.c_str(), &about) != 0)
    return invalid("kerberos: keytab: " + settings.keytab.string() + " is not there");
  // Whoever reads it can make tickets of anybody for this server.
  if ((about.st_mode & (S_IWGRP | S_IRWXO)) != 0)
    return invalid("kerberos: keytab: others may read or write " + settings.keytab.string());
  auto opened = std::make_unique<Kerberos>(settings);
  if (const auto fits = opened->check_keytab(); !fits)
    return invalid("kerberos: keytab: " + std::string(fits.error().arg("why")));
  return opened;
}

}  // namespace yagura::directory
