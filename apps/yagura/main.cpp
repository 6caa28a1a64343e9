// The command line of Yagura: finds the command in the table and runs it.
#include <array>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "yagura/calendar_commands.hpp"
#include "yagura/pack_commands.hpp"

namespace {

struct Command {
  std::string_view name;
  int (*run)(std::span<const std::string> args, std::ostream& out, std::ostream& err);
  std::string_view usage;
};

using namespace yagura::apps;

// One line for each group of commands; its functions stand in <group>_commands.cpp.
constexpr std::array commands = {
    Command{"calendar", run_calendar,
            "calendar holidays --from YEAR [--to YEAR] [--format csv]\n"
            "  calendar deadline --pack PACK --rule NAME --at WHEN [--site-kind KIND | --target NAME] "
            "[--explain]"},
    Command{"clock", run_clock, "clock replay FILE [--packs FOLDER]"},
    Command{"pack", run_pack, "pack check DIR\n  pack explain DIR KEY"},
};

int usage(std::ostream& to, int code) {
  to << "yagura COMMAND …\n";
  for (const auto& command : commands) to << "  " << command.usage << "\n";
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.empty() || args[0] == "help" || args[0] == "--help") return usage(std::cout, args.empty() ? 2 : 0);
  for (const auto& command : commands)
    if (command.name == args[0]) return command.run(std::span(args).subspan(1), std::cout, std::cerr);
  return usage(std::cerr, 2);
}
