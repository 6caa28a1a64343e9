// What both pollers are given: devices 127.0.D.E on one port, each with the same counters.
#pragma once

#include <cstdint>
#include <string>

namespace bench {

struct Load {
  std::uint16_t port = 0;
  int devices = 1000;
  int objects = 100;
  int varbinds = 1;   // objects of one GET
  int in_flight = 2;  // GETs a device is given at once
  bool v3 = false;    // SHA-1, AES-128
};
inline constexpr const char* user = "bench";
inline constexpr const char* auth_password = "authentication";
inline constexpr const char* priv_password = "privacy-key";
// 1.3.6.1.2.1.31.1.1.1.6.N of device n (0..), answered with a Counter64.
inline std::string address(int n) {
  return "127.0." + std::to_string(1 + n / 250) + "." + std::to_string(1 + n % 250);
}

struct Outcome {
  long values = 0, gets = 0, failures = 0;
  double wall = 0, cpu = 0;  // seconds; CPU of this process
};

// Answers for ever, in this process.
[[noreturn]] void run_agents(std::uint16_t port, int devices, int objects);
// Each polls everything `rounds` times after one unmeasured round.
Outcome poll_with_yagura(const Load& load, int rounds);
// The same number of GETs (v2c, always the same one a device) through the same calls of the kernel with
// nothing done about them: what no program above those calls can be faster than.
Outcome poll_with_nothing(const Load& load, int rounds);
Outcome poll_with_net_snmp(const Load& load, int rounds, bool by_its_own_loop);

double wall_seconds();
double cpu_seconds();

}  // namespace bench
