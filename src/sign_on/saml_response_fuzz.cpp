// Responses of a provider of SAML, as they are before base64.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/base64.hpp"
#include "sign_on/saml.hpp"

namespace {

// A certificate whose private key nobody has kept.
constexpr auto certificate =
    "MIIBcDCCARWgAwIBAgIUNpGfvWJDw6KGNOJrj2dLVt5gKFcwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBeDAgFw0yNjExMjIwMjA5"
    "MDlaGA8yMTI2MTAyOTAyMDkwOVowDDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHgCdR1nkT9rJr+IO3X5"
    "TcniVm3V4JVuMUiaFuT21ikCGDNb/LNOL64N1vUt6DRUXTDwtDmV5KLJmCeQ0MFVrSqjUzBRMB0GA1UdDgQWBBQv/UqvgPnc0jED"
    "RU26/5nyi2sg4TAfBgNVHSMEGDAWgBQv/UqvgPnc0jEDRU26/5nyi2sg4TAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kA"
    "MEYCIQCTu9jF7hCwdqm6C6uKB22dIiytWURPhklduIC4iBLcxwIhAO5Iq5ULNXcJQ85fbriPyUxeSG/syW1AfV2pI8L6SUJl";

std::string metadata() {
  return std::string(
             R"(<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp/x">)"
             R"(<md:IDPSSODescriptor><md:KeyDescriptor><ds:KeyInfo )"
             R"(xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>)") +
         certificate +
         R"(</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService )"
         R"(Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp/sso"/>)"
         R"(</md:IDPSSODescriptor></md:EntityDescriptor>)";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const yagura::SystemClock clock;
  static const auto provider = yagura::sign_on::open_saml({.name = "x",
                                                           .metadata = metadata(),
                                                           .entity = "https://y/metadata",
                                                           .return_address = "https://y/response",
                                                           .trusted_contexts = {},
                                                           .report = {}},
                                                          clock);
  if (!provider) std::abort();
  const auto text = yagura::base64({reinterpret_cast<const char*>(data), size});
  // Nobody has the key: whatever is believed here was not signed.
  if ((*provider)->finish("_request", {.state = {}, .code = {}, .issuer = {}, .error = {}, .response = text}))
    std::abort();
  return 0;
}
