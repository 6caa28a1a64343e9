// yagura journal …
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace yagura::apps {

// verify --database ADDRESS [--contract ID]: recomputes every seal; exit 1 when one is broken
// export --database ADDRESS [--contract ID] --from DAY|MONTH [--to DAY|MONTH] [--out FILE]
int run_journal(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace yagura::apps
