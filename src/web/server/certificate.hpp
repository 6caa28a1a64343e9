// A certificate for a server that has none yet.
//
// Purpose: the first start is encrypted; the owner puts the city's certificate in its place later. Not a
//          certificate authority.
// Errors:  web.certificate_not_made (file, reason).
// Threads: pure functions on files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace yagura::web {

struct CertificateFiles {
  std::filesystem::path certificate;  // PEM
  std::filesystem::path key;          // PEM, mode 0600
};

// When neither file is there: ECDSA P-256, 825 days (what Apple's systems still take), with the given names
// and "localhost", 127.0.0.1 and ::1 as subject alternative names. Answers whether it made one; with one of
// the two files there it does nothing, so that a half-installed certificate is never overwritten.
Result<bool> ensure_certificate(const CertificateFiles& files, const std::vector<std::string>& names,
                                const Clock& clock);

// SHA-256 over the certificate in hex, for printing at the first start.
Result<std::string> certificate_fingerprint(const std::filesystem::path& certificate);

}  // namespace yagura::web
