// A path that was taken never leads outside, and encoding its parameters again gives the same ones.
#include <cstdint>
#include <string>

#include "base/text.hpp"
#include "web/server/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto target = web::parse_target(text)) {
    YAGURA_ASSERT(target->path.starts_with('/') && is_utf8(target->path));
    for (const auto segment : split(std::string_view(target->path).substr(1), '/'))
      YAGURA_ASSERT(segment != "." && segment != ".." &&
                    segment.find_first_of(std::string_view("\\\0\n", 3)) == std::string_view::npos);
    std::string again;
    for (const auto& [name, value] : target->query)
      again += web::percent_encode(name) + "=" + web::percent_encode(value) + "&";
    const auto query = web::parse_query(again);
    YAGURA_ASSERT(query && query->size() == target->query.size());
    auto other = query->begin();
    for (const auto& pair : target->query) YAGURA_ASSERT(pair == *other++);
  }
  return 0;
}
