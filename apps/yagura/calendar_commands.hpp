// yagura calendar …, yagura clock …
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace yagura::apps {

// holidays --from YEAR [--to YEAR] [--format csv]
// deadline --pack P --rule NAME --at WHEN [--site-kind KIND | --target NAME] [--explain]
int run_calendar(std::span<const std::string> args, std::ostream& out, std::ostream& err);
// replay FILE [--packs FOLDER]: the cases of a scenario with everything that was counted; exit 1 on a
// difference; recount …: see clock_commands.hpp
int run_clock(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace yagura::apps
