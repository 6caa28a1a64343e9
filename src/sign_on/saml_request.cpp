#include "sign_on/saml_request.hpp"

#include <zlib.h>

#include "base/base64.hpp"
#include "sign_on/saml_xml.hpp"
#include "sign_on/web_call.hpp"

namespace yagura::sign_on::saml {

namespace {

// Bindings 3.4.4.1: DEFLATE without a header.
std::string deflated(std::string_view text) {
  z_stream stream{};
  YAGURA_ASSERT(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) ==
                Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  YAGURA_ASSERT(whole);
  return out;
}

}  // namespace

std::string request_address(const SamlSettings& settings, const std::string& provider_address,
                            std::string_view id, Time now, std::string_view state) {
  const std::string request =
      "<samlp:AuthnRequest xmlns:samlp=\"" + std::string(protocol) + "\" xmlns:saml=\"" +
      std::string(assertions) + "\" ID=\"" + std::string(id) + "\" Version=\"2.0\" IssueInstant=\"" +
      to_rfc3339(std::chrono::floor<std::chrono::seconds>(now)) + "\" Destination=\"" +
      escaped(provider_address) + "\" AssertionConsumerServiceURL=\"" + escaped(settings.return_address) +
      "\" ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"><saml:Issuer>" +
      escaped(settings.entity) + "</saml:Issuer><samlp:NameIDPolicy Format=\"" + std::string(persistent) +
      "\" AllowCreate=\"true\"/></samlp:AuthnRequest>";
  const char mark = provider_address.find('?') == std::string::npos ? '?' : '&';
  return provider_address + mark + "SAMLRequest=" + form_encoded(base64(deflated(request))) +
         "&RelayState=" + form_encoded(state);
}

}  // namespace yagura::sign_on::saml
