// yagura backup …, yagura restore …
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace yagura::apps {

// --database ADDRESS --data DIR --out FILE [--without-key]
int run_backup(std::span<const std::string> args, std::ostream& out, std::ostream& err);
// FILE --database ADDRESS --data DIR; or --verify FILE: reads all of it back, restores it into a database of
// its own for a moment and verifies the journal there
int run_restore(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace yagura::apps
