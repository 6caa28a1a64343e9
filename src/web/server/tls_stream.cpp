#include "web/server/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>

namespace yagura::web {
namespace {

// Only http/1.1 is spoken; a client that offers protocols without it is told so (RFC 7301 3.2).
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  static constexpr unsigned char spoken[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, spoken, sizeof spoken - 1, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

std::string openssl_reason() {
  const auto code = ERR_peek_last_error();
  const char* reason = code ? ERR_reason_error_string(code) : nullptr;
  ERR_clear_error();
  return reason ? reason : "unknown";
}

std::shared_ptr<const std::string> end_point_of(const X509* certificate) {
  int digest = NID_undef;
  if (!certificate ||
      X509_get_signature_info(const_cast<X509*>(certificate), &digest, nullptr, nullptr, nullptr) != 1)
    return nullptr;
  if (digest == NID_md5 || digest == NID_sha1) digest = NID_sha256;
  const EVP_MD* hash = EVP_get_digestbynid(digest);
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  if (!hash || X509_digest(certificate, hash, bytes.data(), &size) != 1) return nullptr;
  return std::make_shared<const std::string>("tls-server-end-point:" +
                                             std::string(reinterpret_cast<const char*>(bytes.data()), size));
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const std::string& certificate,
                                                           const std::string& key) {
  ERR_clear_error();
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  if (!context) return fail("web.tls_unavailable", {{"reason", openssl_reason()}});
  std::shared_ptr<TlsContext> made(new TlsContext(context));
  if (SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1)
    return fail("web.tls_unavailable", {{"reason", openssl_reason()}});
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One read(2) fetches header and body of a record together.
  SSL_CTX_set_read_ahead(context, 1);
  // Resumption is by stateless ticket; nothing is kept here for each client.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_PRIORITIZE_CHACHA |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1)
    return fail("web.certificate_unreadable", {{"file", certificate}, {"reason", openssl_reason()}});
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    const bool mismatch = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
    return fail(mismatch ? "web.key_mismatch" : "web.key_unreadable",
                {{"file", key}, {"certificate", certificate}, {"reason", openssl_reason()}});
  }
  if (SSL_CTX_check_private_key(context) != 1)
    return fail("web.key_mismatch",
                {{"file", key}, {"certificate", certificate}, {"reason", openssl_reason()}});
  made->end_point_ = end_point_of(SSL_CTX_get0_certificate(context));
  ERR_clear_error();
  return made;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

TlsStream::TlsStream(const TlsContext& context, int descriptor) : ssl_(SSL_new(context.context_)) {
  YAGURA_ASSERT(ssl_ != nullptr);
  SSL_set_fd(ssl_, descriptor);
  SSL_set_accept_state(ssl_);
}

TlsStream::~TlsStream() { SSL_free(ssl_); }

TlsStep TlsStream::step_of(int outcome) {
  const int error = SSL_get_error(ssl_, outcome);
  if (error == SSL_ERROR_WANT_READ) return TlsStep::want_read;
  if (error == SSL_ERROR_WANT_WRITE) return TlsStep::want_write;
  return TlsStep::closed;
}

TlsStep TlsStream::handshake() {
  ERR_clear_error();
  const int outcome = SSL_do_handshake(ssl_);
  return outcome == 1 ? TlsStep::done : step_of(outcome);
}

TlsStep TlsStream::read(std::span<char> into, std::size_t& moved) {
  ERR_clear_error();
  const int outcome = SSL_read_ex(ssl_, into.data(), into.size(), &moved);
  return outcome == 1 ? TlsStep::done : step_of(outcome);
}

TlsStep TlsStream::write(std::string_view bytes, std::size_t& moved) {
  ERR_clear_error();
  const int outcome = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &moved);
  return outcome == 1 ? TlsStep::done : step_of(outcome);
}

void TlsStream::say_goodbye() {
  ERR_clear_error();
  if (SSL_is_init_finished(ssl_)) SSL_shutdown(ssl_);
  ERR_clear_error();
}

bool TlsStream::has_pending() const { return SSL_has_pending(ssl_) == 1; }

}  // namespace yagura::web
