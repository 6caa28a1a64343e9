// The command line of Yagura: finds the command in the table and runs it.
#include <array>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "yagura/backup_commands.hpp"
#include "yagura/calendar_commands.hpp"
#include "yagura/check_commands.hpp"
#include "yagura/event_commands.hpp"
#include "yagura/form_commands.hpp"
#include "yagura/handover_commands.hpp"
#include "yagura/journal_commands.hpp"
#include "yagura/log_commands.hpp"
#include "yagura/pack_commands.hpp"
#include "yagura/people_commands.hpp"

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
    Command{"clock", run_clock,
            "clock replay FILE [--packs FOLDER]\n"
            "  clock recount --database ADDRESS --contract ID [--packs FOLDER] [--write]"},
    Command{"form", run_form, "form replay FILE [--packs FOLDER] [--share FOLDER]"},
    Command{"pack", run_pack, "pack check DIR [--share FOLDER]\n  pack explain DIR KEY [--share FOLDER]"},
    Command{"mib", run_mib, "mib check FILE… [--mibs FOLDER]"},
    Command{"profile", run_profile, "profile check FILE…"},
    Command{"trap", run_trap, "trap check FILE… [--mibs FOLDER]"},
    Command{
        "journal", run_journal,
        "journal verify --database ADDRESS [--contract ID]\n"
        "  journal export --database ADDRESS [--contract ID] --from MONTH|DAY [--to MONTH|DAY] [--out FILE]"},
    Command{"backup", run_backup, "backup --database ADDRESS --data DIR --out FILE [--without-key]"},
    Command{"restore", run_restore,
            "restore --verify FILE\n"
            "  restore FILE --database ADDRESS --data DIR"},
    Command{"handover", run_handover,
            "handover export --database ADDRESS --contract ID --out DIR [--packs FOLDER]\n"
            "  handover verify --dir DIR\n"
            "  handover erase --database ADDRESS --data DATA --contract ID --agreement NUMBER --really"},
    Command{"logs", run_logs,
            "logs QUERY --contract ID [--server ADDRESS] [--ca FILE] [--token-file FILE] [--from WHEN] [--to "
            "WHEN] "
            "[--kind KIND,…] [--limit N] [--count-by FIELD,…] [--purpose WORDS] [--format table|csv|jsonl]"},
    Command{"events", run_events,
            "events import --mapping NAME|FILE --contract ID --data DIR --database ADDRESS FILE…\n"
            "  events extents --data DIR\n"
            "  events verify --data DIR [--repair]\n"
            "  events backup --data DIR --out FOLDER\n"
            "  events restore FOLDER --data DIR\n"
            "  events move --data DIR --events-clickhouse FILE [--before TIME]\n"
            "  events kept --contract ID [--server ADDRESS] [--ca FILE] [--token-file FILE]\n"
            "  events holds --contract ID [--server ADDRESS] [--ca FILE] [--token-file FILE]\n"
            "  events hold --reason TEXT --ordered-by TEXT [--kind NAME[,NAME]] [--from DAY] [--to DAY] "
            "--contract ID [--server ADDRESS] [--ca FILE] [--token-file FILE]\n"
            "  events ask-release ID --reason TEXT --contract ID [--server ADDRESS] [--ca FILE] "
            "[--token-file FILE]\n"
            "  events release ID [--refuse --reason TEXT] --contract ID [--server ADDRESS] [--ca FILE] "
            "[--token-file FILE]\n"
            "  events seals [--kind NAME] [--limit N] --contract ID [--server ADDRESS] [--ca FILE] "
            "[--token-file FILE]\n"
            "  events check --kind NAME --day DAY --contract ID [--server ADDRESS] [--ca FILE] [--token-file "
            "FILE]\n"
            "  events proof --kind NAME --day DAY --source NAME --contract ID [--server ADDRESS] [--ca FILE] "
            "[--token-file FILE]"},
    Command{"people", run_people, "people invite LOGIN --database ADDRESS --data DIR [--host NAME[:PORT]]"},
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
