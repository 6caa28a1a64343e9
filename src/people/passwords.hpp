// Passwords: argon2id on a bounded number of threads, and what a password must be.
//
// Errors:  people.password_too_short, people.password_too_long, people.password_like_login,
//          people.password_common.
// Threads: safe from any thread; hash and verify take 25-160 ms and 64 MiB each, so at most two run at once
//          and the others wait.
#pragma once

#include <mutex>
#include <semaphore>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::people {

class Passwords {
 public:
  static constexpr std::size_t min_characters = 12;
  static constexpr std::size_t max_bytes = 1000;

  static Result<void> acceptable(std::string_view password, std::string_view login);
  std::string hash(std::string_view password);
  // With an empty hash it takes as long as with a real one and is false: it does not tell who exists.
  bool verify(std::string_view password, const std::string& hash);

 private:
  std::counting_semaphore<2> slots_{2};
  std::string decoy_;
  std::once_flag decoy_made_;
};

}  // namespace yagura::people
