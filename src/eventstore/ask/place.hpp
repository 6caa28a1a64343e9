// Where in the text of a query something is wrong, for the words people read.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::eventstore {

// A piece of a query's text, in bytes.
struct Place {
  std::size_t begin = 0, end = 0;
};

// code with position, nth and length in characters, and more arguments.
std::unexpected<Error> refuse(std::string code, std::string_view text, Place place, ErrorArgs more = {});

// At most 60 characters of a text, for an argument.
std::string shortened(std::string_view text);

}  // namespace yagura::eventstore
