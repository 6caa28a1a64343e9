// yagura form replay FILE: plays the requests of a scenario of forms, act by act.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace yagura::apps {

int run_form(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace yagura::apps
