#include "monitor/remote_log/retrieved.hpp"

#include <string.h>

#include <utility>

namespace yagura::monitor::remote_log {
namespace {

void overwrite(std::string& secret) {
  ::explicit_bzero(secret.data(), secret.size());
  secret.clear();
}

}  // namespace

SshLogin::SshLogin(std::string user_name, std::string password_text, std::string key, std::string phrase)
    : user(std::move(user_name)),
      password(std::move(password_text)),
      private_key(std::move(key)),
      passphrase(std::move(phrase)) {}

// Short strings move by copying: what was moved from is wiped as well.
SshLogin::SshLogin(SshLogin&& other) noexcept
    : user(other.user),
      password(other.password),
      private_key(other.private_key),
      passphrase(other.passphrase) {
  other.wipe();
}

SshLogin& SshLogin::operator=(SshLogin&& other) noexcept {
  if (this != &other) {
    wipe();
    user = other.user;
    password = other.password;
    private_key = other.private_key;
    passphrase = other.passphrase;
    other.wipe();
  }
  return *this;
}

SshLogin::~SshLogin() { wipe(); }

void SshLogin::wipe() {
  overwrite(password);
  overwrite(private_key);
  overwrite(passphrase);
}

}  // namespace yagura::monitor::remote_log
