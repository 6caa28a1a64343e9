#include "eventstore/ask/place.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "eventstore/ask/letters.hpp"

namespace yagura::eventstore {

std::unexpected<Error> refuse(std::string code, std::string_view text, Place place, ErrorArgs more) {
  const auto begin = std::min(place.begin, text.size()), end = std::clamp(place.end, begin, text.size());
  const auto position = characters(text.substr(0, begin));
  ErrorArgs args = {{"position", std::to_string(position)},
                    {"nth", std::to_string(position + 1)},
                    {"length", std::to_string(characters(text.substr(begin, end - begin)))}};
  std::ranges::move(more, std::back_inserter(args));
  return fail(std::move(code), std::move(args));
}

std::string shortened(std::string_view text) {
  std::size_t at = 0;
  for (int n = 0; n < 60 && at < text.size(); ++n) at += letter_at(text, at).bytes;
  if (at >= text.size()) return std::string(text);
  return std::string(text.substr(0, at)) + "…";
}

}  // namespace yagura::eventstore
