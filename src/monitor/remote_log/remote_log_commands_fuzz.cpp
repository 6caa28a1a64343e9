// Command files of any text: read or refused; what is read is whole.
#include <cstdlib>
#include <string_view>

#include "monitor/remote_log/commands.hpp"
#include "schema/yaml.hpp"

using namespace yagura::monitor::remote_log;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = yagura::schema::parse_yaml({reinterpret_cast<const char*>(data), size}, 64U << 10);
  if (!value) return 0;
  const auto set = read_commands(*value, "fuzz");
  if (!set) return 0;
  if (set->dialects.empty()) std::abort();
  for (const Dialect& dialect : set->dialects) {
    for (const auto& command : dialect.commands)
      if (command.empty() || command.find('\n') != std::string::npos) std::abort();
    (void)set->for_model(dialect.name.en);
  }
  return 0;
}
