// What a file says about itself. `created` is given by the caller: the same input gives the same bytes.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace yagura::document {

struct Properties {
  std::string title = {};
  std::string author = {};
  std::string subject = {};
  Time created{};
};

}  // namespace yagura::document
