// Any text as a query: what is understood is written, and what is written is understood alike.
#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "calendar/civil.hpp"
#include "eventstore/ask/canonical.hpp"
#include "eventstore/ask/example_kinds.hpp"
#include "eventstore/ask/explain.hpp"
#include "eventstore/ask/suggest.hpp"
#include "eventstore/ask/write.hpp"

using namespace yagura;
using namespace yagura::eventstore;

namespace {

bool same(const Asked& a, const Asked& b) {
  const auto& [q, p] = a;
  const auto& [r, s] = b;
  if (q.where != r.where || q.kinds != r.kinds || q.from != r.from || q.to != r.to) return false;
  if (p.newest_first != s.newest_first || p.automatic != s.automatic) return false;
  if (p.counting.has_value() != s.counting.has_value()) return false;
  if (!p.counting) return true;
  return p.counting->by == s.counting->by && p.counting->bucket == s.counting->bucket &&
         p.counting->offset == s.counting->offset && p.counting->top == s.counting->top;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const Vocabulary vocabulary(example_kinds());
  static const auto now = calendar::at(calendar::make_date(2026, 11, 18), calendar::Minutes(870));
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::size_t cursor : {size, size / 2}) (void)suggest(text, cursor, vocabulary);
  const auto asked = read_query(text, vocabulary, now);
  if (!asked) {
    const auto position = std::stoul(std::string(asked.error().arg("position")));
    if (position > characters(text)) std::abort();
    return 0;
  }
  if (asked->query.where != canonical(asked->query.where)) std::abort();
  const auto words = explain(*asked, vocabulary);
  if (words.ja.empty() || words.en.empty() || !is_utf8(words.ja)) std::abort();
  const auto written = write_query(*asked, vocabulary);
  const auto again = read_query(written, vocabulary, now);
  if (!again) {
    // Names for aliases, quotes and times can make a text longer, an alias of two fields a tree deeper.
    const auto& code = again.error().code;
    if (code == "eventstore.query_too_long" || code == "eventstore.query_too_deep") return 0;
    std::abort();
  }
  if (!same(*asked, *again)) std::abort();
  return 0;
}
